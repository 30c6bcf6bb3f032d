"""The user's work: whole after kill -9, a full disk, a closed folder, and two servers at once."""

import contextlib
import errno
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import TOKEN, Client, Process, running

from yugong.base import files
from yugong.workbench.bench import Bench
from yugong.workbench.store import MOST_BYTES, PROJECT, Store, project_folder

KILLS = 50
SERVERS = 6  # killed while they save
SAVER = """
import sys
from pathlib import Path
from yugong.workbench.store import Store
store = Store(Path(sys.argv[1]))
revision, project = store.read()
while True:
    project = {"n": revision + 1, "filling": "禹" * 40_000}
    revision = store.save(revision, project)
    store.keep_result(f"r{revision}", {"revision": revision, "filling": "贡" * 40_000})
    print(revision, flush=True)
"""
COUNTER = """
import sys
from pathlib import Path
from yugong.workbench.errors import Refused
from yugong.workbench.store import Store
store = Store(Path(sys.argv[1]))
for _ in range(40):
    while True:
        revision, project = store.read()
        try:
            store.save(revision, {"count": project.get("count", 0) + 1})
            break
        except Refused as refused:
            assert refused.status_code == 409
"""


@contextlib.contextmanager
def closing_killed(server: Process) -> Iterator[Process]:
    try:
        yield server
    finally:
        server.child.kill()
        server.child.communicate(timeout=10)


