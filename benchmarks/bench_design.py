"""Design: all combinations of eight strategies, links, and zones exact and fast."""

import numpy as np

from _measure import Figure, cpu_seconds
from yugong.base.text import Text
from yugong.design.zones import Demand, Problem, improve, solve
from yugong.study import china

EIGHT = (
    "unified_market",
    "western_transfer",
    "logistics_link",
    "growth_pole",
    "eco_compensation",
    "hukou_reform",
    "land_quota",
    "public_investment",
)
NAME = Text("生态面积", "ecological area")


def grid(rows: int, columns: int, boundary: float = 0.1) -> Problem:
    """Zones on a grid: three classes, boundaries, a floor of 40 % for one class."""
    rng = np.random.default_rng(0)
    at = np.arange(rows * columns).reshape(rows, columns)
    edges = np.concatenate(
        [np.stack([at[:, :-1].ravel(), at[:, 1:].ravel()], 1), np.stack([at[:-1].ravel(), at[1:].ravel()], 1)]
    )
    area = np.ones(at.size)
    floor = Demand("floor", NAME, 2, area, low=0.4 * at.size)
    return Problem(rng.uniform(0, 1, (at.size, 3)), area, edges, np.ones(len(edges)), boundary, demands=(floor,))


def figures(full: bool = False) -> list[Figure]:
    """Return the figures; `full` adds zones of 2 800 units."""
    study = china()
    small = grid(8, 8)
    exact, fast = solve(small), improve(small)
    short = 1 - fast.value / exact.value
    found = [
        Figure(
            "synergy of 8 strategies, 256 solves, 31 × 3",
            cpu_seconds(lambda: study.design.synergy(EIGHT), 3),
            "s CPU",
            "<= 2",
        ),
        Figure("… 31 × 8", cpu_seconds(lambda: study.design.synergy(EIGHT, detail="eight"), 2), "s CPU", ""),
        Figure("value of every link, 69 links", cpu_seconds(study.design.links, 3), "s CPU", ""),
        Figure("zones, 64 units × 3, exact", cpu_seconds(lambda: solve(small), 2), "s CPU", ""),
        Figure("… fast", cpu_seconds(lambda: improve(small), 2), "s CPU", "", f"{short:.2%} below the optimum"),
    ]
    if full:
        for boundary in (0.1, 0.4):
            large = grid(56, 50, boundary)
            note = f"gap to the bound {improve(large).gap:.2%}"
            name = f"zones, 2 800 units × 3, boundaries at {boundary}, fast"
            found.append(Figure(name, cpu_seconds(lambda large=large: improve(large), 1), "s CPU", "", note))
    return found
