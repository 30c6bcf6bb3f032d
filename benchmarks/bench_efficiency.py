"""Efficiency: the undesirable SBM beside its peer in the same run, and productivity change of provinces."""

import importlib.util
from typing import Any

import numpy as np
import pandas as pd

from _measure import Figure, cpu_seconds
from yugong.diagnose.efficiency import malmquist, sbm, super_sbm

Sample = tuple[np.ndarray, np.ndarray, np.ndarray]


def sample(n: int, seed: int = 0) -> Sample:
    """Three inputs, one good and one bad output; most units well inside the frontier."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 10, (n, 3))
    y = x.prod(axis=1, keepdims=True) ** (1 / 3) * rng.uniform(0.3, 1, (n, 1))
    return x, y, x[:, :1] * rng.uniform(0.5, 2, (n, 1))


def peer(data: Sample) -> tuple[float, np.ndarray] | None:
    """CPU seconds and scores of DEAPack (GPL, so never a dependency), or None where it is not installed."""
    if importlib.util.find_spec("deapack") is None:
        return None
    import deapack

    x, y, b = data
    frame = pd.DataFrame(np.hstack([x, y, b]), columns=["x1", "x2", "x3", "y", "b"])
    table = deapack.DEAData.from_frame(frame, inputs=["x1", "x2", "x3"], outputs=["y"], bad_outputs=["b"])
    model: Any = deapack.UndesirableSBM(returns_to_scale="crs")
    scores: list[np.ndarray] = []

    def call() -> None:
        scores.append(model.fit(table).summary_frame["score"].to_numpy(float))

    return cpu_seconds(call, repeats=1), scores[-1]


def figures(full: bool = False) -> list[Figure]:
    """Return the figures: SBM and super-SBM with a bad output, constant returns, and a Malmquist panel."""
    thousand = sample(1000)
    own = cpu_seconds(lambda: sbm(*thousand), repeats=3)
    other = peer(thousand)
    note = "peer not installed: DEAPack"
    if other is not None:
        gap = np.abs(other[1] - sbm(*thousand).score).max()
        note = f"DEAPack {other[0]:.2f} s; largest difference {gap:.1e}"
    large = sample(2800)
    whole = cpu_seconds(lambda: sbm(*large, reduce=False), repeats=1)
    rng = np.random.default_rng(1)
    x, y = rng.uniform(1, 10, (20, 31, 2)), rng.uniform(1, 10, (20, 31, 1))
    return [
        Figure("undesirable SBM, n = 1000", own, "s CPU", "", note),
        Figure("… times faster than the peer", other[0] / own if other else np.nan, "x", ">= 15", "" if other else note),
        Figure(
            "undesirable SBM, n = 2800", cpu_seconds(lambda: sbm(*large), repeats=1), "s CPU", "<= 5",
            f"{whole:.2f} s without frontier reduction",
        ),
        Figure("undesirable super-SBM, n = 2800", cpu_seconds(lambda: super_sbm(*large), repeats=1), "s CPU", ""),
        Figure("Malmquist, 31 provinces x 20 years", cpu_seconds(lambda: malmquist(x, y), repeats=1), "s CPU", ""),
    ]  # fmt: skip
