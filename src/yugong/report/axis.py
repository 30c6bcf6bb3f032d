"""Ticks of value axes and class breaks of maps."""

import math
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from yugong.base.text import Text
from yugong.report.charts import Axis
from yugong.report.numbers import Format, number

_LEAST, _TINY = 1e-12, 1e-290
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def axis(values: Iterable[float | None], title: Text, about: int = 5, zero: bool = False) -> Axis:
    """Return an axis with round ticks that covers `values`, and zero when asked for."""
    known = [v for v in values if v is not None and math.isfinite(v)] or [0.0, 1.0]
    low, high = min(known), max(known)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    # values closer together than a double can divide are one value
    if high - low <= _LEAST * max(abs(low), abs(high), _TINY):
        half = 0.5 * (max(abs(low), abs(high)) if max(abs(low), abs(high)) > _TINY else 1)
        low, high = low - half, high + half
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in _STEPS if s * power >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    exact = round(step / power, 1)
    digits = max(0, -math.floor(math.log10(power)) + (1 if exact == 2.5 else 0) - (1 if exact == 10.0 else 0))
    ticks = tuple(k * step for k in range(first, last + 1))
    labels = tuple(Text(n, n) for n in (number(t, Format(digits)) for t in ticks))
    return Axis(title, ticks[0], ticks[-1], ticks, labels)


def natural_breaks(values: Iterable[float], classes: int = 5) -> tuple[float, ...]:
    """Return the upper ends of all classes but the last: Fisher's (1958) exact least-squares grouping.

    `values` are pooled over all years, so that one set of breaks serves every frame; missing values are left out.
    Fewer distinct values than classes give fewer classes.
    """
    x = np.sort(np.asarray([v for v in values if math.isfinite(v)], dtype=float))
    k = min(classes, len(np.unique(x)))
    if k < 2:
        return ()
    ends = _fisher(x, k)
    return tuple(float(x[e - 1]) for e in ends[:-1])


def mirrored(values: Iterable[float], digits: int) -> tuple[float, ...]:
    """Return class ends that mirror each other about zero, with a class in the middle for what rounds to zero."""
    last = round(10.0**-digits, digits)
    ends = sorted({round(b, digits) for b in natural_breaks([abs(v) for v in values], 3)})
    ends = [e for e in ends if e > last]
    return (*(-e for e in reversed(ends)), -last, 0.0, *ends)


def _fisher(x: NDArray[np.float64], k: int) -> list[int]:
    n = len(x)
    x = x - x.mean()
    s1 = np.concatenate([[0.0], np.cumsum(x)])
    s2 = np.concatenate([[0.0], np.cumsum(x * x)])
    best = np.full(n + 1, np.inf)
    best[1:] = s2[1:] - s1[1:] ** 2 / np.arange(1, n + 1)
    start = np.zeros((k, n + 1), dtype=int)
    for c in range(1, k):
        new = np.full(n + 1, np.inf)
        for j in range(c + 1, n + 1):
            i = np.arange(c, j)
            cost = best[i] + (s2[j] - s2[i]) - (s1[j] - s1[i]) ** 2 / (j - i)
            at = int(np.argmin(cost))
            new[j], start[c, j] = cost[at], i[at]
        best = new
    ends = [n]
    for c in range(k - 1, 0, -1):
        ends.append(int(start[c, ends[-1]]))
    return ends[::-1]


def class_of(value: float | None, breaks: tuple[float, ...]) -> int | None:
    """Return the class of a value (its upper end belongs to it), None when the value is missing."""
    if value is None or not math.isfinite(value):
        return None
    return int(np.searchsorted(breaks, value, side="left"))


def class_labels(breaks: tuple[float, ...], how: Format) -> tuple[Text, ...]:
    """Return the legend's words for the classes between `breaks`; one no wider than the last digit is one number."""
    n = [number(b, how) for b in breaks]
    if not n:
        return (Text("全部", "all"),)
    last = 10.0**-how.digits
    between = [
        y if b - a <= 1.5 * last else f"{x} – {y}" for (a, b), (x, y) in zip(pairwise(breaks), pairwise(n), strict=True)
    ]
    words = [f"≤ {n[0]}", *between, f"> {n[-1]}"]
    return tuple(Text(w, w) for w in words)
