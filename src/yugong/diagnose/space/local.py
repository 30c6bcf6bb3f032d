"""Local spatial association: LISA, local Geary, Gi and Gi*, bivariate LISA, with FDR-adjusted p-values."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.space import sources
from yugong.diagnose.space.association import association_card
from yugong.diagnose.space.fdr import fdr
from yugong.diagnose.space.periods import matrix_and_periods
from yugong.diagnose.space.permute import Tail, conditional_counts, pseudo_p, squared_lag
from yugong.diagnose.space.weights import Floats, Weights


@dataclass(frozen=True, slots=True, eq=False)
class LocalAssociation:
    """One local statistic for n places and T periods; every array has shape (n, T).

    `z` and `p_value` (two-sided) are analytic, `p_sim` from conditional permutations, `p_fdr` the Benjamini–Hochberg
    adjustment of `p_sim` (of `p_value` without permutations) within each period; `type` is HH, LH, LL, HL or
    hot, cold whatever its significance ("" for an island).
    """

    labels: tuple[Hashable, ...]
    periods: tuple[Hashable, ...]
    value: Floats
    z: Floats
    p_value: Floats
    p_sim: Floats
    p_fdr: Floats
    type: NDArray[np.str_]
    method: MethodCard
    provenance: Provenance | None = None

    def significant(self, level: float = 0.05, adjusted: bool = False) -> NDArray[np.str_]:
        """Return the types (n, T) where p is at most `level`, "" elsewhere; permutation p-values where there are."""
        p = self.p_fdr if adjusted else np.where(np.isnan(self.p_sim), self.p_value, self.p_sim)
        return np.where(p <= level, self.type, "")

    def table(self) -> pd.DataFrame:
        """Return one row a place and period: place, year, value, z, p_value, p_sim, p_fdr, type."""
        n, t = self.value.shape
        columns = {k: getattr(self, k).ravel() for k in ("value", "z", "p_value", "p_sim", "p_fdr", "type")}
        return pd.DataFrame(
            {"place": np.repeat(np.array(self.labels, dtype=object), t), "year": self.periods * n} | columns
        )


def lisa(
    values: Any,
    weights: Weights,
    convention: Literal["n", "n-1"] = "n",
    times: int = 999,
    seed: int | None = 0,
    tail: Tail = "folded",
) -> LocalAssociation:
    """Return local Moran's I_i = z_i Σ_j w_ij z_j / m₂ for values (n,) or (n, T).

    `convention` is the denominator of m₂ = Σz²/n (Anselin 1995; spdep) or Σz²/(n−1) (esda). The analytic z is
    conditional on x_i (Sokal et al. 1998), the same under both; permutations are conditional too.
    """
    x, periods = matrix_and_periods(values, weights)
    z = x - x.mean(axis=0)
    m2 = (z**2).sum(axis=0) / (weights.n - (convention == "n-1"))
    lag = weights.lag(z)
    score = np.sign(z) * _conditional_z(z, lag, weights)
    p_sim = _simulate(weights, z, z, times, seed, tail)
    card = association_card(
        "lisa",
        Text("局部莫兰指数", "Local Moran's I (LISA)"),
        r"I_i=\frac{z_i}{m_2}\sum_j w_{ij}z_j",
        (sources.LISA, sources.SOKAL, sources.FDR, sources.CALDAS),
        weights,
        convention=convention,
        times=times,
        seed=seed,
        tail=tail,
    )
    return _local(weights, periods, z * lag / m2, score, p_sim, _quadrants(z, lag, weights), card)


def bivariate_lisa(
    x: Any, y: Any, weights: Weights, times: int = 999, seed: int | None = 0, tail: Tail = "folded"
) -> LocalAssociation:
    """Return the local bivariate Moran z_x,i Σ_j w_ij z_y,j of x here and y around, each (n,) or (n, T).

    z-scores divide by the population standard deviation; the neighbours' y are permuted conditionally on y_i.
    """
    a, periods = matrix_and_periods(x, weights)
    b, _ = matrix_and_periods(y, weights)
    zx, zy = ((v - v.mean(axis=0)) / v.std(axis=0) for v in (a, b))
    lag = weights.lag(zy)
    score = np.sign(zx) * _conditional_z(zy, lag, weights)
    p_sim = _simulate(weights, zy, zx, times, seed, tail)
    card = association_card(
        "bivariate_lisa",
        Text("双变量局部莫兰指数", "Bivariate local Moran's I"),
        r"I_{xy,i}=z_{x,i}\sum_j w_{ij}z_{y,j}",
        (sources.LISA, sources.WARTENBERG, sources.FDR),
        weights,
        times=times,
        seed=seed,
        tail=tail,
    )
    return _local(weights, periods, zx * lag, score, p_sim, _quadrants(zx, lag, weights), card)


def local_geary(
    values: Any, weights: Weights, times: int = 999, seed: int | None = 0, tail: Tail = "folded"
) -> LocalAssociation:
    """Return local Geary's c_i = Σ_j w_ij (z_i − z_j)² with sample z-scores, for values (n,) or (n, T).

    Small values are positive association. There is no analytic z here; `type` names the quadrant of the place.
    """
    x, periods = matrix_and_periods(values, weights)
    z = (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
    value = np.stack([squared_lag(weights.matrix, z[:, t]) for t in range(z.shape[1])], axis=1)
    p_sim = np.full(z.shape, np.nan)
    if times:
        for t in range(z.shape[1]):
            p_sim[:, t] = pseudo_p(*conditional_counts(weights, z[:, t], times, seed, squared=True), times, tail)
    card = association_card(
        "local_geary",
        Text("局部吉尔里系数", "Local Geary's c"),
        r"c_i=\sum_j w_{ij}(z_i-z_j)^2",
        (sources.LISA, sources.FDR),
        weights,
        times=times,
        seed=seed,
        tail=tail,
    )
    nothing = np.full(z.shape, np.nan)
    return _local(weights, periods, value, nothing, p_sim, _quadrants(z, weights.lag(z), weights), card)


def hot_spots(
    values: Any,
    weights: Weights,
    star: bool = True,
    times: int = 999,
    seed: int | None = 0,
    tail: Tail = "folded",
) -> LocalAssociation:
    """Return Gi* (`star`) or Gi as z-scores, for values (n,) or (n, T); `value` equals `z`.

    Formulas of Ord & Getis (1995).
    Gi* counts the place itself with the largest weight of its row (1 under contiguity, so that row-standardised
    and binary weights agree); an island's Gi* is its own z-score, its Gi is missing.
    """
    x, periods = matrix_and_periods(values, weights)
    z = x - x.mean(axis=0)
    if star:
        largest = np.asarray(weights.matrix.max(axis=1).toarray()).ravel()
        own = np.where(largest > 0, largest, 1.0)
        total = np.asarray(weights.matrix.sum(axis=1)) + own
        squares = np.asarray((weights.matrix**2).sum(axis=1)) + own**2
        n = weights.n
        spread = np.sqrt(_room(n, squares, total) / (n - 1))
        unit = np.where(spread > 0, spread, np.nan)[:, None]
        score = (weights.lag(z) + own[:, None] * z) / (z.std(axis=0) * unit)
    else:
        score = _conditional_z(z, weights.lag(z), weights)
    p_sim = _simulate(weights, z, np.ones_like(z), times, seed, tail)
    card = association_card(
        "hot_spots",
        Text("热点分析 Gi*" if star else "热点分析 Gi", "Hot spots Gi*" if star else "Hot spots Gi"),
        r"G_i^*=\frac{\sum_j w_{ij}x_j-\bar x W_i^*}{s\sqrt{(nS_{1i}^*-W_i^{*2})/(n-1)}}"
        if star
        else r"G_i=\frac{\sum_{j\ne i}w_{ij}x_j-\bar x_{(i)}W_i}{s_{(i)}\sqrt{[(n-1)S_{1i}-W_i^2]/(n-2)}}",
        (sources.ORD_GETIS, sources.GETIS_ORD, sources.FDR),
        weights,
        star=star,
        times=times,
        seed=seed,
        tail=tail,
    )
    kind = np.where(score > 0, "hot", np.where(score < 0, "cold", ""))
    return _local(weights, periods, score, score, p_sim, kind, card)


def _conditional_z(y: Floats, lag: Floats, w: Weights) -> Floats:
    """z-score of Σ_j w_ij y_j when the neighbours are drawn from the n − 1 others; shape (n, T)."""
    n = w.n
    total = np.asarray(w.matrix.sum(axis=1))[:, None]
    squares = np.asarray((w.matrix**2).sum(axis=1))[:, None]
    mean = (y.sum(axis=0) - y) / (n - 1)
    variance = ((y**2).sum(axis=0) - y**2) / (n - 1) - mean**2
    spread = variance * _room(n - 1, squares, total) / (n - 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(spread > 0, (lag - total * mean) / np.sqrt(spread), np.nan))


def _room(n: int, squares: Any, total: Any) -> Floats:
    """n Σw² − (Σw)²: nothing, and not rounding, where everyone else is an equal neighbour."""
    room = n * squares - total**2
    return np.asarray(np.where(room > 1e-10 * n * squares, room, 0.0))


def _simulate(w: Weights, y: Floats, side: Floats, times: int, seed: int | None, tail: Tail) -> Floats:
    """Pseudo p-values (n, T): the statistic is the lag of y times a number with the sign of `side`."""
    p = np.full(y.shape, np.nan)
    if not times:
        return p
    linked = w.cardinalities > 0
    for t in range(y.shape[1]):
        at_least, at_most = conditional_counts(w, y[:, t], times, seed)
        flip = side[:, t] < 0
        counts = np.where(flip, at_most, at_least), np.where(flip, at_least, at_most)
        p[linked, t] = pseudo_p(*counts, times, tail)[linked]
    return p


def _quadrants(z: Floats, lag: Floats, w: Weights) -> NDArray[np.str_]:
    kind = np.where(z > 0, np.where(lag > 0, "HH", "HL"), np.where(lag > 0, "LH", "LL"))
    kind[w.cardinalities == 0] = ""
    return kind


def _local(
    w: Weights,
    periods: tuple[Hashable, ...],
    value: Floats,
    z: Floats,
    p_sim: Floats,
    kind: NDArray[np.str_],
    card: MethodCard,
) -> LocalAssociation:
    p_value = 2 * norm.sf(np.abs(z))
    base = p_value if np.isnan(p_sim).all() else p_sim
    adjusted = np.stack([fdr(base[:, t]) for t in range(base.shape[1])], axis=1)
    return LocalAssociation(w.labels, periods, value, z, p_value, p_sim, adjusted, kind, card)
