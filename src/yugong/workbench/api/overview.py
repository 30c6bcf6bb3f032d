"""The first page: four headline numbers, the tile map and the leading findings, made once and kept."""

import contextlib
from typing import Any

from yugong.base.errors import YugongError
from yugong.base.text import Text
from yugong.workbench import shapes
from yugong.workbench.bench import Bench
from yugong.workbench.operations import Call, Operation


def overview(bench: Bench, call: Call) -> dict[str, Any]:
    """Return the overview of the country, or of one region in it."""
    region = bench.place(call.query.region)
    found: dict[str, Any] = bench.once(("overview", region), lambda: _made(bench, region))
    return found


def prepare(bench: Bench) -> None:
    """Make the first page; what goes wrong here goes wrong again, with words, when it is asked for."""
    with contextlib.suppress(YugongError, OSError):
        bench.once(("overview", None), lambda: _made(bench, None))


def _made(bench: Bench, region: str | None) -> dict[str, Any]:
    from yugong.report.overview import overview as first
    from yugong.report.plain import plain

    made = first(bench.context(region))
    return {"region": region, "blocks": [plain(b) for b in made.blocks], "behind": [plain(b) for b in made.behind]}


OPERATIONS = (
    Operation(
        "GET", "/api/overview", Text("总览", "the overview"), overview, shapes.Overview, query=shapes.RegionQuery
    ),
)
