"""Workbooks: guarded, then parsed in a child process that can be stopped."""

import io
import json
import subprocess
import sys
from array import array
from itertools import accumulate
from pathlib import Path
from typing import Any

from yugong.base.text import Text
from yugong.study.readers import formulas, guard, limits
from yugong.study.readers.ole import check_xls, damaged
from yugong.study.readers.raw import Cell, RawTable

CHILD = Path(__file__).with_name("child.py")


def read_workbook(path: Path, old: bool) -> list[RawTable]:
    """Return the non-empty visible sheets of an .xlsx, or of an `old` .xls, workbook."""
    (check_xls if old else guard.check_xlsx)(path)
    answer, figures = _parse(path)
    if answer.get("too_large"):
        raise guard.too_large(path)
    waiting = {} if old else formulas.uncalculated(path)
    tables = []
    for sheet in answer["sheets"]:
        rows = _unpacked(sheet, figures)
        formulas.mark(path, rows, waiting.get(sheet["name"], []))
        if sheet["hidden"] or not any(cell is not None for row in rows for cell in row):
            continue
        merged = tuple(((a[0], a[1]), (b[0], b[1])) for a, b in sheet["merged"])
        tables.append(RawTable(path.name, sheet["name"], rows, merged))
    if not tables:
        raise guard.refuse(path, Text("工作簿里没有数据", "the workbook holds no data"))
    return tables


def _parse(path: Path) -> tuple[dict[str, Any], io.BytesIO]:
    caps = (limits.PARSE_BYTES, int(limits.PARSE_SECONDS), limits.MAX_ROWS, limits.MAX_COLUMNS, limits.MAX_CELLS)
    command = [sys.executable, "-P", str(CHILD), str(path), *map(str, caps)]
    try:
        done = subprocess.run(  # noqa: S603 - our own script; the path is one argument, no shell
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=limits.PARSE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        what = Text(
            f"{limits.PARSE_SECONDS:.0f} 秒内未能读完",
            f"it could not be read within {limits.PARSE_SECONDS:.0f} seconds",
        )
        raise guard.refuse(path, what, guard.LESS) from error
    if done.returncode != 0:
        raise damaged(path)
    stream = io.BytesIO(done.stdout)
    answer: dict[str, Any] = json.loads(stream.readline())
    return answer, stream


def _unpacked(sheet: dict[str, Any], figures: io.BytesIO) -> list[list[Cell]]:
    words = [_clean(word) for word in sheet["words"]]
    numbers, codes, n = array("d"), array("i"), sum(sheet["lengths"])
    numbers.frombytes(figures.read(n * numbers.itemsize))
    codes.frombytes(figures.read(n * codes.itemsize))
    cells = [x if code < 0 else words[code] for x, code in zip(numbers, codes, strict=True)]
    ends = list(accumulate(sheet["lengths"]))
    return [cells[end - length : end] for end, length in zip(ends, sheet["lengths"], strict=True)]


def _clean(cell: Any) -> Cell:
    if type(cell) is not str:
        return cell  # type: ignore[no-any-return]
    if cell.isascii():
        return cell if cell and not cell.isspace() else None
    return _repair(cell) if cell.strip() else None


def _repair(text: str) -> str:
    """Undo UTF-8 bytes that an exporter stored as Latin-1 characters."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
