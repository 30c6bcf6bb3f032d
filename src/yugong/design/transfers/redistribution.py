"""What transfers do to the distribution of resources: inequality before and after, reranking, leakage, coverage."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from yugong.diagnose import disparity

Values = np.ndarray[Any, np.dtype[np.float64]]
_SAME = 1e-12  # relative difference below which two regions stand level


@dataclass(frozen=True, slots=True)
class Redistribution:
    """Measures of one allocation; G_before − G_after = reynolds_smolensky − reranking.

    leakage: share of the money beyond recipients' gaps; under_coverage: share of the gaps left open; excluded: share
    of regions with a gap that receive nothing. coverage of the pot: T·(1 − leakage) = Σ gap·(1 − under_coverage).
    """

    gini_before: float
    gini_after: float
    concentration_after: float  # ranked by resources before
    cv_before: float
    cv_after: float
    leakage: float
    under_coverage: float
    excluded: float
    reversals: tuple[tuple[int, int], ...]  # (i, j): i stood above j before and stands below after

    @property
    def reynolds_smolensky(self) -> float:
        """Gini before less concentration after, ranked as before (Reynolds and Smolensky 1977)."""
        return self.gini_before - self.concentration_after

    @property
    def reranking(self) -> float:
        """Gini after less concentration after: what changed ranks take back (Atkinson 1980, Plotnick 1981)."""
        return self.gini_after - self.concentration_after


def redistribution(before: Values, amounts: Values, weights: Values, gaps: Values) -> Redistribution:
    """Return what `amounts` (N,) do to resources `before` (N,), both money, per unit of `weights` (N,) (people, need).

    `gaps` (N,) is what each region lacks, in money; those below zero count as zero. Resources per weight are ranked
    and their Gini weighted by `weights`.
    """
    before, amounts, weights = (np.asarray(a, float) for a in (before, amounts, weights))
    gap = np.maximum(np.asarray(gaps, float), 0.0)
    first, last = before / weights, (before + amounts) / weights
    lacking = gap > 0
    return Redistribution(
        gini_before=float(disparity.gini(first, weights).value),
        gini_after=float(disparity.gini(last, weights).value),
        concentration_after=concentration(last, first, weights),
        cv_before=float(disparity.cv(first, weights).value),
        cv_after=float(disparity.cv(last, weights).value),
        leakage=float(np.maximum(amounts - gap, 0).sum() / amounts.sum()),
        under_coverage=float(np.maximum(gap - amounts, 0).sum() / gap.sum()),
        excluded=float((lacking & (amounts <= 0)).sum() / lacking.sum()),
        reversals=reversals(first, last),
    )


def concentration(values: Values, ranked_by: Values, weights: Values) -> float:
    """Return the concentration index of `values` (N,) over regions ranked by another quantity, weighted (N,).

    C = Σ w_i w_j (x_i − x_j)·sign(r_i − r_j) ÷ (2 mean), weights summing to one: the Gini where the ranks agree.
    """
    x, r, w = (np.asarray(a, float) for a in (values, ranked_by, weights))
    w = w / w.sum()
    apart = (x[:, None] - x) * np.sign(r[:, None] - r)
    return float(w @ apart @ w / (2 * (w @ x)))


def reversals(before: Values, after: Values) -> tuple[tuple[int, int], ...]:
    """Return the pairs (i, j) where i stood above j before and stands below j after; level pairs do not count."""
    first, last = np.asarray(before, float), np.asarray(after, float)
    size = _SAME * max(float(np.abs(first).max()), float(np.abs(last).max()))
    over = (first[:, None] - first > size) & (last[:, None] - last < -size)
    return tuple((int(i), int(j)) for i, j in np.argwhere(over))
