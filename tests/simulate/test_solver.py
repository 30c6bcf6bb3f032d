"""The solver's fallbacks and the certificate: each path is walked, and each number in it means what it says."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest
from economies import economy, family
from test_theory import symmetric

from yugong.simulate import Economy, Levers, Pick, gradient, solve
from yugong.simulate._kernel.build import build
from yugong.simulate._kernel.fixed_point import zeros
from yugong.simulate._kernel.newton import jacobian, newton_krylov, residual
from yugong.simulate.certify import describe, elasticity_radius
from yugong.simulate.solving import part_way

SAME = 1e-9


def shock(e: Economy) -> Levers:
    rng = np.random.default_rng(1)
    n, s = len(e.regions), len(e.sectors)
    return Levers(productivity=np.exp(0.3 * rng.standard_normal((n, s))))


def test_newton_krylov_finds_the_same_solution() -> None:
    e = family("everything")
    model = build(e, shock(e))
    x = newton_krylov(model.blocks, model.base, model.lever, zeros(model.blocks), 1e-11)
    np.testing.assert_allclose(np.asarray(x), solve(e, shock(e), tolerance=1e-12).x, atol=SAME)


def test_fallbacks_take_over() -> None:
    e = family("migration")
    straight = solve(e, shock(e))
    result = solve(e, shock(e), max_sweeps=4)  # too few sweeps for the first two attempts
    assert result.status.converged
    assert result.status.method in ("newton-krylov", "homotopy")
    np.testing.assert_allclose(result.x, straight.x, atol=1e-8)


def test_a_warm_start_saves_sweeps() -> None:
    e = family("migration")
    cold = solve(e, shock(e))
    warm = solve(e, shock(e), start=cold.x)
    assert warm.status.sweeps == 0


def test_part_way_is_the_base_year_at_zero_and_the_scenario_at_one() -> None:
    e = family("everything")
    model = build(e, Levers(productivity=np.full((4, 3), 1.2), income_tax=np.full(4, 0.2)))
    for share, end in ((0.0, model.null), (1.0, model.lever)):
        for ours, theirs in zip(part_way(model, share), end, strict=True):
            np.testing.assert_allclose(np.broadcast_to(ours, theirs.shape), theirs, rtol=1e-14, atol=1e-15)


def test_certificate_reports_stability_and_other_starts() -> None:
    e = family("migration")
    certificate = solve(e, shock(e)).certificate(starts=3, seed=1)
    assert set(certificate.residual) == {"wage", "price", "spending", "labour", "rent"}
    assert certificate.spectral_radius > 0
    assert certificate.elasticity_radius is None
    assert certificate.absolute_radius >= certificate.spectral_radius
    assert certificate.spread < 1e-7
    assert "3" in certificate.text.en
    assert f"{certificate.spectral_radius:.3f}" in certificate.checks.en


def test_a_certificate_without_radii_says_so_and_checks_the_rest() -> None:
    e = family("migration")
    result = solve(e, shock(e))
    quick, full = result.certificate(radii=False), result.certificate()
    assert np.isnan(quick.spectral_radius)
    assert "not computed" in quick.checks.en
    assert (quick.residual, quick.walras, quick.starts, quick.reached) == (
        full.residual, full.walras, full.starts, full.reached,
    )  # fmt: skip


def test_the_loop_of_derivatives_is_the_jacobian() -> None:
    e = family("everything")
    model, x = build(e, shock(e)), jnp.asarray(solve(e, shock(e)).x)
    held = jacobian(model.blocks, x, model.base, model.lever)
    h = 1e-6
    for k in (0, 7, len(x) - 1):
        along = h * jnp.eye(len(x))[k]
        ends = [residual(model.blocks, x + s * along, model.base, model.lever) + x + s * along for s in (1, -1)]
        np.testing.assert_allclose(held[:, k], (ends[0] - ends[1]) / (2 * h), atol=1e-7)


def circle(agglomeration: float, congestion: float) -> Economy:
    return replace(
        symmetric(2), mobility="free", workers=np.array([2.0]), population=np.ones((2, 1)),
        migration_shares=np.full((1, 2, 1), 0.5), agglomeration=np.array([agglomeration]),
        congestion=np.full(2, congestion),
    )  # fmt: skip


@pytest.mark.parametrize(("alpha", "lam"), [(0.0, 0.3), (0.1, 0.3), (0.2, 0.2)])
def test_uniqueness_theorem_of_allen_and_arkolakis(alpha: float, lam: float) -> None:
    e = circle(alpha, lam)
    sigma, beta = 5.0, -lam
    closed = abs((1 + sigma * alpha + beta * (sigma - 1)) / (1 - alpha * (sigma - 1) - beta * sigma))
    assert elasticity_radius(e) == pytest.approx(closed)
    assert (closed <= 1 + 1e-12) == (alpha + beta <= 1e-12)
    if closed < 1:
        result = solve(e, Levers(productivity=np.array([[1.1], [1.0]])))
        assert result.certificate(starts=4).spread < 1e-7
        assert "unique" in result.certificate().text.en
        assert result.certificate().starts == 0  # a theorem needs no search


def test_the_certificate_says_what_the_starts_found() -> None:
    certificate = solve(circle(0.7, 0.0)).certificate(starts=3)
    assert certificate.elasticity_radius > 1
    assert (certificate.starts, certificate.reached) == (3, 3)
    assert "all to the same" in certificate.text.en
    assert "more than one" in describe(None, 5, 4, 0.3).en
    assert "none of 5" in describe(None, 5, 0, float("nan")).en
    assert "no theorem" in describe(2.0, 0, 0, float("nan")).en


def test_without_a_theorem_other_starts_are_tried_unasked() -> None:
    certificate = solve(family("migration")).certificate()
    assert (certificate.starts, certificate.reached) == (3, 3)
    assert certificate.spread < 1e-7


def test_radii_of_a_sweep_written_down_by_hand() -> None:
    """One closed region with inputs: the price block is ln P ← γ ln P + β ln w, so the radii are those of 2×2 blocks."""
    e = economy(n=1, s=1)
    inputs = float(e.input_share[0, 0, 0])
    certificate = solve(e, Levers(productivity=np.array([[1.1]]))).certificate(starts=0)
    assert certificate.spectral_radius == pytest.approx(inputs, abs=1e-9)
    assert certificate.absolute_radius >= inputs - 1e-12


def test_homotopy_walks_where_the_straight_way_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that breaks down farther than 0.1 from its start, and no Newton: only small steps of the shock get there."""
    from yugong.simulate import solving

    e = family("migration")
    straight = solve(e, shock(e))
    assert np.abs(straight.x).max() > 0.3
    whole = solving.run.solve

    def short_sighted(blocks, settings, start, base, lever):  # type: ignore[no-untyped-def]
        found, outcome = whole(blocks, settings, start, base, lever)
        far = float(np.abs(np.asarray(found.x) - np.asarray(start)).max()) > 0.1
        return (found._replace(residual=np.inf) if far else found), outcome

    monkeypatch.setattr(solving.run, "solve", short_sighted)
    monkeypatch.setattr(solving, "newton_krylov", lambda blocks, base, lever, start, tolerance: start * 0)
    result = solving.solve(e, shock(e))
    assert result.status.method == "homotopy"
    assert result.status.converged
    np.testing.assert_allclose(result.x, straight.x, atol=1e-8)


