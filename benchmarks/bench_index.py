"""The composite index of 56 000 region-years × 30 indicators, rank uncertainty, and market segmentation."""

import numpy as np

from _measure import Figure, cpu_seconds
from yugong.diagnose import index as ix


def figures(full: bool = False) -> list[Figure]:
    """Return the figures; `full` changes nothing here."""
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

    z = ix.standardise(x, directions).z

    def resampled() -> None:
        for _ in range(20):
            ix.entropy(z[rng.integers(0, 2800, 2800)])

    loop = cpu_seconds(resampled, 1) * 1000 / 20
    drawn = cpu_seconds(lambda: ix.entropy_bootstrap(z, draws=1000), 2)
    recipe = ix.recipes(rng.lognormal(size=(31, 20, 20)), ["+"] * 20, [f"D{k}" for k in range(5) for _ in range(4)])
    provinces, cities = rng.uniform(95, 105, (31, 14, 20)), rng.uniform(95, 105, (337, 16, 20))
    return [
        Figure("min-max + entropy + TOPSIS, 56 000 × 30", cpu_seconds(lambda: topsis(x)), "s CPU", "<= 0.15"),
        Figure("min-max + entropy + two-stage score, 56 000 × 30", cpu_seconds(lambda: score(x)), "s CPU", "<= 0.15"),
        Figure("… with 2 % missing", cpu_seconds(lambda: score(holed)), "s CPU", ""),
        Figure("entropy weights, 1 000 bootstrap draws, 56 000 × 30", drawn, "s CPU", "<= 0.5",
               f"a loop over draws: {loop:.1f} s, from 20 draws"),
        Figure("rank interval and Sobol indices, 31 × 20, 512 × 6 draws",
               cpu_seconds(lambda: ix.rank_uncertainty(recipe), 1), "s CPU", ""),
        Figure("segmentation, 31 × 14 goods × 20 years, all pairs",
               cpu_seconds(lambda: ix.market_segmentation(provinces)), "s CPU", ""),
        Figure("segmentation, 337 × 16 goods × 20 years, all pairs",
               cpu_seconds(lambda: ix.market_segmentation(cities), 2), "s CPU", "<= 1"),
    ]  # fmt: skip
