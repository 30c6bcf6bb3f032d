"""Simultaneous bands: their critical value in closed form, and how often the whole path lies inside."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm, t

from yugong.evaluate.bands import LEAST, band, sup_t
from yugong.evaluate.credibility.control_study import control_event_study
from yugong.evaluate.credibility.evidence import gather
from yugong.evaluate.fixed_effects import imputation
from yugong.evaluate.group_time import callaway_santanna
from yugong.evaluate.montecarlo import SCENARIOS, draw
from yugong.evaluate.montecarlo.world import without_effect
from yugong.evaluate.question import Question, ask
from yugong.evaluate.two_way import sun_abraham

BY_ID = {s.id: s for s in SCENARIOS}
QUANTILE = 0.03  # error of a 95 % quantile of 10 000 draws, about 0.012 at the normal law
DRAWS = 60


def question(scenario: str, seed: int) -> Question:
    world = draw(replace(without_effect(BY_ID[scenario]), spread=0.0), np.random.default_rng([11, seed]))
    return ask(world.y, (np.arange(20) >= world.starts[:, None]).astype(float), years=range(2000, 2020))


def test_critical_values_in_closed_form() -> None:
    assert sup_t(np.eye(1), np.inf) == pytest.approx(norm.ppf(0.975), abs=QUANTILE)
    assert sup_t(np.eye(1), 7) == pytest.approx(t.ppf(0.975, 7), abs=2 * QUANTILE)
    # independent: P(max |z| ≤ c) = (2Φ(c) − 1)^k; perfectly correlated: one estimate
    assert sup_t(np.diag([1.0, 4.0, 9.0]), np.inf) == pytest.approx(norm.ppf(0.5 + 0.95 ** (1 / 3) / 2), abs=QUANTILE)
    assert sup_t(np.outer([1, 2, 3], [1, 2, 3]).astype(float), np.inf) == pytest.approx(1.96, abs=QUANTILE)


def test_estimates_with_few_clusters_behind_them_have_no_band() -> None:
    low, high = band(np.zeros(3), np.eye(3), np.array([LEAST, LEAST - 1, 12]))
    assert np.isnan(low[1])
    assert np.isnan(high[1])
    half = sup_t(np.eye(2), LEAST - 1)
    assert high[[0, 2]] == pytest.approx([half, half])
    assert low[[0, 2]] == pytest.approx([-half, -half])


@pytest.mark.slow
@pytest.mark.parametrize("estimator", [imputation, sun_abraham, callaway_santanna])
@pytest.mark.parametrize("scenario", ["few_10", "staggered_12"])
def test_the_whole_path_lies_inside(scenario: str, estimator) -> None:
    inside = pointwise = banded = 0
    for seed in range(DRAWS):
        made = estimator(question(scenario, seed))
        low, high = made.band
        known = np.isfinite(low)
        if not known.any():
            continue
        banded += 1
        inside += bool((low[known] <= 0).all() and (high[known] >= 0).all())
        pointwise += bool((np.abs(made.by_horizon[known]) <= 1.96 * made.se_by_horizon[known]).all())
    if scenario == "staggered_12" and estimator is sun_abraham:
        assert banded <= 5  # cohorts of a place or two: each has an effect of its own and no error
        return
    assert banded > DRAWS / 2
    # 95 % at least, less three Monte-Carlo errors (0.085); twenty years looked at one by one cover far less
    assert inside / banded >= 0.95 - 0.085
    assert pointwise / banded < 0.7


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["few_1", "few_3"])
def test_with_few_treated_the_controls_make_the_band(scenario: str) -> None:
    inside = 0
    for seed in range(4 * DRAWS):
        b, v, _ = control_event_study(question(scenario, seed))
        low, high = band(b, v, np.full(len(b), 31))
        inside += bool((low <= 0).all() and (high >= 0).all())
    # 240 draws: three Monte-Carlo errors are 0.042
    assert inside / (4 * DRAWS) >= 0.95 - 0.042


def test_the_evaluation_draws_the_band_that_can_be_trusted() -> None:
    few = gather(question("few_1", 0), draws=9, false_years=[]).event
    assert (few.by, few.reference, few.horizons) == ("controls", -1, (-6, -5, -4, -3, -2, 0, 1, 2, 3, 4))
    assert np.isfinite(few.low).all()
    many = gather(question("few_10", 0), draws=9, false_years=[]).event
    assert many.by == "clusters"
    assert np.isfinite(many.low).all()


def test_the_table_carries_both_intervals() -> None:
    made = imputation(question("few_10", 0))
    frame = made.table()
    years = frame[frame["phase"] != "att"]
    assert (years["band_low"] < years["low"]).all()
    assert (years["band_high"] > years["high"]).all()
    few = imputation(question("few_3", 0)).table()
    assert few["band_low"].isna().all()