def test_any_outcome_can_be_differentiated() -> None:
    e = economy(mobility="costly", seed=5)
    found = gradient(e, shock(e), Pick("population", (1,)), wrt=("migration_cost",), tolerance=1e-13)
    assert found.slopes["migration_cost"].shape == (4, 4, 1)
    step = 1e-5
    ends = []
    for sign in (1, -1):
        cost = np.ones((4, 4, 1))
        cost[2, 1, 0] += sign * step
        moved = solve(e, replace(shock(e), migration_cost=cost), tolerance=1e-13)
        ends.append(moved["population"][1] / e.population.sum())
    assert found.slopes["migration_cost"][2, 1, 0] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-8)


def test_trade_responds_more_where_theta_is_larger() -> None:
    cost = np.where(np.eye(3) > 0, 1.0, 1.1)[None]
    own = [solve(symmetric(theta=t), Levers(trade_cost=cost)).trade()[0, 0, 0] for t in (2.0, 4.0, 8.0)]
    assert own == sorted(own)
    assert own[0] > 0.8


def test_payments_beyond_income_are_no_solution() -> None:
    e = family("inputs")
    burden = e.accounts.deficit.copy()
    burden[0] -= 1.5 * e.accounts.household[0]
    burden[1] += 1.5 * e.accounts.household[0]
    result = solve(e, Levers(deficit=burden))
    assert not result.status.converged
    assert "fixed payments" in result.status.text.en
