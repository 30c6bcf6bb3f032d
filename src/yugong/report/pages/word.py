"""A Word document in the layout of look.py: page, styles with Chinese fonts and their stand-ins, numbers, contents."""

import io
import zipfile
from datetime import datetime
from typing import Any

from yugong.base.text import Lang
from yugong.report.pages import look
from yugong.report.pages.layout import Layout
from yugong.report.tables_out.three_lines import write_run

FANG, KAI, HEI, SONG, XIAO = "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"
WEST = "Times New Roman"
# what Word shall take where a font is missing, and the kind of font it is (PANOSE, pitch)
STAND_INS = {FANG: "仿宋", KAI: "楷体", HEI: "SimHei", SONG: "SimSun", XIAO: "华文中宋"}
_TIGHTER = "-5"  # twentieths of a point between characters: 28 of 16 pt then fit 156 mm
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same bytes from the same report


def blank(layout: Layout) -> Any:
    """Return an empty document with its page, styles, page numbers and font table."""
    from docx import Document

    document = Document()
    _page(document, layout.lang)
    _styles(document, layout.lang)
    _page_numbers(document, layout.lang)
    _font_table(document)
    return document


def packed(document: Any, layout: Layout, created: str, version: str) -> bytes:
    """Return the document's bytes, the same each time: no clock in the archive or in the properties."""
    facts = document.core_properties
    facts.title, facts.author, facts.comments = layout.title, "Yugong", f"Yugong {version}"
    facts.created = facts.modified = datetime.fromisoformat(created)
    facts.language = "zh-CN" if layout.lang == "zh" else "en-GB"
    first, last = io.BytesIO(), io.BytesIO()
    document.save(first)
    with zipfile.ZipFile(first) as given, zipfile.ZipFile(last, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            made.writestr(zipfile.ZipInfo(name, _EPOCH), given.read(name), zipfile.ZIP_DEFLATED)
    return last.getvalue()


def contents(document: Any, entries: list[tuple[int, str, str]]) -> None:
    """Append a table of contents with an entry a heading (level, words, bookmark); Word fills in the page numbers."""
    for i, (level, words, mark) in enumerate(entries):
        paragraph = document.add_paragraph(style=f"Contents {level}")
        if i == 0:
            _field(paragraph, 'TOC \\o "1-2" \\h \\z', begin_only=True)
        link = _new("w:hyperlink", anchor=mark, history="1")
        paragraph._p.append(link)
        link.append(_run(paragraph, words))
        tab = paragraph.add_run()
        tab.add_tab()
        link.append(tab._r)
        for run in _field(paragraph, f"PAGEREF {mark} \\h"):
            link.append(run)
        if i == len(entries) - 1:
            paragraph._p.append(_mark_of_field(paragraph, "end"))


def bookmark(paragraph: Any, name: str, number: int) -> None:
    """Put a bookmark around a paragraph."""
    start = _new("w:bookmarkStart", id=str(number), name=name)
    end = _new("w:bookmarkEnd", id=str(number))
    properties = paragraph._p.pPr
    if properties is None:
        paragraph._p.insert(0, start)
    else:
        properties.addnext(start)
    paragraph._p.append(end)


def _page(document: Any, lang: Lang) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(look.TOP), Mm(look.BOTTOM)
    section.left_margin, section.right_margin = Mm(look.LEFT), Mm(look.RIGHT)
    section.header_distance = Mm(15)
    section.footer_distance = Mm(look.BOTTOM - look.BELOW - 6)  # 6 mm: the line of the page number
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)
    if lang == "zh":
        section._sectPr.append(_new("w:docGrid", type="lines", linePitch=str(round(look.LOOKS["zh"].pitch * 20))))
    document.settings.odd_and_even_pages_header_footer = True


