"""Imputation with fixed effects: what treated place-years would have been, from clean ones (Borusyak, Jaravel & Spiess)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from yugong.base.text import Text
from yugong.evaluate import sources
from yugong.evaluate._panel import Bools, Fit, Floats, TwoWay, by_cluster, cluster_scores, least_squares, small_sample
from yugong.evaluate.checks import check
from yugong.evaluate.effects import FEW, Effects, clusters_behind, few_note, joint_test, treated_clusters
from yugong.evaluate.question import Question

Averages = Literal["merged", "cohort"]
SMALL_COHORT = FEW  # treated clusters below which a cohort has no mean of its own in the standard errors


@dataclass(frozen=True, slots=True, eq=False)
class Imputed:
    """The fit on clean cells; `counterfactual` (N, T) is ŷ(0), NaN where it is not identified."""

    counterfactual: Floats
    effects: Floats  # (N, T): y − ŷ(0), NaN where y or ŷ(0) is missing
    coefficients: Floats  # (k,) of the covariates
    two_way: TwoWay = field(repr=False)
    fit: Fit = field(repr=False)
    covariates: tuple[Floats, ...] = field(repr=False)

    def weights(self, average: Floats) -> Floats:
        """Return v (N, T) with Σ average·effects = Σ v·y: `average` on its cells, the imputation's weights on clean ones."""
        v = -self.two_way.adjoint(average)
        if len(self.covariates):
            lines = [np.where(np.isfinite(x), x, 0.0) for x in self.covariates]
            gap = np.array([np.sum(average * x) + np.sum(v * x) for x in lines])
            v -= np.tensordot(self.fit.bread @ gap, self.fit.regressors, axes=1)
        return np.asarray(average + v)


def impute(y: Any, clean: Any, covariates: Sequence[Any] = ()) -> Imputed:
    """Return y(0) = α_i + λ_t + x'β fitted by least squares on the clean cells and carried to all (BJS 2024, Th. 2).

    y, each covariate: (N, T), NaN is missing; clean: (N, T) bool. A cell is identified when its unit and its year
    both have clean cells that are linked. The cost is N·T + T³.
    """
    values = np.asarray(y, dtype=np.float64)
    lines = tuple(np.asarray(x, dtype=np.float64) for x in covariates)
    known = np.logical_and.reduce([np.isfinite(values), *(np.isfinite(x) for x in lines)])
    two_way = TwoWay(np.asarray(clean, dtype=bool) & known)
    fit = least_squares(two_way, values, lines)
    shift = sum(
        (b * x for b, x in zip(np.nan_to_num(fit.coefficients), lines, strict=True)), start=np.zeros_like(values)
    )
    unit, time = two_way.effects(np.where(two_way.mask, values - shift, 0.0))
    counterfactual = np.where(two_way.identified, unit[:, None] + time[None, :] + shift, np.nan)
    return Imputed(counterfactual, values - counterfactual, fit.coefficients, two_way, fit, lines)


def imputation(
    question: Question, *, level: float = 0.95, leads: int | None = None, averages: Averages = "merged"
) -> Effects:
    """Return the average effect on the treated by imputation from clean place-years, by event time, with pre-trends.

    Standard errors: conservative, clustered, treated residuals centred on cohort × year (BJS 2024, eq. 6–8); averages
    "merged" gives cohorts of fewer than five treated clusters one common mean, without which the errors are far too
    small, "cohort" is the convention of R's didimputation.
    Pre-trends: leads −2, −3, … (at most `leads`) regressed on clean cells alone, reference −1 and before the
    furthest lead. Joint test of the leads. Raises InputError where the question cannot be answered so.
    """
    check(question, "imputation")
    lines = list(question.covariates.values())
    found = impute(question.y, question.clean, lines)
    cells = question.estimated & np.isfinite(found.effects)
    clusters = codes(question.clusters)
    event = question.event_time
    after = sorted({int(e) for e in event[cells]})
    means = [cells / cells.sum(), *((cells & (event == e)) / max((cells & (event == e)).sum(), 1) for e in after)]
    least = SMALL_COHORT if averages == "merged" else 1
    influence = np.column_stack([influences(found, a, cells, question.onset, clusters, least) for a in means])
    estimates = np.array([np.sum(a * np.where(cells, found.effects, 0.0)) for a in means])
    before, ahead, scores = pre_trends(question, clusters, leads)
    psi = np.column_stack([scores, influence[:, 1:]])
    covariance = psi.T @ psi
    k = len(before)
    return Effects(
        method_id="imputation",
        estimate=float(estimates[0]),
        se=float(np.sqrt(influence[:, 0] @ influence[:, 0])),
        level=level,
        horizons=(*before, *after),
        by_horizon=np.concatenate([ahead, estimates[1:]]),
        se_by_horizon=np.sqrt(np.diag(covariance)),
        cells_by_horizon=tuple(
            int(((question.clean if e < 0 else cells) & (event == e)).sum()) for e in (*before, *after)
        ),
        places=question.places,
        years=question.years,
        treated_clusters=treated_clusters(question, cells),
        method=sources.card(
            "imputation", {"leads": str(leads), "averages": averages, "covariates": ", ".join(question.covariates)}
        ),
        covariance=covariance,
        clusters_by_horizon=clusters_behind(question, (*before, *after)),
        reference=-1 - question.anticipation,
        gaps=found.effects,
        counterfactual=found.counterfactual,
        pre_test=joint_test(ahead, covariance[:k, :k], int(clusters.max()) + 1) if k else None,
        unidentified=int((question.estimated & ~np.isfinite(found.effects)).sum()),
        notes=(*question.notes, *few_note(treated_clusters(question, cells)), *_lost(question, found)),
        provenance=question.provenance,
    )


