"""Which rows and columns of a raw table hold places, years, codes and figures."""

import re
from dataclasses import dataclass, field

from yugong.study.placebook import PlaceBook, fold
from yugong.study.readers import cells
from yugong.study.readers.raw import Cell, RawTable

YEAR_HEAD = re.compile(r"年份?|年度|统计年度|时间|会计年度|years?|date|period|time", re.IGNORECASE)
CODE_HEAD = re.compile(r".*(编码|代码|区划码|行政区划).*|.*code|adcode|fips|nuts.*|geo|id", re.IGNORECASE)
SERIAL_HEAD = re.compile(r"序号|编号|no\.?|id|index|#|unnamed.*", re.IGNORECASE)
SERIES_HEAD = re.compile(r"指标(名称)?|变量(名)?|项目|variable|indicator|series|item", re.IGNORECASE)
VALUE_HEAD = re.compile(r"数值|数据|值|指标值|values?|obs_?value|data", re.IGNORECASE)
UNIT_HEAD = re.compile(r"(计量)?单位|units?", re.IGNORECASE)
LABEL_HEAD = re.compile(
    r"地区别?|地域|区域|省份?|省市自治区|省[、(].*|城市|地级市|市|县|region|province|city|place|area|name",
    re.IGNORECASE,
)
FOOTER = re.compile(
    r"(注|附注|数据来源|资料来源|来源|说明|备注|note|notes|source|sources|data ?sources?)\s*[:.]?|[*①②③④]|\d+[.、)]",
    re.IGNORECASE,
)
LABEL_COLUMNS = 8  # places and years stand among the first columns
HEADER_ROWS = 30  # and headers among the first rows


@dataclass(slots=True)
class Layout:
    """Column roles of a table whose places run down a column."""

    place: int
    first: int  # first body row
    last: int  # last body row that names a place or a total
    year: int | None = None
    code: int | None = None
    series: int | None = None
    unit: int | None = None
    data: list[int] = field(default_factory=list)
    ignored: dict[int, str] = field(default_factory=dict)  # column -> why


def down(table: RawTable, book: PlaceBook) -> tuple[int, int]:
    """Return (column, count) of the column with the most rows that name a place."""
    best = (-1, 0)
    for j in range(min(LABEL_COLUMNS, table.width)):
        found = sum(1 for line in table.rows if j < len(line) and book.known(line[j]) is not None)
        text = sum(1 for line in table.rows if j < len(line) and isinstance(line[j], str))
        if found > best[1] or (found == best[1] and found and text and _is_code_column(table, best[0], book)):
            best = (j, found)
    return best


def _is_code_column(table: RawTable, column: int, book: PlaceBook) -> bool:
    named = [line[column] for line in table.rows if column < len(line) and book.known(line[column]) is not None]
    return bool(named) and all(fold(_text(c)).isdigit() for c in named)


def across(table: RawTable, book: PlaceBook) -> tuple[int, int]:
    """Return (row, count) of the header row with the most different places."""
    best = (-1, 0)
    for i, line in enumerate(table.rows[:HEADER_ROWS]):
        found = len({code for cell in line if (code := book.known(cell)) is not None})
        if found > best[1]:
            best = (i, found)
    return best


def body(table: RawTable, book: PlaceBook, column: int) -> tuple[int, int]:
    """Return the first and last row whose label names a place or a total."""

    def label(i: int) -> Cell:
        return table.cell(i, column)

    rows = range(len(table.rows))
    named = [i for i in rows if book.known(label(i)) is not None]
    first, last = named[0], named[-1]
    i = first - 1
    while i >= 0 and (label(i) is None or _is_total(book, label(i))):
        if _is_total(book, label(i)):
            first = i
        elif any(c is not None for c in table.rows[i]):
            break
        i -= 1
    return first, max([last, *(i for i in rows[last:] if _is_total(book, label(i)))])


def _is_total(book: PlaceBook, cell: Cell) -> bool:
    return book.is_national(cell) or book.is_aggregate(cell)


def roles(
    table: RawTable, book: PlaceBook, place: int, first: int, last: int, stacks: list[list[str | float]]
) -> Layout:
    """Give every column of the table one role, by its header and what stands in it."""
    found = Layout(place, first, last)
    years_ahead = sum(1 for stack in stacks if any(cells.headed_year(c) is not None for c in stack))
    for j in range(table.width):
        if j == place:
            continue
        head = fold(str(stacks[j][-1])) if stacks[j] else ""
        column = [line[j] for line in table.rows[first : last + 1] if j < len(line) and line[j] is not None]
        if not column:
            if stacks[j]:
                found.data.append(j)
            continue
        if found.year is None and _is_year_column(head, column, years_ahead, found.data):
            found.year = j
        elif CODE_HEAD.fullmatch(head) and sum(book.known(c, True) is not None for c in column) * 2 >= len(column):
            found.code = j
        elif SERIES_HEAD.fullmatch(head) and all(isinstance(c, str) for c in column):
            found.series = j
        elif UNIT_HEAD.fullmatch(head) and all(isinstance(c, str) for c in column):
            found.unit = j
        elif SERIAL_HEAD.fullmatch(head):
            found.ignored[j] = "serial"
        elif _mostly_text(column) and not any(cells.headed_year(c) is not None for c in stacks[j]):
            found.ignored[j] = "text"
        else:
            found.data.append(j)
    return found


def _is_year_column(head: str, column: list[Cell], years_ahead: int, data: list[int]) -> bool:
    hits = sum(cells.year(c) is not None for c in column)
    if YEAR_HEAD.fullmatch(head):
        return hits * 2 >= len(column)
    return hits == len(column) and not years_ahead and not data and (not head or isinstance(column[0], str))


def _mostly_text(column: list[Cell]) -> bool:
    some = column[:400]
    bad = sum(isinstance(cells.number(c), cells.Bad) for c in some if c != cells.UNCALCULATED)
    numbers = sum(isinstance(cells.number(c), cells.Number) for c in some)
    return bad > 3 * numbers


def _text(cell: Cell) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
