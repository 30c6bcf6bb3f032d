"""Run a scenario many times with and without its effect, and count."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.cards import MethodCard
from yugong.base.text import Text
from yugong.evaluate.inference import sources
from yugong.evaluate.montecarlo.methods import METHODS, Method
from yugong.evaluate.montecarlo.world import Scenario, draw, without_effect

NOMINAL = 0.05


@dataclass(frozen=True, slots=True)
class MonteCarlo:
    """What each method did in one scenario (rows of table())."""

    scenario: Scenario
    draws: int
    rows: tuple[dict[str, object], ...]
    method: MethodCard

    def table(self) -> pd.DataFrame:
        """Return one row a method: scenario, method, bias, rmse, size, power, coverage, each with its error, draws.

        bias and rmse in the outcome's unit against the true mean effect on the treated; size: share rejected at 5 %
        without any effect; power: with it; coverage of 95 % intervals; NaN where a method gives no p or interval.
        *_error: Monte Carlo standard errors; a share of none or all has that of half a case.
        """
        return pd.DataFrame(list(self.rows))


def monte_carlo(
    scenario: Scenario,
    methods: Sequence[str] = ("twfe_clustered", "imputation_unit"),
    draws: int = 500,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> MonteCarlo:
    """Return bias, size, power and coverage of the methods (ids of METHODS) in a scenario.

    Each draw has its own seed from SeedSequence(seed), so results do not depend on how many methods run. The method
    named synthetic_control compares one region with single regions: its size is meant with one treated region.
    progress is told after each draw how many are done of how many.
    """
    chosen = [METHODS[m] for m in methods]
    seeds = np.random.SeedSequence(seed).spawn(2 * draws)
    null = without_effect(scenario)
    made = []
    for done, (seed_of, world) in enumerate(zip(seeds, [null] * draws + [scenario] * draws, strict=True), 1):
        made.append(_answers(world, chosen, seed_of))
        if progress is not None:
            progress(done, 2 * draws)
    at_null, at_effect = made[:draws], made[draws:]
    rows = tuple(_row(scenario, m, at_null, at_effect, k) for k, m in enumerate(chosen))
    card = MethodCard(
        "monte_carlo",
        Text("蒙特卡洛检验", "Monte Carlo experiment"),
        r"\mathrm{size}=P(p\le 0.05\mid\tau=0)",
        scenario.title,
        None,
        (sources.BERTRAND,),
        {"scenario": scenario.id, "draws": str(draws), "seed": str(seed)},
    )
    return MonteCarlo(scenario, draws, rows, card)


def _answers(scenario: Scenario, methods: list[Method], seed: np.random.SeedSequence) -> list[tuple[float, ...]]:
    world_seed, method_seed = seed.spawn(2)
    world = draw(scenario, np.random.default_rng(world_seed))
    own = int(method_seed.generate_state(1)[0])
    out: list[tuple[float, ...]] = []
    for m in methods:
        a = m.answer(world, own)
        out.append((a.estimate, a.p, a.low, a.high, world.truth))
    return out


def _row(
    scenario: Scenario,
    method: Method,
    at_null: list[list[tuple[float, ...]]],
    at_effect: list[list[tuple[float, ...]]],
    k: int,
) -> dict[str, object]:
    null, alternative = np.array([a[k] for a in at_null]), np.array([a[k] for a in at_effect])
    error = alternative[:, 0] - alternative[:, 4]
    covered = (alternative[:, 2] <= alternative[:, 4]) & (alternative[:, 4] <= alternative[:, 3])
    has_interval = not np.isnan(alternative[:, 2:4]).any()  # an unbounded one covers
    shares = {
        "size": _rejected(null[:, 1]),
        "power": _rejected(alternative[:, 1]),
        "coverage": float(covered.mean()) if has_interval else np.nan,
    }
    n = len(null)
    return {
        "scenario": scenario.id,
        "method": method.id,
        "bias": float(error.mean()),
        "bias_error": float(error.std(ddof=1) / np.sqrt(n)) if n > 1 else np.nan,
        "rmse": float(np.sqrt((error**2).mean())),
        **shares,
        **{f"{name}_error": _share_error(share, n) for name, share in shares.items()},
        "draws": n,
    }


def _rejected(p: NDArray[np.float64]) -> float:
    """Return the share of p values at most NOMINAL; NaN where the method gives none."""
    return np.nan if np.isnan(p).all() else float((p <= NOMINAL).mean())


def _share_error(share: float, n: int) -> float:
    """Return the Monte Carlo standard error of a share; none or all of n counts as half a case, so never zero."""
    held = np.clip(share, 0.5 / n, 1 - 0.5 / n)
    return float(np.sqrt(held * (1 - held) / n))
