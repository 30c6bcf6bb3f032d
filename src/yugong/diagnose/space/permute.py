"""Permutation draws: one seeded set shared by every period, and the conditional kernel of local statistics."""

from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from yugong.diagnose.space.weights import Floats, Weights

Tail = Literal["folded", "two-sided", "greater", "less"]
DENSE_SHARE = 0.2  # above this share of links a matrix product is faster than slot by slot
ROUNDING = 1e-12  # sums of the same terms in another order differ by less than this, relatively


def permutations(n: int, times: int, seed: int | None) -> NDArray[np.intp]:
    """Return `times` random orders of 0 … n−1, shape (times, n); the same for every period that uses `seed`."""
    order = np.tile(np.arange(n), (times, 1))
    return np.asarray(np.random.default_rng(seed).permuted(order, axis=1, out=order))


def offsets(n: int, slots: int, times: int, seed: int | None) -> NDArray[np.intp]:
    """Return distinct offsets from 1 … n−1, shape (times, slots).

    Place i's neighbour in slot s is place (i + offset) mod n: a uniform draw without replacement from the
    others, for every i at once, so that a permuted spatial lag is a sum of contiguous slices.
    """
    rng = np.random.default_rng(seed)
    if slots * slots < n:  # few collisions: draw, then draw again the rows that repeat an offset
        drawn = rng.integers(1, n, size=(times, slots))
        while True:
            ordered = np.sort(drawn, axis=1)
            repeat = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
            if not repeat.any():
                return drawn
            drawn[repeat] = rng.integers(1, n, size=(int(repeat.sum()), slots))
    return permutations(n - 1, times, seed)[:, :slots] + 1


def conditional_counts(
    w: Weights, values: Floats, times: int, seed: int | None, squared: bool = False
) -> tuple[Floats, Floats]:
    """Count the permutations whose spatial lag is at least, and at most, the observed one; shapes (n,) and (n,).

    Conditional randomisation (Anselin 1995): place i keeps its value, its neighbours are drawn without
    replacement from the others. With `squared` the lag is Σ_j w_ij (v_i − v_j)² instead of Σ_j w_ij v_j.
    """
    matrix = w.matrix
    observed = squared_lag(matrix, values) if squared else matrix @ values
    slack = ROUNDING * (matrix @ (values**2 + 1) if squared else matrix @ np.abs(values))
    count = _dense_counts if matrix.nnz > DENSE_SHARE * w.n**2 else _sparse_counts
    return count(w, values, observed - slack, observed + slack, times, seed, squared)


def squared_lag(matrix: sp.csr_array, values: Floats) -> Floats:
    """Return Σ_j w_ij (v_i − v_j)², shape (n,)."""
    return np.asarray(matrix.sum(axis=1) * values**2 - 2 * values * (matrix @ values) + matrix @ values**2)


def _sparse_counts(
    w: Weights, values: Floats, low: Floats, high: Floats, times: int, seed: int | None, squared: bool
) -> tuple[Floats, Floats]:
    n = w.n
    order = np.argsort(w.cardinalities, kind="stable")  # slot s then serves a contiguous tail of places
    card = w.cardinalities[order]
    slots = int(card[-1])
    first = np.searchsorted(card, np.arange(slots), side="right").tolist()
    weights = _slot_weights(w, order, slots)
    scale = np.ones(n) if weights is not None else _row_constant(w)[order]
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = (np.where(scale > 0, bound[order] / scale, 0.0) for bound in (low, high))
    own = values[order]
    twice = np.concatenate([own, own])
    at_least, at_most = np.zeros(n, dtype=np.int32), np.zeros(n, dtype=np.int32)
    lag, term, hit = np.empty(n), np.empty(n), np.empty(n, dtype=bool)
    for row in offsets(n, slots, times, seed).tolist():
        lag.fill(0.0)
        for s, shift in enumerate(row):
            start = first[s]
            drawn = twice[start + shift : n + shift]
            if squared:
                drawn = np.subtract(drawn, own[start:], out=term[start:])
                drawn = np.multiply(drawn, drawn, out=drawn)
            if weights is not None:
                drawn = np.multiply(weights[s][start:], drawn, out=term[start:])
            lag[start:] += drawn
        at_least += np.greater_equal(lag, low, out=hit)
        at_most += np.less_equal(lag, high, out=hit)
    back = np.argsort(order, kind="stable")
    return at_least[back].astype(float), at_most[back].astype(float)


def _row_constant(w: Weights) -> Floats:
    total = np.asarray(w.matrix.sum(axis=1))
    return np.divide(total, w.cardinalities, out=np.zeros_like(total), where=w.cardinalities > 0)


def _slot_weights(w: Weights, order: NDArray[np.intp], slots: int) -> Floats | None:
    """Return weights by slot (slots, n), or None where each row's weights are equal."""
    matrix = w.matrix
    row = np.repeat(np.arange(w.n), w.cardinalities)
    if np.allclose(matrix.data, _row_constant(w)[row], rtol=ROUNDING, atol=0):
        return None
    weights = np.zeros((slots, w.n))
    for position, i in enumerate(order):
        mine = matrix.data[matrix.indptr[i] : matrix.indptr[i + 1]]
        weights[: len(mine), position] = mine
    return weights


def _dense_counts(
    w: Weights, values: Floats, low: Floats, high: Floats, times: int, seed: int | None, squared: bool
) -> tuple[Floats, Floats]:
    n = len(values)
    matrix = w.matrix.toarray()
    at_least, at_most = np.zeros(n), np.zeros(n)
    rows, own = np.arange(n)[:, None], values[:, None]
    total = matrix.sum(axis=1)[:, None]
    for chunk in np.array_split(permutations(n, times, seed), max(1, times // 250)):
        where = np.argsort(chunk, axis=1).T  # where[i, p] is the position that value i went to
        drawn = values[chunk].T
        # the place that received value i gets what place i received, so that i's own value stays put
        swap = matrix[rows, where]
        lag = matrix @ drawn + swap * (drawn - own)
        if squared:
            lag = total * own**2 - 2 * own * lag + matrix @ drawn**2 + swap * (drawn**2 - own**2)
        at_least += (lag >= low[:, None]).sum(axis=1)
        at_most += (lag <= high[:, None]).sum(axis=1)
    return at_least, at_most


def pseudo_p(at_least: Floats, at_most: Floats, times: int, tail: Tail = "folded") -> Floats:
    """Return (count + 1)/(times + 1); `folded` takes the smaller tail (GeoDa, esda), `two-sided` doubles it."""
    if tail == "greater":
        count = at_least
    elif tail == "less":
        count = at_most
    else:
        count = np.minimum(at_least, at_most)
    p = (count + 1) / (times + 1)
    return np.asarray(np.minimum(1.0, 2 * p) if tail == "two-sided" else p)
