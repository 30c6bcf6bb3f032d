"""Global spatial association: Moran's I, Geary's C, the general G of Getis and Ord, bivariate Moran."""

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
from yugong.diagnose.space.periods import matrix_and_periods
from yugong.diagnose.space.permute import Tail, permutations, pseudo_p
from yugong.diagnose.space.weights import Floats, Weights, from_matrix

Assumption = Literal["randomisation", "normality"]


@dataclass(frozen=True, slots=True, eq=False)
class Association:
    """One global statistic for T periods; every array has shape (T,).

    `z` and `p_value` (two-sided) follow from the analytic moments, `p_sim` from permutations (NaN without).
    """

    periods: tuple[Hashable, ...]
    value: Floats
    expected: Floats
    variance: Floats
    z: Floats
    p_value: Floats
    p_sim: Floats
    simulated: Floats  # (times, T): the statistic under each permutation
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a period: year, value, expected, variance, z, p_value, p_sim."""
        return pd.DataFrame(
            {
                "year": self.periods,
                "value": self.value,
                "expected": self.expected,
                "variance": self.variance,
                "z": self.z,
                "p_value": self.p_value,
                "p_sim": self.p_sim,
            }
        )


def moran(
    values: Any,
    weights: Weights,
    convention: Assumption = "randomisation",
    times: int = 999,
    seed: int | None = 0,
    tail: Tail = "folded",
) -> Association:
    """Return Moran's I for values (n,) or (n, T), labelled or in the order of the weights.

    I = (n/S₀) Σ_ij w_ij z_i z_j / Σ z_i²; moments under randomisation or normality (Cliff & Ord 1981);
    permutation p-values use the same draws in every period. Missing or constant values raise InputError.
    """
    x, periods = matrix_and_periods(values, weights)
    n = weights.n
    z = x - x.mean(axis=0)
    s0, s1, s2 = weights.sums
    scale = n / s0 / (z**2).sum(axis=0)
    expected = np.full(x.shape[1], -1 / (n - 1))
    if convention == "normality":
        second = np.full(x.shape[1], (n**2 * s1 - n * s2 + 3 * s0**2) / ((n**2 - 1) * s0**2))
    else:
        b2 = n * (z**4).sum(axis=0) / (z**2).sum(axis=0) ** 2
        top = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2) - b2 * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
        second = top / ((n - 1) * (n - 2) * (n - 3) * s0**2)
    value = scale * _quadratic(z, weights)
    simulated = scale * _permuted(z, weights, times, seed)
    card = association_card(
        "moran",
        Text("莫兰指数", "Moran's I"),
        r"I=\frac{n}{S_0}\frac{\sum_{ij}w_{ij}(x_i-\bar x)(x_j-\bar x)}{\sum_i(x_i-\bar x)^2}",
        (sources.MORAN, sources.CLIFF_ORD),
        weights,
        convention=convention,
        times=times,
        seed=seed,
        tail=tail,
    )
    return _result(periods, value, expected, second - expected**2, simulated, tail, card)


def geary(
    values: Any,
    weights: Weights,
    convention: Assumption = "randomisation",
    times: int = 999,
    seed: int | None = 0,
    tail: Tail = "folded",
) -> Association:
    """Return Geary's C for values (n,) or (n, T); C < 1 (z < 0) is positive association.

    C = (n−1) Σ_ij w_ij (x_i − x_j)² / (2 S₀ Σ z_i²); moments by Cliff & Ord (1981).
    """
    x, periods = matrix_and_periods(values, weights)
    n = weights.n
    z = x - x.mean(axis=0)
    s0, s1, s2 = weights.sums
    squares = (z**2).sum(axis=0)
    if convention == "normality":
        variance = np.full(x.shape[1], ((2 * s1 + s2) * (n - 1) - 4 * s0**2) / (2 * (n + 1) * s0**2))
    else:
        b2 = n * (z**4).sum(axis=0) / squares**2
        top = (
            (n - 1) * s1 * (n**2 - 3 * n + 3 - (n - 1) * b2)
            - (n - 1) * s2 * (n**2 + 3 * n - 6 - (n**2 - n + 2) * b2) / 4
            + s0**2 * (n**2 - 3 - (n - 1) ** 2 * b2)
        )
        variance = top / (n * (n - 2) * (n - 3) * s0**2)
    margins = np.asarray(weights.matrix.sum(axis=1) + weights.matrix.sum(axis=0))
    scale = (n - 1) / (2 * s0 * squares)
    value = scale * (margins @ z**2 - 2 * _quadratic(z, weights))
    order = permutations(n, times, seed)
    level = np.stack([(z[:, t] ** 2)[order] @ margins for t in range(z.shape[1])], axis=1)
    simulated = scale * (level - 2 * _permuted(z, weights, times, seed))
    card = association_card(
        "geary",
        Text("吉尔里系数", "Geary's C"),
        r"C=\frac{(n-1)\sum_{ij}w_{ij}(x_i-x_j)^2}{2S_0\sum_i(x_i-\bar x)^2}",
        (sources.GEARY, sources.CLIFF_ORD),
        weights,
        convention=convention,
        times=times,
        seed=seed,
        tail=tail,
    )
    return _result(periods, value, np.ones(x.shape[1]), variance, simulated, tail, card)


def getis_ord(
    values: Any,
    weights: Weights,
    convention: Literal["binary", "weights"] = "binary",
    times: int = 999,
    seed: int | None = 0,
    tail: Tail = "folded",
) -> Association:
    """Return the general G for positive values (n,) or (n, T).

    G = Σ_ij w_ij x_i x_j / Σ_{i≠j} x_i x_j with moments of Getis & Ord (1992). `binary` replaces the
    weights by 1 for every link, as the definition with a distance d does; `weights` uses them as they are.
    """
    x, periods = matrix_and_periods(values, weights)
    w = weights if convention == "weights" else binary(weights)
    n = w.n
    s0, s1, s2 = w.sums
    m1, m2, m3, m4 = ((x**k).sum(axis=0) for k in (1, 2, 3, 4))
    b0 = (n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2
    b1 = -((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    b2 = -(2 * n * s1 - (n + 3) * s2 + 6 * s0**2)
    b3 = 4 * (n - 1) * s1 - 2 * (n + 1) * s2 + 8 * s0**2
    b4 = s1 - s2 + s0**2
    pairs = m1**2 - m2
    top = b0 * m2**2 + b1 * m4 + b2 * m1**2 * m2 + b3 * m1 * m3 + b4 * m1**4
    second = top / (pairs**2 * n * (n - 1) * (n - 2) * (n - 3))
    expected = np.full(x.shape[1], s0 / (n * (n - 1)))
    card = association_card(
        "getis_ord",
        Text("Getis–Ord 全局 G", "Getis–Ord general G"),
        r"G=\frac{\sum_{ij}w_{ij}x_ix_j}{\sum_{i\ne j}x_ix_j}",
        (sources.GETIS_ORD,),
        weights,
        convention=convention,
        times=times,
        seed=seed,
        tail=tail,
    )
    simulated = _permuted(x, w, times, seed) / pairs
    return _result(periods, _quadratic(x, w) / pairs, expected, second - expected**2, simulated, tail, card)


def bivariate_moran(
    x: Any, y: Any, weights: Weights, times: int = 999, seed: int | None = 0, tail: Tail = "folded"
) -> Association:
    """Return the bivariate Moran's I of x here and y in the neighbourhood, each (n,) or (n, T).

    I = Σ_i z_x,i Σ_j w_ij z_y,j / S₀ with population z-scores; inference by permuting y only (no analytic moments:
    `variance`, `z` and `p_value` come from the permutations). It mixes in-place correlation with spillover.
    """
    a, periods = matrix_and_periods(x, weights)
    b, _ = matrix_and_periods(y, weights)
    zx, zy = ((v - v.mean(axis=0)) / v.std(axis=0) for v in (a, b))
    s0 = weights.sums[0]
    value = (zx * weights.lag(zy)).sum(axis=0) / s0
    back = weights.matrix.T @ zx / s0
    order = permutations(weights.n, times, seed)
    simulated = np.stack([zy[:, t][order] @ back[:, t] for t in range(zy.shape[1])], axis=1)
    card = association_card(
        "bivariate_moran",
        Text("双变量莫兰指数", "Bivariate Moran's I"),
        r"I_{xy}=\frac{1}{S_0}\sum_i z_{x,i}\sum_j w_{ij}z_{y,j}",
        (sources.WARTENBERG,),
        weights,
        times=times,
        seed=seed,
        tail=tail,
    )
    expected = simulated.mean(axis=0) if times else np.full(len(value), np.nan)
    variance = simulated.var(axis=0) if times else np.full(len(value), np.nan)
    return _result(periods, value, expected, variance, simulated, tail, card)


def binary(weights: Weights) -> Weights:
    """Return the same links with weight 1."""
    w = weights.matrix.copy()
    w.data = np.ones_like(w.data)
    return from_matrix(w, weights.labels, weights.kind, "keep")


def _quadratic(x: Floats, w: Weights) -> Floats:
    return np.asarray((x * (w.matrix @ x)).sum(axis=0))


def _permuted(x: Floats, w: Weights, times: int, seed: int | None) -> Floats:
    order: NDArray[np.intp] = permutations(w.n, times, seed)
    out = np.empty((times, x.shape[1]))
    for t in range(x.shape[1]):
        drawn = x[:, t][order].T
        out[:, t] = np.einsum("ip,ip->p", drawn, w.matrix @ drawn)
    return out


def _result(
    periods: tuple[Hashable, ...],
    value: Floats,
    expected: Floats,
    variance: Floats,
    simulated: Floats,
    tail: Tail,
    card: MethodCard,
) -> Association:
    z = (value - expected) / np.sqrt(variance)
    times = len(simulated)
    slack = 1e-12 * np.abs(value)  # a permutation that equals the data must count on both sides
    at_least, at_most = (simulated >= value - slack).sum(axis=0), (simulated <= value + slack).sum(axis=0)
    p_sim = pseudo_p(at_least, at_most, times, tail) if times else np.full(len(value), np.nan)
    return Association(periods, value, expected, variance, z, 2 * norm.sf(np.abs(z)), p_sim, simulated, card)


def association_card(
    id: str, title: Text, formula: str, citations: tuple[Any, ...], w: Weights, **options: object
) -> MethodCard:
    """Return a card whose convention names the weights, their standardisation and the islands."""
    kind = "行标准化" if w.row_standardised else "未标准化"
    style = "row-standardised" if w.row_standardised else "not standardised"
    zh, en = f"权重：{w.kind.zh}，{kind}", f"weights: {w.kind.en}, {style}"
    if w.islands:
        zh += f"；{len(w.islands)} 个孤岛按零行计入 n"
        en += f"; {len(w.islands)} island(s) kept as zero rows and counted in n"
    return MethodCard(
        id, title, formula, Text(zh, en), None, citations, {k: str(v) for k, v in options.items()} | w.options
    )
