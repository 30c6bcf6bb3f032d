"""A fast plan for thousands of units: two starts, repaired to the demands, annealed unit by unit; with its gap."""

from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from yugong.base.text import Text
from yugong.design.zones.plan import Numbers, Plan, Problem, solve

Zone = npt.NDArray[np.int64]
WARM = 100  # sweeps that cool down, before those that only improve
COOLING = 0.96  # of the temperature, a sweep
ROUNDS = 60  # most sweeps that only improve
PROVED = 1e-9  # of the bound: nothing better is left to look for
SEED = 0  # the same problem gives the same plan


def improve(problem: Problem, seconds: float = 30.0) -> Plan:
    """Return a good plan and its gap to a proved upper bound; contiguity is not handled here.

    Single changes of class that keep every demand, by annealing (Kirkpatrick, Gelatt and Vecchi 1983) and then uphill,
    from each unit's best class and from the rounded linear relaxation; the better end counts. The bound is that of the
    relaxation (HiGHS), or, when that takes longer than `seconds`, the sum of the best worths.
    """
    if problem.connected:
        raise ValueError("improve() does not keep classes connected; use solve()")
    search = _Search(problem)
    relaxed = solve(problem, seconds, relaxed=True)
    bound = relaxed.bound if np.isfinite(relaxed.bound) else float(search.worth.max(1).sum())
    starts = [*([relaxed.zone] if len(relaxed.zone) else []), search.worth.argmax(1)]
    zone, rank = starts[0], (np.inf, np.inf)
    for warm, start in product((False, True), starts):
        end = search.run(start.astype(np.int64), warm)
        found = (len(problem.broken(end)), -problem.value(end))
        zone, rank = (end, found) if found < rank else (zone, rank)
        if rank[0] == 0 and -rank[1] >= bound - PROVED * abs(bound):
            break
    broken = problem.broken(zone)
    text = Text("局部搜索的方案，差距对照上界", "a plan by local search; its gap is to the bound")
    if broken:
        text = Text(f"未能满足：{'、'.join(broken)}", f"not met: {', '.join(broken)}")
    return Plan(zone, problem.value(zone), bound, "infeasible" if broken else "feasible", text)


class _Search:
    """One plan at a time, changed unit by unit; `got` (D,) keeps what each demand has, so that a change is cheap."""

    def __init__(self, problem: Problem) -> None:
        p = problem
        self.demands = p.demands
        self.worth = np.where(p.barred, -np.inf, p.worth()) if p.barred is not None else p.worth()
        n = p.shape[0]
        ends = np.concatenate([p.edges, p.edges[:, ::-1]]) if len(p.edges) else np.zeros((0, 2), np.int64)
        length = p.boundary * np.concatenate([p.length, p.length])
        order = np.argsort(ends[:, 0], kind="stable")
        cuts = np.searchsorted(ends[order, 0], np.arange(1, n))
        self.near, self.saves = np.split(ends[order, 1], cuts), np.split(length[order], cuts)
        spread = np.where(np.isfinite(self.worth), self.worth, np.nan)
        self.heat = float(np.nanstd(spread)) + p.boundary * float(p.length.mean() if len(p.length) else 0.0)

    def run(self, zone: Zone, warm: bool) -> Zone:
        """Return what a start becomes: repaired to the demands, annealed where `warm`, then improved to the end."""
        self.zone = zone.copy()
        self.got = np.array([d.weight[zone == d.zone].sum() for d in self.demands])
        self._repair()
        rng = np.random.default_rng(SEED)
        for sweep in range(WARM if warm else 0):
            self._sweep(self.heat * COOLING**sweep * rng.gumbel(size=self.worth.shape))
        for _ in range(ROUNDS):
            if not self._sweep(None):
                break
        return self.zone

    def _sweep(self, noise: Numbers | None) -> bool:
        """Go over all units once; move each to its best class in its neighbours' company. Return whether any moved."""
        classes, moved = range(self.worth.shape[1]), False
        for i in range(len(self.zone)):
            gain = self.worth[i].copy() if noise is None else self.worth[i] + noise[i]
            for j, saved in zip(self.near[i], self.saves[i], strict=True):
                gain[self.zone[j]] += saved
            now = gain[self.zone[i]]
            for new in sorted(classes, key=gain.__getitem__, reverse=True):
                if gain[new] <= now + 1e-12:
                    break
                if self._keeps(i, new):
                    self._move(i, new)
                    moved = True
                    break
        return moved

    def _move(self, i: int, new: int) -> None:
        for k, d in enumerate(self.demands):
            self.got[k] += d.weight[i] * (int(new == d.zone) - int(self.zone[i] == d.zone))
        self.zone[i] = new

    def _keeps(self, i: int, new: int, skip: int = -1) -> bool:
        """Whether moving unit i to a class leaves every other demand that holds now still holding."""
        for k, d in enumerate(self.demands):
            if k == skip or d.zone not in (self.zone[i], new):
                continue
            got = self.got[k]
            after = got + d.weight[i] * (int(new == d.zone) - int(self.zone[i] == d.zone))
            worse_low = d.low is not None and after < d.low and after < got
            worse_high = d.high is not None and after > d.high and after > got
            if worse_low or worse_high:
                return False
        return True

    def _repair(self) -> None:
        """Meet each floor, then each cap, by the cheapest changes per unit of weight that break no other demand."""
        for k, demand in (*enumerate(self.demands), *enumerate(self.demands)):  # twice: meeting one may strain another
            for want_in, bound in ((True, demand.low), (False, demand.high)):
                if bound is None:
                    continue
                for i, goal in self._cheapest(demand.zone, want_in, demand.weight):
                    if (want_in and self.got[k] >= bound) or (not want_in and self.got[k] <= bound):
                        break
                    if self._keeps(i, goal, k):
                        self._move(i, goal)

    def _cheapest(self, zone: int, want_in: bool, weight: Numbers) -> list[tuple[int, int]]:
        """Units to move into (or out of) a class, with where they go, those that lose least per unit of weight first."""
        others = np.delete(np.arange(self.worth.shape[1]), zone)
        best = others[self.worth[:, others].argmax(1)]
        goal = np.full(len(self.zone), zone) if want_in else best
        every: Any = np.arange(len(self.zone))
        loss = self.worth[every, self.zone] - self.worth[every, goal]
        able = ((self.zone == zone) != want_in) & np.isfinite(loss) & (weight > 0)
        order = np.flatnonzero(able)[np.argsort(loss[able] / weight[able])]
        return [(int(i), int(goal[i])) for i in order]
