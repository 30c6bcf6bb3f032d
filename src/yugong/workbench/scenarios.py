"""Scenarios of the page as scenarios of the simulator, solved once each and kept while they are in use."""

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yugong.base.errors import YugongError
from yugong.base.text import Text
from yugong.workbench.shapes import ScenarioRow

if TYPE_CHECKING:
    from yugong.report.simulated import Reading
    from yugong.simulate.scenario import Scenario
    from yugong.simulate.simulation import Simulation
    from yugong.study import Study

MOST_KEPT = 64
LARGE = 100  # places above which the page asks for a preview first
# one scenario for each set of blocks the solver compiles apart, so that no slider waits for a compiler
WARMED: tuple[tuple[str, float, str], ...] = (
    ("trade_cost", 0.99, ""),
    ("productivity", 1.01, "place"),
    ("tariff", 0.01, "pair"),
    ("migration_cost", 0.99, "pair"),
    ("hukou_access", 0.1, "place"),
    ("relocation", 0.01, "pair"),
    ("carbon_cap", 0.99, ""),
)


def scenario(row: ScenarioRow) -> "Scenario":
    """Return the simulator's scenario; InputError lists everything wrong with its settings."""
    from yugong.base.errors import InputError, Problem
    from yugong.simulate.scenario import Scenario, Setting
    from yugong.simulate.scenario.shipped import PRESETS

    problems = [  # a name that is no preset would be looked for as a file
        Problem(Text(f"没有预设“{name}”", f"there is no preset {name!r}"), column="extends")
        for name in row.extends
        if name not in PRESETS
    ]
    settings = []
    for at, s in enumerate(row.settings, 1):
        try:
            settings.append(
                Setting(
                    s.lever, s.value, tuple(s.place), tuple(s.origin), tuple(s.destination), tuple(s.sector),
                    tuple(s.land), s.mode, s.both, line=at,
                )
            )  # fmt: skip
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    empty = Text("", "")
    title = empty if row.title is None else Text(row.title.zh, row.title.en)
    note = empty if row.note is None else Text(row.note.zh, row.note.en)
    return Scenario(row.id, title, note, tuple(settings), tuple(row.extends), tuple(row.payers))


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A simulation of one scenario, and what its blocks tell; no reading where it did not converge."""

    result: "Simulation"
    reading: "Reading | None"


class Solver:
    """Solved scenarios of one study, the latest kept."""

    def __init__(self, study: "Study", file: str | None = None) -> None:
        self._study = study
        self._file = file
        self._kept: OrderedDict[Any, Solved] = OrderedDict()
        self._lock = threading.Lock()

    def solve(
        self, of: "Scenario", detail: str, groups: str, certificate: bool = False, preview: bool = False
    ) -> "Solved":
        """Return a scenario solved, or previewed, through the same function as Python and the command line."""
        from yugong.report import simulated

        key = (of.to_toml(), detail, groups, certificate and not preview, preview)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        result = self._study.simulate(
            of, detail=detail, groups=groups, certificate=certificate, preview=preview, file=self._file
        )
        found = Solved(result, simulated.read(result) if result.converged else None)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found

    def warm(self, ready: Callable[[], bool]) -> None:
        """Calibrate the economy and compile the solver for every kind of lever, until `ready`, called after each, says no."""
        from yugong.simulate.scenario import Scenario, Setting

        calibrated = self._solved(Scenario("warm")).result.calibration
        places = tuple(r for r, at in zip(calibrated.economy.regions, calibrated.economy.nation, strict=True) if at)
        for id_, value, by in WARMED:
            chosen: dict[str, Any] = {"place": places[:1]} if by == "place" else {}
            if by == "pair":
                chosen = {"origin": places[:1], "destination": places[1:2]}
            of = Scenario("warm", settings=(Setting(id_, value, **chosen),))
            with contextlib.suppress(YugongError):  # an economy need not have what this lever moves
                for preview in (True, False)[len(places) <= LARGE :]:
                    self._solved(of, preview)
            if not ready():
                return

    def _solved(self, of: "Scenario", preview: bool = False) -> Solved:
        return self.solve(of, "eight", next(iter(self._study.groups), "plates"), preview=preview)


def unique(wanted: "list[Scenario]") -> None:
    """Refuse two scenarios of one id: their blocks could not be told apart."""
    from collections import Counter

    from yugong.base.errors import InputError, Problem

    if again := [name for name, times in Counter(s.id for s in wanted).items() if times > 1]:
        what = Text(f"情景代号重复：{'、'.join(again)}", f"scenarios of the same id: {', '.join(again)}")
        raise InputError([Problem(what, Text("给每个情景不同的代号", "give each scenario an id of its own"))])
