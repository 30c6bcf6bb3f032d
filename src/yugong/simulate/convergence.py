"""How fast an economy returns to its steady state: the transition matrix, its eigenvalues, half-lives by region."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from yugong.simulate._kernel.linear import responses
from yugong.simulate.economy import Economy, Numbers
from yugong.simulate.paths import Dynamics, prepare

if TYPE_CHECKING:
    import pandas as pd

ROUNDS, CLOSE = 20_000, 1e-13
LONGEST = 2000  # years


@dataclass(frozen=True, slots=True)
class Speed:
    """Linear dynamics near the base year; the state is log heads by market, then log capital by region."""

    regions: tuple[str, ...]
    eigenvalues: Numbers  # (D,) moduli, largest first
    matrix: Numbers  # (D,D) next year's state on this year's, along the path with foresight
    half_life: Numbers  # (N,) years until half of a region's own deviation is gone
    modes: Numbers  # (D,N) share of each region in each eigenvector's size, in the order of the eigenvalues
    converged: bool  # whether foresight settled; else the other numbers are not to be used

    def table(self) -> "pd.DataFrame":
        """Return one row a region with its half-life in years; infinite where a deviation never halves."""
        import pandas as pd

        return pd.DataFrame({"place": self.regions, "half_life": self.half_life})


def speed(economy: Economy, dynamics: Dynamics) -> Speed:
    """Return the transition matrix after Kleinman, Liu and Redding (2023), with migration where it is on.

    With values v = H s and states s' = A s + B v', foresight means s' = P s, P = (I − BH)⁻¹A, H = U + β·m·H·P: iterated
    from H = 0, a contraction at rate β. A region's half-life follows its own state when that alone is disturbed.
    """
    d = dynamics
    model, _, shape, _, motion = prepare(economy, d)
    n, g = economy.population.shape
    markets = n * g
    utility, real_return = (np.asarray(r) for r in responses(shape.blocks, model.base, model.null))
    moving = np.arange(markets) if shape.migration else np.zeros(0, dtype=int)
    saving = markets + np.arange(n) if shape.accumulation else np.zeros(0, dtype=int)
    state = np.concatenate([moving, saving])
    people = len(moving)
    stay = np.zeros((len(state), len(state)))
    pull = np.zeros((len(state), markets))
    if shape.migration:
        moves, heads = np.asarray(motion.moves[0]), np.asarray(motion.heads[0])
        arrive = heads[:, None] * moves / heads  # share of those in j next year who come from i
        stay[:people, :people] = arrive.T
        gain = np.diag(arrive.sum(0)) - arrive.T @ moves
        pull[:people] = d.discount / d.spread * gain
    if shape.accumulation:
        kept = float(motion.kept)
        stay[people:] = (1 - kept) * real_return[:, state]
        stay[people:, people:] += np.eye(n)
    matrix, settled = stay, True
    if shape.migration:
        matrix, settled = _foresight(stay, pull, utility[:, state], d.discount * moves)
    values, vectors = np.linalg.eig(matrix)
    order = np.argsort(-np.abs(values), kind="stable")
    where = np.concatenate([moving // g, saving - markets])  # the region of each entry of the state
    sizes = np.stack([np.bincount(where, np.abs(vectors[:, k]), minlength=n) for k in order])
    lives = np.array([_half_life(matrix, r, g, people) for r in range(n)])
    modes = sizes / sizes.sum(1, keepdims=True)
    return Speed(economy.regions, np.abs(values)[order], matrix, lives, modes, settled)


def _foresight(stay: Numbers, pull: Numbers, utility: Numbers, ahead: Numbers) -> tuple[Numbers, bool]:
    value = np.zeros_like(utility)
    matrix: Numbers = stay
    for _ in range(ROUNDS):
        matrix = np.asarray(np.linalg.solve(np.eye(len(stay)) - pull @ value, stay), dtype=np.float64)
        new = utility + ahead @ value @ matrix
        change = np.abs(new - value).max()
        value = new
        if change < CLOSE:
            return matrix, True
        if not np.isfinite(change):
            break
    return matrix, False


def _half_life(matrix: Numbers, region: int, g: int, people: int) -> float:
    own = np.zeros(len(matrix))
    if people:
        own[region * g : (region + 1) * g] = 1
    if len(matrix) > people:
        own[people + region] = 1
    state, before = own, 1.0
    for year in range(1, LONGEST + 1):
        state = matrix @ state
        now = float(own @ state / own.sum())
        if now <= 0.5:
            return year - 1 + (before - 0.5) / (before - now)
        before = now
    return float("inf")
