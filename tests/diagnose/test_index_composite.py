"""Properties of scores, ranks and coordination that must hold for any data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from yugong.base.errors import InputError
from yugong.diagnose import index as ix

DIRECTIONS = ["+", "-", "+", (2.0, 4.0)]
DIMENSIONS = ["a", "a", "b", "b"]
ROUND = 1e-9  # min–max of values of order 1 to 100

panels = arrays(np.float64, (6, 3, 4), elements=st.integers(1, 1000).map(lambda v: v / 10), unique=True)
fast = settings(max_examples=60, deadline=None)


def scores(x: np.ndarray, directions: list = DIRECTIONS, **options: object) -> ix.Composite:
    return ix.composite(ix.standardise(x, directions).z, DIMENSIONS, **options)  # type: ignore[arg-type]


@fast
@given(panels, st.floats(0.01, 100), st.floats(-50, 50))
def test_unit_and_origin_do_not_matter(x: np.ndarray, a: float, b: float) -> None:
    moved = x * a + b
    directions = ["+", "-", "+", (2.0 * a + b, 4.0 * a + b)]
    np.testing.assert_allclose(scores(moved, directions).scores, scores(x).scores, atol=1e-6)  # b may cancel digits


@fast
@given(panels, st.permutations(range(6)))
def test_order_of_regions_does_not_matter(x: np.ndarray, order: list[int]) -> None:
    np.testing.assert_allclose(scores(x[order]).scores, scores(x).scores[order], atol=ROUND)


@fast
@given(panels, st.integers(0, 5), st.integers(0, 2), st.integers(0, 2), st.floats(0.01, 5))
def test_monotone_in_each_indicator(x: np.ndarray, i: int, t: int, j: int, step: float) -> None:
    posts = x.reshape(-1, 4).min(axis=0) - 10, x.reshape(-1, 4).max(axis=0) + 10
    better = x.copy()
    better[i, t, j] += step if DIRECTIONS[j] == "+" else -step
    z, up = (ix.standardise(v, DIRECTIONS, goalposts=posts).z for v in (x, better))
    for across in ("arithmetic", "geometric"):
        before, after = (ix.composite(v, DIMENSIONS, across=across).scores for v in (z, up))
        assert after[i, t] > before[i, t]
        assert np.delete(after.ravel(), i * 3 + t) == pytest.approx(np.delete(before.ravel(), i * 3 + t))


@fast
@given(arrays(np.float64, (7, 1), elements=st.integers(1, 1000).map(lambda v: v / 10), unique=True))
def test_swapping_the_direction_flips_ranks(x: np.ndarray) -> None:
    up, down = (ix.composite(ix.standardise(x, [d]).z, ["a"]).scores for d in ("+", "-"))
    np.testing.assert_allclose(up + down, 1.0)
    np.testing.assert_array_equal(ix.ranks(up) + ix.ranks(down), 8)


@fast
@given(panels, st.integers(0, 5), st.integers(0, 2), st.integers(0, 3))
def test_a_missing_cell_never_raises_a_rank_silently(x: np.ndarray, i: int, t: int, j: int) -> None:
    holed = x.copy()
    holed[i, t, j] = np.nan
    made = scores(holed, coverage=0.5)
    assert made.coverage[i, t] == 0.75
    assert np.isnan(scores(holed).scores[i, t]), "half a dimension is under the required coverage"
    recipe = ix.recipes(holed, DIRECTIONS, DIMENSIONS, coverage=0.5)
    drawn = ix.rank_uncertainty(recipe, t, samples=16)
    assert "missing" in drawn.factors


def test_a_gap_widens_the_rank_interval() -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(size=(20, 4, 10)) + np.linspace(0, 2, 20)[:, None, None]
    dims = ["a"] * 5 + ["b"] * 5
    holed = x.copy()
    holed[10, 3, 0] = np.nan
    full, gap = (ix.rank_uncertainty(ix.recipes(v, ["+"] * 10, dims), 3, samples=1024) for v in (x, holed))
    assert gap.high[10] - gap.low[10] > full.high[10] - full.low[10]


@pytest.mark.parametrize("rule", ["arithmetic", "geometric", "mazziotta-pareto"])
def test_means_against_the_definition(rule: str) -> None:
    z, w = np.array([0.2, 0.5, np.nan, 0.9]), np.array([1.0, 2.0, 5.0, 1.0])
    v, p = np.array([0.2, 0.5, 0.9]), np.array([0.25, 0.5, 0.25])
    m = v @ p
    expected = {"arithmetic": m, "geometric": np.prod(v**p), "mazziotta-pareto": m - ((v - m) ** 2 @ p) / m}
    assert ix.mean(z, w, rule) == pytest.approx(expected[rule])  # type: ignore[arg-type]


def test_means_are_ordered_and_equal_on_equal_parts() -> None:
    z = np.random.default_rng(1).uniform(0.1, 1, size=(50, 5))
    w = np.ones(5)
    a, g, p = (ix.mean(z, w, r) for r in ("arithmetic", "geometric", "mazziotta-pareto"))
    assert (g < a).all()
    assert (p < a).all()
    for rule in ("arithmetic", "geometric", "mazziotta-pareto"):
        assert ix.mean(np.full(5, 0.4), w, rule) == pytest.approx(0.4)  # type: ignore[arg-type]


def test_constant_indicator_counts_for_nothing() -> None:
    x = np.random.default_rng(2).uniform(size=(8, 3))
    x[:, 1] = 5.0
    made = ix.standardise(x, ["+", "-", "+"])
    assert made.constant.tolist() == [False, True, False]
    assert np.isfinite(made.z).all()
    with_it = ix.composite(made.z, list("aab"), weights=~made.constant).scores
    np.testing.assert_allclose(with_it, ix.composite(made.z[:, [0, 2]], list("ab")).scores)


def test_targets_and_intervals() -> None:
    x = np.array([[0.0], [2.0], [3.0], [5.0], [10.0]])
    np.testing.assert_allclose(ix.standardise(x, [(2, 5)]).z[:, 0], [0.6, 1, 1, 1, 0])
    np.testing.assert_allclose(ix.standardise(x, [(3, 3)]).z[:, 0], 1 - np.abs(x[:, 0] - 3) / 7)


def test_scopes() -> None:
    x = np.array([[[1.0], [10.0]], [[2.0], [30.0]]])
    by_year = ix.standardise(x, ["+"], scope="year")
    np.testing.assert_allclose(by_year.z[..., 0], [[0, 0], [1, 1]])
    assert len(by_year.notes) == 1
    based = ix.standardise(x, ["+"], scope="base", base=0)
    np.testing.assert_allclose(based.z[..., 0], [[0, 9], [1, 29]])
    assert not ix.standardise(x, ["+"]).notes


def test_frozen_goalposts_leave_earlier_years_alone() -> None:
    x = np.random.default_rng(3).uniform(size=(5, 4, 2))
    first = ix.standardise(x[:, :3], ["+", "-"])
    later = ix.standardise(x, ["+", "-"], goalposts=(first.low, first.high))
    np.testing.assert_array_equal(later.z[:, :3], first.z)


def test_winsorising_clips_the_tails() -> None:
    x = np.arange(101, dtype=float)[:, None]
    assert (ix.winsorise(x, 0.05)[[0, 50, 100], 0] == [5, 50, 95]).all()


def test_all_problems_are_collected() -> None:
    with pytest.raises(InputError) as caught:
        ix.standardise(np.ones((3, 2)), ["+", "?"], scope="year", winsor=0.7)
    assert len(caught.value.problems) == 3


def test_not_applicable_is_not_missing() -> None:
    z = np.array([[0.2, np.nan], [0.4, 0.8]])
    made = ix.composite(z, ["a", "a"], required=[[True, False], [True, True]])
    assert made.coverage.tolist() == [1.0, 1.0]
    np.testing.assert_allclose(made.scores, [0.2, 0.6])


@fast
@given(panels)
def test_ranks_equal_counting(x: np.ndarray) -> None:
    s = np.round(x[:, :, 0], -1)
    s[2, 1] = np.nan
    made = ix.ranks(s)
    for t in range(3):
        for i in range(6):
            expected = np.nan if np.isnan(s[i, t]) else 1 + np.sum(s[:, t] > s[i, t])
            np.testing.assert_equal(made[i, t], expected)


def test_topsis_extremes_and_gaps() -> None:
    z = np.array([[1.0, 1.0], [0.0, 0.0], [0.5, np.nan]])
    np.testing.assert_allclose(ix.topsis(z, [0.5, 0.5]), [1, 0, np.nan])


# --- coordination


@fast
@given(st.floats(1, 1e6), st.sampled_from(["cv", "theil"]))
def test_equal_regions_have_no_dispersion(value: float, measure: str) -> None:
    assert ix.dispersion([value] * 5, [1, 2, 3, 4, 5], measure) == pytest.approx(0, abs=1e-7)  # √ of rounding


def test_dispersion_against_the_definition() -> None:
    x, w = np.array([1.0, 2.0, 4.0, np.nan]), np.array([3.0, 1.0, 2.0, 9.0])
    copies = np.repeat(x[:3], [3, 1, 2])
    assert ix.dispersion(x, w) == pytest.approx(copies.std() / copies.mean())
    assert ix.dispersion(x, w, "max_min") == pytest.approx(4.0)


def test_coordination_halving_the_gap_doubles_the_index() -> None:
    centre, away = 10.0, np.array([-4.0, -1.0, 2.0, 3.0])
    x = np.stack([centre + away, centre + away / 2], axis=1)[..., None]
    made = ix.coordination_index(x, ["+"], ["gap"], ["h"])
    np.testing.assert_allclose(made.index[:, 0], [100, 200])
    np.testing.assert_allclose(made.total, [100, 200])


def test_coordination_of_attainments_follows_direction() -> None:
    x = np.array([[[10.0, 10.0], [20.0, 20.0]], [[30.0, 30.0], [40.0, 40.0]]])
    made = ix.coordination_index(x, ["+", "-"], ["attainment"] * 2, ["h", "k"], weights=[1.0, 3.0])
    np.testing.assert_allclose(made.index[1], [100 * 35 / 25, 100 * 25 / 35])
    np.testing.assert_allclose(made.total[1], np.mean(made.index[1]))


def test_coordination_does_not_move_when_a_region_appears() -> None:
    x = np.array([[1.0, 1.0], [3.0, 3.0], [4.0, 4.0], [2.0, 2.0], [5.0, 5.0], [np.nan, 90.0]])[..., None]
    made = ix.coordination_index(x, ["+"], ["gap"], ["h"])
    assert made.index[1, 0] == pytest.approx(100)
    assert made.matched[1, 0] == pytest.approx(5 / 6)
    assert made.level[1, 0] > made.level[0, 0]


def test_indicators_that_come_and_go_stay_out_of_headlines() -> None:
    x = np.random.default_rng(4).uniform(1, 2, size=(5, 3, 2))
    x[:, 1, 1] = np.nan
    made = ix.coordination_index(x, ["+", "+"], ["gap", "gap"], ["h", "h"])
    assert made.entering.tolist() == [True, False]
    np.testing.assert_allclose(made.headline[:, 0], made.index[:, 0])
