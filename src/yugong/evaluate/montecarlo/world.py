"""Simulated regions with a policy whose effect is known."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from yugong.base.text import Text
from yugong.evaluate.synthetic.simplex import Array

BURN_IN = 30
KM_A_STEP = 100.0
DEGREE_KM = 111.2


@dataclass(frozen=True, slots=True)
class Scenario:
    """A world of regions on a grid, neighbours by shared edges.

    treated: how many regions; staggered: their starts spread over the middle half of the window, else all in its middle;
    contiguous: they form one block. effect: mean of the effect once treated, in standard deviations of the errors;
    varied: its standard deviation between regions; growth: what it gains each year after. spill: effect on the untreated
    neighbours of treated regions. serial: AR(1) of the errors; spatial: weight of the neighbours' mean in them; spread:
    standard deviation of the log of a region's error size.
    """

    id: str
    title: Text
    units: int = 31
    periods: int = 20
    treated: int = 3
    staggered: bool = False
    contiguous: bool = False
    effect: float = 1.0
    varied: float = 0.0
    growth: float = 0.0
    spill: float = 0.0
    serial: float = 0.6
    spatial: float = 0.0
    spread: float = 0.0


@dataclass(frozen=True, slots=True)
class World:
    """One draw: y (N, T), starts (N,) with T where never, the mean true effect on treated cells, the grid."""

    y: Array
    starts: NDArray[np.int64]
    truth: float
    neighbours: NDArray[np.bool_]
    longitude: Array
    latitude: Array

    @property
    def unexposed(self) -> NDArray[np.bool_]:
        """Cells (N, T) of regions that are treated themselves or have no treated neighbour yet."""
        periods = np.arange(self.y.shape[1])
        on = periods >= self.starts[:, None]
        near = (self.neighbours.astype(float) @ on) > 0
        return np.asarray(~near | (self.starts < self.y.shape[1])[:, None])


def _text(zh: str, en: str) -> Text:
    return Text(zh, en)


def _few(treated: int) -> Scenario:
    title = _text(f"31 个地区，{treated} 个受政策影响", f"31 regions, {treated} treated")
    return Scenario(f"few_{treated}", title, treated=treated, spread=0.5)


SCENARIOS: tuple[Scenario, ...] = (
    *(_few(k) for k in (1, 2, 3, 5, 10)),
    Scenario(
        "staggered_31",
        _text("31 个地区，8 个分批、效应不一", "31 regions, 8 staggered, varied"),
        treated=8,
        staggered=True,
        varied=0.5,
        growth=0.1,
    ),
    Scenario(
        "staggered_12",
        _text("31 个地区，12 个分批、效应不一", "31 regions, 12 staggered, varied"),
        treated=12,
        staggered=True,
        varied=0.5,
        growth=0.1,
    ),
    Scenario(
        "staggered_300",
        _text("300 个地区，分批、效应不一", "300 regions, staggered, varied"),
        units=300,
        treated=80,
        staggered=True,
        varied=0.5,
        growth=0.1,
    ),
    Scenario(
        "spillover_300",
        _text("300 个地区，外溢到邻区", "300 regions, spilling over"),
        units=300,
        treated=40,
        spill=-0.5,
    ),
    Scenario(
        "spatial_300",
        _text("300 个地区，误差空间相关、连片指派", "300 regions, spatial errors, one block"),
        units=300,
        treated=20,
        contiguous=True,
        spatial=0.7,
    ),
    Scenario(
        "spatial_31",
        _text("31 个地区，误差空间相关、连片指派", "31 regions, spatial errors, one block"),
        treated=4,
        contiguous=True,
        spatial=0.7,
    ),
)


def draw(scenario: Scenario, rng: np.random.Generator) -> World:
    """Return one draw of the scenario."""
    n, t = scenario.units, scenario.periods
    side, neighbours = grid(n)
    mix = _mixing(n, scenario.spatial)
    shocks = mix @ rng.standard_normal((n, t + BURN_IN)) * np.sqrt(1 - scenario.serial**2)
    errors = np.empty_like(shocks)
    errors[:, 0] = shocks[:, 0] / np.sqrt(1 - scenario.serial**2)
    for k in range(1, shocks.shape[1]):
        errors[:, k] = scenario.serial * errors[:, k - 1] + shocks[:, k]
    errors = errors[:, BURN_IN:] * rng.lognormal(0.0, scenario.spread, (n, 1))
    chosen = _chosen(scenario, neighbours, rng)
    starts = np.full(n, t, np.int64)
    starts[chosen] = rng.integers(t // 4, 3 * t // 4, len(chosen)) if scenario.staggered else t // 2
    since = np.arange(t) - starts[:, None]
    own = scenario.effect * (1 + scenario.varied * rng.standard_normal((n, 1))) + scenario.growth * np.maximum(since, 0)
    effect = np.where(since >= 0, own if scenario.effect or scenario.growth else 0.0, 0.0)
    near = (neighbours.astype(float) @ (since >= 0)) > 0
    spilled = np.where(near & (starts >= t)[:, None], scenario.spill, 0.0)
    y = rng.normal(0, 2, (n, 1)) + rng.normal(0, 1, t) + errors + effect + spilled
    step = KM_A_STEP / DEGREE_KM
    where = np.arange(n, dtype=np.float64)
    return World(y, starts, float(effect[since >= 0].mean()), neighbours, where % side * step, where // side * step)


def without_effect(scenario: Scenario) -> Scenario:
    """Return the scenario with no effect on anybody."""
    return replace(scenario, effect=0.0, growth=0.0, spill=0.0)


@lru_cache(maxsize=8)
def grid(n: int) -> tuple[int, NDArray[np.bool_]]:
    """Return the width of the grid and which regions share an edge (N, N)."""
    side = int(np.ceil(np.sqrt(n)))
    row, column = np.arange(n) // side, np.arange(n) % side
    return side, (np.abs(row[:, None] - row) + np.abs(column[:, None] - column)) == 1


@lru_cache(maxsize=8)
def _mixing(n: int, spatial: float) -> Array:
    """Return what turns independent shocks into spatially correlated ones of unit variance."""
    if spatial == 0:
        return np.eye(n)
    near = grid(n)[1].astype(float)
    mix = np.linalg.inv(np.eye(n) - spatial * near / near.sum(axis=1, keepdims=True))
    return np.asarray(mix / np.sqrt((mix**2).sum(axis=1, keepdims=True)))


def _chosen(scenario: Scenario, neighbours: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.intp]:
    if not scenario.contiguous:
        return rng.choice(scenario.units, scenario.treated, replace=False)
    block = [int(rng.integers(scenario.units))]
    while len(block) < scenario.treated:
        border = np.flatnonzero(neighbours[block].any(axis=0))
        block.append(int(rng.choice(np.setdiff1d(border, block))))
    return np.array(block)
