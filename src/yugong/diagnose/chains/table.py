"""Input–output tables: checked once, with their Leontief and Ghosh inverses."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.errors import AlignmentError, InputError, Problem
from yugong.base.text import Text

Floats = NDArray[np.float64]
BALANCE = 1e-8  # the largest residual a balanced table may show, relative to its largest output
_MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True, eq=False)
class IOTable:
    """Domestic deliveries `z` (n, n) between sectors, final demand, output and what columns pay outside `z`.

    Rows sell, columns buy: x = z·1 + final, and x = zᵀ·1 + primary, where primary is value added and imports.
    """

    sectors: tuple[Hashable, ...]
    z: Floats
    final: Floats  # (n,)
    output: Floats  # (n,)
    primary: Floats  # (n,)

    @property
    def coefficients(self) -> Floats:
        """Input coefficients A = z / x_j (n, n); a sector without output buys nothing."""
        return np.divide(self.z, self.output, out=np.zeros_like(self.z), where=self.output > 0)

    @property
    def allocation(self) -> Floats:
        """Output coefficients B = z / x_i (n, n)."""
        x = self.output[:, None]
        return np.divide(self.z, x, out=np.zeros_like(self.z), where=x > 0)

    @property
    def leontief(self) -> Floats:
        """(I − A)⁻¹: output of row needed for one unit of final demand for column."""
        return np.asarray(np.linalg.inv(np.eye(len(self.z)) - self.coefficients), dtype=np.float64)

    @property
    def ghosh(self) -> Floats:
        """(I − B)⁻¹: output of column enabled by one unit of primary input of row."""
        return np.asarray(np.linalg.inv(np.eye(len(self.z)) - self.allocation), dtype=np.float64)

    @property
    def residual(self) -> float:
        """Largest |x − L·final|, relative to the largest output: the Leontief balance."""
        gap = self.output - self.leontief @ self.final
        return float(np.abs(gap).max() / self.output.max())


def io_table(intermediate: object, final: object, output: object = None) -> IOTable:
    """Check an input–output table: intermediate (n, n) domestic deliveries, final demand (n,) or (n, k), output (n,).

    Output defaults to the row sums. For a table with imports in it, give the domestic part only: what is bought from
    outside is then part of primary inputs. Final demand may be negative where stocks fall. Raises AlignmentError for
    sectors that differ, InputError for gaps, negative deliveries, a sector whose row does not add up to its output,
    one that buys without producing, or columns that cost more than they yield all together.
    """
    frame = intermediate if isinstance(intermediate, pd.DataFrame) else pd.DataFrame(np.asarray(intermediate, float))
    if tuple(frame.index) != tuple(frame.columns):
        raise AlignmentError(
            Text("行部门", "row sectors"),
            Text("列部门", "column sectors"),
            [s for s in frame.index if s not in frame.columns],
            [s for s in frame.columns if s not in frame.index],
        )
    sectors = tuple(frame.index)
    z = frame.to_numpy(np.float64)
    demand = aligned(final, sectors, Text("最终需求", "final demand"))
    demand = demand.sum(axis=1) if demand.ndim == 2 else demand
    rows = z.sum(axis=1) + demand
    x = rows if output is None else aligned(output, sectors, Text("总产出", "output"))
    if problems := _problems(z, demand, x, rows, sectors):
        raise InputError(problems)
    return IOTable(sectors, z, demand, x, x - z.sum(axis=0))


def aligned(values: object, sectors: tuple[Hashable, ...], name: Text) -> Floats:
    """Return numbers in the order of the sectors, aligned by label where there are labels."""
    if isinstance(values, (pd.Series, pd.DataFrame)):
        if set(values.index) != set(sectors):
            raise AlignmentError(
                Text("部门", "sectors"),
                name,
                [s for s in sectors if s not in values.index],
                [s for s in values.index if s not in sectors],
            )
        values = values.reindex(pd.Index(sectors))
    array = np.asarray(values, dtype=np.float64)
    if array.shape[:1] != (len(sectors),):
        what = Text(f"{name.zh}的形状是 {array.shape}", f"{name.en} has shape {array.shape}")
        raise InputError([Problem(what, Text(f"应有 {len(sectors)} 行", f"expected {len(sectors)} rows"))])
    return array


def _problems(z: Floats, demand: Floats, x: Floats, rows: Floats, sectors: tuple[Hashable, ...]) -> list[Problem]:
    gaps = ~np.isfinite(z).all(axis=1) | ~np.isfinite(demand) | ~np.isfinite(x)
    problems = [Problem(Text(f"{sectors[i]} 行有缺失", f"row {sectors[i]} has gaps")) for i in np.flatnonzero(gaps)]
    problems += [
        Problem(
            Text(
                f"{sectors[i]} 卖给 {sectors[j]} 的数为负：{z[i, j]:g}", f"{sectors[i]} to {sectors[j]} is {z[i, j]:g}"
            ),
            Text("中间流量不得为负", "deliveries must not be negative"),
        )
        for i, j in np.argwhere(z < 0)[:_MOST_PROBLEMS]
    ]
    if problems:
        return problems
    problems = [
        Problem(
            Text(
                f"{sectors[i]} 的中间使用与最终使用之和 {rows[i]:g} 不等于总产出 {x[i]:g}",
                f"deliveries and final demand of {sectors[i]} sum to {rows[i]:g}, output is {x[i]:g}",
            ),
            Text("核对进口列与误差项", "check the import column and the statistical discrepancy"),
        )
        for i in np.flatnonzero(np.abs(rows - x) > BALANCE * np.abs(x).max())[:_MOST_PROBLEMS]
    ]
    problems += [
        Problem(Text(f"{sectors[j]} 没有产出却有投入", f"{sectors[j]} buys inputs and produces nothing"))
        for j in np.flatnonzero((x <= 0) & (z.sum(axis=0) > 0))[:_MOST_PROBLEMS]
    ]
    if not problems:
        a = np.divide(z, x, out=np.zeros_like(z), where=x > 0)
        if np.abs(np.linalg.eigvals(a)).max() >= 1:
            problems.append(
                Problem(
                    Text(
                        "投入系数矩阵不可生产（谱半径 ≥ 1）",
                        "input coefficients are not productive (spectral radius ≥ 1)",
                    )
                )
            )
    return problems
