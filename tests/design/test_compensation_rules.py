"""Settlements: the sums the agreements paid, hand-computed cases of every rule, and laws that hold for all readings."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spreadsheet import Book

from yugong import registry
from yugong.base.errors import InputError, UnknownNameError
from yugong.base.text import Text
from yugong.design.compensation import RULE_NAMES, Deal, Term, agreed, overall_class, settle, water_class
from yugong.design.compensation.deal import months_in_force, parties_of
from yugong.design.compensation.readings import READINGS, Readings
from yugong.design.sheet import Sheet
from yugong.report.live_xlsx import render_live

EXACT = 1e-9  # 万元: sums of a few doubles
ROUND = 1e-6  # amounts written with six digits below
COLUMNS = [f.id for f in READINGS.fields]
UP, DOWN = (("340000", Text("安徽", "Anhui")),), (("330000", Text("浙江", "Zhejiang")),)


def readings(*rows: dict[str, Any]) -> Readings:
    return Readings(pd.DataFrame([{**dict.fromkeys(COLUMNS), **r} for r in rows], columns=COLUMNS))


def annual(year: int, **values: float) -> list[dict[str, Any]]:
    return [{"year": year, "indicator": k.replace("_", "-"), "value": v} for k, v in values.items()]


def of(id: str, year: int, read: Readings | None = None, unverified: bool = False, **extra: Any) -> Sheet:
    row = next(a for a in registry.agreements() if a.id == id)
    terms = agreed(row, unverified) | own(**extra)
    months = months_in_force(row.start, row.end, year)
    down, up = parties_of(row.downstream), parties_of(row.upstream)
    return settle(Deal(row.id, row.river, row.rule, down, up, terms, read, year, months))


def own(**terms: Any) -> dict[str, Term]:
    return {k: Term(v, "user", Text("测试", "test")) for k, v in terms.items()}


def deal(rule: str, read: Readings | None = None, **terms: Any) -> Sheet:
    return settle(Deal("t", Text("试", "test"), rule, DOWN, UP, own(**terms), read, 2024))


def amounts(sheet: Sheet) -> dict[str, float]:
    return dict(zip([label for label, _ in sheet.rows], sheet.column("amount").tolist(), strict=True))


def to_upstream(sheet: Sheet) -> float:
    return float(sheet.column("transfer")[0])


# --- what the agreements paid


def test_chishui_first_round_pays_four_thousand_to_yunnan() -> None:
    assert amounts(of("chishui_r1", 2019)) == pytest.approx({"530000": 4000, "520000": -2000, "510000": -2000})


def test_chishui_second_round_pays_six_thousand_to_yunnan() -> None:
    assert amounts(of("chishui_r2", 2022)) == pytest.approx({"530000": 6000, "520000": -3000, "510000": -3000})


def test_chishui_2023_payment_of_guizhou_is_85_per_cent() -> None:
    read = readings({"year": 2023, "indicator": "attainment", "value": 0.85, "place": "520000"})
    settled = amounts(of("chishui_r2", 2023, read))
    paid = next(p for p in registry.payments() if (p.agreement, p.year) == ("chishui_r2", 2023))
    assert settled["520000"] == pytest.approx(-paid.amount_wan, abs=EXACT)
    assert settled["510000"] == pytest.approx(-3000)


@pytest.mark.parametrize("payment", [p for p in registry.payments() if p.agreement.startswith("youshui")])
def test_youshui_pays_its_yearly_sum(payment: Any) -> None:
    settled = amounts(of(payment.agreement, payment.year))
    assert settled[payment.receiver.code] == payment.amount_wan == 480
    assert settled[payment.payer.code] == -480


@pytest.mark.parametrize(("year", "sum_"), [(2019, 600), (2020, 1200), (2021, 1200), (2022, 600)])
def test_lushui_pays_by_the_months_in_force(year: int, sum_: float) -> None:
    assert amounts(of("lushui", year))["360000"] == pytest.approx(sum_)


CLASSES = {1: 12000, 2: 6000, 3: 0, 4: -6000, 5: -12000, 6: -18000}


@pytest.mark.parametrize(("of_water", "due"), CLASSES.items())
def test_yulu_pays_by_the_class(of_water: int, due: float) -> None:
    same = annual(2021, COD=15.0, NH3_N=0.3, TP=0.08) + annual(2020, COD=15.0, NH3_N=0.3, TP=0.08)
    sheet = of("yulu_r1", 2021, readings(*annual(2021, **{"class": of_water}), *same))
    assert amounts(sheet) == pytest.approx({"410000": due, "370000": -due}, abs=EXACT)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ((0.95, 1.0, 1.0), 500),  # COD five points down
        ((1.02, 1.01, 1.0), -300),
        ((0.5, 0.6, 0.9), 4000),  # 10 000 without the cap
        ((1.5, 1.6, 1.1), -4000),
    ],
)
def test_yulu_change_part_pays_a_hundred_a_point_up_to_the_cap(now: tuple[float, ...], due: float) -> None:
    base = (15.0, 0.3, 0.08)
    keys = ("COD", "NH3_N", "TP")
    current = dict(zip(keys, (b * f for b, f in zip(base, now, strict=True)), strict=True))
    rows = [*annual(2021, **{"class": 3}, **current), *annual(2020, **dict(zip(keys, base, strict=True)))]
    assert to_upstream(of("yulu_r1", 2021, readings(*rows))) == pytest.approx(due, abs=ROUND)


def test_yulu_second_round_takes_the_mean_of_months() -> None:
    months = [{"year": 2024, "indicator": "class", "month": m, "value": 2 if m <= 9 else 3} for m in range(1, 13)]
    same = [r for y in (2023, 2024) for r in annual(y, COD=15.0, NH3_N=0.3, TP=0.08, TN=2.0)]
    sheet = of("yulu_r2", 2024, readings(*months, *same), unverified=True)
    assert to_upstream(sheet) == pytest.approx(0.75 * 6000)
    assert any("请核对" in n.zh for n in sheet.notes)


@pytest.mark.parametrize(("of_water", "due"), [(1, 4000), (2, 4000), (3, 2000), (4, -2000), (5, -4000), (6, -4000)])
def test_chuhe_pays_by_its_table(of_water: int, due: float) -> None:
    read = readings(*annual(2020, **{"class": of_water}))
    assert to_upstream(of("chuhe", 2020, read, unverified=True, upstream_wan=4000)) == due


@pytest.mark.parametrize(
    ("year", "of_water", "attained", "due"),
    [(2018, 3, 0.75, 10000), (2018, 3, 0.74, -10000), (2019, 3, 0.83, 10000), (2019, 3, 0.80, -10000),
     (2020, 2, 1.0, 10000), (2020, 2, 0.99, -10000), (2018, 4, 1.0, -10000)],
)  # fmt: skip
def test_jiuzhou_needs_class_three_and_the_attainment_of_the_year(
    year: int, of_water: int, attained: float, due: float
) -> None:
    sheet = of("jiuzhou_r2", year, readings(*annual(year, **{"class": of_water}, attainment=attained)))
    assert to_upstream(sheet) == due
    assert next(p for p in sheet.parameters if p.id == "upstream_wan").certainty == "M"


@pytest.mark.parametrize(("tp", "due"), [(0.049, 2000), (0.05, 2000), (0.051, -1500)])
def test_wujiang_turns_at_one_threshold(tp: float, due: float) -> None:
    sheet = of("wujiang", 2024, readings(*annual(2024, TP=tp)), downstream_wan=2000, upstream_wan=1500)
    assert amounts(sheet) == pytest.approx({"520000": due, "500000": -due})


@pytest.mark.parametrize(
    ("monthly", "whole", "due"), [([3] * 12, 3, 10000), ([3] * 11 + [4], 3, -10000), ([3] * 11 + [4], 2, 10000)]
)
def test_luanhe_pays_for_every_month_or_the_year(monthly: list[int], whole: int, due: float) -> None:
    rows = [{"year": 2017, "indicator": "class", "month": m, "value": v} for m, v in enumerate(monthly, 1)]
    read = readings(*rows, *annual(2017, **{"class": whole}))
    assert to_upstream(of("luanhe_r1", 2017, read)) == due


def test_xinanjiang_index_by_hand() -> None:
    base = {"CODMn": 2.0, "NH3-N": 0.2, "TN": 1.0, "TP": 0.03}
    now = {"CODMn": 1.9, "NH3-N": 0.22, "TN": 1.2, "TP": 0.027}
    index = 0.85 * 0.25 * sum(now[k] / base[k] for k in base)
    rows = annual(2013, **{k.replace("-", "_"): v for k, v in now.items()})
    sheet = of("xinanjiang_r1", 2013, readings(*rows), unverified=True, baseline=base)
    assert sheet.column("index")[0] == pytest.approx(index, rel=EXACT)
    assert amounts(sheet) == {"340000": 10000, "330000": -10000}
    worse = [{**r, "value": 1.3 * r["value"]} for r in rows]
    assert to_upstream(of("xinanjiang_r1", 2013, readings(*worse), unverified=True, baseline=base)) == -10000


def test_xinanjiang_takes_its_base_from_the_base_years() -> None:
    rows = [r for y in (2008, 2009, 2010) for r in annual(y, CODMn=y - 2006, NH3_N=0.2, TN=1.0, TP=0.03)]
    now = annual(2013, CODMn=3.0, NH3_N=0.2, TN=1.0, TP=0.03)
    sheet = of("xinanjiang_r1", 2013, readings(*rows, *now), unverified=True)
    assert sheet.column("index")[0] == pytest.approx(0.85)  # the mean of 2, 3, 4 is 3


# --- the other rules, by hand


def test_quantity_and_quality_add_up_to_the_cap() -> None:
    terms = {"quality_wan": 8000, "inflow_wan": 1000, "inflow_base_value": 3.0, "tn_wan": 500, "tn_limit": 10.0}
    read = readings(*annual(2024, attainment=0.9, inflow=5.5, TN=9.0))
    assert to_upstream(deal("quantity_quality", read, **terms)) == pytest.approx(7200 + 2500 + 500)
    assert to_upstream(deal("quantity_quality", read, **terms, downstream_wan=9000)) == 9000
    low = readings(*annual(2024, attainment=0.5, inflow=2.0, TN=11.0))
    assert to_upstream(deal("quantity_quality", low, **terms)) == pytest.approx(4000)  # less water is no penalty


@pytest.mark.parametrize(("flow", "fish", "due"), [(100, 100, 3000), (90, 70, 2000), (60, 60, 0), (40, 20, -500)])
def test_scores_pay_between_the_pass_and_the_full_mark(flow: float, fish: float, due: float) -> None:
    read = readings(
        {"year": 2024, "indicator": "score", "item": "flow", "value": flow},
        {"year": 2024, "indicator": "score", "item": "fish", "value": fish},
    )
    terms = {"pass_score": 60, "full_score": 90, "downstream_wan": 3000, "upstream_wan": 1000}
    assert to_upstream(deal("composite", read, scores=["flow", "fish"], **terms)) == pytest.approx(due)


def trunk(values: dict[str, tuple[float, float, float]], **terms: Any) -> Sheet:
    """One (inlet, outlet, outlet the year before) a province, the same for the three pollutants."""
    rows = [
        {"year": y, "indicator": k, "place": p, "position": w, "value": v}
        for p, (a, b, c) in values.items()
        for k in ("CODMn", "NH3-N", "TP")
        for y, w, v in ((2024, "inlet", a), (2024, "outlet", b), (2023, "outlet", c))
    ]
    row = next(a for a in registry.agreements() if a.id == "trunk_2025")
    along = parties_of([registry.place(p) for p in values])
    given_ = agreed(row) | own(**terms)
    return settle(Deal("trunk", row.river, row.rule, (), along, given_, readings(*rows), 2024))


def test_trunk_rule_weighs_space_and_time() -> None:
    sheet = trunk(
        {"500000": (1.0, 0.9, 1.0), "420000": (0.9, 0.99, 0.9), "340000": (1.0, 1.0, 1.0)}, rate_wan=100, cap_wan=5000
    )
    # improvement 10 % in both; worse 10 % in both; none. All three pollutants alike: the weights sum to one.
    assert sheet.column("score") == pytest.approx([0.1, -0.1, 0.0])
    assert amounts(sheet) == pytest.approx({"500000": 1000, "420000": -1000, "340000": 0})
    assert [p.value for p in sheet.parameters if p.id.startswith("w_")] == [0.3, 0.3, 0.4]
    assert all(p.certainty == "V" for p in sheet.parameters if p.id.startswith("w_"))


def test_trunk_rule_scales_the_larger_side_down() -> None:
    sheet = trunk({"500000": (1, 0.5, 1), "420000": (1, 0.5, 1), "340000": (1, 1.1, 1)}, rate_wan=100, cap_wan=3000)
    assert amounts(sheet) == pytest.approx({"500000": 500, "420000": 500, "340000": -1000})


# --- laws


money = st.floats(0, 1e5)
reading = st.floats(0.001, 30)


@given(st.tuples(reading, reading, reading, reading), st.tuples(reading, reading, reading, reading), money, money)
def test_index_settlement_balances_and_keeps_the_caps(
    now: tuple[float, ...], base: tuple[float, ...], down: float, up: float
) -> None:
    names = ("CODMn", "NH3-N", "TN", "TP")
    read = readings(*annual(2024, **{k.replace("-", "_"): v for k, v in zip(names, now, strict=True)}))
    sheet = deal(
        "p_index", read, k0=0.9, pollutants=list(names), weights=[0.25] * 4, baseline=dict(zip(names, base, strict=True)),
        downstream_wan=down, upstream_wan=up,
    )  # fmt: skip
    assert -up <= to_upstream(sheet) <= down
    assert sheet.balances[0].residual == 0


@settings(max_examples=25)
@given(
    st.lists(st.tuples(reading, reading, reading), min_size=2, max_size=4),
    st.floats(0, 500),
    st.floats(0, 1e4),
    st.floats(0, 1),
)
def test_trunk_settlement_balances_and_keeps_the_caps(
    rows: list[tuple[float, float, float]], rate: float, cap: float, space: float
) -> None:
    codes = [p.code for p in registry.places()[: len(rows)]]
    sheet = trunk(dict(zip(codes, rows, strict=True)), rate_wan=rate, cap_wan=cap, space_weight=space)
    got = sheet.column("amount")
    assert abs(got.sum()) <= EXACT * max(1.0, np.abs(got).max())
    assert (np.abs(got) <= cap * (1 + 1e-12)).all()


@given(st.lists(st.tuples(st.floats(0.1, 9), st.floats(0.1, 9), st.floats(0, 1)), min_size=2, max_size=5), money)
def test_pool_settlement_balances_whatever_is_attained(rows: list[tuple[float, float, float]], pool: float) -> None:
    codes = [p.code for p in registry.places()[: len(rows)]]
    parties = parties_of([registry.place(c) for c in codes])
    read = readings(
        *(
            {"year": 2024, "indicator": "attainment", "place": c, "value": r[2]}
            for c, r in zip(codes, rows, strict=True)
        )
    )
    terms = own(
        pool_wan=pool,
        contribution={c: r[0] for c, r in zip(codes, rows, strict=True)},
        allocation={c: r[1] for c, r in zip(codes, rows, strict=True)},
    )
    sheet = settle(Deal("t", Text("试", "test"), "fixed_shares", parties[1:], parties[:1], terms, read, 2024))
    got = sheet.column("amount")
    assert abs(got.sum()) <= EXACT * max(1.0, np.abs(got).max())
    assert (np.abs(got) <= pool * (1 + 1e-12)).all()


@given(st.floats(0.01, 20), st.floats(0.01, 20))
def test_cleaner_water_never_pays_upstream_less(one: float, other: float) -> None:
    cleaner, dirtier = sorted((one, other))
    terms = {
        "k0": 0.9,
        "pollutants": ["TP"],
        "weights": [1.0],
        "baseline": {"TP": 1.0},
        "downstream_wan": 5.0,
        "upstream_wan": 7.0,
    }
    first, second = (to_upstream(deal("p_index", readings(*annual(2024, TP=x)), **terms)) for x in (cleaner, dirtier))
    assert first >= second


# --- missing is not zero


def test_missing_readings_and_terms_are_all_named() -> None:
    with pytest.raises(InputError) as caught:
        of("xinanjiang_r3", 2019, readings(*annual(2019, CODMn=2.0)))
    said = caught.value.render("en")
    assert "k0" in said
    assert "weights" in said
    with pytest.raises(InputError) as caught:
        of("xinanjiang_r1", 2013, readings(*annual(2013, CODMn=2.0)), unverified=True)
    said = caught.value.render("en")
    assert "ammonia nitrogen (2013)" in said
    assert "total phosphorus (2009)" in said


def test_rules_without_a_published_formula_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="two_way"):
        of("yangtze_suwan", 2024)


def test_a_year_out_of_force_is_refused() -> None:
    with pytest.raises(InputError, match="2023"):
        of("lushui", 2023)


# --- water classes (GB 3838-2002)


@pytest.mark.parametrize(
    ("indicator", "value", "expected"),
    [("CODMn", 2, 1), ("CODMn", 2.01, 2), ("CODMn", 15.1, 6), ("COD", 15, 1), ("COD", 20, 3), ("NH3-N", 1.0, 3),
     ("NH3-N", 2.1, 6), ("TP", 0.2, 3), ("TP", 0.4, 5), ("BOD5", 3.5, 3), ("DO", 7.5, 1), ("DO", 4.9, 4),
     ("DO", 1.9, 6), ("pH", 7, 1), ("pH", 9.1, 6)],
)  # fmt: skip
def test_water_classes_follow_the_standard(indicator: str, value: float, expected: int) -> None:
    assert water_class(indicator, value) == expected


def test_the_worst_indicator_decides() -> None:
    assert overall_class({"CODMn": 1.0, "TP": 0.25, "pH": 7.5}) == 4
    sheet = of("chuhe", 2020, readings(*annual(2020, CODMn=3.0, NH3_N=0.4, TP=0.05)))
    assert to_upstream(sheet) == 4000


# --- live workbook


@pytest.mark.parametrize("case", ["pool", "class", "trunk"])
def test_the_workbook_recomputes_every_amount(case: str, tmp_path: Path) -> None:
    sheet = {
        "pool": lambda: of("chishui_r1", 2018),
        "class": lambda: of("chuhe", 2020, readings(*annual(2020, **{"class": 3})), unverified=True),
        "trunk": lambda: trunk(
            {"500000": (1, 0.9, 1.1), "420000": (0.9, 1.2, 0.8), "340000": (1, 0.95, 1)}, rate_wan=90, cap_wan=1200
        ),
    }[case]()
    path = tmp_path / "s.xlsx"
    path.write_bytes(render_live(sheet.sheets, "en"))
    book = Book(path)
    for cell in book.formulas():
        assert book.value(cell) == pytest.approx(float(book.cached[cell]), abs=EXACT), cell


def test_every_rule_type_has_a_name_and_a_card() -> None:
    from yugong.design.compensation.cards import SETTLEMENT_FORMULAS

    assert set(RULE_NAMES) == set(SETTLEMENT_FORMULAS)


def test_the_trace_explains_the_amount() -> None:
    sheet = of("chishui_r1", 2018)
    steps = sheet.trace("530000", "amount")
    assert steps[-1].value == 4000
    assert {"pool_wan", "contribution", "allocation"} <= {s.id for s in steps}
    assert next(s for s in steps if s.id == "pool_wan").certainty == "V"
