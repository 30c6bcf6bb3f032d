"""A calculation that a desk can follow: inputs and parameters with their sources, formulas, amounts, balances."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Lang, Text
from yugong.design.sheet.expression import COLUMN_FUNCTIONS, Expression, Values

if TYPE_CHECKING:
    import pandas as pd

Certainty = Literal["V", "Vs", "H", "M", "user", "solved", ""]
NONE = Text("", "")
REGION = Text("地区", "Region")
NOTHING = 1e-12  # relative to the sides: what rounding of a sum of doubles leaves
CERTAINTY: dict[str, Text] = {
    "V": Text("已核对原文", "read in the text named"),
    "Vs": Text("据二手文本", "from a secondary text"),
    "H": Text("广为刊布", "widely published"),
    "M": Text("使用前请核对", "check before use"),
    "user": Text("用户给定", "set by the user"),
    "solved": Text("求解得出", "solved for"),
    "": NONE,
}
COMPUTED = Text(
    "按公开公式计算的估计数，不是官方核定数",
    "computed by a published formula; an estimate, not an official amount",
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that holds for all rows: its unit, where it comes from and how certain it is."""

    id: str
    title: Text
    value: float
    unit: Text = NONE
    certainty: Certainty = "user"
    source: Text = NONE  # document and article, or why this value


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column: an input (`values` and their source), or a `formula` (and the article it follows), then computed."""

    id: str
    title: Text
    unit: Text = NONE
    values: Values | None = None
    formula: Expression | None = None
    certainty: Certainty = ""
    source: Text = NONE  # publication of an input, article behind a formula
    amount: bool = False  # one of the amounts the calculation is for

    @property
    def figures(self) -> Values:
        """The values; ValueError before the sheet is calculated."""
        if self.values is None:
            raise ValueError(f"column {self.id!r} has no values yet")
        return self.values


@dataclass(frozen=True, slots=True)
class Balance:
    """Two sides that must agree: Σ amounts = pot, paid = received."""

    id: str
    title: Text
    left: Expression
    right: Expression
    unit: Text = NONE


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an explanation trace: what, by which formula, with which numbers, giving what."""

    id: str
    title: Text
    formula: Text  # the formula in words; empty for an input
    numbers: Text  # the same with numbers in place
    value: float
    unit: Text
    source: Text
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """A balance as it came out; the residual is shown, never hidden."""

    id: str
    title: Text
    left: float
    right: float
    unit: Text
    formula: Balance

    @property
    def residual(self) -> float:
        """Left minus right."""
        return self.left - self.right

    @property
    def said(self) -> Text:
        """The balance in one line, with its residual."""
        left, right = figure(self.left), figure(self.right)
        rest = "0" if abs(self.residual) <= NOTHING * max(abs(self.left), abs(self.right)) else figure(self.residual)
        zh, en = self.title.zh, self.title.en
        return Text(
            f"平衡：{zh}：{left} 对 {right}，差额 {rest}{f' {self.unit.zh}' if self.unit.zh else ''}",
            f"balance: {en}: {left} against {right}, residual {rest}{f' {self.unit.en}' if self.unit.en else ''}",
        )


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A calculated sheet: one row a place (or section, month, party …), columns in the order they are computed."""

    id: str
    title: Text
    rows: tuple[tuple[str, Text], ...]  # label (a place's code) and its name
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]  # values filled in for formulas too
    balances: tuple[BalanceLine, ...]
    method: MethodCard
    row_title: Text = REGION
    notes: tuple[Text, ...] = (COMPUTED,)
    provenance: Provenance | None = None

    def column(self, id: str) -> Values:
        """Return the values of a column, in the order of the rows."""
        return next(c.figures for c in self.columns if c.id == id)

    def parameter(self, id: str) -> float:
        """Return the value of a parameter."""
        return next(p.value for p in self.parameters if p.id == id)

    @property
    def amounts(self) -> tuple[Column, ...]:
        """The columns that the calculation is for."""
        return tuple(c for c in self.columns if c.amount)

    def table(self) -> "pd.DataFrame":
        """Return the row's label and every column; `attrs` carries the words for labels and columns."""
        import pandas as pd

        frame = pd.DataFrame({"place": [label for label, _ in self.rows], **{c.id: c.figures for c in self.columns}})
        frame.attrs["titles"] = {"place": (self.row_title, NONE)} | {c.id: (c.title, c.unit) for c in self.columns}
        frame.attrs["labels"] = dict(self.rows)
        return frame

    @property
    def sheets(self) -> tuple["Sheet", ...]:
        """The sheets of a result that is one sheet."""
        return (self,)

    def trace(self, label: str, of: str | None = None) -> tuple[Step, ...]:
        """Return how one row's amount comes about: every input, parameter and step it rests on, in order.

        A parameter stands before the first step that uses it. `of` names the column explained (the last amount).
        KeyError for a label that is no row.
        """
        at = next((i for i, (code, _) in enumerate(self.rows) if code == label), None)
        if at is None:
            raise KeyError(label)
        goal = of or (self.amounts or self.columns)[-1].id
        needed = _behind(goal, {c.id: c for c in self.columns})
        steps: dict[tuple[str, str], Step] = {}
        for column in (c for c in self.columns if c.id in needed):
            used = column.formula.symbols() if column.formula is not None else frozenset()
            steps |= {("parameter", p.id): _given(p) for p in self.parameters if ("parameter", p.id) in used}
            steps["column", column.id] = self._step(column, at)
        return tuple(steps.values())

    def _step(self, column: Column, at: int) -> Step:
        value = float(column.figures[at])
        if column.formula is None:
            return Step(column.id, column.title, NONE, NONE, value, column.unit, column.source, column.certainty)
        formula = column.formula
        titles = {c.id: c.title for c in self.columns} | {p.id: p.title for p in self.parameters}

        def name(lang: Lang) -> Callable[[str, str], str]:
            def say(kind: str, id: str) -> str:
                title = titles[id].in_(lang)
                return COLUMN_FUNCTIONS[kind][2].in_(lang).format(title) if kind in COLUMN_FUNCTIONS else title

            return say

        def number(kind: str, id: str) -> str:
            if kind == "parameter":
                return figure(self.parameter(id))
            if kind == "column":
                return figure(float(self.column(id)[at]))
            return figure(float(COLUMN_FUNCTIONS[kind][0](self.column(id))))

        return Step(
            column.id,
            column.title,
            Text(formula.words(name("zh"), "zh"), formula.words(name("en"), "en")),
            Text(formula.words(number, "zh"), formula.words(number, "en")),
            value,
            column.unit,
            column.source,
            column.certainty,
        )


