"""The page itself: complete, closed to the outside, and escaped."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from sample import HOSTILE

from yugong.report.html import render_html
from yugong.report.model import Document

LARGEST = 900_000  # bytes of the sample page, of which the chart kit is about 620 000


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def page(document: Document) -> str:
    return render_html(document, "zh")


@pytest.fixture(scope="module")
def elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Elements()
    parser.feed(page)
    return parser.found


def test_nothing_comes_from_outside(elements: list[tuple[str, dict[str, str | None]]]) -> None:
    for tag, attributes in elements:
        assert tag not in {"iframe", "object", "embed", "base", "img"}
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name != "style"
            if name in {"src", "href", "action"}:
                assert value
                assert value.startswith(("#", "data:,"))


def test_the_policy_allows_this_script_and_this_style_alone(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    text = policy[1].replace("&#39;", "'")
    assert text.startswith("default-src 'none'")
    assert "unsafe" not in text
    for tag in ("style", "script"):
        bodies = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.S)
        assert len(bodies) == 1
        digest = base64.b64encode(hashlib.sha256(bodies[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in text


def test_study_text_is_escaped(page: str) -> None:
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(" in page


def test_ids_are_unique_and_links_lead_somewhere(elements: list[tuple[str, dict[str, str | None]]]) -> None:
    ids = [a["id"] for _, a in elements if "id" in a]
    assert len(ids) == len(set(ids))
    links = [a["href"] for t, a in elements if t == "a"]
    assert {h[1:] for h in links if h} <= set(ids)


def test_both_languages_are_on_the_page_and_it_opens_in_either(document: Document, page: str) -> None:
    assert 'data-lang="zh"' in page
    assert 'data-lang="en"' in render_html(document, "en")
    for text in (document.title, *(t.caption for t in document.tables())):
        assert text.zh in page
        assert text.en in page


def test_the_page_is_the_same_twice_and_not_large(document: Document, page: str) -> None:
    assert render_html(document, "zh") == page
    assert len(page.encode()) < LARGEST
