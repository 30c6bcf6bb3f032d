"""A whole transition as one fixed point: static equilibria of all years, expected values, people and capital.

Everything is new over the baseline of the same year, so the baseline may itself be a path. Forward-looking migration
after Caliendo, Dvorkin and Parro (2019); capital after Kleinman, Liu and Redding (2023).
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from yugong.simulate._kernel.arrays import Base, Blocks, Lever, split, unknowns
from yugong.simulate._kernel.fixed_point import ADJOINT_SWEEPS, MEMORY, Found, Settings, anderson
from yugong.simulate._kernel.sweep import evaluate, shock

# Anderson needs a longer memory for a path than for one year: information travels both ways along it.
PATH_MEMORY = 12


class Motion(NamedTuple):
    """The baseline's movement of people and capital from one year to the next."""

    moves: Array  # (T,M,M) shares from market to market, rows sum to one; (T,0,0) where nobody moves
    heads: Array  # (T,M), shares of the first year's world heads
    arrivals: Array  # (T,M) heads of next year who did not come from any market: the same in every scenario
    growth: Array  # (T,N) capital next year over this year's
    discount: Array  # ()
    spread: Array  # () ν, dispersion of yearly moving shocks
    kept: Array  # () discount times one less depreciation
    people: Array  # (N,G) first-year heads, new over old
    capital: Array  # (N,) first-year capital, new over old


class Shape(NamedTuple):
    """What is fixed when a path is compiled: years, the static model, and which state variables move."""

    years: int
    blocks: Blocks
    varying: tuple[str, ...]  # levers with a leading axis of years
    dated: tuple[str, ...]  # fields of Base with a leading axis of years
    migration: bool
    accumulation: bool


class Path(NamedTuple):
    """A solved transition of T years."""

    x: Array  # (T,U) static unknowns
    value: Array  # (T,N,G) change of expected lifetime utility
    people: Array  # (T,N,G) heads, new over old
    capital: Array  # (T,N) new over old
    moves: Array  # (T,M,M) shares; empty without migration


def size(shape: Shape) -> int:
    """Count the unknowns of a path."""
    markets = shape.blocks.regions * shape.blocks.labour_groups
    return shape.years * (unknowns(shape.blocks) + (markets if shape.migration else 0))


def unpack(z: Array, shape: Shape) -> tuple[Array, Array]:
    """Cut the flat path into static unknowns (T,U) and values (T,M)."""
    u = unknowns(shape.blocks)
    x = z[: shape.years * u].reshape(shape.years, u)
    return x, z[shape.years * u :].reshape(shape.years, -1)


