"""Each policy block keeps its own books: carbon, compensation, transfers, land, capital, public goods, mobility."""

from dataclasses import replace

import numpy as np
import pytest
from economies import family

from yugong.simulate import Economy, Levers, gradient, solve

SAME = 1e-9  # solutions to 1e-12 in logs


@pytest.fixture(scope="module")
def whole() -> Economy:
    """Every block at once."""
    return family("everything")


def at(e: Economy, **levers: object) -> object:
    return solve(e, Levers(**levers), tolerance=1e-12, raise_on_failure=True)


def test_carbon_price_raises_what_it_charges(whole: Economy) -> None:
    price = np.array([0.3, 0.3, 0.3, 0.0])
    result = at(whole, carbon_price=price)
    np.testing.assert_allclose(result["carbon_revenue"], price * result["emissions"].sum(1), rtol=SAME)
    assert result["emissions"][:3].sum() < whole.emissions[:3].sum()
    more = at(whole, carbon_price=2 * price)
    assert more["emissions"][:3].sum() < result["emissions"][:3].sum()


def test_carbon_cap_binds_and_equals_its_price(whole: Economy) -> None:
    inside = whole.nation
    result = at(whole, carbon_cap=0.9)
    assert result["emissions"][inside].sum() == pytest.approx(0.9 * whole.emissions[inside].sum(), rel=SAME)
    assert result["carbon_price"] > 0
    same = at(whole, carbon_price=inside * float(result["carbon_price"]))
    np.testing.assert_allclose(same["sales"], result["sales"], rtol=SAME)


def test_carbon_cap_that_does_not_bind_costs_nothing(whole: Economy) -> None:
    result = at(whole, carbon_cap=1.5)
    assert result["carbon_price"] == 0
    np.testing.assert_allclose(result["real_income"], 1.0, atol=1e-11)


@pytest.mark.parametrize("name", ["everything", "taxes"])
def test_the_slope_of_a_cap_just_met_is_that_of_a_tighter_one(name: str) -> None:
    """A cap is a kink at base emissions: slopes are from below, where it binds (four-point difference downwards)."""
    e = replace(family(name), emissions=family("everything").emissions)
    h = 1e-3
    slope = gradient(e, Levers(carbon_cap=1.0), wrt=("carbon_cap",), tolerance=1e-13).slopes["carbon_cap"]
    points = [1 + at(e, carbon_cap=1 - k * h).welfare for k in range(4)]
    below = float(np.dot([11, -18, 9, -2], points)) / (6 * h)
    assert abs(below) > 1e-3
    assert float(slope) == pytest.approx(below, rel=1e-5)
    above = solve(e, Levers(carbon_cap=1 + h)).welfare
    assert above == pytest.approx(0.0, abs=1e-12)


def test_compensation_for_land_is_paid_by_the_others(whole: Economy) -> None:
    land = np.ones((4, 1))
    land[1] = 0.8
    payer = np.array([1.0, 0.0, 0.0, 0.0])
    rate = np.array([0.0, 0.7, 0.0, 0.0])
    result = at(whole, land=land, eco_land=rate, payer=payer)
    due = 0.7 * 0.2 * whole.accounts.rents[1, 0]
    np.testing.assert_allclose(result["transfer"], [-due, due, 0, 0], atol=1e-12)
    without = at(whole, land=land)
    assert result["real_income"][1] > without["real_income"][1]
    assert result["rent"][1, 0] > 1


def test_compensation_for_emissions_avoided(whole: Economy) -> None:
    result = at(whole, carbon_price=np.full(4, 0.2), eco_emissions=np.array([0.0, 0.0, 0.5, 0.0]))
    avoided = (whole.emissions - result["emissions"])[2].sum()
    shares = result["transfer"] - [0, 0, 0.5 * avoided, 0]
    assert avoided > 0
    assert shares.sum() == pytest.approx(-0.5 * avoided, rel=SAME)
    assert result["transfer"][3] == 0  # abroad neither pays nor receives
    assert abs(result["transfer"].sum()) < 1e-12


