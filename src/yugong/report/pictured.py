"""A chart for any tidy table, chosen by its columns: a map by place, lines over years, ranked bars."""

from typing import Any

import numpy as np
import pandas as pd

from yugong.base.text import Text
from yugong.report import figures
from yugong.report.axis import mirrored
from yugong.report.chapters.context import TILE_NOTE, Context
from yugong.report.model import Column, Figure, Table
from yugong.report.numbers import Format, Interval
from yugong.report.tables_out.build import P_VALUES, YEARS

MOST_LINES, MOST_BARS = 8, 60
HALF = 0.5
AHEAD = "forecast"
ONWARD = Text("最后一个实际数之后为预测值与区间。", "After the last figure: forecasts with their interval.")
COMPARABLE = ("probability", "progress")  # what rows of different units can be compared by
SKIPPED = (
    frozenset({"rank", "n", "count", "converged", "row", "column", "seed", "se", "t", "z", "horizon"})
    | P_VALUES
    | YEARS
)
STEPS = ("year", "horizon")  # what runs from left to right
PAIRS = (("low", "high"), ("lower", "upper"), ("ci_low", "ci_high"))


def pictured(c: Context, frame: pd.DataFrame, table: Table) -> tuple[Figure, ...]:
    """Return the figures that a table lends itself to; none where no column is a measure.

    By place: a tile map (a frame a year) and ranked bars. By year: lines, one a category. By one category: bars.
    Columns named low and high are drawn as the interval of the measure.
    """
    keys = {column.id: column for column in table.columns}
    measure = _chosen([k for k in keys if _measure(k, frame)], frame)
    if measure is None or len(frame) < 2:
        return ()
    how = keys[measure].format or Format()
    if "place" in frame and set(frame["place"].dropna().astype(str)) <= set(c.study.names):
        return _by_place(c, frame, table, keys[measure], how)
    categories = [k for k in keys if keys[k].format is None and k in frame]
    for steps in STEPS:
        if steps in frame and len(set(frame[steps].dropna())) > 1:
            return _by_step(steps, frame, table, keys[measure], how, categories)
    if categories and frame[categories[0]].is_unique and len(frame) <= MOST_BARS:
        rows = _bars(table, measure, categories[0], frame)
        return (_ranked(table, keys[measure], how, {"": rows}),)
    return ()


def _chosen(measures: list[str], frame: pd.DataFrame) -> str | None:
    """Return the column to draw: the one its interval follows, if most rows have it, else the first that is no count."""
    found = [k for k in measures if pd.api.types.is_float_dtype(frame[k])] or measures
    order = list(frame)
    ends = [order.index(low) for low, high in PAIRS if low in frame and high in frame]
    before = [k for k in measures if ends and order.index(k) < ends[0] and frame[k].notna().mean() > HALF]
    alike = sorted((k for k in COMPARABLE if k in found), key=lambda k: -frame[k].notna().mean())
    return next(iter([*alike, *before[-1:], *found]), None)


def _measure(name: str, frame: pd.DataFrame) -> bool:
    if name not in frame or name in SKIPPED or any(name in pair for pair in PAIRS):
        return False
    if name.endswith("_year") or name.startswith("year_"):
        return False
    column = frame[name]
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    return numeric and bool(np.isfinite(column.to_numpy(dtype=float, na_value=np.nan)).any())


def _named(table: Table, title: Text) -> Text:
    return Text(f"{table.caption.zh}：{title.zh}", f"{table.caption.en}: {title.en}")


def _by_place(c: Context, frame: pd.DataFrame, table: Table, column: Column, how: Format) -> tuple[Figure, ...]:
    years = sorted({int(y) for y in frame["year"].dropna()}) if "year" in frame else []
    keys = ["place", "year"] if years else ["place"]
    if frame.duplicated(keys).any():
        return ()
    long = frame.assign(place=frame["place"].astype(str))
    wide: pd.DataFrame = (
        long.pivot_table(index="place", columns="year", values=column.id, dropna=False) if years
        else long.set_index("place")[[column.id]].rename(columns={column.id: ""})
    )  # fmt: skip
    wide = wide.reindex([p for p in c.study.places if p in wide.index])
    caption = _named(table, column.title)
    made: list[Figure] = []
    crossing = bool((wide < 0).any(axis=None) and (wide > 0).any(axis=None))
    if c.tiles:
        made.append(
            figures.tile_map(
                f"{table.id}-map", caption, c.tiles, wide, how, _twin(table, "map"), column.unit,
                breaks=mirrored(wide.to_numpy(float).ravel(), how.digits) if crossing else None, scale="diverging" if crossing else "sequential",
                marked=(c.region,) if c.region else (), notes=(TILE_NOTE,),
            )
        )  # fmt: skip
    order = list(c.group_names())
    bands = _bands(frame, column.id) if not years else {}

    def rows(year: Any) -> list[tuple[Text, float, Interval | None, int | None, bool]]:
        return [
            (c.name(p), float(v), bands.get(p), order.index(c.group_of[p]) if p in c.group_of else None, p == c.region)
            for p, v in zip(map(str, wide.index), wide[year].to_numpy(float), strict=True)
        ]

    frames = {year: rows(year) for year in wide.columns}
    made.append(_ranked(table, column, how, frames, tuple(c.group_names().values())))
    return tuple(made)


