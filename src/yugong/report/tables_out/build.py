"""A result's tidy table as a three-line table: headings by the registry's words, digits by size, notes by its card."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.registry.terms import choices, terms
from yugong.report.model import Cell, Column, Table
from yugong.report.numbers import INTEGER, NONE, P_VALUE, YEAR, Format
from yugong.report.tables_out.bilingual import bilingual

Names = Mapping[str, Text] | Callable[[Provenance | None], Mapping[str, Text]]  # ids to words, or to those of a result
YEARS = frozenset({"year", "year_from", "year_to", "first_year", "last_year", "base_year"})
CHOSEN = frozenset({"weighting", "variant", "w", "convention", "model"})  # columns that hold values of options
COMPOSED = frozenset({"term", "variable", "factor"})  # columns whose ids may be inside a formula
P_VALUES = frozenset({"p", "p_value", "p_sim", "p_fdr", "p_adjusted", "p_q", "p_lr"})

_PARTS = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)")


def result_table(result: Any, id: str, caption: Text | None = None, names: Names | None = None) -> Table:
    """Return a result (anything with table(), or a frame) as a Table captioned by its method card.

    `names` puts words in place of ids in text columns: places, groups, sectors; a function of the provenance gives
    those of the tables that were used. Notes hold the convention, the zero rule and what was left out; sources are the
    provenance's.
    """
    frame = result if isinstance(result, pd.DataFrame) else bilingual(result)
    card: MethodCard | None = getattr(result, "method", None)
    title = caption or (card.title if card is not None else Text(id, id))
    columns = tuple(_column(str(name), frame[name], frame) for name in frame.columns)
    provenance: Provenance | None = getattr(result, "provenance", None)
    given = names(provenance) if callable(names) else names
    words = {**(given or {}), **frame.attrs.get("labels", {})}
    rows = tuple(
        tuple(_cell(value, column, words) for value, column in zip(row, columns, strict=True))
        for row in frame.itertuples(index=False, name=None)
    )
    return Table(id, title, columns, rows, notes_of(result, words), provenance.sources if provenance else ())


def spelled(text: str, words: Mapping[str, Text]) -> Text:
    """Return a record of ids (places left out, say) with words in place of the ids that have some."""
    parts = [words.get(part, Text(part, part)) for part in re.split(r"([^\s,;()]+)", text)]
    return Text("".join(p.zh for p in parts), "".join(p.en for p in parts))


def notes_of(result: Any, words: Mapping[str, Text] | None = None) -> tuple[Text, ...]:
    """Return what stands under a table: convention, zero rule, status, places left out, called by `words`."""
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
        named = spelled(lost, words or {})
        notes.append(Text(f"数据缺失而剔除：{named.zh}。", f"Left out for missing figures: {named.en}."))
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


def is_year(name: str) -> bool:
    """Tell whether a column holds calendar years, which are written without separators."""
    return name in YEARS or name.endswith("_year")


def _format(name: str, values: "pd.Series[Any]") -> Format | None:
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return YEAR if is_year(name) else None
    if is_year(name):
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
    return said(text, column.id, words) or text


def said(text: str, column: str, words: Mapping[str, Text]) -> Text | None:
    """Return the words of an id in a column: those of the column, of the result's names, of the terms; None: no id."""
    own = choices().get(f"{column}.{text}")  # a word that means something else in another column
    if own is not None or text in words:
        return own or words[text]
    term = terms().get(text)
    if term is not None:
        return term.title
    return choices().get(text) if column in CHOSEN else _composed(text, words) if column in COMPOSED else None


def _composed(text: str, words: Mapping[str, Text]) -> Text | None:
    """Words for the ids inside a term of a model: ln(x), W*x, |Δln(x)|, x/y."""
    parts = [words.get(part, Text(part, part)) for part in _PARTS.split(text)]
    made = Text("".join(p.zh for p in parts), "".join(p.en for p in parts))
    return None if made == (text, text) else made