def test_transfers_reach_households_and_governments(whole: Economy) -> None:
    gift = np.array([0.2, 0.0, 0.0, 0.0])
    to_people = at(whole, household_transfer=gift)
    to_state = at(whole, government_transfer=gift)
    for result in (to_people, to_state):
        assert abs(result["transfer"].sum()) < 1e-12
        assert result["transfer"][0] > 0
        assert (result["transfer"][1:3] < 0).all()
        assert result["population"][0] > whole.population[0].sum()
    wages = (to_state["wage"] * to_state["people"] * whole.accounts.wages).sum(1)
    np.testing.assert_allclose(
        to_state["government"], whole.income_tax * wages + whole.government_grant + gift, rtol=SAME
    )
    assert to_state["government"][0] > to_people["government"][0]


def test_a_national_transfer_needs_no_tax_where_it_is_paid_back(whole: Economy) -> None:
    nothing = at(whole, household_transfer=np.zeros(4))
    assert nothing.welfare == 0


def test_capital_grant_lowers_its_return(whole: Economy) -> None:
    capital = np.array([1.2, 1.0, 1.0, 1.0])
    result = at(whole, capital=capital)
    assert result["real_grp"][0] > 1
    assert abs(result["portfolio"].sum()) < 1e-12
    assert result["portfolio"][3] == 0  # abroad keeps its own


def test_land_quota_scales_rents_where_supply_is_fixed() -> None:
    e = replace(family("land"), land_supply_elasticity=np.zeros(4))
    result = at(e, land=np.full((4, 1), 1.1))
    assert (result["rent"] < 1).all()
    assert (result["real_income"] > 1).all()


def test_public_goods_are_bought_with_the_tax() -> None:
    e = family("government")
    higher = e.income_tax + 0.05
    result = at(e, income_tax=higher)
    wages = result["wage"][:, 0] * e.accounts.wages[:, 0] * result["people"][:, 0]
    np.testing.assert_allclose(result["government"], higher * wages + e.government_grant, rtol=SAME)


def test_free_movers_are_equally_well_off() -> None:
    e = family("free mobility")
    result = at(e, productivity=np.exp(np.linspace(-0.3, 0.3, 12)).reshape(4, 3))
    assert np.ptp(np.log(result["utility"])) < SAME
    assert result["population"].sum() == pytest.approx(e.population.sum(), rel=SAME)


def test_free_mobility_is_the_limit_of_costly() -> None:
    """One origin with κ → ∞ approaches the free solution at rate 1/κ."""
    free = family("free mobility")
    shares = free.migration_shares[0]
    levers = {"productivity": np.exp(np.linspace(-0.1, 0.1, 12)).reshape(4, 3)}
    target = at(free, **levers)["people"]
    gaps = []
    for kappa in (50.0, 100.0, 200.0):
        costly = replace(
            free,
            mobility="costly",
            migration_shares=shares[None],
            home=np.zeros(1, dtype=int),
            migration_elasticity=kappa,
        )
        gaps.append(np.abs(at(costly, **levers)["people"] - target).max())
    assert gaps[0] / gaps[1] == pytest.approx(2, rel=0.2)
    assert gaps[1] / gaps[2] == pytest.approx(2, rel=0.2)


def test_relocation_keeps_the_nation() -> None:
    e = family("inputs")
    moved = 0.1 * e.population[0, 0]
    hats = np.ones((4, 1))
    hats[0] -= moved / e.population[0, 0]
    hats[1] += moved / e.population[1, 0]
    result = at(e, people=hats)
    assert result["population"].sum() == pytest.approx(e.population.sum(), rel=1e-14)
    assert result["grp"][0] < result.base["grp"][0]
    assert result["grp"][1] > result.base["grp"][1]


def test_hukou_reform_brings_people_in() -> None:
    e = family("migration")
    cost = np.ones((4, 4, 1))
    cost[:3, 0] = 0.7  # into region 0, for the nation's three groups
    cost[0, 0] = 1.0
    result = at(e, migration_cost=cost)
    assert result["people"][0, 0] > 1
    assert result.welfare > 0
    assert result["population"][3] == pytest.approx(e.population[3].sum(), rel=SAME)
