"""A region's own input–output table from the nation's coefficients: what it makes limits what it can supply itself."""

from typing import Literal

import numpy as np
import pandas as pd

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.chains.complement import output_frame, technology
from yugong.diagnose.chains.table import Floats, IOTable, io_table

Regional = Literal["supply-demand", "slq", "flq"]
WORDS: dict[str, Text] = {
    "supply-demand": Text("供需池法：自给系数为本地产出与需求之比，至多为 1", "supply–demand pool: own supply over need, at most 1"),
    "slq": Text("简单区位商法", "simple location quotients"),
    "flq": Text("Flegg 区位商法（δ = 0.25）", "Flegg's location quotients (δ = 0.25)"),
}  # fmt: skip
DELTA = 0.25


def regional_table(
    output: object, coefficients: object, place: object, convention: Regional = "supply-demand"
) -> IOTable:
    """Return the table of one of n regions from output (n, m) by sector and national coefficients (m, m).

    Inputs bought inside are r_st = c_st a_st: `supply-demand` c_s = min(1, x_s/Σ_t a_st x_t) (Isard 1953); `slq`
    c_s = min(1, SLQ_s); `flq` c_st = min(1, λ SLQ_s/SLQ_t) with λ = [log₂(1 + share of the nation)]^0.25, SLQ_s on
    the diagonal (Flegg & Webber 1997). Own sales above own output are scaled down to it. Final demand and sales to
    other regions are what is left. One technology everywhere is assumed. Raises InputError, AlignmentError.
    """
    x, places, sectors = output_frame(output)
    if place not in places:
        raise InputError([Problem(Text(f"没有地区 {place}", f"there is no place {place}"))])
    a = technology(coefficients, sectors)
    own = x[places.index(place)]
    z = a * own * _share(x, own, a, convention)
    sold = z.sum(axis=1)
    z *= np.divide(own, sold, out=np.ones_like(own), where=sold > own)[:, None]
    return io_table(pd.DataFrame(z, list(sectors), list(sectors)), np.maximum(own - z.sum(axis=1), 0.0), own)


def _share(x: Floats, own: Floats, a: Floats, convention: Regional) -> Floats:
    """The share of each input that the region supplies itself, (m, 1) or (m, m)."""
    if convention == "supply-demand":
        need = a @ own
        return np.asarray(np.minimum(1.0, np.divide(own, need, out=np.ones_like(own), where=need > 0))[:, None])
    nation = x.sum(axis=0)
    quotient = np.divide(own / own.sum(), nation / nation.sum(), out=np.zeros_like(own), where=nation > 0)
    if convention == "slq":
        return np.asarray(np.minimum(1.0, quotient)[:, None])
    cross = np.divide(quotient[:, None], quotient, out=np.zeros_like(a), where=quotient > 0)
    np.fill_diagonal(cross, quotient)
    return np.asarray(np.minimum(1.0, cross * np.log2(1 + own.sum() / nation.sum()) ** DELTA))
