"""Plain CSV, numbers to ten significant digits so that no float noise is written."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

DIGITS = 10


def number(x: float) -> str:
    return "" if pd.isna(x) else f"{x:.{DIGITS}g}"


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as it will be read back, so that formulas start from what is written."""
    return frame.map(lambda x: float(number(x)) if pd.notna(x) else np.nan)


def write_rows(path: Path, fields: list[str], rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    text = frame.copy()
    for name in text.columns:
        if text[name].dtype.kind == "f":
            text[name] = [number(x) for x in text[name]]
    text.to_csv(path, index=False, lineterminator="\n")


def write_panel(path: Path, values: dict[str, pd.DataFrame]) -> None:
    """One row a place-year; all frames share the places and years of the first."""
    like = next(iter(values.values()))
    arrays = [v.to_numpy() for v in values.values()]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["place", "year", *values])
        for i, place in enumerate(like.index):
            for j, year in enumerate(like.columns):
                writer.writerow([place, year, *(number(a[i, j]) for a in arrays)])
