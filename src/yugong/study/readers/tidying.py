"""From a raw table to tidy rows: place, year, variable, unit, value; totals apart, problems located."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from yugong.base.errors import InputError, Problem, UnknownNameError, YugongError
from yugong.base.text import Lang, Text
from yugong.study.placebook import PlaceBook, fold, registry_book
from yugong.study.readers import cells, header, layout
from yugong.study.readers.raw import RawTable, letters

if TYPE_CHECKING:
    import pandas as pd

GENERIC_SHEET = re.compile(r"(sheet|工作表)\s*\d*|分省年度数据|annual by province|数据|data|table\s*\d*", re.IGNORECASE)
CITY_HEAD = re.compile(r"城市|地级市|地市|市|城市名称|地级市名称|city|prefecture")
EXPORT_PREFIX = re.compile(r"^(nbs_?export_?|国家统计局_?|分省年度数据_?)", re.IGNORECASE)
SOURCE = re.compile(r"(?:数据来源|资料来源|来源|(?:data ?)?sources?)\s*[:\uff1a]\s*(\S.*)", re.IGNORECASE | re.DOTALL)
SOURCE_LINES = 30  # how many lines from either end may name the source
WHY = {
    "serial": Text("序号列，未读", "a serial-number column, not read"),
    "text": Text("不是数值列，未读", "not a column of numbers, not read"),
    "parent": Text("上级地区列，未读", "the column of parent places, not read"),
}


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader left out or assumed, and where."""

    text: Text
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Tidy:
    """What a table was understood to say.

    `frame` and `national` have columns place, year, variable, title_en, unit, value, row, column (row from 1 and
    column letter as a spreadsheet shows them); `flows` has origin, destination, year, value.
    """

    file: str
    sheet: str | None
    layout: str  # wide | long | series | cross-section | matrix
    frame: "pd.DataFrame"
    national: "pd.DataFrame"
    flows: "pd.DataFrame | None" = None
    title: str = ""
    unit: str = ""
    diagonal: str = ""
    understood: tuple[Text, ...] = ()
    notes: tuple[Note, ...] = field(default=())
    source: str = ""  # the publication that a line such as '数据来源:国家统计局' names

    @property
    def variables(self) -> tuple[str, ...]:
        """The titles found, in the order of the file."""
        return tuple(dict.fromkeys(self.frame["variable"]))

    def render(self, lang: Lang | None = None) -> str:
        """Return what was understood, a line each."""
        lines = [text.in_(lang) for text in self.understood]
        for note in self.notes:
            where = Problem(note.text, None, None, None, note.row, note.column).render(lang)
            lines.append(where)
        return "\n".join(lines)


def tidy(
    table: RawTable,
    places: PlaceBook | None = None,
    *,
    year: int | None = None,
    variable: str | None = None,
    unit: str | None = None,
    rows: str | None = None,
) -> Tidy:
    """Recognise the layout of `table` and return its figures as tidy rows.

    `places` are the names that may occur (default: the provinces, else the prefectures, of the registry);
    `year`, `variable` and `unit` are used where the file does not say; `rows` is "origin" or "destination" for an
    origin–destination matrix. Raises InputError with every unreadable cell, unknown place and contradiction.
    """
    from yugong.study.readers.figures import read_figures
    from yugong.study.readers.matrix import read_matrix

    book = places or _best_book(table)
    source = stated_source(table)
    column, down = layout.down(table, book)
    row, across = layout.across(table, book)
    if down >= 3 and across >= 3:
        first, _ = layout.body(table, book, column)
        if row < first:
            return replace(read_matrix(table, book, column, row, year=year, rows=rows), source=source)
    if across > down:
        table = table.turn()
        column = row
    elif down == 0:
        raise InputError([_no_places(table, book)])
    return replace(read_figures(table, book, column, year=year, variable=variable, unit=unit), source=source)


def stated_source(table: RawTable) -> str:
    """Return the publication that a line above or below the figures names, empty when none does."""
    n = len(table.rows)
    for i in [*range(min(n, SOURCE_LINES)), *range(max(SOURCE_LINES, n - SOURCE_LINES), n)]:
        filled = [cell for cell in table.rows[i] if cell is not None]
        if len(filled) == 1 and (found := SOURCE.match(str(filled[0]).strip())):
            return found[1].strip()
    return ""


def _best_book(table: RawTable) -> PlaceBook:
    province = registry_book("province")
    if any(isinstance(c, str) and CITY_HEAD.fullmatch(fold(c)) for line in table.rows[:5] for c in line[:4]):
        return registry_book("prefecture")
    found = max(layout.down(table, province)[1], layout.across(table, province)[1])
    labels = max((sum(isinstance(line[j], str) for line in table.rows if j < len(line)) for j in range(4)), default=0)
    if found * 2 >= labels or (found >= 25 and table.width < 3):
        return province
    prefecture = registry_book("prefecture")
    better = max(layout.down(table, prefecture)[1], layout.across(table, prefecture)[1])
    return prefecture if better > found else province


def _no_places(table: RawTable, book: PlaceBook) -> Problem:
    what = Text("没有找到地区列或地区行", "no column or row of places was found")
    do = Text(
        "把地区名称或行政区划代码放在第一列（或表头行）",
        "put place names or codes in the first column (or the header row)",
    )
    for i, line in enumerate(table.rows[: layout.HEADER_ROWS]):
        for j, cell in enumerate(line[:2]):
            if isinstance(cell, str) and 1 < len(cell) <= 12 and not layout.LABEL_HEAD.fullmatch(fold(cell)):
                try:
                    book.resolve(cell)
                except UnknownNameError as error:
                    if error.candidates:
                        return table.problem(what, Text(error.render("zh"), error.render("en")), i, j)
    return table.problem(what, do)


def fallback_title(table: RawTable, preamble: header.Preamble) -> tuple[str, str]:
    """Return (title, unit) of the one variable of a table whose header names none."""
    name, unit = cells.split_unit(preamble.indicator)
    if name:
        return name, unit
    if preamble.title:
        return cells.split_unit(preamble.title)
    if table.sheet and not GENERIC_SHEET.fullmatch(table.sheet.strip()):
        return cells.split_unit(table.sheet)
    stem = EXPORT_PREFIX.sub("", Path(table.file).stem)
    name, unit = cells.split_unit(stem)
    if not unit and " " in name and cells.looks_like_unit(name.rsplit(" ", 1)[1]):
        name, unit = name.rsplit(" ", 1)
    return name, unit


def only_year(table: RawTable, preamble: header.Preamble) -> int | None:
    """Return the one year that titles, else the sheet, else the file name, speak of."""
    for source in (
        list(preamble.years),
        cells.years_inside(table.sheet or ""),
        cells.years_inside(Path(table.file).stem),
    ):
        if len(source) == 1:
            return source[0]
    return None


def see(table: RawTable, columns: Iterable[int]) -> str:
    """Return the letters of some columns, first to last, for a message."""
    at = list(columns)
    if table.turned:
        return f"{at[0] + 1}–{at[-1] + 1}" if len(at) > 1 else str(at[0] + 1)
    return f"{letters(at[0])}–{letters(at[-1])}" if len(at) > 1 else letters(at[0])


def unknown_place(table: RawTable, error: YugongError, row: int, column: int) -> Problem:
    """Return the located problem of a label that names no place."""
    do = Text(
        "改成标准名称或六位代码；若不是地区，请删去这一行",
        "write a standard name or code; if it is no place, delete the row",
    )
    return table.problem(Text(error.render("zh"), error.render("en")), do, row, column)
