"""The workbench in a real browser, on a real server: the whole path of an analyst, with no complaint on the way."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from driving import IN_A_BROWSER, SIZES, SLOW, Watched, answered, pick, sideways
from serving import TOKEN, Client, running

from yugong.report.write import available
from yugong.workbench.bench import Bench

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
pytestmark = IN_A_BROWSER
NEUTRAL = "#f1efe8"  # the middle of the diverging ramp in the light theme
ROW = 48  # px: controls of one row stand within it


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    yield from running(Bench("china", TOKEN, tmp_path_factory.mktemp("workbench")))


def test_it_opens_on_a_finished_overview_and_remembers_the_region(
    browser: "playwright.Browser", server: Client
) -> None:
    watched = Watched(browser, server)
    page = watched.page
    playwright.expect(page.locator("#headline li")).to_have_count(4, timeout=SLOW)
    playwright.expect(page.locator(".overview svg.tiles [data-tile]")).to_have_count(34)
    assert TOKEN not in page.url
    for typed in ("四川", "sc", "Sichuan", "510000"):
        pick(page, "overview-region", typed)
        playwright.expect(page.locator("#overview-region")).to_have_value("四川")
        page.click(".finder .ghost")
    pick(page, "overview-region", "sc")
    playwright.expect(page.locator("#headline")).to_contain_text("四川", timeout=SLOW)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    playwright.expect(page.locator("#overview-region")).to_have_value("四川")
    page.click(".finding .see >> nth=0", timeout=SLOW)
    playwright.expect(page.locator(".drawer")).to_be_visible()
    page.keyboard.press("Escape")
    playwright.expect(page.locator(".drawer")).to_have_count(0)
    watched.done()


def test_one_selection_moves_map_ranking_series_and_table_together(watched: Watched) -> None:
    page = watched.page
    page.click("[data-tab=diagnose]")
    page.wait_for_selector("#view-map svg.tiles")
    page.click("#view-map [data-tile] >> nth=5")
    chosen = page.locator("#diagnose-region").input_value()
    assert chosen
    playwright.expect(page.locator("#view-table tr.marked th")).to_have_text(chosen)
    playwright.expect(page.locator('#view-map [stroke-width="4"]')).to_have_count(1)
    page.click("#view-table tbody tr >> nth=0")
    playwright.expect(page.locator("#diagnose-region")).not_to_have_value(chosen)
    canvas = page.locator("#view-ranking canvas").bounding_box()
    before = page.locator("#diagnose-region").input_value()
    page.locator("#view-ranking canvas").click(position={"x": 20, "y": canvas["height"] - 60})
    playwright.expect(page.locator("#diagnose-region")).not_to_have_value(before)
    missing = page.locator('#view-map [aria-label="台湾 无数据"] rect')
    assert (missing.get_attribute("fill") or "").startswith("url(#")


def test_time_plays_and_answers_to_the_arrow_keys(watched: Watched) -> None:
    page = watched.page
    page.click("[data-tab=diagnose]")
    page.wait_for_selector("#view-map svg.tiles")
    output = page.locator(".timeline output")
    last = int(output.inner_text())
    page.focus(".timeline input")
    page.keyboard.press("ArrowLeft")
    playwright.expect(output).to_have_text(str(last - 1))
    playwright.expect(page.locator("#view-table .caption")).to_contain_text(str(last - 1))
    page.keyboard.press("Home")
    first = int(output.inner_text())
    tile = page.locator("#view-map [data-tile='3']")
    label = tile.get_attribute("aria-label")
    page.click(".timeline button")
    playwright.expect(output).to_have_text(str(first + 1), timeout=4000)
    page.click(".timeline button")
    assert tile.get_attribute("aria-label") != label
    assert f"year={first + 1}" in page.evaluate("new Promise(r => setTimeout(() => r(location.hash), 400))")


def test_levers_compare_share_undo(watched: Watched) -> None:
    page = watched.page
    page.click("[data-tab=simulate]")
    still = answered(page)
    assert still[0].startswith("0.00")  # no lever moved: exactly nothing
    page.focus("#lever-trade_barrier-0")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    playwright.expect(page.locator(".answer .value >> nth=0")).not_to_have_text(still[0])
    first = answered(page)
    playwright.expect(page.locator(".answer .badge")).to_have_text("精确")
    page.click("[data-do=duplicate]")
    page.fill('[data-lever="trade_cost"] .exact', "0.95")
    page.keyboard.press("Enter")
    playwright.expect(page.locator(".answer .value >> nth=0")).not_to_have_text(first[0])
    second = answered(page)
    assert page.locator("#diff tbody tr").count() == 2
    page.select_option("#against", index=1)
    page.wait_for_selector('[id^="difference-"]', timeout=SLOW)
    maps = page.locator(".comparison .legend")
    assert maps.nth(0).inner_text() == maps.nth(1).inner_text()  # one scale for both
    page.select_option("#against", "")
    page.wait_for_timeout(500)  # the address follows a moment later
    other = watched.tab(page.url)
    assert answered(other) == second
    other.close()
    page.locator("body").press("Control+z")  # the comparison
    page.locator("body").press("Control+z")
    page.locator("body").press("Control+z")  # the exact box
    playwright.expect(page.locator("#diff tbody tr")).to_have_count(1)
    assert answered(page) == first
    page.locator("body").press("Control+Shift+z")
    playwright.expect(page.locator("#diff tbody tr")).to_have_count(2)
    assert answered(page) == second
    page.click("[data-do=drawer]")
    playwright.expect(page.locator(".drawer table tr")).to_have_count(5, timeout=SLOW)
    page.keyboard.press("Escape")
    with page.expect_download() as got:
        page.click("[data-do=save-scenario]")
    text = Path(got.value.path()).read_text(encoding="utf-8")
    assert 'lever = "trade_barrier"' in text
    page.set_input_files(
        "#scenario-file", {"name": "again.toml", "mimeType": "application/toml", "buffer": text.encode()}
    )
    playwright.expect(page.locator(".scenario-tabs .chip")).to_have_count(3)
    assert answered(page) == second


def test_tables_and_pictures_are_taken_away(watched: Watched, tmp_path: Path) -> None:
    page = watched.page
    page.click("[data-tab=diagnose]")
    page.wait_for_selector("#view-map svg.tiles")
    for figure in ("view-map", "view-ranking", "view-series"):
        for kind, start in (("png", b"\x89PNG"), ("svg", b"<svg")):
            page.click(f"#{figure} .picks summary")
            with page.expect_download() as got:
                page.click(f"#{figure} [data-do={kind}]")
            assert Path(got.value.path()).read_bytes().startswith(start)
    shown = page.locator("#view-table tbody tr").count()
    for kind in ("csv", "xlsx", "parquet"):
        page.click(".after .menu summary")
        with page.expect_download() as got:
            page.click(f".after [data-format={kind}]")
        path = tmp_path / f"view.{kind}"
        got.value.save_as(path)
        if kind == "csv":
            assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        elif kind == "xlsx":
            sheets = openpyxl.load_workbook(path).worksheets
            cells = [c for sheet in sheets for row in sheet.iter_rows(values_only=True) for c in row]
            assert "北京" in cells
            assert sum(isinstance(c, int | float) for c in cells) > shown
        else:
            assert path.read_bytes().startswith(b"PAR1")


def test_what_is_copied_is_python_and_a_command(watched: Watched) -> None:
    page = watched.page
    watched.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("[data-tab=diagnose]")
    page.wait_for_selector("#view-map svg.tiles")
    page.click("[data-do=python]")
    playwright.expect(page.locator(".said")).to_have_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    compile(copied, "copied", "exec")
    assert "study.read('china')" in copied
    page.click("[data-do=cli]")
    assert page.evaluate("navigator.clipboard.readText()").startswith("yugong ")


@pytest.mark.parametrize("size", SIZES)
def test_language_and_theme_switch_without_reloading_at_every_width(
    browser: "playwright.Browser", server: Client, size: str
) -> None:
    watched = Watched(browser, server, size, scheme="dark" if size == "tablet" else "light")
    page = watched.page
    page.evaluate("window.stayed = true")
    for tab in ("overview", "diagnose", "import"):
        page.click(f"[data-tab={tab}]")
        page.wait_for_timeout(600)
        page.click("[data-lang-to=en]")
        page.wait_for_timeout(200)
        # the brand and the language switch keep their own script
        said = page.evaluate("document.getElementById('main').innerText")
        assert not any("\u4e00" <= c <= "\u9fff" for c in said), tab
        assert not sideways(page), tab
        page.click("[data-lang-to=zh]")
        page.wait_for_timeout(200)
        assert not sideways(page), tab
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("[data-do=theme]")
    page.wait_for_function("before => getComputedStyle(document.body).backgroundColor !== before", arg=before)
    assert page.evaluate("window.stayed")
    watched.done()


def test_at_twice_the_size_nothing_runs_off_the_page(browser: "playwright.Browser", server: Client) -> None:
    """200 % zoom of a 1280 × 800 screen is a page of 640 × 400 at two device pixels each."""
    watched = Watched(browser, server)
    page = watched.page
    page.set_viewport_size({"width": 640, "height": 400})
    for tab in ("overview", "diagnose", "simulate", "import"):
        page.click(f"[data-tab={tab}]")
        page.wait_for_timeout(800)
        assert not sideways(page), tab
    watched.done()


def test_every_chart_has_words_a_table_and_a_place_in_the_focus_order(watched: Watched) -> None:
    page = watched.page
    page.click("[data-tab=diagnose]")
    page.wait_for_selector("#view-map svg.tiles")
    for figure in page.locator("figure").all():
        chart = figure.locator(".chart")
        assert page.locator(f"#{chart.get_attribute('aria-describedby')}").inner_text().strip()
        figure.locator(".twin > summary").click()
        assert figure.locator(".twin tbody tr").count() > 0
    page.focus("#main")
    tops = []
    for _ in range(16):
        page.keyboard.press("Tab")
        tops.append(page.evaluate("document.activeElement.getBoundingClientRect().top + window.scrollY"))
    assert len(set(tops)) > 4
    assert all(later > earlier - ROW for earlier, later in pairwise(tops))
    assert page.locator("[aria-live=polite]").count() == 1


def test_a_method_runs_from_its_form(watched: Watched) -> None:
    page = watched.page
    page.goto(watched.home + "#diagnose?verb=dagum&options=" + json.dumps({"variable": "grp_per_head"}))
    page.reload()
    page.wait_for_selector("[data-do=run]:enabled", timeout=SLOW)
    page.click("[data-do=run]")
    page.wait_for_selector(".verb-result table", timeout=SLOW)
    assert page.locator(".verb-result .card").count() >= 1
    page.click("[data-tab=design]")
    page.wait_for_selector(".verb", timeout=SLOW)
    assert page.locator(".verb-tree [data-verb]").count() > 10


def test_a_room_that_does_not_exist_has_no_tab(watched: Watched, server: Client) -> None:
    shown = {a.get_attribute("data-tab") for a in watched.page.locator("[data-tab]").all()}
    assert shown == {"overview", "import", *server.bench.rooms}


def workbook(path: Path, cells: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "数据"
    for row in cells:
        book.active.append(row)
    book.save(path)
    return path


GOOD = [["地区", "年份", "旅游收入（亿元）", "游客（万人次）"]] + [
    [place, year, 100.0 * i + year - 2020, 50.0 * i]
    for year in (2021, 2022)
    for i, place in enumerate(("北京市", "河北省", "四川省"), 1)
]


def test_a_bad_workbook_is_told_cell_by_cell_and_a_good_one_becomes_a_study(
    browser: "playwright.Browser", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    own = running(Bench("china", TOKEN, tmp_path / "home" / "own"))
    server = next(own)
    watched = Watched(browser, server)
    watched.expected = ["422"]  # the browser's own note of a refused file
    page = watched.page
    page.click("[data-tab=import]")
    hostile = tmp_path / "hostile.xlsx"
    hostile.write_bytes(b"PK\x03\x04" + b"\x00" * 400)
    page.set_input_files("#import-file", hostile)
    page.wait_for_selector(".trouble", timeout=SLOW)
    bad = [list(row) for row in GOOD]
    bad[2][0] = "四川胜"
    bad[3][2] = "约三百"
    page.set_input_files("#import-file", workbook(tmp_path / "bad.xlsx", bad))
    page.wait_for_selector(".problems tbody tr, .trouble li", timeout=SLOW)
    told = page.locator(".problems, .trouble").inner_text()
    assert "四川胜" in told
    assert "约三百" in told
    assert "4" in told  # the row in the sheet
    assert page.locator(".file-start .bad").count() >= 2  # and where it stands in the file
    page.set_viewport_size({"width": 390, "height": 844})
    assert not sideways(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.set_input_files("#import-file", workbook(tmp_path / "good.xlsx", GOOD))
    playwright.expect(page.locator(".problems")).to_have_count(0, timeout=SLOW)
    page.wait_for_selector(".understood > .scroll tbody tr", timeout=SLOW)
    assert page.locator(".understood > .scroll tbody tr").count() == 2
    assert not sideways(page)
    page.fill("#study-title", "三地旅游")
    page.click("[data-do=save-study]")
    page.click("[data-do=open-study]", timeout=SLOW)
    playwright.expect(page.locator(".hero h1")).to_have_text("三地旅游", timeout=SLOW)
    page.click("[data-tab=diagnose]")
    playwright.expect(page.locator("#variable option")).to_have_count(2)
    watched.done()
    own.close()


def test_two_windows_do_not_overwrite_each_other(browser: "playwright.Browser", server: Client) -> None:
    watched = Watched(browser, server)
    watched.expected = ["409"]  # the browser's own note of the conflict
    page = watched.page
    other = watched.tab("#overview")
    pick(page, "overview-region", "贵州")
    playwright.expect(page.locator(".saving.saved")).to_be_visible(timeout=5000)
    pick(other, "overview-region", "云南")
    playwright.expect(other.locator(".conflict")).to_be_visible(timeout=5000)
    other.click(".conflict button >> nth=0")
    playwright.expect(other.locator("#overview-region")).to_have_value("贵州")
    watched.done()


def test_bands_run_in_the_background_with_progress_and_can_be_stopped(watched: Watched) -> None:
    moved = [{"id": "z", "title": "Z", "settings": [{"lever": "trade_cost", "value": 0.9}]}]
    page = watched.tab(f"#simulate?active=z&scenarios={quote(json.dumps(moved))}")
    answered(page)
    playwright.expect(page.locator("#diff tbody tr")).to_have_count(1)
    page.select_option(".bands select", "1000")
    page.click("[data-do=bands]")
    page.wait_for_selector(".bands progress", timeout=SLOW)
    page.click("[data-do=cancel]")
    playwright.expect(page.locator(".bands .description")).to_have_text("已取消", timeout=SLOW)


def test_no_lever_moved_is_the_neutral_colour_everywhere(watched: Watched) -> None:
    page = watched.tab(f"#simulate?active=n&scenarios={quote(json.dumps([{'id': 'n', 'title': 'N', 'settings': []}]))}")
    answered(page)
    page.wait_for_selector(".answer svg.tiles, .results svg.tiles", timeout=SLOW)
    rects = page.locator(".results svg.tiles [data-tile] rect").all()
    filled = {r.get_attribute("fill") for r in rects} - {None}
    solid = {f for f in filled if f and f.startswith("#")}
    assert solid == {NEUTRAL}


def test_the_report_is_made_and_taken_in_every_form(watched: Watched) -> None:
    pytest.importorskip("docx", reason="python-docx is not installed")
    page = watched.page
    page.click("[data-do=report]")
    page.click("[data-do=make-report]")
    page.wait_for_selector("[data-report=html]", timeout=2 * SLOW)
    forms = [b.get_attribute("data-report") for b in page.locator("[data-report]").all()]
    assert set(forms) == set(available())
    starts = {"html": b"<!", "xlsx": b"PK", "docx": b"PK", "pdf": b"%PDF-"}
    for form in forms:
        with page.expect_download() as got:
            page.click(f"[data-report={form}]")
        content = Path(got.value.path()).read_bytes()
        assert content[: len(starts[form])].lower() == starts[form].lower(), form
        assert len(content) > 10_000, form


def test_a_snapshot_brings_back_what_it_kept(watched: Watched) -> None:
    page = watched.page
    page.click("[data-tab=diagnose]")
    page.click(".modes button >> nth=0")  # the tests before may have left a method open
    page.wait_for_selector("#view-map svg.tiles")
    page.select_option("#scale", "growth")
    page.select_option("#from_year", "2015")
    playwright.expect(page.locator(".timeline input")).to_be_visible()
    page.click("[data-do=snapshots]")
    page.fill("#snapshot-name", "增速")
    page.click("[data-do=keep-snapshot]")
    page.keyboard.press("Escape")
    page.select_option("#scale", "level")
    page.select_option("#from_year", "")
    playwright.expect(page.locator(".saving.saved")).to_be_visible(timeout=5000)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    page.click("[data-do=snapshots]")
    page.click("[data-do=restore]")
    playwright.expect(page.locator("#scale")).to_have_value("growth")
    playwright.expect(page.locator("#from_year")).to_have_value("2015")
    page.click("[data-do=drop-snapshot]")
    playwright.expect(page.locator(".snapshots li")).to_have_count(0)
    page.keyboard.press("Escape")
    page.select_option("#scale", "level")
    page.select_option("#from_year", "")
    playwright.expect(page.locator(".saving.saved")).to_be_visible(timeout=5000)


def test_a_draft_dropped_on_the_review_page_is_answered(watched: Watched) -> None:
    page = watched.page
    page.click("[data-tab=review]")
    text = "# 关于促进协调发展的措施\n\n第一条 本市政府采购项目，投标企业应当在本市注册。\n"
    page.set_input_files("#review-file", {"name": "措施.md", "mimeType": "text/markdown", "buffer": text.encode()})
    page.wait_for_selector(".reviewing .found-list blockquote", timeout=SLOW)
    assert "应当在本市注册" in page.locator(".found-list").inner_text()
    warning = "不是审查结论"
    assert page.locator("#main").inner_text().count(warning) == 1  # said once
    assert not sideways(page)
