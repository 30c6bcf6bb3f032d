"""Several scenarios' levers as one batch: what a scenario leaves alone stands at its base-year value."""

from collections.abc import Sequence

import numpy as np

from yugong.simulate._kernel.build import build, units
from yugong.simulate.batches import elasticities
from yugong.simulate.economy import Economy, Numbers
from yugong.simulate.levers import Levers
from yugong.simulate.running import SPREAD

_OWN_NAME = {"income_tax": "tax"}  # what the kernel calls a lever otherwise


def stack(economy: Economy, levers: Sequence[Levers]) -> dict[str, Numbers]:
    """Return the levers of B scenarios with a leading axis B, as `batch(vary=…)` takes them.

    Only levers that some scenario sets appear, in the shape of the widest; amounts are in the economy's money.
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


def elasticity_draws(economy: Economy, draws: int, seed: int) -> dict[str, Numbers]:
    """Return `draws` + 1 elasticities of each kind that a batch may vary: first the economy's own, then the draws."""
    spread = {n: sigma for n, sigma in SPREAD.items() if economy.mobility == "costly" or n != "migration_elasticity"}
    drawn = elasticities(economy, spread, draws, seed)
    return {n: np.concatenate([np.asarray(getattr(economy, n), np.float64)[None], v]) for n, v in drawn.items()}
