"""Scenarios against a baseline that moves: exactly nothing without a lever, and brute force in levels."""

from dataclasses import replace

import numpy as np
import pytest
from economies import economy
from scipy.optimize import brentq

from yugong.base.errors import InputError
from yugong.simulate import Dynamics, Economy, Levers, baseline_path, solve, transition, transition_gradient

AGREE = 1e-8  # two paths solved to 1e-11 over their years, one divided by the other
LEVELS = 1e-9  # values in levels are iterated to 1e-13


def still() -> tuple[Economy, Dynamics, np.ndarray]:
    """Return an economy with capital, its dynamics, and a growth path of productivity that levels off."""
    e = economy(n=3, s=2, capital=True, deficits=False, seed=6)
    rng = np.random.default_rng(2)
    moves = rng.uniform(0.01, 0.05, (3, 3)) + np.eye(3)
    moves /= moves.sum(1, keepdims=True)
    rate = np.array([[0.04, 0.01], [0.02, 0.03], [0.0, 0.02]])
    growth = np.exp(rate * np.minimum(np.arange(25), 15)[:, None, None])
    return e, Dynamics(years=25, moves=moves, accumulation=True, discount=0.9), growth


@pytest.fixture(scope="module")
def grown() -> tuple[tuple[Economy, ...], Dynamics]:
    e, dynamics, growth = still()
    return baseline_path(e, dynamics, by_year={"productivity": growth})


BOOST = np.array([[1.0, 1.0], [1.1, 1.0], [0.9, 1.0]])


def test_no_lever_on_a_moving_baseline_is_exactly_nothing(grown: tuple[tuple[Economy, ...], Dynamics]) -> None:
    years, dynamics = grown
    assert np.abs(years[20].trade_shares - years[0].trade_shares).max() > 0.005
    assert np.abs(dynamics.growth - 1).max() > 0.001
    path = transition(years, dynamics)
    assert path.status.sweeps == 0
    assert (path.value == 0).all()
    np.testing.assert_allclose(path.people, 1, atol=1e-14)
    np.testing.assert_allclose(path.capital, 1, atol=1e-14)


def test_a_change_on_the_baseline_is_the_ratio_of_two_paths_from_the_first_year(
    grown: tuple[tuple[Economy, ...], Dynamics],
) -> None:
    e, first, growth = still()
    years, dynamics = grown
    relative = transition(years, dynamics, Levers(productivity=BOOST), tolerance=1e-11)
    without = transition(e, first, by_year={"productivity": growth}, tolerance=1e-11)
    both = transition(e, first, by_year={"productivity": growth * BOOST}, tolerance=1e-11)
    np.testing.assert_allclose(relative.people, both.people / without.people, rtol=AGREE)
    np.testing.assert_allclose(relative.capital, both.capital / without.capital, rtol=AGREE)
    np.testing.assert_allclose(relative.value, both.value - without.value, atol=AGREE)
    assert np.abs(relative.people - 1).max() > 0.01


def test_gradient_on_the_baseline(grown: tuple[tuple[Economy, ...], Dynamics]) -> None:
    years, dynamics = grown
    gift = np.zeros((25, 3))
    _, slopes = transition_gradient(years, dynamics, by_year={"household_transfer": gift})
    step = 1e-4 * years[0].accounts.value_added
    ends = []
    for sign in (1, -1):
        at = gift.copy()
        at[10, 1] = sign * step
        path = transition(years, dynamics, by_year={"household_transfer": at}, tolerance=1e-12)
        ends.append((path.value[0, :, 0] * years[0].population[:, 0]).sum() / years[0].population.sum())
    assert slopes["household_transfer"][10, 1] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-5)


