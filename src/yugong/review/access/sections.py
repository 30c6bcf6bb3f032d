"""Sections of GB/T 4754 and the divisions they span."""

import re
from dataclasses import dataclass
from functools import cache

from yugong.base.errors import UnknownNameError
from yugong.base.rows import read_rows
from yugong.base.text import Text

_CODE = re.compile(r"^([A-Ta-t])?(\d{2})?(\d{0,2})$")


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the classification of industries: its letter, title, divisions and one of three broad sectors."""

    letter: str
    title: Text
    first: int
    last: int
    broad: str


@cache
def sections() -> tuple[Section, ...]:
    """Return the 20 sections of GB/T 4754—2017."""
    return tuple(
        Section(r["section"], Text(r["zh"], r["en"]), int(r["first"]), int(r["last"]), r["broad"])
        for r in read_rows("yugong.review.packs", "access_sections.csv")
    )


def section(code: str) -> Section:
    """Return the section of a code such as C, 16, C16 or 1610; UnknownNameError where it is none, or contradicts."""
    found = _CODE.match(code.strip())
    letter, division = (found[1] or "").upper() if found else "", found[2] if found else None
    for each in sections():
        inside = division is None or each.first <= int(division) <= each.last
        if found and inside and (letter == each.letter if letter else division is not None):
            return each
    raise UnknownNameError(Text("国民经济行业代码", "industry code (GB/T 4754)"), code)


def section_titled(text: str) -> Section | None:
    """Return the section whose title a heading carries, None where it carries none."""
    words = re.sub(r"[\s、，,及和（）()]|^[（(]?[一二三四五六七八九十]+[）)、]?", "", text)
    for each in sections():
        if re.sub(r"[、，及和]", "", each.title.zh) in words:
            return each
    return None
