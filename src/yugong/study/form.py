"""Tables that a user fills in: what each column means, a template to fill, and a reader that finds every bad cell."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from yugong.base.errors import InputError, Problem, YugongError
from yugong.base.files import write_atomic
from yugong.base.text import Text, language
from yugong.study.readers.cells import is_missing, narrow, number, plain, year
from yugong.study.readers.raw import letters

if TYPE_CHECKING:
    import pandas as pd

    from yugong.study.model import Study
    from yugong.study.readers.raw import Cell, RawTable

Kind = Literal["place", "text", "number", "integer", "year", "date", "choice", "bool"]
NONE = Text("", "")
MOST_PROBLEMS = 200  # listed at once
_YES, _NO = {"是", "有", "yes", "true", "1", "y", "√"}, {"否", "无", "no", "false", "0", "n", "×"}


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a form; `choices` are (id, title), `low` and `high` the bounds of a number."""

    id: str
    title: Text
    kind: Kind = "text"
    unit: Text = NONE
    required: bool = True
    low: float | None = None
    high: float | None = None
    choices: tuple[tuple[str, Text], ...] = ()
    note: Text = NONE

    def headings(self) -> set[str]:
        """Return every way the column may be headed, folded."""
        shown = [self.id, self.title.zh, self.title.en]
        with_unit = [f"{t}({u})" for t, u in ((self.title.zh, self.unit.zh), (self.title.en, self.unit.en)) if u]
        return {_folded(t) for t in [*shown, *with_unit]}


@dataclass(frozen=True, slots=True)
class Form:
    """A table that a user fills in; its sheet is named by the title or the id."""

    id: str
    title: Text
    fields: tuple[Field, ...]
    note: Text = NONE
    one_row_a_place: bool = False  # the template lists the study's places

    def example(self, study: "Study | None" = None) -> list[list[Any]]:
        """Return the rows of the empty template: the study's places where the form has one row a place."""
        first = self.fields[0]
        if study is None or not self.one_row_a_place or first.kind != "place":
            return []
        return [[study.name(code).in_()] for code in study.places]


def write_template(path: str | os.PathLike[str], forms: Sequence[Form], study: "Study | None" = None) -> Path:
    """Write the forms as one workbook, a sheet each, headed in the current language, with a sheet of explanations.

    Choices become drop-down lists, kept in a hidden sheet. Raises InputError when the file's ending is not .xlsx.
    """
    import io

    import xlsxwriter

    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        what = Text(f"模板要写成 .xlsx，不能是“{target.suffix}”", f"a template is an .xlsx, not {target.suffix!r}")
        raise InputError([Problem(what, file=target.name)])
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        lists: list[list[str]] = []  # in a sheet of their own: a list typed into a validation ends at 255 characters
        choices = Text("选项", "Choices").in_()
        bold, wrap = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
        for form in forms:
            page = book.add_worksheet(form.title.in_()[:31])
            for j, field in enumerate(form.fields):
                page.write_string(0, j, _heading(field), bold)
                page.set_column(j, j, 18)
                if field.choices:
                    at = letters(len(lists))
                    lists.append([title.in_() for _, title in field.choices])
                    source = f"={choices}!${at}$1:${at}${len(field.choices)}"
                    page.data_validation(1, j, 2000, j, {"validate": "list", "source": source})
            for i, line in enumerate(form.example(study), 1):
                page.write_row(i, 0, line)
            page.freeze_panes(1, 1)
        about = book.add_worksheet(Text("填表说明", "How to fill in").in_())
        about.set_column(0, 1, 24)
        about.set_column(2, 2, 80)
        row = 0
        for form in forms:
            about.write_string(row, 0, form.title.in_(), bold)
            about.write_string(row, 2, form.note.in_(), wrap)
            for field in form.fields:
                row += 1
                about.write_string(row, 1, _heading(field))
                about.write_string(row, 2, _explained(field), wrap)
            row += 2
        if lists:
            kept = book.add_worksheet(choices)
            for j, words in enumerate(lists):
                kept.write_column(0, j, words)
            kept.hide()
    write_atomic(target, buffer.getvalue())
    return target


