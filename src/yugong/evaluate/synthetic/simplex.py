"""Least squares over the simplex: weights that are not negative and sum to one, exact to the KKT conditions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

KKT_TOLERANCE = 1e-12  # of the reduced gradient, relative to the largest squared distance between target and column
MOST_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class SimplexFit:
    """Weights (J,), the sum of squares they leave, the largest KKT violation (relative), the steps taken, and status."""

    weights: Array
    loss: float
    violation: float
    steps: int
    status: str


def simplex_least_squares(matrix: Array, target: Array, ridge: float = 0.0) -> SimplexFit:
    """Return w ≥ 0, Σw = 1 that minimise ‖target − matrix w‖² + ridge ‖w‖².

    `matrix` (T, J) and `target` (T,) hold finite numbers in any one unit; `ridge` is in that unit squared. A primal
    active-set method: one column enters at a time, the equality-constrained problem on the support is solved exactly,
    and columns that would turn negative leave (Lawson and Hanson 1974, ch. 23, with the sum held at one). Where more
    columns than rows fit exactly the weights are one of many: the loss is unique, they are not.
    """
    # with Σw = 1 the target can be taken off every column, which keeps large levels out of the arithmetic
    gaps = np.asarray(matrix, float) - np.asarray(target, float)[:, None]
    distance = (gaps**2).sum(axis=0)
    scale = max(float(distance.max()) + ridge, np.finfo(float).tiny)
    support = [int(np.argmin(distance))]
    weights = np.zeros(gaps.shape[1])
    weights[support] = 1.0
    violation, steps, status = np.inf, 0, "steps"
    while steps < MOST_STEPS:
        steps += 1
        gradient = (gaps[:, support] @ weights[support]) @ gaps + ridge * weights
        level = float(gradient[support] @ weights[support])
        entering = int(np.argmin(gradient))
        violation = max(level - float(gradient[entering]), 0.0) / scale
        if violation <= KKT_TOLERANCE or entering in support:
            status = "optimal"
            break
        support.append(entering)
        support = _solve_support(gaps, ridge, weights, support)
    residual = gaps @ weights
    return SimplexFit(weights, float(residual @ residual), float(violation), steps, status)


def _solve_support(gaps: Array, ridge: float, weights: Array, support: list[int]) -> list[int]:
    """Move `weights` (in place) to the optimum on the support; columns that reach zero on the way leave it."""
    while True:
        wanted = _equality_constrained(gaps[:, support], ridge)
        if (wanted > 0).all():
            weights[support] = wanted
            return support
        now = weights[support]
        falling = wanted <= 0
        share = np.full(len(support), np.inf)
        share[falling] = now[falling] / np.maximum(now[falling] - wanted[falling], np.finfo(float).tiny)
        step = float(share.min())
        moved = now + step * (wanted - now)
        moved[share <= step] = 0.0
        weights[support] = moved
        support = [j for j, w in zip(support, moved, strict=True) if w > 0]
        weights /= weights.sum()


def _equality_constrained(gaps: Array, ridge: float) -> Array:
    """Return the minimiser of ‖gaps w‖² + ridge ‖w‖² with Σw = 1."""
    k = gaps.shape[1]
    if k == 1:
        return np.ones(1)
    spread, first = gaps[:, 1:] - gaps[:, :1], gaps[:, 0]
    if ridge > 0:  # w = e₁ + D z, D = [−1'; I], so ‖w‖² = (1 − Σz)² + ‖z‖²
        gram = spread.T @ spread + ridge * (np.eye(k - 1) + 1.0)
        z = np.linalg.solve(gram, ridge - spread.T @ first)
    else:
        z = np.linalg.lstsq(spread, -first, rcond=None)[0]
    return np.concatenate([[1.0 - z.sum()], z])
