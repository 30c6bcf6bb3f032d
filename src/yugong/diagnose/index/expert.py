"""Weights from judgement and from other weights: AHP with its consistency ratio, and combination rules."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.index.scale import Array

# Saaty's random consistency index by matrix size, 1 … 10
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
CONSISTENT = 0.1


@dataclass(frozen=True, slots=True)
class Judgement:
    """AHP weights (m,), the largest eigenvalue, the consistency index and ratio (ratio 0 for m ≤ 2)."""

    weights: Array
    eigenvalue: float
    consistency_index: float
    consistency_ratio: float

    @property
    def consistent(self) -> bool:
        """Whether the consistency ratio is below 0.1, Saaty's rule."""
        return self.consistency_ratio < CONSISTENT


def ahp(comparisons: npt.ArrayLike) -> Judgement:
    """Return weights from a positive reciprocal matrix (m, m) of pairwise comparisons, m ≤ 10, by its main eigenvector.

    Source: Saaty (1980), The Analytic Hierarchy Process.
    """
    a = np.asarray(comparisons, dtype=np.float64)
    m = a.shape[0]
    if a.shape != (m, m) or not 1 <= m <= len(RANDOM_INDEX) or not (a > 0).all():
        text = Text("判断矩阵须为不超过 10 阶的正方阵", "comparisons must be a positive square matrix of at most 10")
        raise InputError([Problem(text)])
    if not np.allclose(a * a.T, 1.0, rtol=1e-3):  # users type 0.333 for 1/3
        bad = [f"({i + 1},{j + 1})" for i, j in np.argwhere(np.abs(a * a.T - 1) > 1e-3) if i < j]
        where = " ".join(bad)
        raise InputError([Problem(Text(f"判断矩阵不互反：{where}", f"comparisons are not reciprocal at {where}"))])
    value, vector = np.linalg.eig(a)
    first = int(np.argmax(value.real))
    w = np.abs(vector[:, first].real)
    largest = float(value[first].real)
    index = (largest - m) / (m - 1) if m > 1 else 0.0
    ratio = index / RANDOM_INDEX[m - 1] if m > 2 else 0.0
    return Judgement(w / w.sum(), largest, index, ratio)


def combine(
    weights: npt.ArrayLike, rule: Literal["linear", "product", "game"] = "linear", shares: npt.ArrayLike | None = None
) -> Array:
    """Return one set of weights (m,) from several, (k, m).

    "linear": Σ shares·w (equal shares by default). "product": ∏ w normalised. "game": the shares α that solve
    W Wᵀ α = diag(W Wᵀ), |α| normalised, the combination nearest to every set at once in least squares.
    """
    w = np.atleast_2d(np.asarray(weights, dtype=np.float64))
    if rule == "linear":
        a = np.ones(len(w)) if shares is None else np.asarray(shares, dtype=np.float64)
        out = a @ w
    elif rule == "product":
        out = np.prod(w, axis=0)
    elif rule == "game":
        gram = w @ w.T
        # least squares also when two sets coincide and the system is singular
        a = np.abs(np.linalg.lstsq(gram, np.diag(gram), rcond=None)[0])
        out = a @ w
    else:
        raise InputError([Problem(Text(f"不认识组合规则 {rule!r}", f"unknown combination rule {rule!r}"))])
    result: Array = out / out.sum()
    return result
