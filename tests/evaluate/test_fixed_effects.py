"""Imputation against dummy-variable regression, its weights against its sums, its errors against simulation."""

from collections.abc import Callable

import numpy as np
import pytest
from panels import dummies, staggered

from yugong.evaluate._panel import TwoWay
from yugong.evaluate.decomposition import cell_weights, negative_share
from yugong.evaluate.effects import Effects
from yugong.evaluate.fixed_effects import imputation, impute
from yugong.evaluate.group_time import callaway_santanna
from yugong.evaluate.question import Question, ask
from yugong.evaluate.two_way import sun_abraham, twfe, two_way_regression

EXACT = 1e-9  # two linear solvers on the same problem


@pytest.mark.parametrize("gaps", [0.0, 0.15])
@pytest.mark.parametrize("covariates", [0, 2])
def test_counterfactual_is_the_dummy_regression(gaps: float, covariates: int) -> None:
    q = staggered(np.random.default_rng(3), gaps=gaps, covariates=covariates)
    found = impute(q.y, q.clean, list(q.covariates.values()))
    extra = [x[q.clean] for x in q.covariates.values()]
    design = np.column_stack([dummies(q.clean), *extra])
    beta = np.linalg.lstsq(design, q.y[q.clean], rcond=None)[0]
    everywhere = np.column_stack([dummies(np.ones_like(q.clean)), *(x.ravel() for x in q.covariates.values())])
    by_hand = (everywhere @ beta).reshape(q.y.shape)
    seen = np.isfinite(found.counterfactual)
    assert seen.sum() > 0.9 * seen.size
    np.testing.assert_allclose(found.counterfactual[seen], by_hand[seen], atol=EXACT)
    if covariates:
        np.testing.assert_allclose(found.coefficients, beta[-covariates:], atol=EXACT)


@pytest.mark.parametrize("covariates", [0, 2])
def test_weights_reproduce_any_average(covariates: int) -> None:
    q = staggered(np.random.default_rng(4), gaps=0.1, covariates=covariates)
    found = impute(q.y, q.clean, list(q.covariates.values()))
    cells = q.estimated & np.isfinite(found.effects)
    average = np.where(cells, np.random.default_rng(5).uniform(size=cells.shape), 0.0)
    v = found.weights(average)
    y = np.where(np.isfinite(q.y), q.y, 0.0)
    assert np.sum(v * y) == pytest.approx(np.sum(average * np.where(cells, found.effects, 0.0)), abs=EXACT)
    # weights annihilate both effects and every covariate, so that only the policy moves the estimate
    np.testing.assert_allclose(v.sum(axis=0), 0, atol=EXACT)
    np.testing.assert_allclose(v.sum(axis=1), 0, atol=EXACT)
    for x in q.covariates.values():
        assert np.sum(v * x) == pytest.approx(0, abs=EXACT)


