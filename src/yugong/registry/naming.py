"""From any name form or code to a place (convention 1)."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.registry.gazetteer import Level, Place, by_code, check_level
from yugong.registry.rows import as_date, first_day, last_day, table_rows

KIND = Text("地区", "place")
_NOISE = re.compile(r"[\s\u3000_'’`\-‐–—.,\uff0c。·()\uff08\uff09]+")
# An English suffix says which level is meant: "Jilin City" is not the province.
_SUFFIXES: dict[str, tuple[Level, ...]] = {
    "autonomousprefecture": ("prefecture",),
    "prefecture": ("prefecture",),
    "municipality": ("province", "prefecture"),
    "province": ("province",),
    "city": ("prefecture", "province", "county"),
    "county": ("county",),
    "district": ("county",),
}
_Span = tuple[date | None, date | None]


def place(name: str, level: Level | None = None, on: date | str | None = None) -> Place:
    """Return the place that a name or code means.

    `name` is a full, short, abbreviated, former, pinyin or English name, or a code of 2, 4, 6 or 12 digits as
    text. A name that several places share means the province when exactly one of them is a province
    ("吉林", "海南"); otherwise it is ambiguous, and `level` decides. With `on`, former names and codes count
    only while they were in use. Raises UnknownNameError with the nearest candidates, InputError for a number.
    """
    _check_text(name)
    if level is not None:
        check_level(level)
    found = _matches(name, level, None if on is None else as_date(on))
    provinces = [p for p in found if p.level == "province"]
    if len(found) == 1 or len(provinces) == 1:
        return provinces[0] if provinces else found[0]
    if found:
        raise UnknownNameError(KIND, name, [label(p) for p in found], ambiguous=True)
    raise UnknownNameError(KIND, name, _nearest(name, level))


def resolve(names: Iterable[str], level: Level | None = None, on: date | str | None = None) -> tuple[Place, ...]:
    """Return the place of each name, in order; all names that fail are shown in one InputError."""
    if level is not None:
        check_level(level)
    found: list[Place] = []
    problems: list[Problem] = []
    for row, name in enumerate(names, start=1):
        try:
            found.append(place(name, level, on))
        except InputError as error:
            problems += [Problem(p.what, p.do, row=row) for p in error.problems]
        except UnknownNameError as error:
            problems.append(Problem(error.text, row=row))
    if problems:
        raise InputError(problems)
    return tuple(found)


def _check_text(name: object) -> None:
    if not isinstance(name, str):
        what = Text(f"地区代码和名称须是文本，不是 {name!r}", f"place codes and names are text, not {name!r}")
        raise InputError([Problem(what, Text(f'写成 "{name}"', f'write "{name}"'))])


def label(place: Place) -> str:
    """Return a place as a candidate is shown, in both languages: 吉林市 Jilin 220200 (吉林)."""
    parent = by_code().get(place.parent or "")
    return f"{place.zh} {place.en} {place.code}" + (f" ({parent.short})" if parent else "")


def fold(name: str) -> str:
    """Return the form that names are compared in: no spaces or punctuation, lower case."""
    return _NOISE.sub("", name).casefold().replace("ü", "v")


def _matches(name: str, level: Level | None, on: date | None) -> list[Place]:
    key = fold(name)
    if key.isascii() and key.isdigit():
        return _chosen(_index().get(_padded(key), {}), (level,) if level else None, on)
    found = _chosen(_index().get(key, {}), (level,) if level else None, on)
    if found:
        return found
    for suffix, levels in _SUFFIXES.items():
        if key.endswith(suffix) and len(key) > len(suffix):
            stem = _index().get(key.removesuffix(suffix), {})
            for meant in [one for one in levels if level in (None, one)]:
                found = _chosen(stem, (meant,), on)
                if found:
                    return found
    return []


def _padded(digits: str) -> str:
    if len(digits) == 12 and digits.endswith("000000"):
        return digits[:6]
    return digits.ljust(6, "0") if len(digits) in (2, 4) else digits


def _chosen(spans: dict[str, _Span], levels: tuple[Level, ...] | None, on: date | None) -> list[Place]:
    found = []
    for code, (start, end) in spans.items():
        place = by_code()[code]
        if levels is not None and place.level not in levels:
            continue
        if on is not None and ((start and on < start) or (end and end < on) or (place.end and place.end < on)):
            continue
        found.append(place)
    # A unit that still exists goes before an abolished one of the same name and level.
    alive = {p.level for p in found if p.end is None}
    return [p for p in found if p.end is None or p.level not in alive]


@cache
def _index() -> dict[str, dict[str, _Span]]:
    index: dict[str, dict[str, _Span]] = {}
    for p in by_code().values():
        forms = [p.code, p.zh, p.short, p.en, p.pinyin]
        if p.level == "province":
            forms += [p.initials, p.short + p.zh[-1]] if p.zh[-1] in "省市" else [p.initials]
        for form in forms:
            index.setdefault(fold(form), {})[p.code] = (None, None)
    for row in table_rows("aliases"):
        spans = index.setdefault(fold(row["alias"]), {})
        spans.setdefault(row["code"], (first_day(row["start"]), last_day(row["end"])))
    return index


def _nearest(name: str, level: Level | None) -> list[str]:
    from difflib import get_close_matches

    places = by_code()
    keys = [k for k, spans in _index().items() if level is None or any(places[c].level == level for c in spans)]
    found: dict[str, None] = {}
    for key in get_close_matches(fold(name), keys, n=8, cutoff=0.5):
        for code in _index()[key]:
            if level is None or places[code].level == level:
                found[label(places[code])] = None
    return list(found)[:5]
