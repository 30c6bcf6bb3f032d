"""Dagum, bootstrap and Theil against plain NumPy and PySAL, CPU seconds on one thread, all in one run.

Run as `python benchmarks/bench_disparity.py`; it prints one JSON object. Ratios say how many times slower the
other way is; figures are the best of several runs after a warm-up.
"""

import json
import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import time  # noqa: E402
from collections.abc import Callable  # noqa: E402

import numpy as np  # noqa: E402

from yugong.diagnose import disparity as d  # noqa: E402

LIMITS = {"dagum_56000_s": 0.05, "dagum_2800_ratio": 50.0, "bootstrap_gini_theil_s": 1.0}


def cpu(run: Callable[[], object], times: int = 5) -> float:
    """Return the best CPU time of `times` runs after one warm-up."""
    run()
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return best


def dagum_pairwise(y: np.ndarray, g: np.ndarray, k: int) -> tuple[float, float, float, float]:
    """Dagum's parts by their definition on the full n × n matrix of differences."""
    gap = np.abs(y[:, None] - y)
    n, mu = len(y), y.mean()
    member = (g[:, None] == np.arange(k)).astype(float)
    size, mean = member.sum(axis=0), member.T @ y / member.sum(axis=0)
    delta = member.T @ gap @ member / np.outer(size, size)
    p, s = size / n, size * mean / (n * mu)
    within = float((np.diag(delta) / (2 * mean) * p * s).sum())
    j, h = np.triu_indices(k, 1)
    pair = delta[j, h] / (mean[j] + mean[h]) * (p[j] * s[h] + p[h] * s[j])
    affluence = np.abs(mean[j] - mean[h]) / delta[j, h]
    return float(gap.mean() / (2 * mu)), within, float((pair * affluence).sum()), float((pair * (1 - affluence)).sum())


def bootstrap_loop(y: np.ndarray, w: np.ndarray, draws: int) -> np.ndarray:
    """The usual loop: draw rows, recompute weighted Gini and Theil year by year."""
    rng, (n, years) = np.random.default_rng(0), y.shape
    out = np.empty((draws, years, 2))
    for b in range(draws):
        rows = rng.integers(0, n, n)
        for t in range(years):
            x, v = y[rows, t], w[rows, t]
            total, mu = v.sum(), (v * x).sum() / v.sum()
            out[b, t, 0] = (v[:, None] * v * np.abs(x[:, None] - x)).sum() / (2 * total**2 * mu)
            out[b, t, 1] = (v * x / mu * np.log(x / mu)).sum() / total
    return out


def main() -> dict[str, float]:
    """Return the figures and ratios."""
    rng = np.random.default_rng(1)
    large, groups = rng.lognormal(size=56_000), rng.integers(0, 8, 56_000)
    small, few = large[:2_800], groups[:2_800]
    mine, plain = d.dagum(small, few), dagum_pairwise(small, few, 8)
    order = np.array([mine.gini, mine.within, mine.between, mine.transvariation])
    np.testing.assert_allclose(order, plain, rtol=1e-10)
    y, w = rng.lognormal(sigma=0.5, size=(31, 19)), rng.uniform(3, 120, (31, 19))
    plates = np.arange(31) % 4
    out = {
        "dagum_56000_s": cpu(lambda: d.dagum(large, groups)),
        "dagum_2800_s": cpu(lambda: d.dagum(small, few), 20),
        "dagum_2800_pairwise_s": cpu(lambda: dagum_pairwise(small, few, 8), 3),
        "bootstrap_gini_theil_s": cpu(lambda: d.cluster_bootstrap(y, None, w, ("gini", "theil_T"), 1000)),
        "bootstrap_loop_s": cpu(lambda: bootstrap_loop(y, w, 50), 2) * 20,
        "bootstrap_dagum_s": cpu(lambda: d.cluster_bootstrap(y, plates, w, ("dagum",), 1000)),
    }
    out["dagum_2800_ratio"] = out["dagum_2800_pairwise_s"] / out["dagum_2800_s"]
    out["bootstrap_ratio"] = out["bootstrap_loop_s"] / out["bootstrap_gini_theil_s"]
    try:
        from inequality.theil import TheilD
    except ImportError:
        return out
    panel, g = rng.lognormal(size=(2_800, 20)), rng.integers(0, 8, 2_800)
    out["theil_2800x20_s"] = cpu(lambda: d.theil_decomposition(panel, g))
    out["theil_2800x20_pysal_s"] = cpu(lambda: TheilD(panel, g))
    out["theil_ratio"] = out["theil_2800x20_pysal_s"] / out["theil_2800x20_s"]
    return out


if __name__ == "__main__":
    figures = main()
    missed = [k for k, v in LIMITS.items() if (figures[k] < v if k.endswith("ratio") else figures[k] > v)]
    print(
        json.dumps({"cpu": {k: round(v, 5) for k, v in figures.items()}, "limits": LIMITS, "missed": missed}, indent=2)
    )
    raise SystemExit(1 if missed else 0)
