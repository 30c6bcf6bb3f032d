"""Similar regions: whom a region may fairly be compared with, by distance over structural context."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Regions ranked by distance from one: `order` positions, `distance` in pooled standard deviations.

    `shared` is the share of the weight of variables both regions have; `left_out` holds positions of regions that
    share too little to be compared.
    """

    order: npt.NDArray[np.intp]
    distance: Array
    shared: Array
    left_out: npt.NDArray[np.intp]


def similar_regions(
    values: npt.ArrayLike,
    region: int,
    *,
    year: int = -1,
    weights: npt.ArrayLike | None = None,
    logs: Sequence[bool] | None = None,
    coverage: float = 0.8,
) -> Neighbours:
    """Return all other regions by root-mean-square distance of pooled z-scores from position `region`.

    `values`: (n, k) or (n, T, k); mean and standard deviation are pooled over regions and years, distances are for
    year position `year`. `logs`: variables taken in logarithms (sizes and densities, which are skewed). A missing
    value leaves a variable out of that pair's mean, and a pair sharing less than `coverage` of the weight is left out
    and listed. Constant variables count for nothing.
    """
    x = np.array(values, dtype=np.float64)
    if x.ndim == 2:
        x = x[:, None, :]
    n, _, k = x.shape
    taken = np.zeros(k, dtype=bool) if logs is None else np.asarray(logs, dtype=bool)
    if (x[..., taken] <= 0).any():
        raise InputError([Problem(Text("取对数的变量须为正", "variables taken in logarithms must be positive"))])
    x[..., taken] = np.log(x[..., taken])
    flat = x.reshape(-1, k)
    count = np.maximum((~np.isnan(flat)).sum(axis=0), 1)
    mean = np.nansum(flat, axis=0) / count
    sd = np.sqrt(np.nansum((flat - mean) ** 2, axis=0) / count)
    varies = sd > 1e-12 * np.maximum(np.abs(mean), 1e-300)  # rounding of a constant column is no variation
    w = np.where(varies, 1.0 if weights is None else np.asarray(weights, dtype=np.float64), 0.0)
    if not w.sum() > 0:
        raise InputError([Problem(Text("没有可用于比较的变量", "no variable varies, so regions cannot be compared"))])
    z = (x[:, year] - mean) / np.where(varies, sd, 1.0)
    gap = (z - z[region]) ** 2
    here = ~np.isnan(gap)
    shared = here @ w / w.sum()
    distance = np.sqrt(np.where(here, gap, 0.0) @ w / np.where(shared > 0, shared * w.sum(), np.nan))
    others = np.arange(n) != region
    near = np.flatnonzero(others & (shared >= coverage - 1e-12))
    order = near[np.argsort(distance[near], kind="stable")]
    left = np.flatnonzero(others & (shared < coverage - 1e-12))
    return Neighbours(order, distance[order], shared[order], left)
