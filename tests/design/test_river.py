"""River-sharing games against brute force, closed forms and the published properties of the solutions."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from yugong.base.errors import InputError
from yugong.design.compensation.river import efficient_use, polluted_river, river_game, river_sharing

SOLVER = 1e-5  # SLSQP stops at about 1e-7 of these worths
EXACT = 1e-9
CHAIN = [1, 2, 3, -1]
TREE = [2, 2, 4, 4, -1]  # 0 and 1 meet at 2; 2 and 3 meet at 4


def upstream_of(parent: list[int], i: int) -> set[int]:
    found = {i}
    while grown := {j for j, p in enumerate(parent) if p in found} - found:
        found |= grown
    return found


def brute_force(parent: list[int], members: set[int], e: np.ndarray, a: np.ndarray, c: np.ndarray, free: bool) -> float:
    """Best joint benefit of members, straight from the definition, by a general solver."""
    if not members:
        return 0.0
    who = sorted(members)

    def connected(j: int, i: int) -> bool:
        """Whether water from j reaches i without passing an outsider."""
        while j != i:
            if j not in members and not free:
                return False
            j = parent[j]
            if j < 0:
                return False
        return True

    # water rising at an outsider counts only where outsiders let it pass
    sources = {i: {j for j in upstream_of(parent, i) if connected(j, i)} for i in who}
    limits = [
        {"type": "ineq", "fun": lambda x, s=sources[i]: sum(e[j] for j in s) - sum(x[k] for k, w in enumerate(who) if w in s)}
        for i in who
    ]  # fmt: skip
    most = [a[i] / c[i] for i in who]
    start = np.array([min(m, e[i]) for m, i in zip(most, who, strict=True)])
    found = minimize(
        lambda x: -sum(a[i] * y - c[i] * y**2 / 2 for i, y in zip(who, x, strict=True)), start, method="SLSQP",
        bounds=[(0, m) for m in most], constraints=limits, options={"maxiter": 500, "ftol": 1e-12},
    )  # fmt: skip
    return -float(found.fun)


@pytest.mark.parametrize("free", [False, True])
@pytest.mark.parametrize("parent", [CHAIN, TREE])
def test_worths_are_the_best_joint_use(parent: list[int], free: bool) -> None:
    rng = np.random.default_rng(7)
    n = len(parent)
    e, a, c = rng.uniform(0.2, 3, n), rng.uniform(2, 9, n), rng.uniform(0.5, 3, n)
    worth = river_game(parent, e, a, c, free)
    for s in range(2**n):
        members = {i for i in range(n) if s >> i & 1}
        assert worth[s] == pytest.approx(brute_force(parent, members, e, a, c, free), abs=SOLVER), members


def test_two_riparians_in_closed_form() -> None:
    # b = 10x − x²/2 each; 6 rises upstream, 0 downstream: alone 10·6 − 18 = 42 and 0; together 3 each: 2(30 − 4.5) = 51
    worth = river_game([1, -1], [6, 0], [10, 10], [1, 1])
    assert worth == pytest.approx([0, 42, 0, 51], abs=EXACT)
    assert river_sharing([1, -1], worth, "downstream") == pytest.approx([42, 9])
    assert river_sharing([1, -1], worth, "upstream") == pytest.approx([51, 0])
    assert river_sharing([1, -1], worth, "shapley") == pytest.approx([46.5, 4.5])


def test_water_beyond_satiation_is_not_used() -> None:
    assert efficient_use([1, -1], [100, 100], [4, 6], [2, 1]) == pytest.approx([2, 6])


positive = st.floats(0.1, 10)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 5), positive, positive), min_size=2, max_size=6))
def test_downstream_incremental_lies_between_core_and_aspirations(rows: list[tuple[float, float, float]]) -> None:
    """Ambec and Sprumont (2002, theorem): along a river it is in the core and below every aspiration."""
    n = len(rows)
    parent = [*range(1, n), -1]
    e, a, c = np.array(rows).T
    worth, aspired = river_game(parent, e, a, c), river_game(parent, e, a, c, pass_through=True)
    z = river_sharing(parent, worth)
    slack = EXACT * max(1.0, worth[-1])
    assert z.sum() == pytest.approx(worth[-1], abs=slack)
    for s in range(2**n):
        mine = sum(z[i] for i in range(n) if s >> i & 1)
        assert worth[s] - slack <= mine <= aspired[s] + slack


@settings(max_examples=30)
@given(st.lists(st.tuples(st.floats(0, 5), positive, positive), min_size=5, max_size=5))
def test_every_rule_shares_out_the_whole(rows: list[tuple[float, float, float]]) -> None:
    e, a, c = np.array(rows).T
    for parent in ([1, 2, 3, 4, -1], TREE):
        worth = river_game(parent, e, a, c)
        slack = EXACT * max(1.0, worth[-1])
        for rule in ("downstream", "upstream", "shapley"):
            z = river_sharing(parent, worth, rule)
            assert z.sum() == pytest.approx(worth[-1], abs=slack)
            if rule == "downstream" or (rule == "upstream" and parent is not TREE):
                # along a river the game is convex; at confluences Demange (2004) keeps the downstream rule in the core
                assert all(sum(z[i] for i in range(5) if s >> i & 1) >= worth[s] - slack for s in range(32))


def test_upstream_rule_is_the_mean_over_orders_from_the_outlet() -> None:
    rng = np.random.default_rng(3)
    e, a, c = rng.uniform(0.2, 3, 5), rng.uniform(2, 9, 5), rng.uniform(0.5, 3, 5)
    worth = river_game(TREE, e, a, c)
    orders = [
        o for o in itertools.permutations(range(5)) if all(TREE[i] < 0 or o.index(TREE[i]) < o.index(i) for i in o)
    ]
    total = np.zeros(5)
    for order in orders:
        held = 0
        for i in order:
            total[i] += worth[held | 1 << i] - worth[held]
            held |= 1 << i
    assert river_sharing(TREE, worth, "upstream") == pytest.approx(total / len(orders))


def test_shapley_is_the_mean_over_all_orders() -> None:
    worth = river_game(CHAIN, [3, 1, 0.5, 0.2], [9, 8, 7, 6], [1, 2, 1, 1])
    total = np.zeros(4)
    for order in itertools.permutations(range(4)):
        held = 0
        for i in order:
            total[i] += worth[held | 1 << i] - worth[held]
            held |= 1 << i
    assert river_sharing(CHAIN, worth, "shapley") == pytest.approx(total / math.factorial(4))


def test_polluted_river_shares_of_ni_and_wang() -> None:
    """Three along a river (Ni and Wang 2007): UES pays c1 + c2/2 + c3/3, c2/2 + c3/3, c3/3."""
    c1, c2, c3 = 5.0, 8.0, 9.0
    local, equal = polluted_river([1, 2, -1], [c1, c2, c3])
    assert local.tolist() == [c1, c2, c3]
    assert equal == pytest.approx([c1 + c2 / 2 + c3 / 3, c2 / 2 + c3 / 3, c3 / 3])


def test_ues_is_the_shapley_value_of_the_responsibility_game() -> None:
    """Ni and Wang (2007): the cost a coalition answers for is that of every stretch it touches downstream."""
    cost = np.array([4.0, 7.0, 3.0, 5.0, 11.0])
    n = len(cost)
    worth = np.array(
        [sum(cost[j] for j in range(n) if any(s >> i & 1 for i in upstream_of(TREE, j))) for s in range(2**n)]
    )
    assert polluted_river(TREE, cost)[1] == pytest.approx(river_sharing(TREE, worth, "shapley"))


def test_loops_and_bad_numbers_are_refused() -> None:
    with pytest.raises(InputError, match=r"loop|环"):
        river_game([1, 0], [1, 1], [1, 1], [1, 1])
    with pytest.raises(InputError):
        river_game([1, -1], [1, 1], [1, 0], [1, 1])
