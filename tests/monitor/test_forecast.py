"""Forecasts against simulated series with known truth and against closed forms; targets by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from yugong import monitor, study
from yugong.base.errors import InputError, UnknownNameError
from yugong.monitor.targets.contributions import contributions, gains
from yugong.monitor.targets.progress import colour, expected, progress

ROUNDING = 1e-10
OPTIMISER = 1e-4  # relative: where the search for the maximum stops depends on the last digits
COVERAGE = 0.10  # 95% intervals without parameter error lose some coverage; 200 series leave a standard error of 0.02


def trends(n: int, length: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    slope = 1 + rng.normal(0, 0.05, (n, length)).cumsum(axis=1)
    return slope.cumsum(axis=1) + rng.normal(0, 0.3, (n, length)).cumsum(axis=1)


@pytest.mark.slow
def test_intervals_hold_their_level_on_simulated_trends() -> None:
    y = trends(200, 28, 1)
    hits = []
    for row in y:
        made = monitor.forecast(row[:25], 3)
        low, high = made.interval(0.95)
        hits.append((low <= row[25:]) & (row[25:] <= high))
    assert np.mean(hits) == pytest.approx(0.95, abs=COVERAGE)


@pytest.mark.parametrize("model", ["local_trend", "damped"])
def test_a_straight_line_goes_on_and_units_do_not_matter(model: str) -> None:
    y = 3 + 2 * np.arange(20.0) + np.random.default_rng(0).normal(0, 0.01, 20)
    made = monitor.forecast(y, 4, model)
    np.testing.assert_allclose(made.mean, 3 + 2 * np.arange(20, 24), rtol=0.02)
    scaled = monitor.forecast(1e6 * y - 5, 4, model)
    np.testing.assert_allclose(scaled.mean, 1e6 * made.mean - 5, rtol=OPTIMISER)
    np.testing.assert_allclose(scaled.sd, 1e6 * made.sd, rtol=0.1)


def test_gaps_are_taken_by_the_state_space_model_only() -> None:
    y = np.arange(15.0) + np.random.default_rng(1).normal(0, 0.1, 15)
    y[6] = np.nan
    assert monitor.forecast(y, 2).mean[0] == pytest.approx(15, abs=1)
    with pytest.raises(InputError):
        monitor.forecast(y, 2, "damped")


def test_constant_short_and_empty_series() -> None:
    assert monitor.forecast(np.full(10, 4.0), 2).status == "constant"
    with pytest.raises(InputError):
        monitor.forecast(np.arange(7.0), 2)
    with pytest.raises(InputError):
        monitor.forecast(np.arange(10.0), 0)


def test_probability_is_the_normal_tail() -> None:
    assert monitor.reach(1.0, 2.0, 3.0, "+") == pytest.approx(1 - norm.cdf(1.0))
    assert monitor.reach(1.0, 2.0, 3.0, "-") == pytest.approx(norm.cdf(1.0))
    assert monitor.reach(3.0, 0.0, 3.0, "+") == 1
    assert np.isnan(monitor.reach(np.nan, 0.0, 3.0, "+"))


def test_path_progress_and_colours() -> None:
    np.testing.assert_allclose(expected(10, 2020, 20, 2025, [2019, 2020, 2022, 2026]), [10, 10, 14, 20])
    assert progress(12, 10, 20) == pytest.approx(0.2)
    assert np.isnan(progress(12, 10, 10))
    assert [colour(p) for p in (1, 0.8, 0.79, 0.5, 0.2, 0.1, float("nan"))] == [
        "green", "green", "yellow", "yellow", "orange", "red", "grey",
    ]  # fmt: skip


def test_contributions_sum_to_the_change_of_the_mean() -> None:
    rng = np.random.default_rng(0)
    x0, x1, w0, w1 = rng.uniform(1, 5, (4, 12))
    own, shift = contributions(x0, x1, w0, w1)
    change = np.average(x1, weights=w1) - np.average(x0, weights=w0)
    assert own.sum() + shift.sum() == pytest.approx(change, abs=ROUNDING)
    none = contributions(x0, x0, w0, w0)
    assert np.abs(none).max() == 0


def test_the_fast_quarter_gains_nothing() -> None:
    gain = gains([1.0, 2.0, 3.0, 4.0, 5.0], np.ones(5), 10, "+")
    np.testing.assert_allclose(gain, [6, 4, 2, 0, 0])  # (4 − pace) × 10 years × 1/5
    np.testing.assert_allclose(gains([-1.0, -2.0, -3.0, -4.0, -5.0], np.ones(5), 10, "-"), gain)


def test_a_user_table_of_targets(tmp_path: Path) -> None:
    china = study.china()
    file = tmp_path / "targets.csv"
    head = "编号,地区,指标,目标形式,基期年,目标值,目标年\n"
    file.write_text(head + "a,四川,urbanisation,数值,2015,55,2020\nb,四川,urbanisation,数值,2015,99,2020\n"
                    "c,全国,co2_intensity,较基期变化率,2010,-0.3,2019\n", "utf-8")  # fmt: skip
    rows = china.monitor.targets(str(file)).table().set_index("target_id")
    actual = china.panel("urbanisation")[2020]["510000"]
    assert rows.loc["a", "colour"] == ("green" if actual >= 55 else "red")
    assert (rows.loc["b", "status"], rows.loc["b", "colour"], rows.loc["b", "probability"]) == ("due", "red", 0)
    x, w = china.panel("co2_intensity"), china.panel("real_grp")
    kept = x[2019].notna() & w[2019].notna() & (x.notna().mean(axis=1) > 0.3)
    national = np.average(x[2019][kept], weights=w[2019][kept])
    assert rows.loc["c", "latest"] != pytest.approx(national)  # the table gave no weights: population weights
    n = china.panel("population")
    assert rows.loc["c", "latest"] == pytest.approx(np.average(x[2019][kept], weights=n[2019][kept]))
    path = china.monitor.target_path("a", str(file)).table().set_index("year")
    assert path.loc[2016:2019, "on_path"].is_monotonic_increasing
    assert path.loc[2020, "on_path"] == pytest.approx(55)


def test_bad_targets_are_all_located(tmp_path: Path) -> None:
    file = tmp_path / "targets.csv"
    file.write_text("编号,地区,指标,目标形式,基期年,目标值,目标年\na,阿特兰,urbanisation,数值,2015,55,2020\n"
                    "b,四川,nothing,数值,2015,99,2020\nc,四川,urbanisation,数值,2020,9,2020\n", "utf-8")  # fmt: skip
    with pytest.raises(InputError) as caught:
        study.china().monitor.targets(str(file))
    assert [p.row for p in caught.value.problems] == [2, 3, 4]


def test_shipped_targets_and_what_moved_them() -> None:
    china = study.china()
    rows = china.monitor.targets().table()
    assert {"fyp14_urbanisation", "fyp15_doctors"} <= set(rows["target_id"])
    assert set(rows["certainty"]) <= {"V", "Vs", "H", "M"}
    assert rows["document"].str.len().gt(0).all()
    by = rows.set_index("target_id")
    # official: 24 393.1 (2020); 3 × 10⁸ yuan of rounding over 31 places
    assert by.loc["fyp14_rd_spending", "baseline"] == pytest.approx(24393.1, abs=3)
    assert by.loc["fyp14_rd_spending", "target"] == pytest.approx(24393.1 * 1.07**5, rel=2e-4)
    # the official figures of 2020: 63.89% reached 60%, 2.40% did not reach 2.5%
    assert list(by.loc[["fyp13_urbanisation", "fyp13_rd_intensity"], "colour"]) == ["green", "red"]
    assert by.loc["fyp15_rd_spending", "status"] == "no_baseline"
    made = china.monitor.target_gap("fyp14_urbanisation")
    frame = made.table()
    x, w = china.panel("urbanisation"), china.panel("population")
    change = np.average(x[2023], weights=w[2023]) - np.average(x[2020], weights=w[2020])
    assert frame[["level_part", "weight_part"]].to_numpy().sum() == pytest.approx(change, abs=ROUNDING)
    total = china.monitor.target_gap("fyp14_rd_spending").table()
    rd = china.panel("rd_spending")
    assert total["level_part"].sum() == pytest.approx(rd[2023].sum() - rd[2020].sum())
    assert total["weight_part"].abs().max() < ROUNDING
    assert total["share"].sum() == pytest.approx(1)
    with pytest.raises(UnknownNameError):
        china.monitor.target_gap("nothing")


def test_forecast_check_reports_both_errors() -> None:
    rows = (
        study.china()
        .monitor.forecast_check("urbanisation", horizon=2, origins=2, places=["四川", "上海", "西藏"])
        .table()
    )
    assert list(rows["step"]) == [1, 2]
    assert (rows["n"] == 6).all()
    assert rows["coverage"].between(0, 1).all()
    assert isinstance(rows, pd.DataFrame)
