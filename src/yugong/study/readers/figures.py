"""Tables with places down a column: wide, long, by series, or one year."""

from dataclasses import dataclass, field
from typing import Any

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.study.placebook import PlaceBook, fold
from yugong.study.readers import cells, header, layout
from yugong.study.readers.raw import Cell, RawTable, letters
from yugong.study.readers.tidying import WHY, Note, Tidy, fallback_title, only_year, see, unknown_place

COLUMNS = ("place", "year", "variable", "title_en", "unit", "value", "row", "column")
NO_YEAR = Text(
    "在表头写年份，加一列“年份”，或导入时指明年份",
    "write years in the header, add a year column, or name the year on import",
)


@dataclass(slots=True)
class _Reading:
    table: RawTable
    book: PlaceBook
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    out: list[list[Any]] = field(default_factory=lambda: [[] for _ in COLUMNS])
    totals: list[list[Any]] = field(default_factory=lambda: [[] for _ in COLUMNS])
    percents: dict[int, list[int]] = field(default_factory=dict)

    def problem(self, what: Text, do: Text | None, row: int | None, column: int | None = None) -> None:
        self.problems.append(self.table.problem(what, do, row, column))

    def note(self, text: Text, row: int | None = None, column: int | None = None) -> None:
        self.notes.append(Note(text, *self.table.place_of(row, column)))


def read_figures(
    table: RawTable, book: PlaceBook, column: int, *, year: int | None, variable: str | None, unit: str | None
) -> Tidy:
    """Read a table whose places run down `column`."""
    from yugong.study.readers.frame import finish

    reading = _Reading(table, book)
    first, last = layout.body(table, book, column)
    preamble = header.read_preamble(table, first, column + 1)
    stacks = header.stacks(table, 0, first, preamble.rows, {column})
    found = layout.roles(table, book, column, first, last, stacks)
    for j, why in found.ignored.items():
        reading.note(WHY[why], None, j)
    headings = _headings(reading, found, stacks, preamble, variable, unit)
    fixed = year or only_year(table, preamble)
    yearless = [j for j in found.data if headings[j].year is None]
    if found.year is None and yearless and fixed is None:
        at = yearless[0] if len(yearless) < len(found.data) else None
        reading.problem(Text("不知道这些数是哪一年的", "the year of these figures is not given"), NO_YEAR, None, at)
        raise InputError(reading.problems)
    if not found.data:
        reading.problem(Text("没有找到数值列", "no column of numbers was found"), None, None)
        raise InputError(reading.problems)
    places = _labels(reading, found, column)
    rows = [(i, where, y) for i, where in places if (y := _year_of(reading, found, i, fixed)) != 0]
    if found.series is not None:
        _read_series(reading, found, found.series, headings, rows)
    else:
        for j in found.data:
            _read_column(reading, headings[j], j, rows)
    return finish(reading, found, headings, _describe(table, found, headings, fixed))


def _headings(
    reading: _Reading,
    found: layout.Layout,
    stacks: list[list[str | float]],
    preamble: header.Preamble,
    variable: str | None,
    unit: str | None,
) -> dict[int, header.Heading]:
    read = {j: header.read_heading(stacks[j], found.year is not None) for j in found.data}
    unnamed = [j for j in read if not read[j].title]
    name, own = fallback_title(reading.table, preamble)
    corner, corner_unit = cells.split_unit(_corner(stacks[found.place]))
    if corner:
        name, own = corner, corner_unit
    if len(unnamed) > 1 and found.year is not None and found.series is None:
        for j in unnamed[1:]:
            reading.problem(
                Text("这一列没有表头", "this column has no header"), Text("补上指标名称", "name its variable"), None, j
            )
    full = {}
    for j, h in read.items():
        title = h.title or name
        if variable and (not h.title or len({x.title for x in read.values()}) == 1):
            title = variable
        full[j] = header.Heading(
            title, h.title_en, h.unit or unit or (own if not h.title else "") or preamble.unit, h.year
        )
    seen: dict[tuple[str, int | None], int] = {}
    for j, h in full.items():
        if found.series is None and (h.title, h.year) in seen:
            earlier = seen[h.title, h.year]
            if h.title_en and full[earlier].title_en != h.title_en:
                full[j] = header.Heading(f"{h.title} {h.title_en}", h.title_en, h.unit, h.year)
                continue
            what = Text(
                f"与 {letters(earlier)} 列的指标和年份相同（{h.title}）",
                f"has the same variable and year as column {letters(earlier)} ({h.title})",
            )
            reading.problem(what, Text("改名或删去其中一列", "rename or delete one of the two"), None, j)
        seen.setdefault((h.title, h.year), j)
    return full


