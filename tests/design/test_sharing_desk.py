"""Sharing on a study: worked examples of the rules, files, simulation, traces, and workbooks that recompute."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spreadsheet import Book

from yugong.base.errors import InputError
from yugong.base.text import Text
from yugong.design.sharing import shapley
from yugong.design.sharing.tax import corporate_split, moved_enterprises
from yugong.design.sheet import Sheet
from yugong.report.live_xlsx import render_live
from yugong.study import Study, china

EXACT = 1e-9
SIMULATED = 1e-6  # 亿元, on worths of some 800: each equilibrium is solved to 1e-10
THREE = "成员,联盟值\n甲,0\n乙,0\n丙,0\n甲、乙,60\n甲、丙,80\n乙、丙,100\n甲、乙、丙,135\n"
WHY = Text("测试", "test")


@pytest.fixture(scope="module")
def study() -> Study:
    return china()


def write(folder: Path, text: str, name: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def recomputed(result: Any, folder: Path) -> None:
    path = folder / "live.xlsx"
    path.write_bytes(render_live(result.sheets, "zh"))
    for k in range(len(result.sheets)):
        book = Book(path, k)
        for cell in book.formulas():
            assert book.value(cell) == pytest.approx(float(book.cached[cell]), rel=EXACT, abs=EXACT), cell


# --- games


def test_three_parties_from_a_table(study: Study, tmp_path: Path) -> None:
    file = write(tmp_path, THREE, "c.csv")
    shared = study.design.sharing(file=file)
    assert shared.sheets[0].column("part") == pytest.approx([35, 45, 55])
    assert shared.sheets[1].column("part_0").sum() == pytest.approx(35)
    assert all(abs(b.residual) < EXACT for s in shared.sheets for b in s.balances)
    assert any("在核中" in n.zh for n in shared.notes)
    recomputed(shared, tmp_path)
    trace = study.design.sharing(file=file, trace="乙")
    assert trace.table()["value"].iloc[-1] == pytest.approx(45)


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        ("nash", [45, 45, 45]),
        ("proportional", [22.5, 45, 67.5]),
        ("sacrifice", [13.5, 54, 67.5]),
        ("nucleolus", [25, 45, 65]),
    ],
)
def test_the_other_rules_on_the_same_table(study: Study, tmp_path: Path, rule: str, parts: list[float]) -> None:
    file = write(tmp_path, THREE, "c.csv")
    claims = write(tmp_path, "一方,权重,牺牲\n甲,1,10\n乙,2,40\n丙,3,50\n", "p.csv")
    players = claims if rule in ("proportional", "sacrifice") else None
    shared = study.design.sharing(file=file, rule=rule, players=players)
    assert shared.sheets[0].column("part") == pytest.approx(parts, abs=1e-6)
    recomputed(shared, tmp_path)


def test_talmud_takes_sacrifices_as_claims(study: Study, tmp_path: Path) -> None:
    file = write(tmp_path, "成员,联盟值\na,0\nb,0\nc,0\na、b,0\na、c,0\nb、c,0\na、b、c,200\n", "c.csv")
    players = write(tmp_path, "一方,牺牲\na,100\nb,200\nc,300\n", "p.csv")
    assert study.design.sharing(file=file, rule="talmud", players=players).sheets[0].column("part") == pytest.approx(
        [50, 75, 75]
    )


def test_missing_claims_and_sources_are_named(study: Study, tmp_path: Path) -> None:
    file = write(tmp_path, THREE, "c.csv")
    with pytest.raises(InputError, match="丙"):
        study.design.sharing(
            file=file, rule="proportional", players=write(tmp_path, "一方,权重\n甲,1\n乙,2\n", "p.csv")
        )
    with pytest.raises(InputError, match="cut"):
        study.design.sharing()
    with pytest.raises(InputError, match=r"甲.乙.丙"):
        study.design.sharing(file=write(tmp_path, THREE.replace("甲、乙、丙,135\n", ""), "d.csv"))


def test_flows_inside_a_coalition(study: Study) -> None:
    places = ["北京", "天津", "河北", "山西"]
    shared = study.design.sharing(flow="rail_freight_2011", places=places)
    codes = [study.place(p) for p in places]
    flows = study.flow("rail_freight_2011").matrix().loc[codes, codes].to_numpy().copy()
    np.fill_diagonal(flows, 0)
    assert shared.sheets[0].column("part") == pytest.approx((flows.sum(0) + flows.sum(1)) / 2)


def test_beyond_twelve_the_value_is_sampled_with_a_bound(study: Study) -> None:
    matrix = study.flow("rail_freight_2011").matrix().to_numpy().copy()
    np.fill_diagonal(matrix, 0)
    whole = [c for c, ok in zip(study.places, ~np.isnan(matrix).any(0) & ~np.isnan(matrix).any(1), strict=True) if ok]
    if len(whole) < 13:
        whole = [c for c, row in zip(study.places, matrix, strict=True) if not np.isnan(row).all()]
    shared = study.design.sharing(flow="rail_freight_2011", places=whole[:20], orders=400)
    at = [study.places.index(c) for c in whole[:20]]
    flows = matrix[np.ix_(at, at)]
    off = np.abs(shared.sheets[0].column("part") - (flows.sum(0) + flows.sum(1)) / 2)
    assert (off <= shared.error + EXACT).all()
    assert any("误差界" in n.zh for n in shared.notes)
    assert shared.sheets[0].balances[0].residual == pytest.approx(0, abs=1e-6 * flows.sum())
    with pytest.raises(InputError, match="12"):
        study.design.sharing(flow="rail_freight_2011", places=whole[:20], rule="nucleolus")


def test_lower_barriers_simulated_coalition_by_coalition(study: Study) -> None:
    """The batched worths against the scenarios that a person would write, solved one at a time."""
    from yugong.simulate import Scenario, Setting

    places = ["北京", "天津", "河北"]
    codes = [study.place(p) for p in places]
    shared = study.design.sharing(cut=0.1, places=places)
    income = None
    worth = np.zeros(8)
    for s in range(1, 8):
        members = tuple(c for i, c in enumerate(codes) if s >> i & 1)
        if len(members) < 2:
            continue
        setting = Setting("trade_cost", 0.9, origin=members, destination=members)
        done = study.simulate(Scenario(f"s{s}", settings=(setting,)), certificate=False).results[0]
        at = [done.economy.regions.index(c) for c in codes]
        income = np.asarray(done.base["income"])[at]
        gain = np.asarray(done.change("real_income"))[at] * income
        worth[s] = sum(g for c, g in zip(codes, gain, strict=True) if c in members)
    sheet = shared.sheets[0]
    assert sheet.column("alone").tolist() == [0, 0, 0]  # nothing changes alone, exactly
    assert sheet.parameter("grand") == pytest.approx(worth[7], abs=SIMULATED)
    assert sheet.column("part") == pytest.approx(shapley(worth), abs=SIMULATED)
    assert sheet.column("transfer").sum() == pytest.approx(0, abs=SIMULATED)
    assert any("模型" in n.zh for n in shared.notes)


# --- moved enterprises


def moved(before: list[float], led: bool, taxes: list[float], **options: Any) -> Sheet:
    rows = (("1", Text("厂", "plant")),)
    years = tuple(range(1, len(taxes) + 1))
    return moved_enterprises(rows, np.array([before]), np.array([float(led)]), np.array([taxes]), years, WHY, **options)


@pytest.mark.parametrize(
    ("before", "led", "taxes", "origin"),
    [
        ([2000, 2000, 2000], True, [1000, 1000], 1000),  # half and half
        ([2000, 2000, 1999], True, [1000, 1000], 0),  # below the threshold
        ([2000, 2000, 2000], False, [1000, 1000], 0),  # not led by government
        ([2000, 2400, 2200], True, [4000, 6000, 8000], 6600),  # the ceiling: the three years' sum
        ([9000] * 3, True, [1000] * 8, 2500),  # five years
    ],
)
def test_taxes_of_moved_enterprises(before: list[float], led: bool, taxes: list[float], origin: float) -> None:
    sheet = moved(before, led, taxes)
    assert sheet.column("origin")[0] == pytest.approx(origin)
    assert sheet.column("destination")[0] == pytest.approx(sum(taxes) - origin)


@given(
    st.lists(st.floats(0, 1e4), min_size=3, max_size=3),
    st.lists(st.floats(0, 1e4), min_size=1, max_size=8),
    st.floats(0, 1),
    st.floats(0.5, 5),
)
def test_moved_taxes_balance_under_the_ceiling(
    before: list[float], taxes: list[float], share: float, cap: float
) -> None:
    sheet = moved(before, True, taxes, origin_share=share, cap_years=cap)
    origin, destination = sheet.column("origin")[0], sheet.column("destination")[0]
    assert origin + destination == pytest.approx(sum(taxes), abs=1e-6)
    assert -EXACT <= origin <= cap * sum(before) / 3 + 1e-6
    assert origin <= share * sum(taxes) + 1e-6


def test_moved_enterprises_from_a_file(study: Study, tmp_path: Path) -> None:
    head = "企业,迁出地,迁入地,政府主导且符合规划,迁移前第 3 年税收,迁移前第 2 年税收,迁移前第 1 年税收,迁移后第 1 年税收,迁移后第 2 年税收\n"
    sheet = study.design.tax_sharing(file=write(tmp_path, head + "A,北京,河北,是,2000,2400,2200,4000,6000\n", "m.csv"))
    assert sheet.column("origin").tolist() == [5000]
    assert {p.id: p.certainty for p in sheet.parameters} == {
        "threshold": "V", "origin_share": "V", "cap_years": "M", "most_years": "M"
    }  # fmt: skip
    recomputed(sheet, tmp_path)
    gap = head + "A,北京,河北,是,2000,2400,2200,4000,6000\nB,北京,河北,是,2000,2400,2200,4000,\n"
    with pytest.raises(InputError, match="B"):
        study.design.tax_sharing(file=write(tmp_path, gap, "g.csv"))


# --- corporate tax


def test_the_worked_example_is_forty_twenty_forty() -> None:
    rows = tuple((k, Text(k, k)) for k in ("总部", "B1", "B2"))
    factor = np.array([100.0, 50.0, 100.0])
    sheet = corporate_split(rows, {"revenue": factor, "wages": factor, "assets": factor}, 1000, WHY)
    assert sheet.column("share") == pytest.approx([0.4, 0.2, 0.4])
    assert sheet.column("amount") == pytest.approx([200, 100, 200])
    assert all(abs(b.residual) < EXACT for b in sheet.balances)


def test_the_factors_weigh_35_35_30() -> None:
    rows = tuple((k, Text(k, k)) for k in "abc")
    unit = np.eye(3)
    sheet = corporate_split(rows, {"revenue": unit[0], "wages": unit[1], "assets": unit[2]}, 100, WHY)
    assert sheet.column("share") == pytest.approx([0.35, 0.35, 0.30])


# --- precedents, grain, rents


def test_the_yellow_river_division_adds_up_to_370(study: Study) -> None:
    sheet = study.design.precedent_shares()
    assert sheet.column("amount").sum() == pytest.approx(370.0)
    by = dict(zip([label for label, _ in sheet.rows], sheet.column("amount"), strict=True))
    assert by["370000"] == pytest.approx(70.0)
    assert by["120000|130000"] == pytest.approx(20.0)
    dry = study.design.precedent_shares(whole=300.0)
    assert dry.column("amount") == pytest.approx(sheet.column("amount") * 300 / 370)


def test_the_three_gorges_split(study: Study) -> None:
    sheet = study.design.precedent_shares(allocation="three_gorges_tax", whole=10000)
    assert sheet.column("amount") == pytest.approx([1567, 8433])


def test_grain_compensation_balances_and_follows_the_ton(study: Study, tmp_path: Path) -> None:
    sheet = study.design.grain_compensation(rate=100, year=2019)
    output, people = study.values("grain_output", 2019), study.values("population", 2019)
    mean = output.sum() / people.sum()
    by = dict(zip([label for label, _ in sheet.rows], sheet.column("amount"), strict=True))
    assert by["230000"] == pytest.approx(100 * (output["230000"] - mean * people["230000"]))
    assert all(abs(b.residual) < 1e-6 for b in sheet.balances)
    short = study.design.grain_compensation(
        rate=100, year=2019, need_per_head=400
    )  # less need than output: demand binds
    assert short.column("received").sum() == pytest.approx(short.column("paid").sum())
    assert short.column("paid").sum() == pytest.approx(100 * short.column("deficit").sum())
    assert short.balances[0].residual > 0  # the surplus that nobody needs is shown
    recomputed(sheet, tmp_path)


@settings(max_examples=30)
@given(st.lists(st.tuples(*[st.floats(0, 1000)] * 4), min_size=1, max_size=4), st.floats(0, 1))
def test_rents_are_shared_without_remainder(rows: list[tuple[float, ...]], share: float) -> None:
    from yugong.design.sharing.accounts import rents

    q, p, c, t = np.array(rows).T
    names = tuple((str(i), WHY) for i in range(len(q)))
    sheet = rents(names, {"quantity": q, "price": p, "cost": c, "local_tax": t}, share, WHY)
    assert sheet.column("amount") == pytest.approx(np.maximum(share * np.maximum(p - c, 0) * q - t, 0))
    assert abs(sheet.balances[0].residual) <= EXACT * max(1.0, sheet.column("rent").sum() + t.sum())


def test_rents_from_a_file(study: Study, tmp_path: Path) -> None:
    text = "资源,输出地,输入地,输出量,价格,成本（含正常回报）,输出地已得资源税费\n煤炭,山西,江苏,1000,600,400,60000\n"
    sheet = study.design.resource_rents(file=write(tmp_path, text, "r.csv"), rent_share=0.5)
    assert sheet.column("amount").tolist() == [40000]
    with pytest.raises(InputError):
        study.design.resource_rents(file=write(tmp_path, text, "r.csv"), rent_share=1.5)
