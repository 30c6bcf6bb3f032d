"""Two-way fixed effects, static and by event time, and the saturated event study of Sun and Abraham."""

from typing import Any

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.evaluate import sources
from yugong.evaluate._panel import Floats, TwoWay, cluster_scores, least_squares, small_sample
from yugong.evaluate.checks import check
from yugong.evaluate.effects import Effects, clusters_behind, few_note, joint_test, treated_clusters
from yugong.evaluate.fixed_effects import codes
from yugong.evaluate.question import Question


def two_way_regression(y: Any, regressors: Any, clusters: Any = None) -> tuple[Floats, Floats]:
    """Return coefficients (k,) and their clustered covariance (k, k) of y on regressors and two-way fixed effects.

    y (N, T), regressors (k, N, T), NaN where missing; clusters (N,) labels, each unit its own by default. Absorbed
    regressors get NaN. Small-sample factor G/(G−1)·(n−1)/(n−K), unit effects nested in clusters not in K (fixest).
    """
    values = np.asarray(y, dtype=np.float64)
    lines = np.asarray(regressors, dtype=np.float64)
    two_way = TwoWay(np.isfinite(values) & np.isfinite(lines).all(axis=0))
    labels = codes([str(c) for c in (range(len(values)) if clusters is None else clusters)])
    fit = least_squares(two_way, values, list(lines))
    scores = cluster_scores(fit, labels)
    factor = small_sample(two_way, int(fit.kept.sum()), int(labels.max()) + 1, nested=True)
    covariance = scores.T @ scores * factor
    covariance[~fit.kept] = covariance[:, ~fit.kept] = np.nan
    return fit.coefficients, covariance


def twfe(question: Question, *, level: float = 0.95, event_study: bool = False) -> Effects:
    """Return the two-way fixed-effects estimate, for comparison: all observed cells, exposed and contested ones too.

    event_study adds the leads and lags (reference −1 and all never treated), from a second regression. With
    staggered starts and unequal effects neither is an average of effects; bacon shows what it compares.
    """
    check(question, "twfe")
    q = question
    extra = list(q.covariates.values())
    y = np.where(q.observed, q.y, np.nan)
    beta, v = two_way_regression(y, np.stack([q.dose, *extra]), q.clusters)
    if not np.isfinite(beta[0]):
        raise InputError([Problem(Text("政策变量被固定效应吸收", "the policy is absorbed by the fixed effects"))])
    cells = q.observed & q.treated
    horizons: list[int] = []
    b, w = np.zeros(0), np.zeros((0, 0))
    if event_study:
        event = np.where(q.observed, q.event_time, np.nan)
        horizons = [e for e in sorted({int(e) for e in event[np.isfinite(event)]}) if e != -1]
        dummies = [(event == e).astype(np.float64) for e in horizons]
        full, vf = two_way_regression(y, np.stack([*dummies, *extra]), q.clusters)
        keep = [j for j in range(len(horizons)) if np.isfinite(full[j])]
        horizons, b, w = [horizons[j] for j in keep], full[keep], vf[np.ix_(keep, keep)]
    before = [j for j, e in enumerate(horizons) if e < 0]
    n = treated_clusters(q, cells)
    return Effects(
        method_id="twfe",
        estimate=float(beta[0]),
        se=float(np.sqrt(v[0, 0])),
        level=level,
        horizons=tuple(horizons),
        by_horizon=b,
        se_by_horizon=np.sqrt(np.diag(w)),
        cells_by_horizon=tuple(int((q.observed & (q.event_time == e)).sum()) for e in horizons),
        places=q.places,
        years=q.years,
        treated_clusters=n,
        method=sources.card("twfe", {"event_study": str(event_study)}),
        covariance=w if event_study else None,
        clusters_by_horizon=clusters_behind(q, horizons),
        reference=-1 if event_study else None,
        pre_test=joint_test(b[before], w[np.ix_(before, before)], len(set(q.clusters))) if before else None,
        notes=(*q.notes, *few_note(n), *_staggered(q)),
        provenance=q.provenance,
    )


def sun_abraham(question: Question, *, level: float = 0.95) -> Effects:
    """Return the interaction-weighted event study (Sun & Abraham 2021), compared with places clean in all years.

    Cells that are exposed, contested or anticipate are left out, as are places neither treated nor clean. The
    average weights cohort × event-time effects by their cells; standard errors take the shares as given.
    """
    check(question, "sun_abraham")
    q = question
    sample = q.estimated | (q.clean & (q.ever | q.never)[:, None])
    event, last = q.event_time, -1 - q.anticipation
    pairs = [
        (int(g), int(e))
        for g in np.unique(q.cohorts[q.ever])
        for e in np.unique(event[(q.cohorts == g)[:, None] & sample])
        if e != last
    ]
    dummies = [((q.cohorts == g)[:, None] & (event == e) & sample).astype(np.float64) for g, e in pairs]
    y = np.where(sample, q.y, np.nan)
    beta, v = two_way_regression(y, np.stack([*dummies, *q.covariates.values()]), q.clusters)
    k = len(pairs)
    sizes = np.array([d.sum() for d in dummies])
    usable = np.isfinite(beta[:k])
    beta, v = np.nan_to_num(beta[:k]), np.nan_to_num(v[:k, :k])
    sizes = np.where(usable, sizes, 0.0)
    horizons = sorted({e for (_, e), u in zip(pairs, usable, strict=True) if u})
    rows = np.array([[s if e == h else 0.0 for (_, e), s in zip(pairs, sizes, strict=True)] for h in horizons])
    shares = rows / rows.sum(axis=1, keepdims=True)
    after = np.array([s if e >= 0 else 0.0 for (_, e), s in zip(pairs, sizes, strict=True)])
    overall = after / after.sum()
    w = shares @ v @ shares.T
    before = [j for j, e in enumerate(horizons) if e < 0]
    by_horizon = shares @ beta
    n = treated_clusters(q, q.estimated)
    # an effect of its own for each cohort leaves a cohort of one place no error at all, so the smallest cohort counts
    sizes_of = {g: treated_clusters(q, (q.cohorts == g)[:, None] & q.treated) for g, _ in pairs}
    return Effects(
        method_id="sun_abraham",
        estimate=float(overall @ beta),
        se=float(np.sqrt(overall @ v @ overall)),
        level=level,
        horizons=tuple(horizons),
        by_horizon=by_horizon,
        se_by_horizon=np.sqrt(np.diag(w)),
        cells_by_horizon=tuple(int(r.sum()) for r in rows),
        places=q.places,
        years=q.years,
        treated_clusters=n,
        method=sources.card("sun_abraham"),
        covariance=w,
        clusters_by_horizon=tuple(
            min(sizes_of[g] for (g, e), u in zip(pairs, usable, strict=True) if u and e == h) for h in horizons
        ),
        reference=last,
        pre_test=joint_test(by_horizon[before], w[np.ix_(before, before)], len(set(q.clusters))) if before else None,
        parts={f"{g}:{e}": float(b) for (g, e), b, u in zip(pairs, beta, usable, strict=True) if u},
        notes=(*q.notes, *few_note(n)),
        provenance=q.provenance,
    )


def _staggered(q: Question) -> tuple[Text, ...]:
    if len(set(q.cohorts[q.ever].tolist())) < 2 and q.absorbing:
        return ()
    return (
        Text("政策分批开始或曾退出：双向固定效应把已受影响者当作对照，只作比较",
             "starts are staggered or places left: two-way fixed effects compare with places already treated; for comparison only"),
    )  # fmt: skip
