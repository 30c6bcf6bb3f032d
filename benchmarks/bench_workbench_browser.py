"""The workbench in a real browser: from key press to painted number, to the first chart, and what is carried over."""

import gzip
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from importlib.resources import files

from _measure import THREADS, Figure

PRESSES = 40
SETTLE = 2000  # ms: the other kinds of lever compile in the background after the first answer

# marks when a key went down, and when the frame after the number's change was drawn
WATCH = """
() => {
  window.marks = [];
  let down = null;
  document.addEventListener("keydown", (e) => { down = e.timeStamp; }, true);
  new MutationObserver(() => {
    if (down === null) return;
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
        environment = {**os.environ, **dict.fromkeys(THREADS, "1"), "XDG_DATA_HOME": home}
        command = [sys.executable, "-m", "yugong", "serve", "--no-open", "--port", "0"]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip()
            browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
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
                page.wait_for_function("n => window.marks.length > n", arg=i, timeout=60_000)
                page.wait_for_timeout(120)
            marks = page.evaluate("window.marks")
            found += [
                Figure("key press to painted number, 31 regions, median", statistics.median(marks), "ms", "< 100"),
                Figure(
                    "key press to painted number, 31 regions, 95 %",
                    sorted(marks)[int(0.95 * len(marks))],
                    "ms",
                    "< 100",
                ),
            ]
            browser.close()
        finally:
            server.terminate()
            server.wait(10)
    return found
