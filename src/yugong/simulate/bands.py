"""Bands in tables: the same table for every draw, and what the middle of the draws lies between."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

# The columns of each table that bands are given for; the others follow from these or are accounts of one scenario.
_PEOPLE = ("real_income_change", "real_grp_change", "grp_change", "emissions_change", "welfare_change")
BANDED: dict[str, tuple[str, ...]] = {
    "region": (*_PEOPLE, "population_change"),
    "group": (*_PEOPLE, "population_change"),
    "nation": _PEOPLE,
    "sector": ("sales_change", "price_change"),
    "trade": ("change",),
    "migration": ("change",),
    "balances": ("change",),
    "channels": ("log_points",),
    "decomposition": ("welfare_first_order", "welfare_exact"),
    "levels": ("grp_new", "income_new", "population_new", "real_income_per_head_new", "emissions_new"),
}


def add_bands(frame: pd.DataFrame, draws: Iterable[pd.DataFrame], columns: Iterable[str], level: float) -> pd.DataFrame:
    """Return `frame` with the columns X_low and X_high for each X (or X_change) of `columns`.

    `draws` are tables with the same rows in the same order; no draw gives NaN.
    """
    held = list(draws)
    out = frame.copy()
    for column in columns:
        stem = column.removesuffix("_change")
        values = [d[column].to_numpy(dtype=np.float64) for d in held]
        for end, share in (("low", (1 - level) / 2), ("high", (1 + level) / 2)):
            out[f"{stem}_{end}"] = np.quantile(np.stack(values), share, axis=0) if values else np.nan
    return out
