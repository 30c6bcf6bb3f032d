"""Files that already are tables of records: JSON, Parquet and Stata."""

import json
import math
import struct
from pathlib import Path
from typing import Any

from yugong.base.text import Text
from yugong.study.readers import guard, limits
from yugong.study.readers.delimited import decode
from yugong.study.readers.ole import damaged
from yugong.study.readers.raw import Cell, RawTable


def read_json(path: Path) -> list[RawTable]:
    """Return the table of a JSON list of objects; the first row is their keys."""
    text, encoding = decode(path)
    try:
        records = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise damaged(path) from error
    if not (isinstance(records, list) and records and all(isinstance(r, dict) for r in records)):
        raise guard.refuse(path, Text("JSON 不是由对象组成的列表", "the JSON is not a list of objects"))
    header = list(dict.fromkeys(key for record in records for key in record))
    if len(header) > limits.MAX_COLUMNS or len(records) * len(header) > limits.MAX_CELLS:
        raise guard.too_large(path)
    rows: list[list[Cell]] = [list(header)]
    rows += [[_cell(record.get(key)) for key in header] for record in records]
    return [RawTable(path.name, None, rows, encoding=encoding)]


def read_parquet(path: Path) -> list[RawTable]:
    """Return the table of a Parquet file; the first row is its column names."""
    import duckdb

    with path.open("rb") as f:
        head = f.read(4)
        f.seek(-4, 2)
        if head != b"PAR1" or f.read(4) != b"PAR1":
            raise damaged(path)
    try:
        with duckdb.connect(config={"memory_limit": "1GB", "threads": 1}) as connection:
            size = connection.execute("SELECT num_rows FROM parquet_file_metadata(?)", [str(path)]).fetchone()
            shape = connection.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(path)])
            header = [column[0] for column in shape.description or []]
            if size is None or size[0] > limits.MAX_ROWS or size[0] * len(header) > limits.MAX_CELLS:
                raise guard.too_large(path)
            records = connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
    except duckdb.Error as error:
        raise damaged(path) from error
    rows: list[list[Cell]] = [list(header)]
    rows += [[_cell(value) for value in record] for record in records]
    return [RawTable(path.name, None, rows)]


def read_stata(path: Path) -> list[RawTable]:
    """Return the table of a Stata file; variable labels, where given, are the header."""
    import pandas as pd

    try:
        with pd.read_stata(path, iterator=True) as reader:
            labels = reader.variable_labels()
            frame = pd.concat(list(reader))
    except (ValueError, KeyError, OSError, EOFError, OverflowError, MemoryError, IndexError, struct.error) as error:
        raise damaged(path) from error
    if frame.shape[0] > limits.MAX_ROWS or frame.size > limits.MAX_CELLS:
        raise guard.too_large(path)
    rows: list[list[Cell]] = [[_old_stata(labels.get(name) or name) for name in frame.columns]]
    rows += [[_cell(value) for value in record] for record in frame.astype(object).to_numpy().tolist()]
    return [RawTable(path.name, None, rows)]


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _old_stata(value) if value.strip() else None
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    return None if math.isnan(number) else number


def _old_stata(text: str) -> str:
    """Undo GBK bytes that Stata before 14 stored as Latin-1 characters."""
    if text.isascii() or any(ord(c) > 0xFF for c in text):
        return text
    try:
        return text.encode("latin-1").decode("gb18030")
    except UnicodeError:
        return text
