"""From a convergence coefficient to speed and half-life, with what cannot be said."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from yugong.base.text import Text

Growth = Literal["annualised", "total"]
Status = Literal["converging", "diverging", "no_speed"]

STATUS: dict[Status, Text] = {
    "converging": Text("收敛：落后地区增长更快", "converging: poorer regions grow faster"),
    "diverging": Text("发散：b ≥ 0，没有半衰期", "diverging: b ≥ 0, there is no half-life"),
    "no_speed": Text(
        "b ≤ −1/T：一期内越过稳态，λ 没有实数解；可缩短跨度或检查两种增长率口径是否混用",
        "b ≤ −1/T: regions overshoot within the span and λ has no real value; "
        "shorten the span or check that annualised and total growth were not mixed",
    ),
}


@dataclass(frozen=True, slots=True)
class Speed:
    """λ per year with its delta-method standard error and interval; half-life in years (NaN when there is none)."""

    value: float
    se: float
    low: float
    high: float
    half_life: float
    status: Status


def speed(b: float, se: float, low: float, high: float, span: float, growth: Growth) -> Speed:
    """Return λ = −ln(1 + b·T)/T for annualised growth, −ln(1 + b)/T for total growth (Barro & Sala-i-Martin 1992).

    b, se and its interval (low, high) in the unit of the regression; span T in years. λ is monotone in b, so its
    interval is the image of b's; an end with no λ is infinite. Non-existence is data: see `status`.
    """
    scale = span if growth == "annualised" else 1.0

    def rate(at: float) -> float:
        inside = 1 + scale * at
        return float(-np.log(inside) / span) if inside > 0 else float("inf")

    if 1 + scale * b <= 0:
        nan = float("nan")
        return Speed(nan, nan, nan, nan, nan, "no_speed")
    value = rate(b)
    error = se * scale / (span * (1 + scale * b))
    if b >= 0:
        return Speed(value, error, rate(high), rate(low), float("nan"), "diverging")
    return Speed(value, error, rate(high), rate(low), float(np.log(2) / value), "converging")
