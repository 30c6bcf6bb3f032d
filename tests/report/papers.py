"""Reads tables back from the DOCX and the PDF, without the writers' code."""

import io
import re

import pypdf
from docx import Document as open_docx
from grids import Grids

from yugong.report.html import render_html
from yugong.report.model import Document, Table

_BLANK = re.compile(r"[\s\u200b\u3000]+")


def page_numbers_of_tables(document: Document) -> dict[str, list[list[str]]]:
    """The written numbers of each table on the page, by id."""
    grids = Grids()
    grids.feed(render_html(document, "zh"))
    return grids.tables


def docx_grids(content: bytes) -> dict[str, list[list[list[str]]]]:
    """The body rows of each panel of each table, by the number in the caption (表 1-1)."""
    found: dict[str, list[list[list[str]]]] = {}
    caption = ""
    for block in open_docx(io.BytesIO(content)).iter_inner_content():
        if hasattr(block, "rows"):
            rows = [[c.text for c in row.cells] for row in block.rows]
            heads = sum(row._tr.trPr.find("{*}tblHeader") is not None for row in block.rows)
            found.setdefault(caption, []).append(rows[heads:])
        elif block.style.name == "Table Caption":
            caption = re.split("\u3000|  ", block.text)[0]
    return found


def whole_rows(panels: list[list[list[str]]]) -> list[list[str]]:
    """Panels side by side again: the first column once."""
    return [[*rows[0], *(c for more in rows[1:] for c in more[1:])] for rows in zip(*panels, strict=True)]


def numbers_of(table: Table, row: list[str]) -> list[str]:
    return [cell for cell, column in zip(row, table.columns, strict=True) if column.format is not None]


def pdf_text(content: bytes) -> str:
    """All the text of a PDF without blanks."""
    return _BLANK.sub("", "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(content)).pages))


def squeezed(text: str) -> str:
    return _BLANK.sub("", text)
