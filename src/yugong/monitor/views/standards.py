"""Public services against a standard, as financed at one level or pooled at a higher one."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def pooled(values: ArrayLike, weights: ArrayLike, groups: ArrayLike) -> Floats:
    """Return the weighted mean of each place's group (n,): what each would have with pooling at that level.

    groups (n,) labels, None where in none: such a place keeps its own value. Missing values take no part.
    """
    x, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    labels = np.asarray(groups, dtype=object)
    out = x.copy()
    known = ~np.isnan(x) & ~np.isnan(w)
    for label in dict.fromkeys(g for g in labels.tolist() if isinstance(g, str)):
        inside = known & (labels == label)
        if inside.any():
            out[inside] = (x[inside] * w[inside]).sum() / w[inside].sum()
    return out


def shortfall(values: ArrayLike, weights: ArrayLike, standard: float, direction: str = "+") -> tuple[int, float, float]:
    """Return how many places miss the standard, the share of people there, and the mean relative shortfall over all.

    direction "-": less is better. Places without a figure or weight are left out of all three.
    """
    x, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    known = ~np.isnan(x) & ~np.isnan(w)
    gap = np.maximum((standard - x[known]) if direction == "+" else (x[known] - standard), 0.0) / abs(standard)
    mass = w[known].sum()
    miss = gap > 1e-12  # the pooled mean of equal places differs from them in the last digit
    return int(miss.sum()), float(w[known][miss].sum() / mass), float((gap * w[known]).sum() / mass)