def _corner(stack: list[str | float]) -> str:
    """Return what the label column's header says beyond 'region': '移动电话普及率(部/百人)地区' → the indicator."""
    for cell in stack:
        text = str(cell).strip()
        for word in ("地区", "省份", "Region"):
            if text.endswith(word) and len(text) > len(word) + 3:
                return text.removesuffix(word)
    return ""


def _labels(reading: _Reading, found: layout.Layout, column: int) -> list[tuple[int, str | None]]:
    """Return (row, place code) of the body rows; None as the code marks the national total."""
    table, book = reading.table, reading.book
    filled = {(i, column): a for a, b in table.merged if a[1] == column for i in range(a[0] + 1, b[0] + 1)}
    out: list[tuple[int, str | None]] = []
    cache: dict[Cell, str | None] = {}
    for i in range(found.first, len(table.rows)):
        line = table.rows[i]
        label = line[column] if column < len(line) else None
        if label is None and (i, column) in filled:
            label = table.cell(*filled[i, column])
        code = cache.get(label)
        if code is None and label is not None:
            code = cache[label] = book.known(label)
        if code is None:
            kind, code = _other_label(reading, found, i, label)
            if kind != "place":
                if kind == "national":
                    out.append((i, None))
                continue
            cache[label] = code
        if found.code is not None:
            _same_code(reading, found.code, i, str(code))
        out.append((i, code))
    return out


def _other_label(reading: _Reading, found: layout.Layout, i: int, label: Cell) -> tuple[str, str | None]:
    table, book, column = reading.table, reading.book, found.place
    numbers = any(isinstance(cells.number(table.cell(i, j)), cells.Number) for j in found.data)
    if label is None:
        if numbers:
            what = Text("这一行有数但没有地区", "this row has figures but no place")
            reading.problem(what, Text("补上地区名称，或删去这一行", "name the place, or delete the row"), i, column)
        return "blank", None
    text = str(label)
    if book.is_national(label):
        return "national", None
    if book.is_aggregate(label):
        reading.note(
            Text(f"“{text.strip()}”是合计，未作为地区", f"{text.strip()!r} is a total, not taken as a place"), i
        )
        return "total", None
    if not numbers and (layout.FOOTER.match(cells.plain(text)) or i > found.last or len(fold(text)) > 15):
        reading.note(Text(f"附注：{text.strip()}", f"note: {text.strip()}"), i)
        return "note", None
    try:
        return "place", book.resolve(_label_text(label))
    except UnknownNameError as error:
        if numbers or error.candidates:
            reading.problems.append(unknown_place(table, error, i, column))
        else:
            reading.note(Text(f"“{text.strip()}”一行没有数，未读", f"row {text.strip()!r} has no figures, not read"), i)
        return "unknown", None


def _label_text(label: Cell) -> str:
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)


def _same_code(reading: _Reading, column: int, i: int, code: str) -> None:
    cell = reading.table.cell(i, column)
    other = reading.book.known(cell, short_codes=True)
    if cell is not None and other != code:
        name = reading.book.names[code]
        what = Text(
            f"代码 {_label_text(cell)} 与地区“{name.zh}”不符", f"code {_label_text(cell)} is not that of {name.en}"
        )
        reading.problem(what, Text(f"写 {code}", f"write {code}"), i, column)


