"""Fixtures of the workbench's tests."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # test modules share serving.py

from driving import CHROMIUM, QUIET, Watched
from serving import TOKEN, Client, running

from yugong.workbench.bench import Bench


@pytest.fixture(scope="package")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    yield from running(Bench("china", TOKEN, tmp_path_factory.mktemp("home")))


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Client]:
    yield from running(Bench("china", TOKEN, tmp_path))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium; tests that need it are skipped where it is not."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Debian's chromium is not installed")
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def watched(browser: Any, server: Client) -> Iterator[Watched]:
    """A page on the module's own `server`; at the end nothing may have been complained of."""
    made = Watched(browser, server)
    yield made
    made.done()
