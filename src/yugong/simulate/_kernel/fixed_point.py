"""Anderson-accelerated fixed points, and derivatives through them by one adjoint solve.

Anderson (1965), type II as in Walker and Ni (2011); the adjoint is the implicit function theorem, its linear system
solved by the same iteration, where Anderson is equivalent to GMRES.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from yugong.simulate._kernel.arrays import Base, Blocks, Lever, unknowns
from yugong.simulate._kernel.sweep import Shock, sweep

MEMORY = 8
ADJOINT_SWEEPS = 1000


class Settings(NamedTuple):
    """How hard to try: numbers, so that a change needs no new compilation."""

    tolerance: float = 1e-10  # on the largest change of any unknown, in logs
    step_cap: float = 0.5  # on the largest move of any unknown a sweep, in logs
    max_sweeps: int = 500


class Found(NamedTuple):
    """Where the iteration ended, how far from a fixed point, after how many sweeps."""

    x: Array
    residual: Array
    sweeps: Array


class _Walk(NamedTuple):
    x: Array
    f: Array
    steps: Array  # (m,n) past differences of the image x+f
    changes: Array  # (m,n) past differences of f
    gram: Array  # (m,m) their products, one row new a sweep
    last_image: Array
    last_f: Array
    sweeps: Array


def anderson(image: Callable[[Array], Array], start: Array, settings: Settings, memory: int = MEMORY) -> Found:
    """Iterate to image(x) = x from `start` (U,); stop at the tolerance, the sweep limit, or the first NaN."""
    n = start.shape[0]

    def residual(f: Array) -> Array:
        return jnp.max(jnp.abs(f), initial=0.0)

    def going(walk: _Walk) -> Array:
        size = residual(walk.f)
        return (size > settings.tolerance) & jnp.isfinite(size) & (walk.sweeps < settings.max_sweeps)

    def step(walk: _Walk) -> _Walk:
        here = walk.x + walk.f
        row = (walk.sweeps - 1) % memory
        first = walk.sweeps == 0
        keep = jnp.where(first, 0.0, 1.0)
        steps = walk.steps.at[row].set(keep * (here - walk.last_image))
        change = keep * (walk.f - walk.last_f)
        changes = walk.changes.at[row].set(change)
        products = changes @ change
        gram = walk.gram.at[row].set(products).at[:, row].set(products)
        size = jnp.sqrt(jnp.diagonal(gram))
        scale = jnp.where(size > 0, 1 / jnp.where(size > 0, size, 1.0), 0.0)
        system = gram * scale[:, None] * scale + jnp.diag(jnp.where(size > 0, 1e-13, 1.0))
        weights = scale * jnp.linalg.solve(system, scale * (changes @ walk.f))
        move = walk.f - weights @ steps
        cap = jnp.minimum(1.0, settings.step_cap / jnp.maximum(residual(move), 1e-300))
        x = walk.x + cap * move
        return _Walk(x, image(x) - x, steps, changes, gram, here, walk.f, walk.sweeps + 1)

    zero = jnp.zeros((memory, n))
    begin = _Walk(
        start,
        image(start) - start,
        zero,
        zero,
        jnp.zeros((memory, memory)),
        start,
        jnp.zeros(n),
        jnp.zeros((), dtype=int),
    )
    end = jax.lax.while_loop(going, step, begin)
    return Found(end.x, residual(end.f), end.sweeps)


def equilibrium(blocks: Blocks, settings: Settings, start: Array, base: Base, lever: Lever, held: Shock) -> Found:
    """Solve for the unknowns (U,); `held` is the levers' `shock`."""
    return anderson(lambda x: sweep(x, base, lever, held, blocks), start, settings)


def adjoint(pull: Callable[[Array], Array], given: Array) -> Array:
    """Solve (I − Gₓᵀ)λ = given, to 1e-12 of its size; `pull` multiplies by Gₓᵀ at the fixed point."""
    size = jnp.maximum(jnp.max(jnp.abs(given), initial=0.0), 1e-300)
    scaled = given / size
    settings = Settings(1e-12, jnp.inf, ADJOINT_SWEEPS)
    return size * anderson(lambda weight: scaled + pull(weight), jnp.zeros_like(given), settings, 2 * MEMORY).x


def zeros(blocks: Blocks) -> Array:
    """Return the base year: no unknown has moved."""
    return jnp.zeros(unknowns(blocks))
