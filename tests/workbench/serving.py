"""A real server on a free port, and a client that speaks to it."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import uvicorn

from yugong.workbench.app import application
from yugong.workbench.bench import Bench
from yugong.workbench.guard import hosts
from yugong.workbench.server import bound

TOKEN = "a-token-of-the-tests"


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
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

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
    bench.uploads.close()
