"""Border belts: how far two sides of a line differ, and whether they come closer."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def log_gap(a: ArrayLike, b: ArrayLike) -> Floats:
    """Return |ln a − ln b| of positive values, NaN where one is missing or not positive."""
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.abs(np.log(x) - np.log(y))
    return np.where((x > 0) & (y > 0), gap, np.nan)
