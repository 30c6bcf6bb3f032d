"""Skill types: what splits without a difference changes nothing; two types against a closed form in scalars."""

from dataclasses import replace

import numpy as np
import pytest
from economies import economy, family
from scipy.optimize import brentq
from test_theory import symmetric

from yugong.base.errors import InputError
from yugong.simulate import Economy, Levers, rebase, solve, with_skills

SAME = 1e-10  # solutions to 1e-12 in logs, over twice as many groups
CLOSED = 1e-9  # the scalar equations are solved to 1e-14, nested twice


def boost(e: Economy) -> np.ndarray:
    rng = np.random.default_rng(2)
    return np.exp(0.2 * rng.standard_normal((len(e.regions), len(e.sectors))))


@pytest.mark.parametrize("name", ["inputs", "free mobility", "everything"])
def test_two_types_alike_change_nothing(name: str) -> None:
    e = family(name)
    two = with_skills(e, ("a", "b"), np.array([0.3, 0.7]), np.array([1.0, 1.0]))
    levers = Levers(productivity=boost(e))
    one = solve(e, levers, tolerance=1e-12, raise_on_failure=True)
    both = solve(two, levers, tolerance=1e-12, raise_on_failure=True)
    for key in ("real_income", "population", "sales", "price", "rent", "government", "emissions"):
        np.testing.assert_allclose(both[key], one[key], rtol=SAME, err_msg=key)
    np.testing.assert_allclose(both["wage"], np.repeat(one["wage"], 2, axis=1), rtol=SAME)
    assert both.welfare == pytest.approx(one.welfare, abs=SAME)


def test_the_base_year_stays_a_fixed_point() -> None:
    e = family("everything")
    two = with_skills(e, ("low", "high"), np.array([0.6, 0.4]), np.array([1.0, 1.8]))
    result = solve(two)
    assert result.status.sweeps == 0
    assert result.welfare == 0
    np.testing.assert_allclose(two.accounts.wages.reshape(4, 2, 2).sum(2), e.accounts.wages, rtol=SAME)
    per_head = (two.accounts.wages / two.population).reshape(4, 2, 2)
    np.testing.assert_allclose(per_head[..., 1] / per_head[..., 0], 1.8, rtol=SAME)


def test_effective_labour_is_what_counts_where_nobody_moves() -> None:
    """Half as many low-skilled and as much more effective labour of the high-skilled: no wage moves."""
    two = with_skills(economy(s=1, inputs=False), ("low", "high"), np.array([0.6, 0.4]), np.array([1.0, 2.0]))
    people = np.tile([0.5, 1 + 0.5 * 0.6 / (0.4 * 2)], (4, 1))
    result = solve(two, Levers(people=people), tolerance=1e-12)
    np.testing.assert_allclose(result["wage"], 1, rtol=SAME)
    np.testing.assert_allclose(result["price"], 1, rtol=SAME)


def test_two_skills_in_two_regions_against_scalar_equations() -> None:
    """Two types of efficiency 1 and 3, spread unevenly, move at a cost; no land, no inputs.

    Utility at a place is its wage per unit over its price, alike for both types; given the ratio of utilities the
    heads of each type follow, effective labour follows, and the balance of trade gives the ratio of wages.
    """
    theta, kappa, efficiency = 4.0, 2.0, np.array([1.0, 3.0])
    low_share = np.array([0.8, 0.5])
    start = symmetric(2, theta, population=np.ones((2, 1)))
    stay = np.array([[0.8, 0.2], [0.3, 0.7]])
    workers = np.linalg.solve(stay.T, np.ones(2))
    share = np.stack([low_share, 1 - low_share], axis=1)
    one = replace(
        start, mobility="costly", workers=workers, migration_shares=stay[:, :, None], home=np.arange(2),
        migration_elasticity=kappa,
    )  # fmt: skip
    e = with_skills(one, ("low", "high"), share, efficiency)
    boost = np.array([1.4, 1.0])
    result = solve(e, Levers(productivity=boost[:, None]), tolerance=1e-12, raise_on_failure=True)

    pi = np.array([[0.9, 0.1], [0.1, 0.9]])  # `symmetric` with two regions
    groups = workers[:, None] * share  # home × type

    def heads(ratio: float) -> np.ndarray:  # place × type, at utility (ratio, 1)
        pull = stay * np.array([ratio, 1.0]) ** kappa
        return (pull / pull.sum(1, keepdims=True)).T @ groups

    base = heads(1.0) @ efficiency

    def wages(effective: np.ndarray) -> np.ndarray:
        income = effective / base  # base incomes are alike

        def excess(log_ratio: float) -> float:
            w = np.array([np.exp(log_ratio), 1.0])
            new = pi * (w / boost) ** -theta
            new /= new.sum(1, keepdims=True)
            return float((new[:, 0] * w * income).sum() - w[0] * income[0])

        return np.array([np.exp(brentq(excess, -5, 5, xtol=1e-15)), 1.0])

    def gap(log_ratio: float) -> float:
        w = wages(heads(np.exp(log_ratio)) @ efficiency)
        price = (pi * (w / boost) ** -theta).sum(1) ** (-1 / theta)
        return float(np.log(w[0] / price[0]) - np.log(w[1] / price[1]) - log_ratio)

    ratio = np.exp(brentq(gap, -2, 2, xtol=1e-15))
    expected = heads(ratio) / heads(1.0)
    assert expected[0, 0] > 1.05
    np.testing.assert_allclose(result["people"], expected, rtol=CLOSED)
    w = wages(heads(ratio) @ efficiency)
    assert result["wage"][0, 0] / result["wage"][1, 0] == pytest.approx(w[0] / w[1], rel=CLOSED)


def test_a_scenario_on_the_solved_year_goes_back() -> None:
    e = with_skills(family("migration"), ("low", "high"), np.array([0.6, 0.4]), np.array([1.0, 2.0]))
    there = solve(e, Levers(productivity=boost(e)), tolerance=1e-12, raise_on_failure=True)
    back = solve(rebase(there), Levers(productivity=1 / boost(e)), tolerance=1e-12, raise_on_failure=True)
    np.testing.assert_allclose(back["people"] * there["people"], 1, rtol=1e-9)


def test_bad_skills() -> None:
    with pytest.raises(InputError, match=r"sum to one|合计为一"):
        with_skills(economy(), ("a", "b"), np.array([0.5, 0.6]), np.ones(2))
    with pytest.raises(InputError, match=r"positive|为正"):
        with_skills(economy(), ("a", "b"), np.array([0.5, 0.5]), np.array([1.0, 0.0]))
    with pytest.raises(InputError, match=r"does not fit|不符"):
        with_skills(economy(), ("a", "b"), np.array([0.5, 0.5, 0.0]), np.ones(2))
    with pytest.raises(InputError, match="labour_pool"):
        replace(economy(g=2), labour_pool=(0, 2))
