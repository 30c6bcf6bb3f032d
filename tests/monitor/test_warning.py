"""Control charts against published run lengths, definitions in loops, and exact probabilities."""

import numpy as np
import pytest
from scipy.stats import norm

from yugong import monitor, study
from yugong.base.errors import InputError
from yugong.monitor.warning.carrying import COLOURS
from yugong.monitor.warning.charts import standardised
from yugong.monitor.warning.slow import colours

# Lucas and Saccucci (1990), table 3: two-sided EWMA, fixed limits, zero state
EWMA_TABLE = {
    (0.5, 3.071): {0.0: 500.0, 0.5: 88.8, 1.0: 17.5, 2.0: 3.63, 3.0: 1.93},
    (0.03, 2.437): {0.5: 29.3, 1.0: 12.6, 2.0: 5.99, 3.0: 4.03},
}
# Lucas and Crosier (1982), table 1: two-sided CUSUM, k = 0.5, h = 4
CUSUM_TABLE = {0.0: 168.0, 0.25: 74.2, 0.5: 26.6, 1.0: 8.38, 2.0: 3.34, 3.0: 2.19}
ERRORS = 4.0  # standard errors of the simulation
PRINTED = 0.005  # relative: the tables print three digits


@pytest.mark.parametrize(("chart", "shift"), [(c, s) for c, row in EWMA_TABLE.items() for s in row])
def test_ewma_run_lengths_are_the_published_ones(chart: tuple[float, float], shift: float) -> None:
    found = monitor.run_length("ewma", *chart, shift, draws=20_000, limits="fixed")
    published = EWMA_TABLE[chart][shift]
    assert abs(found.mean - published) < ERRORS * found.error + PRINTED * published
    assert found.cut == 0


@pytest.mark.parametrize("shift", CUSUM_TABLE)
def test_cusum_run_lengths_are_the_published_ones(shift: float) -> None:
    found = monitor.run_length("cusum", 0.5, 4.0, shift, draws=20_000)
    assert abs(found.mean - CUSUM_TABLE[shift]) < ERRORS * found.error + PRINTED * CUSUM_TABLE[shift]


def test_an_ewma_without_memory_is_a_shewhart_chart() -> None:
    found = monitor.run_length("ewma", 1.0, 2.0, draws=40_000)
    assert abs(found.mean - 1 / (2 * norm.cdf(-2.0))) < ERRORS * found.error


def test_charts_are_their_definitions() -> None:
    z = np.random.default_rng(0).normal(0, 1.5, 30)
    made = monitor.ewma(z, 0.3, 2.5)
    level = 0.0
    for t, x in enumerate(z, 1):
        level = 0.3 * x + 0.7 * level
        bound = 2.5 * np.sqrt(0.3 / 1.7 * (1 - 0.7 ** (2 * t)))
        assert made.statistic[t - 1] == pytest.approx(level)
        assert made.signal[t - 1] == (abs(level) > bound)
    summed = monitor.cusum(z, 0.5, 3.0)
    high = low = 0.0
    for t, x in enumerate(z):
        high, low = max(0.0, high + x - 0.5), max(0.0, low - x - 0.5)
        assert abs(summed.statistic[t]) == pytest.approx(max(high, low))
        assert summed.signal[t] == (max(high, low) > 3.0)


def test_missing_periods_neither_move_nor_signal() -> None:
    z = np.array([1.0, np.nan, 1.0])
    assert monitor.ewma(z).statistic[2] == pytest.approx(monitor.ewma(z[[0, 2]]).statistic[1])
    assert monitor.ewma(z).limit[2] == pytest.approx(monitor.ewma(z[[0, 2]]).limit[1])
    assert not monitor.cusum(np.array([9.0, np.nan])).signal[1]


def test_the_calibrated_limit_keeps_the_stated_rate() -> None:
    limit = monitor.calibrated("ewma", 0.2, 0.05, 10, 12, seed=1)
    rng = np.random.default_rng(99)
    x = rng.normal(3, 7, (20_000, 22))  # the units of the series do not matter
    z = standardised(x, 10)[0][:, 10:]
    rate = monitor.ewma(z, 0.2, limit).signal.any(axis=1).mean()
    assert rate == pytest.approx(0.05, abs=0.007)  # two simulations of 20 000: four standard errors
    assert monitor.false_alarm("ewma", 0.2, limit, 10, 12, seed=5) == pytest.approx(0.05, abs=0.007)
    known = monitor.false_alarm("ewma", 0.2, 3.0, 10, 12)
    assert known > 3 * 12 * 2 * norm.cdf(-3.0) / 3  # estimated parameters: more than the bound for known ones


