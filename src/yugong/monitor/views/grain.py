"""The grain account: what a place grows beyond what its people need."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def surplus(output: ArrayLike, population: ArrayLike, need: float | None = None) -> tuple[Floats, float]:
    """Return output − need × population (n,), and the need used.

    output in 万吨 and population in 万人: need in tonnes a person. Without one it is the mean output a person of the
    places with both figures, and the surpluses sum to zero; places without a figure are NaN.
    """
    x, n = np.asarray(output, dtype=np.float64), np.asarray(population, dtype=np.float64)
    known = ~np.isnan(x) & ~np.isnan(n)
    used = float(x[known].sum() / n[known].sum()) if need is None else need
    return np.where(known, x - used * n, np.nan), used
