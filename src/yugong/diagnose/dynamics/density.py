"""Kernel densities over time and stochastic kernels, with the bandwidth of each programme by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.dynamics import sources
from yugong.diagnose.dynamics.classes import Floats, panel, year_pairs
from yugong.diagnose.dynamics.sheather import sheather_jones

Bandwidth = Literal["stata", "r", "scott", "silverman", "matlab", "sj"]
Kernel = Literal["gaussian", "epanechnikov"]
KERNELS: dict[str, Callable[[Floats], Floats]] = {
    "gaussian": lambda u: np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi),
    # unit variance, so that both kernels share a bandwidth: Stata's `epanechnikov`
    "epanechnikov": lambda u: np.where(u**2 < 5, 0.75 * (1 - u**2 / 5) / np.sqrt(5), 0.0),
}


@dataclass(frozen=True, slots=True, eq=False)
class Density:
    """Densities (T, points) of T years on one grid (points,); `bandwidth` and `peaks` (number of modes) are (T,)."""

    years: tuple[Any, ...]
    grid: Floats
    density: Floats
    bandwidth: Floats
    peaks: Floats
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a year and grid point: year, value, density."""
        t, points = self.density.shape
        return pd.DataFrame(
            {
                "year": np.repeat(np.array(self.years, dtype=object), points),
                "value": np.tile(self.grid, t),
                "density": self.density.ravel(),
            }
        )


