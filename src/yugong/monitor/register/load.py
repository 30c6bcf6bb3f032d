"""The register read whole and checked: references, parents, terms and histories."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.monitor.register.forms import ITEMS, REGISTER
from yugong.monitor.register.reading import empty, read, refuse, tables_of
from yugong.monitor.register.states import NEXT, STATES, bad_step, first

if TYPE_CHECKING:
    from yugong.study.model import Study


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """The tables of the register, one frame a form; `states` is the present state of each item."""

    items: pd.DataFrame
    parties: pd.DataFrame
    money: pd.DataFrame
    milestones: pd.DataFrame
    events: pd.DataFrame
    services: pd.DataFrame
    states: dict[str, str]

    def history(self) -> list[tuple[str, str, str, str]]:
        """Return the events as (item, date, state, note), in the order they stand in."""
        columns = ["item", "date", "state", "note"]
        return [tuple("" if c is None else str(c) for c in r) for r in self.events[columns].itertuples(index=False)]  # type: ignore[misc]


def read_register(path: str | os.PathLike[str], study: "Study | None" = None) -> Register:
    """Read a register: one workbook with a sheet a form, or a folder of CSV files (items.csv, parties.csv, …).

    Only the items are required. All problems are collected and located: unknown places, items that are not listed, an
    item listed twice, a parent that is unknown or leads in a circle, an end before its start, a change of state that
    may not follow, blockages without a kind. Places are those of the registry, or of the study when given.
    """
    source = Path(path)
    tables = tables_of(source, REGISTER)
    if ITEMS.id not in tables:
        raise refuse(source)
    problems: list[Problem] = []
    frames: dict[str, pd.DataFrame] = {}
    for form in REGISTER:
        if form.id not in tables:
            frames[form.id] = empty(form)
            continue
        frames[form.id], found = read(tables[form.id], form, study)
        problems += found
    if problems:
        raise InputError(problems)
    check = _Check(
        source, {id_: t.sheet for id_, t in tables.items()}, {id_: t.file for id_, t in tables.items()}, frames
    )
    problems = [*check.items(), *check.references(), *check.parents(), *check.events()]
    if problems:
        raise InputError(problems)
    states = check.states()
    for frame in frames.values():
        frame.attrs = {}  # pandas copies attributes with every group and slice
    return Register(**frames, states=states)


@dataclass(frozen=True, slots=True)
class _Check:
    path: Path
    sheets: dict[str, str | None]
    files: dict[str, str]
    frames: dict[str, pd.DataFrame]

    def problem(self, form: str, i: int, column: str, what: Text, do: Text | None = None) -> Problem:
        titles = {f.id: f.title.in_() for g in REGISTER if g.id == form for f in g.fields}
        row = self.frames[form].attrs["rows"][i]
        return Problem(what, do, self.files[form], self.sheets[form], row, titles[column])

    def items(self) -> list[Problem]:
        f = self.frames["items"]
        out = [
            self.problem(
                "items", int(i), "item", Text(f"编号“{f['item'][i]}”重复", f"item {f['item'][i]!r} stands twice")
            )
            for i in f.index[f["item"].duplicated()]
        ]
        ended = f["end"].fillna("9999") < f["start"]
        out += [
            self.problem("items", int(i), "end", Text(f"到期日早于起始日 {start}", f"the end is before the start {start}"))
            for i, start in zip(np.flatnonzero(ended), f["start"][ended], strict=True)
        ]  # fmt: skip
        plain = f.index[(f["kind"] == "blockage") & f["blockage"].isna()]
        return out + [
            self.problem("items", int(i), "blockage", Text("堵点没有写类型", "a blockage needs its kind"))
            for i in plain
        ]

    def references(self) -> list[Problem]:
        known = set(self.frames["items"]["item"])
        out: list[Problem] = []
        for form in ("parties", "money", "milestones", "events"):
            f = self.frames[form]
            for i in f.index[~f["item"].isin(known)]:
                what = Text(f"“{f['item'][i]}”不在事项表中", f"{f['item'][i]!r} is not among the items")
                out.append(
                    self.problem(form, int(i), "item", what, Text("先在事项表登记", "list it among the items first"))
                )
        m = self.frames["money"]
        out += [
            self.problem("money", int(i), "payee", Text("支付方与收款方相同", "payer and payee are the same"))
            for i in m.index[m["payer"] == m["payee"]]
        ]
        return out

    def parents(self) -> list[Problem]:
        f = self.frames["items"]
        above = {k: p for k, p in zip(f["item"], f["parent"], strict=True) if p is not None and p == p}
        at = {k: i for i, k in enumerate(f["item"])}
        out: list[Problem] = []
        settled: set[str] = set()
        for item, parent in above.items():
            if parent not in at:
                what = Text(f"上级事项“{parent}”不在事项表中", f"parent {parent!r} is not among the items")
                out.append(self.problem("items", at[item], "parent", what))
        for item in above:
            walk: list[str] = []
            here: str | None = item
            while here is not None and here not in settled and here not in walk:
                walk.append(here)
                here = above.get(here)
            if here is not None and here in walk:
                ring = [*walk[walk.index(here) :], here]
                words = " → ".join(ring)
                what = Text(f"上级关系成环：{words}", f"parents lead in a circle: {words}")
                out.append(
                    self.problem("items", at[here], "parent", what, Text("断开其中一处", "cut one of the links"))
                )
            settled.update(walk)
        return out

    def ordered(self) -> dict[str, list[tuple[str, int, str]]]:
        """Item → its events as (date, row, state), by date, rows of one date in the order they stand in."""
        f = self.frames["events"]
        found: dict[str, list[tuple[str, int, str]]] = {}
        for i, (item, day, state) in enumerate(zip(f["item"], f["date"], f["state"], strict=True)):
            found.setdefault(item, []).append((day, i, state))
        return {item: sorted(rows) for item, rows in found.items()}

    def events(self) -> list[Problem]:
        f = self.frames["items"]
        kinds: dict[str, Any] = dict(zip(f["item"], f["kind"], strict=True))
        out: list[Problem] = []
        for item, rows in self.ordered().items():
            if item not in kinds:
                continue
            wrong = bad_step(kinds[item], [r[2] for r in rows])
            if wrong is None:
                continue
            state = STATES[rows[wrong][2]]
            before = STATES[rows[wrong - 1][2]] if wrong else None
            what = (
                Text(
                    f"“{item}”不能由“{before.zh}”变为“{state.zh}”",
                    f"{item!r} may not go from {before.en} to {state.en}",
                )
                if before
                else Text(f"“{item}”不能处于“{state.zh}”", f"{item!r} cannot be {state.en}")
            )
            after = NEXT[rows[wrong - 1][2]] if wrong else ()
            listed = "、".join(STATES[s].zh for s in after), ", ".join(STATES[s].en for s in after)
            do = Text(f"其后可为：{listed[0]}", f"may follow: {listed[1]}") if after else None
            out.append(self.problem("events", rows[wrong][1], "state", what, do))
        return out

    def states(self) -> dict[str, str]:
        f = self.frames["items"]
        held = {item: rows[-1][2] for item, rows in self.ordered().items()}
        return {item: held.get(item, first(kind)) for item, kind in zip(f["item"], f["kind"], strict=True)}


def today(on: str | None) -> str:
    """Return the day things are due by, ISO: the one given, else today. Raises InputError for no date."""
    if on is None:
        return date.today().isoformat()
    try:
        return date.fromisoformat(on).isoformat()
    except ValueError as error:
        what = Text(f"“{on}”不是日期", f"{on!r} is not a date")
        raise InputError([Problem(what, Text("写成 2026-06-30", "write 2026-06-30"))]) from error
