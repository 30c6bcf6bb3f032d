"""The last step of reading: percents settled, repeated figures compared, rows made into frames."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from yugong.base.errors import InputError
from yugong.base.text import Text
from yugong.study.readers.header import Heading
from yugong.study.readers.layout import Layout
from yugong.study.readers.raw import letters
from yugong.study.readers.tidying import Tidy

if TYPE_CHECKING:
    from yugong.study.readers.figures import _Reading


def finish(
    reading: "_Reading", found: Layout, headings: dict[int, Heading], said: tuple[str, tuple[Text, ...]]
) -> Tidy:
    """Return the Tidy of a reading; raise InputError when it met any problem."""
    from yugong.study.readers.figures import COLUMNS

    table = reading.table
    frame = pd.DataFrame(dict(zip(COLUMNS, reading.out, strict=True)))
    national = pd.DataFrame(dict(zip(COLUMNS, reading.totals, strict=True)))
    _settle_percents(reading, frame, headings)
    frame = _compare_repeated(reading, frame)
    _one_unit_each(reading, found, frame)
    if reading.problems:
        raise InputError(reading.problems)
    for part in (frame, national):
        at_row, at_column = ("column", "row") if table.turned else ("row", "column")
        rows, columns = part[at_row].astype("int64") + 1, part[at_column].astype("int64")
        names = {j: letters(j) for j in columns.unique()}
        part["row"], part["column"] = rows, columns.map(names).astype("str")
        part["year"] = part["year"].astype("int64")
        part["value"] = part["value"].astype("float64")
    titles = list(dict.fromkeys(frame["variable"]))
    units = list(dict.fromkeys(frame["unit"]))
    return Tidy(
        table.file,
        table.sheet,
        said[0],
        frame,
        national,
        title=titles[0] if len(titles) == 1 else "",
        unit=units[0] if len(units) == 1 else "",
        understood=said[1],
        notes=tuple(reading.notes),
    )


def _settle_percents(reading: "_Reading", frame: pd.DataFrame, headings: dict[int, Heading]) -> None:
    for j, rows in reading.percents.items():
        here = frame["column"] == j
        declared = headings[j].unit
        if declared == "%" or (not declared and len(rows) >= int(here.sum())):
            frame.loc[here, "unit"] = "%"
            continue
        for i in rows:
            what = (
                Text(
                    f"带百分号，而这一列的单位是 {declared}", f"it has a percent sign, but the column is in {declared}"
                )
                if declared
                else Text("带百分号，而同列其他数没有", "it has a percent sign, other figures of the column have none")
            )
            reading.problem(what, Text("统一写法，单位写在表头", "write them alike, with the unit in the header"), i, j)


def _one_unit_each(reading: "_Reading", found: Layout, frame: pd.DataFrame) -> None:
    """Report every column (or row, in a table by series) whose unit is not that of the same title before it."""
    stated = frame[frame["unit"] != ""].drop_duplicates(["variable", "unit"])
    for title, rows in stated.groupby("variable", sort=False):
        first = rows.iloc[0]
        for line in rows.iloc[1:].itertuples():
            row: Any = line
            what = Text(
                f"“{title}”在这里的单位是 {row.unit}，在前面是 {first['unit']}",
                f"{title!r} is in {row.unit} here, but in {first['unit']} before",
            )
            do = Text("换算成同一单位，或改用不同的指标名", "convert to one unit, or give it another name")
            reading.problem(what, do, row.row if found.series is not None else None, row.column)


def _compare_repeated(reading: "_Reading", frame: pd.DataFrame) -> pd.DataFrame:
    keys = ["place", "year", "variable"]
    again = frame.duplicated(keys)
    if not again.any():
        return frame
    first = frame[~again].set_index(keys)
    dropped = 0
    for line in frame[again].itertuples():
        row: Any = line
        earlier: Any = first.loc[(row.place, row.year, row.variable), :]
        if earlier["value"] == row.value:
            dropped += 1
            continue
        name = reading.book.names[row.place]
        at = reading.table.place_of(int(earlier["row"]), int(earlier["column"]))
        cell = f"{at[1]}{at[0]}"
        what = Text(
            f"{name.zh} {row.year} 年“{row.variable}”重复且数值不同：{row.value:g}，而 {cell} 是 {earlier['value']:g}",
            f"{name.en} {row.year} {row.variable!r} occurs twice with different values: {row.value:g}, but {earlier['value']:g} in {cell}",
        )
        reading.problem(what, Text("只保留一个", "keep one of them"), row.row, row.column)
    if dropped:
        reading.note(Text(f"{dropped} 个重复而相同的数只取一次", f"{dropped} repeated, equal figures were taken once"))
    return frame[~again].reset_index(drop=True)
