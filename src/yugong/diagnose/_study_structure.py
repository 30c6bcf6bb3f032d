"""Industrial structure on a study's tables of places × industries: quotients, specialisation, shift-share, complexity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.space import complexity as product_graph
from yugong.diagnose.space import industry
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.study.model import Study

EMPLOYMENT = "employment_by_industry"
# the 42 sectors of the 2012 classification that each of the eight merges, first to last
SECTORS: dict[str, tuple[int, int]] = {
    "agriculture": (1, 1),
    "mining": (2, 5),
    "light": (6, 10),
    "heavy": (11, 23),
    "utilities": (24, 26),
    "construction": (27, 27),
    "trade_transport": (28, 30),
    "services": (31, 42),
}
CLASSES = Form(
    "sector_classes",
    Text("行业大类", "Broad classes of sectors"),
    (
        Field("sector", Text("行业代码", "Sector id"), note=Text("与数据表的行业代码一致", "as in the study's table")),
        Field("broad", Text("大类", "Broad class")),
    ),
    Text("每个行业一行", "one row a sector"),
)
PLANTS = Form(
    "plants",
    Text("企业", "Plants"),
    (
        Field("sector", Text("行业", "Sector")),
        Field("place", Text("地区", "Region"), "place"),
        Field("value", Text("就业或产出", "Employment or output"), "number", low=0),
    ),
    Text("每家企业一行，同一口径", "one row a plant, one measure throughout"),
)
FORMS: Mapping[str, tuple[Form, ...]] = {"variety": (CLASSES,), "ellison_glaeser": (PLANTS,)}
CARDS: Mapping[str, MethodCard] = {"ellison_glaeser": industry.ellison_glaeser_card()}  # verbs that need a user table


@dataclass(frozen=True, slots=True, eq=False)
class Relatedness:
    """Relatedness density of places × industries, with the whole result of the product space."""

    space: product_graph.Complexity
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place and industry: place, sector, advantage, density, pci."""
        c = self.space
        n, m = c.density.shape
        return pd.DataFrame(
            {
                "place": np.repeat(np.array(c.places, dtype=object), m),
                "sector": np.tile(np.array(c.sectors, dtype=object), n),
                "advantage": c.advantage.ravel() > 0,
                "density": c.density.ravel(),
                "pci": np.tile(c.pci, n),
            }
        )


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


def variety(study: "Study", year: int, table: str = "gross_output", file: str | None = None) -> industry.Variety:
    """Return related and unrelated variety of each place's structure (Frenken, Van Oort & Verburg).

    Broad classes come from a user table (`file`: sector, broad class), else, for the 42 sectors of gross_output in the
    2012 classification, from the eight sectors of the national table. See space.industry.variety.
    """
    x, provenance = activity(study, table, year)
    if file is not None:
        rows = read_form(file, CLASSES, study)
        parents = rows.drop_duplicates("sector").set_index("sector")["broad"]
    else:
        spans = {f"c2012_{k:02d}": name for name, (a, b) in SECTORS.items() for k in range(a, b + 1)}
        parents = pd.Series(spans)
    if lost := [str(c) for c in x.columns if c not in parents.index]:
        what = Text(f"没有大类的行业：{'、'.join(lost[:8])}", f"sectors without a broad class: {', '.join(lost[:8])}")
        raise InputError([Problem(what, Text("用 file 给出（--template 取模板）", "give them by file (--template)"))])
    return replace(industry.variety(x, parents), provenance=provenance)


def ellison_glaeser(
    study: "Study", file: str, shares: str | None = None, year: int | None = None
) -> industry.EllisonGlaeser:
    """Return Ellison and Glaeser's γ of industries from a user table of plants: sector, place, employment or output.

    `shares` is a variable of the study whose shares in `year` stand for all activity; by default the plants' own.
    See space.industry.ellison_glaeser.
    """
    rows = read_form(file, PLANTS, study)
    whole = None
    if shares is not None:
        if year is None:
            raise InputError([Problem(Text("给 shares 时需要 year", "shares needs year"))])
        whole = study.values(shares, year)
        if whole.isna().any():
            what = Text(f"{shares} 在 {year} 年不齐全", f"{shares} is incomplete in {year}")
            raise InputError([Problem(what)])
    out = industry.ellison_glaeser(rows, whole)
    provenance = study.provenance([shares] if shares else [], plants=len(rows), file=Path(file).name, year=year)
    return replace(out, provenance=provenance)


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


def complexity(study: "Study", year: int, table: str = EMPLOYMENT, threshold: float = 1.0) -> product_graph.Complexity:
    """Return economic complexity of places from location quotients ≥ threshold. See space.complexity.

    Nineteen broad industries are few: read the order, not the decimals.
    """
    x, provenance = activity(study, table, year)
    return replace(product_graph.complexity(x, threshold), provenance=provenance)


def product_space(study: "Study", year: int, table: str = EMPLOYMENT, threshold: float = 1.0) -> Relatedness:
    """Return how close each industry is to what a place is already good at: the product space (Hidalgo et al. 2007).

    Density is the share of proximity around an industry that the place holds; advantage is LQ ≥ `threshold`. Rows
    without an advantage and with high density are the near ones to grow into. See space.complexity.
    """
    made = complexity(study, year, table, threshold)
    return Relatedness(made, made.method, made.provenance)


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
