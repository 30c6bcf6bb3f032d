"""The measures' arithmetic: one vector of values, many vectors of weights at once.

Each kernel takes x (n,) and w (B, n) and returns (B,). B = 1 is the plain measure; a bootstrap replicate is
one more row of weights (multiplicity × population), so both run through the same lines.
"""

import numpy as np

from yugong.diagnose.disparity._sample import Floats

_ROUND_OFF = 1e-12  # cumulative shares reach a quantile up to summation error


def gini(x: Floats, w: Floats) -> Floats:
    """ΣᵢΣⱼ wᵢwⱼ|xᵢ−xⱼ| / (2N²μ) = ∫F(1−F)/μ, by one sort."""
    order = np.argsort(x)
    x, w = x[order], w[:, order]
    total = w.sum(axis=1)
    below = np.cumsum(w[:, :-1], axis=1) / total[:, None]
    out: Floats = ((below * (1 - below)) @ np.diff(x)) * total / (w @ x)
    return out


def entropy(x: Floats, w: Floats, alpha: float) -> Floats:
    """Generalised entropy GE(α); α = 1 is Theil T, α = 0 Theil L."""
    x = x / x.mean()
    total = w.sum(axis=1)
    mean = (w @ x) / total
    out: Floats
    if alpha == 1:
        out = (w @ x_log_x(x)) / (total * mean) - np.log(mean)
    elif alpha == 0:
        out = np.log(mean) - (w @ np.log(x)) / total
    else:
        out = ((w @ x**alpha) / (total * mean**alpha) - 1) / (alpha * (alpha - 1))
    return out


def x_log_x(x: Floats) -> Floats:
    """Return x ln x with its limit 0 at 0."""
    out: Floats = x * np.log(np.where(x > 0, x, 1.0))
    return out


def atkinson(x: Floats, w: Floats, epsilon: float) -> Floats:
    """1 − (equally distributed equivalent)/μ."""
    x = x / x.mean()
    total = w.sum(axis=1)
    mean = (w @ x) / total
    if epsilon == 1:  # noqa: SIM108 (one line would not fit)
        equivalent = np.exp((w @ np.log(x)) / total)
    else:
        equivalent = ((w @ x ** (1 - epsilon)) / total) ** (1 / (1 - epsilon))
    out: Floats = 1 - equivalent / mean
    return out


def cv(x: Floats, w: Floats, ddof: int = 0) -> Floats:
    """Standard deviation over mean."""
    total = w.sum(axis=1)
    centre = x.mean()
    shift = (w @ (x - centre)) / total
    square = (w @ (x - centre) ** 2) / total - shift**2
    out: Floats = np.sqrt(np.maximum(square, 0) * total / (total - ddof)) / (centre + shift)
    return out


def log_sd(x: Floats, w: Floats, ddof: int = 0) -> Floats:
    """Standard deviation of ln x."""
    logs = np.log(x)
    logs = logs - logs.mean()
    total = w.sum(axis=1)
    square = (w @ logs**2) / total - ((w @ logs) / total) ** 2
    out: Floats = np.sqrt(np.maximum(square, 0) * total / (total - ddof))
    return out


def hoover(x: Floats, w: Floats) -> Floats:
    """Half the sum of |share of value − share of population|."""
    mean = (w @ x) / w.sum(axis=1)
    away = np.abs(x[None, :] - mean[:, None])
    out: Floats = np.einsum("bn,bn->b", w, away) / (2 * (w @ x))
    return out


def max_min(x: Floats, w: Floats) -> Floats:
    """Largest over smallest value among places of positive weight."""
    there = w > 0
    top = np.where(there, x, -np.inf).max(axis=1)
    with np.errstate(divide="ignore"):
        out: Floats = top / np.where(there, x, np.inf).min(axis=1)
        return out


def top_bottom(x: Floats, w: Floats, share: float) -> Floats:
    """Mean of the top `share` of the population over the mean of the bottom `share`; the place at the cut is split."""
    order = np.argsort(x, kind="stable")
    x, w = x[order], w[:, order]
    total = w.sum(axis=1, keepdims=True)
    before = np.cumsum(w, axis=1) - w
    bottom = np.clip(share * total - before, 0, w)
    top = np.clip(before + w - (1 - share) * total, 0, w)
    with np.errstate(divide="ignore"):
        out: Floats = (top @ x) / (bottom @ x)
        return out


def quantile_ratio(x: Floats, w: Floats, upper: float, lower: float) -> Floats:
    """Quantile `upper` over quantile `lower`, each the smallest value whose population share reaches it."""
    order = np.argsort(x, kind="stable")
    x, w = x[order], w[:, order]
    reached = np.cumsum(w, axis=1)
    total = reached[:, -1:]
    at = [np.argmax(reached >= q * total * (1 - _ROUND_OFF), axis=1) for q in (upper, lower)]
    with np.errstate(divide="ignore"):
        out: Floats = x[at[0]] / x[at[1]]
        return out
