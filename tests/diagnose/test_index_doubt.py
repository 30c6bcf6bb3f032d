"""Benefit of the doubt: closed forms, another solver on the dual, laws, and what it refuses."""

import numpy as np
import pytest
from scipy.optimize import linprog

from yugong.base.errors import InputError
from yugong.diagnose.index.doubt import benefit_of_doubt

SOLVER = 1e-8  # two simplex codes at their own tolerances


def envelopment(z: np.ndarray, i: int) -> float:
    """The dual written out: the least sum of intensities whose mix reaches row i."""
    n = len(z)
    return float(linprog(np.ones(n), A_ub=-z.T, b_ub=-z[i], bounds=[(0, None)] * n, method="highs-ipm").fun)


def bounded(z: np.ndarray, i: int, low: float, high: float) -> float:
    """The primal with pie shares, written out for another solver."""
    n, m = z.shape
    own = np.diag(z[i])
    a = np.vstack([z, low * z[i] - own, own - high * z[i]])
    b = np.r_[np.ones(n), np.zeros(2 * m)]
    return float(-linprog(-z[i], A_ub=a, b_ub=b, bounds=[(0, None)] * m, method="highs-ipm").fun)


def test_scores_equal_the_dual_and_the_bounded_programme() -> None:
    rng = np.random.default_rng(0)
    z = rng.uniform(0.05, 1, (40, 5))
    free = benefit_of_doubt(z)
    held = benefit_of_doubt(z, 0.1, 0.4)
    for i in range(40):
        assert free.scores[i] == pytest.approx(envelopment(z, i), rel=SOLVER)
        assert held.scores[i] == pytest.approx(bounded(z, i, 0.1, 0.4), rel=SOLVER)
    assert (held.scores <= free.scores + SOLVER).all()
    assert held.shares.min() >= 0.1 - SOLVER
    assert held.shares.max() <= 0.4 + SOLVER
    assert held.shares.sum(axis=1) == pytest.approx(np.ones(40))
    assert free.scores.max() == pytest.approx(1.0)


def test_two_indicators_by_hand() -> None:
    # the frontier runs through (1, 0.5) and (0.5, 1): (0.5, 0.5) lies at 2/3 of it, (0.6, 0.1) at 0.6 of the first
    z = np.array([[1, 0.5], [0.5, 1], [0.5, 0.5], [0.6, 0.1]])
    assert benefit_of_doubt(z).scores == pytest.approx([1, 1, 2 / 3, 0.6], rel=SOLVER)
    # equal shares force w ∝ 1/z: only the geometric comparison with itself is left
    half = benefit_of_doubt(z, 0.5, 0.5).scores
    for i, own in enumerate(z):
        assert half[i] == pytest.approx(1 / (0.5 * (z / own).sum(axis=1)).max(), rel=SOLVER)


def test_one_indicator_is_the_ratio_to_the_best_and_units_do_not_matter() -> None:
    x = np.array([[2.0], [8.0], [5.0]])
    assert benefit_of_doubt(x).scores == pytest.approx([0.25, 1, 0.625])
    rng = np.random.default_rng(1)
    z = rng.uniform(0.1, 1, (20, 3))
    scaled = benefit_of_doubt(z * [1, 1000, 0.01], 0.1, 0.6).scores
    assert scaled == pytest.approx(benefit_of_doubt(z, 0.1, 0.6).scores, rel=1e-6)


def test_missing_zeros_and_bounds_that_cannot_hold() -> None:
    z = np.array([[1, 0.5], [np.nan, 1], [0, 0.4], [0, 0]])
    made = benefit_of_doubt(z, 0.1)
    assert np.isnan(made.scores[1])
    assert made.scores[2] == pytest.approx(0)  # an indicator at zero cannot have a tenth of the score
    assert made.scores[3] == 0
    panel = np.random.default_rng(2).uniform(0.1, 1, (5, 3, 4))
    assert benefit_of_doubt(panel).scores == pytest.approx(benefit_of_doubt(panel.reshape(15, 4)).scores.reshape(5, 3))
    for low, high in ((0.6, 1.0), (0.0, 0.4), (0.5, 0.3)):
        with pytest.raises(InputError):
            benefit_of_doubt(np.ones((3, 2)) * 0.5, low, high)
    with pytest.raises(InputError):
        benefit_of_doubt([[-0.1, 1.0]])
    with pytest.raises(InputError):
        benefit_of_doubt([[np.nan, 1.0]])
