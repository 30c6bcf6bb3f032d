from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yugong.base.text import Text
from yugong.report.numbers import P_VALUE, YEAR, Format, Interval, amount, interval, number, quantity


@pytest.mark.parametrize(
    ("value", "how", "text"),
    [
        (1234.5, Format(1), "1,234.5"),
        (0.125, Format(2), "0.13"),  # a tie goes away from zero, as in spreadsheets
        (-0.125, Format(2), "−0.13"),
        (2.675, Format(2), "2.68"),  # the decimal the reader typed, not its binary neighbour
        (-0.001, Format(2), "0.00"),
        (0.3, Format(1, signed=True), "+0.3"),
        (2022, YEAR, "2022"),
        (0.0004, P_VALUE, "<0.001"),
        (0.0, P_VALUE, "<0.001"),
        (0.0014, P_VALUE, "0.001"),
        (float("nan"), Format(1), "—"),
        (float("inf"), Format(1), "—"),
        (None, Format(1), "—"),
    ],
)
def test_numbers_are_written_as_agreed(value: float | None, how: Format, text: str) -> None:
    assert number(value, how) == text


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_the_written_number_is_within_half_a_digit(value: float, digits: int) -> None:
    text = number(value, Format(digits)).replace(",", "").replace("−", "-")
    assert abs(Fraction(text) - Fraction(value)) <= Fraction(1, 2) / 10**digits + Fraction(1, 10**9)


def test_intervals_and_quantities() -> None:
    assert interval(Interval(-1.0, 2.0), Format(1)) == "[−1.0, 2.0]"
    assert interval(Interval(float("nan"), 2.0), Format(1)) == "—"
    assert quantity(21.3, Format(1), Text("%", "%")) == ("21.3%", "21.3%")
    assert quantity(1.5, Format(1), Text("倍", "times")) == ("1.5 倍", "1.5 times")


@pytest.mark.parametrize(
    ("yuan", "zh", "en"),
    [
        (26.7e12, "26.7 万亿元", "26.7 trillion yuan"),
        (3.2e8, "3.2 亿元", "320.0 million yuan"),
        (45_000.0, "4.5 万元", "45,000 yuan"),
        (-5e12, "−5.0 万亿元", "−5.0 trillion yuan"),
    ],
)
def test_large_amounts_follow_each_language(yuan: float, zh: str, en: str) -> None:
    assert amount(yuan, Text("元", "yuan")) == (zh, en)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (6.56, "10 000 yuan", "65,600 yuan"),
        (7.185, "10 000 yuan", "71,900 yuan"),  # rounded as in Chinese: 7.19 万元
        (12.3456, "100 million yuan", "1,235 million yuan"),
        (-0.5, "1 000 persons", "−500 persons"),
    ],
)
def test_counted_units_are_multiplied_out_in_english(value: float, unit: str, text: str) -> None:
    assert quantity(value, Format(2), Text("", unit)).en == text
