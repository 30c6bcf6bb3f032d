"""Known breaks of China's series: years from which figures do not compare with those before."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, cast

from yugong.base.rows import read_rows
from yugong.base.text import Text

if TYPE_CHECKING:
    from yugong.study.model import Study

BreakKind = Literal["vintage", "census", "definition", "boundary"]


@dataclass(frozen=True, slots=True)
class Break:
    """From `year` on, `variable` does not compare with the years before; `kind` says why."""

    variable: str
    year: int
    kind: BreakKind
    note: Text


@cache
def known_breaks() -> tuple[Break, ...]:
    """Return the breaks noted with the embedded China study."""
    return tuple(
        Break(r["variable"], int(r["year"]), cast("BreakKind", r["kind"]), Text(r["note_zh"], r["note_en"]))
        for r in read_rows("yugong.evaluate", "data/breaks.csv")
    )


def breaks_of(study: "Study", variable: str, first: int, last: int) -> tuple[Break, ...]:
    """Return the breaks of a variable, or of what its formula is made of, between two years.

    A break at the first year does no harm. Only for the embedded study; a user's series have the user's breaks.
    """
    if study.id != "china":
        return ()
    inside = ingredients(study, study.variable(variable).id)
    return tuple(b for b in known_breaks() if b.variable in inside and first < b.year <= last)


def ingredients(study: "Study", variable: str) -> tuple[str, ...]:
    """Return a variable and, for a computed one, all the columns its formula rests on."""
    import re

    found, queue = [variable], [variable]
    while queue:
        for word in re.findall(r"[A-Za-z_]\w*", study.variables[queue.pop()].formula):
            if word in study.variables and word not in found:
                found.append(word)
                queue.append(word)
    return tuple(found)
