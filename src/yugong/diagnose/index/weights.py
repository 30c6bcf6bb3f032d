"""Weights from the data: equal, entropy (pooled, by year, layered), CRITIC, coefficient of variation, PCA."""

import warnings
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.index.scale import Array

Zero = Literal["limit", "shift", "replace"]


class ConstantIndicatorWarning(UserWarning):
    """An indicator does not vary, so it gets weight 0."""


def equal_weights(z: npt.ArrayLike) -> Array:
    """Return weights 1/m for the m columns of `z` (…, m); a constant column gets 0, with a warning."""
    rows = _rows(z)
    return _normalise(_varying(rows).astype(np.float64))


def entropy(z: npt.ArrayLike, *, zero: Zero = "limit", shift: float = 1e-4) -> Array:
    """Return entropy weights w ∝ 1 − e, e = −Σ p ln p / ln N, p = z/Σz, over all rows of `z` (…, m).

    All leading axes are pooled, so N is n or n·T, as it must be for e ≤ 1; the weights then hold for every year.
    `zero`: 0·ln 0 = 0 ("limit"), z + `shift` ("shift"), or zeros set to `shift` ("replace").
    Missing cells stay out, and N counts the cells present. Negative z raise: the formula has no meaning there.
    Source: Shannon (1948), Bell System Technical Journal 27; pooled over time as in Yang & Sun (2015).
    """
    return _normalise(1.0 - entropy_values(z, zero=zero, shift=shift))


def entropy_values(z: npt.ArrayLike, *, zero: Zero = "limit", shift: float = 1e-4) -> Array:
    """Return the entropies e (m,) behind `entropy`; a constant column has e = 1, and warns."""
    rows = _rows(z)
    varying = _varying(rows)
    if np.fmin.reduce(rows, axis=None) < 0:
        raise InputError(
            [
                Problem(
                    Text("熵值法要求标准化值非负", "entropy weights need non-negative scores"),
                    Text("用极差标准化，不用 z 分数", "standardise by min–max, not by z-scores"),
                )
            ]
        )
    if zero == "shift":
        rows = rows + shift
    elif zero == "replace":
        rows = np.where(rows == 0, shift, rows)
    elif zero != "limit":
        raise InputError([Problem(Text(f"不认识零值约定 {zero!r}", f"unknown zero rule {zero!r}"))])
    gone = np.isnan(rows)
    if gone.any():
        count = (~gone).sum(axis=0)
        rows = np.where(gone, 0.0, rows)
    else:
        count = np.full(rows.shape[1], rows.shape[0])
    total = rows.sum(axis=0)
    # Σ p ln p = (Σ z ln z)/S − ln S, one pass and one logarithm a cell
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(np.maximum(rows, np.finfo(np.float64).tiny))
        plogp = np.einsum("ij,ij->j", rows, log) / total - np.log(total)
        e = -plogp / np.log(count)
    return np.where(varying, np.clip(e, 0.0, 1.0), 1.0)


def entropy_by_year(z: npt.ArrayLike, *, zero: Zero = "limit", shift: float = 1e-4) -> Array:
    """Return one set of entropy weights a year, (T, m), from `z` (n, T, m); levels of years then do not compare."""
    panel = np.asarray(z, dtype=np.float64)
    if panel.ndim != 3:
        raise InputError([Problem(Text("逐年熵权需要 n×T×m", "entropy weights by year need n×T×m"))])
    return np.stack([entropy(panel[:, t], zero=zero, shift=shift) for t in range(panel.shape[1])])


def entropy_drift(z: npt.ArrayLike, *, zero: Zero = "limit") -> Array:
    """Return pooled entropy weights re-estimated as years are added, (T, m): row t uses years 0 … t of `z` (n, T, m).

    Columns still constant (or empty) in the first years weigh 0 there.
    """
    panel = np.asarray(z, dtype=np.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConstantIndicatorWarning)
        return np.stack([entropy(panel[:, : t + 1], zero=zero) for t in range(panel.shape[1])])


def layered(
    z: npt.ArrayLike,
    dimensions: Sequence[str],
    dimension_weights: npt.ArrayLike | None = None,
    rule: Callable[[Array], Array] = entropy,
) -> Array:
    """Return global weights (m,): `rule` inside each dimension times the dimension's weight (equal by default).

    `dimension_weights` follows the dimensions in order of first appearance. The product is what a sum over all
    indicators, or an obstacle degree, must use; weights of one layer are not global weights.
    """
    rows = _rows(z)
    names = np.asarray(dimensions)
    order = list(dict.fromkeys(dimensions))
    outer = _normalise(
        np.ones(len(order)) if dimension_weights is None else np.asarray(dimension_weights, dtype=np.float64)
    )
    weights = np.zeros(rows.shape[1])
    for name, share in zip(order, outer, strict=True):
        weights[names == name] = share * rule(rows[:, names == name])
    return weights


