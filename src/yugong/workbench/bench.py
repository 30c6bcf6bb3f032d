"""What one running workbench holds: its study, read once, the results it has made, and its launch token."""

import contextlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError
from starlette.exceptions import HTTPException

from yugong.base.errors import YugongError
from yugong.base.text import Text, language
from yugong.study.load import folder_of
from yugong.workbench.errors import CLOSED, FULL, Refused
from yugong.workbench.jobs import Jobs
from yugong.workbench.lasting import Lasting, cache_folder
from yugong.workbench.store import Store, project_folder
from yugong.workbench.uploads import Uploads

if TYPE_CHECKING:
    from yugong.report.chapters.context import Context
    from yugong.report.model import Block, Table
    from yugong.simulate.economies.calibration import Calibration
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
PATIENCE = 3.0  # seconds that the study is left unread while the first page has not been asked for
MOST_RUNS = 200  # results kept for download; the oldest go first


@dataclass(frozen=True, slots=True)
class Answer:
    """The key of an answer that outlasts the server."""

    name: str


@dataclass(frozen=True, slots=True)
class Run:
    """A result that can be downloaded: the result or its tables, and a name for files."""

    name: str
    result: Any
    about: dict[str, Any] = field(default_factory=dict)


def tables(blocks: "Iterable[Block]") -> "dict[str, Table]":
    """Return the tables among blocks, and those behind figures, by the id of the block."""
    from yugong.report.model import Figure, Table

    return {b.id: b.table if isinstance(b, Figure) else b for b in blocks if isinstance(b, Figure | Table)}


class Bench:
    """One study on one server."""

    def __init__(self, study: str = "china", token: str | None = None, root: Path | None = None) -> None:
        self.token = token or secrets.token_urlsafe(32)
        self.root = root
        self.uploads = Uploads()
        self.jobs = Jobs()
        self.language = language()
        self.started = study
        self.turn = 0  # counts the economies there have been
        self.seen = threading.Event()  # the first page was asked for
        self._warming: threading.Thread | None = None
        self._lock = threading.RLock()
        self._runs: OrderedDict[str, Run | Callable[[], Run]] = OrderedDict()
        self.change(study)

    def change(self, study: str) -> None:
        """Open another study in place of the present one; what was made for that one is forgotten."""
        with self._lock:
            self.path = study
            self.turn += 1
            self.store = Store(project_folder(study, self.root))
            self._lasting = Lasting(folder_of(study), (cache_folder() if self.root is None else self.root) / "answers")
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

        found: Solver = self.once(("solver", self.turn), lambda: Solver(self.study, self.economy))
        return found

    @property
    def economy(self) -> str | None:
        """The file of the user's own economy tables, None where the study's own economy is used."""
        held = self.store.economy()
        return None if held is None else str(held)

    @property
    def own_tables(self) -> dict[str, str]:
        """The option that names the user's own economy tables, as it is spelled beside the file; none without them."""
        held = self.store.economy()
        return {} if held is None else {"file": held.name}

    def renew_simulator(self) -> None:
        """Forget what was solved: the economy is another one."""
        with self._lock:
            self.turn += 1
            self.simulator = "cold"

    def warm(self) -> None:
        """Compile the simulator in the background, once."""
        with self._lock:
            if self.simulator != "cold":
                return
            self.simulator = "warming"
        self._warming = threading.Thread(target=self._warm, name="warm", daemon=True)
        self._warming.start()

    def _warm(self) -> None:
        def say(state: Simulator) -> bool:
            if self.turn != turn:  # study or economy has changed meanwhile, or the server ends
                return False
            self.simulator = state
            return True

        turn = self.turn
        try:
            self.solver.warm(lambda: say("ready"))
        except YugongError:  # no economy can be calibrated from this study: a run says why
            say("absent")

    @property
    def study(self) -> "Study":
        """The study, read on first use."""
        found: Study = self.once("study", self._read)
        return found

    def check(self) -> None:
        """InputError where there is no study to open."""
        from yugong.study.manifest import read_manifest

        read_manifest(folder_of(self.path))

    def _read(self) -> "Study":
        from yugong import study

        if self._lasting.changed():  # since the first page was shown: none of it holds
            with self._lock:
                for key in [k for k in self._made if isinstance(k, Answer)]:
                    del self._made[key]
        return study.read(self.path)

    @property
    def codes(self) -> list[str]:
        """The places of the study by code, known without reading it where an earlier launch has."""
        found: list[str] = self.lasting("codes", lambda: list(self.study.places))
        return found

    def prepare(self) -> None:
        """Make the first page before anyone asks for it, and read the study once it is shown."""
        from yugong.workbench.api import overview

        overview.prepare(self)
        self.seen.wait(PATIENCE)
        with contextlib.suppress(YugongError, OSError):  # who asks for the study is told
            _ = self.study
            from yugong.workbench import views  # noqa: F401  (what the next page needs)

    def lasting(self, name: str, make: Callable[[], Any]) -> Any:
        """Return an answer that follows from the study and the program alone: kept by an earlier launch, or made once."""

        def answer() -> Any:
            found = self._lasting.find(name)
            if found is None:
                found = make()
                self._lasting.keep(name, found)
            return found

        return self.once(Answer(name), answer)

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
        return name if name is None or name in self.codes else self.study.place(name)

    def context(self, region: str | None = None, groups: str | None = None) -> "Context":
        """Return what the report's chapters are made from."""
        from yugong.report.chapters.context import Context

        made: dict[Any, Any] = self.once("chapters", dict)
        return Context(self.study, region, groups=groups or self.groups, seed=0, made=made)

    def simulated_context(self, base: "Calibration", region: str | None = None, groups: str | None = None) -> "Context":
        """Return the context of a simulation, in which places that only the user's own economy has bear its names."""
        c = self.context(region, groups)
        if all(r in c.study.names for r in base.economy.regions):
            return c
        return replace(c, study=replace(c.study, names={**base.names, **c.study.names}))

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

    def keep(self, run: Run | Callable[[], Run]) -> str:
        """Keep a result for download, or how to make it when it is wanted, and return its id."""
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
        run = self._runs[id_]
        return run if isinstance(run, Run) else run()

    def close(self, patience: float = 2.0) -> bool:
        """Stop what runs in the background at its next step and remove the uploads; tell whether all has stopped."""
        self.turn += 1
        self.jobs.stop()
        self.uploads.close()
        running = [t for t in (self._warming, *self.jobs.threads) if t is not None]
        until = time.monotonic() + patience
        for thread in running:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(t.is_alive() for t in running)

    @staticmethod
    def foreseen(error: Exception) -> bool:
        """Tell whether an exception is a refusal with words, rather than a fault of the program."""
        if isinstance(error, YugongError | HTTPException | ValidationError):
            return True
        return isinstance(error, OSError) and error.errno in FULL | CLOSED
