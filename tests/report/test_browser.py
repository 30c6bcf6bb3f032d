"""The report in a real browser: offline, in both languages, through the years, at two widths."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from yugong import report, study
from yugong.report.model import Document
from yugong.report.write import write_report

CHROMIUM = shutil.which("chromium")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
    # playwright leaves its pipe to the driver to the garbage collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.fixture(scope="module")
def url(document: Document, tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_report(document, tmp_path_factory.mktemp("report") / "out", "zh").html.as_uri()


@pytest.fixture(scope="module")
def browser() -> "Iterator[playwright.Browser]":
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def china_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    document = report.build(study.china(), region="510000", draws=100)
    return write_report(document, tmp_path_factory.mktemp("china") / "out", "zh").html.as_uri()


class Watched:
    """A page with the network off that remembers every complaint and every request."""

    def __init__(self, browser: "playwright.Browser", url: str, size: str, scheme: str = "light") -> None:
        width, height = SIZES[size]
        self.context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        self.context.set_offline(True)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(f"console {m.type}: {m.text}"))
        self.page.on("pageerror", lambda e: self.complaints.append(f"error: {e}"))
        self.page.on("request", self._request)
        self.page.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('policy', e.violatedDirective))"
        )
        self.page.goto(url)
        self.page.wait_for_selector("html[data-ready]")

    def _request(self, request: "playwright.Request") -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.complaints.append(f"request: {request.url}")

    def done(self) -> None:
        self.page.wait_for_timeout(100)
        self.context.close()
        assert self.complaints == []


@pytest.fixture(params=[("desktop", "light"), ("phone", "dark")], ids="-".join)
def watched(request: pytest.FixtureRequest, browser: "playwright.Browser", url: str) -> Iterator[Watched]:
    size, scheme = request.param
    made = Watched(browser, url, size, scheme)
    yield made
    made.done()


def test_it_opens_offline_with_every_chart_drawn_and_no_sideways_scroll(watched: Watched, document: Document) -> None:
    page = watched.page
    for figure in document.figures():
        chart = page.locator(f"#{figure.id} .chart")
        assert chart.locator("svg.tiles, canvas").count() == 1
        assert chart.bounding_box()["height"] > 60
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_language_switches_without_reloading(watched: Watched, document: Document) -> None:
    page = watched.page
    page.evaluate("window.stayed = true")
    for lang, title in (("en", document.title.en), ("zh", document.title.zh)):
        page.click(f"[data-do=lang][data-value={lang}]")
        assert page.locator("h1").inner_text() == title
        assert page.title() == title
    page.click("[data-do=lang][data-value=en]")
    assert "Sichuan" not in page.locator("#main").inner_text()  # the sample's own names are Chinese and codes
    assert page.locator('#fig-map [aria-label^="SC "]').count() == 1
    assert page.evaluate("window.stayed")


def test_the_years_switch_by_slider_and_by_playing(watched: Watched) -> None:
    page = watched.page
    tile = page.locator("#fig-map [data-tile='3']")
    output = page.locator("#fig-map output")
    last = tile.get_attribute("aria-label")
    assert output.inner_text() == "2022"
    page.focus("#fig-map input[type=range]")
    page.keyboard.press("Home")
    assert output.inner_text() == "2012"
    assert tile.get_attribute("aria-label") != last
    page.click("#fig-map .player button")
    playwright.expect(output).to_have_text("2013", timeout=3000)
    page.click("#fig-map .player button")
    assert page.locator("#fig-map .player button").get_attribute("aria-pressed") == "false"


def test_missing_places_are_hatched_and_never_coloured(watched: Watched) -> None:
    for name in ("台湾", "香港", "澳门"):
        tile = watched.page.locator(f'#fig-map [aria-label="{name} 无数据"]')
        assert tile.count() == 1
        assert (tile.locator("rect").get_attribute("fill") or "").startswith("url(#")


def test_the_map_is_walked_with_the_arrow_keys(watched: Watched) -> None:
    page = watched.page
    page.locator("#fig-map [tabindex='0'][data-tile]").focus()
    seen = set()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        seen.add(page.evaluate("document.activeElement.dataset.tile"))
    assert len(seen) >= 3
    assert page.locator(".tip").is_visible()


def test_the_keyboard_reaches_every_control_in_reading_order(watched: Watched) -> None:
    page = watched.page
    tops = []
    for _ in range(14):
        page.keyboard.press("Tab")
        tops.append(page.evaluate("document.activeElement.getBoundingClientRect().top + window.scrollY"))
    assert tops[1:] == sorted(tops[1:])


def test_pictures_and_tables_are_saved(browser: "playwright.Browser", url: str) -> None:
    watched = Watched(browser, url, "desktop")
    page = watched.page
    for figure in ("fig-map", "fig-rank", "fig-dagum"):
        with page.expect_download() as got:
            page.click(f"#{figure} [data-do=png]")
        assert Path(got.value.path()).read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as got:
        page.click("#tab-plain [data-do=csv]")
    content = Path(got.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "模型,系数,range_low,range_high,样本"
    assert lines[1] == "无条件,-0.021,-0.034,-0.008,31"
    assert lines[3] == "未估计,,,,0"
    watched.done()


def test_charts_repaint_in_the_other_theme(browser: "playwright.Browser", url: str) -> None:
    watched = Watched(browser, url, "desktop")
    rect = watched.page.locator("#fig-map [data-tile='6'] rect")
    before = rect.get_attribute("fill"), watched.page.evaluate("getComputedStyle(document.body).backgroundColor")
    watched.page.click("[data-do=theme]")
    after = rect.get_attribute("fill"), watched.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert before[0] != after[0]
    assert before[1] != after[1]
    watched.done()


def test_the_china_report_opens_offline_and_switches(browser: "playwright.Browser", china_url: str) -> None:
    for size in SIZES:
        watched = Watched(browser, china_url, size)
        page = watched.page
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        for lang in ("en", "zh"):
            page.click(f"[data-do=lang][data-value={lang}]")
            assert page.locator("#fig-relative svg.tiles [aria-label]").count() == 34
        page.focus("#fig-relative input[type=range]")
        page.keyboard.press("Home")
        assert page.locator("#fig-relative output").inner_text() == "2000"
        for twin in page.locator("details.twin > summary").all():
            twin.click()
        assert page.locator("details.twin table:visible").count() == page.locator("figure").count()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        watched.done()


def test_it_prints_in_light_colours_from_a_dark_screen(browser: "playwright.Browser", url: str) -> None:
    watched = Watched(browser, url, "desktop", "dark")
    assert watched.page.pdf(format="A4").startswith(b"%PDF")
    watched.done()
