"""Transfers on the China study: the workbook computes what Python computes, and what was paid stands beside."""

import subprocess
from pathlib import Path
from shutil import which

import numpy as np
import openpyxl
import pandas as pd
import pytest
from spreadsheet import Book

from yugong import study as studies
from yugong.base.errors import InputError
from yugong.base.text import Text
from yugong.design._common import Trace
from yugong.design._study_ecological import ECOLOGICAL_FORM, key_ecological_transfers
from yugong.design._study_redistribution import redistribution, transfer_alternatives
from yugong.design._study_transfers import Transfers, transfers
from yugong.design._transfer_inputs import FORM
from yugong.design.sheet import Sheet
from yugong.report.live_xlsx import render_live
from yugong.study.form import write_template
from yugong.study.model import Study

SAME = 1e-9  # relative: the same doubles added in another order
PENNY = 0.02  # 100 million yuan: what printed provincial figures differ by from the printed total


@pytest.fixture(scope="module")
def china() -> Study:
    return studies.china()


@pytest.fixture(scope="module")
def done(china: Study) -> Transfers:
    found = transfers(china, year=2023, cap=0.3, floor=-0.1)
    assert isinstance(found, Transfers)
    return found


def written(sheet: Sheet, path: Path) -> Path:
    path.write_bytes(render_live((sheet,), "zh"))
    return path


def column_of(book: Book, title: str, rows: int) -> list[str]:
    """The cells under a heading, at the rows of the places."""
    at = book.find(title)
    letters = at.rstrip("0123456789")
    first = int(at[len(letters) :]) + 3
    return [f"{letters}{first + i}" for i in range(rows)]


def compared(book: Book) -> float:
    """Recompute every formula cell; return the largest difference, relative to the larger of one and the number."""
    return max(abs(book.value(at) - float(book.cached[at])) / max(1.0, abs(book.cached[at])) for at in book.formulas())


def test_every_formula_of_the_workbook_gives_what_python_wrote(done: Transfers, tmp_path: Path) -> None:
    book = Book(written(done.sheet, tmp_path / "t.xlsx"))
    assert len(book.formulas()) > 31 * 30
    assert compared(book) < SAME


def test_a_changed_input_in_the_workbook_gives_what_python_gives_anew(china: Study, tmp_path: Path) -> None:
    """A desk raises Xizang's hardship coefficient and the second weight: the workbook follows, the residual shows."""
    plain = transfers(china, year=2023, weight_gap=1.0)
    assert isinstance(plain, Transfers)
    book = Book(written(plain.sheet, tmp_path / "t.xlsx"))
    at = [label for label, _ in plain.sheet.rows].index("540000")
    book.set(column_of(book, "艰苦边远系数", 31)[at], 1.5)
    weight = book.find("权重二（困难程度系数）")
    book.set("B" + weight[1:], 0.2)
    table = pd.DataFrame({"place": ["西藏"], "hardship": [1.5]})
    table.to_csv(tmp_path / "factors.csv", index=False)
    fresh = transfers(china, year=2023, weight_gap=1.0, weight_difficulty=0.2, file=str(tmp_path / "factors.csv"))
    assert isinstance(fresh, Transfers)
    got = [book.value(cell) for cell in column_of(book, "均衡性转移支付（测算）", 31)]
    np.testing.assert_allclose(got, fresh.amounts, rtol=SAME)
    residual = book.value("D" + book.find("各地转移支付合计 = 总额")[1:])
    assert residual == pytest.approx(fresh.sheet.balances[0].residual, rel=1e-6)
    assert abs(residual) > 1


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_an_independent_spreadsheet_engine_agrees(done: Transfers, tmp_path: Path) -> None:
    formulas = pytest.importorskip("formulas", reason="the spreadsheet engine (PyPI formulas) is not installed")
    path = written(done.sheet, tmp_path / "t.xlsx")
    solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
    cached = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    live = openpyxl.load_workbook(path).worksheets[0]
    worst, seen = 0.0, 0
    for row in live.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                key = f"'[t.xlsx]{live.title}'!{cell.coordinate}".upper()
                found = next(v for k, v in solution.items() if str(k).upper() == key)
                number, wanted = float(found.value[0, 0]), float(cached[cell.coordinate].value)
                worst, seen = max(worst, abs(number - wanted) / max(1.0, abs(wanted))), seen + 1
    assert seen > 31 * 30
    assert worst < SAME


