"""The workbook: the same numbers as the page, three-line style, and no live formula."""

import dataclasses
import io
import re
import zipfile

import openpyxl
import pytest
from grids import compare, first_row
from openpyxl.workbook import Workbook
from sample import FORMULA, HOSTILE

from yugong.report.model import Document, Finding, KeyFigures
from yugong.report.xlsx import _cut, render_xlsx, sheet_names

SIXTEEN_DIGITS = 1e-15  # what XlsxWriter keeps of a number


@pytest.fixture(scope="module")
def content(document: Document) -> bytes:
    return render_xlsx(document, "zh")


@pytest.fixture(scope="module")
def book(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_every_number_on_the_page_is_the_number_in_the_workbook(document: Document) -> None:
    assert compare(document) > 400


def test_headline_numbers_are_in_the_workbook(document: Document, book: Workbook) -> None:
    written = {row[0].value: row[1].value for row in book["要点"].iter_rows()}
    for block in document.blocks():
        for item in block.items if isinstance(block, KeyFigures) else ():
            expected = "—" if item.value is None else pytest.approx(item.value, rel=SIXTEEN_DIGITS)
            assert written[item.title.zh] == expected


def test_no_text_is_a_formula_or_a_link(content: bytes, book: Workbook) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(name)
                assert b"<hyperlink" not in archive.read(name)
    values = [c.value for sheet in book for row in sheet.iter_rows() for c in row]
    assert FORMULA in values
    assert HOSTILE in values
    assert all(c.data_type != "f" or c.value == FORMULA for sheet in book for row in sheet.iter_rows() for c in row)


def test_tables_are_three_line(document: Document, book: Workbook) -> None:
    sheet = book[sheet_names(document, "zh")["tab-beta"]]
    top = first_row(sheet)
    header, last = sheet[top - 1], sheet[top + 2]
    assert {c.border.top.style for c in header} == {"thick"}
    assert {c.border.bottom.style for c in header} == {"thin"}
    assert {c.border.bottom.style for c in last} == {"thick"}
    assert all(c.border.left.style is None for row in sheet.iter_rows() for c in row)


def test_captions_are_in_both_languages_and_notes_and_sources_follow(document: Document, book: Workbook) -> None:
    sheet = book[sheet_names(document, "zh")["tab-panel"]]
    first = [c.value for c in sheet["A"]]
    assert first[:2] == ["表 1-1  各省合成指标", "Table 1-1  Synthetic indicator by province"]
    assert "注：数字为合成，仅供测试。" in first
    assert any(str(v).startswith("Source: ") for v in first)


def test_sheet_names_are_legal_and_unique(document: Document, book: Workbook) -> None:
    names = list(sheet_names(document, "zh").values())
    assert book.sheetnames == ["说明", "要点", *names]
    assert all(len(n) <= 31 and not re.search(r"[\[\]:*?/\\]", n) for n in names)


def test_long_sheet_names_end_with_a_word() -> None:
    assert _cut("2-1 Output, population and output per head by group") == "2-1 Output, population and…"
    assert (
        _cut("4-1 人均地区生产总值（年末常住人口，第四次经济普查口径）：基尼系数") == "4-1 人均地区生产总值：基尼系数"
    )
    assert len(_cut("甲" * 60)) == 31


def test_a_finding_stands_once(document: Document, book: Workbook) -> None:
    first = document.chapters[0]
    again = dataclasses.replace(document, chapters=(dataclasses.replace(first, id="again", blocks=tuple(
        b for b in first.blocks if isinstance(b, Finding))), *document.chapters))  # fmt: skip
    texts = [f.text.zh for f in document.findings()]
    assert texts
    twice = openpyxl.load_workbook(io.BytesIO(render_xlsx(again, "zh")))["要点"]
    shown = [row[0].value for row in twice.iter_rows()]
    assert [shown.count(t) for t in texts] == [1] * len(texts)


def test_method_cards_and_provenance_are_in_the_about_sheet(document: Document, book: Workbook) -> None:
    values = {c.value for row in book["说明"].iter_rows() for c in row}
    for card in document.cards():
        assert card.title.zh in values
        assert card.formula in values
    assert "公式（LaTeX）" in values
    assert f"panel.csv  SHA-256 {'0' * 64}" in values


def test_the_workbook_is_the_same_twice(document: Document, content: bytes) -> None:
    assert render_xlsx(document, "zh") == content