@pytest.mark.parametrize("bad", [lambda: monitor.ewma([1.0], 0.0), lambda: monitor.ewma([1.0], 0.5, -1), lambda: monitor.cusum([1.0], -1)])  # fmt: skip
def test_bad_parameters_are_refused(bad: object) -> None:
    with pytest.raises(InputError):
        bad()  # type: ignore[operator]


def test_carrying_colours_by_grade_and_trend() -> None:
    grade, colour = monitor.carrying_colour(
        [1.2, 1.2, 0.9, 0.9, 0.5, 0.5, np.nan, 1.1], [1.0, 1.3, 0.8, 1.0, 0.4, 0.6, 1.0, np.nan]
    )
    assert list(grade) == ["over", "over", "critical", "critical", "within", "within", "", "over"]
    assert list(colour) == ["red", "orange", "yellow", "blue", "green", "green", "grey", "grey"]
    assert len(COLOURS) == 6
    with pytest.raises(InputError):
        monitor.carrying_colour([1.0], [1.0], 1.2, 1.0)


def test_slow_growth_agrees_with_the_development_trap() -> None:
    china = study.china()
    mine = china.monitor.trap_alarms("real_grp_per_head", window=5, year=2019).table().set_index("place")
    trap = china.diagnose.development_trap(["real_grp_per_head"], window=5, groups="plates", weights="population")
    theirs = trap.table().query("year == 2019").set_index("place")
    shared = mine.index[mine["slower"].notna() & mine.index.isin(theirs.index)]
    assert len(shared) > 25
    np.testing.assert_allclose(mine.loc[shared, "slower"] / 3, theirs.loc[shared, "score"], atol=1e-12)
    np.testing.assert_allclose(
        mine.loc[shared, ["behind_past", "behind_nation", "behind_group"]].mean(axis=1), theirs.loc[shared, "intensity"], atol=1e-12
    )  # fmt: skip


def test_trap_colours() -> None:
    lost, less = np.array([3, 3, 1, 2, 0, np.nan]), np.array([1.0, 0, 1, 0, 0, 0])
    assert colours(lost, less) == ["red", "orange", "yellow", "blue", "green", "grey"]


def test_a_planted_break_is_found_and_quiet_series_are_not() -> None:
    rng = np.random.default_rng(3)
    z = rng.normal(0, 1, (400, 24))
    z[:200, 12:] += 2.5
    tail = standardised(z, 12)[0][:, 12:]
    limit = monitor.calibrated("cusum", 0.5, 0.05, 12, 12)
    found = monitor.cusum(tail, 0.5, limit).signal.any(axis=1)
    assert found[:200].mean() > 0.8
    assert found[200:].mean() < 0.1


def test_alarms_say_their_false_alarm_rate() -> None:
    made = study.china().monitor.alarms("real_grp_per_head", only_signals=True)
    assert set(made.table()["signal"]) <= {"high", "low"}
    assert "1.55" in made.notes[0].en  # 31 series × 0.05
    with pytest.raises(InputError):
        study.china().monitor.alarms("real_grp_per_head", baseline=40)


def test_dispersion_is_the_weighted_coefficient_of_variation() -> None:
    china = study.china()
    rows = china.monitor.alarms("grp_per_head", watch="dispersion", baseline=10).table()
    x, w = china.panel("grp_per_head"), china.panel("population")

    def cv(y: int) -> float:
        mean = np.average(x[y], weights=w[y])
        return float(np.sqrt(np.average((x[y] - mean) ** 2, weights=w[y])) / mean)

    got = rows.set_index("year")["change"]
    assert got[2015] == pytest.approx(np.log(cv(2015) / cv(2014)))


def test_three_gaps_are_their_definitions() -> None:
    china = study.china()
    rows = china.monitor.three_gaps().table()
    held = rows.dropna(subset="value").set_index(["gap_kind", "year"])["value"]
    n = china.panel("population")[2019]
    u, r = china.panel("income_urban")[2019], china.panel("income_rural")[2019]
    assert held["urban_rural", 2019] == pytest.approx(np.average(u / r, weights=n))
    x = china.panel("income_per_head")[2019].to_numpy()
    s = (n / n.sum()).to_numpy()
    brute = sum(s[i] * s[j] * abs(x[i] - x[j]) for i in range(31) for j in range(31)) / (2 * (s @ x))
    assert held["income", 2019] == pytest.approx(brute)
    assert rows.groupby("gap_kind")["widening"].count().eq(1).all()