def read_form(path: str | os.PathLike[str], form: Form, study: "Study | None" = None) -> "pd.DataFrame":
    """Read a filled form from .xlsx, .xls or .csv as a frame with the fields' ids as columns.

    Places become codes (of the study's places, or of the registry), dates ISO text, choices ids, yes/no booleans;
    an optional cell left empty is missing. Wholly empty rows are skipped. All problems are collected: a missing
    sheet or column, an unknown place, a bad number, a value out of bounds, a required cell left empty, with file,
    sheet, row and column. The frame's `attrs["rows"]` holds each row's number in the file.
    """
    from yugong.study.readers.sniff import read_table

    table = sheet_of(read_table(path), form, Path(path).name)
    frame, problems = filled(table, form, study)
    if not len(frame) and not problems:
        problems = [table.problem(Text("表里没有数据行", "the table has no rows"), None, 0)]
    if problems:
        raise InputError(problems)
    return frame


def filled(table: "RawTable", form: Form, study: "Study | None" = None) -> "tuple[pd.DataFrame, list[Problem]]":
    """Return the filled rows of a form and everything wrong with them; an empty table gives no rows.

    A cell that stands many times in a column is judged once, so that long registers read fast.
    """
    import pandas as pd

    where, problems = _columns(table, form)
    if problems:
        return pd.DataFrame(columns=[f.id for f in form.fields]), problems
    header = where.pop("")
    used = list(where.values())
    rows = [i for i in range(header + 1, len(table.rows)) if any(not is_missing(table.cell(i, j)) for j in used)]
    found: dict[str, list[Any]] = {}
    for field in form.fields:
        j = where.get(field.id)
        judged: dict[tuple[type, Any], Found] = {}
        column: list[Any] = []
        for i in rows:
            cell = None if j is None else table.cell(i, j)
            key = (cell.__class__, cell)
            if key not in judged:
                judged[key] = _value(field, cell, study)
            value, problem = judged[key]
            column.append(value)
            if problem is not None and len(problems) < MOST_PROBLEMS:
                problems.append(table.problem(problem[0], problem[1], i, j))
        found[field.id] = column
    frame = pd.DataFrame(found)
    frame.attrs["rows"] = [i + 1 for i in rows]
    return frame, problems


def _heading(field: Field) -> str:
    unit = field.unit.in_()
    name = field.title.in_()
    return name if not unit else f"{name}（{unit}）" if language() == "zh" else f"{name} ({unit})"


def _explained(field: Field) -> str:
    parts = [Text("必填", "required") if field.required else Text("可空", "may be empty")]
    if field.low is not None or field.high is not None:
        low, high = ("" if b is None else f"{b:g}" for b in (field.low, field.high))
        parts.append(Text(f"范围 {low}～{high}", f"from {low} to {high}"))
    if field.choices:
        parts.append(
            Text(
                "可选：" + "、".join(t.zh for _, t in field.choices),
                "one of: " + ", ".join(t.en for _, t in field.choices),
            )
        )
    if field.note.in_():
        parts.append(field.note)
    return Text("；".join(p.zh for p in parts), "; ".join(p.en for p in parts)).in_()


def _folded(text: str) -> str:
    return narrow(plain(text)).replace(" ", "").casefold()  # a filled cell arrives narrowed: Ⅴ as V, ³ as 3


def sheet_of(tables: "Sequence[RawTable]", form: Form, file: str) -> "RawTable":
    """Return the table that holds a form: the sheet named by its title or id, or the only one; InputError."""
    names = {_folded(n) for n in (form.id, form.title.zh[:31], form.title.en[:31])}
    for table in tables:
        if table.sheet is not None and _folded(table.sheet) in names:
            return table
    if len(tables) == 1:
        return tables[0]
    what = Text(f"没有名为“{form.title.zh}”的工作表", f"there is no sheet named {form.title.en!r}")
    sheets = ", ".join(str(t.sheet) for t in tables)
    raise InputError([Problem(what, Text(f"现有：{sheets}", f"there are: {sheets}"), file)])


