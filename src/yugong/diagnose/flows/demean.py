"""Sweeping out fixed effects by weighted alternating projections, speeded up by conjugate gradients."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
MOST_SWEEPS = 10_000


def demean(columns: Floats, groups: Sequence[Codes], weights: Floats, tolerance: float = 1e-12) -> tuple[Floats, bool]:
    """Return columns (N, K) less their weighted projection on the dummies of each grouping, and whether it converged.

    groups: one (N,) array of codes 0…G−1 a set of fixed effects; weights (N,) > 0. One set is exact in one sweep;
    more alternate until the step is below `tolerance` relative to the column (symmetric sweeps, conjugate gradients).
    """
    sums = [csr_array((np.ones(len(g)), g, np.arange(len(g) + 1)), shape=(len(g), int(g.max()) + 1)) for g in groups]
    totals = [np.asarray(s.T @ weights, dtype=np.float64) for s in sums]
    if not groups:
        return columns.copy(), True

    def project(v: Floats, at: int) -> Floats:
        # a group without weight keeps mean zero
        mean = (sums[at].T @ (weights[:, None] * v)) / np.where(totals[at] > 0, totals[at], 1.0)[:, None]
        return np.asarray(v - sums[at] @ mean)

    if len(groups) == 1:
        return project(columns, 0), True
    order = [*range(len(groups)), *range(len(groups) - 2, -1, -1)]

    def removed(v: Floats) -> Floats:
        left = v
        for at in order:
            left = project(left, at)
        return v - left

    def inner(a: Floats, b: Floats) -> Floats:
        return np.asarray((weights[:, None] * a * b).sum(axis=0))

    size = np.sqrt(inner(columns, columns))
    bound = (tolerance * np.where(size > 0, size, 1.0)) ** 2
    taken = np.zeros_like(columns)
    residual = removed(columns)
    direction = residual.copy()
    length = inner(residual, residual)
    for _ in range(MOST_SWEEPS):
        if (length <= bound).all():
            return columns - taken, True
        image = removed(direction)
        curve = inner(direction, image)
        step = np.where((length > bound) & (curve > 0), length / np.where(curve > 0, curve, 1.0), 0.0)
        taken += step * direction
        residual = residual - step * image
        now = inner(residual, residual)
        direction = residual + np.where(length > 0, now / np.where(length > 0, length, 1.0), 0.0) * direction
        length = now
    return columns - taken, False
