"""Control charts: the exponentially weighted moving average and the cumulative sum."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.monitor.sources import (
    HAWKINS_OLWELL_1998,
    JONES_2001,
    LUCAS_CROSIER_1982,
    LUCAS_SACCUCCI_1990,
    PAGE_1954,
    ROBERTS_1959,
)

Floats = NDArray[np.float64]
Kind = Literal["ewma", "cusum"]

EWMA_CARD = MethodCard(
    "ewma",
    Text("指数加权移动平均控制图（EWMA）", "Exponentially weighted moving average chart (EWMA)"),
    r"E_t=\lambda z_t+(1-\lambda)E_{t-1},\ E_0=0;\quad |E_t|>L\sqrt{\tfrac{\lambda}{2-\lambda}\,[1-(1-\lambda)^{2t}]}",
    Text(
        "用逐期的精确界限；limits=fixed 用渐近界限",
        "exact limits that widen with t; limits=fixed takes the asymptotic ones",
    ),
    Text("缺数的期不更新也不报警", "a missing period neither updates nor signals"),
    (ROBERTS_1959, LUCAS_SACCUCCI_1990, JONES_2001),
)
CUSUM_CARD = MethodCard(
    "cusum",
    Text("双侧累积和控制图（CUSUM）", "Two-sided cumulative-sum chart (CUSUM)"),
    r"C^{+}_t=\max(0,C^{+}_{t-1}+z_t-k),\quad C^{-}_t=\max(0,C^{-}_{t-1}-z_t-k);\quad \max(C^{+}_t,C^{-}_t)>h",
    Text("报警后不清零，逐期照报", "no reset after a signal: it signals as long as it is above"),
    Text("缺数的期不更新也不报警", "a missing period neither updates nor signals"),
    (PAGE_1954, LUCAS_CROSIER_1982, HAWKINS_OLWELL_1998),
)


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A chart over the last axis (…, T): statistic with its sign, limit, and where it signals."""

    statistic: Floats  # CUSUM: C⁺ where it is the larger, else −C⁻
    limit: Floats
    signal: NDArray[np.bool_]
    method: MethodCard


def ewma(z: ArrayLike, weight: float = 0.2, limit: float = 3.0, limits: Literal["exact", "fixed"] = "exact") -> Chart:
    """Return the EWMA chart of standardised values z (…, T), `weight` λ in (0, 1], `limit` L in standard deviations.

    Raises InputError for λ outside (0, 1] or L ≤ 0. Source: Lucas and Saccucci (1990), eq. 1–3.
    """
    if not 0 < weight <= 1 or limit <= 0:
        raise InputError([Problem(Text("λ 须在 (0, 1] 之内，L 须为正", "λ must be in (0, 1] and L positive"))])
    x = np.asarray(z, dtype=np.float64)
    steps = np.cumsum(~np.isnan(x), axis=-1)
    out, level = np.empty_like(x), np.zeros(x.shape[:-1])
    for t in range(x.shape[-1]):
        here = x[..., t]
        level = np.where(np.isnan(here), level, weight * here + (1 - weight) * level)
        out[..., t] = level
    growth = 1 - (1 - weight) ** (2.0 * steps) if limits == "exact" else 1.0
    bound = np.broadcast_to(limit * np.sqrt(weight / (2 - weight) * growth), x.shape).astype(np.float64)
    return Chart(out, bound, (np.abs(out) > bound) & ~np.isnan(x), EWMA_CARD)


def cusum(z: ArrayLike, allowance: float = 0.5, limit: float = 4.0) -> Chart:
    """Return the two-sided CUSUM of standardised values z (…, T); allowance k ≥ 0, decision limit h > 0.

    Raises InputError for k < 0 or h ≤ 0. Source: Page (1954); Lucas and Crosier (1982).
    """
    if allowance < 0 or limit <= 0:
        raise InputError([Problem(Text("k 不能为负，h 须为正", "k may not be negative and h must be positive"))])
    x = np.asarray(z, dtype=np.float64)
    out = np.empty_like(x)
    high, low = np.zeros(x.shape[:-1]), np.zeros(x.shape[:-1])
    for t in range(x.shape[-1]):
        here = x[..., t]
        known = ~np.isnan(here)
        high = np.where(known, np.maximum(0.0, high + here - allowance), high)
        low = np.where(known, np.maximum(0.0, low - here - allowance), low)
        out[..., t] = np.where(high >= low, high, -low)
    return Chart(out, np.full(x.shape, limit), (np.abs(out) > limit) & ~np.isnan(x), CUSUM_CARD)


def standardised(x: ArrayLike, baseline: int) -> tuple[Floats, Floats, Floats]:
    """Return (x − mean)/sd over the last axis with the mean and sd (ddof 1) of the first `baseline` values, and both.

    A baseline that does not vary gives NaN.
    """
    values = np.asarray(x, dtype=np.float64)
    head = values[..., :baseline]
    mean = head.mean(axis=-1)
    sd = head.std(axis=-1, ddof=1)
    sd = np.where(sd > 0, sd, np.nan)
    return (values - mean[..., None]) / sd[..., None], mean, sd
