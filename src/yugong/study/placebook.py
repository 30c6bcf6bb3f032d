"""The names a file may use for the places of one study, and what is a total rather than a place."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from yugong.base.errors import UnknownNameError
from yugong.base.text import Text
from yugong.study.readers.cells import MARKS, plain
from yugong.study.readers.raw import Cell

CJK = re.compile(r"[\u3400-\u9fff]")
MUNICIPALITIES = ("11", "12", "31", "50")
NATIONAL = re.compile(
    r"(全国|中国|各地区|地区|全部)?(总计|合计|总和|总数|平均|总平均)|全国\(?(总计|合计|平均)?(水平)?\)?|中国|平均水平"
    r"|(china|national|nation|country)?(total|average)?|whole(country|nation)|nationwide"
)
AGGREGATE = re.compile(
    r"(东部|中部|西部|东北部?|沿海|内陆|华北|华东|华中|华南|中南|西南|西北|东中西部?)(地区|区域|合计|小计|平均|[\d一二三四五六七八九十]+(个)?省.*)?"
    r"|小计|分组.*|不分地区|其他|其它|新疆生产建设兵团|新疆兵团|兵团|地区外|港澳台.*|国外|境外|中央|大区.*"
    r"|(eastern|central|western|northeastern|northeast|east|west|coastal|inland)(region|china|area)?(total)?|subtotal|others?|not(classified|distributed)byregion"
)


def fold(name: str) -> str:
    """Return a name without blanks, marks, case, or the English half of a bilingual label."""
    text = MARKS.sub("", plain(name)).strip()
    if CJK.search(text):
        text = re.sub(r"(?<=[\u3400-\u9fff)])\s+[A-Za-z][A-Za-z' .\-()]*$", "", text)
        text = re.sub(r"^[A-Za-z][A-Za-z' .\-]*\s+(?=[\u3400-\u9fff])", "", text)
    return re.sub(r"[\s'’.\-·]", "", text).lower()


@dataclass(frozen=True, slots=True)
class PlaceBook:
    """`forms` maps folded names and codes to place codes; `look_up` resolves the rest or raises."""

    level: str
    forms: Mapping[str, str]
    names: Mapping[str, Text]
    look_up: Callable[[str], str]
    groups: frozenset[str] = field(default=frozenset())

    def known(self, cell: Cell, short_codes: bool = False) -> str | None:
        """Return the code of a place a cell names outright, else None; 2-digit codes only when asked."""
        if isinstance(cell, float):
            return self.known(str(int(cell)), short_codes) if cell.is_integer() and cell >= 0 else None
        if not isinstance(cell, str):
            return None
        key = fold(cell)
        if key.isdigit() and len(key) < 4 and not short_codes:
            return None
        return self.forms.get(key)

    def resolve(self, name: str) -> str:
        """Return the code of a place by any form of its name; UnknownNameError lists the nearest."""
        return self.forms.get(fold(name)) or self.look_up(plain(name))

    def is_national(self, cell: Cell) -> bool:
        """Return whether a label stands for the whole country."""
        return isinstance(cell, str) and bool(key := fold(cell)) and bool(NATIONAL.fullmatch(key))

    def is_aggregate(self, cell: Cell) -> bool:
        """Return whether a label stands for several places (or none): a plate, a subtotal, 'not by region'."""
        return (
            isinstance(cell, str) and bool(key := fold(cell)) and (key in self.groups or bool(AGGREGATE.fullmatch(key)))
        )


@cache
def registry_book(level: str = "province") -> PlaceBook:
    """Return the names of the registry's places of one level."""
    from yugong import registry

    forms: dict[str, str] = {}
    names: dict[str, Text] = {}
    listed = list(registry.places(cast("Any", level)))
    if level == "prefecture":  # municipalities stand beside prefectures in tables of cities
        have = {place.code[:2] for place in listed if not place.zh.endswith("县")}
        listed += [p for p in registry.places("province") if p.code[:2] in MUNICIPALITIES or p.code[:2] not in have]
    for place in listed:
        names[place.code] = Text(place.short, place.en)
        for form in (place.zh, place.short, place.en, place.pinyin, place.code):
            if form:
                forms.setdefault(fold(form), place.code)
        if level == "province":
            forms.setdefault(place.code[:2], place.code)

    def look_up(name: str) -> str:
        found = registry.place(name, level=cast("Any", level))
        return str(found.code)

    groups = frozenset(fold(n) for g in registry.groups() for n in (g.zh, g.en))
    return PlaceBook(level, forms, names, look_up, groups - set(forms))


def own_book(rows: Iterable[tuple[str, str, str]], level: str) -> PlaceBook:
    """Return a book for places a study brings itself: (code, zh, en) rows."""
    forms: dict[str, str] = {}
    names: dict[str, Text] = {}
    for code, zh, en in rows:
        names[code] = Text(zh or en or code, en or zh or code)
        for form in (code, zh, en):
            if form:
                forms.setdefault(fold(form), code)

    def look_up(name: str) -> str:
        from difflib import get_close_matches

        shown = {form: f"{names[code].zh} {code}" for form, code in forms.items()}
        near = list(dict.fromkeys(shown[f] for f in get_close_matches(fold(name), shown, n=3, cutoff=0.5)))
        raise UnknownNameError(Text("地区", "place"), name, near)

    return PlaceBook(level, forms, names, look_up)
