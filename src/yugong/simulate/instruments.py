"""Levers of the registry as controls of a planner or of a gradient: one number a lever and place, pair or group."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from yugong.base.errors import InputError, Problem, YugongError
from yugong.base.text import Text
from yugong.registry.levers import lever
from yugong.simulate._kernel.build import Model, build, units
from yugong.simulate.economies.calibration import Calibration
from yugong.simulate.economy import Numbers
from yugong.simulate.levers import Levers
from yugong.simulate.scenario.model import Scenario, Setting, outside, within
from yugong.simulate.scenario.reading import expand
from yugong.simulate.scenario.resolving import apply, compose, neutral, payers
from yugong.simulate.scenario.translating import FINANCED, MONEY, act, translate

STEP = 1e-4  # of a lever's unit, to differentiate what it does to the model: an explicit formula, no solution
MONEY_STEP = 1.0
EVEN = 1e-9


@dataclass(frozen=True, slots=True)
class Control:
    """One lever at one place, pair or group; `setting` says where, its value is no part of it."""

    setting: Setting
    label: str  # place code, group id, or "from>to"


class Instruments:
    """Controls (K,) over registry levers, on top of a scenario; what no control sets stays as the scenario has it.

    `low`, `high` and `cost` broadcast to (K,); None for `low` is the scenario's own value. InputError where a place is
    controlled twice, a bound is outside the registry's, or the levers act on nothing here.
    """

    def __init__(
        self,
        base: Calibration,
        controls: Sequence[Control],
        low: Any = None,
        high: Any = None,
        cost: Any = 0.0,
        scenario: Scenario | None = None,
    ) -> None:
        self.base = base
        self.controls = tuple(controls)
        self.scenario = expand(scenario or Scenario())
        self.labels = tuple(f"{c.setting.lever} {c.label}" for c in self.controls)
        self._values, self._last = compose(self.scenario, base)
        payer, trouble = payers(self.scenario, base, self._values, self._last)
        if trouble:
            raise InputError(trouble)
        self._payer = payer
        for c in self.controls:
            self._values.setdefault(c.setting.lever, neutral(c.setting.lever, base))
            self._last[c.setting.lever] = c.setting
        self._places = _places(base, self.controls, self._values)
        count = len(self.controls)
        held = [self._values[c.setting.lever][mask] / share for c, (mask, share) in self._pairs()]
        self.start = np.array([float(h.mean()) for h in held])
        # entries that start apart move in parallel, so that the start is the scenario itself
        self._apart = tuple(None if np.ptp(h) <= EVEN * abs(h[0]) else h - h.mean() for h in held)
        self.low = np.array(np.broadcast_to(self.start if low is None else low, count), dtype=np.float64)
        self.high = np.array(np.broadcast_to(self.start if high is None else high, count), dtype=np.float64)
        self.cost = np.array(np.broadcast_to(cost, count), dtype=np.float64)
        _, problems = translate(base, self._values, self._last)
        if problems:
            raise InputError(problems)
        _within(self.controls, self.start, self.low, self.high)
        fields = self.fields(self.start)
        self._names = tuple(fields)
        self.keys = tuple("tax" if name == "income_tax" else name for name in self._names)
        self.model: Model = build(base.economy, Levers(**fields), wrt=self._names)

    def _pairs(self) -> list[tuple[Control, tuple[Any, Numbers]]]:
        return list(zip(self.controls, self._places, strict=True))

    def fields(self, p: Numbers) -> dict[str, Any]:
        """Return the fields of Levers with the controls at `p`."""
        values = {name: value.copy() for name, value in self._values.items()}
        for i, ((c, (mask, share)), value) in enumerate(zip(self._pairs(), p, strict=True)):
            values[c.setting.lever][mask] = self._spread(i, value) * share
        return act(self.base, values)

    def _spread(self, i: int, value: float) -> Any:
        apart = self._apart[i]
        return value if apart is None else value + apart

    def levers(self, p: Numbers) -> Levers:
        """Return the public levers with the controls at `p`."""
        found = self.fields(p)
        if self._payer is not None and any(c.setting.lever in FINANCED for c in self.controls):
            found["payer"] = self._payer
        return Levers(**found)

    def lever(self, p: Numbers) -> Any:
        """Return the kernel's levers with the controls at `p`."""
        return build(self.base.economy, self.levers(p), wrt=self._names).lever

    def slopes(self, p: Numbers, found: dict[str, Any]) -> Numbers:
        """Return an outcome's slopes in the controls (K,) from its slopes in the kernel's levers."""
        scale = units(self.model.money, self.model.tonnes)
        slope = {n: np.asarray(found[k]) * scale.get(n, 1.0) for n, k in zip(self._names, self.keys, strict=True)}
        values = {name: value.copy() for name, value in self._values.items()}
        for i, ((c, (mask, share)), value) in enumerate(zip(self._pairs(), p, strict=True)):
            values[c.setting.lever][mask] = self._spread(i, value) * share

        def along(i: int, value: float) -> float:
            c, (mask, share) = self.controls[i], self._places[i]
            kept = values[c.setting.lever]
            values[c.setting.lever] = moved = kept.copy()
            moved[mask] = self._spread(i, value) * share
            at = act(self.base, values)
            values[c.setting.lever] = kept
            return sum(float((s * at[name]).sum()) for name, s in slope.items())

        return np.array([self._slope(i, float(v), along) for i, v in enumerate(p)])

    def _slope(self, i: int, at: float, along: Any) -> float:
        """Differentiate to fourth order, or from the right where the lever ends at its lower bound."""
        name = self.controls[i].setting.lever
        h = MONEY_STEP if name in MONEY else STEP
        if at - 2 * h < lever(name).low:
            values = [along(i, at + k * h) for k in range(5)]
            return float(np.dot([-25, 48, -36, 16, -3], values)) / (12 * h)
        far, near = along(i, at + 2 * h) - along(i, at - 2 * h), along(i, at + h) - along(i, at - h)
        return float(8 * near - far) / (12 * h)

    def chosen(self, p: Numbers, id_: str, title: Text) -> Scenario:
        """Return the scenario with the controls at `p`, to solve again, print or write as TOML."""
        settings = [
            _valued(c.setting, float(v))
            if apart is None
            else replace(c.setting, value=float(v) - now, mode="add", file=None, line=None)
            for c, v, now, apart in zip(self.controls, p, self.start, self._apart, strict=True)
        ]
        return Scenario(
            id_, title, settings=(*self.scenario.settings, *settings), payers=self.scenario.payers
        )  # what it extends is put in already


