"""Honest differences in differences: the hybrid test and the fixed-length interval, beside StatsPAI where installed."""

import time

import numpy as np

from _measure import Figure, cpu_seconds
from yugong.evaluate.honest import honest_did, pretrend_power


def figures(full: bool = False) -> list[Figure]:
    """Return the figures on five periods before and two, four or eight after."""
    rng, out = np.random.default_rng(0), []
    for after in (2, 4, 8) if full else (2, 4):
        n = 5 + after
        root = rng.normal(size=(n, n)) * 0.1
        v = root @ root.T + 0.02 * np.eye(n)
        b = np.concatenate([np.zeros(5), np.full(after, 1.0)]) + 0.05 * rng.normal(size=n)
        relative = cpu_seconds(lambda b=b, v=v: honest_did(b, v, 5, [1.0], breakdown=False), 1)
        smooth = cpu_seconds(lambda b=b, v=v: honest_did(b, v, 5, [0.05], "smoothness", breakdown=False), 2)
        out += [
            Figure(
                f"relative magnitudes, 5 before, {after} after, one bound", relative, "s CPU", "", peer(b, v, after)
            ),
            Figure(f"smoothness, 5 before, {after} after, one bound", smooth, "s CPU", ""),
        ]
    return [*out, Figure("pre-trend power, 5 before", cpu_seconds(lambda: pretrend_power(b, v, 5), 1), "s CPU", "")]


def peer(b: np.ndarray, v: np.ndarray, after: int) -> str:
    try:
        from statspai.did._honest_moments import honest_did_from_moments
    except ImportError:
        return "peer not installed: StatsPAI"
    times, start = [*range(-5, 0), *range(1, after + 1)], time.perf_counter()
    found = honest_did_from_moments(b, v, times, method="relative_magnitude", m_grid=[1.0], l_vec=np.eye(after)[0])
    took = time.perf_counter() - start
    mine = honest_did(b, v, 5, [1.0], breakdown=False).intervals[0]
    gap = max(abs(found["ci_lower"].iloc[0] - mine[0]), abs(found["ci_upper"].iloc[0] - mine[1]))
    return f"StatsPAI {took:.2f} s; largest difference {gap:.4f}"
