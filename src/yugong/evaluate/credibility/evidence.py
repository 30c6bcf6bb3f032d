"""What the card is measured on: every check that a question allows, and the reason where it allows none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

import numpy as np

from yugong.base.errors import InputError, YugongError
from yugong.base.text import Text
from yugong.evaluate import comparisons, testing
from yugong.evaluate.bands import band
from yugong.evaluate.credibility.control_study import control_event_study, horizons
from yugong.evaluate.decomposition import cell_weights, negative_share
from yugong.evaluate.effects import FEW, Effects
from yugong.evaluate.fixed_effects import imputation, impute
from yugong.evaluate.honest.bounds import honest_did
from yugong.evaluate.honest.power import pretrend_power
from yugong.evaluate.inference.assignment import Scheme
from yugong.evaluate.inference.headline import Headline, headline_inference
from yugong.evaluate.inference.randomisation import RandomisationTest
from yugong.evaluate.question import Floats, Question
from yugong.evaluate.sensitivity import event_study
from yugong.evaluate.synthetic.placebo import SpacePlacebos
from yugong.evaluate.two_way import sun_abraham

SC_YEARS, SC_DONORS = 10, 10  # years before and donors from which a synthetic control may carry a headline


@dataclass(frozen=True, slots=True, eq=False)
class Placebo:
    """One placebo: a false date or an outcome that should not move; its estimate and p."""

    id: str
    title: Text
    estimate: float
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class EventStudy:
    """Effects by years since the start (E,), their simultaneous band (E,), (E,) and the reference year, set to zero.

    by: "clusters", imputation with clustered errors; "controls", treated less controls with the controls' own spread.
    """

    horizons: tuple[int, ...]
    estimates: Floats
    low: Floats
    high: Floats
    reference: int
    by: Literal["clusters", "controls"]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Every check made on a question; None where it could not be made, with the reason in `lacking`."""

    question: Question
    effects: Effects
    owner: Headline
    treated: int
    event: EventStudy
    randomised: RandomisationTest | None = None
    wild_p: float | None = None
    synthetic: SpacePlacebos | None = None
    breakdown: float | None = None
    trend: float | None = None  # slope a year that alone would make the effect
    pre_gap: float | None = None  # largest estimate before the start
    power: float | None = None
    negative: float | None = None
    moved: float | None = None
    placebos: tuple[Placebo, ...] = ()
    rivals: Mapping[str, float] = field(default_factory=dict)  # policy → share of treated place-years also under it
    alone: float = 1.0
    lacking: Mapping[str, Text] = field(default_factory=dict)


def gather(
    question: Question,
    scheme: Scheme = "unit",
    draws: int = 999,
    seed: int = 0,
    neighbours: Any = None,
    place: str | None = None,
    false_years: Sequence[int] | None = None,
    outcomes: Mapping[Text, Floats] | None = None,
    rivals: Mapping[str, Floats] | None = None,
) -> Evidence:
    """Return every check that a question allows.

    outcomes: title → (N, T), outcomes that the policy should not move; rivals: policy → (N, T), other registered policies
    that began inside the window. Raises InputError where not even imputation can answer.
    """
    q = question
    lacking: dict[str, Text] = {}

    def tried(key: str, make: Callable[[], Any]) -> Any:
        try:
            return make()
        except InputError as error:
            lacking[key] = Text(
                "；".join(p.what.zh for p in error.problems), "; ".join(p.what.en for p in error.problems)
            )
        except YugongError as error:
            lacking[key] = error.text
        return None

    effects = imputation(q)
    owner = headline_inference(effects.treated_clusters, len(set(q.clusters)))
    few = effects.treated_clusters < FEW
    randomised = tried(
        "randomised",
        lambda: testing.randomised(q, scheme=scheme, draws=draws, seed=seed, neighbours=neighbours),
    )
    wild = tried("wild", lambda: testing.wild_clusters(q, seed=seed)) if owner.owner == "wild_cluster" else None
    synthetic = tried("synthetic", lambda: comparisons.synthetic_placebos(q, place=place, draws=draws, seed=seed))
    made = tried("study", lambda: control_event_study(q) if few else event_study(sun_abraham(q)))
    breakdown = pre_gap = power = slope = None
    if made is not None:
        b, v, before = made
        reach = (len(b) - before + 1) / 2 + q.anticipation
        slope = abs(float(b[before:].mean())) / reach
        pre_gap = float(np.abs(b[:before]).max())
        found = tried("power", lambda: pretrend_power(b, v, before, slope=slope, seed=seed))
        power = None if found is None else found.power
        after = len(b) - before
        bounds = tried("honest", lambda: honest_did(b, v, before, (), weights=np.full(after, 1 / after), seed=seed))
        breakdown = None if bounds is None else bounds.breakdown
    apart, alone = _overlap(q, rivals or {})
    return Evidence(
        question=q,
        effects=effects,
        owner=owner,
        treated=effects.treated_clusters,
        event=_event_study(q, effects, made if few else None),
        randomised=randomised,
        wild_p=None if wild is None else wild.p,
        synthetic=synthetic,
        breakdown=breakdown,
        trend=slope,
        pre_gap=pre_gap,
        power=power,
        negative=tried("weights", lambda: negative_share(cell_weights(q))),
        moved=_moved(q),
        placebos=_placebos(q, false_years, outcomes or {}, scheme, draws, seed, neighbours, tried),
        rivals=apart,
        alone=alone,
        lacking=lacking,
    )