class Levels:
    """Two regions, one good, in levels: no hats, no shares; migration as in Caliendo, Dvorkin and Parro (2019)."""

    theta, discount, nu, years = 4.0, 0.9, 1.5, 12
    distance = np.array([[1.0, 1.6], [1.5, 1.0]])
    cost = np.array([[0.0, 2.5], [3.0, 0.0]])

    def market(self, productivity: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return trade shares, wages and real wages of one year."""

        def shares(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            pull = (w * self.distance / productivity) ** -self.theta
            return pull / pull.sum(1, keepdims=True), pull.sum(1) ** (-1 / self.theta)

        def excess(log_ratio: float) -> float:
            w = np.array([np.exp(log_ratio), 1.0])
            return float((shares(w)[0][:, 0] * w * people).sum() - w[0] * people[0])

        w = np.array([np.exp(brentq(excess, -10, 10, xtol=1e-15)), 1.0])
        pi, price = shares(w)
        return pi, w, w / price

    def path(self, productivity: np.ndarray, first: np.ndarray) -> dict[str, np.ndarray]:
        value = np.zeros((self.years + 1, 2))
        for _ in range(600):
            people, pi, wage, utility, moves = [first], [], [], [], []
            for t in range(self.years):
                shares, w, real = self.market(productivity[t], people[t])
                pull = np.exp((self.discount * value[t + 1] - self.cost) / self.nu)
                pi, wage, utility = [*pi, shares], [*wage, w], [*utility, np.log(real)]
                moves.append(pull / pull.sum(1, keepdims=True))
                people.append(people[t] @ moves[t])
            new = value.copy()
            for t in range(self.years):
                pull = np.exp((self.discount * value[t + 1] - self.cost) / self.nu)
                new[t] = utility[t] + self.nu * np.log(pull.sum(1))
            new[self.years] = new[self.years - 1]
            off = np.abs(new - value).max()
            value = new
            if off < 1e-13:
                break
        assert off < 1e-13
        return {
            "people": np.array(people[:-1]), "pi": np.array(pi), "wage": np.array(wage), "value": value[:-1],
            "moves": np.array(moves),
        }  # fmt: skip


def test_brute_force_in_levels() -> None:
    """The baseline's shares, incomes and moves are read off as data would be; levels never enter the relative path."""
    model, first = Levels(), np.array([1.0, 0.6])
    growing = np.exp(np.array([0.05, 0.01]) * np.minimum(np.arange(12), 8)[:, None]) * [1.0, 0.8]
    shock = np.where(np.arange(12)[:, None] >= 4, [1.0, 1.3], [1.0, 1.0])  # announced, comes in year five
    base, new = model.path(growing, first), model.path(growing * shock, first)
    assert np.abs(base["people"][-1] / base["people"][0] - 1).max() > 0.05
    years = [
        Economy(
            regions=("a", "b"), sectors=("all",), trade_shares=base["pi"][t][None],
            spending=(base["wage"][t] * base["people"][t])[:, None], labour_share=np.ones((2, 1, 1)),
            input_share=np.zeros((2, 1, 1)), trade_elasticity=np.array([model.theta]),
            population=base["people"][t][:, None],
        )
        for t in range(12)
    ]  # fmt: skip
    dynamics = Dynamics(years=12, moves=base["moves"], discount=model.discount, spread=model.nu)
    path = transition(years, dynamics, by_year={"productivity": shock[:, :, None]}, tolerance=1e-12)
    np.testing.assert_allclose(path.people[:, :, 0], new["people"] / base["people"], rtol=LEVELS)
    np.testing.assert_allclose(path.value[:, :, 0], new["value"] - base["value"], atol=LEVELS)
    np.testing.assert_allclose(path.moves, new["moves"], atol=LEVELS)
    relative = path.wage[:, 0, 0] / path.wage[:, 1, 0]
    np.testing.assert_allclose(relative, (new["wage"] / base["wage"])[:, 0], rtol=LEVELS)


def test_the_long_run_is_the_static_long_run() -> None:
    """Far along the path people, values and moves solve the stationary equations around the static model."""
    e = economy(n=3, s=2, deficits=False, seed=6)
    moves = still()[1].moves
    boost, nu, discount = BOOST, 1.0, 0.9
    path = transition(
        e, Dynamics(years=280, moves=moves, discount=discount, spread=nu), Levers(productivity=boost), tolerance=1e-12
    )
    heads = e.population[:, 0] / e.population.sum()
    arrivals = heads - heads @ moves
    value, people = np.zeros(3), heads.copy()
    for _ in range(800):
        utility = np.log(
            solve(e, Levers(productivity=boost, people=(people / heads)[:, None]), tolerance=1e-12)["utility"]
        )
        for _ in range(300):
            value = utility[:, 0] + nu * np.log(moves @ np.exp(discount * value / nu))
        pull = moves * np.exp(discount * value / nu)
        new = people @ (pull / pull.sum(1, keepdims=True)) + arrivals
        off = np.abs(new / people - 1).max()
        people = new
        if off < 1e-11:
            break
    assert off < 1e-11
    assert np.abs(people / heads - 1).max() > 0.02
    np.testing.assert_allclose(path.people[-1, :, 0], people / heads, rtol=1e-7)


def test_bad_baselines(grown: tuple[tuple[Economy, ...], Dynamics]) -> None:
    years, dynamics = grown
    with pytest.raises(InputError, match="economy"):
        transition(years[:-1], dynamics)
    with pytest.raises(InputError, match="moves"):
        transition(years, replace(dynamics, moves=dynamics.moves[:-1]))
    with pytest.raises(InputError, match=r"labour groups|劳动组"):
        transition([*years[:-1], replace(years[0], regions=("x", "y", "z"))], dynamics)
    with pytest.raises(InputError, match=r"shrinks|低于"):
        transition(years, replace(dynamics, growth=dynamics.growth * 0.5))
