"""The wild cluster bootstrap of one coefficient, by cluster scores: G × G products instead of regressions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.inference import sources
from yugong.evaluate.inference.regression import clustered_error, codes, one_row, partialled, small_sample
from yugong.evaluate.synthetic.simplex import Array

Law = Literal["rademacher", "webb", "mammen"]
TIE = 1e-10  # relative: t statistics this close are equal
CHUNK = 2_000  # draws handled together, to bound memory
BISECTIONS = 60
MOST_STEPS = 60  # doublings of the first step outward before a bound is called infinite


@dataclass(frozen=True, slots=True)
class WildCluster:
    """The coefficient with its clustered standard error and t, and the bootstrap's p values and interval.

    p counts draws with |t*| ≥ |t|, p_strict those with |t*| > |t|; interval: values of the coefficient that the test
    does not reject at `level`; draws: t* (B,); enumerated: every sign pattern once.
    """

    coefficient: float
    se: float
    t: float
    p: float
    p_strict: float
    interval: tuple[float, float]
    level: float
    clusters: int
    enumerated: bool
    draws: Array
    method: MethodCard
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row: estimate, se, t, p, low, high."""
        return one_row(self.coefficient, self.se, self.t, self.p, self.interval)


def wild_cluster(
    outcome: ArrayLike,
    treatment: ArrayLike,
    clusters: ArrayLike,
    controls: ArrayLike | None = None,
    units: ArrayLike | None = None,
    periods: ArrayLike | None = None,
    null: float = 0.0,
    draws: int = 9_999,
    law: Law = "rademacher",
    seed: int = 0,
    level: float | None = 0.95,
) -> WildCluster:
    """Return the wild cluster bootstrap with the null imposed of one coefficient of a linear regression.

    outcome, treatment, clusters, units, periods (n,); controls (n, k). units and periods are fixed effects; units must
    lie within clusters. Rademacher signs are enumerated where 2^G ≤ draws. level: that of the interval, None for none.
    Cameron, Gelbach and Miller (2008); by scores: Roodman et al. (2019, section 5). Raises InputError where a unit lies
    in two clusters or there is one cluster.
    """
    group = codes(clusters)
    g = int(group.max()) + 1
    _check(group, g, units)
    r = partialled(outcome, treatment, controls, units, periods)
    se, factor = clustered_error(r, group)[0], small_sample(r, g)
    signs, enumerated = _signs(g, draws, law, seed)
    by_outcome, by_treatment = (_influence(v, r.treatment, r.controls, group, g) for v in (r.outcome, r.treatment))

    t = (r.coefficient - null) / se
    drawn = _t_values(by_outcome - null * by_treatment, signs, factor)  # the restricted residual is linear in the null

    def share(t: float, drawn: Array, strict: bool) -> float:
        above = np.abs(drawn) > abs(t) * (1 + TIE) if strict else np.abs(drawn) >= abs(t) * (1 - TIE)
        extra = 0 if enumerated else 1  # a drawn sample needs the real one in the count
        return float((above.sum() + extra) / (len(drawn) + extra))

    interval = (np.nan, np.nan)
    if level is not None:
        at = _t_line(by_outcome - r.coefficient * by_treatment, by_treatment, signs, factor)
        interval = _interval(
            lambda value: share((r.coefficient - value) / se, at(value - r.coefficient), False),
            r.coefficient, se, 1 - level,
        )  # fmt: skip
    card = _card(law, enumerated, signs.shape[1], seed, null)
    p, strict = share(t, drawn, False), share(t, drawn, True)
    return WildCluster(r.coefficient, se, t, p, strict, interval, level or 0.95, g, enumerated, drawn, card)


def _signs(g: int, draws: int, law: Law, seed: int) -> tuple[Array, bool]:
    """Return the bootstrap weights (G, B), and whether they are all there are."""
    if law == "rademacher" and g < 31 and 2**g <= draws:
        bits = (np.arange(2**g)[None, :] >> np.arange(g)[:, None]) & 1
        return (2.0 * bits - 1.0).astype(np.float64), True
    rng = np.random.default_rng(seed)
    if law == "rademacher":
        return (2.0 * rng.integers(0, 2, (g, draws)) - 1.0).astype(np.float64), False
    if law == "webb":
        six = np.sqrt(np.array([1.5, 1.0, 0.5]))
        return rng.choice(np.concatenate([-six, six]), (g, draws)).astype(np.float64), False
    root = np.sqrt(5.0)
    drawn = rng.random((g, draws)) < (root + 1) / (2 * root)
    return np.where(drawn, (1 - root) / 2, (1 + root) / 2).astype(np.float64), False


