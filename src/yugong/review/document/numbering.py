"""How Chinese documents number their parts: chapters, articles, items; and Chinese numerals."""

import re

from yugong.base.errors import YugongError
from yugong.base.text import Text

NUMERAL = "[零〇一二三四五六七八九十百千两\\d]+"
ARTICLE = re.compile(f"^[#\\s\\u3000]*第({NUMERAL})条(?:之({NUMERAL}))?[\\s\\u3000]*")
ITEM = re.compile(f"^[\\s\\u3000]*[（(]({NUMERAL})[）)][\\s\\u3000]*")
LISTED = re.compile(f"^[\\s\\u3000]*(?:{NUMERAL}[、.．](?!\\d)|[①-⑳])[\\s\\u3000]*")
_CHAPTER = re.compile(f"^[\\s\\u3000]*第{NUMERAL}[编章节][\\s\\u3000]")
_TITLED = re.compile("^[\\s\\u3000]*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)])[^。；：]{1,24}$")
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, **{d: i for i, d in enumerate("三四五六七八九", 3)}}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def heading_level(line: str) -> int:
    """Return 1 for a chapter heading, 2 for a short numbered title, 0 for running text."""
    if _CHAPTER.match(line) and "。" not in line:
        return 1
    return 2 if _TITLED.match(line.rstrip()) else 0


def list_level(line: str) -> int | None:
    """Return how deep a numbered line stands: 0 第一条, 1 一、, 2 （一）, 3 1., 4 （1）, 5 ①; None without a number."""
    if ARTICLE.match(line):
        return 0
    if found := ITEM.match(line):
        return 4 if found[1].isdigit() else 2
    if found := LISTED.match(line):
        mark = found.group().strip()
        return 5 if mark[0] in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳" else 3 if mark[0].isdigit() else 1
    return None


def numeral(text: str) -> int:
    """Return the number that Chinese or Arabic numerals write, e.g. 一百零五 → 105."""
    if text.isdigit():
        return int(text)
    total, digit = 0, None
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[sign]
            digit = None
        else:
            raise YugongError(Text(f"“{text}”不是数", f"{text!r} is not a number"))
    return total + (digit or 0)
