"""The registered policies around a question: what else began inside its window, and when anything did."""

from dataclasses import dataclass

import numpy as np

from yugong import registry
from yugong.base.errors import InputError
from yugong.base.text import Text
from yugong.evaluate.policy import find_policy, status
from yugong.evaluate.question import Floats, Question


@dataclass(frozen=True, slots=True)
class Mark:
    """A date for the chart: a registered policy that began in `year`; `own` is the one evaluated."""

    year: int
    id: str
    title: Text
    own: bool = False


def rivals(question: Question) -> dict[str, Floats]:
    """Return registered strategies, other than the one asked about, that began inside the window: id → dose (N, T).

    A strategy in force throughout the window is absorbed by the places' own effects as far as it works evenly, so it
    does not count; nor does one without a fixed set of places.
    """
    q = question
    found = {}
    for s in registry.strategies():
        if s.id == q.policy or s.scope is None:
            continue
        try:
            layer = status(find_policy(s.id), q.places, q.years)
        except InputError:
            continue
        dose = np.where(layer.dose != 0, layer.dose, layer.partial)
        if (dose[:, -1] != dose[:, 0]).any():
            found[s.id] = dose
    return found


def marks(question: Question) -> tuple[Mark, ...]:
    """Return every registered strategy that began inside the window, and the policy asked about, by year."""
    q = question
    found = [
        Mark(s.start.year, s.id, s.name)
        for s in registry.strategies()
        if s.start is not None and q.years[0] <= s.start.year <= q.years[-1] and s.id != q.policy
    ]
    own = [Mark(int(y), q.policy, q.policy_title, True) for y in sorted(set(q.cohorts[q.ever].tolist()))]
    return tuple(sorted([*found, *own], key=lambda m: (m.year, not m.own)))


def strategy_name(id: str) -> Text:
    """Return a registered strategy's name, or the id of a policy that is not one."""
    return next((s.name for s in registry.strategies() if s.id == id), Text(id, id))
