"""Input–output positions of a study's sectors, and industries that moved between its places."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose._study_structure import EMPLOYMENT, SECTORS, activity, both_years
from yugong.diagnose.chains import Complementarity, IOTable, complement, io_table
from yugong.diagnose.chains import sources as chain_sources
from yugong.diagnose.chains.extraction import Extract, Extraction
from yugong.diagnose.chains.extraction import hypothetical_extraction as extract
from yugong.diagnose.chains.linkages import Linkages
from yugong.diagnose.chains.linkages import linkages as measure
from yugong.diagnose.chains.regional import WORDS, Regional, regional_table
from yugong.diagnose.chains.transfer import IndustrialTransfer
from yugong.diagnose.chains.transfer import industrial_transfer as detect

if TYPE_CHECKING:
    from yugong.study.model import Study

NATIONAL_IO, GROSS_OUTPUT = "national_io", "gross_output"
FINAL = ("consumption", "fixed_capital", "inventories")


@dataclass(frozen=True, slots=True, eq=False)
class ChainPartners:
    """Places that could fill a gap, best first."""

    frame: pd.DataFrame
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place: place, surplus, coverage, distance, score, rank."""
        return self.frame


def linkages(study: "Study", year: int, table: str = NATIONAL_IO) -> Linkages:
    """Return backward and forward linkages, upstreamness and downstreamness of the sectors of an input–output table.

    The table merges domestic and imported inputs; imports are taken out in proportion to each sector's share of
    imports in domestic use (a modelled split). See chains.linkages.
    """
    out = measure(domestic_table(study, year, table))
    made = study.provenance((), table=table, years=year, imports="proportional")
    return replace(out, provenance=replace(made, sources=(study.tables[table].variable.source(),)))


def hypothetical_extraction(study: "Study", year: int, table: str = NATIONAL_IO, mode: Extract = "total") -> Extraction:
    """Return the output lost when each sector is taken out; imports are split off as for linkages."""
    out = extract(domestic_table(study, year, table), None, mode)
    made = study.provenance((), table=table, years=year, imports="proportional")
    return replace(out, provenance=replace(made, sources=(study.tables[table].variable.source(),)))


def industrial_transfer(
    study: "Study", first: int, last: int, table: str = EMPLOYMENT, threshold: float = 0.01
) -> IndustrialTransfer:
    """Return which places received and sent which industries between two years. See chains.industrial_transfer.

    On urban-unit employment, mind its break in 2013: choose both years on one side of it.
    """
    start, end, provenance = both_years(study, table, first, last)
    return replace(detect(start, end, threshold), provenance=provenance)


def domestic_table(study: "Study", year: int, table: str = NATIONAL_IO) -> IOTable:
    """Return the domestic part of a national table whose rows are sectors and whose columns add final uses and imports."""
    if table not in study.tables:
        raise UnknownNameError(Text("数据表", "table"), table, list(study.tables))
    held = study.tables[table].frame
    rows = held[held["year"] == year].set_index("item")
    wanted = [*FINAL, "exports", "imports"]
    if rows.empty or not set(wanted) <= set(rows.columns):
        what = Text(f"表 {table} 没有 {year} 年的投入产出数据", f"table {table} has no input–output figures for {year}")
        years = ", ".join(str(int(y)) for y in sorted(held["year"].dropna().unique()))
        raise InputError([Problem(what, Text(f"可选 {years}", f"choose {years}"))])
    sectors = [c for c in rows.columns if c in rows.index]
    z = rows.loc[sectors, sectors].astype(np.float64)
    final = rows.loc[sectors, list(FINAL)].astype(np.float64).sum(axis=1)
    exports, imports = (rows.loc[sectors, c].astype(np.float64) for c in ("exports", "imports"))
    used = z.sum(axis=1) + final
    domestic = 1 - imports / used
    if not ((domestic > 0) & (domestic <= 1)).all():
        what = Text("进口超过国内使用，不能按比例拆分", "imports exceed domestic use; no proportional split")
        raise InputError([Problem(what)])
    return io_table(z.mul(domestic, axis=0), final * domestic + exports)


def complementarity(study: "Study", year: int = 2017, spread: str | None = None) -> Complementarity:
    """Return revealed complementarity between places: what one makes against what another uses, in eight sectors.

    Output is the study's table gross_output, merged to the sectors of national_io; use is by national technology
    (imports included), with final use of the nation spread by the variable `spread` when one is named. Modelled. See
    chains.complementarity.
    """
    x, a, final, provenance = regional_accounts(study, year, spread)
    return replace(complement.complementarity(x, a, final), provenance=provenance)


def coagglomeration(study: "Study", year: int, table: str = EMPLOYMENT) -> complement.Coagglomeration:
    """Return which industries sit in the same places (Ellison, Glaeser & Kerr). See chains.coagglomeration."""
    x, provenance = activity(study, table, year)
    return replace(complement.coagglomeration(x), provenance=provenance)


def chain_gaps(study: "Study", year: int = 2017, spread: str | None = None) -> complement.ChainGaps:
    """Return what each place needs for its production and does not make (补链), most critical first, eight sectors.

    Figures as for complementarity: modelled, with one technology everywhere. See chains.chain_gaps.
    """
    x, a, final, provenance = regional_accounts(study, year, spread)
    return replace(complement.chain_gaps(x, a, final), provenance=provenance)