def _styles(document: Any, lang: Lang) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    at, held = look.LOOKS[lang], document.styles
    zh = lang == "zh"
    style = _Style(lang)
    defaults = held.element.find(_qn("w:docDefaults")).find(f"{_qn('w:rPrDefault')}/{_qn('w:rPr')}")
    for old in defaults.findall(_qn("w:lang")):
        defaults.remove(old)
    defaults.append(_new("w:lang", val="en-GB", eastAsia="zh-CN"))
    style(held["Normal"], at.size, FANG, line=at.pitch, indent=at.indent, after=at.gap, align="JUSTIFY")
    fonts = (HEI, KAI, FANG)
    for level in (1, 2, 3):
        style(held[f"Heading {level}"], at.headings[level - 1], fonts[level - 1], bold=not zh or level == 3,
              line=at.pitch, indent=at.indent, before=((12, 4, 0) if zh else (14, 10, 6))[level - 1], after=at.gap, keep=True)  # fmt: skip
    style(held["Title"], look.TITLE, XIAO, bold=not zh, line=36, align="CENTER", before=24, after=12)
    _borderless(held["Title"])

    def new(name: str, *given: Any, **more: Any) -> None:
        made = held.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = held["Normal"]
        style(made, *given, **more)

    new("Subtitle Line", at.size, KAI, line=at.pitch, align="CENTER")
    new("Contents Title", at.size, HEI, bold=not zh, line=at.pitch, align="CENTER", before=18, after=6)
    new("Lead", at.size, KAI, line=at.pitch, indent=at.indent, after=at.gap, italic=not zh)
    new("Picture", look.SMALL, SONG, align="CENTER", before=8, keep=True)
    new("Picture Caption", look.CAPTION, HEI, bold=not zh, align="CENTER", before=4, after=4)
    new("Table Caption", look.CAPTION, HEI, bold=not zh, align="CENTER", before=9, after=4, keep=True)
    new("Cell", look.SMALL, SONG, align="LEFT")
    new("Notes", look.SMALL, SONG, before=2, after=2, align="JUSTIFY")
    new("Formula", 12.0 if zh else 11.0, SONG, align="CENTER", before=6, after=6)
    new("Reference", look.CAPTION, SONG, before=2, after=2, align="LEFT")
    for level in (1, 2):
        new(f"Contents {level}", at.size - 2, HEI if level == 1 else FANG, line=at.pitch - 5, align="LEFT")
        _leader(held[f"Contents {level}"], 2.0 * (at.size - 2) * (level - 1))


