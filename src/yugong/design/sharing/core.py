"""The core, the least core and the nucleolus: what no coalition can better, by linear programmes on HiGHS."""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.design.synergy.lattice import Numbers, subsets

TOLERANCE = 1e-10  # of HiGHS; worths are scaled to the order of one
SLACK = 1e-9  # an excess or a multiplier below this is none
CUTS = 24  # coalitions added at a time


@dataclass(frozen=True, slots=True, eq=False)
class CoreTest:
    """Whether an allocation is in the core; `excess` (2ⁿ,) is v(S) − x(S), `blocking` the coalitions that object."""

    inside: bool
    worst: float
    excess: Numbers
    blocking: tuple[int, ...]  # as bits, most aggrieved first


@dataclass(frozen=True, slots=True, eq=False)
class LeastCore:
    """The smallest ε with x(S) ≥ v(S) − ε for all coalitions, and one such allocation (n,)."""

    epsilon: float
    allocation: Numbers

    @property
    def core_exists(self) -> bool:
        """Whether the core is not empty: ε ≤ 0."""
        return self.epsilon <= SLACK * max(1.0, float(np.abs(self.allocation).max()))


def core_test(worth: npt.ArrayLike, allocation: npt.ArrayLike) -> CoreTest:
    """Test x (n,) against v (2ⁿ,): in the core when x(N) = v(N) and no coalition could do better alone."""
    v, x = np.asarray(worth, dtype=np.float64), np.asarray(allocation, dtype=np.float64)
    excess = v - subsets(len(x)) @ x
    scale = max(1.0, float(np.abs(v).max()))
    proper = excess[1:-1] if len(x) > 1 else np.zeros(1)
    worst = float(proper.max())
    order = 1 + np.argsort(-proper, kind="stable")
    blocking = tuple(int(s) for s in order if excess[s] > SLACK * scale) if len(x) > 1 else ()
    whole = abs(excess[-1]) <= SLACK * scale
    return CoreTest(bool(whole and not blocking), worst, excess, blocking)


def least_core(worth: npt.ArrayLike) -> LeastCore:
    """Return the least core of v (2ⁿ,): Maschler, Peleg and Shapley (1979)."""
    v = np.asarray(worth, dtype=np.float64)
    if len(v) == 2:
        return LeastCore(0.0, v[-1:].copy())  # one player has nobody to object
    x, epsilon = _Levels(v).solve()
    return LeastCore(epsilon, x)


def nucleolus(worth: npt.ArrayLike) -> Numbers:
    """Return the nucleolus (n,) of v (2ⁿ,): the largest complaint made smallest, then the next, and so on.

    Schmeidler (1969), by at most n − 1 linear programmes: the coalitions with a positive multiplier keep their excess
    in every optimum and are settled; coalitions whose worth then follows are left out. Over imputations where there
    are any, over all efficient allocations otherwise.
    """
    v = np.asarray(worth, dtype=np.float64)
    n = len(v).bit_length() - 1
    if n == 1:
        return v[-1:].copy()
    problem = _Levels(v)
    while True:
        x, _ = problem.solve()
        if problem.settle(x):
            return x


class _Levels:
    """max t with x(S) − v(S) ≥ t for coalitions not yet settled; only those that bind are in the programme."""

    def __init__(self, worth: Numbers) -> None:
        self.n = len(worth).bit_length() - 1
        self.scale = max(float(np.abs(worth).max()), np.finfo(float).tiny)
        self.v = worth / self.scale
        self.inside = subsets(self.n).astype(np.float64)
        self.free = np.ones(2**self.n, dtype=bool)
        self.free[[0, -1]] = False
        self.rows: list[int] = []  # coalition of each row after the first
        self.basis = np.full((self.n, 1), 1 / np.sqrt(self.n))  # of the settled coalitions
        alone = self.v[2 ** np.arange(self.n)]
        lower = alone if alone.sum() <= self.v[-1] + SLACK else np.full(self.n, -np.inf)
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False), ("solver", "simplex"), ("threads", 1),
            ("primal_feasibility_tolerance", TOLERANCE), ("dual_feasibility_tolerance", TOLERANCE),
        ):  # fmt: skip
            self.solver.setOptionValue(option, value)
        for i in range(self.n):
            self.solver.addCol(0.0, float(lower[i]), np.inf, 0, np.empty(0, np.int32), np.empty(0))
        self.solver.addCol(-1.0, -np.inf, np.inf, 0, np.empty(0, np.int32), np.empty(0))
        everyone = np.arange(self.n, dtype=np.int32)
        self.solver.addRow(float(self.v[-1]), float(self.v[-1]), self.n, everyone, np.ones(self.n))
        self._add(2 ** np.arange(self.n))
        self._add(2**self.n - 1 - 2 ** np.arange(self.n))

    def solve(self) -> tuple[Numbers, float]:
        """Return an optimum, and the largest excess of the coalitions not settled, in the game's own unit."""
        while True:
            self.solver.run()
            if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                what = Text("线性规划没有解出", "the linear programme was not solved")
                do = Text("检查联盟值的量级是否悬殊", "look for worths of extreme magnitudes")
                raise InputError([Problem(what, do)])
            values = np.array(self.solver.getSolution().col_value)
            x, t = values[:-1], values[-1]
            short = np.where(self.free, self.v + t - self.inside @ x, -np.inf)
            short[self.rows] = -np.inf
            worst = np.argsort(-short)[:CUTS]
            worst = worst[short[worst] > SLACK]
            if not len(worst):
                return x * self.scale, -float(t) * self.scale
            self._add(worst)

    def settle(self, x: Numbers) -> bool:
        """Fix the coalitions whose excess is the same in every optimum; say whether the allocation is settled."""
        duals = np.abs(np.array(self.solver.getSolution().row_dual))[1:]
        tight = [k for k in np.flatnonzero(duals > SLACK) if self.free[self.rows[k]]]
        for k in tight:
            s = self.rows[k]
            value = float(self.inside[s] @ x) / self.scale
            self.solver.changeCoeff(k + 1, self.n, 0.0)
            self.solver.changeRowBounds(k + 1, value, value)
        span = np.column_stack([self.basis, *(self.inside[self.rows[k]] for k in tight)])
        u, size, _ = np.linalg.svd(span, full_matrices=False)
        self.basis = u[:, size > SLACK * size[0]]
        beyond = self.inside - (self.inside @ self.basis) @ self.basis.T
        follows = np.abs(beyond).max(axis=1) < 1e-7  # members' vectors are 0 or 1: a true remainder is far larger
        for row, coalition in enumerate(self.rows, 1):
            if follows[coalition] and self.free[coalition] and row - 1 not in tight:
                self.solver.changeRowBounds(row, -np.inf, np.inf)
        self.free &= ~follows
        return self.basis.shape[1] == self.n or not self.free.any()

    def _add(self, coalitions: npt.NDArray[Any]) -> None:
        for s in coalitions:
            if not self.free[s] or int(s) in self.rows:
                continue
            members = np.append(np.flatnonzero(self.inside[s]), self.n).astype(np.int32)
            weights = np.append(np.ones(len(members) - 1), -1.0)
            self.solver.addRow(float(self.v[s]), np.inf, len(members), members, weights)
            self.rows.append(int(s))
