"""The market-access list: read, looked up, compared, held against local lists, opened as a scenario."""

import csv
from pathlib import Path

import openpyxl
import pytest

from yugong.base.errors import InputError, UnknownNameError
from yugong.review import access
from yugong.review.access.sections import section, sections

HEAD = ["项目号", "禁止或许可事项", "事项编码", "禁止或许可准入措施描述", "主管部门", "地方性许可措施"]
# wording of our own: not the official list
NATIONAL = [
    ["一、禁止准入类"],
    ["1", "违规开展金融相关活动", "100004", "不得以金融名义经营", "金融部门", ""],
    ["二、许可准入类"],
    ["（一）农、林、牧、渔业"],
    ["2", "从事种子生产", "201001", "种子生产许可", "农业部门", ""],
    ["", "", "", "种畜禽生产许可", "农业部门", ""],
    ["（三）制造业"],
    ["3", "从事烟草制品生产", "203004", "烟草生产许可", "烟草部门", ""],
]


def write(path: Path, rows: list[list[str]]) -> Path:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as f:
            csv.writer(f).writerows([HEAD, *rows])
        return path
    book = openpyxl.Workbook()
    for row in [["市场准入负面清单"], HEAD, *rows]:
        book.active.append(row)
    book.save(path)
    return path


def test_a_workbook_and_a_table_read_alike(tmp_path: Path) -> None:
    a = access.read_list(write(tmp_path / "a.xlsx", NATIONAL))
    b = access.read_list(write(tmp_path / "b.csv", NATIONAL))
    assert [(e.status, e.title, e.code, e.measure, e.section) for e in a.entries] == [
        ("prohibited", "违规开展金融相关活动", "100004", "不得以金融名义经营", ""),
        ("licence", "从事种子生产", "201001", "种子生产许可", "A"),
        ("licence", "从事种子生产", "201001", "种畜禽生产许可", "A"),
        ("licence", "从事烟草制品生产", "203004", "烟草生产许可", "C"),
    ]
    assert [e.measure for e in b.entries] == [e.measure for e in a.entries]
    assert len(a.items) == 3


def test_answers(tmp_path: Path) -> None:
    listed = access.read_list(write(tmp_path / "a.csv", NATIONAL), "2025")
    assert not listed.complete  # 3 items, published 106
    assert access.look_up("金融", listed).answer == "prohibited"
    assert access.look_up("C1610", listed).answer == "licence"
    assert access.look_up("种子 生产", listed).answer == "licence"
    assert access.look_up("美甲", listed).answer == "not_in_hand"
    rows = [
        ["二、许可准入类"],
        *([str(i), f"从事第{i}种活动", f"2{i:05d}", f"第{i}种许可", "部门", ""] for i in range(1, 107)),
    ]
    whole = access.read_list(write(tmp_path / "whole.csv", rows), "2025")
    assert whole.complete
    assert access.look_up("美甲", whole).answer == "free"


def test_the_built_in_sample_never_says_free() -> None:
    sample = access.built_in()
    assert len(sample.entries) == 6
    assert access.look_up("理发", sample).answer == "not_in_hand"


def test_published_counts() -> None:
    n = {e: v.items for e, v in access.editions().items()}
    assert n == {"2018": 151, "2019": 131, "2020": 123, "2022": 117, "2025": 106}
    latest = access.editions()["2025"]
    assert latest.prohibited + latest.licence == latest.items
    assert (access.editions()["2022"].national, access.editions()["2022"].local) == (486, 36)


def test_difference_of_editions(tmp_path: Path) -> None:
    old = [["许可准入类"], *([str(i), f"活动{i}", f"2{i:05d}", "许可", "部门", ""] for i in range(1, 118))]
    new = [row for i, row in enumerate(old) if not 10 < i <= 22] + [["118", "新活动", "299999", "许可", "部门", ""]]
    new[1] = [*new[1][:3], "备案", *new[1][4:]]
    a, b = (access.read_list(write(tmp_path / f"{n}.csv", r), n) for n, r in (("2022", old), ("2025", new)))
    found = access.difference(a, b)
    assert found.counts == (117, 106)
    assert a.complete
    assert b.complete
    assert found.titles("added") == ("新活动",)
    assert found.titles("removed") == tuple(f"活动{i}" for i in range(11, 23))
    assert found.titles("changed") == ("活动1",)
    changed = found.table().iloc[-1]
    assert (changed["code"], changed["measures_before"], changed["measures_after"]) == (
        "200001",
        "许可（部门）",
        "备案（部门）",
    )
    assert (found.national, found.local) == ((117, 106), (0, 0))
    assert not access.difference(a, a).table().size


def test_a_local_only_licence_is_flagged_with_the_rules(tmp_path: Path) -> None:
    national = access.read_list(write(tmp_path / "n.csv", NATIONAL))
    local = [
        ["许可准入类"],
        ["1", "种子生产（本市）", "201001", "种子生产许可", "", ""],
        ["2", "从事家政服务", "", "家政备案许可", "", ""],
        ["禁止准入类"],
        ["3", "从事烟草制品生产", "", "禁止新设", "", ""],
    ]
    check = access.check_local(access.read_list(write(tmp_path / "l.csv", local)), national)
    assert [i.entry.title for i in check.flagged] == ["从事家政服务", "从事烟草制品生产"]
    other = [["许可准入类"], ["1", "种子生产", "201001", "种子经营推荐", "", ""]]
    reworded = access.check_local(access.read_list(write(tmp_path / "o.csv", other)), national)
    assert "措施表述不同" in reworded.items[0].reason.zh
    assert not reworded.flagged
    own = [["许可准入类"], ["1", "种子生产（本市）", "201001", "种子生产许可", "", "本市种子经营备案证"]]
    stricter = access.check_local(access.read_list(write(tmp_path / "s.csv", own)), national)
    assert len(stricter.flagged) == 1
    cited = [(c.instrument.zh, c.article, c.item) for c in check.flagged[0].against]
    assert cited == [("公平竞争审查条例", 8, 1), ("优化营商环境条例", 20, None)]


def test_bad_tables_say_where(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        access.read_list(write(tmp_path / "a.csv", [["1", "甲", "", "许可", "", ""], ["2", "乙", "", "许可", "", ""]]))
    assert [p.row for p in error.value.problems] == [2, 3]
    other = tmp_path / "b.csv"
    other.write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError):
        access.read_list(other)


def test_sections_span_all_divisions_once() -> None:
    spans = [(s.first, s.last) for s in sections()]
    assert [d for a, b in spans for d in range(a, b + 1)] == list(range(1, 98))
    assert section("1610").letter == section("C").letter == section("c16").letter == "C"
    for wrong in ("A16", "98", "U", "16101"):
        with pytest.raises(UnknownNameError):
            section(wrong)


@pytest.mark.parametrize("lever", ["trade_cost", "productivity"])
def test_an_opening_is_a_scenario_that_simulate_reads(tmp_path: Path, lever: str) -> None:
    from yugong.simulate.scenario import read

    path = tmp_path / "open.toml"
    path.write_text(access.opening_scenario('烟草"', "C16", 0.9, lever, ("四川",)), encoding="utf-8")
    (setting,) = read(path).settings
    assert setting.lever == lever
    assert setting.value == pytest.approx(0.9 if lever == "trade_cost" else 1 / 0.9, rel=1e-5)  # six digits are written
    with pytest.raises(InputError):
        access.opening_scenario("x", "C16", 1.2, lever)