@dataclass(frozen=True, slots=True, eq=False)
class StochasticKernel:
    """Conditional densities f(y|x) (points, points): row i is the density over `grid_to` given x = grid_from[i].

    `ergodic` (points,) is the density that the kernel maps to itself, NaN when the two grids differ.
    """

    grid_from: Floats
    grid_to: Floats
    density: Floats
    ergodic: Floats
    bandwidth: tuple[float, float]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a pair of grid points: value, next_value, density."""
        a, b = self.density.shape
        return pd.DataFrame(
            {
                "value": np.repeat(self.grid_from, b),
                "next_value": np.tile(self.grid_to, a),
                "density": self.density.ravel(),
            }
        )


def bandwidth(values: Any, convention: Bandwidth = "stata") -> float:
    """Return the rule-of-thumb bandwidth of values (n,), missing ones left out.

    `stata`: 0.9 min(s, IQR/1.349) n^−1/5; `r` (bw.nrd0): IQR/1.34; `scott`: s n^−1/5 and `silverman`:
    s (3n/4)^−1/5, as SciPy names them; `matlab` (ksdensity): MAD/0.6745 (4/3n)^1/5; `sj`: Sheather and Jones's
    plug-in, which suits several peaks better than the rules of thumb. s has divisor n − 1.
    """
    x = np.asarray(values, dtype=float)
    x = x[np.isfinite(x)]
    n = len(x)
    s = float(x.std(ddof=1)) if n > 1 else 0.0
    if s == 0:
        raise InputError([Problem(Text("至少要有两个不同的值", "at least two different values are needed"))])
    if convention in ("stata", "r"):
        spread = float(np.subtract(*np.percentile(x, [75, 25]))) / (1.349 if convention == "stata" else 1.34)
        return float(0.9 * (min(s, spread) or s) * n**-0.2)
    if convention == "scott":
        return float(s * n**-0.2)
    if convention == "silverman":
        return float(s * (n * 3 / 4) ** -0.2)
    if convention == "sj":
        return sheather_jones(x)
    sigma = float(np.median(np.abs(x - np.median(x)))) / 0.6745
    return float((sigma or s) * (4 / (3 * n)) ** 0.2)


def density(
    values: Any,
    convention: Bandwidth | float = "stata",
    kernel: Kernel = "gaussian",
    grid: Any = None,
    points: int = 201,
    bounds: tuple[float | None, float | None] = (None, None),
    common: bool = False,
) -> Density:
    """Return kernel densities of values (n, T), each year with its own bandwidth, or one for all with `common`.

    `convention` names the bandwidth rule or gives h. `bounds` reflects mass at the ends of the support, such as
    (0, 1) for an index. Missing values are left out year by year. The grid spans all years by 3 bandwidths.
    """
    data = panel(np.asarray(values, dtype=float)[:, None] if np.ndim(values) == 1 else values)
    columns = [x[np.isfinite(x)] for x in data.values.T]
    pooled = np.concatenate(columns)
    if isinstance(convention, str):
        width = np.array([bandwidth(pooled if common else x, convention) for x in columns])
    else:
        width = np.full(len(columns), float(convention))
    low, high = bounds
    if (low is not None and pooled.min() < low) or (high is not None and pooled.max() > high):
        raise InputError([Problem(Text("有值超出给定边界", "some values lie outside the bounds"))])
    if grid is None:
        reach = 3 * width.max()
        start = pooled.min() - reach if low is None else low
        end = pooled.max() + reach if high is None else high
        at = np.linspace(start, end, points)
    else:
        at = np.asarray(grid, dtype=float)
    rows = np.stack([_estimate(x, at, h, kernel, low, high) for x, h in zip(columns, width, strict=True)])
    slope = np.sign(np.diff(rows, axis=1))
    peaks = ((slope[:, :-1] > 0) & (slope[:, 1:] <= 0)).sum(axis=1).astype(float)
    rule = convention if isinstance(convention, str) else "given"
    return Density(data.years, at, rows, width, peaks, _card("density", kernel, rule, bounds))


def stochastic_kernel(
    values: Any,
    to: Any = None,
    lag: int = 1,
    convention: Bandwidth = "stata",
    points: int = 101,
    grid: Any = None,
) -> StochasticKernel:
    """Return the kernel f(y_{t+lag} | y_t) of values (n, T), or f(to | values) for two arrays of one shape.

    A product Gaussian kernel with one bandwidth an axis, divided by the marginal (Quah 1997): every row integrates
    to 1. Pass neighbours' relative values as `to` for the spatially conditioned kernel. Pairs with a gap are left out.
    """
    data = panel(values)
    if to is None:
        pairs = year_pairs(data.years, lag)
        x = np.concatenate([data.values[:, s] for s, _ in pairs])
        y = np.concatenate([data.values[:, t] for _, t in pairs])
    else:
        x, y = data.values.ravel(), panel(to).values.ravel()
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    hx, hy = bandwidth(x, convention), bandwidth(y, convention)
    if grid is not None:
        from_, to_ = np.asarray(grid, dtype=float), np.asarray(grid, dtype=float)
    elif to is None:
        low, high = min(x.min(), y.min()) - 3 * hy, max(x.max(), y.max()) + 3 * hy
        from_ = to_ = np.linspace(low, high, points)
    else:
        from_ = np.linspace(x.min(), x.max(), points)
        to_ = np.linspace(y.min() - 3 * hy, y.max() + 3 * hy, points)
    # far from the data every kernel underflows: subtract the nearest point's exponent, which cancels in the ratio
    exponent = -(((from_[:, None] - x) / hx) ** 2) / 2
    share = np.exp(exponent - exponent.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    conditional = share @ (KERNELS["gaussian"]((y[:, None] - to_) / hy) / hy)
    ergodic = _ergodic(conditional, to_) if np.array_equal(from_, to_) else np.full(len(to_), np.nan)
    card = _card("stochastic_kernel", "gaussian", convention, (None, None))
    return StochasticKernel(from_, to_, conditional, ergodic, (hx, hy), card)


def _estimate(x: Floats, at: Floats, h: float, kernel: str, low: float | None, high: float | None) -> Floats:
    shape = KERNELS[kernel]
    total = shape((at[:, None] - x) / h).sum(axis=1)
    for edge in (low, high):
        if edge is not None:
            total = total + shape((at[:, None] - (2 * edge - x)) / h).sum(axis=1)
    out = total / (len(x) * h)
    outside = (at < (-np.inf if low is None else low)) | (at > (np.inf if high is None else high))
    return np.asarray(np.where(outside, 0.0, out))


def _ergodic(conditional: Floats, grid: Floats) -> Floats:
    step = grid[1] - grid[0]
    p = conditional * step
    p = p / p.sum(axis=1, keepdims=True)  # mass lost off the grid
    n = len(grid)
    system = np.vstack([(p.T - np.eye(n))[:-1], np.ones(n)])
    return np.asarray(np.linalg.solve(system, np.r_[np.zeros(n - 1), 1.0]) / step)


def _card(id: str, kernel: str, rule: str, bounds: tuple[float | None, float | None]) -> MethodCard:
    one = id == "density"
    return MethodCard(
        id,
        Text("核密度", "Kernel density") if one else Text("随机核", "Stochastic kernel"),
        r"\hat f(x)=\frac{1}{nh}\sum_i K\!\left(\frac{x-x_i}{h}\right)"
        if one
        else r"\hat f(y|x)=\frac{\sum_i K_{h_x}(x-x_i)K_{h_y}(y-y_i)}{\sum_i K_{h_x}(x-x_i)}",
        Text(f"核：{kernel}；带宽规则：{rule}", f"kernel: {kernel}; bandwidth rule: {rule}"),
        None,
        (sources.SILVERMAN, sources.SCOTT, *((sources.SHEATHER,) if rule == "sj" else ()))
        if one
        else (sources.QUAH_TWIN, sources.SILVERMAN),
        {"kernel": kernel, "bandwidth": rule, "bounds": str(bounds)},
    )
