"""Optimal policy: maximise one outcome over continuous levers under bounds, a budget and other outcomes' limits."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.optimize import minimize, nnls

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.simulate._kernel import run
from yugong.simulate._kernel.fixed_point import Settings, zeros
from yugong.simulate.controls import Choice, Controls, Entries
from yugong.simulate.economy import Economy, Numbers
from yugong.simulate.levers import Levers
from yugong.simulate.objectives import Disparity, Feasible, Negative, Welfare
from yugong.simulate.result import Equilibrium
from yugong.simulate.solving import solve

if TYPE_CHECKING:
    import pandas as pd

# Solved tighter than the optimiser's own tolerance, so that line searches see a smooth function.
TOLERANCE = 1e-12
WALL = 1e6  # where nothing solves, in units of what the strongest control can do
BINDING = 1e-6  # of the width of a bound, or of the scale of a limit


@dataclass(frozen=True, slots=True)
class Limit:
    """Another outcome's bound: `objective` at most (or at least) `bound`."""

    objective: Any
    bound: float
    sense: str = "at most"


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best levers found; `shadow` is the gain of the objective per unit of each binding constraint relaxed."""

    levers: Levers
    point: Numbers  # (K,) the controls
    value: float
    path: tuple[float, ...]  # objective at each step of the search
    binding: tuple[str, ...]
    shadow: dict[str, float]
    converged: bool
    text: Text
    equilibrium: Equilibrium
    solves: int = field(default=0)


class _Point(NamedTuple):
    value: float
    slope: Numbers
    x: Any


class _Planner:
    """Keeps the last solution, so that each new trial starts where the last one ended."""

    def __init__(self, controls: Controls) -> None:
        self.controls = controls
        self.x = zeros(controls.model.blocks)
        self.solves = 0
        self._seen: dict[tuple[bytes, Any], _Point] = {}

    def look(self, p: Numbers, objective: Any) -> _Point:
        """Return an objective's value and slopes at `p`; slopes are NaN where no solution is found."""
        key = (p.tobytes(), objective)
        if key not in self._seen:
            c = self.controls
            value, slopes, found = run.value_and_gradient(
                c.model.blocks, Settings(TOLERANCE), Feasible(objective), c.keys, self.x, c.model.base, c.lever(p)
            )
            self.solves += 1
            if not (float(found.residual) <= TOLERANCE and np.isfinite(value)):
                return _Point(np.nan, np.full(len(p), np.nan), self.x)
            self.x = found.x
            point = _Point(float(value), c.slopes(p, slopes), found.x)
            self._seen = {**dict(list(self._seen.items())[-8:]), key: point}
        return self._seen[key]


def optimise(
    economy: Economy,
    choices: tuple[Choice, ...] | Controls,
    objective: Any = None,
    *,
    levers: Levers | None = None,
    budget: float | None = None,
    limits: tuple[Limit, ...] = (),
    start: Numbers | None = None,
    max_steps: int = 200,
    precision: float = 1e-10,
) -> Optimum:
    """Maximise `objective` (national welfare) over `choices`, starting from the scenario `levers`.

    `choices` are entries of the model's levers, or any Controls (which know their own scenario).
    `budget` is money that Σ cost·(lever − scenario) may not exceed; `limits` bound other outcomes. Sequential least
    squares (Kraft 1988) with exact gradients from one adjoint solve a step. Local: try other `start` points where the
    objective may have several peaks. InputError where bounds cross or the start lies outside them.
    """
    c = _controls(economy, choices, levers)
    planner = _Planner(c)
    goal = objective or Welfare()
    p0 = np.clip(c.start if start is None else start, c.low, c.high)
    problems = [
        Problem(Text(f"{name} 的下界大于上界", f"{name}: the lower bound exceeds the upper"))
        for name, crossed in zip(c.labels, c.low > c.high, strict=True)
        if crossed
    ]
    if budget is not None and not c.cost.any():
        problems.append(
            Problem(
                Text("有预算却没有单价", "a budget was given but no cost"),
                Text("在 Choice 中填写 cost", "set cost in Choice"),
            )
        )
    if problems:
        raise InputError(problems)
    width = np.where(c.high > c.low, c.high - c.low, 1.0)
    path: list[float] = []
    size = _size(planner, p0, goal, width)

    def negative(z: Numbers) -> tuple[float, Numbers]:
        point = planner.look(z * width, goal)
        if not np.isfinite(point.value):  # no solution there: the line search turns back
            return WALL, np.zeros(len(z))
        path.append(point.value)
        return -point.value / size, -point.slope * width / size

    constraints: list[dict[str, Any]] = []
    if budget is not None:
        pot = max(abs(budget), 1e-12)
        constraints.append(
            {
                "type": "ineq",
                "fun": lambda z: (budget - c.cost @ (z * width - c.start)) / pot,
                "jac": lambda z: -c.cost * width / pot,
            }
        )
    for limit in limits:
        scale = (1.0 if limit.sense == "at most" else -1.0) / _size(planner, p0, limit.objective, width)
        constraints.append(
            {
                "type": "ineq",
                "fun": lambda z, i=limit, s=scale: s * (i.bound - planner.look(z * width, i.objective).value),
                "jac": lambda z, i=limit, s=scale: -s * planner.look(z * width, i.objective).slope * width,
            }
        )
    search: Any = minimize
    found = search(
        negative, p0 / width, jac=True, method="SLSQP",
        bounds=list(zip(c.low / width, c.high / width, strict=True)), constraints=constraints,
        options={"maxiter": max_steps, "ftol": precision},
    )  # fmt: skip
    p = np.clip(found.x * width, c.low, c.high)
    binding, shadow = _shadow(planner, goal, p, width, budget, limits)
    chosen = c.levers(p)
    ok = bool(found.success) and bool(np.isfinite(planner.look(p, goal).value))
    text = (
        Text("已达到最优", "an optimum was reached")
        if ok
        else Text(f"搜索停止：{found.message}", f"the search stopped: {found.message}")
    )
    return Optimum(
        levers=chosen,
        point=p,
        value=planner.look(p, goal).value,
        path=tuple(path),
        binding=binding,
        shadow=shadow,
        converged=ok,
        text=text,
        equilibrium=solve(economy, chosen, start=np.asarray(planner.look(p, goal).x)),
        solves=planner.solves,
    )


