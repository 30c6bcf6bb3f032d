"""What a scenario is: settings of levers in order, what it extends, and who pays."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.registry.levers import MODES, Lever, Mode, lever

EMPTY = Text("", "")
SELECTORS = {"place": "place", "origin": "from", "destination": "to", "sector": "sector", "land": "land"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One lever set to a value for the places, pairs, sectors or land markets chosen; an empty choice means all.

    `both` sets the opposite direction of each pair too. `mode` is set, add or multiply; the lever's own if empty.
    """

    lever: str
    value: float
    place: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    destination: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    land: tuple[str, ...] = ()
    mode: Mode | None = None
    both: bool = False
    file: str | None = field(default=None, compare=False, repr=False)
    line: int | None = field(default=None, compare=False, repr=False)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False, hash=False)  # of its keys

    def __post_init__(self) -> None:
        for name in SELECTORS:
            given = getattr(self, name)
            object.__setattr__(self, name, (given,) if isinstance(given, str) else tuple(given))
        if problems := self._problems():
            raise InputError(problems)

    def _problems(self) -> list[Problem]:
        try:
            row = lever(self.lever)
        except UnknownNameError as error:
            return [self.problem(error.text, key="lever")]
        object.__setattr__(self, "lever", row.id)
        problems = [
            self.problem(
                Text(f"杠杆“{row.title.zh}”不按 {key} 选择", f"lever {row.id!r} is not chosen by {key!r}"),
                Text(f"可用：{'、'.join(row.by)}", f"use: {', '.join(row.by)}"),
                key,
            )
            for name, key in SELECTORS.items()
            if getattr(self, name) and key not in row.by
        ]
        if self.both and "from" not in row.by:
            problems.append(self.problem(Text("both 只用于成对的杠杆", "both is for levers between pairs"), key="both"))
        if isinstance(self.value, bool) or not isinstance(self.value, int | float) or self.value != self.value:
            problems.append(
                self.problem(
                    Text(f"value 不是数：{self.value!r}", f"value is not a number: {self.value!r}"), key="value"
                )
            )
        if self.mode is not None and self.mode not in MODES:
            what = Text(f"mode 不能是“{self.mode}”", f"mode cannot be {self.mode!r}")
            problems.append(self.problem(what, Text("写 set、add 或 multiply", "write set, add or multiply"), "mode"))
        whole = self.how == "set" or (self.how == "multiply" and row.neutral == 1)
        if not problems and whole and not row.low <= self.value <= row.high:
            problems.append(self.problem(outside(row, self.value), within(row), "value"))
        return problems

    @property
    def how(self) -> Mode:
        """How the value composes with what was set before."""
        return self.mode or lever(self.lever).mode

    def problem(self, what: Text, do: Text | None = None, key: str | None = None) -> Problem:
        """Return a problem located at this setting."""
        return Problem(what, do, self.file, None, self.lines.get(key or "", self.line), key)

    def to_dict(self) -> dict[str, Any]:
        """Return the setting as it stands in TOML, without what is at its default."""
        out: dict[str, Any] = {"lever": self.lever, "value": self.value}
        for name, key in SELECTORS.items():
            chosen = getattr(self, name)
            if chosen:
                out[key] = chosen[0] if len(chosen) == 1 else list(chosen)
        return out | ({"mode": self.mode} if self.mode else {}) | ({"both": True} if self.both else {})


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named list of settings, applied in order after those of the scenarios it `extends` (preset ids or files).

    `payers` (places or groups) finance transfers, public spending, grants and compensation in proportion to their
    wage bill; empty: every region of the nation. Empty settings are the base year.
    """

    id: str = "base"
    title: Text = EMPTY
    note: Text = EMPTY
    settings: tuple[Setting, ...] = ()
    extends: tuple[str, ...] = ()
    payers: tuple[str, ...] = ()
    file: str | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "settings", tuple(self.settings))
        for name in ("extends", "payers"):
            given = getattr(self, name)
            object.__setattr__(self, name, (given,) if isinstance(given, str) else tuple(given))

    @property
    def name(self) -> Text:
        """The title, or the id where there is none."""
        return self.title if self.title != EMPTY else Text(self.id, self.id)

    def then(self, other: "Scenario") -> "Scenario":
        """Return this scenario with another's settings applied after it; the later payers count."""
        return Scenario(
            f"{self.id}+{other.id}",
            Text(f"{self.name.zh} + {other.name.zh}", f"{self.name.en} + {other.name.en}"),
            EMPTY,
            (*self.settings, *other.settings),
            (*self.extends, *other.extends),
            other.payers or self.payers,
            other.file or self.file,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the scenario as nested dictionaries, the schema of the TOML file."""
        head: dict[str, Any] = {"id": self.id}
        for name, text in (("title", self.title), ("note", self.note)):
            if text != EMPTY:
                head |= {f"{name}_zh": text.zh, f"{name}_en": text.en}
        if self.extends:
            head["extends"] = list(self.extends)
        out: dict[str, Any] = {"scenario": head}
        if self.payers:
            out["budget"] = {"payers": list(self.payers)}
        return out | ({"set": [s.to_dict() for s in self.settings]} if self.settings else {})

    def to_toml(self) -> str:
        """Return the text of the scenario's TOML file."""
        lines: list[str] = []
        tree = self.to_dict()
        for table in ("scenario", "budget"):
            if table in tree:
                lines += [f"[{table}]", *_pairs(tree[table]), ""]
        for setting in tree.get("set", []):
            lines += ["[[set]]", *_pairs(setting), ""]
        return "\n".join(lines)

    @staticmethod
    def from_dict(tree: Mapping[str, Any]) -> "Scenario":
        """Return the scenario of nested dictionaries; InputError lists everything wrong."""
        from yugong.simulate.scenario.reading import from_tree

        return from_tree(tree)

    @staticmethod
    def from_toml(text: str, file: str | None = None) -> "Scenario":
        """Return the scenario of a TOML text; InputError lists everything wrong, by line of `file`."""
        from yugong.simulate.scenario.reading import from_text

        return from_text(text, file)


def outside(row: Lever, value: float) -> Text:
    """Say that a value is outside the bounds of its lever."""
    return Text(
        f"杠杆“{row.title.zh}”的值 {value:g} 超出 [{row.low:g}, {row.high:g}]",
        f"lever {row.id!r}: {value:g} is outside [{row.low:g}, {row.high:g}]",
    )


def within(row: Lever) -> Text:
    """Say what to write instead."""
    unit = Text(f"，单位：{row.unit.zh}", f", unit: {row.unit.en}")
    return Text(
        f"填写 {row.low:g} 到 {row.high:g} 之间的值{unit.zh}",
        f"write a value from {row.low:g} to {row.high:g}{unit.en}",
    )


def _pairs(table: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in table.items()]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(_value(v) for v in value)}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(float(value)) if not isinstance(value, int) else str(value)
