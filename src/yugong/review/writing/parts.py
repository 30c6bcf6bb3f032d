"""Paragraphs, tables and comments of Word documents as XML: python-docx looks styles and ids up again for each one."""

import re
from collections.abc import Sequence
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

_ILLEGAL = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FIFTIETHS = 5000  # a table's full width, as Word counts shares


def legal(text: str) -> str:
    """Return a text without the control characters that no XML may hold."""
    return _ILLEGAL.sub("", text)


def paragraph(text: str, style: str | None = None) -> Any:
    """Return a paragraph; a line feed in the text is a line break. `style` is a style id."""
    made = _made("w:p")
    if style is not None:
        _add(_add(made, "w:pPr"), "w:pStyle", val=style)
    run = _add(made, "w:r")
    for i, line in enumerate(legal(text).split("\n")):
        if i:
            _add(run, "w:br")
        words = _add(run, "w:t")
        words.text = line
        words.set(qn("xml:space"), "preserve")
    return made


def table(rows: Sequence[Sequence[str]], widths: Sequence[float], room: int) -> Any:
    """Return a ruled table whose columns take these shares of a text width in twentieths of a point."""
    made = _made("w:tbl")
    properties = _add(made, "w:tblPr")
    _add(properties, "w:tblStyle", val="TableGrid")
    _add(properties, "w:tblW", w=str(_FIFTIETHS), type="pct")
    _add(properties, "w:tblLayout", type="fixed")
    grid = _add(made, "w:tblGrid")
    sizes = [str(round(room * share)) for share in widths]
    for size in sizes:
        _add(grid, "w:gridCol", w=size)
    for row in rows:
        line = _add(made, "w:tr")
        for size, value in zip(sizes, row, strict=True):
            cell = _add(line, "w:tc")
            _add(_add(cell, "w:tcPr"), "w:tcW", w=size, type="dxa")
            cell.append(paragraph(value))
    return made


def comment(number: int, text: str, author: str, initials: str, at: str) -> Any:
    """Return a comment, a paragraph a line."""
    made = _made("w:comment")
    for key, value in (("id", str(number)), ("author", author), ("initials", initials), ("date", at)):
        made.set(qn(f"w:{key}"), value)
    for line in text.split("\n"):
        made.append(paragraph(line))
    return made


def _made(tag: str) -> Any:
    return OxmlElement(tag)


def _add(parent: Any, tag: str, **values: str) -> Any:
    child = OxmlElement(tag)
    for key, value in values.items():
        child.set(qn(f"w:{key}"), value)
    parent.append(child)
    return child
