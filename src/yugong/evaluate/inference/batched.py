"""Estimates under many assignments at once: imputation and two-way fixed effects, exact, by matrix products."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yugong.evaluate.synthetic.simplex import Array

CHUNK = 256  # assignments handled together, to bound memory


def imputation_effects(
    outcome: ArrayLike, starts: ArrayLike, usable: ArrayLike | None = None, anticipation: int = 0
) -> Array:
    """Return the mean imputed effect under each assignment (B,).

    outcome (N, T), NaN missing; starts (B, N): first treated column, T or more where never; usable (N, T): cells that
    may serve at all (other policies and spillovers excluded under every assignment). Region and year effects are fitted
    on usable cells before the start; the effect is the mean of outcome less fit on usable cells since it. anticipation:
    years before the start that count as neither. Regions with no cell before their start leave the mean. Exact: region
    effects are concentrated out, so each assignment needs one T × T system that is a sum over regions. NaN where a year
    has no untreated cell. Borusyak, Jaravel and Spiess (2024).
    """
    y, begins = np.asarray(outcome, float), np.atleast_2d(np.asarray(starts, dtype=np.int64))
    periods = y.shape[1]
    begins = np.minimum(begins, periods)
    open_to = np.isfinite(y) if usable is None else np.isfinite(y) & np.asarray(usable, bool)
    y = np.where(open_to, y, 0.0)
    patterns, pattern = np.unique(open_to, axis=0, return_inverse=True)
    holds = (pattern.ravel()[:, None] == np.arange(len(patterns))).astype(float)
    never = _cohort(y, open_to, patterns, periods, 0)
    cohorts = {int(c): _cohort(y, open_to, patterns, int(c), anticipation) for c in np.unique(begins) if c < periods}
    out = np.empty(len(begins))
    for first in range(0, len(begins), CHUNK):
        rows = begins[first : first + CHUNK]
        gram = np.broadcast_to(np.einsum("np,pij->ij", holds, never[0]), (len(rows), periods, periods)).copy()
        right = np.broadcast_to(never[1].sum(axis=0), (len(rows), periods)).copy()
        total, count, slope = np.zeros(len(rows)), np.zeros(len(rows)), np.zeros((len(rows), periods))
        for c, (grams, rights, gains, loads, cells) in cohorts.items():
            inside = (rows == c).astype(float)
            change = (grams - never[0]).reshape(len(patterns), -1)
            gram += (inside @ holds @ change).reshape(len(rows), periods, periods)
            right += inside @ (rights - never[1])
            total += inside @ gains
            slope += inside @ loads
            count += inside @ cells
        out[first : first + CHUNK] = _solve(gram, right, total, slope, count)
    return out


def _cohort(
    y: Array, usable: NDArray[np.bool_], patterns: NDArray[np.bool_], start: int, anticipation: int
) -> tuple[Array, Array, Array, Array, Array]:
    """Return what a region adds if it starts at `start`: gram (T, T) by pattern of usable cells, and by region the
    right side (T,), gain, load (T,) and cells.
    """
    periods = y.shape[1]
    before = usable & (np.arange(periods) < start - anticipation)
    known = before.sum(axis=1).astype(float)
    share = before / np.maximum(known, 1.0)[:, None]
    mean = (share * y).sum(axis=1)
    kept = (patterns & (np.arange(periods) < start - anticipation)).astype(float)
    gram = -kept[:, :, None] * kept[:, None, :] / np.maximum(kept.sum(axis=1), 1.0)[:, None, None]
    gram[:, np.arange(periods), np.arange(periods)] += kept
    after = usable & (np.arange(periods) >= start) & (known > 0)[:, None]
    cells = after.sum(axis=1).astype(float)
    return (
        gram,
        np.where(before, y - mean[:, None], 0.0),
        (after * y).sum(axis=1) - cells * mean,
        cells[:, None] * share - after.astype(float),
        cells,
    )


def _solve(gram: Array, right: Array, total: Array, slope: Array, count: Array) -> Array:
    """Return the mean effect by assignment, with the first year's effect as origin."""
    diagonal = np.einsum("bii->bi", gram)
    lost = diagonal <= 1e-9
    sound = ~(lost & (slope != 0)).any(axis=1) & (count > 0)
    gram = gram + np.eye(gram.shape[1]) * lost[:, None, :]
    effects = np.zeros_like(right)
    effects[sound, 1:] = np.linalg.solve(gram[sound, 1:, 1:], right[sound, 1:, None])[..., 0]
    out = np.full(len(total), np.nan)
    out[sound] = (total + (slope * effects).sum(axis=1))[sound] / count[sound]
    return out


def did_effects(outcome: ArrayLike, starts: ArrayLike) -> Array:
    """Return the two-way fixed-effects coefficient under each assignment (B,).

    outcome (N, T), complete; starts (B, N) as in imputation_effects.
    """
    y, begins = np.asarray(outcome, float), np.atleast_2d(np.asarray(starts, dtype=np.int64))
    n, periods = y.shape
    begins = np.minimum(begins, periods)
    within = y - y.mean(axis=1, keepdims=True) - y.mean(axis=0) + y.mean()
    since = np.concatenate([np.cumsum(within[:, ::-1], axis=1)[:, ::-1], np.zeros((n, 1))], axis=1)
    numerator = since[np.arange(n), begins].sum(axis=1)
    spans = (periods - begins).astype(float)
    started = np.stack([(begins <= t).sum(axis=1) for t in range(periods)], axis=1).astype(float)
    total = spans.sum(axis=1)
    square = total - (spans**2).sum(axis=1) / periods - (started**2).sum(axis=1) / n + total**2 / (n * periods)
    return np.asarray(numerator / square)
