"""Answers kept between launches: the same as made afresh, found without reading the study, never out of date."""

import json
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from serving import TOKEN

from yugong.workbench import lasting
from yugong.workbench.api import overview, session
from yugong.workbench.bench import Bench
from yugong.workbench.operations import Call
from yugong.workbench.shapes import RegionQuery

LAUNCH = """
import json, sys
from pathlib import Path
from yugong.workbench.api import overview, session
from yugong.workbench.bench import Bench
from yugong.workbench.operations import Call
from yugong.workbench.shapes import RegionQuery
bench = Bench("china", "t", Path(sys.argv[1]))
page = overview.overview(bench, Call(query=RegionQuery(region="510000")))
page.pop("run_id")
told = [session.session(bench, Call()), session.places(bench, Call()), page]
print(json.dumps([told, "pandas" in sys.modules]))
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A study of three places that can be changed."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "study.toml").write_text('id = "mine"\ntitle_zh = "甲"\ntitle_en = "A"\n', encoding="utf-8")
    (folder / "variables.csv").write_text(
        "id,title_zh,title_en,unit_zh,unit_en\ngrp,产值,output,亿元,100 million yuan\n", encoding="utf-8"
    )
    panel(folder, 100.0)
    return folder


def panel(folder: Path, first: float) -> None:
    rows = [f"{p},{y},{v}" for p, v in (("110000", first), ("310000", 50), ("510000", 60)) for y in (2021, 2022)]
    (folder / "panel.csv").write_text("place,year,grp\n" + "\n".join(rows) + "\n", encoding="utf-8")


def launched(home: Path) -> tuple[Any, bool]:
    done = subprocess.run([sys.executable, "-c", LAUNCH, str(home)], capture_output=True, text=True, check=True)
    told, read = json.loads(done.stdout)
    return told, read


def test_a_later_launch_shows_the_same_page_without_reading_the_study(tmp_path: Path) -> None:
    first, read = launched(tmp_path)
    assert read
    second, read = launched(tmp_path)
    assert not read
    assert second == first
    assert len(list((tmp_path / "answers").glob("*.json"))) == 4


def test_another_figure_gives_other_answers(own: Path, tmp_path: Path) -> None:
    def count() -> int:
        bench = Bench(str(own), TOKEN, tmp_path)
        return int(session.session(bench, Call())["study"]["places"])

    assert (count(), count()) == (3, 3)
    kept = set((tmp_path / "answers").iterdir())
    with (own / "panel.csv").open("a", encoding="utf-8") as f:
        f.write("500000,2022,7\n")
    assert count() == 4
    assert kept < set((tmp_path / "answers").iterdir())


def test_a_study_changed_while_the_page_is_open_is_told_as_it_was_read(own: Path, tmp_path: Path) -> None:
    session.places(Bench(str(own), TOKEN, tmp_path), Call())
    bench = Bench(str(own), TOKEN, tmp_path)
    assert len(session.places(bench, Call())["places"]) == 3  # kept: the study itself is not read yet
    with (own / "panel.csv").open("a", encoding="utf-8") as f:
        f.write("500000,2022,7\n")
    assert len(bench.study.places) == 4
    assert len(session.places(bench, Call())["places"]) == 4


def test_what_was_made_from_a_study_that_then_changed_is_not_kept(own: Path, tmp_path: Path) -> None:
    held = lasting.Lasting(own, tmp_path / "answers")
    panel(own, 101.0)
    held.keep("x", {"a": 1})
    assert held.find("x") is None
    assert held.changed()
    held.keep("x", {"a": 1})
    assert held.find("x") == {"a": 1}
    assert lasting.Lasting(own, tmp_path / "answers").find("x") == {"a": 1}


def test_another_program_finds_nothing(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = lasting.Lasting(own, tmp_path)
    held.keep("x", 1)
    monkeypatch.setattr(lasting, "program", lambda: "another")
    assert held.find("x") is None


def test_every_file_of_the_program_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "yugong"
    shutil.copytree(str(files("yugong")), copy, ignore=shutil.ignore_patterns("__pycache__", "*_cache"))
    monkeypatch.setattr(lasting, "files", lambda _name: copy)
    whole = lasting.program.__wrapped__
    before = whole()
    assert before == whole()
    for name in ("study/china/panel.csv", "diagnose/accessor.py", "registry/data/terms.csv"):
        path = copy / name
        text = path.read_bytes()
        path.write_bytes(text + b"\n")
        assert whole() != before, name
        path.write_bytes(text)
    (copy / "workbench" / "static" / "workbench.js").write_bytes(b"")  # the page computes nothing
    assert whole() == before


def test_a_damaged_or_unwritable_cache_costs_time_only(own: Path, tmp_path: Path) -> None:
    bench = Bench(str(own), TOKEN, tmp_path)
    told = overview.overview(bench, Call(query=RegionQuery()))["blocks"]
    for path in (tmp_path / "answers").iterdir():
        path.write_bytes(path.read_bytes()[:20])
    again = Bench(str(own), TOKEN, tmp_path)
    assert overview.overview(again, Call(query=RegionQuery()))["blocks"] == told
    shutil.rmtree(tmp_path / "answers")
    (tmp_path / "answers").write_text("a file where the folder should be")
    closed = Bench(str(own), TOKEN, tmp_path)
    assert overview.overview(closed, Call(query=RegionQuery()))["blocks"] == told


def test_a_study_whose_files_lie_elsewhere_is_not_kept(own: Path, tmp_path: Path) -> None:
    held = lasting.study(own)
    assert held is not None
    toml = own / "study.toml"
    plain = toml.read_text(encoding="utf-8")
    toml.write_text(plain + '[files]\npanel = "../panel.csv"\n', encoding="utf-8")
    assert lasting.study(own) is None
    toml.write_text(plain, encoding="utf-8")
    (own / "flows").symlink_to(tmp_path)
    assert lasting.study(own) is None
    (own / "flows").unlink()
    assert lasting.study(own) == held


def test_the_oldest_go_first(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "MOST_KEPT", 3)
    held = lasting.Lasting(own, tmp_path / "answers")
    for i in range(6):
        held.keep(str(i), i)
    assert len(list((tmp_path / "answers").iterdir())) == 3
    assert held.find("5") == 5