def _influence(v: Array, d: Array, x: Array, group: NDArray[np.int64], g: int) -> Array:
    """Return (G + 1, G): what each cluster's part of v does to every cluster's score of the refitted regression, and,
    in the last row, to the numerator of the coefficient.
    """
    numerator = np.bincount(group, d * v, g)
    square = np.bincount(group, d * d, g)
    scores = np.diag(numerator) - np.outer(square / square.sum(), numerator)
    if x.shape[1]:
        cross = np.column_stack([np.bincount(group, d * column, g) for column in x.T])
        own = np.column_stack([np.bincount(group, v * column, g) for column in x.T])
        scores -= cross @ np.linalg.solve(x.T @ x, own.T)
    return np.vstack([scores, numerator])


def _t_values(influence: Array, signs: Array, factor: float) -> Array:
    out = np.empty(signs.shape[1])
    for first in range(0, signs.shape[1], CHUNK):
        parts = influence @ signs[:, first : first + CHUNK]
        spread = np.sqrt(factor * (parts[:-1] ** 2).sum(axis=0))
        spread = np.maximum(spread, np.finfo(float).tiny)
        out[first : first + CHUNK] = parts[-1] / spread
    return out


def _t_line(at: Array, slope: Array, signs: Array, factor: float) -> Callable[[float], Array]:
    """Return t* (B,) as a function of how far the null lies from the coefficient: `at` less `slope` times it.

    Sums of squares over clusters are kept, so that each null costs B operations and no product of matrices.
    """
    draws = signs.shape[1]
    top, by, square, cross, slopes = (np.empty(draws) for _ in range(5))
    for first in range(0, draws, CHUNK):
        cut = slice(first, first + CHUNK)
        a, b = at @ signs[:, cut], slope @ signs[:, cut]
        top[cut], by[cut] = a[-1], b[-1]
        square[cut], cross[cut], slopes[cut] = ((x * y).sum(axis=0) for x, y in ((a[:-1], a[:-1]), (a[:-1], b[:-1]), (b[:-1], b[:-1])))  # fmt: skip

    def t_values(away: float) -> Array:
        spread = factor * (square - 2 * away * cross + away**2 * slopes)
        return np.asarray((top - away * by) / np.sqrt(np.maximum(spread, np.finfo(float).tiny)))

    return t_values


def _interval(p_value: Callable[[float], float], coefficient: float, se: float, alpha: float) -> tuple[float, float]:
    """Return where the p value crosses alpha below and above the coefficient, by bisection."""
    bounds = []
    for direction in (-1.0, 1.0):
        inside, step = coefficient, se
        for _ in range(MOST_STEPS):
            outside = inside + direction * step
            if p_value(outside) <= alpha:
                break
            inside, step = outside, 2 * step
        else:
            bounds.append(direction * np.inf)
            continue
        for _ in range(BISECTIONS):
            middle = (inside + outside) / 2
            if abs(outside - inside) <= 1e-9 * se:
                break
            inside, outside = (middle, outside) if p_value(middle) > alpha else (inside, middle)
        bounds.append(float(inside))
    return bounds[0], bounds[1]


def _check(group: NDArray[np.int64], g: int, units: ArrayLike | None) -> None:
    problems = []
    if g < 2:
        problems.append(Problem(Text("只有一个聚类", "there is one cluster only")))
    if units is not None:
        unit = codes(units)
        pairs = np.unique(np.column_stack([unit, group]), axis=0)
        if len(pairs) > unit.max() + 1:
            problems.append(
                Problem(
                    Text("有地区跨越两个聚类", "a region lies in two clusters"),
                    Text("聚类须包含整个地区", "clusters must hold whole regions"),
                )
            )
    if problems:
        raise InputError(problems)


def _card(law: Law, enumerated: bool, draws: int, seed: int, null: float) -> MethodCard:
    return MethodCard(
        "wild_cluster",
        Text("野聚类自助法", "Wild cluster bootstrap"),
        r"y^*=X\tilde\beta+v_g\tilde u,\quad t^*=\frac{\hat\beta^*-\beta_0}{\mathrm{se}_{CRV1}^*}",
        Text("在原假设下重抽；p 计入并列", "the null is imposed; ties count in p"),
        None,
        (sources.CAMERON, sources.ROODMAN, sources.MACKINNON),
        {"law": law, "draws": str(draws), "enumerated": str(enumerated), "null": f"{null:g}", "seed": str(seed)},
    )
