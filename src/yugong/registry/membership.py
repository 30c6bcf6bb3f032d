"""Groups of places and their dated, cited, whole-or-part membership (convention 4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.registry.gazetteer import Place, by_code
from yugong.registry.naming import fold, label
from yugong.registry.naming import place as find_place
from yugong.registry.rows import Certainty, certainty, first_day, in_force, last_day, split, table_rows

Extent = Literal["whole", "part"]
_user_rows: "dict[str, tuple[Member, ...]]" = {}


@dataclass(frozen=True, slots=True)
class Group:
    """A named set of places, e.g. the plate `east`; `grouping` is the family of sets it belongs to.

    `editable` marks a set whose list is not settled (certainty M): check it and load your own rows.
    """

    id: str
    zh: str
    en: str
    grouping: str
    start: date | None
    document: str
    certainty: Certainty
    editable: bool
    aliases: tuple[str, ...]
    note: Text

    @property
    def name(self) -> Text:
        """The Chinese and the English name."""
        return Text(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Member:
    """A place in a group, wholly or in part, from `start` to `end`, both days included; None is open."""

    place: Place
    group: str
    start: date | None
    end: date | None
    extent: Extent
    document: str
    certainty: Certainty
    editable: bool
    note: Text


def groups(grouping: str | None = None) -> tuple[Group, ...]:
    """Return all groups, or those of one grouping. Raises UnknownNameError for an unknown grouping."""
    if grouping is not None:
        _check_grouping(grouping)
    return tuple(g for g in _groups().values() if grouping in (None, g.grouping))


def group(name: str) -> Group:
    """Return the group with this id, Chinese or English name. Raises UnknownNameError."""
    key = fold(name) if isinstance(name, str) else ""
    ids = _names().get(key, ())
    kind = Text("分组", "group")
    if len(ids) == 1:
        return _groups()[ids[0]]
    if ids:
        raise UnknownNameError(kind, name, [_shown(i) for i in ids], ambiguous=True)
    from difflib import get_close_matches

    near = dict.fromkeys(i for k in get_close_matches(key, list(_names()), n=6, cutoff=0.4) for i in _names()[k])
    raise UnknownNameError(kind, name, [_shown(i) for i in near])


def members(group_name: str, on: date | str | None = None) -> tuple[Member, ...]:
    """Return the members of a group on a date, provinces first, in code order.

    Without `on`, the rows that no later document has ended. Before the group's founding document the answer
    is empty. Raises UnknownNameError, and InputError for a date that is none.
    """
    return tuple(m for m in _by_group().get(group(group_name).id, ()) if in_force(m.start, m.end, on))


def memberships(place_name: str, on: date | str | None = None, inherited: bool = False) -> tuple[Member, ...]:
    """Return the membership rows of one place; `inherited` adds those of the units that contain it.

    An inherited row counts only where the containing unit belongs as a whole.
    """
    place = find_place(place_name)
    own = [m for m in _memberships() if m.place.code == place.code and in_force(m.start, m.end, on)]
    while inherited and place.parent:
        place = by_code()[place.parent]
        own += [
            m
            for m in _memberships()
            if m.place.code == place.code and m.extent == "whole" and in_force(m.start, m.end, on)
        ]
    return tuple(own)


def groups_of(place_name: str, on: date | str | None = None, inherited: bool = False) -> tuple[Group, ...]:
    """Return the groups one place belongs to, wholly or in part; `memberships` tells which."""
    ids = dict.fromkeys(m.group for m in memberships(place_name, on, inherited))
    return tuple(_groups()[i] for i in ids)


def grouping(id: str, on: date | str | None = None) -> dict[str, str]:
    """Return a partition, e.g. "plates", as place code → group id.

    Raises UnknownNameError, and InputError naming each place that lies in several of its groups on that date, or
    the first date when the grouping has no member yet.
    """
    _check_grouping(id)
    found: dict[str, list[str]] = {}
    for one in groups(id):
        for member in members(one.id, on):
            found.setdefault(member.place.code, []).append(one.id)
    problems = [
        Problem(Text(f"{label(by_code()[c])} 同属 {'、'.join(ids)}", f"{label(by_code()[c])} is in {', '.join(ids)}"))
        for c, ids in found.items()
        if len(ids) > 1
    ]
    if on is not None and not found:
        first = min(m.start for g in groups(id) for m in members(g.id) if m.start is not None)
        what = Text(
            f"分组方式 {id} 在 {on} 还没有成员，最早自 {first}",
            f"grouping {id} has no member on {on}; it begins {first}",
        )
        problems.append(Problem(what, Text("换一个日期，或不写日期", "choose another date, or none")))
    if problems:
        raise InputError(problems)
    return {code: found[code][0] for code in by_code() if code in found}


def groupings() -> tuple[str, ...]:
    """Return the ids of all groupings."""
    return tuple(dict.fromkeys(g.grouping for g in _groups().values()))


def _shown(id: str) -> str:
    return f"{_groups()[id].zh} {id}"


def _check_grouping(id: str) -> None:
    if id not in groupings():
        from difflib import get_close_matches

        near = get_close_matches(str(id), groupings(), n=5, cutoff=0.3)
        raise UnknownNameError(Text("分组方式", "grouping"), id, near or groupings())


@cache
def _groups() -> dict[str, Group]:
    return {
        r["id"]: Group(
            id=r["id"],
            zh=r["zh"],
            en=r["en"],
            grouping=r["grouping"],
            start=first_day(r["start"]),
            document=r["document"],
            certainty=certainty(r["certainty"]),
            editable=r["editable"] == "1",
            aliases=split(r["aliases"]),
            note=Text(r["note_zh"], r["note_en"]),
        )
        for r in table_rows("groups")
    }


@cache
def _names() -> dict[str, tuple[str, ...]]:
    names: dict[str, dict[str, None]] = {}
    for g in _groups().values():
        for form in (g.id, g.zh, g.en, *g.aliases):
            names.setdefault(fold(form), {})[g.id] = None
    return {form: tuple(ids) for form, ids in names.items()}


def _rows() -> Iterator[Member]:
    for r in table_rows("memberships"):
        extent: Extent = "part" if r["extent"] == "part" else "whole"
        yield Member(
            place=by_code()[r["place"]],
            group=r["group"],
            start=first_day(r["start"]),
            end=last_day(r["end"]),
            extent=extent,
            document=r["document"],
            certainty=certainty(r["certainty"]),
            editable=r["editable"] == "1",
            note=Text(r["note_zh"], r["note_en"]),
        )


@cache
def _memberships() -> tuple[Member, ...]:
    shipped = [m for m in _rows() if not (m.editable and m.group in _user_rows)]
    own = [m for rows in _user_rows.values() for m in rows]
    order = {code: i for i, code in enumerate(by_code())}
    return tuple(sorted([*shipped, *own], key=lambda m: order[m.place.code]))


def replace_members(rows: dict[str, tuple[Member, ...]]) -> None:
    """Put these rows in place of the editable rows of their groups, and drop what was put there before."""
    _user_rows.clear()
    _user_rows.update(rows)
    _memberships.cache_clear()
    _by_group.cache_clear()


@cache
def _by_group() -> dict[str, tuple[Member, ...]]:
    found: dict[str, list[Member]] = {}
    for m in _memberships():
        found.setdefault(m.group, []).append(m)
    return {id: tuple(rows) for id, rows in found.items()}
