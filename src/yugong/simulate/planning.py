"""Optimal policy: maximise one outcome over continuous levers under bounds, a budget and other outcomes' limits."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from scipy.optimize import minimize, nnls

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.simulate._kernel import run
from yugong.simulate._kernel.build import Model, build, units
from yugong.simulate._kernel.fixed_point import Settings, zeros
from yugong.simulate.economy import Economy, Numbers
from yugong.simulate.levers import Levers
from yugong.simulate.objectives import Disparity, Welfare
from yugong.simulate.result import Equilibrium
from yugong.simulate.solving import solve

if TYPE_CHECKING:
    import pandas as pd

# Solved tighter than the optimiser's own tolerance, so that line searches see a smooth function.
TOLERANCE = 1e-12
BINDING = 1e-6  # of the width of a bound, or of the scale of a limit


@dataclass(frozen=True, slots=True)
class Choice:
    """One lever the planner may set: `name` of a Levers field, entries `at` (all where None), within [low, high].

    `cost` is money per unit of the lever above its value in the scenario, counted against the budget.
    """

    name: str
    low: Any
    high: Any
    at: tuple[tuple[int, ...], ...] | None = None
    cost: Any = 0.0


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
    """Keeps the model and the last solution, so that each new trial starts where the last one ended."""

    def __init__(self, economy: Economy, choices: tuple[Choice, ...], levers: Levers | None) -> None:
        self.choices = choices
        self.model: Model = build(economy, levers, wrt=tuple(c.name for c in choices))
        self.keys = tuple("tax" if c.name == "income_tax" else c.name for c in choices)
        scale = units(self.model.money, self.model.tonnes)
        self.scale = tuple(scale.get(c.name, 1.0) for c in choices)
        self.entries = [
            _entries(c, np.shape(getattr(self.model.lever, k))) for c, k in zip(choices, self.keys, strict=True)
        ]
        self.start = np.concatenate([self._read(i) for i in range(len(choices))])
        self.low, self.high, self.cost = (
            np.concatenate(
                [
                    np.broadcast_to(np.ravel(getattr(c, side)), len(e[0]))
                    for c, e in zip(choices, self.entries, strict=True)
                ]
            )
            for side in ("low", "high", "cost")
        )
        self.x = zeros(self.model.blocks)
        self.solves = 0
        self._seen: dict[tuple[bytes, Any], _Point] = {}

    def _read(self, i: int) -> Numbers:
        return np.asarray(
            np.asarray(getattr(self.model.lever, self.keys[i]))[self.entries[i]] / self.scale[i], dtype=np.float64
        )

    def lever(self, p: Numbers) -> Any:
        """Return kernel levers with the choices at `p`."""
        new: dict[str, Any] = {}
        at = 0
        for key, entries, scale in zip(self.keys, self.entries, self.scale, strict=True):
            array = new[key] if key in new else np.array(getattr(self.model.lever, key))
            array[entries] = p[at : at + len(entries[0])] * scale
            new[key] = array
            at += len(entries[0])
        return self.model.lever._replace(**{k: jnp.asarray(v) for k, v in new.items()})

    def look(self, p: Numbers, objective: Any) -> _Point:
        """Return an objective's value and slopes at `p`; slopes are NaN where no solution is found."""
        key = (p.tobytes(), objective)
        if key not in self._seen:
            value, slopes, found = run.value_and_gradient(
                self.model.blocks, Settings(TOLERANCE), objective, tuple(dict.fromkeys(self.keys)), self.x,
                self.model.base, self.lever(p),
            )  # fmt: skip
            self.solves += 1
            if float(found.residual) <= TOLERANCE:
                self.x = found.x
                parts = [
                    np.asarray(slopes[k])[e] * s for k, e, s in zip(self.keys, self.entries, self.scale, strict=True)
                ]
                self._seen = {
                    **dict(list(self._seen.items())[-8:]),
                    key: _Point(float(value), np.concatenate(parts), found.x),
                }
            else:
                return _Point(np.nan, np.full(len(p), np.nan), self.x)
        return self._seen[key]


def _entries(choice: Choice, shape: tuple[int, ...]) -> tuple[Any, ...]:
    if choice.at is None:
        return tuple(np.ravel(i) for i in np.indices(shape)) if shape else (np.zeros(1, dtype=int),)
    return tuple(np.array([place[axis] for place in choice.at]) for axis in range(len(shape)))