@pytest.mark.slow
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_agrees(done: Transfers, tmp_path: Path) -> None:
    """The cached numbers are blanked, so that what comes back is LibreOffice's own calculation."""
    book = openpyxl.load_workbook(written(done.sheet, tmp_path / "t.xlsx"))
    book.save(tmp_path / "blank.xlsx")  # openpyxl writes formulas without values
    run = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
           "--outdir", str(tmp_path / "out"), str(tmp_path / "blank.xlsx")]  # fmt: skip
    subprocess.run(run, check=True, capture_output=True, timeout=120)
    theirs = openpyxl.load_workbook(tmp_path / "out" / "blank.xlsx", data_only=True).worksheets[0]
    ours = Book(tmp_path / "t.xlsx")
    worst = max(
        abs(float(theirs[at].value) - float(ours.cached[at])) / max(1.0, abs(ours.cached[at])) for at in ours.formulas()
    )
    assert worst < SAME


def test_what_was_paid_is_the_published_account(china: Study, done: Transfers) -> None:
    assert done.paid.sum() == pytest.approx(done.sheet.parameter("pot"), abs=PENNY)
    named = {str(name): i for i, (_, name) in enumerate(done.sheet.rows)}
    assert done.paid[named["四川"]] == china.values("transfer_received", 2023)["510000"]
    twenty = transfers(china, year=2020)
    assert isinstance(twenty, Transfers)
    assert twenty.paid[named["四川"]] == 5707.99  # Ministry of Finance, final accounts of 2020
    assert twenty.paid.sum() == pytest.approx(83217.95, abs=PENNY)


def test_the_workbook_shows_what_was_paid_beside_the_amount(china: Study) -> None:
    found = china.design.transfers(year=2023, pot=28340.0)
    paid, beside = found.sheet.column("paid"), found.sheet.column("beside_paid")
    np.testing.assert_array_equal(paid, found.paid)
    np.testing.assert_allclose(beside, found.amounts - paid * 28340.0 / paid.sum(), rtol=SAME, atol=1e-9)
    np.testing.assert_allclose(beside, found.table()["difference"], rtol=SAME, atol=1e-9)


def test_categories_without_their_users_are_said(china: Study) -> None:
    said = " ".join(n.zh for n in china.design.transfers(year=2023).notes)
    assert "没有对象人数而按常住人口计：教育" in said
    assert "社会保障和就业" in said  # not published by province for 2023
    assert "按常住人口计" not in " ".join(n.zh for n in china.design.transfers(year=2017).notes)


def test_the_amount_is_the_sum_of_its_parts_and_pots_are_closed(done: Transfers) -> None:
    np.testing.assert_allclose(sum(done.parts.values()), done.amounts, rtol=SAME, atol=1e-9)
    assert all(abs(b.residual) < 1e-6 for b in done.sheet.balances)
    assert set(done.bound) == {"cap", "floor", ""}
    rich = [i for i in range(len(done.amounts)) if not done.eligible[i]]
    assert rich
    assert (done.amounts[rich] == 0).all()
    assert {done.why(i).en for i in rich} == {"standard revenue covers standard expenditure: the formula gives nothing"}


def test_the_trace_of_sichuan_ends_in_its_amount(china: Study, done: Transfers) -> None:
    trace = transfers(china, year=2023, cap=0.3, floor=-0.1, trace="四川")
    assert isinstance(trace, Trace)
    at = [label for label, _ in done.sheet.rows].index("510000")
    assert trace.steps[-1].value == done.amounts[at]
    assert len(trace.table()) == len(trace.steps)
    said = {s.id: s for s in trace.steps}
    assert said["coefficient"].source.zh.startswith("财预〔2022〕58号第七条")
    assert said["weight_gap"].certainty == "solved"
    assert said["weight_difficulty"].certainty == "user"
    assert "不是官方核定数" in "".join(n.zh for n in trace.notes)
    with pytest.raises(InputError):
        transfers(china, year=2023, trace="香港")


@pytest.mark.parametrize("year", [2014, 2016, 2017, 2019, 2020, 2021, 2022, 2023])
def test_every_year_with_accounts_can_be_computed(china: Study, year: int) -> None:
    found = transfers(china, year=year)
    assert isinstance(found, Transfers)
    assert len(found.amounts) == 31
    assert found.amounts.sum() == pytest.approx(found.paid.sum(), rel=SAME)


def test_a_year_without_figures_is_refused(china: Study) -> None:
    with pytest.raises(InputError, match="2018"):
        transfers(china, year=2018)


