"""The tables of a register: which sheet or file holds which form, and their rows."""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.study.form import Form, filled, sheet_of
from yugong.study.readers.raw import RawTable
from yugong.study.readers.sniff import read_table

if TYPE_CHECKING:
    from yugong.study.model import Study


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
                found[form.id] = sheet_of(tables, form, path.name)
        if not found and len(tables) == 1:
            found = {forms[0].id: tables[0]}
    return found


def read(table: RawTable, form: Form, study: "Study | None" = None) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the filled rows of a form and everything wrong with them; numbers as floats, the rest as objects."""
    frame, problems = filled(table, form, study)
    rows = frame.attrs.get("rows", [])
    numbers = {f.id for f in form.fields if f.kind == "number"}
    kinds = {f.id: "float64" if f.id in numbers and not problems else object for f in form.fields}
    frame = frame.astype(kinds)
    frame.attrs.update(rows=rows, table=table.sheet or table.file)
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
        "用 --template 取工作簿，或放一个含 items.csv 的文件夹",
        "take the workbook (--template), or a folder with items.csv",
    )
    return InputError([Problem(what, do, path.name)])
