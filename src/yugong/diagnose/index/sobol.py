"""Variance-based sensitivity: first-order and total Sobol indices of a model of grouped inputs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.index.scale import Array

BATCH = 4096  # model rows a call, so that memory stays flat


@dataclass(frozen=True, slots=True)
class Sobol:
    """Indices (k, q) of k factors for q outputs, with 5–95 % bootstrap bounds; NaN where an output never varies.

    `first`: variance explained by the factor alone. `total`: with all its interactions.
    `outputs`: the model's values at the two base samples, (2·samples, q): a Monte-Carlo sample as well.
    """

    factors: tuple[str, ...]
    first: Array
    total: Array
    first_low: Array
    first_high: Array
    total_low: Array
    total_high: Array
    variance: Array
    outputs: Array


def sobol_indices(
    model: Callable[[Array], Array],
    factors: Sequence[tuple[str, int]],
    *,
    samples: int = 512,
    replicates: int = 200,
    seed: int = 0,
) -> Sobol:
    """Return first-order and total indices of `model`, a function from (N, d) uniforms in [0, 1) to (N, q).

    `factors`: (name, number of its columns), in column order; a factor of several columns is moved as one.
    `samples`: a power of two; the model is run samples·(k + 2) times. Estimators: Saltelli et al. (2010), Computer
    Physics Communications 181, for the first order; Jansen (1999) for the total. The design is a scrambled Sobol
    sequence; the bounds are a percentile bootstrap over its rows.
    """
    if samples < 2 or samples & (samples - 1):
        text = Text(f"样本数须为 2 的幂，而不是 {samples}", f"samples must be a power of two, not {samples}")
        raise InputError([Problem(text)])
    d = sum(n for _, n in factors)
    design_seed, bootstrap_seed = np.random.SeedSequence(seed).spawn(2)
    u = qmc.Sobol(2 * d, scramble=True, seed=np.random.default_rng(design_seed)).random(samples)
    a, b = u[:, :d], u[:, d:]
    ya, yb = _run(model, a), _run(model, b)
    centre = np.concatenate([ya, yb]).mean(axis=0)  # centring cuts the noise of the first-order product
    ya, yb = ya - centre, yb - centre
    k = len(factors)
    gain, loss = np.empty((k, *ya.shape)), np.empty((k, *ya.shape))
    start = 0
    for i, (_, width) in enumerate(factors):
        mixed = a.copy()
        mixed[:, start : start + width] = b[:, start : start + width]
        y = _run(model, mixed) - centre
        gain[i] = yb * (y - ya)
        loss[i] = (ya - y) ** 2 / 2
        start += width
    squares = (ya**2 + yb**2) / 2
    variance = squares.mean(axis=0)
    varies = variance > 0
    safe = np.where(varies, variance, np.nan)
    picks = np.random.default_rng(bootstrap_seed).integers(samples, size=(replicates, samples))
    counts = np.zeros((replicates, samples))
    np.add.at(counts, (np.arange(replicates)[:, None], picks), 1.0 / samples)
    spread = counts @ squares
    spread[~(spread > 0)] = np.nan  # a replicate of one repeated row has no variance, and then no bounds
    firsts = np.einsum("rs,ksq->krq", counts, gain, optimize=True) / spread
    totals = np.einsum("rs,ksq->krq", counts, loss, optimize=True) / spread
    first_low, first_high = np.quantile(firsts, [0.05, 0.95], axis=1)
    total_low, total_high = np.quantile(totals, [0.05, 0.95], axis=1)
    return Sobol(
        factors=tuple(name for name, _ in factors),
        first=gain.mean(axis=1) / safe,
        total=loss.mean(axis=1) / safe,
        first_low=first_low,
        first_high=first_high,
        total_low=total_low,
        total_high=total_high,
        variance=variance,
        outputs=np.concatenate([ya, yb]) + centre,
    )


def _run(model: Callable[[Array], npt.ArrayLike], u: Array) -> Array:
    parts = [np.asarray(model(u[i : i + BATCH]), dtype=np.float64) for i in range(0, len(u), BATCH)]
    y = np.concatenate(parts)
    return y[:, None] if y.ndim == 1 else y
