"""How a number is written: digits, signs, missing values, intervals, and amounts in 万/亿 or millions."""

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from yugong.base.text import Text

MISSING = "—"
MINUS = "−"
NONE = Text("", "")


@dataclass(frozen=True, slots=True)
class Format:
    """The digits of a number; the number itself is kept in the unit it is shown in."""

    digits: int = 2
    thousands: bool = True
    signed: bool = False
    floor: bool = False  # below the last digit is written "<0.001", as p-values are

    def excel(self) -> str:
        """Return the same format as a spreadsheet number format."""
        whole = "#,##0" if self.thousands else "0"
        plain = whole + ("." + "0" * self.digits if self.digits else "")
        if self.floor:
            return f'[<{self.step}]"<{self.step}";{plain}'
        return f"+{plain};-{plain};{plain}" if self.signed else plain

    @property
    def step(self) -> Decimal:
        """The unit of the last digit."""
        return Decimal(1).scaleb(-self.digits)


INTEGER = Format(0)
YEAR = Format(0, thousands=False)
P_VALUE = Format(3, floor=True)


@dataclass(frozen=True, slots=True)
class Interval:
    """The two ends of an interval, in the unit of the number they belong to."""

    low: float
    high: float


def is_missing(value: float | None) -> bool:
    """Tell whether a number is absent: None, NaN or infinite."""
    return value is None or not math.isfinite(value)


def number(value: float | None, how: Format) -> str:
    """Write one number, halves rounded away from zero as spreadsheets do; "—" when it is missing."""
    if value is None or is_missing(value):
        return MISSING
    if how.floor and 0 <= value < how.step:
        return f"<{how.step}"
    rounded = Decimal(repr(float(value))).quantize(how.step, ROUND_HALF_UP)
    text = f"{abs(rounded):,f}" if how.thousands else f"{abs(rounded):f}"
    if rounded == 0:
        return text
    return (MINUS if rounded < 0 else "+" if how.signed else "") + text


def interval(value: Interval | None, how: Format) -> str:
    """Write an interval as "[low, high]"; "—" when either end is missing."""
    if value is None or is_missing(value.low) or is_missing(value.high):
        return MISSING
    return f"[{number(value.low, how)}, {number(value.high, how)}]"


def quantity(value: float | None, how: Format, unit: Text = NONE) -> Text:
    """Write a number followed by its unit, in both languages."""
    n, unit_en = in_english(value, how, unit.en)
    if n == MISSING:
        return Text(n, n)
    return Text(number(value, how) + _joined(unit.zh, " "), n + _joined(unit_en, " "))


def in_english(value: float | None, how: Format, unit: str) -> tuple[str, str]:
    """Write a number and its English unit apart; 6.56 with the unit 10 000 yuan becomes 65,600 and yuan."""
    counted = _COUNTED.fullmatch(unit)
    if value is None or is_missing(value) or counted is None:
        return number(value, how), unit
    size = counted[1].replace(" ", "")
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-how.digits), ROUND_HALF_UP)
    left = Format(max(0, how.digits - len(size) + 1), how.thousands, how.signed)
    return number(float(rounded * int(size)), left), counted[2]


_COUNTED = re.compile(r"(1[0 ]*0) (\D.*)")
_ZH_STEPS = ((1e12, "万亿"), (1e8, "亿"), (1e4, "万"))
_EN_STEPS = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))


def amount(value: float | None, unit: Text, digits: int = 1) -> Text:
    """Write a large amount given in single units: 万, 亿, 万亿 in Chinese; million, billion, trillion in English."""
    if value is None or is_missing(value):
        return Text(MISSING, MISSING)
    return Text(
        _scaled(value, _ZH_STEPS, digits) + _joined(unit.zh, ""),
        _scaled(value, _EN_STEPS, digits) + _joined(unit.en, " "),
    )


def _scaled(value: float, steps: tuple[tuple[float, str], ...], digits: int) -> str:
    for size, word in steps:
        if abs(value) >= size:
            text = number(value / size, Format(digits))
            return f"{text} {word}" if word[0] != " " else text + word
    return number(value, INTEGER)


def _joined(unit: str, gap: str) -> str:
    if not unit:
        return ""
    if unit[0].isdigit():
        return f" × {unit}"
    return unit if unit == "%" else gap + unit
