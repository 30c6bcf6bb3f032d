"""Properties every equilibrium has, whatever the blocks: identity, Walras, numéraire, budgets, labels, gradients."""

from dataclasses import replace

import numpy as np
import pytest
from economies import FAMILIES, economy, family

from yugong.simulate import Economy, Levers, gradient, rebase, solve

# Solutions are found to 1e-12 in logs; what is compared adds up a few hundred of them.
SAME = 1e-10
# Central differences with step 1e-5 carry an error of step², about 1e-10, times third derivatives.
FINITE = 1e-6
STEP = 1e-5
TIGHT = 1e-13


def shock(e: Economy, seed: int = 1) -> Levers:
    rng = np.random.default_rng(seed)
    n, s = len(e.regions), len(e.sectors)
    cost = np.exp(0.2 * rng.standard_normal((s, n, n)))
    cost[:, np.arange(n), np.arange(n)] = 1
    return Levers(trade_cost=cost, productivity=np.exp(0.1 * rng.standard_normal((n, s))))


@pytest.mark.parametrize("name", FAMILIES)
def test_no_change_is_exactly_no_change(name: str) -> None:
    result = solve(family(name))
    assert result.status.sweeps == 0
    assert (result.x == 0).all()
    for key, value in result.values.items():
        np.testing.assert_array_equal(value, result.base[key], err_msg=key)
    assert result.welfare == 0


@pytest.mark.parametrize("name", FAMILIES)
def test_accounts_close(name: str) -> None:
    e = family(name)
    result = solve(e, shock(e), tolerance=1e-12, raise_on_failure=True)
    certificate = result.certificate()
    assert max(certificate.residual.values()) < 1e-11
    assert abs(certificate.walras) < SAME
    assert abs(certificate.deficits) < SAME
    assert abs(certificate.transfers) < SAME
    assert abs(result["portfolio"].sum()) < SAME
    # goods: what is paid to sellers is what they sell
    tariff = np.asarray(e.tariff)
    np.testing.assert_allclose((result.trade() / (1 + tariff)).sum(1).T, result["sales"], rtol=SAME)
    if e.mobility != "none":
        assert result["population"].sum() == pytest.approx(e.population.sum(), rel=SAME)


@pytest.mark.parametrize("name", FAMILIES)
def test_money_is_a_unit(name: str) -> None:
    e = family(name)
    tripled = replace(e, spending=3 * e.spending, government_grant=3 * e.government_grant, population=e.population)
    a, b = solve(e, shock(e), tolerance=1e-12), solve(tripled, shock(e), tolerance=1e-12)
    np.testing.assert_allclose(a["real_income"], b["real_income"], rtol=SAME)
    np.testing.assert_allclose(3 * a["sales"], b["sales"], rtol=SAME)


