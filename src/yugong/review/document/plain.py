"""Plain text and Markdown: every line a block at its own place in the file."""

import re
from dataclasses import replace
from pathlib import Path

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.review.document.model import Block, Draft
from yugong.review.document.numbering import heading_level
from yugong.study.readers.delimited import decode

_MARKS = re.compile(r"^(#{1,6})\s+")
_RULE = re.compile(r"^[\s|:\-=*_]+$")


def read_plain(path: Path, digest: str) -> Draft:
    """Read a .txt or .md draft; positions count characters of the decoded file."""
    text = _decoded(path)
    markdown = path.suffix.lower() == ".md"
    blocks: list[Block] = []
    for number, (start, line) in enumerate(_lines(text), 1):
        where = Text(f"第 {number} 行", f"line {number}")
        if not line.strip() or (markdown and (_RULE.match(line) or line.startswith("<!--"))):
            continue
        marks = _MARKS.match(line) if markdown else None
        if marks:
            blocks.append(Block("heading", start + marks.end(), start + len(line), where, len(marks[1])))
        elif markdown and line.lstrip().startswith("|"):
            blocks += _cells(line, start, number)
        else:
            inset = len(line) - len(line.lstrip())
            level = heading_level(line)
            blocks.append(
                Block("heading" if level else "paragraph", start + inset, start + len(line.rstrip()), where, level)
            )
    if not blocks:
        raise InputError([Problem(Text("文件里没有文字", "the file holds no text"), file=path.name)])
    return Draft(path.name, digest, "md" if markdown else "txt", text, tuple(blocks))


def _decoded(path: Path) -> str:
    try:
        return decode(path)[0]
    except InputError as error:
        do = Text("另存为 UTF-8 编码的文本", "save it as text in UTF-8")
        raise InputError(replace(p, do=do) for p in error.problems) from error


def _lines(text: str) -> list[tuple[int, str]]:
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        found.append((at, line.rstrip("\r\n")))
        at += len(line)
    return found


def _cells(line: str, start: int, number: int) -> list[Block]:
    cells = []
    for column, found in enumerate(re.finditer(r"[^|]+", line), 1):
        words = found.group()
        if not words.strip():
            continue
        left = found.start() + len(words) - len(words.lstrip())
        where = Text(f"第 {number} 行表格第 {column} 列", f"line {number}, table column {column}")
        cells.append(Block("cell", start + left, start + left + len(words.strip()), where))
    return cells
