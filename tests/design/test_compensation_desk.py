"""The desk around a settlement: drafts, the article-17 checklist, the ledger, bounds, packages, and files to fill in."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yugong import registry
from yugong.base.errors import InputError, UnknownNameError
from yugong.base.text import set_language
from yugong.design.compensation.bounds import FORMS_OF_COMPENSATION
from yugong.design.compensation.draft import CLAUSES
from yugong.study import Study, china

EXACT = 1e-9
WHOLE = """[agreement]
title = "甲乙河协议"
rule = "class_steps"
downstream = ["江苏"]
upstream = ["安徽"]
start = "2024-01"
end = "2026-12"

[terms]
base_class = 3
step_wan = 2000

[clauses]
"""


@pytest.fixture(scope="module")
def study() -> Study:
    return china()


def clauses(*without: str) -> str:
    return "".join(f'{key} = "按双方约定的{title.zh}执行"\n' for key, title in CLAUSES.items() if key not in without)


def write(folder: Path, text: str, name: str = "draft.toml") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_whole_draft_is_complete_and_settles(study: Study, tmp_path: Path) -> None:
    file = write(tmp_path, WHOLE + clauses())
    checked = study.design.agreement_check(file=file)
    assert checked.complete, checked.table()
    read = write(tmp_path, "年份,指标,数值\n2025,水质类别,2\n", "readings.csv")
    sheet = study.design.compensation(agreement="own", file=file, readings=read)
    assert sheet.column("amount").tolist() == [2000, -2000]  # one class better, Anhui first
    trace = study.design.compensation(agreement="own", file=file, readings=read, trace="安徽")
    assert trace.table()["value"].iloc[-1] == 2000


def test_findings_name_the_item_and_its_line(study: Study, tmp_path: Path) -> None:
    text = WHOLE.replace('end = "2026-12"', 'end = "2023-12"').replace("[clauses]", '[clauses]\nscope = "全段"')
    file = write(tmp_path, text + clauses("scope", "breach", "capacity", "other"))
    checked = study.design.agreement_check(file=file)
    by = {f.item: f for f in checked.findings if f.grade not in ("met", "optional")}
    assert {k: f.grade for k, f in by.items()} == {
        "scope": "thin", "breach": "absent", "capacity": "absent", "end": "inconsistent"
    }  # fmt: skip
    assert by["end"].line == text.splitlines().index('end = "2023-12"') + 1
    assert not checked.complete
    assert next(f for f in checked.findings if f.item == "other").grade == "optional"


def test_every_item_of_article_17_is_asked_for(study: Study, tmp_path: Path) -> None:
    """规则页所列：范围、目标与指标、责任、方式与落实、期限、违约、其他；现状、成本、成效、水平、财力；资金使用."""
    checked = study.design.agreement_check(file=write(tmp_path, '[agreement]\ntitle = "空"\n'))
    grades = {f.item: f.grade for f in checked.findings}
    assert set(CLAUSES) <= set(grades)
    assert all(grades[k] == ("optional" if k == "other" else "absent") for k in CLAUSES)
    assert grades["rule"] == grades["start"] == grades["upstream"] == "absent"


def test_figures_that_a_rule_lacks_or_that_do_not_add_up_are_found(study: Study, tmp_path: Path) -> None:
    text = WHOLE.replace("class_steps", "p_index").replace(
        "base_class = 3", 'pollutants = ["TP", "TN"]\nweights = [0.5, 0.6]'
    )
    checked = study.design.agreement_check(file=write(tmp_path, text + clauses()))
    said = " ".join(f.what.en for f in checked.findings if f.grade == "inconsistent")
    assert "k0" in said
    assert "downstream_wan" in said
    assert "1.1" in said


def test_the_same_region_on_both_sides_is_found(study: Study, tmp_path: Path) -> None:
    text = WHOLE.replace('downstream = ["江苏"]', 'downstream = ["安徽"]') + clauses()
    checked = study.design.agreement_check(file=write(tmp_path, text))
    assert [f.item for f in checked.findings if f.grade == "inconsistent"] == ["upstream"]


def test_a_form_reads_like_the_toml(study: Study, tmp_path: Path) -> None:
    rows = ["事项,参数代号,内容", "规则类型,,fixed_shares", "下游各方,,贵州、四川", "上游各方,,云南", "开始日,,2024-01-01", "截止日,,2026-12-31",
            "规则参数,pool_wan,20000", "规则参数,contribution.530000,1", "规则参数,contribution.520000,5",
            "规则参数,contribution.510000,4", "规则参数,allocation.530000,3", "规则参数,allocation.520000,4",
            "规则参数,allocation.510000,3"]  # fmt: skip
    file = write(tmp_path, "\n".join(rows), "draft.csv")
    sheet = study.design.compensation(agreement="own", file=file, year=2024)
    assert dict(zip([r for r, _ in sheet.rows], sheet.column("amount"), strict=True)) == pytest.approx(
        {"530000": 4000, "520000": -2000, "510000": -2000}
    )


def test_unknown_entries_and_bad_toml_are_located(study: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        study.design.agreement_check(file=write(tmp_path, '[agreement]\ntitel = "x"\n[more]\na = 1\n'))
    assert [(p.row, p.column) for p in caught.value.problems] == [(2, "titel"), (3, "more")]
    with pytest.raises(InputError, match="TOML"):
        study.design.agreement_check(file=write(tmp_path, "[agreement\n"))


def test_own_terms_complete_a_registered_agreement(study: Study, tmp_path: Path) -> None:
    file = write(tmp_path, "[terms]\ndownstream_wan = 800\nupstream_wan = 900\n")
    read = write(tmp_path, "year,indicator,value\n2024,TP,0.06\n", "r.csv")
    sheet = study.design.compensation(agreement="wujiang", file=file, readings=read)
    assert sheet.column("amount").tolist() == [-900, 900]
    with pytest.raises(UnknownNameError, match="wujiang"):
        study.design.compensation(agreement="wujang", readings=read)


# --- ledger


def test_the_ledger_keeps_pool_due_settled_and_paid_apart(study: Study, tmp_path: Path) -> None:
    read = write(tmp_path, "协议代号,年份,指标,地区,数值\nchishui_r2,2023,达标率,贵州,0.85\n", "r.csv")
    frame = study.design.compensation_ledger(river="chishui_r2", readings=read).table()
    row = frame[(frame.year == 2023) & (frame.payer == "520000")].iloc[0]
    assert (row.pool_wan, row.full_wan, row.settled_wan, row.paid_wan) == pytest.approx((30000, 3000, 2550, 2550))
    assert row.paid_share == pytest.approx(0.85)
    unknown = frame[(frame.year == 2023) & (frame.payer == "510000")].iloc[0]
    assert np.isnan(unknown.paid_wan)  # unknown is not zero
    other = frame[(frame.year == 2024) & (frame.payer == "520000")].iloc[0]
    assert other.settled_wan == pytest.approx(3000)  # the readings are marked with this agreement


def test_every_known_payment_stands_once_in_the_ledger(study: Study) -> None:
    ledger = study.design.compensation_ledger()
    frame = ledger.table()
    known = {(p.agreement, p.year, p.payer.code, p.receiver.code): p.amount_wan for p in registry.payments()}
    paid = frame[frame.paid_wan.notna()]
    found = {(r.agreement, r.year, r.payer, r.receiver): r.paid_wan for r in paid.itertuples()}
    assert found == known
    assert len(paid) == len(known)
    assert frame.settled_wan.isna().all()  # nothing is settled without readings
    assert sum(c.amount_wan for c in ledger.central if c.year == 2024) == pytest.approx(23660)
    assert "江苏 2024 年 +5500" in ledger.notes[1].zh
    assert (frame.loc[frame.paid_share.notna(), "paid_share"] <= 1).all()


# --- bounds and packages


def test_income_gap_by_hand(study: Study) -> None:
    plan = study.design.compensation_bounds(upstream=["安徽"], reference_place="浙江", year=2019, agreed=20000)
    value = {v: study.values(v, 2019) for v in ("population", "urbanisation", "income_urban", "income_rural")}
    urban = value["population"]["340000"] * value["urbanisation"]["340000"] / 100
    rural = value["population"]["340000"] - urban
    gap = [value[v]["330000"] - value[v]["340000"] for v in ("income_urban", "income_rural")]
    assert plan.sheet.column("lower")[0] == pytest.approx(urban * gap[0] + rural * gap[1])
    assert plan.sheet.column("inside")[0] == 0
    assert "upper" not in plan.table().columns


def test_bounds_from_a_table(study: Study, tmp_path: Path) -> None:
    rows = "项目,类别,数量,单位价值\n污水厂,成本（直接或机会）,2,1500\n退耕,成本（直接或机会）,10,100\n供水,生态服务价值,4,3000\n"
    plan = study.design.compensation_bounds(
        upstream=["安徽"],
        reference_place="浙江",
        year=2019,
        file=write(tmp_path, rows, "v.csv"),
        agreed=9000,
        bargaining_power=0.25,
    )
    assert [plan.sheet.column(c)[0] for c in ("lower", "upper", "proposal", "inside")] == [4000, 12000, 6000, 1]


def test_a_package_is_worth_the_sum_of_its_years(study: Study, tmp_path: Path) -> None:
    titles = [t.zh for t in FORMS_OF_COMPENSATION.values()]
    assert len(titles) == 7
    rows = "\n".join(
        ["项目,补偿方式,年数量,单位价值,年数", *(f"第{i}项,{t},{i},10,{i}" for i, t in enumerate(titles, 1))]
    )
    sheet = study.design.compensation_package(file=write(tmp_path, rows, "p.csv"), discount_rate=0.05)
    by_hand = [10 * i * sum(1.05**-t for t in range(i)) for i in range(1, 8)]
    assert sheet.column("equivalent") == pytest.approx(by_hand)
    assert sheet.balances[0].residual == pytest.approx(0, abs=EXACT)
    assert sheet.column("in_funds").sum() == pytest.approx(by_hand[0])
    free = study.design.compensation_package(file=str(tmp_path / "p.csv"), discount_rate=0.0)
    assert free.column("equivalent") == pytest.approx([10 * i * i for i in range(1, 8)])


# --- river sharing by file


def test_a_basin_from_a_file(study: Study, tmp_path: Path) -> None:
    rows = "沿岸方,下一个沿岸方,区间来水,首单位水的效益 a,边际效益递减 c,本段治理成本\n上,下,6,10,1,4\n下,,0,10,1,6\n"
    file = write(tmp_path, rows, "basin.csv")
    sheet = study.design.river_sharing(file=file).sheet
    assert sheet.column("amount") == pytest.approx([42 - 25.5, 9 - 25.5])
    assert all(abs(b.residual) < EXACT for b in sheet.balances)
    ues = study.design.river_sharing(file=file, rule="pollution_ues").sheet
    assert ues.column("part") == pytest.approx([7, 3])
    # the live workbook carries the rule, not only its result
    for done in (sheet, ues):
        assert next(c for c in done.columns if c.id == "part").formula is not None
    both = study.design.river_sharing(file=file, rule="shapley").sheets
    assert [s.id for s in both] == ["coalitions", "river_sharing"]
    np.testing.assert_allclose([both[0].column(f"part_{i}").sum() for i in (0, 1)], both[1].column("part"))
    with pytest.raises(InputError, match="湖"):
        study.design.river_sharing(file=write(tmp_path, rows.replace("上,下,", "上,湖,"), "bad.csv"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_templates_hold_a_sheet_a_form(study: Study, tmp_path: Path, lang: str) -> None:
    from yugong.design.catalogue import CATALOGUE
    from yugong.study.form import write_template

    set_language(lang)
    for verb in ("compensation", "agreement_check", "compensation_bounds", "compensation_package", "river_sharing"):
        forms = CATALOGUE.find(verb).forms()
        path = write_template(tmp_path / f"{verb}.xlsx", forms, study)
        with pd.ExcelFile(path, engine="openpyxl") as book:
            assert len(book.sheet_names) >= len(forms) + 1  # how to fill in, and choices where there are any
    set_language(None)


def test_a_table_without_costs_has_no_lower_bound(study: Study, tmp_path: Path) -> None:
    file = write(tmp_path, "项目,类别,数量,单位价值\n供水,生态服务价值,4,3000\n", "v.csv")
    with pytest.raises(InputError, match="不是零"):
        study.design.compensation_bounds(upstream=["安徽"], file=file)
    with pytest.raises(InputError, match="reference"):
        study.design.compensation_bounds(upstream=["安徽"])


def test_the_trunk_rule_from_files(study: Study, tmp_path: Path) -> None:
    """Three provinces along the trunk: one improves by a tenth on both sides, one worsens, one stays."""
    rows = ["年份,指标,地区,断面位置,数值"]
    for place, (inlet, outlet, before) in {"重庆": (1, 0.9, 1), "湖北": (1, 1.1, 1), "安徽": (1, 1, 1)}.items():
        for indicator in ("高锰酸盐指数", "氨氮", "总磷"):
            rows += [f"2024,{indicator},{place},入境断面,{inlet}", f"2024,{indicator},{place},出境断面,{outlet}",
                     f"2023,{indicator},{place},出境断面,{before}"]  # fmt: skip
    read = write(tmp_path, "\n".join(rows), "r.csv")
    terms = write(tmp_path, "[terms]\nrate_wan = 100\ncap_wan = 5000\n", "t.toml")
    with pytest.raises(InputError, match="2024"):  # before the rule
        study.design.compensation(agreement="trunk_2025", file=terms, readings=read)
    later = "\n".join(rows).replace("2024,", "2026,").replace("2023,", "2025,")
    read = write(tmp_path, later, "later.csv")
    sheet = study.design.compensation(agreement="trunk_2025", file=terms, readings=read)
    assert dict(zip([label for label, _ in sheet.rows], sheet.column("amount"), strict=True)) == pytest.approx(
        {"500000": 1000, "420000": -1000, "340000": 0}
    )
    assert "2026" in sheet.title.zh


def test_every_wrong_figure_of_a_draft_is_located(study: Study, tmp_path: Path) -> None:
    lines = ["[agreement]", 'rule = "p_index"', "[terms]", 'downstream_wan = "一亿"', 'pollutants = ["TP", "PT"]', "weights = [1.0]",
             "contribution = {瑶池 = 1}", 'class_test = "weekly"', "baseline_years = [2012]", "downstream_wann = 3", "k0 = true"]  # fmt: skip
    lines[6] = 'contribution = {"瑶池" = 1}'
    with pytest.raises(InputError) as caught:
        study.design.compensation(agreement="own", file=write(tmp_path, "\n".join(lines), "bad.toml"))
    found = {(p.column, p.row) for p in caught.value.problems}
    assert found == {
        ("downstream_wan", 4), ("pollutants", 5), ("contribution", 7), ("class_test", 8), ("baseline_years", 9),
        ("downstream_wann", 10), ("k0", 11),
    }  # fmt: skip
    near = next(p for p in caught.value.problems if p.column == "downstream_wann")
    assert near.do is not None
    assert "downstream_wan" in near.do.en


def test_parties_in_tables_may_be_named(study: Study, tmp_path: Path) -> None:
    text = """[agreement]
