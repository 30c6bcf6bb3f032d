"""Synthetic comparisons of a question: donors are the places that nothing touched in all years."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.evaluate.checks import check
from yugong.evaluate.inference.headline import headline_inference
from yugong.evaluate.question import Bools, Floats, Question
from yugong.evaluate.synthetic import control, did, placebo
from yugong.evaluate.synthetic.panel_approach import Criterion, PanelApproach, panel_approach

Match = Literal["outcome", "covariates"]


def synthetic_control(
    question: Question,
    *,
    place: str | None = None,
    intercept: bool = False,
    augment: bool = False,
    penalty: float | None = None,
    match: Match = "outcome",
) -> control.SyntheticControl:
    """Return the synthetic control of one treated place, or of the mean of all that start together.

    place: its code, where several are treated. match: the outcome in each year before, or the question's covariates and
    the outcome, each by its mean over those years, with the importance that fits the outcome best. intercept, augment,
    penalty: see synthetic.weights.donor_weights.
    """
    rows, start, labels = _target(question, place)
    fit = control.Fit(intercept, augment, penalty, _predictors(question, match, start))
    made = control.synthetic_control(question.y, rows, start, question.never, fit, labels, question.years)
    return replace(made, notes=(*question.notes, *made.notes), provenance=question.provenance)


def synthetic_placebos(
    question: Question,
    *,
    place: str | None = None,
    intercept: bool = False,
    augment: bool = False,
    penalty: float | None = None,
    match: Match = "outcome",
    within: float | None = None,
    draws: int = 999,
    seed: int = 0,
) -> placebo.SpacePlacebos:
    """Return the placebo rank: the treated place among clean places treated in name only.

    within: keep placebos whose RMSPE before the policy is at most so many times that of the treated place. draws: at
    most so many placebos.
    """
    rows, start, labels = _target(question, place)
    fit = control.Fit(intercept, augment, penalty, _predictors(question, match, start))
    made = placebo.space_placebos(
        question.y, rows, start, question.never, fit, labels, question.years, draws=draws, seed=seed
    )
    if within is not None:
        made = made.within(within)
    say = headline_inference(len(rows), len(rows) + int(question.never.sum())).reason
    notes = (*question.notes, *made.observed.notes, made.label, say)
    return replace(made, notes=notes, provenance=question.provenance)


def synthetic_dates(
    question: Question,
    *,
    false_years: Sequence[int] | None = None,
    place: str | None = None,
    intercept: bool = False,
    augment: bool = False,
    penalty: float | None = None,
) -> placebo.TimePlacebos:
    """Return the synthetic controls of false dates before the policy; the middle of the years before unless given."""
    rows, start, labels = _target(question, place)
    fit = control.Fit(intercept, augment, penalty)
    wanted = [question.years[start // 2]] if false_years is None else [int(y) for y in false_years]
    columns = [question.years.index(y) if y in question.years else -1 for y in wanted]
    if any(not 2 <= c < start for c in columns):
        first, last = question.years[2] if start > 2 else question.years[0], question.years[start - 1]
        what = Text(f"假日期须在 {first}—{last} 之间", f"false dates must lie in {first}–{last}")
        raise InputError([Problem(what)])
    made = placebo.time_placebos(question.y, rows, start, columns, question.never, fit, labels, list(question.years))
    return replace(made, notes=question.notes, provenance=question.provenance)


def synthetic_leave_one_out(
    question: Question, *, place: str | None = None, intercept: bool = False, augment: bool = False
) -> placebo.LeaveOneOut:
    """Return the effect without each donor that carries weight."""
    rows, start, labels = _target(question, place)
    fit = control.Fit(intercept, augment)
    made = placebo.leave_one_out(question.y, rows, start, question.never, fit, labels, question.years)
    return replace(made, notes=(*question.notes, *made.whole.notes), provenance=question.provenance)


def synthetic_did(
    question: Question,
    *,
    kind: did.Kind = "sdid",
    variance: Literal["none", "placebo", "jackknife"] = "placebo",
    draws: int = 200,
    seed: int = 0,
    solver: did.Solver = "frank_wolfe",
) -> did.SyntheticDid:
    """Return the synthetic difference in differences, one start date or several, against clean places."""
    check(question, "synthetic_did")
    whole = np.isfinite(question.y).all(axis=1)
    _refuse_gaps(question, question.ever & ~whole)
    kept = whole & (question.ever | question.never)
    starts = np.minimum(question.onset, len(question.years))
    labels = _labels(question)
    made = did.synthetic_did(
        question.y[kept],
        starts[kept],
        question.never[kept],
        kind,
        solver,
        variance,
        draws,
        seed,
        [n for n, k in zip(labels, kept, strict=True) if k],
        question.years,
    )
    lost = int((question.never & ~whole).sum())
    notes = question.notes
    if lost:
        notes = (*notes, Text(f"{lost} 个对照地区因缺失未用", f"{lost} clean places left out for missing values"))
    return replace(made, notes=notes, provenance=question.provenance)


def regression_counterfactual(
    question: Question,
    *,
    place: str | None = None,
    donors: Sequence[str] = (),
    criterion: Criterion = "aicc",
) -> PanelApproach:
    """Return the panel data approach (Hsiao, Ching and Wan 2012) for one place; donors: codes, all clean ones unless given."""
    rows, start, labels = _target(question, place)
    pool = question.never & np.isfinite(question.y).all(axis=1)
    if unknown := [d for d in donors if d not in question.places]:
        raise UnknownNameError(Text("对照地区", "donor"), unknown[0], question.places)
    if donors:
        pool &= np.isin(question.places, list(donors))
    made = panel_approach(
        question.y[rows].mean(axis=0),
        question.y[pool].T,
        start,
        criterion,
        [n for n, k in zip(labels, pool, strict=True) if k],
        question.years,
    )
    return replace(made, notes=question.notes, provenance=question.provenance)


def _predictors(q: Question, match: Match, start: int) -> Floats | None:
    """Return the means before the start (N, K) of the covariates and the outcome, or None for the outcome's own years."""
    if match == "outcome":
        return None
    if not q.covariates:
        do = Text("用 covariates 给出协变量", "name them with covariates")
        raise InputError([Problem(Text("没有可供匹配的协变量", "there are no covariates to match"), do)])
    return np.column_stack([x[:, :start].mean(axis=1) for x in (*q.covariates.values(), q.y)])


