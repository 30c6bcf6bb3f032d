"""A real server on a free port, and a client that speaks to it."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from yugong.workbench.app import application
from yugong.workbench.bench import Bench
from yugong.workbench.guard import hosts
from yugong.workbench.openapi import whole
from yugong.workbench.server import bound

TOKEN = "a-token-of-the-tests"
PATIENCE = 60.0  # seconds for anything a server of its own does on a busy machine


def described(method: str, path: str, status: int) -> dict[str, Any] | None:
    """Return what the description says an answer holds, by media; None for an address it does not know."""
    plain = path.partition("?")[0]
    for template, ways in whole()["paths"].items():
        if method.lower() in ways and re.fullmatch(
            re.sub(r"\{\w+\}", "[^/]+", re.escape(template).replace(r"\{", "{").replace(r"\}", "}")), plain
        ):
            content: dict[str, Any] = ways[method.lower()]["responses"][str(status)]["content"]
            return content
    return None


@cache
def validator(schema: str) -> Any:
    """Return what checks an answer against a named schema of the description."""
    rust = pytest.importorskip("jsonschema_rs")
    return rust.Draft202012Validator({"$ref": schema, "components": whole()["components"]})


def checked(method: str, path: str, reply: "Reply") -> None:
    """Hold an answer of the interface against its description: status, media and every field."""
    if not path.startswith("/api"):
        return
    media = reply.headers.get("content-type", "")
    if reply.headers.get("content-disposition"):
        content = described(method, path, reply.status)
        assert content is not None
        assert media in content, (path, media)
        return
    known = described(method, path, reply.status) if reply.status not in (403, 404, 405, 421) else None
    schema = "#/components/schemas/Failure" if known is None else known["application/json"]["schema"]["$ref"]
    errors = [e.message[:300] for e in validator(schema).iter_errors(json.loads(reply.body))]
    assert not errors, (method, path, reply.status, errors[:3])


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Client:
    port: int
    bench: Bench

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Reply:
        """Send one request with the token; bytes go raw, anything else as JSON; a header of None is left out."""
        sent: dict[str, str | None] = {"X-Yugong-Token": TOKEN}
        content = body
        if body is not None and not isinstance(body, bytes):
            content = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        sent |= headers or {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, content, {k: v for k, v in sent.items() if v is not None})
            answer = connection.getresponse()
            reply = Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()
        if method != "HEAD":
            checked(method, path, reply)
        return reply

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Reply:
        return self.ask("POST", path, body if body is not None else {}, headers)

    def job(self, body: dict[str, Any], seconds: float = 120) -> tuple[dict[str, Any], list[tuple[str, int, int]]]:
        """Start a job, follow it to its end, and return it with what it showed on the way."""
        row = self.post("/api/jobs", body).json
        seen = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            row = self.get(f"/api/jobs/{row['job']}").json
            mark = (row["state"], row["done"], row["total"])
            if mark not in seen:
                seen.append(mark)
            if row["state"] in ("done", "failed", "cancelled"):
                return row, seen
            time.sleep(0.02)
        raise AssertionError(f"the job did not end: {row}")


def running(bench: Bench) -> Iterator[Client]:
    listening = bound("127.0.0.1", 0)
    port = listening.getsockname()[1]
    config = uvicorn.Config(
        application(bench, hosts(("127.0.0.1", "localhost", "[::1]"), port)),
        log_level="critical",
        ws="none",
        lifespan="off",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield Client(port, bench)
    server.should_exit = True
    thread.join(10)
    listening.close()
    assert bench.close(PATIENCE)


class Process:
    """A server of its own, and what it printed."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        temporary = folder / "tmp"
        temporary.mkdir(exist_ok=True)
        homes = {"XDG_DATA_HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache"), "TMPDIR": str(temporary)}
        self.temporary = temporary
        self.errors = folder / "stderr"
        with self.errors.open("w") as errors:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "yugong", "--lang", "en", "serve", *arguments],
                stdout=subprocess.PIPE, stderr=errors, text=True, env={**os.environ, **homes, **environment},
            )  # fmt: skip
        assert self.child.stdout is not None
        self.address = self.child.stdout.readline().strip()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        port, _, token = self.address.removeprefix("http://127.0.0.1:").partition("/#token=")
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=PATIENCE)
        headers = {"X-Yugong-Token": token, "Content-Type": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def end(self, how: signal.Signals) -> tuple[int, str]:
        self.child.send_signal(how)
        return self.wait()

    def wait(self) -> tuple[int, str]:
        try:
            self.child.communicate(timeout=PATIENCE)
        finally:
            self.child.kill()
        return self.child.returncode, self.said()

    def said(self) -> str:
        return self.errors.read_text(encoding="utf-8")
