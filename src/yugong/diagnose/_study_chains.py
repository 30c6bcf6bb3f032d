"""Input–output positions of a study's sectors, and industries that moved between its places."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.diagnose._study_structure import EMPLOYMENT, both_years
from yugong.diagnose.chains import IOTable, io_table
from yugong.diagnose.chains.extraction import Extract, Extraction
from yugong.diagnose.chains.extraction import hypothetical_extraction as extract
from yugong.diagnose.chains.linkages import Linkages
from yugong.diagnose.chains.linkages import linkages as measure
from yugong.diagnose.chains.transfer import IndustrialTransfer
from yugong.diagnose.chains.transfer import industrial_transfer as detect

if TYPE_CHECKING:
    from yugong.study.model import Study

NATIONAL_IO = "national_io"
FINAL = ("consumption", "fixed_capital", "inventories")


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