@pytest.mark.parametrize("revenue", ["capacity", "output", "actual"])
def test_standard_revenue_adds_up_to_actual_revenue(china: Study, revenue: str) -> None:
    found = transfers(china, year=2023, revenue=revenue)  # type: ignore[arg-type]
    assert isinstance(found, Transfers)
    actual = china.values("budget_revenue", 2023).sum()
    assert found.sheet.column("standard_revenue").sum() == pytest.approx(actual, rel=SAME)


def test_a_user_table_is_taken_whole_or_refused_with_names(china: Study, tmp_path: Path) -> None:
    path = write_template(tmp_path / "f.xlsx", (FORM,), china)
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    column = {f.id: j + 1 for j, f in enumerate(FORM.fields)}
    for row in range(2, 33):
        page.cell(row, column["fixed_grants"]).value = 100
        page.cell(row, column["effort"]).value = 1
    page.cell(2, column["winter"]).value = 1.2
    book.save(path)
    found = transfers(china, year=2023, reward=500.0, file=str(path))
    assert isinstance(found, Transfers)
    assert found.sheet.column("effort_reward").sum() == pytest.approx(500.0)
    assert found.sheet.column("winter")[0] == 1.2
    plain = transfers(china, year=2023)
    assert isinstance(plain, Transfers)
    np.testing.assert_allclose(
        found.sheet.column("standard_revenue"), plain.sheet.column("standard_revenue") + 100, rtol=1e-12
    )
    page.cell(5, column["fixed_grants"]).value = None
    book.save(path)
    with pytest.raises(InputError, match="山西"):
        transfers(china, year=2023, file=str(path))


def test_wishes_that_cannot_be_met_are_refused(china: Study) -> None:
    for wish in (
        {"cap": 0.0, "floor": 0.1},
        {"reward": 10.0},
        {"pot": -1.0},
        {"cap": -0.5},
        {"rule": "per_head", "cap": 0.1},
    ):
        with pytest.raises(InputError):
            transfers(china, year=2023, **wish)  # type: ignore[arg-type]


def test_a_pot_of_ones_own_scales_the_baseline(china: Study) -> None:
    found = transfers(china, year=2023, pot=28340.0, cap=0.3, floor=-0.1)
    assert isinstance(found, Transfers)
    assert found.amounts.sum() == pytest.approx(28340.0, rel=SAME)
    full = transfers(china, year=2023, cap=0.3, floor=-0.1)
    assert isinstance(full, Transfers)
    ratio = 28340.0 / full.paid.sum()
    np.testing.assert_allclose(found.sheet.column("baseline"), full.sheet.column("baseline") * ratio, rtol=1e-12)
    assert any("缩放" in n.zh for n in found.notes)


def test_alternatives_share_one_pot_and_redistribution_is_measured_on_them(china: Study) -> None:
    shared = transfer_alternatives(china, year=2023)
    np.testing.assert_allclose(shared.amounts.sum(0), shared.amounts[:, 0].sum(), rtol=SAME)
    found = redistribution(china, year=2023)
    table = found.table().set_index("rule")
    assert (table["gini_after"] < table["gini_before"]).all()
    assert table.loc["gap_proportional", "rank_reversals"] == 0  # equal shares of every gap keep the order
    assert table.loc["equalisation", "gini_after"] < table.loc["per_head", "gini_after"]
    np.testing.assert_allclose(
        table["gini_before"] - table["gini_after"], table["reynolds_smolensky"] - table["reranking"], atol=1e-12
    )
    assert len(found.reversals("paid")) == table.loc["paid", "rank_reversals"]


@pytest.mark.parametrize("rule", ["gap_proportional", "per_head", "needs_potential"])
def test_each_alternative_is_a_rule_of_its_own(china: Study, rule: str, tmp_path: Path) -> None:
    found = transfers(china, rule=rule, year=2023)  # type: ignore[arg-type]
    assert isinstance(found, Transfers)
    assert found.amounts.sum() == pytest.approx(found.paid.sum(), rel=SAME)
    assert compared(Book(written(found.sheet, tmp_path / "a.xlsx"))) < SAME
    if rule == "needs_potential":  # nothing left for a region of low potential says nothing of its revenue
        assert {found.why(i).en for i in range(31)} == {""}


def test_resources_per_head_are_evened_too(china: Study) -> None:
    table = redistribution(china, year=2023, weighted_by="head").table().set_index("rule")
    assert (table["cv_after"] < table["cv_before"]).all()
    assert table.loc["paid", "gini_before"] == table.loc["equalisation", "gini_before"]


