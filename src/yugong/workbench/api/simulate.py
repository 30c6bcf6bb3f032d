"""Scenarios solved and told side by side."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from yugong.base.text import Text
from yugong.workbench import shapes
from yugong.workbench.bench import Bench, Run, tables
from yugong.workbench.errors import words
from yugong.workbench.operations import Call, Operation
from yugong.workbench.spelling import command, python

if TYPE_CHECKING:
    from yugong.report.chapters.context import Context
    from yugong.report.model import Block
    from yugong.simulate.result import Certificate
    from yugong.simulate.scenario import Scenario
    from yugong.simulate.simulation import Simulation
    from yugong.workbench.scenarios import Solved


def simulate(bench: Bench, call: Call) -> dict[str, Any]:
    """Return every scenario solved, on one scale, and how the later ones differ from the first."""
    from yugong.report import simulated
    from yugong.report.plain import plain
    from yugong.workbench.scenarios import scenario, unique

    ask: shapes.SimulateRequest = call.body
    began = time.perf_counter()
    wanted = [scenario(row) for row in ask.scenarios]
    unique(wanted)
    region = bench.place(ask.region)
    groups = ask.groups or bench.groups
    solved = _previewed(bench, wanted, ask.detail, groups) if ask.preview else []
    solved = solved or [bench.solver.solve(s, ask.detail, groups, ask.certificate) for s in wanted]
    c = bench.simulated_context(solved[0].result.calibration, region, groups)
    sound = [r.reading for r in solved if r.reading is not None]
    breaks = simulated.locked([r.change for r in sound]) if sound else (0.0,)
    compared = simulated.compared(c, sound) if len(sound) == len(solved) else ()
    return {
        "seq": ask.seq,
        "label": words(solved[0].result.label),
        "scenarios": [_one(bench, c, s, r, breaks, ask, compared) for s, r in zip(wanted, solved, strict=True)],
        "comparison": [plain(b) for b in compared],
        "summary": _summary(solved),
        "milliseconds": round(1000 * (time.perf_counter() - began), 1),
    }


def _previewed(bench: Bench, wanted: "list[Scenario]", detail: str, groups: str) -> "list[Solved]":
    """Return every scenario to first order; none where one has no preview, for the two are never compared."""
    found = [bench.solver.solve(s, detail, groups, preview=True) for s in wanted]
    return found if all(r.result.converged for r in found) else []


def _badge(result: "Simulation") -> str:
    if not result.converged:
        return "failed"
    return "preview" if result.preview else "exact"


def _one(
    bench: Bench,
    c: "Context",
    asked: "Scenario",
    solved: "Solved",
    breaks: tuple[float, ...],
    ask: shapes.SimulateRequest,
    compared: "Sequence[Block]",
) -> dict[str, Any]:
    from yugong.report import simulated
    from yugong.report.plain import plain

    result = solved.result
    r = result.results[0]
    told = simulated.failed(result) if solved.reading is None else simulated.told(c, solved.reading, breaks)
    name = result.scenarios[0].name
    return {
        "id": asked.id,
        "title": words(name),
        "badge": _badge(result),
        "status": words(r.status.text),
        "converged": result.converged,
        "blocks": [plain(b) for b in told.blocks],
        "roles": told.roles,
        "certificate": certificate(result.certificates[0]) if result.certificates else None,
        "diff": changes(c, result.scenarios[0], result),
        "python": python.simulation(bench.path, asked, ask.detail, ask.groups or bench.groups, more=bench.own_tables),
        "cli": command.simulation(bench.path, asked, ask.detail, ask.groups or bench.groups, more=bench.own_tables),
        "toml": asked.to_toml(),
        "run_id": bench.keep(Run(f"simulation-{asked.id}", result, {"tables": tables([*told.blocks, *compared])})),
    }


def certificate(held: "Certificate") -> dict[str, Any]:
    """Return why to trust a solution, number by number."""
    from yugong.report.numbers import is_missing

    def shown(value: float | None) -> float | None:
        return None if value is None or is_missing(value) else value

    rows = (
        ("residual", Text("最大残差", "largest residual"), max(held.residual.values())),
        ("walras", Text("瓦尔拉斯检验", "Walras check"), held.walras),
        ("balance", Text("收支闭合误差", "accounts off by"), max(abs(held.deficits), abs(held.transfers))),
        ("radius", Text("谱半径", "spectral radius"), held.spectral_radius),
        ("absolute_radius", Text("绝对值谱半径", "radius of absolute values"), held.absolute_radius),
    )
    return {
        "text": words(held.text),
        "rows": [
            {
                "id": id_,
                "title": words(title),
                "value": shown(value),
                "t": "—" if shown(value) is None else f"{value:.2g}",
            }
            for id_, title, value in rows
        ],
        "starts": held.starts,
        "reached": held.reached,
    }


def changes(c: "Context", asked: "Scenario", result: "Simulation") -> list[dict[str, Any]]:
    """Return one line a setting: the lever, where, what it was in the base year, what it is, and who says so."""
    from yugong.registry.levers import lever, references
    from yugong.simulate.scenario.model import SELECTORS
    from yugong.simulate.scenario.reading import expand

    cited = references()
    lines = []
    for s in expand(asked).settings:
        row = lever(s.lever)
        where = [(field, [_named(c, result, n) for n in getattr(s, field)]) for field in SELECTORS if getattr(s, field)]
        lines.append(
            {
                "lever": row.id,
                "title": words(row.title),
                "where": [{"by": field, "names": [words(n) for n in names]} for field, names in where],
                "old": {"t": f"{row.neutral:g}", "v": row.neutral},
                "new": {"t": f"{s.value:g}", "v": float(s.value)},
                "how": s.how,
                "unit": words(row.unit),
                "payer": words(row.payer),
                "source": cited[row.reference].gbt7714 if row.reference in cited else None,
            }
        )
    return lines


def _named(c: "Context", result: "Simulation", name: str) -> Text:
    from yugong import registry
    from yugong.base.errors import YugongError

    base = result.calibration
    if name in base.names:
        return base.names[name]
    if name in base.sectors:
        return base.sectors[name]
    try:
        return registry.group(name).name
    except YugongError:
        return Text(name, name)


def _summary(solved: "Sequence[Solved]") -> dict[str, str]:
    """Return one sentence for readers of the screen: what each scenario does to the nation."""
    from yugong.report import simulated
    from yugong.report.numbers import number

    zh, en = [], []
    for r in solved:
        name = r.result.scenarios[0].name
        if r.reading is None:
            zh.append(f"{name.zh}：没有收敛")
            en.append(f"{name.en}: did not converge")
            continue
        total = number(100 * r.result.results[0].welfare, simulated.TWO)
        zh.append(f"{name.zh}：全国福利 {total}%")
        en.append(f"{name.en}: national welfare {total}%")
    return words(Text("；".join(zh) + "。", "; ".join(en) + "."))


def setting_row(given: dict[str, Any]) -> dict[str, Any]:
    """Return a setting of a scenario file as the interface writes it."""
    from yugong.simulate.scenario.model import SELECTORS

    out: dict[str, Any] = {"lever": given["lever"], "value": float(given["value"])}
    out |= {"mode": given.get("mode"), "both": given.get("both", False)}
    for field, key in SELECTORS.items():
        chosen = given.get(key, [])
        out[field] = [chosen] if isinstance(chosen, str) else list(chosen)
    return out


OPERATIONS = (
    Operation("POST", "/api/simulate", Text("求解情景", "solve scenarios"), simulate, shapes.Simulated,
              body=shapes.SimulateRequest),
)  # fmt: skip
