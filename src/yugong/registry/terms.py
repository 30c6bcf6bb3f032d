"""The words that tables and charts are headed with: one row names a term once (convention 13)."""

from dataclasses import dataclass
from functools import cache

from yugong.base.rows import read_rows
from yugong.base.text import Text


@dataclass(frozen=True, slots=True)
class Term:
    """A column or parameter name of a result: titles and unit in both languages."""

    id: str
    title: Text
    unit: Text


@cache
def terms() -> dict[str, Term]:
    """Return all terms by id."""
    rows = read_rows("yugong.registry", "data/terms.csv")
    return {r["id"]: Term(r["id"], Text(r["zh"], r["en"]), Text(r["unit_zh"], r["unit_en"])) for r in rows}


@cache
def options() -> dict[str, Text]:
    """Return the words for the options of verbs, by id."""
    return {r["id"]: Text(r["zh"], r["en"]) for r in read_rows("yugong.registry", "data/options.csv")}


@cache
def choices() -> dict[str, Text]:
    """Return the words for the values that options of verbs choose from, by value, or option.value where they differ."""
    return {r["id"]: Text(r["zh"], r["en"]) for r in read_rows("yugong.registry", "data/choices.csv")}


@cache
def explanations() -> dict[tuple[str, str], str]:
    """Return what verbs do, in Chinese, by (room, verb id); English is in each verb's docstring."""
    return {(r["room"], r["id"]): r["zh"] for r in read_rows("yugong.registry", "data/explanations.csv")}
