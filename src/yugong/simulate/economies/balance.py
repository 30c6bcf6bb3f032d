"""RAS: the matrix nearest to a prior, in relative entropy, that has given margins."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

Numbers = npt.NDArray[np.float64]
TOLERANCE = 1e-13  # of the largest margin
ROUNDS = 20_000


@dataclass(frozen=True, slots=True)
class Balanced:
    """A balanced matrix (R,C), the largest miss of a margin relative to the largest, and the rounds it took."""

    matrix: Numbers
    miss: float
    rounds: int


def ras(prior: Numbers, rows: Numbers, columns: Numbers, tolerance: float = TOLERANCE) -> Balanced:
    """Scale the rows and columns of `prior` (R,C) until they sum to `rows` (R,) and `columns` (C,).

    Iterative proportional fitting (Deming and Stephan 1940; Stone 1961 as RAS): the solution is unique, keeps the
    prior's zeros and its cross-product ratios. Raises InputError where a margin is negative, where the totals of the
    two differ, or where a prior's zeros leave no matrix with these margins.
    """
    prior = np.asarray(prior, dtype=np.float64)
    rows, columns = np.asarray(rows, dtype=np.float64), np.asarray(columns, dtype=np.float64)
    _check(prior, rows, columns)
    scale = max(rows.max(), columns.max(), np.finfo(float).tiny)
    r, c = np.ones(len(rows)), np.ones(len(columns))
    miss = np.inf
    done = 0
    with np.errstate(over="ignore", invalid="ignore"):  # without a solution the factors run off; the miss then says so
        for done in range(1, ROUNDS + 1):
            r = _over(rows, prior @ c)
            c = _over(columns, r @ prior)
            if done % 10 == 0 or done < 10:
                miss = float(np.abs(r * (prior @ c) - rows).max() / scale)
                if not miss > tolerance:
                    break
    if not miss <= np.sqrt(tolerance):
        what = Text(
            f"没有同时满足行和与列和的矩阵（相对误差 {miss:.1e}）",
            f"no matrix has both margins (relative miss {miss:.1e})",
        )
        raise InputError([Problem(what, Text("检查先验矩阵的零", "check the zeros of the prior"))])
    return Balanced(r[:, None] * prior * c, miss, done)


def _over(want: Numbers, have: Numbers) -> Numbers:
    out: Numbers = np.divide(want, have, out=np.zeros_like(want), where=have > 0)
    return out


def _check(prior: Numbers, rows: Numbers, columns: Numbers) -> None:
    problems = []
    if prior.shape != (len(rows), len(columns)):
        problems.append(
            Problem(
                Text(
                    f"先验 {prior.shape} 与边际 {(len(rows), len(columns))} 不符",
                    f"prior {prior.shape} and margins {(len(rows), len(columns))} differ in shape",
                )
            )
        )
        raise InputError(problems)
    for name, values in (("prior", prior), ("rows", rows), ("columns", columns)):
        if not np.isfinite(values).all() or (values < 0).any():
            problems.append(Problem(Text(f"{name} 有负值或缺失", f"{name} has negative or missing values")))
    gap = abs(rows.sum() - columns.sum())
    if not gap <= 1e-9 * max(abs(rows.sum()), np.finfo(float).tiny):
        problems.append(
            Problem(
                Text(
                    f"行和合计 {rows.sum():.10g} 与列和合计 {columns.sum():.10g} 不等",
                    f"row margins sum to {rows.sum():.10g}, column margins to {columns.sum():.10g}",
                ),
                Text("先使两者相等", "make them equal first"),
            )
        )
    for axis, margin, zh, en in ((1, rows, "行", "row"), (0, columns, "列", "column")):
        empty = np.flatnonzero((prior.sum(axis) == 0) & (margin > 0))
        if len(empty) and not problems:
            shown = ", ".join(str(i + 1) for i in empty[:5])
            problems.append(
                Problem(Text(f"先验第 {shown} {zh}全为零，边际却不为零", f"{en} {shown} of the prior is all zero"))
            )
    if problems:
        raise InputError(problems)
