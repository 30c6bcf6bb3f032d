"""The further chapters by the reader's choice: their numbers are those of the diagnosis, and gaps are said."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from grids import compare
from test_own_study import VARIABLES, cautions, written

from yugong import registry, report, study
from yugong.base.errors import InputError, UnknownNameError
from yugong.report.assemble import MODULES, STEPS, module_names
from yugong.report.chapters.context import Context
from yugong.report.charts import TileMap
from yugong.report.model import Document, Finding, Table
from yugong.report.numbers import Interval

EXACT = 1e-12
LEVEL = "real_grp_per_head"
INPUTS = ["capital_stock", "population", "energy_consumption"]
FRONTIER_YEARS = range(2012, 2018)


@pytest.fixture(scope="module")
def china() -> study.Study:
    return study.china()


@pytest.fixture(scope="module")
def full(china: study.Study) -> Document:
    return report.build(china, draws=100, modules="all")


def table(document: Document, id_: str) -> Table:
    return next(t for t in document.tables() if t.id == id_)


def column(t: Table, id_: str) -> list[Any]:
    at = [c.id for c in t.columns].index(id_)
    return [row[at] for row in t.rows]


def names(china: study.Study, codes: Any) -> list[Any]:
    return [china.names[str(p)] for p in codes]


def test_modules_come_by_choice_before_what_is_missing(china: study.Study, full: Document) -> None:
    ids = [c.id for c in full.chapters]
    assert ids[-2 - len(MODULES) :] == [*MODULES, "missing", "methods"]
    some = report.build(china, draws=50, modules=("markets", "space"))
    assert [c.id for c in some.chapters][5:] == ["space", "markets", "missing", "methods"]
    assert some.meta.options["modules"] == "space, markets"
    assert [c.id for c in report.build(china, draws=50).chapters][5:] == ["missing", "methods"]


def test_an_unknown_module_is_refused_with_those_there_are(china: study.Study) -> None:
    with pytest.raises(UnknownNameError, match="markets"):
        report.build(china, modules=("weather",))
    assert module_names("all") == tuple(MODULES)
    assert module_names(["growth", "space", "growth"]) == ("space", "growth")


@pytest.mark.parametrize("module", list(MODULES))
def test_each_chapter_has_a_lead_findings_figures_and_tables(full: Document, module: str) -> None:
    chapter = next(c for c in full.chapters if c.id == module)
    kinds = [type(b).__name__ for b in chapter.blocks]
    assert chapter.lead.zh
    assert chapter.lead.en
    found = [b for b in chapter.blocks if isinstance(b, Finding)]
    # the review of a draft says what may be wrong with it and no more: cautions, and tables of clauses
    assert any(f.tone != "caution" for f in found) or (module == "allowed" and found)
    assert kinds.count("Figure") >= 1 or module == "allowed"
    assert not any("从略" in f.text.zh for f in found)
    first = next(b for b in full.chapters[0].blocks if isinstance(b, Finding) and b in found)
    assert first.see


def test_both_languages_are_complete(full: Document) -> None:
    texts = [f.text for f in full.findings()] + [f.detail for f in full.findings() if f.detail]
    texts += [t.caption for t in full.tables()] + [n for t in full.tables() for n in t.notes]
    texts += [c.title for t in full.tables() for c in t.columns] + [f.description for f in full.figures()]
    # a cell may be empty (an input has no formula), but then in both languages
    texts += [cell for t in full.tables() for row in t.rows for cell in row if hasattr(cell, "zh") and any(cell)]
    for text in texts:
        assert text.zh.strip()
        assert text.en.strip()
        assert not re.search(r"[\u4e00-\u9fff，。；：（）]", text.en), text.en
        assert "nan" not in text.zh.lower()


def test_page_and_workbook_hold_the_same_numbers(full: Document) -> None:
    assert compare(full) > 6000


def test_every_number_can_be_traced(china: study.Study, full: Document) -> None:
    listed = set(column(table(full, "tab-sources"), "id"))
    for t in full.tables():
        assert {s.id for s in t.sources} <= listed
    kinds = dict(zip(column(table(full, "tab-sources"), "id"), column(table(full, "tab-sources"), "kind"), strict=True))
    estimated = listed - {*china.variables, *china.flows, *china.tables}
    assert estimated <= {"interprovincial_trade"}
    assert all(kinds[id_].en == "modelled" for id_ in estimated)
    assert {"migration_5yr", "retail_price_index", "employment_by_industry", "grp_index", "co2_sectoral"} <= listed
    for id_ in ("tab-moran", "tab-durbin", "tab-markov", "tab-gravity", "tab-accounts", "tab-dea"):
        assert table(full, id_).sources


def test_space_shows_the_diagnosis(china: study.Study, full: Document) -> None:
    t, own = table(full, "tab-moran"), china.diagnose.moran(LEVEL, seed=0)
    assert column(t, "year") == list(own.periods)
    np.testing.assert_allclose(column(t, "value"), own.value, rtol=EXACT)
    np.testing.assert_allclose(column(t, "p_sim"), own.p_sim, rtol=EXACT)
    local = china.diagnose.lisa(LEVEL, year=2019, seed=0)
    t = table(full, "tab-lisa")
    np.testing.assert_allclose(column(t, "value"), local.value[:, 0], rtol=EXACT)
    chart = next(f.chart for f in full.figures() if f.id == "fig-lisa")
    assert isinstance(chart, TileMap)
    words = {"高—高": "HH", "低—低": "LL", "不显著": ""}
    kinds = dict(zip(local.labels, local.significant(0.05)[:, 0], strict=True))
    for tile, k in zip(chart.tiles, chart.frames[0].classes, strict=True):
        assert (k is None) == (tile.code not in kinds)
        if k is not None and chart.classes[k].zh in words:
            assert words[chart.classes[k].zh] == kinds[tile.code]


def test_moran_is_shown_under_other_matrices(china: study.Study, full: Document) -> None:
    own = china.diagnose.moran_robustness(LEVEL, 2019, seed=0).table()
    t = table(full, "tab-moran-weights")
    np.testing.assert_allclose(column(t, "value"), own["value"], rtol=EXACT)
    finding = next(f for f in full.findings() if f.see == "tab-moran-weights")
    assert f"{(own['p_sim'] <= 0.05).sum()} 种在 5% 水平上显著" in finding.text.zh


def test_space_effects_carry_stars_and_intervals(china: study.Study, full: Document) -> None:
    covariates = ["urbanisation", "share_secondary", "trade_openness", "network_density"]
    logs = [LEVEL, "trade_openness", "network_density"]
    own = china.diagnose.spatial_effects(LEVEL, covariates, years=range(2006, 2020), logs=logs).table()
    own = own.set_index(["variable", "effect"])
    t = table(full, "tab-effects")
    order = [(v, k) for v in dict.fromkeys(v for v, _ in own.index) for k in ("direct", "indirect", "total")]
    expected = own.loc[order]
    np.testing.assert_allclose(column(t, "estimate"), expected["estimate"], rtol=EXACT)
    np.testing.assert_allclose(column(t, "standard_error"), expected["standard_error"], rtol=EXACT)
    for p, marks in zip(expected["p_value"], column(t, "stars"), strict=True):
        assert len(marks) == (p < 0.01) + (p < 0.05) + (p < 0.1)
    direct, indirect, total = (np.array(column(t, "estimate")[k::3]) for k in range(3))
    np.testing.assert_allclose(direct + indirect, total, rtol=1e-9)
    assert all(isinstance(b, Interval) for b in column(t, "estimate_interval"))


def test_dynamics_shows_the_diagnosis(china: study.Study, full: Document) -> None:
    t, own = table(full, "tab-markov"), china.diagnose.markov(LEVEL, 4)
    shown = np.array([column(t, f"to_{i}") for i in range(4)], dtype=float).T
    np.testing.assert_allclose(shown, own.p, rtol=EXACT)
    np.testing.assert_allclose(shown.sum(axis=1), 1, rtol=1e-9)
    assert column(t, "n") == own.counts.sum(axis=1).astype(int).tolist()
    clubs = china.diagnose.convergence_clubs(LEVEL)
    t = table(full, "tab-clubs")
    assert column(t, "n") == [
        31,
        *(len(m) for m in clubs.members),
        *([len(clubs.divergent)] if clubs.divergent else []),
    ]
    assert column(t, "t")[0] == pytest.approx(china.diagnose.log_t(LEVEL).t, rel=EXACT)


def test_markets_show_the_diagnosis_and_segmentation_falls(china: study.Study, full: Document) -> None:
    own = china.diagnose.market_segmentation()
    t = table(full, "tab-segmentation")
    known = np.isfinite(own.national)
    np.testing.assert_allclose(column(t, "segmentation"), own.national[known], rtol=EXACT)
    finding = next(f for f in full.findings() if f.see == "fig-segmentation")
    assert finding.tone == "closer"
    moves = china.diagnose.migration_table(2020)
    t = table(full, "tab-migration")
    np.testing.assert_allclose(column(t, "net"), moves.net / 1e4, rtol=EXACT)
    assert sum(column(t, "net")) == pytest.approx(0, abs=1e-6)
    gravity = china.diagnose.gravity(year=2020, groups="plates")
    t = table(full, "tab-gravity")
    np.testing.assert_allclose(column(t, "estimate")[-len(gravity.terms) :], gravity.coefficients, rtol=EXACT)
    np.testing.assert_allclose(column(t, "standard_error")[-len(gravity.terms) :], gravity.se, rtol=EXACT)


def test_structure_shows_the_diagnosis(china: study.Study, full: Document) -> None:
    own = china.diagnose.krugman(2019)
    t = table(full, "tab-krugman")
    shown = dict(zip(column(t, "place"), column(t, "value_2019"), strict=True))
    for place, value in zip(names(china, own.labels[0]), own.values, strict=True):
        assert shown[place] == pytest.approx(float(value), rel=EXACT)
    quotients = china.diagnose.location_quotient(2019).table()["value"]
    np.testing.assert_allclose(column(table(full, "tab-quotients"), "value"), quotients.nlargest(15), rtol=EXACT)


def test_growth_shows_the_diagnosis_and_says_what_stands_in(china: study.Study, full: Document) -> None:
    own = china.diagnose.growth_accounting(2012, 2017, labour="population")
    t = table(full, "tab-accounts")
    np.testing.assert_allclose(column(t, "output_growth_1"), 100 * own.output, rtol=EXACT)
    for id_ in ("capital", "labour", "productivity"):
        np.testing.assert_allclose(column(t, f"{id_}_contribution_1"), 100 * getattr(own, id_), rtol=EXACT)
    assert any("常住人口代替劳动" in note.zh for note in t.notes)
    tapio = china.diagnose.tapio(2012, 2019)
    np.testing.assert_allclose(column(table(full, "tab-tapio"), "elasticity"), tapio.elasticity, rtol=EXACT)
    split = china.diagnose.lmdi(2012, 2019)
    effects = column(table(full, "tab-lmdi"), "effect")
    np.testing.assert_allclose(effects[:-1], split.total.effects / 1e6, rtol=EXACT)
    places = list(split.places)
    moved = china.values("co2_sectoral", 2019)[places].sum() - china.values("co2_sectoral", 2012)[places].sum()
    assert effects[-1] == pytest.approx(float(moved) / 1e6, rel=1e-9)


def test_efficiency_shows_the_diagnosis(china: study.Study, full: Document) -> None:
    verbs = china.diagnose
    own = verbs.efficiency_panel(INPUTS, ["real_grp"], ["co2_sectoral"], years=FRONTIER_YEARS).score
    t = table(full, "tab-super-sbm")
    for year in FRONTIER_YEARS:
        np.testing.assert_allclose(np.array(column(t, str(year)), dtype=float), own[year].astype(float), rtol=EXACT)
    change = verbs.malmquist_luenberger(
        INPUTS, ["real_grp"], ["co2_sectoral"], years=FRONTIER_YEARS, reference="global"
    )
    shown = np.array(column(table(full, "tab-malmquist"), "productivity_change"), dtype=float)
    np.testing.assert_allclose(shown, 100 * (np.prod(change.index, axis=0) ** (1 / 5) - 1), rtol=1e-9)
    t = table(full, "tab-dea")
    overall, pure, scale = (np.array(column(t, f"{k}_efficiency"), dtype=float) for k in ("overall", "pure", "scale"))
    known = np.isfinite(overall)
    np.testing.assert_allclose((pure * scale)[known], overall[known], rtol=1e-9)


def test_a_year_cuts_the_modules_too(china: study.Study) -> None:
    document = report.build(china, year=2012, draws=50, modules="all")
    for id_ in ("tab-moran", "tab-segmentation"):
        assert max(column(table(document, id_), "year")) <= 2012
    assert all(y <= 2012 for c in table(document, "tab-krugman").columns for y in map(int, re.findall(r"\d{4}", c.id)))
    for t in document.tables():
        if t.id.startswith(("tab-gravity", "tab-tapio", "tab-lmdi", "tab-accounts", "tab-super", "tab-clubs")):
            assert not re.search(r"201[3-9]|202\d", t.caption.zh)


def test_a_region_is_marked(china: study.Study) -> None:
    document = report.build(china, region="川", draws=50, modules=("space", "efficiency"))
    t = table(document, "tab-lisa")
    assert [t.rows[i][0] for i in t.marked] == [china.names["510000"]]
    chart = next(f.chart for f in document.figures() if f.id == "fig-super-sbm")
    assert isinstance(chart, TileMap)
    assert chart.marked == ("510000",)


@pytest.mark.parametrize("have", [["population"], ["grp_per_head"], list(VARIABLES)])
def test_a_tiny_study_is_told_what_it_lacks(tmp_path: Path, have: list[str]) -> None:
    own = written(tmp_path / "own", have)
    document = report.build(own, draws=20, modules="all")
    for module in MODULES:
        assert cautions(document, module), module
    assert len(document.meta.warnings) >= len(MODULES)
    said = " ".join(f.text.zh for f in cautions(document, "markets"))
    assert "商品零售价格" in said
    report.write_report(document, tmp_path / "out")


@pytest.mark.parametrize("value", [0.0, 20.0])
def test_a_study_without_any_change_is_no_trouble(tmp_path: Path, value: float) -> None:
    names = ["population", "real_grp_per_head", "real_grp", "fixed_capital_formation", "investment_price"]
    names += ["energy_consumption", "co2_sectoral"]
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "study.toml").write_text('id = "own"\ntitle_zh = "不变"\ntitle_en = "Still"\n', encoding="utf-8")
    head = "id,title_zh,title_en,unit_zh,unit_en,price_basis,kind"
    rows = [f"{n},变量,Variable,件,items,none,user" for n in names]
    (folder / "variables.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    places = [p.code for p in registry.places() if p.tile][:12]
    cells = [f"{p},{y}," + ",".join([str(value)] * len(names)) for p in places for y in range(2008, 2020)]
    (folder / "panel.csv").write_text("\n".join([f"place,year,{','.join(names)}", *cells, ""]), encoding="utf-8")
    context = Context(study.read(folder), draws=20, seed=0)
    for module, (_, make) in MODULES.items():
        part = make(context)
        assert part.chapter.id == module
        assert part.chapter.blocks
        assert not any(re.search(r"—|nan|inf\b", f.text.en) for f in part.findings), module


def test_the_command_takes_modules_and_locates_an_unknown_one(tmp_path: Path) -> None:
    import typer
    from typer.testing import CliRunner

    from yugong.cli.report import add

    app = typer.Typer()
    app.callback()(lambda: None)
    add(app)
    arguments = ["report", "china", "--draws", "100", "--out", str(tmp_path / "out"), "--modules"]
    made = CliRunner().invoke(app, [*arguments, "structure，growth"])
    assert made.exit_code == 0, made.output
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert 'id="structure"' in page
    assert 'id="space"' not in page
    refused = CliRunner().invoke(app, [*arguments, "space,weather"])
    assert isinstance(refused.exception, InputError)
    assert "--modules" in refused.exception.render("en")
    assert "weather" in refused.exception.render("en")


def test_the_help_names_every_module() -> None:
    from typer.testing import CliRunner

    from yugong.cli.app import build

    shown = CliRunner().invoke(build(), ["report", "--help"]).output
    assert [name for name in MODULES if name not in shown] == []


def test_progress_counts_the_modules(china: study.Study) -> None:
    steps: list[tuple[int, int]] = []
    report.build(china, draws=50, modules=("growth",), progress=lambda done, total, _: steps.append((done, total)))
    assert steps == [(k, len(STEPS) + 1) for k in range(len(STEPS) + 2)]


def test_ellipses_are_those_of_the_verb(china: study.Study, full: Document) -> None:
    t = table(full, "tab-ellipse-grp")
    years = column(t, "year")
    own = china.diagnose.ellipse("grp", years=years)
    np.testing.assert_allclose(column(t, "major"), own.major, rtol=EXACT)
    np.testing.assert_allclose(np.array(column(t, "area")) * 1e4, own.area, rtol=EXACT)
    ends = china.diagnose.ellipse("grp", years=[years[0], years[-1]])
    said = next(f for f in full.findings() if f.see == "tab-ellipse-grp").text
    assert f"{ends.shift[1]:.0f} 公里" in said.zh
    assert 202.5 < ends.bearing[1] < 247.5
    assert "south-west" in said.en


def test_detector_and_local_coefficients_are_those_of_the_verbs(china: study.Study, full: Document) -> None:
    factors = ["urbanisation", "share_secondary", "trade_openness", "network_density"]
    own = china.diagnose.geodetector(LEVEL, factors, 2019, classes=4)
    np.testing.assert_allclose(column(table(full, "tab-detector"), "q"), np.sort(own.q)[::-1], rtol=EXACT)
    np.testing.assert_allclose(
        column(table(full, "tab-detector-pairs"), "q"), np.sort(own.pairs()["q"])[::-1], rtol=EXACT
    )
    local = china.diagnose.gwr(LEVEL, ["urbanisation", "share_secondary"], 2019, logs=[LEVEL])
    t = table(full, "tab-gwr")
    np.testing.assert_allclose(column(t, "median"), np.median(local.coefficients[:, 1:], axis=0), rtol=EXACT)
    assert column(t, "places") == [int(k) for k in (local.p_adjusted[:, 1:] <= 0.05).sum(axis=0)]


def test_network_and_shift_share_are_those_of_the_verbs(china: study.Study, full: Document) -> None:
    own = china.diagnose.network("migration_5yr", 2020)
    t = table(full, "tab-network")
    assert column(t, "density")[-1] == pytest.approx(own.density)
    assert column(t, "hierarchy")[-1] == pytest.approx(own.hierarchy)
    each = table(full, "tab-centrality")
    assert column(each, "degree_in") == sorted((int(d) for d in own.degree_in), reverse=True)
    parts = china.diagnose.shift_share(2013, 2019)
    t = table(full, "tab-shift-share")
    np.testing.assert_allclose(column(t, "competitive"), np.sort(parts.competitive.sum(axis=1))[::-1], rtol=EXACT)
    split = np.array([column(t, k) for k in ("national", "mix", "competitive")]).sum(axis=0)
    np.testing.assert_allclose(column(t, "change"), split, rtol=EXACT)
