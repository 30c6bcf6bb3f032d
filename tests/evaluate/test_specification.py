"""The specification curve against brute force, and its p value under a true null."""

import numpy as np
import pytest

from yugong.base.errors import InputError
from yugong.evaluate.fixed_effects import imputation
from yugong.evaluate.question import ask
from yugong.evaluate.specification import specification_curve
from yugong.evaluate.two_way import twfe

SAME = 1e-9
HEADLINE = {
    "estimator": "imputation", "first": "0", "last": "0", "lead": "0", "transform": "level",
    "covariates": "as_asked", "spillover": "as_asked", "policies": "as_asked", "sample": "all",
}  # fmt: skip


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


def rich(seed: int = 5, **options):
    """A question with every axis: covariates, two exposures, a competing policy, belts, a positive outcome."""
    rng = np.random.default_rng(seed)
    dose, near, far, other = (np.zeros((30, 12)) for _ in range(4))
    dose[:6, 7:] = 1
    near[6:9, 7:] = 1
    far[9:12, 7:] = 1
    other[12:14, 8:] = 1
    x, z = rng.normal(size=(2, 30, 12))
    y = (
        10
        + rng.normal(size=(30, 1))
        + rng.normal(size=12)
        + 0.6 * x
        - 0.3 * z
        + 0.8 * dose
        + rng.normal(size=dose.shape)
    )
    given = {"covariates": {"x": x, "z": z}, "exposures": {"near": near, "far": far}, "competing": {"other": other}}
    return ask(np.exp(y / 10), dose, years=range(2000, 2012), belts=tuple("ab" * 15), **(given | options))


def test_every_axis_is_the_question_asked_otherwise() -> None:
    q = rich()
    made = specification_curve(q, draws=9, most=5_000)
    axes = {a: {c[a] for c in made.choices} for a in made.choices[0]}
    assert axes["covariates"] == {"as_asked", "none", "without x", "without z"}
    assert axes["spillover"] == {"as_asked", "exposed_in", "only near", "only far"}
    assert axes["policies"] == {"as_asked", "others_in"}
    assert axes["transform"] == {"level", "log"}
    assert axes["sample"] == {"all", "similar_half"}
    found = {tuple(sorted(c.items())): e for c, e in zip(made.choices, made.estimates, strict=True)}

    def estimate(**changed: str) -> float:
        return found[tuple(sorted({**HEADLINE, **changed}.items()))]

    x, z = q.covariates["x"], q.covariates["z"]
    for choice, other in (
        ({}, q),
        ({"covariates": "none"}, rich(covariates={})),
        ({"covariates": "without x"}, rich(covariates={"z": z})),
        ({"covariates": "without z"}, rich(covariates={"x": x})),
        ({"spillover": "exposed_in"}, rich(donut=())),
        ({"spillover": "only near"}, rich(donut=("near",))),
        ({"policies": "others_in"}, rich(competing={})),
    ):
        assert estimate(**choice) == pytest.approx(imputation(other).estimate, abs=SAME)
    logs = imputation(ask(np.log(q.y), q.dose, years=q.years, covariates=dict(q.covariates),
                          exposures=dict(q.exposures), competing=dict(q.competing)))  # fmt: skip
    mean = q.y[q.treated].mean()
    assert estimate(transform="log") == pytest.approx(mean * (1 - np.exp(-logs.estimate)), abs=SAME)


def test_levels_stand_in_log_points_where_logs_were_asked() -> None:
    q = rich(covariates={})
    asked = ask(np.log(q.y), q.dose, years=q.years, transform="log")
    made = specification_curve(asked, draws=9, most=5_000)
    levels = imputation(ask(q.y, q.dose, years=q.years)).estimate
    mean = q.y[q.treated].mean()
    at = made.choices.index({**HEADLINE, "transform": "level"})
    assert made.estimates[at] == pytest.approx(np.log(mean / (mean - levels)), abs=SAME)
    assert np.isfinite(made.placebo).mean() > 0.99


def test_placebos_keep_their_size_with_covariates() -> None:
    ps = []
    for s in range(80):
        q = rich(300 + s)
        null = ask(q.y - q.y * (1 - np.exp(-0.08)) * q.dose, q.dose, years=q.years, covariates=dict(q.covariates))
        ps.append(specification_curve(null, draws=39, most=8).p_median)
    # 80 draws at 10 %: 8 expected, 99.9 % of binomials below 18
    assert sum(p <= 0.1 for p in ps) <= 17


def test_by_choice_summarises_every_option() -> None:
    made = specification_curve(rich(), draws=9, most=300)
    frame = made.by_choice()
    for axis, part in frame.groupby("axis"):
        assert part["specifications"].sum() == len(made.estimates)
        for row in part.itertuples():
            mine = made.estimates[[c[axis] == row.option for c in made.choices]]
            assert row.estimate == pytest.approx(np.median(mine), abs=SAME)


def test_without_a_comparison_it_is_refused() -> None:
    dose = np.ones((4, 6))
    dose[:, :3] = 0
    with pytest.raises(InputError):
        specification_curve(ask(np.random.default_rng(0).normal(size=(4, 6)), dose))