def chain_partners(
    study: "Study",
    place: str,
    sector: str,
    year: int = 2017,
    spread: str | None = None,
    distance: str = "rail_distance",
    elasticity: float = 1.0,
) -> ChainPartners:
    """Return which places could fill one gap of a place, best first: surplus that fits over distance^elasticity."""
    code = study.place(place)
    found = chain_gaps(study, year, spread)
    km = study.flow(distance).matrix().loc[list(found.places), list(found.places)]
    rows = found.partners(code, sector, km, elasticity)
    rows = rows.rename(columns={"trade_cost": "distance"}).dropna(subset=["distance"])
    rows["rank"] = rows["score"].rank(ascending=False, method="min")
    card = replace(
        found.method,
        id="chain_partners",
        title=Text("补链伙伴", "Partners that could fill a chain gap"),
        formula=r"\text{score}_i=\min(\text{surplus}_{is},\text{gap}_{js})/d_{ij}^{\epsilon}",
        options={"place": code, "sector": sector, "elasticity": f"{elasticity:g}", "distance": distance},
    )
    return ChainPartners(rows.reset_index(drop=True), card, found.provenance)


def regional_extraction(
    study: "Study", place: str, year: int = 2017, convention: Regional = "supply-demand", mode: Extract = "total"
) -> Extraction:
    """Return the output that a place would lose were each of its sectors taken out, on a table made for the place.

    The place's table comes from national coefficients and its own output (`convention`): modelled, not surveyed.
    See chains.regional_table and chains.hypothetical_extraction.
    """
    code = study.place(place)
    x, a, _, provenance = regional_accounts(study, year, None)
    out = extract(regional_table(x, a, code, convention), None, mode)
    words = WORDS[convention]
    card = replace(
        out.method,
        convention=Text(
            f"{out.method.convention.zh}；地区表由全国系数推算，{words.zh}",
            f"{out.method.convention.en}; the place's table is made from national coefficients, {words.en}",
        ),
        citations=(*out.method.citations, chain_sources.FLEGG_WEBBER),
        options=out.method.options | {"place": code, "convention": convention},
    )
    selection = provenance.selection | {"place": code}
    return replace(out, method=card, provenance=replace(provenance, selection=selection))


def regional_accounts(
    study: "Study", year: int, spread: str | None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame | None, Provenance]:
    """Return output (places × 8 sectors), national input coefficients, final use by place or None, and provenance."""
    if GROSS_OUTPUT not in study.tables or NATIONAL_IO not in study.tables:
        raise UnknownNameError(Text("数据表", "table"), f"{GROSS_OUTPUT}, {NATIONAL_IO}", list(study.tables))
    wide, made = activity(study, GROSS_OUTPUT, year)
    held = study.tables[NATIONAL_IO].frame
    rows = held[held["year"] == year].set_index("item")
    sectors = list(SECTORS)
    if rows.empty or not set(sectors) <= set(rows.columns):
        there = ", ".join(str(int(y)) for y in sorted(held["year"].dropna().unique()))
        what = Text(f"{NATIONAL_IO} 没有 {year} 年的八部门表", f"{NATIONAL_IO} has no eight-sector table for {year}")
        raise InputError([Problem(what, Text(f"可选 {there}", f"choose {there}"))])
    x = pd.DataFrame({s: _merged(wide, s) for s in sectors})
    total = rows.loc[sectors, "value"].astype(np.float64)
    a = rows.loc[sectors, sectors].astype(np.float64).div(total.to_numpy(), axis=1)
    final = None
    if spread is not None:
        share = study.values(spread, year).reindex(x.index).astype(np.float64)
        if share.isna().any():
            raise InputError([Problem(Text(f"{spread} 在 {year} 年不齐全", f"{spread} is incomplete in {year}"))])
        used = rows.loc[sectors, list(FINAL)].astype(np.float64).sum(axis=1).clip(lower=0.0)
        final = pd.DataFrame(np.outer(share / share.sum(), used), x.index, sectors)
    provenance = study.provenance(
        (), table=f"{GROSS_OUTPUT}, {NATIONAL_IO}", years=str(year), technology="national", final=spread,
        omitted=made.selection.get("omitted"),
    )  # fmt: skip
    sources = tuple(study.tables[t].variable.source() for t in (GROSS_OUTPUT, NATIONAL_IO))
    if spread is not None:
        sources = (*sources, study.source(spread))
    return x, a, final, replace(provenance, sources=sources)


def _merged(wide: pd.DataFrame, sector: str) -> "pd.Series[float]":
    """Sum the columns of a 42-sector table (2012 classification) that make up one of the eight."""
    first, last = SECTORS[sector]
    columns = [c for c in wide.columns if str(c).startswith("c2012_") and first <= int(str(c)[6:]) <= last]
    if not columns:
        what = Text("总产出表须用 2012 年分类的 42 部门", "gross output must be in the 42 sectors of 2012")
        raise InputError([Problem(what)])
    return wide[columns].sum(axis=1)
