"""Data rows that ship with the package, read without pandas so that start-up stays fast."""

import csv
import io
from collections.abc import Iterator
from importlib.resources import files


def read_rows(package: str, name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file that ships inside `package`, as stripped strings."""
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield {k: (v or "").strip() for k, v in row.items()}
