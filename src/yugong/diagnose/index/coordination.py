"""Coordination: is the gap between regions closing? Dispersion of each indicator as an index, 100 at a base year."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.diagnose import disparity
from yugong.diagnose.index.scale import Array, Direction, standardise

# regions present in both years must hold this share of the population (or count) before two years are compared
MATCHED = 0.8

DISPERSIONS: dict[str, Callable[[Array, Array], float]] = {
    "cv": lambda x, w: float(disparity.cv(x, w)),
    "theil": lambda x, w: float(disparity.theil(x, w)),
    "max_min": lambda x, w: float(disparity.max_min_ratio(x, w)),
    "top_bottom": lambda x, w: float(disparity.top_bottom_ratio(x, w)),
}


@dataclass(frozen=True, slots=True)
class CoordinationIndex:
    """Arrays over T years and m indicators; H headlines.

    `level` (T, m): dispersion (gap) or weighted mean (attainment) over all regions present. `index` (T, m): 100 at
    the base year, higher is better coordinated, from the regions present in both years. `entering` (m,): indicators
    with an index in every year, the only ones in `headline` (T, H) and `total` (T,), so that composition is fixed.
    `matched` (T, m): share of the weights of regions present in both years.
    """

    level: Array
    index: Array
    matched: Array
    entering: npt.NDArray[np.bool_]
    headlines: tuple[str, ...]
    headline: Array
    total: Array


def dispersion(values: npt.ArrayLike, weights: npt.ArrayLike | None = None, measure: str = "cv") -> float:
    """Return the dispersion of one indicator over regions: `values` and `weights` (n,), missing values left out.

    "cv": population-weighted coefficient of variation; "theil": Theil T; "max_min": ratio; "top_bottom": mean of the
    top over that of the bottom 20 % of the population. NaN with fewer than two regions. Values must not be negative.
    """
    x = np.asarray(values, dtype=np.float64)
    w = np.ones_like(x) if weights is None else np.asarray(weights, dtype=np.float64)
    if measure not in DISPERSIONS:
        raise UnknownNameError(Text("离散度", "dispersion"), measure, DISPERSIONS)
    here = ~np.isnan(x) & ~np.isnan(w)
    if here.sum() < 2 or not (x[here] != 0).any():
        return np.nan
    return DISPERSIONS[measure](x[here], w[here])


def coordination_index(
    values: npt.ArrayLike,
    directions: Sequence[Direction],
    measures: Sequence[str],
    headlines: Sequence[str],
    *,
    weights: npt.ArrayLike | None = None,
    base: int = 0,
    measure: str = "cv",
    window: slice | None = None,
) -> CoordinationIndex:
    """Return I_t = 100·D_0/D_t for a gap and 100·X_t/X_0 (X_0/X_t where less is better) for an attainment.

    `values`: (n, T, m). `measures`: "gap" or "attainment" an indicator. `headlines`: the headline of each indicator,
    "" for none. `weights`: (n,), (n, T) or (n, T, m) population, equal by default. `base`: year position. `window`: the year
    positions over which an indicator must be complete to enter headlines (all by default). An attainment towards a
    range is the weighted mean of its pooled score 1 − d/max d. A mean that is not positive has no ratio (NaN). Headlines are equal-weight means of
    their indicators and `total` that of the headlines: the shape, not the values, of the published index of the
    Chinese Academy of Social Sciences, whose own series are not public.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 3:
        raise InputError([Problem(Text("协调指数需要 n×T×m", "a coordination index needs n×T×m"))])
    n, years, m = x.shape
    w = np.ones((n, years)) if weights is None else np.asarray(weights, dtype=np.float64)
    w = np.broadcast_to(w.reshape(*w.shape, *(1,) * (3 - w.ndim)), x.shape)
    level, index, matched = (np.full((years, m), np.nan) for _ in range(3))
    for j in range(m):
        column = x[:, :, j]
        if not isinstance(directions[j], str):
            column = standardise(column[..., None], [directions[j]]).z[..., 0]
        one = _Reader(column, w[..., j], measures[j], measure)
        worse_up = measures[j] == "gap" or directions[j] == "-"
        for t in range(years):
            level[t, j] = one.level(t)
            index[t, j], matched[t, j] = one.index(base, t, worse_up)
    inside = index[window or slice(None)]
    entering = ~np.isnan(inside).any(axis=0) & np.array([h != "" for h in headlines])
    order = tuple(dict.fromkeys(h for h in headlines if h))
    names = np.asarray(headlines)
    headline = np.full((years, len(order)), np.nan)
    for k, name in enumerate(order):
        chosen = entering & (names == name)
        if chosen.any():
            headline[:, k] = index[:, chosen].mean(axis=1)
    filled = ~np.isnan(headline).all(axis=0)
    total = headline[:, filled].mean(axis=1) if filled.any() else np.full(years, np.nan)
    return CoordinationIndex(level, index, matched, entering, order, headline, total)


@dataclass(frozen=True, slots=True)
class _Reader:
    """One indicator (n, T) read as a gap or an attainment."""

    x: Array
    w: Array
    kind: str
    measure: str

    def level(self, t: int, among: npt.NDArray[np.bool_] | None = None) -> float:
        x = self.x[:, t] if among is None else np.where(among, self.x[:, t], np.nan)
        if self.kind == "gap":
            return dispersion(x, self.w[:, t], self.measure)
        here = ~np.isnan(x) & ~np.isnan(self.w[:, t])
        return float(np.average(x[here], weights=self.w[here, t])) if here.any() else np.nan

    def index(self, base: int, t: int, worse_up: bool) -> tuple[float, float]:
        both = ~np.isnan(self.x[:, base]) & ~np.isnan(self.x[:, t])
        people = float(np.nansum(self.w[:, t]))
        share = float(np.nansum(self.w[both, t])) / people if people > 0 else np.nan
        if not share >= MATCHED:
            return np.nan, share
        start, now = self.level(base, both), self.level(t, both)
        if self.kind != "gap" and min(start, now) <= 0:
            return np.nan, share
        over, under = (start, now) if worse_up else (now, start)
        if over == under:
            return 100.0, share
        if under == 0:
            return np.inf, share
        return 100.0 * over / under, share
