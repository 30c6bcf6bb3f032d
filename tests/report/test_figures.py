import json

import numpy as np
import pandas as pd

from yugong.base.text import Text
from yugong.report import figures
from yugong.report.charts import Ranking, Tile, TileMap
from yugong.report.model import Column, Document, Table
from yugong.report.numbers import Format, Interval
from yugong.report.spec import spec, to_json

A = Text("甲", "A")
TWIN = Table("t", A, (Column("place", A),), ((A,),))


def tile(code: str, column: int) -> Tile:
    return Tile(code, Text(code, code), Text(code, code), 0, column)


def test_a_map_keeps_one_set_of_breaks_and_never_colours_what_is_missing() -> None:
    values = pd.DataFrame({2020: [1.0, 2.0, np.nan], 2021: [9.0, 10.0, 1.0]}, index=["a", "b", "c"])
    made = figures.tile_map("m", A, [tile(c, i) for i, c in enumerate("abcd")], values, Format(1), TWIN)
    assert isinstance(made.chart, TileMap)
    first, last = made.chart.frames
    assert first.classes[2] is None  # missing in that year
    assert first.classes[3] is last.classes[3] is None  # no row at all
    assert first.labels[2].zh == "—"
    assert first.classes[0] == last.classes[2]  # 1.0 has one class in every year
    assert first.classes[0] != last.classes[0]
    assert "d" in made.description.zh


def test_a_ranking_is_sorted_and_puts_the_missing_last() -> None:
    rows = [(A, 1.0, None, None, False), (A, float("nan"), None, None, False), (A, 3.0, Interval(2.5, 3.5), 0, True)]
    made = figures.ranking("r", A, {2020: rows}, Format(1), TWIN, A)
    assert isinstance(made.chart, Ranking)
    assert [r.value for r in made.chart.frames[0].rows] == [3.0, 1.0, None]
    assert made.chart.frames[0].rows[0].range == "[2.5, 3.5]"
    assert made.chart.axis.low == 0


def test_specs_hold_only_plain_values_and_cannot_end_their_script_element(document: Document) -> None:
    for figure in document.figures():
        text = to_json(spec(figure.chart))
        assert json.loads(text)["kind"]
    risky = to_json({"x": "</script><!--&\u2028"})
    assert not set("<>&\u2028") & set(risky)
    assert json.loads(risky) == {"x": "</script><!--&\u2028"}
