"""What is allowed to differ from parallel trends, written as linear inequalities A δ ≤ d."""

from typing import Literal

import numpy as np

from yugong.evaluate.synthetic.simplex import Array

Family = Literal["relative", "smoothness"]


def differences(before: int, after: int) -> Array:
    """Return the matrix (before + after, before + after) of first differences of δ, with δ = 0 at the reference.

    δ holds the periods before the reference, then those after it, in order of time, one period apart; row k is the step
    from period k to the next along −before, …, −1, 0, 1, …, after.
    """
    full = np.eye(before + after + 1)
    steps = full[1:] - full[:-1]
    return np.asarray(np.delete(steps, before, axis=1))


def second_differences(before: int, after: int) -> Array:
    """Return the matrix (before + after − 1, before + after) of changes of slope of δ."""
    steps = differences(before, after)
    return np.asarray(steps[1:] - steps[:-1])


def smoothness(before: int, after: int, bound: float) -> tuple[Array, Array]:
    """Return (A, d) of Δ^SD(M): no change of slope exceeds `bound`. Rambachan and Roth (2023, eq. 8)."""
    bends = second_differences(before, after)
    a = np.vstack([bends, -bends])
    return a, np.full(len(a), bound)


def relative(before: int, after: int, bound: float) -> list[tuple[Array, Array]]:
    """Return (A, d) of each part of Δ^RM(M̄), a union over the largest step before and its sign.

    No step after the reference exceeds `bound` times the largest step before it, which is step s with the given sign.
    Rambachan and Roth (2023, section 2.3.1).
    """
    steps = differences(before, after)
    parts = []
    for s in range(before):
        for sign in (1.0, -1.0):
            largest = sign * steps[s]
            limit = np.vstack([np.tile(largest, (before, 1)), np.tile(bound * largest, (after, 1))])
            a = np.vstack([steps - limit, -steps - limit])
            a = np.unique(a[np.abs(a).max(axis=1) > 1e-12], axis=0)
            parts.append((a, np.zeros(len(a))))
    return parts


def touching_after(a: Array, d: Array, before: int) -> tuple[Array, Array]:
    """Keep the inequalities in which a period after the reference appears: the others do not bound the effect."""
    rows = (a[:, before:] != 0).any(axis=1)
    return a[rows], d[rows]
