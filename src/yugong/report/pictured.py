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
COMPARABLE = ("progress",)  # what rows of different units can be compared by
SKIPPED = frozenset({"rank", "n", "count", "converged", "row", "column", "seed", "se", "t", "z"}) | P_VALUES | YEARS
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
    if "year" in frame and len(set(frame["year"].dropna())) > 1:
        return _by_year(frame, table, keys[measure], how, categories)
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
    return next(iter([*(k for k in COMPARABLE if k in found), *before[-1:], *found]), None)


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
    bands = _bands(frame) if not years else {}

    def rows(year: Any) -> list[tuple[Text, float, Interval | None, int | None, bool]]:
        return [
            (c.name(p), float(v), bands.get(p), order.index(c.group_of[p]) if p in c.group_of else None, p == c.region)
            for p, v in zip(map(str, wide.index), wide[year].to_numpy(float), strict=True)
        ]

    frames = {year: rows(year) for year in wide.columns}
    made.append(_ranked(table, column, how, frames, tuple(c.group_names().values())))
    return tuple(made)


def _bands(frame: pd.DataFrame) -> dict[str, Interval]:
    for low, high in PAIRS:
        if low in frame and high in frame:
            bands = {str(p): _band(a, b) for p, a, b in zip(frame["place"], frame[low], frame[high], strict=True)}
            return {p: band for p, band in bands.items() if band is not None}
    return {}


def _band(low: Any, high: Any) -> Interval | None:
    known = pd.notna(low) and pd.notna(high) and np.isfinite(low) and np.isfinite(high)
    return Interval(float(low), float(high)) if known else None


def _by_year(
    frame: pd.DataFrame, table: Table, column: Column, how: Format, categories: list[str]
) -> tuple[Figure, ...]:
    years = sorted(int(y) for y in frame["year"].dropna().unique())
    by = [k for k in categories if len(set(frame[k])) > 1]
    if len(by) > 1 or frame.duplicated([*by, "year"]).any():
        return ()
    key = by[0] if by else None
    groups = [("", frame)] if key is None else list(frame.groupby(key, sort=False))
    if len(groups) > MOST_LINES:
        return ()
    words = _words(table, key, frame)
    series, names, low, high = {}, {}, {}, {}
    for name, part in groups:
        held = part.dropna(subset=["year"]).set_index("year").reindex(years)
        series[str(name)] = held[column.id].to_numpy(float)
        names[str(name)] = words.get(str(name), column.title)
        for a, b in PAIRS:
            if a in held and b in held:
                low[str(name)], high[str(name)] = held[a].to_numpy(float), held[b].to_numpy(float)
                break
    caption = _named(table, column.title)
    return (
        figures.lines(
            f"{table.id}-lines", caption, years, series, names, how, _twin(table, "lines"), column.title, column.unit,
            low, high,
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
    pair = next(((a, b) for a, b in PAIRS if a in frame and b in frame), None)
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
