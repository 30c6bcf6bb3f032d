"""Weights: closed forms, layers, combinations, constants and gaps."""

import numpy as np
import pytest

from yugong.base.errors import InputError
from yugong.diagnose import index as ix

CLOSE = 1e-12


@pytest.fixture
def z() -> np.ndarray:
    return np.random.default_rng(1).uniform(size=(30, 4))


def test_pooled_entropy_uses_all_rows_and_never_exceeds_one() -> None:
    panel = np.random.default_rng(2).uniform(size=(12, 5, 3))
    rows = panel.reshape(-1, 3)
    p = rows / rows.sum(axis=0)
    expected = -(p * np.log(p)).sum(axis=0) / np.log(60)
    np.testing.assert_allclose(ix.entropy_values(panel), expected, rtol=CLOSE)
    assert (ix.entropy_values(panel) <= 1).all()


def test_entropy_of_one_region_that_has_everything_is_zero() -> None:
    z = np.zeros((8, 2))
    z[0, 0] = 1.0
    z[:2, 1] = 1.0
    e = ix.entropy_values(z)
    np.testing.assert_allclose(e, [0.0, np.log(2) / np.log(8)], atol=CLOSE)


def test_entropy_leaves_missing_cells_out(z: np.ndarray) -> None:
    gap = z.copy()
    gap[3, 1] = np.nan
    column = np.delete(z[:, 1], 3)
    assert ix.entropy_values(gap)[1] == pytest.approx(ix.entropy_values(column[:, None])[0], rel=CLOSE)


@pytest.mark.parametrize("rule", [ix.equal_weights, ix.entropy, ix.critic, ix.variation, ix.pca])
def test_constant_column_weighs_nothing_and_warns(z: np.ndarray, rule) -> None:  # type: ignore[no-untyped-def]
    z[:, 2] = 0.3
    with pytest.warns(ix.ConstantIndicatorWarning):
        w = rule(z)
    assert w[2] == 0
    assert w.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(w[[0, 1, 3]], rule(z[:, [0, 1, 3]]), rtol=1e-9)  # eigenvectors and correlations


@pytest.mark.parametrize("rule", [ix.equal_weights, ix.entropy, ix.critic, ix.variation, ix.pca])
def test_weights_follow_columns_and_ignore_row_order(z: np.ndarray, rule) -> None:  # type: ignore[no-untyped-def]
    w = rule(z)
    np.testing.assert_allclose(rule(z[::-1][:, [2, 0, 3, 1]]), w[[2, 0, 3, 1]], rtol=1e-9)


def test_entropy_refuses_negative_scores() -> None:
    with pytest.raises(InputError):
        ix.entropy([[-0.1, 0.2], [0.4, 0.3]])


def test_layered_weights_are_global() -> None:
    z = np.random.default_rng(3).uniform(size=(20, 5))
    w = ix.layered(z, list("aabbb"), [0.7, 0.3])
    assert w[:2].sum() == pytest.approx(0.7)
    np.testing.assert_allclose(w[2:] / 0.3, ix.entropy(z[:, 2:]), rtol=CLOSE)


def test_entropy_by_year_and_drift() -> None:
    panel = np.random.default_rng(6).uniform(size=(10, 4, 3))
    by_year, drift = ix.entropy_by_year(panel), ix.entropy_drift(panel)
    np.testing.assert_allclose(by_year[2], ix.entropy(panel[:, 2]), rtol=CLOSE)
    np.testing.assert_allclose(drift[-1], ix.entropy(panel), rtol=CLOSE)
    assert np.abs(np.diff(drift, axis=0)).max() > 0


def test_pca_of_one_factor_is_equal() -> None:
    f = np.random.default_rng(7).normal(size=50)
    np.testing.assert_allclose(ix.pca(np.column_stack([f, 2 * f, -f])), 1 / 3, rtol=1e-9)
    two = np.column_stack([f, f, np.random.default_rng(8).normal(size=50)])
    assert ix.pca(two, keep=0.85).sum() == pytest.approx(1.0)


def test_ahp_of_consistent_judgements_returns_them() -> None:
    w = np.array([0.5, 0.3, 0.2])
    made = ix.ahp(w[:, None] / w)
    np.testing.assert_allclose(made.weights, w, rtol=1e-9)
    assert abs(made.consistency_ratio) < 1e-9
    with pytest.raises(InputError, match=r"1,2|互反"):
        ix.ahp([[1, 2], [2, 1]])


def test_combinations() -> None:
    a, b = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.2, 0.6])
    np.testing.assert_allclose(ix.combine([a, b]), (a + b) / 2, rtol=CLOSE)
    np.testing.assert_allclose(ix.combine([a, b], "product"), a * b / (a * b).sum(), rtol=CLOSE)
    for rule in ("linear", "game"):
        np.testing.assert_allclose(ix.combine([a, a], rule), a, rtol=1e-9)
    gram = np.array([[a @ a, a @ b], [b @ a, b @ b]])
    alpha = np.abs(np.linalg.solve(gram, np.diag(gram)))
    game = alpha @ [a, b] / alpha.sum()
    np.testing.assert_allclose(ix.combine([a, b], "game"), game, rtol=1e-9)
