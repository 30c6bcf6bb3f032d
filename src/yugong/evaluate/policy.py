"""A policy as dated spells of places, from the registry or from a user's table, and its status by place and year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from yugong import registry
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Counting = Literal["half", "start", "next"]


@dataclass(frozen=True, slots=True)
class Spell:
    """One place under one policy, from `start` to `end`, both days included; None is open."""

    place: str
    start: date
    end: date | None = None
    dose: float = 1.0
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy to evaluate; `certainty` is the weakest mark among the rows it was built from."""

    id: str
    name: Text
    spells: tuple[Spell, ...]
    document: str = ""
    certainty: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Status:
    """dose (N, T), 0 without the policy; partial (N, T): in force in a part of the place only."""

    dose: Floats
    partial: Floats


def find_policy(name: str) -> Policy:
    """Return a policy of the registry.

    A strategy by id or name ("western_development", "西部大开发") covers its scope; "agreement:xinanjiang" the
    upstream side of a compensation agreement, all rounds, a gap between rounds switching it off;
    "agreement:xinanjiang:downstream" the other side; "pairs:east_west" the receivers of a programme,
    "pairs:east_west:givers" its givers; "group:jingjinji" a group with its own dates.
    Raises UnknownNameError, and InputError where the registry knows no fixed scope.
    """
    kind, _, rest = name.partition(":")
    if kind == "agreement":
        return _agreement(name, rest)
    if kind == "pairs":
        return _pairs(name, rest)
    if kind == "group":
        found = registry.group(rest)
        return Policy(name, found.name, _members(found.id), found.document, found.certainty)
    for s in registry.strategies():
        if name in (s.id, *s.name):
            if s.scope is None:
                what = Text(f"“{s.name.zh}”没有固定的地区范围", f"{s.name.en} covers no fixed set of places")
                do = Text("用自己的表给出地区和日期", "give places and dates in a table of your own")
                raise InputError([Problem(what, do)])
            spells = _members(s.scope, s.start)
            return Policy(s.id, s.name, spells, s.document, s.certainty)
    known = {w: s.id for s in registry.strategies() for w in (s.id, *s.name)}
    near = [known[w] for w in get_close_matches(name, known, 5, 0.4)]
    raise UnknownNameError(
        Text("政策或战略", "policy or strategy"), name, list(dict.fromkeys(near)) or list(known.values())
    )


def table_policy(
    frame: "pd.DataFrame", id: str = "policy", name: Text | None = None, places: Sequence[str] = ()
) -> Policy:
    """Return a policy from a table with columns place, start and, if wanted, end and dose.

    Dates are dates, or text "2016", "2016-05", "2016-05-22". places: codes of a study, which need not be the registry's.
    All problems are collected with their rows; `frame.attrs["rows"]` are their numbers in the file, where known.
    """
    problems: list[Problem] = []
    spells: list[Spell] = []
    numbers = frame.attrs.get("rows") or range(2, len(frame) + 2)
    at_row: dict[int, int] = {}
    for at, row in zip(numbers, frame.to_dict("records"), strict=True):
        code = str(row["place"])
        try:
            code = code if code in places else registry.place(code).code
        except UnknownNameError as error:
            problems.append(Problem(error.text, row=at, column="place"))
            continue
        try:
            start, end = _day(row.get("start"), False), _day(row.get("end"), True)
        except ValueError:
            problems.append(Problem(Text("日期看不懂", "not a date"), Text("写成 2016-05", "write 2016-05"), row=at))
            continue
        given = row.get("dose")
        dose = 1.0 if given is None or given != given else float(given)
        if start is None:
            problems.append(Problem(Text("没有开始日期", "no start date"), row=at, column="start"))
        elif end is not None and end < start:
            problems.append(Problem(Text("结束早于开始", "ends before it starts"), row=at, column="end"))
        elif dose == 0 or not np.isfinite(dose):
            problems.append(
                Problem(Text("剂量须为非零的数", "a dose must be a number other than zero"), row=at, column="dose")
            )
        else:
            spells.append(Spell(code, start, end, dose))
            at_row[len(spells) - 1] = at
    for a, b in _overlaps(spells):
        what = Text(
            f"{a.place} 的两段时间重叠：自 {a.start}（第 {at_row[spells.index(a)]} 行）与自 {b.start}",
            f"two spells of {a.place} overlap: from {a.start} (row {at_row[spells.index(a)]}) and from {b.start}",
        )
        do = Text("只留一行，或写明前一段的结束", "keep one, or give the end of the first")
        second = len(spells) - 1 - spells[::-1].index(b)
        problems.append(Problem(what, do, row=at_row[second], column="start"))
    if problems:
        raise InputError(problems)
    return Policy(id, name or Text(id, id), tuple(spells))


