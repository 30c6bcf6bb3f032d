"""Honest differences in differences: intervals that allow parallel trends to fail, and where the finding breaks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import norm

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.honest import sources
from yugong.evaluate.honest.arp import moments, rejects
from yugong.evaluate.honest.flci import fixed_length
from yugong.evaluate.honest.restrictions import Family, relative, smoothness, touching_after
from yugong.evaluate.synthetic.simplex import Array

Test = Literal["hybrid", "conditional", "fixed_length"]
REACH = 20.0  # standard errors searched at first on each side
COARSE = 200  # points of the first scan
EXTENSIONS = 8  # times the reach is doubled before a bound is called infinite
PRECISION = 1e-4  # of a standard error, to which a bound is found
MOST_BREAKDOWN = 10.0  # relative bound beyond which a finding is called unbreakable
BREAKDOWN_STEPS = 12


@dataclass(frozen=True, slots=True)
class HonestBounds:
    """Intervals by bound (M,), rows low and high (M, 2); original: the interval under exact parallel trends.

    breakdown: the smallest bound whose interval holds zero (inf where none up to the largest tried does; 0 where the
    original interval does).
    """

    family: Family
    bounds: tuple[float, ...]
    intervals: Array
    original: tuple[float, float]
    breakdown: float
    level: float
    method: MethodCard
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a bound: bound, low, high, holds_zero."""
        low, high = self.intervals.T
        return pd.DataFrame({"bound": self.bounds, "low": low, "high": high, "holds_zero": (low <= 0) & (high >= 0)})


def honest_did(
    estimates: ArrayLike,
    covariance: ArrayLike,
    before: int,
    bounds: Sequence[float] | None = None,
    family: Family = "relative",
    weights: ArrayLike | None = None,
    test: Test | None = None,
    level: float = 0.95,
    breakdown: bool = True,
    seed: int = 0,
) -> HonestBounds:
    """Return the intervals of weights'effects when parallel trends may fail by so much.

    estimates (before + after,): event-study coefficients in order of time, one period apart, without the reference,
    which lies between the two; covariance of them; weights (after,): of the periods after, the first unless given.
    family relative: no step of the difference in trends after the reference exceeds bound × the largest before it;
    smoothness: no change of slope exceeds bound, in the outcome's unit. test: hybrid (relative's default), conditional,
    or fixed_length (smoothness only, its default). Raises InputError for shapes, a covariance that is not positive
    definite, or too few periods. Rambachan and Roth (2023); Andrews, Roth and Pakes (2023).
    """
    b, v = np.asarray(estimates, float), np.asarray(covariance, float)
    after = len(b) - before
    l_vec = np.eye(max(after, 1))[0] if weights is None else np.asarray(weights, float)
    _check(b, v, before, after, l_vec)
    used: Test = test or ("hybrid" if family == "relative" else "fixed_length")
    if family == "relative" and used == "fixed_length":
        raise InputError([Problem(Text("相对幅度没有定长区间", "relative bounds have no fixed-length interval"))])
    se = float(np.sqrt(l_vec @ v[before:, before:] @ l_vec))
    point = float(l_vec @ b[before:])
    half = float(norm.ppf(0.5 + level / 2)) * se
    if bounds is None:
        bounds = (0.5, 1.0, 1.5, 2.0) if family == "relative" else tuple(se * x for x in (0.0, 0.25, 0.5, 1.0))

    def interval(bound: float) -> tuple[float, float]:
        if used == "fixed_length":
            return fixed_length(b, v, before, l_vec, bound, level).interval
        return _by_test(b, v, before, l_vec, bound, family, used == "hybrid", 1 - level, seed, point, se)

    def holds_zero(bound: float) -> bool:
        if used == "fixed_length":
            low, high = interval(bound)
            return bool(low <= 0 <= high)
        return _acceptance(b, v, before, l_vec, bound, family, used == "hybrid", 1 - level, seed)(0.0)

    found = np.array([interval(x) for x in bounds]).reshape(-1, 2)
    original = (point - half, point + half)
    where = np.nan
    if breakdown:
        where = 0.0 if original[0] <= 0 <= original[1] else _breakdown(holds_zero, family, se)
    return HonestBounds(
        family, tuple(float(x) for x in bounds), found, original, where, level, _card(family, used, level, seed)
    )


