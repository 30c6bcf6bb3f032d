"""A fast plan for thousands of units: greedy start, repaired to the demands, improved unit by unit; with its gap."""

from typing import Any

import numpy as np
import numpy.typing as npt

from yugong.base.text import Text
from yugong.design.zones.plan import Plan, Problem, solve

ROUNDS = 60


def improve(problem: Problem, seconds: float = 30.0) -> Plan:
    """Return a good plan and its gap to a proved upper bound; contiguity is not handled here.

    Local search over single changes of class that raise the value and keep every demand. The bound is that of the
    linear relaxation (HiGHS), or, when that takes longer than `seconds`, the sum of the best worths.
    """
    if problem.connected:
        raise ValueError("improve() does not keep classes connected; use solve()")
    worth = np.where(problem.barred, -np.inf, problem.worth()) if problem.barred is not None else problem.worth()
    zone = np.asarray(worth.argmax(1), np.int64)
    zone = _repaired(problem, worth, zone)
    near = _neighbours(problem)
    for _ in range(ROUNDS):
        if not _pass(problem, worth, zone, near):
            break
    relaxed = solve(problem, seconds, relaxed=True)
    bound = relaxed.bound if np.isfinite(relaxed.bound) else float(worth.max(1).sum())
    broken = problem.broken(zone)
    text = Text("局部搜索的方案，差距对照上界", "a plan by local search; its gap is to the bound")
    if broken:
        text = Text(f"未能满足：{'、'.join(broken)}", f"not met: {', '.join(broken)}")
    return Plan(zone, problem.value(zone), bound, "infeasible" if broken else "feasible", text)


def _neighbours(problem: Problem) -> tuple[list[npt.NDArray[np.int64]], list[npt.NDArray[np.float64]]]:
    n = problem.shape[0]
    ends = np.concatenate([problem.edges, problem.edges[:, ::-1]]) if len(problem.edges) else np.zeros((0, 2), int)
    length = np.concatenate([problem.length, problem.length])
    order = np.argsort(ends[:, 0], kind="stable")
    cuts = np.searchsorted(ends[order, 0], np.arange(1, n))
    return np.split(ends[order, 1], cuts), np.split(length[order], cuts)


def _repaired(problem: Problem, worth: np.ndarray, zone: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Meet each floor, then each cap, by the cheapest changes per unit of weight that break no other demand."""
    for demand in (*problem.demands, *problem.demands):  # twice: meeting one may strain another
        for want_in, bound in ((True, demand.low), (False, demand.high)):
            if bound is None:
                continue
            members = zone == demand.zone
            others = np.delete(np.arange(worth.shape[1]), demand.zone)
            best = others[worth[:, others].argmax(1)]
            goal = np.full(len(zone), demand.zone) if want_in else best
            loss = worth[np.arange(len(zone)), zone] - worth[np.arange(len(zone)), goal]
            able = (members != want_in) & np.isfinite(loss) & (demand.weight > 0)
            order = np.flatnonzero(able)[np.argsort(loss[able] / demand.weight[able])]
            for i in order:
                got = demand.weight[zone == demand.zone].sum()
                if (want_in and got >= bound) or (not want_in and got <= bound):
                    break
                if _keeps(problem, zone, i, int(goal[i]), demand.id):
                    zone[i] = goal[i]
    return zone


def _keeps(problem: Problem, zone: npt.NDArray[np.int64], i: int, new: int, skip: str = "") -> bool:
    """Whether moving unit i to a class leaves every other demand that holds now still holding."""
    for d in problem.demands:
        if d.id == skip or (d.zone not in (zone[i], new)):
            continue
        got = d.weight[zone == d.zone].sum()
        after = got + d.weight[i] * (int(new == d.zone) - int(zone[i] == d.zone))
        worse_low = d.low is not None and after < d.low and after < got
        worse_high = d.high is not None and after > d.high and after > got
        if worse_low or worse_high:
            return False
    return True


def _pass(problem: Problem, worth: np.ndarray, zone: npt.NDArray[np.int64], near: tuple[list[Any], list[Any]]) -> bool:
    """Go over all units once; move each to its best class in its neighbours' company. Return whether any moved."""
    classes, moved = np.arange(worth.shape[1]), False
    for i in range(len(zone)):
        beside = zone[near[0][i]]
        same = np.array([near[1][i][beside == c].sum() for c in classes])
        gain = worth[i] + problem.boundary * same
        for new in np.argsort(-gain):
            if gain[new] <= gain[zone[i]] + 1e-12:
                break
            if _keeps(problem, zone, i, int(new)):
                zone[i], moved = new, True
                break
    return moved
