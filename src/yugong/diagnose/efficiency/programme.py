"""Persistent linear programmes on HiGHS: one model a technology, a few coefficients changed a unit."""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from yugong.base.text import Text
from yugong.diagnose.efficiency.data import Floats, Orientation, Returns, Units

TOLERANCE = 1e-10  # the tightest HiGHS allows
OPTIMAL = Text("最优", "optimal")
INFEASIBLE = Text("不可行：参考集中没有可比的组合", "infeasible: the reference set has no comparable combination")
UNBOUNDED = Text("无界", "unbounded")
FAILED = Text("求解器未收敛：检查量纲与极小值", "the solver did not converge: look for extreme magnitudes")
MISSING = Text("数据缺失，未参与计算", "data missing, left out")
_STATUS = {
    highspy.HighsModelStatus.kOptimal: OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: UNBOUNDED,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: INFEASIBLE,
}


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """One solved programme: its head variable, slacks (m + s + k) in scaled units and intensities (r)."""

    status: Text
    objective: float
    head: float
    slacks: Floats
    intensities: Floats


class Programme:
    """A model with a head column, a slack a row of data, and an intensity column a reference unit.

    Rows: m inputs, s outputs, k bad outputs, then `extra` rows that a subclass gives a meaning. Data are divided by
    `scale`, so results do not depend on units of measurement.
    """

    def __init__(self, shape: tuple[int, int, int], scale: Floats, returns: Returns, extra: int) -> None:
        self.m, self.s, self.k = shape
        self.size = sum(shape)
        self.scale, self.variable = scale, returns != "constant"
        self.least = 1.0 if returns == "variable" else -np.inf  # what intensities must at least sum to
        self.rows = self.size + extra + self.variable
        self.first = 1 + self.size  # the first intensity column
        self.count = 0
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("presolve", "off"),  # presolve would throw the basis away
            ("solver", "simplex"),
            ("threads", 1),
            ("primal_feasibility_tolerance", TOLERANCE),
            ("dual_feasibility_tolerance", TOLERANCE),
        ):
            self.solver.setOptionValue(option, value)
        self._intensity_rows = np.arange(self.size, dtype=np.int32)
        if self.variable:
            self._intensity_rows = np.append(self._intensity_rows, np.int32(self.rows - 1))

    def open(self, matrix: Floats, lower: Floats, upper: Floats, row_lower: Floats, row_upper: Floats) -> None:
        """Pass the head and slack columns; `matrix` (rows, 1 + size) keeps every entry that may change."""
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.first, self.rows
        model.col_cost_ = np.zeros(self.first)
        model.col_lower_, model.col_upper_ = lower, upper
        model.row_lower_, model.row_upper_ = row_lower, row_upper
        where = np.nonzero(matrix.T)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(where[0], minlength=self.first))])
        model.a_matrix_.index_ = where[1]
        model.a_matrix_.value_ = matrix.T[where]
        self.solver.passModel(model)

    def refer_to(self, reference: Units) -> None:
        """Add these units as intensity columns, in order."""
        data = reference.data / self.scale
        if self.variable:
            data = np.column_stack([data, np.ones(len(data))])
        n, width = data.shape
        self.solver.addCols(
            n,
            np.zeros(n),
            np.zeros(n),
            np.full(n, np.inf),
            n * width,
            np.arange(0, n * width, width, dtype=np.int32),
            np.tile(self._intensity_rows, n),
            data.ravel(),
        )
        self.count += n

    def bar(self, reference: int, barred: bool) -> None:
        """Take one reference unit out of the technology, or put it back."""
        self.solver.changeColBounds(self.first + reference, 0.0, 0.0 if barred else np.inf)

    def solve(self) -> Solution:
        """Solve from the last basis; from nothing when that fails numerically."""
        solver = self.solver
        solver.run()
        status = solver.getModelStatus()
        if status not in _STATUS:
            solver.clearSolver()
            solver.run()
            status = solver.getModelStatus()
        text = _STATUS.get(status, FAILED)
        if text is not OPTIMAL:
            nothing = np.full(self.size, np.nan)
            return Solution(text, np.nan, np.nan, nothing, np.full(self.count, np.nan))
        values = np.array(solver.getSolution().col_value)
        objective = solver.getInfo().objective_function_value
        return Solution(OPTIMAL, objective, values[0], values[1 : self.first], values[self.first :])


