"""What one running workbench holds: its study, read once, the results it has made, and its launch token."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError
from starlette.exceptions import HTTPException

from yugong.base.errors import YugongError
from yugong.base.text import Text, language
from yugong.workbench.errors import CLOSED, FULL, Refused
from yugong.workbench.jobs import Jobs
from yugong.workbench.store import Store, project_folder
from yugong.workbench.uploads import Uploads

if TYPE_CHECKING:
    from yugong.report.chapters.context import Context
    from yugong.study import Study
    from yugong.study.verbs import Catalogue
    from yugong.workbench.scenarios import Solver

Simulator = Literal["cold", "warming", "ready", "absent"]
ROOMS: dict[str, Text] = {
    "diagnose": Text("诊断", "Diagnose"),
    "simulate": Text("模拟", "Simulate"),
    "design": Text("设计", "Design"),
    "evaluate": Text("评估", "Evaluate"),
    "review": Text("审查", "Review"),
    "monitor": Text("监测", "Monitor"),
}
MOST_RUNS = 200  # results kept for download; the oldest go first


@dataclass(frozen=True, slots=True)
class Run:
    """A result that can be downloaded: the result or its tables, and a name for files."""

    name: str
    result: Any
    about: dict[str, Any] = field(default_factory=dict)


class Bench:
    """One study on one server."""

    def __init__(self, study: str = "china", token: str | None = None, root: Path | None = None) -> None:
        self.token = token or secrets.token_urlsafe(32)
        self.root = root
        self.uploads = Uploads()
        self.jobs = Jobs()
        self.language = language()
        self.started = study
        self._lock = threading.RLock()
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self.change(study)

    def change(self, study: str) -> None:
        """Open another study in place of the present one; what was made for that one is forgotten."""
        with self._lock:
            self.path = study
            self.store = Store(project_folder(study, self.root))
            self.simulator: Simulator = "cold"
            self._made: dict[Any, Any] = {}
            self._locks: dict[Any, threading.Lock] = {}

    @property
    def groups(self) -> str:
        """The grouping that results are summed by unless another is asked for."""
        return next(iter(self.study.groups), "plates")

    @property
    def solver(self) -> "Solver":
        """What solves scenarios; imported late, for the simulator is heavy."""
        from yugong.workbench.scenarios import Solver

        found: Solver = self.once("solver", lambda: Solver(self.study))
        return found

    def warm(self) -> None:
        """Compile the simulator in the background, once."""
        with self._lock:
            if self.simulator != "cold":
                return
            self.simulator = "warming"
        threading.Thread(target=self._warm, args=(self.path,), name="warm", daemon=True).start()

    def _warm(self, study: str) -> None:
        def say(state: Simulator) -> None:
            if self.path == study:
                self.simulator = state

        try:
            self.solver.warm(lambda: say("ready"))
        except YugongError:  # no economy can be calibrated from this study: a run says why
            say("absent")

    @property
    def study(self) -> "Study":
        """The study, read on first use."""
        found: Study = self.once("study", self._read)
        return found

    def _read(self) -> "Study":
        from yugong import study

        return study.read(self.path)

    def prepare(self) -> None:
        """Read the study and make the first page, before anyone asks for them."""
        from yugong.workbench.api import overview

        overview.prepare(self)

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return what `make` returns, made once; who asks meanwhile waits."""
        with self._lock:
            made = self._made  # another study may be opened meanwhile
            if key in made:
                return made[key]
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in made:
                made[key] = make()
        return made[key]

    def has(self, key: Any) -> bool:
        """Tell whether something was made already."""
        return key in self._made

    def place(self, name: str | None) -> str | None:
        """Return the code of one of the study's places, by any form of its name."""
        return None if name is None else self.study.place(name)

    def context(self, region: str | None = None, groups: str | None = None) -> "Context":
        """Return what the report's chapters are made from."""
        from yugong.report.chapters.context import Context

        made: dict[Any, Any] = self.once("chapters", dict)
        return Context(self.study, region, groups=groups or self.groups, seed=0, made=made)

    @cached_property
    def rooms(self) -> "dict[str, Catalogue]":
        """The catalogue of every room this version has."""
        from importlib import import_module

        found = {}
        for room in ROOMS:
            name = f"yugong.{room}.catalogue"
            try:
                found[room] = import_module(name).CATALOGUE
            except ModuleNotFoundError as error:
                if error.name is None or not name.startswith(error.name):
                    raise
        return found

    def room(self, name: str) -> "Catalogue":
        """Return the catalogue of a room; 404 where there is none."""
        if name not in self.rooms:
            raise Refused(404)
        return self.rooms[name]

    def upload(self, id_: str) -> Path:
        """Return the path of an uploaded file."""
        return self.uploads.path(id_)

    def keep(self, run: Run) -> str:
        """Keep a result for download and return its id."""
        id_ = secrets.token_hex(8)
        with self._lock:
            self._runs[id_] = run
            while len(self._runs) > MOST_RUNS:
                self._runs.popitem(last=False)
        return id_

    def kept(self, id_: str) -> Run:
        """Return a kept result; 404 where it is gone."""
        if id_ not in self._runs:
            raise Refused(404, Text("这个结果已不在，请重新计算", "this result is gone: run it again"))
        return self._runs[id_]

    @staticmethod
    def foreseen(error: Exception) -> bool:
        """Tell whether an exception is a refusal with words, rather than a fault of the program."""
        if isinstance(error, YugongError | HTTPException | ValidationError):
            return True
        return isinstance(error, OSError) and error.errno in FULL | CLOSED
