"""The first-order response of every unknown and outcome to one direction of the levers, without a single matrix."""

from functools import partial

import jax
import jax.numpy as jnp

from yugong.simulate._kernel.arrays import Base, Blocks, Lever
from yugong.simulate._kernel.fixed_point import MEMORY, Found, Settings, anderson, zeros
from yugong.simulate._kernel.outcomes import Outcomes, outcomes
from yugong.simulate._kernel.sweep import shock, sweep


@partial(jax.jit, static_argnames="blocks")
def tangent(blocks: Blocks, settings: Settings, base: Base, lever: Lever, along: Lever) -> tuple[Found, Outcomes]:
    """Return dx (U,) with (I − Gₓ)dx = Gₚdp at the base year, and the derivatives of the outcomes along it.

    `lever` leaves the base year where it is; `along` is dp. The linear system is solved by the iteration that solves
    the model, here equivalent to GMRES, on exact Jacobian–vector products; the residual is relative to Gₚdp.
    """
    still = zeros(blocks)
    given = jax.jvp(lambda p: sweep(still, base, p, shock(base, p, blocks), blocks), (lever,), (along,))[1]
    size = jnp.maximum(jnp.max(jnp.abs(given), initial=0.0), 1e-300)
    scaled = given / size
    held = shock(base, lever, blocks)
    _, push = jax.linearize(lambda x: sweep(x, base, lever, held, blocks), still)
    found = anderson(lambda x: scaled + push(x), still, settings, 2 * MEMORY)
    moved = size * found.x
    change = jax.jvp(lambda x, p: outcomes(x, base, p, shock(base, p, blocks), blocks), (still, lever), (moved, along))[
        1
    ]
    return Found(moved, found.residual, found.sweeps), change
