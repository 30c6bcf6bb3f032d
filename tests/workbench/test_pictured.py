"""Which column of a result is drawn, and what is said of a chart without years."""

import pandas as pd

from yugong.base.text import Text
from yugong.report import describe
from yugong.report.charts import RankFrame, Row
from yugong.report.pictured import _chosen, _measure


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
