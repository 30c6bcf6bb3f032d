"""The Goodman-Bacon decomposition: which two-by-two comparisons a two-way fixed-effects estimate is made of."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.evaluate import sources
from yugong.evaluate._panel import TwoWay, least_squares
from yugong.evaluate.checks import check
from yugong.evaluate.question import Floats, Question

KINDS = ("treated_never", "earlier_later", "later_earlier")


@dataclass(frozen=True, slots=True, eq=False)
class Bacon:
    """The estimate, and each comparison's kind, cohorts (0 = never treated), weight and estimate; weights sum to 1."""

    estimate: float
    kinds: tuple[str, ...]
    treated: tuple[int, ...]
    control: tuple[int, ...]
    weights: Floats
    estimates: Floats
    method: MethodCard
    provenance: Provenance | None = None

    @property
    def forbidden(self) -> float:
        """The weight of comparisons with places already treated."""
        return float(self.weights[np.array([k == "later_earlier" for k in self.kinds], bool)].sum())

    def share(self, kind: str) -> tuple[float, float]:
        """Return the weight of one kind and its average estimate."""
        mine = np.array([k == kind for k in self.kinds], bool)
        weight = float(self.weights[mine].sum())
        return weight, float(self.weights[mine] @ self.estimates[mine] / weight) if weight else np.nan

    def table(self) -> pd.DataFrame:
        """Return one row a comparison."""
        return pd.DataFrame(
            {
                "kind": self.kinds,
                "cohort": pd.array(self.treated, dtype="Int64"),
                "control_cohort": pd.array([c or None for c in self.control], dtype="Int64"),
                "weight": self.weights,
                "estimate": self.estimates,
            }
        )


def decompose(y: Any, cohorts: Any, years: Any) -> tuple[list[str], list[tuple[int, int]], Floats, Floats]:
    """Return kinds, (treated, control) cohorts, weights and 2 × 2 estimates (Goodman-Bacon 2021, eq. 10).

    y (N, T) without gaps; cohorts (N,) first treated year, 0 never; years (T,).
    """
    values, g, when = np.asarray(y, dtype=np.float64), np.asarray(cohorts), np.asarray(years)
    groups = [int(c) for c in np.unique(g)]
    size = {c: float((g == c).mean()) for c in groups}
    share = {c: 0.0 if c == 0 else float((when >= c).mean()) for c in groups}
    mean = {c: values[g == c].mean(axis=0) for c in groups}
    kinds, pairs, weights, estimates = [], [], [], []

    def add(kind: str, k: int, u: int, weight: float, change: float) -> None:
        kinds.append(kind)
        pairs.append((k, u))
        weights.append(weight)
        estimates.append(change)

    def difference(k: int, u: int, post: Any, pre: Any) -> float:
        gap = mean[k] - mean[u]
        return float(gap[post].mean() - gap[pre].mean())

    starts = [c for c in groups if c > 0]
    for k in starts:
        if 0 in size:
            variance = size[k] * size[0] * share[k] * (1 - share[k])
            add("treated_never", k, 0, variance, difference(k, 0, when >= k, when < k))
        for later in (c for c in starts if c > k):
            both = size[k] * size[later]
            dk, dl = share[k], share[later]
            add("earlier_later", k, later, both * (dk - dl) * (1 - dk),
                difference(k, later, (when >= k) & (when < later), when < k))  # fmt: skip
            add("later_earlier", later, k, both * dl * (dk - dl),
                difference(later, k, when >= later, (when >= k) & (when < later)))  # fmt: skip
    w = np.asarray(weights)
    return kinds, pairs, w / w.sum(), np.asarray(estimates)


def cell_weights(question: Question) -> Floats:
    """Return the weight (N, T) that two-way fixed effects give the effect of each treated place-year; they sum to 1.

    Residuals of the policy on both effects and covariates, times the dose, scaled (de Chaisemartin & D'Haultfœuille
    2020, th. 1): with unequal effects a negative weight counts that effect backwards. NaN elsewhere. Any dose, gaps
    and switching off are allowed.
    """
    check(question, "twfe")
    q = question
    two_way = TwoWay(q.observed)
    rest = least_squares(two_way, q.dose, list(q.covariates.values())).residuals
    weights = np.where(q.observed & q.treated, rest * q.dose, np.nan)
    return np.asarray(weights / np.nansum(weights))


def negative_share(weights: Floats) -> float:
    """Return the sum of the negative weights of cell_weights, without its sign."""
    return float(-np.minimum(np.nan_to_num(weights), 0.0).sum())


def bacon(question: Question) -> Bacon:
    """Return what the two-way fixed-effects estimate of the question compares, without covariates.

    Raises InputError for gaps, doses, and places that leave the policy.
    """
    check(question, "bacon")
    kinds, pairs, weights, estimates = decompose(question.y, question.cohorts, question.years)
    return Bacon(
        float(weights @ estimates),
        tuple(kinds),
        tuple(k for k, _ in pairs),
        tuple(u for _, u in pairs),
        weights,
        estimates,
        sources.card("bacon"),
        question.provenance,
    )
