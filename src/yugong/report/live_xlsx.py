"""Calculation sheets as workbooks whose formulas live: change an input or a parameter and the amounts follow."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from yugong.base.text import Lang, Text, language
from yugong.design.sheet import CERTAINTY, Sheet
from yugong.study.readers.raw import letters

_PARAMETER_HEAD = tuple(
    Text(*pair)
    for pair in (("参数", "Parameter"), ("数值", "Value"), ("单位", "Unit"), ("确定性", "Certainty"), ("依据", "Basis"))
)
_LONGEST_NAME = 31


def render_live(sheets: Sequence[Sheet], lang: Lang | None = None) -> bytes:
    """Return one worksheet a calculation: parameters above, rows below, formulas alive, balances and notes under them.

    Inputs and parameters stand on yellow; each formula cell carries the value that Yugong computed.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        taken: set[str] = set()
        for sheet in sheets:
            _Writer(book, sheet, lang or language(), _name(sheet.title.in_(lang), taken)).write()
    return buffer.getvalue()


def _name(title: str, taken: set[str]) -> str:
    name = "".join(" " if c in "[]:*?/\\" else c for c in title)[:_LONGEST_NAME].strip(" '")
    k = 1
    while name.lower() in taken:
        k += 1
        name = f"{name[: _LONGEST_NAME - len(str(k)) - 1]} {k}"
    taken.add(name.lower())
    return name


class _Writer:
    def __init__(self, book: Any, sheet: Sheet, lang: Lang, name: str) -> None:
        self.sheet, self.lang = sheet, lang
        self.page = book.add_worksheet(name)
        words = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter"}
        digits = {"font_name": "Times New Roman", "font_size": 10.5, "num_format": "#,##0.00##"}
        self.title = book.add_format({**words, "bold": True, "font_size": 14})
        self.head = book.add_format({**words, "bold": True, "text_wrap": True, "bottom": 1, "top": 5})
        self.small = book.add_format({**words, "font_size": 9, "text_wrap": True, "valign": "top"})
        self.plain = book.add_format(words)
        self.given = book.add_format({**digits, "bg_color": "#FFF7D6"})
        self.figure = book.add_format(digits)
        self.amount = book.add_format({**digits, "bold": True})
        self.first_parameter = 3
        self.head_row = self.first_parameter + len(sheet.parameters) + (2 if sheet.parameters else 0)
        self.first = self.head_row + 3  # under the heading: units, then what each column rests on
        self.last = self.first + len(sheet.rows) - 1
        self.place = {c.id: 1 + j for j, c in enumerate(sheet.columns)}
        self.parameter = {p.id: self.first_parameter + i for i, p in enumerate(sheet.parameters)}

    def cell(self, row: int) -> Any:
        """Return the name of cells as formulas of one row need them."""

        def name(kind: str, id: str) -> str:
            if kind == "parameter":
                return f"$B${self.parameter[id] + 1}"
            return f"{letters(self.place[id])}{row + 1}"

        return name

    def block(self, id: str) -> str:
        """Return the range of a whole column."""
        column = letters(self.place[id])
        return f"${column}${self.first + 1}:${column}${self.last + 1}"

    def words(self, row: int, column: int, text: Text, style: Any) -> None:
        self.page.write_string(row, column, text.in_(self.lang), style)

    def write(self) -> None:
        sheet, page = self.sheet, self.page
        page.hide_gridlines(2)
        page.set_column(0, 0, 26)
        page.set_column(1, len(sheet.columns), 15)
        self.words(0, 0, sheet.title, self.title)
        if sheet.parameters:
            for j, title in enumerate(_PARAMETER_HEAD):
                self.words(self.first_parameter - 1, j, title, self.head)
        for p in sheet.parameters:
            row = self.parameter[p.id]
            self.words(row, 0, p.title, self.plain)
            page.write_number(row, 1, p.value, self.given)
            self.words(row, 2, p.unit, self.plain)
            self.words(row, 3, CERTAINTY[p.certainty], self.plain)
            self.words(row, 4, p.source, self.plain)
        self.words(self.head_row, 0, sheet.row_title, self.head)
        for c in sheet.columns:
            at = self.place[c.id]
            self.words(self.head_row, at, c.title, self.head)
            self.words(self.head_row + 1, at, c.unit, self.small)
            self.words(self.head_row + 2, at, c.source, self.small)
        page.freeze_panes(self.first, 1)
        for i, (_, name) in enumerate(sheet.rows):
            row = self.first + i
            self.words(row, 0, name, self.plain)
            for c in sheet.columns:
                value = float(c.figures[i])
                if c.formula is None:
                    page.write_number(row, self.place[c.id], value, self.given)
                else:
                    live = "=" + c.formula.excel(self.cell(row), self.block)
                    page.write_formula(row, self.place[c.id], live, self.amount if c.amount else self.figure, value)
        self._below(self.last + 2)

    def _below(self, row: int) -> None:
        """Write the balances, then the notes and the sources."""
        page = self.page
        if self.sheet.balances:
            heads = (
                Text("平衡", "Balance"), Text("左边", "Left"), Text("右边", "Right"), Text("差额", "Residual"),
                Text("单位", "Unit"),
            )  # fmt: skip
            for j, title in enumerate(heads):
                self.words(row, j, title, self.head)
        for line in self.sheet.balances:
            row += 1
            self.words(row, 0, line.title, self.plain)
            for j, (side, value) in enumerate(((line.formula.left, line.left), (line.formula.right, line.right)), 1):
                page.write_formula(row, j, "=" + side.excel(self.cell(row), self.block), self.figure, value)
            page.write_formula(row, 3, f"=B{row + 1}-C{row + 1}", self.figure, line.residual)
            self.words(row, 4, line.unit, self.plain)
        row += 1
        sources = () if self.sheet.provenance is None else self.sheet.provenance.sources
        lines = [*self.sheet.notes, self.sheet.method.convention]
        lines += [Text(f"{s.title.zh}：{s.publication.zh}", f"{s.title.en}: {s.publication.en}") for s in sources]
        for note in lines:
            row += 1
            self.words(row, 0, note, self.plain)
        for citation in self.sheet.method.citations:
            row += 1
            page.write_string(row, 0, citation.gbt7714, self.plain)
