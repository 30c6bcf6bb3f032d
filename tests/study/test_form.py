"""Tables that a user fills: the template is headed as the reader expects, and every bad cell is located."""

from pathlib import Path

import openpyxl
import pytest

from yugong import study as studies
from yugong.base.errors import InputError
from yugong.base.text import LANGUAGES, Lang, Text, set_language
from yugong.study.form import Field, Form, read_form, write_template

FORM = Form(
    "need",
    Text("需求表", "Needs"),
    (
        Field("place", Text("地区", "Region"), "place"),
        Field("amount", Text("金额", "Amount"), "number", Text("亿元", "100 million yuan"), low=0, high=100),
        Field("count", Text("个数", "Count"), "integer", required=False),
        Field("since", Text("年份", "Year"), "year"),
        Field("signed", Text("签订日", "Signed on"), "date", required=False),
        Field("kind", Text("类型", "Kind"), "choice", choices=(("cash", Text("资金", "cash")), ("work", Text("项目", "works")))),
        Field("shared", Text("是否共享", "Shared"), "bool", required=False),
        Field("note", Text("备注", "Note"), required=False),
    ),
    Text("每个地区一行。", "One row a region."),
    one_row_a_place=True,
)  # fmt: skip


def filled(path: Path, rows: dict[int, dict[str, object]], form: Form = FORM) -> Path:
    """Fill rows of a template by the fields' ids."""
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    column = {f.id: j + 1 for j, f in enumerate(form.fields)}
    for row, cells in rows.items():
        for id_, value in cells.items():
            page.cell(row, column[id_]).value = value
    book.save(path)
    return path


def test_a_long_list_of_choices_is_a_list_still(tmp_path: Path) -> None:
    # typed into the validation itself, a list may not exceed 255 characters
    choices = tuple((f"c{k}", Text(f"第 {k} 种补偿方式", f"form {k} of compensation")) for k in range(60))
    form = Form(
        "many",
        Text("多选项", "Many"),
        (Field("a", Text("甲", "A")), Field("kind", Text("类型", "Kind"), "choice", choices=choices)),
    )
    book = openpyxl.load_workbook(write_template(tmp_path / "t.xlsx", (form,)))
    rule = book.worksheets[0].data_validations.dataValidation[0]
    sheet, cells = rule.formula1.split("!")
    assert [row[0].value for row in book[sheet][cells.replace("$", "")]] == [t.in_() for _, t in choices]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_filled_template_is_read_back_in_either_language(tmp_path: Path, lang: Lang) -> None:
    set_language(lang)
    try:
        path = write_template(tmp_path / "t.xlsx", (FORM,), studies.china())
    finally:
        set_language(None)
    book = openpyxl.load_workbook(path)
    places = [c.value for c in book.worksheets[0]["A"][1:]]
    assert len(places) == len(studies.china().places)
    assert [page.sheet_state for page in book] == ["visible", "visible", "hidden"]  # table, how to fill in, choices
    blank = {r: {"place": None} for r in range(5, 33)}
    values = {
        "amount": 12.5,
        "count": 3,
        "since": 2020,
        "signed": "2021-03-05",
        "kind": FORM.fields[5].choices[0][1].in_(lang),
        "shared": "是",
    }
    path = filled(
        path,
        {
            2: values,
            3: {"amount": 0, "since": "2021年", "kind": "work", "shared": "无", "note": "待核"},
            4: {"place": "四川省", "amount": "1,000.5".replace("1,000", "99"), "since": 2000, "kind": "项目"},
            **blank,
        },
    )
    frame = read_form(path, FORM, studies.china())
    assert list(frame["place"]) == ["110000", "120000", "510000"]
    assert list(frame["amount"]) == [12.5, 0.0, 99.5]
    assert frame["count"].isna().tolist() == [False, True, True]
    assert frame["signed"].tolist()[0] == "2021-03-05"
    assert frame["kind"].tolist() == ["cash", "work", "work"]
    assert frame["shared"].tolist() == [True, False, None]
    assert frame["note"].dropna().tolist() == ["待核"]
    assert frame.attrs["rows"] == [2, 3, 4]


def test_every_bad_cell_is_located_and_nothing_is_read(tmp_path: Path) -> None:
    path = write_template(tmp_path / "t.xlsx", (FORM,), studies.china())
    good = {"amount": 1, "since": 2020, "kind": "cash"}
    blank = {r: {"place": None} for r in range(9, 33)}
    bad = {
        2: {**good, "place": "四穿"},
        3: {**good, "amount": "很多"},
        4: {**good, "amount": 101},
        5: {**good, "count": 2.5},
        6: {**good, "since": 20},
        7: {**good, "signed": "2021-13-40"},
        8: {**good, "kind": "贷款", "shared": "也许", "amount": None},
    }
    with pytest.raises(InputError) as error:
        read_form(filled(path, {**bad, **blank}), FORM, studies.china())
    found = {(p.row, p.column) for p in error.value.problems}
    assert {row for row, _ in found} == set(range(2, 9))
    assert len(error.value.problems) == 9
    said = error.value.render("en")
    assert "t.xlsx" in said
    assert "四穿" in said
    assert "between 0 and 100" in said
    assert "not one of the choices" in said


def test_a_missing_column_or_an_empty_table_is_said(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("地区,年份,类型\n四川,2020,资金\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_form(path, FORM)
    assert "金额" in error.value.render("zh")
    path.write_text("地区,金额（亿元）,年份,类型\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_form(path, FORM)
    assert "没有数据行" in error.value.render("zh")


def test_a_place_outside_the_study_is_refused_and_one_of_the_registry_is_not(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("place,amount,since,kind\n香港,1,2020,cash\n", encoding="utf-8")
    assert read_form(path, FORM)["place"].tolist() == ["810000"]
    with pytest.raises(InputError):
        read_form(path, FORM, studies.china())


def test_a_template_is_a_workbook(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        write_template(tmp_path / "t.csv", (FORM,))
    assert not list(tmp_path.iterdir())
