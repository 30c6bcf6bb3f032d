"""The study: its folder, what it gives, what adding changes, and what happens when something goes wrong."""

import os
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pandas as pd
import pytest

from yugong import study
from yugong.base.errors import InputError, UnknownNameError
from yugong.base.text import Text
from yugong.study import pending

GDP = "地区,2019年,2020年\n北京市,100,110\n上海市,200,\n"


@pytest.fixture
def folder(tmp_path):
    return study.new(tmp_path / "mine", Text("我的研究", "My study"))


def write(tmp_path, text, name="f.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_new_study_is_complete_and_empty(folder):
    s = study.read(folder)
    assert (s.title, s.places, s.years, dict(s.variables), dict(s.flows)) == (
        Text("我的研究", "My study"),
        (),
        (),
        {},
        {},
    )
    report = study.check(folder)
    assert report.ok
    assert report.warnings == ()
    assert "0 个变量" in report.render("zh")
    with pytest.raises(InputError):
        study.new(folder)


def test_add_then_read_back(folder, tmp_path):
    file = write(tmp_path, "指标:地区生产总值(亿元)\n" + GDP)
    before = contents(folder)
    trial = study.add(folder, file, variable="grp", trial=True)
    assert contents(folder) == before
    assert not trial.written
    report = study.add(folder, file, variable="grp", vintage="first release")
    assert (report.variables, report.new_cells) == (("grp",), 3)
    assert "B–C" in report.render("zh")
    s = study.read(folder)
    assert s.places == ("110000", "310000")
    assert s.values("grp", 2020)["110000"] == 110
    assert np.isnan(s.values("grp", 2020)["310000"])  # blank stays missing
    assert s.variables["grp"].unit.zh == "亿元"
    assert s.source("地区生产总值").vintage == Text("first release", "first release")
    assert study.add(folder, file, variable="grp").equal_cells == 3
    assert not (folder / pending.NAME).exists()


def test_a_second_file_with_other_places_and_years(folder, tmp_path):
    study.add(folder, write(tmp_path, "指标:a(人)\n" + GDP))
    study.add(folder, write(tmp_path, "地区,年份,b(人),c(%)\n江苏,2021,7,50\n北京,2019,1,2\n"))
    s = study.read(folder)
    assert list(s.variables) == ["a", "b", "c"]
    assert s.years == (2019, 2020, 2021)
    assert s.panel("a").loc["110000"].tolist()[:2] == [100.0, 110.0]
    assert s.panel("b").notna().sum().sum() == 2
    assert s.coverage().set_index("variable").loc["b", "cells"] == 2


def test_conflicts_are_located_and_nothing_changes(folder, tmp_path):
    study.add(folder, write(tmp_path, "指标:a(人)\n" + GDP))
    before = contents(folder)
    changed = write(tmp_path, "指标:a(人)\n地区,2019年,2020年\n北京市,100,111\n上海市,201,5\n", "g.csv")
    with pytest.raises(InputError) as refused:
        study.add(folder, changed)
    assert {(p.file, p.row, p.column) for p in refused.value.problems} == {("g.csv", 3, "C"), ("g.csv", 4, "B")}
    assert contents(folder) == before
    report = study.add(folder, changed, replace_values=True)
    assert (report.new_cells, report.equal_cells, report.replaced_cells) == (1, 1, 2)
    assert study.read(folder).values("a", 2020).tolist() == [111.0, 5.0]


def test_units_do_not_mix(folder, tmp_path):
    study.add(folder, write(tmp_path, "指标:a(万元)\n" + GDP))
    before = contents(folder)
    with pytest.raises(InputError) as refused:
        study.add(folder, write(tmp_path, "指标:a(亿元)\n地区,2021年\n北京市,1\n"))
    assert "万元" in refused.value.problems[0].what.zh
    assert contents(folder) == before


def test_a_bad_file_changes_nothing(folder, tmp_path):
    before = contents(folder)
    with pytest.raises(InputError) as refused:
        study.add(folder, write(tmp_path, "指标:a\n地区,2019年\n北京市,x\n上海滩,3\n"))
    assert len(refused.value.problems) == 2
    assert contents(folder) == before


def test_matrices_become_flows(folder, tmp_path):
    study.add(folder, write(tmp_path, "指标:a\n地区,2020年\n北京市,1\n上海市,2\n江苏省,3\n"))
    matrix = write(tmp_path, "现住地,北京,上海,江苏\n北京,,12,13\n上海,21,,\n江苏,31,32,\n", "迁移2020.csv")
    report = study.add(folder, matrix, variable="migration")
    assert report.flows == ("migration",)
    s = study.read(folder)
    flow = s.flow("migration")
    assert flow.diagonal == "excluded"
    got = flow.matrix(2020)
    assert got.loc["310000", "110000"] == 12  # rows of a table headed 现住地 are destinations
    assert np.isnan(got.loc["320000", "310000"])  # a blank is missing, not zero
    assert flow.years == (2020,)
    with pytest.raises(UnknownNameError):
        flow.matrix(2010)


def test_an_exception_while_writing_leaves_the_folder_as_it_was(folder, tmp_path, monkeypatch):
    study.add(folder, write(tmp_path, "指标:a\n" + GDP))
    before = contents(folder)
    real, calls = pending.write_atomic, []

    def failing(path, content):
        calls.append(path)
        if len(calls) == 2:
            raise OSError("disk full")
        real(path, content)

    monkeypatch.setattr(pending, "write_atomic", failing)
    with pytest.raises(OSError, match="disk full"):
        study.add(folder, write(tmp_path, "指标:b\n" + GDP))
    assert contents(folder) == before


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("step", range(5))
def test_a_kill_leaves_the_old_study_or_the_new_one(folder, step):
    """Killed before each rename: what is read is wholly old or wholly new, and the next change still works."""
    pending.commit(folder, {"panel.csv": "place,year,a\n110000,2020,1\n", "variables.csv": head("a")})
    program = textwrap.dedent("""
        import os, signal, sys
        from pathlib import Path
        from yugong.study import pending
        folder, step, panel, variables = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
        count = [0]
        def dying(real):
            def call(*a, **k):
                if count[0] == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                count[0] += 1
                return real(*a, **k)
            return call
        os.replace, os.rename = dying(os.replace), dying(os.rename)
        pending.commit(folder, {"panel.csv": panel, "variables.csv": variables})
    """)
    new = "place,year,a,b\n110000,2020,1,2\n"
    done = subprocess.run([sys.executable, "-c", program, str(folder), str(step), new, head("a", "b")], check=False)
    assert done.returncode == -signal.SIGKILL
    s = study.read(folder)
    assert list(s.variables) == (["a"] if step < 3 else ["a", "b"])
    assert s.panel("a").notna().all(axis=None)
    pending.commit(folder, {"panel.csv": new, "variables.csv": head("a", "b")})
    assert study.read(folder).values("b", 2020).tolist() == [2.0]


def head(*ids):
    return "id,title_zh,title_en,unit_zh,unit_en\n" + "".join(f"{i},{i},{i},,\n" for i in ids)


def test_own_places_and_their_groupings(tmp_path):
    folder = study.new(tmp_path / "eu", level="nuts2")
    (folder / "places.csv").write_text(
        "code,zh,en,country\nAT11,布尔根兰,Burgenland,AT\nBE10,布鲁塞尔,Brussels,BE\n", encoding="utf-8"
    )
    study.add(folder, write(tmp_path, "region,year,gdp\nAT11,2020,1\nBrussels,2020,2\n"))
    s = study.read(folder)
    assert s.places == ("AT11", "BE10")
    assert s.grouping("country").to_dict() == {"AT11": "AT", "BE10": "BE"}
    assert s.name("BE10").zh == "布鲁塞尔"
    with pytest.raises(InputError) as refused:
        study.add(folder, write(tmp_path, "region,year,gdp\nAT11,2021,1\nBrusels,2021,2\n"))
    assert "BE10" in refused.value.problems[0].what.en


@pytest.mark.parametrize(
    ("file", "text", "row", "column"),
    [
        ("panel.csv", "place,year,a\n110000,2020,x\n", 2, "a"),
        ("panel.csv", "place,year,a\n110000,2020,1\n999999,2020,1\n", 3, "place"),
        ("panel.csv", "place,year,a\n110000,20,1\n", 2, "year"),
        ("panel.csv", "place,year,a,zz\n110000,2020,1,2\n", 1, "zz"),
        ("panel.csv", "place,year,a\n110000,2020,1\n110000,2020,1\n", 3, None),
        ("variables.csv", "id,title_zh,title_en,unit_zh,unit_en,direction\na,a,a,,,up\n", 2, "direction"),
        ("study.toml", 'format = 1\nid = "x"\ntitle_zh = "x"\ntitle_en = "x"\nlevle = "province"\n', 5, "levle"),
        ("study.toml", 'format = 1\nid = "x"\ntitle_zh = \n', 3, None),
    ],
)
def test_what_is_wrong_in_a_study_is_located(folder, file, text, row, column):
    (folder / "variables.csv").write_text(head("a"), encoding="utf-8")
    (folder / file).write_text(text, encoding="utf-8")
    report = study.check(folder)
    assert not report.ok
    assert any((p.file, p.row, p.column) == (file, row, column) for p in report.problems), report.render("en")


def test_files_outside_the_folder_are_refused(folder):
    toml = folder / "study.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + '\n[files]\npanel = "../panel.csv"\n', encoding="utf-8")
    assert "outside" in study.check(folder).problems[0].what.en


def test_names_are_helped(folder, tmp_path):
    study.add(folder, write(tmp_path, "指标:地区生产总值(亿元)\n" + GDP), variable="grp_total")
    s = study.read(folder)
    with pytest.raises(UnknownNameError) as error:
        s.panel("grp_totl")
    assert error.value.candidates == ("grp_total",)
    with pytest.raises(UnknownNameError):
        s.values("grp_total", 1990)
    with pytest.raises(AttributeError):
        _ = s.nothing


def test_flow_diagonal_that_contradicts_its_record(folder):
    pending.commit(folder, {"panel.csv": "place,year,a\n110000,2020,1\n310000,2020,2\n", "variables.csv": head("a")})
    flows = "id,title_zh,title_en,unit_zh,unit_en,diagonal\nm,m,m,,,excluded\n"
    data = "origin,destination,value\n110000,110000,3\n110000,310000,4\n"
    pending.commit(folder, {"flows.csv": flows, "flows/m.csv": data})
    (problem,) = study.check(folder).problems
    assert (problem.file, problem.row, problem.column) == ("flows/m.csv", 2, "value")


def test_checks_find_slips(folder):
    panel = "place,year,a,b\n110000,2019,100,90\n110000,2020,9000,101\n310000,2019,50,\n310000,2020,52,\n"
    variables = "id,title_zh,title_en,unit_zh,unit_en,kind\na,甲,A,人,persons,official\nb,乙占比,B share,%,%,user\n"
    pending.commit(
        folder, {"panel.csv": panel, "variables.csv": variables, "national.csv": "year,a\n2019,151\n2020,8000\n"}
    )
    report = study.check(folder)
    text = report.render("en")
    assert report.ok
    for word in ("times the year before", "lacks publication, vintage", "is 101 %", "official total in 1 years"):
        assert word in text
    sums = report.national.set_index("year")
    assert sums.loc[2019, "sum"] == 150
    assert sums.loc[2019, "difference_percent"] == pytest.approx(-100 / 151)


def test_the_embedded_study_is_usable():
    report = study.check("china")
    assert report.ok
    assert len(report.study.places) == 31


def test_embedded_panel_equals_the_vintages(shared):
    s = study.china()
    for variable, file in (("grp_v4", "gdp_vintage4.csv"), ("grp_v5", "gdp_vintage5.csv")):
        truth = pd.read_csv(shared / "data" / "cn_gdp_nbs" / file, dtype={"code": "str"}).drop(columns="province")
        truth = truth.set_index(truth.pop("code") + "0000").rename(columns=int)
        years = [y for y in s.years if y in truth.columns]
        got = s.panel(variable)[years]
        assert (got - truth.loc[list(s.places), years]).abs().max(axis=None) == 0


def test_start_up_stays_light():
    program = "import sys, yugong.study; import yugong.study.readers; assert not {'pandas','numpy','jax','duckdb','pydantic'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def matrix(tmp_path, name, diagonal):
    cells = f"北京,{diagonal},12\n上海,21,{diagonal}\n江苏,31,32\n"
    return write(tmp_path, "现住地,北京,上海,江苏\n" + cells.replace("32\n", f"32,{diagonal}\n"), name)


def test_a_later_matrix_keeps_to_the_registered_diagonal(folder, tmp_path):
    study.add(folder, matrix(tmp_path, "迁移2010.csv", ""), variable="m")
    report = study.add(folder, matrix(tmp_path, "迁移2020.csv", "99"), variable="m")
    assert "对角线" in report.render("zh")
    assert report.new_cells == 4
    assert study.check(folder).ok
    flow = study.read(folder).flow("m")
    assert flow.diagonal == "excluded"
    assert (flow.frame["origin"] != flow.frame["destination"]).all()
    assert flow.years == (2010, 2020)


def test_a_diagonal_against_the_registered_one_is_refused(folder, tmp_path):
    study.add(folder, matrix(tmp_path, "迁移2010.csv", ""), variable="m")
    before = contents(folder)
    with pytest.raises(InputError) as refused:
        study.add(folder, matrix(tmp_path, "迁移2020.csv", "99"), variable="m", diagonal="included")
    assert refused.value.problems[0].file == "迁移2020.csv"
    assert contents(folder) == before


def test_an_included_diagonal_is_kept(folder, tmp_path):
    study.add(folder, matrix(tmp_path, "迁移2010.csv", "99"), variable="m")
    report = study.add(folder, matrix(tmp_path, "迁移2020.csv", "98"), variable="m")
    assert report.new_cells == 7
    frame = study.read(folder).flow("m").frame
    own = frame[(frame["origin"] == frame["destination"]) & (frame["year"] == 2020)]
    assert own["value"].tolist() == [98.0, 98.0, 98.0]


def test_the_census_matrices_of_two_years(folder, shared):
    raw = shared / "data" / "cn_migration_5yr" / "raw"
    for year in (2010, 2020):
        study.add(folder, raw / f"{year}.xls", variable="migration", year=year)
    report = study.check(folder)
    assert report.ok, report.render("en")
    assert report.study.flow("migration").years == (2010, 2020)


@pytest.mark.parametrize("trial", [True, False])
def test_add_never_leaves_a_study_that_cannot_be_read(folder, tmp_path, trial):
    """A panel of two provinces would leave the flows of a third without a place."""
    study.add(folder, matrix(tmp_path, "迁移2010.csv", ""), variable="m")
    before = contents(folder)
    with pytest.raises(InputError) as refused:
        study.add(folder, write(tmp_path, "指标:a(人)\n" + GDP), trial=trial)
    assert {p.file for p in refused.value.problems} == {"flows/m.csv"}
    assert contents(folder) == before
    with pytest.raises(InputError):
        study.add(folder, write(tmp_path, "指标:a(人)\n" + GDP), variable="1 a", trial=trial)
    with pytest.raises(InputError):
        study.add(folder, matrix(tmp_path, "迁移2020.csv", ""), variable="n", diagonal="none", trial=trial)
    assert contents(folder) == before
    assert study.check(folder).ok


def test_added_variables_without_unit_or_publication_are_named(folder, tmp_path):
    study.add(folder, write(tmp_path, "指标:a\n" + GDP))
    study.add(folder, write(tmp_path, "指标:b(人)\n" + GDP), publication=Text("年鉴", "Yearbook"))
    text = study.check(folder).render("en")
    assert "a (a) lacks unit, publication" in text
    assert "b (b) lacks" not in text


def test_the_source_line_becomes_the_publication(folder, tmp_path):
    footer = "数据来源：国家统计局\n"
    study.add(folder, write(tmp_path, "指标:a(人)\n" + GDP + footer))
    study.add(folder, write(tmp_path, "指标:b(人)\n" + GDP + footer), publication=Text("年鉴", "Yearbook"))
    s = study.read(folder)
    assert s.variables["a"].publication.zh == "国家统计局"
    assert s.variables["b"].publication.en == "Yearbook"


def test_full_width_and_half_width_titles_are_one_variable(folder, tmp_path):
    study.add(
        folder,
        write(tmp_path, "地区,年份,投资（不含农户）（亿元）\n北京,2020,1\n上海,2020,2\n"),
        variable={"投资（不含农户）": "inv"},
    )
    study.add(folder, write(tmp_path, "地区,年份,投资(不含农户)(亿元)\n北京,2021,3\n上海,2021,4\n"))
    assert list(study.read(folder).variables) == ["inv"]


def test_two_units_in_one_file_write_nothing(folder, tmp_path):
    before = contents(folder)
    with pytest.raises(InputError):
        study.add(folder, write(tmp_path, "人均收入\n地区,2019年（元）,2021年（万元）\n北京,1,2\n上海,3,4\n"))
    assert contents(folder) == before
