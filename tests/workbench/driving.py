"""A headless Chromium that drives the workbench, remembers every complaint, and has no network."""

import shutil
from typing import TYPE_CHECKING

import pytest
from serving import TOKEN, Client

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

CHROMIUM = shutil.which("chromium")
IN_A_BROWSER = [
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
    # no name but this machine's own is ever resolved: the network is off
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
SIZES = {"desktop": (1440, 900), "tablet": (820, 1100), "phone": (390, 844)}
SLOW = 120_000  # ms: the first simulation compiles the solver, on machines of all kinds


class Watched:
    """A page that remembers every complaint and every request that leaves this machine's server."""

    def __init__(
        self,
        browser: "Browser",
        server: Client,
        size: str = "desktop",
        locale: str = "zh-CN",
        scheme: str = "light",
    ) -> None:
        width, height = SIZES[size]
        self.home = f"http://{server.host}/"
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, color_scheme=scheme, accept_downloads=True
        )
        self.complaints: list[str] = []
        self.expected: list[str] = []
        self.page = self.tab(f"#token={TOKEN}")

    def tab(self, address: str) -> "Page":
        page = self.context.new_page()
        page.on("console", lambda m: self.complaints.append(f"console {m.type}: {m.text}"))
        page.on("pageerror", lambda e: self.complaints.append(f"error: {e}"))
        page.on("request", self._request)
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('policy', e.violatedDirective))"
        )
        page.goto(address if address.startswith("http") else self.home + address)
        page.wait_for_selector("html[data-ready]", timeout=SLOW)
        return page

    def _request(self, request: "Request") -> None:
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.complaints.append(f"request: {request.url}")

    def done(self) -> None:
        # a change is saved after 0.9 s: a late save would be another window's to the next page on this server
        self.page.wait_for_timeout(1000)
        self.page.wait_for_selector('[class="saving saving"]', state="detached")
        self.context.close()
        left = [c for c in self.complaints if not any(e in c for e in self.expected)]
        assert left == [], left


def pick(page: "Page", field: str, typed: str) -> None:
    page.fill(f"#{field}", typed)
    page.wait_for_selector(f"#{field}-list [role=option]")
    page.keyboard.press("Enter")


def sideways(page: "Page") -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def answered(page: "Page") -> list[str]:
    page.wait_for_selector(".answer .keys", timeout=SLOW)
    page.wait_for_selector('.results[aria-busy="false"]', timeout=SLOW)
    return [v.inner_text() for v in page.locator(".answer .value").all()]
