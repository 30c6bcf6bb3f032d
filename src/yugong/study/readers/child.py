"""Run as a script in a child process: parse one workbook, print it in a form that carries no code.

First a line of JSON: per sheet its name, row lengths, merged ranges and table of words; then per sheet the numbers
as doubles and, for each cell, the index of its word (-1 for a number). Only calamine is imported, so that the child
starts fast and can be killed or die without harm.
"""

import json
import sys
from array import array
from typing import Any


def _limit(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no rlimits; the parent's clock still kills the child
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _packed(
    rows: list[list[Any]],
) -> "tuple[list[Any], array[float], array[int]]":  # array takes no brackets before 3.12
    numbers, codes = array("d"), array("i")
    words: dict[tuple[type, Any], int] = {}
    for row in rows:
        for value in row:
            kind = type(value)
            if kind is float or kind is int:
                numbers.append(value)
                codes.append(-1)
                continue
            if kind is not str and kind is not bool:
                value = value.isoformat() if hasattr(value, "isoformat") else str(value)
            numbers.append(0.0)
            codes.append(words.setdefault((kind, value), len(words)))
    return [value for _, value in words], numbers, codes


def main(path: str, memory: int, seconds: int, max_rows: int, max_columns: int, max_cells: int) -> None:
    """Parse the workbook at `path` and print its sheets, or that a sheet is too large."""
    _limit(memory, seconds)
    import python_calamine

    sheets: list[dict[str, Any]] = []
    arrays: list[array[Any]] = []
    cells, too_large = 0, False
    with python_calamine.CalamineWorkbook.from_path(path) as book:
        for about in book.sheets_metadata:
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(about.name)
            cells += sheet.total_height * sheet.total_width
            too_large = sheet.total_height > max_rows or sheet.total_width > max_columns or cells > max_cells
            if too_large:
                break
            rows = sheet.to_python(skip_empty_area=False)
            words, numbers, codes = _packed(rows)
            merged = [r for r in (sheet.merged_cell_ranges or []) if r[0][0] < len(rows)]
            hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
            lengths = [len(row) for row in rows]
            sheets.append({"name": about.name, "lengths": lengths, "words": words, "merged": merged, "hidden": hidden})
            arrays += [numbers, codes]
    head = {"too_large": True} if too_large else {"sheets": sheets}
    sys.stdout.buffer.write(json.dumps(head).encode("ascii") + b"\n")
    for part in [] if too_large else arrays:
        sys.stdout.buffer.write(part.tobytes())


if __name__ == "__main__":
    main(sys.argv[1], *(int(a) for a in sys.argv[2:7]))
