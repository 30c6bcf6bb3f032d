"""Large forms read fast: a cell that stands many times in a column is judged once."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.study.form import Form, _columns, _sheet, _value
from yugong.study.readers.raw import RawTable
from yugong.study.readers.sniff import read_table

if TYPE_CHECKING:
    from yugong.study.model import Study

MOST_PROBLEMS = 200


def tables_of(path: Path, forms: tuple[Form, ...]) -> dict[str, RawTable]:
    """Return the tables of a workbook, or of a folder of CSV files named by form, that fit the forms; by form id."""
    if path.is_dir():
        files = {f.id: path / f"{f.id}.csv" for f in forms}
        found = {id_: read_table(p)[0] for id_, p in files.items() if p.is_file()}
    else:
        tables = read_table(path)
        found = {}
        for form in forms:
            named = [t for t in tables if t.sheet in (form.id, form.title.zh[:31], form.title.en[:31])]
            if named:
                found[form.id] = _sheet(tables, form, path.name)
        if not found and len(tables) == 1:
            found = {forms[0].id: tables[0]}
    return found


def read(table: RawTable, form: Form, study: "Study | None" = None) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the filled rows of a form and everything wrong with them; an empty table gives no rows.

    The frame's `attrs["rows"]` holds each row's number in the file.
    """
    where, problems = _columns(table, form)
    if problems:
        return pd.DataFrame(columns=[f.id for f in form.fields]), problems
    header = where.pop("")
    kept = [i for i in range(header + 1, len(table.rows)) if any(c is not None for c in table.rows[i])]
    found: dict[str, list[Any]] = {}
    for field in form.fields:
        j = where.get(field.id)
        judged: dict[tuple[type, Any], tuple[Any, Any]] = {}
        column: list[Any] = []
        for i in kept:
            cell = None if j is None else table.cell(i, j)
            key = (cell.__class__, cell)
            pair = judged.get(key)
            if pair is None:
                pair = judged[key] = _value(field, cell, study)
            column.append(pair[0])
            if pair[1] is not None and len(problems) < MOST_PROBLEMS:
                problems.append(table.problem(pair[1][0], pair[1][1], i, j))
        found[field.id] = column
    frame = pd.DataFrame({k: pd.Series(v, dtype=object) for k, v in found.items()})
    numbers = [f.id for f in form.fields if f.kind == "number"]
    if not problems:
        frame = frame.astype(dict.fromkeys(numbers, "float64"))
    frame.attrs["rows"] = [i + 1 for i in kept]
    frame.attrs["table"] = table.sheet or table.file
    return frame, problems


def empty(form: Form) -> pd.DataFrame:
    """Return the form without rows."""
    frame = pd.DataFrame({f.id: pd.Series(dtype="float64" if f.kind == "number" else object) for f in form.fields})
    frame.attrs["rows"] = []
    return frame


def refuse(path: Path) -> InputError:
    """Return the error for a file in which no table of the register stands."""
    what = Text("没有找到“事项”表", "there is no table of items")
    do = Text(
        "用 --template 取工作簿，或放一个含 items.csv 的文件夹", "take the workbook (--template), or a folder with items.csv"
    )
    return InputError([Problem(what, do, path.name)])
