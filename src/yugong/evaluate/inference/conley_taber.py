"""Conley–Taber: with few treated regions, the controls' own gaps say how large chance gaps are."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from math import comb, factorial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import nnls

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.inference import sources
from yugong.evaluate.synthetic.simplex import Array

FEWEST_CONTROLS = 10


@dataclass(frozen=True, slots=True)
class ConleyTaber:
    """The effect, chance gaps of the controls (B,), p value, and interval at `level`, in the outcome's unit."""

    effect: float
    draws: Array
    interval: tuple[float, float]
    level: float
    exact: bool
    method: MethodCard
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    @property
    def p(self) -> float:
        """Two-sided p value, (1 + as large) / (1 + draws)."""
        return (1 + int((np.abs(self.draws) >= abs(self.effect)).sum())) / (1 + len(self.draws))

    def table(self) -> pd.DataFrame:
        """Return one row: effect, p, low, high."""
        low, high = self.interval
        return pd.DataFrame({"effect": [self.effect], "p": [self.p], "low": [low], "high": [high]})


def conley_taber(
    outcome: ArrayLike,
    starts: ArrayLike,
    sizes: ArrayLike | None = None,
    draws: int = 9_999,
    seed: int = 0,
    level: float = 0.95,
) -> ConleyTaber:
    """Return the difference in differences of the treated against never treated regions with Conley–Taber's interval.

    outcome (N, T), complete; starts (N,): first treated column, T or more where never; sizes (N,): what each region's
    figure is an average over (persons, say), which lets small regions vary more (Ferman and Pinto 2019). Sets of
    controls are measured against the controls left, along the treated regions' dates; they are enumerated where there are
    no more than `draws`. Conley and Taber (2011, proposition 2). Raises InputError below ten controls.
    """
    y = np.asarray(outcome, float)
    begins = np.minimum(np.asarray(starts, dtype=np.int64), y.shape[1])
    treated, controls = np.flatnonzero(begins < y.shape[1]), np.flatnonzero(begins >= y.shape[1])
    _check(y, treated, controls, sizes)
    path = (np.arange(y.shape[1]) >= begins[treated][:, None]).astype(float)
    path -= path.mean(axis=1, keepdims=True)
    spread = float((path**2).sum())
    mean = y[controls].mean(axis=0)
    effect = float((path * (y[treated] - mean)).sum()) / spread
    centred = y[controls] - mean
    gaps = path @ centred.T / spread  # (treated, controls)
    # a control that stands for a treated region leaves the mean of the others, which moves by this much
    rest = path.sum(axis=0) @ centred.T / spread / (len(controls) - len(treated))
    if sizes is not None:
        scale = _heteroskedastic(gaps, np.asarray(sizes, float)[controls])
        gaps = gaps / scale(np.asarray(sizes, float)[controls])
        gaps = gaps * scale(np.asarray(sizes, float)[treated])[:, None]
    chance, exact = _combinations(gaps + rest, draws, seed)
    alpha = 1 - level
    low, high = np.quantile(chance, [alpha / 2, 1 - alpha / 2], method="inverted_cdf")
    card = _card(sizes is not None, exact, len(chance), seed)
    return ConleyTaber(effect, chance, (effect - float(high), effect - float(low)), level, exact, card)


def _combinations(gaps: Array, draws: int, seed: int) -> tuple[Array, bool]:
    """Return the sums that arise when each treated region's path is laid over a different control."""
    m, n = gaps.shape
    if comb(n, m) * factorial(m) <= draws:
        chosen = np.array(list(permutations(range(n), m)))
        return gaps[np.arange(m), chosen].sum(axis=1), True
    rng = np.random.default_rng(seed)
    chosen = np.argsort(rng.random((draws, n)), axis=1)[:, :m]
    return gaps[np.arange(m), chosen].sum(axis=1), False


def _heteroskedastic(gaps: Array, sizes: Array) -> Callable[[Array], Array]:
    """Return the standard deviation of a gap as a function of size: variance = a + b / size, both not negative."""
    square = (gaps**2).mean(axis=0)
    design = np.column_stack([np.ones(len(sizes)), 1 / sizes])
    a, b = nnls(design, square)[0]

    def scale(of: Array) -> Array:
        return np.asarray(np.sqrt(a + b / of))

    return scale


def _check(y: Array, treated: NDArray[np.intp], controls: NDArray[np.intp], sizes: ArrayLike | None) -> None:
    problems = []
    if not np.isfinite(y).all():
        problems.append(Problem(Text("Conley–Taber 需要无缺失的面板", "Conley–Taber needs a complete panel")))
    if not len(treated):
        problems.append(Problem(Text("没有受政策影响的地区", "no region is treated")))
    if len(controls) < max(FEWEST_CONTROLS, len(treated) + 2):
        problems.append(
            Problem(
                Text(f"从未受影响的地区只有 {len(controls)} 个", f"only {len(controls)} regions are never treated"),
                Text(f"至少需要 {FEWEST_CONTROLS} 个", f"at least {FEWEST_CONTROLS} are needed"),
            )
        )
    if sizes is not None and not (np.asarray(sizes, float) > 0).all():
        problems.append(Problem(Text("规模须为正数", "sizes must be positive")))
    if problems:
        raise InputError(problems)


def _card(sized: bool, exact: bool, draws: int, seed: int) -> MethodCard:
    return MethodCard(
        "conley_taber",
        Text("Conley–Taber 推断", "Conley–Taber inference"),
        r"\hat\alpha-\alpha\approx\frac{\sum_j\sum_t(d_{jt}-\bar d_j)\eta_{jt}}{\sum_j\sum_t(d_{jt}-\bar d_j)^2}",
        Text(
            "政策地区与从未受影响地区之差；偶然差距取自同样多的对照地区相对其余对照地区",
            "treated less never treated regions; chance gaps are those of controls against the controls left",
        ),
        None,
        (sources.CONLEY_TABER, *((sources.FERMAN_PINTO,) if sized else ())),
        {"exact": str(exact), "draws": str(draws), "seed": str(seed)},
    )
