"""Origin–destination tables: places down a column and across the header."""

import re

import numpy as np
import pandas as pd

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.study.placebook import PlaceBook
from yugong.study.readers import cells, header, layout
from yugong.study.readers.raw import RawTable
from yugong.study.readers.tidying import Note, Tidy, fallback_title, only_year, unknown_place

ROWS_ARE_DESTINATIONS = re.compile(r"现住地|现居住地|流入地|迁入地|到达|目的地|destination", re.IGNORECASE)
COLUMNS_ARE_ORIGINS = re.compile(r"五年前|户口登记地|户籍地|流出地|迁出地|来源地|出发|发送|origin", re.IGNORECASE)


def read_matrix(table: RawTable, book: PlaceBook, column: int, row: int, *, year: int | None, rows: str | None) -> Tidy:
    """Read a matrix whose row labels stand in `column` and whose column labels stand in header row `row`."""
    problems: list[Problem] = []
    notes: list[Note] = []
    first, last = layout.body(table, book, column)
    down = _down(table, book, column, first, last, problems, notes)
    across = _across(table, book, column, row, problems, notes)
    preamble = header.read_preamble(table, row, column + 1)
    fixed = year or only_year(table, preamble)
    values = np.full((len(down), len(across)), np.nan)
    for a, (i, _) in enumerate(down):
        for b, (j, _) in enumerate(across):
            got = cells.number(table.cell(i, j))
            if isinstance(got, cells.Bad):
                problems.append(table.problem(got.what, got.do, i, j))
            elif got is not None:
                values[a, b] = got.value
    if problems:
        raise InputError(problems)
    words = " ".join(str(c) for line in table.rows[:first] for c in line if isinstance(c, str))
    to_rows = rows or _direction(words, notes)
    codes_down, codes_across = [c for _, c in down], [c for _, c in across]
    frame = pd.DataFrame(values, index=codes_down, columns=codes_across)
    if to_rows == "destination":
        frame = frame.T
    diagonal = _diagonal(frame)
    at = np.argwhere(np.isfinite(frame.to_numpy()))
    flows = pd.DataFrame(
        {
            "origin": frame.index.to_numpy()[at[:, 0]],
            "destination": frame.columns.to_numpy()[at[:, 1]],
            "value": frame.to_numpy()[at[:, 0], at[:, 1]],
        }
    )
    if diagonal == "excluded":
        flows = flows[flows["origin"] != flows["destination"]]
    flows.insert(2, "year", pd.Series([fixed] * len(flows), dtype="Int64"))
    title, own = fallback_title(table, preamble)
    empty = pd.DataFrame(
        {name: [] for name in ("place", "year", "variable", "title_en", "unit", "value", "row", "column")}
    )
    said = Text(
        f"矩阵：{len(down)} 行 × {len(across)} 列，行是{'到达地' if to_rows == 'destination' else '来源地'}",
        f"matrix: {len(down)} rows × {len(across)} columns, rows are {to_rows}s",
    )
    return Tidy(
        table.file, table.sheet, "matrix", empty, empty, flows.reset_index(drop=True), title, own or preamble.unit, diagonal,
        (said,), tuple(notes),
    )  # fmt: skip


def _down(
    table: RawTable, book: PlaceBook, column: int, first: int, last: int, problems: list[Problem], notes: list[Note]
) -> list[tuple[int, str]]:
    out: list[tuple[int, str]] = []
    for i in range(first, last + 1):
        label = table.cell(i, column)
        code = book.known(label)
        if code is None and label is not None:
            if book.is_national(label) or book.is_aggregate(label):
                text = str(label).strip()
                notes.append(
                    Note(Text(f"“{text}”是合计，未读", f"{text!r} is a total, not read"), *table.place_of(i, None))
                )
                continue
            try:
                code = book.resolve(str(label))
            except UnknownNameError as error:
                problems.append(unknown_place(table, error, i, column))
        if code is not None:
            out.append((i, code))
    _once(table, [(i, column, c) for i, c in out], problems)
    return out


def _across(
    table: RawTable, book: PlaceBook, column: int, row: int, problems: list[Problem], notes: list[Note]
) -> list[tuple[int, str]]:
    out: list[tuple[int, str]] = []
    for j in range(column + 1, table.width):
        label = table.cell(row, j)
        code = book.known(label)
        if code is not None:
            out.append((j, code))
            continue
        above = next((str(table.cell(i, j)).strip() for i in range(row, -1, -1) if table.cell(i, j) is not None), "")
        if any(isinstance(cells.number(line[j]), cells.Number) for line in table.rows[row + 1 :] if j < len(line)):
            text = Text(f"“{above}”不是地区，这一列未读", f"{above!r} is no place; the column is not read")
            notes.append(Note(text, *table.place_of(None, j)))
    _once(table, [(row, j, c) for j, c in out], problems)
    return out


def _once(table: RawTable, labels: list[tuple[int, int, str]], problems: list[Problem]) -> None:
    seen: set[str] = set()
    for i, j, code in labels:
        if code in seen:
            text = str(table.cell(i, j)).strip()
            what = Text(f"地区“{text}”出现两次", f"place {text!r} occurs twice")
            problems.append(table.problem(what, Text("删去其中一个", "delete one of them"), i, j))
        seen.add(code)


def _direction(words: str, notes: list[Note]) -> str:
    if ROWS_ARE_DESTINATIONS.search(words) or COLUMNS_ARE_ORIGINS.search(words):
        return "destination"
    assumed = Text(
        "未写明方向：按行为来源地、列为到达地读",
        "no direction is given: rows are read as origins, columns as destinations",
    )
    notes.append(Note(assumed))
    return "origin"


def _diagonal(frame: "pd.DataFrame") -> str:
    both = [code for code in frame.index if code in frame.columns]
    own = np.array([frame.loc[code, code] for code in both], dtype=float)
    return "included" if np.isfinite(own).any() else "excluded"
