"""Classes of a panel of values: quantiles of every year or of all years, or cut points of one's own."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

Floats = NDArray[np.float64]
Scope = Literal["year", "pooled"]


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Values (n, T) with labels of the places and the years; years are 0 … T−1 for a bare array."""

    labels: tuple[Hashable, ...]
    years: tuple[Any, ...]
    values: Floats


def panel(values: Any) -> Panel:
    """Return a Panel from an array or DataFrame (n, T) with one column a year; years that are not increasing raise."""
    if isinstance(values, pd.DataFrame):
        years = tuple(values.columns)
        out = Panel(tuple(values.index), years, values.to_numpy(dtype=float))
    else:
        array = np.asarray(values, dtype=float)
        out = Panel(tuple(range(array.shape[0])), tuple(range(array.shape[1])), array)
    if any(b <= a for a, b in zip(out.years, out.years[1:], strict=False)):
        raise InputError([Problem(Text("年份须递增且不重复", "years must increase without repeats"))])
    return out


def classify(values: Any, k: int = 5, cuts: Any = None, scope: Scope = "pooled") -> tuple[NDArray[np.intp], Floats]:
    """Return classes 0 … k−1 of values (n, T), −1 where missing, and the upper cuts (k−1,) or (T, k−1).

    Quantiles interpolate linearly (NumPy's default, R type 7) and a value on a cut belongs to the lower class.
    `scope="year"` cuts every year at its own quantiles, so that ranks move and levels do not; `cuts` overrides both.
    """
    x = np.asarray(values, dtype=float)
    known = np.isfinite(x)
    share = np.arange(1, k) / k
    if cuts is not None:
        points = np.asarray(cuts, dtype=float)
        if (np.diff(points) <= 0).any():
            raise InputError([Problem(Text("分界点须递增", "cut points must increase"))])
    elif scope == "pooled":
        points = np.quantile(x[known], share)
    else:
        points = np.stack([np.quantile(x[known[:, t], t], share) for t in range(x.shape[1])])
    out = np.full(x.shape, -1, dtype=np.intp)
    for t in range(x.shape[1]):
        at = points if points.ndim == 1 else points[t]
        out[:, t] = np.where(known[:, t], np.searchsorted(at, x[:, t], side="left"), -1)
    return out, points


def year_pairs(years: tuple[Any, ...], lag: int) -> list[tuple[int, int]]:
    """Return the column pairs exactly `lag` years apart; a gap in the years is never bridged."""
    position = {year: t for t, year in enumerate(years)}
    pairs = [(t, position[year + lag]) for year, t in position.items() if year + lag in position]
    if not pairs:
        raise InputError([Problem(Text(f"没有相隔 {lag} 年的两个年份", f"no two years lie {lag} apart"))])
    return pairs
