"""Pairing: assignment by brute force, the fair transport by its two programmes' properties, stability by definition."""

from itertools import permutations
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from yugong import study
from yugong.base.errors import InputError
from yugong.design.pairing import (
    best_givers,
    blocking_amounts,
    blocking_pairs,
    one_to_one,
    stable,
    stable_amounts,
    transport,
)

SOLVER = 1e-6  # HiGHS's feasibility tolerance, on amounts below a hundred
SCORES = st.floats(0, 1, allow_nan=False)


@given(arrays(np.float64, (4, 4), elements=SCORES))
def test_assignment_is_the_best_permutation(fit: np.ndarray) -> None:
    best = max(sum(fit[i, p[i]] for i in range(4)) for p in permutations(range(4)))
    found = one_to_one(fit)
    assert fit[np.arange(4), found].sum() == pytest.approx(best)


@pytest.mark.parametrize("seed", range(4))
def test_least_served_receiver_is_raised_as_far_as_flows_allow(seed: int) -> None:
    rng = np.random.default_rng(seed)
    fit, capacity, need = rng.uniform(0, 1, (4, 5)), rng.uniform(1, 9, 4), rng.uniform(1, 9, 5)
    found = transport(fit, capacity, need, best_givers(fit, 2))
    able = np.zeros((4, 5), dtype=bool)
    able[np.argsort(-fit, axis=0, kind="stable")[:2], np.arange(5)] = True
    assert (found.amount[~able] < SOLVER).all()
    assert (found.amount.sum(1) <= capacity + SOLVER).all()
    assert (found.met <= 1 + SOLVER).all()
    assert found.met.min() >= found.level - SOLVER

    def flows(level: float) -> bool:  # max-flow on whole thousandths decides whether a level can be served
        g = nx.DiGraph()
        for i in range(4):
            g.add_edge("s", i, capacity=int(capacity[i] * 1e6))
            for j in np.flatnonzero(able[i]):
                g.add_edge(i, f"r{j}", capacity=10**9)
        for j in range(5):
            g.add_edge(f"r{j}", "t", capacity=int(level * need[j] * 1e6))
        wanted = sum(int(level * b * 1e6) for b in need)
        return bool(nx.maximum_flow_value(g, "s", "t") >= wanted)

    assert flows(found.level * (1 - 1e-4))
    assert found.level >= 1 - SOLVER or not flows(min(1.0, found.level * (1 + 1e-3)))


@given(
    arrays(np.float64, (4, 3), elements=SCORES, unique=True), arrays(np.float64, (4, 3), elements=SCORES, unique=True)
)
def test_deferred_acceptance_leaves_no_blocking_pair(giver: np.ndarray, receiver: np.ndarray) -> None:
    match = stable(giver, receiver)
    assert not blocking_pairs(match, giver, receiver)
    assert sorted(match[match >= 0]) == [0, 1, 2]


def test_a_pair_that_blocks_is_named() -> None:
    giver, receiver = np.array([[2.0, 1.0], [2.0, 1.0]]), np.array([[2.0, 2.0], [1.0, 1.0]])
    assert blocking_pairs([1, 0], giver, receiver) == [(0, 0)]


@given(
    arrays(np.float64, (4, 3), elements=SCORES, unique=True),
    arrays(np.float64, (4, 3), elements=SCORES, unique=True),
    arrays(np.float64, 4, elements=st.floats(0.1, 9)),
    arrays(np.float64, 3, elements=st.floats(0.1, 9)),
)
def test_stable_amounts_leave_nobody_to_object(
    giver: np.ndarray, receiver: np.ndarray, capacity: np.ndarray, need: np.ndarray
) -> None:
    amount = stable_amounts(giver, receiver, capacity, need)
    assert (amount >= 0).all()
    assert (amount.sum(1) <= capacity + SOLVER).all()
    assert (amount.sum(0) <= need + SOLVER).all()
    # by definition: no pair of which each has money left or something worse to give up
    for i, j in np.ndindex(4, 3):
        gives = capacity[i] - amount[i].sum() > 1e-4 or any(
            amount[i, k] > 1e-4 for k in range(3) if giver[i, k] < giver[i, j]
        )
        takes = need[j] - amount[:, j].sum() > 1e-4 or any(
            amount[k, j] > 1e-4 for k in range(4) if receiver[k, j] < receiver[i, j]
        )
        assert not (gives and takes)


