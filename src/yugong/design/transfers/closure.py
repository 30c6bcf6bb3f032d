"""What makes a pot come out even: the weight that exhausts it, and the level that respects caps and floors."""

from typing import Any

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

Values = np.ndarray[Any, np.dtype[np.float64]]


def first_weight(gap: Values, difficulty: Values, pot: float, weight_difficulty: float) -> float:
    """Return the weight w of pot ÷ Σ gap at which Σ gap·max(0, w·pot/Σgap + difficulty·weight_difficulty) = pot.

    `gap` (N,) ≥ 0 in money, `difficulty` (N,). The sum is piecewise linear and rising in w: between two neighbouring
    kinks the weight is exact. InputError where no region has a gap.
    """
    gap, extra = np.asarray(gap, float), np.asarray(difficulty, float) * weight_difficulty
    open_ = gap > 0
    if not open_.any():
        what = Text("没有地区的标准支出高于标准收入", "no region's standard expenditure exceeds its standard revenue")
        raise InputError([Problem(what)])
    gap, extra = gap[open_], extra[open_]
    kinks = np.sort(-extra)  # the rate above which a region's coefficient is positive
    for k, kink in enumerate(kinks):
        at = -extra <= kink
        rate = (pot - gap[at] @ extra[at]) / gap[at].sum()
        if rate >= kink and (k + 1 == len(kinks) or rate <= kinks[k + 1]):
            return float(rate * gap.sum() / pot)
    return float("nan")


def water_fill(amounts: Values, low: Values, high: Values, pot: float) -> float:
    """Return the level λ at which Σ min(max(λ·amounts, low), high) = pot; arrays (N,), amounts ≥ 0.

    InputError where floors exceed the pot or caps cannot take it up.
    """
    amounts, low, high = (np.asarray(a, float) for a in (amounts, low, high))
    least = float(np.where(amounts > 0, low, np.minimum(np.maximum(0.0, low), high)).sum())
    most = float(np.where(amounts > 0, high, np.minimum(np.maximum(0.0, low), high)).sum())
    problems = []
    if least > pot:
        problems.append(
            Problem(
                Text(f"各地保底数合计 {least:,.2f}，超过总额 {pot:,.2f}", f"floors add up to {least:,.2f}, above the pot of {pot:,.2f}"),
                Text("降低 floor 或提高总额", "lower the floor or raise the pot"),
            )
        )  # fmt: skip
    if most < pot:
        problems.append(
            Problem(
                Text(f"各地封顶数合计 {most:,.2f}，装不下总额 {pot:,.2f}", f"caps add up to {most:,.2f}, below the pot of {pot:,.2f}"),
                Text("提高 cap 或降低总额", "raise the cap or lower the pot"),
            )
        )  # fmt: skip
    if problems:
        raise InputError(problems)
    share = amounts[amounts > 0]
    kinks = np.unique(np.concatenate([low[amounts > 0] / share, high[amounts > 0] / share, [0.0]]))
    kinks = kinks[np.isfinite(kinks) & (kinks >= 0)]

    def given(level: float) -> float:
        return float(np.minimum(np.maximum(level * amounts, low), high).sum())

    sums = np.array([given(k) for k in kinks])
    at = int(np.searchsorted(sums, pot))
    if at == 0:
        return float(kinks[0])
    if at == len(kinks):  # beyond the last kink only uncapped regions grow
        free = high == np.inf
        slope = float(amounts[free & (amounts > 0)].sum())
        return float(kinks[-1] + (pot - sums[-1]) / slope) if slope > 0 else float(kinks[-1])
    span = sums[at] - sums[at - 1]
    return float(kinks[at - 1] + (kinks[at] - kinks[at - 1]) * (pot - sums[at - 1]) / span)
