"""Sharing rules against definitions by brute force, published examples and laws of cooperative games."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from yugong.base.errors import InputError
from yugong.design.sharing import (
    core_test,
    equal_awards,
    equal_losses,
    flow_worth,
    from_table,
    least_core,
    nash_bargaining,
    nucleolus,
    sampled_shapley,
    shapley,
    talmud,
)
from yugong.design.synergy import subsets

LP = 1e-7  # two solvers, worths of order one
EXACT = 1e-9
GAMES = [2, 3, 4, 5]


def bankruptcy(estate: float, claims: list[float]) -> np.ndarray:
    """What a coalition can be sure of: the estate less the others' claims (O'Neill 1982)."""
    outside = ~subsets(len(claims))
    return np.maximum(estate - outside @ np.array(claims, float), 0)


def random_game(n: int, seed: int, superadditive: bool = True) -> np.ndarray:
    rng = np.random.default_rng(seed)
    worth = rng.uniform(0, 1, 2**n) * subsets(n).sum(1)
    worth[0] = 0
    if superadditive:
        for s in range(2**n):
            t = s
            while t:
                worth[s] = max(worth[s], worth[t] + worth[s ^ t])
                t = (t - 1) & s
    return worth


# --- Shapley


@pytest.mark.parametrize("n", GAMES)
def test_shapley_is_the_mean_over_all_orders(n: int) -> None:
    worth = random_game(n, n, superadditive=False)
    total = np.zeros(n)
    for order in itertools.permutations(range(n)):
        held = 0
        for i in order:
            total[i] += worth[held | 1 << i] - worth[held]
            held |= 1 << i
    assert shapley(worth) == pytest.approx(total / math.factorial(n))


def test_the_airport_game_of_littlechild_and_owen() -> None:
    """Runway costs 10, 12, 15: each part of the runway is shared equally by those who need it."""
    need = np.array([10.0, 12.0, 15.0])
    cost = np.array([need[list(s)].max() if any(s) else 0.0 for s in subsets(3)])
    assert shapley(cost) == pytest.approx([10 / 3, 10 / 3 + 1, 10 / 3 + 1 + 3])


def test_the_glove_game_has_its_known_values() -> None:
    """One left, two right gloves: Shapley (2/3, 1/6, 1/6); core and nucleolus give all to the left glove."""
    worth = np.array([0, 0, 0, 1, 0, 1, 0, 1.0])
    assert shapley(worth) == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    assert nucleolus(worth) == pytest.approx([1, 0, 0], abs=LP)
    assert not core_test(worth, shapley(worth)).inside
    assert core_test(worth, [1, 0, 0]).inside


def test_flows_are_shared_half_and_half() -> None:
    """Deng and Papadimitriou (1994): the Shapley value of a weighted-graph game is half of each node's links."""
    flows = np.random.default_rng(1).uniform(0, 5, (6, 6))
    worth = flow_worth(flows)(subsets(6))
    off = flows - np.diag(np.diag(flows))
    assert shapley(worth) == pytest.approx((off.sum(0) + off.sum(1)) / 2)


def test_sampled_values_stay_within_the_bound_of_the_truth() -> None:
    n = 20
    flows = np.random.default_rng(2).uniform(0, 5, (n, n))
    np.fill_diagonal(flows, 0)
    truth = (flows.sum(0) + flows.sum(1)) / 2
    held = 0
    for seed in range(40):
        found = sampled_shapley(flow_worth(flows**1.0), n, orders=200, seed=seed, level=0.9)
        assert found.values.sum() == pytest.approx(flows.sum())
        held += bool((np.abs(found.values - truth) <= found.error + EXACT).all())
    assert held >= 34  # at least 0.85 of 40 where 0.9 is claimed


def test_sampling_converges_where_orders_matter() -> None:
    worth = random_game(8, 5)
    powers = 2 ** np.arange(8)
    found = sampled_shapley(lambda m: worth[m @ powers], 8, orders=20000, seed=1)
    assert (np.abs(found.values - shapley(worth)) <= found.error).all()
    assert found.error.max() < 0.1
    bounded = sampled_shapley(lambda m: worth[m @ powers], 8, orders=2000, seed=1, span=float(np.ptp(worth)))
    assert (bounded.error > found.error).all()
    again = sampled_shapley(lambda m: worth[m @ powers], 8, orders=20000, seed=1)
    assert (again.values == found.values).all()


# --- core, least core, nucleolus


@pytest.mark.parametrize(
    ("estate", "awards"),
    [(100, [33.3333333333, 33.3333333333, 33.3333333333]), (200, [50, 75, 75]), (300, [50, 100, 150])],
)
def test_the_talmud_table_is_the_nucleolus(estate: float, awards: list[float]) -> None:
    """Aumann and Maschler (1985), table I: claims 100, 200, 300."""
    claims = [100.0, 200.0, 300.0]
    assert nucleolus(bankruptcy(estate, claims)) == pytest.approx(awards, abs=1e-6)
    assert talmud(estate, claims) == pytest.approx(awards)


