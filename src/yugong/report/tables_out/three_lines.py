"""Three-line tables in Word: 1.5 pt above and below, 0.75 pt under the heading.

Written as XML in one piece: a table of some thousand cells takes python-docx seconds.
"""

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from yugong.report.pages.grid import Panel
from yugong.report.svg.canvas import clean

THICK, THIN = 12, 6  # eighths of a point: 1.5 pt and 0.75 pt
EAST, WEST = "宋体", "Times New Roman"
MARGINS = (("top", 1.5), ("left", 2.5), ("bottom", 1.5), ("right", 2.5))  # points round a cell's text


def three_lines(document: Any, panel: Panel, style: Any = None) -> None:
    """Append a grid to a Word document as a three-line table whose heading repeats on every page.

    `style` is the paragraph style of the cells, the document's normal one by default.
    """
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    rows = [_spans(panel, style)] if panel.spans else []
    heads = "".join(
        _cell(panel, c, title, style, True, {"bottom": THIN} if panel.spans else {"top": THICK, "bottom": THIN})
        for c, title in enumerate(panel.head)
    )
    rows.append(_row(heads, head=True))
    for r, row in enumerate(panel.rows):
        edges = {"bottom": THICK} if r == len(panel.rows) - 1 else {}
        rows.append(_row("".join(_cell(panel, c, t, style, r in panel.marked, edges) for c, t in enumerate(row))))
    widths = "".join(f'<w:gridCol w:w="{_twentieths(w)}"/>' for w in panel.widths) or "<w:gridCol/>" * len(panel.head)
    xml = f"<w:tbl {nsdecls('w')}>{_properties(panel)}<w:tblGrid>{widths}</w:tblGrid>{''.join(rows)}</w:tbl>"
    document.element.body._insert_tbl(parse_xml(xml))


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


def _properties(panel: Panel) -> str:
    if not panel.widths:
        return '<w:tblPr><w:tblW w:type="auto" w:w="0"/><w:jc w:val="center"/></w:tblPr>'
    margins = "".join(f'<w:{side} w:w="{_twentieths(room)}" w:type="dxa"/>' for side, room in MARGINS)
    return (
        f'<w:tblPr><w:tblW w:type="dxa" w:w="{_twentieths(sum(panel.widths))}"/><w:jc w:val="center"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
    )


def _spans(panel: Panel, style: Any) -> str:
    cells, at = "", 0
    for title, width in panel.spans:
        edges = {"top": THICK, "bottom": THIN} if title else {"top": THICK}
        cells += _cell(panel, at, title, style, True, edges, width, "center")
        at += width
    return _row(cells, head=True)


def _row(cells: str, head: bool = False) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{cells}</w:tr>"


def _cell(
    panel: Panel, at: int, text: str, style: Any, bold: bool, edges: dict[str, int], span: int = 1, align: str = ""
) -> str:
    width = f'<w:tcW w:type="dxa" w:w="{_twentieths(sum(panel.widths[at : at + span]))}"/>' if panel.widths else ""
    joined = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{thick}" w:space="0" w:color="000000"/>' for side, thick in edges.items()
    )
    borders = f"<w:tcBorders>{lines}</w:tcBorders>" if lines else ""
    middle = '<w:vAlign w:val="center"/>'
    named = f"<w:pStyle w:val={quoteattr(style.style_id)}/>" if style is not None else ""
    half_points = round(2 * panel.size)
    look = (
        f'<w:rFonts w:ascii="{WEST}" w:hAnsi="{WEST}" w:eastAsia="{EAST}"/>{"<w:b/>" if bold else ""}'
        f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
    )
    return (
        f"<w:tc><w:tcPr>{width}{joined}{borders}{middle}</w:tcPr><w:p><w:pPr>{named}"
        f'<w:spacing w:before="0" w:after="0"/><w:jc w:val="{align or panel.align[at]}"/></w:pPr>'
        f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(clean(text))}</w:t></w:r></w:p></w:tc>'
    )


def _twentieths(points: float) -> int:
    return round(20 * points)
