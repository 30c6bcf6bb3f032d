"""A workbook in: what it says, what is wrong with it, and a study made of it."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.workbench import import_shapes
from yugong.workbench.bench import Bench
from yugong.workbench.errors import Refused, problem, words
from yugong.workbench.operations import Call, Operation
from yugong.workbench.store import STUDIES, data_folder, inside

if TYPE_CHECKING:
    from yugong.study import Study
    from yugong.workbench.importing import Understood


def upload(bench: Bench, call: Call) -> dict[str, Any]:
    """Read a workbook and return what every sheet was understood to say; nothing is saved yet."""
    id_ = bench.uploads.keep(call.name, call.body)
    return _told(bench, id_, None, None)


def again(bench: Bench, call: Call) -> dict[str, Any]:
    """Read the same workbook again with a year or a unit that it does not state."""
    return _told(bench, call.path["import_id"], call.body.year, call.body.unit)


def _told(bench: Bench, id_: str, year: int | None, unit: str | None) -> dict[str, Any]:
    from yugong.workbench.importing import understand

    path = bench.uploads.path(id_)
    sheets = understand(path, year, unit)
    listed = [_sheet(bench, at, sheet) for at, sheet in enumerate(sheets)]
    return {
        "import_id": id_,
        "file": path.name,
        "name": study_id(path.stem),
        "tables": listed,
        "problems": [p for sheet in listed for p in sheet["problems"]],
    }


def _sheet(bench: Bench, at: int, sheet: "Understood") -> dict[str, Any]:
    from yugong.workbench.importing import likely

    t = sheet.tidy
    known = bench.study if bench.path == "china" else bench.once("china", _china)
    columns = []
    if t is not None and t.flows is None:
        for title in t.variables:
            part = t.frame[t.frame["variable"] == title]
            near = likely(title, known)
            columns.append(
                {
                    "title": title,
                    "variable": near or _identifier(title),
                    "known": near is not None,
                    "name": title,
                    "unit": str(part["unit"].iloc[0]),
                    "cells": int(part["value"].notna().sum()),
                    "columns": sorted({str(c) for c in part["column"]}),
                }
            )
    return {
        "id": str(at),
        "sheet": sheet.sheet,
        "layout": None if t is None else t.layout,
        "title": "" if t is None else t.title,
        "places": 0
        if t is None
        else int(t.frame["place"].nunique())
        if t.flows is None
        else int(t.flows["origin"].nunique()),
        "years": [] if t is None or t.flows is not None else sorted(int(y) for y in t.frame["year"].dropna().unique()),
        "columns": columns,
        "understood": [] if t is None else [words(u) for u in t.understood],
        "notes": []
        if t is None
        else [problem(Problem(n.text, None, t.file, t.sheet, n.row, n.column)) for n in t.notes],
        "problems": [problem(p) for p in sheet.problems],
        "start": [list(line) for line in sheet.start],
    }


def save(bench: Bench, call: Call) -> dict[str, Any]:
    """Save the chosen sheets as a study of the user's."""
    from yugong.workbench.importing import Chosen, Named, understand
    from yugong.workbench.importing import save as make

    ask: import_shapes.ImportSave = call.body
    path = bench.uploads.path(call.path["import_id"])
    sheets = understand(path, ask.year, ask.unit)
    chosen = []
    for table in ask.tables:
        at = int(table.id) if table.id.isdecimal() else -1
        if not 0 <= at < len(sheets):
            raise InputError(
                [Problem(Text(f"没有第 {table.id} 张表", f"there is no table {table.id}"), column="tables")]
            )
        named = tuple(Named(c.title, c.variable, c.name, c.unit) for c in table.columns)
        chosen.append(Chosen(sheets[at].sheet, named, ask.year))
    made = make(folder(bench), study_id(ask.name), ask.title, path, chosen)
    return {"study": made.name}


def studies(bench: Bench, _call: Call) -> dict[str, Any]:
    """Return the studies that can be opened: the country's, the one that was started with, and the user's own."""
    from yugong.study.manifest import read_manifest

    rows = [{"id": "china", "title": words(Text("中国 31 省", "China, 31 provinces")), "open": bench.path == "china"}]
    if bench.started not in ("china", *map(str, _own(bench))):
        rows.append({"id": "started", "title": words(Text(Path(bench.started).name, Path(bench.started).name)),
                     "open": bench.path == bench.started})  # fmt: skip
    for path in _own(bench):
        held = read_manifest(path)
        rows.append(
            {"id": path.name, "title": words(Text(held.title_zh, held.title_en)), "open": bench.path == str(path)}
        )
    return {"studies": rows}


def choose(bench: Bench, call: Call) -> dict[str, Any]:
    """Open one of the studies listed."""
    wanted = call.body.study
    paths = {path.name: str(path) for path in _own(bench)} | {"china": "china", "started": bench.started}
    if wanted not in paths:
        raise Refused(404, Text("没有这个研究", "there is no such study"))
    bench.change(paths[wanted])
    return {"study": wanted}


def folder(bench: Bench) -> Path:
    """Return where the user's own studies lie."""
    return (data_folder() if bench.root is None else bench.root) / STUDIES


def _own(bench: Bench) -> list[Path]:
    top = folder(bench)
    return sorted(p.parent for p in top.glob("*/study.toml") if inside(top, p)) if top.is_dir() else []


def study_id(name: str) -> str:
    """Return a folder's name made from any words: letters, Chinese characters, digits, - and _."""
    text = re.sub(r"[^\w\-]+", "_", name).strip("_")[:60]
    return text if text and text not in ("china", "started") else f"study_{text}".strip("_")


def _china() -> "Study":
    from yugong.study import china

    return china()


def _identifier(title: str) -> str:
    from yugong.study.adding import identifier

    return identifier(title)


OPERATIONS = (
    Operation("POST", "/api/import", Text("读入一个工作簿", "read a workbook"), upload, import_shapes.Imported, raw=True),
    Operation("POST", "/api/import/{import_id}/read", Text("以给定的年份或单位重读", "read it again with a year or unit"),
              again, import_shapes.Imported, body=import_shapes.ImportAgain),
    Operation("POST", "/api/import/{import_id}/save", Text("存为研究", "save as a study"), save, import_shapes.StudyName,
              body=import_shapes.ImportSave),
    Operation("GET", "/api/studies", Text("可打开的研究", "studies that can be opened"), studies, import_shapes.Studies),
    Operation("POST", "/api/study", Text("打开一个研究", "open a study"), choose, import_shapes.StudyName, body=import_shapes.StudyChoice),
)  # fmt: skip
