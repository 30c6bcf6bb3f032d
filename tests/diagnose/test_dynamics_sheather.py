"""Sheather and Jones's bandwidth against R's bw.SJ, laws of scale, and relative densities of nothing."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from yugong import study as studies
from yugong.base.errors import InputError
from yugong.diagnose.dynamics import sheather
from yugong.diagnose.dynamics.density import bandwidth, density

R_BINS = 2e-5  # R counts distances on a grid of 500 000 steps
R = json.loads((Path(__file__).parents[1] / "reference" / "bw_sj.json").read_text())
X = np.array(R["x"])


def test_bandwidths_equal_r() -> None:
    assert bandwidth(X, "sj") == pytest.approx(R["bandwidth"][0], rel=R_BINS)
    assert bandwidth(np.exp(X).round(6), "sj") == pytest.approx(R["bandwidth"][1], rel=R_BINS)


def test_the_grid_of_large_samples_is_close_and_units_carry_over(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = bandwidth(X, "sj")
    assert bandwidth(1000 * X + 7, "sj") == pytest.approx(1000 * exact, rel=1e-9)
    monkeypatch.setattr(sheather, "EXACT", 10)
    assert bandwidth(X, "sj") == pytest.approx(exact, rel=1e-4)


def test_two_peaks_are_seen_where_the_rule_of_thumb_smooths() -> None:
    assert bandwidth(X, "sj") < 0.6 * bandwidth(X, "stata")
    assert density(X, "sj").peaks[0] >= 2
    with pytest.raises(InputError):
        bandwidth(np.ones(5), "sj")


def test_relative_densities_need_a_mean() -> None:
    china = studies.read("china")
    frame = china.frame.copy()
    frame.loc[(slice(None), 2019), "urbanisation"] = 0.0
    zeros = replace(china, frame=frame)
    with pytest.raises(InputError) as error:
        zeros.diagnose.kernel_density("urbanisation", years=[2018, 2019], relative=True)
    assert "2019" in str(error.value)
