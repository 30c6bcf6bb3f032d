"""The committed chart kit: small, and what its sources build to."""

import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "web"
LARGEST = 700_000  # bytes of the script before compression


def test_the_script_is_small_and_names_its_licences() -> None:
    script = files("yugong.report").joinpath("static", "report.js").read_text(encoding="utf-8")
    assert len(script.encode()) < LARGEST
    assert "Apache-2.0" in script[:200]
    assert "</script" not in script
    assert "<!--" not in script


def test_the_lock_file_names_no_host() -> None:
    if not WEB.is_dir():
        pytest.skip("the TypeScript sources are not beside these tests")
    assert "resolved" not in (WEB / "package-lock.json").read_text(encoding="utf-8")


def test_a_fresh_build_gives_the_committed_bytes(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (WEB / "node_modules").is_dir():
        pytest.skip("needs Node and `npm ci` in web/")
    subprocess.run([node, "build.mjs", str(tmp_path)], cwd=WEB, check=True, capture_output=True)
    for name in ("report.js", "report.css"):
        committed = files("yugong.report").joinpath("static", name).read_bytes()
        assert (tmp_path / name).read_bytes() == committed
