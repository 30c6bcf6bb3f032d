"""Own and spillover effects, overlapping policies, doses and what remains after the end: averages of imputed effects."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.evaluate import sources
from yugong.evaluate._panel import Bools, Floats
from yugong.evaluate.checks import check
from yugong.evaluate.effects import Layers, few_note, treated_clusters
from yugong.evaluate.fixed_effects import Imputed, codes, impute, influences
from yugong.evaluate.question import Question, lingering
from yugong.evaluate.two_way import two_way_regression

OWN = Text("受政策影响", "treated")


def exposure_effects(question: Question, *, level: float = 0.95) -> Layers:
    """Return the effect on the treated and on each exposure layer, imputed from place-years that nothing reaches.

    A place-year counts in the first layer that reaches it, in the order given; only layers of the donut are kept
    out of the comparison. `comparison` holds the estimate on the treated when spillovers are ignored.
    """
    check(question, "exposure_effects")
    q = question
    if not q.exposures:
        do = Text("例如 exposure=ring:0-300 或 neighbours", "for instance exposure=ring:0-300 or neighbours")
        raise InputError([Problem(Text("没有给出暴露规则", "no exposure rule is given"), do)])
    found = impute(q.y, q.clean, list(q.covariates.values()))
    own = q.treated | q.anticipating | q.after
    free = q.observed & ~own & ~q.contested
    sets, taken = {"own": q.estimated}, np.zeros(q.y.shape, bool)
    for name in q.donut:
        reached = (q.exposures[name] != 0) & free & ~taken
        sets[name] = reached
        taken |= reached
    naive = impute(q.y, q.clean | (free & q.exposed), list(q.covariates.values()))
    seen = q.estimated & np.isfinite(naive.effects)
    groups = _joint_cohorts([q.treated, *(q.exposures[n] != 0 for n in q.donut)])
    return _layers(
        q, "exposure_effects", found, sets, {n: Text(n, n) for n in q.donut} | {"own": OWN}, groups, level,
        comparison={"own": float(naive.effects[seen].mean())} if seen.any() else {},
    )  # fmt: skip


def overlap(question: Question, *, level: float = 0.95) -> Layers:
    """Return the effect of each combination of policies, and each pair's synergy, imputed from policy-free place-years.

    Layers are "A", "B", "A+B" … by policy id and
    "synergy:B": the mean over place-years under both A and B of their effect less the mean effect of A alone and of
    B alone in the same year since each began. Where A alone or B alone is missing at every matching event time, the
    synergy is not identified: NaN and a note. `comparison`: two-way fixed effects with A, B and A × B.
    """
    check(question, "overlap")
    q = question
    if not q.competing:
        do = Text("用 competing 给出并存政策", "give the other policies in competing")
        raise InputError([Problem(Text("没有并存政策", "there is no other policy"), do)])
    force = {q.policy: q.treated} | {k: v != 0 for k, v in q.competing.items()}
    over = {k: lingering(v, q.recovery) for k, v in force.items()}
    free = q.observed & ~q.exposed & ~q.anticipating
    found = impute(q.y, q.clean, list(q.covariates.values()))
    sets: dict[str, Bools] = {}
    for size in range(1, len(force) + 1):
        for chosen in combinations(force, size):
            inside = np.logical_and.reduce([force[k] if k in chosen else ~(force[k] | over[k]) for k in force])
            if size <= 2 or inside.any():
                sets["+".join(chosen)] = inside & free
    averages: dict[str, Floats | None] = {}
    notes: list[Text] = []
    for other in q.competing:
        averages[f"synergy:{other}"], said = _synergy(q, found, sets, other)
        notes += said
    regression, _ = two_way_regression(
        np.where(q.observed, q.y, np.nan),
        np.stack([q.dose, *q.competing.values(), *(q.dose * v for v in q.competing.values()), *q.covariates.values()]),
        q.clusters,
    )
    names = [*force, *(f"synergy:{k}" for k in q.competing)]
    titles = {k: Text(k, k) for k in sets} | {a: Text(f"协同：{a[8:]}", f"synergy: {a[8:]}") for a in averages}
    return _layers(
        q, "overlap", found, sets, titles, _joint_cohorts(list(force.values())), level, averages,
        dict(zip(names, map(float, regression), strict=False)), tuple(notes),
    )  # fmt: skip


def dose_response(question: Question, *, classes: int = 3, level: float = 0.95) -> Layers:
    """Return the imputed effect per unit of dose (slope through zero) and by class of dose.

    Doses with at most `classes` values are classes of their own, others are cut at quantiles of the treated cells.
    """
    check(question, "dose_response")
    q = question
    found = impute(q.y, q.clean, list(q.covariates.values()))
    cells = q.estimated & np.isfinite(found.effects)
    doses = q.dose[cells]
    values = np.unique(doses)
    sets: dict[str, Bools] = {}
    if len(values) <= classes:
        sets = {f"dose:{v:g}": cells & (q.dose == v) for v in values}
    else:
        edges = np.quantile(doses, np.linspace(0, 1, classes + 1))
        for k in range(classes):
            above = q.dose >= edges[k] if k == 0 else q.dose > edges[k]
            sets[f"dose:{edges[k]:.4g}-{edges[k + 1]:.4g}"] = cells & above & (q.dose <= edges[k + 1])
    slope: dict[str, Floats | None] = {"slope": np.where(cells, q.dose, 0.0) / float((doses**2).sum())}
    titles = {k: Text(f"剂量 {k[5:]}", f"dose {k[5:]}") for k in sets} | {
        "slope": Text("每单位剂量", "per unit of dose")
    }
    return _layers(q, "dose_response", found, sets, titles, q.onset, level, slope)


def after_end(question: Question, *, level: float = 0.95) -> Layers:
    """Return what remains after the policy ended, by year since its last year in force, beside the effect during it."""
    check(question, "imputation")
    q = question
    gone = lingering(q.treated, None)
    if not gone.any():
        raise InputError([Problem(Text("窗口内政策没有结束", "the policy does not end inside the window"))])
    found = impute(q.y, q.clean, list(q.covariates.values()))
    years = np.arange(len(q.years))
    since = years - np.maximum.accumulate(np.where(q.treated, years, -1), axis=1)
    free = q.observed & ~q.contested & gone
    sets = {"own": q.estimated} | {f"after:{k}": free & (since == k) for k in np.unique(since[free])}
    titles = {k: Text(f"结束后第 {k[6:]} 年", f"{k[6:]} year(s) after the end") for k in sets} | {"own": OWN}
    return _layers(q, "after_end", found, sets, titles, q.onset, level)


def _synergy(q: Question, found: Imputed, sets: dict[str, Bools], other: str) -> tuple[Floats | None, list[Text]]:
    """Weights (N, T) whose product with the effects is the synergy, None where it is not identified."""
    known = np.isfinite(found.effects)
    a, b = sets[q.policy] & known, sets[other] & known
    both = sets[f"{q.policy}+{other}"] & known
    ea, eb = q.event_time, _since_start(q.competing[other] != 0)
    matched = both & np.isin(ea, ea[a]) & np.isin(eb, eb[b])
    if not matched.any():
        lacking = [
            name
            for name, cells in ((f"{q.policy}+{other}", both), (q.policy, a), (other, b))
            if not cells.any()
        ] or ["matched event time"]  # fmt: skip
        shown = ", ".join(lacking)
        return None, [
            Text(
                f"与 {other} 的协同效应不可识别：没有这样的地区–年份（{shown}）",
                f"synergy with {other} is not identified: no such place-years ({shown})",
            )
        ]
    n = matched.sum()
    out = np.where(matched, 1.0 / n, 0.0)
    for cells, event in ((a, ea), (b, eb)):
        for e in np.unique(event[matched]):
            alone = cells & (event == e)
            out -= np.where(alone, (matched & (event == e)).sum() / n / alone.sum(), 0.0)
    lost = int(both.sum() - n)
    said = Text(f"{lost} 个共同影响的地区–年份找不到相同事件时间的单独影响者，未计入协同效应",
                f"{lost} place-years under both policies have no match alone at the same event time and are left out of the synergy")  # fmt: skip
    return out, [said] if lost else []


def _since_start(force: Bools) -> Floats:
    first = np.where(force.any(axis=1), force.argmax(axis=1), -1)
    return np.where(first[:, None] >= 0, np.arange(force.shape[1])[None, :] - first[:, None], np.nan)


def _joint_cohorts(force: Sequence[Bools]) -> NDArray[np.int64]:
    """Places that came under every policy in the same years share a code (N,)."""
    first = np.stack([np.where(f.any(axis=1), f.argmax(axis=1), -1) for f in force], axis=1)
    return np.asarray(np.unique(first, axis=0, return_inverse=True)[1].ravel(), dtype=np.int64)


def _layers(
    q: Question,
    method: str,
    found: Imputed,
    sets: dict[str, Bools],
    titles: dict[str, Text],
    cohorts: NDArray[np.int64],
    level: float,
    averages: "dict[str, Floats | None] | None" = None,
    comparison: dict[str, float] | None = None,
    notes: tuple[Text, ...] = (),
) -> Layers:
    known = np.isfinite(found.effects)
    effects = np.where(known, found.effects, 0.0)
    clusters = codes(q.clusters)
    inside = np.logical_or.reduce(list(sets.values())) & known
    weights: dict[str, Floats | None] = {k: _mean(s & known) for k, s in sets.items()} | (averages or {})
    estimates, psi, cells, places = [], [], [], []
    for a in weights.values():
        used = np.zeros_like(known) if a is None else a > 0
        cells.append(int(used.sum()))
        places.append(int(used.any(axis=1).sum()))
        estimates.append(np.nan if a is None else float((a * effects).sum()))
        nothing = np.full(int(clusters.max()) + 1, np.nan)
        psi.append(nothing if a is None else influences(found, a, inside & (a != 0), cohorts, clusters))
    scores = np.column_stack(psi)
    empty = [k for k, a in weights.items() if a is None and k in sets]
    said = tuple(
        Text(f"{k}：没有这样的地区–年份，不可识别", f"{k}: no such place-years, not identified") for k in empty
    )
    n = treated_clusters(q, q.treated & q.observed)
    return Layers(
        method_id=method,
        layers=tuple(weights),
        titles=tuple(titles[k] for k in weights),
        estimates=np.array(estimates),
        covariance=scores.T @ scores,
        cells=tuple(cells),
        region_count=tuple(places),
        level=level,
        treated_clusters=n,
        method=sources.card(method),
        comparison=comparison or {},
        gaps=found.effects,
        notes=(*q.notes, *few_note(n), *said, *notes),
        provenance=q.provenance,
    )


def _mean(cells: Bools) -> Floats | None:
    return cells / cells.sum() if cells.any() else None