def _year_of(reading: _Reading, found: layout.Layout, i: int, fixed: int | None) -> int | None:
    """Return the year of a body row; None where the header has it, 0 after a problem."""
    if found.year is None:
        return fixed
    cell = reading.table.cell(i, found.year)
    y = cells.year(cell)
    if y is None:
        what = (
            Text("缺少年份", "the year is missing")
            if cell is None
            else Text(f"“{cell}”不是年份", f"{cell!r} is not a year")
        )
        reading.problem(what, Text("写四位年份，例如 2020", "write a four-digit year such as 2020"), i, found.year)
        return 0
    return y


def _read_column(
    reading: _Reading, heading: header.Heading, j: int, rows: list[tuple[int, str | None, int | None]]
) -> None:
    lines = reading.table.rows
    year, title, title_en, unit = heading.year, heading.title, heading.title_en, heading.unit
    place, years, titles, english, units, values, at_row, at_column = reading.out
    start = len(values)
    for i, code, row_year in rows:
        line = lines[i]
        cell = line[j] if j < len(line) else None
        if cell is None:
            continue
        if type(cell) is float and cell - cell == 0:
            value = cell
        else:
            got = _number(reading, cell, i, j)
            if got is None:
                continue
            value = got
        if code is None:
            for store, item in zip(
                reading.totals, ("", year or row_year, title, title_en, unit, value, i, j), strict=True
            ):
                store.append(item)
            continue
        place.append(code)
        years.append(year or row_year)
        values.append(value)
        at_row.append(i)
    n = len(values) - start
    titles += [title] * n
    english += [title_en] * n
    units += [unit] * n
    at_column += [j] * n


def _number(reading: _Reading, cell: Cell, i: int, j: int) -> float | None:
    got = cells.number(cell)
    if isinstance(got, cells.Bad):
        reading.problem(got.what, got.do, i, j)
        return None
    if got is None:
        return None
    if got.percent:
        reading.percents.setdefault(j, []).append(i)
    return got.value


def _read_series(
    reading: _Reading,
    found: layout.Layout,
    series: int,
    headings: dict[int, header.Heading],
    rows: list[tuple[int, str | None, int | None]],
) -> None:
    """Read a table whose variables stand in a column of their own."""
    table = reading.table
    for i, code, row_year in rows:
        cell = table.cell(i, series)
        if cell is None:
            reading.problem(Text("缺少指标名称", "the variable is missing"), None, i, series)
            continue
        title, unit = cells.split_unit(str(cell))
        if found.unit is not None and (given := table.cell(i, found.unit)) is not None:
            unit = cells.narrow(str(given).strip())
        for j in found.data:
            value = _number(reading, table.cell(i, j), i, j)
            if value is not None:
                y = headings[j].year or row_year
                store = reading.totals if code is None else reading.out
                for into, item in zip(
                    store, (code or "", y, title, "", unit or headings[j].unit, value, i, j), strict=True
                ):
                    into.append(item)


def _describe(
    table: RawTable, found: layout.Layout, headings: dict[int, header.Heading], fixed: int | None
) -> tuple[str, tuple[Text, ...]]:
    in_header = {h.year for h in headings.values() if h.year is not None}
    kind = (
        "series"
        if found.series is not None
        else "long"
        if found.year is not None
        else "wide"
        if in_header
        else "cross-section"
    )
    said = [Text(f"地区：{see(table, [found.place])}", f"places: {see(table, [found.place])}")]
    if found.year is not None:
        said.append(Text(f"年份：{see(table, [found.year])}", f"years: {see(table, [found.year])}"))
    elif in_header:
        said.append(
            Text(f"年份：表头，{min(in_header)}–{max(in_header)}", f"years: header, {min(in_header)}–{max(in_header)}")
        )
    else:
        said.append(Text(f"年份：{fixed}", f"year: {fixed}"))
    if found.series is None:
        by: dict[str, list[int]] = {}
        for j in found.data:
            by.setdefault(headings[j].title, []).append(j)
        for title, at in by.items():
            unit = headings[at[0]].unit
            zh, en = (f"（{unit}）", f" ({unit})") if unit else ("", "")
            said.append(Text(f"{see(table, at)}：{title}{zh}", f"{see(table, at)}: {title}{en}"))
    return kind, tuple(said)