def codes(labels: Sequence[str]) -> NDArray[np.int64]:
    """Return labels as 0 … G−1."""
    return np.asarray(np.unique(np.asarray(labels, dtype=str), return_inverse=True)[1], dtype=np.int64)


def influences(
    found: Imputed,
    average: Floats,
    cells: Bools,
    cohorts: NDArray[np.int64],
    clusters: NDArray[np.int64],
    least: int = SMALL_COHORT,
) -> Floats:
    """Return Σ v·ε̃ by cluster (G,) of Σ average·effects; its square sum is the variance (BJS 2024, eq. 6–8).

    ε̃ of a cell of `cells` is its effect less the v²-weighted mean of its cohort in that year; of a clean cell, its
    residual. Cohorts with fewer than `least` treated clusters share one mean over all their cells: a mean of few cells
    takes the variance with it (BJS 2024, section 4.3).
    """
    v = found.weights(average)
    residual = found.fit.residuals.copy()
    touched = cells.any(axis=1)
    sizes = {g: len(np.unique(clusters[touched & (cohorts == g)])) for g in np.unique(cohorts[touched])}
    small = np.isin(cohorts, [g for g, n in sizes.items() if n < least])
    groups = [*((cohorts == g, 0) for g, n in sizes.items() if n >= least), *([(small, None)] if small.any() else [])]
    for member, axis in groups:
        rows = np.flatnonzero(member)
        mine = cells[rows]
        size = np.where(mine, v[rows] ** 2, 0.0)
        total = size.sum(axis=axis, keepdims=True)
        effects = np.where(mine, found.effects[rows], 0.0)
        gained = (size * effects).sum(axis=axis, keepdims=True)
        centre = np.divide(gained, total, out=np.zeros_like(total), where=total > 0)
        residual[rows] = np.where(mine, effects - centre, residual[rows])
    return by_cluster((v * residual).sum(axis=1, keepdims=True), clusters)[:, 0]


def pre_trends(q: Question, clusters: NDArray[np.int64], leads: int | None) -> tuple[list[int], Floats, Floats]:
    """Return the leads, their coefficients and the clusters' scores: y on leads and both effects over clean cells."""
    two_way = TwoWay(q.clean)
    event = np.where(q.clean, q.event_time, np.nan)
    last = -1 - q.anticipation
    found = sorted({int(e) for e in event[np.isfinite(event)] if e < last})
    if leads is not None:
        found = [e for e in found if e >= last - leads]
    dummies = [(event == e).astype(np.float64) for e in found]
    fit = least_squares(two_way, q.y, [*dummies, *q.covariates.values()])
    keep = [j for j in range(len(found)) if fit.kept[j]]
    groups = int(clusters.max()) + 1
    factor = small_sample(two_way, int(fit.kept.sum()), groups, nested=True)
    scores = cluster_scores(fit, clusters)[:, keep] * np.sqrt(factor)
    return [found[j] for j in keep], fit.coefficients[keep], scores


def _lost(q: Question, found: Imputed) -> tuple[Text, ...]:
    lost = int((q.estimated & ~np.isfinite(found.effects)).sum())
    if not lost:
        return ()
    return (
        Text(
            f"{lost} 个受政策影响的地区–年份没有可比的反事实，未计入",
            f"{lost} treated place-years have no counterfactual and are left out",
        ),
    )
