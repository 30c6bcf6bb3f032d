"""Common factors: optimality conditions, known truth, and the special cases that must coincide."""

from pathlib import Path

import numpy as np
import pytest
from panels import cohort_question, data, grid, staggered

from yugong.evaluate import factors
from yugong.evaluate.factors import (
    completed_matrix,
    interactive,
    interactive_effects,
    largest_penalty,
    matrix_completion,
)
from yugong.evaluate.fixed_effects import imputation, impute
from yugong.evaluate.question import Question, ask

OPTIMAL = 1e-4  # iteration stops when a step moves less than 1e-6 of the spread
KNOWN = 1e-9


def factor_panel(rng: np.random.Generator, noise: float = 0.2) -> Question:
    """60 places, two factors; the treated load differently, so that parallel trends fail; effect 2."""
    n, t = 60, 20
    loads, common = rng.normal(size=(n, 2)), 0.5 * np.cumsum(rng.normal(size=(t, 2)), axis=0)
    loads[:8] += 1
    dose = np.zeros((n, t))
    dose[:8, 12:] = 1
    y = loads @ common.T + rng.normal(size=(n, 1)) + rng.normal(size=t) + 2 * dose + noise * rng.normal(size=(n, t))
    return ask(y, dose)


# StatsPAI 1.40.2 sp.fect(method="ife", force="two-way", tol=1e-9), which its authors hold to R fect at 1e-5; run once.
# Its own stopping rule leaves 5e-5 cigarettes on Prop 99 and 5e-6 log points on castle laws.
FECT = {("prop99", 1): -13.773908, ("prop99", 2): -0.182139, ("castle", 1): 0.08016125, ("castle", 2): 0.06606791}
# The same with method="mc", whose penalty is ours over the number of cells: 0.5555838570380047 / 550
FECT_MC = (0.5555838570380047, 0.08601077)


@pytest.mark.parametrize(("case", "rank"), FECT)
def test_interactive_effects_are_fect(shared: Path, case: str, rank: int) -> None:
    q = real(shared, case)
    found = interactive(q, rank=rank)
    assert found.estimate == pytest.approx(FECT[case, rank], abs=1e-3 if case == "prop99" else 1e-5)


def test_matrix_completion_is_fect(shared: Path) -> None:
    found = matrix_completion(real(shared, "castle"), penalty=FECT_MC[0])
    assert found.estimate == pytest.approx(FECT_MC[1], abs=1e-6)


def real(shared: Path, case: str) -> Question:
    if case == "castle":
        return cohort_question(data(shared, "castle_did2s.csv"), "sid", "year", "l_homicide", "effyear")
    frame = data(shared, "california_prop99.csv", sep=";")
    names = ("State", "Year")
    return ask(grid(frame, *names, "PacksPerCapita"), grid(frame, *names, "treated").astype(float))


def test_matrix_completion_meets_its_optimality_conditions() -> None:
    """Residual/penalty is a subgradient of the nuclear norm at L: UV' on L's space, spectral norm at most 1 beyond."""
    q = factor_panel(np.random.default_rng(30))
    penalty = 0.05 * largest_penalty(q.y, q.clean)
    found = completed_matrix(q.y, q.clean, penalty)
    assert found.converged
    gradient = np.where(q.clean, found.residuals, 0.0) / penalty
    u, s, v = np.linalg.svd(found.low_rank, full_matrices=False)
    k = int((s > 1e-6).sum())
    assert 0 < k < 20
    np.testing.assert_allclose(u[:, :k].T @ gradient, v[:k], atol=OPTIMAL)
    np.testing.assert_allclose(gradient @ v[:k].T, u[:, :k], atol=OPTIMAL)
    assert np.linalg.norm(gradient, 2) <= 1 + OPTIMAL
    # the unpenalised effects leave no mean in any place or year
    np.testing.assert_allclose(gradient.sum(axis=0), 0, atol=KNOWN)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=KNOWN)


def test_no_factor_and_a_large_penalty_are_fixed_effects() -> None:
    q = staggered(np.random.default_rng(31), gaps=0.1, covariates=1)
    lines = list(q.covariates.values())
    plain = impute(q.y, q.clean, lines).counterfactual
    none = interactive_effects(q.y, q.clean, 0, lines).counterfactual
    heavy = completed_matrix(q.y, q.clean, 1.01 * largest_penalty(q.y, q.clean, lines), lines).counterfactual
    seen = np.isfinite(none)
    np.testing.assert_allclose(none[seen], plain[seen], atol=KNOWN)
    np.testing.assert_allclose(heavy[seen], plain[seen], atol=KNOWN)


def test_factors_are_exact_without_noise() -> None:
    q = factor_panel(np.random.default_rng(32), noise=0.0)
    found = interactive_effects(q.y, q.clean, 2)
    np.testing.assert_allclose((q.y - found.counterfactual)[q.treated], 2, atol=1e-3)
    assert abs(imputation(q).estimate - 2) > 0.1  # two-way effects miss it


def test_rank_is_found_and_the_effect_recovered() -> None:
    rng = np.random.default_rng(33)
    found = [interactive(factor_panel(rng)) for _ in range(5)]
    assert [f.parts["rank"] for f in found] == [2.0] * 5
    assert np.mean([f.estimate for f in found]) == pytest.approx(2, abs=0.1)  # spread 0.07 each


def test_matrix_completion_is_nearer_than_two_way_effects() -> None:
    rng = np.random.default_rng(33)
    drawn = [factor_panel(rng) for _ in range(6)]
    errors = np.abs([[matrix_completion(q).estimate - 2, imputation(q).estimate - 2] for q in drawn])
    assert errors[:, 0].mean() < 0.7 * errors[:, 1].mean()  # ten years before the start do not pin two factors down


def test_residuals_are_stationary_for_least_squares_factors() -> None:
    """At the least-squares rank-2 fit the residual is orthogonal to the factors and to the loadings."""
    q = factor_panel(np.random.default_rng(34))
    found = interactive_effects(q.y, q.clean, 2)
    u, s, v = np.linalg.svd(found.low_rank, full_matrices=False)
    residual = np.where(q.clean, found.residuals, 0.0)
    assert np.abs(residual @ v[:2].T).max() < OPTIMAL
    assert np.abs(residual.T @ u[:, :2]).max() < OPTIMAL
    assert s[2] < 1e-9


def test_bootstrap_errors_are_near_the_spread() -> None:
    rng = np.random.default_rng(35)
    estimates = [interactive(factor_panel(rng), rank=2).estimate for _ in range(30)]
    se = interactive(factor_panel(rng), rank=2, draws=60).se
    assert 0.5 < se / np.std(estimates) < 2  # 30 draws, and a bootstrap of 8 treated places


def test_not_converging_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factors, "STEPS", 2)
    found = interactive(factor_panel(np.random.default_rng(36)), rank=2)
    assert found.status == "not converged"
    assert any("未收敛" in n.zh for n in found.notes)


def test_places_with_fewer_clean_years_than_factors_have_no_counterfactual() -> None:
    q = factor_panel(np.random.default_rng(37))
    clean = q.clean.copy()
    clean[0, 2:] = False
    found = interactive_effects(q.y, clean, 2)
    assert np.isnan(found.counterfactual[0]).all()
    assert np.isfinite(found.counterfactual[1:]).all()
