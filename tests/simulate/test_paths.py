"""Transitions: against the published nested algorithm, the static long run, and finite differences."""

from dataclasses import replace

import numpy as np
import pytest
from economies import economy

from yugong.base.errors import InputError
from yugong.simulate import Dynamics, Levers, solve, speed, transition, transition_gradient

AGREE = 1e-7  # the nested loops below stop at 1e-10 in values, over 25 years


def world() -> tuple:
    e = economy(n=3, s=2, deficits=False, seed=6)
    rng = np.random.default_rng(2)
    moves = rng.uniform(0.01, 0.05, (3, 3)) + np.eye(3)
    return e, moves / moves.sum(1, keepdims=True)


BOOST = np.array([[1.1, 1.0], [1.0, 1.0], [0.95, 1.0]])


def test_nothing_happens_without_a_change() -> None:
    e, moves = world()
    path = transition(e, Dynamics(years=20, moves=moves))
    assert path.status.sweeps == 0
    np.testing.assert_allclose(path.people, 1, atol=1e-14)
    assert (path.value == 0).all()


def test_migration_equals_the_nested_algorithm() -> None:
    """Caliendo, Dvorkin and Parro's loops: guess values, move people, solve each year, update values."""
    e, moves = world()
    years, discount, nu = 25, 0.9, 2.0
    path = transition(
        e, Dynamics(years=years, moves=moves, discount=discount, spread=nu), Levers(productivity=BOOST), tolerance=1e-11
    )
    heads0 = e.population.ravel() / e.population.sum()
    arrivals = heads0 - heads0 @ moves
    value = np.zeros((years + 1, 3))
    for _ in range(400):
        heads, utility = heads0.copy(), np.zeros((years, 3))
        for t in range(years):
            levers = Levers(productivity=BOOST, people=(heads / heads0)[:, None])
            utility[t] = np.log(solve(e, levers, tolerance=1e-12)["utility"][:, 0])
            pull = moves * np.exp(discount * value[t + 1] / nu)
            heads = heads @ (pull / pull.sum(1, keepdims=True)) + arrivals
        new = value.copy()
        for t in range(years):
            new[t] = utility[t] + nu * np.log((moves * np.exp(discount * value[t + 1] / nu)).sum(1))
        new[years] = new[years - 1]
        change = np.abs(new - value).max()
        value = new
        if change < 1e-10:
            break
    assert change < 1e-10
    np.testing.assert_allclose(path.value[:, :, 0], value[:years], atol=AGREE)
    assert path.people[-1, 0, 0] > 1 > path.people[-1, 2, 0]


def test_people_are_neither_made_nor_lost() -> None:
    e, moves = world()
    path = transition(e, Dynamics(years=30, moves=moves), Levers(productivity=BOOST))
    total = (path.people * e.population).sum((1, 2))
    np.testing.assert_allclose(total, e.population.sum(), rtol=1e-12)


def test_capital_ends_where_the_static_long_run_is() -> None:
    e = economy(n=3, s=2, capital=True, deficits=False, seed=6)
    path = transition(
        e, Dynamics(years=200, accumulation=True, discount=0.9, depreciation=0.1), Levers(productivity=BOOST)
    )
    assert path.status.converged
    stock = np.ones(3)
    for _ in range(500):  # in the long run the real return is back at its base-year level
        result = solve(e, Levers(productivity=BOOST, capital=stock), tolerance=1e-12)
        profits = (e.capital_share * result["sales"]).sum(1) / e.accounts.profits
        real = profits / stock / result["living_cost"][:, 0]
        stock = stock * real
        if np.abs(np.log(real)).max() < 1e-11:
            break
    np.testing.assert_allclose(path.capital[-1], stock, rtol=1e-7)
    assert (np.diff(np.log(path.capital[:, 0])) > -1e-12).all()


def test_capital_alone_converges_at_the_solow_rate() -> None:
    """One closed region: k' = k·(κ + (1−κ)k^(δ−1)), so the eigenvalue is κ + (1−κ)δ with κ = β(1−depreciation)."""
    e = economy(n=1, s=1, capital=True, inputs=False, seed=1)
    share = float(e.capital_share[0, 0])
    kept = 0.9 * 0.9
    found = speed(e, Dynamics(years=60, accumulation=True, discount=0.9, depreciation=0.1))
    assert found.eigenvalues[0] == pytest.approx(kept + (1 - kept) * share, abs=1e-8)
    assert found.half_life[0] == pytest.approx(np.log(0.5) / np.log(found.eigenvalues[0]), rel=0.05)