def walk(z: Array, base: Base, lever: Lever, motion: Motion, shape: Shape) -> tuple[Array, Path]:
    """Pass once along the path: people and capital forward, every year's market, values backward."""
    blocks, years = shape.blocks, shape.years
    n, g = blocks.regions, blocks.labour_groups
    x, value = unpack(z, shape)
    people = jnp.broadcast_to(motion.people, (years, n, g))
    moves = jnp.zeros((years, 0, 0))
    if shape.migration:
        ahead = jnp.concatenate([value[1:], value[-1:]])  # after the last year nothing changes any more
        pull = motion.moves * jnp.exp(motion.discount * ahead / motion.spread)[:, None, :]
        moves = pull / pull.sum(2, keepdims=True)
        heads = motion.heads

        def next_year(now: Array, step: tuple[Array, Array]) -> tuple[Array, Array]:
            go, come = step
            return now @ go + come, now

        levels = jax.lax.scan(next_year, motion.people.ravel() * heads[0], (moves, motion.arrivals))[1]
        people = jnp.where(heads > 0, levels / jnp.where(heads > 0, heads, 1.0), 1.0).reshape(years, n, g)
    own = {name: getattr(base, name) for name in shape.dated}
    capital = jnp.broadcast_to(motion.capital, (years, n))
    if shape.accumulation:

        def real_return(one: Array, of_year: dict[str, Array]) -> Array:
            state = split(one, blocks)
            return jnp.exp(state.capital_return - (base._replace(**of_year).consumption * state.price).sum(1))

        earned = (motion.growth - motion.kept) * jax.vmap(real_return)(x, own)
        growth = (motion.kept + earned) / motion.growth
        log_path = jnp.cumsum(jnp.log(growth), axis=0) - jnp.log(growth)
        capital = motion.capital * jnp.exp(log_path)

    def year(
        one: Array, heads: Array, stock: Array, varied: dict[str, Array], of_year: dict[str, Array]
    ) -> tuple[Array, Array]:
        then = base._replace(**of_year)
        here = lever._replace(**varied)
        here = here._replace(people=here.people * heads, capital=here.capital * stock)
        state, flows = evaluate(one, then, here, shock(then, here, blocks), blocks)
        return jnp.concatenate([part.ravel() for part in state]), flows.utility

    varied = {name: getattr(lever, name) for name in shape.varying}
    new_x, utility = jax.vmap(year)(x, people, capital, varied, own)
    new_value = value
    if shape.migration:
        option = jnp.log((motion.moves * jnp.exp(motion.discount * ahead / motion.spread)[:, None, :]).sum(2))
        new_value = utility.reshape(years, -1) + motion.spread * option
    flat = jnp.concatenate([new_x.ravel(), new_value.ravel()]) if shape.migration else new_x.ravel()
    return flat, Path(
        x, value.reshape(years, -1) if shape.migration else utility.reshape(years, -1), people, capital, moves
    )


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def transition(shape: Shape, settings: Settings, start: Array, base: Base, lever: Lever, motion: Motion) -> Found:
    """Solve the whole path as one fixed point; differentiable in base, levers (dated or not) and motion."""
    return anderson(lambda z: walk(z, base, lever, motion, shape)[0], start, settings, PATH_MEMORY)


def _forward(
    shape: Shape, settings: Settings, start: Array, base: Base, lever: Lever, motion: Motion
) -> tuple[Found, tuple[Array, Base, Lever, Motion]]:
    found = transition(shape, settings, start, base, lever, motion)
    return found, (found.x, base, lever, motion)


def _backward(
    shape: Shape, kept: tuple[Array, Base, Lever, Motion], given: Found
) -> tuple[None, Array, Base, Lever, Motion]:
    z, base, lever, motion = kept
    _, pull_z = jax.vjp(lambda a: walk(a, base, lever, motion, shape)[0], z)
    scale = jnp.maximum(jnp.max(jnp.abs(given.x)), 1e-300)
    target = given.x / scale
    settings = Settings(1e-11, jnp.inf, ADJOINT_SWEEPS)
    weight = anderson(lambda w: target + pull_z(w)[0], jnp.zeros_like(z), settings, 2 * MEMORY).x * scale
    _, pull = jax.vjp(lambda b, p, m: walk(z, b, p, m, shape)[0], base, lever, motion)
    return (None, jnp.zeros_like(z), *pull(weight))


transition.defvjp(_forward, _backward)


@partial(jax.jit, static_argnames="shape")
def solve_path(
    shape: Shape, settings: Settings, start: Array, base: Base, lever: Lever, motion: Motion
) -> tuple[Found, Path, Array]:
    """Solve; return also the path and the log change of utility (T,N,G)."""
    found = transition(shape, settings, start, base, lever, motion)
    path = walk(found.x, base, lever, motion, shape)[1]
    return found, path, path.value


@partial(jax.jit, static_argnames=("shape", "wrt"))
def welfare_gradient(
    shape: Shape, settings: Settings, wrt: tuple[str, ...], start: Array, base: Base, lever: Lever, motion: Motion
) -> tuple[Array, dict[str, Array], Found]:
    """Return the mean first-year lifetime value and its slopes in the named levers, years included."""

    def value(chosen: dict[str, Array]) -> tuple[Array, Found]:
        full = lever._replace(**chosen)
        found = transition(shape, settings, start, base, full, motion)
        path = walk(found.x, base, full, motion, shape)[1]
        weight = motion.people.ravel() * motion.heads[0]
        return (weight * path.value[0]).sum() / weight.sum(), found

    at = {name: getattr(lever, name) for name in wrt}
    (result, found), slope = jax.value_and_grad(value, has_aux=True)(at)
    return result, slope, found
