"""The compiled entry points: one solve with its outcomes, one gradient, a batch."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from yugong.simulate._kernel.arrays import Base, Blocks, Lever
from yugong.simulate._kernel.fixed_point import Found, Settings, equilibrium
from yugong.simulate._kernel.outcomes import Outcomes, outcomes

Objective = Callable[[Outcomes, Base], Array]


@partial(jax.jit, static_argnames="blocks")
def solve(blocks: Blocks, settings: Settings, start: Array, base: Base, lever: Lever) -> tuple[Found, Outcomes]:
    """Solve and read the outcomes."""
    found = equilibrium(blocks, settings, start, base, lever)
    return found, outcomes(found.x, base, lever, blocks)


@partial(jax.jit, static_argnames=("blocks", "objective", "wrt"))
def value_and_gradient(
    blocks: Blocks,
    settings: Settings,
    objective: Objective,
    wrt: tuple[str, ...],
    start: Array,
    base: Base,
    lever: Lever,
) -> tuple[Array, dict[str, Array], Found]:
    """Solve, and differentiate one scalar outcome with respect to the named levers by one adjoint solve.

    A lever on pairs may come as small as it was given: its slopes are by pair all the same, and it is never laid out.
    """
    wide = {"trade_cost": base.trade.shape, "tariff": base.trade.shape, "migration_cost": base.migration.shape}

    def value(chosen: dict[str, Array]) -> tuple[Array, Found]:
        full = lever._replace(**chosen)
        found = equilibrium(blocks, settings, start, base, full)
        return objective(outcomes(found.x, base, full, blocks), base), found

    at: dict[str, Any] = {n: jnp.broadcast_to(x := getattr(lever, n), wide.get(n, x.shape)) for n in wrt}
    (result, found), slope = jax.value_and_grad(value, has_aux=True)(at)
    return result, slope, found


@partial(jax.jit, static_argnames=("blocks", "parts"))
def solve_many(
    blocks: Blocks,
    settings: Settings,
    parts: tuple[str, ...],
    start: Array,
    base: Base,
    lever: Lever,
    draws: dict[str, Array],
) -> tuple[Found, dict[str, Array]]:
    """Solve one scenario for each leading entry of `draws`; keep the named outcomes.

    Keys are "base.FIELD" and "lever.FIELD": fields such as land stand in both.
    """

    def one(draw: dict[str, Array]) -> tuple[Found, dict[str, Array]]:
        b = base._replace(**{k.removeprefix("base."): v for k, v in draw.items() if k.startswith("base.")})
        p = lever._replace(**{k.removeprefix("lever."): v for k, v in draw.items() if k.startswith("lever.")})
        found = equilibrium(blocks, settings, start, b, p)
        result = outcomes(found.x, b, p, blocks)
        return found, {name: getattr(result, name) for name in parts}

    return jax.vmap(one)(draws)