def optimise(
    economy: Economy,
    choices: tuple[Choice, ...],
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

    `budget` is money that Σ cost·(lever − scenario) may not exceed; `limits` bound other outcomes. Sequential least
    squares (Kraft 1988) with exact gradients from one adjoint solve a step. Local: try other `start` points where the
    objective may have several peaks. InputError where bounds cross or the start lies outside them.
    """
    planner = _Planner(economy, choices, levers)
    goal = objective or Welfare()
    p0 = np.clip(planner.start if start is None else start, planner.low, planner.high)
    problems = [
        Problem(Text(f"{c.name} 的下界大于上界", f"{c.name}: the lower bound exceeds the upper"))
        for c in choices
        if np.any(np.asarray(c.low) > np.asarray(c.high))
    ]
    if budget is not None and not planner.cost.any():
        problems.append(
            Problem(
                Text("有预算却没有单价", "a budget was given but no cost"),
                Text("在 Choice 中填写 cost", "set cost in Choice"),
            )
        )
    if problems:
        raise InputError(problems)
    width = np.where(planner.high > planner.low, planner.high - planner.low, 1.0)
    path: list[float] = []
    size = max(abs(planner.look(p0, goal).value), 1e-12)

    def negative(z: Numbers) -> tuple[float, Numbers]:
        point = planner.look(z * width, goal)
        path.append(point.value)
        return -point.value / size, -point.slope * width / size

    constraints: list[dict[str, Any]] = []
    if budget is not None:
        pot = max(abs(budget), 1e-12)
        constraints.append(
            {
                "type": "ineq",
                "fun": lambda z: (budget - planner.cost @ (z * width - planner.start)) / pot,
                "jac": lambda z: -planner.cost * width / pot,
            }
        )
    for limit in limits:
        sign = 1.0 if limit.sense == "at most" else -1.0
        constraints.append(
            {
                "type": "ineq",
                "fun": lambda z, i=limit, s=sign: s * (i.bound - planner.look(z * width, i.objective).value),
                "jac": lambda z, i=limit, s=sign: -s * planner.look(z * width, i.objective).slope * width,
            }
        )
    search: Any = minimize
    found = search(
        negative, p0 / width, jac=True, method="SLSQP",
        bounds=list(zip(planner.low / width, planner.high / width, strict=True)), constraints=constraints,
        options={"maxiter": max_steps, "ftol": precision},
    )  # fmt: skip
    p = np.clip(found.x * width, planner.low, planner.high)
    binding, shadow = _shadow(planner, goal, p, width, budget, limits)
    chosen = _public(planner, p, levers)
    ok = bool(found.success)
    text = (
        Text("已达到最优", "an optimum was reached")
        if ok
        else Text(f"搜索停止：{found.message}", f"the search stopped: {found.message}")
    )
    return Optimum(
        levers=chosen,
        value=planner.look(p, goal).value,
        path=tuple(path),
        binding=binding,
        shadow=shadow,
        converged=ok,
        text=text,
        equilibrium=solve(economy, chosen, start=np.asarray(planner.look(p, goal).x)),
        solves=planner.solves,
    )


def _shadow(
    planner: _Planner, goal: Any, p: Numbers, width: Numbers, budget: float | None, limits: tuple[Limit, ...]
) -> tuple[tuple[str, ...], dict[str, float]]:
    """Return which constraints bind and their multipliers: the goal's slope as a mix of the binding ones' slopes."""
    names: list[str] = []
    columns: list[Numbers] = []
    at = 0
    for choice, entries in zip(planner.choices, planner.entries, strict=True):
        for k, place in enumerate(zip(*entries, strict=True)):
            i = at + k
            label = f"{choice.name}{[int(a) for a in place]}"
            unit = np.eye(len(p))[i]
            if p[i] - planner.low[i] <= BINDING * width[i]:
                names.append(f"{label} low")
                columns.append(-unit)
            elif planner.high[i] - p[i] <= BINDING * width[i]:
                names.append(f"{label} high")
                columns.append(unit)
        at += len(entries[0])
    if budget is not None and budget - planner.cost @ (p - planner.start) <= BINDING * max(abs(budget), 1e-12):
        names.append("budget")
        columns.append(planner.cost)
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


def _public(planner: _Planner, p: Numbers, levers: Levers | None) -> Levers:
    from dataclasses import replace

    kernel = planner.lever(p)
    chosen: dict[str, Any] = {
        c.name: np.asarray(getattr(kernel, key)) / scale
        for c, key, scale in zip(planner.choices, planner.keys, planner.scale, strict=True)
    }
    plain: dict[str, Any] = {k: float(v) if np.ndim(v) == 0 else v for k, v in chosen.items()}
    return replace(levers or Levers(), **plain)


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
    choices: tuple[Choice, ...],
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
    richest = optimise(economy, choices, goal, **options)
    fairest = optimise(economy, choices, _Negative(spread), **options)
    limits = options.pop("limits", ())
    planner = _Planner(economy, choices, options.get("levers"))
    best, least = _read_at(planner, richest, spread), -fairest.value
    feasible = _vector(planner, fairest.levers)
    middle = [
        optimise(economy, choices, goal, limits=(*limits, Limit(spread, float(level))), start=feasible, **options)
        for level in np.linspace(best, least, points)[1:-1]
    ]
    found = [richest, *middle, fairest]
    prices = [sum(v for k, v in p.shadow.items() if k.startswith(str(spread))) for p in middle]
    return Frontier(
        efficiency=np.array([_read_at(planner, p, goal) for p in found]),
        disparity=np.array([_read_at(planner, p, spread) for p in found]),
        price=np.array([0.0, *prices, np.nan]),
        points=tuple(found),
    )


@dataclass(frozen=True, slots=True)
class _Negative:
    of: Any

    def __call__(self, outcomes: Any, base: Any) -> Any:
        return -self.of(outcomes, base)


def _vector(planner: _Planner, levers: Levers) -> Numbers:
    return np.concatenate(
        [np.asarray(getattr(levers, c.name))[e] for c, e in zip(planner.choices, planner.entries, strict=True)]
    )


def _read_at(planner: _Planner, optimum: Optimum, objective: Any) -> float:
    return planner.look(_vector(planner, optimum.levers), objective).value
