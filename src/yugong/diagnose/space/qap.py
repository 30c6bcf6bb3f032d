"""Quadratic assignment: correlation and regression of dyadic data, by permutations of places."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import AlignmentError, InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.space import sources
from yugong.diagnose.space.network import square
from yugong.diagnose.space.weights import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Qap:
    """Coefficients (or one correlation) with two-sided permutation p-values, in the order of `names`."""

    names: tuple[str, ...]
    value: Floats
    t: Floats
    p_value: Floats
    r_squared: float
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a variable: variable, estimate, t, p_value."""
        return pd.DataFrame({"variable": self.names, "estimate": self.value, "t": self.t, "p_value": self.p_value})


def qap_correlation(y: Any, x: Any, times: int = 999, seed: int | None = 0) -> Qap:
    """Return the correlation of two matrices (n, n) off the diagonal; rows and columns of y are permuted together.

    p is two-sided, (1 + #{|r*| ≥ |r|})/(times + 1).
    """
    a, b = _pair(y, x)
    off = ~np.eye(len(a), dtype=bool)
    value = float(np.corrcoef(a[off], b[off])[0, 1])
    rng = np.random.default_rng(seed)
    extreme = 0
    for _ in range(times):
        order = rng.permutation(len(a))
        extreme += abs(np.corrcoef(a[np.ix_(order, order)][off], b[off])[0, 1]) >= abs(value) - 1e-12
    p = (extreme + 1) / (times + 1) if times else float("nan")
    return Qap(("x",), np.array([value]), np.array([np.nan]), np.array([p]), value**2, _card("qap", times, seed))


def mrqap(y: Any, x: Mapping[str, Any], times: int = 999, seed: int | None = 0) -> Qap:
    """Return a regression of y (n, n) on matrices x, intercept added, with double semi-partialling p-values.

    Each variable's residual on the others is permuted by places and its t compared (Dekker, Krackhardt & Snijders
    2007); the intercept's p permutes y. Two-sided, (1 + #)/(times + 1).
    """
    names = tuple(str(k) for k in x)
    target, _ = square(y)
    matrices = [_pair(y, m)[1] for m in x.values()]
    off = ~np.eye(len(target), dtype=bool)
    design = np.column_stack([np.ones(off.sum()), *(m[off] for m in matrices)])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise InputError([Problem(Text("解释矩阵共线", "the explanatory matrices are collinear"))])
    left = target[off]
    beta, t, r2 = _ols(left, design)
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(len(target)) for _ in range(times)]
    p = np.full(len(beta), np.nan)
    for j in range(design.shape[1] if times else 0):
        extreme = 0
        if j:
            others = np.delete(design, j, axis=1)
            residual = np.zeros_like(target)
            residual[off] = design[:, j] - others @ np.linalg.lstsq(others, design[:, j], rcond=None)[0]
        for order in orders:
            if j:
                moved = design.copy()
                moved[:, j] = residual[np.ix_(order, order)][off]
                found = _ols(left, moved)[1][j]
            else:
                found = _ols(target[np.ix_(order, order)][off], design)[1][0]
            extreme += abs(found) >= abs(t[j]) - 1e-12
        p[j] = (extreme + 1) / (times + 1)
    return Qap(("intercept", *names), beta, t, p, r2, _card("mrqap", times, seed))


def _ols(y: Floats, x: Floats) -> tuple[Floats, Floats, float]:
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ (x.T @ y)
    residual = y - x @ beta
    rest = float(residual @ residual)
    error = np.sqrt(np.diag(inverse) * rest / (len(y) - x.shape[1]))
    return beta, beta / error, 1 - rest / float(((y - y.mean()) ** 2).sum())


def _pair(y: Any, x: Any) -> tuple[Floats, Floats]:
    if isinstance(y, pd.DataFrame) and isinstance(x, pd.DataFrame):
        if set(y.index) != set(x.index):
            raise AlignmentError(
                Text("y", "y"), Text("x", "x"), set(y.index) - set(x.index), set(x.index) - set(y.index)
            )
        x = x.reindex(index=y.index, columns=y.index)
    a, b = square(y)[0], square(x)[0]
    if a.shape != b.shape:
        raise InputError([Problem(Text("矩阵大小不一致", "the matrices differ in size"))])
    return a, b


def _card(id: str, times: int, seed: int | None) -> MethodCard:
    one = id == "qap"
    return MethodCard(
        id,
        Text("QAP 相关", "QAP correlation") if one else Text("QAP 回归", "MRQAP regression"),
        r"r(Y^\pi,X)" if one else r"y=X\beta+\varepsilon,\ t(\epsilon_{x_j}^\pi)",
        Text("双侧；行列同时置换", "two-sided; rows and columns permuted together")
        if one
        else Text("双侧；双重半偏置换", "two-sided; double semi-partialling"),
        None,
        (sources.DEKKER,),
        {"times": str(times), "seed": str(seed)},
    )
