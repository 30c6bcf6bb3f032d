"""Data rows that ship with the package, read without pandas so that start-up stays fast."""

import csv
from collections.abc import Iterator
from importlib.resources import files


def read_rows(package: str, name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file that ships inside `package`, as stripped strings."""
    with files(package).joinpath(name).open(encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            yield {k: (v or "").strip() for k, v in row.items()}
