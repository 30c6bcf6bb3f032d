"""The equalisation rule, its alternatives and its measures on made-up regions where the answer is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import curve_fit, linprog

from yugong.base.errors import InputError
from yugong.base.text import Text
from yugong.design.sheet import Sheet
from yugong.design.transfers import alternatives, equalisation, estimates, key_ecological
from yugong.design.transfers.closure import first_weight, water_fill
from yugong.design.transfers.inputs import Category, Inputs, Settings
from yugong.design.transfers.redistribution import concentration, redistribution, reversals

CLOSED = 1e-9  # relative to the pot: a sum of a few dozen doubles
SAME = 1e-12
EDUCATION = Category("education", Text("教育", "education"), "population", basic=True)
OTHER = Category("other", Text("其他", "other"), "population")


def rows(n: int) -> tuple[tuple[str, Text], ...]:
    return tuple((f"r{i}", Text(f"甲{i}", f"R{i}")) for i in range(n))


def made(n: int = 8, seed: int = 0, **given: object) -> Inputs:
    """Regions of different size, wealth and area."""
    r = np.random.default_rng(seed)
    heads = r.uniform(200, 9000, n)
    rich = np.append(25.0, r.uniform(3, 15, n - 1))  # the first lives well without transfers
    frame = pd.DataFrame(
        {
            "population": heads,
            "area": r.uniform(1e4, 1e6, n),
            "grp": heads * rich,
            "urban": 40 + 3 * rich,
            "tax": heads * rich**1.3 * 0.06 * r.uniform(0.9, 1.1, n),
            "nontax": heads * rich * 0.02,
            "spending_education": heads * r.uniform(0.3, 0.5, n),
            "spending_other": heads * r.uniform(1.2, 2.0, n),
        },
        index=[f"r{i}" for i in range(n)],
    ).assign(**given)
    return Inputs(frame, (EDUCATION, OTHER), rows(n))


def equal(n: int = 6) -> Inputs:
    frame = pd.DataFrame(
        {"population": 100.0, "area": 10.0, "grp": 500.0, "urban": 50.0, "tax": 30.0, "nontax": 5.0,
         "spending_education": 20.0, "spending_other": 60.0, "scale": 1.0, "expanse": 1.0},
        index=[f"r{i}" for i in range(n)],
    )  # fmt: skip
    return Inputs(frame, (EDUCATION, OTHER), rows(n))


def shared(inputs: Inputs, settings: Settings) -> Sheet:
    return equalisation.sheet(inputs, settings)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("weight", [0.0, 0.1, 0.8])
def test_the_pot_is_used_up_and_no_gap_means_no_transfer(seed: int, weight: float) -> None:
    done = shared(made(seed=seed), Settings(5000.0, weight_difficulty=weight))
    amounts = done.column("transfer")
    assert abs(amounts.sum() - 5000.0) < CLOSED * 5000.0
    assert abs(done.balances[0].residual) < CLOSED * 5000.0
    none = done.column("difference") <= 0
    assert none.any(), "the example should hold a region without a gap"
    assert (amounts[none] == 0).all()
    assert (amounts >= 0).all()


def test_the_formula_is_the_articles_written_out_again() -> None:
    """Articles 3, 4 and 7 recomputed with plain loops from the sheet's standard revenue and expenditure."""
    settings = Settings(5000.0, weight_gap=0.9, weight_difficulty=0.2)
    done = shared(made(seed=3), settings)
    income, cost, basic = (done.column(c) for c in ("standard_revenue", "standard_expenditure", "basic"))
    part = [i for i in range(len(cost)) if cost[i] > income[i]]
    gaps = {i: cost[i] - income[i] for i in part}

    def z(values: dict[int, float]) -> dict[int, float]:
        mean = sum(values.values()) / len(values)
        sd = (sum((v - mean) ** 2 for v in values.values()) / len(values)) ** 0.5
        return {i: (v - mean) / sd for i, v in values.items()}

    burden, ratio = z({i: basic[i] / income[i] for i in part}), z({i: gaps[i] / cost[i] for i in part})
    for i in range(len(cost)):
        wanted = 0.0
        if i in gaps:
            hard = 0.55 * burden[i] + 0.45 * ratio[i]
            wanted = gaps[i] * max(0.0, 5000.0 / sum(gaps.values()) * 0.9 + hard * 0.2)
        assert done.column("transfer")[i] == pytest.approx(wanted, rel=1e-10, abs=1e-9)
    assert done.balances[0].residual != 0  # with both weights given the pot is not closed, and the residual shows