def test_transition_matrix_is_the_response_of_the_whole_path() -> None:
    """Column by column: disturb the first year, solve the path with foresight, look at the second year."""
    _, moves = world()
    e = economy(n=3, s=2, capital=True, deficits=False, seed=6)
    dynamics = Dynamics(years=80, moves=moves, accumulation=True, discount=0.9)
    found = speed(e, dynamics)
    columns = []
    for k in range(6):
        ends = []
        for sign in (1, -1):
            state = np.ones(6)
            state[k] = np.exp(sign * 1e-4)
            disturbed = replace(dynamics, people=state[:3, None], capital=state[3:])
            path = transition(e, disturbed, tolerance=1e-11)
            ends.append(np.log(np.concatenate([path.people[1, :, 0], path.capital[1]])))
        columns.append((ends[0] - ends[1]) / 2e-4)
    np.testing.assert_allclose(found.matrix, np.stack(columns, axis=1), atol=1e-6)
    assert (found.eigenvalues < 1 + 1e-9).all()
    assert (found.half_life > 1).all()
    assert found.converged
    assert found.modes.shape == (6, 3)
    np.testing.assert_allclose(found.modes.sum(1), 1)
    assert list(found.table()["place"]) == list(e.regions)


def test_an_eigenvalue_above_one_is_how_the_whole_path_departs() -> None:
    """Strong agglomeration: disturbed along the first mode, the nonlinear path grows by the eigenvalue every year."""
    _, moves = world()
    e = economy(n=3, s=2, capital=True, deficits=False, agglomeration=0.12, seed=6)
    dynamics = Dynamics(years=120, moves=moves, accumulation=True, discount=0.9)
    found = speed(e, dynamics)
    assert found.converged
    assert found.eigenvalues[0] > 1.002
    values, vectors = np.linalg.eig(found.matrix)
    first = np.real(vectors[:, np.abs(values).argmax()])
    state = np.exp(1e-5 * first / np.abs(first).max())
    path = transition(e, replace(dynamics, people=state[:3, None], capital=state[3:]), tolerance=1e-12)
    k = int(found.modes[0].argmax())
    apart = np.log(path.people[:, k, 0])
    np.testing.assert_allclose(apart[1:20] / apart[:19], found.eigenvalues[0], atol=2e-4)


def test_foresight_that_does_not_settle_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yugong.simulate.convergence.ROUNDS", 2)
    _, moves = world()
    e = economy(n=3, s=2, capital=True, deficits=False, seed=6)
    assert not speed(e, Dynamics(years=2, moves=moves, accumulation=True)).converged


def test_gradients_through_the_path() -> None:
    e, moves = world()
    dynamics = Dynamics(years=15, moves=moves, discount=0.9)
    boost = np.broadcast_to(BOOST, (15, 3, 2)).copy()
    value, slopes = transition_gradient(e, dynamics, by_year={"productivity": boost})
    rng = np.random.default_rng(0)
    direction = rng.standard_normal(boost.shape)
    ends = []
    for sign in (1, -1):
        path = transition(e, dynamics, by_year={"productivity": boost + sign * 1e-5 * direction}, tolerance=1e-12)
        ends.append((path.value[0] * e.population).sum() / e.population.sum())
    assert value == pytest.approx(np.mean(ends), abs=1e-8)
    assert (slopes["productivity"] * direction).sum() == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-6, abs=1e-6)


def test_an_announced_change_moves_people_before_it_comes() -> None:
    e, moves = world()
    later = np.ones((20, 3, 2))
    later[10:, 0] = 1.5
    path = transition(e, Dynamics(years=20, moves=moves), by_year={"productivity": later})
    assert path.people[5, 0, 0] > 1 + 1e-4
    assert path.people[0, 0, 0] == pytest.approx(1, abs=1e-12)


def test_bad_dynamics() -> None:
    e, moves = world()
    with pytest.raises(InputError):
        transition(e, Dynamics(moves=moves * 2))
    with pytest.raises(InputError):
        transition(e, Dynamics(accumulation=True))
    with pytest.raises(InputError):
        transition(economy(mobility="costly"), Dynamics())
    with pytest.raises(InputError):
        transition(e, Dynamics(years=5), by_year={"productivity": np.ones((4, 3, 2))})
