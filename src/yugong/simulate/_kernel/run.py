"""The compiled entry points: one solve with its outcomes, one gradient, a batch."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from yugong.simulate._kernel.arrays import Base, Blocks, Lever, join
from yugong.simulate._kernel.fixed_point import Found, Settings, adjoint, equilibrium
from yugong.simulate._kernel.outcomes import Outcomes, outcomes, read
from yugong.simulate._kernel.sweep import Shock, evaluate, shock, sweep

Objective = Callable[[Outcomes, Base], Array]


@partial(jax.jit, static_argnames="blocks")
def solve(blocks: Blocks, settings: Settings, start: Array, base: Base, lever: Lever) -> tuple[Found, Outcomes]:
    """Solve and read the outcomes."""
    held = shock(base, lever, blocks)
    found = equilibrium(blocks, settings, start, base, lever, held)
    return found, outcomes(found.x, base, lever, held, blocks)


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

    at: dict[str, Any] = {n: jnp.broadcast_to(x := getattr(lever, n), wide.get(n, x.shape)) for n in wrt}
    full = lever._replace(**at)
    held, pull_held = jax.vjp(lambda chosen: shock(base, lever._replace(**chosen), blocks), at)
    found = equilibrium(blocks, settings, start, base, full, held)

    def once(x: Array, chosen: dict[str, Array], h: Shock) -> tuple[Array, Array]:
        p = lever._replace(**chosen)
        state, flows = evaluate(x, base, p, h, blocks)
        return join(state), objective(read(x, flows, base, p, blocks), base)

    # one pass carries both how the levers move the equilibrium and what they do to the outcome there
    (_, result), pull = jax.vjp(once, found.x, at, held)
    _, pull_x = jax.vjp(lambda x: sweep(x, base, full, held, blocks), found.x)
    one = jnp.ones_like(result)
    weight = adjoint(lambda w: pull_x(w)[0], pull((jnp.zeros_like(found.x), one))[0])
    _, direct, through = pull((weight, one))
    return result, jax.tree.map(jnp.add, direct, pull_held(through)[0]), found


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
        held = shock(b, p, blocks)
        found = equilibrium(blocks, settings, start, b, p, held)
        result = outcomes(found.x, b, p, held, blocks)
        return found, {name: getattr(result, name) for name in parts}

    return jax.vmap(one)(draws)
