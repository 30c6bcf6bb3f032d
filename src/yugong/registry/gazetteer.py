"""The places: 34 province-level units, prefecture-level units, and the counties that groups need."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.registry.rows import Certainty, as_date, certainty, first_day, last_day, split, table_rows

Level = Literal["province", "prefecture", "county"]
LEVELS: tuple[Level, ...] = ("province", "prefecture", "county")


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """One administrative unit.

    `code` is the GB/T 2260 six-digit string. `lon` and `lat` are degrees of the seat city, `land_area_km2`
    the area the province publishes, `tile` the (row, column) on the 34-unit tile grid, all given for
    provinces only. `end` is set for an abolished unit, and `successors` then names the units that took it over.
    """

    code: str
    level: Level
    zh: str
    short: str
    en: str
    pinyin: str
    initials: str
    parent: str | None
    seat_zh: str
    seat_en: str
    lon: float | None
    lat: float | None
    land_area_km2: float | None
    coastal: bool | None
    land_border: bool | None
    tile: tuple[int, int] | None
    start: date | None
    end: date | None
    successors: tuple[str, ...]
    document: str
    certainty: Certainty
    note: Text

    def __repr__(self) -> str:
        return f"Place({self.code!r}, {self.zh})"

    @property
    def name(self) -> Text:
        """The full Chinese and the English name."""
        return Text(self.zh, self.en)


def places(level: Level | None = "province", on: date | str | None = None) -> tuple[Place, ...]:
    """Return the places of one level (all levels for None) in GB/T 2260 order.

    Abolished units are left out, unless `on` is a day on which they still existed. Units newer than `on` stay,
    since the registry holds one code set (2023) and knows only some founding days. Raises InputError for
    an unknown level.
    """
    if level is not None:
        check_level(level)
    chosen = (p for p in by_code().values() if level is None or p.level == level)
    if on is None:
        return tuple(p for p in chosen if p.end is None)
    day = as_date(on)
    return tuple(p for p in chosen if p.end is None or (day <= p.end and (p.start is None or p.start <= day)))


def check_level(level: str) -> None:
    """Raise InputError when `level` is not province, prefecture or county."""
    if level not in LEVELS:
        do = Text(f"写 {'、'.join(LEVELS)} 之一", f"write one of {', '.join(LEVELS)}")
        raise InputError([Problem(Text(f"不认识的层级 {level!r}", f"unknown level {level!r}"), do)])


@cache
def by_code() -> dict[str, Place]:
    """Return every place by code, abolished ones included: provinces, then prefectures, then counties."""
    return {row["code"]: _place(row) for row in table_rows("places")}


def _place(row: dict[str, str]) -> Place:
    level = row["level"]
    if level not in LEVELS:
        raise ValueError(f"{row['code']}: level {level!r}")
    return Place(
        code=row["code"],
        level=level,
        zh=row["zh"],
        short=row["short"],
        en=row["en"],
        pinyin=row["pinyin"],
        initials=row["initials"],
        parent=row["parent"] or None,
        seat_zh=row["seat_zh"],
        seat_en=row["seat_en"],
        lon=_number(row["lon"]),
        lat=_number(row["lat"]),
        land_area_km2=_number(row["land_area_km2"]),
        coastal=_flag(row["coastal"]),
        land_border=_flag(row["land_border"]),
        tile=(int(row["tile_row"]), int(row["tile_col"])) if row["tile_row"] else None,
        start=first_day(row["start"]),
        end=last_day(row["end"]),
        successors=split(row["successors"]),
        document=row["document"],
        certainty=certainty(row["certainty"]),
        note=Text(row["note_zh"], row["note_en"]),
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _flag(text: str) -> bool | None:
    return text == "1" if text else None
