"""What every disparity measure starts from: checked values with weights, aligned by label."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.errors import AlignmentError, InputError, Problem
from yugong.base.text import Text

Floats = NDArray[np.float64]
Zero = Literal["limit", "drop"]
_MOST_PROBLEMS = 20  # one message names at most so many cells, then counts the rest


ZERO = Text("数值为零，按要求剔除", "zero, dropped on request")


@dataclass(frozen=True, slots=True)
class Omitted:
    """One entry that a result does not rest on, and why."""

    place: Hashable
    year: Hashable
    reason: Text


def omitted_table(omitted: "tuple[Omitted, ...]") -> pd.DataFrame:
    """Return one row an entry left out: place, year, reason in the current language."""
    return pd.DataFrame([(o.place, o.year, str(o.reason)) for o in omitted], columns=["place", "year", "reason"])


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Values and weights, n places × T years; an entry of weight 0 is absent and its value is not read."""

    values: Floats  # (n, T), finite, ≥ 0
    weights: Floats  # (n, T), finite, ≥ 0
    places: tuple[Hashable, ...]
    years: tuple[Hashable, ...]
    single: bool  # made from one vector: results carry no year axis

    def cut(self, by_year: Floats) -> Floats:
        """Return an array whose first axis is the years, without that axis when there was one vector."""
        return by_year[0] if self.single else by_year


def sample(values: object, weights: object = None) -> Sample:
    """Check and align values (n,) or (n, T) with weights (n,), (n, T) or None (all equal).

    pandas and xarray labels align and must agree; raises InputError for missing, infinite or negative numbers
    at their place and year, AlignmentError for labels that differ.
    """
    frame = _frame(values)
    w = _weights(weights, frame)
    x = frame.to_numpy(np.float64, copy=True)
    places, years = tuple(frame.index), tuple(frame.columns)
    wrong = ~np.isfinite(w) | (w < 0)
    present = w > 0
    bad = present & ~wrong & (~np.isfinite(x) | (x < 0))
    problems = [
        *_located(wrong, w, places, years, Text("权重", "weight")),
        *_located(bad, x, places, years, Text("数值", "value")),
    ]
    if problems:
        raise InputError(problems)
    x[~present] = 0.0
    total = w.sum(axis=0)
    amount = (w * x).sum(axis=0)
    if problems := [_empty(year) for year, t, a in zip(years, total, amount, strict=True) if t <= 0 or a <= 0]:
        raise InputError(problems)
    x = np.where(present, x, amount / total)  # a harmless place holder that logs and sorts can bear
    single = not isinstance(_plain(values), pd.DataFrame) and np.ndim(_plain(values)) == 1  # type: ignore[arg-type]
    return Sample(x, w, places, years, single)


def without_zeros(s: Sample, zero: Zero, why: Text) -> tuple[Sample, tuple[Omitted, ...]]:
    """Return the sample with zero entries left out (zero="drop") and their record; refuse them otherwise."""
    at = (s.values == 0) & (s.weights > 0)
    if not at.any():
        return s, ()
    where = tuple(Omitted(s.places[i], s.years[t], ZERO) for i, t in np.argwhere(at))
    if zero != "drop":
        raise InputError(
            Problem(
                Text(f"{o.place}（{o.year}）的数值为零：{why.zh}", f"{o.place} ({o.year}) is zero: {why.en}"),
                Text(
                    '改用 zero="drop"（剔除并记录）或换用可含零的测度',
                    'use zero="drop" (left out, recorded) or another measure',
                ),
            )
            for o in where[:_MOST_PROBLEMS]
        )
    w = np.where(at, 0.0, s.weights)
    amount, total = (w * s.values).sum(axis=0), w.sum(axis=0)
    return replace(s, weights=w, values=np.where(at, amount / total, s.values)), where


def codes(groups: object, s: Sample, values: object) -> tuple[NDArray[np.intp], tuple[Hashable, ...]]:
    """Return each place's group number and the group labels, in order of category or first appearance."""
    plain = _plain(values)
    if isinstance(groups, pd.Series) and isinstance(plain, (pd.Series, pd.DataFrame)):
        groups = groups.reindex(_same(plain.index, groups.index, Text("分组", "groups")))
    column: Any = groups if isinstance(groups, (pd.Series, pd.Categorical)) else np.asarray(groups)
    if len(column) != len(s.places):
        raise InputError([_shape(Text("分组", "groups"), (len(column),), (len(s.places),))])
    if isinstance(getattr(column, "dtype", None), pd.CategoricalDtype):
        made = pd.Categorical(column).remove_unused_categories()
        number, labels = np.asarray(made.codes), list(made.categories)
    else:
        number, found = pd.factorize(column)
        labels = list(found)
    if (number < 0).any():
        raise InputError(
            Problem(Text(f"{s.places[i]} 没有分组", f"{s.places[i]} has no group"))
            for i in np.flatnonzero(number < 0)[:_MOST_PROBLEMS]
        )
    return number.astype(np.intp), tuple(labels)