def _event_study(q: Question, effects: Effects, controls: tuple[Floats, Floats, int] | None) -> EventStudy:
    """Return the event study to draw: against the controls where too few are treated for clustered errors."""
    reference = -1 - q.anticipation
    if controls is None:
        return EventStudy(effects.horizons, effects.by_horizon, *effects.band, reference, "clusters")
    b, v, before = controls
    whole = int((q.never & np.isfinite(q.y).all(axis=1)).sum())
    low, high = band(b, v, np.full(len(b), whole))
    return EventStudy(horizons(before, len(b), q.anticipation), b, low, high, reference, "controls")


def _moved(q: Question) -> float | None:
    """Return by what share of itself the estimate moves when places reached by spillovers are let in as controls."""
    if not q.exposures or not any((x != 0).any() for x in q.exposures.values()):
        return None
    whole = replace(q, donut=tuple(q.exposures))
    lines = list(q.covariates.values())
    clean = impute(q.y, whole.clean, lines)
    naive = impute(q.y, replace(q, donut=()).clean, lines)
    cells = q.estimated & np.isfinite(clean.effects) & np.isfinite(naive.effects)
    if not cells.any():
        return np.inf
    without, with_ = float(clean.effects[cells].mean()), float(naive.effects[cells].mean())
    return abs(with_ - without) / abs(without) if without else np.inf


def _overlap(q: Question, rivals: Mapping[str, Floats]) -> tuple[dict[str, float], float]:
    cells = q.treated & q.observed
    others = {k: x != 0 for k, x in rivals.items()}
    shares = {k: float(x[cells].mean()) for k, x in others.items()}
    any_of = np.logical_or.reduce(list(others.values())) if others else np.zeros_like(cells)
    return {k: v for k, v in shares.items() if v > 0}, float(1 - any_of[cells].mean())


def _placebos(
    q: Question,
    false_years: Sequence[int] | None,
    outcomes: Mapping[Text, Floats],
    scheme: Scheme,
    draws: int,
    seed: int,
    neighbours: Any,
    tried: Callable[[str, Callable[[], Any]], Any],
) -> tuple[Placebo, ...]:
    first = int(q.onset.min()) - q.anticipation
    years = q.years[:first]
    wanted = [years[first // 3], years[2 * first // 3]] if false_years is None and first >= 6 else false_years or []
    found = []

    def test(asked: Question) -> RandomisationTest:
        return testing.randomised(asked, scheme=scheme, draws=draws, seed=seed, neighbours=neighbours)

    for year in wanted:
        start = years.index(year) if year in years else 0
        if start < 1:
            continue
        before = q.subset(years=years)
        dose = np.zeros_like(before.y)
        dose[q.ever, start:] = 1.0
        made = tried(f"date {year}", partial(test, replace(before, dose=dose, estimand="att")))
        if made is not None:
            title = Text(f"假日期 {year} 年", f"false date {year}")
            found.append(Placebo(f"date:{year}", title, made.observed, made.p))
    for name, y in outcomes.items():
        made = tried(f"outcome {name.en}", partial(test, replace(q, y=y, covariates={})))
        if made is not None:
            title = Text(f"不应受影响：{name.zh}", f"should not move: {name.en}")
            found.append(Placebo(f"outcome:{name.en}", title, made.observed, made.p))
    return tuple(found)