rule = "fixed_shares"
downstream = ["贵州", "四川"]
upstream = ["云南"]
start = "2024"
end = "2024"
[terms]
pool_wan = 20000
contribution = {"云南" = 1, "贵州" = 5, "四川" = 4}
allocation = {"云南" = 3, "贵州" = 4, "四川" = 3}
"""
    sheet = study.design.compensation(agreement="own", file=write(tmp_path, text))
    assert sheet.column("amount").tolist() == [4000, -2000, -2000]


def test_weights_must_match_what_they_weigh(study: Study, tmp_path: Path) -> None:
    file = write(tmp_path, "[terms]\nk0 = 0.9\nweights = [0.5, 0.5]\n", "t.toml")
    with pytest.raises(InputError, match="权重"):
        study.design.compensation(agreement="xinanjiang_r2", year=2016, file=file)


def test_the_filled_template_settles(study: Study, tmp_path: Path) -> None:
    import openpyxl

    from yugong.design.catalogue import CATALOGUE
    from yugong.study.form import write_template

    path = write_template(tmp_path / "t.xlsx", CATALOGUE.find("compensation").forms(), study)
    book = openpyxl.load_workbook(path)
    readings, agreement = book.worksheets[:2]
    for row in ([2026, "总磷", 0.04], [2026, "总磷", 0.05]):
        readings.append([*row, len(readings["A"])])  # months 1 and 2
    for row in (["规则类型", None, "threshold"], ["下游各方", None, "重庆"], ["上游各方", None, "贵州"], ["开始日", None, "2026-01"],
                ["规则参数", "limit", 0.05], ["规则参数", "downstream_wan", 1500], ["规则参数", "upstream_wan", 1000]):  # fmt: skip
        agreement.append(row)
    book.save(path)
    book.close()
    sheet = study.design.compensation(agreement="own", file=str(path), readings=str(path))
    assert sheet.column("amount").tolist() == [1500, -1500]
    assert next(p for p in sheet.parameters if p.id.startswith("TP")).value == pytest.approx(0.045)