def started(code: str, folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_by_kill_9(tmp_path: Path) -> None:
    store = Store(tmp_path / "project")
    rng = random.Random(20260101)
    for _ in range(KILLS):
        child = started(SAVER, store.folder)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(rng.uniform(0, 0.03))
        child.send_signal(signal.SIGKILL)
        rest = [line for line in child.communicate(timeout=10)[0].split("\n") if line.strip()]
        revision, project = store.read()
        if rest:
            assert revision >= int(rest[-1])
        assert project["n"] == revision
        assert len(project["filling"]) == 40_000
        for result in (store.folder / "results").glob("r*.json"):
            held = json.loads(result.read_text(encoding="utf-8"))
            assert f"r{held['revision']}.json" == result.name
            assert len(held["filling"]) == 40_000
    assert store.save(revision, {"after": True}) == revision + 1
    store.tidy()
    assert not [p for p in store.folder.rglob(".*") if p.is_file()]


def test_two_servers_on_one_project_lose_no_change(tmp_path: Path) -> None:
    children = [started(COUNTER, tmp_path / "project") for _ in range(2)]
    for child in children:
        child.communicate(timeout=60)
    assert [c.returncode for c in children] == [0, 0]
    assert Store(tmp_path / "project").read() == (80, {"count": 80})


def test_a_stale_save_is_told_what_is_there(client: Client) -> None:
    at = client.get("/api/project").json["revision"]
    assert client.ask("PUT", "/api/project", {"revision": at, "project": {"a": 1}}).json["revision"] == at + 1
    refused = client.ask("PUT", "/api/project", {"revision": at, "project": {"a": 2}})
    assert refused.status == 409
    assert (refused.json["revision"], refused.json["project"]) == (at + 1, {"a": 1})
    assert client.get("/api/project").json["project"] == {"a": 1}


def test_an_unreadable_project_is_set_aside_never_overwritten(tmp_path: Path) -> None:
    store = Store(tmp_path)
    (tmp_path / PROJECT).write_text("{ half", encoding="utf-8")
    assert store.read() == (0, {})
    store.save(0, {"new": True})
    assert (tmp_path / "project.unreadable-1.json").read_text(encoding="utf-8") == "{ half"
    assert store.read() == (1, {"new": True})


@contextlib.contextmanager
def mounted(folder: Path, options: str) -> Iterator[bool]:
    """Mount a small file system in memory; False where that is not allowed."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
    )
    try:
        yield done.returncode == 0
    finally:
        if done.returncode == 0:
            subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


def failing(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """Let the write of every atomic save fail as the system would."""

    class Full:
        def __init__(self, handle: int) -> None:
            self.handle = handle

        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *_: object) -> None:
            os.close(self.handle)

        def write(self, _data: bytes) -> int:
            raise OSError(code, os.strerror(code))

    monkeypatch.setattr(files.os, "fdopen", lambda handle, _mode: Full(handle))


def refused_and_whole(client: Client, big: dict[str, Any], kept: dict[str, Any]) -> None:
    reply = client.ask("PUT", "/api/project", {"revision": 1, "project": big})
    assert reply.status == 507
    assert "没有保存" in reply.json["error"]["zh"]
    assert "not saved" in reply.json["error"]["en"]
    assert client.get("/api/project").json == {"ok": True, "revision": 1, "project": kept}


def test_a_full_disk_gives_words_and_loses_nothing(
    fresh: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = {"region": "510000"}
    big = {"filling": "x" * (MOST_BYTES // 2)}
    with mounted(tmp_path / "small", "size=128k") as real:
        folder = tmp_path / "small" / "project" if real else tmp_path / "project"
        fresh.bench.store = Store(folder)
        assert fresh.ask("PUT", "/api/project", {"revision": 0, "project": kept}).json["revision"] == 1
        if not real:
            failing(monkeypatch, errno.ENOSPC)
        refused_and_whole(fresh, big, kept)
        assert sorted(p.name for p in folder.iterdir()) == ["lock", PROJECT]


def test_a_closed_folder_gives_words_and_loses_nothing(
    fresh: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = {"region": "510000"}
    with mounted(tmp_path / "closed", "size=1m") as real:
        folder = tmp_path / "closed" / "project" if real else tmp_path / "project"
        fresh.bench.store = Store(folder)
        assert fresh.ask("PUT", "/api/project", {"revision": 0, "project": kept}).json["revision"] == 1
        if real:
            subprocess.run(["mount", "-o", "remount,ro", str(tmp_path / "closed")], check=True)
        else:
            failing(monkeypatch, errno.EROFS)
        refused_and_whole(fresh, {"b": 2}, kept)


def test_a_project_too_large_is_refused(fresh: Client) -> None:
    reply = fresh.ask("PUT", "/api/project", {"revision": 0, "project": {"x": "y" * MOST_BYTES}})
    assert reply.status == 413
    assert fresh.get("/api/project").json["revision"] == 0


def test_projects_of_different_studies_are_apart(tmp_path: Path) -> None:
    names = {project_folder(s, tmp_path) for s in ("china", "a/study", "b/study")}
    assert len(names) == 3
    assert all(n.is_relative_to(tmp_path) for n in names)


@pytest.mark.slow
def test_a_killed_server_comes_back_with_the_work_and_the_results(tmp_path: Path) -> None:
    with closing_killed(Process(tmp_path, "--no-open", "--port", "0")) as server:
        assert server.ask("PUT", "/api/project", {"revision": 0, "project": {"n": 1}})["revision"] == 1
        bands = {"kind": "bands", "scenario": {"id": "A", "extends": ["unified_market"]}, "draws": 4, "detail": "three"}
        job = server.ask("POST", "/api/jobs", bands)["job"]
        while (row := server.ask("GET", f"/api/jobs/{job}"))["state"] != "done":
            assert row["state"] in ("waiting", "running"), row
            time.sleep(0.1)
    with closing_killed(Process(tmp_path, "--no-open", "--port", "0")) as server:
        assert server.ask("GET", "/api/project") == {"ok": True, "revision": 1, "project": {"n": 1}}
        assert server.ask("GET", f"/api/jobs/{job}")["result"] == row["result"]


@pytest.mark.slow
def test_a_server_killed_at_random_points_keeps_every_save_it_acknowledged(tmp_path: Path) -> None:
    rng = random.Random(20260102)
    acknowledged = 0
    for _ in range(SERVERS):
        with closing_killed(Process(tmp_path, "--no-open", "--port", "0")) as server:
            told = server.ask("GET", "/api/project")
            revision = told["revision"]
            assert revision >= acknowledged
            assert revision == 0 or told["project"] == {"n": revision, "filling": "禹" * 20_000}
            killer = threading.Timer(rng.uniform(0, 0.3), server.child.kill)
            killer.start()
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                while True:
                    project = {"n": revision + 1, "filling": "禹" * 20_000}
                    acknowledged = revision = server.ask(
                        "PUT", "/api/project", {"revision": revision, "project": project}
                    )["revision"]
            killer.join()
    assert acknowledged > 0
    left = [p.name for p in tmp_path.rglob("*") if p.is_file() and p.name.startswith(".project")]
    assert len(left) <= SERVERS  # a half-written file a kill, never the project itself


def test_two_running_servers_on_one_project_lose_no_change(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        make = contextlib.contextmanager(running)
        pair = [stack.enter_context(make(Bench("china", TOKEN, tmp_path))) for _ in range(2)]

        def count(client: Client) -> None:
            for _ in range(20):
                while True:
                    held = client.get("/api/project").json
                    project = {"count": held["project"].get("count", 0) + 1}
                    reply = client.ask("PUT", "/api/project", {"revision": held["revision"], "project": project})
                    if reply.status == 200:
                        break
                    assert reply.status == 409
                    assert reply.json["revision"] > held["revision"]

        threads = [threading.Thread(target=count, args=(c,)) for c in pair]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert pair[0].get("/api/project").json == {"ok": True, "revision": 40, "project": {"count": 40}}


def test_a_full_disk_fails_a_job_and_an_import_with_words(fresh: Client, tmp_path: Path) -> None:
    content = "地区,年份,产值（亿元）\n" + "".join(f"{p},2020,{i}\n" for i, p in enumerate(("北京", "上海", "四川"), 1))
    with mounted(tmp_path / "small", "size=64k") as real:
        if not real:
            pytest.skip("mounting a small disk is not allowed here")
        home = tmp_path / "small" / "home"
        fresh.bench.root = home
        fresh.bench.store = Store(home / "project")
        fresh.bench.store.save(0, {"kept": True})
        with contextlib.suppress(OSError), (tmp_path / "small" / "rest").open("wb") as rest:
            while True:
                rest.write(b"x" * 4096)
                rest.flush()
        read = fresh.post("/api/import", content.encode(), {"X-Yugong-Name": "a.csv"}).json
        columns = [{"title": c["title"], "variable": "grp", "name": "grp"} for c in read["tables"][0]["columns"]]
        body = {"name": "mine", "title": "mine", "tables": [{"id": "0", "columns": columns}]}
        refused = fresh.post(f"/api/import/{read['import_id']}/save", body)
        assert refused.status == 507
        assert "没有保存" in refused.json["error"]["zh"]
        assert not (home / "studies" / "mine").exists()
        row, _ = fresh.job({"kind": "bands", "scenario": {"id": "A"}, "draws": 2, "detail": "three"})
        assert row["state"] == "failed"
        assert row["error"]["status"] == 507
        assert "磁盘已满" in row["error"]["error"]["zh"]
        assert fresh.get("/api/project").json["project"] == {"kept": True}
