"""Who moved a weighted mean, and whose faster pace would close its gap."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def contributions(
    before: ArrayLike, after: ArrayLike, weights_before: ArrayLike, weights_after: ArrayLike
) -> tuple[Floats, Floats]:
    """Return each place's part (n,) of the change of a weighted mean: by its own level, and by its weight.

    With shares s and mean m, level: (s₀+s₁)/2 · (x₁−x₀); weight: (s₁−s₀) · ((x₀+x₁)/2 − (m₀+m₁)/2). The parts sum to
    m₁ − m₀ exactly.
    """
    x0, x1 = np.asarray(before, float), np.asarray(after, float)
    w0, w1 = np.asarray(weights_before, float), np.asarray(weights_after, float)
    s0, s1 = w0 / w0.sum(), w1 / w1.sum()
    middle = (float(s0 @ x0) + float(s1 @ x1)) / 2
    return (s0 + s1) / 2 * (x1 - x0), (s1 - s0) * ((x0 + x1) / 2 - middle)


def gains(pace: ArrayLike, weights: ArrayLike, horizon: int, direction: str, quantile: float = 0.75) -> Floats:
    """Return what the weighted mean would gain by the horizon if each place alone moved at the best quarter's pace.

    pace (n,) yearly change; places already as fast gain nothing. The gain is in the direction that is good.
    """
    g = np.asarray(pace, float) * (1 if direction == "+" else -1)
    w = np.asarray(weights, float)
    best = float(np.nanquantile(g, quantile))
    return np.asarray(w / w.sum() * np.maximum(best - g, 0.0) * horizon, dtype=np.float64)
