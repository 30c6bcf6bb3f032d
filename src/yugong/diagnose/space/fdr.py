"""The false discovery rate of many local tests."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def fdr(p: Any) -> NDArray[np.float64]:
    """Return Benjamini–Hochberg adjusted p-values, shape of `p`; missing ones stay missing and are not counted.

    A test is significant at rate α when its adjusted value is at most α (Benjamini & Hochberg 1995).
    """
    values = np.asarray(p, dtype=float)
    flat = values.ravel()
    known = np.flatnonzero(np.isfinite(flat))
    order = known[np.argsort(flat[known], kind="stable")]
    m = len(order)
    stepped = flat[order] * m / np.arange(1, m + 1)
    adjusted = np.full(flat.shape, np.nan)
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(stepped[::-1])[::-1])
    return adjusted.reshape(values.shape)
