"""Optimal policy and the efficiency–equity frontier of a study, by levers of the registry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance, selected
from yugong.base.text import Text
from yugong.registry.levers import Lever, lever
from yugong.simulate import planning
from yugong.simulate._study_cards import optimum_card
from yugong.simulate._study_common import (
    By,
    Goal,
    Index,
    Objective,
    chosen_levers,
    controls,
    goal,
)
from yugong.simulate.economies.balance import Numbers
from yugong.simulate.economies.calibration import Calibration
from yugong.simulate.economies.filled import FORMS as OWN_TABLES
from yugong.simulate.instruments import Instruments
from yugong.simulate.objectives import Disparity, Emissions, Negative, Welfare
from yugong.simulate.planning import Limit, Optimum
from yugong.simulate.running import Detail, Parameters, ScenarioLike, base_year, scenario_of, simulate
from yugong.simulate.scenario.model import Scenario
from yugong.simulate.scenario.translating import MONEY
from yugong.simulate.simulation import Simulation

if TYPE_CHECKING:
    from yugong.study.model import Study

FORMS = dict.fromkeys(("optimise", "frontier"), OWN_TABLES)
SHOWN = 5  # trials listed at either end of a search


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The best setting found of K controls, what binds it, and the whole simulation of it.

    `before` and `value` are the objective under the scenario alone and at the optimum; `path` its value at every
    trial; `shadow` the objective's change per unit of each binding constraint relaxed. `scenario` can be solved again
    or written with `to_toml()`.
    """

    calibration: Calibration
    objective: Text
    levers: tuple[str, ...]  # (K,) ids
    places: tuple[str, ...]  # (K,) place codes, group ids or pairs
    start: Numbers  # (K,)
    chosen: Numbers  # (K,)
    low: Numbers  # (K,)
    high: Numbers  # (K,)
    before: float
    value: float
    path: tuple[float, ...]
    limits: tuple[tuple[str, float, float, float], ...]  # name, value at the optimum, bound, shadow price
    binding: tuple[str, ...]  # (K,) "low", "high" or ""
    shadow: Numbers  # (K,) of bounds, zero where none binds
    converged: bool
    text: Text
    scenario: Scenario
    simulation: Simulation
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a control, then one a budget or limit, with what binds and its shadow price."""
        rows: list[tuple[Any, ...]] = list(
            zip(self.levers, self.places, self.start, self.chosen, self.low, self.high, self.binding, self.shadow,
                strict=True)
        )  # fmt: skip
        rows += [
            (name, "", np.nan, value, np.nan, bound, "high" if price else "", price)
            for name, value, bound, price in self.limits
        ]
        columns = ["lever", "place", "value_before", "value_chosen", "low", "high", "binding", "shadow_price"]
        return pd.DataFrame(rows, columns=columns)

    @property
    def notes(self) -> tuple[Text, ...]:
        """What was found, in words."""
        return (
            Text(
                f"{self.objective.zh}：{self.before:.6g} → {self.value:.6g}（{len(self.path)} 次试算）",
                f"{self.objective.en}: {self.before:.6g} → {self.value:.6g} ({len(self.path)} trials)",
            ),
            _trials(self.path),
            self.text,
            self.calibration.label,
        )


@dataclass(frozen=True, slots=True, eq=False)
class StudyFrontier:
    """Efficiency against equity: P policies, each the most efficient at its disparity; `chosen` is (P,K)."""

    calibration: Calibration
    efficiency: Numbers  # (P,) national welfare, base year one
    disparity: Numbers  # (P,)
    price: Numbers  # (P,) efficiency given up per unit of disparity avoided
    converged: tuple[bool, ...]  # (P,)
    levers: tuple[str, ...]  # (K,)
    places: tuple[str, ...]  # (K,)
    chosen: Numbers  # (P,K)
    objectives: tuple[Text, Text]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a point, from the most efficient to the most equal."""
        return pd.DataFrame(
            {
                "rank": np.arange(1, len(self.efficiency) + 1),
                "welfare_change": self.efficiency - 1,
                "disparity": self.disparity,
                "efficiency_per_disparity": self.price,
                "converged": self.converged,
            }
        )

    def policies(self) -> pd.DataFrame:
        """Return one row a point and control: the policy behind each point."""
        count = len(self.efficiency)
        return pd.DataFrame(
            {
                "rank": np.repeat(np.arange(1, count + 1), len(self.levers)),
                "lever": list(self.levers) * count,
                "place": list(self.places) * count,
                "value_chosen": self.chosen.ravel(),
            }
        )

    @property
    def notes(self) -> tuple[Text, ...]:
        """What the axes are and what is modelled."""
        a, b = self.objectives
        return Text(f"效率：{a.zh}；公平：{b.zh}", f"efficiency: {a.en}; equity: {b.en}"), self.calibration.label


