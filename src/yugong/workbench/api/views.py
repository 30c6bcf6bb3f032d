"""A selection of the study as linked figures."""

from typing import Any

from yugong.base.text import Text
from yugong.workbench import shapes
from yugong.workbench.bench import Bench, Run, tables
from yugong.workbench.errors import words
from yugong.workbench.operations import Call, Operation
from yugong.workbench.spelling import command, python


def view(bench: Bench, call: Call) -> dict[str, Any]:
    """Return map, ranking, series, table and card of one selection."""
    from yugong.report.plain import plain, source
    from yugong.workbench.views import peers_of, selection, view

    ask: shapes.ViewRequest = call.body
    region = bench.place(ask.region)
    c = bench.context(region, ask.groups)
    if ask.groups is not None:
        bench.study.grouping(ask.groups)
    span = (min(ask.years), max(ask.years)) if ask.years else None
    s = selection(c, ask.variable, ask.scale, ask.year, span)
    chosen = None if ask.peers is None else [bench.study.place(p) for p in ask.peers]
    near = bench.once(("peers", region), lambda: peers_of(c)) if chosen is None else tuple(dict.fromkeys(chosen))
    blocks, roles = view(c, s, near)
    provenance = bench.study.provenance([s.variable], year=s.year, scale=ask.scale)
    held = tables(blocks)
    run = bench.keep(Run(f"{s.variable}-{s.year}", held["view-table"], {"tables": held, "frame": s.wide}))
    return {
        "blocks": [plain(b) for b in blocks],
        "roles": roles,
        "variable": s.variable,
        "year": s.year,
        "years": [int(y) for y in s.wide.columns],
        "region": region,
        "peers": [{"id": p, "title": words(c.name(p))} for p in near],
        "provenance": {
            "study": provenance.study,
            "selection": provenance.selection,
            "sources": [source(o) for o in provenance.sources],
        },
        "python": python.panel(bench.path, s.variable, s.year, ask.scale),
        "cli": command.panel(bench.path, s.variable),
        "run_id": run,
    }


OPERATIONS = (
    Operation("POST", "/api/view", Text("一个选择的联动图表", "linked figures of a selection"), view, shapes.View,
              body=shapes.ViewRequest),
)  # fmt: skip