class _Style:
    """Sets a paragraph style: fonts for both scripts, black, spacing, indents counted in characters."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def __call__(
        self, style: Any, size: float, east: str, bold: bool = False, italic: bool = False, line: float | None = None,
        indent: int = 0, before: float = 0, after: float = 0, align: str | None = None, keep: bool = False,
    ) -> None:  # fmt: skip
        from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
        from docx.oxml.ns import qn
        from docx.shared import Pt, RGBColor

        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, italic
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in list(fonts.attrib):
            del fonts.attrib[key]
        # in Chinese headings and captions Western letters follow the Chinese font
        west = east if self.lang == "zh" and east in (HEI, XIAO) else WEST
        for key, font in (("ascii", west), ("hAnsi", west), ("cs", WEST), ("eastAsia", east)):
            fonts.set(qn(f"w:{key}"), font)
        if self.lang == "zh":
            _spacing(style.element.rPr, _TIGHTER if size == look.LOOKS["zh"].size else "0")
        shape = style.paragraph_format
        shape.space_before, shape.space_after, shape.keep_with_next = Pt(before), Pt(after), keep
        if line is None:
            shape.line_spacing_rule = WD_LINE_SPACING.SINGLE
        else:
            shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
        if align is not None:
            shape.alignment = getattr(WD_ALIGN_PARAGRAPH, align)
        properties = style.element.get_or_add_pPr()
        for old in properties.findall(qn("w:ind")):
            properties.remove(old)
        shape.first_line_indent = Pt(indent * size)
        if indent:
            properties.find(qn("w:ind")).set(qn("w:firstLineChars"), str(100 * indent))
        if line is None:  # small print keeps off the grid of lines
            spacing = properties.find(qn("w:spacing"))
            spacing.addprevious(_new("w:snapToGrid", val="0"))


def _spacing(properties: Any, value: str) -> None:
    """Set the room between characters, in its place before kerning and size (the schema orders what a run may have)."""
    for old in properties.findall(_qn("w:spacing")):
        properties.remove(old)
    next_ = next(e for e in properties if e.tag in (_qn("w:kern"), _qn("w:position"), _qn("w:sz")))
    next_.addprevious(_new("w:spacing", val=value))


def _borderless(style: Any) -> None:
    from docx.oxml.ns import qn

    for border in style.element.findall(f"{qn('w:pPr')}/{qn('w:pBdr')}"):
        border.getparent().remove(border)


def _leader(style: Any, left: float) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Pt

    style.paragraph_format.left_indent = Pt(left)
    style.paragraph_format.tab_stops.add_tab_stop(Pt(look.ROOM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _page_numbers(document: Any, lang: Lang) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    section = document.sections[0]
    for footer, side in ((section.footer, "RIGHT"), (section.even_page_footer, "LEFT")):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Cell"]
        shape = paragraph.paragraph_format
        if lang == "en":
            shape.alignment = WD_ALIGN_PARAGRAPH.CENTER
        else:
            shape.alignment = getattr(WD_ALIGN_PARAGRAPH, side)
            shape.right_indent = shape.left_indent = Pt(look.PAGE_NUMBER)
        dash = "— " if lang == "zh" else ""
        size, west = look.PAGE_NUMBER if lang == "zh" else look.CAPTION, SONG if lang == "zh" else WEST
        write_run(paragraph, dash, size, east=SONG, west=west)
        for run in _field(paragraph, "PAGE", size=size, west=west):
            paragraph._p.append(run)
        write_run(paragraph, dash[::-1], size, east=SONG, west=west)


def _field(
    paragraph: Any, code: str, begin_only: bool = False, size: float | None = None, west: str = WEST
) -> list[Any]:
    """Append a field to a paragraph; marked stale, so that Word works it out when it opens the document."""
    made = [_mark_of_field(paragraph, "begin"), _code(paragraph, code), _mark_of_field(paragraph, "separate")]
    if not begin_only:
        made += [_run(paragraph, ""), _mark_of_field(paragraph, "end")]
    if size is not None:
        from docx.shared import Pt
        from docx.text.run import Run

        for element in made:
            run = Run(element, paragraph)
            run.font.size, run.font.name = Pt(size), west
    for element in made:
        paragraph._p.append(element)
    return made


def _mark_of_field(paragraph: Any, kind: str) -> Any:
    run = paragraph.add_run()._r
    mark = _new("w:fldChar", fldCharType=kind)
    if kind == "begin":
        mark.set(_qn("w:dirty"), "true")
    run.append(mark)
    return run


def _code(paragraph: Any, code: str) -> Any:
    run = paragraph.add_run()._r
    text = _new("w:instrText")
    text.text = f" {code} "
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(text)
    return run


def _run(paragraph: Any, words: str) -> Any:
    return paragraph.add_run(words)._r


def _font_table(document: Any) -> None:
    """Name for each Chinese font the one to take where it is missing."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.oxml import serialize_part_xml
    from docx.oxml import parse_xml

    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table = parse_xml(part.blob)
    for name, other in STAND_INS.items():
        font = _new("w:font", name=name)
        for tag, value in (("altName", other), ("charset", "86"), ("family", "auto"), ("pitch", "variable")):
            font.append(_new(f"w:{tag}", val=value))
        for old in [f for f in table if f.get(_qn("w:name")) == name]:
            table.remove(old)
        table.append(font)
    part._blob = serialize_part_xml(table)


def _new(tag: str, /, **attributes: str) -> Any:
    from docx.oxml import OxmlElement

    element = OxmlElement(tag)
    for key, value in attributes.items():
        element.set(_qn(f"w:{key}"), value)
    return element


def _qn(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))