def _valued(setting: Setting, value: float) -> Setting:
    row = lever(setting.lever)
    return Setting(
        setting.lever, min(max(value, row.low), row.high), setting.place, setting.origin, setting.destination,
        setting.sector, setting.land, "set", setting.both,
    )  # fmt: skip


def _places(
    base: Calibration, controls: tuple[Control, ...], values: dict[str, Numbers]
) -> tuple[tuple[Any, Numbers], ...]:
    """Return which entries each control sets, and how many units each gets of one unit of the control."""
    problems: list[Problem] = []
    taken: dict[str, Any] = {}
    out: list[tuple[Any, Numbers]] = []
    for c in controls:
        row = lever(c.setting.lever)
        trial: list[Numbers] = []
        try:
            for value in (row.low, row.high):
                held = {row.id: neutral(row.id, base)}
                apply(_valued(c.setting, value), base, held)
                trial.append(held[row.id])
        except InputError as error:
            problems += error.problems
            continue
        except YugongError as error:
            problems.append(Problem(error.text))
            continue
        mask = trial[0] != trial[1]
        again = taken.setdefault(row.id, np.zeros_like(mask))
        if (mask & again).any():
            what = Text(f"{row.title.zh}：{c.label} 与前面的地区重叠", f"{row.id}: {c.label} overlaps another choice")
            problems.append(Problem(what, Text("每个地区只选一次", "choose each place once")))
        again |= mask
        out.append((mask, (trial[1] - trial[0])[mask] / (row.high - row.low)))
    if problems:
        raise InputError(problems)
    return tuple(out)


def _within(controls: tuple[Control, ...], start: Numbers, low: Numbers, high: Numbers) -> None:
    problems = []
    for c, now, a, b in zip(controls, start, low, high, strict=True):
        row = lever(c.setting.lever)
        for value, name in ((a, "low"), (b, "high")):
            if value != now and not row.low <= value <= row.high:
                problems.append(Problem(outside(row, float(value)), within(row), column=name))
        if a > b:
            problems.append(
                Problem(
                    Text(f"{row.title.zh}：下界 {a:g} 大于上界 {b:g}", f"{row.id}: low {a:g} is above high {b:g}"),
                    column="low",
                )
            )
    if problems:
        raise InputError(dict.fromkeys(problems))
