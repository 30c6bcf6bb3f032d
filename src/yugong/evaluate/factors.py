"""Counterfactuals with common factors: interactive fixed effects (a fixed rank) and matrix completion (a nuclear norm)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from yugong.base.text import Text
from yugong.evaluate import sources
from yugong.evaluate._panel import Bools, Floats, TwoWay, least_squares
from yugong.evaluate.checks import check
from yugong.evaluate.effects import Effects, few_note, treated_clusters
from yugong.evaluate.fixed_effects import codes
from yugong.evaluate.question import Question

FOLDS = 5
TOLERANCE = 1e-6  # of the change of the fit in one step, relative to the outcome's spread
ROUGH = 1e-4  # the same while candidates are compared
STEPS = 5000


@dataclass(frozen=True, slots=True, eq=False)
class Completed:
    """The fit: `counterfactual` (N, T), NaN where not identified; `low_rank` (N, T); `rank`; whether it converged."""

    counterfactual: Floats
    low_rank: Floats
    coefficients: Floats
    rank: int
    penalty: float
    steps: int
    converged: bool
    residuals: Floats = field(repr=False)


def interactive_effects(y: Any, clean: Any, rank: int, covariates: Sequence[Any] = ()) -> Completed:
    """Return y(0) = α_i + λ_t + Λ_i'F_t + x'β by least squares on the clean cells, `rank` factors (Bai 2009; Xu 2017).

    y, clean, covariates: (N, T). A unit needs more clean years than factors. EM: the rank-`rank` part of the
    filled residuals, then both effects and β, until nothing moves.
    """
    return _complete(y, clean, covariates, lambda z: _top(z, rank), needed=rank)


def completed_matrix(y: Any, clean: Any, penalty: float, covariates: Sequence[Any] = ()) -> Completed:
    """Return y(0) = α_i + λ_t + L_it + x'β with the nuclear norm of L penalised (Athey et al. 2021, eq. 4.3).

    Minimises ½ Σ_clean (y − α − λ − L)² + penalty·‖L‖_*, a convex problem, by soft-thresholded singular values.
    """
    found = _complete(y, clean, covariates, lambda z: _soft(z, penalty), needed=0)
    return Completed(
        found.counterfactual, found.low_rank, found.coefficients, int(np.linalg.matrix_rank(found.low_rank, tol=1e-6)),
        penalty, found.steps, found.converged, found.residuals,
    )  # fmt: skip


def largest_penalty(y: Any, clean: Any, covariates: Sequence[Any] = ()) -> float:
    """Return the smallest penalty at which L is zero: the largest singular value of the two-way residuals."""
    values, lines = np.asarray(y, dtype=np.float64), [np.asarray(x, dtype=np.float64) for x in covariates]
    two_way = TwoWay(np.asarray(clean, bool) & np.isfinite(values))
    return float(np.linalg.norm(least_squares(two_way, values, lines).residuals, 2))


def interactive(
    question: Question, *, rank: int | None = None, most: int = 4, draws: int = 0, seed: int = 0, level: float = 0.95
) -> Effects:
    """Return the effect on the treated with interactive fixed effects fitted to clean place-years.

    rank: number of factors, otherwise that of 0 … `most` with the least cross-validated error on the treated places. draws: cluster
    bootstrap for standard errors, treated and other clusters drawn apart; without it, none.
    """
    check(question, "interactive")
    q = question
    errors: dict[str, float] = {}
    if rank is None:
        usual = int(np.median(q.clean[q.ever].sum(axis=1)))
        # half of a place's years are left out at worst, and each place needs more years than factors
        tried = range(min(most, (usual - 1) // 2) + 1)
        scores = _cv(q, [partial(_top, rank=r) for r in tried], tried, seed)
        errors = {f"cv_error:{r}": e for r, e in zip(tried, scores, strict=True)}
        rank = tried[int(np.argmin(scores))]
    chosen = rank
    return _effects(
        q,
        "interactive",
        lambda y, m, x: interactive_effects(y, m, chosen, x),
        {"rank": float(chosen)} | errors,
        draws,
        seed,
        level,
    )


def matrix_completion(
    question: Question, *, penalty: float | None = None, draws: int = 0, seed: int = 0, level: float = 0.95
) -> Effects:
    """Return the effect on the treated by matrix completion from clean place-years.

    penalty: of the nuclear norm, otherwise the one of twelve between the largest and 1/1000 of it with the least
    cross-validated error. draws: cluster bootstrap at that penalty, as in interactive.
    """
    check(question, "matrix_completion")
    q = question
    lines = list(q.covariates.values())
    errors: dict[str, float] = {}
    if penalty is None:
        top = largest_penalty(q.y, q.clean, lines)
        path = [float(top * s) for s in np.geomspace(1, 1e-3, 12)]
        scores = _cv(q, [partial(_soft, penalty=p) for p in path], [0] * len(path), seed)
        errors = {f"cv_error:{p:.4g}": e for p, e in zip(path, scores, strict=True)}
        penalty = path[int(np.argmin(scores))]
    chosen = penalty
    return _effects(
        q,
        "matrix_completion",
        lambda y, m, x: completed_matrix(y, m, chosen, x),
        {"penalty": chosen} | errors,
        draws,
        seed,
        level,
    )


def _complete(
    y: Any,
    clean: Any,
    covariates: Sequence[Any],
    part: Callable[[Floats], Floats],
    needed: int,
    start: Floats | None = None,
    tolerance: float = TOLERANCE,
) -> Completed:
    """Alternate `part` of the filled residuals with least squares of the rest, sped up by momentum with restarts."""
    values = np.asarray(y, dtype=np.float64)
    lines = [np.asarray(x, dtype=np.float64) for x in covariates]
    known = np.logical_and.reduce([np.isfinite(values), *(np.isfinite(x) for x in lines)])
    mask = np.asarray(clean, bool) & known
    two_way = TwoWay(mask & (mask.sum(axis=1) > needed)[:, None])
    mask = two_way.mask
    filled = np.where(mask, values, 0.0)
    scale = float(np.std(values[mask])) or 1.0
    low = ahead = np.zeros_like(values) if start is None else start
    converged, step, since = False, 0, 0
    while step < STEPS and not converged:
        step += 1
        residual = least_squares(two_way, filled - ahead, lines).residuals
        new = part(np.where(mask, ahead + residual, ahead))
        # a step that overshoots starts the momentum again (O'Donoghue & Candès 2015)
        since = 0 if float(np.sum((ahead - new) * (new - low))) > 0 else since + 1
        converged = float(np.abs(new - ahead).max()) < tolerance * scale
        low, ahead = new, new + since / (since + 3) * (new - low)
    fit = least_squares(two_way, filled - low, lines)
    beta = np.nan_to_num(fit.coefficients)
    shift = sum((b * np.where(np.isfinite(x), x, 0.0) for b, x in zip(beta, lines, strict=True)), np.zeros_like(values))
    unit, time = two_way.effects(filled - low - shift)
    identified = two_way.identified & np.logical_and.reduce([np.isfinite(x) for x in lines] or [np.ones_like(mask)])
    counterfactual = np.where(identified, unit[:, None] + time[None, :] + low + shift, np.nan)
    return Completed(counterfactual, low, fit.coefficients, needed, np.nan, step, converged, fit.residuals)


def _singular(z: Floats) -> tuple[Floats, Floats]:
    """Singular values, descending, and right vectors as columns, by the T × T cross product."""
    size, vectors = np.linalg.eigh(z.T @ z)
    return np.sqrt(np.maximum(size[::-1], 0.0)), vectors[:, ::-1]


def _top(z: Floats, rank: int) -> Floats:
    if rank == 0:
        return np.zeros_like(z)
    _, v = _singular(z)
    return np.asarray(z @ v[:, :rank] @ v[:, :rank].T)


def _soft(z: Floats, penalty: float) -> Floats:
    s, v = _singular(z)
    keep = np.divide(np.maximum(s - penalty, 0.0), s, out=np.zeros_like(s), where=s > 0)
    return np.asarray((z @ v * keep) @ v.T)


def _cv(q: Question, parts: Sequence[Callable[[Floats], Floats]], needed: Sequence[int], seed: int) -> list[float]:
    """Mean squared error of each candidate where it matters: on the treated places' clean cells, left out at random.

    Cells of all places are left out, each place keeping half of its own; in each fold a candidate starts from the fit
    of the one before.
    """
    rng = np.random.default_rng(seed)
    fold = rng.integers(FOLDS, size=q.y.shape)
    gaps = []
    for k in range(FOLDS):
        out = q.clean & (fold == k)
        out &= (2 * out.sum(axis=1) <= q.clean.sum(axis=1))[:, None]
        start = None
        fold_gaps = []
        for part, least in zip(parts, needed, strict=True):
            found = _complete(q.y, q.clean & ~out, list(q.covariates.values()), part, least, start, ROUGH)
            start = found.low_rank
            fold_gaps.append((q.y - found.counterfactual)[out & q.ever[:, None]])
        gaps.append(np.stack(fold_gaps))
    every = np.concatenate(gaps, axis=1)
    same = every[:, np.isfinite(every).all(axis=0)]  # candidates are compared on the same cells
    return [float(e) for e in (same**2).mean(axis=1)]


def _effects(
    q: Question,
    method: str,
    fit: Callable[[Floats, Bools, Sequence[Floats]], Completed],
    parts: dict[str, float],
    draws: int,
    seed: int,
    level: float,
) -> Effects:
    found = fit(q.y, q.clean, list(q.covariates.values()))
    gaps = q.y - found.counterfactual
    event = q.event_time
    horizons = sorted({int(e) for e in event[(q.estimated | q.clean) & np.isfinite(gaps) & np.isfinite(event)]})

    def averages(y: Floats, gap: Floats, rows: Any) -> Floats:
        cells, clean = q.estimated[rows] & np.isfinite(gap), q.clean[rows] & np.isfinite(gap)
        sets = [cells, *((cells if e >= 0 else clean) & (event[rows] == e) for e in horizons)]
        return np.array([gap[s].mean() if s.any() else np.nan for s in sets])

    everyone = np.arange(len(q.places))
    estimates = averages(q.y, gaps, everyone)
    se = np.full(len(estimates), np.nan)
    failed = 0
    if draws:
        drawn = []
        for rows in _bootstrap(q, draws, seed):
            again = fit(q.y[rows], q.clean[rows], [x[rows] for x in q.covariates.values()])
            failed += not again.converged
            drawn.append(averages(q.y[rows], q.y[rows] - again.counterfactual, rows))
        se = np.nanstd(np.array(drawn), axis=0, ddof=1)
    n = treated_clusters(q, q.estimated)
    notes = [*q.notes, *few_note(n)]
    if not draws:
        notes.append(
            Text("未作自助抽样，没有标准误（draws）", "no bootstrap was drawn, so there are no standard errors (draws)")
        )
    if not found.converged:
        notes.append(
            Text(
                f"迭代 {STEPS} 步仍未收敛：减少因子或加大惩罚",
                f"not converged in {STEPS} steps: fewer factors or a larger penalty",
            )
        )
    return Effects(
        method_id=method,
        estimate=float(estimates[0]),
        se=float(se[0]),
        level=level,
        horizons=tuple(horizons),
        by_horizon=estimates[1:],
        se_by_horizon=se[1:],
        cells_by_horizon=tuple(
            int(((q.estimated if e >= 0 else q.clean) & (event == e) & np.isfinite(gaps)).sum()) for e in horizons
        ),
        places=q.places,
        years=q.years,
        treated_clusters=n,
        method=sources.card(method, {k: f"{v:.6g}" for k, v in parts.items() if ":" not in k}),
        gaps=gaps,
        counterfactual=found.counterfactual,
        unidentified=int((q.estimated & ~np.isfinite(gaps)).sum()),
        parts=parts | ({"bootstrap_not_converged": float(failed)} if draws else {}),
        status="ok" if found.converged else "not converged",
        notes=tuple(notes),
        provenance=q.provenance,
    )


def _bootstrap(q: Question, draws: int, seed: int) -> list[Any]:
    """Rows of each draw: treated clusters and the others are drawn apart, so that both are always there."""
    rng = np.random.default_rng(seed)
    labels = codes(q.clusters)
    treated = np.array([q.ever[labels == g].any() for g in range(labels.max() + 1)])
    members = [np.flatnonzero(labels == g) for g in range(labels.max() + 1)]
    out = []
    for _ in range(draws):
        picked = [
            g for kind in (True, False) for g in rng.choice(np.flatnonzero(treated == kind), (treated == kind).sum())
        ]
        out.append(np.concatenate([members[g] for g in picked]))
    return out
