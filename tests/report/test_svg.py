"""Pictures of charts: drawn to scale, every word there, missing shown as missing, nothing of a text read as markup."""

import dataclasses
import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample import HOSTILE

from yugong.base.text import LANGUAGES, Lang, Text
from yugong.report.charts import (
    Axis,
    Chart,
    Lines,
    RankFrame,
    Ranking,
    Row,
    Series,
    Stack,
    Step,
    TileMap,
    Upright,
    Waterfall,
)
from yugong.report.model import Document
from yugong.report.svg import look, picture
from yugong.report.svg.bars import KEPT, MOST
from yugong.report.svg.canvas import CLOSING, advance, clean, spread, wrapped

NS = "{http://www.w3.org/2000/svg}"
DRAWN = 0.011  # coordinates are written with two decimals


def both(words: str) -> Text:
    return Text(words, words)


def axis(low: float, high: float, *ticks: float) -> Axis:
    return Axis(both("值"), low, high, ticks, tuple(both(f"{t:g}") for t in ticks))


def drawn(chart: Chart, lang: Lang = "zh", title: str = "题") -> ET.Element:
    made = picture(chart, lang, title)
    root = ET.fromstring(made.svg)
    assert (float(root.get("width")), float(root.get("height"))) == pytest.approx((made.width, made.height), abs=DRAWN)
    return root


def words(root: ET.Element) -> list[str]:
    return [e.text or "" for e in root.iter(f"{NS}text")]


def filled(root: ET.Element, colour: str, tag: str = "rect") -> list[dict[str, str]]:
    return [dict(e.attrib) for e in root.iter(NS + tag) if e.get("fill") == colour]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_is_drawn_inside_its_frame_with_its_words(document: Document, lang: Lang) -> None:
    kinds = set()
    for figure in document.figures():
        root = drawn(figure.chart, lang, HOSTILE)
        kinds.add(type(figure.chart).__name__)
        assert root.find(f"{NS}title").text == HOSTILE
        shown = words(root)
        width, height = float(root.get("width")), float(root.get("height"))
        for text in root.iter(f"{NS}text"):
            assert 0 <= float(text.get("x")) <= width
            assert 0 <= float(text.get("y")) <= height
        chart = figure.chart
        if isinstance(chart, TileMap):
            assert {t.short.in_(lang) for t in chart.tiles} <= set(shown)
            assert {c.in_(lang) for c in chart.classes} <= set(shown)
        elif isinstance(chart, Ranking):
            assert {r.name.in_(lang) for r in chart.frames[chart.start].rows} <= set(shown)
            assert {r.label.in_(lang) for r in chart.frames[chart.start].rows} <= set(shown)
        elif isinstance(chart, Stack | Lines):
            joined = "".join(shown).replace(" ", "")
            assert all(s.name.in_(lang).replace(" ", "") in joined for s in chart.series)
    assert kinds == {"TileMap", "Lines", "Stack", "Ranking", "Scatter"}  # a waterfall is drawn below


def test_missing_tiles_are_hatched_and_others_are_not(document: Document) -> None:
    chart = next(f.chart for f in document.figures() if isinstance(f.chart, TileMap))
    missing = sum(c is None for c in chart.frames[chart.start].classes)
    root = drawn(chart)
    assert missing == 3
    assert len(filled(root, "url(#hatch)")) == missing + 1  # and one in the legend
    marked = [e for e in root.iter(f"{NS}rect") if e.get("stroke") == look.MARK]
    assert len(marked) == len(chart.marked) == 1


def series(name: str, values: tuple[float | None, ...], band: float | None = None) -> Series:
    labels = tuple(both("—" if v is None else f"{v:g}") for v in values)
    if band is None:
        return Series(both(name), values, labels)
    low = tuple(None if v is None else v - band for v in values)
    high = tuple(None if v is None else v + band for v in values)
    return Series(both(name), values, labels, low, high)