def aligned(other: object, values: object, name: Text, columns: int | None = None) -> Floats:
    """Return a second table (n, k) on the rows of `values`: by label where both have labels, else by shape."""
    plain, base = _plain(other), _plain(values)
    if isinstance(plain, (pd.Series, pd.DataFrame)) and isinstance(base, (pd.Series, pd.DataFrame)):
        plain = plain.loc[_same(base.index, plain.index, name)]
    x = np.asarray(plain, dtype=np.float64)
    x = x[:, None] if x.ndim == 1 else x
    n = len(_frame(values))
    if x.ndim != 2 or len(x) != n or columns not in (None, x.shape[1]):
        raise InputError([_shape(name, x.shape, (n, columns or "k"))])
    return x


def _plain(values: object) -> object:
    return values.to_pandas() if hasattr(values, "to_pandas") else values


def _frame(values: object) -> pd.DataFrame:
    plain = _plain(values)
    if isinstance(plain, pd.Series):
        return plain.to_frame()
    if isinstance(plain, pd.DataFrame):
        return plain
    array = np.asarray(plain, dtype=np.float64)
    if array.ndim not in (1, 2) or array.size == 0:
        raise InputError([_shape(Text("数值", "values"), array.shape, ("n",), ("n", "T"))])
    return pd.DataFrame(array)


def _weights(weights: object, frame: pd.DataFrame) -> Floats:
    if weights is None:
        return np.ones(frame.shape)
    plain = _plain(weights)
    if isinstance(plain, (pd.Series, pd.DataFrame)):
        name = Text("权重", "weights")
        plain = plain.loc[_same(frame.index, plain.index, name)]
        if isinstance(plain, pd.DataFrame):
            plain = plain[_same(frame.columns, plain.columns, name)]
    w = np.asarray(plain, dtype=np.float64)
    if w.shape not in ((len(frame),), frame.shape):
        raise InputError([_shape(Text("权重", "weights"), w.shape, (len(frame),), frame.shape)])
    return np.array(np.broadcast_to(w[:, None] if w.ndim == 1 else w, frame.shape))


def _same(left: "pd.Index[Any]", right: "pd.Index[Any]", name: Text) -> "pd.Index[Any]":
    if set(left) != set(right) or len(left) != len(right):
        values = Text("数值", "values")
        raise AlignmentError(values, name, left.difference(right, sort=False), right.difference(left, sort=False))
    return left


def _shape(name: Text, got: tuple[object, ...], *want: tuple[object, ...]) -> Problem:
    wanted = " / ".join(str(w) for w in want)
    return Problem(
        Text(f"{name.zh}的形状是 {got}", f"{name.en} have shape {got}"), Text(f"应为 {wanted}", f"expected {wanted}")
    )


def _empty(year: Hashable) -> Problem:
    return Problem(
        Text(f"第 {year} 列没有任何正的数值或权重", f"column {year} has no positive value or no positive weight"),
        Text("均值为零时相对差异没有定义", "relative disparity is undefined when the mean is zero"),
    )


def _located(
    at: NDArray[np.bool_], x: Floats, places: tuple[Hashable, ...], years: tuple[Hashable, ...], name: Text
) -> Iterable[Problem]:
    where = np.argwhere(at)
    for i, t in where[:_MOST_PROBLEMS]:
        number = "missing" if np.isnan(x[i, t]) else f"{x[i, t]:g}"
        zh = "缺失" if np.isnan(x[i, t]) else f"为 {x[i, t]:g}"
        yield Problem(
            Text(f"{places[i]}（{years[t]}）的{name.zh}{zh}", f"{name.en} of {places[i]} ({years[t]}) is {number}"),
            Text(
                "应为非负有限数；缺失请先剔除或写明填补办法",
                "must be finite and not negative; leave missing out or say how to fill",
            ),
        )
    if len(where) > _MOST_PROBLEMS:
        more = len(where) - _MOST_PROBLEMS
        yield Problem(
            Text(f"另有 {more} 处{name.zh}同样不可用", f"{more} more {name.en}s are unusable in the same way")
        )