def _bands(frame: pd.DataFrame, measure: str) -> dict[str, Interval]:
    pair = _interval(measure, frame)
    if pair is None:
        return {}
    low, high = pair
    bands = {str(p): _band(a, b) for p, a, b in zip(frame["place"], frame[low], frame[high], strict=True)}
    return {p: band for p, band in bands.items() if band is not None}


def _interval(measure: str, frame: pd.DataFrame) -> tuple[str, str] | None:
    """Return the columns of a measure's own interval: no other measure stands between them and it."""
    order = [str(k) for k in frame]
    at = order.index(measure)
    for low, high in PAIRS:
        if low not in frame or high not in frame:
            continue
        first, last = sorted((at, order.index(low)))
        if at < order.index(high) and not any(_measure(k, frame) for k in order[first + 1 : last]):
            return low, high
    return None


def _band(low: Any, high: Any) -> Interval | None:
    known = pd.notna(low) and pd.notna(high) and np.isfinite(low) and np.isfinite(high)
    return Interval(float(low), float(high)) if known else None


def _by_step(
    steps: str, frame: pd.DataFrame, table: Table, column: Column, how: Format, categories: list[str]
) -> tuple[Figure, ...]:
    """Lines over years, or over years since a policy began; forecasts and their interval go on where figures end."""
    frame = frame.dropna(subset=[steps])
    along = sorted(int(y) for y in frame[steps].unique())
    by = [k for k in categories if len(set(frame[k])) > 1]
    if len(by) > 1 or frame.duplicated([*by, steps]).any():
        return ()
    key = by[0] if by else None
    groups = [("", frame)] if key is None else list(frame.groupby(key, sort=False))
    if len(groups) > MOST_LINES:
        return ()
    words = _words(table, key, frame)
    onward = AHEAD if column.id != AHEAD and AHEAD in frame and frame[AHEAD].notna().any() else column.id
    pair = _interval(onward, frame)
    series, names, low, high = {}, {}, {}, {}
    for name, part in groups:
        held = part.set_index(steps).reindex(along)
        series[str(name)] = held[column.id].fillna(held[onward]).to_numpy(float)
        names[str(name)] = words.get(str(name), column.title)
        if pair is not None:
            low[str(name)], high[str(name)] = held[pair[0]].to_numpy(float), held[pair[1]].to_numpy(float)
    return (
        figures.lines(
            f"{table.id}-lines", _named(table, column.title), [str(y).replace("-", "−") for y in along], series, names, how, _twin(table, "lines"),
            column.title, column.unit, low, high, reference=0.0 if steps == "horizon" else None,
            notes=() if onward == column.id else (ONWARD,),
        ),
    )  # fmt: skip


def _words(table: Table, key: str | None, frame: pd.DataFrame) -> dict[str, Text]:
    """Return the words of a category as the table writes them."""
    if key is None:
        return {}
    at = [column.id for column in table.columns].index(key)
    found = {}
    for value, row in zip(frame[key], table.rows, strict=False):
        cell = row[at]
        found[str(value)] = cell if isinstance(cell, Text) else Text(str(cell), str(cell))
    return found


def _bars(
    table: Table, measure: str, key: str, frame: pd.DataFrame
) -> list[tuple[Text, float, Interval | None, int | None, bool]]:
    words = _words(table, key, frame)
    pair = _interval(measure, frame)
    out: list[tuple[Text, float, Interval | None, int | None, bool]] = []
    for _, row in frame.iterrows():
        band = _band(row[pair[0]], row[pair[1]]) if pair else None
        value = row[measure]
        out.append((words[str(row[key])], float("nan") if pd.isna(value) else float(value), band, None, False))
    return out


def _ranked(table: Table, column: Column, how: Format, frames: dict[Any, Any], groups: tuple[Text, ...] = ()) -> Figure:
    style: Any = "dot" if any(row[2] is not None for rows in frames.values() for row in rows) else "bar"
    return figures.ranking(
        f"{table.id}-ranking", _named(table, column.title), frames, how, _twin(table, "ranking"), column.title, column.unit,
        style, groups,
    )  # fmt: skip


def _twin(table: Table, part: str) -> Table:
    """Return the table under an id of its own, for a figure to carry."""
    from dataclasses import replace

    return replace(table, id=f"{table.id}-{part}-data")
