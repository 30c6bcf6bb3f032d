"""Sobol indices against closed forms; rank intervals against a plain loop."""

import numpy as np
import pytest

from yugong.base.errors import InputError
from yugong.diagnose import index as ix
from yugong.diagnose.index.uncertainty import _model

# quasi-Monte-Carlo error of 2**13 rows; four times what the runs show
SOBOL = 0.01


def test_ishigami() -> None:
    def model(u: np.ndarray) -> np.ndarray:
        x = np.pi * (2 * u - 1)
        return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])

    a, b = 7.0, 0.1
    v1 = 0.5 * (1 + b * np.pi**4 / 5) ** 2
    v2 = a**2 / 8
    v13 = b**2 * np.pi**8 * 8 / 225
    v = v1 + v2 + v13
    made = ix.sobol_indices(model, [("x1", 1), ("x2", 1), ("x3", 1)], samples=2**13)
    np.testing.assert_allclose(made.first[:, 0], [v1 / v, v2 / v, 0], atol=SOBOL)
    np.testing.assert_allclose(made.total[:, 0], [(v1 + v13) / v, v2 / v, v13 / v], atol=SOBOL)
    np.testing.assert_allclose(made.variance, v, rtol=SOBOL)
    assert (made.first_low <= made.first).all()
    assert (made.total <= made.total_high).all()


def test_g_function_with_grouped_inputs() -> None:
    a = np.array([0.0, 1.0, 4.5, 9.0])

    def model(u: np.ndarray) -> np.ndarray:
        return np.prod((np.abs(4 * u - 2) + a) / (1 + a), axis=1)

    part = 1 / (3 * (1 + a) ** 2)
    whole = np.prod(1 + part) - 1
    group = (1 + part[0]) * (1 + part[1]) - 1
    rest = (1 + part[2]) * (1 + part[3]) - 1
    made = ix.sobol_indices(model, [("first two", 2), ("last two", 2)], samples=2**13)
    np.testing.assert_allclose(made.first[:, 0], [group / whole, rest / whole], atol=SOBOL)
    np.testing.assert_allclose(made.total[:, 0], [group * (1 + rest) / whole, rest * (1 + group) / whole], atol=SOBOL)


def test_an_output_that_never_varies_has_no_indices() -> None:
    made = ix.sobol_indices(lambda u: np.ones(len(u)), [("x", 1)], samples=8)
    assert np.isnan(made.first).all()
    with pytest.raises(InputError):
        ix.sobol_indices(lambda u: u, [("x", 1)], samples=100)


@pytest.fixture
def made() -> ix.uncertainty.Recipes:
    rng = np.random.default_rng(5)
    x = rng.lognormal(size=(12, 4, 6))
    x[3, 2, 1] = np.nan
    return ix.recipes(x, ["+", "-", "+", "+", (0.5, 1.0), "+"], list("aaabbb"), coverage=0.6)


def test_the_default_draw_reproduces_the_point_ranks(made: ix.uncertainty.Recipes) -> None:
    point = ix.rank_uncertainty(made, 0, samples=16).rank
    model, factors = _model(made, 0, np.ones(12, dtype=bool), point)
    u = np.full((1, sum(n for _, n in factors)), 0.5)  # geometric, no noise
    u[0, :2] = 0.0  # min–max, equal weights
    np.testing.assert_array_equal(model(u)[0, :-1], point)
    assert model(u)[0, -1] == 0


def test_model_equals_a_plain_loop(made: ix.uncertainty.Recipes) -> None:
    model, factors = _model(made, 1, np.ones(12, dtype=bool), np.arange(1.0, 13))
    rng = np.random.default_rng(6)
    u = rng.random((20, sum(n for _, n in factors)))
    rules = ("arithmetic", "geometric", "mazziotta-pareto")
    for row, drawn in zip(u, model(u), strict=True):
        z = list(made.scores.values())[int(row[0] * 3)][:, 1]
        w = list(made.weights.values())[int(row[1] * 3)].copy()
        for d in ("a", "b"):
            w[np.array(made.dimensions) == d] /= w[np.array(made.dimensions) == d].sum()
        w = w * (0.75 + 0.5 * row[3:9])
        outer = 0.75 + 0.5 * row[9:11]
        s = ix.composite(z, made.dimensions, weights=w, dimension_weights=outer, across=rules[int(row[2] * 3)]).scores
        np.testing.assert_array_equal(drawn[:-1], ix.ranks(s))


def test_intervals_are_seeded_ordered_and_within_range(made: ix.uncertainty.Recipes) -> None:
    one, two = ix.rank_uncertainty(made, 2, seed=3), ix.rank_uncertainty(made, 2, seed=3)
    np.testing.assert_array_equal(one.low, two.low)
    assert (one.low <= one.median).all()
    assert (one.median <= one.high).all()
    assert one.low.min() >= 1
    assert one.high.max() <= 12
    assert one.factors == ("normalisation", "weighting", "aggregation", "weight_noise", "missing")
    assert one.sobol is not None
    assert (one.sobol.total[:, -1] > -0.05).all()  # estimates of a non-negative number


def test_a_region_without_a_score_has_no_rank() -> None:
    x = np.random.default_rng(8).uniform(size=(6, 2, 4))
    x[2, 1, :2] = np.nan
    out = ix.rank_uncertainty(ix.recipes(x, ["+"] * 4, list("aabb")), 1, samples=32)
    assert np.isnan([out.rank[2], out.low[2], out.high[2]]).all()
    assert np.nanmax(out.rank) == 5
    assert out.sobol is not None
    assert np.isnan(out.sobol.total[:, 2]).all()


def test_clear_cut_ranks_have_no_interval() -> None:
    x = np.repeat(np.arange(1.0, 9)[:, None, None], 3, axis=1) * np.ones(5)
    out = ix.rank_uncertainty(ix.recipes(x, ["+"] * 5, list("aabbc")), samples=64)
    np.testing.assert_array_equal(out.low, np.arange(8, 0, -1))
    np.testing.assert_array_equal(out.high, out.low)
