"""The embedded study is what its builder makes from the shared data, byte for byte."""

import filecmp
import subprocess
import sys
from pathlib import Path

import yugong

ROOT = Path(__file__).resolve().parents[2]
STUDY = Path(yugong.__file__).parent / "study" / "china"


def files(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def test_builder_gives_the_committed_bytes(shared: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        str(ROOT / "tools" / "china" / "build.py"),
        "--data",
        str(shared / "data"),
        "--out",
        str(tmp_path),
    ]
    subprocess.run(command, check=True, capture_output=True)
    assert files(tmp_path) == files(STUDY)
    same, differing, failed = filecmp.cmpfiles(STUDY, tmp_path, sorted(files(STUDY)), shallow=False)
    assert (differing, failed) == ([], [])
    assert len(same) == len(files(STUDY))


def test_no_file_of_the_shared_data_is_copied(shared: Path) -> None:
    mine = {p.read_bytes() for p in STUDY.rglob("*.csv")}
    theirs = [p for p in (shared / "data").glob("cn_*/**/*.csv") if p.read_bytes() in mine]
    assert theirs == []
