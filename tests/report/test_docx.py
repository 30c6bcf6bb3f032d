"""The DOCX: the same numbers as every other form, the page of Chinese agencies, editable tables and formulas."""

import dataclasses
import io
import re
import struct
import zipfile
from pathlib import Path

import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn
from grids import compare
from papers import docx_grids, numbers_of, page_numbers_of_tables, pdf_text, squeezed, whole_rows
from sample import FORMULA, HOSTILE

from yugong.base.errors import InputError
from yugong.base.text import LANGUAGES, Lang, Text
from yugong.report import render_document, render_pdf, write_report
from yugong.report.model import Chapter, Column, Document, Figure, Finding, Paragraph, Table
from yugong.report.numbers import Format
from yugong.report.pages import typesetter
from yugong.report.pages.formula import tree
from yugong.report.pages.grid import PADDING, SIZES, panels
from yugong.report.pages.layout import day, ordinal
from yugong.report.pages.look import ROOM
from yugong.report.pages.omml import equation
from yugong.report.svg.canvas import advance

pytestmark = pytest.mark.skipif(not typesetter._has_chinese(""), reason="no Chinese font is installed")
MM, POINT = 36000, 12700  # in Word's units


@pytest.fixture(scope="module")
def content(document: Document) -> bytes:
    return render_document(document, "zh")


def test_html_xlsx_docx_and_pdf_hold_the_same_numbers(document: Document, content: bytes) -> None:
    assert compare(document) > 400  # page and workbook
    page, grids, paper = page_numbers_of_tables(document), docx_grids(content), pdf_text(render_pdf(document, "zh"))
    numbers = document.numbers()
    compared = 0
    for table in document.tables():
        rows = [numbers_of(table, row) for row in whole_rows(grids[numbers[table.id].zh])]
        assert rows == page[table.id]
        at = paper.rindex(squeezed(f"{numbers[table.id].zh}{table.caption.zh}"))
        for row in rows:
            at = paper.index(squeezed("".join(row)), at)
            compared += len(row)
    assert compared > 400
    for item in document.key_figures():
        value = "—" if item.value is None else f"{item.value:.{item.format.digits}f}"
        assert any(value in cell for row in grids["主要数字"][0] for cell in row)
        assert value in paper


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_of_the_document_is_in_it(document: Document, lang: Lang) -> None:
    book = open_docx(io.BytesIO(render_document(document, lang)))
    text = "\n".join(p.text for p in book.paragraphs)
    for chapter in document.chapters:
        assert chapter.title.in_(lang) in text
        assert chapter.lead.in_(lang) in text
    for block in document.blocks():
        if isinstance(block, Finding):
            assert block.text.in_(lang) in text
            assert block.detail is None or block.detail.in_(lang) in text
        if isinstance(block, Figure):
            assert block.description.in_(lang) in text
            assert all(n.in_(lang) in text for n in block.notes)
        if isinstance(block, Paragraph):
            assert block.text.in_(lang) in text
    for table in document.tables():
        assert table.caption.in_(lang) in text
        assert all(n.in_(lang) in text for n in table.notes)
    for card in document.cards():
        assert card.title.in_(lang) in text
        assert card.convention.in_(lang) in text
        assert all(c.gbt7714 in text for c in card.citations)


