"""How registry rows are read: bilingual titles, certainty marks, and dates with their precision."""

import calendar
from datetime import date
from functools import cache
from typing import Literal

from yugong.base.errors import InputError, Problem
from yugong.base.rows import read_rows
from yugong.base.text import Text

# V read in the text named, Vs read in a secondary text, H stable and widely published, M to be checked by the user.
Certainty = Literal["V", "Vs", "H", "M", "V/Vs", "V/H", "Vs/H"]
CERTAINTIES: tuple[Certainty, ...] = ("V", "Vs", "H", "M", "V/Vs", "V/H", "Vs/H")


@cache
def table_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of one register, `data/<name>.csv`, as stripped strings."""
    return tuple(read_rows("yugong.registry", f"data/{name}.csv"))


def certainty(text: str) -> Certainty:
    """Return `text` as a certainty mark; any other text, L among them, is refused."""
    if text not in CERTAINTIES:
        raise ValueError(f"certainty must be one of {', '.join(CERTAINTIES)}, not {text!r}")
    return text


def first_day(text: str) -> date | None:
    """Return the first day of "2016", "2016-05" or "2016-05-22"; None for an open start."""
    if not text:
        return None
    year, month, day = _parts(text)
    return date(year, month or 1, day or 1)


def last_day(text: str) -> date | None:
    """Return the last day of "2016", "2016-05" or "2016-05-22"; None for an open end."""
    if not text:
        return None
    year, month, day = _parts(text)
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


def _parts(text: str) -> tuple[int, int, int]:
    numbers = [int(part) for part in text.split("-")]
    year, month, day = (*numbers, 0, 0)[:3]
    return year, month, day


def as_date(on: date | str) -> date:
    """Return `on` as a date; a string is ISO: year, year-month or the full day.

    Raises InputError for anything else.
    """
    if isinstance(on, date):
        return on if type(on) is date else date(on.year, on.month, on.day)
    try:
        day = first_day(on.strip()) if isinstance(on, str) else None
    except ValueError:
        day = None
    if day is None:
        what = Text(f"日期 {on!r} 看不懂", f"{on!r} is not a date")
        raise InputError([Problem(what, Text("写成 2020-01-31、2020-01 或 2020", "write 2020-01-31, 2020-01 or 2020"))])
    return day


def in_force(start: date | None, end: date | None, on: date | str | None) -> bool:
    """Say whether a row holds on a date; both ends are included, and without a date open-ended rows hold."""
    if on is None:
        return end is None
    day = as_date(on)
    return (start is None or start <= day) and (end is None or day <= end)


def split(text: str) -> tuple[str, ...]:
    """Return the parts of a cell that holds several values, written `a|b|c`."""
    return tuple(part.strip() for part in text.split("|") if part.strip())
