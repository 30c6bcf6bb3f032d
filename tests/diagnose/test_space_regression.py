"""Cross-section spatial regressions: columbus and US growth of spatialreg, definitions by brute force, coverage."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from yugong.base.errors import InputError, UnknownNameError
from yugong.diagnose.space import weights_build as build
from yugong.diagnose.space.effects import effects
from yugong.diagnose.space.lm import lm_residual, lm_tests
from yugong.diagnose.space.regression import spatial_regression
from yugong.diagnose.space.weights import Weights, from_matrix

R_DIGITS = 1e-6  # spatialreg stops its line search near 1e-7 of ρ
SAC_DIGITS = 2e-4  # spatialreg's nlminb stops earlier on two coefficients
EXACT = 1e-9


@pytest.fixture(scope="module")
def cases(shared: Path) -> dict[str, Any]:
    text = (shared / "reference" / "measure" / "cases.json").read_text(encoding="utf-8")
    return {c["id"]: c["expected"] for c in json.loads(text)}


@pytest.fixture(scope="module")
def columbus(shared: Path) -> tuple[pd.Series, pd.DataFrame, Weights]:
    folder = shared / "reference" / "measure"
    data = pd.read_csv(folder / "columbus_R.csv")
    w = from_matrix(np.loadtxt(folder / "columbus_W_R.csv", delimiter=","))
    return data["CRIME"], data[["INC", "HOVAL"]], w


def check(fit: Any, want: dict[str, Any], rel: float = R_DIGITS) -> None:
    names = {"(Intercept)": "intercept"} | {f"lag.{v}": f"W*{v}" for v in ("INC", "HOVAL", "y0")}
    for name, value in want["coef"].items():
        assert fit[names.get(name, name)] == pytest.approx(value, rel=rel), name
    assert fit.converged


def test_every_model_equals_spatialreg(columbus: Any, cases: dict[str, Any]) -> None:
    y, x, w = columbus
    for model in ("SAR", "SEM", "SDM", "SDEM", "SAC"):
        want = cases["columbus_all"][f"columbus_{model}"]
        fit = spatial_regression(y, x, w, model.lower())
        check(fit, want, SAC_DIGITS if model == "SAC" else R_DIGITS)
        assert fit.log_likelihood == pytest.approx(want["logLik"], rel=1e-9)
        assert fit.log_likelihood >= want["logLik"] - 1e-9
        for kind in ("direct", "indirect", "total"):
            if kind in want:
                assert getattr(fit.effects, kind) == pytest.approx(np.ravel(want[kind]), rel=2e-6)


def test_durbin_errors_and_criteria_equal_spatialreg(columbus: Any, cases: dict[str, Any]) -> None:
    y, x, w = columbus
    want = cases["columbus_all"]["columbus_SDM"]
    fit = spatial_regression(y, x, w, "sdm")
    errors = dict(zip(fit.names, fit.standard_errors, strict=True))
    ours = [errors[n] for n in ("intercept", "INC", "HOVAL", "W*INC", "W*HOVAL")]
    assert ours == pytest.approx(list(want["se"].values()), rel=1e-5)
    assert errors["rho"] == pytest.approx(want["rho_se"], rel=1e-5)
    assert [fit.sigma2, fit.aic] == pytest.approx([want["s2"], want["AIC"]], rel=R_DIGITS)


def test_the_effect_of_a_lagged_variable_on_itself_is_direct(columbus: Any, cases: dict[str, Any]) -> None:
    """Peers count θ as indirect only and report −0.9768; the feedback through W belongs to the place itself."""
    y, x, w = columbus
    fit = spatial_regression(y, x, w, "sdm")
    s = np.linalg.inv(np.eye(49) - fit["rho"] * w.matrix.toarray())
    m = s @ (np.eye(49) * fit["INC"] + w.matrix.toarray() * fit["W*INC"])
    direct, total = np.trace(m) / 49, m.sum() / 49
    assert fit.effects.direct[0] == pytest.approx(direct, rel=EXACT)
    assert fit.effects.indirect[0] == pytest.approx(total - direct, rel=EXACT)
    assert abs(direct - -0.9768) > 0.05


def test_effect_errors_by_delta_agree_with_simulation(columbus: Any) -> None:
    y, x, w = columbus
    delta = spatial_regression(y, x, w, "sar")
    drawn = spatial_regression(y, x, w, "sar", inference="simulation")
    assert drawn.effects.direct == pytest.approx(delta.effects.direct, rel=EXACT)
    assert drawn.effects.direct_se == pytest.approx(delta.effects.direct_se, rel=0.12)
    table = delta.effects.table()
    assert list(table.columns) == ["variable", "effect", "estimate", "standard_error", "z", "p_value"]


def test_delta_errors_by_numerical_gradient() -> None:
    rng = np.random.default_rng(0)
    for w in (
        build.knn(rng.uniform(0, 1, (20, 2)), 3, metric="euclidean"),
        build.inverse_distance(rng.uniform(1, 2, (20, 2)), metric="euclidean", standardise=False),
    ):
        root = rng.normal(0, 0.1, (3, 3))
        cov = root @ root.T
        rho = 0.4 * w.bounds[1]

        def at(p: np.ndarray, w: Weights = w) -> np.ndarray:
            e = effects(("v",), p[:1], p[1:2], float(p[2]), np.zeros((3, 3)), w)
            return np.array([e.direct[0], e.indirect[0], e.total[0]])

        point = np.array([1.2, -0.5, rho])
        steps = 1e-6 * np.diag([1.0, 1.0, w.bounds[1]])
        gradient = np.stack([(at(point + s) - at(point - s)) / (2 * s.sum()) for s in steps], axis=1)
        e = effects(("v",), point[:1], point[1:2], rho, cov, w)
        assert [e.direct_se[0], e.indirect_se[0], e.total_se[0]] == pytest.approx(
            np.sqrt(np.diag(gradient @ cov @ gradient.T)), rel=1e-5
        )


def test_growth_regressions_equal_spatialreg(shared: Path, cases: dict[str, Any]) -> None:
    folder = shared / "reference" / "measure"
    income = pd.read_csv(folder / "usjoin.csv", index_col="Name").drop(columns="STATE_FIPS")
    w = from_matrix(np.loadtxt(folder / "states48_W.csv", delimiter=","), list(income.index)).row_standardise()
    for end in ("2009", "1994"):
        want = cases[f"beta_us_1929_{end}"]
        y0 = np.log(income["1929"]).rename("y0")
        growth = (np.log(income[end]) - y0) / want["T"]
        for model in ("sar", "sem", "sdm"):
            fit = spatial_regression(growth.sample(frac=1, random_state=1), y0.to_frame(), w, model)
            check(fit, want[model], 2e-5)
            assert fit.log_likelihood == pytest.approx(want[model]["ll"], rel=1e-8)
        assert fit.effects.direct[0] == pytest.approx(want["sdm"]["direct"], rel=2e-5)
        assert fit.effects.indirect[0] == pytest.approx(want["sdm"]["indirect"], rel=5e-4)  # a small difference
        tests = lm_tests(growth, y0.to_frame(), w)
        assert tests.statistic == pytest.approx(list(want["LM"].values()), rel=R_DIGITS)


def test_lm_tests_equal_spdep(columbus: Any, cases: dict[str, Any]) -> None:
    y, x, w = columbus
    want = cases["columbus_all"]
    result = lm_tests(y, x, w)
    for i, name in enumerate(("LMerr", "LMlag", "RLMerr", "RLMlag", "SARMA")):
        assert result.statistic[i] == pytest.approx(want["columbus_LM"][name]["stat"], rel=R_DIGITS)
        assert result.p_value[i] == pytest.approx(want["columbus_LM"][name]["p"], rel=R_DIGITS)
    assert [result.moran, result.moran_z] == pytest.approx(
        [want["columbus_lm_moran"]["I"], want["columbus_lm_moran"]["z"][0][0]], rel=R_DIGITS
    )
    assert "lag" in result.advice.en
    assert lm_residual(spatial_regression(y, x, w, "sar"), w)[0] == pytest.approx(
        want["columbus_SAR"]["LMtest"][0][0], rel=1e-5
    )
    assert result.table().shape == (6, 4)


def test_likelihood_is_the_multivariate_normal_density(columbus: Any) -> None:
    y, x, w = columbus
    design = np.column_stack([np.ones(49), x, w.lag(x)])
    dense = w.matrix.toarray()
    fit = spatial_regression(y, x, w, "sdac")
    a, b = (np.eye(49) - fit[c] * dense for c in ("rho", "lambda"))
    e = b @ (a @ y.to_numpy() - design @ fit.coefficients[:5])
    logs = np.linalg.slogdet(a)[1] + np.linalg.slogdet(b)[1]
    density = logs - 49 / 2 * np.log(2 * np.pi * fit.sigma2) - e @ e / (2 * fit.sigma2)
    assert fit.log_likelihood == pytest.approx(density, rel=EXACT)
    assert fit.residuals[:, 0] == pytest.approx(e, rel=1e-7)


@pytest.mark.parametrize("model", ["sar", "sem", "sac"])
def test_observed_information_is_the_numerical_hessian(columbus: Any, model: str) -> None:
    y, x, w = columbus
    fit = spatial_regression(y, x, w, model, information="observed")
    design = np.column_stack([np.ones(49), x])
    eye, dense = np.eye(49), w.matrix.toarray()
    point, scale = np.r_[fit.coefficients, fit.sigma2], np.r_[fit.standard_errors, fit.sigma2 / 5]

    def minus(p: np.ndarray) -> float:
        p = p * scale + point
        rho = p[3] if model in ("sar", "sac") else 0.0
        lam = p[-2] if model in ("sem", "sac") else 0.0
        a, b = eye - rho * dense, eye - lam * dense
        e = b @ (a @ y.to_numpy() - design @ p[:3])
        logs = np.linalg.slogdet(a)[1] + np.linalg.slogdet(b)[1]
        return float(-logs + 49 / 2 * np.log(p[-1]) + e @ e / (2 * p[-1]))

    h = 1e-3
    steps = h * np.eye(len(scale))
    hessian = np.array([[minus(a + b) - minus(a - b) - minus(b - a) + minus(-a - b) for b in steps] for a in steps])
    errors = np.sqrt(np.diag(np.linalg.inv(hessian / (4 * h * h) / np.outer(scale, scale))))[:-1]
    assert fit.standard_errors == pytest.approx(errors, rel=1e-4)


def test_coverage_of_direct_and_indirect_effects() -> None:
    rng = np.random.default_rng(11)
    n, rho, beta, theta = 100, 0.4, 1.0, 0.5
    w = build.knn(rng.uniform(0, 1, (n, 2)), 5, metric="euclidean")
    dense = w.matrix.toarray()
    s = np.linalg.inv(np.eye(n) - rho * dense)
    x = rng.normal(size=n)
    m = s @ (beta * np.eye(n) + theta * dense)
    truth = np.array([np.trace(m), m.sum() - np.trace(m), m.sum()]) / n
    inside = np.zeros(3)
    times = 300
    for _ in range(times):
        y = s @ (1 + beta * x + theta * (dense @ x) + rng.normal(size=n))
        e = spatial_regression(y, x, w, "sdm").effects
        value = np.array([e.direct[0], e.indirect[0], e.total[0]])
        error = np.array([e.direct_se[0], e.indirect_se[0], e.total_se[0]])
        inside += np.abs(value - truth) < 1.96 * error
    assert inside / times == pytest.approx(0.95, abs=0.045)  # 3 standard errors and a small-sample shortfall


def test_no_spatial_term_is_ols_and_nothing_is_indirect(columbus: Any) -> None:
    y, x, w = columbus
    fit = spatial_regression(y, x, w, "ols")
    beta = np.linalg.lstsq(np.column_stack([np.ones(49), x]), y, rcond=None)[0]
    assert fit.coefficients == pytest.approx(beta, rel=EXACT)
    assert fit.effects.indirect == pytest.approx(0, abs=EXACT)
    slx = spatial_regression(y, x, w, "slx", lagged=("INC",))
    assert slx.names == ("intercept", "INC", "HOVAL", "W*INC")
    assert slx.effects.indirect == pytest.approx([slx["W*INC"], 0], abs=EXACT)


def test_wrong_inputs_are_named(columbus: Any) -> None:
    y, x, w = columbus
    with pytest.raises(UnknownNameError, match="sdm"):
        spatial_regression(y, x, w, "sdn")
    with pytest.raises(UnknownNameError, match="INC"):
        spatial_regression(y, x, w, "sdm", lagged=("INCOME",))
    with pytest.raises(InputError, match="twice"):
        spatial_regression(y, x.assign(twice=2 * x["INC"]), w, "sar")
    with pytest.raises(InputError, match="one"):
        spatial_regression(y, x.assign(one=1.0), w, "sar")