def calculate(
    id: str,
    title: Text,
    rows: tuple[tuple[str, Text], ...],
    parameters: tuple[Parameter, ...],
    columns: tuple[Column, ...],
    method: MethodCard,
    balances: tuple[Balance, ...] = (),
    row_title: Text = REGION,
    notes: tuple[Text, ...] = (),
    provenance: Provenance | None = None,
    basis: Text | None = None,
) -> Sheet:
    """Return the sheet with every formula computed, in the order of the columns.

    `basis` is what formulas follow whose column names no source of its own: the method, unless given.
    Inputs: one finite value a row. Raises InputError for a missing input (missing is never zero: leave such rows out
    beforehand and say so) and for a formula that does not give a finite number, each with row and column.
    """
    known: dict[tuple[str, str], Any] = {("parameter", p.id): p.value for p in parameters}
    problems: list[Problem] = []
    done: list[Column] = []

    def read(kind: str, id: str) -> Any:
        return known[kind, id]

    for column in columns:
        with np.errstate(divide="ignore", invalid="ignore"):  # a branch that `where` does not take; checked below
            computed = None if column.formula is None else column.formula.value(read)
        values = np.array(column.values if computed is None else np.broadcast_to(computed, len(rows)), float)
        if values.shape != (len(rows),):
            raise ValueError(f"column {column.id!r}: {values.shape} values for {len(rows)} rows")
        for at in np.flatnonzero(~np.isfinite(values)):
            name = rows[at][1]
            what = Text(f"{name.zh}的“{column.title.zh}”没有数", f"{name.en}: no figure for {column.title.en!r}")
            problems.append(Problem(what, Text("补上数据，或先剔除该行", "supply it, or leave the row out first")))
        if problems:
            raise InputError(problems)
        known["column", column.id] = values
        follows = column.source if column.formula is None or column.source != NONE else basis or method.title
        done.append(replace(column, values=values, source=follows))
    with np.errstate(divide="ignore", invalid="ignore"):
        sides = [(b, float(b.left.value(read)), float(b.right.value(read))) for b in balances]
    lines = tuple(BalanceLine(b.id, b.title, left, right, b.unit, b) for b, left, right in sides)
    said = notes if COMPUTED in notes else (*notes, COMPUTED)
    return Sheet(id, title, rows, parameters, tuple(done), lines, method, row_title, said, provenance)


def _behind(goal: str, columns: dict[str, Column]) -> set[str]:
    """The columns that a column rests on, itself included."""
    found: set[str] = set()
    waiting = [goal]
    while waiting:
        id_ = waiting.pop()
        if id_ in found:
            continue
        found.add(id_)
        formula = columns[id_].formula
        if formula is not None:
            waiting += [other for kind, other in formula.symbols() if kind == "column"]
    return found


def _given(parameter: Parameter) -> Step:
    p = parameter
    return Step(p.id, p.title, NONE, NONE, p.value, p.unit, p.source, p.certainty)


def figure(value: float) -> str:
    """Return a number as it stands in a formula: six significant digits, no exponent for ordinary sizes."""
    return f"{value:,.2f}" if abs(value) >= 1000 else f"{value:.6g}"
