"""Reads tables back from the page and the workbook, without the writers' code."""

import io
import re
from html.parser import HTMLParser

import openpyxl
from openpyxl.workbook import Workbook

from yugong.report.html import is_interval, render_html
from yugong.report.model import Document
from yugong.report.xlsx import render_xlsx, sheet_names


class Grids(HTMLParser):
    """The written numbers of the body of each table, by the id of the block around it."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.block = ""
        self.body = False
        self.number = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"div", "details"} and given.get("id"):
            self.block = given["id"] or ""
        elif tag == "tbody":
            self.body = True
            self.tables[self.block] = []
        elif tag == "tr" and self.body:
            self.tables[self.block].append([])
        elif tag == "td" and self.body and given.get("class") == "n":
            self.number = True
            self.tables[self.block][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "tbody":
            self.body = False
        if tag == "td":
            self.number = False

    def handle_data(self, data: str) -> None:
        if self.number:
            self.tables[self.block][-1][-1] += data


def workbook(document: Document) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(render_xlsx(document, "zh")))


def first_row(sheet: object) -> int:
    """The first row of a sheet's data: where its panes are frozen."""
    return int(re.sub(r"\D", "", str(sheet.freeze_panes)))


def compare(document: Document) -> int:
    """Check that every number written on the page is that of the workbook, and return how many were compared."""
    grids = Grids()
    grids.feed(render_html(document, "zh"))
    book, names = workbook(document), sheet_names(document, "zh")
    compared = 0
    for table in document.tables():
        sheet = book[names[table.id]]
        top = first_row(sheet)
        assert len(grids.tables[table.id]) == len(table.rows)
        for r, line in enumerate(grids.tables[table.id]):
            cells = [c.value for c in sheet[top + r]]
            at, shown = 0, iter(line)
            for c, column in enumerate(table.columns):
                width = 2 if is_interval(table, c) else 1
                if column.format is not None:
                    parts = re.findall(r"[−+]?[\d,.]*\d|—", next(shown))
                    parts = parts if len(parts) == width else ["—"] * width
                    for text, value in zip(parts, cells[at : at + width], strict=True):
                        compared += 1
                        if text == "—":
                            assert value == "—"
                        elif column.format.floor and float(text) == 10.0**-column.format.digits:
                            assert 0 <= value < 1.5 * float(text)  # written <0.001, or rounded to it
                        else:
                            number = float(text.replace(",", "").replace("−", "-"))
                            assert abs(number - value) <= 0.5000001 * 10**-column.format.digits
                at += width
    return compared