def optimise(
    study: "Study",
    objective: Objective = "welfare",
    levers: str | Sequence[str] = "household_transfer",
    places: str | Sequence[str] = "all",
    by: By = "place",
    groups: str = "plates",
    pairs: Sequence[str] = (),
    sector: Sequence[str] = (),
    low: float | None = None,
    high: float | None = None,
    budget: float | None = None,
    unit_cost: float | None = None,
    aversion: float = 1.0,
    index: Index = "theil",
    disparity_max: float | None = None,
    emissions_max: float | None = None,
    welfare_min: float | None = None,
    scenario: str | None = None,
    year: int | None = None,
    detail: Detail = "eight",
    max_steps: int = 200,
    parameters: Parameters = None,
    file: str | None = None,
) -> Plan:
    """Find the lever values that are best for an objective within bounds, a budget and limits on other outcomes.

    Levers by id, title or family; one number each a place, or a group of places (`by` group), or a pair (`pairs`).
    `low` is the scenario's own value unless given; `high` may be left out where a budget bounds an amount of money.
    The budget counts amounts of money one to one, other levers at `unit_cost` a unit. welfare and social_welfare
    (inequality `aversion`, Atkinson 1970) are made large, disparity (`index`) and emissions small. `emissions_max`
    is new over old, `welfare_min` a change. InputError lists unknown names, bounds outside the registry's, a budget
    without a cost.
    """
    base = base_year(study, year, detail, parameters, file)
    c = _setup(study, base, levers, places, by, groups, pairs, sector, low, high, budget, unit_cost, scenario)
    aim = goal(base, objective, aversion, index)
    limits, names = _limits(index, disparity_max, emissions_max, welfare_min)
    function = Negative(aim.function) if aim.small else aim.function
    found = planning.optimise(base.economy, c, function, budget=budget, limits=limits, max_steps=max_steps)
    options = _options(c, objective=objective, by=by, budget=budget, scenario=scenario,
                       disparity_max=disparity_max, emissions_max=emissions_max, welfare_min=welfare_min)  # fmt: skip
    return _plan(study, base, c, aim, found, budget, limits, names, groups, options)


def frontier(
    study: "Study",
    levers: str | Sequence[str] = "household_transfer",
    places: str | Sequence[str] = "all",
    by: By = "group",
    groups: str = "plates",
    pairs: Sequence[str] = (),
    sector: Sequence[str] = (),
    low: float | None = None,
    high: float | None = None,
    budget: float | None = None,
    unit_cost: float | None = None,
    index: Index = "theil",
    points: int = 7,
    scenario: str | None = None,
    year: int | None = None,
    detail: Detail = "eight",
    parameters: Parameters = None,
    file: str | None = None,
) -> StudyFrontier:
    """Trace national welfare against disparity over the policies that bounds and a budget allow.

    From the policy best for welfare alone to the one most equal; between them each point is the most efficient at its
    disparity. Levers, bounds and budget as in `optimise`.
    """
    if points < 2:
        raise InputError([Problem(Text("至少两个点", "at least two points"), column="points")])
    base = base_year(study, year, detail, parameters, file)
    c = _setup(study, base, levers, places, by, groups, pairs, sector, low, high, budget, unit_cost, scenario)
    efficiency, equity = goal(base, "welfare"), goal(base, "disparity", index=index)
    found = planning.frontier(
        base.economy, c, efficiency=efficiency.function, equity=equity.function, points=points, budget=budget
    )
    options = _options(c, by=by, budget=budget, scenario=scenario, index=index, points=points)
    return StudyFrontier(
        base, found.efficiency, found.disparity, found.price, tuple(p.converged for p in found.points),
        tuple(k.setting.lever for k in c.controls), tuple(k.label for k in c.controls),
        np.stack([_on_bounds(p.point, c) for p in found.points]), (efficiency.title, equity.title), optimum_card(**options),
        selected(base.provenance, **options),
    )  # fmt: skip


