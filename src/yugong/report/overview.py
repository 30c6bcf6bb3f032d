"""The report's first page on its own: headline numbers, the map, the findings, and what the findings point at."""

from dataclasses import dataclass

from yugong.report.assemble import STEPS, first_page
from yugong.report.chapters.context import Context
from yugong.report.charts import TileMap
from yugong.report.model import Block, Figure, Finding, KeyFigures, Table


@dataclass(frozen=True, slots=True)
class Overview:
    """What a reader sees first, and the tables and figures behind it in the report's order."""

    blocks: tuple[Block, ...]
    behind: tuple[Table | Figure, ...]


def overview(c: Context) -> Overview:
    """Return the first page of the report on a study, with the first map of its chapters after the headline numbers."""
    parts = [make(c) for _, make in STEPS[:-1]]  # the last says what is missing
    page = first_page(parts, c.region)
    every = [b for part in parts for b in part.chapter.blocks if isinstance(b, Table | Figure)]
    maps = [b for b in every if isinstance(b, Figure) and isinstance(b.chart, TileMap)][:1]
    keys = [b for b in page.blocks if isinstance(b, KeyFigures)]
    rest = [b for b in page.blocks if not isinstance(b, KeyFigures)]
    if not keys and not maps and not rest:  # too little to compare: each chapter says what it lacks
        rest = [b for part in parts for b in part.chapter.blocks if isinstance(b, Finding)]
    wanted = {b.see for b in rest if isinstance(b, Finding)} | {k.see for b in keys for k in b.items}
    behind = tuple(b for b in every if b not in maps and (b.id in wanted or _twin(b) in wanted))
    return Overview((*keys, *maps, *rest), behind)


def _twin(block: Table | Figure) -> str | None:
    return block.table.id if isinstance(block, Figure) else None
