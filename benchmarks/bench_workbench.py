"""The workbench as its user meets it: start, memory, and the answer to a slider, from a real server process."""

import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from _measure import THREADS, Figure

PATIENCE = 120
SLIDES = 40
IDLE = 0.02  # processor seconds in half a second


def environment(home: str) -> dict[str, str]:
    """Return the surroundings of a user who has the package installed: compiled code kept, folders of their own."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    compiled = str(Path(tempfile.gettempdir()) / "yugong-benchmark-bytecode")
    homes = {"XDG_DATA_HOME": home, "XDG_CACHE_HOME": f"{home}/cache", "PYTHONPYCACHEPREFIX": compiled}
    return {**kept, **dict.fromkeys(THREADS, "1"), **homes}


class Server:
    """One server process and how to ask it."""

    def __init__(self, home: str) -> None:
        self.began = time.perf_counter()
        command = [sys.executable, "-m", "yugong", "serve", "--no-open", "--port", "0"]
        self.process = subprocess.Popen(
            command, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None
        found = re.search(r":(\d+)/#token=(\S+)", self.process.stdout.readline())
        assert found is not None
        self.port, self.token = int(found[1]), found[2]
        self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        content = None if body is None else json.dumps(body)
        headers = {"X-Yugong-Token": self.token, "Content-Type": "application/json"}
        self.link.request(method, path, content, headers)
        answer = self.link.getresponse()
        raw = answer.read()
        assert answer.status == 200, raw[:500]
        return json.loads(raw) if path.startswith("/api") else raw

    @property
    def elapsed(self) -> float:
        return time.perf_counter() - self.began

    def settle(self) -> None:
        """Wait until the process does nothing: background compilation is over."""
        self.link.close()  # it would time out meanwhile; the next request opens it again
        used = float("-inf")
        while not (now := self.cpu()) - used <= IDLE:
            if now != now:  # not Linux: nothing tells
                time.sleep(30)
                return
            used = now
            time.sleep(0.5)

    def cpu(self) -> float:
        """Processor seconds used so far, as Linux tells; NaN elsewhere."""
        clock = Path("/proc") / str(self.process.pid) / "stat"
        if not clock.is_file():
            return float("nan")
        return sum(map(int, clock.read_text().rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """MiB resident, as Linux tells; NaN elsewhere."""
        status = Path("/proc") / str(self.process.pid) / "status"
        if not status.is_file():
            return float("nan")
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
        return int(found[1]) / 1024 if found else float("nan")


@contextmanager
def served(home: str | None = None) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as own:
        server = Server(home or own)
        try:
            yield server
        finally:
            server.link.close()
            server.process.kill()
            server.process.communicate()


def first_answers(home: str | None = None) -> tuple[float, float, float, float, float, float, float]:
    """Seconds from start to the page, the session, the overview and a view, MiB, and processor seconds to page and overview."""
    with served(home) as server:
        server.ask("GET", "/")
        page, page_cpu = server.elapsed, server.cpu()
        server.ask("GET", "/api/session")
        session = server.elapsed
        server.ask("GET", "/api/overview")
        overview, overview_cpu = server.elapsed, server.cpu()
        server.ask("POST", "/api/view", {"variable": "grp_per_head"})
        view = server.elapsed
        server.settle()
        return page, session, overview, view, server.memory(), page_cpu, overview_cpu


def slides() -> tuple[list[float], list[float], float, float]:
    """Milliseconds a slider's answer takes, one scenario and two compared, seconds until it is warm, and MiB after."""
    with served() as server:
        server.ask("GET", "/api/overview")
        began = time.perf_counter()
        server.ask("GET", "/api/levers")
        while server.ask("GET", "/api/session")["simulator"] != "ready":
            time.sleep(0.05)
        warm = time.perf_counter() - began
        server.settle()
        other = {"id": "B", "extends": ["unified_market"]}
        taken: dict[int, list[float]] = {1: [], 2: []}
        for count in (1, 2):
            for i in range(SLIDES + 2):
                value = 1.0 + 0.001 * (i + 1) + 0.0001 * count
                mine = {"id": "A", "settings": [{"lever": "productivity", "value": value, "place": ["510000"]}]}
                start = time.perf_counter()
                server.ask("POST", "/api/simulate", {"scenarios": [mine, other][:count], "seq": i})
                taken[count].append(1e3 * (time.perf_counter() - start))
        return taken[1][2:], taken[2][2:], warm, server.memory()


def figures(full: bool = False) -> list[Figure]:
    times = 5 if full else 3
    with tempfile.TemporaryDirectory() as home:
        first_answers(home)  # compiles the sources, and keeps the first page
        later = [first_answers(home) for _ in range(times)]
    runs = [first_answers() for _ in range(times)]
    page, session, overview, view, _, page_cpu, overview_cpu = (min(r[i] for r in later) for i in range(7))
    _, session_first, overview_first, view_first, memory, _, first_cpu = (min(r[i] for r in runs) for i in range(7))
    one, two, warm, after = slides()
    return [
        Figure("workbench: start to first 200", page, "s", "< 1", f"{page_cpu:.2f} s CPU"),
        Figure("workbench: start to the overview", overview, "s", "< 1", f"{overview_cpu:.2f} s CPU; session {session:.2f}"),
        Figure("workbench: start to the first view (map, ranking, series)", view, "s", "", "the study is read behind the page"),
        Figure("workbench: start to the overview, first launch ever", overview_first, "s", "",
               f"{first_cpu:.2f} s CPU: study read, 1,000 draws; session {session_first:.2f}, view {view_first:.2f}"),
        Figure("workbench: memory before the first simulation", memory, "MiB", "< 250"),
        Figure("workbench: simulator warm after", warm, "s", "", "in the background, from opening the page of levers"),
        Figure("workbench: a slider's answer, 31 regions", statistics.median(one), "ms", "< 100", f"worst {max(one):.0f}"),
        Figure("workbench: the same, compared with a second scenario", statistics.median(two), "ms", "< 100",
               f"worst {max(two):.0f}"),
        Figure("workbench: memory after", after, "MiB", ""),
    ]  # fmt: skip
