"""Power of a pre-trend test: which departures from parallel trends it would have seen, and what passing it selects."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.stats import multivariate_normal, norm

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.honest import sources
from yugong.evaluate.synthetic.simplex import Array

MOST_LOG = 700.0  # a likelihood ratio beyond e^700 is given as that
PERIODS_POINTS = 20_000  # points of the quasi-random rule, per period
SELECTED = 20_000  # draws that pass the test, for the mean given passing
MOST_SLOPE = 1e4  # standard errors a period


@dataclass(frozen=True, slots=True)
class PretrendPower:
    """Power of “no coefficient before the policy differs from zero” against a trend.

    trend, given_pass (before + after,): the trend and the mean estimate if it passes, without any effect; power: chance
    of seeing it; likelihood_ratio: likelihood of the estimates before under the trend over that under none;
    bayes_factor: chance of passing under the trend over that under none; slopes: power → slope seen with that power.
    """

    trend: Array
    given_pass: Array
    power: float
    likelihood_ratio: float
    bayes_factor: float
    slopes: dict[float, float]
    periods: tuple[int, ...]
    method: MethodCard
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a period: period, trend, given_pass."""
        return pd.DataFrame({"period": self.periods, "trend": self.trend, "given_pass": self.given_pass})


def pretrend_power(
    estimates: ArrayLike,
    covariance: ArrayLike,
    before: int,
    slope: float | None = None,
    levels: tuple[float, ...] = (0.5, 0.8),
    alpha: float = 0.05,
    seed: int = 0,
) -> PretrendPower:
    """Return the power of the pre-trend test against a linear difference in trends.

    estimates (before + after,), covariance: as in honest_did. slope: the trend's, a period, in the outcome's unit; that
    seen with the first of `levels` power unless given. The test: each of the `before` estimates lies within its own
    normal interval at 1 − alpha. Roth (2022, section II).
    """
    b, v = np.asarray(estimates, float), np.asarray(covariance, float)
    if before < 1 or v.shape != (len(b), len(b)) or np.linalg.eigvalsh((v + v.T) / 2).min() <= 0:
        raise InputError(
            [Problem(Text("需要政策前的估计值和正定的协方差", "estimates before, and a definite covariance"))]
        )
    after = len(b) - before
    periods = np.concatenate([np.arange(-before, 0), np.arange(1, after + 1)])
    limit = float(norm.ppf(1 - alpha / 2)) * np.sqrt(np.diag(v)[:before])
    first = v[:before, :before]

    def chance(mean: Array) -> float:
        return _inside(mean, first, limit, seed)

    slopes = {level: _slope_for(level, periods[:before], limit, chance) for level in levels}
    used = slopes[levels[0]] if slope is None else slope
    trend = used * periods.astype(float)
    passing, none = chance(trend[:before]), chance(np.zeros(before))
    zero = np.zeros(before)
    logs = (multivariate_normal.logpdf(b[:before], mean, first) for mean in (trend[:before], zero))
    ratio = float(np.exp(min(next(logs) - next(logs), MOST_LOG)))
    return PretrendPower(
        trend,
        _given_pass(trend, v, before, limit, seed),
        1 - passing,
        ratio,
        passing / none,
        slopes,
        tuple(int(p) for p in periods),
        _card(alpha, seed),
    )


def _inside(mean: Array, covariance: Array, limit: Array, seed: int) -> float:
    """Return the chance that all coordinates lie within ± limit."""
    if len(mean) == 1:
        s = float(np.sqrt(covariance[0, 0]))
        return float(norm.cdf((limit[0] - mean[0]) / s) - norm.cdf((-limit[0] - mean[0]) / s))
    return float(
        np.clip(
            multivariate_normal.cdf(
                limit,
                mean,
                covariance,
                lower_limit=-limit,
                maxpts=PERIODS_POINTS * len(mean),
                abseps=1e-6,
                releps=1e-6,
                rng=np.random.default_rng(seed),
            ),
            0.0,
            1.0,
        )
    )


def _slope_for(level: float, periods: Array, limit: Array, chance: Callable[[Array], float]) -> float:
    """Return the slope that is seen with power `level`."""

    def short(slope: float) -> float:
        return 1 - chance(slope * periods.astype(float)) - level

    if short(0.0) >= 0:
        return 0.0
    high = float((limit / np.abs(periods)).min())
    while short(high) < 0 and high < MOST_SLOPE * float(limit.max()):
        high *= 2
    return float(brentq(short, 0.0, high, xtol=1e-6 * high))


def _given_pass(trend: Array, v: Array, before: int, limit: Array, seed: int) -> Array:
    """Return the mean of the estimates given that those before pass, with no effect: by drawing those that pass."""
    rng, tried = np.random.default_rng(seed), 0
    kept: list[Array] = []
    root = np.linalg.cholesky(v[:before, :before])
    while sum(len(k) for k in kept) < SELECTED and tried < 200 * SELECTED:
        drawn = trend[:before] + rng.standard_normal((SELECTED, before)) @ root.T
        tried += SELECTED
        kept.append(drawn[(np.abs(drawn) <= limit).all(axis=1)])
    passed = np.vstack(kept)
    if not len(passed):
        return np.full(len(trend), np.nan)
    mean = passed.mean(axis=0)
    load = np.linalg.solve(v[:before, :before], v[:before, before:]).T
    return np.concatenate([mean, trend[before:] + load @ (mean - trend[:before])])


def _card(alpha: float, seed: int) -> MethodCard:
    return MethodCard(
        "pretrend_power",
        Text("事前趋势检验的功效", "Power of the pre-trend test"),
        r"1-P\left(\lvert\hat\beta_s\rvert\le z_{1-\alpha/2}\hat\sigma_s\ \forall s<0\mid\delta_s=\gamma s\right)",
        Text(
            "检验为各事前系数逐一不显著；趋势为线性",
            "the test: no single coefficient before differs; the trend is linear",
        ),
        None,
        (sources.ROTH,),
        {"alpha": f"{alpha:g}", "seed": str(seed)},
    )
