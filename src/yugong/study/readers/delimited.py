"""Text files: UTF-8 or GB18030, bounded, free of control characters, then split into cells."""

import csv
import io
import re
from pathlib import Path

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.study.readers import guard, limits
from yugong.study.readers.raw import Cell, RawTable

# NUL and other C0 controls, and the marks that reorder text on screen
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
SAVE_UTF8 = Text("另存为 UTF-8 编码的 CSV", "save it as CSV in UTF-8")


def decode(path: Path) -> tuple[str, str]:
    """Return (text, encoding) of a text file in UTF-8 or GB18030."""
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise guard.refuse(path, Text("文件是 UTF-16 编码", "the file is in UTF-16"), SAVE_UTF8)
    marked = data.startswith(b"\xef\xbb\xbf")
    try:
        text, encoding = data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as utf8:
        try:
            if marked:
                raise utf8
            text, encoding = data.decode("gb18030"), "GB18030"
        except UnicodeDecodeError as error:
            row = data.count(b"\n", 0, error.start) + 1
            what = Text(
                "有字节既不是 UTF-8 也不是 GB18030 文字（文件可能被截断）",
                "some bytes are neither UTF-8 nor GB18030 text (the file may be cut short)",
            )
            raise InputError([Problem(what, SAVE_UTF8, path.name, row=row)]) from error
    _check_characters(path, text)
    return text, encoding


def _check_characters(path: Path, text: str) -> None:
    problems = []
    for found in FORBIDDEN.finditer(text):
        row = text.count("\n", 0, found.start()) + 1
        code = f"U+{ord(found.group()):04X}"
        what = Text(f"含有不可见的控制字符 {code}", f"there is an invisible control character {code}")
        problems.append(Problem(what, Text("删去该字符", "delete that character"), path.name, row=row))
        if len(problems) == 20:
            break
    if problems:
        raise InputError(problems)


def read_delimited(path: Path) -> list[RawTable]:
    """Return the one table of a comma-, semicolon- or tab-separated file."""
    text, encoding = decode(path)
    longest = max(map(len, text.split("\n")))
    if longest > limits.MAX_LINE_BYTES:
        what = Text(f"有一行长达 {longest} 个字符", f"one line is {longest} characters long")
        raise guard.refuse(path, what, guard.LESS)
    head = text[:20_000]
    delimiter = max(",\t;", key=head.count)
    rows: list[list[Cell]] = []
    cells = 0
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([value if value and not value.isspace() else None for value in line])
            cells += len(line)
            if len(rows) > limits.MAX_ROWS or len(line) > limits.MAX_COLUMNS or cells > limits.MAX_CELLS:
                raise guard.too_large(path)
    except csv.Error as error:
        what = Text("无法按分隔符拆分这一行", "this line cannot be split into cells")
        problem = Problem(
            what, Text("检查引号是否成对", "check that quotes come in pairs"), path.name, row=len(rows) + 1
        )
        raise InputError([problem]) from error
    if not any(cell is not None for row in rows for cell in row):
        raise guard.refuse(path, Text("文件里没有数据", "the file holds no data"))
    return [RawTable(path.name, None, rows, encoding=encoding)]
