"""Relocation of people by order: exact accounts, with immobile, costly and free labour."""

from dataclasses import replace

import numpy as np
import pytest
from economies import economy, family

from yugong.base.errors import InputError
from yugong.simulate import Economy, Levers, gradient, rebase, solve

SAME = 1e-10


def order(e: Economy, share: float = 0.1) -> np.ndarray:
    """Place a share of the people of region 0 in regions 1 (a third) and 2 (two thirds)."""
    n = len(e.regions)
    out = np.zeros((n, n))
    out[1, 0], out[2, 0] = share / 3, 2 * share / 3
    return out


@pytest.mark.parametrize("name", ["inputs", "migration", "stayers", "free mobility", "everything"])
def test_no_one_placed_is_no_change_and_no_one_is_lost(name: str) -> None:
    e = family(name)
    none = solve(e, Levers(relocation=np.zeros((4, 4))), tolerance=1e-12)
    assert none.status.sweeps == 0
    assert none.welfare == 0
    moved = solve(e, Levers(relocation=order(e)), tolerance=1e-12, raise_on_failure=True)
    assert moved["population"].sum() == pytest.approx(e.population.sum(), rel=SAME)
    assert (moved["population"][0] < e.population[0].sum() * (1 - 1e-3)) == (e.mobility != "free")
    assert max(moved.certificate(starts=0).residual.values()) < 1e-11


def test_where_nobody_moves_it_is_the_lever_on_heads() -> None:
    e = economy()
    heads = e.population[:, 0]
    new = heads * (1 - order(e).sum(0)) + order(e) @ heads
    a = solve(e, Levers(relocation=order(e)), tolerance=1e-12)
    b = solve(e, Levers(people=(new / heads)[:, None]), tolerance=1e-12)
    np.testing.assert_allclose(a["wage"], b["wage"], rtol=SAME)
    np.testing.assert_allclose(a["population"], new, rtol=SAME)


def test_people_who_do_not_respond_leave_exactly_the_block() -> None:
    """As κ goes to zero nobody but the block moves: what else changes the heads vanishes in proportion to κ."""
    others = []
    for kappa in (0.02, 0.01):
        e = replace(family("migration"), migration_elasticity=kappa)
        result = solve(e, Levers(relocation=order(e, 0.2)), tolerance=1e-12)
        block = 0.2 * e.population[0, 0]
        others.append((result["population"] - e.population[:, 0]) / block - [-1, 1 / 3, 2 / 3, 0])
    assert np.abs(others[1]).max() < 0.01
    np.testing.assert_allclose(2 * others[1], others[0], atol=1e-4)


def test_those_left_to_choose_choose_by_their_own_shares() -> None:
    """Heads are the block plus what the others choose at the new utilities, recomputed from the shares by hand."""
    e = family("migration")
    result = solve(e, Levers(relocation=order(e, 0.2)), tolerance=1e-13, raise_on_failure=True)
    shares = e.migration_shares[:, :, 0]
    stay = shares * (1 - order(e, 0.2).sum(0))
    pull = stay * result["utility"][:, 0] ** e.migration_elasticity
    chosen = (e.workers * stay.sum(1)) @ (pull / pull.sum(1, keepdims=True))
    heads = chosen + order(e, 0.2) @ e.population[:, 0]
    np.testing.assert_allclose(result["population"], heads, rtol=SAME)
    # welfare: the log-sum of those who choose, the new place's change for those placed
    log_sum = (pull.sum(1) / stay.sum(1)) ** (1 / e.migration_elasticity)
    placed = shares @ (order(e, 0.2).T @ result["utility"][:, 0])
    np.testing.assert_allclose(result["welfare"], stay.sum(1) * log_sum + placed, rtol=SAME)
    # and the same heads where nobody can move bring the same wages
    still = replace(e, mobility="none", workers=np.zeros(0), migration_shares=np.zeros(0), home=np.zeros(0))
    fixed = solve(still, Levers(people=result["people"]), tolerance=1e-12)
    np.testing.assert_allclose(fixed["wage"], result["wage"], rtol=1e-9)


def test_free_movers_undo_what_is_ordered() -> None:
    e = family("free mobility")
    result = solve(e, Levers(relocation=order(e)), tolerance=1e-12, raise_on_failure=True)
    np.testing.assert_allclose(result["people"], 1, rtol=1e-9)
    np.testing.assert_allclose(result["utility"], 1, rtol=1e-9)


def test_the_solved_year_is_a_base_year_and_the_gradient_is_right() -> None:
    e = family("migration")
    result = solve(e, Levers(relocation=order(e)), tolerance=1e-12)
    assert solve(rebase(result)).status.sweeps == 0
    np.testing.assert_allclose(rebase(result).population, result["people"] * e.population, rtol=SAME)
    found = gradient(e, Levers(relocation=order(e)), wrt=("relocation",), tolerance=1e-13)
    ends = []
    for sign in (1, -1):
        at = order(e)
        at[2, 0] += sign * 1e-5
        ends.append(solve(e, Levers(relocation=at), tolerance=1e-13).welfare)
    assert found.slopes["relocation"][2, 0] == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-7)


def test_more_than_all_cannot_be_placed() -> None:
    e = economy()
    for bad in (np.where(np.arange(4)[:, None] == 1, 1.2, 0.0), -order(e), np.eye(4) * 0.1):
        with pytest.raises(InputError, match=r"out of bounds|越界"):
            solve(e, Levers(relocation=bad))
