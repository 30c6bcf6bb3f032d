"""Known breaks of China's series: years from which figures do not compare with those before."""

import csv
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, cast, get_args

from yugong.base.errors import InputError, Problem
from yugong.base.rows import read_rows
from yugong.base.text import Text

if TYPE_CHECKING:
    from yugong.study.model import Study

BreakKind = Literal["vintage", "census", "definition", "boundary"]
BreakRule = Literal["refuse", "accept", "adjusted"]


@dataclass(frozen=True, slots=True)
class Break:
    """From `year` on, `variable` does not compare with the years before; `kind` says why.

    adjusted: the series was linked or converted there, so that it may be used with a reservation.
    """

    variable: str
    year: int
    kind: BreakKind
    note: Text
    adjusted: bool = False


@cache
def known_breaks() -> tuple[Break, ...]:
    """Return the breaks noted with the embedded China study."""
    return tuple(
        Break(
            r["variable"],
            int(r["year"]),
            cast("BreakKind", r["kind"]),
            Text(r["note_zh"], r["note_en"]),
            r["adjusted"] == "yes",
        )
        for r in read_rows("yugong.evaluate", "data/breaks.csv")
    )


def breaks_of(study: "Study", variable: str, first: int, last: int) -> tuple[Break, ...]:
    """Return the breaks of a variable, or of what its formula is made of, between two years.

    A break at the first year does no harm. The embedded study's are known here; a user's study declares its own in a
    file breaks.csv in its folder: variable, year, kind, adjusted (yes or empty), note_zh, note_en.
    """
    inside = ingredients(study, study.variable(variable).id)
    known = known_breaks() if study.id == "china" else declared_breaks(study)
    return tuple(b for b in known if b.variable in inside and first < b.year <= last)


def declared_breaks(study: "Study") -> tuple[Break, ...]:
    """Return the breaks that a study's folder declares; InputError with every row that is wrong."""
    path = study.folder / "breaks.csv" if study.folder is not None else None
    if path is None or not path.is_file():
        return ()
    found, problems = [], []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for at, row in enumerate(csv.DictReader(lines), start=2):
            name, year, kind, linked = (str(row.get(k) or "").strip() for k in ("variable", "year", "kind", "adjusted"))
            for wrong, column, what in (
                (name not in study.variables, "variable", Text(f"没有变量“{name}”", f"there is no variable {name!r}")),
                (not year.isdigit(), "year", Text(f"“{year}”不是年份", f"{year!r} is not a year")),
                (kind not in get_args(BreakKind), "kind", Text(f"不认识的类别“{kind}”", f"kind {kind!r} is not known")),
                (linked not in ("", "yes"), "adjusted", Text("写 yes 或留空", "write yes, or leave it empty")),
            ):
                if wrong:
                    problems.append(Problem(what, file=str(path), row=at, column=column))
            if year.isdigit():
                note = Text(str(row.get("note_zh") or ""), str(row.get("note_en") or ""))
                found.append(Break(name, int(year), cast("BreakKind", kind), note, linked == "yes"))
    if problems:
        raise InputError(problems)
    return tuple(found)


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
