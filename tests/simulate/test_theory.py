"""Closed forms and theorems that do not share the solver's code."""

from dataclasses import replace

import numpy as np
import pytest
from economies import economy
from scipy.optimize import brentq

from yugong.simulate import Economy, Levers, gradient, solve

SAME = 1e-9  # solutions to 1e-12 in logs, divided by elasticities
TIGHT = 1e-13


def costs(n: int, s: int, seed: int = 5, size: float = 0.2) -> np.ndarray:
    rng = np.random.default_rng(seed)
    cost = np.exp(size * rng.standard_normal((s, n, n)))
    cost[:, np.arange(n), np.arange(n)] = 1
    return cost


def test_autarky_follows_arkolakis_costinot_rodriguez_clare() -> None:
    e = economy(s=1, inputs=False, deficits=False)
    own = np.diagonal(e.trade_shares[0])
    closed = np.where(np.eye(4) > 0, 1.0, 1e8)
    result = solve(e, Levers(trade_cost=closed[None]), tolerance=1e-12, raise_on_failure=True)
    np.testing.assert_allclose(result["real_income"], own ** (1 / e.trade_elasticity[0]), rtol=SAME)


def test_autarky_with_inputs() -> None:
    e = economy(s=1, deficits=False)
    own = np.diagonal(e.trade_shares[0])
    labour = e.labour_share[:, 0, 0]
    closed = np.where(np.eye(4) > 0, 1.0, 1e8)
    result = solve(e, Levers(trade_cost=closed[None]), tolerance=1e-12, raise_on_failure=True)
    np.testing.assert_allclose(result["real_income"], own ** (1 / (e.trade_elasticity[0] * labour)), rtol=SAME)


def test_gains_from_any_shock_are_the_change_of_the_own_share() -> None:
    e = economy(s=1, inputs=False, deficits=False)
    result = solve(e, Levers(trade_cost=costs(4, 1)), tolerance=1e-12)
    new = result.trade()[0] / result["spending"]
    hat = np.diagonal(new) / np.diagonal(e.trade_shares[0])
    np.testing.assert_allclose(result["real_income"], hat ** (-1 / e.trade_elasticity[0]), rtol=SAME)


@pytest.mark.parametrize("options", [{}, {"capital": True}])
def test_small_shocks_follow_hulten(options: dict[str, bool]) -> None:
    e = economy(**options)
    found = gradient(e, wrt=("productivity", "trade_cost"), tolerance=TIGHT)
    world = e.accounts.value_added
    np.testing.assert_allclose(found.slopes["productivity"], e.sales / world, atol=SAME)
    flows = e.trade_shares * e.spending.T[:, :, None]
    np.testing.assert_allclose(found.slopes["trade_cost"], -flows / world, atol=SAME)


def test_one_closed_region_is_domar() -> None:
    e = economy(n=1, s=4)
    found = gradient(e, wrt=("productivity",), tolerance=TIGHT)
    np.testing.assert_allclose(found.slopes["productivity"], e.sales / e.accounts.value_added, atol=SAME)


def test_a_dearer_link_never_helps_the_world() -> None:
    e = economy(seed=8)
    losses = []
    for dearer in (1.0, 1.1, 1.3, 2.0):
        cost = np.ones((3, 4, 4))
        cost[1, 0, 2] = dearer
        losses.append(solve(e, Levers(trade_cost=cost)).welfare)
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0] == 0


def test_two_regions_and_the_wage_equation() -> None:
    e = economy(n=2, s=1, inputs=False, deficits=False, seed=3)
    theta, pi, income = e.trade_elasticity[0], e.trade_shares[0], e.accounts.wages[:, 0]
    boost = np.array([1.3, 0.9])

    def excess(log_ratio: float) -> float:  # balance of region 0 at wages (w, 1)
        w = np.array([np.exp(log_ratio), 1.0])
        pull = pi * (w / boost) ** -theta
        new = pull / pull.sum(1, keepdims=True)
        return float((new[:, 0] * w * income).sum() - w[0] * income[0])

    ratio = np.exp(brentq(excess, -3, 3, xtol=1e-15))
    result = solve(e, Levers(productivity=boost[:, None]), tolerance=1e-12)
    assert result["wage"][0, 0] / result["wage"][1, 0] == pytest.approx(ratio, rel=SAME)
    assert (result["wage"][:, 0] * income).sum() == pytest.approx(income.sum(), rel=SAME)


