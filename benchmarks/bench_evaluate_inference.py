"""Inference with few treated regions on a county panel of 2 800 × 20, beside wildboottest where it is installed."""

import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from _measure import Figure, cpu_seconds
from yugong.evaluate.inference import assignments, conley, did_effects, imputation_effects, wild_cluster

COUNTIES, YEARS, PROVINCES = 2_800, 20, 31


def peak_megabytes(call: Callable[[], object]) -> float:
    """Return the largest memory that the call had allocated at once, as Python and NumPy count it."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def figures(full: bool = False) -> list[Figure]:
    """Return the figures; `full` runs the peer with all its draws."""
    rng = np.random.default_rng(0)
    province = np.sort(rng.integers(0, PROVINCES, COUNTIES))
    unit, year = np.repeat(np.arange(COUNTIES), YEARS), np.tile(np.arange(YEARS), COUNTIES)
    starts = np.where(province < 8, rng.integers(8, 14, PROVINCES)[province], YEARS)
    y = rng.normal(size=(COUNTIES, YEARS)).cumsum(axis=1) + rng.normal(size=PROVINCES)[province][:, None]
    d = (np.arange(YEARS) >= starts[:, None]).astype(float).ravel()

    def bootstrap() -> object:
        return wild_cluster(y.ravel(), d, province[unit], units=unit, periods=year, level=None)

    made = wild_cluster(y.ravel(), d, province[unit], units=unit, periods=year, level=None)
    other, note = peer(y.ravel(), d, province[unit], unit, year, 9_999 if full else 999)
    placebo = assignments(starts, YEARS, draws=999).starts
    gaps = np.where(rng.random(y.shape) < 0.02, np.nan, y)
    lon, lat = rng.uniform(80, 130, COUNTIES), rng.uniform(20, 50, COUNTIES)
    out = [
        Figure("wild cluster bootstrap 9 999, 56 000 rows, two-way", cpu_seconds(bootstrap), "s CPU", "<= 0.1", note),
        Figure("… memory", peak_megabytes(bootstrap), "MB", "< 300"),
        Figure("imputation, 999 permutations", cpu_seconds(lambda: imputation_effects(y, placebo), 3), "s CPU", "<= 4"),
        Figure(
            "… with 2 % missing at random", cpu_seconds(lambda: imputation_effects(gaps, placebo), 1), "s CPU", "<= 4"
        ),
        Figure("two-way fixed effects, 999 permutations", cpu_seconds(lambda: did_effects(y, placebo), 3), "s CPU", ""),
        Figure(
            "Conley 200 km, two lags, 56 000 rows",
            cpu_seconds(lambda: conley(y.ravel(), d, lon[unit], lat[unit], 200, unit, year, lags=2), 3),
            "s CPU",
            "",
        ),
    ]
    if other is not None:
        out.append(
            Figure("wild cluster bootstrap, difference in p from wildboottest", abs(other - made.p), "", "< 0.02")
        )
    return out


def peer(y, d, cluster, unit, year, draws: int) -> tuple[float | None, str]:
    """Return wildboottest's p and its time; it takes the regression after both effects, which are many columns else."""
    try:
        import pandas as pd
        import statsmodels.api as sm
        from wildboottest.wildboottest import wildboottest
    except ImportError:
        return None, "peer not installed: wildboottest"

    def demeaned(v: np.ndarray) -> np.ndarray:
        grid = v.reshape(COUNTIES, YEARS)
        return (grid - grid.mean(axis=1, keepdims=True) - grid.mean(axis=0) + grid.mean()).ravel()

    model = sm.OLS(demeaned(y), pd.DataFrame({"D": demeaned(d)}))
    start = time.perf_counter()
    p = float(wildboottest(model, B=draws, cluster=cluster, param="D", seed=1, show=False)["p-value"].iloc[0])
    return p, f"wildboottest {time.perf_counter() - start:.1f} s for {draws} draws"
