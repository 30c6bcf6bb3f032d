"""Ruled tables on a PDF page: the lines drawn cut it into cells, and each piece of text falls into one of them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PageObject

_NEAR = 3.0  # points: lines this close are one, and ends this close touch
_MOST = 600  # lines on a page: more than that is a drawing, not a table
_ABOVE = 2.0  # points from the baseline of a piece of text up into its cell
_STROKE = {b"S", b"s", b"B", b"B*", b"b", b"b*"}
_FILL = {b"f", b"F", b"f*"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: outside tables `cell` is None, else (table, row, column), each counted from 1."""

    text: str
    cell: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line along x (`level`) or along y: where it lies, and from where to where it runs."""

    level: bool
    at: float
    start: float
    end: float


def pieces(page: "PageObject") -> list[Piece]:
    """Return the text of a page in reading order, the cells of a ruled table row by row."""
    drawn = _Drawn()
    said: list[tuple[str, float, float]] = []

    def heard(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        said.append((text, *_moved(cm, tm[4], tm[5])))

    page.extract_text(visitor_text=heard, visitor_operand_before=drawn.see)
    rules = _whole(drawn.rules)
    groups = _touching(rules) if len(rules) <= _MOST else []
    grids = [g for group in groups if (g := _grid(group)) is not None]
    grids.sort(key=lambda g: -g.ys[0])
    return _sorted(said, grids)


@dataclass(slots=True)
class _Drawn:
    """The level and upright lines that a page strokes or fills."""

    rules: list[Rule] = field(default_factory=list)
    _path: list[tuple[float, float, float, float, bool]] = field(default_factory=list)
    _at: tuple[float, float] = (0.0, 0.0)

    def see(self, operator: bytes, operands: Sequence[Any], cm: Sequence[float], tm: Sequence[float]) -> None:
        if operator == b"m":
            self._at = _moved(cm, *map(float, operands[:2]))
        elif operator == b"l":
            to = _moved(cm, *map(float, operands[:2]))
            self._path.append((*self._at, *to, False))
            self._at = to
        elif operator == b"re":
            x, y, w, h = map(float, operands[:4])
            self._path.append((*_moved(cm, x, y), *_moved(cm, x + w, y + h), True))
        elif operator in _STROKE or operator in _FILL:
            for piece in self._path:
                self._keep(*piece, operator in _STROKE)
            self._path.clear()
        elif operator == b"n":
            self._path.clear()

    def _keep(self, x0: float, y0: float, x1: float, y1: float, box: bool, stroked: bool) -> None:
        left, right, low, high = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        if high - low < _NEAR < right - left:
            self.rules.append(Rule(True, (low + high) / 2, left, right))
        elif right - left < _NEAR < high - low:
            self.rules.append(Rule(False, (left + right) / 2, low, high))
        elif box and stroked and right - left > _NEAR:
            self.rules += [Rule(True, y, left, right) for y in (low, high)]
            self.rules += [Rule(False, x, low, high) for x in (left, right)]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Column bounds left to right, row bounds top to bottom, and the cell that each square belongs to."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: dict[tuple[int, int], tuple[int, int]]

    def at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return the cell (row, column from 0) at a point, None outside."""
        column = bisect_right(self.xs, x + 1) - 1
        row = bisect_right([-v for v in self.ys], -y) - 1
        return self.cells.get((row, column))


def _whole(rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules with those of one line joined where their ends touch: borders are often drawn cell by cell."""
    found: list[Rule] = []
    last: dict[tuple[bool, int], int] = {}
    for rule in sorted(rules, key=lambda r: (r.level, round(r.at), r.start)):
        key = (rule.level, round(rule.at))
        held = last.get(key)
        if held is not None and rule.start <= found[held].end + _NEAR:
            found[held] = replace(found[held], end=max(found[held].end, rule.end))
        else:
            last[key] = len(found)
            found.append(rule)
    return found


def _touching(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Return the rules in groups that hang together."""
    groups: list[list[Rule]] = []
    for rule in rules:
        mine = [g for g in groups if any(_touch(rule, other) for other in g)]
        merged = [rule, *(r for g in mine for r in g)]
        groups = [g for g in groups if not any(g is m for m in mine)] + [merged]
    return groups


def _touch(a: Rule, b: Rule) -> bool:
    if a.level == b.level:
        return abs(a.at - b.at) < _NEAR and a.start < b.end + _NEAR and b.start < a.end + _NEAR
    return a.start - _NEAR < b.at < a.end + _NEAR and b.start - _NEAR < a.at < b.end + _NEAR


def _grid(rules: Sequence[Rule]) -> _Grid | None:
    """Return the cells that a group of rules bounds, None where they bound fewer than two."""
    xs, ys = _bounds([r for r in rules if not r.level]), _bounds([r for r in rules if r.level])[::-1]
    squares = [(i, j) for i in range(len(ys) - 1) for j in range(len(xs) - 1)]
    cells = {s: s for s in squares}
    for i, j in squares:
        x, y = (xs[j] + xs[j + 1]) / 2, (ys[i] + ys[i + 1]) / 2
        if (i, j + 1) in cells and not _walled(rules, False, xs[j + 1], y):
            _merge(cells, (i, j), (i, j + 1))
        if (i + 1, j) in cells and not _walled(rules, True, ys[i + 1], x):
            _merge(cells, (i, j), (i + 1, j))
    return _Grid(tuple(xs), tuple(ys), cells) if len(set(cells.values())) > 1 else None


def _bounds(rules: Sequence[Rule]) -> list[float]:
    found: list[float] = []
    for at in sorted(r.at for r in rules):
        if not found or at - found[-1] > _NEAR:
            found.append(at)
    return found


def _walled(rules: Sequence[Rule], level: bool, at: float, across: float) -> bool:
    return any(r.level == level and abs(r.at - at) <= _NEAR and r.start <= across <= r.end for r in rules)


def _merge(cells: dict[tuple[int, int], tuple[int, int]], a: tuple[int, int], b: tuple[int, int]) -> None:
    first, other = sorted((cells[a], cells[b]))
    for square, cell in cells.items():
        if cell == other:
            cells[square] = first


def _sorted(said: Sequence[tuple[str, float, float]], grids: Sequence[_Grid]) -> list[Piece]:
    found: list[Piece] = []
    outside: list[str] = []
    held: dict[tuple[int, int, int], list[str]] = {}
    now = outside
    for text, x, y in said:
        if text.strip():  # blanks and line feeds stay where the text before them is
            key = next(((t, *c) for t, g in enumerate(grids) if (c := g.at(x, y + _ABOVE)) is not None), None)
            if key is None:
                now = outside
            else:
                if not any(k[0] == key[0] for k in held):
                    found += [Piece("".join(outside)), Piece("", (key[0], 0, 0))]  # the table's place in the text
                    outside = []
                now = held.setdefault(key, [])
        now.append(text)
    found.append(Piece("".join(outside)))
    out: list[Piece] = []
    for piece in found:
        if piece.cell is None:
            out.append(piece)
            continue
        table = piece.cell[0]
        rows = sorted({k[1] for k in held if k[0] == table})
        out += [
            Piece("".join(held[k]), (table + 1, rows.index(k[1]) + 1, k[2] + 1))
            for k in sorted(k for k in held if k[0] == table)
        ]
    return out


def _moved(matrix: Sequence[float], x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = (float(v) for v in matrix)
    return a * x + c * y + e, b * x + d * y + f
