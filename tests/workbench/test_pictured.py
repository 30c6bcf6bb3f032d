"""Which column of a result is drawn, and what is said of a chart without years."""

import pandas as pd
import pytest

from yugong import study
from yugong.base.text import Text
from yugong.report import describe
from yugong.report.chapters.context import Context
from yugong.report.charts import Lines, RankFrame, Row
from yugong.report.numbers import YEAR
from yugong.report.pictured import _chosen, _interval, _measure, pictured
from yugong.report.tables_out.build import result_table


def drawn(frame: pd.DataFrame) -> str | None:
    return _chosen([k for k in frame if _measure(k, frame)], frame)


def test_a_year_is_never_drawn() -> None:
    years = pd.DataFrame({"name": ["a", "b"], "baseline_year": [2020, 2021], "target_year": [2025, 2030]})
    assert drawn(years) is None
    assert drawn(years.assign(baseline=[1.5, 2.5])) == "baseline"


def test_what_an_interval_follows_is_drawn_not_its_error() -> None:
    frame = pd.DataFrame({"n": [5, 6], "exponent": [0.9, 1.1], "se": [0.1, 0.1], "low": [0.7, 0.9], "high": [1.1, 1.3]})
    assert drawn(frame) == "exponent"


def test_rows_of_different_units_are_drawn_by_their_progress() -> None:
    frame = pd.DataFrame(
        {
            "baseline": [63.8, 2.0],
            "progress": [1.9, 0.4],
            "forecast": [67.0, 4.0],
            "low": [1.0, 2.0],
            "high": [3.0, 4.0],
        }
    )
    assert drawn(frame) == "progress"


def test_a_chart_without_years_is_described_without_a_stray_colon() -> None:
    rows = (Row(Text("甲", "A"), 2.0, Text("2", "2")), Row(Text("乙", "B"), 1.0, Text("1", "1")))
    empty, year = Text("", ""), Text("2022", "2022")
    assert describe.ranking(RankFrame(empty, rows)) == Text(
        "共 2 项，首位甲（2），末位乙（1）。", "2 rows, first A (2), last B (1)."
    )
    assert describe.ranking(RankFrame(year, rows)).zh.startswith("2022：共 2 项")


def test_an_interval_is_drawn_only_around_its_own_measure() -> None:
    frame = pd.DataFrame({"progress": [1.9], "forecast": [67.0], "se": [0.5], "low": [66.0], "high": [68.0]})
    assert _interval("forecast", frame) == ("low", "high")
    assert _interval("progress", frame) is None


def test_words_of_a_value_are_those_of_its_column() -> None:
    frame = pd.DataFrame({"colour": ["green"], "dimension": ["green"], "place": ["national"], "target_year": [2025.0]})
    row = result_table(frame, "x").rows[0]
    assert [str(c.zh) if isinstance(c, Text) else c for c in row] == ["绿", "绿色低碳协同发展", "全国", 2025]
    assert result_table(frame, "x").columns[3].format is YEAR


@pytest.fixture(scope="module")
def context() -> Context:
    return Context(study.china(), None, groups="plates", seed=0)


def test_years_since_a_policy_run_from_left_to_right(context: Context) -> None:
    frame = pd.DataFrame(
        {
            "phase": ["att", "pre", "pre", "post", "post"],
            "horizon": [float("nan"), -2, -1, 0, 1],
            "estimate": [3.0, 0.1, 0.0, 2.0, 4.0],
            "low": [2.0, -0.1, -0.2, 1.0, 3.0],
            "high": [4.0, 0.3, 0.2, 3.0, 5.0],
        }
    )
    (figure,) = pictured(context, frame, result_table(frame, "x"))
    assert isinstance(figure.chart, Lines)
    assert [s.zh for s in figure.chart.steps] == ["−2", "−1", "0", "1"]
    assert [s.name.zh for s in figure.chart.series] == ["事前", "事后"]
    assert figure.chart.reference == 0.0


def test_a_forecast_goes_on_where_the_figures_end(context: Context) -> None:
    gone = float("nan")
    frame = pd.DataFrame(
        {
            "year": [2021, 2022, 2023],
            "value": [1.0, 2.0, gone],
            "forecast": [gone, gone, 3.0],
            "low": [gone, gone, 2.5],
            "high": [gone, gone, 3.5],
        }
    )
    (figure,) = pictured(context, frame, result_table(frame, "x"))
    (series,) = figure.chart.series
    assert list(series.values) == [1.0, 2.0, 3.0]
    assert series.low is not None
    assert series.low[2] == 2.5
    assert figure.notes


def test_words_written_in_the_language_of_the_moment_come_in_both() -> None:
    class Told:
        def table(self) -> pd.DataFrame:
            word, head = Text("绿", "green"), Text("灯", "light")
            return pd.DataFrame({"n": [1, 2], head.in_(): [word.in_(), None]})

    table = result_table(Told(), "x")
    assert table.columns[1].title == Text("灯", "light")
    assert [row[1] for row in table.rows] == [Text("绿", "green"), None]