def test_a_missing_value_breaks_the_line_and_its_band() -> None:
    years = tuple(both(str(y)) for y in range(2015, 2022))
    chart = Lines(years, (series("甲", (1.0, 2.0, 3.0, None, 2.0, 1.0, 2.0), 0.5),), axis(0, 4, 0, 2, 4))
    root = drawn(chart)
    lines = [e for e in root.iter(f"{NS}polyline") if e.get("stroke") == look.CATEGORIES[0]]
    assert sorted(len(e.get("points").split()) for e in lines) == [3, 3]
    assert sorted(len(e.get("points").split()) for e in root.iter(f"{NS}polygon")) == [6, 6]
    assert len(list(root.iter(f"{NS}circle"))) == 6


def test_a_lone_point_is_still_seen() -> None:
    many = tuple(both(str(y)) for y in range(1980, 2024))
    values = (None,) * 10 + (1.0,) + (None,) * 33
    root = drawn(Lines(many, (series("甲", values),), axis(0, 2, 0, 1, 2)))
    assert len(list(root.iter(f"{NS}circle"))) == 1


def test_upright_lines_stand_at_their_step() -> None:
    years = tuple(both(str(y)) for y in range(2015, 2020))
    mark = Upright(2, both("试点"), own=True)
    root = drawn(Lines(years, (series("甲", (1.0, 2.0, 3.0, 2.0, 1.0)),), axis(0, 4, 0, 4), marks=(mark,)))
    xs = [float(e.get("cx")) for e in root.iter(f"{NS}circle")]
    label = next(e for e in root.iter(f"{NS}text") if e.text == "试点")
    assert float(label.get("x")) == pytest.approx(xs[2], abs=DRAWN)


def test_layers_of_a_stack_are_as_tall_as_their_values() -> None:
    chart = Stack(
        (both("2020"), both("2021")), (series("甲", (30.0, 10.0)), series("乙", (60.0, None))), axis(0, 100, 0, 50, 100)
    )
    root = drawn(chart)
    first, second = (
        [float(r["height"]) for r in filled(root, look.CATEGORIES[k]) if r["stroke"] == look.PAPER] for k in (0, 1)
    )
    assert first == pytest.approx([90, 30], abs=DRAWN)  # 300 units for 100
    assert second == pytest.approx([180], abs=DRAWN)  # a missing layer is not drawn


def test_bars_of_a_ranking_are_as_long_as_their_values_on_both_sides_of_zero() -> None:
    rows = tuple(Row(both(f"地{v}"), v, both(f"{v:g}")) for v in (8.0, 4.0, -4.0))
    root = drawn(
        Ranking("bar", (RankFrame(both("2020"), (*rows, Row(both("缺"), None, both("—")))),), axis(-4, 8, -4, 0, 4, 8))
    )
    bars = filled(root, look.ACCENT)
    lengths = [float(b["width"]) for b in bars]
    assert lengths[0] == pytest.approx(2 * lengths[1], abs=2 * DRAWN)
    assert lengths[1] == pytest.approx(lengths[2], abs=DRAWN)
    starts = [float(b["x"]) for b in bars]
    assert starts[0] == starts[1] == pytest.approx(starts[2] + lengths[2], abs=2 * DRAWN)
    assert "—" in words(root)


def test_a_long_ranking_says_how_many_rows_it_leaves_out() -> None:
    rows = tuple(Row(both(f"第{i}名"), 300.0 - i, both(str(i)), marked=i == 100) for i in range(300))
    shown = words(drawn(Ranking("bar", (RankFrame(both("2020"), rows),), axis(0, 300, 0, 100, 200, 300))))
    names = [w for w in shown if re.fullmatch(r"第\d+名", w)]
    assert names == [f"第{i}名" for i in (*range(KEPT), 100, *range(300 - KEPT, 300))]
    assert f"另有 {300 - 2 * KEPT - 1} 个" in shown
    most = drawn(Ranking("bar", (RankFrame(both("2020"), rows[:MOST]),), axis(0, 300, 0, 300)))
    assert len([w for w in words(most) if w.startswith("第")]) == MOST


