"""Matching givers with receivers: assignment, fair transport of amounts, deferred acceptance and stability."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import coo_matrix, vstack

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

Numbers = npt.NDArray[np.float64]
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """Amounts from M givers to N receivers, (M, N); `met` (N,) is the share of each need met, `level` the least."""

    amount: Numbers
    met: Numbers
    level: float
    fit: float  # Σ amount × fit ÷ Σ amount


def one_to_one(fit: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return for each giver its receiver, (M,), −1 for none, with the largest total fit (Kuhn 1955).

    `fit` (M, N) finite; when M > N some givers stay free, when N > M some receivers.
    """
    f = _finite(fit)
    rows, columns = linear_sum_assignment(f, maximize=True)
    found = np.full(f.shape[0], -1, np.int64)
    found[rows] = columns
    return found


def transport(
    fit: npt.ArrayLike, capacity: npt.ArrayLike, need: npt.ArrayLike, most_givers: int | None = None
) -> Pairing:
    """Return amounts that first raise the least share of need met as far as it goes, then have the best fit.

    `fit` (M, N), `capacity` (M,) ≥ 0, `need` (N,) > 0. The first programme maximises the common level t with
    Σ_i x_ij ≥ t need_j; the second keeps it and maximises Σ fit × x, no need being met beyond itself. `most_givers`
    allows only the best-fitting givers of each receiver. InputError for negative capacities or needs that are not
    positive. Two linear programmes on HiGHS; Hitchcock (1941), with the maximin rule of Rawls.
    """
    f, a, b = _finite(fit), np.asarray(capacity, np.float64), np.asarray(need, np.float64)
    problems = []
    if not (np.isfinite(a).all() and (a >= 0).all()):
        problems.append(Problem(Text("能力须为非负数", "capacities must be numbers not below zero")))
    if not (np.isfinite(b).all() and (b > 0).all()):
        problems.append(Problem(Text("需求须为正数", "needs must be positive")))
    if f.shape != (len(a), len(b)):
        problems.append(Problem(Text("匹配度、能力与需求的个数不一致", "fit, capacity and need differ in number")))
    if problems:
        raise InputError(problems)
    m, n = f.shape
    able = np.ones((m, n), dtype=bool)
    if most_givers is not None and most_givers < m:
        able[:] = False
        able[np.argsort(-f, axis=0, kind="stable")[:most_givers], np.arange(n)] = True
    bound = [(0, None if ok else 0) for ok in able.ravel()]
    index = np.arange(m * n)
    out = coo_matrix((np.ones(m * n), (index // n, index)), (m, m * n + 1))
    into = coo_matrix((np.ones(m * n), (index % n, index)), (n, m * n + 1))
    share = coo_matrix((b, (np.arange(n), np.full(n, m * n))), (n, m * n + 1))
    floor = (share - into).tocsr()
    matrix = vstack([out, into, floor]).tocsr()
    first = linprog(
        np.r_[np.zeros(m * n), -1.0], matrix, np.r_[a, b, np.zeros(n)], bounds=[*bound, (0, 1)], method="highs"
    )
    level = float(_solution(first)[-1])
    second = linprog(
        np.r_[-f.ravel() + min(0.0, float(f.min())), 0.0],  # every unit given counts for something
        matrix, np.r_[a, b, np.zeros(n)], bounds=[*bound, (max(level - ROUNDING, 0), 1)], method="highs",
    )  # fmt: skip
    amount = np.maximum(_solution(second)[:-1].reshape(m, n), 0.0)
    given = amount.sum()
    return Pairing(amount, amount.sum(0) / b, level, float((amount * f).sum() / given) if given > 0 else float("nan"))


def _solution(found: Any) -> Numbers:
    """The solution of a programme that always has one (nothing given is feasible, capacities bound it)."""
    if found.x is None:
        raise RuntimeError(found.message)
    return np.asarray(found.x, np.float64)


def stable(giver_likes: npt.ArrayLike, receiver_likes: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return the giver-optimal stable matching, (M,), −1 for unmatched (Gale and Shapley 1962).

    `giver_likes` (M, N) and `receiver_likes` (M, N) are scores; ties go to the lower index.
    """
    g, r = _finite(giver_likes), _finite(receiver_likes)
    m, n = g.shape
    order = np.argsort(-g, axis=1, kind="stable")
    held = np.full(n, -1, np.int64)
    tried = np.zeros(m, np.int64)
    free = list(range(m))[::-1]
    while free:
        i = free.pop()
        while tried[i] < n:
            j = order[i, tried[i]]
            tried[i] += 1
            rival = held[j]
            if rival < 0 or (r[i, j], -i) > (r[rival, j], -rival):
                held[j] = i
                if rival >= 0:
                    free.append(int(rival))
                break
    found = np.full(m, -1, np.int64)
    found[held[held >= 0]] = np.flatnonzero(held >= 0)
    return found


def blocking_pairs(
    match: npt.ArrayLike, giver_likes: npt.ArrayLike, receiver_likes: npt.ArrayLike
) -> list[tuple[int, int]]:
    """Return the (giver, receiver) pairs who would both rather have each other than what they have."""
    g, r, at = _finite(giver_likes), _finite(receiver_likes), np.asarray(match)
    partner = np.full(g.shape[1], -1)
    partner[at[at >= 0]] = np.flatnonzero(at >= 0)
    own = np.where(at >= 0, g[np.arange(len(at)), np.maximum(at, 0)], -np.inf)
    theirs = np.where(partner >= 0, r[np.maximum(partner, 0), np.arange(g.shape[1])], -np.inf)
    rows, columns = np.nonzero((g > own[:, None]) & (r > theirs[None]))
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True)]


def _finite(values: npt.ArrayLike) -> Numbers:
    x = np.asarray(values, np.float64)
    if x.ndim != 2 or not np.isfinite(x).all():
        raise InputError([Problem(Text("匹配度须是没有缺失的矩阵", "the fit must be a matrix without gaps"))])
    return x