def test_standard_amounts_add_up_to_the_actual_ones() -> None:
    inputs = made(seed=1)
    done = shared(inputs, Settings(5000.0))
    assert done.column("standard_tax").sum() == pytest.approx(inputs.frame["tax"].sum(), rel=SAME)
    spent = inputs.frame["spending_education"].sum() + inputs.frame["spending_other"].sum()
    assert done.column("standard_expenditure").sum() == pytest.approx(spent, rel=SAME)


@pytest.mark.parametrize("factor", ["hardship", "winter", "altitude", "road", "staffing", "ethnic", "relieved"])
def test_a_higher_cost_coefficient_brings_a_higher_transfer(factor: str) -> None:
    plain = shared(made(seed=2), Settings(5000.0))
    poor = int(np.argmax(plain.column("gap_ratio")))
    raised = np.ones(8)
    raised[poor] = 1.3
    costly = shared(made(seed=2, **{factor: raised}), Settings(5000.0))
    assert costly.column("cost")[poor] > plain.column("cost")[poor]
    assert costly.column("transfer")[poor] > plain.column("transfer")[poor]


def test_equal_regions_get_equal_amounts_and_no_spread_scores_zero() -> None:
    done = shared(equal(), Settings(120.0, revenue="output"))
    assert (done.column("difficulty") == 0).all()
    np.testing.assert_allclose(done.column("transfer"), 20.0, rtol=SAME)


def test_regions_of_the_same_need_per_head_get_the_same_per_head() -> None:
    inputs = equal(4)
    size = np.array([1.0, 2.0, 3.0, 4.0])
    grown = [c for c in inputs.frame if c not in ("urban", "scale", "expanse")]
    frame = inputs.frame.assign(**{c: inputs.frame[c] * size for c in grown})
    done = shared(replace(inputs, frame=frame), Settings(100.0, revenue="output"))
    np.testing.assert_allclose(done.column("transfer") / size, 10.0, rtol=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_disparity_falls(seed: int) -> None:
    done = shared(made(seed=seed), Settings(4000.0))
    own, need = done.column("standard_revenue"), done.column("standard_expenditure")
    before, after = own / need, (own + done.column("transfer")) / need
    assert after.std() / after.mean() < before.std() / before.mean()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("cap", "floor"), [(0.2, -0.2), (0.05, None), (None, 0.0)])
def test_growth_control_holds_its_bounds_and_still_uses_up_the_pot(
    seed: int, cap: float | None, floor: float | None
) -> None:
    base = made(seed=seed)
    plain = shared(base, Settings(5000.0)).column("transfer")
    r = np.random.default_rng(seed)
    baseline = plain * r.uniform(0.7, 1.2, len(plain))
    baseline *= 4900.0 / baseline.sum()
    done = shared(made(seed=seed, baseline=baseline), Settings(5000.0, cap=cap, floor=floor))
    amounts, part = done.column("transfer"), done.column("eligible") > 0
    assert abs(amounts.sum() - 5000.0) < CLOSED * 5000.0
    if cap is not None:
        assert (amounts[part] <= baseline[part] * (1 + cap) * (1 + SAME) + 1e-9).all()
    if floor is not None:
        assert (amounts[part] >= baseline[part] * (1 + floor) * (1 - SAME) - 1e-9).all()
    free = np.array([b == "" for b in equalisation.bound(done)]) & part
    ratio = amounts[free] / done.column("formula_amount")[free]
    assert np.ptp(ratio) < 1e-9 if free.any() else True  # between the bounds all move by one proportion
    np.testing.assert_allclose(done.column("formula_amount") + done.column("growth_control"), amounts, rtol=1e-12)


