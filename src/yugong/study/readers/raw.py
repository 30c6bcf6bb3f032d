"""A table as it lies in a file: cells by row and column, nothing interpreted yet."""

from dataclasses import dataclass, replace

from yugong.base.errors import Problem
from yugong.base.text import Text

Cell = str | float | bool | None
Range = tuple[tuple[int, int], tuple[int, int]]  # first and last cell, both (row, column) from 0


@dataclass(frozen=True, slots=True)
class RawTable:
    """One sheet (or one text file): `rows[i][j]` is the cell a person sees in row i + 1."""

    file: str
    sheet: str | None
    rows: list[list[Cell]]
    merged: tuple[Range, ...] = ()
    encoding: str | None = None
    turned: bool = False  # rows and columns were exchanged for reading

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell, None beyond the end of a short row."""
        line = self.rows[row]
        return line[column] if column < len(line) else None

    @property
    def width(self) -> int:
        """The longest row."""
        return max(map(len, self.rows), default=0)

    def turn(self) -> "RawTable":
        """Return the table with rows and columns exchanged; problems still point into the file."""
        width = self.width
        full = [line + [None] * (width - len(line)) for line in self.rows]
        turned: list[list[Cell]] = [list(line) for line in zip(*full, strict=True)]
        merged = tuple(((a[1], a[0]), (b[1], b[0])) for a, b in self.merged)
        return replace(self, rows=turned, merged=merged, turned=not self.turned)

    def place_of(self, row: int | None, column: int | None) -> tuple[int | None, str | None]:
        """Return (row from 1, column letter) in the file for a cell of this, perhaps turned, table."""
        if self.turned:
            row, column = column, row
        return (None if row is None else row + 1), (None if column is None else letters(column))

    def problem(self, what: Text, do: Text | None = None, row: int | None = None, column: int | None = None) -> Problem:
        """Return a Problem located in the file this table came from."""
        at_row, at_column = self.place_of(row, column)
        return Problem(what, do, self.file, self.sheet, at_row, at_column)


def letters(column: int) -> str:
    """Return the spreadsheet letters of a column counted from 0: 0 → A, 26 → AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
