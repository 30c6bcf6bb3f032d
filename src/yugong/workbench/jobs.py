"""Long work in the background: counted as it is done, stopped when asked, its answer kept on disk."""

import secrets
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from yugong.base.text import Text
from yugong.workbench.errors import Refused, refuse, words
from yugong.workbench.store import Store

State = Literal["waiting", "running", "done", "cancelled", "failed"]
Tell = Callable[[int, int, Text], None]
Work = Callable[[str, Tell], dict[str, Any]]
MOST_JOBS = 100


class Cancelled(Exception):
    """The work was called off between two of its steps."""


@dataclass(slots=True)
class Job:
    """One piece of work; `done` of `total` steps are finished, `text` says which comes next."""

    id: str
    kind: str
    state: State = "waiting"
    done: int = 0
    total: int = 0
    text: Text = field(default_factory=lambda: Text("等待", "waiting"))
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    def row(self) -> dict[str, Any]:
        """Return the job as the page shows it."""
        return {
            "job": self.id, "kind": self.kind, "state": self.state, "done": self.done, "total": self.total,
            "text": words(self.text), "result": self.result, "error": self.error,
        }  # fmt: skip


class Jobs:
    """The jobs of one server, one at a time: two would only make each other slow."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._turn = threading.Lock()
        self.threads: list[threading.Thread] = []

    def start(self, kind: str, work: Work, store: Store) -> Job:
        """Start work in the background; `work` is given its job's id and tells its steps, and is stopped at one."""
        if sum(j.state in ("waiting", "running") for j in self._jobs.values()) >= 8:
            raise Refused(503, Text("后台任务太多，请先等一等", "too many jobs are waiting: let some finish"))
        job = Job(secrets.token_hex(8), kind)
        self._jobs[job.id] = job
        for old in [j.id for j in self._jobs.values() if j.state in ("done", "cancelled", "failed")][:-MOST_JOBS]:
            del self._jobs[old]
        thread = threading.Thread(target=self._run, args=(job, work, store), name=f"job-{kind}", daemon=True)
        self.threads = [t for t in self.threads if t.is_alive()]
        self.threads.append(thread)
        thread.start()
        return job

    def stop(self) -> None:
        """Ask every job to stop at its next step."""
        for job in list(self._jobs.values()):
            job.stop.set()

    def _run(self, job: Job, work: Work, store: Store) -> None:
        def tell(done: int, total: int, text: Text) -> None:
            job.done, job.total, job.text = done, total, text
            if job.stop.is_set():
                raise Cancelled

        with self._turn:
            try:
                tell(0, 0, Text("开始", "starting"))
                job.state = "running"
                result = work(job.id, tell)
                store.keep_result(job.id, {"kind": job.kind, "total": job.total, "result": result})
            except Cancelled:
                job.state, job.text = "cancelled", Text("已取消", "cancelled")
                return
            except Exception as error:  # noqa: BLE001  (a job has no caller to raise to)
                job.error = refuse(error)
                job.state, job.text = "failed", Text("没有完成", "not finished")
                if job.error["status"] == 500:
                    traceback.print_exc(file=sys.stderr)
                return
            job.result, job.done = result, job.total
            job.state, job.text = "done", Text("完成", "done")

    def find(self, id_: str, store: Store) -> dict[str, Any]:
        """Return a job as it stands, or as an earlier server left it on disk; 404 where it is not known."""
        if id_ in self._jobs:
            return self._jobs[id_].row()
        kept = store.result(id_)
        if kept is None:
            raise Refused(
                404,
                Text(
                    "没有这个任务；服务结束时没有做完的要重新开始",
                    "there is no such job; one unfinished when the server ended must be started again",
                ),
            )
        job = Job(id_, kept["kind"], "done", kept["total"], kept["total"], Text("完成", "done"), kept["result"])
        return job.row()

    def cancel(self, id_: str) -> dict[str, Any]:
        """Ask a job to stop at its next step."""
        if id_ not in self._jobs:
            raise Refused(404, Text("没有这个任务", "there is no such job"))
        job = self._jobs[id_]
        job.stop.set()
        return job.row()
