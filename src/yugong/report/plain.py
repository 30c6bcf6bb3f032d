"""Blocks of the neutral document as plain JSON values, for a host that lays them out itself: every number is written."""

from typing import Any

from yugong.base.cards import MethodCard
from yugong.base.provenance import Source
from yugong.base.text import Text
from yugong.report.formula import mathml
from yugong.report.html import headline, source_lines, written
from yugong.report.model import (
    Block,
    Card,
    Cell,
    Column,
    Figure,
    Finding,
    Heading,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Table,
)
from yugong.report.numbers import MISSING, Interval, is_missing
from yugong.report.spec import spec


def plain(block: Block) -> dict[str, Any]:
    """Return a block with its `kind`; texts are {zh, en}, except inside `chart`, which is what the chart kit draws."""
    if isinstance(block, Table):
        return {"kind": "table", **_table(block)}
    if isinstance(block, Figure):
        return {
            "kind": "figure", "id": block.id, "caption": words(block.caption), "unit": words(block.unit),
            "chart": spec(block.chart), "description": words(block.description),
            "notes": [words(n) for n in block.notes], "table": _table(block.table),
        }  # fmt: skip
    if isinstance(block, Finding):
        return {
            "kind": "finding", "text": words(block.text), "detail": None if block.detail is None else words(block.detail),
            "see": block.see, "tone": block.tone,
        }  # fmt: skip
    if isinstance(block, KeyFigures):
        return {"kind": "key_figures", "items": [_key(item) for item in block.items]}
    if isinstance(block, Card):
        return {"kind": "card", **card(block.method)}
    kind = {Heading: "heading", Paragraph: "paragraph"}[type(block)]
    return {"kind": kind, "text": words(block.text)}


def words(text: Text) -> dict[str, str]:
    """Return a text as {zh, en}."""
    return {"zh": text.zh, "en": text.en}


def card(method: MethodCard) -> dict[str, Any]:
    """Return a method card; `mathml` is the formula drawn, where it can be."""
    return {
        "id": method.id,
        "title": words(method.title),
        "formula": method.formula,
        "mathml": mathml(method.formula),
        "convention": words(method.convention),
        "zero": None if method.zero is None else words(method.zero),
        "options": dict(method.options),
        "citations": [{"key": c.key, "gbt7714": c.gbt7714, "bibtex": c.bibtex} for c in method.citations],
    }


def source(of: Source) -> dict[str, Any]:
    """Return where a variable comes from."""
    return {
        "id": of.id,
        "title": words(of.title),
        "unit": words(of.unit),
        "price_basis": words(of.price_basis),
        "publication": words(of.publication),
        "vintage": words(of.vintage),
        "kind": of.kind,
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "id": table.id,
        "caption": words(table.caption),
        "columns": [_column(c, any(isinstance(r[i], Interval) for r in table.rows)) for i, c in enumerate(table.columns)],
        "rows": [[_cell(v, c) for v, c in zip(row, table.columns, strict=True)] for row in table.rows],
        "marked": sorted(table.marked),
        "notes": [words(n) for n in table.notes],
        "lines": [{"publication": words(p), "vintage": words(v)} for p, v in source_lines(table.sources)],
        "sources": [source(s) for s in table.sources],
    }  # fmt: skip


def _column(column: Column, interval: bool) -> dict[str, Any]:
    return {
        "id": column.id,
        "title": words(column.title),
        "unit": words(column.unit),
        "type": "words" if column.format is None else "interval" if interval else "number",
        "group": None if column.group is None else words(column.group),
    }


def _cell(cell: Cell, column: Column) -> dict[str, Any]:
    """Words are {zh, en}; a number is {t, v}: as written, and in full; an interval has two full numbers."""
    if column.format is None:
        if isinstance(cell, Text):
            return words(cell)
        said = MISSING if cell is None else str(cell)
        return {"zh": said, "en": said}
    shown = written(cell, column.format)
    if isinstance(cell, Interval):
        return {"t": shown, "v": [_full(cell.low), _full(cell.high)]}
    return {"t": shown, "v": _full(cell) if isinstance(cell, int | float) else None}


def _full(value: float) -> float | None:
    return None if is_missing(value) else value


def _key(item: KeyFigure) -> dict[str, Any]:
    value, unit, band = headline(item)
    return {
        "title": words(item.title), "value": words(value), "unit": words(unit), "interval": words(band),
        "note": words(item.note), "see": item.see, "full": None if item.value is None else _full(item.value),
    }  # fmt: skip