def _size(planner: _Planner, p: Numbers, objective: Any, width: Numbers) -> float:
    """Return what the strongest control can do to an objective over its whole width, at the slope it starts with.

    In units of it slopes are near one: the search would take a flat objective for one that is at its peak.
    """
    point = planner.look(p, objective)
    reach = float(np.nanmax(np.abs(point.slope * width), initial=0.0))
    return reach if reach > 0 else max(abs(point.value), 1e-12)


def _shadow(
    planner: _Planner, goal: Any, p: Numbers, width: Numbers, budget: float | None, limits: tuple[Limit, ...]
) -> tuple[tuple[str, ...], dict[str, float]]:
    """Return which constraints bind and their multipliers: the goal's slope as a mix of the binding ones' slopes."""
    c = planner.controls
    names: list[str] = []
    columns: list[Numbers] = []
    for i, label in enumerate(c.labels):
        unit = np.eye(len(p))[i]
        if p[i] - c.low[i] <= BINDING * width[i]:
            names.append(f"{label} low")
            columns.append(-unit)
        elif c.high[i] - p[i] <= BINDING * width[i]:
            names.append(f"{label} high")
            columns.append(unit)
    if budget is not None and budget - c.cost @ (p - c.start) <= BINDING * max(abs(budget), 1e-12):
        names.append("budget")
        columns.append(c.cost)
    for limit in limits:
        sign = 1.0 if limit.sense == "at most" else -1.0
        point = planner.look(p, limit.objective)
        if sign * (limit.bound - point.value) <= BINDING * max(abs(limit.bound), 1e-12):
            names.append(f"{limit.objective} {limit.sense} {limit.bound:g}")
            columns.append(sign * point.slope)
    if not columns:
        return (), {}
    slope = planner.look(p, goal).slope
    scale = np.linalg.norm(np.stack(columns, axis=1), axis=0)
    prices, _ = nnls(np.stack(columns, axis=1) / scale * width[:, None], slope * width)
    return tuple(names), {name: float(price / s) for name, price, s in zip(names, prices, scale, strict=True)}


def value_at(economy: Economy, choices: tuple[Choice, ...] | Controls, point: Numbers, objective: Any) -> float:
    """Return an objective's value with the controls at `point` (K,); NaN where no solution is found."""
    return _Planner(_controls(economy, choices, None)).look(point, objective).value


def _controls(economy: Economy, choices: tuple[Choice, ...] | Controls, levers: Levers | None) -> Controls:
    return Entries(economy, choices, levers) if isinstance(choices, tuple) else choices


@dataclass(frozen=True, slots=True)
class Frontier:
    """Efficiency against equity: each point is the most efficient policy with at most that disparity."""

    efficiency: Numbers  # (P,)
    disparity: Numbers  # (P,)
    price: Numbers  # (P,) efficiency given up per unit of disparity avoided, at the margin; NaN at the last point
    points: tuple[Optimum, ...]

    def table(self) -> "pd.DataFrame":
        """Return one row a point, from the most efficient to the most equal."""
        import pandas as pd

        return pd.DataFrame(
            {"efficiency": self.efficiency, "disparity": self.disparity, "efficiency_per_disparity": self.price}
        )


def frontier(
    economy: Economy,
    choices: tuple[Choice, ...] | Controls,
    *,
    efficiency: Any = None,
    equity: Any = None,
    points: int = 7,
    **options: Any,
) -> Frontier:
    """Trace the efficiency–equity frontier: maximise `efficiency` at `points` evenly spaced levels of disparity.

    It runs from the policy that is best for efficiency alone to the one that is best for equity alone. `options` go
    to `optimise`.
    """
    goal, spread = efficiency or Welfare(), equity or Disparity()
    limits = options.pop("limits", ())
    richest = optimise(economy, choices, goal, limits=limits, **options)
    fairest = optimise(economy, choices, Negative(spread), limits=limits, **options)
    planner = _Planner(_controls(economy, choices, options.get("levers")))
    best, least = planner.look(richest.point, spread).value, -fairest.value
    middle = [
        optimise(
            economy,
            choices,
            goal,
            **{**options, "limits": (*limits, Limit(spread, float(level))), "start": fairest.point},
        )
        for level in np.linspace(best, least, points)[1:-1]
    ]
    found = [richest, *middle, fairest]
    prices = [sum(v for k, v in p.shadow.items() if k.startswith(str(spread))) for p in middle]
    return Frontier(
        efficiency=np.array([planner.look(p.point, goal).value for p in found]),
        disparity=np.array([planner.look(p.point, spread).value for p in found]),
        price=np.array([0.0, *prices, np.nan]),
        points=tuple(found),
    )
