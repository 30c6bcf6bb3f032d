"""Service gaps: how far places fall short of a standard, and what closing the gap takes."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text

Floats = NDArray[np.float64]
CARD = MethodCard(
    "service_gap",
    Text("公共服务缺口(对标)", "Service gap to a standard"),
    r"g_i=\max\left(0,\frac{s-x_i}{s}\right),\quad "
    r"\text{need}_i=\max(0,s-x_i)\,N_i,\quad \text{covered}=\frac{\sum_{i:g_i=0}N_i}{\sum_i N_i}",
    Text(
        "方向为负的指标取 (x − s)/s；地区内部的差别不在其中；缺值不算达标",
        "indicators where less is better take (x − s)/s; differences inside a place are not seen; missing is not met",
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class ServiceGap:
    """Shortfall of n places against one standard: `gap` as a fraction of it, `need` in value × people, ≥ 0.

    `covered` is the share of people (of places, without people) in places with figures that meet the standard.
    """

    places: tuple[Hashable, ...]
    standard: float
    value: Floats
    gap: Floats
    need: Floats
    covered: float
    method: MethodCard = CARD
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place: place, value, standard, gap, need."""
        return pd.DataFrame(
            {
                "place": self.places,
                "value": self.value,
                "standard": self.standard,
                "gap": self.gap,
                "need": self.need,
            }
        )


def service_gap(
    values: ArrayLike,
    standard: float | Literal["mean", "median", "best"],
    people: ArrayLike | None = None,
    direction: Literal["+", "-"] = "+",
    places: tuple[Hashable, ...] | None = None,
) -> ServiceGap:
    """Return the gap of each place to a standard: a number, or the mean (weighted by people), median or best place.

    values (n,), people (n,) or None. `need` is the shortfall times people: doctors per 1000 persons times persons in
    tens of thousands gives tens of doctors. Raises InputError for a standard that is not positive.
    """
    x = np.asarray(values, dtype=np.float64)
    n = np.ones(len(x)) if people is None else np.asarray(people, dtype=np.float64)
    known = ~np.isnan(x) & ~np.isnan(n)
    if not known.any():
        raise InputError([Problem(Text("没有可用的数值", "no usable values"))])
    if isinstance(standard, str):
        if standard not in ("mean", "median", "best"):
            what = Text(f"标准“{standard}”不认识", f"unknown standard {standard!r}")
            raise InputError([Problem(what, Text("写一个数，或 mean、median、best", "a number, mean, median or best"))])
        best = x[known].max() if direction == "+" else x[known].min()
        level = {"mean": np.average(x[known], weights=n[known]), "median": np.median(x[known]), "best": best}[standard]
    else:
        level = standard
    if not level > 0:
        raise InputError([Problem(Text("标准须为正", "the standard must be positive"))])
    short = np.where(np.isnan(x), np.nan, np.maximum(0.0, level - x if direction == "+" else x - level))
    covered = float(n[known & (short == 0)].sum() / n[known].sum())
    options = {"standard": f"{standard}", "level": f"{float(level):.6g}", "direction": direction}
    return ServiceGap(
        tuple(range(len(x))) if places is None else places,
        float(level),
        x,
        short / level,
        short * n,
        covered,
        replace(CARD, options=options),
    )
