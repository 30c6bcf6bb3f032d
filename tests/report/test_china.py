"""The report on the embedded China study: what it says, against numbers worked out apart from it."""

import csv
import itertools
import re
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from grids import compare

from yugong import report, study
from yugong.base.errors import InputError, UnknownNameError
from yugong.base.text import Text
from yugong.report.charts import Lines, Ranking, TileMap
from yugong.report.model import Document, Figure, Finding, Table
from yugong.report.numbers import Interval

ROUNDING = 5e-4  # figures of record are given to three digits
EXACT = 1e-9
EAST = {"110000", "120000", "130000", "310000", "320000", "330000", "350000", "370000", "440000", "460000"}
NORTHEAST = {"210000", "220000", "230000"}
CENTRAL = {"140000", "340000", "360000", "410000", "420000", "430000"}


@pytest.fixture(scope="module")
def china() -> study.Study:
    return study.china()


@pytest.fixture(scope="module")
def national(china: study.Study) -> Document:
    return report.build(china, draws=200)


@pytest.fixture(scope="module")
def sichuan(china: study.Study) -> Document:
    return report.build(china, region="川", draws=200)


@pytest.fixture(scope="module")
def panel() -> dict[str, dict[int, dict[str, float]]]:
    """variable → year → place → value, read from the file itself."""
    found: dict[str, dict[int, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    with files("yugong.study").joinpath("china", "panel.csv").open(encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            for name in ("grp_v4", "grp_v5", "population", "income_per_head"):
                if row[name]:
                    found[name][int(row["year"])][row["place"]] = float(row[name])
    return found


def table(document: Document, id_: str) -> Table:
    return next(t for t in document.tables() if t.id == id_)


def figure(document: Document, id_: str) -> Figure:
    return next(f for f in document.figures() if f.id == id_)


def column(t: Table, id_: str) -> list[object]:
    at = [c.id for c in t.columns].index(id_)
    return [row[at] for row in t.rows]


def per_head(panel: dict[str, dict[int, dict[str, float]]], grp: str, year: int, group: set[str]) -> float:
    return sum(panel[grp][year][p] for p in group) / sum(panel["population"][year][p] for p in group)


def test_own_figures_stand_beside_the_published_ones(
    national: Document, panel: dict[str, dict[int, dict[str, float]]]
) -> None:
    t = table(national, "tab-published")
    own, later, published = (column(t, c) for c in ("own_grp", "own_grp_v5", "published"))
    assert published == [1.69, 1.50, 1.87, 1.64, 21.3, 22.1, 19.6, 21.4]
    assert own == pytest.approx([1.680, 1.538, 1.858, 1.640, 21.29, 21.77, 19.60, 21.46], abs=10 * ROUNDING)
    assert own[:4] == pytest.approx([1.680, 1.538, 1.858, 1.640], abs=ROUNDING)
    assert later[:4] == pytest.approx([1.694, 1.569, 1.865, 1.662], abs=ROUNDING)
    west = set(panel["population"][2022]) - EAST - CENTRAL - NORTHEAST
    assert own[3] == pytest.approx(
        per_head(panel, "grp_v4", 2022, EAST) / per_head(panel, "grp_v4", 2022, west), rel=EXACT
    )
    assert any("vintage" in note.en for note in t.notes)


def test_the_gini_is_that_of_its_definition(national: Document, panel: dict[str, dict[int, dict[str, float]]]) -> None:
    t = table(national, "tab-gini")
    for year, shown, band in zip(column(t, "year"), column(t, "gini"), column(t, "gini_interval"), strict=True):
        grp, people = panel["grp_v4"][year], panel["population"][year]
        places = sorted(grp)
        y = np.array([grp[p] / people[p] for p in places])
        w = np.array([people[p] for p in places]) / sum(people.values())
        mean = float(w @ y)
        brute = sum(w[i] * w[j] * abs(y[i] - y[j]) for i, j in itertools.product(range(len(y)), repeat=2)) / (2 * mean)
        assert shown == pytest.approx(brute, rel=EXACT)
        assert band.low < shown < band.high


def test_dagum_and_theil_parts_add_up(national: Document) -> None:
    t = table(national, "tab-dagum")
    parts = np.array([column(t, c) for c in ("within", "between", "transvariation")], dtype=float)
    np.testing.assert_allclose(parts.sum(axis=0), np.array(column(t, "gini"), dtype=float), rtol=EXACT)
    shares = np.array([column(t, f"share_{c}") for c in ("within", "between", "transvariation")], dtype=float)
    np.testing.assert_allclose(shares.sum(axis=0), 100, rtol=EXACT)
    theil = table(national, "tab-theil")
    both = np.array([column(theil, c) for c in ("between", "within")], dtype=float)
    np.testing.assert_allclose(both.sum(axis=0), np.array(column(theil, "theil_T"), dtype=float), rtol=EXACT)


def test_the_map_shows_34_units_over_all_years_with_one_set_of_breaks(
    national: Document, panel: dict[str, dict[int, dict[str, float]]]
) -> None:
    chart = figure(national, "fig-relative").chart
    assert isinstance(chart, TileMap)
    assert len(chart.tiles) == 34
    assert [f.title.zh for f in chart.frames] == [str(y) for y in range(2000, 2024)]
    hatched = {t.name.zh for t, k in zip(chart.tiles, chart.frames[-1].classes, strict=True) if k is None}
    assert hatched == {"台湾", "香港", "澳门"}
    everyone = set(panel["population"][2023])
    mean = per_head(panel, "grp_v4", 2023, everyone)
    beijing = [t.code for t in chart.tiles].index("110000")
    expected = 100 * per_head(panel, "grp_v4", 2023, {"110000"}) / mean
    assert chart.frames[-1].labels[beijing].zh == f"{expected:.1f}"


def test_every_chapter_says_something_and_the_first_page_sums_up(national: Document) -> None:
    assert [c.id for c in national.chapters] == [
        "overview", "standing", "region", "disparity", "convergence", "missing", "methods"
    ]  # fmt: skip
    kinds = {type(f.chart) for f in national.figures()}
    assert {TileMap, Lines, Ranking} <= kinds
    overview = national.chapters[0]
    findings = [b for b in overview.blocks if type(b).__name__ == "Finding"]
    assert 5 <= len(findings) <= 8
    with_intervals = [f for f in findings if re.search(r"\[.*, .*\]", f.text.zh + (f.detail.zh if f.detail else ""))]
    assert len(with_intervals) >= 3
    assert all(f.see for f in findings)


def test_sentences_hold_the_numbers_of_their_tables(national: Document) -> None:
    t = table(national, "tab-gini")
    last = f"{column(t, 'gini')[-1]:.3f}"
    assert any(last in (f.detail.zh if f.detail else "") for f in national.findings() if f.see == "fig-gini")


def test_both_languages_are_complete(national: Document, sichuan: Document) -> None:
    for document in (national, sichuan):
        texts = [f.text for f in document.findings()] + [t.caption for t in document.tables()]
        texts += [c.title for t in document.tables() for c in t.columns] + [f.description for f in document.figures()]
        for text in texts:
            assert text.zh.strip()
            assert text.en.strip()
            assert not re.search(r"[\u4e00-\u9fff]", text.en), text.en
            assert "nan" not in text.zh.lower()


def test_page_and_workbook_hold_the_same_numbers(national: Document, sichuan: Document) -> None:
    assert compare(national) > 3000
    assert compare(sichuan) > 3000


def test_a_region_gets_its_chapter_under_any_name(china: study.Study, sichuan: Document) -> None:
    assert sichuan.title.zh.endswith("四川")
    chart = figure(sichuan, "fig-peers").chart
    assert isinstance(chart, Lines)
    assert chart.series[0].name.zh == "四川"
    assert chart.series[0].emphasis == "strong"
    assert len(chart.series) == 8
    marked = table(sichuan, "tab-levels")
    assert [marked.rows[i][0] for i in marked.marked] == [Text("四川", "Sichuan")]
    with pytest.raises(UnknownNameError):
        report.build(china, region="长安府")


def test_ranks_follow_the_good_direction(sichuan: Document, panel: dict[str, dict[int, dict[str, float]]]) -> None:
    t = table(sichuan, "tab-profile")
    codes = column(t, "code")
    at = codes.index("E3")
    year = column(t, "year")[at]
    incomes = panel["income_per_head"][year]
    assert column(t, "rank")[at] == 1 + sum(v > incomes["510000"] for v in incomes.values())


def test_convergence_ends_where_every_place_has_figures(china: study.Study, national: Document) -> None:
    wide = china.panel("real_grp_per_head")
    assert max(column(table(national, "tab-sigma"), "year")) == 2019
    later = wide.loc[:, 2020:2022]
    assert set(later.index[later.isna().any(axis=1)]) == {"110000"}
    rows = {row[0].zh: row for row in table(national, "tab-beta").rows}
    assert rows["2012—2019，无条件"][-1] == 31
    assert rows["2012—2022，无条件，缺北京"][-1] == 30
    y, x = np.log(wide[2019] / wide[2012]) / 7, np.log(wide[2012])
    assert rows["2012—2019，无条件"][1] == pytest.approx(np.polyfit(x, y, 1)[0], rel=1e-6)
    said = [f.detail.zh for f in national.findings() if f.see in {"fig-sigma", "fig-beta"} and f.tone == "closer"]
    assert said
    assert all("缺北京" in s for s in said)


def test_a_region_is_compared_at_the_prices_of_its_figure(china: study.Study, sichuan: Document) -> None:
    finding = next(f for f in sichuan.findings() if f.see == "fig-peers")
    current = figure(sichuan, "fig-peers")
    last = china.values("grp_per_head", 2023)
    assert f"按当年价为 {last['510000'] / 1e4:.2f} 万元" in finding.text.zh
    assert "（当年价）" in current.caption.zh
    assert column(current.table, "510000")[-1] == pytest.approx(last["510000"] / 1e4)
    real = china.values("real_grp_per_head", 2022).dropna()
    assert f"居第 {1 + sum(real > real['510000'])} 位" in finding.detail.zh
    assert "（2015 年不变价）" in figure(sichuan, "fig-peers-real").caption.zh


def test_old_figures_make_no_strength_or_weakness(china: study.Study) -> None:
    xizang = report.build(china, region="西藏", draws=20)
    t = table(xizang, "tab-profile")
    assert min(column(t, "year")) < 2018  # shown in the table, with its year
    finding = next(f for f in xizang.findings() if f.see == "tab-profile")
    years = [int(y) for y in re.findall(r"（(\d{4}) 年）", finding.text.zh)]
    assert len(years) == 6
    assert min(years) >= 2018


def test_a_turn_of_the_gap_inside_the_window_is_said(
    national: Document, panel: dict[str, dict[int, dict[str, float]]]
) -> None:
    ratio = {y: per_head(panel, "grp_v4", y, EAST) / per_head(panel, "grp_v4", y, CENTRAL) for y in range(2012, 2024)}
    least = min(ratio, key=lambda y: ratio[y])
    finding = next(f for f in national.findings() if f.see == "tab-plates")
    assert (
        f"中部的差距在 {least} 年最小（{ratio[least]:.3f}），此后回升，2023 年为 {ratio[2023]:.3f}" in finding.text.zh
    )
    assert "点估计" in finding.detail.zh


def test_an_early_year_has_no_empty_table_and_doubts_a_contrary_panel(china: study.Study) -> None:
    document = report.build(china, year=2010, draws=20)
    assert "tab-published" not in {t.id for t in document.tables()}
    assert all(t.rows for t in document.tables())
    panel_row = table(document, "tab-beta").rows[-1]
    assert panel_row[1] > 0
    assert any("发散" in f.text.zh for f in document.findings() if f.tone == "caution")


def test_a_year_without_output_says_which_year_stands_for_it(china: study.Study, tmp_path: Path) -> None:
    document = report.build(china, year=2024, draws=20)
    notice = next(b for b in document.chapters[0].blocks if isinstance(b, Finding))
    assert "2024" in notice.text.zh
    assert "2023" in notice.text.zh
    assert report.summary(document, tmp_path)[0] == notice.text


def test_a_single_year_ends_with_what_it_found(china: study.Study, tmp_path: Path) -> None:
    document = report.build(china, year=2000, draws=20)
    lines = report.summary(document, tmp_path)
    assert len(set(lines)) == len(lines) == 3
    assert set(lines[:2]) <= {f.text for f in document.findings()}
    assert "2000—2000" not in document.subtitle.zh


@pytest.mark.parametrize(("name", "level", "instead"), [("香港", "省级", None), ("成都", "地级", "四川")])
def test_a_known_place_outside_the_study_is_told_so(
    china: study.Study, name: str, level: str, instead: str | None
) -> None:
    with pytest.raises(InputError) as caught:
        report.build(china, region=name)
    said = caught.value.render("zh")
    assert level in said
    assert "不在本研究" in said
    assert "北京" not in said
    assert (instead in said) if instead else "→" not in said


def test_the_measures_are_all_different(national: Document) -> None:
    rows = [row[1:] for row in table(national, "tab-measures").rows]
    assert len(set(rows)) == len(rows)


def test_a_year_cuts_every_series(china: study.Study) -> None:
    document = report.build(china, year=2016, draws=50)
    for t in document.tables():
        if t.id in {"tab-gini", "tab-sigma", "tab-dagum", "tab-coordination"}:
            assert max(column(t, "year")) <= 2016
    chart = figure(document, "fig-relative").chart
    assert isinstance(chart, TileMap)
    assert chart.frames[-1].title.zh == "2016"
    with pytest.raises(UnknownNameError):
        report.build(china, year=1899)


def test_progress_is_real_and_seeds_repeat(china: study.Study, national: Document) -> None:
    steps: list[tuple[int, int]] = []
    again = report.build(china, draws=200, progress=lambda done, total, _: steps.append((done, total)))
    assert steps == [(k, steps[0][1]) for k in range(steps[0][1] + 1)]
    assert report.render_html(again, "zh") == report.render_html(national, "zh")
    assert report.render_xlsx(again, "zh") == report.render_xlsx(national, "zh")
    other = report.build(china, draws=200, seed=1)
    bands = [column(table(d, "tab-gini"), "gini_interval") for d in (national, other)]
    assert bands[0] != bands[1]


def test_every_number_can_be_traced(china: study.Study, national: Document) -> None:
    listed = set(column(table(national, "tab-sources"), "id"))
    for t in national.tables():
        assert {s.id for s in t.sources} <= listed
    assert listed <= {*china.variables, *china.tables, *china.flows}
    assert {"grp_v4", "population"} <= listed
    assert {"retail_price_index", "wages_by_industry", "employment_by_industry", "sample_survey"} <= listed
    assert {i.name for i in national.meta.inputs} >= {"panel.csv", "variables.csv", "study.toml"}


def test_what_is_missing_is_said_with_its_reason(china: study.Study, national: Document) -> None:
    t = table(national, "tab-absent")
    by_column = {k for k, v in china.indicators.items() if v in china.variables}
    computed = {"M1", "M2"}  # from tables of prices and wages
    assert len(t.rows) == 59 - len(by_column | computed)
    assert not set(column(t, "code")) & (by_column | computed)
    used = set(column(table(national, "tab-coordination-parts"), "code"))
    assert not used & set(column(t, "code")), "what enters a result is not missing"
    assert all(reason is not None for reason in column(t, "reason"))


def test_scores_say_how_many_core_indicators_they_rest_on(national: Document) -> None:
    with files("yugong.registry").joinpath("data", "indicators.csv").open(encoding="utf-8", newline="") as f:
        core = [r for r in csv.DictReader(f) if r["core"] == "yes"]
    unscored = {"E2", "G3", "G4", "S7", "M3", "M4"}  # without figures, or in census years only
    heads = {c.id: c.title.zh for c in table(national, "tab-ranks").columns}
    for d in ("D1", "D2", "D3", "D4", "D5"):
        codes = {r["code"] for r in core if r["dimension"] == d}
        assert heads[d].endswith(f"（{len(codes - unscored)}/{len(codes)}）")
    assert heads["D2"] == "生态绿色（2/4）"
    assert "D6" not in heads
    found = next(f for f in national.findings() if f.see == "fig-ranks")
    assert found.detail is not None
    assert "生态绿色 2/4" in found.detail.zh
    assert "Ecology" not in found.detail.zh


def test_coordination_tells_gaps_from_levels(national: Document) -> None:
    t = table(national, "tab-coordination-parts")
    codes = column(t, "code")
    read = {c: r.zh for c, r in zip(codes, column(t, "reading"), strict=True) if isinstance(r, Text)}
    assert {c for c, r in read.items() if r == "达标"} == {
        "E9", "G1", "G2", "G5", "G7", "S1", "M1", "M2", "M6", "F2", "F6"
    }  # fmt: skip
    points: dict[str, float] = defaultdict(float)
    rows = [
        (h.zh, r.zh, i)
        for h, r, i, e in zip(*(column(t, k) for k in ("headline", "reading", "index", "entering")), strict=True)
        if e.zh == "是"
    ]
    heads = [h for h, _, _ in rows]
    for h, r, i in rows:
        points[r] += (i - 100) / heads.count(h) / len(set(heads))
    whole = table(national, "tab-coordination")
    assert sum(points.values()) == pytest.approx(column(whole, "total")[-1] - 100, rel=EXACT)
    found = next(f for f in national.findings() if f.see == "fig-coordination")
    assert found.detail is not None
    assert f"差距项合计 {points['差距']:+.1f} 点" in found.detail.zh
    assert f"合计 {points['达标']:+.1f} 点" in found.detail.zh
    assert found.tone == ("neutral" if abs(points["达标"]) >= abs(points["差距"]) else "closer")
    priced = [n.zh for n in whole.notes if "当年价" in n.zh]
    assert len(priced) == 1
    assert "G5" in priced[0]
    assert "G7" not in priced[0], "not in the total"
    assert "G2" not in priced[0], "at constant prices"


def test_an_indicator_is_called_by_what_serves_it_and_judged_targets_are_marked(national: Document) -> None:
    t = table(national, "tab-coordination-parts")
    of = dict(zip(column(t, "code"), t.rows, strict=True))
    assert any(isinstance(v, Text) and v.zh.startswith("6 岁及以上") for v in of["S4"])
    assert not any(isinstance(v, Text) and "15" in v.zh for v in of["S4"])
    assert Text("2.3—2.7（M，可编辑）", "2.3–2.7 (M, editable)") in of["E9"]
    system = table(national, "tab-system")
    rows = dict(zip(column(system, "code"), system.rows, strict=True))
    assert Text("20—60（M，可编辑）", "20–60 (M, editable)") in rows["M6"]
    assert "retail_price_index" in rows["M1"]
    assert any("M6" in n.zh and "可编辑" in n.zh for n in table(national, "tab-ranks").notes)


def test_intervals_enclose_their_numbers(national: Document) -> None:
    for t in national.tables():
        for row in t.rows:
            for value, band in itertools.pairwise(row):
                if (
                    isinstance(band, Interval)
                    and isinstance(value, float)
                    and np.isfinite([value, band.low, band.high]).all()
                ):
                    assert band.low <= band.high
