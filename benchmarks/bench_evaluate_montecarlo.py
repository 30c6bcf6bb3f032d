"""Size, power, coverage and bias of the estimators and intervals in simulated regions; `full` is the table in docs."""

import time

import numpy as np

from _measure import Figure
from yugong.evaluate.inference import randomisation_test
from yugong.evaluate.montecarlo import METHODS, SCENARIOS, draw, monte_carlo
from yugong.evaluate.montecarlo.world import without_effect

GENERAL = ("twfe_clustered", "twfe_wild", "imputation_unit")
CHOSEN: dict[str, tuple[str, ...]] = {
    "few_1": (*GENERAL, "conley_taber", "synthetic_control", "synthetic_did"),
    "few_2": (*GENERAL, "conley_taber", "synthetic_did"),
    "few_3": (*GENERAL, "conley_taber", "synthetic_did"),
    "few_5": (*GENERAL, "conley_taber"),
    "few_10": (*GENERAL, "conley_taber"),
    "staggered_31": (*GENERAL, "synthetic_did"),
    "staggered_300": GENERAL,
    "spillover_300": (*GENERAL, "imputation_clean"),
    "spatial_300": (*GENERAL, "twfe_conley", "imputation_block"),
    "spatial_31": (*GENERAL, "twfe_conley", "imputation_block"),
}
FULL, QUICK = 1_000, 40
FULL_SLOW = 200  # draws of the methods that solve programmes
SLOW = {"synthetic_control", "synthetic_did"}
SIZE_FULL, SIZE_QUICK = 4_000, 400


def figures(full: bool = False) -> list[Figure]:
    """Return the size of each method in each scenario, with power, coverage and bias in the note."""
    began = time.process_time()
    out = [randomisation_size(k, SIZE_FULL if full else SIZE_QUICK) for k in (1, 2, 3)]
    for scenario in SCENARIOS:
        for method in CHOSEN[scenario.id]:
            draws = (FULL_SLOW if method in SLOW or scenario.units > 100 else FULL) if full else QUICK
            row = monte_carlo(scenario, [method], draws, seed=1).rows[0]
            note = (
                f"± {row['size_error']:.3f}; power {row['power']:.2f}, coverage {row['coverage']:.2f}, "
                f"bias {row['bias']:+.3f}, {draws} draws"
            )
            out.append(Figure(f"size at 5 %: {scenario.id}, {METHODS[method].title.en}", row["size"], "", "", note))
    return [*out, Figure("Monte Carlo, all of it", time.process_time() - began, "s CPU", "")]


def randomisation_size(treated: int, draws: int) -> Figure:
    """Return how often randomisation inference rejects a true null; one of 31 can only reject in 1/31 of cases."""
    scenario = without_effect(next(s for s in SCENARIOS if s.id == f"few_{treated}"))
    rejected = 0
    for k in range(draws):
        world = draw(scenario, np.random.default_rng([treated, k]))
        rejected += randomisation_test(world.y, world.starts, draws=199, seed=k, level=None).p <= 0.05
    name = f"randomisation inference, {treated} of 31 treated: rejects at 5 %"
    return Figure(name, rejected / draws, "", "0.03 – 0.07", f"{draws} draws")
