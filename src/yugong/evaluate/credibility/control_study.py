"""An event study whose covariance comes from the controls: honest where too few places are treated to cluster."""

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.evaluate.question import Floats, Question

SPARE = 2  # controls beyond the estimates, without which their covariance is singular


def horizons(before: int, estimates: int, anticipation: int) -> tuple[int, ...]:
    """Return the years since the start that the estimates of control_event_study belong to."""
    return (*range(-before - 1 - anticipation, -1 - anticipation), *range(estimates - before))


def control_event_study(question: Question, first: int = 5, last: int = 4) -> tuple[Floats, Floats, int]:
    """Return (estimates, covariance, before): treated less clean-in-all-years places, each against its own reference year.

    The reference is the last year before the start (less anticipation). At most `first` years before it and `last` + 1
    years since the start. The covariance is that of the controls' own gaps over the same years, divided by the number
    treated and raised by the controls' mean, as in Conley and Taber (2011). With few controls fewer years are kept.
    Raises InputError where years or controls are too few.
    """
    q = question
    whole = np.isfinite(q.y).all(axis=1)
    rows, controls = np.flatnonzero(q.estimated.any(axis=1) & whole), np.flatnonzero(q.never & whole)
    starts = q.onset[rows]
    if not len(rows):
        raise InputError([Problem(Text("没有完整的受影响地区", "no treated place is complete"))])
    reference = starts - 1 - q.anticipation
    before = int(min(first, reference.min()))
    after = int(min(last + 1, len(q.years) - starts.max()))
    while before + after + SPARE > len(controls) and max(before, after) > 1:
        before, after = (before - 1, after) if before >= after else (before, after - 1)
    if before < 1 or after < 1 or len(controls) < before + after + SPARE:
        what = Text(
            f"事件研究可用事前 {before} 期、事后 {after} 期、对照 {len(controls)} 个，不够",
            f"{before} years before, {after} after and {len(controls)} controls do not make an event study",
        )
        raise InputError([Problem(what)])
    steps = np.array([*range(-before, 0), *range(1 + q.anticipation, after + 1 + q.anticipation)])
    total = np.zeros(len(steps))
    spread = np.zeros((len(steps), len(steps)))
    for i, r in zip(rows, reference, strict=True):
        others = q.y[controls][:, r + steps] - q.y[controls, r][:, None]
        total += q.y[i, r + steps] - q.y[i, r] - others.mean(axis=0)
        spread += np.cov(others, rowvar=False)
    n = len(rows)
    return total / n, spread / n**2 + spread / (n * len(controls)), before
