"""Plans: tasks covered, sums against parents, opposing measures, zones; against counts by hand."""

from itertools import combinations
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import yugong
from yugong import registry
from yugong.base.errors import InputError
from yugong.registry import tasks
from yugong.review.coherence import plan
from yugong.review.coherence.checks import Measure, opposing, sums

MEASURES = [
    ["修路", "四川", "E1", "提高", 2025, 2030, "T10", "禁止开发区", "采矿"],
    ["关厂", "成都", "E1", "降低", 2028, 2032, None, "禁止开发区", "旅游"],
    ["治水", "上海", "E1", "降低", 2028, 2032, None, None, None],
]
TARGETS = [["四川", "新增绿地", 2030, 100, "是"], ["成都", "新增绿地", 2030, 70, "是"], ["绵阳", "新增绿地", 2030, 40, "是"],
           ["成都", "城镇化率", 2030, 80, "否"]]  # fmt: skip
PERMISSIONS = [["禁止开发区", "采矿", "禁止", "示例文件"]]


@pytest.fixture(scope="module")
def china():
    return yugong.study.china()


@pytest.fixture
def filled(tmp_path: Path):
    def fill(measures=MEASURES, targets=TARGETS) -> str:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for form, rows in ((plan.MEASURES, measures), (plan.TARGETS, targets), (plan.PERMISSIONS, PERMISSIONS)):
            page = book.create_sheet(form.title.zh)
            page.append([f.title.zh for f in form.fields])
            for row in rows:
                page.append(row)
        path = tmp_path / "plan.xlsx"
        book.save(path)
        return str(path)

    return fill


def test_coverage(china, filled) -> None:
    result = china.review.plan_coverage(file=filled())
    table = result.table().set_index("task")
    assert len(table) == len(tasks()) == 13
    assert table.loc["T10", "measures"] == "修路"
    with_e1 = {
        t.id
        for t in tasks()
        if "E1" in t.indicators and ({"west", "yangtze_belt", "chengyu_circle", "yrd", "east_lead"} & set(t.groups))
    }
    assert {"T05", "T07"} <= with_e1
    assert table.loc[["T05", "T07"], "n_measures"].gt(0).all()
    assert table.loc["T02", "check_status"] == "不涉及"
    assert result.problems == (table["check_status"] == "缺口").sum()
    wrong = [[*MEASURES[0][:6], "T99", None, None], MEASURES[1], [*MEASURES[0][:6], "T77", None, None]]
    with pytest.raises(InputError) as error:
        china.review.plan_coverage(file=filled(wrong))
    assert [p.row for p in error.value.problems] == [2, 4]
    short = china.review.plan_coverage(file=filled([[*MEASURES[0][:6], "t5", None, None]])).table().set_index("task")
    assert short.loc["T05", "measures"] == "修路"


def test_sums(china, filled) -> None:
    row = china.review.plan_sums(file=filled()).table().iloc[0]
    assert row["sum_of_parts"] == 110
    assert row["gap_share"] == pytest.approx(0.1)
    assert row["check_status"] == "合计超出"
    few = [TARGETS[0], TARGETS[1]]
    assert china.review.plan_sums(file=filled(targets=few)).table().iloc[0]["check_status"] == "下级不全"
    provinces = [
        [p.zh, "产量", 2030, 2, "是"] for p in registry.places("province") if p.code[:2] not in ("71", "81", "82")
    ]
    whole = [["全国", "产量", 2030, 70, "是"], *provinces]
    row = china.review.plan_sums(file=filled(targets=whole)).table().iloc[0]
    assert (row["place"], row["n_parts"], row["sum_of_parts"], row["check_status"]) == ("全国", 31, 62, "合计不足")
    with pytest.raises(InputError):
        china.review.plan_sums(file=filled(targets=[*TARGETS, TARGETS[0]]))
    with pytest.raises(InputError):
        china.review.plan_sums(file=filled(), tolerance=2.0)


def test_conflicts_and_zones(china, filled) -> None:
    named = [[*MEASURES[0][:2], "人均地区生产总值", *MEASURES[0][3:]], MEASURES[1]]
    assert len(china.review.plan_conflicts(file=filled(named)).table()) == 1
    conflicts = china.review.plan_conflicts(file=filled()).table()
    assert conflicts[["measure", "other_measure", "first_year", "last_year"]].to_numpy().tolist() == [
        ["修路", "关厂", 2028, 2030]
    ]
    zones = china.review.plan_zones(file=filled())
    assert zones.table()["check_status"].tolist() == ["禁止", "规定未列，待问"]
    assert zones.problems == 2


def test_no_file_and_a_bad_year_say_what_to_do(china, filled) -> None:
    with pytest.raises(InputError, match="处问题"):
        china.review.plan_coverage()
    with pytest.raises(InputError) as error:
        china.review.plan_conflicts(file=filled([[*MEASURES[0][:4], 2030, 2025, None, None, None]]))
    assert error.value.problems[0].row == 2


YEARS = st.lists(st.integers(2020, 2025), min_size=2, max_size=2).map(sorted)
MEASURE = st.builds(
    lambda name, place, indicator, pull, years: Measure(name, place, indicator, pull, *years),
    st.sampled_from("abcd"), st.sampled_from(["P", "Q"]), st.sampled_from(["i", "j"]), st.sampled_from(["up", "down"]),
    YEARS,
)  # fmt: skip


@given(st.lists(MEASURE, max_size=8))
def test_opposing_pairs_share_a_year(measures: list[Measure]) -> None:
    expected = [
        (a, b, sorted(set(range(a.start, a.end + 1)) & set(range(b.start, b.end + 1))))
        for a, b in combinations(measures, 2)
        if a.indicator == b.indicator and a.pull != b.pull and a.place == b.place
    ]
    assert list(opposing(measures)) == [(a, b, years[0], years[-1]) for a, b, years in expected if years]


def test_plain_checks() -> None:
    assert sums({("S", "i", 1): 10.0, ("a", "i", 1): 4.0, ("b", "i", 1): 5.0}, {"a": "S", "b": "S"}) == (
        ("S", "i", 1, 10.0, 9.0, ("a", "b")),
    )
