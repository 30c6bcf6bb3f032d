"""Optimal transfers: the search against closed forms and brute force, and on China through the simulation."""

import numpy as np
import pytest
from scipy.optimize import linprog

from yugong import study as studies
from yugong.base.errors import InputError
from yugong.design._common import Trace
from yugong.design._study_optimal import OptimalTransfers, optimal_transfers, transfer_frontier
from yugong.design.transfers.optimal import Look, allocate

NEAR = 1e-5  # of the amounts: least squares stops on the objective, which is flat at the top
FLAT = 1e-3  # slopes of regions between their bounds, relative to their range over all regions


def logs(weights: np.ndarray) -> Look:
    """Σ w ln x: the best division of a pot is in proportion to w."""
    return lambda x: (float(weights @ np.log(x)), weights / x)


def test_without_bounds_that_bind_the_division_is_the_closed_form() -> None:
    w = np.array([1.0, 2.0, 3.0, 4.0])
    found = allocate(logs(w), np.full(4, 25.0), np.full(4, 1.0), np.full(4, 99.0))
    np.testing.assert_allclose(found.amounts, 10 * w, rtol=NEAR)
    assert found.amounts.sum() == pytest.approx(100.0, rel=1e-12)
    assert found.price == pytest.approx(0.1, rel=NEAR)
    assert found.converged


def test_bounds_hold_and_the_rest_is_shared_in_proportion() -> None:
    w = np.array([1.0, 2.0, 3.0, 4.0])
    found = allocate(logs(w), np.full(4, 25.0), np.array([20.0, 1, 1, 1]), np.array([99.0, 99, 99, 30]))
    np.testing.assert_allclose(found.amounts, [20.0, 20.0, 30.0, 30.0], rtol=NEAR)
    assert found.bound[0] == "low"
    assert found.bound[3] == "high"


def test_a_linear_objective_gives_the_linear_programme() -> None:
    r = np.random.default_rng(0)
    slopes, start = r.uniform(0, 1, 6), r.uniform(5, 10, 6)
    low, high = 0.8 * start, 1.2 * start
    found = allocate(lambda x: (float(slopes @ x), slopes), start, low, high)
    best = linprog(-slopes, A_eq=[np.ones(6)], b_eq=[start.sum()], bounds=list(zip(low, high, strict=True)))
    assert found.value == pytest.approx(-best.fun, rel=1e-8)


def test_another_outcome_can_be_limited() -> None:
    w = np.array([1.0, 4.0])

    def apart(x: np.ndarray) -> tuple[float, np.ndarray]:
        return float(x[1] - x[0]), np.array([-1.0, 1.0])

    found = allocate(logs(w), np.array([50.0, 50.0]), np.full(2, 1.0), np.full(2, 99.0), (apart, 20.0))
    np.testing.assert_allclose(found.amounts, [40.0, 60.0], rtol=NEAR)


def test_bounds_that_cannot_hold_the_pot_are_refused() -> None:
    w = np.ones(2)
    with pytest.raises(InputError):
        allocate(logs(w), np.array([5.0, 5.0]), np.array([6.0, 6.0]), np.array([9.0, 9.0]))
    with pytest.raises(InputError):
        allocate(logs(w), np.array([5.0, 5.0]), np.array([6.0, 1.0]), np.array([5.0, 9.0]))


@pytest.fixture(scope="module")
def china() -> OptimalTransfers:
    found = optimal_transfers(studies.china())
    assert isinstance(found, OptimalTransfers)
    return found


@pytest.mark.slow
def test_the_pot_is_kept_and_so_are_floors_and_caps(china: OptimalTransfers) -> None:
    a, sheet = china.allocation, china.sheet
    assert a.converged
    assert a.amounts.sum() == pytest.approx(sheet.column("paid").sum(), rel=1e-12)
    assert (a.amounts >= sheet.column("low") * (1 - 1e-12)).all()
    assert (a.amounts <= sheet.column("high") * (1 + 1e-12)).all()
    held = sheet.column("held") > 0
    assert (a.amounts[held] >= 0.95 * sheet.column("paid")[held] * (1 - 1e-12)).all()
    assert china.values[2] > china.values[0]  # better than what was paid, for the function stated
    assert all(abs(b.residual) < 1e-6 for b in sheet.balances)


