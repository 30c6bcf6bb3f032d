"""The committed workbench bundle: small, what its sources build to, and every word in both languages."""

import gzip
import os
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "web"
LARGEST = 350_000  # bytes of script and style after gzip: what the issue allows
NAMES = ("index.html", "workbench.js", "workbench.css")


def shipped(name: str) -> bytes:
    return files("yugong.workbench").joinpath("static", name).read_bytes()


def test_the_bundle_is_small_and_names_its_licences() -> None:
    packed = sum(len(gzip.compress(shipped(name), 9)) for name in NAMES)
    assert packed < LARGEST
    assert b"Apache-2.0" in shipped("workbench.js")[:300]
    assert b"Preact (MIT)" in shipped("workbench.js")[:300]


def test_the_page_loads_nothing_from_elsewhere_and_carries_no_inline_code() -> None:
    page = shipped("index.html").decode()
    assert re.findall(r'(?:src|href)="([^"]+)"', page) == ["data:,", "/workbench.js", "/workbench.css"]
    assert re.search(r"<script[^>]*>[^<]", page) is None
    assert "style=" not in page
    assert re.search(rb"url\((?!#|data:)", shipped("workbench.css")) is None


def test_two_fresh_builds_give_the_committed_bytes(tmp_path: Path) -> None:
    node = shutil.which("node")
    vite = WEB / "node_modules" / "vite" / "bin" / "vite.js"
    if node is None or not vite.is_file():
        pytest.skip("needs Node and `npm ci` in web/")
    for turn in ("first", "second"):
        out = tmp_path / turn
        made = {**os.environ, "WORKBENCH_OUT": str(out)}
        subprocess.run([node, str(vite), "build"], cwd=WEB, env=made, check=True, capture_output=True)
        for name in NAMES:
            assert (out / name).read_bytes() == shipped(name)


@pytest.fixture(scope="module")
def words() -> dict[str, tuple[str, str]]:
    path = WEB / "src" / "workbench" / "words.ts"
    if not path.is_file():
        pytest.skip("the TypeScript sources are not beside these tests")
    text = path.read_text(encoding="utf-8")
    body = text[text.index("{") : text.index("} as const")]
    found = re.findall(r'^  (\w+): \[\s*"([^"]*)",\s*"([^"]*)",?\s*\],$', body, re.MULTILINE)
    assert len(found) == len(re.findall(r"^  \w+:", body, re.MULTILINE))  # none escaped the pattern
    return {key: (zh, en) for key, zh, en in found}


def test_every_word_is_there_in_both_languages(words: dict[str, tuple[str, str]]) -> None:
    assert len(words) > 100
    for key, (zh, en) in words.items():
        assert zh.strip(), key
        assert en.strip(), key
        assert re.search(r"[\u4e00-\u9fff]", zh), key
        assert not re.search(r"[\u4e00-\u9fff]", en), key


def test_no_key_is_given_twice(words: dict[str, tuple[str, str]]) -> None:
    text = (WEB / "src" / "workbench" / "words.ts").read_text(encoding="utf-8")
    assert len(re.findall(r"^  \w+: \[", text, re.MULTILINE)) == len(words)


def test_every_word_is_used(words: dict[str, tuple[str, str]]) -> None:
    source = "".join(
        p.read_text(encoding="utf-8") for p in (WEB / "src" / "workbench").rglob("*.ts*") if p.name != "words.ts"
    )
    tabs = {"overview", "diagnose", "simulate", "design", "evaluate", "review", "monitor", "import"}
    built = {f"{t}_ask" for t in tabs} | tabs
    unused = sorted(k for k in words if k not in built and not re.search(rf'"{k}"|words\.{k}\b', source))
    assert unused == []


def test_the_components_hold_no_words_of_their_own() -> None:
    """Chinese outside the table of words would not switch with the language; the name of the brand does not."""
    if not WEB.is_dir():
        pytest.skip("the TypeScript sources are not beside these tests")
    allowed = {"禹贡", "中", "、", "；", "：", "（", "）", "，", "，、", "：；（"}
    for path in (WEB / "src" / "workbench").rglob("*.ts*"):
        if path.name == "words.ts":
            continue
        found = set(re.findall(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+", path.read_text(encoding="utf-8")))
        assert found <= allowed, (path.name, found - allowed)
