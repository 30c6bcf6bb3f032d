"""The workbench in a real browser: from key press to painted number, to the first chart, and what is carried over."""

import gzip
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from typing import Any

from _measure import Figure
from bench_workbench import environment

PRESSES = 40
STARTS = 3
STILL = 400  # ms without any change before the next press, so that no late answer is taken for its own
SETTLE = 30_000  # ms: the other kinds of lever compile in the background for some 20 s after the first answer

# marks when a key went down, and when the frame after the number's change was drawn
WATCH = """
() => {
  window.marks = [];
  window.moved = performance.now();
  let down = null, before = "";
  const shown = () => document.querySelector(".answer .keys").textContent;
  document.addEventListener("keydown", (e) => { down = e.timeStamp; before = shown(); }, true);
  new MutationObserver(() => {
    window.moved = performance.now();
    if (down === null || shown() === before) return;
    const from = down;
    down = null;
    const drawn = new MessageChannel();
    drawn.port1.onmessage = () => window.marks.push(performance.now() - from);
    requestAnimationFrame(() => drawn.port2.postMessage(0));
  }).observe(document.querySelector(".answer .keys"), {
    subtree: true, characterData: true, childList: true,
  });
}
"""
# drawn: the frame after the tiles stand in the page
CHART = """
() => new Promise((done) => {
  const look = () => document.querySelector("svg.tiles") ? requestAnimationFrame(() => done(performance.now())) : setTimeout(look, 5);
  look();
})
"""


def started(home: str) -> tuple["subprocess.Popen[str]", float, str]:
    """Start a server and return it, when it began and its address."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "yugong", "serve", "--no-open", "--port", "0"]
    server = subprocess.Popen(
        command, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert server.stdout is not None
    return server, began, server.stdout.readline().strip()


def start_to_chart(browser: Any, home: str) -> float:
    """Seconds from starting the process to the frame with the first chart, in a browser that is already open."""
    server, began, address = started(home)
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    try:
        page.goto(address, wait_until="commit")
        page.wait_for_selector("svg.tiles", timeout=120_000)
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return time.perf_counter() - began
    finally:
        page.close()
        server.terminate()
        server.wait(10)


def figures(full: bool = False) -> list[Figure]:
    """Measure against a server of its own, with its folder empty."""
    packed = sum(
        len(gzip.compress(files("yugong.workbench").joinpath("static", n).read_bytes(), 9))
        for n in ("workbench.js", "workbench.css")
    )
    found = [Figure("workbench bundle, gzip -9", packed / 1000, "KB", "< 350")]
    chromium = shutil.which("chromium")
    if chromium is None:
        return found
    from playwright.sync_api import sync_playwright

    presses = PRESSES * (5 if full else 1)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        starts = [start_to_chart(browser, home) for _ in range(STARTS + 1)]
        found.append(
            Figure("process start to first chart drawn", min(starts[1:]), "s", "", f"first launch ever {starts[0]:.2f}")
        )
        server, _, address = started(home)
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(address)
            page.wait_for_selector("svg.tiles", timeout=120_000)
            page.goto("about:blank")
            page.goto(address)
            found.append(Figure("page opened to first chart drawn (study read)", page.evaluate(CHART), "ms", "< 1000"))
            page.click("[data-tab=simulate]")
            page.wait_for_selector(".answer .keys", timeout=300_000)
            page.wait_for_timeout(SETTLE)
            page.evaluate(WATCH)
            page.focus("#lever-trade_cost-0")
            for i in range(presses):  # every press a value not solved before
                page.keyboard.press("ArrowRight")
                page.wait_for_function("n => window.marks.length > n", arg=i, timeout=300_000)
                page.wait_for_function("ms => performance.now() - window.moved > ms", arg=STILL, timeout=300_000)
            marks = page.evaluate("window.marks")
            found += [
                Figure(
                    "key press to painted number, 31 regions, median",
                    statistics.median(marks),
                    "ms",
                    "< 100",
                    "every kind of lever compiled",
                ),
                Figure(
                    "key press to painted number, 31 regions, 95 %",
                    sorted(marks)[int(0.95 * len(marks))],
                    "ms",
                    "< 100",
                ),
            ]
        finally:
            server.terminate()
            server.wait(10)
            browser.close()
    return found
