"""Duties of other instruments that stand beside the fair-competition rules, and the points of an agreement."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from yugong.base.text import Text
from yugong.review.document import Draft
from yugong.review.statutes import Citation


@dataclass(frozen=True, slots=True)
class Duty:
    """One article of another instrument: our summary, the items it stands beside, or the words that call for it."""

    id: str
    citation: Citation
    start: date
    certainty: str
    summary: Text
    beside: tuple[str, ...]
    places: str  # a registry group, where the duty holds in some places only
    river: str  # the river that such places lie on
    cue: re.Pattern[str] | None
    ask: Text


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that an agreement on horizontal compensation states, and the words that would show it."""

    citation: Citation
    summary: Text
    cue: re.Pattern[str]


@cache
def duties() -> tuple[Duty, ...]:
    """Return the duties that ship with the package."""
    return tuple(
        Duty(
            r["id"],
            Citation(Text(r["instrument_zh"], r["instrument_en"]), r["article"]),
            date.fromisoformat(r["effective_from"]),
            r["certainty"],
            Text(r["zh"], r["en"]),
            tuple(r["beside"]),
            r.get("places", ""),
            r.get("river", ""),
            re.compile(r["cue"]) if "cue" in r else None,
            Text(r.get("ask_zh", ""), r.get("ask_en", "")),
        )
        for r in _data()["duty"]
    )


@cache
def agreement_points() -> tuple[Point, ...]:
    """Return the points of article 17 of the regulation on ecological compensation."""
    head = _data()["agreement"]
    instrument = Text(head["instrument_zh"], head["instrument_en"])
    return tuple(
        Point(Citation(instrument, head["article"], p["item"]), Text(p["zh"], p["en"]), re.compile(p["cue"]))
        for p in head["point"]
    )


def agreement_gaps(draft: Draft) -> tuple[tuple[Point, str | None], ...]:
    """Return each point of a compensation agreement with the words of the draft that state it, None where none do.

    A point found says only that the draft speaks of it, not that it is well settled.
    """
    found = []
    for point in agreement_points():
        words = point.cue.search(draft.text)
        found.append((point, words.group() if words else None))
    return tuple(found)


def _data() -> dict[str, Any]:
    return tomllib.loads(files("yugong.review.packs").joinpath("duties.toml").read_text(encoding="utf-8"))