def test_a_waterfall_is_laid_end_to_end() -> None:
    steps = (
        Step(both("一"), 0.0, 6.0, both("6")),
        Step(both("二"), 6.0, 2.0, both("−4")),
        Step(both("合计"), 0.0, 2.0, both("2"), total=True),
    )
    root = drawn(Waterfall(steps, axis(0, 8, 0, 2, 4, 6, 8)))
    (up,), (down,), (total,) = filled(root, look.ACCENT), filled(root, look.MARK), filled(root, look.MUTED)
    scale = float(up["width"]) / 6
    assert float(down["width"]) == pytest.approx(4 * scale, abs=0.02)
    assert float(total["width"]) == pytest.approx(2 * scale, abs=0.02)
    right = float(up["x"]) + float(up["width"])
    assert float(down["x"]) + float(down["width"]) == pytest.approx(right, abs=0.02)
    assert float(total["x"]) == pytest.approx(float(up["x"]), abs=DRAWN)
    assert {"6", "−4", "2", "合计"} <= set(words(root))


def test_points_lie_where_their_values_are_and_names_do_not_overlap(document: Document) -> None:
    chart = next(f.chart for f in document.figures() if f.id == "fig-cloud")
    plain = dataclasses.replace(
        chart, groups=(), points=tuple(dataclasses.replace(p, marked=False) for p in chart.points)
    )
    root = drawn(plain)
    found = sorted((float(e.get("cx")), float(e.get("cy"))) for e in root.iter(f"{NS}circle"))
    wanted = sorted((p.x, -p.y) for p in chart.points)
    for k in (0, 1):  # one scale serves an axis
        at, values = [f[k] for f in found], [w[k] for w in wanted]
        scale = (max(at) - min(at)) / (max(values) - min(values))
        assert [a - min(at) for a in at] == pytest.approx([scale * (v - min(values)) for v in values], abs=3 * DRAWN)
    names = {p.name.zh for p in chart.points}
    boxes = [
        (float(e.get("x")), float(e.get("y")), float(e.get("x")) + 11 * advance(e.text))
        for e in root.iter(f"{NS}text")
        if e.text in names
    ]
    assert len(boxes) > 20
    for (x1, y1, e1), (x2, y2, e2) in combinations(boxes, 2):
        assert abs(y1 - y2) >= 11 or e1 <= x2 or e2 <= x1


@given(st.lists(st.floats(0, 300), min_size=1, max_size=12))
def test_names_moved_apart_keep_their_gap_and_their_order(wanted: list[float]) -> None:
    gap = 20.0
    at = spread(wanted, gap, 0, 300)
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    for a, b in pairwise(order):
        assert at[b] - at[a] >= gap - 1e-9
    assert all(-1e-9 <= x <= 300 + 1e-9 for x in at)


def test_no_line_of_a_label_begins_with_closing_punctuation() -> None:
    for room in range(4, 12):
        lines = wrapped("条件（常住人口城镇化率、第二产业增加值占比），双向固定效应", room, 9)
        assert "".join(lines) == "条件（常住人口城镇化率、第二产业增加值占比），双向固定效应"
        assert not any(line[0] in CLOSING for line in lines)


def test_a_label_cut_short_keeps_the_blanks_between_its_words() -> None:
    assert wrapped("Heilongjiang: agriculture, forestry and fishing", 16, 1) == ["Heilongjiang: agriculture, for…"]
    two = wrapped("Heilongjiang: agriculture, forestry and fishing, 2019", 10, 2)
    assert two[0] == "Heilongjiang:"
    assert two[1].startswith("agriculture, ")


def test_characters_that_xml_forbids_are_left_out() -> None:
    assert clean("a\x00b\x0bc\ufffed\ud800e\n") == "abcde\n"
