"""Markov chains of regional classes: plain, conditional on neighbours, and of LISA quadrants."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.dynamics import sources
from yugong.diagnose.dynamics.chain import (
    Homogeneity,
    Mobility,
    first_passage,
    half_life,
    homogeneity,
    independence,
    mobility,
    probabilities,
    stationary,
)
from yugong.diagnose.dynamics.classes import Floats, Scope, classify, panel, year_pairs
from yugong.diagnose.space.weights import Weights

LISA_STATES = ("HH", "LH", "LL", "HL")


@dataclass(frozen=True, slots=True, eq=False)
class Markov:
    """Transitions between k states; counts, probabilities and first-passage times have shape (k, k).

    `ergodic` (k,) is the stationary distribution, NaN where the chain has several closed classes (`status` says so);
    `half_life` and first-passage times are in years.
    """

    states: tuple[str, ...]
    cuts: Floats
    lag: int
    counts: Floats
    p: Floats
    ergodic: Floats
    first_passage: Floats
    half_life: float
    mobility: Mobility
    homogeneity: Homogeneity | None  # over time: each pair of years a subsample
    status: Text
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a pair of states: state, next_state, count, probability."""
        return _tidy(self.states, self.counts, self.p)


@dataclass(frozen=True, slots=True, eq=False)
class SpatialMarkov:
    """Transitions (m, k, k) given the class of the spatial lag, beside the pooled chain."""

    states: tuple[str, ...]
    lag_states: tuple[str, ...]
    lag_cuts: Floats
    counts: Floats  # (m, k, k)
    p: Floats  # (m, k, k), NaN rows where a state never occurs beside such neighbours
    ergodic: Floats  # (m, k)
    mobility: tuple[Mobility, ...]
    homogeneity: Homogeneity  # that the m matrices are one
    pairs: pd.DataFrame  # lag classes two by two
    pooled: Markov
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a cell: lag_state ("all" for the pool), state, next_state, count, probability."""
        parts = [("all", self.pooled.counts, self.pooled.p)]
        parts += list(zip(self.lag_states, self.counts, self.p, strict=True))
        return pd.concat([_tidy(self.states, n, p).assign(lag_state=name) for name, n, p in parts], ignore_index=True)[
            ["lag_state", "state", "next_state", "count", "probability"]
        ]


def markov(
    values: Any,
    k: int = 5,
    cuts: Any = None,
    scope: Scope = "pooled",
    lag: int = 1,
    relative: bool = False,
) -> Markov:
    """Return the Markov chain of values (n, T), classed by quantiles (pooled or by year) or by `cuts`.

    `lag` years lie between the two observations of a transition; a place without a value in either year is left
    out of that pair. `relative` divides each year by its mean. Quah (1993).
    """
    data = panel(values)
    x = data.values / np.nanmean(data.values, axis=0) if relative else data.values
    classes, points = classify(x, k, cuts, scope)
    k = int(points.shape[-1]) + 1
    pairs = year_pairs(data.years, lag)
    counts = np.stack([_count(classes[:, s], classes[:, t], k) for s, t in pairs])
    return _chain(tuple(str(i + 1) for i in range(k)), points, lag, counts, _options(k, cuts, scope, lag, relative))


def markov_order(
    values: Any, k: int = 5, cuts: Any = None, scope: Scope = "pooled", order: Literal[0, 1] = 1, lag: int = 1
) -> Homogeneity:
    """Test a chain of order 0 (independence) or 1 against one order more (Bickenbach & Bode 2003).

    Order 1: the transitions from a state are compared between the states `lag` years before, values (n, T).
    """
    data = panel(values)
    classes, points = classify(data.values, k, cuts, scope)
    k = int(points.shape[-1]) + 1
    pairs = year_pairs(data.years, lag)
    if order == 0:
        total = np.stack([_count(classes[:, s], classes[:, t], k) for s, t in pairs]).sum(axis=0)
        return homogeneity(total[:, None, :])
    later = dict(pairs)
    counts = np.zeros((k, k, k))
    for first, second in pairs:
        if second in later:
            path = classes[:, [first, second, later[second]]]
            path = path[(path >= 0).all(axis=1)]
            np.add.at(counts, (path[:, 0], path[:, 1], path[:, 2]), 1)
    return homogeneity(counts)


def spatial_markov(
    values: Any,
    weights: Weights,
    k: int = 5,
    m: int | None = None,
    cuts: Any = None,
    lag_cuts: Any = None,
    scope: Scope = "pooled",
    lag: int = 1,
    relative: bool = True,
) -> SpatialMarkov:
    """Return Markov chains conditional on the class of the spatial lag in the first year (Rey 2001).

    `values` (n, T) are aligned to the weights by label and must have no gaps; the lag is classed in m quantiles
    (m = k by default) by the same scope, or by `lag_cuts`. Tests are Bickenbach & Bode's (2003).
    """
    data = panel(values)
    x = weights.complete(values)
    x = x / x.mean(axis=0) if relative else x
    frame = pd.DataFrame(x, index=pd.Index(list(weights.labels)), columns=list(data.years))
    pooled = markov(frame, k, cuts, scope, lag)
    classes, _ = classify(x, k, cuts, scope)
    k = len(pooled.states)
    neighbours, lag_points = classify(weights.lag(x), m or k, lag_cuts, scope)
    m = int(lag_points.shape[-1]) + 1
    counts = np.zeros((m, k, k))
    for s, t in year_pairs(data.years, lag):
        np.add.at(counts, (neighbours[:, s], classes[:, s], classes[:, t]), 1)
    p = probabilities(counts)
    names = tuple(str(i + 1) for i in range(m))
    tests = [(a, b, homogeneity(counts[[a, b]])) for a in range(m) for b in range(a + 1, m)]
    pairs = pd.DataFrame(
        [(names[a], names[b], h.q, h.degrees, h.p_q, h.lr, h.p_lr) for a, b, h in tests],
        columns=["lag_state", "other_state", "q", "degrees", "p_q", "lr", "p_lr"],
    )
    card = MethodCard(
        "spatial_markov",
        Text("空间马尔可夫链", "Spatial Markov chain"),
        r"p_{ij|m}=\frac{n_{ij|m}}{\sum_j n_{ij|m}}",
        Text(
            f"邻居类型取转移起始年的空间滞后；权重：{weights.kind.zh}",
            f"neighbours are classed in the first year of a transition; weights: {weights.kind.en}",
        ),
        Text("从未出现的状态其概率为缺失，不为零", "a state that never occurs has missing probabilities, not zeros"),
        (sources.REY, sources.BICKENBACH),
        _options(k, cuts, scope, lag, relative) | {"m": str(m)},
    )
    ergodic = np.stack([_ergodic(q) for q in p])
    return SpatialMarkov(
        pooled.states,
        names,
        lag_points,
        counts,
        p,
        ergodic,
        tuple(mobility(q) for q in p),
        homogeneity(counts),
        pairs,
        pooled,
        card,
    )


def lisa_markov(values: Any, weights: Weights, lag: int = 1) -> tuple[Markov, Homogeneity]:
    """Return the chain of Moran-scatterplot quadrants HH, LH, LL, HL of values (n, T), and a test of independence.

    The test compares transitions with those expected if places and their neighbours moved independently of each
    other (Rey 2001). Deviations are from each year's mean, and the spatial lag is that of the deviations.
    """
    data = panel(values)
    x = weights.complete(values)
    z = x - x.mean(axis=0)
    around = weights.lag(z)
    own, near = (z > 0).astype(int), (around > 0).astype(int)
    quadrant = np.array([[2, 1], [3, 0]])[own, near]
    pairs = year_pairs(data.years, lag)
    counts = np.stack([_count(quadrant[:, s], quadrant[:, t], 4) for s, t in pairs])
    chain = _chain(LISA_STATES, np.empty(0), lag, counts, {"lag": str(lag), "weights": weights.kind.en})
    return chain, independence(counts.sum(axis=0))


def _count(start: NDArray[np.intp], end: NDArray[np.intp], k: int) -> Floats:
    both = (start >= 0) & (end >= 0)
    return np.bincount(start[both] * k + end[both], minlength=k * k).reshape(k, k).astype(float)


def _ergodic(p: Floats) -> Floats:
    rows = stationary(p)
    return rows[0] if len(rows) == 1 else np.full(len(p), np.nan)


def _chain(states: tuple[str, ...], cuts: Floats, lag: int, by_year: Floats, options: dict[str, str]) -> Markov:
    counts = by_year.sum(axis=0)
    p = probabilities(counts)
    classes = len(stationary(p))
    if classes == 1:
        status = Text("遍历分布唯一", "the stationary distribution is unique")
    else:
        status = Text(
            f"链有 {classes} 个闭类，遍历分布不唯一；可减少类别或合并年份",
            f"the chain has {classes} closed classes and no unique stationary distribution; try fewer classes",
        )
    card = MethodCard(
        "markov",
        Text("马尔可夫链", "Markov chain"),
        r"p_{ij}=\frac{n_{ij}}{\sum_j n_{ij}},\quad \pi=\pi P",
        Text("落在分界点上的值归入较低一类", "a value on a cut belongs to the lower class"),
        Text("从未出现的状态其概率为缺失，不为零", "a state that never occurs has missing probabilities, not zeros"),
        (sources.QUAH, sources.BICKENBACH, sources.FORMBY, sources.KEMENY),
        options,
    )
    return Markov(
        states,
        cuts,
        lag,
        counts,
        p,
        _ergodic(p),
        first_passage(p) * lag,
        half_life(p) * lag if np.isfinite(p).all() else float("nan"),
        mobility(p),
        homogeneity(by_year) if len(by_year) > 1 else None,
        status,
        card,
    )


def _options(k: int, cuts: Any, scope: str, lag: int, relative: bool) -> dict[str, str]:
    return {
        "k": str(k),
        "cuts": "quantiles" if cuts is None else "given",
        "scope": scope,
        "lag": str(lag),
        "relative": str(relative),
    }


def _tidy(states: tuple[str, ...], counts: Floats, p: Floats) -> pd.DataFrame:
    k = len(states)
    return pd.DataFrame(
        {
            "state": np.repeat(np.array(states), k),
            "next_state": np.tile(np.array(states), k),
            "count": counts.ravel(),
            "probability": p.ravel(),
        }
    )
