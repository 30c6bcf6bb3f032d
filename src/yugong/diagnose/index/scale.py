"""Standardisation: indicators in their own units to scores where 0 is worst and 1 is best."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

Array = npt.NDArray[np.float64]
# "+" more is better, "-" less is better, (low, high) best inside the range; low == high is a single target
Direction = str | tuple[float, float]
Scope = Literal["pooled", "year", "base"]
Goalposts = tuple[npt.ArrayLike, npt.ArrayLike]


@dataclass(frozen=True, slots=True)
class Scaled:
    """Scores z in [0, 1] of the input's shape, with the goalposts that made them.

    `low`, `high`: goalposts, shape (m,) for a pooled or base scope, (T, m) by year.
    `constant`: shape (m,), True where an indicator does not vary; its z is 0.5 and it must weigh nothing.
    """

    z: Array
    low: Array
    high: Array
    constant: npt.NDArray[np.bool_]
    notes: tuple[Text, ...] = ()


def standardise(
    values: npt.ArrayLike,
    directions: Sequence[Direction],
    *,
    scope: Scope = "pooled",
    base: int = 0,
    winsor: float = 0.0,
    goalposts: Goalposts | None = None,
) -> Scaled:
    """Return min–max scores with direction, by default on goalposts over all regions and years together.

    `values`: (n, m) or (n, T, m), NaN where missing, which stays NaN. `directions`: m of "+", "-" or (low, high).
    `scope`: "pooled" (years compare), "year" (they do not; the result says so) or "base" (goalposts of year
    position `base`; later scores may leave [0, 1]). `winsor`: share clipped at each tail of the pooled values.
    `goalposts`: fixed (low, high) in place of the observed ones. A target range scores 1 inside and falls linearly
    to 0 at the farthest goalpost: 1 − d/max d (for a single target 1 − |x − a|/max|x − a|).
    Source: OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5.
    """
    x = np.asarray(values, dtype=np.float64)
    m = x.shape[-1]
    _check(x, directions, scope, winsor)
    if winsor:
        x = winsorise(x, winsor)
    if goalposts is None:
        low, high = _goalposts(x, scope, base)
    else:
        low, high = (np.broadcast_to(np.asarray(g, dtype=np.float64), (m,)) for g in goalposts)
    sign = np.array([-1.0 if d == "-" else 1.0 for d in directions])
    span = high - low
    flat = ~(span > 0)
    with np.errstate(invalid="ignore"):
        scale = sign / np.where(flat, 1.0, span)
    z = (x - np.where(sign > 0, low, high)) * scale
    for j, d in enumerate(directions):
        if not isinstance(d, str):
            z[..., j] = _target(x[..., j], low[..., j], high[..., j], d)
    if flat.any():
        z = np.where(np.broadcast_to(flat, z.shape) & ~np.isnan(x), 0.5, z)
    constant: npt.NDArray[np.bool_] = np.logical_and.reduce(np.atleast_2d(flat), axis=0)
    return Scaled(z, np.asarray(low), np.asarray(high), constant, _notes(scope, goalposts is not None))


def winsorise(values: npt.ArrayLike, share: float) -> Array:
    """Return `values` (…, m) with each indicator clipped at its pooled `share` and 1 − `share` quantiles."""
    x = np.asarray(values, dtype=np.float64)
    flat = x.reshape(-1, x.shape[-1])
    seen = ~np.isnan(flat).all(axis=0)
    out = x.copy()
    low, high = np.nanquantile(flat[:, seen], [share, 1 - share], axis=0)
    out[..., seen] = np.clip(x[..., seen], low, high)
    return out


def z_scores(values: npt.ArrayLike, directions: Sequence[Direction]) -> Array:
    """Return pooled z-scores (mean 0, population standard deviation 1) with direction; constant columns give 0.

    A target range counts as distance from it, less being better. Shapes as in `standardise`.
    """
    x = np.asarray(values, dtype=np.float64)
    oriented = np.empty_like(x)
    for j, d in enumerate(directions):
        column = x[..., j]
        oriented[..., j] = column if d == "+" else -column if d == "-" else -_distance(column, d)
    flat = oriented.reshape(-1, x.shape[-1])
    seen = np.maximum((~np.isnan(flat)).sum(axis=0), 1)
    mean = np.nansum(flat, axis=0) / seen
    sd = np.sqrt(np.nansum((flat - mean) ** 2, axis=0) / seen)
    # a standard deviation at rounding level of the mean is a constant column
    varies = sd > 1e-12 * np.maximum(np.abs(mean), 1e-300)
    return np.where(np.isnan(x), np.nan, np.where(varies, (oriented - mean) / np.where(varies, sd, 1.0), 0.0))


def _goalposts(x: Array, scope: Scope, base: int) -> tuple[Array, Array]:
    # fmin and fmax skip NaN in one pass; a column without any value keeps NaN, and is then flat
    if scope == "year":
        return np.fmin.reduce(x, axis=0), np.fmax.reduce(x, axis=0)
    rows = x[:, base, :] if scope == "base" else x.reshape(-1, x.shape[-1])
    return np.fmin.reduce(rows, axis=0), np.fmax.reduce(rows, axis=0)


def _distance(x: Array, target: Direction) -> Array:
    low, high = float(target[0]), float(target[1])
    return np.maximum(np.maximum(low - x, x - high), np.where(np.isnan(x), np.nan, 0.0))


def _target(x: Array, low: Array, high: Array, target: Direction) -> Array:
    worst = np.maximum(_distance(low, target), _distance(high, target))
    return 1.0 - _distance(x, target) / np.where(worst > 0, worst, 1.0)


def _check(x: Array, directions: Sequence[Direction], scope: Scope, winsor: float) -> None:
    problems = []
    if x.ndim not in (2, 3):
        problems.append(Problem(Text("指标数组须为 n×m 或 n×T×m", "indicators must be n×m or n×T×m")))
    elif len(directions) != x.shape[-1]:
        n = len(directions)
        problems.append(
            Problem(Text(f"方向有 {n} 个，指标有 {x.shape[-1]} 个", f"{n} directions for {x.shape[-1]} indicators"))
        )
    problems += [
        Problem(
            Text(f"不认识方向 {d!r}", f"unknown direction {d!r}"),
            Text("写 +、- 或 (下限，上限)", "write +, - or (low, high)"),
        )
        for d in directions
        if d not in ("+", "-") and (isinstance(d, str) or not float(d[0]) <= float(d[1]))
    ]
    if scope not in ("pooled", "year", "base"):
        problems.append(Problem(Text(f"不认识范围 {scope!r}", f"unknown scope {scope!r}")))
    elif scope != "pooled" and x.ndim != 3:
        problems.append(Problem(Text("按年或基年标准化需要 n×T×m", "scope year or base needs n×T×m")))
    if not 0 <= winsor < 0.5:
        problems.append(Problem(Text("缩尾比例须在 [0, 0.5) 内", "winsor must lie in [0, 0.5)")))
    if problems:
        raise InputError(problems)


def _notes(scope: Scope, fixed: bool) -> tuple[Text, ...]:
    if scope == "year" and not fixed:
        return (
            Text(
                "按年标准化：各年得分水平不可比，只能比较同年名次。",
                "Standardised by year: levels do not compare across years, only ranks within one year do.",
            ),
        )
    return ()