def test_clustered_regression_is_the_sandwich_by_hand() -> None:
    q = staggered(np.random.default_rng(6), gaps=0.1, covariates=1)
    lines = np.stack([q.dose, *q.covariates.values()])
    clusters = [str(i // 2) for i in range(len(q.places))]
    beta, v = two_way_regression(q.y, lines, clusters)
    mask = q.observed
    design = np.column_stack([*(x[mask] for x in lines), dummies(mask)])
    full, *_ = np.linalg.lstsq(design, q.y[mask], rcond=None)
    residual = q.y[mask] - design @ full
    bread = np.linalg.pinv(design.T @ design)
    groups = np.array([clusters[i] for i in np.nonzero(mask)[0]])
    meat = sum(np.outer(s, s) for g in set(clusters) for s in [design[groups == g].T @ residual[groups == g]])
    n, k, g = len(residual), 2 + mask.shape[1], len(set(clusters))
    by_hand = (bread @ meat @ bread)[:2, :2] * g / (g - 1) * (n - 1) / (n - k)
    np.testing.assert_allclose(beta, full[:2], atol=EXACT)
    np.testing.assert_allclose(v, by_hand, atol=EXACT)


def test_cells_that_nothing_links_have_no_counterfactual() -> None:
    clean = np.zeros((4, 6), bool)
    clean[:2, :3] = clean[2:, 3:] = True  # two blocks without a common place or year
    y = np.arange(24.0).reshape(4, 6)
    found = impute(y, clean)
    np.testing.assert_array_equal(np.isfinite(found.counterfactual), clean)
    np.testing.assert_array_equal(TwoWay(clean).identified, clean)


def test_a_treated_place_without_years_before_is_left_out_and_counted() -> None:
    q = staggered(np.random.default_rng(7))
    y = q.y.copy()
    late = int(np.flatnonzero(q.ever)[0])
    y[late, : q.onset[late]] = np.nan
    with pytest.raises(Exception, match="没有事前年份"):
        imputation(ask(y, q.dose))
    kept = ask(y, q.dose).subset(places=[p for i, p in enumerate(q.places) if i != late])
    assert imputation(kept).unidentified == 0


def test_leads_are_a_regression_on_clean_cells() -> None:
    q = staggered(np.random.default_rng(8), n=24)
    found = imputation(q)
    before = [h for h in found.horizons if h < 0]
    clean, event = q.clean, q.event_time
    leads = np.column_stack([(event == h)[clean].astype(float) for h in before])
    beta = np.linalg.lstsq(np.column_stack([leads, dummies(clean)]), q.y[clean], rcond=None)[0]
    np.testing.assert_allclose(found.by_horizon[: len(before)], beta[: len(before)], atol=EXACT)


def test_errors_cover_and_are_not_too_small() -> None:
    """400 draws of noise on fixed effects that differ by place and time: 95 % intervals cover, errors match the spread."""
    rng = np.random.default_rng(9)
    base = staggered(np.random.default_rng(10), n=60)
    truth = float(np.where(base.treated, 1 + 0.3 * np.nan_to_num(base.event_time), 0)[base.treated].mean())
    signal = np.where(base.treated, 1 + 0.3 * np.nan_to_num(base.event_time), 0)
    found = [imputation(ask(signal + rng.normal(size=base.y.shape), base.dose)) for _ in range(400)]
    spread = np.std([f.estimate for f in found])
    assert np.mean([f.estimate for f in found]) == pytest.approx(truth, abs=4 * spread / 20)
    covered = np.mean([f.interval[0] <= truth <= f.interval[1] for f in found])
    assert 0.92 <= covered <= 0.99  # 95 % ± 2.7 binomial errors, and conservative
    assert 0.9 <= np.mean([f.se for f in found]) / spread <= 1.25  # 400 draws: ± 7 %
    rejected = np.mean([f.pre_test is not None and f.pre_test[2] < 0.05 for f in found])
    assert 0.02 <= rejected <= 0.09  # nominal 5 %, four binomial errors; χ² in place of Hotelling's F gives 14 %


def test_results_do_not_depend_on_the_order_of_places() -> None:
    q = staggered(np.random.default_rng(11), gaps=0.1, covariates=1)
    order = np.random.default_rng(12).permutation(len(q.places))
    again, once = imputation(q.subset(places=[q.places[i] for i in order])), imputation(q)
    assert again.estimate == pytest.approx(once.estimate, abs=1e-12)
    assert again.se == pytest.approx(once.se, abs=1e-12)
    np.testing.assert_allclose(again.by_horizon, once.by_horizon, atol=1e-12)


@pytest.mark.parametrize("gaps", [0.0, 0.1])
def test_cell_weights_turn_unequal_effects_into_the_two_way_estimate(gaps: float) -> None:
    q = staggered(np.random.default_rng(13), gaps=gaps, covariates=1)
    effects = np.random.default_rng(14).normal(size=q.y.shape)
    noiseless = np.where(q.observed, np.arange(30.0)[:, None] + np.arange(10.0) ** 2 + effects * q.dose, np.nan)
    known = ask(noiseless, q.dose, covariates=q.covariates)
    weights = cell_weights(known)
    assert np.nansum(weights) == pytest.approx(1)
    assert twfe(known).estimate == pytest.approx(np.nansum(weights * effects), abs=EXACT)
    assert negative_share(weights) == pytest.approx(-weights[weights < 0].sum())


def test_one_start_has_no_negative_weights() -> None:
    dose = np.zeros((8, 6))
    dose[:3, 3:] = 1
    assert negative_share(cell_weights(ask(np.random.default_rng(15).normal(size=(8, 6)), dose))) == 0


@pytest.mark.parametrize(
    "estimator", [imputation, twfe, sun_abraham, callaway_santanna], ids=lambda f: str(getattr(f, "__name__", f))
)
def test_place_and_year_effects_do_not_matter_and_units_scale(estimator: Callable[[Question], Effects]) -> None:
    rng = np.random.default_rng(16)
    q = staggered(rng, gaps=0.05)
    shifted = ask(3 * q.y + 100 * rng.normal(size=(30, 1)) + 100 * rng.normal(size=10), q.dose)
    once, again = estimator(q), estimator(shifted)
    assert again.estimate == pytest.approx(3 * once.estimate, abs=1e-8)
    assert again.se == pytest.approx(3 * once.se, abs=1e-8)
    np.testing.assert_allclose(again.by_horizon, 3 * once.by_horizon, atol=1e-8)