def symmetric(n: int = 3, theta: float = 4.0, **fields: object) -> Economy:
    share = np.full((n, n), 0.1) + np.eye(n) * (1 - 0.1 * n)
    return Economy(
        regions=tuple(f"r{i}" for i in range(n)), sectors=("all",), trade_shares=share[None], spending=np.ones((n, 1)),
        labour_share=np.ones((n, 1, 1)), input_share=np.zeros((n, 1, 1)), trade_elasticity=np.array([theta]), **fields,
    )  # fmt: skip


def test_symmetric_world_moves_prices_alone() -> None:
    e = symmetric()
    cost = np.where(np.eye(3) > 0, 1.0, 0.7)[None]
    result = solve(e, Levers(trade_cost=cost), tolerance=1e-12)
    np.testing.assert_allclose(result["wage"], 1, atol=1e-11)
    price = (0.8 + 0.2 * 0.7**-4) ** (-1 / 4)
    np.testing.assert_allclose(result["price"], price, rtol=SAME)


def test_two_symmetric_regions_with_free_mobility() -> None:
    # AA14 with N=2: utility equal everywhere; the gap of a productivity shock solves one equation
    zeta, lam, theta = 0.05, 0.4, 4.0
    e = replace(
        symmetric(2, theta), mobility="free", workers=np.array([2.0]), population=np.ones((2, 1)),
        migration_shares=np.full((1, 2, 1), 0.5), agglomeration=np.array([zeta]), congestion=np.full(2, lam),
    )  # fmt: skip
    boost = np.array([1.2, 1.0])
    pi = e.trade_shares[0]

    def solve_wages(heads: np.ndarray) -> np.ndarray:
        def excess(log_ratio: float) -> float:
            w = np.array([np.exp(log_ratio), 1.0])
            pull = pi * (w / boost / heads**zeta) ** -theta
            new = pull / pull.sum(1, keepdims=True)
            return float((new[:, 0] * w * heads).sum() - w[0] * heads[0])

        return np.array([np.exp(brentq(excess, -5, 5, xtol=1e-15)), 1.0])

    def gap(first: float) -> float:
        heads = np.array([first, 2 - first])
        w = solve_wages(heads)
        price = (pi * (w / boost / heads**zeta) ** -theta).sum(1) ** (-1 / theta)
        utility = w / price * heads**-lam
        return float(np.log(utility[0] / utility[1]))

    first = brentq(gap, 0.5, 1.9, xtol=1e-14)
    result = solve(e, Levers(productivity=boost[:, None]), tolerance=1e-12, raise_on_failure=True)
    assert result["people"][0, 0] == pytest.approx(first, rel=SAME)
    assert np.ptp(np.log(result["utility"])) < 1e-10


@pytest.mark.parametrize("mobility", ["none", "costly"])
def test_a_region_split_in_two_halves_changes_nothing(mobility: str) -> None:
    e = economy(mobility=mobility, land=True, tariffs=True, n=3)
    n, h = 4, len(e.workers)
    of = np.array([0, 1, 2, 2])  # region 2 becomes two
    part = np.array([1, 1, 0.5, 0.5])
    fields: dict[str, object] = {
        "regions": ("r0", "r1", "r2a", "r2b"),
        "trade_shares": e.trade_shares[:, of][:, :, of] * part,
        "tariff": e.tariff[:, of][:, :, of],
    }
    for name in ("spending", "population", "emissions"):
        fields[name] = getattr(e, name)[of] * part[:, None]
    for name in (
        "labour_share", "input_share", "land_share", "capital_share", "goods_share", "land_supply_elasticity",
        "stayer_share", "land_national", "capital_national", "nation", "output_tax", "income_tax", "government_grant",
        "government_basket", "congestion", "damage",
    ):  # fmt: skip
        fields[name] = getattr(e, name)[of]
    if h:
        fields["workers"] = e.workers[of] * part
        fields["migration_shares"] = e.migration_shares[of][:, of] * part[None, :, None]
        fields["home"] = np.arange(n)
    cost = costs(3, 3)
    a = solve(e, Levers(trade_cost=cost), tolerance=1e-12)
    b = solve(replace(e, **fields), Levers(trade_cost=cost[:, of][:, :, of]), tolerance=1e-12)
    np.testing.assert_allclose(b["real_income"], a["real_income"][of], rtol=SAME)
    np.testing.assert_allclose(b["people"], a["people"][of], rtol=SAME)
    np.testing.assert_allclose(b["welfare"], a["welfare"][of], rtol=SAME)


