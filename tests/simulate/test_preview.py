"""The first-order preview against exact solves: what it misses is of second order, in every block of the model."""

from dataclasses import fields, replace

import numpy as np
import pytest
from economies import FAMILIES, economy, family
from test_decompose import shocks

from yugong.simulate import Economy, Equilibrium, Levers, preview, solve
from yugong.simulate._kernel.outcomes import Outcomes
from yugong.simulate.previewing import POSITIVE

SIZES = (1e-3, 5e-4)
EXACT = 1e-13  # residual of the exact solves, in logs: far below the square of the smallest shock
# Halving the shock quarters the error, but for its third-order part: a few sizes of the shock, in relative terms.
QUARTER = 0.02
SAME = 1e-12  # rounding of sums over a few regions
OUTCOMES = tuple(name for name in Outcomes._fields if name != "least_income")  # a minimum over regions has a kink


def everything(e: Economy, size: float) -> Levers:
    """Return a shock of `size` in every lever the economy has something for, in one direction."""
    rng = np.random.default_rng(11)
    n = len(e.regions)
    added: dict[str, object] = {"payer": rng.uniform(0.5, 1.5, n) * e.nation}
    if e.mobility == "costly":
        added["migration_cost"] = np.exp(size * rng.standard_normal(e.migration_shares.shape))
    if e.nation.all() or e.mobility == "none":
        added["relocation"] = size * (np.ones((n, n)) - np.eye(n))
    if e.land_share.any():
        added["eco_land"] = np.full(n, 0.3)
    if e.emissions.any():
        added["eco_emissions"] = np.full(n, 0.2 * e.accounts.value_added / e.emissions.sum())
    return replace(shocks(e, size), **added)


def missed(e: Economy, levers: Levers) -> dict[str, np.ndarray]:
    exact = solve(e, levers, tolerance=EXACT, raise_on_failure=True)
    first = preview(e, levers, tolerance=EXACT)
    assert first.status.converged
    return {name: np.asarray(first[name]) - np.asarray(exact[name]) for name in OUTCOMES}


def quarters(large: dict[str, np.ndarray], small: dict[str, np.ndarray], scale: Equilibrium) -> None:
    for name in OUTCOMES:
        if not large[name].size:
            continue
        unit = max(float(np.abs(np.asarray(scale[name]) - np.asarray(scale.base[name])).max()), 1e-300)
        worst = float(np.abs(large[name]).max())
        np.testing.assert_allclose(
            small[name], large[name] / 4, atol=QUARTER * worst + 1e-9 * unit, rtol=0, err_msg=name
        )


@pytest.mark.parametrize("name", FAMILIES)
def test_halving_the_shock_quarters_the_error(name: str) -> None:
    e = family(name)
    large, small = (missed(e, everything(e, size)) for size in SIZES)
    first = preview(e, everything(e, SIZES[0]), tolerance=EXACT)
    quarters(large, small, first)
    moved = np.abs(first.change("real_income")).max()
    assert moved > 0.3 * SIZES[0]  # the response itself is of first order,
    assert np.abs(large["real_income"]).max() < 60 * SIZES[0] ** 2  # the error of second


@pytest.mark.parametrize("name", ["inputs", "tariffs", "free mobility", "everything"])
def test_a_tiny_exact_shock_is_the_derivative(name: str) -> None:
    """Central differences of exact solves, which share no derivative with the preview."""
    e, size = family(name), 1e-4
    up, down = (solve(e, everything_two_sided(e, s), tolerance=EXACT, raise_on_failure=True) for s in (size, -size))
    first = preview(e, everything_two_sided(e, size), tolerance=EXACT)
    for outcome in OUTCOMES:
        slope = (np.asarray(up[outcome]) - np.asarray(down[outcome])) / 2
        got = np.asarray(first[outcome]) - np.asarray(first.base[outcome])
        # the differences' own error: third order, and rounding over the size of the shock
        reach = 1e-6 * max(
            float(np.abs(slope).max(initial=0)), size * float(np.abs(np.asarray(up[outcome])).max(initial=0))
        )
        np.testing.assert_allclose(got, slope, atol=max(reach, 1e-300), rtol=0, err_msg=outcome)


