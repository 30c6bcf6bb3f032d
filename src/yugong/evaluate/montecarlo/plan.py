"""The table of the documentation: which methods meet which worlds, and how often."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from yugong.evaluate.montecarlo.experiment import MonteCarlo, monte_carlo
from yugong.evaluate.montecarlo.world import SCENARIOS

GENERAL = ("by_rule", "twfe_clustered", "twfe_wild", "imputation_clustered", "imputation_unit")
TIMED = ("callaway_santanna", "sun_abraham")
METHODS_OF: dict[str, tuple[str, ...]] = {
    "few_1": (*GENERAL, *TIMED, "conley_taber", "synthetic_control", "synthetic_did"),
    "few_2": (*GENERAL, "conley_taber", "synthetic_did"),
    "few_3": (*GENERAL, *TIMED, "conley_taber", "synthetic_did"),
    "few_5": (*GENERAL, "conley_taber"),
    "few_10": (*GENERAL, *TIMED, "conley_taber"),
    "staggered_31": (*GENERAL, *TIMED, "interactive", "matrix_completion", "synthetic_did"),
    "staggered_12": (*GENERAL, *TIMED),
    "staggered_300": (*GENERAL, *TIMED),
    "spillover_300": (*GENERAL, "imputation_clean", "exposure_effects"),
    "spatial_300": (*GENERAL, "twfe_conley", "imputation_block"),
    "spatial_31": (*GENERAL, "twfe_conley", "imputation_block"),
}
PROGRAMMES = frozenset({"synthetic_control", "synthetic_did", "interactive", "matrix_completion"})


@dataclass(frozen=True, slots=True)
class Draws:
    """How often each world is drawn: of 31 regions, of 300, and for methods that solve a programme every time."""

    small: int
    large: int
    programmes: int


QUICK, FULL = Draws(60, 12, 6), Draws(1_000, 300, 200)


def table(
    draws: Draws = QUICK, seed: int = 1, progress: Callable[[str, int, int], None] | None = None
) -> Iterator[MonteCarlo]:
    """Yield the experiments of the table, one a scenario and speed of method, as they are finished.

    progress is told the scenario and how many of its draws are done of how many.
    """
    for scenario in SCENARIOS:
        for slow in (False, True):
            methods = [m for m in METHODS_OF[scenario.id] if (m in PROGRAMMES) == slow]
            if not methods:
                continue
            n = draws.programmes if slow else draws.small if scenario.units < 100 else draws.large

            def told(done: int, of: int, name: str = scenario.id) -> None:
                if progress is not None:
                    progress(name, done, of)

            yield monte_carlo(scenario, methods, n, seed, told)