def critic(z: npt.ArrayLike, *, absolute: bool = False) -> Array:
    """Return CRITIC weights w_j ∝ s_j Σ_k (1 − r_jk) over the complete rows of `z` (…, m), directions applied before.

    `absolute` uses |r|, which ignores the sign of a conflict. Where all columns move as one there is no conflict to
    weigh by, and w ∝ s. Source: Diakoulaki, Mavrotas & Papayannakis (1995),
    Computers & Operations Research 22(7).
    """
    rows = _complete(_rows(z))
    varying = _varying(rows)
    information = np.zeros(rows.shape[1])
    active = rows[:, varying]
    if active.shape[1] == 1:
        information[varying] = 1.0
    elif active.shape[1]:
        r = np.corrcoef(active, rowvar=False)
        conflict = (1.0 - (np.abs(r) if absolute else r)).sum(axis=0)
        if conflict.max() < 1e-12 * len(conflict):  # rounding of perfect correlation
            conflict = np.ones_like(conflict)
        information[varying] = active.std(axis=0, ddof=1) * conflict
    return _normalise(information)


def variation(z: npt.ArrayLike) -> Array:
    """Return weights ∝ standard deviation (ddof 1) over mean of each column of `z` (…, m), missing cells left out."""
    rows = _rows(z)
    varying = _varying(rows)
    count = (~np.isnan(rows)).sum(axis=0)
    cv = np.zeros(rows.shape[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.nansum(rows, axis=0) / count
        sd = np.sqrt(np.nansum((rows - mean) ** 2, axis=0) / (count - 1))
        cv[varying] = (sd / mean)[varying]
    return _normalise(cv)


def pca(z: npt.ArrayLike, *, keep: float | Literal["kaiser"] = "kaiser") -> Array:
    """Return weights from principal components of the correlation matrix over the complete rows of `z` (…, m).

    Components kept: eigenvalue > 1 ("kaiser"), or the fewest that explain `keep` of the variance. Each is signed
    so that its largest loading is positive; w_j ∝ |Σ_c share_c · loading_jc|, loading = eigenvector·√eigenvalue.
    Source: OECD/JRC (2008), Handbook, step 6.
    """
    rows = _complete(_rows(z))
    varying = _varying(rows)
    weights = np.zeros(rows.shape[1])
    active = rows[:, varying]
    if not active.shape[1]:
        return weights
    r = np.corrcoef(active, rowvar=False).reshape(active.shape[1], -1)
    value, vector = np.linalg.eigh(r)
    value, vector = value[::-1].clip(0.0), vector[:, ::-1]
    if keep == "kaiser":
        count = max(1, int((value > 1.0).sum()))
    else:
        reached = np.cumsum(value) / value.sum() >= float(keep) - 1e-12  # rounding must not ask for one more
        count = int(np.argmax(reached)) + 1
    loading = vector[:, :count] * np.sqrt(value[:count])
    peak = loading[np.abs(loading).argmax(axis=0), np.arange(count)]
    loading = loading * np.where(peak < 0, -1.0, 1.0)
    weights[varying] = np.abs(loading @ (value[:count] / value[:count].sum()))
    return _normalise(weights)


def _rows(z: npt.ArrayLike) -> Array:
    a = np.asarray(z, dtype=np.float64)
    return a.reshape(-1, a.shape[-1])


def _complete(rows: Array) -> Array:
    kept = rows[~np.isnan(rows).any(axis=1)]
    if kept.shape[0] < 3:
        n = kept.shape[0]
        raise InputError(
            [
                Problem(
                    Text(f"指标齐全的行只有 {n} 行，不足以求相关", f"only {n} complete rows, too few for correlations"),
                    Text("减少指标或改用等权、熵权", "use fewer indicators, or equal or entropy weights"),
                )
            ]
        )
    return kept


def _varying(rows: Array) -> npt.NDArray[np.bool_]:
    varying: npt.NDArray[np.bool_] = np.fmax.reduce(rows, axis=0) > np.fmin.reduce(rows, axis=0)
    if not varying.all():
        n = ", ".join(str(j) for j in np.flatnonzero(~varying))
        text = Text(f"第 {n} 列（从 0 数）不变动，权重为 0", f"column(s) {n} (from 0) do not vary and weigh 0")
        warnings.warn(str(text), ConstantIndicatorWarning, stacklevel=3)
    return varying


def _normalise(raw: Array) -> Array:
    total = raw.sum()
    return raw / total if total > 0 else raw
