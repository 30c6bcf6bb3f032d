"""Group-time effects of Callaway and Sant'Anna, over clean comparisons, and their four averages."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.evaluate import sources
from yugong.evaluate._panel import Floats, by_cluster
from yugong.evaluate.checks import check
from yugong.evaluate.doubly_robust import Adjustment, doubly_robust
from yugong.evaluate.effects import Effects, clusters_behind, few_note, joint_test, treated_clusters
from yugong.evaluate.fixed_effects import codes
from yugong.evaluate.question import Question

Control = Literal["never", "not_yet"]
Base = Literal["universal", "varying"]
Average = Literal["simple", "dynamic", "group", "calendar"]


def callaway_santanna(
    question: Question,
    *,
    average: Average = "simple",
    control: Control = "not_yet",
    adjustment: Adjustment = "dr",
    base: Base = "universal",
    level: float = 0.95,
) -> Effects:
    """Return group-time effects averaged (simple, dynamic, group, calendar), by event time, with pre-trends.

    A comparison of cohort g in year t with its base year uses places clean in both years: never treated ones, or
    those not yet treated too. Covariates are those of the earlier of the two years. base: the year before the start
    for all years, or for years before the start the preceding one ("varying", the authors' default). Analytic
    standard errors, clustered. A comparison without enough places is left out and counted. `parts` holds "g:t".
    """
    check(question, "callaway_santanna")
    q = question
    g = _group_times(q, control, adjustment, base)
    if not g.after:
        raise InputError([Problem(Text("没有可估计的群组–年份", "no group-time effect can be estimated"))])
    clusters = codes(q.clusters)

    def scores(lines: list[Floats]) -> Floats:
        return by_cluster(np.stack(lines, axis=1) / len(q.places), clusters)

    horizons = sorted({t - c for c, t in g.pairs})
    by_horizon = [g.mean([j for j, (c, t) in enumerate(g.pairs) if t - c == e]) for e in horizons]
    psi = scores([line for _, line in by_horizon])
    covariance = psi.T @ psi
    estimate, line = _average(g, average)
    score = scores([line])[:, 0]
    before = [j for j, (c, t) in enumerate(g.pairs) if t < c]
    leads = scores([g.influence[:, j] for j in before]) if before else np.zeros((1, 0))
    count = treated_clusters(q, q.estimated)
    notes = [*q.notes, *few_note(count)]
    if g.lost:
        notes.append(
            Text(
                f"{g.lost} 个群组–年份对照不足，未计入",
                f"{g.lost} group-time effects lack comparisons and are left out",
            )
        )
    return Effects(
        method_id="callaway_santanna",
        estimate=estimate,
        se=float(np.sqrt(score @ score)),
        level=level,
        horizons=tuple(horizons),
        by_horizon=np.array([b for b, _ in by_horizon]),
        se_by_horizon=np.sqrt(np.diag(covariance)),
        cells_by_horizon=tuple(_cells(q, g, e) for e in horizons),
        places=q.places,
        years=q.years,
        treated_clusters=count,
        method=sources.card(
            "callaway_santanna", {"average": average, "control": control, "adjustment": adjustment, "base": base}
        ),
        covariance=covariance,
        clusters_by_horizon=clusters_behind(q, horizons),
        reference=-1 - q.anticipation if base == "universal" else None,
        pre_test=joint_test(g.effects[before], leads.T @ leads) if before else None,
        unidentified=g.lost,
        parts={f"{c}:{t}": float(a) for (c, t), a in zip(g.pairs, g.effects, strict=True)},
        notes=tuple(notes),
        provenance=q.provenance,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _GroupTimes:
    """Effects (P,) by (cohort, year), the influence of each place on them (N, P), and the cohorts of the places."""

    pairs: list[tuple[int, int]]
    effects: Floats
    influence: Floats
    cohorts: NDArray[np.int64]
    lost: int  # pairs after the start without a comparison

    @property
    def after(self) -> list[int]:
        return [j for j, (c, t) in enumerate(self.pairs) if t >= c]

    def mean(self, chosen: list[int]) -> tuple[float, Floats]:
        """Mean weighted by the cohorts' shares, and its influence (N,)."""
        return self.weighted([self.pairs[j][0] for j in chosen], self.effects[chosen], self.influence[:, chosen])

    def weighted(self, of: list[int], values: Floats, lines: Floats) -> tuple[float, Floats]:
        """Mean of values (P,) with influence lines (N, P), weighted by the shares of their cohorts, estimated too."""
        member = np.stack([self.cohorts == c for c in of], axis=1).astype(np.float64)
        share = member.mean(axis=0)
        total = share.sum()
        own = member - share
        by_share = own / total - own.sum(axis=1, keepdims=True) * share / total**2
        return float(values @ share / total), lines @ share / total + by_share @ values


def _average(g: _GroupTimes, average: Average) -> tuple[float, Floats]:
    """Return one of the four averages and its influence (N,)."""
    after = g.after
    if average == "simple":
        return g.mean(after)
    sets: dict[int, list[int]] = {}
    for j in after:
        c, t = g.pairs[j]
        sets.setdefault({"dynamic": t - c, "calendar": t, "group": c}[average], []).append(j)
    if average == "group":  # years weigh equally within a cohort, cohorts by their shares
        values = np.array([g.effects[js].mean() for js in sets.values()])
        lines = np.stack([g.influence[:, js].mean(axis=1) for js in sets.values()], axis=1)
        return g.weighted(list(sets), values, lines)
    means = [g.mean(js) for js in sets.values()]
    return float(np.mean([b for b, _ in means])), np.asarray(np.mean([line for _, line in means], axis=0))


def _cells(q: Question, g: _GroupTimes, horizon: int) -> int:
    cells = q.estimated if horizon >= 0 else q.clean
    return int(sum(cells[q.cohorts == c, q.years.index(t)].sum() for c, t in g.pairs if t - c == horizon))


def _group_times(q: Question, control: Control, adjustment: Adjustment, base: Base) -> _GroupTimes:
    n, cohorts, clean = len(q.places), q.cohorts, q.clean
    extra = list(q.covariates.values())
    reached = q.exposed | q.contested
    pairs, effects, lines, lost = [], [], [], 0
    for g in (int(c) for c in np.unique(cohorts[q.ever])):
        for at, t in enumerate(q.years):
            reference = g - 1 - q.anticipation
            if base == "varying" and t < g - q.anticipation:
                reference = t - 1
            if reference not in q.years or reference == t:
                continue
            start = q.years.index(reference)
            seen = q.estimated[:, at] if t >= g else q.observed[:, at] & ~reached[:, at]
            usable = (cohorts == g) & clean[:, start] & seen
            compared = (cohorts != g) & clean[:, start] & clean[:, at] & (~q.ever if control == "never" else True)
            rows = np.flatnonzero(usable | compared)
            earlier = min(start, at)
            x = np.stack([v[rows, earlier] for v in extra], axis=1) if extra else None
            change = q.y[rows, at] - q.y[rows, start]
            try:
                effect, influence = doubly_robust(change, usable[rows], x, adjustment)
            except InputError:
                lost += t >= g
                continue
            line = np.zeros(n)
            line[rows] = influence * n / len(rows)
            pairs.append((g, int(t)))
            effects.append(effect)
            lines.append(line)
    influence = np.stack(lines, axis=1) if lines else np.zeros((n, 0))
    return _GroupTimes(pairs, np.array(effects), influence, cohorts, lost)
