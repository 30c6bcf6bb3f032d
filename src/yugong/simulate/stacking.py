"""Scenarios' levers as one batch, alone or under draws of the economy, in each as the scenario acts there."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from yugong.simulate._kernel.build import build, units
from yugong.simulate.batches import default_spread, random_draws
from yugong.simulate.economies.calibration import Calibration
from yugong.simulate.economy import Economy, Numbers
from yugong.simulate.levers import Levers
from yugong.simulate.scenario.model import Scenario
from yugong.simulate.scenario.reading import expand
from yugong.simulate.scenario.resolving import compose, resolve
from yugong.simulate.scenario.translating import ELASTIC, act

_OWN_NAME = {"income_tax": "tax"}  # what the kernel calls a lever otherwise


def stack(economy: Economy, levers: Sequence[Levers]) -> dict[str, Numbers]:
    """Return the levers of B scenarios with a leading axis B, as `batch(vary=…)` takes them.

    Only levers that some scenario sets appear, in the shape of the widest, what a scenario leaves alone at its
    base-year value; amounts are in the economy's money.
    """
    model = build(economy)
    unit = units(model.money, model.tonnes)
    names = dict.fromkeys(name for lever in levers for name in lever.set())
    found: dict[str, Numbers] = {}
    for name in names:
        neutral = np.asarray(getattr(model.lever, _OWN_NAME.get(name, name))) / unit.get(name, 1.0)
        each = [neutral if (v := getattr(lever, name)) is None else np.asarray(v, np.float64) for lever in levers]
        shape = np.broadcast_shapes(*(value.shape for value in each))
        found[name] = np.stack([np.broadcast_to(value, shape) for value in each])
    return found


def stack_drawn(base: Calibration, scenarios: Sequence[Scenario], draws: int, seed: int) -> dict[str, Numbers]:
    """Return C scenarios under the economy's own elasticities, then under each draw: a leading axis of (1+draws)·C.

    Raises what `resolve` raises.
    """
    e, count = base.economy, len(scenarios)
    vary = {k: np.concatenate([v] * (1 + draws)) for k, v in stack(e, [resolve(s, base) for s in scenarios]).items()}
    if not draws:
        return vary
    drawn = random_draws(e, default_spread(e), draws, seed)
    for c, scenario in enumerate(scenarios):
        for name, value in drawn_levers(base, scenario, drawn).items():
            full = vary[name] = np.array(np.broadcast_to(vary[name], (len(vary[name]), *value.shape[1:])))
            full[count + c :: count] = value
    own = {k: np.asarray(getattr(e, k), np.float64)[None] for k in drawn}
    return vary | {k: np.repeat(np.concatenate([own[k], v]), count, axis=0) for k, v in drawn.items()}


def drawn_levers(base: Calibration, scenario: Scenario, drawn: dict[str, Numbers]) -> dict[str, Numbers]:
    """Return those levers of a scenario that differ between draws of the economy, with a leading axis of draws.

    A trade barrier or a link is measured by what it does to trade, so its cost is the draw's own; nothing else differs.
    """
    values, _ = compose(expand(scenario), base)
    by_trade = {k: drawn[k] for k in ("trade_elasticity", "trade_shares") if k in drawn}
    if not by_trade or not any(name in values for name in ELASTIC):
        return {}
    costs = {name: values[name] for name in (*ELASTIC, "trade_cost") if name in values}
    found = []
    for row in zip(*by_trade.values(), strict=True):
        there = replace(base, economy=replace(base.economy, **dict(zip(by_trade, row, strict=True))))
        found.append(act(there, costs)["trade_cost"])
    return {"trade_cost": np.stack(found)}
