"""The rows that describe the study: tools/china/spec_rows/*.csv, one row a column, flow, table, label or note.

`read` and `second` hold sources joined by " && ", each reader|table|column|first year|last year[|factor].
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from sources import Source

FOLDER = Path(__file__).with_name("spec_rows")


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def words(name: str) -> dict[str, tuple[str, str]]:
    return {row["key"]: (row["zh"], row["en"]) for row in rows(name)}


def labels(name: str) -> list[dict[str, str]]:
    return [row for row in rows("labels") if row["set"] == name]


@dataclass(frozen=True)
class Column:
    """A column that is read: its row, its sources in the order they are joined, and what it is checked against."""

    id: str
    row: dict[str, str]
    read: tuple[Source, ...]
    second: tuple[Source, ...]


def _sources(text: str) -> tuple[Source, ...]:
    out = []
    for part in text.split(" && ") if text else ():
        reader, table, column, first, last, *factor = part.split("|")
        out.append(Source(reader, table, column, int(first), int(last), float(factor[0]) if factor else 1.0))
    return tuple(out)


def columns() -> list[Column]:
    return [Column(row["id"], row, _sources(row["read"]), _sources(row["second"])) for row in rows("columns")]
