"""The first-order response of one year's market to where people and capital are."""

from functools import partial

import jax
import jax.numpy as jnp
from jax import Array

from yugong.simulate._kernel.arrays import Base, Blocks, Lever, split, unknowns
from yugong.simulate._kernel.sweep import evaluate, shock


@partial(jax.jit, static_argnames="blocks")
def responses(blocks: Blocks, base: Base, lever: Lever) -> tuple[Array, Array]:
    """Return d log utility (M, M+N) and d log real return (N, M+N) by log heads (M) then log capital (N).

    Implicit function theorem at the base year, by dense Jacobians of one sweep: dx/ds = (I − Gₓ)⁻¹ Gₛ.
    """
    n, g = blocks.regions, blocks.labour_groups
    held = shock(base, lever, blocks)

    def year(x: Array, s: Array) -> tuple[Array, Array]:
        here = lever._replace(people=jnp.exp(s[: n * g]).reshape(n, g), capital=jnp.exp(s[n * g :]))
        state, flows = evaluate(x, base, here, held, blocks)
        now = split(x, blocks)
        prices = (base.consumption * now.price).sum(1)
        real_return = now.capital_return - prices if blocks.capital else jnp.zeros(n)
        flat = jnp.concatenate([part.ravel() for part in state])
        return flat, jnp.concatenate([flows.utility.ravel(), real_return])

    zero, still = jnp.zeros(unknowns(blocks)), jnp.zeros(n * g + n)
    (sweep_x, sweep_s), (out_x, out_s) = jax.jacfwd(year, argnums=(0, 1))(zero, still)
    moved = jnp.linalg.solve(jnp.eye(len(zero)) - sweep_x, sweep_s)
    total = out_x @ moved + out_s
    return total[: n * g], total[n * g :]
