"""Tables as printed: every cell written, columns given widths, tables too wide for the page split by columns."""

import math
from dataclasses import dataclass, replace

from yugong.base.text import Lang, Text
from yugong.report.html import header_spans, written
from yugong.report.model import Cell, Column, Table
from yugong.report.numbers import MISSING
from yugong.report.svg.canvas import advance

SIZES = (9.0, 8.0, 7.5)  # 小五, a little less, 六号
PADDING = 7.0  # points left and right of a cell's text together, with a little to spare
NARROW_WORDS, WIDE_WORDS = 7.0, 36.0  # em: what a column of words needs, and what it likes at most
HEAD_LINES = 3
USUAL = 0.85  # the part of a column's cells that get a line of their own where there is room


@dataclass(frozen=True, slots=True)
class Panel:
    """A grid of written cells; `widths` in points, empty where the reader's program chooses them."""

    size: float
    widths: tuple[float, ...]
    spans: tuple[tuple[str, int], ...]
    head: tuple[str, ...]
    align: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: tuple[int, ...]


def panel(table: Table, lang: Lang, size: float = SIZES[0], widths: tuple[float, ...] = ()) -> Panel:
    """Return a table's written cells as one grid."""
    return Panel(
        size,
        widths,
        tuple((title.in_(lang) if title is not None else "", n) for title, n in header_spans(table)),
        tuple(column_title(c, lang) for c in table.columns),
        tuple(_align(c, i) for i, c in enumerate(table.columns)),
        tuple(tuple(said(v, c, lang) for v, c in zip(row, table.columns, strict=True)) for row in table.rows),
        tuple(sorted(table.marked)),
    )


def panels(table: Table, lang: Lang, room: float) -> tuple[Panel, ...]:
    """Return a table as grids no wider than `room` points: smaller type first, then columns in turn beside the first."""
    whole = panel(table, lang)
    need = [_need(whole, table.columns[i], i) for i in range(len(table.columns))]
    for size in SIZES:
        if sum(size * least + PADDING for least, _ in need) <= room:
            return (panel(table, lang, size, _widths(need, size, room)),)
    if len(table.columns) < 3:
        return (panel(table, lang, SIZES[-1], tuple(room * least / sum(n for n, _ in need) for least, _ in need)),)
    return tuple(p for part in _split(table, need, room) for p in panels(part, lang, room))


def said(cell: Cell, column: Column, lang: Lang) -> str:
    """Return a cell as the reader sees it."""
    if column.format is None:
        return MISSING if cell is None else cell.in_(lang) if isinstance(cell, Text) else str(cell)
    return written(cell, column.format)


def column_title(column: Column, lang: Lang) -> str:
    """Return a column's heading with its unit."""
    unit = column.unit.in_(lang)
    return column.title.in_(lang) + (f" ({unit})" if unit else "")


def _need(whole: Panel, column: Column, at: int) -> tuple[float, float]:
    """What a column needs at least and what it likes, in em."""
    head = whole.head[at]
    longest = max((advance(row[at]) for row in whole.rows), default=0.0)
    title = max(advance(head) / HEAD_LINES + 0.5, _longest_word(head))
    if column.format is not None:
        return max(longest, title), max(longest, title, min(advance(head), 8.0))
    word = max((_longest_word(row[at]) for row in whole.rows), default=0.0)
    least = max(min(longest, NARROW_WORDS), min(word, NARROW_WORDS + 3), title)
    lengths = sorted(advance(row[at]) for row in whole.rows)
    usual = lengths[int(USUAL * (len(lengths) - 1))] if lengths else 0.0
    return least, max(least, min(usual, WIDE_WORDS))


def _longest_word(words: str) -> float:
    """The longest part of a text that no line may break, in em: a word; one Chinese character and its comma."""
    return max((advance(w) if w.isascii() else 2.0 for w in words.replace("/", " ").split()), default=0.0)


def _widths(need: list[tuple[float, float]], size: float, room: float) -> tuple[float, ...]:
    least = [size * a + PADDING for a, _ in need]
    liked = [size * b + PADDING for _, b in need]
    total = min(room, max(sum(liked), 0.75 * room))
    wish = [b - a for a, b in zip(least, liked, strict=True)]
    spare = total - sum(least)
    granted = min(1.0, spare / sum(wish)) if sum(wish) else 0.0
    made = [a + granted * w for a, w in zip(least, wish, strict=True)]
    left = (total - sum(made)) / len(made)
    return tuple(round(m + left, 2) for m in made)


def _split(table: Table, need: list[tuple[float, float]], room: float) -> list[Table]:
    """Split a table into parts of about equal width, each with the first column."""
    widths = [SIZES[1] * least + PADDING for least, _ in need]
    free = room - widths[0]
    count = max(2, math.ceil(sum(widths[1:]) / free))
    each = math.ceil((len(widths) - 1) / count)
    found, part = [], [0]
    used = 0.0
    for i in range(1, len(widths)):
        if len(part) > 1 and (len(part) > each or used + widths[i] > free):
            found.append(part)
            part, used = [0], 0.0
        part.append(i)
        used += widths[i]
    return [_columns(table, p) for p in (*found, part)]


def _columns(table: Table, keep: list[int]) -> Table:
    return replace(
        table, columns=tuple(table.columns[i] for i in keep), rows=tuple(tuple(r[i] for i in keep) for r in table.rows)
    )


def _align(column: Column, at: int) -> str:
    if column.id.startswith("model_"):
        return "center"
    return "left" if at == 0 or column.format is None else "right"