@pytest.mark.parametrize("name", ["tariffs", "migration", "everything", "free mobility"])
def test_labels_may_be_permuted(name: str) -> None:
    e = family(name)
    order = np.array([2, 0, 1, 3])
    n, g = e.population.shape
    fields = {"regions": tuple(e.regions[i] for i in order)}
    for field in ("trade_shares", "tariff"):
        fields[field] = getattr(e, field)[:, order][:, :, order]
    for field in (
        "spending", "labour_share", "input_share", "land_share", "capital_share", "goods_share", "population",
        "land_supply_elasticity", "stayer_share", "land_national", "capital_national", "nation", "output_tax",
        "income_tax", "government_grant", "government_basket", "congestion", "emissions",
    ):  # fmt: skip
        fields[field] = getattr(e, field)[order]
    fields["migration_shares"] = e.migration_shares[:, order]
    if e.mobility == "costly":
        where = np.empty(n, dtype=int)
        where[order] = np.arange(n)
        fields["home"] = where[e.home // g] * g + e.home % g
    levers = shock(e)
    moved = Levers(trade_cost=levers.trade_cost[:, order][:, :, order], productivity=levers.productivity[order])
    a = solve(e, levers, tolerance=1e-12)
    b = solve(replace(e, **fields), moved, tolerance=1e-12)
    np.testing.assert_allclose(a["real_income"][order], b["real_income"], rtol=SAME)
    np.testing.assert_allclose(a["welfare"].sum(), b["welfare"].sum(), rtol=SAME)


# "everything" holds the blocks that have no line of their own here
@pytest.mark.parametrize("name", ["one sector", "tariffs", "capital", "free mobility", "stayers", "everything"])
def test_gradients_match_finite_differences(name: str) -> None:
    e = family(name)
    levers = shock(e)
    found = gradient(e, levers, wrt=("trade_cost", "productivity", "amenity"), tolerance=TIGHT)
    rng = np.random.default_rng(3)
    directions = {
        "trade_cost": rng.standard_normal(levers.trade_cost.shape),
        "productivity": rng.standard_normal(levers.productivity.shape),
        "amenity": rng.standard_normal(e.population.shape),
    }
    start = {
        "trade_cost": levers.trade_cost,
        "productivity": levers.productivity,
        "amenity": np.ones(e.population.shape),
    }
    for lever, direction in directions.items():
        ends = []
        for sign in (1, -1):
            moved = replace(levers, **{lever: start[lever] + sign * STEP * direction})
            ends.append(1 + solve(e, moved, tolerance=TIGHT).welfare)
        slope = (ends[0] - ends[1]) / (2 * STEP)
        assert (found.slopes[lever] * direction).sum() == pytest.approx(slope, abs=FINITE, rel=FINITE), lever


@pytest.mark.parametrize(
    "name", ["inputs", "tariffs", "capital", "migration", "stayers", "everything", "free mobility"]
)
def test_there_and_back_from_the_new_base_year(name: str) -> None:
    e = family(name)
    levers = shock(e)
    there = solve(e, levers, tolerance=1e-12, raise_on_failure=True)
    back = Levers(trade_cost=1 / levers.trade_cost, productivity=1 / levers.productivity)
    again = solve(rebase(there), back, tolerance=1e-12, raise_on_failure=True)
    np.testing.assert_allclose(again["sales"], there.base["sales"], rtol=1e-9)
    np.testing.assert_allclose(again["real_income"] * there["real_income"], 1.0, rtol=1e-9)


def test_a_second_run_is_identical() -> None:
    e = economy(mobility="costly")
    assert (solve(e, shock(e)).x == solve(e, shock(e)).x).all()


def test_amounts_of_money_are_homogeneous_too() -> None:
    """Everything nominal in another unit, levers in money included: nothing real changes."""
    e = family("everything")
    gift = 0.05 * e.accounts.value_added * np.array([1.0, -0.5, 0.2, 0.0])
    deficit = e.accounts.deficit + 0.02 * e.accounts.value_added * np.array([1.0, -1.0, 0.5, -0.5])
    price = 0.1 * e.accounts.value_added / e.emissions.sum()
    results = []
    for unit in (1.0, 250.0):
        base = replace(e, spending=unit * e.spending, government_grant=unit * e.government_grant)
        levers = Levers(
            household_transfer=unit * gift,
            government_transfer=unit * np.abs(gift),
            deficit=unit * deficit,
            carbon_price=np.full(4, unit * price),
        )
        results.append(solve(base, levers, tolerance=1e-12, raise_on_failure=True))
    a, b = results
    for name in ("real_income", "population", "utility", "emissions"):
        np.testing.assert_allclose(a[name], b[name], rtol=SAME, err_msg=name)
    np.testing.assert_allclose(250 * a["transfer"], b["transfer"], rtol=1e-9)


@pytest.mark.parametrize("name", ["migration", "everything", "free mobility"])
def test_large_random_shocks_are_solved(name: str) -> None:
    """Trade costs, productivity and migration costs up to a log point, without any fallback."""
    e = family(name)
    rng = np.random.default_rng(11)
    n, s = len(e.regions), len(e.sectors)
    for size in (0.3, 0.6, 1.0):
        for _ in range(5):
            fields = {
                "trade_cost": np.exp(size * rng.standard_normal((s, n, n))),
                "productivity": np.exp(size * rng.standard_normal((n, s))),
            }
            if e.mobility == "costly":
                fields["migration_cost"] = np.exp(size * rng.standard_normal(e.migration_shares.shape))
            result = solve(e, Levers(**fields))
            assert result.status.converged, (size, result.status)
            assert abs(result.certificate(starts=0).walras) < 1e-8
