"""Levers by instrument: bounds, baseline, who pays, and what each may be pointed at."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yugong.base.text import Text
from yugong.workbench import shapes
from yugong.workbench.api import economy
from yugong.workbench.api.simulate import setting_row
from yugong.workbench.bench import Bench
from yugong.workbench.errors import words
from yugong.workbench.operations import Call, Operation

if TYPE_CHECKING:
    from yugong.registry.levers import Lever

SHARE_STEP, MONEY_STEP = 0.01, 100.0
WIDE = 1000.0  # a range wider than this is moved over in round hundreds


def levers(bench: Bench, _call: Call) -> dict[str, Any]:
    """Return the levers, and start the simulator: whoever asks for levers is about to move one."""
    bench.warm()
    return {"simulator": bench.simulator, **bench.once(("levers", bench.turn), lambda: _listed(bench))}


def _listed(bench: Bench) -> dict[str, Any]:
    from yugong import registry
    from yugong.registry.levers import families, references
    from yugong.simulate.economies.sectors import THREE, sectors
    from yugong.simulate.running import base_year
    from yugong.simulate.scenario.shipped import presets

    cited = references()
    own = None if bench.economy is None else base_year(bench.study, file=bench.economy)
    places = dict(bench.study.names) if own is None else {r: own.names[r] for r in economy.regions(own)}
    groups = [g for g in registry.groups() if _whole(g.id, set(places))]
    eight = {x.id: x.title for x in sectors()} if own is None else dict(own.sectors)
    three = THREE if own is None else eight
    return {
        "families": [
            {
                "id": family,
                "title": words(title),
                "levers": [_lever(row, cited) for row in registry.levers() if row.family == family],
            }
            for family, title in families().items()
        ],
        "places": [{"id": code, "title": words(name)} for code, name in places.items()],
        "groups": [{"id": g.id, "title": words(g.name)} for g in groups],
        "sectors": {
            "eight": [{"id": id_, "title": words(title)} for id_, title in eight.items()],
            "three": [{"id": id_, "title": words(title)} for id_, title in three.items()],
        },
        "land": [
            {"id": "farm", "title": words(Text("农业用地", "Farm land"))},
            {"id": "urban", "title": words(Text("建设用地", "Urban land"))},
        ],
        "presets": [
            {
                "id": p.id,
                "title": words(p.title),
                "note": words(p.note),
                "settings": [setting_row(x.to_dict()) for x in p.settings],
                "payers": list(p.payers),
            }
            for p in presets()
        ],
        "label": None,
        "economy": None if own is None else {"name": Path(bench.economy or "").name},
    }


def _whole(group: str, places: set[str]) -> bool:
    """Tell whether a group is made of whole places of the study, so that a lever can be pointed at it."""
    from yugong import registry

    members = registry.members(group)
    return bool(members) and all(m.place.code in places and m.extent == "whole" for m in members)


def _lever(row: "Lever", cited: dict[str, Any]) -> dict[str, Any]:
    money = row.high - row.low > WIDE
    ratio = row.neutral == 1 and row.low > 0
    return {
        "id": row.id,
        "title": words(row.title),
        "unit": words(row.unit),
        "low": row.low,
        "high": row.high,
        "neutral": row.neutral,
        "step": MONEY_STEP if money else 10.0 if row.high > 100 else SHARE_STEP,
        "start": row.neutral,
        "scale": "log" if ratio and math.log(row.high / row.low) > math.log(4) else "linear",
        "mode": row.mode,
        "by": list(row.by),
        "payer": words(row.payer),
        "note": words(row.note),
        "reference": cited[row.reference].gbt7714 if row.reference in cited else None,
    }


OPERATIONS = (Operation("GET", "/api/levers", Text("杠杆与预设情景", "levers and presets"), levers, shapes.Levers),)
