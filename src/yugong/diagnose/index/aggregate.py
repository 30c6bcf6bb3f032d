"""Aggregation: from scores z to one score a region, with the share of indicators behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.index.scale import Array

Rule = Literal["arithmetic", "geometric", "mazziotta-pareto"]
RULES: tuple[Rule, ...] = ("arithmetic", "geometric", "mazziotta-pareto")
COVERAGE = 0.8


@dataclass(frozen=True, slots=True)
class Composite:
    """Scores (…), scores of dimensions (…, D) and the shares of indicators present behind them, same shapes.

    A dimension with less than the required coverage has no score (NaN); then the total has none either.
    """

    scores: Array
    dimension_scores: Array
    coverage: Array
    dimension_coverage: Array
    dimensions: tuple[str, ...]


def mean(z: npt.ArrayLike, weights: npt.ArrayLike, rule: Rule = "arithmetic") -> Array:
    """Return the weighted mean of `z` (…, m) over present cells, weights (m,) or (…, m) renormalised over them.

    "geometric": exp Σ w ln z, 0 where any weighted z ≤ 0. "mazziotta-pareto": M − S²/M, the arithmetic mean less a
    penalty for imbalance, S² being the weighted population variance over the cells (Mazziotta & Pareto 2016, Social
    Indicators Research 127, on z in place of their 100 ± 10 scale). NaN where nothing is present.
    """
    a = np.asarray(z, dtype=np.float64)
    w = np.asarray(weights, dtype=np.float64)
    here = ~np.isnan(a)
    if here.all():
        total = w.sum(axis=-1)
    else:
        a = np.where(here, a, 0.0)
        total = here.astype(np.float64) @ w if w.ndim == 1 else (here * w).sum(axis=-1)
        w = here * w
    with np.errstate(invalid="ignore", divide="ignore"):
        if rule == "arithmetic":
            out = _sum(a, w) / total
        elif rule == "geometric":
            logs = _sum(np.log(np.where(a > 0, a, 1.0)), w) / total
            out = np.where(((a <= 0) & (w > 0)).any(axis=-1), 0.0, np.exp(logs))
        elif rule == "mazziotta-pareto":
            m = _sum(a, w) / total
            s2 = _sum((a - m[..., None]) ** 2, w) / total
            out = np.where(m > 0, m - s2 / m, np.minimum(m, 0.0))
        else:
            raise InputError([Problem(Text(f"不认识合成规则 {rule!r}", f"unknown aggregation rule {rule!r}"))])
    result: Array = np.where(total > 0, out, np.nan)
    return result


def composite(
    z: npt.ArrayLike,
    dimensions: Sequence[str],
    *,
    weights: npt.ArrayLike | None = None,
    dimension_weights: npt.ArrayLike | None = None,
    within: Rule = "arithmetic",
    across: Rule = "geometric",
    coverage: float = COVERAGE,
    required: npt.ArrayLike | None = None,
) -> Composite:
    """Return two-stage scores: `within` over the indicators of each dimension, then `across` over dimensions.

    `z`: (…, m), NaN missing. `dimensions`: the dimension of each indicator. `weights`: (m,) global weights, equal
    by default; inside a dimension they are normalised, and an indicator of weight 0 counts neither in scores nor in
    coverage. `dimension_weights`: (D,) in order of first appearance, equal by default. `required`: bool (…, m),
    False where an indicator does not apply to a region (it then leaves that region's coverage count).
    `coverage`: the share of a dimension's indicators that must be present for a score.
    """
    a = np.asarray(z, dtype=np.float64)
    names = np.asarray(dimensions)
    order = tuple(dict.fromkeys(dimensions))
    w = np.ones(a.shape[-1]) if weights is None else np.asarray(weights, dtype=np.float64)
    outer = np.ones(len(order)) if dimension_weights is None else np.asarray(dimension_weights, dtype=np.float64)
    if required is not None:
        a = np.where(required, a, np.nan)
    counted = np.broadcast_to(w > 0, a.shape) if required is None else np.asarray(required, dtype=bool) & (w > 0)
    scores = np.empty((*a.shape[:-1], len(order)))
    shares = np.empty_like(scores)
    present, applied = np.zeros(a.shape[:-1]), np.zeros(a.shape[:-1])
    for d, name in enumerate(order):
        columns = np.flatnonzero(names == name)
        part = a[..., columns]
        n = counted[..., columns].sum(axis=-1)
        here = (~np.isnan(part) & counted[..., columns]).sum(axis=-1)
        shares[..., d] = np.where(n > 0, here / np.maximum(n, 1), np.nan)
        scores[..., d] = np.where(shares[..., d] >= coverage - 1e-12, mean(part, w[columns], within), np.nan)
        present += here
        applied += n
    # a dimension whose indicators all weigh 0 takes no part in the total
    live = np.array([(w[names == name] > 0).any() for name in order]) & (outer > 0)
    whole = mean(scores[..., live], outer[live], across) if live.any() else np.full(a.shape[:-1], np.nan)
    total = np.where(np.isnan(scores[..., live]).any(axis=-1), np.nan, whole)
    return Composite(total, scores, present / np.maximum(applied, 1), shares, order)


def ranks(scores: npt.ArrayLike) -> Array:
    """Return ranks along axis 0, 1 the highest score, ties sharing the better rank; NaN where there is no score."""
    s = np.asarray(scores, dtype=np.float64)
    ordered = -np.sort(-s, axis=0)  # NaN sorts to the end
    flat, o = s.reshape(s.shape[0], -1), ordered.reshape(s.shape[0], -1)
    out = np.empty_like(flat)
    for c in range(flat.shape[1]):
        known = o[: np.count_nonzero(~np.isnan(o[:, c])), c]
        out[:, c] = np.searchsorted(-known, -flat[:, c], side="left") + 1.0
    return np.where(np.isnan(s), np.nan, out.reshape(s.shape))


def topsis(
    z: npt.ArrayLike,
    weights: npt.ArrayLike,
    *,
    vector: bool = False,
    ideals: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
) -> Array:
    """Return closeness D⁻/(D⁺ + D⁻) in [0, 1], distances Euclidean on v = z·w, shape (…).

    `z`: (…, m), directions applied, more is better; the ideals are pooled over all leading axes, or given as
    (best, worst) in units of z. `vector` divides each column by its pooled Euclidean norm first. A row with a
    missing cell has no closeness (NaN): a distance over fewer coordinates is smaller by itself.
    Source: Hwang & Yoon (1981), Multiple Attribute Decision Making.
    """
    a = np.asarray(z, dtype=np.float64)
    w = np.asarray(weights, dtype=np.float64)
    rows = a.reshape(-1, a.shape[-1])
    if vector:
        norm = np.sqrt(np.nansum(rows**2, axis=0))
        rows = rows / np.where(norm > 0, norm, 1.0)
    if ideals is None:
        best, worst = np.fmax.reduce(rows, axis=0), np.fmin.reduce(rows, axis=0)
    else:
        best, worst = (np.asarray(i, dtype=np.float64) for i in ideals)
    used = w > 0
    rows, w, best, worst = rows[:, used], w[used], best[used], worst[used]
    far = np.sqrt(_squares((rows - worst) * w))
    near = np.sqrt(_squares((rows - best) * w))
    with np.errstate(invalid="ignore"):
        # every row at both ideals at once means nothing varies: neither near nor far
        closeness = np.where(far + near > 0, far / (far + near), np.where(np.isnan(far), np.nan, 0.5))
    return closeness.reshape(a.shape[:-1])


def _sum(a: Array, w: Array) -> Array:
    out: Array = a @ w if w.ndim == 1 else np.einsum("...m,...m->...", a, w)
    return out


def _squares(a: Array) -> Array:
    out: Array = np.einsum("ij,ij->i", a, a)
    return out
