"""One evaluation from question to brief: estimate, inference that may own the headline, checks, card, and the sentence."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate import comparisons, testing
from yugong.evaluate.credibility.card import CredibilityCard
from yugong.evaluate.credibility.evidence import SC_DONORS, SC_YEARS, Evidence, gather
from yugong.evaluate.credibility.measure import card as measured
from yugong.evaluate.credibility.measure import clustered_p
from yugong.evaluate.effects import FEW
from yugong.evaluate.exposure import border_steps
from yugong.evaluate.group_time import callaway_santanna
from yugong.evaluate.inference.assignment import Scheme
from yugong.evaluate.layers import overlap as overlapping
from yugong.evaluate.levels import Path, path_of
from yugong.evaluate.policies import Mark, marks, rivals
from yugong.evaluate.question import Bools, Floats, Question
from yugong.evaluate.specification import SpecificationCurve, specification_curve
from yugong.evaluate.two_way import sun_abraham, twfe
from yugong.evaluate.wording import conclusion, limits

if TYPE_CHECKING:
    from yugong.evaluate.effects import Layers
    from yugong.evaluate.synthetic.panel_approach import PanelApproach
    from yugong.study.model import Study

Method = Literal["auto", "imputation", "synthetic_control", "regression_counterfactual", "twfe"]
METHODS: dict[str, Text] = {
    "imputation": Text("固定效应插补", "fixed-effects imputation"),
    "synthetic_control": Text("合成控制", "synthetic control"),
    "regression_counterfactual": Text("面板数据法", "panel data approach"),
    "twfe": Text("双向固定效应", "two-way fixed effects"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The headline: the mean effect on the treated in the outcome as asked (log points for a log), its interval, and p.

    rank, total: place among placebo assignments, where placebos own the headline.
    """

    by: str
    estimate: float
    interval: tuple[float, float]
    p: float
    label: Text
    rank: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What a policy did, and how far to believe it."""

    question: Question
    answer: Answer
    evidence: Evidence
    card: CredibilityCard
    path: Path
    curve: SpecificationCurve | None
    others: Mapping[str, float]
    synergy: "Layers | None"
    marks: tuple[Mark, ...]
    conclusion: Text
    limits: tuple[Text, ...]
    method: MethodCard
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None
    lacking: Mapping[str, Text] = field(default_factory=dict)

    def table(self) -> pd.DataFrame:
        """Return the credibility card, one row an item; the conclusion is the first of the notes."""
        return self.card.table()


def choose(question: Question) -> Method:
    """Return the estimator that the published rule gives the headline.

    Synthetic control where fewer than five clusters are treated, all start together, and there are ten years before and
    ten donors; fixed-effects imputation otherwise.
    """
    q = question
    treated = {c for c, e in zip(q.clusters, q.ever, strict=True) if e}
    starts = set(q.onset[q.ever].tolist())
    whole: Bools = np.asarray(np.isfinite(q.y).all(axis=1))
    donors = int((q.never & whole).sum())
    simple = q.absorbing and q.binary and len(starts) == 1 and not q.covariates and bool(whole[q.ever].all())
    enough = simple and min(starts) - q.anticipation >= SC_YEARS and donors >= SC_DONORS
    return "synthetic_control" if len(treated) < FEW and enough else "imputation"


def assess(
    question: Question,
    *,
    method: Method = "auto",
    scheme: Scheme = "unit",
    draws: int = 999,
    curve: int = 200,
    false_years: Sequence[int] | None = None,
    donors: Sequence[str] = (),
    seed: int = 0,
    outcomes: Mapping[Text, Floats] | None = None,
    neighbours: Bools | None = None,
    modelled: bool = False,
    registered: bool = True,
) -> Evaluation:
    """Return the evaluation of a question: the estimator by the published rule, or `method`, then checks and card.

    draws: placebo assignments; curve: at most so many specifications, 0 for none; false_years: placebo dates, a third
    and two thirds into the years before unless given; outcomes: title → (N, T), outcomes that should not move; donors:
    controls of the panel data approach; registered: look up other registered policies. Raises InputError with every
    reason why the question cannot be answered.
    """
    q = question
    by = choose(q) if method == "auto" else method
    others = rivals(q) if registered else {}
    evidence = gather(q, scheme, draws, seed, neighbours, None, false_years, outcomes, others)
    answer, path = _answer(q, by, evidence, tuple(donors), scheme, seed, draws)
    card = measured(evidence, modelled, synthetic=by == "synthetic_control", alone=by == "twfe")
    lacking = dict(evidence.lacking)
    made = None
    if curve:
        try:
            made = specification_curve(q, draws=min(draws, 199), most=curve, seed=seed, registered=registered)
        except InputError as error:
            lacking["curve"] = _said(error)
    layers = None
    if q.competing:
        try:
            layers = overlapping(q)
        except InputError as error:
            lacking["overlap"] = _said(error)
    words = conclusion(q, answer, path, card)
    rank = (answer.label,) if answer.rank is not None else ()
    return Evaluation(
        question=q,
        answer=answer,
        evidence=evidence,
        card=card,
        path=path,
        curve=made,
        others=_others(q, evidence),
        synergy=layers,
        marks=marks(q) if registered else (),
        conclusion=words,
        limits=limits(card, evidence, made),
        method=replace(
            card.method,
            options=dict(card.method.options)
            | {
                "estimator": by,
                "inference": evidence.owner.owner,
                "scheme": scheme,
                "draws": str(draws),
                "seed": str(seed),
            },
        ),
        notes=(words, *rank, evidence.owner.reason, scale_words(card.scale), *q.notes),
        provenance=q.provenance,
        lacking=lacking,
    )


def assess_on_study(
    study: "Study",
    question: Question,
    *,
    method: Method = "auto",
    scheme: Scheme = "unit",
    draws: int = 999,
    curve: int = 200,
    false_years: Sequence[int] | None = None,
    placebo_outcomes: Sequence[str] = (),
    seed: int = 0,
) -> Evaluation:
    """Return the evaluation of a policy on a study. See assess.

    placebo_outcomes: variables that the policy should not move, in the outcome's transform.
    """
    outcomes = {}
    for name in placebo_outcomes:
        panel = study.panel(name).astype(np.float64).reindex(index=list(question.places), columns=list(question.years))
        y = panel.to_numpy()
        if question.transform == "log" and (y <= 0).any():
            raise InputError([Problem(Text(f"{name} 有非正值，不能取对数", f"{name} has values ≤ 0, no logarithm"))])
        outcomes[study.variable(name).title] = np.log(y) if question.transform == "log" else y
    made = assess(
        question,
        method=method,
        scheme=scheme,
        draws=draws,
        curve=curve,
        false_years=false_years,
        seed=seed,
        outcomes=outcomes,
        neighbours=testing.adjacency(study, question) if scheme == "block" else None,
        modelled=question.outcome in study.variables and study.variable(question.outcome).kind == "modelled",
    )
    return replace(made, notes=(*made.notes, *_contiguous(study, question, scheme)))


def _contiguous(study: "Study", q: Question, scheme: Scheme) -> tuple[Text, ...]:
    """Warn where the treated form one block of neighbours and placebos were not drawn as blocks."""
    if scheme == "block" or q.ever.sum() < 2 or "adjacency" not in study.flows:
        return ()
    if not np.isfinite(border_steps(testing.adjacency(study, q)[np.ix_(q.ever, q.ever)])).all():
        return ()
    return (
        Text(
            "受影响的地区连成一片：误差若有空间相关，按地区随机指派会把偶然当成效应（模拟中 16% 而不是 5%），可用 scheme=block 再看",
            "the treated adjoin: where errors are correlated in space, assignment by region takes chance for an effect (16 % "
            "instead of 5 % in simulations); look again with scheme=block",
        ),
    )


def credibility(
    study: "Study", question: Question, *, draws: int = 999, seed: int = 0, placebo_outcomes: Sequence[str] = ()
) -> CredibilityCard:
    """Return the credibility card alone. See assess."""
    return assess_on_study(study, question, draws=draws, curve=0, seed=seed, placebo_outcomes=placebo_outcomes).card


def scale_words(level: int) -> Text:
    """Return the level on the Maryland scale in words."""
    return Text(
        f"马里兰科学方法量表第 {level} 级（共 5 级）", f"level {level} of 5 on the Maryland Scientific Methods Scale"
    )


def _answer(
    q: Question, by: str, e: Evidence, donors: tuple[str, ...], scheme: Scheme, seed: int, draws: int
) -> tuple[Answer, Path]:
    if by == "synthetic_control":
        return _by_synthetic(q, e)
    if by == "regression_counterfactual":
        return _by_regression(q, comparisons.regression_counterfactual(q, donors=donors), seed, draws)
    if by == "twfe":
        return _by_twfe(q, scheme, draws, seed)
    counterfactual = e.effects.counterfactual
    assert counterfactual is not None  # noqa: S101 - imputation always carries it
    path = path_of(q, counterfactual)
    estimate, owner = e.effects.estimate, e.owner.owner
    drawn = e.randomised
    if owner in ("placebo_rank", "randomisation") and drawn is not None:
        exact = drawn.exact and owner == "placebo_rank"
        rank = (drawn.rank, drawn.total) if exact else (None, None)
        return Answer(by, estimate, drawn.interval, drawn.p, drawn.label, *rank), path
    if owner == "wild_cluster" and e.wild_p is not None:
        label = Text(f"野聚类自助法 p = {e.wild_p:.3f}", f"wild cluster bootstrap p = {e.wild_p:.3f}")
        shown = drawn.interval if drawn is not None else e.effects.interval
        return Answer(by, estimate, shown, e.wild_p, label), path
    if owner == "clustered":
        p = clustered_p(e)
        label = Text(f"聚类标准误 p = {p:.3f}", f"clustered p = {p:.3f}")
        if drawn is not None:
            label = Text(f"{label.zh}；{drawn.label.zh}", f"{label.en}; {drawn.label.en}")
        return Answer(by, estimate, e.effects.interval, p, label), path
    none = Text("没有可用的推断", "no inference can be made")
    return Answer(by, estimate, (np.nan, np.nan), np.nan, none), path


def _by_synthetic(q: Question, e: Evidence) -> tuple[Answer, Path]:
    if e.synthetic is None:
        raise InputError([Problem(e.lacking["synthetic"])])
    s = e.synthetic
    low, high = np.quantile(s.effects, [0.025, 0.975], method="inverted_cdf")
    effect = s.observed.effect
    grid = np.full(q.y.shape, np.nan)
    rows = np.flatnonzero(q.ever)
    # one synthetic path stands for the mean of the treated: each treated place is moved by the mean gap
    grid[rows] = q.y[rows] - s.observed.gap
    return Answer(
        "synthetic_control", effect, (effect - float(high), effect - float(low)), s.p, s.label, s.rank, s.total
    ), path_of(q, grid)


def _by_regression(q: Question, made: "PanelApproach", seed: int, draws: int) -> tuple[Answer, Path]:
    """The regression counterfactual, ranked by its RMSPE ratio among the controls, each predicted from the others."""
    from yugong.evaluate.synthetic.panel_approach import panel_approach

    grid = np.full(q.y.shape, np.nan)
    grid[np.flatnonzero(q.ever)] = made.counterfactual
    pool = np.flatnonzero(q.never & np.isfinite(q.y).all(axis=1))
    tried = pool if draws >= len(pool) else np.random.default_rng(seed).choice(pool, draws, replace=False)
    placebos = [panel_approach(q.y[i], q.y[pool[pool != i]].T, made.start) for i in tried]
    ratio, ratios = _ratio(made), np.array([_ratio(p) for p in placebos])
    rank, total = 1 + int((ratios >= ratio).sum()), len(ratios) + 1
    low, high = np.quantile([p.effect for p in placebos], [0.025, 0.975], method="inverted_cdf")
    label = Text(f"第 {rank}/{total} 位", f"rank {rank} of {total}")
    interval = (made.effect - float(high), made.effect - float(low))
    return Answer("regression_counterfactual", made.effect, interval, rank / total, label, rank, total), path_of(
        q, grid
    )


def _by_twfe(q: Question, scheme: Scheme, draws: int, seed: int) -> tuple[Answer, Path]:
    """Two-way fixed effects as somebody may have registered them, always with placebo assignments."""
    made = twfe(q)
    grid = np.where(q.ever[:, None], q.y - made.estimate * q.dose, np.nan)
    try:
        drawn = testing.randomised(
            q, statistic="did", scheme="unit" if scheme == "block" else scheme, draws=draws, seed=seed
        )
    except InputError:
        none = Text("没有可用的推断", "no inference can be made")
        return Answer("twfe", made.estimate, (np.nan, np.nan), np.nan, none), path_of(q, grid)
    return Answer("twfe", made.estimate, drawn.interval, drawn.p, drawn.label), path_of(q, grid)


def _ratio(made: "PanelApproach") -> float:
    """RMSPE since the start over that before it."""
    before, after = (float(np.sqrt((g**2).mean())) for g in (made.gap[: made.start], made.gap[made.start :]))
    return after / before if before else np.inf


def _others(q: Question, e: Evidence) -> dict[str, float]:
    """Estimates by the other estimators that can answer, for the reader to compare."""
    found = {"imputation": e.effects.estimate}
    for name, make in (("callaway_santanna", callaway_santanna), ("sun_abraham", sun_abraham), ("twfe", twfe)):
        try:
            found[name] = make(q).estimate
        except InputError:
            continue
    with suppress(InputError):
        found["synthetic_did"] = comparisons.synthetic_did(q, variance="none").effect
    if e.synthetic is not None:
        found["synthetic_control"] = e.synthetic.observed.effect
    return found


def _said(error: InputError) -> Text:
    return Text("；".join(p.what.zh for p in error.problems), "; ".join(p.what.en for p in error.problems))
