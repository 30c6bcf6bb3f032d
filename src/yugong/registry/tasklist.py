"""What the state asked for: the 13 regional tasks of the 2024 decision and the 30 points of the 2018 opinions."""

from dataclasses import dataclass
from functools import cache

from yugong.base.text import Text
from yugong.registry.rows import Certainty, certainty, split, table_rows


@dataclass(frozen=True, slots=True)
class Task:
    """One task, in our words, linked to indicator codes, group ids, strategy ids, verbs and one mechanism."""

    id: str
    name: Text
    indicators: tuple[str, ...]
    groups: tuple[str, ...]
    strategies: tuple[str, ...]
    verbs: tuple[str, ...]
    mechanism: str
    document: str
    certainty: Certainty
    note: Text


@dataclass(frozen=True, slots=True)
class Point:
    """One numbered point of the 2018 opinions, by its subject, and the verbs that serve it."""

    number: int
    part: Text
    name: Text
    verbs: tuple[str, ...]
    document: str
    certainty: Certainty


@cache
def tasks() -> tuple[Task, ...]:
    """Return the 13 tasks of the regional paragraph of the 2024 decision."""
    return tuple(
        Task(
            id=r["id"],
            name=Text(r["zh"], r["en"]),
            indicators=split(r["indicators"]),
            groups=split(r["groups"]),
            strategies=split(r["strategies"]),
            verbs=split(r["verbs"]),
            mechanism=r["mechanism"],
            document=r["document"],
            certainty=certainty(r["certainty"]),
            note=Text(r["note_zh"], r["note_en"]),
        )
        for r in table_rows("tasks")
    )


@cache
def points() -> tuple[Point, ...]:
    """Return the 30 points of the 2018 opinions on a new mechanism of coordinated regional development."""
    return tuple(
        Point(
            number=int(r["number"]),
            part=Text(r["part_zh"], r["part_en"]),
            name=Text(r["zh"], r["en"]),
            verbs=split(r["verbs"]),
            document=r["document"],
            certainty=certainty(r["certainty"]),
        )
        for r in table_rows("points")
    )
