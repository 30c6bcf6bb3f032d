"""The user's own economy tables in place of the study's: kept with the project, used by every simulation."""

from typing import TYPE_CHECKING, Any

from yugong.base.text import Text
from yugong.workbench import shapes
from yugong.workbench.bench import Bench
from yugong.workbench.errors import words
from yugong.workbench.operations import Call, Operation

if TYPE_CHECKING:
    from yugong.simulate.economies.calibration import Calibration


def choose(bench: Bench, call: Call) -> dict[str, Any]:
    """Take an uploaded workbook of economy tables, or go back to the study's own; a wrong one changes nothing."""
    from yugong.simulate.running import base_year

    if call.body.file is not None:
        given = bench.upload(call.body.file)
        base_year(bench.study, file=str(given))  # whatever is wrong with it is said before it is kept
        bench.store.keep_economy(given.name, given.read_bytes())
    else:
        bench.store.drop_economy()
    bench.renew_simulator()
    held = None if bench.economy is None else base_year(bench.study, file=bench.economy)
    return {"simulator": bench.simulator, **told(bench, held)}


def told(bench: Bench, held: "Calibration | None") -> dict[str, Any]:
    """Return the name of the user's own tables and what they cover; nothing where the study's own economy is used."""
    path = bench.store.economy()
    if held is None or path is None:
        return {"name": None, "year": None, "places": [], "sectors": [], "notes": []}
    return {
        "name": path.name,
        "year": held.year,
        "places": [{"id": r, "title": words(held.names[r])} for r in regions(held)],
        "sectors": [{"id": s, "title": words(t)} for s, t in held.sectors.items()],
        "notes": [words(held.label)] if held.label.zh else [],
    }


def regions(held: "Calibration") -> list[str]:
    """Return the regions of the nation, at which levers can be pointed."""
    e = held.economy
    return [r for r, inside in zip(e.regions, e.nation, strict=True) if inside]


OPERATIONS = (
    Operation("POST", "/api/economy", Text("用自己的经济表，或改回研究自带的", "use economy tables of one's own, or the study's again"),
              choose, shapes.EconomyAnswer, body=shapes.EconomyRequest),
)  # fmt: skip
