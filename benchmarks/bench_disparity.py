"""Dagum, bootstrap and Theil against plain NumPy and PySAL's inequality, all in one run."""

import numpy as np

from _measure import Figure, cpu_seconds
from yugong.diagnose import disparity as d


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


def figures(full: bool = False) -> list[Figure]:
    """Return the figures: Dagum, bootstrap, and Theil beside its peer; `full` runs every draw of the slow ways."""
    rng = np.random.default_rng(1)
    large, groups = rng.lognormal(size=56_000), rng.integers(0, 8, 56_000)
    small, few = large[:2_800], groups[:2_800]
    mine, plain = d.dagum(small, few), dagum_pairwise(small, few, 8)
    gap = np.abs(np.array([mine.gini, mine.within, mine.between, mine.transvariation]) / plain - 1).max()
    own, other = cpu_seconds(lambda: d.dagum(small, few), 20), cpu_seconds(lambda: dagum_pairwise(small, few, 8), 3)
    out = [
        Figure("Dagum, 56 000 values, 8 groups", cpu_seconds(lambda: d.dagum(large, groups)), "s CPU", "<= 0.05"),
        Figure("Dagum, 2 800 values, 8 groups", own, "s CPU", "", f"n × n {other:.3f} s; largest difference {gap:.0e}"),
        Figure("… times faster than n × n in NumPy", other / own, "x", ">= 50"),
    ]
    y, w = rng.lognormal(sigma=0.5, size=(31, 19)), rng.uniform(3, 120, (31, 19))
    plates, share = np.arange(31) % 4, 1 if full else 20
    own = cpu_seconds(lambda: d.cluster_bootstrap(y, None, w, ("gini", "theil_T"), 1000))
    other = cpu_seconds(lambda: bootstrap_loop(y, w, 1000 // share), 1) * share
    parts = cpu_seconds(lambda: d.cluster_bootstrap(y, plates, w, ("dagum",), 1000), 2)
    scaled = "" if full else f", from 1 draw in {share}"
    out += [
        Figure("bootstrap 1000, weighted Gini and Theil, 31 × 19", own, "s CPU", "<= 1", f"loop {other:.2f} s{scaled}"),
        Figure("… times faster than the loop", other / own, "x", ""),
        Figure("bootstrap 1000, weighted Dagum parts, 31 × 19", parts, "s CPU", ""),
    ]
    return out + theil(rng, full)


def theil(rng: np.random.Generator, full: bool) -> list[Figure]:
    """Theil by group over twenty years, once and under permuted groups, beside PySAL where it is installed."""
    panel, g = rng.lognormal(size=(2_800, 20)), rng.integers(0, 8, 2_800)
    draws, shown = (999, "") if full else (49, ", from 49 draws")
    once = cpu_seconds(lambda: d.theil_decomposition(panel, g))
    many = cpu_seconds(lambda: d.theil_permutation(panel, g, draws=999), 2)
    try:
        from inequality.theil import TheilD, TheilDSim
    except ImportError:
        note = "peer not installed: inequality"
        return [
            Figure("Theil by 8 groups, 2 800 × 20", once, "s CPU", "", note),
            Figure("Theil, 999 permutations of groups, 2 800 × 20", many, "s CPU", "", note),
        ]
    other = cpu_seconds(lambda: TheilD(panel, g), 2)
    others = cpu_seconds(lambda: TheilDSim(panel, g, draws), 1) * 999 / draws
    return [
        Figure("Theil by 8 groups, 2 800 × 20", once, "s CPU", "", f"inequality {other:.4f} s"),
        Figure("… times faster than inequality", other / once, "x", ""),
        Figure("Theil, 999 permutations of groups, 2 800 × 20", many, "s CPU", "", f"inequality {others:.2f} s{shown}"),
        Figure("… times faster than inequality", others / many, "x", ">= 20"),
    ]