def status(policy: Policy, places: Sequence[str], years: Sequence[int], counting: Counting = "half") -> Status:
    """Return the policy's status by place and year.

    counting: the first year that counts. "half": the year of the start when it starts by 30 June, else the next;
    "start": the year of the start; "next": the year after. It counts until the year of the end, if it lasts beyond
    30 June of it ("half", "start" and "next" alike). A place inside a member counts as the member; a place of
    which only a part is a member is `partial`.
    """
    dose = np.zeros((len(places), len(years)))
    partial = np.zeros_like(dose)
    rows = {code: i for i, code in enumerate(places)}
    for s in policy.spells:
        first = s.start.year + {"half": int(s.start.month > 6), "start": 0, "next": 1}[counting]
        last = years[-1] if s.end is None else s.end.year - int(s.end.month <= 6)
        span = (np.asarray(years) >= first) & (np.asarray(years) <= last)
        inside = [i for code, i in rows.items() if s.place in _holders(code)]
        above = [rows[code] for code in _holders(s.place)[1:] if code in rows]
        for i in inside:
            layer = dose if s.whole else partial
            layer[i, span] = s.dose
        for i in above:
            partial[i, span] = s.dose
    partial[dose != 0] = 0.0
    return Status(dose, partial)


def _holders(code: str) -> tuple[str, ...]:
    """A place's own code and those of the units that contain it, by the division code."""
    if not (len(code) == 6 and code.isdigit()):
        return (code,)
    return tuple(dict.fromkeys((code, code[:4] + "00", code[:2] + "0000")))


def _members(group: str, start: date | None = None) -> tuple[Spell, ...]:
    """Members now in force; a scope known only from a later list starts with the strategy itself."""
    found = []
    for m in registry.members(group):
        day = m.start or start
        if day is None:
            what = Text(f"{group} 的 {m.place.zh} 没有开始日期", f"{m.place.en} in {group} has no start date")
            raise InputError([Problem(what)])
        found.append(Spell(m.place.code, day if start is None else max(day, start), m.end, whole=m.extent == "whole"))
    return tuple(found)


def _agreement(name: str, rest: str) -> Policy:
    stem, _, side = rest.partition(":")
    rounds = [a for a in registry.agreements() if a.id == stem or a.id.rpartition("_r")[0] == stem]
    if not rounds:
        known = dict.fromkeys(a.id.rpartition("_r")[0] or a.id for a in registry.agreements())
        raise UnknownNameError(Text("补偿协议", "compensation agreement"), stem, get_close_matches(stem, known, 5, 0.3))
    spells: list[Spell] = []
    for a in rounds:
        if a.start is None:
            raise InputError([Problem(Text(f"{a.id} 没有开始日期", f"{a.id} has no start date"))])
        # the places concerned lie in a part of each province: the whole province stands for them, and the notes say so
        spells += [Spell(p.code, a.start, a.end) for p in (a.downstream if side == "downstream" else a.upstream)]
    return Policy(name, rounds[0].river, tuple(spells), rounds[0].document, rounds[0].certainty)


def _pairs(name: str, rest: str) -> Policy:
    kind, _, side = rest.partition(":")
    spells: dict[str, Spell] = {}
    marks = []
    for p in registry.pairs(kind):
        place = p.giver if side == "givers" else p.receiver
        if place is not None and p.start is not None and place.code not in spells:
            spells[place.code] = Spell(place.code, p.start, p.end, whole=side == "givers" or not p.part)
            marks.append(p)
    title = next(t.name for t in registry.taxonomy("pair_kinds") if kind in (t.id, *t.name))
    if not spells:
        what = Text(f"“{title.zh}”的结对没有开始日期", f"the pairs of {title.en} have no start date")
        raise InputError([Problem(what, Text("用自己的表给出日期", "give dates in a table of your own"))])
    return Policy(name, title, tuple(spells.values()), marks[0].document, marks[0].certainty)


def _day(value: object, last: bool) -> date | None:
    if value is None or value != value or value == "":
        return None
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    from yugong.registry.rows import first_day, last_day

    text = str(int(value)) if isinstance(value, (int, float)) else str(value).strip()
    return (last_day if last else first_day)(text)


def _overlaps(spells: Sequence[Spell]) -> list[tuple[Spell, Spell]]:
    by_place: Mapping[str, list[Spell]] = {}
    for s in sorted(spells, key=lambda s: s.start):
        by_place.setdefault(s.place, []).append(s)  # type: ignore[attr-defined]
    return [(a, b) for rows in by_place.values() for a, b in pairwise(rows) if a.end is None or a.end >= b.start]