def test_the_effort_reward_goes_by_effort_and_gap() -> None:
    effort = np.array([1.0, 2.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    done = shared(made(seed=2, effort=effort), Settings(5000.0, reward=100.0))
    reward = done.column("effort_reward")
    assert reward.sum() == pytest.approx(100.0, rel=SAME)
    assert reward[2] == 0
    np.testing.assert_allclose(reward, 100 * effort * done.column("gap") / (effort @ done.column("gap")))
    assert done.column("transfer").sum() == pytest.approx(5000.0, rel=CLOSED)


def test_a_given_coefficient_table_replaces_the_estimated_one() -> None:
    done = shared(made(seed=2, scale=np.full(8, 1.1), expanse=np.full(8, 0.9)), Settings(5000.0))
    np.testing.assert_allclose(done.column("cost"), 1.1 * 0.85 + 0.9 * 0.15, rtol=SAME)


@given(
    gap=st.lists(st.floats(0.1, 1000), min_size=1, max_size=12),
    seed=st.integers(0, 99),
    weight=st.floats(0, 2),
    pot=st.floats(1, 5000),
)
def test_the_solved_weight_closes_the_pot(gap: list[float], seed: int, weight: float, pot: float) -> None:
    g = np.array(gap)
    hard = np.random.default_rng(seed).normal(size=len(g))
    w = first_weight(g, hard, pot, weight)
    given_out = (g * np.maximum(0, w * pot / g.sum() + hard * weight)).sum()
    assert given_out == pytest.approx(pot, rel=1e-8)


@given(
    amounts=st.lists(st.floats(0.1, 100), min_size=2, max_size=10), seed=st.integers(0, 99), place=st.floats(0.01, 0.99)
)
def test_water_filling_finds_the_level(amounts: list[float], seed: int, place: float) -> None:
    a = np.array(amounts)
    r = np.random.default_rng(seed)
    low = a * r.uniform(0, 1, len(a))
    high = low + a * r.uniform(0.1, 2, len(a))
    pot = low.sum() + place * (high.sum() - low.sum())
    level = water_fill(a, low, high, pot)
    assert np.clip(level * a, low, high).sum() == pytest.approx(pot, rel=1e-9)


def test_bounds_that_cannot_hold_the_pot_are_refused() -> None:
    a = np.array([1.0, 2.0])
    with pytest.raises(InputError, match="超过总额"):
        water_fill(a, np.array([5.0, 5.0]), np.array([9.0, 9.0]), 8.0)
    with pytest.raises(InputError, match="装不下"):
        water_fill(a, np.array([0.0, 0.0]), np.array([3.0, 3.0]), 8.0)
    with pytest.raises(InputError):
        first_weight(np.zeros(3), np.zeros(3), 10.0, 0.1)


@given(st.integers(0, 200), st.floats(0.05, 0.95))
def test_the_knapsack_is_the_linear_programme(seed: int, place: float) -> None:
    r = np.random.default_rng(seed)
    n = 7
    low = r.uniform(0, 5, n)
    high = low + r.uniform(0, 10, n)
    potential = r.integers(1, 5, n).astype(float)  # ties on purpose
    pot = float(low.sum() + place * (high - low).sum())
    found = alternatives.fill(low, high, potential, pot)
    x = np.where(potential > found.threshold, high, low)
    x = np.where(potential == found.threshold, low + found.share * (high - low), x)
    best = linprog(-potential, A_eq=[np.ones(n)], b_eq=[pot], bounds=list(zip(low, high, strict=True)))
    assert x.sum() == pytest.approx(pot, rel=1e-9)
    assert potential @ x == pytest.approx(-best.fun, rel=1e-7)  # the solver's own tolerance


def test_the_highest_floor_is_the_one_the_pot_just_pays() -> None:
    own, need = np.array([10.0, 20.0, 90.0]), np.array([100.0, 100.0, 100.0])
    level = alternatives.highest_floor(own, need, 50.0)
    assert np.maximum(level * need - own, 0).sum() == pytest.approx(50.0, rel=SAME)
    assert alternatives.highest_floor(own, need, 1000.0) == pytest.approx(1120.0 / 300.0)


def test_every_alternative_uses_up_the_pot() -> None:
    own, need = np.array([10.0, 20.0, 130.0]), np.array([100.0, 100.0, 100.0])
    potential = np.array([3.0, 2.0, 9.0])
    pot = alternatives.pot_parameter(60.0)
    done = [
        alternatives.per_head(rows(3), np.array([1.0, 2.0, 7.0]), pot, Text("人口", "heads")),
        alternatives.gap_proportional(rows(3), need - own, pot),
        alternatives.needs_potential(rows(3), own, need, potential, pot, 0.3),
    ]
    for sheet in done:
        assert sheet.column("transfer").sum() == pytest.approx(60.0, rel=SAME)
    np.testing.assert_allclose(done[0].column("transfer"), [6, 12, 42])
    np.testing.assert_allclose(done[1].column("transfer"), [60 * 90 / 170, 60 * 80 / 170, 0])
    np.testing.assert_allclose(done[2].column("transfer"), [50, 10, 0])  # floors 20 and 10, then the higher potential


def test_redistribution_by_hand() -> None:
    """Two regions of equal weight: capacity 2 and 6, need 8 each; 4 to the first, 0 to the second."""
    found = redistribution(np.array([2.0, 6.0]), np.array([4.0, 0.0]), np.ones(2), np.array([6.0, 2.0]))
    assert found.gini_before == pytest.approx((6 - 2) / (4 * 4))
    assert found.gini_after == pytest.approx(0.0)
    assert found.reynolds_smolensky == pytest.approx(found.gini_before)
    assert found.reranking == pytest.approx(0.0)
    assert found.leakage == 0.0
    assert found.under_coverage == pytest.approx(4 / 8)
    assert found.excluded == pytest.approx(1 / 2)
    assert found.reversals == ()


@given(st.integers(0, 300))
def test_redistribution_identities(seed: int) -> None:
    r = np.random.default_rng(seed)
    n = 9
    before, amounts, weights = r.uniform(1, 10, n), r.uniform(0, 10, n), r.uniform(0.5, 3, n)
    gaps = r.uniform(-3, 8, n)
    found = redistribution(before, amounts, weights, gaps)
    assert found.gini_before - found.gini_after == pytest.approx(found.reynolds_smolensky - found.reranking, abs=1e-12)
    assert found.reranking >= -1e-12
    assert (found.reranking < 1e-12) == (len(found.reversals) == 0)
    gap = np.maximum(gaps, 0).sum()
    assert amounts.sum() * (1 - found.leakage) == pytest.approx(gap * (1 - found.under_coverage), rel=1e-9)
    rate = before / weights
    assert concentration(rate, rate, weights) == pytest.approx(found.gini_before, abs=1e-12)


def test_the_rank_reversal_detector() -> None:
    assert reversals(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0])) == ()
    assert reversals(np.array([1.0, 2.0, 3.0]), np.array([4.0, 2.0, 3.0])) == ((1, 0), (2, 0))
    assert reversals(np.array([1.0, 1.0]), np.array([2.0, 1.0])) == ()  # level before: no one was above


