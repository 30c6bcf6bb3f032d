"""The effect in units that people use: actual and counterfactual by year, a year's gap, and what it adds up to."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from yugong.base.text import Text
from yugong.evaluate.question import Floats, Question

AMOUNT = re.compile(r"^(亿|万|百万|千)?(元|人|吨|立方米|美元|千瓦小时|户|公里|平方公里|吨标准煤)$")


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """The treated places by year (T,), in the outcome's own unit: their sum for amounts, else their mean.

    Only treated places whose counterfactual is known in the year count, on both lines. Years before any start show how
    the counterfactual fits. `since` (T,) tells which years any counted place is treated in.
    """

    years: tuple[int, ...]
    actual: Floats
    counterfactual: Floats
    since: Floats
    places: tuple[str, ...]
    summed: bool
    unit: Text

    @property
    def gap(self) -> Floats:
        """Actual less counterfactual (T,)."""
        return self.actual - self.counterfactual

    @property
    def yearly(self) -> float:
        """Mean gap of the years since the start."""
        after = self.since > 0
        return float(np.nanmean(self.gap[after])) if np.isfinite(self.gap[after]).any() else np.nan

    @property
    def total(self) -> float:
        """Sum of the gaps since the start."""
        return float(np.nansum(self.gap[self.since > 0]))

    @property
    def relative(self) -> float:
        """Sum of the gaps since the start over that of the counterfactual."""
        after = (self.since > 0) & np.isfinite(self.gap)
        below = float(self.counterfactual[after].sum())
        return float(self.gap[after].sum()) / below if below else np.nan

    def table(self) -> pd.DataFrame:
        """Return one row a year: year, actual, counterfactual, gap."""
        return pd.DataFrame(
            {"year": self.years, "actual": self.actual, "counterfactual": self.counterfactual, "gap": self.gap}
        )


def path_of(question: Question, counterfactual: Floats) -> Path:
    """Return the path of the treated places beside `counterfactual` (N, T), both out of logs where the question is in them.

    A log counterfactual is turned back by exp, which keeps each place-year's ratio to it and leaves its median, not its
    mean.
    """
    q = question
    back = np.exp if q.transform == "log" else np.asarray
    rows = np.flatnonzero(q.estimated.any(axis=1) & np.isfinite(counterfactual).any(axis=1))
    actual, other = back(q.y[rows]), back(counterfactual[rows])
    free = ~q.contested[rows] & np.isfinite(actual) & np.isfinite(other)
    steady = free.all(axis=0) if free.all(axis=0).any() else free.any(axis=0)
    use = free & steady
    summed = bool(AMOUNT.match(q.unit.zh))
    count = np.maximum(use.sum(axis=0), 1)

    def together(x: Floats) -> Floats:
        total = np.where(use, x, 0.0).sum(axis=0)
        return np.where(use.any(axis=0), total if summed else total / count, np.nan)

    since = (q.treated[rows] & use).any(axis=0).astype(float)
    return Path(q.years, together(actual), together(other), since, tuple(q.places[i] for i in rows), summed, q.unit)
