"""The sectors of a default economy, and which sector of each input–output classification belongs to them."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.rows import read_rows
from yugong.base.text import Text

CLASSIFICATIONS = ("c1997", "c2002", "c2007", "c2012")


@dataclass(frozen=True, slots=True)
class Sector:
    """One sector of a default economy; `codes` are the ids it has in the table of gross output."""

    id: str
    three: str  # the sector it belongs to where three are kept
    title: Text
    codes: frozenset[str]


@cache
def sectors() -> tuple[Sector, ...]:
    """Return the eight sectors, in the order of the accounts."""
    return tuple(
        Sector(
            row["id"],
            row["three"],
            Text(row["zh"], row["en"]),
            frozenset(f"{c}_{i:02d}" for c in CLASSIFICATIONS for i in numbers(row[c])),
        )
        for row in read_rows("yugong.simulate.economies", "sectors.csv")
    )


THREE = {
    "agriculture": Text("农业", "agriculture"),
    "industry": Text("工业与建筑", "industry and construction"),
    "services": Text("服务业", "services"),
}
DETAIL = ("eight", "three")


def numbers(text: str) -> tuple[int, ...]:
    """Return the numbers of "27-28|30": 27, 28, 30."""
    out: list[int] = []
    for part in text.split("|"):
        first, _, last = part.partition("-")
        out += range(int(first), int(last or first) + 1)
    return tuple(out)


def sector_of() -> dict[str, str]:
    """Return the sector of each id of the table of gross output."""
    return {code: s.id for s in sectors() for code in s.codes}


def titles(detail: str) -> dict[str, Text]:
    """Return id → title of the sectors at one level of detail; UnknownNameError for another level."""
    if detail not in DETAIL:
        raise UnknownNameError(Text("部门划分", "level of detail"), detail, DETAIL)
    return {s.id: s.title for s in sectors()} if detail == "eight" else dict(THREE)


def merger(detail: str) -> npt.NDArray[np.float64]:
    """Return the matrix (kept, eight) of ones and zeros that adds the eight sectors up to those kept."""
    kept = list(titles(detail))
    into = [s.id if detail == "eight" else s.three for s in sectors()]
    return np.array([[float(k == i) for i in into] for k in kept])


def by_sector(frame: pd.DataFrame, year: int, places: tuple[str, ...]) -> pd.DataFrame:
    """Return places × eight sectors of a table of gross output in one year; InputError where a place has none."""
    rows = frame[frame["year"] == year]
    unknown = sorted(set(rows["sector"]) - set(sector_of()))
    missing = sorted(set(places) - set(rows["place"]))
    problems = []
    if rows.empty:
        there = ", ".join(str(y) for y in sorted(frame["year"].unique()))
        problems.append(
            Problem(
                Text(f"总产出没有 {year} 年", f"there is no gross output for {year}"),
                Text(f"可选：{there}", f"there is: {there}"),
            )
        )
    elif missing:
        problems.append(
            Problem(Text(f"总产出缺地区：{'、'.join(missing)}", f"gross output lacks {', '.join(missing)}"))
        )
    if unknown:
        problems.append(
            Problem(
                Text(f"总产出中有不认识的部门：{'、'.join(unknown[:5])}", f"unknown sectors: {', '.join(unknown[:5])}")
            )
        )
    if problems:
        raise InputError(problems)
    wide = rows.assign(sector=rows["sector"].map(sector_of())).groupby(["place", "sector"])["value"].sum().unstack()  # noqa: PD010
    return wide.reindex(index=list(places), columns=[s.id for s in sectors()])
