"""What efficiency measures must always obey, and radial programmes written out for another solver."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from yugong.base.errors import InputError
from yugong.diagnose.efficiency import dea, sbm, super_sbm
from yugong.diagnose.efficiency.programme import INFEASIBLE, MISSING, OPTIMAL

SOLVER = 1e-8  # two simplex codes on the same programme
SAME = 1e-9  # the same technology spanned by fewer units


def sample(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 10, (n, 3))
    y = x.prod(axis=1, keepdims=True) ** (1 / 3) * rng.uniform(0.3, 1, (n, 2))
    return x, y, x[:, :1] * rng.uniform(0.5, 2, (n, 1))


def brute_radial(x: np.ndarray, y: np.ndarray, o: int, returns: str, orientation: str) -> float:
    n = len(x)
    if orientation == "input":  # min θ
        a = np.vstack([np.column_stack([-x[o], x.T]), np.column_stack([np.zeros(y.shape[1]), -y.T])])
        b, c = np.r_[np.zeros(x.shape[1]), -y[o]], np.r_[1.0, np.zeros(n)]
    else:  # max φ
        a = np.vstack([np.column_stack([np.zeros(x.shape[1]), x.T]), np.column_stack([y[o], -y.T])])
        b, c = np.r_[x[o], np.zeros(y.shape[1])], np.r_[-1.0, np.zeros(n)]
    total = np.r_[0.0, np.ones(n)][None]
    equal = {"A_eq": total, "b_eq": [1.0]} if returns == "variable" else {}
    if returns == "nonincreasing":
        a, b = np.vstack([a, total]), np.r_[b, 1.0]
    found = linprog(c, A_ub=a, b_ub=b, **equal)
    assert found.status == 0
    return found.fun if orientation == "input" else -1 / found.fun


@pytest.mark.parametrize("returns", ["constant", "variable", "nonincreasing"])
@pytest.mark.parametrize("orientation", ["input", "output"])
def test_radial_equals_the_programme_written_out(returns: str, orientation: str) -> None:
    x, y, _ = sample(25)
    expected = [brute_radial(x, y, o, returns, orientation) for o in range(25)]
    np.testing.assert_allclose(dea(x, y, returns, orientation).score, expected, rtol=SOLVER)


@given(st.integers(0, 10_000), st.sampled_from(["constant", "variable"]))
@settings(max_examples=25, deadline=None)
def test_what_always_holds(seed: int, returns: str) -> None:
    x, y, b = sample(20, seed)
    ratio, radial = sbm(x, y, returns=returns), dea(x, y, returns)
    assert (ratio.score <= radial.score + SAME).all()
    assert (radial.score <= 1 + SAME).all()
    assert (ratio.score > 0).all()
    best = ratio.score > 1 - SAME
    assert np.abs(ratio.slacks[best] / ratio.units.data[best]).max() < 1e-7  # efficient means no slack
    assert (ratio.slacks[~best] > 1e-9).any(axis=1).all()
    scaled = sbm(x * [1e4, 0.01, 3.0], y * [7.0, 1e-3], returns=returns)
    np.testing.assert_allclose(scaled.score, ratio.score, rtol=SOLVER)
    reduced, whole = super_sbm(x, y, b, returns), super_sbm(x, y, b, returns, reduce=False)
    np.testing.assert_allclose(reduced.score, whole.score, rtol=SOLVER, equal_nan=True)
    assert reduced.status == whole.status


def test_infeasible_super_efficiency_is_reported_not_dropped() -> None:
    # under variable returns no combination of the others has a bad output as small as the first unit's
    x, y, b = np.array([[1.0], [5.0], [6.0]]), np.array([[1.0], [5.0], [4.0]]), np.array([[0.1], [5.0], [6.0]])
    result = super_sbm(x, y, b, returns="variable")
    assert np.isnan(result.score[0])
    assert result.status[0] is INFEASIBLE
    assert not result.solved[0]
    assert len(result.table()) == 3
    assert result.table()["rank"].isna().sum() == 1
    np.testing.assert_array_equal(result.slacks[0], 0.0)


def test_missing_unit_stays_and_moves_nobody() -> None:
    x, y, b = sample(12, seed=3)
    whole = sbm(x[1:], y[1:], b[1:])
    x[0, 1] = np.nan
    result = sbm(x, y, b)
    assert np.isnan(result.score[0])
    assert result.status[0] is MISSING
    np.testing.assert_allclose(result.score[1:], whole.score, rtol=SAME)
    assert all(s is OPTIMAL for s in result.status[1:])


def test_zeros_are_for_radial_measures_only() -> None:
    x, y, _ = sample(6)
    table = pd.DataFrame(x, ["北京", "天津", "河北", "山西", "辽宁", "吉林"])
    table.loc["河北", 1] = 0.0
    out = pd.DataFrame(y, table.index)
    assert dea(table, out).score.max() == pytest.approx(1.0)
    with pytest.raises(InputError, match="河北"):
        sbm(table, out)


def test_identical_units_are_all_efficient() -> None:
    x, y = np.full((5, 2), 3.0), np.full((5, 1), 2.0)
    for returns in ("constant", "variable"):
        np.testing.assert_allclose(sbm(x, y, returns=returns).score, 1.0, atol=SAME)
        np.testing.assert_allclose(super_sbm(x, y, returns=returns).score, 1.0, atol=SAME)
    one = super_sbm([[1.0]], [[1.0]])
    assert np.isnan(one.score[0])  # nobody is left to compare with
    assert one.status[0] is INFEASIBLE
