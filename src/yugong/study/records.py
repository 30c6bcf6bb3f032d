"""The CSV files of a study, read and written with located errors."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

if TYPE_CHECKING:
    import pandas as pd


def read_records(path: Path, required: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a metadata file as stripped strings; the first row after the header is row 2."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as f:
            reader = csv.DictReader(f)
            head = reader.fieldnames or []
            rows = [{k: (v or "").strip() for k, v in row.items() if k is not None} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        what = Text("不是 UTF-8 编码的 CSV", "it is not CSV in UTF-8")
        raise InputError([Problem(what, Text("另存为 UTF-8 CSV", "save it as UTF-8 CSV"), path.name)]) from error
    missing = [name for name in required if name not in head]
    if missing:
        what = Text(f"缺少列：{'、'.join(missing)}", f"missing columns: {', '.join(missing)}")
        raise InputError([Problem(what, Text("补上这些列", "add these columns"), path.name, row=1)])
    return rows


def write_records(rows: Iterable[Mapping[str, str]], fields: Sequence[str]) -> str:
    """Return CSV text of metadata rows."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fields, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read_numbers(path: Path, keys: Sequence[str], problems: list[Problem], name: str = "") -> "pd.DataFrame":
    """Return a CSV of key columns (text; `year` whole) and number columns; problems are added to the list."""
    import pandas as pd

    file = name or path.name
    try:
        frame = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, UnicodeDecodeError) as error:
        what = Text(f"无法读成 CSV：{error}", f"it cannot be read as CSV: {error}")
        problems.append(Problem(what, Text("另存为 UTF-8 CSV", "save it as UTF-8 CSV"), file))
        return pd.DataFrame(columns=list(keys))
    missing = [key for key in keys if key not in frame.columns]
    if missing:
        what = Text(f"缺少列：{'、'.join(missing)}", f"missing columns: {', '.join(missing)}")
        problems.append(Problem(what, None, file, row=1))
        return pd.DataFrame(columns=list(keys))
    out = {}
    for column in frame.columns:
        text: Any = frame[column].str.strip()
        if column in keys and column != "year":
            out[column] = text
            continue
        number = pd.to_numeric(text.where(text != ""), errors="coerce")
        wrong = number.isna() & (text != "")
        if column == "year":
            wrong |= ~number.between(1800, 2100) | (number % 1 != 0)
        for at in frame.index[wrong][:50]:
            shown = frame.loc[at, column]
            noun = Text("年份", "a year") if column == "year" else Text("数", "a number")
            what = Text(f"“{shown}”不是{noun.zh}", f"{shown!r} is not {noun.en}")
            problems.append(Problem(what, None, file, None, int(at) + 2, str(column)))
        out[column] = number.fillna(0).astype("int64") if column == "year" else number.astype("float64")
    return pd.DataFrame(out)


def write_numbers(frame: "pd.DataFrame") -> str:
    """Return CSV text in which every number reads back exactly and missing is empty."""
    return str(frame.to_csv(index=False, lineterminator="\n", na_rep=""))
