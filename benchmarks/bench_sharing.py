"""Cooperative games: exact to 12 players against the definition, sampled beyond; a simulated game; a river game."""

import itertools
import math

import numpy as np

from _measure import Figure, cpu_seconds
from yugong.design.compensation import river_game
from yugong.design.sharing import flow_worth, least_core, nucleolus, sampled_shapley, shapley
from yugong.design.synergy import subsets


def by_definition(worth: np.ndarray) -> np.ndarray:
    """The Shapley value as its formula stands, coalition by coalition."""
    n = len(worth).bit_length() - 1
    found = np.zeros(n)
    for i in range(n):
        others = [j for j in range(n) if j != i]
        for size in range(n):
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            for members in itertools.combinations(others, size):
                s = sum(1 << j for j in members)
                found[i] += weight * (worth[s | 1 << i] - worth[s])
    return found


def figures(full: bool = False) -> list[Figure]:
    """Return the figures; `full` adds the 2⁸ simulated coalitions of eight provinces."""
    rng = np.random.default_rng(0)
    inside = subsets(12)
    worth = rng.uniform(0, 1, 4096) * inside.sum(axis=1) ** 1.5
    worth[0] = 0
    claims = rng.uniform(1, 100, 12)
    estate = np.maximum(0.6 * claims.sum() - ~inside @ claims, 0)
    flows = rng.uniform(0, 5, (31, 31))
    chain = [*range(1, 10), -1]
    basin = (rng.uniform(0, 3, 10), rng.uniform(2, 9, 10), rng.uniform(0.5, 3, 10))
    slow = cpu_seconds(lambda: by_definition(worth), 1)
    apart = float(np.abs(by_definition(worth) - shapley(worth)).max())
    found = [
        Figure("Shapley value, 12 players", cpu_seconds(lambda: shapley(worth)), "s CPU", "<= 1",
               f"by definition {slow:.3f} s, largest difference {apart:.1e}"),
        Figure("nucleolus, 12 players, 4 096 coalitions", cpu_seconds(lambda: nucleolus(worth)), "s CPU", "<= 1"),
        Figure("… of a bankruptcy game, highly degenerate", cpu_seconds(lambda: nucleolus(estate)), "s CPU", "<= 1"),
        Figure("least core, 12 players", cpu_seconds(lambda: least_core(worth)), "s CPU", "<= 1"),
        Figure("sampled Shapley value, 31 players, 10 000 orders",
               cpu_seconds(lambda: sampled_shapley(flow_worth(flows), 31, 10_000), 2), "s CPU", ""),
        Figure("river game, 10 riparians, 1 024 coalitions", cpu_seconds(lambda: river_game(chain, *basin), 2), "s CPU", ""),
    ]  # fmt: skip
    return [*found, *_simulated()] if full else found


def _simulated() -> list[Figure]:
    from yugong.design.sharing.barriers import Barriers
    from yugong.simulate.running import base_year
    from yugong.study import china

    base = base_year(china())
    game = Barriers(base, tuple(range(8)), 0.1)
    inside = subsets(8)
    return [
        Figure("worths of 2⁸ coalitions by simulation, 31 provinces", cpu_seconds(lambda: game(inside), 2), "s CPU", "<= 2")
    ]  # fmt: skip
