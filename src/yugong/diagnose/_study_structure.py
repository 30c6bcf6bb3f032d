"""Industrial structure on a study's tables of places × industries: quotients, specialisation, shift-share, complexity."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.space import complexity as product_space
from yugong.diagnose.space import industry

if TYPE_CHECKING:
    from yugong.study.model import Study

EMPLOYMENT = "employment_by_industry"


def location_quotient(study: "Study", year: int, table: str = EMPLOYMENT) -> industry.Structure:
    """Return location quotients of places × industries in one year. See space.industry.location_quotient."""
    x, provenance = activity(study, table, year)
    return replace(industry.location_quotient(x), provenance=provenance)


def krugman(
    study: "Study", year: int, table: str = EMPLOYMENT, convention: Literal["national", "rest"] = "national"
) -> industry.Structure:
    """Return Krugman's specialisation index of each place against the whole, or against the rest."""
    x, provenance = activity(study, table, year)
    return replace(industry.krugman(x, convention), provenance=provenance)


def dissimilarity(
    study: "Study", year: int, table: str = EMPLOYMENT, convention: Literal["krugman", "cosine"] = "cosine"
) -> industry.Structure:
    """Return pairwise similarity (cosine, near 1: duplicated structures 产业同构) or difference of structures."""
    x, provenance = activity(study, table, year)
    return replace(industry.dissimilarity(x, convention), provenance=provenance)


def herfindahl(study: "Study", year: int, table: str = EMPLOYMENT) -> industry.Structure:
    """Return the Herfindahl–Hirschman index of each place's structure."""
    x, provenance = activity(study, table, year)
    return replace(industry.herfindahl(x), provenance=provenance)


def localisation(
    study: "Study", year: int, table: str = EMPLOYMENT, reference: str | None = None
) -> industry.Structure:
    """Return Hoover's localisation of each industry; `reference` is a variable (population) that an even spread follows."""
    x, provenance = activity(study, table, year)
    base = None if reference is None else study.values(reference, year).reindex(x.index)
    if base is not None and base.isna().any():
        what = Text(f"{reference} 在 {year} 年不齐全", f"{reference} is incomplete in {year}")
        raise InputError([Problem(what)])
    return replace(industry.localisation(x, base), provenance=provenance)


def shift_share(
    study: "Study",
    first: int,
    last: int,
    table: str = EMPLOYMENT,
    convention: Literal["classic", "esteban"] = "classic",
) -> industry.ShiftShare:
    """Return the split of each place's change between two years: national, mix, competitive. See space.industry."""
    start, end, provenance = both_years(study, table, first, last)
    return replace(industry.shift_share(start, end, convention), provenance=provenance)


def complexity(study: "Study", year: int, table: str = EMPLOYMENT, threshold: float = 1.0) -> product_space.Complexity:
    """Return economic complexity of places from location quotients ≥ threshold. See space.complexity.

    Nineteen broad industries are few: read the order, not the decimals.
    """
    x, provenance = activity(study, table, year)
    return replace(product_space.complexity(x, threshold), provenance=provenance)


def activity(study: "Study", table: str, year: int) -> tuple[pd.DataFrame, Provenance]:
    """Return a table's places × industries in one year; places with a missing cell are left out and recorded."""
    if table not in study.tables:
        raise UnknownNameError(Text("数据表", "table"), table, list(study.tables))
    held = study.tables[table]
    kind = [d for d in held.dimensions if d not in ("place", "year")]
    years = sorted(int(y) for y in held.frame["year"].dropna().unique()) if "year" in held.frame else []
    if len(kind) != 1 or "value" not in held.frame or year not in years:
        what = Text(f"表 {table} 没有 {year} 年的行业数据", f"table {table} has no figures by industry for {year}")
        raise InputError([Problem(what, Text(f"可选 {_list(years)}", f"choose {_list(years)}"))])
    rows = held.frame[held.frame["year"] == year]
    order = list(dict.fromkeys(rows[kind[0]]))
    wide = rows.pivot(index="place", columns=kind[0], values="value")  # noqa: PD010 - pivot_table would sum
    wide = wide.reindex(index=[p for p in study.places if p in wide.index], columns=order).astype(np.float64)
    whole = wide.dropna().rename_axis("place").rename_axis("sector", axis=1)
    if whole.empty:
        raise InputError([Problem(Text(f"{table} 各地区均有缺失", f"{table}: every place has a gap"))])
    lost = [p for p in study.places if p not in whole.index]
    return whole, _provenance(study, table, str(year), lost)


def both_years(study: "Study", table: str, first: int, last: int) -> tuple[pd.DataFrame, pd.DataFrame, Provenance]:
    """Return a table's places × industries in two years, on the places complete in both; industries must agree."""
    a, _ = activity(study, table, first)
    b, _ = activity(study, table, last)
    if set(a.columns) != set(b.columns):
        what = Text(f"{first} 与 {last} 年行业分类不同", f"industries differ between {first} and {last}")
        raise InputError([Problem(what, Text("选分类相同的年份", "choose years with one classification"))])
    both = [p for p in a.index if p in b.index]
    lost = [p for p in study.places if p not in both]
    return a.loc[both], b.loc[both, list(a.columns)], _provenance(study, table, f"{first}–{last}", lost)


def _provenance(study: "Study", table: str, years: str, lost: Sequence[str]) -> Provenance:
    made = study.provenance((), table=table, years=years, omitted=", ".join(lost) or None)
    return replace(made, sources=(study.tables[table].variable.source(),))


def _list(years: Sequence[int]) -> str:
    return ", ".join(map(str, years)) or "—"