class Directional(Programme):
    """max β: Xλ ≤ x − βg_x, Yλ ≥ y + βg_y, Bλ ≤ b − βg_b (= when bad outputs are weakly disposable).

    Radial measures are its special cases: input g = (x, 0, 0) with θ = 1 − β, output g = (0, y, 0) with φ = 1 + β.
    """

    def __init__(self, shape: tuple[int, int, int], scale: Floats, returns: Returns, weak: bool = False) -> None:
        super().__init__(shape, scale, returns, extra=0)
        m, s, size = self.m, self.s, self.size
        self.sign = np.concatenate([np.ones(m), -np.ones(s), np.ones(self.k)])
        matrix = np.zeros((self.rows, self.first))
        matrix[:size, 0] = 1.0
        matrix[:size, 1:] = np.diag(self.sign)
        self.upper = np.full(self.first, np.inf)
        if weak:
            self.upper[1 + m + s :] = 0.0
        lower = np.zeros(self.first)
        lower[0] = -np.inf
        row_lower, row_upper = np.zeros(self.rows), np.zeros(self.rows)
        row_lower[size:], row_upper[size:] = self.least, 1.0
        self.open(matrix, lower, self.upper, row_lower, row_upper)

    def evaluate(self, unit: Floats, direction: Floats, slacks: bool) -> Solution:
        """Return β as `head`; with `slacks`, the largest sum of remaining slacks at that β (second phase)."""
        point, step = unit / self.scale, direction / self.scale * self.sign
        solver = self.solver
        for row in range(self.size):
            solver.changeCoeff(row, 0, step[row])
            solver.changeRowBounds(row, point[row], point[row])
        solver.changeColCost(0, -1.0)
        first = self.solve()
        if not slacks or first.status is not OPTIMAL:
            return first
        self._second_phase(first.head, first.head, 1.0)
        second = self.solve()
        self._second_phase(-np.inf, np.inf, 0.0)
        if second.status is not OPTIMAL:
            return first
        return Solution(OPTIMAL, first.objective, first.head, second.slacks, second.intensities)

    def _second_phase(self, low: float, high: float, weight: float) -> None:
        self.solver.changeColBounds(0, low, high)
        self.solver.changeColCost(0, 0.0)
        for column in range(1, self.first):
            self.solver.changeColCost(column, -weight)


class Slacks(Programme):
    """The slacks-based measure of a unit in the technology, linear in t, Λ = tλ and S = ts (Tone 2001).

    `above` reverses the slacks: the distance of a unit outside the technology to it (super-efficiency, Tone 2002).
    """

    def __init__(
        self, shape: tuple[int, int, int], scale: Floats, returns: Returns, orientation: Orientation, above: bool
    ) -> None:
        super().__init__(shape, scale, returns, extra=1)
        m, s, size = self.m, self.s, self.size
        self.norm = size
        self.turn = -1.0 if above else 1.0
        self.weigh_inputs, self.weigh_outputs = orientation != "output", orientation != "input"
        output = np.zeros(size, dtype=bool)
        output[m : m + s] = True
        sign = np.where(output, -1.0, 1.0) * self.turn
        matrix = np.zeros((self.rows, self.first))
        matrix[: size + 1, 0] = 1.0
        matrix[:size, 1:] = np.diag(sign)
        if self.weigh_outputs:
            matrix[self.norm, 1 + m :] = 1.0
        if self.variable:
            matrix[-1, 0] = -1.0
        upper = np.full(self.first, np.inf)
        row_lower, row_upper = np.zeros(self.rows), np.zeros(self.rows)
        row_lower[self.norm] = row_upper[self.norm] = 1.0
        if self.variable and self.least < 0:
            row_lower[-1] = -np.inf
        if above:
            row_lower[:size] = np.where(output, 0.0, -np.inf)
            row_upper[:size] = np.where(output, np.inf, 0.0)
            if not self.weigh_inputs:
                upper[1 : 1 + m] = 0.0
            if not self.weigh_outputs:
                upper[1 + m :] = 0.0
        self.open(matrix, np.zeros(self.first), upper, row_lower, row_upper)
        self.solver.changeColCost(0, 1.0)

    def evaluate(self, unit: Floats) -> Solution:
        """Return the score as `objective`; slacks and intensities are divided by t again."""
        point = unit / self.scale
        solver, m = self.solver, self.m
        for row in range(self.size):
            solver.changeCoeff(row, 0, -point[row])
        if self.weigh_inputs:
            for j in range(m):
                solver.changeColCost(1 + j, -self.turn / (m * point[j]))
        if self.weigh_outputs:
            share = self.turn / (self.s + self.k)
            for j in range(m, self.size):
                solver.changeCoeff(self.norm, 1 + j, share / point[j])
        found = self.solve()
        if found.status is not OPTIMAL:
            return found
        t = found.head
        return Solution(found.status, found.objective, t, found.slacks / t, found.intensities / t)
