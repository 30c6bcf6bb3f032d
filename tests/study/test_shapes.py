"""Layouts users make, written here with known figures, and the exact place of every error."""

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yugong.base.errors import InputError
from yugong.study.readers import read_table, tidy
from yugong.study.readers.cells import Number, number, split_unit, year

EAST = {"北京": "110000", "上海": "310000", "江苏": "320000", "浙江": "330000"}


def csv_table(folder, text, name="t.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    (table,) = read_table(path)
    return table


def book(folder, rows, merges=(), name="t.xlsx"):
    path = folder / name
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("表1")
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if cell is not None:
                    sheet.write(i, j, cell)
        for first_row, first_column, last_row, last_column, text in merges:
            sheet.merge_range(first_row, first_column, last_row, last_column, text)
    (table,) = read_table(path)
    return table


def figures(got):
    return {(r.place, r.year, r.variable): r.value for r in got.frame.itertuples()}


def problems(table, **options):
    with pytest.raises(InputError) as refused:
        tidy(table, **options)
    return refused.value.problems


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234.5", 1234.5),
        ("１２３．５", 123.5),
        ("−3.2", -3.2),
        ("12.5%", 12.5),
        ("36102.6①", 36102.6),
        ("88*", 88.0),
        ("1 234 567", 1234567.0),
        ("1e3", 1000.0),
        (7.0, 7.0),
    ],
)
def test_numbers(cell, value):
    got = number(cell)
    assert isinstance(got, Number)
    assert got.value == value


@pytest.mark.parametrize("cell", ["", "—", "——", "-", "...", "……", "…", "NA", "缺失", None, float("nan"), "  "])
def test_missing_is_missing(cell):
    assert number(cell) is None


@pytest.mark.parametrize("cell", ["12,34", "(123)", "#DIV/0!", "约300", "3亿", True, "1.2.3", "inf"])
def test_what_is_no_number_says_what_to_write(cell):
    got = number(cell)
    assert not isinstance(got, Number)
    assert got.do.zh
    assert got.do.en


@pytest.mark.parametrize("cell", [2020.0, "2020", "2020年", "２０２０年", "2020年度", "2020-12-31", "2020.0"])
def test_years(cell):
    assert year(cell) == 2020


@pytest.mark.parametrize("cell", ["2020年1-11月", 1.5, "20200", None, 36102.6, "第2020号"])
def test_what_is_no_year(cell):
    assert year(cell) is None


def test_units_and_qualifiers_in_brackets():
    assert split_unit("人口数(人口抽样调查)(人)") == ("人口数(人口抽样调查)", "人")
    assert split_unit("固定资产投资(不含农户)") == ("固定资产投资(不含农户)", "")
    assert split_unit("货物周转量(亿吨公里)") == ("货物周转量", "亿吨公里")


def test_merged_years_over_indicators(tmp_path):
    rows = [
        ["表 1 主要指标"],
        [],
        ["地区", None, None, None, None],
        [None, "地区生产总值(亿元)", "人口(万人)", "地区生产总值(亿元)", "人口(万人)"],
        ["合计", 10, 20, 30, 40],
        ["北 京", 1, 2, 3, "—"],
        ["上　海", 5, 6, "1,007", 8],
        ["东部地区", 99, 99, 99, 99],
        ["注:本表为示例"],
    ]
    got = tidy(book(tmp_path, rows, [(2, 1, 2, 2, "2019年"), (2, 3, 2, 4, "2020年")]))
    assert figures(got) == {
        ("110000", 2019, "地区生产总值"): 1, ("110000", 2019, "人口"): 2, ("110000", 2020, "地区生产总值"): 3,
        ("310000", 2019, "地区生产总值"): 5, ("310000", 2019, "人口"): 6, ("310000", 2020, "地区生产总值"): 1007,
        ("310000", 2020, "人口"): 8,
    }  # fmt: skip
    assert dict(zip(got.frame["variable"], got.frame["unit"], strict=True)) == {"地区生产总值": "亿元", "人口": "万人"}
    assert sorted(got.national["value"]) == [10, 20, 30, 40]
    assert [n.row for n in got.notes] == [8, 9]


def test_group_headings_without_merge_records_are_carried_right(tmp_path):
    text = "地区,GDP(亿元),,人口(万人),\n,2019年,2020年,2019年,2020年\n北京,1,2,3,4\n上海,5,6,7,8\n"
    got = tidy(csv_table(tmp_path, text))
    assert figures(got)["310000", 2019, "人口"] == 7
    assert figures(got)["110000", 2020, "GDP"] == 2


def test_yearbook_table_with_bilingual_names(tmp_path):
    text = (
        "4-1 就业人员(2021年)\n单位:万人\n地 区 Region,就业人员,第一产业\n全 国 National Total,74652,17072\n"
        "北 京 Beijing,1158,27\n内蒙古 Inner Mongolia,1219,440\n"
    )
    got = tidy(csv_table(tmp_path, text))
    assert got.layout == "cross-section"
    assert figures(got)["150000", 2021, "第一产业"] == 440
    assert set(got.frame["unit"]) == {"万人"}
    assert list(got.national["value"]) == [74652, 17072]


