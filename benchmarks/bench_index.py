"""Pooled index of 56 000 region-years × 30 indicators, CPU seconds on one thread; and the parts of the index verb."""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import time
from collections.abc import Callable

import numpy as np

from yugong.diagnose import index as ix

LIMIT = 0.15  # CPU seconds for min–max, entropy and TOPSIS, or a two-stage score
REPEATS = 5


def cpu(task: Callable[[], object]) -> float:
    """Return the best CPU time of a few runs."""
    best = np.inf
    for _ in range(REPEATS):
        start = time.process_time()
        task()
        best = min(best, time.process_time() - start)
    return float(best)


def main() -> None:
    rng = np.random.default_rng(0)
    x = rng.lognormal(size=(2800, 20, 30))
    holed = np.where(rng.random(x.shape) < 0.02, np.nan, x)
    directions = ["+"] * 20 + ["-"] * 10
    dimensions = [f"D{k}" for k in range(6) for _ in range(5)]

    def topsis(v: np.ndarray) -> object:
        z = ix.standardise(v, directions).z
        return ix.topsis(z, ix.entropy(z))

    def score(v: np.ndarray) -> object:
        z = ix.standardise(v, directions).z
        return ix.composite(z, dimensions, weights=ix.entropy(z))

    provinces = rng.lognormal(size=(31, 20, 20))
    recipe = ix.recipes(provinces, ["+"] * 20, [f"D{k}" for k in range(5) for _ in range(4)])
    tasks: list[tuple[str, Callable[[], object], float | None]] = [
        ("min-max + entropy + TOPSIS, 56 000 × 30", lambda: topsis(x), LIMIT),
        ("min-max + entropy + two-stage score, 56 000 × 30", lambda: score(x), LIMIT),
        ("the same with 2 % missing", lambda: score(holed), None),
        ("rank interval and Sobol indices, 31 × 20, 512 × 6 draws", lambda: ix.rank_uncertainty(recipe), None),
        ("segmentation, 31 regions × 14 goods × 20 years, all pairs",
         lambda: ix.market_segmentation(rng.uniform(95, 105, (31, 14, 20))), None),
    ]  # fmt: skip
    for name, task, limit in tasks:
        taken = cpu(task)
        note = "" if limit is None else f"  (limit {limit} s: {'met' if taken < limit else 'MISSED'})"
        print(f"{taken:8.4f} s  {name}{note}")


if __name__ == "__main__":
    main()
