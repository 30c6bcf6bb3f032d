"""The development trap and the service gap against their definitions written out in loops."""

import numpy as np
import pytest

from yugong import diagnose as d
from yugong.base.errors import InputError

ROUNDING = 1e-12  # relative, of a handful of sums


def by_definition(y: np.ndarray, window: int, groups: list[str], mass: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    m, n, years = y.shape
    score, intensity = np.full((n, years), np.nan), np.full((n, years), np.nan)

    def grow(x: np.ndarray, t: int) -> float:
        return float(np.log(x[t] / x[t - window]) / window)

    for i in range(n):
        for t in range(2 * window, years):
            gaps = []
            for k in range(m):
                own = grow(y[k, i], t)
                gaps.append(grow(y[k, i], t - window) - own)
                every = (y[k] * mass).sum(axis=0) / mass.sum(axis=0)
                gaps.append(grow(every, t) - own)
                peers = [j for j in range(n) if groups[j] == groups[i]]
                if len(peers) > 1:
                    mean = (y[k, peers] * mass[peers]).sum(axis=0) / mass[peers].sum(axis=0)
                    gaps.append(grow(mean, t) - own)
            score[i, t] = np.mean([g > 0 for g in gaps])
            intensity[i, t] = np.mean(gaps)
    return score, intensity


def test_trap_is_its_definition() -> None:
    rng = np.random.default_rng(2)
    y = np.exp(rng.normal(0.05, 0.05, (2, 5, 12)).cumsum(axis=2))
    mass = rng.uniform(1, 5, (5, 12))
    groups = ["a", "a", "b", "b", "alone"]
    got = d.development_trap(y, 3, groups, mass)
    score, intensity = by_definition(y, 3, groups, mass)
    np.testing.assert_allclose(got.score, score, rtol=ROUNDING)
    np.testing.assert_allclose(got.intensity, intensity, rtol=1e-9)
    assert set(got.table().columns) == {"place", "year", "score", "intensity", "growth"}
    assert len(got.table()) == 5 * (12 - 6)


def test_a_region_that_outgrows_all_has_no_trap_and_units_do_not_matter() -> None:
    steps = np.arange(15.0)
    y = np.stack([np.exp(0.02 * steps + 0.002 * steps**2), np.exp(0.03 * steps), np.exp(0.03 * steps)])
    got = d.development_trap(y, 5)
    assert got.score[0, -1] == 0
    np.testing.assert_allclose(d.development_trap(1000 * y, 5).intensity, got.intensity, rtol=1e-9, atol=1e-15)


def test_missing_comparisons_leave_the_denominator() -> None:
    y = np.exp(np.random.default_rng(0).normal(0.05, 0.02, (4, 11)).cumsum(axis=1))
    y[0, 3] = np.nan
    got = d.development_trap(y, 5)
    assert np.isfinite(got.score[1:, 10]).all()
    assert np.isfinite(got.score[0, 10])  # its own years 0, 5 and 10 are there


@pytest.mark.parametrize(("values", "window"), [(np.ones((3, 8)), 5), (-np.ones((3, 12)), 5), (np.ones((3, 12)), 0)])
def test_trap_refuses(values: np.ndarray, window: int) -> None:
    with pytest.raises(InputError):
        d.development_trap(values, window)


def test_gap_is_its_definition() -> None:
    x, n = np.array([2.0, 3.0, np.nan, 5.0]), np.array([10.0, 20.0, 30.0, 40.0])
    got = d.service_gap(x, 4.0, n)
    np.testing.assert_allclose(got.gap, [0.5, 0.25, np.nan, 0.0])
    np.testing.assert_allclose(got.need, [20.0, 20.0, np.nan, 0.0])
    assert got.covered == pytest.approx(40 / 70)
    assert d.service_gap(x, "mean", n).standard == pytest.approx((20 + 60 + 200) / 70)
    assert d.service_gap(x, "median").standard == 3.0
    assert d.service_gap(x, "best").standard == 5.0
    less = d.service_gap(x, 4.0, n, "-")
    np.testing.assert_allclose(less.gap, [0.0, 0.0, np.nan, 0.25])
    assert d.service_gap(x, "best", direction="-").standard == 2.0


@pytest.mark.parametrize(("values", "standard"), [([np.nan], 1.0), ([1.0], 0.0), ([1.0], "most")])
def test_gap_refuses(values: list[float], standard: object) -> None:
    with pytest.raises(InputError):
        d.service_gap(values, standard)
