"""What every efficiency measure starts from: checked inputs, outputs and bad outputs of labelled units."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.errors import AlignmentError, InputError, Problem
from yugong.base.text import Text

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Returns = Literal["constant", "variable", "nonincreasing"]
Orientation = Literal["none", "input", "output"]
_KINDS = {"input": "投入", "output": "产出", "bad output": "非期望产出"}
_MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Inputs x (n, m), good outputs y (n, s) and bad outputs b (n, k); a row with a gap is not `complete`."""

    x: Floats
    y: Floats
    b: Floats
    places: tuple[Hashable, ...]
    names: tuple[str, ...]  # m + s + k names: inputs, outputs, bad outputs
    complete: Flags  # (n,)

    @property
    def data(self) -> Floats:
        """All columns side by side, (n, m + s + k)."""
        return np.hstack([self.x, self.y, self.b])

    @property
    def shape(self) -> tuple[int, int, int]:
        """Numbers of inputs, good outputs and bad outputs."""
        return self.x.shape[1], self.y.shape[1], self.b.shape[1]

    def take(self, rows: NDArray[np.intp]) -> "Units":
        """Return these units in this order."""
        places = tuple(self.places[i] for i in rows)
        return Units(self.x[rows], self.y[rows], self.b[rows], places, self.names, self.complete[rows])


def units(inputs: object, outputs: object, bad: object = None, positive: bool = False) -> Units:
    """Check and align tables of n units; pandas labels must agree and are aligned.

    Numbers must be ≥ 0 (> 0 when `positive`) and each unit needs a positive input and a positive output.
    NaN marks a unit incomplete. Raises InputError naming unit and column, AlignmentError for labels that differ.
    """
    base = frame(inputs, "input")
    rest = [frame(outputs, "output")]
    if bad is not None:
        rest.append(frame(bad, "bad output"))
    for other, name in zip(rest, ("output", "bad output"), strict=False):
        if len(other) != len(base) or set(other.index) != set(base.index):
            raise AlignmentError(
                Text("投入", "inputs"),
                Text(_KINDS[name], f"{name}s"),
                base.index.difference(other.index),
                other.index.difference(base.index),
            )
    parts = [base, *(other.loc[base.index] for other in rest)]
    arrays = [part.to_numpy(np.float64) for part in parts]
    x, y = arrays[:2]
    b = arrays[2] if bad is not None else np.empty((len(base), 0))
    names = tuple(str(c) for part in parts for c in part.columns)
    whole = np.hstack([x, y, b])
    complete = np.isfinite(whole).all(axis=1)
    _refuse(whole, complete, x, y, tuple(base.index), names, positive)
    return Units(x, y, b, tuple(base.index), names, complete)


def periods(inputs: object, outputs: object, bad: object, positive: bool) -> tuple[tuple[Hashable, ...], list[Units]]:
    """Return the years and one `Units` a year from {year: table} or arrays (T, n, m); every year has the same units."""
    tables = [_by_year(inputs, "input"), _by_year(outputs, "output")]
    if bad is not None:
        tables.append(_by_year(bad, "bad output"))
    years = tuple(tables[0])
    for other in tables[1:]:
        if tuple(other) != years:
            gone, new = set(years) - set(other), set(other) - set(years)
            raise AlignmentError(Text("投入的年份", "years of inputs"), Text("产出的年份", "of outputs"), gone, new)
    found = [
        units(tables[0][year], tables[1][year], tables[2][year] if bad is not None else None, positive)
        for year in years
    ]
    order = {place: i for i, place in enumerate(found[0].places)}
    for year, one in zip(years, found, strict=True):
        if set(one.places) != set(order) or one.shape != found[0].shape:
            first = Text(f"{years[0]} 年的单元", f"units of {years[0]}")
            now = Text(f"{year} 年的单元", f"units of {year}")
            raise AlignmentError(first, now, set(order) - set(one.places), set(one.places) - set(order))
    return years, [one.take(np.argsort([order[p] for p in one.places])) for one in found]


def frame(table: object, kind: str) -> pd.DataFrame:
    """Return a table (n, ·) as a frame; a vector is one column."""
    plain: Any = table.to_pandas() if hasattr(table, "to_pandas") else table
    if isinstance(plain, pd.Series):
        return plain.to_frame()
    if isinstance(plain, pd.DataFrame):
        return plain
    array = np.asarray(plain, dtype=np.float64)
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or array.size == 0:
        raise InputError(
            [
                Problem(
                    Text(f"{_KINDS[kind]}的形状是 {array.shape}", f"{kind}s have shape {array.shape}"),
                    Text("应为 (n, 项数)", "expected (n, items)"),
                )
            ]
        )
    return pd.DataFrame(array, columns=[f"{kind.replace(' ', '_')}_{j + 1}" for j in range(array.shape[1])])


def _by_year(tables: object, kind: str) -> dict[Hashable, object]:
    if isinstance(tables, Mapping):
        return dict(tables)
    blocks: Sequence[object] = tables if isinstance(tables, (list, tuple)) else list(np.asarray(tables, float))
    return {t: frame(block, kind) for t, block in enumerate(blocks)}


def _refuse(
    whole: Floats,
    complete: Flags,
    x: Floats,
    y: Floats,
    places: tuple[Hashable, ...],
    names: tuple[str, ...],
    strict: bool,
) -> None:
    wrong = complete[:, None] & ((whole <= 0) if strict else (whole < 0))
    want = Text("应为正数", "must be positive") if strict else Text("不得为负", "must not be negative")
    problems = [
        Problem(
            Text(f"{places[i]} 的 {names[j]} 为 {whole[i, j]:g}", f"{names[j]} of {places[i]} is {whole[i, j]:g}"), want
        )
        for i, j in np.argwhere(wrong)[:_MOST_PROBLEMS]
    ]
    empty = complete & ~((x > 0).any(axis=1) & (y > 0).any(axis=1)) & ~wrong.any(axis=1)
    problems += [
        Problem(
            Text(f"{places[i]} 没有正的投入或没有正的产出", f"{places[i]} has no positive input or no positive output")
        )
        for i in np.flatnonzero(empty)[:_MOST_PROBLEMS]
    ]
    if not complete.any():
        problems.append(Problem(Text("没有数据完整的单元", "no unit has complete data")))
    if problems:
        raise InputError(problems)
