"""Synthetic comparisons against published numbers, other packages and a general solver."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from yugong.base.errors import InputError
from yugong.evaluate.synthetic import (
    Fit,
    leave_one_out,
    panel_approach,
    simplex_least_squares,
    space_placebos,
    synthetic_control,
    synthetic_did,
    time_placebos,
)
from yugong.evaluate.synthetic.panel_approach import best_subsets

EXACT = 1e-6  # the published weights have four digits, the effect nine
SOLVER = 1e-4  # what a general-purpose solver stops at, relative to the loss
FRANK_WOLFE = 1e-9  # the same steps in the same order
PEER_QP = 1e-4  # pysyncon's inner solver stops at 1e-5 or so of a weight

PEERS = json.loads((Path(__file__).parents[1] / "reference" / "evaluate" / "peers.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def prop99(shared: Path) -> pd.DataFrame:
    rows = pd.read_csv(shared / "reference/evaluate/data/california_prop99.csv", sep=";")
    return rows.pivot_table(index="State", columns="Year", values="PacksPerCapita")


@pytest.fixture(scope="module")
def expected(shared: Path) -> dict:
    return json.loads((shared / "reference/evaluate/prop99_sdid.json").read_text())["expected"]


def california(frame: pd.DataFrame) -> int:
    return list(frame.index).index("California")


def test_prop99_exact_simplex(prop99: pd.DataFrame, expected: dict) -> None:
    want = expected["exact_outcome_only_simplex_sc"]
    made = synthetic_control(prop99, california(prop99), 19, names=list(prop99.index), periods=list(prop99.columns))
    assert made.effect == pytest.approx(want["att_1989_2000"], abs=EXACT)
    assert made.gap[-1] == pytest.approx(want["gap_2000"], abs=EXACT)
    assert made.pre_rmspe == pytest.approx(want["pre_rmspe"], abs=EXACT)
    top = dict(zip(*(made.donor_table()[c] for c in ("donor", "weight")), strict=True))
    assert {k: round(v, 4) for k, v in top.items()} == want["weights"]
    assert made.status == "optimal"
    assert made.fit.simplex.violation < 1e-12
    assert not made.notes
    assert made.concentration == pytest.approx(sum(w**2 for w in want["weights"].values()), abs=1e-4)


@given(st.integers(0, 10_000), st.integers(2, 9), st.integers(2, 8), st.sampled_from([0.0, 0.3]))
def test_simplex_against_a_general_solver(seed: int, donors: int, periods: int, ridge: float) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(periods, donors)) + 50, rng.normal(size=periods) + 50
    made = simplex_least_squares(a, b, ridge)

    def loss(w: np.ndarray) -> float:
        return float(((b - a @ w) ** 2).sum() + ridge * w @ w)

    brute = minimize(
        loss,
        np.full(donors, 1 / donors),
        method="SLSQP",
        bounds=[(0, 1)] * donors,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert made.weights.min() >= 0
    assert made.weights.sum() == pytest.approx(1, abs=1e-12)
    assert loss(made.weights) <= brute.fun * (1 + 1e-9) + 1e-9
    assert loss(made.weights) >= brute.fun - SOLVER * (1 + brute.fun)


def test_simplex_meets_the_kkt_conditions_with_many_donors() -> None:
    rng = np.random.default_rng(3)
    factors = rng.normal(size=(3, 15))
    a = (rng.normal(size=(2_200, 3)) @ factors + rng.normal(size=(2_200, 1)) + 0.3 * rng.normal(size=(2_200, 15))).T
    b = a[:, 0] + rng.normal(size=15)
    made = simplex_least_squares(a[:, 1:], b)
    gradient = (a[:, 1:] @ made.weights - b) @ a[:, 1:]
    level = gradient[made.weights > 0]
    assert np.ptp(level) < 1e-9
    assert gradient.min() >= level.mean() - 1e-9


@pytest.mark.parametrize("penalty", [10.0, 100.0, 1000.0, 10000.0])
def test_ridge_augmented_against_pysyncon(prop99: pd.DataFrame, penalty: float) -> None:
    made = synthetic_control(prop99, california(prop99), 19, fit=Fit(augment=True, penalty=penalty))
    assert made.effect == pytest.approx(PEERS["ridge_augmented"][f"{penalty:g}"], abs=PEER_QP)


def test_ridge_augmented_limits(prop99: pd.DataFrame) -> None:
    plain = synthetic_control(prop99, california(prop99), 19)
    heavy = synthetic_control(prop99, california(prop99), 19, fit=Fit(augment=True, penalty=1e14))
    light = synthetic_control(prop99, california(prop99), 19, fit=Fit(augment=True, penalty=1e-6))
    chosen = synthetic_control(prop99, california(prop99), 19, fit=Fit(augment=True))
    assert heavy.effect == pytest.approx(plain.effect, abs=1e-6)
    assert light.pre_rmspe < 1e-6  # with next to no penalty the outcomes before are matched
    assert light.weights.sum() == pytest.approx(1)
    assert light.pre_rmspe < chosen.pre_rmspe < plain.pre_rmspe


def test_intercept_ignores_levels(prop99: pd.DataFrame) -> None:
    moved = prop99.to_numpy() + np.linspace(-40, 90, len(prop99))[:, None]
    one, two = (synthetic_control(y, california(prop99), 19, fit=Fit(intercept=True)) for y in (prop99, moved))
    np.testing.assert_allclose(one.gap, two.gap, atol=1e-8)
    assert one.gap[:19].mean() == pytest.approx(0, abs=1e-10)


def test_predictors_recover_given_weights() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(12, 4))
    truth = np.array([0.5, 0.3, 0.2])
    x[0] = truth @ x[[2, 5, 7]]
    load = rng.normal(size=(4, 20))
    y = x @ load
    for importance in ("equal", "regression", "nested", np.array([1.0, 2.0, 3.0, 4.0])):
        made = synthetic_control(y, 0, 12, fit=Fit(predictors=x, importance=importance))
        np.testing.assert_allclose(made.counterfactual, y[0], atol=1e-6)
        assert made.fit.importance is not None
        assert made.fit.importance.sum() == pytest.approx(1)


def test_nested_importance_fits_outcomes_at_least_as_well(prop99: pd.DataFrame) -> None:
    y = prop99.to_numpy()
    x = np.column_stack([y[:, 5], y[:, 10], y[:, 18], y[:, :19].mean(axis=1)])
    fits = {
        i: synthetic_control(y, california(prop99), 19, fit=Fit(predictors=x, importance=i))
        for i in ("equal", "regression", "nested")
    }
    assert fits["nested"].pre_rmspe <= min(fits["equal"].pre_rmspe, fits["regression"].pre_rmspe) + 1e-9
    assert fits["nested"].pre_rmspe >= synthetic_control(y, california(prop99), 19).pre_rmspe - 1e-9


def test_space_placebos_rank_california(prop99: pd.DataFrame) -> None:
    made = space_placebos(prop99, california(prop99), 19, names=list(prop99.index))
    by_hand = []
    y = prop99.to_numpy()
    for i in range(39):
        others = [j for j in range(39) if j not in (i, california(prop99))]
        w = simplex_least_squares(y[others, :19].T, y[i, :19]).weights
        gap = y[i] - w @ y[others]
        by_hand.append(np.sqrt((gap[19:] ** 2).mean() / (gap[:19] ** 2).mean()))
    rank = 1 + sum(r >= by_hand[california(prop99)] for i, r in enumerate(by_hand) if i != california(prop99))
    assert (made.rank, made.total) == (rank, 39)
    assert made.label.zh == f"第 {rank}/39 位"
    assert made.p == pytest.approx(rank / 39)
    assert made.within(2).total < 39
    assert len(made.table()) == 39


def test_barred_and_unclean_donors_never_serve(prop99: pd.DataFrame) -> None:
    names, c = list(prop99.index), california(prop99)
    clean = np.array([n not in ("Utah", "Nevada") for n in names])
    barred = np.zeros((39, 39), bool)
    barred[c, names.index("Montana")] = True
    made = space_placebos(prop99, c, 19, donors=clean, names=names, barred=barred, draws=10, seed=1)
    assert not {"Utah", "Nevada", "Montana", "California"} & set(made.observed.donors)
    assert len(made.names) == 10
    assert not {"Utah", "Nevada", "California"} & set(made.names)


def test_time_placebos_and_leave_one_out(prop99: pd.DataFrame) -> None:
    early = time_placebos(prop99, california(prop99), 19, [10, 14], periods=list(prop99.columns))
    assert [m.periods[m.start] for m in early.made] == [1980, 1984]
    assert max(early.made[0].periods) == 1988
    assert list(early.table()["period"]) == [1980, 1984]
    left = leave_one_out(prop99, california(prop99), 19, names=list(prop99.index))
    assert set(left.names) == {"Utah", "Montana", "Nevada", "Connecticut", "New Hampshire", "Colorado"}
    without = synthetic_control(prop99.drop(index="Utah"), california(prop99), 19)
    assert left.effects[left.names.index("Utah")] == pytest.approx(without.effect)


def test_warnings_and_refusals(prop99: pd.DataFrame) -> None:
    y = prop99.to_numpy().copy()
    short = synthetic_control(y[:, 12:], california(prop99), 7)
    assert any("7" in n.zh and "安慰剂" in n.zh for n in short.notes)
    y[4, 3] = np.nan
    made = synthetic_control(y, california(prop99) if california(prop99) != 4 else 5, 19)
    assert len(made.dropped) <= 1
    with pytest.raises(InputError):
        synthetic_control(y, 0, 1)
    with pytest.raises(InputError):
        synthetic_control(y, 0, 19, donors=np.arange(39) == 1)


@pytest.mark.parametrize("kind", ["sdid", "sc", "did"])
def test_synthetic_did_prop99(prop99: pd.DataFrame, expected: dict, kind: str) -> None:
    starts = np.full(39, 31)
    starts[california(prop99)] = 19
    made = synthetic_did(prop99, starts, kind=kind, names=list(prop99.index), periods=list(prop99.columns))
    assert made.effect == pytest.approx(expected[f"{kind}_att"], abs=FRANK_WOLFE)
    if kind == "sdid":
        weights = dict(zip(made.controls, made.cohorts[0].unit_weights, strict=True))
        for state, want in expected["sdid_omega_top"].items():
            assert weights[state] == pytest.approx(want, abs=FRANK_WOLFE)
        for year, want in expected["sdid_lambda"].items():
            assert made.cohorts[0].year_weights[int(year) - 1970] == pytest.approx(want, abs=FRANK_WOLFE)
        exact = synthetic_did(prop99, starts, solver="exact")
        assert exact.effect == pytest.approx(made.effect, abs=5e-3)  # the published solver stops early


@pytest.mark.parametrize("kind", ["sdid", "sc", "did"])
def test_synthetic_did_staggered_against_synthdid_py(prop99: pd.DataFrame, kind: str) -> None:
    names = list(prop99.index)
    starts = np.full(39, 31)
    starts[california(prop99)] = 19
    starts[[names.index("Utah"), names.index("Nevada")]] = 22
    made = synthetic_did(prop99, starts, kind=kind)
    np.testing.assert_allclose(
        [made.effect, *(c.effect for c in made.cohorts)], PEERS["staggered"][kind], atol=FRANK_WOLFE
    )


def test_synthetic_did_placebo_error_is_near_the_published(prop99: pd.DataFrame, expected: dict) -> None:
    starts = np.full(39, 31)
    starts[california(prop99)] = 19
    for kind, name in (("sdid", "synthdid_estimate"), ("did", "did_estimate")):
        made = synthetic_did(prop99, starts, kind=kind, solver="exact", variance="placebo", draws=200)
        assert made.se == pytest.approx(expected["placebo_se_R_200reps_seed12345"][name], rel=0.3)


def test_synthetic_did_jackknife_equals_leaving_out_by_hand() -> None:
    rng = np.random.default_rng(2)
    y = rng.normal(size=(14, 12)).cumsum(axis=1)
    starts = np.where(np.arange(14) < 4, 8, 12)
    made = synthetic_did(y, starts, variance="jackknife")
    omega, lam = made.cohorts[0].unit_weights, made.cohorts[0].year_weights
    left = []
    for out in range(14):
        w = np.where(np.arange(4, 14) == out, 0, omega)
        gap = y[[i for i in range(4) if i != out]].mean(axis=0) - (w / w.sum()) @ y[4:]
        left.append(gap[8:].mean() - lam @ gap[:8])
    assert made.se == pytest.approx(np.sqrt(13 / 14 * ((np.array(left) - np.mean(left)) ** 2).sum()))


def test_synthetic_did_refuses() -> None:
    y = np.random.default_rng(0).normal(size=(6, 8))
    with pytest.raises(InputError):
        synthetic_did(np.where(np.arange(8) == 3, np.nan, y), [4, 8, 8, 8, 8, 8])
    with pytest.raises(InputError):
        synthetic_did(y, [1, 8, 8, 8, 8, 8])
    with pytest.raises(InputError):
        synthetic_did(y, [4] * 6)
    with pytest.raises(InputError):
        synthetic_did(y, [4, 8, 8, 8, 8, 8], variance="jackknife")


@pytest.fixture(scope="module")
def hongkong(shared: Path) -> tuple[pd.DataFrame, dict]:
    folder = shared / "reference/evaluate"
    return pd.read_csv(folder / "data/hcw_growth.csv", index_col=0), json.loads(
        (folder / "hongkong_hcw.json").read_text()
    )


@pytest.mark.parametrize("criterion", ["aicc", "aic"])
def test_hongkong_cepa_choice_and_gaps(hongkong: tuple[pd.DataFrame, dict], criterion: str) -> None:
    growth, case = hongkong
    want = case["expected"][f"cepa_{criterion}"]
    x = growth.drop(columns="HongKong")
    made = panel_approach(growth["HongKong"], x, 44, criterion, list(x.columns), list(growth.index))
    assert set(made.controls) == set(want["coef"]) - {"(Intercept)"}
    assert made.r2 == pytest.approx(want["r2"], abs=1e-9)
    np.testing.assert_allclose(made.gap[44:], want["gap"], atol=1e-10)
    assert made.intercept == pytest.approx(want["coef"]["(Intercept)"], abs=1e-10)


def test_hongkong_handover(hongkong: tuple[pd.DataFrame, dict]) -> None:
    growth, case = hongkong
    want, first = case["expected"]["handover_aicc"], growth.iloc[:44]
    near = [
        "China",
        "Indonesia",
        "Japan",
        "Korea",
        "Malaysia",
        "Philippines",
        "Singapore",
        "Taiwan",
        "Thailand",
        "UnitedStates",
    ]
    made = panel_approach(first["HongKong"], first[near], 18, names=near)
    assert set(made.controls) == set(want["coef"]) - {"(Intercept)"}
    np.testing.assert_allclose(made.gap[18:], want["gap"], atol=1e-10)
    assert made.effect == pytest.approx(case["published"]["HCW 2012 Tables XX/XVII"]["handover mean effect"], abs=1e-3)


def test_best_subsets_against_every_subset() -> None:
    from itertools import combinations

    rng = np.random.default_rng(4)
    x = rng.normal(size=(30, 8)) @ rng.normal(size=(8, 8))
    y = x @ rng.normal(size=8) + rng.normal(size=30)
    for size, (rss, columns) in enumerate(best_subsets(y, x)):
        sums = {}
        for chosen in combinations(range(8), size):
            design = np.column_stack([np.ones(30), x[:, chosen]])
            sums[chosen] = float(((y - design @ np.linalg.lstsq(design, y, rcond=None)[0]) ** 2).sum())
        best = min(sums, key=sums.__getitem__)
        assert columns == best
        assert rss == pytest.approx(sums[best], rel=1e-8)
