"""A result's tidy table as a three-line table: headings by the registry's words, digits by size, notes by its card."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.text import Text
from yugong.registry.terms import terms
from yugong.report.model import Cell, Column, Table
from yugong.report.numbers import INTEGER, NONE, P_VALUE, YEAR, Format

YEARS = frozenset({"year", "year_from", "year_to", "first_year", "last_year", "base_year"})
P_VALUES = frozenset({"p", "p_value", "p_sim", "p_fdr", "p_adjusted", "p_q", "p_lr"})


def result_table(result: Any, id: str, caption: Text | None = None, names: Mapping[str, Text] | None = None) -> Table:
    """Return a result (anything with table(), or a frame) as a Table captioned by its method card.

    `names` puts words in place of ids in text columns: places, groups, sectors. Notes hold the convention, the zero
    rule and what was left out; sources are the provenance's.
    """
    frame = result if isinstance(result, pd.DataFrame) else result.table()
    card: MethodCard | None = getattr(result, "method", None)
    title = caption or (card.title if card is not None else Text(id, id))
    columns = tuple(_column(str(name), frame[name], frame) for name in frame.columns)
    words = {**(names or {}), **frame.attrs.get("labels", {})}
    rows = tuple(
        tuple(_cell(value, column, words) for value, column in zip(row, columns, strict=True))
        for row in frame.itertuples(index=False, name=None)
    )
    provenance = getattr(result, "provenance", None)
    return Table(id, title, columns, rows, notes_of(result), provenance.sources if provenance else ())


def notes_of(result: Any) -> tuple[Text, ...]:
    """Return what stands under a table: convention, zero rule, status, places left out."""
    card: MethodCard | None = getattr(result, "method", None)
    notes: list[Text] = []
    if card is not None:
        notes.append(Text(f"{card.convention.zh}。", f"{card.convention.en}."))
        if card.zero is not None:
            notes.append(Text(f"{card.zero.zh}。", f"{card.zero.en}."))
        if card.citations:
            listed = "；".join(c.gbt7714.rstrip(".") for c in card.citations)
            notes.append(Text(f"方法出处：{listed}。", f"Methods: {listed.replace('；', '; ')}."))
    provenance = getattr(result, "provenance", None)
    if provenance is not None and (lost := provenance.selection.get("omitted")):
        notes.append(Text(f"数据缺失而剔除：{lost}。", f"Left out for missing figures: {lost}."))
    notes += getattr(result, "notes", ())
    return tuple(notes)


def heading(name: str, frame: pd.DataFrame | None = None) -> tuple[Text, Text]:
    """Return a column's title and unit: the frame's own words (`attrs["titles"]`), the registry's, or its id."""
    own: Mapping[str, tuple[Text, Text]] = {} if frame is None else frame.attrs.get("titles", {})
    if name in own:
        return own[name]
    term = terms().get(name)
    return (Text(name, name), NONE) if term is None else (term.title, term.unit)


def _column(name: str, values: "pd.Series[Any]", frame: pd.DataFrame) -> Column:
    title, unit = heading(name, frame)
    return Column(name, title, unit, _format(name, values))


def _format(name: str, values: "pd.Series[Any]") -> Format | None:
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return YEAR if name in YEARS else None
    if name in YEARS:
        return YEAR
    x = values.to_numpy(dtype=np.float64, na_value=np.nan)
    x = x[np.isfinite(x)]
    if name in P_VALUES:
        return P_VALUE
    if not len(x) or (x == np.round(x)).all():
        return INTEGER
    top = float(np.abs(x).max())
    return Format(1 if top >= 1000 else 2 if top >= 100 else 3 if top >= 1 else 4)


def _cell(value: Any, column: Column, words: Mapping[str, Text]) -> Cell:
    if value is None or value is pd.NA or value != value:  # NaN is the one value unequal to itself
        return None
    if column.format is not None:
        return int(value) if column.format is YEAR else float(value)
    if isinstance(value, Text):
        return value
    text = str(value)
    if text in words:
        return words[text]
    term = terms().get(text)
    return term.title if term is not None else text