def everything_two_sided(e: Economy, size: float) -> Levers:
    """Return productivity, trade costs and, where people move, amenities: levers that may go either way."""
    rng = np.random.default_rng(2)
    n, s = len(e.regions), len(e.sectors)
    return Levers(
        productivity=np.exp(size * rng.standard_normal((n, s))),
        trade_cost=np.exp(size * rng.standard_normal((s, n, n))),
        amenity=np.exp(size * rng.standard_normal(e.population.shape)),
    )


@pytest.mark.parametrize("name", ["inputs", "tariffs", "everything"])
def test_nothing_is_exactly_nothing(name: str) -> None:
    e = family(name)
    for levers in (None, Levers(productivity=np.ones((len(e.regions), len(e.sectors))), trade_cost=np.ones(1))):
        found = preview(e, levers)
        assert not found.x.any()
        assert found.status.converged
        for outcome, values in found.values.items():
            assert (np.asarray(values) == np.asarray(found.base[outcome])).all(), outcome
        assert found.welfare == 0.0


def test_accounts_and_heads_add_up_at_any_size() -> None:
    e = family("everything")
    levers = replace(shocks(e, 0.05), workers=None)
    found = preview(e, levers, tolerance=EXACT)
    assert found["population"].sum() == pytest.approx(e.population.sum(), rel=SAME)
    assert found["transfer"].sum() == pytest.approx(0, abs=SAME * e.accounts.value_added)
    assert abs(found["population"] / e.population.sum(1) - 1).max() > 1e-3


def test_a_tight_cap_is_met_and_a_loose_one_does_nothing() -> None:
    e = family("emissions")
    tight = preview(e, Levers(carbon_cap=0.99), tolerance=EXACT)
    assert tight["carbon_price"] > 0
    assert tight["emissions"].sum() / e.emissions.sum() == pytest.approx(1 + np.log(0.99), abs=SAME)
    errors = [missed(e, Levers(carbon_cap=np.exp(-size))) for size in (2e-3, 1e-3)]
    quarters(*errors, tight)
    loose = preview(e, Levers(carbon_cap=1.05))
    assert loose.x.shape == tight.x.shape
    assert not loose.x.any()
    assert loose["carbon_price"] == 0


def test_too_large_a_shock_says_so() -> None:
    e = economy(mobility="costly")
    found = preview(e, Levers(productivity=np.full((4, 3), 0.01)))
    assert not found.status.converged
    assert "exact" in found.status.text.en
    assert min(float(np.asarray(found[name]).min()) for name in POSITIVE if found[name].size) <= 0
    stopped = preview(e, everything_two_sided(e, 0.01), max_sweeps=1)
    assert not stopped.status.converged


def test_the_card_and_the_table_say_what_it_is() -> None:
    e = family("migration")
    found = preview(e, everything_two_sided(e, 0.01))
    assert (found.method.id, found.status.method) == ("simulate.preview", "first order")
    assert list(found.table()["place"]) == list(e.regions)
    np.testing.assert_allclose(found.trade().sum(), solve(e, found.levers).trade().sum(), rtol=1e-2)
    assert {f.name for f in fields(found)} == {f.name for f in fields(Equilibrium)}


def test_it_takes_fewer_sweeps_than_the_exact_solve() -> None:
    e = family("everything")
    levers = everything_two_sided(e, 0.1)
    exact, first, close = solve(e, levers), preview(e, levers), preview(e, levers, tolerance=EXACT)
    assert first.status.sweeps < exact.status.sweeps
    np.testing.assert_allclose(first["real_income"], close["real_income"], atol=1e-6)  # and loses nothing by it
