"""What a tired planner types wrong: every message names what, where and what to do, and nothing is computed."""

from pathlib import Path
from typing import Any

import pytest

from yugong import study
from yugong.base.errors import YugongError
from yugong.study.model import Study

ECOLOGICAL = "地区,重点县域标准收支缺口,禁止开发区面积,禁止开发区个数,引导性补助基数,考核评价奖惩率\n"
READ = "year,indicator,value,month\n"
CASES: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("transfers", {"year": 2023, "weight_difficulty": -1.0}, "", "weight_difficulty = -1，不能小于零"),
    ("transfers", {"year": 2023}, "地区,艰苦边远系数\n四川,1.2\n四川,1.3\n", "第 3 行: 四川重复，第 2 行已有"),
    ("key_ecological_transfers", {}, ECOLOGICAL + "四川,100,0,1,1,0\n云南,50,0,2,1,0\n", "“禁止开发区面积”合计为零"),
    ("key_ecological_transfers", {"prohibited": 0.8, "guiding": 0.5}, ECOLOGICAL + "四川,1,1,1,1,0\n云南,1,2,2,1,0\n", "超过总额"),
    ("optimal_transfers", {"floor": 2.0}, "", "floor = 2，应在 0 与 1 之间"),
    ("corporate_tax_split", {"tax_due": 100.0}, "机构,营业收入,职工薪酬,资产总额\n一,0,1,1\n二,0,1,1\n", "营业收入合计为零"),
    ("corporate_tax_split", {"tax_due": 100.0}, "机构,营业收入,职工薪酬,资产总额\n一,1,1,1\n一,2,1,1\n", "第 3 行: 机构重复"),
    ("resource_rents", {"rent_share": 0.5},
     "资源,输出地,输入地,输出量,价格,成本（含正常回报）,输出地已得资源税费\n煤,山西,山西,1,9,3,0\n", "第 2 行: 输出地与输入地是同一个地区"),
    ("precedent_shares", {"whole": -5.0}, "", "whole = -5，应大于零"),
    ("grain_compensation", {"rate": 100.0, "need_per_head": 5000.0}, "", "没有地区有余粮"),
    ("sharing", {}, 'members,worth\na,0\nb,0\n"a,b",5\n"a,b",6\n', "t.csv: 联盟 a、b 给了两次"),
    ("pairing", {"giving_rate": 0.0}, "", "giving_rate = 0，应大于零"),
    ("zones", {"boundary": -1.0}, "", "boundary = -1，不能小于零"),
    ("zones", {"connected": ("sea",)}, "", "不认识功能区“sea”"),
    ("zones", {}, "单元,面积,城市化地区评分,农产品主产区评分,重点生态功能区评分\n四川,0,1,2,3\n", "面积合计为零"),
    ("market_access", {"elasticity": -1.0}, "", "elasticity = -1，应大于零"),
)  # fmt: skip
READINGS = (
    ("2021,water class,2,\n2021,water class,3,\n", "第 3 行: 读数重复"),
    ("2021,water class,2.5,\n", "水质类别不能是 2.5"),
    ("2021,TP,-0.08,\n", "总磷不能是 -0.08"),
    ("2021,attainment,1.5,\n", "达标率不能是 1.5"),
    ("2021,water class,2,1\n2021,water class,3,2\n", "缺少读数：水质类别（2021 年）"),  # months have no mean class
)


@pytest.fixture(scope="module")
def china() -> Study:
    return study.china()


@pytest.mark.parametrize(("verb", "options", "table", "said"), CASES)
def test_what_is_wrong_is_said(
    verb: str, options: dict[str, Any], table: str, said: str, china: Study, tmp_path: Path
) -> None:
    if table:
        (tmp_path / "t.csv").write_text(table, encoding="utf-8")
        options = {**options, "file": str(tmp_path / "t.csv")}
    with pytest.raises(YugongError) as caught:
        getattr(china.design, verb)(**options)
    assert said in caught.value.render("zh")
    assert caught.value.render("en")


@pytest.mark.parametrize(("rows", "said"), READINGS)
def test_wrong_readings_are_located(rows: str, said: str, china: Study, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(READ + rows, encoding="utf-8")
    with pytest.raises(YugongError) as caught:
        china.design.compensation(agreement="chuhe", year=2021, readings=str(tmp_path / "r.csv"), unverified=True)
    assert said in caught.value.render("zh")


def test_a_coefficient_that_falls_to_zero_is_said(china: Study) -> None:
    found = china.design.transfers(year=2023, weight_difficulty=2.0)
    assert any("系数降到零" in n.zh for n in found.notes)
    fallen = (found.sheet.column("coefficient") == 0) & found.eligible
    assert fallen.any()
    assert all("系数降到零" in found.why(i).zh for i in fallen.nonzero()[0])
    assert (found.parts["gap"][fallen] == 0).all()
    assert sum(found.parts.values()) == pytest.approx(found.amounts)
