"""The documentation runs: every Python block and every `yugong` line, and both languages say the same."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ZH = sorted((ROOT / "docs" / "zh").glob("*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)
PAGES = [*ZH, *sorted((ROOT / "docs" / "en").glob("*.md")), ROOT / "README.md", ROOT / "README.en.md"]


def blocks(page: Path, language: str) -> list[str]:
    return [body for kind, body in BLOCK.findall(page.read_text(encoding="utf-8")) if kind == language]


@pytest.mark.parametrize("page", ZH, ids=lambda p: p.name)
def test_both_languages_have_the_same_headings_and_examples(page: Path) -> None:
    twin = ROOT / "docs" / "en" / page.name
    assert twin.is_file(), f"{page.name} has no English twin"
    levels = [
        [len(line) - len(line.lstrip("#")) for line in BLOCK.sub("", p.read_text(encoding="utf-8")).splitlines()
         if line.startswith("#")]
        for p in (page, twin)
    ]  # fmt: skip
    assert levels[0] == levels[1]
    for language in ("python", "console"):
        assert len(blocks(page, language)) == len(blocks(twin, language))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_examples_run(page: Path, tmp_path: Path) -> None:
    run = {"cwd": tmp_path, "capture_output": True, "text": True, "timeout": 300, "check": False}
    environment = {**os.environ, "PYTHONWARNINGS": "error", "PYTHONIOENCODING": "utf-8"}
    for code in blocks(page, "python"):
        done = subprocess.run([sys.executable, "-c", code], env=environment, **run)
        assert done.returncode == 0, f"{code}\n{done.stderr}"
    for code in blocks(page, "console"):
        for line in code.splitlines():
            words = shlex.split(line)
            assert words[0] == "yugong", line
            done = subprocess.run([sys.executable, "-m", "yugong", *words[1:]], env=environment, **run)
            assert done.returncode == 0, f"{line}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
