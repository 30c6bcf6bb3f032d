"""Draws of the economy: each has the levers that the scenario amounts to there, and is that economy solved alone."""

from dataclasses import replace

import numpy as np
import pytest
from test_scenario import BASE, one

from yugong.base.errors import InputError
from yugong.base.text import Text
from yugong.simulate import resolve, solve
from yugong.simulate.batches import default_spread, random_draws
from yugong.simulate.running import bands
from yugong.simulate.scenario import Scenario, Setting, preset
from yugong.simulate.stacking import drawn_levers, stack_drawn

CLOSE = 1e-12  # a few operations in double precision
SAME = 1e-8  # both solved to 1e-10 in logs
DRAWS = 6


def drawn() -> dict[str, np.ndarray]:
    e = BASE.economy
    return random_draws(e, default_spread(e), DRAWS, 3)


def test_a_barrier_removed_frees_trade_alike_whatever_the_elasticity() -> None:
    """What is measured is θ·log cost, so cost to the power −θ is the own shares' ratio to the power of half the lever."""
    theta = drawn()["trade_elasticity"]
    cost = drawn_levers(BASE, one("trade_barrier", 0.2), drawn())["trade_cost"]
    share = BASE.economy.trade_shares
    own = np.einsum("jnn->jn", share)
    freer = (own[:, :, None] * own[:, None, :] / (share * share.transpose(0, 2, 1))) ** (0.2 / 2)
    inside = BASE.economy.nation[:, None] & BASE.economy.nation & ~np.eye(5, dtype=bool)
    got = cost ** -theta[:, :, None, None]
    np.testing.assert_allclose(
        got[:, :, inside], np.broadcast_to(freer[:, inside], (DRAWS, 2, inside.sum())), rtol=CLOSE
    )
    assert np.ptp(cost[:, 0, 0, 1]) > 0.01  # the cost itself differs


def test_a_link_shortened_raises_trade_by_the_elasticity_of_distance_in_every_draw() -> None:
    theta = drawn()["trade_elasticity"]
    cost = drawn_levers(BASE, one("link_time", 0.5, origin="北京", destination="河北"), drawn())["trade_cost"]
    for sector, kind in enumerate(("agriculture", "other")):
        rise = 0.5 ** -BASE.parameter(f"distance_elasticity_{kind}")
        np.testing.assert_allclose(cost[:, sector, 1, 0] ** -theta[:, sector], rise, rtol=CLOSE)


def test_a_cost_given_as_a_cost_is_the_same_in_every_draw() -> None:
    assert drawn_levers(BASE, one("trade_cost", 0.9), drawn()) == {}
    both = Scenario("both", settings=(Setting("trade_cost", 0.9), Setting("trade_barrier", 0.1)))
    mixed = drawn_levers(BASE, both, drawn())["trade_cost"]
    alone = drawn_levers(BASE, one("trade_barrier", 0.1), drawn())["trade_cost"]
    inside = BASE.economy.nation[:, None] & BASE.economy.nation & ~np.eye(5, dtype=bool)
    np.testing.assert_allclose((mixed / alone)[:, :, inside], 0.9, rtol=CLOSE)


@pytest.mark.parametrize("name", ["unified_market", "productivity_plus_1"])
def test_a_band_is_made_of_economies_solved_alone(name: str) -> None:
    found = bands(BASE, preset(name), DRAWS, seed=5)
    like = solve(BASE.economy, resolve(preset(name), BASE))
    for b in range(0, DRAWS, 2):
        own = {k: v[b] if v[b].ndim else float(v[b]) for k, v in found.draws.items() if k != "trade_cost"}
        there = replace(BASE, economy=replace(BASE.economy, **own))
        alone = solve(there.economy, resolve(preset(name), there))
        np.testing.assert_allclose(found.values["real_income"][b], alone["real_income"], rtol=SAME)
        np.testing.assert_allclose(found.equilibrium(b, like).trade(), alone.trade(), rtol=1e-7)
    assert "trade_cost" not in found.text.en


def test_trade_errors_move_the_barrier_that_is_measured() -> None:
    """A draw in which a pair trades more has a lower barrier between them, and a tenth of it is less."""
    with pytest.raises(InputError, match=r"not modelled|不是模型"):  # trade as given has no error of estimation
        bands(BASE, preset("unified_market"), 3, trade_errors=True)
    modelled = replace(BASE, modelled=(Text("省际贸易", "trade"),))
    found = bands(modelled, preset("unified_market"), 3, seed=5, trade_errors=True)
    for b in range(3):
        share, cost = found.draws["trade_shares"][b, 0], found.draws["trade_cost"][b, 0]
        theta = found.draws["trade_elasticity"][b, 0]
        ratio = share[0, 0] * share[1, 1] / (share[0, 1] * share[1, 0])
        assert cost[0, 1] ** -theta == pytest.approx(ratio ** (0.1 / 2), rel=1e-9)


def test_combinations_under_draws_stand_in_the_order_of_draws_then_scenarios() -> None:
    scenarios = [Scenario("none"), preset("unified_market"), preset("productivity_plus_1")]
    vary = stack_drawn(BASE, scenarios, 2, seed=7)
    draws = random_draws(BASE.economy, default_spread(BASE.economy), 2, 7)
    assert {len(v) for v in vary.values()} == {9}
    np.testing.assert_array_equal(vary["trade_elasticity"][:3], np.tile(BASE.economy.trade_elasticity, (3, 1)))
    np.testing.assert_array_equal(vary["trade_elasticity"][6:], np.tile(draws["trade_elasticity"][1], (3, 1)))
    central = resolve(preset("unified_market"), BASE).trade_cost
    own = drawn_levers(BASE, preset("unified_market"), draws)["trade_cost"]
    for row, cost in ((1, central), (4, own[0]), (7, own[1])):
        np.testing.assert_array_equal(vary["trade_cost"][row], cost)
    for row in (0, 2, 3, 5, 6, 8):
        assert (vary["trade_cost"][row] == 1).all()
    assert (vary["productivity"][5] == 1.01).sum() == 8  # four provinces, two sectors