def _labels(q: Question) -> tuple[str, ...]:
    return tuple(str(q.names[p]) if p in q.names else p for p in q.places)


def _target(q: Question, place: str | None) -> tuple[list[int], int, tuple[str, ...]]:
    """Return the treated rows, their first treated column less anticipation, and the names of all places."""
    check(q, "synthetic_control")
    rows = [int(i) for i in np.flatnonzero(q.ever)]
    if place is not None:
        if place not in q.places or not q.ever[q.places.index(place)]:
            known = [q.places[i] for i in rows]
            raise UnknownNameError(Text("受政策影响的地区", "treated place"), place, known)
        rows = [q.places.index(place)]
    starts = sorted({int(q.onset[i]) for i in rows})
    if len(starts) > 1:
        shown = ", ".join(str(q.years[s]) for s in starts)
        raise InputError(
            [
                Problem(
                    Text(f"各地开始年份不同：{shown}", f"the places start in different years: {shown}"),
                    Text("用 place 指定一个地区，或用 synthetic_did", "name one place, or use synthetic_did"),
                )
            ]
        )
    return rows, starts[0] - q.anticipation, _labels(q)


def _refuse_gaps(q: Question, gaps: Bools) -> None:
    if gaps.any():
        labels = [n for n, g in zip(_labels(q), gaps, strict=True) if g]
        shown = "、".join(labels[:8]), ", ".join(labels[:8])
        do = Text("缩短窗口", "shorten the window")
        raise InputError([Problem(Text(f"有缺失：{shown[0]}", f"missing values: {shown[1]}"), do)])
