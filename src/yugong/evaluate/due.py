"""When evaluations fall due: each registered policy with places, every so many years after it began."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from yugong import registry
from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.policy import find_policy, table_policy
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
        """Return one row a policy: policy, start, due, recipe, due_state."""
        late, soon = Text("已到期", "due now").in_(), Text("未到期", "not yet").in_()
        return pd.DataFrame(
            {
                "policy": [r.title.in_() for r in self.rows],
                "start": [r.start.isoformat() for r in self.rows],
                "due": [r.due.isoformat() for r in self.rows],
                "recipe": [r.recipe or "—" for r in self.rows],
                "due_state": [late if r.overdue else soon for r in self.rows],
            }
        )


def calendar(recipes: Sequence[Recipe] = (), on: date | None = None, done: dict[str, date] | None = None) -> Calendar:
    """Return when each registered policy with a fixed scope is to be evaluated next, as of a day.

    A recipe's own date and interval come before the rule of `EVERY` years from the start; done: recipe id → day of its
    last run, which moves the next date on by its interval.
    """
    today = date.today() if on is None else on
    named: dict[str, list[Recipe | None]] = {s.id: [] for s in registry.strategies() if s.scope is not None}
    for r in recipes:
        if not r.panel:
            named.setdefault(str(r.question.get("policy", r.id)), []).append(r)
    strategies = {s.id: s for s in registry.strategies()}
    rows = []
    for policy, held in named.items():
        for found in held or [None]:
            start, title = _begun(policy, strategies.get(policy), found)
            every = found.every if found is not None and found.every else EVERY
            due, later = _around(start, today, every)
            if found is not None and found.next is not None:
                due = later = found.next
            if found is not None and done and done.get(found.id, date.min) >= due:
                due = later if later > done[found.id] else _later(done[found.id], every)
            rows.append(Due(policy, title, start, due, found.id if found else "", due <= today))
    rule = Text(
        f"无方案者自开始满 {FIRST} 年后每 {EVERY} 年一次",
        f"without a recipe: every {EVERY} years, from {FIRST} years after the start",
    )
    card = MethodCard(
        "calendar", Text("评估日历", "Calendar of evaluations"), "", rule, None, (), {"on": today.isoformat()}
    )
    return Calendar(tuple(sorted(rows, key=lambda d: d.due)), today, card)


def _begun(policy: str, strategy: Any, recipe: Recipe | None) -> tuple[date, Text]:
    """Return when a policy began and what it is called: by the registry, by its spells, or by its recipe."""
    if strategy is not None:
        return strategy.start, strategy.name
    assert recipe is not None  # noqa: S101 - what is no strategy comes from a recipe
    title = Text(recipe.say.get("policy_zh", recipe.title.zh), recipe.say.get("policy_en", recipe.title.en))
    if recipe.policy:
        return min(s.start for s in table_policy(pd.DataFrame(list(recipe.policy))).spells), title
    return min(s.start for s in find_policy(policy).spells), title


def _around(start: date, today: date, every: int) -> tuple[date, date]:
    """Return the last due date that has passed (the first to come where none has) and the one after it."""
    due = _later(start, FIRST)
    while _later(due, every) <= today:
        due = _later(due, every)
    return due, _later(due, every)


def _later(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))