def test_whole_units_are_the_matching_of_gale_and_shapley() -> None:
    rng = np.random.default_rng(3)
    giver, receiver = rng.uniform(size=(5, 5)), rng.uniform(size=(5, 5))
    amount = stable_amounts(giver, receiver, np.ones(5), np.ones(5))
    assert amount.argmax(1).tolist() == stable(giver, receiver).tolist()
    assert set(amount.ravel()) == {0.0, 1.0}
    swapped = amount[[1, 0, 2, 3, 4]]
    likes = (giver, receiver, np.ones(5), np.ones(5))
    assert sorted(blocking_amounts(swapped, *likes)) == sorted(blocking_pairs(swapped.argmax(1), giver, receiver))


@pytest.mark.parametrize(("capacity", "need"), [([-1.0], [1.0]), ([1.0], [0.0]), ([np.nan], [1.0])])
def test_bad_amounts_are_refused(capacity: list[float], need: list[float]) -> None:
    with pytest.raises(InputError):
        transport([[1.0]], capacity, need)


@pytest.fixture(scope="module")
def china() -> study.Study:
    return study.china()


def test_plan_stands_beside_the_pairs_in_force(china: study.Study) -> None:
    found = china.design.pairing()
    frame = found.table()
    force = frame[frame["in_force"]]
    assert {("320000", "610000"), ("330000", "510000")} <= set(zip(force["giver"], force["receiver"], strict=True))
    assert frame.groupby("receiver")["share_of_need"].sum().min() == pytest.approx(found.plan.level, abs=SOLVER)


def test_rules_and_the_pairs_in_force_are_compared(china: study.Study) -> None:
    found = china.design.pairing(view="comparison")
    frame = found.table().set_index("pairing_rule")
    assert frame.loc["公平方案", "least_met"] >= frame["least_met"].max() - SOLVER
    assert frame.loc["稳定方案", "blocking"] <= frame["blocking"].min()
    only = found.compared["present"].amount
    assert (only[~found.present] == 0).all()
    # the pairs in force cannot beat the same programme free of them
    few = china.design.pairing(most_givers=1)
    assert ((few.plan.amount > 0).sum(0) <= 1).all()
    assert few.plan.met.min() < found.plan.met.min()
    one = china.design.pairing(rule="one_to_one")
    assert ((one.plan.amount > 0).sum(0) <= 1).all()
    assert "一对一" in one.sheets[1].columns[4].source.zh
    assert china.design.pairing(rule="stable").provenance.selection["rule"] == "stable"
    for wrong in ({"giving_rate": 0.0}, {"complement": 2.0}, {"most_givers": 0}):
        with pytest.raises(InputError):
            china.design.pairing(**wrong)


def test_given_capacities_and_needs(china: study.Study, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("地区,可出资,需求\n上海,10,\n江苏,20,\n云南,,20\n陕西,,40\n", encoding="utf-8")
    frame = china.design.pairing(file=str(tmp_path / "p.csv")).table()
    assert frame["amount_paired"].sum() == pytest.approx(30)
    assert frame.groupby("receiver")["share_of_need"].sum().to_numpy() == pytest.approx([0.5, 0.5])


def test_what_is_given_and_received_stands_on_sheets_that_balance(china: study.Study) -> None:
    found = china.design.pairing(giving_rate=0.02)
    giving, getting = found.sheets
    assert giving.column("given").sum() == pytest.approx(getting.column("received").sum(), rel=1e-12)
    assert all(abs(b.residual) < 1e-9 for s in found.sheets for b in s.balances)
    np.testing.assert_allclose(getting.column("met"), found.plan.met, atol=SOLVER)
    # Shanghai's capacity by hand: a fiftieth of its budget revenue of the year
    year = found.provenance.selection["year"]
    revenue = china.values("budget_revenue", int(year))["310000"]
    at = [code for code, _ in giving.rows].index("310000")
    assert giving.column("capacity")[at] == pytest.approx(0.02 * revenue)
    trace = china.design.pairing(giving_rate=0.02, trace="云南")
    assert {"shortfall", "need", "received"} <= {s.id for s in trace.steps}
    assert trace.steps[-1].value == pytest.approx(getting.column("met")[[c for c, _ in getting.rows].index("530000")])


def test_amounts_of_one_size_are_compared(china: study.Study) -> None:
    frame = china.design.transfusion(outlay=500).table()
    assert len(frame) == 4
    twice = china.design.transfusion(outlay=1000).table()
    # small shocks: the multiplier hardly depends on the amount
    assert frame["per_yuan_residents"].to_numpy() == pytest.approx(twice["per_yuan_residents"].to_numpy(), rel=0.05)