def test_gb18030_preamble_and_footer(tmp_path):
    text = (
        "数据库:分省年度数据\r\n指标:财政收入(亿元)\r\n时间:最近2年\r\n"
        "地区,2020年,2019年\r\n北京市,5483.9,5817.1\r\n上海市,7046.3,\r\n数据来源:国家统计局\r\n"
    )
    table = csv_table(tmp_path, text, encoding="gb18030")
    assert table.encoding == "GB18030"
    got = tidy(table)
    assert got.variables == ("财政收入",)
    assert len(got.frame) == 3


def test_each_error_is_located_and_all_are_collected(tmp_path):
    text = "地区,年份,GDP(亿元)\n北京,2020,36103\n上海市区域,2020,38701\n江苏,20二零,102719\n浙江,2020,6万\n北京,2020,1\n,2020,5\n安徽,2020,9\n"
    found = problems(csv_table(tmp_path, text))
    assert {(p.row, p.column) for p in found} == {(3, "A"), (4, "B"), (5, "C"), (6, "C"), (7, "A")}
    assert all(p.file == "t.csv" and p.what.zh and p.what.en and p.do for p in found)


def test_errors_of_a_turned_table_point_into_the_file(tmp_path):
    (wrong,) = problems(csv_table(tmp_path, "年份,北京,上海\n2020,1,2\n2021,3,x\n"))
    assert (wrong.row, wrong.column) == (3, "C")


def test_code_that_contradicts_the_name(tmp_path):
    (wrong,) = problems(csv_table(tmp_path, "省份编码,省份,年份,GDP\n110000,北京市,2020,1\n310000,江苏省,2020,2\n"))
    assert (wrong.row, wrong.column) == (3, "A")
    assert "320000" in wrong.do.zh


def test_percent_signs_must_agree(tmp_path):
    got = tidy(csv_table(tmp_path, "地区,年份,比重\n北京,2020,12%\n上海,2020,13.5%\n"))
    assert set(got.frame["unit"]) == {"%"}
    assert list(got.frame["value"]) == [12.0, 13.5]
    (wrong,) = problems(csv_table(tmp_path, "地区,年份,比重\n北京,2020,12%\n上海,2020,13.5\n"))
    assert (wrong.row, wrong.column) == (2, "C")


def test_no_year_is_asked_for_and_can_be_given(tmp_path):
    table = csv_table(tmp_path, "地区,面积(平方公里)\n北京,16410\n上海,6340\n")
    assert "年" in problems(table)[0].what.zh
    assert set(tidy(table, year=2020).frame["year"]) == {2020}


def test_no_places(tmp_path):
    (wrong,) = problems(csv_table(tmp_path, "a,b\n1,2\n"))
    assert "地区" in wrong.what.zh


def test_parquet_and_stata(tmp_path):
    frame = pd.DataFrame({"province": list(EAST), "year": [2020] * 4, "gdp": [1.5, 2.0, float("nan"), 4.0]})
    frame.to_stata(tmp_path / "t.dta", write_index=False, version=118, variable_labels={"gdp": "地区生产总值(亿元)"})
    import duckdb

    duckdb.register("frame", frame)
    duckdb.execute(f"COPY frame TO '{tmp_path / 't.parquet'}' (FORMAT parquet)")
    duckdb.unregister("frame")
    for name, variable in (("t.dta", "地区生产总值"), ("t.parquet", "gdp")):
        got = tidy(read_table(tmp_path / name)[0])
        wanted = {(EAST[p], 2020, variable): v for p, v in zip(frame["province"], frame["gdp"], strict=True) if v == v}
        assert figures(got) == wanted


VALUES = st.lists(
    st.lists(st.none() | st.floats(-1e12, 1e12).map(lambda x: round(x, 6)), min_size=3, max_size=3),
    min_size=4,
    max_size=4,
)
MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MANY
@given(values=VALUES)
def test_wide_and_long_text_give_back_the_same_numbers(tmp_path, values):
    years = [2021, 2019, 2020]
    cells = {
        (c, y, "值域"): v
        for c, row in zip(EAST.values(), values, strict=True)
        for y, v in zip(years, row, strict=True)
        if v is not None
    }
    lines = [f"{p}," + ",".join("" if v is None else repr(v) for v in row) for p, row in zip(EAST, values, strict=True)]
    wide = csv_table(tmp_path, "指标:值域\n地区,2021年,2019年,2020年\n" + "\n".join(lines) + "\n")
    assert figures(tidy(wide)) == cells
    names = {code: name for name, code in EAST.items()}
    long = "地区,年份,值域\n北京,2018,1\n" + "".join(f"{names[c]},{y},{v!r}\n" for (c, y, _), v in cells.items())
    assert figures(tidy(csv_table(tmp_path, long))) == cells | {("110000", 2018, "值域"): 1.0}


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=VALUES)
def test_a_workbook_gives_back_the_same_numbers(tmp_path, values):
    rows = [["地区", 2019, 2020, 2021], *([p, *row] for p, row in zip(EAST, values, strict=True))]
    got = tidy(book(tmp_path, rows), variable="x")
    wanted = {
        (c, y, "x"): v
        for c, row in zip(EAST.values(), values, strict=True)
        for y, v in zip((2019, 2020, 2021), row, strict=True)
        if v is not None
    }
    assert figures(got) == pytest.approx(wanted, rel=1e-15)  # the workbook stores 17 significant digits at most
