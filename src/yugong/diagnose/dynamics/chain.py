"""Finite Markov chains: stationary distributions, first passage, mobility, and tests of homogeneity."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.stats import chi2

Floats = NDArray[np.float64]


def probabilities(counts: Any) -> Floats:
    """Return row shares of counts (…, k, k); a state never left has a row of NaN, never of zeros."""
    n = np.asarray(counts, dtype=float)
    total = n.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(n, total, out=np.full_like(n, np.nan), where=total > 0))


def stationary(p: Any) -> Floats:
    """Return one stationary distribution for each closed class of states, shape (classes, k).

    A chain with one closed class has one row. States never observed (rows of NaN) belong to no class.
    """
    matrix = np.asarray(p, dtype=float)
    seen = np.isfinite(matrix).all(axis=1)
    links = np.where(seen[:, None], np.nan_to_num(matrix), 0.0) > 0
    number, part = connected_components(links, directed=True, connection="strong")
    rows = []
    for c in range(number):
        inside = part == c
        if not seen[inside].all() or links[inside][:, ~inside].any():
            continue
        q = matrix[np.ix_(inside, inside)]
        m = len(q)
        system = np.vstack([(q.T - np.eye(m))[:-1], np.ones(m)])
        row = np.zeros(len(matrix))
        row[inside] = np.linalg.solve(system, np.r_[np.zeros(m - 1), 1.0])
        rows.append(row)
    return np.array(rows).reshape(len(rows), len(matrix))


def first_passage(p: Any) -> Floats:
    """Return mean first-passage times m_ij in steps (k, k), the mean recurrence time on the diagonal.

    Kemeny & Snell (1976): M = (I − Z + 1·diag(Z)) D with Z = (I − P + 1π)⁻¹. NaN unless one closed class holds
    all states.
    """
    matrix = np.asarray(p, dtype=float)
    k = len(matrix)
    pi = stationary(matrix)
    if len(pi) != 1 or (pi[0] <= 0).any():
        return np.full((k, k), np.nan)
    z = np.linalg.inv(np.eye(k) - matrix + pi[0][None, :])
    return np.asarray((np.eye(k) - z + np.diag(z)[None, :]) / pi[0][None, :])


@dataclass(frozen=True, slots=True)
class Mobility:
    """Five mobility indices of a transition matrix (Formby, Smith & Zheng 2004); 0 is immobility."""

    shorrocks: float  # (k − tr P)/(k − 1)
    determinant: float  # 1 − |det P|
    second_eigenvalue: float  # 1 − |λ₂|
    stayers: float  # (k − kΣπ_i p_ii)/(k − 1)
    distance: float  # Σπ_i p_ij |i − j|/(k − 1)


def mobility(p: Any, weights: Any = None) -> Mobility:
    """Return mobility indices of P (k, k); `weights` are state shares, by default the stationary distribution."""
    matrix = np.asarray(p, dtype=float)
    k = len(matrix)
    if not np.isfinite(matrix).all():
        return Mobility(*[float("nan")] * 5)
    if weights is None:
        rows = stationary(matrix)
        pi = rows[0] if len(rows) == 1 else np.full(k, np.nan)
    else:
        pi = np.asarray(weights, dtype=float) / np.sum(weights)
    steps = np.abs(np.subtract.outer(np.arange(k), np.arange(k)))
    size = np.sort(np.abs(np.linalg.eigvals(matrix)))[::-1]
    return Mobility(
        float((k - np.trace(matrix)) / (k - 1)),
        float(1 - abs(np.linalg.det(matrix))),
        float(1 - size[1]),
        float((k - k * (pi * np.diag(matrix)).sum()) / (k - 1)),
        float((pi[:, None] * matrix * steps).sum() / (k - 1)),
    )


def half_life(p: Any) -> float:
    """Return the steps in which the distance to the stationary distribution halves, −ln 2/ln|λ₂|."""
    size = np.sort(np.abs(np.linalg.eigvals(np.asarray(p, dtype=float))))[::-1]
    return float(-np.log(2) / np.log(size[1])) if 0 < size[1] < 1 else float("nan")


@dataclass(frozen=True, slots=True)
class Homogeneity:
    """Tests that several transition matrices are one (Bickenbach & Bode 2003)."""

    q: float
    lr: float
    degrees: int
    p_q: float
    p_lr: float


def homogeneity(counts: Any) -> Homogeneity:
    """Return Pearson's Q and the likelihood ratio for counts (m, k, k) of m subsamples against their pool.

    Degrees of freedom Σ_i (a_i − 1)(b_i − 1): a_i subsamples in which state i occurs, b_i cells of row i that are
    positive in the pool.
    """
    n = np.asarray(counts, dtype=float)
    pool = n.sum(axis=0)
    p = np.nan_to_num(probabilities(pool))
    expected = n.sum(axis=2)[:, :, None] * p
    possible = expected > 0
    q = float(((n - expected)[possible] ** 2 / expected[possible]).sum())
    moved = n > 0
    lr = float(2 * (n[moved] * np.log(n[moved] / expected[moved])).sum())
    a, b = (n.sum(axis=2) > 0).sum(axis=0), (pool > 0).sum(axis=1)
    degrees = int(((a - 1) * (b - 1))[a > 0].sum())
    return Homogeneity(q, lr, degrees, float(chi2.sf(q, degrees)), float(chi2.sf(lr, degrees)))


def independence(counts: Any) -> Homogeneity:
    """Test on counts (4, 4) of HH, LH, LL, HL that places and their neighbours move independently (Rey 2001).

    Expected: the product of the two 2 × 2 chains of the place's and of the neighbours' level; 12 free cells of the
    chain less 4 of the two leave 8 degrees of freedom.
    """
    n = np.asarray(counts, dtype=float)
    expected = np.repeat(n.sum(axis=1, keepdims=True), 4, axis=1)
    for level in (np.array([1, 0, 0, 1]), np.array([1, 1, 0, 0])):  # the place's level, its neighbours' level
        cells = level[:, None], level[None, :]
        part = np.zeros((2, 2))
        np.add.at(part, cells, n)
        expected *= np.nan_to_num(probabilities(part))[cells]
    possible, moved = expected > 0, n > 0
    q = float(((n - expected)[possible] ** 2 / expected[possible]).sum())
    lr = float(2 * (n[moved] * np.log(n[moved] / expected[moved])).sum())
    return Homogeneity(q, lr, 8, float(chi2.sf(q, 8)), float(chi2.sf(lr, 8)))