def test_key_ecological_components_add_up() -> None:
    gap, area, number = np.array([10.0, 30.0, -5.0]), np.array([100.0, 0.0, 300.0]), np.array([1.0, 0.0, 3.0])
    guided, grade = np.array([1.0, 1.0, 2.0]), np.array([0.05, -0.1, 0.0])
    done = key_ecological.sheet(
        rows(3), gap, area, number, guided, grade, 100.0, key_ecological.Split(0.2, 0.1, 0.5)
    )  # fmt: skip
    assert done.column("transfer").sum() == pytest.approx(100.0, rel=SAME)
    assert done.column("prohibited").tolist() == pytest.approx([5.0, 0.0, 15.0])
    assert done.column("guiding").tolist() == pytest.approx([2.5, 2.5, 5.0])
    assert done.column("key")[2] == 0.0
    np.testing.assert_allclose(done.column("key")[1] / done.column("key")[0], 3.0)
    parts = done.column("key") + done.column("prohibited") + done.column("guiding")
    np.testing.assert_allclose(done.column("assessment"), parts * grade)


def test_elasticities_are_recovered() -> None:
    r = np.random.default_rng(5)
    x = r.uniform(1, 20, (40, 2))
    found = estimates.elasticities(3 * x[:, 0] ** 1.4 * x[:, 1] ** -0.3, x)
    np.testing.assert_allclose(found.slopes, [1.4, -0.3], atol=1e-10)
    assert found.r2 == pytest.approx(1.0)
    with pytest.raises(InputError):
        estimates.elasticities(np.ones(4), np.ones((4, 2)))
    with pytest.raises(InputError):
        estimates.elasticities(np.zeros(9), np.ones((9, 2)))


def test_elasticities_and_errors_agree_with_a_general_least_squares_fit() -> None:
    r = np.random.default_rng(6)
    x = r.uniform(1, 20, (31, 3))
    y = np.exp(r.normal(size=31)) * x[:, 0]
    found = estimates.elasticities(y, x)
    fit, covariance = curve_fit(lambda z, *b: b[0] + b[1:] @ z, np.log(x).T, np.log(y), p0=np.ones(4))
    np.testing.assert_allclose(found.slopes, fit[1:], rtol=1e-5)  # the fit iterates to its own tolerance
    np.testing.assert_allclose(found.errors, np.sqrt(np.diag(covariance))[1:], rtol=1e-5)
