"""Sheather and Jones's plug-in bandwidth: the equation solved, as R's bw.SJ(method = "ste") does on a grid."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

Floats = NDArray[np.float64]
EXACT = 1500  # values; beyond it pair distances are counted on a grid
BINS = 2**14


def sheather_jones(values: Floats) -> float:
    """Return the bandwidth h of values (n,) that solves h = [R(K)/(n ψ₄(α h^5/7))]^1/5 (Sheather & Jones 1991).

    Gaussian kernel; pilot scale min(s, IQR/1.349). All pairs up to 1 500 values; beyond, distances on a grid of
    16 384 steps. Raises InputError for values without spread or an equation without a root.
    """
    n = len(values)
    iqr = float(np.subtract(*np.percentile(values, [75, 25]))) / 1.349
    s = float(values.std(ddof=1))
    scale = min(s, iqr) or s
    distance, count = _pairs(values)

    def phi(h: float, polynomial: Callable[[Floats], Floats], at_zero: float, power: int) -> float:
        d = (distance / h) ** 2
        total = 2 * float((count * np.exp(-d / 2) * polynomial(d)).sum()) + n * at_zero
        return float(total / (n * (n - 1) * h**power * np.sqrt(2 * np.pi)))

    def fourth(h: float) -> float:
        return phi(h, lambda d: d**2 - 6 * d + 3, 3.0, 5)

    sixth = -phi(1.23 * scale * n ** (-1 / 9), lambda d: d**3 - 15 * d**2 + 45 * d - 15, -15.0, 7)
    if not sixth > 0:
        raise InputError([_none()])
    alpha = 1.357 * (fourth(1.24 * scale * n ** (-1 / 7)) / sixth) ** (1 / 7)

    def gap(h: float) -> float:
        return float((1 / (2 * np.sqrt(np.pi) * n * fourth(alpha * h ** (5 / 7)))) ** 0.2 - h)

    high = 1.144 * scale * n**-0.2
    low = 0.1 * high
    for _ in range(20):
        if gap(low) * gap(high) <= 0:
            return float(brentq(gap, low, high, xtol=1e-12 * scale, rtol=1e-12))
        low, high = low / 1.2, high * 1.2
    raise InputError([_none()])


def _pairs(x: Floats) -> tuple[Floats, Floats]:
    """Distances between pairs of values and how often each occurs."""
    if len(x) <= EXACT:
        i, j = np.triu_indices(len(x), 1)
        return np.abs(x[i] - x[j]), np.ones(len(i))
    step = float(np.ptp(x)) / (BINS - 1)
    counts = np.bincount(np.round((x - x.min()) / step).astype(int), minlength=BINS).astype(np.float64)
    spectrum = np.fft.rfft(counts, 2 * BINS)
    together = np.round(np.fft.irfft(spectrum * spectrum.conj())[:BINS])
    together[0] = (together[0] - len(x)) / 2
    return np.asarray(step * np.arange(BINS), dtype=np.float64), together


def _none() -> Problem:
    return Problem(
        Text("Sheather–Jones 方程在这些数值上无解", "the Sheather–Jones equation has no root on these values"),
        Text("换用 stata、r 等经验规则", "use a rule of thumb such as stata or r"),
    )