def _setup(
    study: "Study", base: Calibration, levers: str | Sequence[str], places: str | Sequence[str], by: By, groups: str,
    pairs: Sequence[str], sector: Sequence[str], low: float | None, high: float | None, budget: float | None,
    unit_cost: float | None, scenario: ScenarioLike | None,
) -> Instruments:  # fmt: skip
    chosen = chosen_levers(levers)
    picked = controls(study, base, chosen, places, by, groups, pairs, sector)
    cost = _cost([lever(k.setting.lever) for k in picked], budget, unit_cost)
    under = scenario_of(scenario)
    start = Instruments(base, picked, cost=cost, scenario=under)
    top: Any = high
    if high is None:
        if budget is None:
            what = Text("没有上界也没有预算", "neither an upper bound nor a budget is given")
            do = Text("加上 --high 值，或 --budget 金额", "add --high VALUE, or --budget AMOUNT")
            raise InputError([Problem(what, do, column="high")])
        most = np.array([lever(k.setting.lever).high for k in picked])
        with np.errstate(divide="ignore"):
            top = np.minimum(start.start + np.where(cost > 0, budget / np.where(cost > 0, cost, 1.0), np.inf), most)
    return Instruments(base, picked, low, top, cost, under)


def _cost(rows: list[Lever], budget: float | None, unit_cost: float | None) -> Numbers:
    cost = np.array([1.0 if row.id in MONEY else unit_cost or 0.0 for row in rows])
    if budget is not None and (cost == 0).any():
        names = list(dict.fromkeys(row.id for row, c in zip(rows, cost, strict=True) if c == 0))
        what = Text(
            f"有预算，但杠杆 {'、'.join(names)} 没有单价", f"there is a budget, but {', '.join(names)} has no cost"
        )
        do = Text("加上 --unit-cost：每一单位花多少亿元", "add --unit-cost: money (100 million yuan) a unit")
        raise InputError([Problem(what, do, column="budget")])
    return cost


def _limits(
    index: str, disparity_max: float | None, emissions_max: float | None, welfare_min: float | None
) -> tuple[tuple[Limit, ...], tuple[str, ...]]:
    found = [
        ("disparity_max", disparity_max and Limit(Disparity(index), disparity_max)),
        ("emissions_max", emissions_max and Limit(Emissions(), emissions_max)),
        ("welfare_min", Limit(Welfare(), 1 + welfare_min, "at least") if welfare_min is not None else None),
    ]
    kept = [(name, limit) for name, limit in found if isinstance(limit, Limit)]
    return tuple(limit for _, limit in kept), tuple(name for name, _ in kept)


def _plan(
    study: "Study", base: Calibration, c: Instruments, aim: Goal, found: Optimum, budget: float | None,
    limits: tuple[Limit, ...], names: tuple[str, ...], groups: str, options: dict[str, Any],
) -> Plan:  # fmt: skip
    sign = -1.0 if aim.small else 1.0
    point = _on_bounds(found.point, c)
    scenario = c.chosen(point, "optimum", Text("最优政策", "optimal policy"))
    binding, shadow = [], np.zeros(len(c.controls))
    for i, label in enumerate(c.labels):
        side = next((s for s in ("low", "high") if f"{label} {s}" in found.binding), "")
        binding.append(side)
        shadow[i] = found.shadow.get(f"{label} {side}", 0.0)
    more = []
    if budget is not None:
        more.append(("budget", float(c.cost @ (point - c.start)), budget, found.shadow.get("budget", 0.0)))
    for name, limit in zip(names, limits, strict=True):
        price = sum(v for k, v in found.shadow.items() if k.startswith(str(limit.objective)))
        more.append((name, planning.value_at(base.economy, c, point, limit.objective), limit.bound, price))
    simulation = simulate(study, scenario, groups=groups, economy=base, certificate=False)
    return Plan(
        base, aim.title, tuple(k.setting.lever for k in c.controls), tuple(k.label for k in c.controls),
        c.start, point, c.low, c.high, planning.value_at(base.economy, c, c.start, aim.function),
        sign * found.value, tuple(sign * v for v in found.path), tuple(more), tuple(binding), shadow,
        found.converged, found.text, scenario, simulation, optimum_card(**options), selected(base.provenance, **options),
    )  # fmt: skip


def _trials(path: tuple[float, ...]) -> Text:
    """List the objective trial by trial, leaving out the middle of a long search."""
    shown = [f"{v:.8g}" for v in path]
    if len(shown) > 2 * SHOWN:
        shown = [*shown[:SHOWN], "…", *shown[-SHOWN:]]
    line = " → ".join(shown)
    return Text(f"逐次试算：{line}", f"trial by trial: {line}")


def _on_bounds(p: Numbers, c: Instruments) -> Numbers:
    """Put what lies a rounding error away from a bound on it."""
    near = planning.BINDING * np.where(c.high > c.low, c.high - c.low, 1.0)
    out: Numbers = np.where(p - c.low <= near, c.low, np.where(c.high - p <= near, c.high, p))
    return out


def _options(c: Instruments, **more: Any) -> dict[str, Any]:
    return {"levers": list(dict.fromkeys(k.setting.lever for k in c.controls)), "controls": len(c.controls), **more}
