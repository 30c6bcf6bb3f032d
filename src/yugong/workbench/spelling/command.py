"""Commands that give the numbers of a page."""

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yugong.simulate.scenario import Scenario


def panel(study: str, variable: str) -> str:
    """Return the command that prints one variable, places × years."""
    return f"yugong study show {shlex.quote(study)} {shlex.quote(variable)}"


def verb(study: str, room: str, name: str, options: dict[str, Any]) -> str:
    """Return the command for a verb of a room with its options."""
    given = " ".join(f"--{key.replace('_', '-')} {shlex.quote(word(value))}" for key, value in options.items())
    room = {"review": "review plan"}.get(room, room)  # a bare `review` takes drafts
    return f"yugong {room} {shlex.quote(study)} {name.replace('_', '-')} {given}".rstrip()


def word(value: Any) -> str:
    """Return an option's value as the command line reads it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(word(v) for v in value)
    return repr(value) if isinstance(value, float) else str(value)


def simulation(
    study: str, scenario: "Scenario", detail: str, groups: str, by: str = "nation", more: dict[str, Any] | None = None
) -> str:
    """Return the commands that write a scenario file and solve it, with `more` options."""
    name = f"{scenario.id}.toml"
    options = f"--scenario {name} --detail {detail} --groups {shlex.quote(groups)} --by {by}"
    options += "".join(f" --{key} {shlex.quote(word(value))}" for key, value in (more or {}).items())
    return f"cat > {name} <<'YUGONG'\n{scenario.to_toml()}YUGONG\nyugong simulate {shlex.quote(study)} {options}"


def report(study: str, options: dict[str, Any], formats: Sequence[str]) -> str:
    """Return the command that writes a report in some forms."""
    given = " ".join(f"--{key} {shlex.quote(word(value))}" for key, value in options.items())
    return f"yugong report {shlex.quote(study)} {given} --format {','.join(formats)}"


def review(name: str) -> str:
    """Return the command that reviews a draft in the present folder."""
    return f"yugong review {shlex.quote(f'./{name}' if name.startswith('-') else name)}"
