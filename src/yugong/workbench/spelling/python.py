"""Python that gives the numbers of a page."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yugong.simulate.scenario import Scenario

SCALED = {
    "level": "panel",
    "relative": "100 * panel / panel.median()",
    "growth": "100 * (panel / panel.shift(1, axis=1) - 1)",
}


def opened(study: str) -> list[str]:
    """Return the lines that open the study."""
    return ["from yugong import study", "", f"s = study.read({study!r})"]


def panel(study: str, variable: str, year: int, scale: str) -> str:
    """Return Python for one variable on one scale in one year."""
    lines = [*opened(study), f"panel = s.panel({variable!r})"]
    return "\n".join([*lines, f"result = ({SCALED[scale]})[{year}]", "print(result)"]) + "\n"


def verb(study: str, room: str, name: str, options: dict[str, Any]) -> str:
    """Return Python for a verb of a room with its options."""
    given = ", ".join(f"{key}={value!r}" for key, value in options.items())
    return "\n".join([*opened(study), f"result = s.{room}.{name}({given})", "print(result.table())"]) + "\n"


def simulation(
    study: str, scenario: "Scenario", detail: str, groups: str, by: str = "nation", more: dict[str, Any] | None = None
) -> str:
    """Return Python that solves a scenario, with `more` options."""
    options = {"detail": detail, "groups": groups, **(more or {})}
    given = ", ".join(f"{key}={value!r}" for key, value in options.items())
    lines = ["from yugong import study", "from yugong.simulate.scenario import Scenario", ""]
    lines += [f"s = study.read({study!r})", f"scenario = Scenario.from_toml({_block(scenario.to_toml())})"]
    lines += [f"result = s.simulate(scenario, {given})", f"print(result.table({by!r}).T)"]
    return "\n".join(lines) + "\n"


def report(study: str, options: dict[str, Any]) -> str:
    """Return Python that writes a report."""
    given = ", ".join(f"{key}={value!r}" for key, value in options.items())
    lines = [*opened(study), "", "from yugong.report import build, write_report", "", f"document = build(s, {given})"]
    return "\n".join([*lines, 'written = write_report(document, "yugong-report")', "print(written.folder)"]) + "\n"


def review(name: str) -> str:
    """Return Python that reviews a draft in the present folder."""
    return f"from yugong.review import review\n\nresult = review({name!r})\nprint(result.table())\n"


def _block(text: str) -> str:
    """Return a text as a literal over several lines."""
    return '"""\\\n' + text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + '"""'
