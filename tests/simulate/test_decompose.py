"""The first-order terms add up to the derivative of exact real income, in every block; Caliendo and Parro's are two of them."""

from dataclasses import replace

import numpy as np
import pytest
from economies import FAMILIES, economy, family

from yugong.simulate import Economy, Levers, first_order, solve
from yugong.simulate.decompose import TERMS


def shocks(e: Economy, size: float) -> Levers:
    """Return a shock in every lever the economy has something for, `size` times one direction."""
    rng = np.random.default_rng(4)
    n, s = len(e.regions), len(e.sectors)
    draw = lambda *shape: size * rng.standard_normal(shape)  # noqa: E731
    cost = draw(s, n, n)
    gift = draw(n) * e.nation
    fields = {
        "trade_cost": np.exp(cost),
        "productivity": np.exp(draw(n, s)),
        "amenity": np.exp(draw(*e.population.shape)),
    }
    money = e.accounts.value_added
    fields["household_transfer"] = 0.1 * money * gift
    deficit = draw(n)
    fields["deficit"] = e.accounts.deficit + 0.1 * money * (deficit - deficit.mean())
    if e.tariff.any():
        fields["tariff"] = e.tariff + np.abs(draw(s, n, n)) * (1 - np.eye(n))
    if e.capital_share.any():
        fields["capital"] = np.exp(draw(n))
    if e.land_share.any():
        fields["land"] = np.exp(draw(n, 1))
    if e.output_tax.any():
        fields["output_tax"] = e.output_tax + draw(n, s)
    if e.income_tax.any():
        fields["income_tax"] = e.income_tax + 0.1 * draw(n)
        fields["government_transfer"] = 0.1 * money * draw(n) * e.nation
    if e.emissions.any():
        fields["carbon_price"] = np.abs(draw(n)) * money / e.emissions.sum()
    if e.mobility == "none":
        fields["people"] = np.exp(draw(*e.population.shape))
    else:
        fields["workers"] = np.exp(draw(len(e.workers)))
    return Levers(**fields)


@pytest.mark.parametrize("name", FAMILIES)
def test_what_one_step_misses_is_of_second_order(name: str) -> None:
    e = family(name)
    missed, moved = [], []
    for size in (2e-3, 1e-3, 5e-4):
        found = first_order(solve(e, shocks(e, size), tolerance=1e-13, raise_on_failure=True))
        missed.append(found.higher_order / size**2)
        moved.append(np.abs(found.exact).max() / size)
    assert min(moved) > 0.3  # the shock itself is of first order
    assert np.abs(missed).max() < 60  # and what is missed stays in proportion to its square
    np.testing.assert_allclose(missed[1], missed[2], atol=0.05 * np.abs(missed[2]).max() + 1e-3)


def test_two_land_markets_and_all_levers() -> None:
    e = replace(family("everything"), land_group=(0, 1, 1))
    missed = []
    for size in (1e-3, 5e-4):
        levers = replace(shocks(e, size), land=np.exp(size * np.arange(8).reshape(4, 2)))
        found = first_order(solve(e, levers, tolerance=1e-13, raise_on_failure=True))
        missed.append(np.abs(found.higher_order).max())
    assert missed[0] / missed[1] == pytest.approx(4, rel=0.05)


def test_a_transport_saving_is_the_trade_it_falls_on() -> None:
    e = economy(deficits=False)
    cost = np.ones((3, 4, 4))
    cost[1, 0, 2] = 0.999
    found = first_order(solve(e, Levers(trade_cost=cost), tolerance=1e-13))
    flow = e.trade_shares[1, 0, 2] * e.spending[0, 1]
    at = TERMS.index("trade_cost_saving")
    assert found.values[0, at] == pytest.approx(-np.log(0.999) * flow / e.accounts.household[0], rel=1e-12)
    assert (found.values[1:, at] == 0).all()
    # the world's gain is that saving alone: terms of trade only hand it round
    assert abs(found.nation[0]) < 1e-9
    assert found.nation.sum() == pytest.approx(found.nation_exact, abs=1e-6)


def test_nothing_is_nothing() -> None:
    found = first_order(solve(family("everything")))
    assert (found.values == 0).all()
    assert (found.exact == 0).all()


def test_tariffs_alone_are_the_published_two_terms() -> None:
    """Without land, taxes or moving people the two terms are all there is once deficits are given."""
    e = economy(tariffs=True, deficits=False)
    tariff = e.tariff * 1.01
    found = first_order(solve(e, Levers(tariff=tariff), tolerance=1e-13))
    others = [i for i, name in enumerate(TERMS) if name not in ("terms_of_trade", "volume_of_trade")]
    assert np.abs(found.values[:, others]).max() < 1e-12
    np.testing.assert_allclose(found.caliendo_parro, found.exact, atol=2e-5)
    table = found.table()
    assert list(table["place"]) == [*e.regions, "nation"]
    np.testing.assert_allclose(table["welfare_first_order"] + table["higher_order"], table["welfare_exact"], atol=1e-15)
