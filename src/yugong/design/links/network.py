"""A transport network of several modes, its least-cost paths, and the access to markets that they give."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import dijkstra

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Network:
    """L two-way links between N nodes: ends by index, mode, hours and money; further links may join the same ends.

    `hours` and `money` are per unit carried; the generalised cost of a link is money + value of time × hours.
    """

    nodes: tuple[str, ...]
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    hours: npt.NDArray[Any]
    money: npt.NDArray[Any]
    mode: tuple[str, ...]

    def __post_init__(self) -> None:
        problems = []
        for k, (i, j) in enumerate(zip(self.start, self.end, strict=True)):
            name = f"{self.nodes[i]}–{self.nodes[j]}"
            if i == j:
                problems.append(
                    Problem(Text(f"线路首尾相同：{name}", f"a link joins one place with itself: {name}"), row=k + 1)
                )
            cost = self.money[k], self.hours[k]
            if not (np.isfinite(cost).all() and min(cost) >= 0 and max(cost) > 0):
                what = Text(f"{name} 的时间或费用不是正数", f"{name}: time and cost must be positive")
                problems.append(Problem(what, row=k + 1))
        if problems:
            raise InputError(problems)

    def cost(self, value_of_time: float = 0.0) -> Numbers:
        """Return the generalised cost of each link, (L,)."""
        return self.money + value_of_time * self.hours


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Least-cost paths: `cost` (N, N), inf where unjoined; `uses` (L, N, N): whether the path i→j runs over a link."""

    cost: Numbers
    uses: npt.NDArray[np.bool_]

    def share(self, link_cost: Numbers) -> Numbers:
        """Return each link's share in the cost of each path, (L, N, N): the elasticity of path to link cost."""
        with np.errstate(divide="ignore", invalid="ignore"):
            part = link_cost[:, None, None] / self.cost
        return np.where(self.uses, part, 0.0)


def least_cost(network: Network, value_of_time: float = 0.0) -> Paths:
    """Return the least generalised costs between all nodes and the links that the paths take (Dijkstra 1959).

    Of several links between two places the cheapest carries; ties go to the link listed first.
    """
    n, cost = len(network.nodes), network.cost(value_of_time)
    direct = np.full((n, n), np.inf)
    best = np.full((n, n), -1)
    for k in np.argsort(-cost, kind="stable")[::-1] if len(cost) else ():
        i, j = network.start[k], network.end[k]
        if cost[k] < direct[i, j]:
            direct[i, j] = direct[j, i] = cost[k]
            best[i, j] = best[j, i] = k
    graph = np.where(np.isfinite(direct), direct, 0.0)
    found, before = dijkstra(graph, directed=False, return_predecessors=True)
    return Paths(np.asarray(found), _uses(np.asarray(before), best, len(cost)))


def _uses(before: Any, best: Any, links: int) -> npt.NDArray[np.bool_]:
    """Walk all paths back one step at a time, all pairs together."""
    n = len(before)
    uses = np.zeros((links, n, n), dtype=bool)
    origin, goal = np.divmod(np.arange(n * n), n)
    at = goal.copy()
    live = np.ones(n * n, dtype=bool)
    while True:
        step = before[origin, at]
        live &= step >= 0
        if not live.any():
            return uses
        uses[best[step[live], at[live]], origin[live], goal[live]] = True
        at = np.where(live, step, at)


def market_access(mass: npt.ArrayLike, cost: npt.ArrayLike, elasticity: float = 1.0) -> Numbers:
    """Return Σ_j mass_j cost_ij^(−elasticity) over the other places, (N,).

    `cost` (N, N) positive off the diagonal; unjoined pairs (inf) add nothing. Harris (1954) with elasticity 1;
    Donaldson and Hornbeck (2016), eq. 8, with the trade elasticity.
    """
    m, c = np.asarray(mass, np.float64), np.array(cost, np.float64)
    np.fill_diagonal(c, np.inf)
    return np.asarray((c**-elasticity) @ m, dtype=np.float64)
