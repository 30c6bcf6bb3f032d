"""The user's work: whole after kill -9, a full disk, a closed folder, and two servers at once."""

import contextlib
import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import Client

from yugong.base import files
from yugong.workbench.store import MOST_BYTES, PROJECT, Store, project_folder

KILLS = 20
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
    import http.client

    def server() -> "tuple[subprocess.Popen[str], int, str]":
        child = subprocess.Popen(
            [sys.executable, "-m", "yugong", "serve", "--no-open", "--port", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "XDG_DATA_HOME": str(tmp_path)},
        )  # fmt: skip
        assert child.stdout is not None
        address = child.stdout.readline().strip()
        port, _, token = address.removeprefix("http://127.0.0.1:").partition("/#token=")
        return child, int(port), token

    def ask(port: int, token: str, method: str, path: str, body: object = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        content = None if body is None else json.dumps(body)
        headers = {"X-Yugong-Token": token, "Content-Type": "application/json"}
        with contextlib.closing(connection):
            connection.request(method, path, content, headers)
            return json.loads(connection.getresponse().read())

    child, port, token = server()
    try:
        assert ask(port, token, "PUT", "/api/project", {"revision": 0, "project": {"n": 1}})["revision"] == 1
        bands = {"kind": "bands", "scenario": {"id": "A", "extends": ["unified_market"]}, "draws": 4, "detail": "three"}
        job = ask(port, token, "POST", "/api/jobs", bands)["job"]
        while (row := ask(port, token, "GET", f"/api/jobs/{job}"))["state"] != "done":
            assert row["state"] in ("waiting", "running"), row
            time.sleep(0.1)
    finally:
        child.kill()
        child.communicate(timeout=10)
    child, port, token = server()
    try:
        assert ask(port, token, "GET", "/api/project") == {"ok": True, "revision": 1, "project": {"n": 1}}
        assert ask(port, token, "GET", f"/api/jobs/{job}")["result"] == row["result"]
    finally:
        child.kill()
        child.communicate(timeout=10)