@pytest.mark.slow
def test_no_two_regions_can_trade_for_the_better(china: OptimalTransfers) -> None:
    """First-order conditions: slopes equal between the bounds, lower at floors, higher at caps."""
    a = china.allocation
    width = np.ptp(a.slopes)
    for slope, bound in zip(a.slopes, a.bound, strict=True):
        if bound == "low":
            assert slope <= a.price + FLAT * width
        elif bound == "high":
            assert slope >= a.price - FLAT * width
        else:
            assert abs(slope - a.price) <= FLAT * width


@pytest.mark.slow
def test_slopes_are_those_of_the_model_solved_anew() -> None:
    """The adjoint slopes of the welfare function against central differences of whole solutions."""
    from yugong.design.transfers.optimal import Living
    from yugong.simulate import Levers, gradient
    from yugong.simulate.running import base_year

    economy = base_year(studies.china(), None, "three").economy
    lever = np.zeros(len(economy.regions))
    found = gradient(economy, Levers(government_transfer=lever), Living(1.0), ("government_transfer",), tolerance=1e-12)
    for i in (0, 22, 25):
        step = np.zeros_like(lever)
        step[i] = 1.0
        up, down = (
            gradient(
                economy, Levers(government_transfer=s * step), Living(1.0), ("government_transfer",), tolerance=1e-12
            ).value
            for s in (1, -1)
        )
        assert (up - down) / 2 == pytest.approx(found.slopes["government_transfer"][i], rel=1e-4)


@pytest.mark.slow
def test_a_transfer_draws_people_to_the_region_that_receives_it() -> None:
    """In spatial equilibrium money drawn from all and spent in one place raises that place's population (Albouy 2012)."""
    from yugong.simulate import Levers, solve
    from yugong.simulate.running import base_year

    economy = base_year(studies.china(), None, "three").economy
    for region in ("510000", "640000"):
        at = list(economy.regions).index(region)
        for name in ("government_transfer", "household_transfer"):
            lever = np.zeros(len(economy.regions))
            lever[at] = 100.0
            found = solve(economy, Levers(**{name: lever}))
            assert found.status.converged
            assert found.change("population")[at] > 0


@pytest.mark.slow
def test_the_frontier_falls_and_what_was_paid_lies_inside() -> None:
    found = transfer_frontier(studies.china(), points=4)
    table = found.table()
    on = table.iloc[:4]
    assert on["converged"].all()
    assert (np.diff(on["efficiency"]) <= 1e-9).all()
    assert (np.diff(on["disparity"]) <= 1e-9).all()
    paid = table.iloc[4]
    assert paid["efficiency"] == pytest.approx(0.0, abs=1e-9)
    best = np.interp(paid["disparity"], on["disparity"][::-1], on["efficiency"][::-1])
    assert paid["efficiency"] <= best + 1e-6
    np.testing.assert_allclose(found.amounts.sum(1), found.amounts[0].sum(), rtol=1e-9)


@pytest.mark.slow
def test_money_may_go_to_households_instead(china: OptimalTransfers) -> None:
    found = optimal_transfers(studies.china(), to="household")
    assert isinstance(found, OptimalTransfers)
    assert found.allocation.converged
    assert found.values[0] == pytest.approx(china.values[0], rel=1e-9)  # what was paid is the base year
    assert found.values[2] > found.values[0]
    assert not np.allclose(found.allocation.amounts, china.allocation.amounts)
    if not np.isfinite(found.values[1]):  # far outside the bounds: no solution is said, not hidden
        assert "no solution" in found.notes[0].en
        assert np.isnan(found.living[:, 0]).all() or np.isfinite(found.living[:, 0]).all()


@pytest.mark.slow
def test_the_trace_and_refusals(china: OptimalTransfers) -> None:
    trace = optimal_transfers(studies.china(), trace="四川")
    assert isinstance(trace, Trace)
    at = [label for label, _ in china.sheet.rows].index("510000")
    assert trace.steps[-1].value == pytest.approx(china.sheet.column("change")[at], rel=1e-9)
    for wish in ({"floor": 1.5}, {"max_change": -0.1}):
        with pytest.raises(InputError):
            optimal_transfers(studies.china(), **wish)  # type: ignore[arg-type]
