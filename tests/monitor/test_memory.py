"""The index under kill −9, two writers, full disks; what changed and by how much, against revisions made by hand."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yugong import monitor, study
from yugong.base.errors import YugongError
from yugong.cli.monitor import runner
from yugong.monitor.memory.fingerprint import differences, fingerprint
from yugong.monitor.memory.index import home
from yugong.monitor.memory.rerun import compare, packed, remember
from yugong.monitor.memory.summary import renew

WRITER = """
import sys
from pathlib import Path
from yugong.monitor.memory.index import Index
with Index(Path(sys.argv[1])) as index:
    for i in range(int(sys.argv[3])):
        n = index.record("run", "s", f"{sys.argv[2]} {i}", {"i": i}, {}, {"x": "y" * 3000})
        print(n, flush=True)
"""
LIMITED = """
import resource, signal, sys
from pathlib import Path
from yugong.base.errors import YugongError
from yugong.monitor.memory.index import Index
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
kept = 0
try:
    with Index(Path(sys.argv[1])) as index:
        for i in range(10_000):
            index.record("run", "s", str(i), {}, {}, {"x": "y" * 3000})
            kept += 1
except YugongError as error:
    print(kept, "full" if "full" in error.render("en") or "disk" in error.render("en") else error.render("en"))
"""
TIMES = 50


def start(path: Path, name: str, n: int) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", WRITER, str(path), name, str(n)], stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_nothing_that_was_acknowledged_is_lost_to_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    told = 0
    chance = random.Random(0)
    killed = 0
    for i in range(TIMES):
        process = start(path, f"w{i}", 100_000)
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(chance.random() * 0.05)
        os.kill(process.pid, signal.SIGKILL)
        told += bool(first) + process.stdout.read().count("\n")
        killed += process.wait() == -signal.SIGKILL
        process.stdout.close()
    assert killed == TIMES
    with monitor.Index(path) as index:
        assert index.check()
        entries = index.entries()
    assert told > TIMES
    assert told <= len(entries) <= told + TIMES  # one a process may be kept and not yet told
    for i in range(TIMES):
        mine = [e.recipe["i"] for e in entries if e.title.startswith(f"w{i} ")]
        assert mine == list(range(len(mine)))


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    both = [start(path, name, 100) for name in "ab"]
    for p in both:
        out, _ = p.communicate(timeout=120)
        assert p.returncode == 0
        assert out.count("\n") == 100
    with monitor.Index(path) as index:
        entries = index.entries()
        assert [e.id for e in entries] == list(range(1, 201))
        assert index.check()


def test_a_full_disk_loses_nothing_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    done = subprocess.run([sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, check=True)
    kept, why = done.stdout.split()
    assert why == "full"
    with monitor.Index(path) as index:
        assert len(index.entries()) == int(kept) >= 5
        assert index.check()
        index.record("run", "s", "space again")
        assert len(index.entries()) == int(kept) + 1


def test_a_database_at_its_size_limit_refuses_the_whole_entry(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    with monitor.Index(path) as index:
        index.record("run", "s", "first", contents={"a": b"1"})
        pages = index._db.execute("PRAGMA page_count").fetchone()[0]
        index._db.execute(f"PRAGMA max_page_count={pages + 2}")
        noise = np.random.default_rng(0).bytes(200_000)
        with pytest.raises(YugongError, match="full"):
            index.record("run", "s", "second", contents={"b": noise})
        assert [e.title for e in index.entries()] == ["first"]
        assert index.content("b") is None
        assert index.content("a") == b"1"


def test_entries_are_append_only(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    with monitor.Index(path) as index:
        index.record("run", "s", "one")
        for statement in ("UPDATE entries SET title = 'x'", "DELETE FROM entries"):
            with pytest.raises(sqlite3.IntegrityError, match="append only"):
                index._db.execute(statement)
        with pytest.raises(ValueError, match="kind"):
            index.record("nothing", "s")  # type: ignore[arg-type]


def test_damaged_and_newer_files_are_refused_and_kept(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(b"not a database" * 1000)
    with pytest.raises(YugongError, match=r"damaged|损坏"):
        monitor.Index(damaged)
    assert damaged.read_bytes().startswith(b"not a database")
    newer = tmp_path / "newer.sqlite"
    monitor.Index(newer).close()
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(YugongError, match="99"):
        monitor.Index(newer)


def test_where_the_index_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert home(tmp_path, "mine") == tmp_path / ".yugong" / "index.sqlite"
    monkeypatch.setenv("YUGONG_STATE", str(tmp_path / "state"))
    assert home(study.china().folder, "china") == tmp_path / "state" / "china" / "index.sqlite"
    assert home(None, "x") == tmp_path / "state" / "x" / "index.sqlite"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A copy of the study as a user's own."""
    folder = tmp_path / "mine"
    shutil.copytree(str(study.china().folder), folder)
    return folder


