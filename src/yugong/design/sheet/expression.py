"""One formula, three readings: a number (NumPy), a live spreadsheet formula, and words for the explanation trace."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from yugong.base.text import Lang, Text

Number = int | float
Values = np.ndarray[Any, np.dtype[np.float64]]


class Expression(ABC):
    """A formula over the columns and parameters of a sheet; built with + − × ÷, comparisons and the functions below."""

    @abstractmethod
    def value(self, read: Callable[[str, str], Any]) -> Any:
        """Return its number(s); `read(kind, id)` gives the values of a column or parameter."""

    @abstractmethod
    def excel(self, cell: Callable[[str, str], str], block: Callable[[str], str]) -> str:
        """Return the spreadsheet formula; `cell` names a cell of the same row or a parameter, `block` a whole column."""

    @abstractmethod
    def words(self, name: Callable[[str, str], str], lang: Lang) -> str:
        """Return the formula as a person reads it; `name` gives the words (or the number) behind each (kind, id).

        For a function of a whole column the kind is the function's name.
        """

    @abstractmethod
    def symbols(self) -> frozenset[tuple[str, str]]:
        """Return the (kind, id) of the columns and parameters used."""

    def _joined(self, sign: str, other: "Expression | Number", swap: bool = False) -> "Expression":
        pair = (as_expression(other), self) if swap else (self, as_expression(other))
        return Joined(sign, *pair)

    def __add__(self, other: "Expression | Number") -> "Expression":
        return self._joined("+", other)

    def __radd__(self, other: Number) -> "Expression":
        return self._joined("+", other, swap=True)

    def __sub__(self, other: "Expression | Number") -> "Expression":
        return self._joined("-", other)

    def __rsub__(self, other: Number) -> "Expression":
        return self._joined("-", other, swap=True)

    def __mul__(self, other: "Expression | Number") -> "Expression":
        return self._joined("*", other)

    def __rmul__(self, other: Number) -> "Expression":
        return self._joined("*", other, swap=True)

    def __truediv__(self, other: "Expression | Number") -> "Expression":
        return self._joined("/", other)

    def __rtruediv__(self, other: Number) -> "Expression":
        return self._joined("/", other, swap=True)

    def __pow__(self, other: "Expression | Number") -> "Expression":
        return self._joined("^", other)

    def __gt__(self, other: "Expression | Number") -> "Expression":
        return self._joined(">", other)

    def __ge__(self, other: "Expression | Number") -> "Expression":
        return self._joined(">=", other)

    def __lt__(self, other: "Expression | Number") -> "Expression":
        return self._joined("<", other)

    def __le__(self, other: "Expression | Number") -> "Expression":
        return self._joined("<=", other)


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Expression):
    """A number written in the formula itself."""

    number: Number

    def value(self, read: Callable[[str, str], Any]) -> Any:
        return float(self.number)

    def excel(self, cell: Callable[[str, str], str], block: Callable[[str], str]) -> str:
        return repr(self.number)

    def words(self, name: Callable[[str, str], str], lang: Lang) -> str:
        return f"{self.number:g}"

    def symbols(self) -> frozenset[tuple[str, str]]:
        return frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Symbol(Expression):
    """A column (this row's cell) or a parameter of the sheet."""

    kind: str  # "column" or "parameter"
    id: str

    def value(self, read: Callable[[str, str], Any]) -> Any:
        return read(self.kind, self.id)

    def excel(self, cell: Callable[[str, str], str], block: Callable[[str], str]) -> str:
        return cell(self.kind, self.id)

    def words(self, name: Callable[[str, str], str], lang: Lang) -> str:
        return name(self.kind, self.id)

    def symbols(self) -> frozenset[tuple[str, str]]:
        return frozenset({(self.kind, self.id)})


def _over(left: Any, right: Any) -> Any:
    """Divide; over zero there is no number, as in a spreadsheet, rather than an infinity that later divides to zero."""
    return np.where(np.equal(right, 0), np.nan, np.divide(left, right))


def _power(left: Any, right: Any) -> Any:
    """Raise to a power; zero to the zeroth or a negative power is no number, as in a spreadsheet."""
    return np.where(np.equal(left, 0) & np.less_equal(right, 0), np.nan, np.power(left, right))


def _compared(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """One or zero; no number where either side is none."""

    def judged(left: Any, right: Any) -> Any:
        unknown = np.isnan(left) | np.isnan(right)
        return np.where(unknown, np.nan, np.where(compare(left, right), 1.0, 0.0))

    return judged


def _chosen(condition: Any, then: Any, otherwise: Any) -> Any:
    return np.where(np.isnan(condition), np.nan, np.where(condition, then, otherwise))


_OPERATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": _over,
    "^": _power,
    ">": _compared(np.greater),
    ">=": _compared(np.greater_equal),
    "<": _compared(np.less),
    "<=": _compared(np.less_equal),
}
_SHOWN = {"*": "×", "/": "÷", "-": "−", ">=": "≥", "<=": "≤"}
_STRENGTH = {">": 0, ">=": 0, "<": 0, "<=": 0, "+": 1, "-": 1, "*": 2, "/": 2, "^": 3}


def _strength(formula: Expression) -> int:
    if isinstance(formula, Joined):
        return _STRENGTH[formula.sign]
    branches = isinstance(formula, Call) and formula.function == "if"
    return min(_STRENGTH.values()) - 1 if branches else max(_STRENGTH.values()) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Joined(Expression):
    """Two formulas joined by a sign."""

    sign: str
    left: Expression
    right: Expression

    def value(self, read: Callable[[str, str], Any]) -> Any:
        return _OPERATIONS[self.sign](self.left.value(read), self.right.value(read))

    def excel(self, cell: Callable[[str, str], str], block: Callable[[str], str]) -> str:
        joined = f"{self.left.excel(cell, block)}{self.sign}{self.right.excel(cell, block)}"
        # a spreadsheet's TRUE is no number in sums of a column: a comparison is one or zero
        return f"IF({joined},1,0)" if self.compares else f"({joined})"

    @property
    def compares(self) -> bool:
        """Whether the sign is a comparison."""
        return _STRENGTH[self.sign] == 0

    def words(self, name: Callable[[str, str], str], lang: Lang) -> str:
        strength = _STRENGTH[self.sign]
        left, right = self.left.words(name, lang), self.right.words(name, lang)
        if _strength(self.left) < strength:
            left = f"({left})"
        if _strength(self.right) < strength + (self.sign not in "+*"):  # a − (b − c) keeps its brackets
            right = f"({right})"
        return f"{left} {_SHOWN.get(self.sign, self.sign)} {right}"

    def symbols(self) -> frozenset[tuple[str, str]]:
        return self.left.symbols() | self.right.symbols()


# name → (NumPy, spreadsheet function, the function in words)
_ROW_FUNCTIONS: Mapping[str, tuple[Callable[..., Any], str, Text]] = {
    "max": (lambda *parts: _fold(np.maximum, parts), "MAX", Text("取大({0})", "max({0})")),
    "min": (lambda *parts: _fold(np.minimum, parts), "MIN", Text("取小({0})", "min({0})")),
    "if": (_chosen, "IF", Text("若 {0} 则 {1}，否则 {2}", "if {0} then {1}, else {2}")),
}
COLUMN_FUNCTIONS: Mapping[str, tuple[Callable[..., Any], str, Text]] = {
    "sum": (np.sum, "SUM", Text("Σ({0})", "Σ({0})")),
    "mean": (np.mean, "AVERAGE", Text("均值({0})", "mean({0})")),
    "sd": (np.std, "STDEVP", Text("标准差({0})", "sd({0})")),
    "largest": (np.max, "MAX", Text("最大值({0})", "max({0})")),
    "smallest": (np.min, "MIN", Text("最小值({0})", "min({0})")),
}


def _fold(pairwise: Any, parts: tuple[Any, ...]) -> Any:
    found = parts[0]
    for part in parts[1:]:
        found = pairwise(found, part)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Call(Expression):
    """A function of formulas in the same row."""

    function: str
    arguments: tuple[Expression, ...]

    def value(self, read: Callable[[str, str], Any]) -> Any:
        return _ROW_FUNCTIONS[self.function][0](*(a.value(read) for a in self.arguments))

    def excel(self, cell: Callable[[str, str], str], block: Callable[[str], str]) -> str:
        inside = ",".join(a.excel(cell, block) for a in self.arguments)
        return f"{_ROW_FUNCTIONS[self.function][1]}({inside})"

    def words(self, name: Callable[[str, str], str], lang: Lang) -> str:
        said = _ROW_FUNCTIONS[self.function][2].in_(lang)
        inside = [f"({w})" if _strength(a) < 0 else w for a in self.arguments for w in (a.words(name, lang),)]
        return said.format(*inside) if self.function == "if" else said.format(", ".join(inside))

    def symbols(self) -> frozenset[tuple[str, str]]:
        return frozenset().union(*(a.symbols() for a in self.arguments))


@dataclass(frozen=True, slots=True, eq=False)
class OverColumn(Expression):
    """A function of a whole column: sum, mean, standard deviation (divisor n), largest, smallest."""

    function: str
    id: str

    def value(self, read: Callable[[str, str], Any]) -> Any:
        return COLUMN_FUNCTIONS[self.function][0](read("column", self.id))

    def excel(self, cell: Callable[[str, str], str], block: Callable[[str], str]) -> str:
        return f"{COLUMN_FUNCTIONS[self.function][1]}({block(self.id)})"

    def words(self, name: Callable[[str, str], str], lang: Lang) -> str:
        return name(self.function, self.id)

    def symbols(self) -> frozenset[tuple[str, str]]:
        return frozenset({("column", self.id)})


def as_expression(of: Expression | Number) -> Expression:
    """Return a formula; a number becomes a constant."""
    return of if isinstance(of, Expression) else Constant(of)


def col(id: str) -> Expression:
    """Return this row's cell of a column."""
    return Symbol("column", id)


def par(id: str) -> Expression:
    """Return a parameter."""
    return Symbol("parameter", id)


def maximum(*parts: Expression | Number) -> Expression:
    """Return the largest of several formulas, row by row."""
    return Call("max", tuple(as_expression(p) for p in parts))


def minimum(*parts: Expression | Number) -> Expression:
    """Return the smallest of several formulas, row by row."""
    return Call("min", tuple(as_expression(p) for p in parts))


def where(condition: Expression, then: Expression | Number, otherwise: Expression | Number) -> Expression:
    """Return `then` in the rows where the comparison holds, else `otherwise`."""
    return Call("if", (condition, as_expression(then), as_expression(otherwise)))


def total(column: str) -> Expression:
    """Return the sum of a column."""
    return OverColumn("sum", column)


def mean(column: str) -> Expression:
    """Return the mean of a column."""
    return OverColumn("mean", column)


def sd(column: str) -> Expression:
    """Return the standard deviation of a column, divisor n."""
    return OverColumn("sd", column)


def largest(column: str) -> Expression:
    """Return the largest value of a column."""
    return OverColumn("largest", column)


def smallest(column: str) -> Expression:
    """Return the smallest value of a column."""
    return OverColumn("smallest", column)
