"""RAS against its definition, gravity against planted effects, sectors against the table they add up."""

import numpy as np
import pytest
from scipy.optimize import minimize

from yugong.base.errors import InputError
from yugong.simulate.economies import fit_gravity, ras
from yugong.simulate.economies.accounts import spread
from yugong.simulate.economies.gravity import prior
from yugong.simulate.economies.sectors import CLASSIFICATIONS, merger, sectors, titles

MARGIN = 1e-11  # relative: RAS stops at 1e-13 of the largest margin
BRUTE = 1e-5  # a general minimiser of the same criterion, from another start


def test_ras_meets_both_margins_keeps_zeros_and_cross_ratios() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        seed = rng.uniform(0.1, 1.0, (5, 7)) * (rng.uniform(size=(5, 7)) > 0.1)
        goal = seed * rng.uniform(0.2, 5.0, (5, 1)) * rng.uniform(0.2, 5.0, (1, 7))
        found = ras(seed, goal.sum(1), goal.sum(0))
        scale = max(goal.sum(0).max(), goal.sum(1).max())
        assert np.abs(found.matrix.sum(1) - goal.sum(1)).max() <= MARGIN * scale
        assert np.abs(found.matrix.sum(0) - goal.sum(0)).max() <= MARGIN * scale
        assert np.all(found.matrix[seed == 0] == 0)
        # row and column scaling of the prior is the one matrix of that form with these margins
        assert np.allclose(found.matrix, goal, rtol=1e-8)


def test_ras_is_the_nearest_matrix_in_relative_entropy() -> None:
    rng = np.random.default_rng(1)
    seed = rng.uniform(0.5, 2.0, (3, 3))
    rows, columns = np.array([2.0, 3.0, 4.0]), np.array([3.0, 3.0, 3.0])

    def entropy(x: np.ndarray) -> float:
        m = x.reshape(3, 3)
        return float((m * np.log(m / seed) - m + seed).sum())

    margins = [{"type": "eq", "fun": lambda x, i=i: x.reshape(3, 3).sum(1)[i] - rows[i]} for i in range(3)]
    margins += [{"type": "eq", "fun": lambda x, i=i: x.reshape(3, 3).sum(0)[i] - columns[i]} for i in range(2)]
    brute = minimize(
        entropy,
        np.ones(9),
        method="SLSQP",
        bounds=[(1e-9, None)] * 9,
        constraints=margins,
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert np.abs(ras(seed, rows, columns).matrix.ravel() - brute.x).max() < BRUTE


@pytest.mark.parametrize(
    ("seed", "rows", "columns"),
    [
        (np.ones((2, 2)), [1.0, 1.0], [1.0, 2.0]),  # totals differ
        (np.ones((2, 2)), [-1.0, 3.0], [1.0, 1.0]),
        (np.array([[1.0, 1.0], [0.0, 0.0]]), [1.0, 1.0], [1.0, 1.0]),  # a row of zeros that must sum to one
        (np.array([[1.0, 0.0], [0.0, 1.0]]), [1.0, 1.0], [0.5, 1.5]),  # zeros leave no such matrix
        (np.ones((2, 3)), [1.0, 1.0], [1.0, 1.0]),
        (np.array([[1.0, np.nan], [1.0, 1.0]]), [1.0, 1.0], [1.0, 1.0]),
    ],
)
def test_ras_refuses_margins_that_cannot_be_met(seed: np.ndarray, rows: list[float], columns: list[float]) -> None:
    with pytest.raises(InputError):
        ras(seed, np.array(rows), np.array(columns))


def test_gravity_recovers_planted_effects() -> None:
    rng = np.random.default_rng(2)
    n = 12
    distance = rng.uniform(100, 3000, (n, n))
    distance = (distance + distance.T) / 2
    near = (rng.uniform(size=(n, n)) < 0.2).astype(float)
    near = np.maximum(near, near.T) * (1 - np.eye(n))
    flows = prior(distance, near, 0.8, 0.4, 2.0) * rng.uniform(1, 9, (n, 1)) * rng.uniform(1, 9, (1, n))
    fit = fit_gravity(flows, distance, near)
    assert (fit.distance, fit.contiguity, fit.home) == pytest.approx((0.8, 0.4, 2.0), abs=1e-7)
    assert fit.correlation == pytest.approx(1.0)
    noisy = fit_gravity(flows * rng.gamma(20.0, 1 / 20.0, flows.shape), distance, near)
    assert abs(noisy.distance - 0.8) < 4 * noisy.errors[0]
    with pytest.raises(InputError):
        fit_gravity(-flows, distance, near)


def test_spread_respects_totals_and_ceilings() -> None:
    rng = np.random.default_rng(4)
    weights, most = rng.uniform(0, 1, (6, 3)), rng.uniform(1, 2, (6, 3))
    total = most.sum(0) * [0.3, 0.9, 0.99]
    out = spread(total, weights, most)
    assert np.allclose(out.sum(0), total, rtol=1e-12)
    assert np.all(out <= most * (1 + 1e-12))
    free = out[:, 0] < most[:, 0]
    assert np.ptp(out[free, 0] / weights[free, 0]) < 1e-12  # whoever is below the ceiling shares in proportion
    with pytest.raises(InputError):
        spread(most.sum(0) * 1.1, weights, most)


def test_every_classification_is_covered_once() -> None:
    sizes = {"c1997": 40, "c2002": 42, "c2007": 42, "c2012": 42}
    codes = [c for s in sectors() for c in s.codes]
    assert len(codes) == len(set(codes))
    for name in CLASSIFICATIONS:
        assert {f"{name}_{i:02d}" for i in range(1, sizes[name] + 1)} == {c for c in codes if c.startswith(name)}
    assert np.array_equal(merger("eight"), np.eye(8))
    assert merger("three").sum(0).tolist() == [1.0] * 8
    assert len(titles("three")) == 3