def _columns(table: "RawTable", form: Form) -> tuple[dict[str, int], list[Problem]]:
    """Where each field stands, and (under "") the row of the headings: the row that names most fields."""
    best: dict[str, int] = {}
    at = 0
    for i in range(min(len(table.rows), 10)):
        cells = [_folded(str(c)) if isinstance(c, str) else None for c in table.rows[i]]
        found = {f.id: j for f in form.fields for j, c in enumerate(cells) if c in f.headings()}
        if len(found) > len(best):
            best, at = found, i
    problems = [
        table.problem(
            Text(f"缺少“{f.title.zh}”一列", f"column {f.title.en!r} is missing"),
            Text("用 --template 取模板，列名照写", "take the template (--template) and keep its headings"),
            at,
        )
        for f in form.fields
        if f.required and f.id not in best
    ]
    return {**best, "": at}, problems


Found = tuple[Any, tuple[Text, Text | None] | None]


def _value(field: Field, cell: "Cell", study: "Study | None") -> Found:
    """The value of a cell, or what is wrong with it and what to do."""
    if field.kind == "bool" and isinstance(cell, str) and plain(cell).casefold() in _NO:
        return False, None  # 无 answers no here; elsewhere it says that there is no figure
    if is_missing(cell) or (isinstance(cell, str) and not plain(cell)):
        if field.required:
            return None, (Text(f"“{field.title.zh}”没有填", f"{field.title.en!r} is empty"), None)
        return None, None
    text = plain(str(cell)) if not isinstance(cell, float) or not cell.is_integer() else str(int(cell))
    if field.kind == "text":
        return text, None
    if field.kind == "place":
        return _place(text, study)
    if field.kind == "bool":
        word = text.casefold()
        if word in _YES or word in _NO:
            return word in _YES, None
        return None, (Text(f"“{text}”不是“是”或“否”", f"{text!r} is neither yes nor no"), None)
    if field.kind == "choice":
        for id_, title in field.choices:
            if _folded(text) in {_folded(n) for n in (id_, title.zh, title.en)}:
                return id_, None
        listed = "、".join(t.zh for _, t in field.choices), ", ".join(t.en for _, t in field.choices)
        return None, (
            Text(f"“{text}”不在可选之列", f"{text!r} is not one of the choices"),
            Text(f"可选：{listed[0]}", f"choose: {listed[1]}"),
        )
    if field.kind == "date":
        return _date(cell, text)
    return _number(field, cell, text)


def _place(text: str, study: "Study | None") -> Found:
    """The code of a place: one of the study's by any form of its name, or any place of the registry."""
    from yugong import registry

    try:
        return (registry.place(text).code if study is None else study.place(text)), None
    except YugongError as error:
        return None, (Text(error.render("zh"), error.render("en")), None)


def _date(cell: "Cell", text: str) -> Found:
    import re

    match = re.fullmatch(
        r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?", text.split(" ")[0].split("T")[0]
    )
    if match:
        year, month, day = (int(g) if g else 1 for g in match.groups())
        try:
            return date(year, month, day).isoformat(), None
        except ValueError:
            pass
    return None, (
        Text(f"“{text}”不是日期", f"{text!r} is not a date"),
        Text("写成 2024-06-01", "write 2024-06-01"),
    )


def _number(field: Field, cell: "Cell", text: str) -> Found:
    if field.kind == "year" and (found := year(cell)) is not None:
        cell, text = found, str(found)
    read = number(cell)
    value = getattr(read, "value", None)
    if read is None or not isinstance(value, float | int):
        return None, (Text(f"“{text}”不是数", f"{text!r} is not a number"), getattr(read, "do", None))
    whole = field.kind in ("integer", "year")
    if whole and value != int(value):
        return None, (Text(f"“{text}”应为整数", f"{text!r} should be a whole number"), None)
    low, high = (1900.0, 2200.0) if field.kind == "year" and field.low is None else (field.low, field.high)
    if (low is not None and value < low) or (high is not None and value > high):
        below, above = ("…" if b is None else f"{b:g}" for b in (low, high))
        return None, (
            Text(f"{value:g} 超出范围", f"{value:g} is out of bounds"),
            Text(f"应在 {below} 与 {above} 之间", f"between {below} and {above}"),
        )
    return (int(value) if whole else float(value)), None
