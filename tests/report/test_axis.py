from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from yugong.base.text import Text
from yugong.report.axis import axis, class_labels, class_of, natural_breaks
from yugong.report.numbers import Format

EXACT = 1e-9  # sums of squares of a dozen small numbers

SLACK = 1e-8  # of a step: what an axis may leave out, far below a pixel


@example([5e-324])  # a subnormal number has no decade of its own
@example([1.0, 1.0 + 2e-16])
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_an_axis_covers_its_values_with_even_ticks(values: list[float]) -> None:
    a = axis(values, Text("", ""))
    steps = np.diff(a.ticks)
    assert a.low <= min(values) + SLACK * steps[0]
    assert a.high >= max(values) - SLACK * steps[0]
    np.testing.assert_allclose(steps, steps[0], rtol=1e-6)
    assert len(a.ticks) == len(a.labels) <= 12
    assert len(set(a.labels)) == len(a.labels)


def test_an_axis_with_quarters_writes_two_digits() -> None:
    a = axis([0.0, 1.0], Text("", ""), about=4)
    assert [t.zh for t in a.labels] == ["0.00", "0.25", "0.50", "0.75", "1.00"]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("k", [2, 3, 4])
def test_natural_breaks_have_the_least_squares_of_all_groupings(seed: int, k: int) -> None:
    x = np.sort(np.random.default_rng(seed).lognormal(size=12))

    def cost(cuts: tuple[int, ...]) -> float:
        return sum(float(((part - part.mean()) ** 2).sum()) for part in np.split(x, cuts))

    least = min(cost(c) for c in combinations(range(1, len(x)), k - 1))
    found = natural_breaks([*x, float("nan")], k)
    cuts = tuple(int(np.searchsorted(x, b, side="right")) for b in found)
    assert cost(cuts) == pytest.approx(least, abs=EXACT)


def test_few_values_give_few_classes_and_missing_has_none() -> None:
    assert natural_breaks([1.0, 1.0]) == ()
    assert natural_breaks([1.0, 2.0]) == (1.0,)
    assert [class_of(v, (1.0, 2.0)) for v in (0.5, 1.0, 1.5, 2.5, float("nan"), None)] == [0, 0, 1, 2, None, None]
    assert [t.zh for t in class_labels((1.0, 2.0), Format(1))] == ["≤ 1.0", "1.0 – 2.0", "> 2.0"]
