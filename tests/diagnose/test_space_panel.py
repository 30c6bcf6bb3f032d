"""Spatial panels: Produc of splm, likelihoods with dummies by brute force, Lee–Yu by explicit transform, coverage."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import helmert
from scipy.optimize import minimize
from scipy.sparse import csr_array

from yugong.base.errors import AlignmentError, InputError
from yugong.diagnose.space import weights_build as build
from yugong.diagnose.space.comparison import hausman, likelihood_ratio, wald_durbin
from yugong.diagnose.space.panel import spatial_panel
from yugong.diagnose.space.weights import Weights, from_matrix

SPLM = 1e-6  # the case file's tolerance
SPLM_RE = 1e-5  # its random-effects optimiser stops earlier
PEER_EFFECTS = {"direct": 0.736542256, "indirect": -0.079360738, "total": 0.657181519}  # log employment, R
EFFECTS = {"ind": "individual", "twoways": "twoway", "RE": "random"}


@pytest.fixture(scope="module")
def produc(shared: Path) -> tuple[dict[str, Any], pd.DataFrame, dict[str, pd.DataFrame], Weights]:
    folder = shared / "reference" / "measure"
    cases = {c["id"]: c["expected"] for c in json.loads((folder / "cases.json").read_text(encoding="utf-8"))}
    data = pd.read_csv(folder / "Produc.csv")
    wide = {c: data.pivot_table(index="state", columns="year", values=c) for c in ("gsp", "pcap", "pc", "emp", "unemp")}
    x = {"lpcap": np.log(wide["pcap"]), "lpc": np.log(wide["pc"]), "lemp": np.log(wide["emp"]), "unemp": wide["unemp"]}
    w = from_matrix(pd.read_csv(folder / "usaww.csv", index_col=0))
    return cases["produc_splm"], np.log(wide["gsp"]), x, w


@pytest.mark.parametrize(
    "case", ["SAR_ind_FE", "SAR_twoways_FE", "SEM_ind_FE", "SEM_twoways_FE", "SDM_ind_FE", "SDM_twoways_FE"]
)
def test_fixed_effects_equal_splm(produc: Any, case: str) -> None:
    cases, y, x, w = produc
    model, effect, _ = case.split("_")
    fit = spatial_panel(y.sample(frac=1, random_state=1), x, w, model.lower(), EFFECTS[effect], convention="splm")
    spatial_first = np.roll(np.arange(len(fit.names)), 1)
    assert fit.coefficients[spatial_first] == pytest.approx(list(cases[case]["coef"].values()), rel=SPLM)
    assert fit.standard_errors[spatial_first] == pytest.approx(cases[case]["se"], rel=SPLM)
    assert fit.sigma2 == pytest.approx(cases[case]["sigma2"], rel=SPLM)
    if model != "SEM":  # splm leaves a constant out of the error model's likelihood
        assert fit.log_likelihood == pytest.approx(cases[case]["logLik"], rel=1e-9)


def test_error_likelihoods_differ_from_splm_by_one_constant(produc: Any) -> None:
    cases, y, x, w = produc
    gaps = [
        spatial_panel(y, x, w, "sem", EFFECTS[e], convention="splm").log_likelihood - cases[f"SEM_{e}_FE"]["logLik"]
        for e in ("ind", "twoways")
    ]
    assert gaps[0] == pytest.approx(gaps[1], abs=1e-6)


def test_random_effects_equal_splm(produc: Any) -> None:
    cases, y, x, w = produc
    want = cases["SAR_RE"]
    fit = spatial_panel(y, x, w, "sar", "random")
    assert fit.coefficients[:-1] == pytest.approx(list(want["coef"].values()), rel=SPLM_RE)
    assert fit.log_likelihood == pytest.approx(want["logLik"], rel=1e-9)
    ratio = float(fit.method.options["sigma2_individual"]) / fit.sigma2
    assert ratio == pytest.approx(want["errcomp"]["phi"], rel=SPLM_RE)
    conditional = 1 / np.sqrt(np.diag(np.linalg.inv(fit.covariance))[-1])  # ours are joint: no smaller
    assert fit.standard_errors[-1] >= conditional
    assert (fit.standard_errors[:-1] > 0.99 * np.array(list(want["se"].values()))).all()


def test_random_effects_outside_the_error_equal_splm(produc: Any) -> None:
    cases, y, x, w = produc
    want = cases["SEM_RE_b"]
    fit = spatial_panel(y, x, w, "sem", "random", random_error="baltagi")
    assert fit.coefficients[:-1] == pytest.approx(list(want["coef"].values()), rel=SPLM_RE)
    assert fit["lambda"] == pytest.approx(want["errcomp"]["rho"], rel=SPLM_RE)
    assert float(fit.method.options["phi"]) == pytest.approx(want["errcomp"]["phi"], rel=1e-4)
    assert fit.log_likelihood == pytest.approx(want["logLik"], rel=1e-9)
    assert fit.standard_errors[:-1] == pytest.approx(list(want["se"].values()), rel=1e-4)
    assert fit.sigma2 == pytest.approx(want["sigma2"]["idios"], rel=1e-5)
    shared_process = spatial_panel(y, x, w, "sem", "random")
    assert shared_process.log_likelihood != pytest.approx(fit.log_likelihood, abs=0.1)


def test_effects_of_the_durbin_panel(produc: Any) -> None:
    _, y, x, w = produc
    fit = spatial_panel(y, x, w, "sdm", "individual")
    at = fit.effects.names.index("lemp")
    for kind, value in PEER_EFFECTS.items():
        assert getattr(fit.effects, kind)[at] == pytest.approx(value, rel=1e-6)
    table = fit.effects.table()
    assert (table["standard_error"] > 0).all()


def test_two_way_estimates_maximise_the_likelihood_with_dummies() -> None:
    rng = np.random.default_rng(5)
    n, t = 12, 5
    w = build.knn(rng.uniform(0, 1, (n, 2)), 3, metric="euclidean")
    x = rng.normal(size=(n, t))
    y = rng.normal(size=(n, 1)) + rng.normal(size=t) + x + 0.7 * rng.normal(size=(n, t))
    dense = w.matrix.toarray()
    dummies = np.hstack([np.kron(np.eye(n), np.ones((t, 1))), np.kron(np.ones((n, 1)), np.eye(t))[:, 1:]])
    for model in ("sar", "sem"):
        design = np.hstack([x.reshape(-1, 1), dummies])
        big = np.kron(dense, np.eye(t))

        def likelihood(r: float, model: str = model, design: np.ndarray = design, big: np.ndarray = big) -> float:
            filtered = np.eye(n * t) - r * big
            left = filtered @ y.ravel()
            right = design if model == "sar" else filtered @ design
            rest = left - right @ np.linalg.lstsq(right, left, rcond=None)[0]
            s2 = rest @ rest / (n * t)
            return float(-n * t / 2 * (np.log(2 * np.pi * s2) + 1) + t * np.linalg.slogdet(np.eye(n) - r * dense)[1])

        fit = spatial_panel(y, x, w, model, "twoway")
        grid = np.linspace(-0.9, 0.9, 181)
        at = fit["rho" if model == "sar" else "lambda"]
        assert fit.log_likelihood == pytest.approx(likelihood(at), rel=1e-9)
        assert fit.log_likelihood >= max(likelihood(g) for g in grid) - 1e-9


def test_lee_yu_is_the_likelihood_of_the_transformed_data() -> None:
    rng = np.random.default_rng(6)
    n, t = 10, 4
    w = build.knn(rng.uniform(0, 1, (n, 2)), 3, metric="euclidean")
    dense = w.matrix.toarray()
    x, y = rng.normal(size=(2, n, t))
    f_t, f_n = helmert(t), helmert(n)  # rows orthonormal and orthogonal to the constant
    y_, x_ = f_n @ y @ f_t.T, f_n @ x @ f_t.T
    w_ = f_n @ dense @ f_n.T

    def minus(p: np.ndarray) -> float:
        e = (np.eye(n - 1) - p[0] * w_) @ y_ - p[1] * x_
        s2 = np.exp(p[2])
        jacobian = (t - 1) * np.linalg.slogdet(np.eye(n - 1) - p[0] * w_)[1]
        return float((n - 1) * (t - 1) / 2 * np.log(2 * np.pi * s2) - jacobian + (e**2).sum() / (2 * s2))

    best = minimize(minus, [0.0, 0.0, 0.0], method="BFGS", options={"gtol": 1e-7})
    fit = spatial_panel(y, x, w, "sar", "twoway", "lee-yu")
    assert [fit["rho"], fit["x1"], np.log(fit.sigma2)] == pytest.approx(best.x, abs=1e-5)
    assert fit.log_likelihood == pytest.approx(-best.fun, rel=1e-9)
    assert fit.observations == (n - 1) * (t - 1)


def test_individual_lee_yu_only_rescales_the_variance(produc: Any) -> None:
    _, y, x, w = produc
    plain = spatial_panel(y, x, w, "sar", "individual")
    corrected = spatial_panel(y, x, w, "sar", "individual", "lee-yu")
    assert corrected.coefficients == pytest.approx(plain.coefficients, rel=1e-8)
    assert corrected.sigma2 == pytest.approx(plain.sigma2 * 17 / 16, rel=1e-9)
    assert spatial_panel(y, x, w, "sar", "twoway", "lee-yu")["rho"] != pytest.approx(
        spatial_panel(y, x, w, "sar", "twoway")["rho"], rel=1e-3
    )


def simulate(
    n: int, t: int, rho: float, beta: float, theta: float, w: Weights, rng: Any, shocks: float = 1.0
) -> tuple[Any, Any]:
    mu, alpha = rng.normal(size=(n, 1)), shocks * rng.normal(size=t)
    x = 0.5 * mu + rng.normal(size=(n, t))
    e = rng.normal(size=(n, t))
    right = beta * x + theta * w.lag(x) + mu + alpha + e
    return np.linalg.solve(np.eye(n) - rho * w.matrix.toarray(), right), x


@pytest.mark.parametrize("effect", ["individual", "twoway"])
def test_coverage_of_lee_yu_effects_and_bias_without_it(effect: str) -> None:
    rng = np.random.default_rng(12)
    n, t, rho, beta, theta, times = 30, 4, 0.4, 1.0, 0.5, 200
    w = build.knn(rng.uniform(0, 1, (n, 2)), 4, metric="euclidean")
    dense = w.matrix.toarray()
    m = np.linalg.inv(np.eye(n) - rho * dense) @ (beta * np.eye(n) + theta * dense)
    truth = np.array([np.trace(m), m.sum() - np.trace(m), m.sum()]) / n
    inside, sigma, uncorrected = np.zeros(3), [], []
    for _ in range(times):
        y, x = simulate(n, t, rho, beta, theta, w, rng, float(effect == "twoway"))
        fit = spatial_panel(y, x, w, "sdm", effect, "lee-yu")
        e = fit.effects
        value = np.array([e.direct[0], e.indirect[0], e.total[0]])
        error = np.array([e.direct_se[0], e.indirect_se[0], e.total_se[0]])
        inside += np.abs(value - truth) < 1.96 * error
        sigma.append(fit.sigma2)
        uncorrected.append(spatial_panel(y, x, w, "sdm", effect).sigma2)
    assert inside / times == pytest.approx(0.95, abs=0.06)  # 3 standard errors of 200 draws and small samples
    if effect == "twoway":
        assert np.mean(sigma) == pytest.approx(1, abs=0.06)
        assert np.mean(uncorrected) < 0.8  # the incidental-parameter bias the correction removes


def test_tests_of_the_durbin_model_and_hausman(produc: Any) -> None:
    _, y, x, w = produc
    sdm, sar, sem = (spatial_panel(y, x, w, m, "individual") for m in ("sdm", "sar", "sem"))
    lr = likelihood_ratio(sar, sdm)
    assert lr.statistic == pytest.approx(2 * (1655.01902833857 - 1609.72002981779), rel=1e-6)  # splm's likelihoods
    assert lr.degrees == 4
    wald = wald_durbin(sdm)
    at = [sdm.names.index(f"W*{v}") for v in x]
    theta = sdm.coefficients[at]
    assert wald.statistic == pytest.approx(theta @ np.linalg.solve(sdm.covariance[np.ix_(at, at)], theta), rel=1e-9)
    assert wald_durbin(sdm, "sem").p_value < 1e-3
    assert likelihood_ratio(sem, sdm).p_value < 1e-3
    random = spatial_panel(y, x, w, "sdm", "random")
    h = hausman(sdm, random)
    assert h.statistic > 0
    assert h.degrees <= 9
    with pytest.raises(InputError):
        likelihood_ratio(sdm, sar)
    with pytest.raises(InputError):
        wald_durbin(sar)


def test_wald_and_lr_keep_their_level() -> None:
    rng = np.random.default_rng(3)
    n, t, times = 40, 5, 200
    w = build.knn(rng.uniform(0, 1, (n, 2)), 4, metric="euclidean")
    wald, lr = [], []
    for _ in range(times):
        y, x = simulate(n, t, 0.3, 1.0, 0.0, w, rng)
        full = spatial_panel(y, x, w, "sdm", "twoway", "lee-yu")
        wald.append(wald_durbin(full).p_value < 0.05)
        lr.append(likelihood_ratio(spatial_panel(y, x, w, "sar", "twoway", "lee-yu"), full).p_value < 0.05)
    assert np.mean(wald) == pytest.approx(0.05, abs=0.05)  # 3 standard errors
    assert np.mean(lr) == pytest.approx(0.05, abs=0.05)


def test_wrong_panels_are_named(produc: Any) -> None:
    _, y, x, w = produc
    with pytest.raises(AlignmentError, match="1970"):
        spatial_panel(y.drop(columns=1970), x, w)
    gap = y.copy()
    gap.loc["TEXAS", 1975] = np.nan
    with pytest.raises(InputError, match="TEXAS"):
        spatial_panel(gap, x, w)
    fixed = x | {"region": pd.DataFrame(np.ones(y.shape) * np.arange(48)[:, None], index=y.index, columns=y.columns)}
    fixed["region"] = fixed["region"] * 0.1 + 1 / 3  # means that round
    with pytest.raises(InputError, match="region"):
        spatial_panel(y, fixed, w, "sar", "individual")
    with pytest.raises(InputError, match="rho"):
        spatial_panel(y, {"rho": x["unemp"]}, w, "sar", "individual")
    with pytest.raises(InputError):
        spatial_panel(
            np.ones((4, 3)) + np.eye(4, 3),
            np.eye(4, 3),
            build.contiguity({1: [2], 2: [3], 3: [4], 4: []}, standardise=False),
            "sar",
            "twoway",
            "lee-yu",
        )


def test_too_few_observations_are_told_and_not_divided_by() -> None:
    pair = build.contiguity({1: [2], 2: [1]}, standardise=True)
    for model in ("ols", "sdm"):
        with pytest.raises(InputError, match="观测"):
            spatial_panel(np.array([[1.0], [2.0]]), np.array([[3.0], [1.0]]), pair, model, "pooled")
    alone = Weights((1,), csr_array((1, 1)), pair.kind)
    with pytest.raises(InputError):
        spatial_panel(np.array([[1.0]]), np.array([[3.0]]), alone, "sar", "pooled")
