"""Size, power, coverage and bias of the estimators and intervals in simulated regions; `full` is the table in docs."""

import sys
import time

import numpy as np

from _measure import Figure
from yugong.evaluate.inference import randomisation_test
from yugong.evaluate.montecarlo import FULL, METHODS, QUICK, SCENARIOS, draw, table
from yugong.evaluate.montecarlo.world import without_effect

SIZE_FULL, SIZE_QUICK = 4_000, 600
EVERY = 10.0  # seconds between lines of progress


def figures(full: bool = False) -> list[Figure]:
    """Return the size of each method in each scenario, the rest in the note, each with its Monte Carlo error."""
    began = time.process_time()
    out = [randomisation_size(k, SIZE_FULL if full else SIZE_QUICK) for k in (1, 2, 3)]
    for made in table(FULL if full else QUICK, progress=_progress(began)):
        for row in made.rows:
            note = ", ".join(
                f"{name} {row[name]:{form}} ± {row[f'{name}_error']:.3f}"
                for name, form in (("power", ".2f"), ("coverage", ".2f"), ("bias", "+.3f"))
                if np.isfinite(row[name])
            )
            name = f"size at 5 %: {row['scenario']}, {METHODS[row['method']].title.en}"
            out.append(Figure(name, row["size"], f"± {row['size_error']:.3f}", "", f"{note}, {row['draws']} draws"))
    return [*out, Figure("Monte Carlo, all of it", time.process_time() - began, "s CPU", "" if full else "<= 60")]


def randomisation_size(treated: int, draws: int) -> Figure:
    """Return how often randomisation inference rejects a true null; one of 31 can only reject in 1/31 of cases."""
    scenario = without_effect(next(s for s in SCENARIOS if s.id == f"few_{treated}"))
    rejected = 0
    for k in range(draws):
        world = draw(scenario, np.random.default_rng([treated, k]))
        rejected += randomisation_test(world.y, world.starts, draws=199, seed=k, level=None).p <= 0.05
    share = rejected / draws
    name = f"randomisation inference, {treated} of 31 treated: rejects at 5 %"
    return Figure(name, share, f"± {np.sqrt(share * (1 - share) / draws):.3f}", "0.03 – 0.07", f"{draws} draws")


def _progress(began: float):
    last = [began]

    def tell(scenario: str, done: int, of: int) -> None:
        if time.process_time() - last[0] > EVERY:
            last[0] = time.process_time()
            print(f"  {scenario} {done}/{of}, {last[0] - began:.0f} s", file=sys.stderr, flush=True)

    return tell
