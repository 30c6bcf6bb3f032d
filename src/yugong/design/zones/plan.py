"""Zoning as an exact mixed-integer programme: one class a unit, floors and caps, boundaries, contiguity, stability."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

from yugong.base.text import Text

Numbers = npt.NDArray[np.float64]
Status = Literal["optimal", "feasible", "infeasible", "time"]
WHOLE = 1e-6  # a binary variable this near to one is one


@dataclass(frozen=True, slots=True)
class Demand:
    """Σ_i weight_i [unit i in class] between `low` and `high`, e.g. a floor of ecological area; None: no bound."""

    id: str
    title: Text
    zone: int
    weight: Numbers  # (N,)
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be zoned: scores (N, K), higher is better suited; `barred` (N, K) says where a class may not be.

    `edges` (E, 2) and `length` (E,): neighbours and their common boundary, each costing `boundary` where the classes
    differ. `last` (N,) is the plan in force (-1: none), a change costs `change` × area. `connected` lists classes
    whose units must hang together. `area` (N,) weights scores and changes.
    """

    score: Numbers
    area: Numbers
    edges: npt.NDArray[np.int64]
    length: Numbers
    boundary: float = 0.0
    barred: npt.NDArray[np.bool_] | None = None
    last: npt.NDArray[np.int64] | None = None
    change: float = 0.0
    demands: tuple[Demand, ...] = ()
    connected: tuple[int, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Units and classes."""
        return self.score.shape[0], self.score.shape[1]

    @property
    def requirements(self) -> tuple[str, ...]:
        """What a plan has to meet: the ids of demands, "barred" where a class is, "connected_k" of those classes."""
        bars = ("barred",) if self.barred is not None and self.barred.any() else ()
        return (*(d.id for d in self.demands), *bars, *(f"connected_{k}" for k in self.connected))

    def under(self, requirements: Sequence[str]) -> "Problem":
        """Return the problem with these requirements only."""
        return replace(
            self,
            demands=tuple(d for d in self.demands if d.id in requirements),
            barred=self.barred if "barred" in requirements else None,
            connected=tuple(k for k in self.connected if f"connected_{k}" in requirements),
        )

    def worth(self) -> Numbers:
        """Return what each unit is worth in each class, (N, K): area × score, less the cost of changing class."""
        value = self.area[:, None] * self.score
        if self.last is not None:
            kept = np.arange(self.score.shape[1])[None] == self.last[:, None]
            value = value - self.change * self.area[:, None] * (~kept & (self.last >= 0)[:, None])
        return np.asarray(value)

    def value(self, zone: npt.NDArray[np.int64]) -> float:
        """Return the objective of a plan: worth less boundaries."""
        cut = zone[self.edges[:, 0]] != zone[self.edges[:, 1]] if len(self.edges) else np.zeros(0, bool)
        return float(self.worth()[np.arange(len(zone)), zone].sum() - self.boundary * self.length[cut].sum())

    def broken(self, zone: npt.NDArray[np.int64], slack: float = 1e-9) -> list[str]:
        """Return the ids of demands, bars and connections that a plan breaks."""
        found = []
        for d in self.demands:
            got = float(d.weight[zone == d.zone].sum())
            scale = slack * max(1.0, abs(got))
            if (d.low is not None and got < d.low - scale) or (d.high is not None and got > d.high + scale):
                found.append(d.id)
        if self.barred is not None and self.barred[np.arange(len(zone)), zone].any():
            found.append("barred")
        found += [f"connected_{k}" for k in self.connected if pieces(zone == k, self.edges) > 1]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A class for every unit, its value, the best bound proved and the gap between them."""

    zone: npt.NDArray[np.int64]
    value: float
    bound: float
    status: Status
    text: Text

    @property
    def gap(self) -> float:
        """Relative distance to the bound."""
        return max(0.0, (self.bound - self.value) / max(abs(self.bound), 1e-12))


def pieces(inside: npt.NDArray[np.bool_], edges: npt.NDArray[np.int64]) -> int:
    """Return into how many connected pieces a set of units falls."""
    from scipy.sparse.csgraph import connected_components

    if not inside.any():
        return 0
    both = inside[edges].all(1) if len(edges) else np.zeros(0, bool)
    n = len(inside)
    graph = coo_matrix((np.ones(int(both.sum())), edges[both].T), (n, n)) if both.any() else coo_matrix((n, n))
    labels = connected_components(graph, directed=False)[1]
    return len(np.unique(labels[inside]))


def solve(problem: Problem, seconds: float = 60.0, gap: float = 0.0, relaxed: bool = False) -> Plan:
    """Return the best plan by HiGHS (branch and cut), proved to `gap`; `relaxed` drops integrality, for a bound only.

    Status "infeasible" has an empty plan (`minimal_conflict` says why); "time" carries the best plan found. Contiguity
    uses a single-commodity flow from one root a class (Shirabe 2005). Boundaries: Potts model, exact linearisation.
    """
    model = _Model(problem)
    found = milp(
        model.cost,
        constraints=model.constraints(),
        bounds=Bounds(model.low, model.high),
        integrality=np.zeros(model.size, np.int64) if relaxed else model.integrality,
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )
    if found.x is None:
        infeasible = found.status == 2
        text = (
            Text("没有方案满足全部要求", "no plan meets all requirements")
            if infeasible
            else Text(f"{seconds:g} 秒内没有找到方案", f"no plan found within {seconds:g} seconds")
        )
        return Plan(np.zeros(0, np.int64), float("-inf"), float("nan"), "infeasible" if infeasible else "time", text)
    n, k = problem.shape
    zone = np.asarray(found.x[: n * k].reshape(n, k).argmax(1), dtype=np.int64)
    bound = -float(found.fun) if relaxed or found.mip_dual_bound is None else -float(found.mip_dual_bound)
    if relaxed:
        return Plan(
            zone, problem.value(zone), bound, "feasible", Text("松弛解，只作上界", "a relaxation, for its bound only")
        )
    done = found.status == 0
    text = (
        Text("已证明最优", "proved optimal")
        if done and gap == 0
        else Text("时限或差距内的最好方案", "best within the time or gap allowed")
    )
    return Plan(zone, problem.value(zone), bound, "optimal" if done else "time", text)


class _Model:
    """The programme's variables (classes, then cut edges, then flows and roots) and constraints, built once."""

    def __init__(self, p: Problem) -> None:
        n, k = p.shape
        self.p, self.n, self.k = p, n, k
        cuts = len(p.edges) * k if p.boundary > 0 else 0
        arcs = 2 * len(p.edges)
        self.cut, self.flow = n * k, n * k + cuts
        self.root = self.flow + arcs * len(p.connected)
        self.size = self.root + 2 * n * len(p.connected)  # roots, then what each root sends out
        self.rows: list[Any] = []
        self.columns: list[Any] = []
        self.entries: list[Any] = []
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.cost = np.zeros(self.size)
        self.cost[: n * k] = -p.worth().ravel()
        if cuts:
            self.cost[self.cut : self.flow] = np.repeat(p.boundary * p.length / 2, k)
        self.low, self.high = np.zeros(self.size), np.ones(self.size)
        self.high[self.flow : self.root] = n
        self.high[self.root + n * len(p.connected) :] = n
        if p.barred is not None:
            self.high[: n * k][p.barred.ravel()] = 0
        self.integrality = np.zeros(self.size, np.int64)
        self.integrality[: n * k] = 1
        self.integrality[self.root : self.root + n * len(p.connected)] = 1
        self._one_class()
        self._demands()
        self._boundaries()
        for at, zone in enumerate(p.connected):
            self._contiguous(at, zone)

    def row(self, columns: Sequence[int] | Any, entries: Any, low: float, high: float) -> None:
        """Add one constraint."""
        self.rows.append(np.full(len(columns), len(self.lower)))
        self.columns.append(np.asarray(columns))
        self.entries.append(np.broadcast_to(np.asarray(entries, float), len(columns)))
        self.lower.append(low)
        self.upper.append(high)

    def constraints(self) -> LinearConstraint:
        """Return all constraints as one sparse block."""
        matrix = coo_matrix(
            (np.concatenate(self.entries), (np.concatenate(self.rows), np.concatenate(self.columns))),
            (len(self.lower), self.size),
        )
        return LinearConstraint(matrix.tocsr(), self.lower, self.upper)

    def _one_class(self) -> None:
        for i in range(self.n):
            self.row(range(i * self.k, (i + 1) * self.k), 1.0, 1.0, 1.0)

    def _demands(self) -> None:
        for d in self.p.demands:
            low = -np.inf if d.low is None else d.low
            high = np.inf if d.high is None else d.high
            self.row(np.arange(self.n) * self.k + d.zone, d.weight, low, high)

    def _boundaries(self) -> None:
        if self.p.boundary <= 0:
            return
        for e, (i, j) in enumerate(self.p.edges):
            for c in range(self.k):  # z ≥ |x_ic − x_jc|
                z = self.cut + e * self.k + c
                self.row((z, i * self.k + c, j * self.k + c), (1, -1, 1), 0, np.inf)
                self.row((z, i * self.k + c, j * self.k + c), (1, 1, -1), 0, np.inf)

    def _contiguous(self, at: int, zone: int) -> None:
        """One root sends a unit of flow to every member; flow passes members only."""
        n, edges = self.n, self.p.edges
        flow = self.flow + at * 2 * len(edges)
        root, source = self.root + at * n, self.root + n * len(self.p.connected) + at * n
        member = np.arange(n) * self.k + zone
        arcs = np.concatenate([edges, edges[:, ::-1]])
        self.row(range(root, root + n), 1.0, 0, 1)  # at most one root
        for i in range(n):
            into, out = flow + np.flatnonzero(arcs[:, 1] == i), flow + np.flatnonzero(arcs[:, 0] == i)
            columns = [*into, *out, source + i, member[i]]
            self.row(columns, [*[1] * len(into), *[-1] * len(out), 1, -1], 0, 0)
            self.row((source + i, root + i), (1, -n), -np.inf, 0)
            self.row((root + i, member[i]), (1, -1), -np.inf, 0)
            if len(into):
                self.row([*into, member[i]], [*[1] * len(into), -n], -np.inf, 0)