def revise(folder: Path, place: str, year: int, columns: list[str], factor: float) -> None:
    frame = pd.read_csv(folder / "panel.csv", dtype=str)
    at = (frame["place"] == place) & (frame["year"] == str(year))
    for c in columns:
        frame.loc[at, c] = repr(float(frame.loc[at, c].iloc[0]) * factor)
    frame.to_csv(folder / "panel.csv", index=False)


def test_differences_are_those_made_by_hand() -> None:
    before = b"place,year,a,b\n110000,2020,1,5\n110000,2021,2,\n120000,2020,,7\n"
    after = b"place,year,a,c\n110000,2020,1.1,5\n110000,2021,2,\n120000,2020,4,7\n"
    rows = differences(before, after).set_index("variable")
    assert rows.loc["a", ["revised", "added", "removed"]].tolist() == [1, 1, 0]
    assert rows.loc["a", "largest"] == pytest.approx(0.1)
    assert rows.loc["a", "largest_relative"] == pytest.approx(0.1)
    assert rows.loc["a", "where"] == "110000 2020"
    assert rows.loc["b", "removed"] == 2
    assert rows.loc["c", "added"] == 2
    assert differences(before, before).empty


def test_a_revision_is_seen_measured_and_renewed(mine: Path) -> None:
    first = study.read(mine)
    options = {"variable": "grp_per_head", "weights": "population", "year": "2022"}
    with monitor.Index(home(mine, first.id)) as index:
        start_ = monitor.summary(first, index, runner, "2026-06-30")
        assert (start_.since, start_.exit_code) == (None, 0)
        remember(index, first, runner, "diagnose", "disparity", options, due="2027-01-01")
        remember(index, first, runner, "diagnose", "disparity", options | {"year": "2015"}, "settlement", "2026-06-01")
        quiet = monitor.summary(first, index, runner, "2026-05-30")
        assert (quiet.exit_code, quiet.checked, quiet.moved) == (0, 2, ())
        old = first.diagnose.disparity("grp_per_head", weights="population", year=2022).table()
        revise(mine, "510000", 2022, ["grp_v4", "grp_per_head_v4"], 1.1)
        now = study.read(mine)
        new = now.diagnose.disparity("grp_per_head", weights="population", year=2022).table()
        seen = monitor.summary(now, index, runner, "2026-06-30")
        assert seen.exit_code == 3
        assert seen.files == ("panel.csv",)
        assert seen.figures.set_index("variable").loc["grp_v4", "largest_relative"] == pytest.approx(0.1)
        assert [m.entry for m in seen.moved] == [2]  # the result of 2015 stands
        assert [d.due for d in seen.due] == ["2026-06-01"]
        numeric = old.select_dtypes("float").columns
        largest = np.nanmax(np.abs(new[numeric].to_numpy() - old[numeric].to_numpy()))
        assert seen.moved[0].largest == pytest.approx(largest, rel=1e-9)
        json.loads(json.dumps(seen.json(), allow_nan=False))
        assert len(seen.table()) >= 4
        assert next(t.en for t in seen.lines()).startswith("since ")
        again = monitor.summary(now, index, runner, "2026-05-30")
        assert (again.files, len(again.moved)) == ((), 1)  # stays until the result is made anew
        assert renew(now, index, runner) == [5]
        assert monitor.summary(now, index, runner, "2026-05-30").exit_code == 0
        assert len(index.entries("run")) == 2  # the old result is kept beside the new


