"""One coefficient of a linear regression after partialling out: what every standard error here starts from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.evaluate.synthetic.simplex import Array

COLLINEAR = 1e-10  # share of the treatment's variation that must be left after the controls


@dataclass(frozen=True, slots=True)
class Partialled:
    """Outcome and treatment (n,) after unit means and controls; the controls (n, k) after unit means, full rank."""

    outcome: Array
    treatment: Array
    controls: Array
    coefficient: float
    residual: Array
    parameters: int


def one_row(coefficient: float, se: float, t: float, p: float, interval: tuple[float, float]) -> pd.DataFrame:
    """Return the table of one coefficient: estimate, se, t, p, low, high."""
    return pd.DataFrame([(coefficient, se, t, p, *interval)], columns=["estimate", "se", "t", "p", "low", "high"])


def codes(labels: Sequence[object] | ArrayLike) -> NDArray[np.int64]:
    """Return the position (n,) of each label among the sorted distinct labels."""
    return np.unique(np.asarray(labels), return_inverse=True)[1].astype(np.int64).ravel()


def partialled(
    outcome: ArrayLike,
    treatment: ArrayLike,
    controls: ArrayLike | None = None,
    units: ArrayLike | None = None,
    periods: ArrayLike | None = None,
) -> Partialled:
    """Return the regression of outcome on treatment with the controls, a constant, and unit and period effects.

    outcome, treatment, units, periods (n,); controls (n, k), a constant is added. Raises InputError where values are
    missing or the treatment is a combination of the rest. Frisch–Waugh–Lovell.
    """
    y, d = np.asarray(outcome, float), np.asarray(treatment, float)
    x = np.ones((len(y), 1))
    if controls is not None:
        x = np.column_stack([x, np.asarray(controls, float).reshape(len(y), -1)])
    if periods is not None:
        x = np.column_stack([x, (codes(periods)[:, None] == np.arange(1, codes(periods).max() + 1)).astype(float)])
    if not (np.isfinite(y).all() and np.isfinite(d).all() and np.isfinite(x).all()):
        raise InputError([Problem(Text("结果、政策或控制变量有缺失", "outcome, treatment or a control is missing"))])
    absorbed = 0
    if units is not None:
        unit = codes(units)
        y, d, x = (_demeaned(v, unit) for v in (y, d, x))
        absorbed = int(unit.max()) + 1
    x, basis = _independent(x)
    both = np.column_stack([y, d])
    left = both - basis @ (basis.T @ both)
    spread = float(left[:, 1] @ left[:, 1])
    if spread <= COLLINEAR * max(float(d @ d), np.finfo(float).tiny):
        what = Text("控制固定效应后政策变量没有变化", "the treatment does not vary once the effects are taken out")
        raise InputError([Problem(what)])
    b = float(left[:, 1] @ left[:, 0]) / spread
    return Partialled(left[:, 0], left[:, 1], x, b, left[:, 0] - b * left[:, 1], absorbed + x.shape[1] + 1)


def rows_of(outcome: ArrayLike, treated: ArrayLike) -> tuple[Array, Array, NDArray[np.int64], NDArray[np.int64]]:
    """Return the known cells of a panel (N, T) as rows (n,): outcome, treatment, unit, period."""
    y, d = np.asarray(outcome, float), np.asarray(treated, float)
    known = np.isfinite(y)
    unit, period = np.nonzero(known)
    return y[known], d[known], unit.astype(np.int64), period.astype(np.int64)


def clustered_error(r: Partialled, group: NDArray[np.int64]) -> tuple[float, int]:
    """Return the clustered standard error (CRV1) of the coefficient and the number of clusters."""
    count = int(group.max()) + 1
    scores = np.bincount(group, r.treatment * r.residual, count)
    return float(np.sqrt(small_sample(r, count) * (scores @ scores)) / (r.treatment @ r.treatment)), count


def small_sample(r: Partialled, clusters: int) -> float:
    """Return CRV1's factor G/(G−1) · (n−1)/(n−k)."""
    n = len(r.outcome)
    return clusters / (clusters - 1) * (n - 1) / (n - r.parameters)


def _demeaned(values: Array, unit: NDArray[np.int64]) -> Array:
    count = np.bincount(unit).astype(float)
    if values.ndim == 1:
        return np.asarray(values - (np.bincount(unit, values) / count)[unit])
    return np.column_stack([_demeaned(column, unit) for column in values.T])


def _independent(x: Array) -> tuple[Array, Array]:
    """Return the columns of x that are not combinations of those before them, and an orthonormal basis of them."""
    size = np.sqrt((x**2).sum(axis=0))
    kept = size > 1e-12 * max(float(size.max(initial=0.0)), 1.0)
    x, size = x[:, kept], size[kept]
    basis, triangle = np.linalg.qr(x / size)
    free = np.abs(np.diag(triangle)) > 1e-10
    return (x, basis) if free.all() else _independent(x[:, free])
