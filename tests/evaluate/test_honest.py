"""Honest differences in differences against the published README, StatsPAI and brute force."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.stats import norm

from yugong.base.errors import InputError, YugongError
from yugong.evaluate.honest import honest_did, pretrend_power
from yugong.evaluate.honest.arp import _truncated_quantile, _vertices
from yugong.evaluate.honest.flci import fixed_length, folded_quantile
from yugong.evaluate.honest.restrictions import relative, second_differences, smoothness

RELATIVE = 0.0015  # the published grid is 0.0004 apart and its first stage is simulated
SMOOTH = 0.001  # the published quantile is simulated
PEER_RELATIVE = 0.0015  # StatsPAI's grid is 0.0008 apart and its first stage simulated with 1 000 draws
PEER_CONDITIONAL = 3e-4  # its grid of 4 000 points is 0.0003 apart
PEER_SMOOTH = 1e-4

PEERS = json.loads((Path(__file__).parents[1] / "reference" / "evaluate" / "peers.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def ehec(shared: Path) -> tuple[np.ndarray, np.ndarray]:
    """Event study by dummy regression, clustered by state."""
    rows = pd.read_csv(shared / "reference/evaluate/data/ehec.csv")
    rows = rows[(rows["year"] < 2016) & (rows["yexp2"] != 2015)]
    years = [y for y in sorted(rows["year"].unique()) if y != 2013]
    d = (rows["yexp2"] == 2014).to_numpy()
    x = np.column_stack([d & (rows["year"] == y) for y in years]).astype(float)
    state, year = rows["stfips"].to_numpy(), rows["year"].to_numpy()
    fixed = np.column_stack([state[:, None] == np.unique(state), year[:, None] == np.unique(year)[1:]]).astype(float)
    left = x - fixed @ np.linalg.lstsq(fixed, x, rcond=None)[0]
    y = rows["dins"].to_numpy()
    bread = np.linalg.inv(left.T @ left)
    b = bread @ left.T @ y
    e = y - x @ b
    e = e - fixed @ np.linalg.lstsq(fixed, e, rcond=None)[0]
    scores = np.array([left[state == s].T @ e[state == s] for s in np.unique(state)])
    g, n = len(scores), len(y)
    factor = g / (g - 1) * (n - 1) / (n - len(b) - 1)
    return b, factor * bread @ scores.T @ scores @ bread


def test_ehec_event_study_is_the_published_one(ehec: tuple, shared: Path) -> None:
    want = json.loads((shared / "reference/evaluate/honest_did_ehec.json").read_text())["expected"]
    np.testing.assert_allclose(ehec[0], want["betahat_2008_2012_2014_2015"], atol=5e-6)
    np.testing.assert_allclose(np.sqrt(np.diag(ehec[1])), want["se"], atol=5e-6)


def test_relative_magnitudes_hold_zero_at_two(ehec: tuple, shared: Path) -> None:
    want = json.loads((shared / "reference/evaluate/honest_did_ehec.json").read_text())["expected"]["RM_CLF"]
    made = honest_did(*ehec, 5, [float(m) for m in want])
    np.testing.assert_allclose(made.intervals, list(want.values()), atol=RELATIVE)
    assert made.table()["holds_zero"].tolist() == [False, False, False, True]
    assert 1.8 < made.breakdown < 2
    for m, (low, high) in zip(made.bounds, made.intervals, strict=True):
        assert not (m < 2 and low <= 0 <= high)


def test_smoothness_fixed_length(ehec: tuple, shared: Path) -> None:
    want = json.loads((shared / "reference/evaluate/honest_did_ehec.json").read_text())["expected"]["SD_FLCI"]
    made = honest_did(*ehec, 5, [float(m) for m in want], "smoothness")
    np.testing.assert_allclose(made.intervals, list(want.values()), atol=SMOOTH)
    assert 0.02 < made.breakdown < 0.03


@pytest.fixture(scope="module")
def crime(shared: Path) -> tuple[np.ndarray, np.ndarray]:
    stem = shared / "reference/evaluate/data"
    b = pd.read_csv(stem / "BCdata_EventStudy_betahat.csv").iloc[:, 0].to_numpy()
    return b, pd.read_csv(stem / "BCdata_EventStudy_sigma.csv").to_numpy()


@pytest.mark.parametrize(("name", "weights"), [("first", [1, 0, 0, 0]), ("mean", [0.25] * 4)])
def test_four_periods_after_against_statspai(crime: tuple, name: str, weights: list[float]) -> None:
    want = PEERS["honest_bc"][f"relative_{name}"]
    made = honest_did(*crime, 4, [float(m) for m in want], weights=weights, breakdown=False)
    np.testing.assert_allclose(made.intervals, list(want.values()), atol=PEER_RELATIVE)
    want = PEERS["honest_bc"][f"smoothness_{name}"]
    made = honest_did(*crime, 4, [float(m) for m in want], "smoothness", weights=weights, breakdown=False)
    np.testing.assert_allclose(made.intervals, list(want.values()), atol=PEER_SMOOTH)


@pytest.mark.parametrize(("name", "weights"), [("first", [1, 0, 0, 0]), ("mean", [0.25] * 4)])
def test_conditional_test_against_statspai(crime: tuple, name: str, weights: list[float]) -> None:
    want = PEERS["honest_bc"][f"conditional_{name}"]
    made = honest_did(*crime, 4, [float(m) for m in want], weights=weights, test="conditional", breakdown=False)
    np.testing.assert_allclose(made.intervals, list(want.values()), atol=PEER_CONDITIONAL)


def test_smoothness_at_zero_is_extrapolating_a_line(crime: tuple) -> None:
    b, v = crime
    made = fixed_length(b, v, 4, np.array([1.0, 0, 0, 0]), 0.0, 0.95)
    # generalised least squares of (trend, four effects) is the best unbiased estimator
    design = np.zeros((8, 5))
    design[:, 0] = [-4, -3, -2, -1, 1, 2, 3, 4]
    design[4:, 1:] = np.eye(4)
    w = np.linalg.inv(v)
    cover = np.linalg.inv(design.T @ w @ design)
    estimate = cover @ design.T @ w @ b
    assert made.centre == pytest.approx(estimate[1], abs=1e-8)
    assert made.half == pytest.approx(norm.ppf(0.975) * np.sqrt(cover[1, 1]), abs=1e-8)


def test_worst_bias_is_that_of_a_linear_programme(crime: tuple) -> None:
    b, v = crime
    weights = np.array([0.4, 0.3, 0.2, 0.1])
    made = fixed_length(b, v, 4, weights, 0.05, 0.95)
    a, d = smoothness(4, 4, 0.05)
    found = linprog(-np.concatenate([made.weights_before, weights]), a, d, bounds=(None, None), method="highs")
    assert made.worst_bias == pytest.approx(-found.fun, abs=1e-9)
    for _ in range(50):  # no other unbiased-for-trends weights do better
        move = np.random.default_rng(_).normal(size=4) * 0.05
        t = np.array([-4, -3, -2, -1.0])
        other = made.weights_before + move - t * (t @ move) / (t @ t)
        worst = -linprog(-np.concatenate([other, weights]), a, d, bounds=(None, None), method="highs").fun
        whole = np.concatenate([other, weights])
        se = np.sqrt(whole @ v @ whole)
        assert se * folded_quantile(worst / se, 0.95) >= made.half - 1e-9


def test_restrictions_say_what_they_should() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        delta = rng.normal(size=5)
        path = np.concatenate([delta[:3], [0], delta[3:]])
        steps = np.diff(path)
        allowed = np.abs(steps[3:]).max() <= 0.8 * np.abs(steps[:3]).max()
        inside = any((a @ delta <= d + 1e-12).all() for a, d in relative(3, 2, 0.8))
        assert inside == allowed
        np.testing.assert_allclose(second_differences(3, 2) @ delta, np.diff(path, 2))


def test_vertices_solve_the_linear_programme() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        x, spread, y = rng.normal(size=(7, 2)), rng.uniform(0.5, 2, 7), rng.normal(size=7)
        corners = _vertices(x, spread)
        a = np.vstack([x.T, spread])
        found = linprog(-y, A_eq=a, b_eq=[0, 0, 1], method="highs")
        if found.status == 0:
            assert (corners @ y).max() == pytest.approx(-found.fun, abs=1e-8)
        else:
            assert not len(corners)


def test_truncated_quantile_in_both_tails() -> None:
    from scipy.stats import truncnorm

    for low, high in ((-np.inf, np.inf), (0.3, 2.0), (-1.0, 4.0), (-5.0, -2.0), (7.0, np.inf)):
        assert _truncated_quantile(0.95, low, high, 1.0) == pytest.approx(truncnorm.ppf(0.95, low, high), rel=1e-7)
    assert 30 < _truncated_quantile(0.95, 30.0, np.inf, 1.0) < 30.2


def test_hybrid_covers_under_the_null() -> None:
    """True effect 0 with a trend on the edge of what M̄ = 1 allows: rejected no more than about one in twenty."""
    rng = np.random.default_rng(4)
    v = 0.1 * (0.5 * np.eye(5) + 0.5)
    delta = np.array([-0.6, -0.4, -0.2, 0.2, 0.4])
    missed = 0
    for draw in range(150):
        b = delta + np.linalg.cholesky(v) @ rng.standard_normal(5)
        low, high = honest_did(b, v, 3, [1.0], breakdown=False, seed=draw).intervals[0]
        missed += not low <= 0 <= high
    assert missed <= 15  # one in a thousand for a true 5 %


def test_honest_refuses(crime: tuple) -> None:
    b, v = crime
    with pytest.raises(InputError):
        honest_did(b, v[:3, :3], 4)
    with pytest.raises(InputError):
        honest_did(b, -v, 4)
    with pytest.raises(InputError):
        honest_did(b, v, 8)
    with pytest.raises(InputError):
        honest_did(b, v, 4, test="fixed_length")
    with pytest.raises(YugongError, match="期数过多"):
        honest_did(np.zeros(14), np.eye(14), 2, [1.0])


def test_pretrend_power_against_drawing(ehec: tuple) -> None:
    b, v = ehec
    made = pretrend_power(b, v, 5, slope=0.004)
    drawn = np.random.default_rng(1).multivariate_normal(made.trend, v, 200_000)
    passed = (np.abs(drawn[:, :5]) <= norm.ppf(0.975) * np.sqrt(np.diag(v)[:5])).all(axis=1)
    assert made.power == pytest.approx(1 - passed.mean(), abs=0.005)
    np.testing.assert_allclose(made.given_pass, drawn[passed].mean(axis=0), atol=2e-4)
    clean = np.random.default_rng(2).multivariate_normal(np.zeros(7), v, 200_000)[:, :5]
    size = 1 - (np.abs(clean) <= norm.ppf(0.975) * np.sqrt(np.diag(v)[:5])).all(axis=1).mean()
    assert made.bayes_factor == pytest.approx((1 - made.power) / (1 - size), abs=0.005)
    for level, slope in made.slopes.items():
        assert pretrend_power(b, v, 5, slope=slope).power == pytest.approx(level, abs=1e-3)


def test_pretrend_power_one_period_in_closed_form() -> None:
    made = pretrend_power(np.array([0.1, 0.5]), np.diag([0.04, 0.09]), 1, slope=0.3)
    z = norm.ppf(0.975)
    assert made.power == pytest.approx(1 - norm.cdf(z + 1.5) + norm.cdf(-z + 1.5), abs=1e-12)
