"""A whole evaluation at the size of China's counties: 2,800 places × 20 years, 999 draws, card, curve and brief."""

import resource
import time

import numpy as np

from _measure import Figure
from yugong.base.text import Text
from yugong.evaluate.assessment import assess
from yugong.evaluate.exposure import rings
from yugong.evaluate.question import Question, ask
from yugong.evaluate.specification import specification_curve

PLACES, YEARS, PROVINCES = 2800, 20, 31
MEGABYTE = 1024.0  # ru_maxrss is in kilobytes on Linux


def province_policy(seed: int = 0) -> Question:
    """Ten provinces start in three years; their counties are treated, and inference goes by province."""
    rng = np.random.default_rng(seed)
    province = np.arange(PLACES) % PROVINCES
    start = np.full(PROVINCES, 99)
    start[:10] = np.resize([8, 11, 14], 10)
    dose = (np.arange(YEARS) >= start[province][:, None]).astype(float)
    shock = rng.normal(size=(PROVINCES, YEARS))[province]
    y = rng.normal(size=(PLACES, 1)) + rng.normal(size=YEARS) + 0.5 * dose + shock + rng.normal(size=(PLACES, YEARS))
    at = rng.uniform(0, 4000, (PLACES, 2))
    distance = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    exposures = rings(distance, dose, [0, 25])
    return ask(y, dose, clusters=tuple(f"{p:02d}" for p in province), exposures=exposures, donut=())


def figures(full: bool = False) -> list[Figure]:
    from datetime import date

    from yugong.evaluate.recipe import Recipe, Run
    from yugong.report.chapters.evaluation import brief

    q = province_policy()
    start, began = time.perf_counter(), time.process_time()
    other = q.y + np.random.default_rng(1).normal(size=q.y.shape)
    made = assess(q, draws=999, curve=0, registered=False, outcomes={Text("别的", "other"): other})
    recipe = Recipe(
        "bench", Text("县级", "counties"), date(2026, 1, 1), "none", {}, {}, {}, (), (), "", "", 0, None, {}
    )
    blocks = brief(Run(recipe, made, ""), "1")
    seconds, wall = time.process_time() - began, time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    out = [
        Figure("report of 2,800 × 20, 999 draws", seconds, "s CPU", "≤ 60", f"{len(blocks)} blocks, wall {wall:.0f} s"),
        Figure("peak memory of it", peak, "MB", "≤ 1,000", "the whole process"),
    ]
    began = time.process_time()
    curve = specification_curve(q, draws=199, most=200)
    seconds = time.process_time() - began
    count = len(curve.estimates)
    return [
        *out,
        Figure("specification curve × 199 permutations", seconds, "s CPU", "≤ 120", f"{count} specifications"),
        Figure("specification curve, 200 such", seconds * 200 / count, "s CPU", "≤ 120", "in proportion"),
    ]
