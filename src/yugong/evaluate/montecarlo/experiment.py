"""Run a scenario many times with and without its effect, and count."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

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
        """Return one row a method: scenario, method, bias, rmse, size, power, coverage, size_error, draws.

        bias and rmse in the outcome's unit against the true mean effect on the treated; size: share rejected at 5 %
        without any effect; power: with it; coverage of 95 % intervals; size_error: Monte Carlo standard error of size.
        """
        return pd.DataFrame(list(self.rows))


def monte_carlo(
    scenario: Scenario, methods: Sequence[str] = ("twfe_clustered", "imputation_unit"), draws: int = 500, seed: int = 0
) -> MonteCarlo:
    """Return bias, size, power and coverage of the methods (ids of METHODS) in a scenario.

    Each draw has its own seed from SeedSequence(seed), so results do not depend on how many methods run. The method
    named synthetic_control compares one region with single regions: its size is meant with one treated region.
    """
    chosen = [METHODS[m] for m in methods]
    seeds = np.random.SeedSequence(seed).spawn(2 * draws)
    null = without_effect(scenario)
    at_null = [_answers(null, chosen, s) for s in seeds[:draws]]
    at_effect = [_answers(scenario, chosen, s) for s in seeds[draws:]]
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
    size = float((null[:, 1] <= NOMINAL).mean())
    error = alternative[:, 0] - alternative[:, 4]
    covered = (alternative[:, 2] <= alternative[:, 4]) & (alternative[:, 4] <= alternative[:, 3])
    has_interval = not np.isnan(alternative[:, 2:4]).any()  # an unbounded one covers
    return {
        "scenario": scenario.id,
        "method": method.id,
        "bias": float(error.mean()),
        "rmse": float(np.sqrt((error**2).mean())),
        "size": size,
        "power": float((alternative[:, 1] <= NOMINAL).mean()),
        "coverage": float(covered.mean()) if has_interval else np.nan,
        "size_error": float(np.sqrt(size * (1 - size) / len(null))),
        "draws": len(null),
    }
