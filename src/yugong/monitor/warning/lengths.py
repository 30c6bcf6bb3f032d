"""How long a chart runs before it signals, and how often it signals for nothing."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from yugong.monitor.warning.charts import Kind, cusum, ewma, standardised

Floats = NDArray[np.float64]
PARAMETERS = {"ewma": 0.2, "cusum": 0.5}


@dataclass(frozen=True, slots=True)
class RunLength:
    """Mean and standard error of simulated run lengths; `cut` is the share that outlasted the simulation."""

    mean: float
    error: float
    cut: float


def run_length(
    chart: Kind,
    parameter: float,
    limit: float,
    shift: float = 0.0,
    draws: int = 10_000,
    seed: int = 0,
    limits: Literal["exact", "fixed"] = "exact",
    most: int = 100_000,
) -> RunLength:
    """Return the average run length (zero state) of independent normal values whose mean has moved by `shift` sd.

    parameter: λ of the EWMA, k of the CUSUM. Simulated one period at a time for all draws that have not yet signalled,
    up to `most` periods. The tables it is held against: Lucas and Saccucci (1990), table 3; Lucas and Crosier (1982),
    table 1.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    length = np.zeros(draws)
    alive = np.arange(draws)
    high, low = np.zeros(draws), np.zeros(draws)
    for t in range(1, most + 1):
        z = rng.standard_normal(alive.size) + shift
        if chart == "ewma":
            high = parameter * z + (1 - parameter) * high
            growth = 1 - (1 - parameter) ** (2 * t) if limits == "exact" else 1.0
            out = np.abs(high) > limit * np.sqrt(parameter / (2 - parameter) * growth)
        else:
            high = np.maximum(0.0, high + z - parameter)
            low = np.maximum(0.0, low - z - parameter)
            out = np.maximum(high, low) > limit
            low = low[~out]
        length[alive[out]] = t
        alive, high = alive[~out], high[~out]
        if not alive.size:
            break
    length[alive] = most
    return RunLength(float(length.mean()), float(length.std(ddof=1) / np.sqrt(draws)), alive.size / draws)


def false_alarm(
    chart: Kind, parameter: float, limit: float, baseline: int, watched: int, draws: int = 20_000, seed: int = 0
) -> float:
    """Return the probability that a chart signals at least once over `watched` periods though nothing has changed.

    Mean and standard deviation are estimated from `baseline` independent normal values, as they are in use: with few
    of them the rate is far above that of known parameters (Jones, Champ, Rigdon 2001).
    """
    return float((_peaks(chart, parameter, baseline, watched, draws, seed) > limit).mean())


def calibrated(
    chart: Kind, parameter: float, rate: float, baseline: int, watched: int, draws: int = 20_000, seed: int = 0
) -> float:
    """Return the limit at which a chart with estimated parameters gives a false alarm with probability `rate`."""
    return float(np.quantile(_peaks(chart, parameter, baseline, watched, draws, seed), 1 - rate))


@lru_cache(maxsize=64)
def _peaks(chart: Kind, parameter: float, baseline: int, watched: int, draws: int, seed: int) -> Floats:
    """The largest statistic, in units of its limit, of each simulated unchanged series (draws,)."""
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    z = standardised(rng.standard_normal((draws, baseline + watched)), baseline)[0][:, baseline:]
    made = ewma(z, parameter, 1.0) if chart == "ewma" else cusum(z, parameter, 1.0)
    return np.asarray((np.abs(made.statistic) / made.limit).max(axis=1), dtype=np.float64)
