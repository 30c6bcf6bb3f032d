"""Three-line tables in DOCX: 1.5 pt above and below, 0.75 pt under the heading, 宋体 and Times New Roman."""

import io
from collections.abc import Sequence
from typing import Any

from yugong.base.errors import YugongError
from yugong.base.text import Lang, Text, language
from yugong.report.html import header_spans, source_line, written
from yugong.report.model import Column, Table
from yugong.report.numbers import MISSING
from yugong.report.tables_out.build import column_title

THICK, THIN = 12, 6  # eighths of a point: 1.5 pt and 0.75 pt
SIZE, SMALL = 9.0, 7.5  # 小五 and 六号
EAST, WEST = "宋体", "Times New Roman"


def render_docx(tables: Sequence[Table], lang: Lang | None = None) -> bytes:
    """Return tables as a DOCX document, captions above in both languages, notes below; needs python-docx."""
    try:
        from docx import Document
    except ModuleNotFoundError as error:
        text = Text("写 DOCX 需要安装 python-docx", "DOCX needs the package python-docx: pip install python-docx")
        raise YugongError(text) from error
    first = lang or language()
    other: Lang = "en" if first == "zh" else "zh"
    document = Document()
    for number, table in enumerate(tables, 1):
        word = {"zh": f"表 {number}", "en": f"Table {number}"}
        captions = [f"{word[k]}  {table.caption.in_(k)}" for k in (first, other)]
        for caption in dict.fromkeys(captions):
            _paragraph(document, caption, bold=True, centred=True)
        _grid(document, table, first)
        notes = [Text("注：" + n.zh, "Note: " + n.en) for n in table.notes]
        if table.sources:
            line = source_line(table.sources)
            notes.append(Text("资料来源：" + line.zh, "Source: " + line.en))
        for note in notes:
            _paragraph(document, note.in_(first), size=SMALL)
        document.add_paragraph()
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _grid(document: Any, table: Table, lang: Lang) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT

    spans = header_spans(table)
    top = 2 if spans else 1
    grid = document.add_table(rows=top + len(table.rows), cols=len(table.columns))
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    # the grid's own cells, once: python-docx walks the whole row for each `cell()`
    cells = [list(row.cells) for row in grid.rows]
    if spans:
        at = 0
        for title, width in spans:
            if title is not None:
                joined = cells[0][at].merge(cells[0][at + width - 1]) if width > 1 else cells[0][at]
                _write(joined, title.in_(lang), "center", bold=True)
                _edge(joined, bottom=THIN)
            at += width
    for c, column in enumerate(table.columns):
        _write(cells[top - 1][c], column_title(column, lang), _align(column, c), bold=True)
        _edge(cells[top - 1][c], bottom=THIN)
        _edge(cells[0][c], top=THICK)
    for r, row in enumerate(table.rows):
        for c, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            if column.format is None:
                text = MISSING if cell is None else cell.in_(lang) if isinstance(cell, Text) else str(cell)
            else:
                text = written(cell, column.format)
            _write(cells[top + r][c], text, _align(column, c), bold=r in table.marked)
    for cell in cells[-1]:
        _edge(cell, bottom=THICK)


def _write(cell: Any, text: str, align: str, bold: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = cell.paragraphs[0]
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = 0
    _run(paragraph, text, SIZE, bold)


def _paragraph(document: Any, text: str, bold: bool = False, centred: bool = False, size: float = SIZE) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = 0
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, text, size, bold)


def _run(paragraph: Any, text: str, size: float, bold: bool) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.bold = bold
    run.font.size = Pt(size)
    run.font.name = WEST
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), EAST)


def _edge(cell: Any, **edges: int) -> None:
    """Draw edges of a cell, in eighths of a point."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = cell._tc.get_or_add_tcPr()
    borders = properties.find(qn("w:tcBorders"))
    if borders is None:
        borders = OxmlElement("w:tcBorders")
        properties.append(borders)
    for side, width in edges.items():
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", str(width)), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)


def _align(column: Column, at: int) -> str:
    if column.id.startswith("model_"):
        return "center"
    return "left" if at == 0 or column.format is None else "right"
