"""What every view offers in a real browser: its method, its data in every format, peers of choice, traces and lights."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from driving import IN_A_BROWSER, SLOW, Watched, answered, sideways
from serving import TOKEN, Client, running
from test_economy import tables

from yugong.workbench.bench import Bench

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
pytestmark = IN_A_BROWSER
PROVINCES = 31
CHINESE = re.compile(r"[\u4e00-\u9fff]")
AN_ID = re.compile(r"\b[a-z]+_[a-z_]+\b")  # grp_per_head: a name of the code, not of the language
CENTRAL = {"outcome": "real_grp_per_head", "policy": "central_rise", "breaks": "accept"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    yield from running(Bench("china", TOKEN, tmp_path_factory.mktemp("views")))


def take(page: "playwright.Page", view: str, kind: str, to: Path) -> Path:
    page.click(f"{view} .picks summary")
    with page.expect_download(timeout=SLOW) as got:
        page.click(f"{view} [data-format={kind}]")
    path = to / f"view.{kind}"
    got.value.save_as(path)
    return path


def cells(path: Path) -> list[object]:
    sheets = openpyxl.load_workbook(path).worksheets
    return [c for sheet in sheets for row in sheet.iter_rows(values_only=True) for c in row]


@pytest.mark.parametrize("view", ["#view-map", "#view-series", "#view-table"])
def test_each_view_of_diagnosis_gives_its_own_data(watched: Watched, view: str, tmp_path: Path) -> None:
    page = watched.tab("#diagnose?region=510000")
    page.wait_for_selector("#view-map svg.tiles", timeout=SLOW)
    assert take(page, view, "csv", tmp_path).read_bytes().startswith(b"\xef\xbb\xbf")
    assert take(page, view, "parquet", tmp_path).read_bytes().startswith(b"PAR1")
    found = cells(take(page, view, "xlsx", tmp_path))
    assert "北京" in found or view == "#view-series"
    assert sum(isinstance(c, int | float) for c in found) > 20


def test_the_overview_and_the_simulation_give_theirs(watched: Watched, tmp_path: Path) -> None:
    page = watched.page
    page.wait_for_selector(".overview svg.tiles", timeout=SLOW)
    assert "四川" in cells(take(page, ".overview .figure", "xlsx", tmp_path))
    two = '[{"id":"p","title":"甲","settings":[{"lever":"trade_cost","value":0.95}]},{"id":"q","title":"乙","settings":[]}]'
    page = watched.tab(f"#simulate?active=p&against=q&scenarios={quote(two)}")
    answered(page)
    for view in ("#winners-p", "#comparison", '[id^="difference-"]', "#map-q"):
        text = take(page, view, "csv", tmp_path).read_text(encoding="utf-8-sig")
        assert len(text.splitlines()) > 2, view
    titles = page.locator("#diff .family-name").all_inner_texts()
    assert titles == ["乙", "甲"]  # both scenarios stand on the page of differences
    page.click("#winners-p [data-do=method]")
    playwright.expect(page.locator(".drawer table tr")).to_have_count(5, timeout=SLOW)


def test_the_method_stands_beside_each_view(watched: Watched) -> None:
    page = watched.page
    page.click("[data-tab=diagnose]")
    page.wait_for_selector("#view-map svg.tiles", timeout=SLOW)
    assert page.locator(".bench [data-do=method]").count() == 4
    page.click("#view-ranking [data-do=method]")
    panel = page.locator(".drawer")
    playwright.expect(panel).to_contain_text("由本研究各列按公式计算")
    assert panel.locator("details[open]").count() == 2  # the card and where the data come from
    playwright.expect(panel).to_be_focused()
    page.keyboard.press("Escape")
    playwright.expect(panel).to_have_count(0)
    playwright.expect(page.locator("#view-ranking [data-do=method]")).to_be_focused()  # the focus goes back


def test_peers_are_chosen_and_left_to_the_structure_again(watched: Watched) -> None:
    page = watched.tab("#diagnose?region=510000")
    page.wait_for_selector("#view-series canvas", timeout=SLOW)
    first = page.locator("[data-peer]").all_inner_texts()
    assert first
    page.click("[data-do=add-peer]")
    page.keyboard.type("北京")
    page.keyboard.press("Enter")
    series = page.locator("#view-series .description")
    playwright.expect(series).to_contain_text("北京", timeout=SLOW)
    playwright.expect(page.locator("[data-peer]")).to_have_count(len(first) + 1)
    page.click("[data-do=drop-peer] >> nth=0")
    playwright.expect(series).not_to_contain_text(first[0], timeout=SLOW)
    page.wait_for_timeout(400)  # the address follows a moment later
    other = watched.tab(page.url)
    playwright.expect(other.locator("[data-peer]")).to_have_count(len(first), timeout=SLOW)
    assert "北京" in other.locator("[data-peer]").all_inner_texts()
    other.close()
    page.click("[data-do=peers-default]")
    playwright.expect(page.locator(f"[data-peer] >> text={first[0]}")).to_have_count(1, timeout=SLOW)


def method(room: str, verb: str, options: dict[str, object]) -> str:
    return f"#{room}?verb={verb}&options={quote(json.dumps(options))}"


def run(page: "playwright.Page") -> None:
    page.wait_for_selector("[data-do=run]:enabled", timeout=SLOW)
    page.click("[data-do=run]")
    page.wait_for_selector(".verb-result .after", timeout=SLOW)


def test_a_trace_is_read_step_by_step(watched: Watched) -> None:
    page = watched.tab(method("design", "transfers", {"trace": "510000"}))
    run(page)
    steps = page.locator(".trace > li")
    assert steps.count() > 10
    assert all(steps.nth(i).locator(".step-formula").inner_text().strip() for i in range(5))
    assert page.locator(".trace .step-numbers").first.inner_text().startswith("=")
    assert not sideways(page)


def test_an_evaluation_shows_its_sentence_and_its_lights_in_both_languages(watched: Watched) -> None:
    page = watched.tab(method("evaluate", "assess", CENTRAL))
    page.select_option("#field-years", "2000")  # the run of years is one choice, not twenty
    page.select_option("#field-years-to", "2019")
    run(page)
    assert page.locator(".lights li").count() == 10
    assert page.locator(".lights .lamp.red").count() >= 1
    assert page.locator(".verb-result .finding .headline").count() == 1
    page.click("[data-lang-to=en]")
    page.wait_for_timeout(300)
    said = page.locator(".verb-result").inner_text()
    assert not CHINESE.search(said), CHINESE.findall(said)[:20]
    page.click("[data-lang-to=zh]")


def test_targets_show_their_colours_and_numbers(watched: Watched) -> None:
    page = watched.tab("#monitor?verb=targets")
    run(page)
    rows = page.locator("#targets tbody tr").count()
    assert rows >= 8
    assert page.locator(".lights.broad li").count() == rows
    assert page.locator(".lights .lamp.green").count() >= 1
    assert "2025" in page.locator(".lights").inner_text()
    assert page.locator("#targets td .lamp").count() == rows
    lights = page.locator(".lights").inner_text()
    assert not AN_ID.search(lights), lights


def test_what_waits_in_a_long_form_opens(watched: Watched) -> None:
    page = watched.tab("#evaluate?verb=imputation")
    page.wait_for_selector(".fields", timeout=SLOW)
    shown = page.locator(".fields >> nth=0").locator("> *").count()
    assert shown <= 12
    rest = page.locator(".rest > .fields > *")
    assert rest.count() >= 5
    assert not rest.first.is_visible()
    page.click(".rest > summary")
    assert rest.first.is_visible()


def test_the_years_since_a_policy_are_drawn(watched: Watched) -> None:
    page = watched.tab(method("evaluate", "imputation", CENTRAL | {"years": list(range(2000, 2020))}))
    run(page)
    playwright.expect(page.locator(".verb-result figure canvas")).to_have_count(1)
    assert "事后" in page.locator(".verb-result figure .description").inner_text()


def test_own_economy_tables_replace_the_studys_and_go_again(watched: Watched, server: Client, tmp_path: Path) -> None:
    page = watched.page
    watched.expected = ["422"]  # the browser's own note of the empty template
    page.click("[data-tab=simulate]")
    answered(page)
    page.click(".economy > summary")
    with page.expect_download() as got:
        page.click("[data-do=economy-template]")
    got.value.save_as(tmp_path / "template.xlsx")
    page.set_input_files("#economy-file", tmp_path / "template.xlsx")
    page.wait_for_selector(".economy .trouble", timeout=SLOW)  # an empty template is told to be empty
    filled = tmp_path / "自己的经济.xlsx"
    filled.write_bytes(tables(server))
    page.set_input_files("#economy-file", filled)
    playwright.expect(page.locator(".economy > summary .unit")).to_have_text("自己的经济.xlsx", timeout=SLOW)
    playwright.expect(page.locator(".results figure").first).to_contain_text("重庆", timeout=SLOW)
    page.click("[data-do=economy-back]", timeout=SLOW)
    playwright.expect(page.locator(".economy > summary .unit")).to_have_text("研究自带", timeout=SLOW)
    assert answered(page)


def test_the_keyboard_alone_goes_from_the_tab_to_a_changed_answer(watched: Watched) -> None:
    page = watched.page
    page.wait_for_selector("#headline li", timeout=SLOW)
    page.keyboard.press("Tab")  # skip link
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.tab") == "simulate"
    page.keyboard.press("Enter")
    still = answered(page)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "lever-trade_cost-0":
            break
    else:
        pytest.fail("the first lever was never reached")
    page.keyboard.press("ArrowLeft")
    playwright.expect(page.locator(".answer .value >> nth=0")).not_to_have_text(still[0], timeout=SLOW)
    page.keyboard.press("Control+z")
    playwright.expect(page.locator(".answer .value >> nth=0")).to_have_text(still[0], timeout=SLOW)
