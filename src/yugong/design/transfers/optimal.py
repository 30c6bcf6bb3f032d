"""The best division of a pot for a stated social welfare function, by gradient, within bounds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

Values = np.ndarray[Any, np.dtype[np.float64]]
Look = Callable[[Values], tuple[float, Values]]  # amounts (N,) → value and slopes (N,)
ON_BOUND = 1e-6  # of the width between the bounds
PRECISION = 1e-9  # of the objective, in units of what moving the mean amount between regions does at the start


@dataclass(frozen=True, slots=True)
class Living:
    """Equally distributed equivalent living standard of the nation's groups by origin (Atkinson 1970), aversion ε ≥ 0.

    A group's standard is the base year's real income per head at home times the group's welfare, new over old, which
    counts goods, housing, public services and the option to move. ε = 0 is the mean, 1 the geometric mean; heads are
    the base year's.
    """

    aversion: float = 1.0

    def __call__(self, outcomes: Any, base: Any) -> Any:
        """Return the equally distributed equivalent standard, base-year mean one."""
        standard, share = standards(outcomes, base)
        if self.aversion == 1:
            return (standard**share).prod()
        return (share * standard ** (1 - self.aversion)).sum() ** (1 / (1 - self.aversion))


@dataclass(frozen=True, slots=True)
class Spread:
    """Coefficient of variation of living standards over groups, weighted by heads (Williamson 1965)."""

    def __call__(self, outcomes: Any, base: Any) -> Any:
        """Return the coefficient of variation."""
        standard, share = standards(outcomes, base)
        mean = (share * standard).sum()
        return (share * (standard / mean - 1) ** 2).sum() ** 0.5


def standards(outcomes: Any, base: Any) -> tuple[Any, Any]:
    """Return living standards (W,) of groups by origin, the base year's mean one, and their share of heads (W,).

    Groups outside the nation have no share. The economy has one worker group a region.
    """
    level = (base.people * base.level).sum(1) / base.people.sum(1)
    heads = base.workers * base.nation[base.home]
    share = heads / heads.sum()
    at_home = level[base.home]
    return at_home / (share * at_home).sum() * outcomes.welfare, share


@dataclass(frozen=True, slots=True)
class Allocation:
    """The best amounts found (N,), the value of one more unit in each region (N,) and of the pot, and how it ended."""

    amounts: Values
    value: float
    slopes: Values  # (N,) of the objective in each region's amount
    price: float  # of the pot: the slope common to the regions between their bounds; NaN where there is none
    bound: tuple[str, ...]  # (N,) "low", "high" or ""
    path: tuple[float, ...]
    converged: bool
    text: Text


def allocate(
    look: Look,
    start: Values,
    low: Values,
    high: Values,
    limit: tuple[Look, float] | None = None,
    steps: int = 200,
) -> Allocation:
    """Maximise an objective over amounts (N,) with the same sum as `start`, each within [low, high].

    `look` gives the objective and its exact slopes; `limit` another outcome and the most it may be. Sequential least
    squares (Kraft 1988): local, and only as good as the model behind `look`. InputError where bounds cross or cannot
    hold the sum.
    """
    start, low, high = (np.asarray(a, float) for a in (start, low, high))
    pot = float(start.sum())
    problems = []
    if (low > high).any():
        problems.append(Problem(Text("有地区的下限高于上限", "a region's floor exceeds its cap")))
    if low.sum() > pot * (1 + 1e-12) or high.sum() < pot * (1 - 1e-12):
        what = Text(
            f"下限合计 {low.sum():,.1f}、上限合计 {high.sum():,.1f}，容不下总额 {pot:,.1f}",
            f"floors of {low.sum():,.1f} and caps of {high.sum():,.1f} cannot hold the pot of {pot:,.1f}",
        )
        problems.append(Problem(what, Text("放宽 floor 或 max_change", "relax the floor or max_change")))
    if problems:
        raise InputError(problems)
    unit = pot / len(start)
    slopes = look(start)[1]
    first = float(np.ptp(slopes)) * unit or 1.0
    path: list[float] = []

    def negative(z: Values) -> tuple[float, Values]:
        value, slopes = look(z * unit)
        path.append(value)
        return -value / first, -slopes * unit / first

    constraints: list[dict[str, Any]] = [{"type": "eq", "fun": lambda z: z.sum() - len(z), "jac": np.ones_like}]
    if limit is not None:
        other, most = limit
        size = abs(most) or 1.0
        constraints.append(
            {
                "type": "ineq",
                "fun": lambda z: (most - other(z * unit)[0]) / size,
                "jac": lambda z: -other(z * unit)[1] * unit / size,
            }
        )
    search: Any = minimize
    found = search(
        negative, np.clip(start, low, high) / unit, jac=True, method="SLSQP", constraints=constraints,
        bounds=list(zip(low / unit, high / unit, strict=True)), options={"maxiter": steps, "ftol": PRECISION},
    )  # fmt: skip
    amounts = np.clip(found.x * unit, low, high)
    value, slopes = look(amounts)
    near = ON_BOUND * np.maximum(high - low, 1e-12)
    at = tuple(
        "low" if a - lo <= w else "high" if hi - a <= w else ""
        for a, lo, hi, w in zip(amounts, low, high, near, strict=True)
    )
    free = np.array([b == "" for b in at])
    price = float(np.median(slopes[free])) if free.any() and limit is None else float("nan")
    text = (
        Text("已达到最优（局部）", "a (local) optimum was reached")
        if found.success
        else Text(f"搜索停止：{found.message}", f"the search stopped: {found.message}")
    )
    return Allocation(amounts, value, slopes, price, at, tuple(path), bool(found.success), text)
