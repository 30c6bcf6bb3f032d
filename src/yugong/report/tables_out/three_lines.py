"""Three-line tables in Word: 1.5 pt above and below, 0.75 pt under the heading."""

from typing import Any

from yugong.report.pages.grid import Panel
from yugong.report.svg.canvas import clean

THICK, THIN = 12, 6  # eighths of a point: 1.5 pt and 0.75 pt
EAST, WEST = "宋体", "Times New Roman"
_TWENTIETHS = 20


def three_lines(document: Any, panel: Panel) -> None:
    """Append a grid to a Word document (or cell) as a three-line table whose heading repeats on every page."""
    from docx.enum.table import WD_TABLE_ALIGNMENT

    top = 2 if panel.spans else 1
    grid = document.add_table(rows=top + len(panel.rows), cols=len(panel.head))
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    if panel.widths:
        _fix(grid, panel.widths)
    # the grid's own cells, once: python-docx walks the whole row for each `cell()`
    cells = [list(row.cells) for row in grid.rows]
    at = 0
    for title, width in panel.spans:
        if title:
            joined = cells[0][at].merge(cells[0][at + width - 1]) if width > 1 else cells[0][at]
            _write(joined, title, "center", panel.size, bold=True)
            _edge(joined, bottom=THIN)
        at += width
    for c, title in enumerate(panel.head):
        _write(cells[top - 1][c], title, panel.align[c], panel.size, bold=True)
        _edge(cells[top - 1][c], bottom=THIN)
        _edge(cells[0][c], top=THICK)
    for r, row in enumerate(panel.rows):
        for c, text in enumerate(row):
            _write(cells[top + r][c], text, panel.align[c], panel.size, bold=r in panel.marked)
    for cell in cells[-1]:
        _edge(cell, bottom=THICK)
    for r, row in enumerate(grid.rows):
        _once(row._tr.get_or_add_trPr(), "w:cantSplit")
        if r < top:
            _once(row._tr.get_or_add_trPr(), "w:tblHeader")


def write_run(paragraph: Any, text: str, size: float, bold: bool = False, east: str = EAST, west: str = WEST) -> Any:
    """Append text to a paragraph in a Chinese and a Western font, and return the run."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(clean(text))
    run.bold = bold
    run.font.size = Pt(size)
    run.font.name = west
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), east)
    return run


def _write(cell: Any, text: str, align: str, size: float, bold: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = cell.paragraphs[0]
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = 0
    write_run(paragraph, text, size, bold)


def _fix(grid: Any, widths: tuple[float, ...]) -> None:
    """Give the columns their widths in points, and cells little room beside their text."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    grid.autofit = False
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(int(2.5 * _TWENTIETHS)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = grid._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Pt(width)
    for row in grid.rows:
        for cell, width in zip(row._tr.tc_lst, widths, strict=True):
            cell.width = Pt(width)


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


def _once(properties: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    properties.append(OxmlElement(name))
