"""Honest differences in differences and pre-trend power of a question, from its Sun–Abraham event study."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.evaluate.checks import check
from yugong.evaluate.effects import Effects
from yugong.evaluate.honest import bounds as honest
from yugong.evaluate.honest import power
from yugong.evaluate.honest.restrictions import Family
from yugong.evaluate.question import Floats, Question
from yugong.evaluate.two_way import sun_abraham

LAST = 4  # years after the start that the event study keeps unless told otherwise
FIRST = 5  # years before the reference


def event_study(effects: Effects, first: int = FIRST, last: int = LAST) -> tuple[Floats, Floats, int]:
    """Return (estimates, covariance, before) of the unbroken run of years around the reference of an event study.

    At most `first` years before the reference and `last` + 1 from the start on. Raises InputError without a covariance,
    a year on each side, or a positive definite covariance.
    """
    if effects.covariance is None or effects.reference is None:
        what = Text("该方法没有带协方差的事件研究", "the method has no event study with a covariance")
        raise InputError([Problem(what)])
    have = {h: k for k, h in enumerate(effects.horizons)}
    before: list[int] = []
    after: list[int] = []
    step = effects.reference - 1
    while step in have and len(before) < first:
        before.insert(0, have[step])
        step -= 1
    step = effects.reference + 1
    while step in have and len(after) <= last - effects.reference - 1:
        after.append(have[step])
        step += 1
    if not before or not after:
        what = Text("基准年前后没有各一年的估计", "there is no estimate on both sides of the reference year")
        raise InputError([Problem(what, Text("窗口向前延长", "start the window earlier"))])
    rows = [*before, *after]
    return effects.by_horizon[rows], effects.covariance[np.ix_(rows, rows)], len(before)


def honest_did(
    question: Question,
    *,
    family: Family = "relative",
    bounds: Sequence[float] | None = None,
    target: Literal["first", "mean"] = "mean",
    first: int = FIRST,
    last: int = LAST,
    level: float = 0.95,
    seed: int = 0,
) -> honest.HonestBounds:
    """Return how far parallel trends may fail before the finding does: intervals by bound, and the breakdown.

    target: the effect of the first year or the mean over the years kept. first, last: years of the event study kept.
    See honest.honest_did.
    """
    check(question, "honest_did")
    found = sun_abraham(question)
    estimates, covariance, before = event_study(found, first, last)
    after = len(estimates) - before
    weights = np.eye(after)[0] if target == "first" else np.full(after, 1 / after)
    made = honest.honest_did(estimates, covariance, before, bounds, family, weights, None, level, True, seed)
    return replace(made, notes=found.notes, provenance=question.provenance)


def pretrend_power(
    question: Question, *, slope: float | None = None, first: int = FIRST, last: int = LAST, seed: int = 0
) -> power.PretrendPower:
    """Return which trend the pre-trend test of a question would have seen. See honest.pretrend_power."""
    check(question, "honest_did")
    found = sun_abraham(question)
    estimates, covariance, before = event_study(found, first, last)
    made = power.pretrend_power(estimates, covariance, before, slope, seed=seed)
    return replace(made, notes=found.notes, provenance=question.provenance)
