"""The specification curve against brute force, and its p value under a true null."""

import numpy as np
import pytest

from yugong.base.errors import InputError
from yugong.evaluate.fixed_effects import imputation
from yugong.evaluate.question import ask
from yugong.evaluate.specification import HEADLINE, specification_curve
from yugong.evaluate.two_way import twfe

SAME = 1e-9


def question(seed: int = 0, effect: float = 0.0, **options):
    rng = np.random.default_rng(seed)
    dose = np.zeros((24, 12))
    dose[:6, 7:] = 1
    y = rng.normal(size=(24, 1)) + rng.normal(size=12) + rng.normal(size=(24, 12)) + effect * dose
    return ask(y, dose, years=range(2000, 2012), **options)


def test_each_specification_is_the_estimator_run_by_itself() -> None:
    q = question(1, 0.5)
    made = specification_curve(q, draws=9)
    assert made.choices[made.headline] == HEADLINE
    assert made.estimates[made.headline] == pytest.approx(imputation(q).estimate, abs=SAME)
    for choice, estimate in zip(made.choices, made.estimates, strict=True):
        if choice["sample"] != "all" or choice["lead"] != "0":
            continue
        years = q.years[int(choice["first"]) : len(q.years) - int(choice["last"])]
        part = q.subset(years=years)
        alone = imputation(part).estimate if choice["estimator"] == "imputation" else twfe(part).estimate
        assert estimate == pytest.approx(alone, abs=SAME)
    lead = next(c for c in made.choices if c == {**HEADLINE, "lead": "1"})
    moved = imputation(question(1, 0.5, anticipation=1)).estimate
    assert made.estimates[made.choices.index(lead)] == pytest.approx(moved, abs=SAME)


def test_the_table_is_in_order_and_marks_the_headline() -> None:
    frame = specification_curve(question(2), draws=9).table()
    assert frame["estimate"].is_monotonic_increasing
    assert frame["headline_spec"].sum() == 1


def test_most_keeps_the_headline() -> None:
    made = specification_curve(question(3), draws=9, most=10)
    assert len(made.estimates) <= 10
    assert made.choices[0] == HEADLINE


def test_an_effect_is_found_and_chance_is_not_too_often() -> None:
    assert specification_curve(question(4, 2.0), draws=99, most=40).p_median <= 0.05
    ps = [specification_curve(question(s), draws=39, most=12).p_median for s in range(100, 220)]
    # 120 draws at 10 %: 12 expected, 99.9 % of binomials below 24
    assert sum(p <= 0.1 for p in ps) <= 23


def test_without_a_comparison_it_is_refused() -> None:
    dose = np.ones((4, 6))
    dose[:, :3] = 0
    with pytest.raises(InputError):
        specification_curve(ask(np.random.default_rng(0).normal(size=(4, 6)), dose))
