"""A second, cell-by-cell reading of the formulas in variables.csv: shares no code with the builder."""

import ast
import csv
import math
import operator
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

NAN = math.nan
OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def number(text: str) -> float:
    return float(text) if text else NAN


class Folder:
    """The study's panel, tables and flows as plain dictionaries."""

    def __init__(self, folder: Path) -> None:
        self.cells: dict[str, dict[tuple[str, int], float]] = defaultdict(dict)
        for row in rows(folder / "panel.csv"):
            key = (row.pop("place"), int(row.pop("year")))
            for name, text in row.items():
                self.cells[name][key] = number(text)
        self.places = sorted({p for p, _ in self.cells["grp_v4"]})
        self.tables = {r["id"]: rows(folder / r["file"]) for r in rows(folder / "tables.csv")}
        self.flows = {r["id"]: rows(folder / r["file"]) for r in rows(folder / "flows.csv")}

    def value(self, formula: str, place: str, year: int) -> float:
        return self._at(ast.parse(formula, mode="eval").body, place, year)

    def _at(self, node: ast.expr, place: str, year: int) -> float:
        match node:
            case ast.Constant(value=int() | float() as x):
                return float(x)
            case ast.Name(id=name):
                return self.cells[name].get((place, year), NAN)
            case ast.BinOp(left=a, op=op, right=b):
                return OPERATORS[type(op)](self._at(a, place, year), self._at(b, place, year))
            case ast.Call(func=ast.Name(id=name), args=args):
                return getattr(self, f"_{name}")(args, place, year)
        raise AssertionError(f"unknown formula part {ast.dump(node)}")

    def _abs(self, args: list[ast.expr], place: str, year: int) -> float:
        return abs(self._at(args[0], place, year))

    def _sqrt(self, args: list[ast.expr], place: str, year: int) -> float:
        return math.sqrt(self._at(args[0], place, year))

    def _lag(self, args: list[ast.expr], place: str, year: int) -> float:
        return self._at(args[0], place, year - 1)

    def _first(self, args: list[ast.expr], place: str, year: int) -> float:
        x = self._at(args[0], place, year)
        return self._at(args[1], place, year) if math.isnan(x) else x

    def _share(self, args: list[ast.expr], place: str, year: int) -> float:
        total = math.fsum(self._at(args[0], p, year) for p in self.places)
        return self._at(args[0], place, year) / total

    def _chain(self, args: list[ast.expr], place: str, year: int) -> float:
        base = int(ast.literal_eval(args[2]))
        level = self._at(args[0], place, base)
        for y in range(base + 1, year + 1):
            level *= self._at(args[1], place, y) / 100
        for y in range(base, year, -1):
            level /= self._at(args[1], place, y) / 100
        return level

    def _label(self, table: list[dict[str, str]]) -> str:
        return list(table[0])[2]

    def _table(self, node: ast.expr) -> list[dict[str, str]]:
        assert isinstance(node, ast.Name)
        return self.tables[node.id]

    def _pick(self, args: list[ast.expr], place: str, year: int) -> float:
        table, label = self._table(args[0]), ast.literal_eval(args[1])
        name = self._label(table)
        found = [r["value"] for r in table if r["place"] == place and r["year"] == str(year) and r[name] == label]
        assert len(found) <= 1
        return float(found[0]) if found else NAN

    def _shannon(self, args: list[ast.expr], place: str, year: int) -> float:
        table = self._table(args[0])
        categories = {r[self._label(table)] for r in table}
        values = [float(r["value"]) for r in table if r["place"] == place and r["year"] == str(year)]
        if len(values) < len(categories):
            return NAN
        total = math.fsum(values)
        return math.fsum(v / total * math.log(total / v) for v in values)

    def _inflow(self, args: list[ast.expr], place: str, year: int) -> float:
        assert isinstance(args[0], ast.Name)
        flow = self.flows[args[0].id]
        arrived = [r for r in flow if r["destination"] == place and r["year"] == str(year)]
        return math.fsum(float(r["value"]) * float(r["factor"]) for r in arrived) if arrived else NAN
