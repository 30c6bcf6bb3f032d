"""The rows above a table's body: what each column is, and what the title lines say."""

import re
from dataclasses import dataclass, field

from yugong.study.readers import cells
from yugong.study.readers.raw import Cell, RawTable

TITLED = re.compile(
    r"^(数据库|指标|时间|单位|计量单位|database|indicators?|year|time|units?)\s*:\s*(.*)$", re.IGNORECASE
)
CJK = re.compile(r"[\u3400-\u9fff]")
TABLE_NUMBER = re.compile(r"^(?:续?表|table)?\s*\d+(?:[-—–.]\d+)*\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Preamble:
    """What the title lines say about the whole table."""

    title: str = ""
    indicator: str = ""
    unit: str = ""
    years: tuple[int, ...] = ()
    rows: frozenset[int] = field(default=frozenset())


def read_preamble(table: RawTable, end: int, label_columns: int) -> Preamble:
    """Read the rows above `end` that are titles, not column headers.

    A title row has its only text in the first `label_columns` columns, or is a line such as '单位:亿元'.
    """
    title = indicator = unit = ""
    rows, years = set(), []
    for i in range(end):
        filled = [(j, c) for j, c in enumerate(table.rows[i]) if c is not None]
        if not filled:
            rows.add(i)
            continue
        texts = [cells.plain(str(c)) for _, c in filled]
        found = next((u for t in texts if (u := cells.UNIT_LINE.search(t))), None)
        if len(filled) > 2 or (len(filled) > 1 and not found):
            continue
        tagged = TITLED.match(texts[0])
        if not (tagged or found or (filled[0][0] < label_columns and cells.year(filled[0][1]) is None)):
            continue
        if not (tagged or found) and i == end - 1:
            continue  # the line straight above the body heads its column
        rows.add(i)
        if found:
            unit = (found["zh"] or found["en"]).strip()
        elif tagged:
            if tagged[1].lower().startswith(("指标", "indicator")):
                indicator = tagged[2].strip()
            elif tagged[1].lower() in ("时间", "time", "year"):
                years += [y] if (y := cells.year(tagged[2])) else []
        else:
            title = title or TABLE_NUMBER.sub("", texts[0]).strip()
            years += cells.years_inside(texts[0])
    return Preamble(title, indicator, unit, tuple(dict.fromkeys(years)), frozenset(rows))


def stacks(table: RawTable, first: int, end: int, skip: frozenset[int], labels: set[int]) -> list[list[str | float]]:
    """Return, for each column, its header cells from the top down with merged cells filled in."""
    width = table.width
    rows = [i for i in range(first, end) if i not in skip]
    grid = {i: [table.cell(i, j) for j in range(width)] for i in rows}
    spans = [(a, b) for a, b in table.merged if a[0] in grid]
    for (top, left), (bottom, right) in spans:
        for i in range(top, bottom + 1):
            for j in range(left, min(right + 1, width)):
                if i in grid and (i, j) != (top, left) and i == top:
                    grid[i][j] = grid[top][left]
    if not any(a[1] < b[1] for a, b in spans):
        _fill_right(grid, rows, labels, width)
    out: list[list[str | float]] = []
    for j in range(width):
        stack: list[str | float] = []
        for i in rows:
            cell = grid[i][j]
            if cell is not None and not isinstance(cell, bool) and cell not in stack:
                stack.append(cell)
        out.append(stack)
    return out


def _fill_right(grid: dict[int, list[Cell]], rows: list[int], labels: set[int], width: int) -> None:
    """Carry group headings over the blanks to their right where the file does not say what is merged."""
    for at, i in enumerate(rows[:-1]):
        for j in range(1, width):
            starts = any(grid[k][j] is not None for k in rows[:at])
            below = any(grid[k][j] is not None for k in rows[at + 1 :])
            if grid[i][j] is None and below and not starts and j not in labels and (j - 1) not in labels:
                grid[i][j] = grid[i][j - 1]


@dataclass(frozen=True, slots=True)
class Heading:
    """What one column's header says: a variable, its unit, and perhaps a year."""

    title: str
    title_en: str
    unit: str
    year: int | None


def read_heading(stack: list[str | float], keep_year: bool) -> Heading:
    """Split a header stack into year, unit and words; `keep_year` when a year column already exists."""
    words: list[str] = []
    unit, year = "", None
    for cell in stack:
        y = None if keep_year else cells.headed_year(cell)
        if y is not None:
            year = y
            unit = (cells.split_unit(cell)[1] if isinstance(cell, str) else "") or unit
            continue
        text = cells.narrow(re.sub(r"\s+", " ", str(cell)).strip())
        bare = text.strip("() ")
        if words and cells.looks_like_unit(bare) and cells.year(bare) is None:
            unit = bare
            continue
        name, own = cells.split_unit(text)
        if not keep_year and year is None:
            name, year = _trailing_year(name)
        unit = own or unit
        if name:
            words.append(re.sub(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])", "", name))
    chinese = [w for w in words if CJK.search(w)]
    english = [w for w in words if not CJK.search(w)]
    shown = chinese or english
    return Heading("/".join(dict.fromkeys(shown)), "/".join(english) if chinese else "", unit, year)


def _trailing_year(name: str) -> tuple[str, int | None]:
    """Split '2020年GDP', 'GDP_2020' and 'gdp2020' into the name and the year."""
    found = re.fullmatch(r"((?:19|20)\d\d)\s*年?[\s_:]*(\D.*)", name)
    if found and ("年" in name[:6] or re.match(r"(?:19|20)\d\d[\s_:]", name)):
        return found[2].strip(), int(found[1])
    found = re.fullmatch(r"(.*[^\d\s_(/-])[\s_]*\(?((?:19|20)\d\d)\s*年?\)?", name)
    return (found[1].strip(), int(found[2])) if found else (name, None)
