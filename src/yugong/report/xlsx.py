"""The XLSX writer: one sheet a table in three-line style, with captions, notes and sources in both languages."""

import io
import re
from datetime import datetime
from typing import Any

import xlsxwriter

from yugong.base.provenance import Source
from yugong.base.text import Lang, Text, language
from yugong.report.html import WORDS, header_spans, is_interval, source_line
from yugong.report.model import Cell, Column, Document, Table
from yugong.report.numbers import MISSING, Interval, is_missing

THICK, THIN = 5, 1  # XlsxWriter's border styles nearest to 1.5 pt and 0.75 pt
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME, _LONGEST_CELL = 31, 32_000
ABOUT = Text("说明", "About")
FINDINGS = Text("要点", "Findings")
FORMULA = Text("公式（LaTeX）", "Formula (LaTeX)")


def render_xlsx(document: Document, lang: Lang | None = None) -> bytes:
    """Return the document's tables as one workbook; `lang` is the language written first.

    Text is always written as text: nothing in it can become a formula or a link.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties(
            {
                "title": document.title.in_(lang),
                "comments": f"Yugong {document.meta.version}",
                "created": datetime.fromisoformat(document.meta.created),
            }
        )
        writer = _Writer(book, lang or language(), document)
        writer.about()
        writer.findings()
        for table in document.tables():
            writer.table(table)
    return buffer.getvalue()


def sheet_names(document: Document, lang: Lang | None = None) -> dict[str, str]:
    """Return the sheet name of each table by id: its number and caption, legal and unique without regard to case."""
    numbers = document.numbers()
    taken = {ABOUT.in_(lang).lower(), FINDINGS.in_(lang).lower()}
    names: dict[str, str] = {}
    for table in document.tables():
        number = numbers[table.id].zh.removeprefix("表 ")
        whole = _FORBIDDEN.sub(" ", f"{number} {table.caption.in_(lang)}").strip(" '")
        name, k = _cut(whole), 1
        while name.lower() in taken:
            k += 1
            name = f"{whole[: _LONGEST_NAME - len(str(k)) - 1]} {k}"
        taken.add(name.lower())
        names[table.id] = name
    return names


def _cut(name: str) -> str:
    """Shorten a sheet's name: without what stands in brackets, then to whole words with an ellipsis."""
    if len(name) > _LONGEST_NAME:
        name = re.sub(r"（[^（）]*）|\s?\([^()]*\)", "", name)
    if len(name) <= _LONGEST_NAME:
        return name
    room = _LONGEST_NAME - 1
    ends = [m.start() for m in re.finditer(r"[\s，、：；,;]", name[: room + 1])]
    at = max((e for e in ends if e > room // 2), default=room)
    return name[:at].rstrip(" '，、：；,;") + "…"


class _Writer:
    def __init__(self, book: Any, lang: Lang, document: Document) -> None:
        self.book, self.lang, self.document = book, lang, document
        self.other: Lang = "en" if lang == "zh" else "zh"
        self.names = sheet_names(document, lang)
        self.numbers = document.numbers()
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": "Times New Roman" if properties.get("num_format") else "宋体", "font_size": 10.5}
            self._formats[key] = self.book.add_format({**base, "valign": "vcenter", **properties})
        return self._formats[key]

    def words(self, sheet: Any, row: int, column: int, text: str, style: Any) -> None:
        sheet.write_string(row, column, text[:_LONGEST_CELL], style)

    def both(self, sheet: Any, row: int, text: Text, style: Any) -> int:
        """Write a text in both languages, one row each, and return the next free row."""
        for line in dict.fromkeys((text.in_(self.lang), text.in_(self.other))):
            self.words(sheet, row, 0, line, style)
            row += 1
        return row

    def about(self) -> None:
        document, sheet = self.document, self.book.add_worksheet(ABOUT.in_(self.lang))
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 96)
        head, plain, wrap = self.style(bold=True), self.style(), self.style(text_wrap=True, valign="top")
        row = self.both(sheet, 0, document.title, self.style(bold=True, font_size=16))
        row = self.both(sheet, row, document.subtitle, plain) + 1
        facts: list[tuple[Text, str]] = [
            (Text("研究", "Study"), document.meta.study_title.in_(self.lang)),
            (Text("生成日期", "Made on"), document.meta.created),
            (Text("软件", "Software"), f"Yugong {document.meta.version}"),
            *((Text(f"选项 {k}", f"Option {k}"), v) for k, v in document.meta.options.items()),
            *((Text(f"随机种子 {k}", f"Seed {k}"), str(v)) for k, v in document.meta.seeds.items()),
            *((Text("输入文件", "Input file"), f"{i.name}  SHA-256 {i.sha256}") for i in document.meta.inputs),
            *((Text("警告", "Warning"), w.in_(self.lang)) for w in document.meta.warnings),
        ]
        for name, value in facts:
            self.words(sheet, row, 0, name.in_(self.lang), plain)
            self.words(sheet, row, 1, value, wrap)
            row += 1
        row += 1
        self.words(sheet, row, 0, Text("工作表", "Sheets").in_(self.lang), head)
        for table in document.tables():
            row += 1
            self.words(sheet, row, 0, self.numbers[table.id].in_(self.lang), plain)
            self.words(sheet, row, 1, table.caption.in_(self.lang), wrap)
        row += 2
        self.words(sheet, row, 0, Text("方法卡", "Method cards").in_(self.lang), head)
        for card in document.cards():
            row += 1
            self.words(sheet, row, 0, card.title.in_(self.lang), self.style(bold=True, text_wrap=True, valign="top"))
            lines = [(FORMULA, card.formula), (WORDS["convention"], card.convention.in_(self.lang))]
            if card.zero:
                lines.append((WORDS["zero"], card.zero.in_(self.lang)))
            lines += [(WORDS["options"], f"{k} = {v}") for k, v in card.options.items()]
            lines += [(WORDS["references"], c.gbt7714) for c in card.citations]
            for label, line in lines:
                row += 1
                self.words(sheet, row, 0, label.in_(self.lang), plain)
                self.words(sheet, row, 1, line, wrap)
            row += 1
        row += 1
        self.words(sheet, row, 0, Text("数据来源", "Sources").in_(self.lang), head)
        for source in document.sources():
            row += 1
            self.words(sheet, row, 0, source.title.in_(self.lang), self.style(text_wrap=True, valign="top"))
            self.words(sheet, row, 1, _source_words(source, self.lang), wrap)

    def findings(self) -> None:
        document, sheet = self.document, self.book.add_worksheet(FINDINGS.in_(self.lang))
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 4, 14)
        head, plain = self.style(bold=True, bottom=THIN, top=THICK), self.style()
        titles = (
            Text("指标", "Figure"),
            Text("数值", "Value"),
            Text("单位", "Unit"),
            Text("下限", "Low"),
            Text("上限", "High"),
        )
        for c, title in enumerate(titles):
            self.words(sheet, 0, c, title.in_(self.lang), head)
        row = 1
        for item in document.key_figures():
            column = Column("value", item.title, format=item.format)
            self.words(sheet, row, 0, item.title.in_(self.lang), plain)
            self.cell(sheet, row, 1, item.value, column, {})
            self.words(sheet, row, 2, item.unit.in_(self.lang), plain)
            if item.interval:
                self.cell(sheet, row, 3, item.interval.low, column, {})
                self.cell(sheet, row, 4, item.interval.high, column, {})
            row += 1
        row += 1
        for finding in dict.fromkeys(document.findings()):  # those of the first page stand in their chapters too
            for text in (finding.text, finding.detail):
                if text is not None:
                    row = self.both(sheet, row, text, plain)
            row += 1

    def table(self, table: Table) -> None:
        sheet = self.book.add_worksheet(self.names[table.id])
        sheet.hide_gridlines(2)
        title = Text(*(f"{self.numbers[table.id].in_(k)}  {table.caption.in_(k)}" for k in ("zh", "en")))
        row = self.both(sheet, 0, title, self.style(bold=True, font_size=12))
        spread = [
            (c, part)
            for i, c in enumerate(table.columns)
            for part in (("low", "high") if is_interval(table, i) else ("",))
        ]
        row = self._spans(sheet, row, table, spread)
        for at, (column, part) in enumerate(spread):
            edge = {"bottom": THIN} if header_spans(table) else {"bottom": THIN, "top": THICK}
            align = "right" if column.format else "left"
            style = self.style(bold=True, text_wrap=True, align=align, **edge)
            self.words(sheet, row, at, self._title(column, part), style)
            sheet.set_column(at, at, _width(table, column, self.lang))
        top = row + 1
        for r, cells in enumerate(table.rows):
            last = {"bottom": THICK} if r == len(table.rows) - 1 else {}
            look = {**last, **({"bold": True} if r in table.marked else {})}
            at = 0
            for c, (cell, column) in enumerate(zip(cells, table.columns, strict=True)):
                for piece in _parts(cell, is_interval(table, c)):
                    self.cell(sheet, top + r, at, piece, column, look)
                    at += 1
        sheet.freeze_panes(top, 1)
        row = top + len(table.rows)
        small = self.style(font_size=9)
        for note in table.notes:
            row = self.both(sheet, row, Text("注：" + note.zh, "Note: " + note.en), small)
        if table.sources:
            line = source_line(table.sources)
            self.both(sheet, row, Text("资料来源：" + line.zh, "Source: " + line.en), small)

    def _spans(self, sheet: Any, row: int, table: Table, spread: list[tuple[Column, str]]) -> int:
        if not header_spans(table):
            return row
        for at, (column, _) in enumerate(spread):
            group = column.group
            first = group is not None and (at == 0 or spread[at - 1][0].group != group)
            edge = {"top": THICK, **({"bottom": THIN} if group else {})}
            text = group.in_(self.lang) if group is not None and first else ""
            self.words(sheet, row, at, text, self.style(bold=True, **edge))
        return row + 1

    def _title(self, column: Column, part: str) -> str:
        lines = []
        for lang in (self.lang, self.other):
            end = {"low": Text("下限", "low"), "high": Text("上限", "high"), "": Text("", "")}[part].in_(lang)
            unit = column.unit.in_(lang)
            lines.append(column.title.in_(lang) + (f" {end}" if end else "") + (f" ({unit})" if unit else ""))
        return "\n".join(dict.fromkeys(lines))

    def cell(self, sheet: Any, row: int, at: int, cell: Cell, column: Column, look: dict[str, Any]) -> None:
        if column.format is None:
            text = MISSING if cell is None else cell.in_(self.lang) if isinstance(cell, Text) else str(cell)
            self.words(sheet, row, at, text, self.style(**look))
        elif isinstance(cell, int | float) and not is_missing(cell):
            style = self.style(num_format=column.format.excel(), align="right", **look)
            sheet.write_number(row, at, cell, style)
        else:
            self.words(sheet, row, at, MISSING, self.style(align="right", **look))


def _parts(cell: Cell, pair: bool) -> tuple[Cell, ...]:
    if not pair:
        return (cell,)
    return (cell.low, cell.high) if isinstance(cell, Interval) else (None, None)


def _width(table: Table, column: Column, lang: Lang) -> float:
    words = [column.title.in_(lang)[:24], column.title.en[:16]]
    if column.format is None:
        at = table.columns.index(column)
        words += [c.in_(lang) if isinstance(c, Text) else str(c) for row in table.rows if (c := row[at]) is not None]
    widest = max(sum(2 if ch > "\u2e80" else 1 for ch in w) for w in words)
    return min(max(widest + 2, 10), 60)


def _source_words(source: Source, lang: Lang) -> str:
    parts = (
        source.publication.in_(lang),
        source.vintage.in_(lang),
        source.unit.in_(lang),
        source.price_basis.in_(lang),
    )
    return "；".join(p for p in parts if p) if lang == "zh" else "; ".join(p for p in parts if p)