def test_the_page_holds_22_lines_of_28_characters(content: bytes) -> None:
    book = open_docx(io.BytesIO(content))
    section, normal = book.sections[0], book.styles["Normal"]
    assert (round(section.page_width / MM), round(section.page_height / MM)) == (210, 297)
    assert (round(section.top_margin / MM), round(section.left_margin / MM)) == (37, 28)
    wide = (section.page_width - section.left_margin - section.right_margin) / POINT
    tall = (section.page_height - section.top_margin - section.bottom_margin) / POINT
    assert (round(wide * POINT / MM), round(tall * POINT / MM)) == (156, 225)
    closer = int(normal.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert int(wide // (normal.font.size.pt + closer)) == 28
    assert int(tall // normal.paragraph_format.line_spacing.pt) == 22


def test_chinese_fonts_are_named_with_stand_ins(content: bytes) -> None:
    book = open_docx(io.BytesIO(content))
    fonts = {
        name: book.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "Cell")
    }
    assert fonts == {
        "Normal": "仿宋_GB2312", "Title": "方正小标宋简体", "Heading 1": "黑体", "Heading 2": "楷体_GB2312",
        "Heading 3": "仿宋_GB2312", "Cell": "宋体",
    }  # fmt: skip
    for name in fonts:  # a theme's font would win over the one named
        assert not [k for k in book.styles[name].element.rPr.rFonts.attrib if "Theme" in k]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        table = archive.read("word/fontTable.xml").decode()
    for name in set(fonts.values()):
        assert re.search(rf'w:name="{name}"><w:altName', table)


def test_headings_are_numbered_as_agencies_do_and_the_contents_lead_to_them(content: bytes) -> None:
    book = open_docx(io.BytesIO(content))
    heads = [p for p in book.paragraphs if p.style.name.startswith("Heading")]
    assert [p.text for p in heads if p.style.name == "Heading 1"] == [
        "一、总览", "二、差距与收敛", "三、方法与来源", "附录一　方法卡", "附录二　数据表", "附录三　生成信息",
    ]  # fmt: skip
    assert [p.text for p in heads if p.style.name == "Heading 2"] == ["（一）收敛"]
    marks = {p._p.find(qn("w:bookmarkStart")).get(qn("w:name")) for p in heads}
    links = [e.get(qn("w:anchor")) for e in book.element.iter(qn("w:hyperlink"))]
    assert len(links) == 7
    assert set(links) <= marks


def test_every_table_has_three_lines_and_a_heading_that_repeats(content: bytes, document: Document) -> None:
    book = open_docx(io.BytesIO(content))
    assert len(book.tables) >= len(document.tables())
    for table in book.tables:
        edges = [
            {e.tag.rpartition("}")[2]: int(e.get(qn("w:sz"))) for e in borders}
            for borders in table._tbl.iter(qn("w:tcBorders"))
        ]
        assert all(set(e) <= {"top", "bottom"} for e in edges)
        first, last = table.rows[0]._tr, table.rows[-1]._tr
        assert {b.find(qn("w:top")).get(qn("w:sz")) for b in first.iter(qn("w:tcBorders"))} == {"12"}
        assert {b.find(qn("w:bottom")).get(qn("w:sz")) for b in last.iter(qn("w:tcBorders"))} == {"12"}
        assert first.trPr.find(qn("w:tblHeader")) is not None
        columns = len(table._tbl.tblGrid.findall(qn("w:gridCol")))
        for row in table.rows:
            assert sum(tc.grid_span for tc in row._tr.tc_lst) == columns


def test_charts_are_pictures_of_twice_their_size_or_more_with_words_for_those_who_cannot_see(
    content: bytes, document: Document
) -> None:
    book = open_docx(io.BytesIO(content))
    shapes = book.inline_shapes
    assert len(shapes) == len(document.figures())
    for shape, figure in zip(shapes, document.figures(), strict=True):
        facts = shape._inline.docPr
        assert facts.get("descr") == figure.description.zh
        blip = shape._inline.graphic.graphicData.pic.blipFill.blip.embed
        png = book.part.related_parts[blip].blob
        assert png.startswith(b"\x89PNG")
        across, down = struct.unpack(">II", png[16:24])
        assert across / (shape.width / 914400) > 2 * 96
        assert across / down == pytest.approx(shape.width / shape.height, rel=0.01)


def test_formulas_can_be_edited_and_an_unreadable_one_stands_as_latex(content: bytes) -> None:
    book = open_docx(io.BytesIO(content))
    assert len(list(book.element.iter(qn("m:oMath")))) == 1
    assert len(list(book.element.iter(qn("m:f")))) == 1
    assert r"\begin{broken} < & " in [p.text for p in book.paragraphs]


def test_brackets_of_a_formula_pair_up() -> None:
    power = tree(r"\Big(\sum_{j\in d}w_j\Big)^{1/D}")
    assert power is not None
    assert power[0] == "script"
    assert power[1][:3] == ["fence", "(", ")"]
    bar = tree("P(x|y)")
    assert bar is not None
    assert bar[1][1][:3] == ["fence", "(", ")"]
    assert tree("[a,b)") == ["row", [["o", "["], ["i", "a"], ["o", ","], ["i", "b"], ["o", ")"]]]
    for latex in (
        r"\sqrt[3]{x}",
        r"\begin{cases}1&x>0\\0&\text{否则}\end{cases}",
        r"\hat\theta^*",
        r"\lim_{n\to\infty}x",
    ):
        assert equation(tree(latex)) is not None


def test_no_text_becomes_a_field_a_link_or_markup(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("word/document.xml").decode()
        relations = archive.read("word/_rels/document.xml.rels").decode()
    assert {c.split()[0] for c in re.findall(r"<w:instrText[^>]*>([^<]*)<", xml)} == {"TOC", "PAGEREF"}
    assert "External" not in relations
    assert HOSTILE not in xml
    cells = [c.text for t in open_docx(io.BytesIO(content)).tables for c in t._cells]
    assert HOSTILE in cells
    assert FORMULA in cells


def test_characters_that_xml_forbids_do_not_break_it(document: Document) -> None:
    odd = "坏\x00字\x0b符\ufffe"
    chapter = Chapter("odd", Text(odd, odd), (Paragraph(Text(odd, odd)), Finding(Text(odd, odd))))
    made = render_document(dataclasses.replace(document, chapters=(chapter,)), "zh")
    assert "坏字符" in [p.text for p in open_docx(io.BytesIO(made)).paragraphs]


def test_the_same_report_gives_the_same_bytes(content: bytes, document: Document) -> None:
    assert render_document(document, "zh") == content


def test_wide_tables_are_split_beside_their_first_column_and_fit_the_page() -> None:
    two = Format(2)
    years = [Column(f"y{y}", Text(str(y), str(y)), format=two, group=Text("年份", "Year")) for y in range(2000, 2024)]
    columns = (Column("place", Text("地区", "Region")), *years)
    rows = tuple((f"地区{i}", *(1000.0 * i + k for k in range(24))) for i in range(3))
    wide = Table("wide", Text("宽表", "Wide"), columns, rows)
    made = panels(wide, "zh", ROOM)
    assert len(made) > 1
    assert [h for p in made for h in p.head[1:]] == [str(y) for y in range(2000, 2024)]
    assert all(p.head[0] == "地区" and [r[0] for r in p.rows] == ["地区0", "地区1", "地区2"] for p in made)
    for p in made:
        assert sum(p.widths) <= ROOM + 0.1
        assert sum(n for _, n in p.spans) == len(p.head)
        assert p.size in SIZES
        for at in range(1, len(p.head)):  # numbers never wrap
            assert all(advance(r[at]) * p.size + PADDING <= p.widths[at] + 0.02 for r in p.rows)
    narrow = panels(dataclasses.replace(wide, columns=columns[:4], rows=tuple(r[:4] for r in rows)), "zh", ROOM)
    assert len(narrow) == 1


def test_chinese_ordinals_and_dates() -> None:
    assert [ordinal(n) for n in (1, 9, 10, 11, 19, 20, 21, 99)] == [
        "一", "九", "十", "十一", "十九", "二十", "二十一", "九十九",
    ]  # fmt: skip
    assert day("2026-01-09", "zh") == "2026 年 1 月 9 日"


def test_without_typst_or_a_chinese_font_the_message_says_what_to_install(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetter, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"pip install typst"):
        write_report(document, tmp_path / "out", formats=("docx",))
    monkeypatch.undo()
    monkeypatch.setattr(typesetter, "_has_chinese", lambda _: False)
    with pytest.raises(InputError, match="YUGONG_FONTS"):
        write_report(document, tmp_path / "out", formats="all")
    assert not (tmp_path / "out").exists()
    assert write_report(document, tmp_path / "out").docx is None  # the usual forms need neither


def test_what_styles_hold_is_in_the_order_that_word_demands(content: bytes) -> None:
    run = ("rFonts", "b", "bCs", "i", "iCs", "color", "spacing", "kern", "sz", "szCs", "lang")
    paragraph = ("keepNext", "keepLines", "widowControl", "pBdr", "tabs", "snapToGrid", "spacing", "ind",
                 "contextualSpacing", "jc", "outlineLvl")  # fmt: skip
    styles = open_docx(io.BytesIO(content)).styles.element
    for tag, order in (("w:rPr", run), ("w:pPr", paragraph)):
        for properties in styles.iter(qn(tag)):
            names = [e.tag.rpartition("}")[2] for e in properties]
            known = [order.index(n) for n in names if n in order]
            assert known == sorted(known), names
