"""Every calculation sheet of the desks, written as a workbook and recomputed by an engine that shares no code."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from spreadsheet import Book

from yugong import study
from yugong.report.live_xlsx import render_live
from yugong.study.model import Study

ROUNDING = 1e-9  # relative to the cell: sums of a few hundred doubles, in another order

TABLES = {
    "basin": "沿岸方,下一个沿岸方,区间来水,首单位水的效益 a,边际效益递减 c,本段治理成本\n"
    "甲,丙,6,10,1,4\n乙,丙,3,9,1,2\n丙,丁,1,10,1,6\n丁,,0,12,1,5\n",
    "coalitions": '成员,联盟值\na,10\nb,0\nc,5\n"a,b",60\n"a,c",80\n"b,c",100\n"a,b,c",135\n',
    "players": "一方,权重,牺牲\na,1,30\nb,2,60\nc,3,90\n",
    "pairing": "地区,可出资,需求\n上海,10,\n江苏,20,\n云南,,20\n陕西,,40\n",
    "package": "项目,补偿方式,年数量,单位价值,年数\n资金,资金补偿,1,500,3\n园区,共建园区,2,300,5\n",
    "values": "项目,类别,数量,单位价值\n污水厂,成本（直接或机会）,2,1500\n供水,生态服务价值,4,3000\n",
}
CASES: dict[str, Callable[[Study, dict[str, str]], Any]] = {
    "river, downstream": lambda s, f: s.design.river_sharing(file=f["basin"]),
    "river, upstream": lambda s, f: s.design.river_sharing(file=f["basin"], rule="upstream"),
    "river, shapley": lambda s, f: s.design.river_sharing(file=f["basin"], rule="shapley"),
    "river, cleaning": lambda s, f: s.design.river_sharing(file=f["basin"], rule="pollution_ues"),
    "shapley": lambda s, f: s.design.sharing(file=f["coalitions"]),
    "nucleolus": lambda s, f: s.design.sharing(file=f["coalitions"], rule="nucleolus"),
    "nash": lambda s, f: s.design.sharing(file=f["coalitions"], rule="nash", players=f["players"]),
    "sacrifice": lambda s, f: s.design.sharing(file=f["coalitions"], rule="sacrifice", players=f["players"]),
    "pairing": lambda s, _: s.design.pairing(),
    "pairing of one's own": lambda s, f: s.design.pairing(file=f["pairing"], rule="stable"),
    "package": lambda s, f: s.design.compensation_package(file=f["package"]),
    "bounds": lambda s, f: s.design.compensation_bounds(upstream=["安徽"], file=f["values"], agreed=5000),
    "differences": lambda s, _: s.design.transfer_differences(years=(2022, 2023)),
    "precedent": lambda s, _: s.design.precedent_shares(whole=300.0),
    "grain": lambda s, _: s.design.grain_compensation(rate=100, year=2019),
}


@pytest.fixture(scope="module")
def china() -> Study:
    return study.china()


@pytest.mark.parametrize("case", CASES)
def test_the_workbook_recomputes(case: str, china: Study, tmp_path: Path) -> None:
    files = {}
    for name, text in TABLES.items():
        files[name] = str(tmp_path / f"{name}.csv")
        Path(files[name]).write_text(text, encoding="utf-8")
    sheets = CASES[case](china, files).sheets
    path = tmp_path / "live.xlsx"
    path.write_bytes(render_live(sheets, "zh"))
    for k, sheet in enumerate(sheets):
        book = Book(path, k)
        formulas = book.formulas()
        assert formulas, sheet.id
        for cell in formulas:
            cached = float(book.cached[cell])
            assert book.value(cell) == pytest.approx(cached, rel=ROUNDING, abs=1e-6), (sheet.id, cell)
        amounts = [c for c in sheet.columns if c.amount]
        assert amounts
        # an amount is a formula, or says that it was solved
        assert all(c.formula is not None or c.certainty == "solved" for c in amounts), sheet.id