def test_duplicate_sectors_may_be_merged() -> None:
    e = economy(mobility="costly", capital=True)
    of, part = np.array([0, 1, 2, 2]), np.array([1, 1, 0.5, 0.5])
    fields = {
        "sectors": ("s0", "s1", "s2a", "s2b"),
        "trade_shares": e.trade_shares[of],
        "tariff": e.tariff[of],
        "spending": e.spending[:, of] * part,
        "emissions": e.emissions[:, of] * part,
        "government_basket": e.government_basket[:, of] * part,
        "input_share": e.input_share[:, of][:, :, of] * part,
        "trade_elasticity": e.trade_elasticity[of],
        "agglomeration": e.agglomeration[of],
        "public_productivity": e.public_productivity[of],
        "land_group": (0,) * 4,
    }
    fields |= {name: getattr(e, name)[:, of] for name in ("labour_share", "land_share", "capital_share", "output_tax")}
    cost = costs(4, 3)
    a = solve(e, Levers(trade_cost=cost), tolerance=1e-12)
    b = solve(replace(e, **fields), Levers(trade_cost=cost[of]), tolerance=1e-12)
    np.testing.assert_allclose(b["real_income"], a["real_income"], rtol=SAME)
    np.testing.assert_allclose(b["sales"] @ np.eye(4)[:, :3] + b["sales"][:, [3]] * [0, 0, 1], a["sales"], rtol=SAME)


def test_one_sector_is_any_number_of_like_ones() -> None:
    e = economy(s=1, mobility="costly", land=True)
    part = np.array([0.5, 0.3, 0.2])
    many = replace(
        e,
        sectors=("a", "b", "c"),
        trade_shares=np.repeat(e.trade_shares, 3, axis=0),
        tariff=np.repeat(e.tariff, 3, axis=0),
        spending=e.spending * part,
        labour_share=np.repeat(e.labour_share, 3, axis=1),
        land_share=np.repeat(e.land_share, 3, axis=1),
        capital_share=np.repeat(e.capital_share, 3, axis=1),
        input_share=np.repeat(e.input_share, 3, axis=1) * part,
        trade_elasticity=np.repeat(e.trade_elasticity, 3),
        agglomeration=np.repeat(e.agglomeration, 3),
        public_productivity=np.repeat(e.public_productivity, 3),
        government_basket=e.government_basket * part,
        output_tax=np.repeat(e.output_tax, 3, axis=1),
        emissions=e.emissions * part,
        land_group=(0, 0, 0),
    )
    cost = costs(4, 1)
    a = solve(e, Levers(trade_cost=cost), tolerance=1e-12)
    b = solve(many, Levers(trade_cost=cost), tolerance=1e-12)
    np.testing.assert_allclose(b["real_income"], a["real_income"], rtol=SAME)
    np.testing.assert_allclose(b["people"], a["people"], rtol=SAME)
    np.testing.assert_allclose(b["sales"], a["sales"] * part, rtol=SAME)


@pytest.mark.parametrize("spill", [0.0, 0.06])
def test_market_is_optimal_where_spillovers_cancel(spill: float) -> None:
    # Fajgelbaum and Gaubert (2020): homogeneous workers, constant elasticities, efficient iff they sum to zero
    e = replace(
        economy(mobility="free", deficits=False, s=1, seed=4, inputs=False),
        agglomeration=np.array([spill]),
        congestion=np.full(4, spill),
    )
    found = gradient(e, wrt=("household_transfer",), tolerance=TIGHT)
    assert np.abs(found.slopes["household_transfer"]).max() * e.accounts.value_added < 1e-8
    worse = replace(e, congestion=np.full(4, spill + 0.2))
    off = gradient(worse, wrt=("household_transfer",), tolerance=TIGHT)
    assert np.abs(off.slopes["household_transfer"]).max() * e.accounts.value_added > 1e-4


def test_optimal_transfers_are_the_constant_subsidy() -> None:
    # same source: transfers s·w + T per worker with s = (γP+γA)/(1−γA); no reform at the margin helps
    zeta, lam = 0.05, 0.3
    e = replace(
        economy(mobility="free", deficits=False, s=1, seed=4, inputs=False),
        agglomeration=np.array([zeta]),
        congestion=np.full(4, lam),
    )
    rate = (zeta - lam) / (1 + lam)
    wages, heads = e.accounts.wages.sum(1), e.population.sum(1)
    for _ in range(60):
        transfer = rate * (wages - heads * wages.sum() / heads.sum())
        result = solve(e, Levers(household_transfer=transfer), tolerance=1e-12)
        wages, heads = result["grp"], result["population"]
    assert result.welfare > 0
    found = gradient(e, Levers(household_transfer=transfer), wrt=("household_transfer",), tolerance=TIGHT)
    assert np.abs(found.slopes["household_transfer"]).max() * e.accounts.value_added < 1e-6
