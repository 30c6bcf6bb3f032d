"""Comparisons, inference and sensitivity on a question and on the China study."""

import numpy as np
import pandas as pd
import pytest

from yugong.base.errors import InputError, UnknownNameError
from yugong.evaluate import comparisons, sensitivity, testing
from yugong.evaluate.inference import imputation_effects
from yugong.evaluate.question import ask
from yugong.evaluate.synthetic import space_placebos, synthetic_control
from yugong.evaluate.two_way import sun_abraham, twfe
from yugong.registry import terms
from yugong.study import china as china_study


def panel(
    n: int = 31, t: int = 16, treated: tuple[int, ...] = (3,), start: int = 11, effect: float = 2.0, seed: int = 0
):
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(n, 1)) + rng.normal(size=t) + 0.5 * rng.normal(size=(n, t)).cumsum(axis=1) / 2
    dose = np.zeros((n, t))
    dose[list(treated), start:] = 1
    return y + effect * dose, dose


def test_comparison_uses_clean_donors_only() -> None:
    y, dose = panel()
    near, rival = np.zeros_like(dose), np.zeros_like(dose)
    near[[4, 5], 11:] = 1
    rival[6, 12:] = 1
    q = ask(y, dose, exposures={"near": near}, competing={"other": rival})
    made = comparisons.synthetic_control(q)
    assert not {"3", "4", "5", "6"} & set(made.donors)
    clean = [i for i in range(31) if i not in (3, 4, 5, 6)]
    alone = synthetic_control(y[[3, *clean]], 0, 11)
    assert made.effect == pytest.approx(alone.effect)
    ranked = comparisons.synthetic_placebos(q)
    plain = space_placebos(y[[3, *clean]], 0, 11)
    assert (ranked.rank, ranked.total) == (plain.rank, 28)


def test_anticipation_ends_the_fit_earlier() -> None:
    y, dose = panel()
    assert comparisons.synthetic_control(ask(y, dose, anticipation=2)).start == 9


def test_staggered_places_need_a_name_or_synthetic_did() -> None:
    y, dose = panel(treated=(3, 7))
    dose[7, 9:] = 1
    q = ask(y, dose)
    with pytest.raises(InputError, match="place"):
        comparisons.synthetic_control(q)
    assert comparisons.synthetic_control(q, place="7").start == 9
    with pytest.raises(UnknownNameError):
        comparisons.synthetic_control(q, place="8")
    made = comparisons.synthetic_did(q, draws=20)
    assert [c.start for c in made.cohorts] == [9, 11]
    assert made.se is not None


def test_missing_donors_are_left_out_and_said() -> None:
    y, dose = panel()
    y[10, 4] = np.nan
    made = comparisons.synthetic_did(ask(y, dose), variance="none")
    assert "10" not in made.controls
    assert any("缺失" in n.zh for n in made.notes)
    y[3, 4] = np.nan
    with pytest.raises(InputError):
        comparisons.synthetic_did(ask(y, dose), variance="none")


def test_covariates_may_be_matched_instead() -> None:
    y, dose = panel()
    x = np.random.default_rng(9).normal(size=y.shape)
    q = ask(y, dose, covariates={"x": x})
    made = comparisons.synthetic_control(q, match="covariates")
    assert made.fit.importance is not None
    assert len(made.fit.importance) == 2
    assert made.pre_rmspe >= comparisons.synthetic_control(q).pre_rmspe
    with pytest.raises(InputError):
        comparisons.synthetic_control(ask(y, dose), match="covariates")


def test_false_dates_lie_before_the_policy() -> None:
    y, dose = panel()
    q = ask(y, dose)
    assert list(comparisons.synthetic_dates(q, false_years=[6, 8]).table()["period"]) == [6, 8]
    with pytest.raises(InputError):
        comparisons.synthetic_dates(q, false_years=[12])


