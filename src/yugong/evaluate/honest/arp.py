"""The conditional and hybrid tests of linear moment inequalities with nuisance parameters, by their dual vertices."""

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from scipy.special import ndtri_exp
from scipy.stats import norm

from yugong.base.errors import YugongError
from yugong.base.text import Text
from yugong.evaluate.synthetic.simplex import Array

HYBRID_SHARE = 0.1  # of the size spent on the least favourable first stage
SIMULATIONS = 10_000  # the first stage is a quantile at one in two hundred
CHUNK = 2_000_000  # numbers held at once
MOST_VERTICES = 60_000
POSITIVE = 1e-10  # a dual weight below this is zero


@dataclass(frozen=True, slots=True)
class Moments:
    """H0(θ): some nuisance τ has E[A β̂ − d − load θ] ≤ X τ. Prepared once for all θ.

    y, load (k,): A β̂ − d and its slope in θ; vertices (v, k): corners of {γ ≥ 0, γ'X = 0, γ'σ = 1};
    covariance (k, k) of y; first_stage: least favourable critical value.
    """

    y: Array
    load: Array
    covariance: Array
    vertices: Array
    first_stage: float
    alpha: float


def moments(
    a: Array, d: Array, estimates: Array, covariance: Array, before: int, weights: Array, alpha: float, seed: int
) -> Moments:
    """Return the prepared test that θ = weights'τ, where E[estimates] = δ + (0, τ) and A δ ≤ d.

    Andrews, Roth and Pakes (2023), as Rambachan and Roth (2023, section 3.2) use it.
    """
    basis = _basis(weights)  # τ = basis (θ, nuisance)
    after = a[:, before:] @ basis
    load, x = after[:, 0], _column_basis(after[:, 1:])
    y, v = a @ estimates - d, a @ covariance @ a.T
    spread = np.sqrt(np.diag(v))
    vertices = _vertices(x, spread)
    drawn = np.random.default_rng(seed).standard_normal((SIMULATIONS, len(estimates)))
    noise = drawn @ np.linalg.cholesky(covariance).T @ a.T
    rows = max(1, CHUNK // max(len(vertices), 1))
    largest = np.full(SIMULATIONS, -np.inf)
    if len(vertices):
        for first in range(0, SIMULATIONS, rows):
            largest[first : first + rows] = (noise[first : first + rows] @ vertices.T).max(axis=1)
    return Moments(y, load, v, vertices, float(np.quantile(largest, 1 - HYBRID_SHARE * alpha)), alpha)


def rejects(m: Moments, theta: float, hybrid: bool = True) -> bool:
    """Return whether θ is rejected: least favourable first, then conditional on which inequalities bind.

    Andrews, Roth and Pakes (2023, sections 4 and 5); hybrid False is the conditional test alone.
    """
    if not len(m.vertices):
        return False
    y = m.y - m.load * theta
    values = m.vertices @ y
    best = int(np.argmax(values))
    largest = float(values[best])
    if hybrid and largest > m.first_stage:
        return True
    gamma = m.vertices[best]
    variance = float(gamma @ m.covariance @ gamma)
    if variance < 1e-20 * max(float(np.diag(m.covariance).max()), 1e-300):
        return largest > 0
    direction = m.covariance @ gamma / variance
    slope, rest = m.vertices @ direction, values - m.vertices @ direction * largest
    lower, upper = -np.inf, np.inf
    rising, falling = slope < 1 - 1e-9, slope > 1 + 1e-9
    if rising.any():
        lower = float((rest[rising] / (1 - slope[rising])).max())
    if falling.any():
        upper = float((rest[falling] / (1 - slope[falling])).min())
    size = m.alpha
    if hybrid:
        upper = min(upper, m.first_stage)
        share = HYBRID_SHARE * m.alpha
        size = (m.alpha - share) / (1 - share)
    return largest > max(0.0, _truncated_quantile(1 - size, lower, upper, float(np.sqrt(variance))))


def _truncated_quantile(level: float, lower: float, upper: float, spread: float) -> float:
    """Return the quantile of a centred normal between bounds, stable in both tails."""
    a, b = lower / spread, upper / spread
    if a > 0:  # mirror into the left tail, where small probabilities are exact
        return -_truncated_quantile(1 - level, -upper, -lower, spread)
    low, high = float(norm.logcdf(a)), float(norm.logcdf(b))
    wanted = np.logaddexp(low + np.log1p(-level), high + np.log(level))
    return float(np.clip(float(ndtri_exp(wanted)), a, b)) * spread


def _basis(weights: Array) -> Array:
    """Return B (P, P), invertible, with weights' B = (1, 0, …, 0)."""
    size = len(weights)
    pivot = int(np.argmax(np.abs(weights)))
    inverse = np.vstack([weights, np.delete(np.eye(size), pivot, axis=0)])
    return np.linalg.inv(inverse)


def _column_basis(x: Array) -> Array:
    """Return independent columns that span the columns of x."""
    if not x.size:
        return x
    left, values, _ = np.linalg.svd(x, full_matrices=False)
    return np.asarray(left[:, values > 1e-10 * values[0]])


def _vertices(x: Array, spread: Array) -> Array:
    """Return the corners (v, k) of {γ ≥ 0, γ'x = 0, γ'spread = 1}: at most nuisance + 1 weights are not zero."""
    k, nuisance = x.shape
    size = nuisance + 1
    if comb(k, size) > MOST_VERTICES:
        raise YugongError(
            Text(
                f"政策后期数过多（需要枚举 {comb(k, size)} 个顶点）：请合并或缩短政策后时期",
                f"too many periods after the policy ({comb(k, size)} corners to list): pool or shorten them",
            )
        )
    left = np.column_stack([x, spread]).T  # (size, k)
    right = np.zeros(size)
    right[-1] = 1.0
    chosen = np.array(list(combinations(range(k), size)))
    if not len(chosen):
        return np.zeros((0, k))
    square = left[:, chosen].transpose(1, 0, 2)
    sound = np.abs(np.linalg.det(square / np.abs(square).max(axis=2, keepdims=True).clip(1e-300))) > 1e-12
    chosen, square = chosen[sound], square[sound]
    gamma = np.linalg.solve(square, np.tile(right[:, None], (len(square), 1, 1)))[..., 0]
    scale = np.abs(gamma).max(axis=1, keepdims=True)
    good = (gamma >= -POSITIVE * scale).all(axis=1)
    out = np.zeros((int(good.sum()), k))
    np.put_along_axis(out, chosen[good], np.maximum(gamma[good], 0.0), axis=1)
    return np.unique(out.round(14), axis=0) if len(out) else out
