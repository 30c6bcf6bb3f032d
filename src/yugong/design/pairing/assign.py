"""Matching givers with receivers: assignment, and fair transport of amounts."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import coo_matrix, vstack

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

Numbers = npt.NDArray[np.float64]
Allowed = npt.NDArray[np.bool_]
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
    f = finite(fit)
    rows, columns = linear_sum_assignment(f, maximize=True)
    found = np.full(f.shape[0], -1, np.int64)
    found[rows] = columns
    return found


def best_givers(fit: npt.ArrayLike, most: int | None) -> Allowed:
    """Return which pairs (M, N) are allowed when each receiver has at most its `most` best-fitting givers."""
    f = finite(fit)
    able = np.ones(f.shape, dtype=bool)
    if most is not None and most < len(f):
        able[:] = False
        able[np.argsort(-f, axis=0, kind="stable")[:most], np.arange(f.shape[1])] = True
    return able


def transport(fit: npt.ArrayLike, capacity: npt.ArrayLike, need: npt.ArrayLike, able: Allowed | None = None) -> Pairing:
    """Return amounts that first raise the least share of need met as far as it goes, then have the best fit.

    `fit` (M, N), `capacity` (M,) ≥ 0, `need` (N,) > 0, `able` (M, N) the pairs allowed, all by default. The first
    programme maximises the common level t with Σ_i x_ij ≥ t need_j over receivers that some giver may serve; the second
    keeps it and maximises Σ fit × x, no need being met beyond itself. InputError for negative capacities or needs that
    are not positive. Two linear programmes on HiGHS; Hitchcock (1941), with the maximin rule of Rawls.
    """
    f, a, b = checked(fit, capacity, need)
    m, n = f.shape
    able = np.ones((m, n), dtype=bool) if able is None else np.asarray(able, dtype=bool)
    served = able.any(0)
    bound = [(0, None if ok else 0) for ok in able.ravel()]
    index = np.arange(m * n)
    out = coo_matrix((np.ones(m * n), (index // n, index)), (m, m * n + 1))
    into = coo_matrix((np.ones(m * n), (index % n, index)), (n, m * n + 1))
    share = coo_matrix((b * served, (np.arange(n), np.full(n, m * n))), (n, m * n + 1))
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
    return paired(f, b, _solution(second)[:-1].reshape(m, n), level if served.all() else 0.0)


def paired(fit: Numbers, need: Numbers, amount: Numbers, level: float | None = None) -> Pairing:
    """Return amounts (M, N) with the shares of need they meet and their fit."""
    x = np.maximum(amount, 0.0)
    met, given = x.sum(0) / need, x.sum()
    whole = float((x * fit).sum() / given) if given > 0 else float("nan")
    return Pairing(x, met, float(met.min()) if level is None else level, whole)


def checked(fit: npt.ArrayLike, capacity: npt.ArrayLike, need: npt.ArrayLike) -> tuple[Numbers, Numbers, Numbers]:
    """Return fit (M, N), capacities (M,) and needs (N,) as arrays; InputError for those that cannot be."""
    f, a, b = finite(fit), np.asarray(capacity, np.float64), np.asarray(need, np.float64)
    problems = []
    if not (np.isfinite(a).all() and (a >= 0).all()):
        problems.append(Problem(Text("能力须为非负数", "capacities must be numbers not below zero")))
    if not (np.isfinite(b).all() and (b > 0).all()):
        problems.append(Problem(Text("需求须为正数", "needs must be positive")))
    if f.shape != (len(a), len(b)):
        problems.append(Problem(Text("匹配度、能力与需求的个数不一致", "fit, capacity and need differ in number")))
    if problems:
        raise InputError(problems)
    return f, a, b


def _solution(found: Any) -> Numbers:
    """The solution of a programme that always has one (nothing given is feasible, capacities bound it)."""
    if found.x is None:
        raise RuntimeError(found.message)
    return np.asarray(found.x, np.float64)


def finite(values: npt.ArrayLike) -> Numbers:
    """Return the matrix of scores; InputError where it has gaps."""
    x = np.asarray(values, np.float64)
    if x.ndim != 2 or not np.isfinite(x).all():
        raise InputError([Problem(Text("匹配度须是没有缺失的矩阵", "the fit must be a matrix without gaps"))])
    return x
