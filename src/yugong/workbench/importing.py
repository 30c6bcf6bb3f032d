"""The import wizard: a user's workbook shown as it was understood, then saved as a study, whole or not at all."""

import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from yugong.base.errors import InputError, Problem, YugongError
from yugong.base.text import Text
from yugong.study import add, new, read
from yugong.study.readers.cells import narrow
from yugong.study.records import read_records, write_records
from yugong.study.variable import FIELDS

if TYPE_CHECKING:
    from yugong.study import Study
    from yugong.study.readers.raw import RawTable
    from yugong.study.readers.tidying import Tidy

SUFFIXES = (".xlsx", ".xls", ".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True)
class Understood:
    """One sheet: what it was understood to say, or what is wrong with it."""

    sheet: str | None
    tidy: "Tidy | None"
    problems: tuple[Problem, ...]
    start: tuple[tuple[str, ...], ...]  # its first cells, as they lie in the file


@dataclass(frozen=True, slots=True)
class Named:
    """What a column of figures becomes: the id and title of a variable, and its unit where the file names none."""

    title: str
    variable: str
    name: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A sheet to read, its columns, and the year where the sheet names none."""

    sheet: str | None
    columns: tuple[Named, ...]
    year: int | None = None


def understand(path: Path, year: int | None = None, unit: str | None = None) -> tuple[Understood, ...]:
    """Return every sheet of a file as it is understood; InputError where the file as a whole is refused.

    Workbooks are checked for size and content first and parsed in a child process under limits of time and memory.
    """
    from yugong.study.readers import read_table

    if path.suffix.lower() not in SUFFIXES:
        what = Text("导入只读 Excel 工作簿和文本表", "import reads Excel workbooks and text tables")
        raise InputError([Problem(what, Text("另存为 .xlsx 或 .csv", "save it as .xlsx or .csv"), path.name)])
    return tuple(_sheet(table, year, unit) for table in read_table(path))


def _sheet(table: "RawTable", year: int | None, unit: str | None) -> Understood:
    from yugong.study.readers import tidy

    start = tuple(tuple("" if c is None else _shown(c) for c in line[:12]) for line in table.rows[:8])
    try:
        return Understood(table.sheet, tidy(table, year=year, unit=unit), (), start)
    except InputError as error:
        return Understood(table.sheet, None, error.problems, start)
    except YugongError as error:
        return Understood(table.sheet, None, (Problem(error.text, None, table.file, table.sheet),), start)


def _shown(cell: object) -> str:
    text = f"{cell:.12g}" if isinstance(cell, float) else str(cell)
    return text[:60]


def likely(title: str, known: "Study") -> str | None:
    """Return the variable of a study that a column most likely is, by its title; None where none is near.

    Where several variables bear a name and one of them has an everyday name in the study, it is that name.
    """
    from difflib import get_close_matches

    everyday = {id_: name for name, id_ in known.headline.items()}
    words: dict[str, list[str]] = {}
    for v in known.variables.values():
        short = re.split(r"[（(]", v.title.zh)[0]
        for word in {narrow(w) for w in (v.id, v.title.zh, v.title.en, short)}:
            words.setdefault(word, []).append(v.id)
    wanted = narrow(title)
    found = words.get(wanted) or [i for w in get_close_matches(wanted, words, 1, 0.8) for i in words[w]]
    named = [everyday[i] for i in found if i in everyday]
    if named:
        return named[0]
    return found[0] if len(found) == 1 else None


def save(folder: Path, name: str, title: str, path: Path, chosen: Sequence[Chosen]) -> Path:
    """Make a study of the chosen sheets in `folder` and return its path; on any problem nothing is made.

    The level of places is that of the file. Every problem of every sheet is collected.
    """
    target = folder / name
    if target.exists():
        what = Text(f"已有名为“{name}”的研究", f"there is a study named {name!r} already")
        raise InputError([Problem(what, Text("换一个名字", "choose another name"), column="name")])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=folder) as staged:
        made = new(Path(staged) / name, Text(title, title), _level(path))
        problems: list[Problem] = []
        for sheet in chosen:
            units = {c.unit for c in sheet.columns if c.unit}
            try:
                add(
                    made, path, variable={c.title: c.variable for c in sheet.columns}, sheet=sheet.sheet,
                    year=sheet.year, unit=units.pop() if len(units) == 1 else None,
                )  # fmt: skip
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(problems)
        _rename(made, {c.variable: c for sheet in chosen for c in sheet.columns})
        read(made)
        os.rename(made, target)
    return target


def _level(path: Path) -> str:
    """Return the level of the places in a file: prefectures where most of its places are such."""
    codes = {str(p) for u in understand(path) if u.tidy is not None for p in u.tidy.frame["place"]}
    return "prefecture" if codes and sum(not c.endswith("0000") for c in codes) * 2 > len(codes) else "province"


def _rename(study: Path, named: dict[str, Named]) -> None:
    """Give the new variables the names and units that were chosen for them."""
    from yugong.base.files import write_atomic

    file = study / "variables.csv"
    rows = read_records(file, ("id",))
    for row in rows:
        choice = named.get(row["id"])
        if choice is not None:
            row["title_zh"] = row["title_en"] = choice.name
            if choice.unit:
                row["unit_zh"] = row["unit_en"] = choice.unit
    write_atomic(file, write_records(rows, [*FIELDS, *(k for k in (rows[0] if rows else {}) if k not in FIELDS)]))