def test_randomisation_draws_among_clean_places_and_whole_clusters() -> None:
    y, dose = panel(n=40, treated=(0, 1))
    near = np.zeros_like(dose)
    near[[4, 5], 11:] = 1
    clusters = tuple(str(i // 2) for i in range(40))
    q = ask(y, dose, exposures={"near": near}, clusters=clusters)
    made = testing.randomised(q)
    assert made.total == 19  # twenty clusters, one of them touched by the policy next door
    usable = near == 0
    effects = [imputation_effects(y, np.where(np.arange(40) // 2 == g, 11, 16), usable)[0] for g in range(20) if g != 2]
    assert made.observed == pytest.approx(effects[0])
    assert made.rank == 1 + sum(abs(e) >= abs(effects[0]) for e in effects[1:])


def test_two_way_coefficient_is_the_room_s_own() -> None:
    y, dose = panel(n=20, treated=(1, 5, 6, 9, 12))
    q = ask(y, dose, coordinates=np.random.default_rng(0).uniform(0, 10, (20, 2)))
    want = twfe(q)
    wild = testing.wild_clusters(q, draws=199)
    assert wild.coefficient == pytest.approx(want.estimate)
    assert wild.se == pytest.approx(want.se, rel=0.05)  # the two count the effects in k differently
    assert testing.conley_errors(q).coefficient == pytest.approx(want.estimate)
    assert testing.few_treated(q).effect == pytest.approx(want.estimate)


def test_few_treated_works_at_the_level_of_clusters() -> None:
    y, dose = panel(n=60, treated=(0, 1, 2), seed=3)
    clusters = tuple(str(i // 3) for i in range(60))
    made = testing.few_treated(ask(y, dose, clusters=clusters))
    means = y.reshape(20, 3, -1).mean(axis=1)
    order = np.argsort([str(i) for i in range(20)])
    first = testing.few_treated(ask(means[order], (np.arange(16) >= 11) * (order == 0)[:, None].astype(float)))
    assert made.effect == pytest.approx(first.effect)
    np.testing.assert_allclose(np.sort(made.draws), np.sort(first.draws))


def test_honest_takes_the_unbroken_years_around_the_reference() -> None:
    y, dose = panel(n=60, treated=tuple(range(12)), effect=4.0)
    q = ask(y, dose)
    found = sun_abraham(q)
    b, v, before = sensitivity.event_study(found, 3, 2)
    want = [-4, -3, -2, 0, 1, 2]
    rows = [found.horizons.index(h) for h in want]
    np.testing.assert_allclose(b, found.by_horizon[rows])
    np.testing.assert_allclose(v, found.covariance[np.ix_(rows, rows)])
    assert before == 3
    made = sensitivity.honest_did(q, bounds=[0.0, 0.5, 1.0], first=3, last=2)
    widths = np.diff(made.intervals, axis=1).ravel()
    assert (np.diff(widths) > 0).all()
    assert made.intervals[2, 0] < 4 < made.intervals[2, 1]


def test_headline_counts_clusters() -> None:
    y, dose = panel(n=60, treated=(0, 1, 2))
    assert testing.headline(ask(y, dose)).owner == "placebo_rank"
    one = testing.headline(ask(y, dose, clusters=tuple(str(i // 3) for i in range(60))))
    assert (one.n_treated, one.n_clusters) == (1, 20)


@pytest.fixture(scope="module")
def china():
    return china_study()


VERBS = (
    "headline",
    "randomisation",
    "wild_cluster",
    "conley",
    "conley_taber",
    "synthetic_did",
    "synthetic_control",
    "synthetic_placebos",
    "synthetic_dates",
    "synthetic_leave_one_out",
    "regression_counterfactual",
    "honest_did",
    "pretrend_power",
)


@pytest.mark.parametrize("verb", VERBS)
def test_verbs_on_the_study(china, verb: str) -> None:
    options = {"excluding": ["northeast_revitalisation_scope"]}
    if verb == "synthetic_did":
        options["draws"] = 20
    if verb == "regression_counterfactual":
        with pytest.raises(InputError):  # five years before 2006 are too few for this method
            getattr(china.evaluate, verb)("grp_index", "central_rise", **options)
        return
    made = getattr(china.evaluate, verb)("grp_index", "central_rise", **options)
    table = made.table()
    assert isinstance(table, pd.DataFrame)
    assert len(table) > 0
    assert set(table.columns) <= set(terms())


@pytest.mark.parametrize("scheme", ["unit", "block", "date"])
def test_randomisation_schemes_on_the_study(china, scheme: str) -> None:
    made = china.evaluate.randomisation("grp_index", "central_rise", scheme=scheme, draws=99)
    assert made.scheme == scheme
    assert 0 < made.p <= 1
    with pytest.raises(InputError, match="指派"):  # the policy is the belt: nothing else could have been chosen in it
        china.evaluate.randomisation("grp_index", "central_rise", scheme="belt", belts="plates")
