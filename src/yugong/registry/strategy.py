"""National strategies: the family, the dated milestones that evaluations take as treatment, and the scope."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from yugong.base.errors import UnknownNameError
from yugong.base.text import Text
from yugong.registry.rows import Certainty, certainty, first_day, in_force, last_day, table_rows
from yugong.registry.tags import taxonomy


@dataclass(frozen=True, slots=True)
class Milestone:
    """One dated step of a strategy; `precision` is the date as the source gives it (year, month or day)."""

    strategy: str
    date: date
    precision: str
    title: Text
    document: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Strategy:
    """A national strategy or policy; `scope` is the id of the group it covers, None when it covers no fixed set.

    `family` is coordinated, major, zoning or urbanisation, and other for national policies outside the four.
    """

    id: str
    name: Text
    family: str
    start: date
    end: date | None
    document: str
    scope: str | None
    certainty: Certainty
    milestones: tuple[Milestone, ...]
    note: Text


def strategies(family: str | None = None, on: date | str | None = None) -> tuple[Strategy, ...]:
    """Return the strategies, of one family, in force on a date; without `on`, all of them.

    Raises UnknownNameError for an unknown family, InputError for a date that is none.
    """
    if family is not None:
        known = taxonomy("strategy_families")
        # 区域重大 is 区域重大战略; the ids and both names serve too
        found = [t.id for t in known if family in (t.id, *t.name) or (family and t.name.zh.startswith(family))]
        if len(found) != 1:
            raise UnknownNameError(Text("战略类别", "strategy family"), family, [f"{t.name.zh} {t.id}" for t in known])
        family = found[0]
    chosen = (s for s in _strategies() if family in (None, s.family))
    return tuple(s for s in chosen if on is None or in_force(s.start, s.end, on))


@cache
def _strategies() -> tuple[Strategy, ...]:
    steps: dict[str, list[Milestone]] = {}
    for r in table_rows("milestones"):
        day = first_day(r["date"])
        if day is None:
            raise ValueError(f"milestone of {r['strategy']} without a date")
        title = Text(r["zh"], r["en"])
        step = Milestone(r["strategy"], day, r["date"], title, r["document"], certainty(r["certainty"]))
        steps.setdefault(r["strategy"], []).append(step)
    found = []
    for r in table_rows("strategies"):
        start = first_day(r["start"])
        if start is None:
            raise ValueError(f"strategy {r['id']} without a start")
        found.append(
            Strategy(
                id=r["id"],
                name=Text(r["zh"], r["en"]),
                family=r["family"],
                start=start,
                end=last_day(r["end"]),
                document=r["document"],
                scope=r["scope"] or None,
                certainty=certainty(r["certainty"]),
                milestones=tuple(sorted(steps.get(r["id"], ()), key=lambda m: m.date)),
                note=Text(r["note_zh"], r["note_en"]),
            )
        )
    return tuple(found)