def _acceptance(
    b: Array, v: Array, before: int, l_vec: Array, bound: float, family: Family, hybrid: bool, alpha: float, seed: int
) -> Callable[[float], bool]:
    """Return the test of a value of the effect: whether some part of the restriction does not reject it."""
    parts = relative(before, len(l_vec), bound) if family == "relative" else [smoothness(before, len(l_vec), bound)]
    if len(l_vec) > 1:
        parts = [touching_after(a, d, before) for a, d in parts]
    prepared = [moments(a, d, b, v, before, l_vec, alpha, seed) for a, d in parts]
    return lambda theta: any(not rejects(m, theta, hybrid) for m in prepared)


def _by_test(
    b: Array,
    v: Array,
    before: int,
    l_vec: Array,
    bound: float,
    family: Family,
    hybrid: bool,
    alpha: float,
    seed: int,
    point: float,
    se: float,
) -> tuple[float, float]:
    """Return the hull of the values that are not rejected under some part of the restriction."""
    accepted = _acceptance(b, v, before, l_vec, bound, family, hybrid, alpha, seed)
    reach = REACH * se
    for _ in range(EXTENSIONS):
        grid = point + np.linspace(-reach, reach, COARSE + 1)
        inside = np.array([accepted(t) for t in grid])
        if not inside.any() or not (inside[0] or inside[-1]):
            break
        reach *= 2
    if not inside.any():
        return np.nan, np.nan
    first, last = int(inside.argmax()), len(inside) - 1 - int(inside[::-1].argmax())
    low = -np.inf if first == 0 else _edge(accepted, grid[first], grid[first - 1], se)
    high = np.inf if last == len(grid) - 1 else _edge(accepted, grid[last], grid[last + 1], se)
    return low, high


def _edge(accepted: Callable[[float], bool], inside: float, outside: float, se: float) -> float:
    while abs(outside - inside) > PRECISION * se:
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if accepted(middle) else (inside, middle)
    return float(inside)


def _breakdown(holds: Callable[[float], bool], family: Family, se: float) -> float:
    """Return the bound at which zero is no longer rejected, by bisection; intervals grow with the bound."""
    unit = 1.0 if family == "relative" else se
    sound, broken = 0.0, unit / 2
    while not holds(broken):
        sound, broken = broken, 2 * broken
        if broken > MOST_BREAKDOWN * unit * 2:
            return np.inf
    for _ in range(BREAKDOWN_STEPS):
        middle = (sound + broken) / 2
        sound, broken = (sound, middle) if holds(middle) else (middle, broken)
    return float(broken)


def _check(b: Array, v: Array, before: int, after: int, l_vec: Array) -> None:
    problems = []
    if v.shape != (len(b), len(b)):
        problems.append(Problem(Text("协方差矩阵与估计值的大小不符", "covariance and estimates differ in size")))
    elif not np.isfinite(v).all() or not np.isfinite(b).all() or np.linalg.eigvalsh((v + v.T) / 2).min() <= 0:
        problems.append(
            Problem(Text("协方差矩阵不正定，或有缺失", "the covariance is not positive definite, or misses values"))
        )
    if before < 1 or after < 1 or len(l_vec) != after:
        problems.append(
            Problem(
                Text(
                    f"基准期前 {before} 期、后 {after} 期，权重 {len(l_vec)} 个",
                    f"{before} before, {after} after, {len(l_vec)} weights",
                ),
                Text("基准期前后至少各一期，权重与后期数相同", "at least one on each side, a weight a period after"),
            )
        )
    if problems:
        raise InputError(problems)


def _card(family: Family, test: Test, level: float, seed: int) -> MethodCard:
    formula = {
        "relative": r"\lvert\delta_{t+1}-\delta_t\rvert\le\bar M\max_{s<0}\lvert\delta_{s+1}-\delta_s\rvert",
        "smoothness": r"\lvert(\delta_{t+1}-\delta_t)-(\delta_t-\delta_{t-1})\rvert\le M",
    }
    title = {
        "relative": Text("诚实双重差分：相对幅度", "Honest DID: relative magnitudes"),
        "smoothness": Text("诚实双重差分：平滑性", "Honest DID: smoothness"),
    }
    how = {
        "hybrid": Text("条件—最不利混合检验的反演", "inversion of the conditional least-favourable hybrid test"),
        "conditional": Text("条件检验的反演", "inversion of the conditional test"),
        "fixed_length": Text("最短定长区间", "shortest fixed-length interval"),
    }
    cited = [sources.RAMBACHAN, sources.ARMSTRONG if test == "fixed_length" else sources.ANDREWS]
    return MethodCard(
        "honest_did",
        title[family],
        formula[family],
        how[test],
        None,
        tuple(cited),
        {"family": family, "test": test, "level": f"{level:g}", "seed": str(seed)},
    )
