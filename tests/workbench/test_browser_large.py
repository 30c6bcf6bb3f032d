"""A study of hundreds of places in a real browser: it stays quick, finds any place, and previews before it solves."""

import csv
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from driving import IN_A_BROWSER, SLOW, Watched, sideways
from serving import TOKEN, Client, running

from yugong import registry, study
from yugong.base.text import Text
from yugong.simulate.economies import from_table
from yugong.simulate.scenario import Scenario, Setting
from yugong.study.scaffold import new
from yugong.workbench.bench import Bench
from yugong.workbench.scenarios import Solver

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = IN_A_BROWSER
PLACES = 240
YEARS = range(2012, 2023)
QUICK = 20.0  # s: a hundred times what an idle machine needs, so that only a wrong order of cost fails
VARIABLES = (
    ("grp", "地区生产总值", "gross regional product", "亿元", "100 million yuan", "current"),
    ("population", "常住人口", "population", "万人", "10 000 persons", "none"),
    ("grp_per_head", "人均地区生产总值", "GRP per head", "元", "yuan", "current"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up study of 240 cities with one gap in a hundred."""
    made = tmp_path_factory.mktemp("studies") / "cities"
    new(made, Text("二百四十市", "240 cities"), level="prefecture")
    head = (made / "variables.csv").read_text(encoding="utf-8").strip().split(",")
    known = ("id", "title_zh", "title_en", "unit_zh", "unit_en", "price_basis")
    rng = np.random.default_rng(1)
    with (made / "variables.csv").open("w", newline="", encoding="utf-8") as f:
        rows = csv.DictWriter(f, head)
        rows.writeheader()
        for v in VARIABLES:
            own = {"direction": "+", "kind": "user", "publication_zh": "合成数据", "publication_en": "made up"}
            rows.writerow(dict(zip(known, v, strict=True)) | own)
    with (made / "panel.csv").open("w", newline="", encoding="utf-8") as f:
        cells = csv.writer(f)
        cells.writerow(["place", "year", *(v[0] for v in VARIABLES)])
        for place in registry.places("prefecture")[:PLACES]:
            people, output = rng.uniform(50, 1500), rng.lognormal(7, 0.9)
            for year in YEARS:
                people, output = people * (1 + rng.normal(0.003, 0.004)), output * (1 + rng.normal(0.07, 0.02))
                gone = rng.random() < 0.01
                cells.writerow(
                    [place.code, year, "" if gone else output, people, "" if gone else 1e4 * output / people]
                )
    return made


class WithEconomy:
    """The study with an economy of one sector on a plane, as a user's own tables would give it."""

    def __init__(self, of: Any) -> None:
        self._of = of
        self.places = of.places
        rng = np.random.default_rng(0)
        n, size, at = len(of.places), rng.lognormal(0, 1, len(of.places)), rng.random((len(of.places), 2))
        flows = np.outer(size, size) / (np.linalg.norm(at[:, None] - at, axis=2) + 0.05)
        flows[np.diag_indices(n)] *= 20
        origin, destination = np.meshgrid(of.places, of.places, indexing="ij")
        keys = {"origin": origin.ravel(), "destination": destination.ravel()}
        self._economy = from_table(
            pd.DataFrame({**keys, "sector": "all", "value": flows.ravel()}),
            pd.DataFrame({"sector": ["all"], "input": ["all"], "value": [0.5]}),
            pd.Series({"all": 0.3}),
            population=dict(zip(of.places, (100 * size).tolist(), strict=True)),
            names={p: of.name(p) for p in of.places},
        )

    def simulate(self, scenario: Scenario, **options: Any) -> Any:
        return self._of.simulate(scenario, economy=self._economy, **options)


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    yield from running(Bench(str(folder), TOKEN, tmp_path_factory.mktemp("large")))


def test_the_overview_is_whole_without_a_map(watched: Watched) -> None:
    page = watched.page
    page.wait_for_selector("#headline li", timeout=SLOW)
    assert page.locator(".finding").count() >= 2
    assert page.locator(".overview figure").count() >= 1  # a chart stands where provinces have their map
    assert not sideways(page)


@pytest.mark.parametrize("typed", ["成都", "cd", "Chengdu", "510100"])
def test_any_place_is_found_and_marked_in_the_long_ranking(watched: Watched, typed: str) -> None:
    page = watched.page
    page.click("[data-tab=diagnose]")
    page.wait_for_selector("#view-ranking canvas", timeout=SLOW)
    page.fill("#diagnose-region", typed)
    began = time.monotonic()
    page.locator("#diagnose-region-list [role=option]", has_text="510100").click()
    playwright.expect(page.locator("#diagnose-region")).to_have_value("成都")
    playwright.expect(page.locator("#view-table tr.marked th")).to_have_text("成都", timeout=SLOW)
    assert time.monotonic() - began < QUICK
    window = page.locator("#view-ranking .chart")
    assert "windowed" in (window.get_attribute("class") or "")
    height = window.evaluate("e => [e.clientHeight, e.scrollHeight, e.scrollTop]")
    assert height[0] < 1000 < 4000 < height[1]
    page.click(".finder .ghost")


def test_the_ranking_scrolls_by_mouse_and_by_key(watched: Watched) -> None:
    page = watched.page
    page.click("[data-tab=diagnose]")
    page.wait_for_selector("#view-ranking canvas", timeout=SLOW)
    window = page.locator("#view-ranking .chart")
    playwright.expect(window).to_have_class("chart ranking windowed")
    window.evaluate("e => { e.scrollTop = e.scrollHeight }")
    page.wait_for_timeout(300)
    page.set_viewport_size({"width": 1440, "height": 1400})
    page.wait_for_timeout(300)
    box = window.bounding_box()
    page.mouse.click(box["x"] + 30, box["y"] + 640)
    playwright.expect(page.locator("#diagnose-region")).not_to_have_value("", timeout=SLOW)
    last = page.locator("#diagnose-region").input_value()
    assert last
    rank = page.locator("#view-table tr.marked td").nth(1)
    playwright.expect(page.locator("#view-table tr.marked th")).to_have_text(last, timeout=SLOW)
    assert int(rank.inner_text()) > PLACES - 40
    page.click(".finder .ghost")
    window.evaluate("e => { e.scrollTop = 0 }")
    window.focus()
    for _ in range(40):
        page.keyboard.press("ArrowDown")
    page.wait_for_timeout(200)
    assert window.evaluate("e => e.scrollTop") > 0


def test_all_rows_go_into_the_downloads(watched: Watched, tmp_path: Path) -> None:
    page = watched.page
    page.click("[data-tab=diagnose]")
    page.wait_for_selector("#view-ranking canvas", timeout=SLOW)
    page.click("#view-ranking .picks summary")
    with page.expect_download() as got:
        page.click("#view-ranking [data-format=csv]")
    got.value.save_as(tmp_path / "ranking.csv")
    rows = (tmp_path / "ranking.csv").read_text(encoding="utf-8-sig").strip().splitlines()
    assert len(rows) > PLACES - 20
    page.click("#view-ranking .picks summary")
    with page.expect_download() as picture:
        page.click("#view-ranking [data-do=png]")
    content = Path(picture.value.path()).read_bytes()
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[20:24]) > 2 * 22 * (PLACES - 20)  # every row, at twice its size


def test_a_preview_comes_first_and_the_exact_answer_takes_its_place(
    browser: "playwright.Browser", folder: Path, tmp_path: Path
) -> None:
    bench = Bench(str(folder), TOKEN, tmp_path)
    solver = Solver(WithEconomy(study.read(folder)))  # type: ignore[arg-type]
    solver.warm = lambda ready: ready()  # type: ignore[method-assign]
    place = str(bench.study.places[0])
    for preview in (True, False):  # what the warm-up compiles, before anyone moves a lever
        tried = Scenario("warm", settings=(Setting("productivity", 1.01, place=(place,)),))
        solver.solve(tried, "eight", "plates", preview=preview)
    bench.once(("solver", bench.turn), lambda: solver)
    own = running(bench)
    watched = Watched(browser, next(own))
    page = watched.page
    page.evaluate(
        """() => {
          window.badges = [];
          new MutationObserver(() => {
            const badge = document.querySelector(".answer .badge")?.textContent;
            const value = document.querySelector(".answer .value")?.textContent;
            const last = window.badges.at(-1);
            if (badge && (last?.[0] !== badge || last?.[1] !== value)) window.badges.push([badge, value]);
          }).observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )
    page.click("[data-tab=simulate]")
    page.wait_for_selector(".answer .keys", timeout=SLOW)
    playwright.expect(page.locator(".answer .badge")).to_have_text("精确", timeout=SLOW)
    page.locator(".family", has=page.locator('[data-lever="productivity"]')).evaluate("e => { e.open = true }")
    for value, quick in (("1.05", SLOW), ("1.06", QUICK)):  # the first movement may still meet the compiler
        page.evaluate("window.badges = []")
        page.fill('[data-lever="productivity"] .exact', value)
        began = time.monotonic()
        page.keyboard.press("Enter")
        page.wait_for_function("() => window.badges.at(-1)?.[0] === '精确' && window.badges.length > 1", timeout=SLOW)
        assert time.monotonic() - began < quick
        badges = [badge for badge, _ in page.evaluate("window.badges")]
        assert "预览" in badges
        assert badges.index("预览") < len(badges) - 1 - badges[::-1].index("精确")
    assert page.locator(".results figure").count() >= 2
    assert not sideways(page)
    watched.done()
    own.close()
