"""Optimal policies against closed forms and finite differences."""

from dataclasses import replace

import numpy as np
import pytest
from economies import economy, family

from yugong.base.errors import InputError
from yugong.simulate import Choice, Disparity, Emissions, Levers, Limit, Welfare, frontier, optimise, solve


def test_optimal_transfers_are_fajgelbaum_and_gauberts() -> None:
    zeta, lam = 0.05, 0.3
    e = replace(
        economy(mobility="free", deficits=False, s=1, seed=4, inputs=False),
        agglomeration=np.array([zeta]), congestion=np.full(4, lam),
    )  # fmt: skip
    found = optimise(e, (Choice("household_transfer", -2.0, 2.0),), precision=1e-14)
    assert found.converged
    rate = (zeta - lam) / (1 + lam)
    wages, heads = found.equilibrium["grp"], found.equilibrium["population"]
    closed = rate * (wages - heads * wages.sum() / heads.sum())
    # the transfers net of the levy that pays for them; the objective is flat at its peak, so to six digits
    np.testing.assert_allclose(found.equilibrium["transfer"], closed, atol=1e-6 * wages.sum())
    assert found.equilibrium.welfare > 0
    assert found.path[-1] >= found.path[0]


def test_budget_goes_where_it_pays_and_its_shadow_price_is_the_marginal_gain() -> None:
    e = family("inputs")
    choice = (Choice("productivity", 1.0, 1.2, at=tuple((n, 0) for n in range(4)), cost=1.0),)
    found = optimise(e, choice, budget=0.3)
    assert found.converged
    assert "budget" in found.binding
    spent = np.asarray(found.levers.productivity)[:, 0].sum() - 4
    assert spent == pytest.approx(0.3, abs=1e-6)
    step = 1e-3
    ends = [optimise(e, choice, budget=0.3 + sign * step).value for sign in (1, -1)]
    assert found.shadow["budget"] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-3)
    for n in range(4):  # no other way to spend the same budget is better
        other = np.ones((4, 3))
        other[n, 0], other[(n + 1) % 4, 0] = 1.2, 1.1
        assert 1 + solve(e, Levers(productivity=other)).welfare <= found.value + 1e-9


def test_a_limit_on_emissions_is_kept_and_priced() -> None:
    e = family("emissions")
    e = replace(e, damage=np.zeros(4))
    choice = (Choice("carbon_price", 0.0, 5.0),)
    found = optimise(e, choice, limits=(Limit(Emissions(), 0.9),))
    assert found.converged
    hat = found.equilibrium["emissions"].sum() / e.emissions.sum()
    assert hat == pytest.approx(0.9, abs=1e-6)
    prices = np.asarray(found.levers.carbon_price)
    assert (prices > 0).all()
    price = sum(v for k, v in found.shadow.items() if k.startswith("Emissions"))
    step = 2e-3
    ends = [optimise(e, choice, limits=(Limit(Emissions(), 0.9 + sign * step),)).value for sign in (1, -1)]
    assert price > 0
    assert price == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-2)


def test_frontier_trades_efficiency_for_equity() -> None:
    e = family("migration")
    choice = (Choice("productivity", 1.0, 1.5, at=((0, 0), (1, 1), (2, 2)), cost=1.0),)
    found = frontier(e, choice, points=4, budget=0.5)
    assert all(p.converged for p in found.points)
    assert (np.diff(found.efficiency) <= 1e-9).all()
    assert (np.diff(found.disparity) < 0).all()
    assert (np.diff(found.efficiency, 2) <= 1e-9).all()  # each further step costs more
    assert len(found.table()) == 4


def test_bad_bounds() -> None:
    with pytest.raises(InputError):
        optimise(family("inputs"), (Choice("productivity", 1.2, 1.0),))
    with pytest.raises(InputError):
        optimise(family("inputs"), (Choice("productivity", 1.0, 1.2),), budget=1.0)


def test_objectives_are_equal_by_value() -> None:
    assert Welfare() == Welfare()
    assert Disparity("gini") == Disparity("gini")
