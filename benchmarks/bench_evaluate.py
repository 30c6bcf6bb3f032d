"""Evaluation at the size of China's counties: 2,800 places × 20 years, beside diff-diff in the same run."""

from importlib.util import find_spec

import numpy as np

from _measure import Figure, cpu_seconds
from yugong.evaluate.exposure import rings
from yugong.evaluate.factors import completed_matrix, interactive_effects, largest_penalty
from yugong.evaluate.fixed_effects import imputation, impute
from yugong.evaluate.group_time import callaway_santanna
from yugong.evaluate.layers import exposure_effects
from yugong.evaluate.question import Question, ask

PLACES, YEARS, TREATED = 2800, 20, 600


def county_question(seed: int = 0, exposed: bool = False) -> Question:
    """Staggered starts in three years, 600 treated of 2,800, clustered by 31 provinces."""
    rng = np.random.default_rng(seed)
    start = np.full(PLACES, 99)
    start[:TREATED] = rng.choice([8, 11, 14], TREATED)
    dose = (np.arange(YEARS) >= start[:, None]).astype(float)
    y = rng.normal(size=(PLACES, 1)) + rng.normal(size=YEARS) + dose + rng.normal(size=(PLACES, YEARS))
    clusters = tuple(str(p) for p in rng.integers(31, size=PLACES))
    if not exposed:
        return ask(y, dose, clusters=clusters)
    at = rng.uniform(0, 4000, (PLACES, 2))
    distance = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    return ask(y, dose, clusters=clusters, exposures=rings(distance, dose, [0, 25, 50]))


def figures(full: bool = False) -> list[Figure]:
    q = county_question()
    near = county_question(exposed=True)
    penalty = 0.1 * largest_penalty(q.y, q.clean)
    out = [
        Figure("impute, point estimates", 1e3 * cpu_seconds(lambda: impute(q.y, q.clean)), "ms", "≤ 10"),
        Figure("imputation, event study, leads and errors", cpu_seconds(lambda: imputation(q), 3), "s", "≤ 1"),
        Figure("callaway_santanna, all pairs and averages", cpu_seconds(lambda: callaway_santanna(q), 3), "s", "≤ 1"),
        Figure("exposure_effects, two rings", cpu_seconds(lambda: exposure_effects(near), 3), "s", "≤ 1"),
        Figure(
            "interactive effects, two factors", cpu_seconds(lambda: interactive_effects(q.y, q.clean, 2), 1), "s", ""
        ),
        Figure(
            "matrix completion at one penalty", cpu_seconds(lambda: completed_matrix(q.y, q.clean, penalty), 1), "s", ""
        ),
    ]
    if find_spec("diff_diff") is None:
        return [*out, Figure("peer diff-diff", float("nan"), "", "", "not installed")]
    import diff_diff

    frame = q.frame()
    frame["unit"] = frame["place"].astype(int)
    columns = {"outcome": "outcome", "unit": "unit", "time": "year", "first_treat": "cohort"}
    peer = cpu_seconds(lambda: diff_diff.ImputationDiD().fit(frame, **columns), 1)
    groups = cpu_seconds(lambda: diff_diff.CallawaySantAnna(control_group="not_yet_treated").fit(frame, **columns), 1)
    return [
        *out,
        Figure("peer diff-diff ImputationDiD (ATT only)", peer, "s", ""),
        Figure("peer diff-diff CallawaySantAnna", groups, "s", ""),
    ]
