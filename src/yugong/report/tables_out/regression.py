"""Stacked regression tables: estimates with stars, t, standard errors or p in brackets, effects and fit statistics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.report.model import Cell, Column, Table
from yugong.report.numbers import P_VALUE, Format, number
from yugong.report.tables_out.build import heading

Brackets = Literal["t", "se", "p"]
STARS = ((0.01, "***"), (0.05, "**"), (0.10, "*"))
BRACKETS: dict[str, Text] = {
    "t": Text("t 值（或 z 值）", "t (or z) values"),
    "se": Text("标准误", "standard errors"),
    "p": Text("p 值", "p-values"),
}
NAMES = {
    "intercept": Text("常数项", "Constant"),
    "rho": Text("ρ（空间滞后）", "ρ (spatial lag)"),
    "lambda": Text("λ（空间误差）", "λ (spatial error)"),
    "ln_distance": Text("ln 距离", "ln distance"),
    "contiguous": Text("相邻", "Contiguous"),
    "same_group": Text("同组", "Same group"),
    "log_initial": Text("ln 初始水平", "ln initial level"),
}
EFFECTS = {
    "direct": Text("直接效应", "Direct effects"),
    "indirect": Text("间接效应", "Indirect effects"),
    "total": Text("总效应", "Total effects"),
}
LOCAL = frozenset({"ols", "sem"})  # without spillovers, direct effects are the coefficients
LAST = ("rho", "lambda", "intercept")
YES, NO = Text("是", "Yes"), Text("否", "No")
FIXED = {"individual": (True, False), "time": (False, True), "twoway": (True, True), "two-way": (True, True)}


@dataclass(frozen=True, slots=True)
class Estimates:
    """One column of a regression table: rows of (name, estimate, se, t, p), effects by kind, lines below."""

    rows: dict[str, tuple[float, float, float, float]]
    effects: dict[str, dict[str, tuple[float, float, float, float]]] = field(default_factory=dict)
    lines: dict[Text, Cell] = field(default_factory=dict)


def regression_table(
    results: Sequence[Any],
    id: str = "regression",
    caption: Text | None = None,
    titles: Sequence[Text] | None = None,
    brackets: Brackets = "t",
    digits: int = 3,
    names: Mapping[str, Text] | None = None,
    stars: Sequence[tuple[float, str]] = STARS,
    effects: bool = True,
) -> Table:
    """Return fits side by side, (1) … (k): estimates with stars, `brackets` below, effects, fixed effects, N, R² …

    results: spatial fits and their effects, β-convergence, gravity: anything whose table() has a name column
    (variable or term), an estimate, a standard error and a p-value. `names` gives variables words; `stars` are
    (level, mark) from the strictest. Raises InputError for results without such a table.
    """
    if brackets not in BRACKETS:
        raise UnknownNameError(Text("括号内容", "what to put in brackets"), brackets, BRACKETS)
    columns = [estimates(r) for r in results]
    words = {**NAMES, **(names or {})}
    rows: list[tuple[Cell, ...]] = []
    marked: set[int] = set()

    def block(parts: Sequence[Mapping[str, tuple[float, float, float, float]]]) -> None:
        for name in sorted(dict.fromkeys(n for part in parts for n in part), key=_rank):
            found = [part.get(name) for part in parts]
            rows.append((_word(name, words), *(_estimate(f, digits, stars) for f in found)))
            rows.append(("", *(_bracket(f, brackets, digits) for f in found)))

    block([c.rows for c in columns])
    if effects:
        for kind, title in EFFECTS.items():
            parts = [c.effects.get(kind, {}) for c in columns]
            if any(parts):
                marked.add(len(rows))
                rows.append((title, *("" for _ in columns)))
                block(parts)
    lines = sorted(dict.fromkeys(key for c in columns for key in c.lines), key=_line_rank)
    rows += [(line, *(_line(c.lines.get(line)) for c in columns)) for line in lines]
    heads = [Text(f"({k})", f"({k})") for k in range(1, len(columns) + 1)]
    shown = [Column("variable", Text("变量", "Variable"))]
    for k, head in enumerate(heads):
        card = getattr(results[k], "method", None)
        name = titles[k] if titles is not None else card.title if card is not None else None
        text = head if name is None else Text(f"{head.zh} {name.zh}", f"{head.en} {name.en}")
        shown.append(Column(f"model_{k + 1}", text))
    marks = "、".join(m for _, m in stars), ", ".join(m for _, m in stars)
    levels = "、".join(f"{100 * a:g}%" for a, _ in stars), ", ".join(f"{100 * a:g} %" for a, _ in stars)
    note = Text(
        f"{marks[0]} 分别表示在 {levels[0]} 水平上显著；括号内为 {BRACKETS[brackets].zh}。",
        f"{marks[1]} mark significance at {levels[1]}; {BRACKETS[brackets].en} in brackets.",
    )
    sources = {s.id: s for r in results if getattr(r, "provenance", None) for s in r.provenance.sources}
    title = caption or Text("回归结果", "Regression results")
    return Table(id, title, tuple(shown), tuple(rows), (note,), tuple(sources.values()), frozenset(marked))


def estimates(result: Any) -> Estimates:
    """Return the numbers of one column from a result."""
    fit = getattr(result, "fit", result)
    every = _rows(fit.table())
    rows = {"intercept" if k == "constant" else k: v for k, v in every.items() if v[3] == v[3]}
    effects: dict[str, dict[str, tuple[float, float, float, float]]] = {}
    if hasattr(fit, "effects") and getattr(fit, "model", "") not in LOCAL:
        table = fit.effects.table()
        effects = {str(kind): _rows(part) for kind, part in table.groupby("effect", sort=False)}
    # what has no test is derived from the estimates: a speed, a half-life
    lines: dict[Text, Cell] = {heading(k)[0]: v[0] for k, v in every.items() if v[3] != v[3]}
    options = fit.method.options if getattr(fit, "method", None) is not None else {}
    effect = options.get("effect", options.get("effects", ""))
    if effect in FIXED:
        place, time = FIXED[effect]
        lines[Text("地区固定效应", "Place effects")] = YES if place else NO
        lines[Text("年份固定效应", "Year effects")] = YES if time else NO
    for key, text in (
        ("observations", Text("观测数 N", "Observations")), ("n", Text("观测数 N", "Observations")),
        ("r_squared", Text("R²", "R²")), ("r2", Text("R²", "R²")), ("pseudo_r2", Text("伪 R²", "Pseudo R²")),
        ("sigma2", Text("σ²", "σ²")), ("log_likelihood", Text("对数似然", "Log likelihood")),
        ("aic", Text("AIC", "AIC")),
    ):  # fmt: skip
        value = getattr(fit, key, None)
        if isinstance(value, int | float):
            lines[text] = int(value) if key in ("observations", "n") else float(value)
    return Estimates(rows, effects, lines)


def _rows(frame: pd.DataFrame) -> dict[str, tuple[float, float, float, float]]:
    def first(*names: str) -> str:
        for name in names:
            if name in frame:
                return name
        what = Text(f"表中没有 {names[0]}，不是回归结果", f"no column {names[0]}: not a regression result")
        raise InputError([Problem(what)])

    name, value = first("variable", "term"), first("estimate", "value")
    error, p = first("standard_error", "se"), first("p_value", "p")
    t = next((c for c in ("z", "t") if c in frame), None)
    out = {}
    for row in frame.to_dict("records"):
        ratio = row[t] if t else row[value] / row[error]
        out[str(row[name])] = (float(row[value]), float(row[error]), float(ratio), float(row[p]))
    return out


def _estimate(found: tuple[float, float, float, float] | None, digits: int, stars: Sequence[tuple[float, str]]) -> str:
    if found is None or found[0] != found[0]:
        return ""
    mark = next((m for level, m in sorted(stars) if found[3] <= level), "")
    return number(found[0], Format(digits)) + mark


def _bracket(found: tuple[float, float, float, float] | None, brackets: Brackets, digits: int) -> str:
    if found is None or found[0] != found[0]:
        return ""
    value = {"se": found[1], "t": found[2], "p": found[3]}[brackets]
    return f"({number(value, P_VALUE if brackets == 'p' else Format(2 if brackets == 't' else digits))})"


def _line(value: Cell) -> Cell:
    if isinstance(value, int):
        return number(value, Format(0))
    if isinstance(value, float):
        return number(value, Format(3 if abs(value) < 1000 else 1))
    return "" if value is None else value


def _rank(name: str) -> int:
    """Regressors first, then their spatial lags, ρ, λ, the constant."""
    return LAST.index(name) + 2 if name in LAST else int(name.startswith("W*"))


def _line_rank(line: Text) -> int:
    return int("effects" not in line.en)


def _word(name: str, words: Mapping[str, Text]) -> Cell:
    if name in words:
        return words[name]
    inner = name.removeprefix("W*")
    logged = inner.startswith("ln(") and inner.endswith(")")
    core = inner[3:-1] if logged else inner
    if core not in words:
        return name
    text = words[core]
    if logged:
        text = Text(f"ln {text.zh}", f"ln {text.en}")
    return text if inner == name else Text(f"W × {text.zh}", f"W × {text.en}")
