"""Mistakes other programs made, one test each (equilibrium design, §2.3)."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from economies import economy
from test_theory import symmetric

from yugong.base.errors import InputError
from yugong.simulate import Levers, flows_from_table, from_flows, solve
from yugong.simulate.solving import NotConvergedError

SAME = 1e-10


def test_stopping_looks_at_every_block_not_at_wages_alone() -> None:
    # a shock common to all leaves wages where they are from the first sweep on, while prices still move
    e = replace(symmetric(), labour_share=np.full((3, 1, 1), 0.5), input_share=np.full((3, 1, 1), 0.5))
    result = solve(e, Levers(productivity=np.full((3, 1), 1.2)), tolerance=1e-12)
    np.testing.assert_allclose(result["wage"], 1.0, atol=1e-12)
    assert result.status.sweeps > 1
    np.testing.assert_allclose(result["price"], 1.2**-2, rtol=SAME)  # half of cost is inputs: 1/(1−½)


def test_theta_is_theta_and_not_its_inverse() -> None:
    e = symmetric(theta=4.0)
    cost = np.ones((1, 3, 3))
    cost[0, 0, 1] = 1.1
    result = solve(e, Levers(trade_cost=cost), tolerance=1e-12)
    new = result.trade()[0]
    wage = result["wage"][:, 0]
    ratio = new[0, 1] / new[0, 0] / (e.trade_shares[0, 0, 1] / e.trade_shares[0, 0, 0])
    assert ratio == pytest.approx((1.1 * wage[1] / wage[0]) ** -4, rel=SAME)


def test_an_inconsistent_base_year_is_refused() -> None:
    e = economy()
    with pytest.raises(InputError, match=r"final demand|最终需求"):
        replace(e, spending=e.spending * [1.0, 0.05, 1.0])


def test_long_tables_are_placed_by_label() -> None:
    rows = [
        ("b", "a", "x", 2.0),
        ("a", "a", "x", 5.0),
        ("a", "b", "x", 1.0),
        ("b", "b", "x", 7.0),
        ("a", "a", "y", 3.0),
    ]
    table = pd.DataFrame(rows, columns=["origin", "destination", "sector", "value"])
    _, _, first = flows_from_table(table, sectors=("x", "y"))
    _, _, second = flows_from_table(table.sample(frac=1, random_state=3), sectors=("x", "y"))
    np.testing.assert_array_equal(first, second)
    assert first[0, 0, 1] == 2.0  # a buys 2 from b
    assert first[1].sum() == 3.0  # pairs not listed are zero
    wrong = pd.concat(
        [table, table.iloc[:1], pd.DataFrame([("c", "a", "x", 1.0), ("a", "b", "y", -1.0)], columns=table.columns)]
    )
    with pytest.raises(InputError) as caught:
        flows_from_table(wrong.reset_index(drop=True), regions=("a", "b"))
    assert {(p.row, p.column) for p in caught.value.problems} == {(7, "value"), (8, "origin"), (9, "value")}


@pytest.mark.parametrize("scale", [1e-9, 1e3, 1e12])
def test_no_rescaling_by_hand(scale: float) -> None:
    rng = np.random.default_rng(0)
    flows = rng.uniform(0.1, 1, (1, 5, 5)) + 2 * np.eye(5)
    fields = {
        "labour_share": np.ones((5, 1, 1)),
        "input_share": np.zeros((5, 1, 1)),
        "trade_elasticity": np.array([4.0]),
    }
    names = ("a", "b", "c", "d", "e")
    levers = Levers(productivity=np.exp(0.1 * rng.standard_normal((5, 1))))
    one = solve(from_flows(names, ("all",), flows, **fields), levers)
    other = solve(from_flows(names, ("all",), flows * scale, **fields), levers)
    np.testing.assert_allclose(one["real_income"], other["real_income"], rtol=SAME)


def test_accounts_that_do_not_close_are_refused_not_solved() -> None:
    e = economy()
    with pytest.raises(InputError, match=r"deficits do not sum|差额之和不为零"):
        solve(e, Levers(deficit=e.accounts.deficit + 0.01))


def test_failure_is_data_with_advice() -> None:
    e = replace(economy(mobility="free", s=1, inputs=False, seed=1), agglomeration=np.array([2.0]))
    levers = Levers(productivity=np.array([[3.0], [1.0], [0.3], [1.0]]))
    result = solve(e, levers, max_sweeps=5, fallbacks=False)
    assert not result.status.converged
    assert "start" in result.status.text.en
    assert result.status.residual > result.status.tolerance or np.isnan(result.status.residual)
    with pytest.raises(NotConvergedError):
        solve(e, levers, max_sweeps=5, fallbacks=False, raise_on_failure=True)


def test_a_zero_flow_stays_zero_and_harms_nothing() -> None:
    flows = np.array([[[5.0, 1.0, 0.0], [1.0, 4.0, 1.0], [0.0, 1.0, 6.0]], [[3.0, 0, 0], [1.0, 2.0, 0], [2.0, 0, 0]]])
    fields = {
        "labour_share": np.ones((3, 2, 1)), "input_share": np.zeros((3, 2, 2)), "trade_elasticity": np.array([4.0, 6.0]),
    }  # fmt: skip
    e = from_flows(("a", "b", "c"), ("x", "y"), flows, **fields)
    result = solve(e, Levers(productivity=np.array([[1.1, 1.0], [1.0, 0.8], [1.0, 1.0]])), raise_on_failure=True)
    assert all(np.isfinite(value).all() for value in result.values.values())
    assert (result.trade()[flows == 0] == 0).all()
