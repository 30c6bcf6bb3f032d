"""Markov chains: giddy's documented US results, definitions by simulation, gaps and closed classes."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from yugong.base.errors import InputError
from yugong.diagnose.dynamics import chain, markov
from yugong.diagnose.dynamics.classes import classify
from yugong.diagnose.space.weights import Weights, from_matrix

GIDDY = 1e-7  # the case file's tolerance
ROUNDING = 1e-10


@pytest.fixture(scope="module")
def us(shared: Path) -> tuple[dict[str, Any], pd.DataFrame, Weights]:
    folder = shared / "reference" / "measure"
    cases = {c["id"]: c["expected"] for c in json.loads((folder / "cases.json").read_text(encoding="utf-8"))}
    income = pd.read_csv(folder / "usjoin.csv", index_col="Name").drop(columns="STATE_FIPS")
    income.columns = income.columns.astype(int)
    w = from_matrix(np.loadtxt(folder / "states48_W.csv", delimiter=","), list(income.index)).row_standardise()
    return cases, income, w


def test_plain_chain_equals_giddy(us: Any) -> None:
    cases, income, _ = us
    result = markov.markov(income, 5, scope="year")
    assert result.counts.tolist() == cases["us_markov"]["transitions"]
    assert result.p == pytest.approx(np.array(cases["us_markov"]["p"]), rel=GIDDY)
    assert result.ergodic == pytest.approx(cases["us_markov"]["steady"], rel=GIDDY)
    assert result.table()["count"].sum() == 48 * 80


def test_spatial_chain_equals_giddy(us: Any) -> None:
    cases, income, w = us
    want = cases["us_spatial_markov"]
    result = markov.spatial_markov(income.sample(frac=1, random_state=2), w, 5)
    assert result.pooled.p == pytest.approx(np.array(want["p"]), rel=GIDDY)
    assert result.p == pytest.approx(np.array(want["P"]), rel=GIDDY)
    assert [result.homogeneity.q, result.homogeneity.lr] == pytest.approx([want["Q"], want["LR"]], rel=GIDDY)
    assert result.homogeneity.degrees == want["dof"]
    assert result.counts.sum() == 48 * 80
    assert len(result.pairs) == 10
    table = result.table()
    assert list(table.columns) == ["lag_state", "state", "next_state", "count", "probability"]
    assert len(table) == 6 * 25


def test_first_passage_and_stationary_by_simulation() -> None:
    p = np.array([[0.5, 0.4, 0.1], [0.2, 0.6, 0.2], [0.1, 0.3, 0.6]])
    pi = chain.stationary(p)
    assert pi.shape == (1, 3)
    assert pi[0] @ p == pytest.approx(pi[0], rel=ROUNDING)
    times = chain.first_passage(p)
    for j in range(3):  # m_ij = 1 + Σ_{l≠j} p_il m_lj
        for i in range(3):
            rest = sum(p[i, m] * times[m, j] for m in range(3) if m != j)
            assert times[i, j] == pytest.approx(1 + rest, rel=ROUNDING)
    assert chain.half_life(p) == pytest.approx(np.log(0.5) / np.log(sorted(abs(np.linalg.eigvals(p)))[1]))


def test_mobility_has_its_known_ends() -> None:
    still, free = chain.mobility(np.eye(4)), chain.mobility(np.full((4, 4), 0.25))
    assert (still.shorrocks, still.determinant, still.second_eigenvalue) == pytest.approx((0, 0, 0))
    assert (free.shorrocks, free.determinant, free.second_eigenvalue) == pytest.approx((1, 1, 1))
    assert chain.mobility(np.eye(4), [1, 1, 1, 1]).stayers == pytest.approx(0)


def test_several_closed_classes_are_said_and_not_invented() -> None:
    p = np.array([[0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 1, 0], [0.2, 0.2, 0.3, 0.3]])
    assert chain.stationary(p) == pytest.approx(np.array([[0.5, 0.5, 0, 0], [0, 0, 1, 0]]))
    assert np.isnan(chain.first_passage(p)).all()
    values = np.array([[1.0, 1, 1, 1], [1, 1, 1, 1], [9, 9, 9, 9], [9, 9, 9, 9]])
    result = markov.markov(values, cuts=[5.0])
    assert np.isnan(result.ergodic).all()
    assert "2 closed classes" in result.status.en


def test_a_state_never_seen_is_missing() -> None:
    result = markov.markov(np.array([[1.0, 2, 1], [2, 1, 2]]), cuts=[1.5, 9.0])
    assert np.isnan(result.p[2]).all()
    assert result.p[:2, :2].tolist() == [[0, 1], [1, 0]]


def test_missing_years_and_values_are_never_bridged() -> None:
    frame = pd.DataFrame([[1.0, 2, 1, 2], [2, np.nan, 2, 1]], index=["a", "b"], columns=[2000, 2001, 2003, 2004])
    result = markov.markov(frame, cuts=[1.5])
    assert result.counts.sum() == 3  # a and b in 2003–2004, a alone in 2000–2001
    assert markov.markov(frame, cuts=[1.5], lag=3).counts.sum() == 3  # 2000–2003 both, 2001–2004 a alone
    with pytest.raises(InputError):
        markov.markov(frame, cuts=[1.5], lag=9)
    with pytest.raises(InputError):
        markov.markov(frame[[2003, 2000, 2001]], cuts=[1.5])


def test_class_rules() -> None:
    x = np.array([[1.0, 10], [2, 20], [3, 30], [4, np.nan]])
    classes, cuts = classify(x, 2, scope="year")
    assert cuts.tolist() == [[2.5], [20.0]]
    assert classes.tolist() == [[0, 0], [0, 0], [1, 1], [1, -1]]
    assert classify(x, 2)[1].tolist() == [4.0]


def test_homogeneity_rejects_at_its_level() -> None:
    rng = np.random.default_rng(0)
    p = np.array([[0.7, 0.2, 0.1], [0.2, 0.6, 0.2], [0.1, 0.2, 0.7]])
    draws = [np.array([[rng.multinomial(150, row) for row in p] for _ in range(4)]) for _ in range(400)]
    tests = [chain.homogeneity(d) for d in draws]
    assert tests[0].degrees == 18
    for share in (np.mean([h.p_q < 0.05 for h in tests]), np.mean([h.p_lr < 0.05 for h in tests])):
        assert share == pytest.approx(0.05, abs=0.035)  # 3 standard errors of 400 draws
    other = np.array([rng.multinomial(150, row) for row in p[::-1]])
    assert chain.homogeneity([draws[0][0], other]).p_q < 1e-6


def test_independence_keeps_its_level() -> None:
    rng = np.random.default_rng(1)
    own, near = np.array([[0.8, 0.2], [0.1, 0.9]]), np.array([[0.7, 0.3], [0.4, 0.6]])
    levels = [(1, 1), (0, 1), (0, 0), (1, 0)]
    p = np.array([[own[a, c] * near[b, d] for c, d in levels] for a, b in levels])
    tests = [chain.independence([rng.multinomial(400, row) for row in p]) for _ in range(400)]
    assert np.mean([t.p_q < 0.05 for t in tests]) == pytest.approx(0.05, abs=0.035)  # 3 standard errors
    together = np.diag([300, 100, 300, 100]) + np.array([[0, 0, 60, 0], [0, 0, 9, 9], [60, 0, 0, 0], [9, 9, 0, 0]])
    assert chain.independence(together).p_lr < 1e-6


def test_lisa_chain_counts_quadrants(us: Any) -> None:
    _, income, w = us
    result, test = markov.lisa_markov(income, w)
    z = income - income.mean()
    lag = pd.DataFrame(w.lag(z), index=w.labels, columns=income.columns)
    names = np.where(z > 0, np.where(lag > 0, "HH", "HL"), np.where(lag > 0, "LH", "LL"))
    moved = pd.crosstab(names[:, :-1].ravel(), names[:, 1:].ravel())
    for i, a in enumerate(result.states):
        for j, b in enumerate(result.states):
            assert result.counts[i, j] == moved.loc[a, b]
    assert test.degrees == 8
    assert test.p_q < 0.01


def simulated(p: np.ndarray, n: int, years: int, rng: np.random.Generator) -> np.ndarray:
    state = np.empty((n, years), dtype=int)
    state[:, 0] = rng.integers(0, len(p), n)
    for t in range(1, years):
        state[:, t] = (rng.uniform(size=(n, 1)) > np.cumsum(p[state[:, t - 1]], axis=1)).sum(axis=1)
    return state.astype(float)


def test_order_of_the_chain() -> None:
    rng = np.random.default_rng(4)
    p = np.array([[0.7, 0.2, 0.1], [0.2, 0.6, 0.2], [0.1, 0.2, 0.7]])
    first = [markov.markov_order(simulated(p, 80, 12, rng), cuts=[0.5, 1.5]).p_q for _ in range(200)]
    assert np.mean(np.array(first) < 0.05) == pytest.approx(0.05, abs=0.05)  # 3 standard errors
    x = simulated(p, 80, 12, rng)
    assert markov.markov_order(x, cuts=[0.5, 1.5], order=0).p_lr < 1e-6
    free = simulated(np.full((3, 3), 1 / 3), 80, 12, rng)
    test = markov.markov_order(free, cuts=[0.5, 1.5], order=0)
    assert test.degrees == 4
    assert test.p_q > 0.001
    longer = np.repeat(simulated(p, 80, 12, rng), 2, axis=1)  # every state lasts two years: not of order one
    assert markov.markov_order(longer, cuts=[0.5, 1.5]).p_lr < 1e-6
