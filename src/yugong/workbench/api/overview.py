"""The first page: four headline numbers, the tile map and the leading findings, made once and kept."""

import contextlib
from typing import TYPE_CHECKING, Any

from yugong.base.errors import YugongError
from yugong.base.text import Text
from yugong.workbench import shapes
from yugong.workbench.api import session
from yugong.workbench.bench import Bench, Run, tables
from yugong.workbench.operations import Call, Operation

if TYPE_CHECKING:
    from yugong.report.overview import Overview


def overview(bench: Bench, call: Call) -> dict[str, Any]:
    """Return the overview of the country, or of one region in it."""
    region = bench.place(call.query.region)
    try:
        return {**_kept(bench, region), "run_id": bench.keep(lambda: _run(bench, region))}
    finally:
        bench.seen.set()


def prepare(bench: Bench) -> None:
    """Make the first page; what goes wrong here goes wrong again, with words, when it is asked for."""
    with contextlib.suppress(YugongError, OSError):
        session.session(bench, Call())
        session.places(bench, Call())
        for region in dict.fromkeys((session.remembered(bench), None)):
            _kept(bench, region)


def _kept(bench: Bench, region: str | None) -> dict[str, Any]:
    def told() -> dict[str, Any]:
        from yugong.report.plain import plain

        made = _made(bench, region)
        return {"region": region, "blocks": [plain(b) for b in made.blocks], "behind": [plain(b) for b in made.behind]}

    found: dict[str, Any] = bench.lasting(f"overview {region}", told)
    return found


def _made(bench: Bench, region: str | None) -> "Overview":
    from yugong.report.overview import overview as first

    found: Overview = bench.once(("overview", region), lambda: first(bench.context(region)))
    return found


def _run(bench: Bench, region: str | None) -> Run:
    made = _made(bench, region)
    held = tables([*made.blocks, *made.behind])
    return Run("overview", next(iter(held.values()), None), {"tables": held})


OPERATIONS = (
    Operation(
        "GET", "/api/overview", Text("总览", "the overview"), overview, shapes.Overview, query=shapes.RegionQuery
    ),
)
