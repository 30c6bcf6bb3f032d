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


def full_width(text):
    """Return text with its brackets and colons as a Chinese keyboard writes them."""
    return text.translate(str.maketrans("()[]%:,;", "\uff08\uff09\uff3b\uff3d\uff05\uff1a\uff0c\uff1b"))


@pytest.mark.parametrize(
    "title",
    [
        "地区生产总值(亿元)",
        "地区生产总值[亿元]",
        "人口数(人口抽样调查)(人)",
        "城镇化率(%)",
        "投资(不含农户)",
        "电话(部/百人)",
    ],
)
def test_full_width_brackets_say_what_half_width_ones_say(title):
    wide = full_width(title)
    assert wide != title
    assert split_unit(wide) == split_unit(title)
    assert split_unit(full_width("地区生产总值(亿元)")) == ("地区生产总值", "亿元")


FULL_WIDTH_FILES = [
    "地区,年份,{}\n北京,2020,1\n上海,2020,2\n".format("地区生产总值（亿元）"),
    "指标：地区生产总值\n单位：亿元；年度\n地区,2020年\n北京,1\n上海,2\n",
    "表1 地区生产总值\n（单位：亿元，当年价）,\n地区,2020年\n北京,1\n上海,2\n",
    "地区,地区生产总值\n,（亿元）\n北京,1\n上海,2\n",
    "地区,地区生产总值（2020年）（亿元）\n北京,1\n上海,2\n",
]


@pytest.mark.parametrize("text", FULL_WIDTH_FILES)
def test_full_width_punctuation_in_files(tmp_path, text):
    got = tidy(csv_table(tmp_path, text), year=2020)
    assert got.variables == ("地区生产总值",)
    assert set(got.frame["unit"]) == {"亿元"}
    assert sorted(got.frame["value"]) == [1, 2]


def test_no_full_width_letter_was_narrowed_in_a_pattern():
    """A character class that names one half-width sign twice once named its full-width form."""
    import re
    from pathlib import Path

    from yugong.study import readers

    twice = re.compile(r"\[[^\]\n]*?([:,;(])\1")
    for path in Path(readers.__path__[0]).glob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert "re.compile" not in line or not twice.search(line), f"{path.name}: {line}"


@pytest.mark.parametrize("head", ["2019年(元)", "2019年（元）", "2019(元)"])
def test_a_year_header_with_a_unit_keeps_the_title(tmp_path, head):
    text = f"人均收入\n地区,{head},{head.replace('2019', '2020')}\n北京,1900,2000\n上海,1950,1980\n"
    got = tidy(csv_table(tmp_path, text))
    assert got.variables == ("人均收入",)
    assert got.unit == "元"
    assert figures(got)["310000", 2020, "人均收入"] == 1980
    rows = [["地区", head], ["北京", 1.0], ["上海", 2.0]]
    assert tidy(book(tmp_path, rows), variable="x").variables == ("x",)
    assert tidy(book(tmp_path, rows)).variables == ("表1",)  # the sheet's name stands in


def test_two_units_under_one_title_are_an_error(tmp_path):
    (wrong,) = problems(csv_table(tmp_path, "人均收入\n地区,2019年（元）,2021年（万元）\n北京,1,2\n上海,3,4\n"))
    assert (wrong.row, wrong.column) == (None, "C")
    assert "万元" in wrong.what.zh
    by_series = "地区,指标,单位,2020年\n北京,收入,元,1\n上海,收入,万元,2\n"
    (wrong,) = problems(csv_table(tmp_path, by_series))
    assert (wrong.row, wrong.column) == (3, "D")


def test_whole_country_in_brackets_is_a_total(tmp_path):
    got = tidy(csv_table(tmp_path, "地区,2020年\n全国（合计）,9\n全国平均水平,8\n北京,1\n上海,2\n"), variable="x")
    assert sorted(got.national["value"]) == [8, 9]
    assert len(got.frame) == 2


@pytest.mark.parametrize("line", ["数据来源：国家统计局", "数据来源:国家统计局", "资料来源： 国家统计局"])
def test_the_source_line_is_kept(tmp_path, line):
    got = tidy(csv_table(tmp_path, f"指标:收入(元)\n地区,2020年\n北京,1\n上海,2\n{line}\n"))
    assert got.source == "国家统计局"
    assert tidy(csv_table(tmp_path, "指标:收入(元)\n地区,2020年\n北京,1\n上海,2\n注：无\n")).source == ""


def test_chinese_messages_have_full_width_punctuation():
    """Between Chinese characters a message never has half-width marks."""
    import ast
    import re
    from pathlib import Path

    from yugong.study import readers

    half = re.compile(r"[\u4e00-\u9fff\u201d][,;:(]|[,;:)][\u4e00-\u9fff\u201c]")
    for path in Path(readers.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text"):
                continue
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    assert not half.search(part.value), f"{path.name}: {part.value}"


def test_a_formula_without_a_stored_value_is_located(tmp_path):
    """xlsxwriter stores what it is told; an empty value is what a program that does not calculate leaves."""
    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("说明").write(0, 0, "无")
        sheet = workbook.add_worksheet("甲&乙")
        for i, row in enumerate([["地区", "2019年", "2020年", "2021年"], ["北京", 1], ["上海", 2], ["江苏", 3]]):
            sheet.write_row(i, 0, row)
        sheet.write_formula(1, 2, "=B2*2", None, 2)
        sheet.write_formula(2, 2, "=B3*2", None, "")
        for i in (1, 2, 3):
            sheet.write_formula(i, 3, f"=B{i + 1}*3", None, "")
    table = next(t for t in read_table(path) if t.sheet == "甲&乙")
    found = problems(table, variable="x")
    assert {(p.row, p.column) for p in found} == {(3, "C"), (2, "D"), (3, "D"), (4, "D")}
    assert all("公式" in p.do.zh and p.sheet == "甲&乙" for p in found)
    rewrite(path, b"<v></v>", b"")
    table = next(t for t in read_table(path) if t.sheet == "甲&乙")
    assert len(problems(table, variable="x")) == 4


def test_a_formula_whose_result_is_empty_text_is_missing(tmp_path):
    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("x")
        for i, row in enumerate([["地区", "2020年"], ["北京", 1], ["上海"]]):
            sheet.write_row(i, 0, row)
        sheet.write_formula(2, 1, '=""', None, "")
    assert len(problems(read_table(path)[0])) == 1
    rewrite(path, b'r="B3"', b'r="B3" t="str"')
    assert len(tidy(read_table(path)[0]).frame) == 1


@pytest.mark.parametrize("chunk", [16, 37, 64, 1 << 18])
def test_where_a_sheet_is_cut_for_reading_does_not_matter(tmp_path, monkeypatch, chunk):
    from yugong.study.readers import formulas, guard

    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("x")
        for i in range(20):
            sheet.write(i, 0, i)
            sheet.write_formula(i, 1, f"=A{i + 1}", None, "" if i % 3 else i + 1)
    monkeypatch.setattr(guard, "CHUNK", chunk)
    assert formulas.uncalculated(path) == {"x": [(i, 1) for i in range(20) if i % 3]}


def parts(path):
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewrite(path, old, new):
    import zipfile

    inside = {
        name: data.replace(old, new) if name.startswith("xl/worksheets") else data for name, data in parts(path).items()
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in inside.items():
            archive.writestr(name, data)
