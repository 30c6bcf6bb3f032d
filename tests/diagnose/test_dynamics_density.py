"""Kernel densities: the four programmes' bandwidths, SciPy as a peer, masses that sum to one."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import gaussian_kde

from yugong.base.errors import InputError
from yugong.diagnose.dynamics import density as kde
from yugong.diagnose.dynamics.grey import gm11

CASE = 1e-9
NAMES = {
    "stata": "stata_kdensity",
    "r": "nrd0",
    "scott": "scott",
    "silverman": "silverman_scipy",
    "matlab": "matlab_ksdensity",
}


def cases(shared: Path) -> dict:
    text = (shared / "reference" / "measure" / "cases.json").read_text(encoding="utf-8")
    return next(c["expected"] for c in json.loads(text) if c["id"] == "misc")


def test_bandwidths_and_densities_of_every_programme(shared: Path) -> None:
    want = cases(shared)["kde_us1929"]
    income = pd.read_csv(shared / "reference" / "measure" / "usjoin.csv")["1929"]
    x = (income / income.mean()).to_numpy()
    for ours, theirs in NAMES.items():
        assert kde.bandwidth(x, ours) == pytest.approx(want["bandwidth"][theirs], rel=CASE)
        result = kde.density(x, ours, grid=want["grid"])
        assert result.density[0] == pytest.approx(want["density_gauss"][theirs], rel=CASE)
    stata = kde.density(x, "stata", "epanechnikov", grid=want["grid"])
    assert stata.density[0] == pytest.approx(want["density_stata_epanechnikov"], rel=CASE)


def test_against_scipy_and_mass() -> None:
    rng = np.random.default_rng(0)
    x = rng.gamma(2, 1, (80, 4))
    result = kde.density(x, "scott")
    for t in range(4):
        assert result.density[t] == pytest.approx(gaussian_kde(x[:, t])(result.grid), rel=1e-10)
        assert np.trapezoid(result.density[t], result.grid) == pytest.approx(1, abs=0.005)  # tails beyond 3h
    assert (kde.density(x, "scott", common=True).bandwidth == kde.bandwidth(x.ravel(), "scott")).all()
    x[3, 1] = np.nan
    assert kde.density(x).density[1] == pytest.approx(
        kde.density(np.delete(x[:, [1]], 3, axis=0), grid=kde.density(x).grid).density[0]
    )


def test_reflection_keeps_the_mass_inside() -> None:
    x = np.random.default_rng(1).beta(0.8, 0.8, (300, 1))
    free, kept = kde.density(x), kde.density(x, bounds=(0, 1))
    assert np.trapezoid(kept.density[0], kept.grid) == pytest.approx(1, abs=1e-3)
    inside = (free.grid >= 0) & (free.grid <= 1)
    assert np.trapezoid(free.density[0][inside], free.grid[inside]) < 0.97
    with pytest.raises(InputError):
        kde.density(x, bounds=(0.5, None))
    with pytest.raises(InputError):
        kde.bandwidth([2.0, 2.0, 2.0])


def test_peaks_are_counted() -> None:
    rng = np.random.default_rng(2)
    two = np.r_[rng.normal(0, 1, 200), rng.normal(8, 1, 200)]
    assert kde.density(np.column_stack([two, rng.normal(0, 1, 400)]), "matlab", common=False).peaks[0] == 2


def test_stochastic_kernel_of_a_known_process() -> None:
    rng = np.random.default_rng(3)
    x = np.empty((400, 30))
    x[:, 0] = rng.normal(0, 1, 400)
    for t in range(1, 30):
        x[:, t] = 0.6 * x[:, t - 1] + rng.normal(0, 0.8, 400)
    result = kde.stochastic_kernel(x)
    mass = np.trapezoid(result.density, result.grid_to, axis=1)
    middle = np.abs(result.grid_from) < 2
    assert mass[middle] == pytest.approx(1, abs=1e-3)
    mean = np.trapezoid(result.density * result.grid_to, result.grid_to, axis=1)
    assert mean[middle] == pytest.approx(0.6 * result.grid_from[middle], abs=0.12)
    spread = np.trapezoid(result.ergodic * result.grid_to**2, result.grid_to)
    assert spread == pytest.approx(1, abs=0.15)  # smoothing widens it by about h²
    assert len(result.table()) == 101 * 101
    other = kde.stochastic_kernel(x, to=2 * x)
    assert np.isnan(other.ergodic).all()


def test_gm11_is_dengs_example(shared: Path) -> None:
    want = cases(shared)["gm11_deng"]
    result = gm11(want["x"], ahead=3)
    assert [result.a, result.b] == pytest.approx([want["a"], want["b"]], rel=CASE)
    assert result.fitted == pytest.approx(want["fit_and_3_ahead"], rel=CASE)
    assert [result.posterior_c, result.small_errors] == pytest.approx([want["posterior_C_ddof0"], want["P"]], rel=CASE)
    assert result.mape == pytest.approx(want["mape"], rel=CASE)
    assert result.grade.en == "good"
    assert result.table()["observed"].isna().sum() == 3
    constant = gm11([2.0, 2, 2, 2, 2], ahead=2)
    assert constant.fitted == pytest.approx(np.full(7, 2.0))
    with pytest.raises(InputError):
        gm11([1.0, np.nan, 2, 3])
