"""Calculation sheets as workbooks: alive, complete, safe, and in either language."""

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from yugong.base.cards import Citation, MethodCard
from yugong.base.text import LANGUAGES, Lang, Text
from yugong.design.sheet import Balance, Column, Parameter, Sheet, calculate, col, par, total
from yugong.report.live_xlsx import render_live
from yugong.report.tables_out import save

CARD = MethodCard(
    "t", Text("试", "test"), "x", Text("约定", "convention"), citations=(Citation("k", "某某. 书名[M].", "@book{k}"),)
)


def sheet(title: str = "T", name: str = "甲") -> Sheet:
    rows = (("a", Text(name, name)), ("b", Text("乙", "B")))
    columns = (
        Column("need", Text("需要", "need"), Text("亿元", "bn"), np.array([1.0, 3.0]), source=Text("年鉴", "yearbook")),
        Column(
            "amount",
            Text("金额", "amount"),
            Text("亿元", "bn"),
            formula=par("pot") * col("need") / total("need"),
            amount=True,
        ),
    )
    pot = Parameter("pot", Text("总额", "pot"), 8.0, Text("亿元", "bn"), "M", Text("=1+1", "=1+1"))
    balance = Balance("pot", Text("合计 = 总额", "sum = pot"), total("amount"), par("pot"))
    return calculate("t", Text(title, title), rows, (pot,), columns, CARD, (balance,))


def cells(path: Path, values: bool = False) -> list[dict[str, object]]:
    book = openpyxl.load_workbook(path, data_only=values)
    return [{c.coordinate: c.value for row in page.iter_rows() for c in row if c.value is not None} for page in book]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_inputs_are_numbers_amounts_are_formulas_and_all_is_said(tmp_path: Path, lang: Lang) -> None:
    path = tmp_path / "s.xlsx"
    path.write_bytes(render_live((sheet(),), lang))
    (page,), (shown,) = cells(path), cells(path, values=True)
    said = [v for v in page.values() if isinstance(v, str)]
    live = [v for v in said if v.startswith("=") and v != "=1+1"]
    assert live[:2] == ["=(($B$4*B10)/SUM($B$10:$B$11))", "=(($B$4*B11)/SUM($B$10:$B$11))"]
    assert len(live) == 2 + 3  # two rows, and left, right and residual of the balance
    assert [shown["C10"], shown["C11"]] == [2.0, 6.0]
    for words in (Text("使用前请核对", "check before use"), Text("年鉴", "yearbook"), Text("约定", "convention")):
        assert words.in_(lang) in said
    assert any("不是官方核定数" in v or "not an official amount" in v for v in said)
    assert "某某. 书名[M]." in said


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "s.xlsx"
    path.write_bytes(render_live((sheet(name='=HYPERLINK("http://x")'),), "zh"))
    page = openpyxl.load_workbook(path).worksheets[0]
    for row in page.iter_rows():
        for cell in row:
            if cell.value in ("=1+1", '=HYPERLINK("http://x")'):
                assert cell.data_type == "s" or cell.quotePrefix or not _runs(path, str(cell.value))


def _runs(path: Path, text: str) -> bool:
    """Whether the file itself holds the text as a formula element."""
    import zipfile
    from xml.sax.saxutils import escape

    with zipfile.ZipFile(path) as file:
        content = file.read("xl/worksheets/sheet1.xml").decode()
    return f"<f>{escape(text[1:])}</f>" in content


def test_sheets_of_one_title_get_names_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "s.xlsx"
    long = "转移支付/测算[2022]:" + "长" * 40
    path.write_bytes(render_live((sheet(long), sheet(long), sheet("T")), "zh"))
    names = openpyxl.load_workbook(path).sheetnames
    assert len(set(names)) == 3
    assert all(len(n) <= 31 for n in names)


def test_saving_a_result_with_sheets_writes_them_alive(tmp_path: Path) -> None:
    path = save(sheet(), tmp_path / "out.xlsx", "t", "en")
    assert any(isinstance(v, str) and v.startswith("=((") for v in cells(path)[0].values())
