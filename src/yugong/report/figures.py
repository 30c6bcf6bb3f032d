"""Makers of figures: numbers in, a chart with written labels and a description out."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.text import Text
from yugong.report import describe
from yugong.report.axis import axis, class_labels, class_of, natural_breaks
from yugong.report.charts import (
    Emphasis,
    Lines,
    MapFrame,
    Numbers,
    Point,
    RankFrame,
    Ranking,
    Row,
    Scatter,
    Series,
    Stack,
    Step,
    Tile,
    TileMap,
    Upright,
    Waterfall,
)
from yugong.report.model import Figure, Table
from yugong.report.numbers import NONE, Format, Interval, interval, number, quantity

Number = float | None
Values = Sequence[float] | NDArray[np.float64]


def tile_map(
    id_: str,
    caption: Text,
    tiles: Sequence[Tile],
    values: pd.DataFrame,
    how: Format,
    table: Table,
    unit: Text = NONE,
    start: int | None = None,
    breaks: tuple[float, ...] | None = None,
    scale: Literal["sequential", "diverging"] = "sequential",
    marked: Sequence[str] = (),
    notes: tuple[Text, ...] = (),
) -> Figure:
    """Make a tile map of `values` (index place code, one column a year) with one set of breaks for all years.

    A tile without a row, or with a missing value, is shown hatched. `start` is the year shown first (the last one).
    """
    aligned = values.reindex([t.code for t in tiles]).astype(float)
    if breaks is None:
        breaks = tuple(dict.fromkeys(round(b, how.digits) for b in natural_breaks(aligned.to_numpy().ravel())))
    frames = tuple(
        MapFrame(
            _same(year),
            tuple(class_of(_rounded(v, how), breaks) for v in aligned[year]),
            tuple(quantity(_known(v), how, unit) for v in aligned[year]),
            tuple(_same(number(_known(v), how)) for v in aligned[year]),
        )
        for year in aligned.columns
    )
    at = len(frames) - 1 if start is None else int(aligned.columns.get_loc(start))  # type: ignore[arg-type]
    chart = TileMap(tuple(tiles), frames, class_labels(breaks, how), at, scale, tuple(marked))
    text = describe.tile_map(tiles, aligned, aligned.columns[at], how, unit)
    return Figure(id_, caption, chart, table, text, unit, notes)


def lines(
    id_: str,
    caption: Text,
    steps: Sequence[object],
    series: Mapping[str, Values],
    names: Mapping[str, Text],
    how: Format,
    table: Table,
    axis_title: Text,
    unit: Text = NONE,
    low: Mapping[str, Values] | None = None,
    high: Mapping[str, Values] | None = None,
    emphasis: Mapping[str, Emphasis] | None = None,
    reference: float | None = None,
    zero: bool = False,
    marks: tuple[Upright, ...] = (),
    notes: tuple[Text, ...] = (),
) -> Figure:
    """Make a line chart: one line a key of `series`, with its interval band where `low` and `high` have the key."""
    made = tuple(
        _series(names[k], v, how, unit, (low or {}).get(k), (high or {}).get(k), (emphasis or {}).get(k, "normal"))
        for k, v in series.items()
    )
    spread = [x for s in made for part in (s.values, s.low or (), s.high or ()) for x in part]
    chart = Lines(tuple(map(_same, steps)), made, axis([*spread, reference], axis_title, zero=zero), reference, marks)
    return Figure(id_, caption, chart, table, describe.series(chart.steps, made), unit, notes)


def stack(
    id_: str,
    caption: Text,
    steps: Sequence[object],
    layers: Mapping[str, Values],
    names: Mapping[str, Text],
    how: Format,
    table: Table,
    axis_title: Text,
    unit: Text = NONE,
    notes: tuple[Text, ...] = (),
) -> Figure:
    """Make a stacked contribution chart: non-negative layers that add up at each step."""
    made = tuple(_series(names[k], v, how, unit) for k, v in layers.items())
    totals = [math.fsum(v for s in made if (v := s.values[i]) is not None) for i in range(len(steps))]
    chart = Stack(tuple(map(_same, steps)), made, axis(totals, axis_title, zero=True))
    return Figure(id_, caption, chart, table, describe.series(chart.steps, made), unit, notes)


def ranking(
    id_: str,
    caption: Text,
    frames: Mapping[Any, Sequence[tuple[Text, float, Interval | None, int | None, bool]]],
    how: Format,
    table: Table,
    axis_title: Text,
    unit: Text = NONE,
    style: Literal["bar", "dot"] = "bar",
    groups: Sequence[Text] = (),
    start: object | None = None,
    reference: float | None = None,
    reference_label: Text | None = None,
    ascending: bool = False,
    notes: tuple[Text, ...] = (),
) -> Figure:
    """Make ranked bars or dots: per frame rows of (name, value, interval, group index, marked), sorted here."""
    made = tuple(
        RankFrame(_same(key), tuple(_row(r, how, unit) for r in _sorted(rows, ascending)))
        for key, rows in frames.items()
    )
    spread = [x for f in made for r in f.rows for x in (r.value, r.low, r.high)]
    at = len(made) - 1 if start is None else list(frames).index(start)
    scale = axis([*spread, reference], axis_title, about=7, zero=style == "bar")
    chart = Ranking(style, made, scale, tuple(groups), at, reference, reference_label)
    return Figure(id_, caption, chart, table, describe.ranking(made[at]), unit, notes)


def waterfall(
    id_: str,
    caption: Text,
    parts: Mapping[str, float],
    names: Mapping[str, Text],
    total: Text,
    how: Format,
    table: Table,
    axis_title: Text,
    unit: Text = NONE,
    notes: tuple[Text, ...] = (),
) -> Figure:
    """Make a waterfall: `parts` in their order, each from where the last ended, then their sum as a bar from zero."""
    bars: list[Step] = []
    at = 0.0
    for key, value in parts.items():
        bars.append(Step(names[key], at, at + value, quantity(value, how, unit)))
        at += value
    bars.append(Step(total, 0.0, at, quantity(at, how, unit), total=True))
    scale = axis([x for b in bars for x in (b.start, b.end)], axis_title, zero=True)
    chart = Waterfall(tuple(bars), scale)
    return Figure(id_, caption, chart, table, describe.waterfall(chart), unit, notes)


def scatter(
    id_: str,
    caption: Text,
    points: Sequence[tuple[Text, float, float, int | None, bool]],
    x_title: Text,
    y_title: Text,
    x_how: Format,
    y_how: Format,
    table: Table,
    groups: Sequence[Text] = (),
    line: tuple[float, float] | None = None,
    line_label: Text | None = None,
    notes: tuple[Text, ...] = (),
) -> Figure:
    """Make a scatter plot of (name, x, y, group index, marked); `line` is the (intercept, slope) of a fit."""
    made = tuple(
        Point(name, x, y, _pair(x_title, quantity(x, x_how), y_title, quantity(y, y_how)), group, marked)
        for name, x, y, group, marked in points
        if math.isfinite(x) and math.isfinite(y)
    )
    xs = [p.x for p in made]
    ends = None
    if line is not None and xs:
        a, b = line
        ends = ((min(xs), a + b * min(xs)), (max(xs), a + b * max(xs)))
    y_axis = axis([p.y for p in made] + [y for _, y in ends or ()], y_title)
    chart = Scatter(made, axis(xs, x_title), y_axis, tuple(groups), ends, line_label)
    return Figure(id_, caption, chart, table, describe.scatter(chart), NONE, notes)


def _series(
    name: Text,
    values: Values,
    how: Format,
    unit: Text,
    low: Values | None = None,
    high: Values | None = None,
    emphasis: Emphasis = "normal",
) -> Series:
    shown = _numbers(values)
    lows, highs = (_numbers(low), _numbers(high)) if low is not None and high is not None else (None, None)
    labels = tuple(quantity(v, how, unit) for v in shown)
    if lows is None or highs is None:
        return Series(name, shown, labels, emphasis=emphasis)
    ranges = tuple(interval(_interval(a, b), how) for a, b in zip(lows, highs, strict=True))
    return Series(name, shown, labels, lows, highs, ranges, emphasis)


def _row(row: tuple[Text, float, Interval | None, int | None, bool], how: Format, unit: Text) -> Row:
    name, value, band, group, marked = row
    v = _known(value)
    label = quantity(v, how, unit)
    if band is None:
        return Row(name, v, label, group=group, marked=marked)
    return Row(name, v, label, band.low, band.high, interval(band, how), group, marked)


def _sorted(
    rows: Sequence[tuple[Text, float, Interval | None, int | None, bool]], ascending: bool
) -> list[tuple[Text, float, Interval | None, int | None, bool]]:
    sign = 1 if ascending else -1
    return sorted(rows, key=lambda r: (not math.isfinite(r[1]), sign * r[1] if math.isfinite(r[1]) else 0))


def _interval(low: Number, high: Number) -> Interval | None:
    return None if low is None or high is None else Interval(low, high)


def _pair(x_title: Text, x: Text, y_title: Text, y: Text) -> Text:
    return Text(f"{x_title.zh}：{x.zh}；{y_title.zh}：{y.zh}", f"{x_title.en}: {x.en}; {y_title.en}: {y.en}")


def _numbers(values: Values) -> Numbers:
    return tuple(_known(v) for v in values)


def _known(value: float) -> Number:
    return float(value) if math.isfinite(value) else None


def _rounded(value: float, how: Format) -> Number:
    return round(value, how.digits) if math.isfinite(value) else None


def _same(value: object) -> Text:
    return value if isinstance(value, Text) else Text(str(value), str(value))
