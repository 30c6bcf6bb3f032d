"""How far a target is: progress against the straight path, and the colour of its probability."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yugong.base.text import Text

Floats = NDArray[np.float64]
Colour = Literal["green", "yellow", "orange", "red", "grey"]
COLOURS: dict[str, Text] = {
    "green": Text("绿", "green"),
    "yellow": Text("黄", "yellow"),
    "orange": Text("橙", "orange"),
    "red": Text("红", "red"),
    "blue": Text("蓝", "blue"),
    "grey": Text("灰（无法判断）", "grey (cannot tell)"),
}
STEPS: tuple[tuple[float, Colour], ...] = ((0.8, "green"), (0.5, "yellow"), (0.2, "orange"), (0.0, "red"))
RULE = Text(
    "颜色规则：达标概率不低于 80% 为绿，50%—80% 为黄，20%—50% 为橙，低于 20% 为红；已到期的按是否达到判绿或红；无法计算为灰",
    "colours: a probability of at least 80% is green, 50–80% yellow, 20–50% orange, below 20% red; once the year is "
    "past, green where reached and red where not; grey where it cannot be told",
)


def expected(baseline: float, baseline_year: int, target: float, target_year: int, years: ArrayLike) -> Floats:
    """Return the straight path (T,) from the baseline to the target in `years`; outside the term, its ends."""
    t = np.clip(np.asarray(years, dtype=np.float64), baseline_year, target_year)
    return baseline + (target - baseline) * (t - baseline_year) / (target_year - baseline_year)


def progress(value: ArrayLike, baseline: float, target: float) -> Floats:
    """Return the share of the way from baseline to target that is done; NaN where they are equal."""
    way = target - baseline
    done = (np.asarray(value, dtype=np.float64) - baseline) / (way if way != 0 else np.nan)
    return np.asarray(done, dtype=np.float64)


def colour(probability: float) -> Colour:
    """Return the colour of a probability by STEPS; grey for NaN."""
    return next((c for low, c in STEPS if probability >= low), "grey")
