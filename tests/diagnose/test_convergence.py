"""β, σ and panel convergence against R's lm and nls, closed forms, SciPy and planted data."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.optimize import curve_fit

from yugong.base.errors import AlignmentError, InputError
from yugong.diagnose import convergence as c
from yugong.diagnose import disparity as d
from yugong.diagnose.convergence.spatial import spatial_beta, spatial_panel_beta
from yugong.diagnose.space.panel import spatial_panel
from yugong.diagnose.space.weights import from_matrix
from yugong.registry.terms import terms

R_LM = 1e-9  # R's lm prints fifteen digits
R_NLS = 1e-6  # R's nls stops at a relative offset of 1e-5
CLOSE = 1e-9


@pytest.fixture(scope="module")
def states(shared: Path) -> pd.DataFrame:
    return pd.read_csv(shared / "reference/measure/usjoin.csv", index_col="Name").drop(columns="STATE_FIPS")


@pytest.mark.parametrize("last", [1994, 2009])
def test_us_states_against_r(shared: Path, states: pd.DataFrame, last: int) -> None:
    rows = json.loads((shared / "reference/measure/cases.json").read_text(encoding="utf-8"))
    want = next(r for r in rows if r["id"] == f"beta_us_1929_{last}")["expected"]
    got = c.beta_convergence(states["1929"], states[str(last)], want["T"], covariance="classic")
    ols, nls = want["ols"], want["nls"]
    assert got.coef == pytest.approx([ols["coef"]["(Intercept)"], ols["coef"]["y0"]], rel=R_LM)
    assert got.se == pytest.approx([ols["se"]["(Intercept)"], ols["se"]["y0"]], rel=R_LM)
    assert got.r2 == pytest.approx(ols["r2"], rel=R_LM)
    assert got.speed.value == pytest.approx(ols["speed"], rel=R_LM)
    assert got.speed.half_life == pytest.approx(ols["half_life"], rel=R_LM)
    assert got.speed.value == pytest.approx(nls["coef"]["B"], rel=R_NLS)
    assert got.speed.se == pytest.approx(nls["se"]["B"], rel=R_NLS)
    total = c.beta_convergence(states["1929"], states[str(last)], want["T"], growth="total", covariance="classic")
    assert total.speed.value == pytest.approx(got.speed.value, rel=CLOSE)
    assert total.speed.se == pytest.approx(got.speed.se, rel=CLOSE)
    assert total.b == pytest.approx(want["T"] * got.b, rel=CLOSE)


SPATIALREG = 1e-5  # both sides stop their line search for ρ at about 1e-8


@pytest.mark.parametrize("last", [1994, 2009])
def test_spatial_beta_against_r(shared: Path, states: pd.DataFrame, last: int) -> None:
    rows = json.loads((shared / "reference/measure/cases.json").read_text())
    want = next(r for r in rows if r["id"] == f"beta_us_1929_{last}")["expected"]
    neighbours = np.loadtxt(shared / "reference/measure/states48_W.csv", delimiter=",")
    w = from_matrix(neighbours, list(states.index)).row_standardise()
    span = want["T"]
    made = {m: spatial_beta(states["1929"], states[str(last)], span, w, model=m) for m in ("sar", "sem", "sdm")}
    for model, got in made.items():
        assert got.fit.log_likelihood == pytest.approx(want[model]["ll"], rel=1e-7)
        assert got.fit["log_initial"] == pytest.approx(want[model]["coef"]["y0"], rel=SPATIALREG)
    sdm = made["sdm"]
    assert sdm.fit["W*log_initial"] == pytest.approx(want["sdm"]["coef"]["lag.y0"], rel=SPATIALREG)
    for kind in ("direct", "total"):
        b = want["sdm"][kind]
        assert getattr(sdm, kind).value == pytest.approx(-np.log(1 + b * span) / span, rel=SPATIALREG)
    assert made["sem"].direct.value == made["sem"].total.value
    table = sdm.table().set_index("term")["value"]
    assert table["half_life_total"] == pytest.approx(np.log(2) / sdm.total.value)


def test_spatial_panel_beta_is_the_panel_of_growth(shared: Path, states: pd.DataFrame) -> None:
    neighbours = np.loadtxt(shared / "reference/measure/states48_W.csv", delimiter=",")
    w = from_matrix(neighbours, list(states.index)).row_standardise()
    values = states[[str(y) for y in range(1980, 2000)]]
    got = spatial_panel_beta(values, w, model="sar", effect="individual")
    logs = np.log(values)
    growth = logs.diff(axis=1).iloc[:, 1:]
    before = logs.iloc[:, :-1].set_axis(growth.columns, axis=1)
    fit = spatial_panel(growth, {"log_initial": before}, w, "sar", "individual")
    assert got.fit["log_initial"] == pytest.approx(fit["log_initial"], rel=1e-9)
    assert got.direct.value == pytest.approx(-np.log(1 + fit.effects.direct[0]), rel=1e-9)
    with pytest.raises(InputError):
        spatial_beta(states["1929"] * 0, states["1994"], 65, w)


def test_speed_equals_non_linear_least_squares() -> None:
    rng = np.random.default_rng(3)
    start = rng.lognormal(9, 0.5, 60)
    end = start * np.exp(20 * (0.4 - (1 - np.exp(-0.02 * 20)) / 20 * np.log(start)) + rng.normal(0, 0.1, 60))
    got = c.beta_convergence(start, end, 20, covariance="classic")
    model = lambda x, a, lam: a - (1 - np.exp(-lam * 20)) / 20 * x  # noqa: E731
    (_, lam), cov = curve_fit(model, np.log(start), np.log(end / start) / 20, p0=(0.1, 0.01), xtol=1e-14, ftol=1e-14)
    assert got.speed.value == pytest.approx(lam, rel=1e-6)
    assert got.speed.se == pytest.approx(np.sqrt(cov[1, 1]), rel=1e-5)


def test_planted_conditional_convergence_is_found_and_unconditional_is_not() -> None:
    rng = np.random.default_rng(5)
    n, span, lam = 400, 10, 0.03
    steady = rng.normal(0, 1, n)
    start = np.exp(10 + steady + rng.normal(0, 0.3, n))
    slope = (1 - np.exp(-lam * span)) / span
    growth = 0.4 - slope * (np.log(start) - steady) + rng.normal(0, 0.002, n)
    end = start * np.exp(span * growth)
    x = pd.DataFrame({"steady_state": steady})
    conditional = c.beta_convergence(start, end, span, x)
    assert conditional.terms == ("constant", "log_initial", "steady_state")
    assert conditional.speed.low < lam < conditional.speed.high
    assert conditional.coef[2] == pytest.approx(slope, rel=0.05)
    assert conditional.speed.value == pytest.approx(lam, rel=0.05)
    assert c.beta_convergence(start, end, span).speed.value < lam / 2
    exact = start * np.exp(span * (0.4 - slope * np.log(start)))
    assert c.beta_convergence(start, exact, span).speed.value == pytest.approx(lam, rel=CLOSE)


def test_overshooting_and_divergence_are_data() -> None:
    start = np.array([1.0, 2.0, 4.0, 9.0])
    over = c.beta_convergence(start, start**-0.5 * np.array([1, 1.1, 0.9, 1]), 5)
    assert over.status == "no_speed"
    assert np.isnan(over.speed.value)
    apart = c.beta_convergence(start, start**1.5 * np.array([1, 1.1, 0.9, 1]), 5)
    assert apart.status == "diverging"
    assert apart.speed.value < 0
    assert np.isnan(apart.speed.half_life)


def test_robust_and_clustered_errors_by_their_sandwich() -> None:
    rng = np.random.default_rng(8)
    start = rng.lognormal(9, 0.6, 30)
    end = start**0.8 * np.exp(rng.normal(2, 0.2, 30) * np.log(start) / 9)
    cluster = np.repeat(np.arange(6), 5)
    x, y = np.column_stack([np.ones(30), np.log(start)]), np.log(end / start) / 7
    bread = np.linalg.inv(x.T @ x)
    e = y - x @ (bread @ x.T @ y)
    h = np.array([row @ bread @ row for row in x])
    white = sum(e[i] ** 2 * np.outer(x[i], x[i]) for i in range(30)) * 30 / 28
    hc3 = sum((e[i] / (1 - h[i])) ** 2 * np.outer(x[i], x[i]) for i in range(30))
    scores = [x[cluster == g].T @ e[cluster == g] for g in range(6)]
    cr1 = sum(np.outer(s, s) for s in scores) * 6 / 5 * 29 / 28
    for kind, middle in (("HC1", white), ("HC3", hc3), ("cluster", cr1)):
        got = c.beta_convergence(start, end, 7, covariance=kind, clusters=cluster if kind == "cluster" else None)
        np.testing.assert_allclose(got.se, np.sqrt(np.diag(bread @ middle @ bread)), rtol=CLOSE)
        dof = 5 if kind == "cluster" else 28
        np.testing.assert_allclose(got.p, 2 * stats.t.sf(np.abs(got.coef / got.se), dof), rtol=CLOSE)


@pytest.mark.parametrize("effects", ["none", "region", "time", "two-way"])
def test_panel_equals_dummy_regression(effects: str) -> None:
    rng = np.random.default_rng(11)
    y = np.exp(np.cumsum(rng.normal(0.05, 0.1, (9, 7)), axis=1) + rng.normal(0, 1, (9, 1)))
    got = c.panel_beta(y, effects, covariance="classic")
    logs = np.log(y)
    x, g = logs[:, :-1].ravel(), np.diff(logs, axis=1).ravel()
    region, time = np.repeat(np.eye(9), 6, axis=0), np.tile(np.eye(6), (9, 1))
    dummies = {
        "none": np.ones((54, 1)), "region": region, "time": time, "two-way": np.column_stack([region, time[:, 1:]])
    }[effects]  # fmt: skip
    design = np.column_stack([x, dummies])
    coef, *_ = np.linalg.lstsq(design, g, rcond=None)
    e = g - design @ coef
    se = np.sqrt((e @ e) / (54 - design.shape[1]) * np.linalg.inv(design.T @ design)[0, 0])
    assert got.b == pytest.approx(coef[0], rel=1e-8)
    assert got.se[got.terms.index("log_initial")] == pytest.approx(se, rel=1e-8)


def test_sigma_trend() -> None:
    rng = np.random.default_rng(2)
    shape = rng.normal(0, 1, (31, 1))
    shape = (shape - shape.mean()) / shape.std()
    years = np.arange(2000, 2011)
    sd = 0.5 - 0.01 * (years - 2000)
    panel = pd.DataFrame(np.exp(9 + shape * sd), columns=years)
    got = c.sigma_convergence(panel)
    np.testing.assert_allclose(got.values, sd, rtol=1e-9)
    assert got.trend == pytest.approx(-0.01, rel=1e-9)
    assert got.status == "converging"
    np.testing.assert_allclose(c.sigma_convergence(panel, measure="cv").values, d.cv(panel).value)
    noisy = pd.DataFrame(np.exp(9 + rng.normal(0, 0.3, (31, 11))), columns=years)
    assert c.sigma_convergence(noisy).status == "no_trend"
    assert c.sigma_convergence(panel[panel.columns[::-1]]).trend == pytest.approx(-0.01, rel=1e-9)


def test_newey_west_by_its_definition() -> None:
    rng = np.random.default_rng(21)
    panel = pd.DataFrame(np.exp(rng.normal(0, 0.4, (20, 24)).cumsum(axis=1)), columns=range(1990, 2014))
    got = c.sigma_convergence(panel)
    x = np.column_stack([np.ones(24), np.arange(24.0) - 11.5])
    bread = np.linalg.inv(x.T @ x)
    e = got.values - x @ (bread @ x.T @ got.values)
    lags = 2  # floor(4 (24/100)^(2/9))
    middle = sum(
        max(0.0, 1 - abs(i - j) / (lags + 1)) * e[i] * e[j] * np.outer(x[i], x[j]) for i in range(24) for j in range(24)
    )
    assert got.trend_se == pytest.approx(np.sqrt((bread @ middle @ bread)[1, 1] * 24 / 22), rel=CLOSE)


def test_beta_bootstrap_matches_refits() -> None:
    rng = np.random.default_rng(4)
    y = np.exp(rng.normal(9, 0.5, (25, 1)) * np.array([[1, 0.97, 0.9]]) + rng.normal(0, 0.05, (25, 3)))
    got = d.cluster_bootstrap(y, statistics=[c.beta_statistic(10)], draws=20, seed=9)
    fit = c.beta_convergence(y[:, 0], y[:, -1], 10)
    assert got.estimate[-1] == pytest.approx([fit.b, fit.speed.value], rel=CLOSE)
    from yugong.diagnose.disparity.bootstrap import multiplicities

    (drawn,) = multiplicities(np.arange(25), np.zeros(25, dtype=int), 25, 20, 9, 20)
    for m, replicate in zip(drawn.astype(int), got.replicates[:, -1], strict=True):
        again = np.repeat(y, m, axis=0)
        refit = c.beta_convergence(again[:, 0], again[:, -1], 10)
        assert replicate == pytest.approx([refit.b, refit.speed.value], rel=1e-7)
    assert len(got.table()) == 2


def test_refusals() -> None:
    a = pd.Series([1.0, 2.0, 3.0, 5.0], index=list("abcd"))
    with pytest.raises(InputError, match="零"):
        c.beta_convergence(a, a * 0, 5)
    with pytest.raises(InputError):
        c.beta_convergence(a, a.mask(a > 2), 5)
    with pytest.raises(AlignmentError):
        c.beta_convergence(a, a.rename({"a": "z"}), 5)
    with pytest.raises(InputError, match="x2"):
        c.beta_convergence(a, a**0.9, 5, pd.DataFrame({"x1": a, "x2": [1, 2, np.nan, 1]}, index=a.index))
    with pytest.raises(InputError):
        c.beta_convergence(a, a**0.9, 5, np.log(a))
    with pytest.raises(ValueError, match="clusters"):
        c.beta_convergence(a, a**0.9, 5, covariance="cluster")
    shuffled = (a**0.9)[::-1]
    assert c.beta_convergence(a, shuffled, 5).b == pytest.approx(-0.1 / 5)


def test_tables_use_listed_terms() -> None:
    rng = np.random.default_rng(0)
    y = np.exp(rng.normal(9, 0.3, (12, 5)))
    for r in (c.beta_convergence(y[:, 0], y[:, 4], 4), c.panel_beta(y), c.sigma_convergence(y)):
        assert set(r.table().columns) <= set(terms())
        assert r.method.citations