@settings(max_examples=40)
@given(st.lists(st.floats(1, 100), min_size=2, max_size=7), st.floats(0.05, 0.95))
def test_nucleolus_of_bankruptcy_games_is_the_talmud_rule(claims: list[float], part: float) -> None:
    estate = part * sum(claims)
    assert nucleolus(bankruptcy(estate, claims)) == pytest.approx(talmud(estate, claims), abs=LP * sum(claims))


def sequential(worth: np.ndarray) -> np.ndarray:
    """The nucleolus by the textbook's way: after each programme, ask of every coalition whether its excess can fall."""
    n = len(worth).bit_length() - 1
    inside = subsets(n).astype(float)
    free = list(range(1, 2**n - 1))
    a_eq, b_eq = [np.append(inside[-1], 0)], [worth[-1]]
    alone = [worth[1 << i] for i in range(n)]
    bounds = [(v, None) for v in alone] if sum(alone) <= worth[-1] + 1e-9 else [(None, None)] * n
    while free:
        a_ub = [np.append(-inside[s], 1) for s in free]
        b_ub = [-worth[s] for s in free]
        best = linprog(np.append(np.zeros(n), -1), a_ub, b_ub, a_eq, b_eq, [*bounds, (None, None)])
        t = best.x[-1]
        stuck = []
        for s in free:
            more = linprog(
                np.append(-inside[s], 0),
                a_ub,
                b_ub,
                [*a_eq, np.append(np.zeros(n), 1)],
                [*b_eq, t],
                [*bounds, (None, None)],
            )
            if -more.fun - worth[s] <= t + 1e-7:
                stuck.append(s)
        for s in stuck:
            a_eq.append(np.append(inside[s], 0))
            b_eq.append(worth[s] + t)
        free = [s for s in free if s not in stuck]
    return best.x[:-1]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("n", [3, 4])
@pytest.mark.parametrize("superadditive", [True, False])
def test_nucleolus_by_the_textbook(n: int, seed: int, superadditive: bool) -> None:
    worth = random_game(n, seed, superadditive)
    assert nucleolus(worth) == pytest.approx(sequential(worth), abs=1e-5)


@settings(max_examples=40)
@given(st.integers(2, 6), st.integers(0, 10_000))
def test_nucleolus_is_efficient_in_the_least_core_and_symmetric(n: int, seed: int) -> None:
    worth = random_game(n, seed)
    x = nucleolus(worth)
    assert x.sum() == pytest.approx(worth[-1])
    assert core_test(worth, x).worst <= least_core(worth).epsilon + 1e-7
    if least_core(worth).core_exists:
        assert core_test(worth, x).worst <= 1e-7
    swapped = worth[[(s & ~3) | (s & 1) << 1 | (s >> 1 & 1) for s in range(2**n)]]
    assert nucleolus(swapped)[[1, 0]] == pytest.approx(x[:2], abs=1e-6)


def test_a_majority_of_three_has_no_core() -> None:
    worth = np.array([0, 0, 0, 1, 0, 1, 1, 1.0])
    least = least_core(worth)
    assert least.epsilon == pytest.approx(1 / 3)
    assert not least.core_exists
    test = core_test(worth, [1 / 3] * 3)
    assert not test.inside
    assert set(test.blocking) == {3, 5, 6}


def test_one_player_takes_all() -> None:
    assert nucleolus([0, 5.0]) == [5]
    assert least_core([0, 5.0]).core_exists
    assert core_test([0, 5.0], [5.0]).inside


def test_an_allocation_that_wastes_is_not_in_the_core() -> None:
    assert not core_test([0, 1, 1, 4], [1, 1]).inside


# --- claims and bargaining


@given(st.lists(st.floats(0, 100), min_size=2, max_size=6), st.floats(0, 1))
def test_claims_rules_spend_the_pot_within_the_claims(claims: list[float], part: float) -> None:
    pot = part * sum(claims)
    for rule in (equal_awards, equal_losses, talmud):
        x = rule(pot, claims)
        assert x.sum() == pytest.approx(pot, abs=1e-6)
        assert (x >= -1e-9).all()
        assert (x <= np.array(claims) + 1e-9).all()
    # the Talmud rule is self-dual, awards and losses are dual
    assert talmud(pot, claims) == pytest.approx(np.array(claims) - talmud(sum(claims) - pot, claims), abs=1e-6)


def test_nash_bargaining_makes_the_product_largest() -> None:
    d, w, pot = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 1.0]), 12.0
    x = nash_bargaining(pot, d, w)
    best = (w * np.log(x - d)).sum()
    rng = np.random.default_rng(0)
    for _ in range(500):
        y = x + rng.normal(0, 0.3, 3)
        y += (pot - y.sum()) / 3
        if (y > d).all():
            assert (w * np.log(y - d)).sum() <= best + EXACT
    with pytest.raises(InputError):
        nash_bargaining(5.0, d)


# --- tables


def test_a_table_must_be_whole() -> None:
    rows = [(frozenset("a"), 1.0), (frozenset("b"), 2.0), (frozenset("ab"), 5.0)]
    assert from_table(["a", "b"], rows).tolist() == [0, 1, 2, 5]
    with pytest.raises(InputError, match=r"没有值|without"):
        from_table(["a", "b"], rows[:2])
    with pytest.raises(InputError, match=r"两次|twice"):
        from_table(["a", "b"], [*rows, rows[0]])
