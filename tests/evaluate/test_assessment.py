"""One evaluation from question to sentence, on worlds whose truth is known."""

import numpy as np
import pytest

from yugong.base.errors import InputError
from yugong.base.text import Text
from yugong.evaluate.assessment import assess, choose
from yugong.evaluate.levels import path_of
from yugong.evaluate.question import ask
from yugong.evaluate.wording import amount, figure

SAME = 1e-9


def world(treated: int, effect: float, seed: int = 0, log: bool = False, noise: float = 0.1, **options):
    rng = np.random.default_rng(seed)
    n, t = 31, 24
    trend = rng.normal(size=(n, 2)) @ rng.normal(size=(2, t)) * 0.0
    y = 5 + rng.normal(size=(n, 1)) + np.cumsum(rng.normal(size=t)) * 0.1 + trend + noise * rng.normal(size=(n, t))
    dose = np.zeros((n, t))
    dose[:treated, 14:] = 1
    y = y + effect * dose
    return ask(
        y, dose, years=range(2000, 2024), transform="log" if log else "level", title=Text("产出", "output"),
        unit=Text("亿元", "100 million yuan"), policy_title=Text("某政策", "a policy"), **options,
    )  # fmt: skip


def test_the_estimator_follows_the_published_rule() -> None:
    assert choose(world(1, 0)) == "synthetic_control"
    assert choose(world(4, 0)) == "synthetic_control"
    assert choose(world(5, 0)) == "imputation"
    assert choose(world(1, 0).subset(years=range(2006, 2024))) == "imputation"
    staggered = np.zeros((31, 24))
    staggered[0, 14:] = staggered[1, 16:] = 1
    assert choose(world(1, 0).with_dose(staggered)) == "imputation"


def test_a_strong_effect_on_many_is_said_strongly() -> None:
    made = assess(world(12, 1.0), draws=199, curve=20, registered=False)
    assert made.answer.by == "imputation"
    assert made.answer.estimate == pytest.approx(1.0, abs=0.1)
    assert made.card.item("comparison").light == "green"
    assert made.card.item("honest").light == "green"
    assert made.card.item("inference").light == "green"
    assert made.answer.p < 0.01
    assert made.card.scale == 3
    # spillovers were not examined: amber, and the sentence may not be stronger than that
    assert made.card.worst == "amber"
    assert made.conclusion.en.startswith("There is some evidence, with reservations")


def test_one_treated_place_gets_a_rank_and_no_star() -> None:
    made = assess(world(1, 2.0), draws=199, curve=0, registered=False)
    assert made.answer.by == "synthetic_control"
    assert (made.answer.rank, made.answer.total) == (1, 31)
    assert "第 1/31 位" in made.conclusion.zh
    assert "rank 1 of 31" in made.conclusion.en
    assert "*" not in made.conclusion.zh
    assert not made.evidence.owner.stars


def test_levels_add_up() -> None:
    q = world(2, np.log(1.1), log=True, noise=0.0)
    path = path_of(q, q.y - np.log(1.1) * q.dose)
    after = path.since > 0
    assert path.summed
    assert path.relative == pytest.approx(0.1, abs=SAME)
    assert path.actual[after] == pytest.approx(np.exp(q.y[:2, 14:]).sum(axis=0), abs=SAME)
    assert path.total == pytest.approx(path.gap[after].sum(), abs=SAME)
    assert path.gap[~after] == pytest.approx(0, abs=SAME)
    made = assess(q, draws=99, curve=0, registered=False, method="imputation")
    assert made.answer.estimate == pytest.approx(np.log(1.1), abs=SAME)
    assert "高 10.0%" in made.conclusion.zh


def test_contested_places_are_on_neither_line() -> None:
    rival = np.zeros((31, 24))
    rival[0, 5:] = 1
    q = world(2, 0.5, competing={"other": rival})
    from yugong.evaluate.fixed_effects import imputation

    made = imputation(q)
    assert made.counterfactual is not None
    assert path_of(q, made.counterfactual).places == ("1",)


def test_numbers_are_written_for_people() -> None:
    assert [figure(x) for x in (0.0, 0.01234, 12.34, 1234.5, 52134.0, np.nan)] == [
        "0",
        "0.0123",
        "12.3",
        "1,230",
        "52,100",
        "—",
    ]
    assert amount(52134, Text("亿元", "100 million yuan")) == Text("52,100 亿元", "5,210 billion yuan")
    assert amount(12.1, Text("万吨", "10 000 tonnes")) == Text("12.1 万吨", "0.121 million tonnes")


def test_a_question_nobody_can_answer_is_refused_before_anything_runs() -> None:
    q = world(1, 0)
    always = np.zeros((31, 24))
    always[0] = 1
    with pytest.raises(InputError):
        assess(q.with_dose(always))


def test_placebo_outcomes_that_move_turn_the_light() -> None:
    q = world(6, 0.0, seed=3)
    moved = q.y + 3 * q.dose
    made = assess(q, draws=199, curve=0, registered=False, outcomes={Text("别的", "other"): moved}, false_years=[])
    assert made.card.item("placebo").light == "red"
    still = assess(q, draws=199, curve=0, registered=False, outcomes={Text("别的", "other"): q.y}, false_years=[])
    assert still.card.item("placebo").light == "green"