def test_key_ecological_transfers_come_from_a_filled_table(china: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="template"):
        key_ecological_transfers(china)
    path = write_template(tmp_path / "e.xlsx", (ECOLOGICAL_FORM,), china)
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    for row in range(2, 33):
        for j, value in enumerate((10.0 + row, 100.0 * row, row, 5.0, 0.05 if row == 2 else 0.0), 2):
            page.cell(row, j).value = value
    book.save(path)
    found = key_ecological_transfers(china, str(path))
    assert isinstance(found, Sheet)
    assert found.column("transfer").sum() == pytest.approx(721.0, rel=SAME)
    assert compared(Book(written(found, tmp_path / "k.xlsx"))) < SAME
    trace = key_ecological_transfers(china, str(path), trace="贵州")
    assert isinstance(trace, Trace)
    assert trace.name == Text("贵州", "Guizhou")


def test_winners_and_losers_are_counted_against_a_baseline(china: Study) -> None:
    same = transfers(china, year=2023, against="formula")
    assert isinstance(same, Transfers)
    np.testing.assert_array_equal(same.amounts, same.reference)  # nothing changed: nobody wins or loses
    harder = transfers(china, year=2023, weight_difficulty=0.3, against="formula")
    assert isinstance(harder, Transfers)
    np.testing.assert_array_equal(harder.reference, same.amounts)
    change, difficulty = harder.amounts - harder.reference, harder.sheet.column("difficulty")
    assert change.sum() == pytest.approx(0.0, abs=1e-6)
    assert change[np.argmax(difficulty)] > 0 > change[np.argmin(difficulty)]
    small = transfers(china, year=2023, pot=28340.0)
    assert isinstance(small, Transfers)
    assert small.reference.sum() == pytest.approx(28340.0)
    assert (small.table()["difference"] > 0).any()


def test_places_may_come_in_any_order(china: Study) -> None:
    """Labels align, positions never do: a study with its places turned round gives the same amounts."""
    from dataclasses import replace

    turned = replace(china, places=tuple(reversed(china.places)))
    one, other = transfers(china, year=2023), transfers(turned, year=2023)
    assert isinstance(one, Transfers)
    assert isinstance(other, Transfers)
    a = dict(zip([label for label, _ in one.sheet.rows], one.amounts, strict=True))
    for (label, _), amount in zip(other.sheet.rows, other.amounts, strict=True):
        assert amount == pytest.approx(a[label], rel=SAME, abs=1e-9)


def test_a_place_that_lacks_a_figure_is_left_out_and_named(china: Study) -> None:
    from dataclasses import replace

    frame = china.frame.copy()
    frame.loc[("650000", 2023), "tax_revenue"] = np.nan
    found = transfers(replace(china, frame=frame), year=2023)
    assert isinstance(found, Transfers)
    assert len(found.amounts) == 30
    assert any("新疆" in n.zh for n in found.notes)
    assert found.amounts.sum() == pytest.approx(found.paid.sum(), rel=SAME)


def test_the_difference_from_what_was_paid_is_taken_apart(china: Study) -> None:
    found = china.design.transfer_differences(years=(2017, 2018, 2023))
    assert found.years == (2017, 2023)
    assert "2018" in found.notes[0].zh
    frame = found.table()
    of = frame[frame["year"] == 2023].set_index("place")
    paid = china.values("transfer_received", 2023)[of.index]
    computed = china.design.transfers(year=2023)
    np.testing.assert_allclose(of["formula"], computed.amounts)
    # by hand: the money of regions without a gap leaves, the rest is shared as the formula shares it
    gap = computed.eligible
    comparable = of["formula"] * paid[gap].sum() / paid.sum()
    other = (comparable - paid).where(gap, 0.0)
    np.testing.assert_allclose(of["other"], other, atol=1e-6)
    np.testing.assert_allclose(of["scope"], of["formula"] - paid - other, atol=1e-6)
    assert abs(of["scope"].sum()) < 1e-6
    assert abs(of["other"].sum()) < 1e-6
    assert of["over"].isna().tolist() == (~gap).tolist()
    assert of.loc["540000", "over"] == pytest.approx(paid["540000"] / comparable["540000"])
    assert "民族自治区" in of.loc["540000", "circumstances"]
    autonomous = ["150000", "450000", "540000", "640000", "650000"]
    ratio = paid[autonomous].sum() / comparable[autonomous].sum()
    assert f"民族自治区 {ratio:.2f}" in found.notes[2].zh
    assert all(abs(b.residual) < 1e-6 for s in found.sheets for b in s.balances)
