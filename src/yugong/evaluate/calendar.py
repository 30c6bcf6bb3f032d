"""When evaluations fall due: each registered policy with places, every so many years after it began."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from yugong import registry
from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.recipe import Recipe

EVERY = 5  # years between evaluations of a policy that has no recipe with another interval
FIRST = 3  # years after the start before which nothing can be seen


@dataclass(frozen=True, slots=True)
class Due:
    """One policy: its last and next due date, the recipe that would answer, and whether it is overdue."""

    policy: str
    title: Text
    start: date
    due: date
    recipe: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """Due evaluations, the earliest first."""

    rows: tuple[Due, ...]
    on: date
    method: MethodCard
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a policy: policy, start, due, recipe, status."""
        late, soon = Text("已到期", "due now").in_(), Text("未到期", "not yet").in_()
        return pd.DataFrame(
            {
                "policy": [r.title.in_() for r in self.rows],
                "start": [r.start.isoformat() for r in self.rows],
                "due": [r.due.isoformat() for r in self.rows],
                "recipe": [r.recipe or "—" for r in self.rows],
                "status": [late if r.overdue else soon for r in self.rows],
            }
        )


def calendar(recipes: Sequence[Recipe] = (), on: date | None = None, done: dict[str, date] | None = None) -> Calendar:
    """Return when each registered policy with a fixed scope is to be evaluated next, as of a day.

    A recipe's own date and interval come before the rule of `EVERY` years from the start; done: recipe id → day of its
    last run, which moves the next date on by its interval.
    """
    today = date.today() if on is None else on
    by_policy = {str(r.question.get("policy", r.id)): r for r in recipes if not r.panel}
    titled = {s.id: s.name for s in registry.strategies()}
    begun = {s.id: s.start for s in registry.strategies() if s.scope is not None}
    for policy, r in by_policy.items():
        titled.setdefault(policy, Text(r.say.get("policy_zh", r.title.zh), r.say.get("policy_en", r.title.en)))
        begun.setdefault(policy, r.registered)
    rows = []
    for policy, start in begun.items():
        found = by_policy.get(policy)
        every = found.every if found is not None and found.every else EVERY
        due = _next(start, today, every) if found is None or found.next is None else found.next
        if found is not None and done and found.id in done:
            last = done[found.id]
            due = max(due, _later(last, every)) if due <= last else due
        rows.append(Due(policy, titled[policy], start, due, found.id if found else "", due <= today))
    rule = Text(f"无方案者自开始满 {FIRST} 年后每 {EVERY} 年一次", f"without a recipe: every {EVERY} years, from {FIRST} years after the start")
    card = MethodCard("calendar", Text("评估日历", "Calendar of evaluations"), "", rule, None, (), {"on": today.isoformat()})
    return Calendar(tuple(sorted(rows, key=lambda d: d.due)), today, card)


def _next(start: date, today: date, every: int) -> date:
    """Return the last date of the rule that has passed, if none is recorded, else the first to come."""
    due = _later(start, max(FIRST, min(every, FIRST)))
    while _later(due, every) <= today:
        due = _later(due, every)
    return due


def _later(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))
