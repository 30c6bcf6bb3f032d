"""Newton–Krylov, for what the accelerated sweep does not reach: exact Jacobian–vector products, GMRES, backtracking."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
from jax import Array
from scipy.sparse.linalg import LinearOperator, gmres

from yugong.simulate._kernel.arrays import Base, Blocks, Lever
from yugong.simulate._kernel.sweep import shock, sweep

NEWTON_STEPS = 30


@partial(jax.jit, static_argnames="blocks")
def residual(blocks: Blocks, x: Array, base: Base, lever: Lever) -> Array:
    """Return what one more sweep would change (U,)."""
    change: Array = sweep(x, base, lever, shock(base, lever, blocks), blocks) - x
    return change


@partial(jax.jit, static_argnames="blocks")
def push(blocks: Blocks, x: Array, along: Array, base: Base, lever: Lever) -> Array:
    """Return the derivative of the sweep at `x` in the direction `along` (U,)."""
    held = shock(base, lever, blocks)
    derivative: Array = jax.jvp(lambda z: sweep(z, base, lever, held, blocks), (x,), (along,))[1]
    return derivative


@partial(jax.jit, static_argnames="blocks")
def jacobian(blocks: Blocks, x: Array, base: Base, lever: Lever) -> Array:
    """Return all derivatives of the sweep at `x` (U,U), output first."""
    columns: Array = jax.lax.map(lambda along: push(blocks, x, along, base, lever), jnp.eye(len(x)))
    return columns.T  # a loop, for it compiles in a fraction of the time of one wide pass


def newton_krylov(blocks: Blocks, base: Base, lever: Lever, start: Array, tolerance: float) -> Array:
    """Return the best point (U,) reached from `start`; the caller judges whether it is a solution."""
    x = start
    f = residual(blocks, x, base, lever)
    size = float(jnp.max(jnp.abs(f)))
    n = len(start)
    for _ in range(NEWTON_STEPS):
        if size <= tolerance or not np.isfinite(size):
            break

        def times(v: npt.NDArray[np.float64], at: Array = x) -> npt.NDArray[np.float64]:
            out: npt.NDArray[np.float64] = v - np.asarray(push(blocks, at, jnp.asarray(v), base, lever))
            return out

        operator = LinearOperator((n, n), matvec=times, dtype=np.float64)
        move, _ = gmres(operator, np.asarray(f), rtol=min(1e-2, size), restart=min(n, 60), maxiter=5)
        cap = min(1.0, 1.0 / max(float(np.abs(move).max()), 1e-300))
        for _ in range(12):
            trial = x + cap * jnp.asarray(move)
            g = residual(blocks, trial, base, lever)
            new = float(jnp.max(jnp.abs(g)))
            if new < size:
                break
            cap /= 2
        else:
            break
        x, f, size = trial, g, new
    return x