def test_results_that_can_no_longer_be_made_are_named(mine: Path) -> None:
    first = study.read(mine)
    with monitor.Index(home(mine, first.id)) as index:
        monitor.summary(first, index, runner, "2026-06-30")
        remember(index, first, runner, "diagnose", "disparity", {"variable": "grain_output", "year": "2015"})
        frame = pd.read_csv(mine / "panel.csv", dtype=str)
        frame.loc[frame["year"] == "2015", "grain_output"] = ""
        frame.to_csv(mine / "panel.csv", index=False)
        seen = monitor.summary(study.read(mine), index, runner, "2026-06-30")
        assert seen.moved[0].error
        assert renew(study.read(mine), index, runner) == []


def test_same_vintage_same_result_bit_for_bit() -> None:
    china = study.china()
    options = {"variable": "grp_per_head", "weights": "population", "year": "2022"}
    a, b = (packed(runner(china, "diagnose", "disparity", options)) for _ in range(2))
    assert a["sha256"] == b["sha256"]
    assert fingerprint(china).figures == fingerprint(study.china()).figures


def test_rows_are_matched_by_their_words() -> None:
    old = packed(pd.DataFrame({"place": ["a", "b", "c"], "year": [1, 1, 1], "x": [1.0, 2.0, np.nan]}))
    new = packed(pd.DataFrame({"place": ["d", "b", "c"], "year": [1, 1, 1], "x": [9.0, 2.5, 3.0]}))
    entry = monitor.memory.index.Entry(1, "run", "s", "t", "", None, {}, {}, old)
    found = compare(entry, new)
    assert (found.added, found.removed, found.moved) == (1, 1, 2)
    assert found.largest == pytest.approx(0.5)
    assert found.largest_relative == pytest.approx(0.25)


@pytest.mark.slow
def test_the_command_for_a_scheduled_job(mine: Path) -> None:
    def yugong(*words: str) -> "subprocess.CompletedProcess[str]":
        line = [sys.executable, "-W", "error", "-m", "yugong", "--lang", "en", "monitor", str(mine), *words]
        return subprocess.run(line, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=120)

    assert yugong("--format", "json").returncode == 0
    kept = yugong(
        "remember", "diagnose", "disparity", "--variable", "grp_per_head", "--year", "2022", "--due", "2026-01-01"
    )
    assert kept.returncode == 0, kept.stderr
    made = yugong("--format", "json", "--on", "2026-02-01")
    assert made.returncode == 3
    found = json.loads(made.stdout)
    assert [d["due"] for d in found["due"]] == ["2026-01-01"]
    assert yugong("--on", "2025-12-31").returncode == 0
    assert yugong("--on", "tomorrow").returncode == 1
    assert yugong("remember", "diagnose", "nothing").returncode == 1
    assert "disparity" in yugong("history").stdout
    assert "targets" in yugong("list").stdout
    assert "0 results" in yugong("renew").stdout


def test_reviews_and_settlements_are_remembered_and_their_files_watched(mine: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text("第一条 投标人须在本地注册，本地注册的企业在评标时加五分。\n", "utf-8")
    s = study.read(mine)
    with monitor.Index(home(mine, s.id)) as index:
        monitor.summary(s, index, runner, "2026-06-30")
        remember(index, s, runner, "review", "draft", {"file": str(draft)}, "review")
        remember(index, s, runner, "design", "precedent_shares", {}, "settlement", "2026-01-01")
        seen = monitor.summary(s, index, runner, "2026-06-30")
        assert [(d.kind, d.due) for d in seen.due] == [("settlement", "2026-01-01")]
        assert seen.moved == ()
        draft.write_text("第一条 本办法自印发之日起施行。\n", "utf-8")
        assert [m.kind for m in monitor.summary(s, index, runner, "2026-06-30").moved] == ["review"]
        draft.unlink()
        gone = monitor.summary(s, index, runner, "2026-06-30").moved
        assert len(gone) == 1
        assert gone[0].error
