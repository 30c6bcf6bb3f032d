"""Simultaneous bands: the whole path of an event study lies inside with the stated probability, not each year alone."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DRAWS, SEED = 10_000, 20_190_101  # of the simulated maximum: fixed, so that a band does not change between calls
LEAST = 5  # treated clusters behind an estimate, below which its clustered error is too small for a band


def sup_t(covariance: Floats, degrees: float, level: float = 0.95) -> float:
    """Return the critical value of the largest |t| among estimates with this covariance (E, E).

    The law is the multivariate Student's t on `degrees` (inf: normal), simulated. Montiel Olea and Plagborg-Møller
    (2019, algorithm 1), with degrees of freedom for the few clusters behind the covariance.
    """
    error = np.sqrt(np.diag(covariance))
    values, vectors = np.linalg.eigh(covariance / np.outer(error, error))
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    rng = np.random.default_rng(SEED)
    largest = np.abs(rng.standard_normal((DRAWS, len(error))) @ root.T).max(axis=1)
    if np.isfinite(degrees):
        largest /= np.sqrt(rng.chisquare(degrees, DRAWS) / degrees)
    return float(np.quantile(largest, level))


def band(
    estimates: Floats, covariance: Floats, clusters: NDArray[np.int64], level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the simultaneous band (E,), (E,) of estimates (E,), by the treated clusters behind each (E,).

    Degrees of freedom are the fewest of these clusters less one. NaN where there are fewer than LEAST, whose errors
    cannot be trusted, and where there is no error; they have no part in the band.
    """
    low, high = np.full(len(estimates), np.nan), np.full(len(estimates), np.nan)
    held = np.isfinite(estimates) & (np.diag(covariance) > 0) & (clusters >= LEAST)
    if held.any():
        mine = covariance[np.ix_(held, held)]
        half = sup_t(mine, float(clusters[held].min() - 1), level) * np.sqrt(np.diag(mine))
        low[held], high[held] = estimates[held] - half, estimates[held] + half
    return low, high
