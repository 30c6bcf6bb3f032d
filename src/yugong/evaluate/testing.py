"""Inference on a question, at the level the policy was given to and no lower."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.evaluate.checks import check
from yugong.evaluate.inference.assignment import Scheme
from yugong.evaluate.inference.conley import Conley, Kernel, conley
from yugong.evaluate.inference.conley_taber import ConleyTaber, conley_taber
from yugong.evaluate.inference.headline import Headline, headline_inference
from yugong.evaluate.inference.randomisation import Named, RandomisationTest, randomisation_test
from yugong.evaluate.inference.regression import codes, rows_of
from yugong.evaluate.inference.wild import Law, WildCluster, wild_cluster
from yugong.evaluate.question import Bools, Floats, Question

if TYPE_CHECKING:
    from yugong.study.model import Study


def randomised(
    question: Question,
    *,
    statistic: Named = "imputation",
    scheme: Scheme = "unit",
    draws: int = 999,
    seed: int = 0,
    level: float = 0.95,
    neighbours: Any = None,
) -> RandomisationTest:
    """Return the randomisation test: the policy drawn again among places treated or clean in all years.

    scheme: see inference.assignment; belt needs the question's belts, block a neighbour matrix (N, N). Whole clusters
    are drawn. Cells that are exposed, contested or outside the record count under no assignment, so the null is that
    neither this policy nor its spillover did anything among the rest. Needs a policy that nobody leaves.
    """
    check(question, "randomisation")
    q = question
    mine = q.treated | ~(q.exposed | q.contested)
    usable = q.observed & mine & ~q.contested
    starts = np.minimum(q.onset, len(q.years))
    made = randomisation_test(
        q.y,
        starts,
        statistic,
        scheme,
        draws,
        seed,
        usable,
        eligible_places(q),
        list(q.clusters),
        list(q.belts) or None,
        neighbours,
        earliest=1 + q.anticipation,
        level=level,
        anticipation=q.anticipation,
    )
    n = len({c for c, e in zip(q.clusters, q.ever, strict=True) if e})
    say = headline_inference(n, len(set(q.clusters)), made.total).reason
    return replace(made, notes=(*q.notes, made.label, say), provenance=q.provenance)


def randomised_on_study(
    study: "Study",
    question: Question,
    *,
    statistic: Named = "imputation",
    scheme: Scheme = "unit",
    draws: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> RandomisationTest:
    """Return the randomisation test of a question; contiguous blocks are drawn on the study's adjacency. See randomised."""
    near = None
    if scheme == "block":
        near = adjacency(study, question)
    return randomised(
        question, statistic=statistic, scheme=scheme, draws=draws, seed=seed, level=level, neighbours=near
    )


def adjacency(study: "Study", question: Question) -> Bools:
    """Return which places of a question adjoin (N, N), by the study's adjacency, looked up by label."""
    wide = study.flow("adjacency").matrix().reindex(index=list(question.places), columns=list(question.places))
    return np.asarray(np.nan_to_num(wide.to_numpy(float)) != 0)


def wild_clusters(
    question: Question,
    *,
    law: Law = "rademacher",
    draws: int = 9_999,
    seed: int = 0,
    level: float = 0.95,
) -> WildCluster:
    """Return the wild cluster bootstrap of the two-way fixed-effects coefficient, over cells neither exposed nor contested."""
    check(question, "wild_cluster")
    y, d, unit, period, controls = _regression(question)
    clusters = codes(question.clusters)[unit]
    made = wild_cluster(y, d, clusters, controls, unit, period, 0.0, draws, law, seed, level)
    return replace(made, notes=(*question.notes, *_headline_note(question)), provenance=question.provenance)


def conley_errors(
    question: Question, *, cutoff_km: float = 500.0, lags: int | None = None, kernel: Kernel = "bartlett"
) -> Conley:
    """Return the two-way fixed-effects coefficient with space–time Conley errors; lags: all years unless given."""
    check(question, "conley")
    q = question
    y, d, unit, period, controls = _regression(q)
    where = np.asarray(q.coordinates)[unit]
    used = len(q.years) - 1 if lags is None else lags
    made = conley(y, d, where[:, 0], where[:, 1], cutoff_km, unit, period, controls, used, kernel)
    return replace(made, notes=(*q.notes, *_headline_note(q)), provenance=q.provenance)


def few_treated(question: Question, *, draws: int = 9_999, seed: int = 0, level: float = 0.95) -> ConleyTaber:
    """Return Conley–Taber's inference: treated places against those clean in all years."""
    check(question, "conley_taber")
    q = question
    kept = (q.ever | q.never) & np.isfinite(q.y).all(axis=1)
    if not kept[q.ever].all():
        raise InputError([Problem(Text("受政策影响的地区有缺失", "a treated place has missing values"))])
    y, starts = _by_cluster(q, kept)
    made = conley_taber(y, starts, None, draws, seed, level)
    return replace(made, notes=q.notes, provenance=q.provenance)


def headline(question: Question) -> Headline:
    """Return which inference owns the headline of a question. See inference.headline."""
    n = len({c for c, e in zip(question.clusters, question.ever, strict=True) if e})
    return headline_inference(n, len(set(question.clusters)))


def eligible_places(q: Question) -> Bools:
    """Return the places (N,) the policy may be drawn for: treated or clean in all years, whole clusters only."""
    alone = q.ever | q.never
    bad = {c for c, a in zip(q.clusters, alone, strict=True) if not a}
    treated = {c for c, e in zip(q.clusters, q.ever, strict=True) if e}
    return np.array([c not in bad or c in treated for c in q.clusters])


def _by_cluster(q: Question, kept: Bools) -> tuple[Floats, Any]:
    """Return the mean outcome (G, T) and the start (G,) of each cluster, over its places kept."""
    group = codes(np.asarray(q.clusters)[kept])
    starts = np.minimum(q.onset, len(q.years))[kept]
    one = [np.unique(starts[group == g]) for g in range(int(group.max()) + 1)]
    if any(len(s) > 1 for s in one):
        what = Text("同一聚类内的地区起始年不同", "places of one cluster start at different dates")
        raise InputError([Problem(what, Text("改用更细的聚类", "use finer clusters"))])
    means = np.stack([q.y[kept][group == g].mean(axis=0) for g in range(len(one))])
    return means, np.array([s[0] for s in one])


def _regression(q: Question) -> tuple[Floats, Floats, Any, Any, Floats | None]:
    """Return the rows of a two-way regression: cells that are neither exposed nor contested, unless treated."""
    sample = q.observed & ~q.contested & ~q.anticipating & ~q.after & (q.treated | ~q.exposed)
    y, d, unit, period = rows_of(np.where(sample, q.y, np.nan), q.dose)
    controls = None
    if q.covariates:
        controls = np.column_stack([np.asarray(x)[unit, period] for x in q.covariates.values()])
    return y, d, unit, period, controls


def _headline_note(q: Question) -> tuple[Text, ...]:
    made = headline(q)
    return () if made.owner == "clustered" else (made.reason,)
