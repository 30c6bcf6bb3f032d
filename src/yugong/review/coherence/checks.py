"""Level 1: the checks on plain rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of a plan: where, on which indicator, which way, and in which years."""

    name: str
    place: str
    indicator: str
    pull: str  # "up" or "down"
    start: int
    end: int


def opposing(
    measures: Sequence[Measure], within: Mapping[str, frozenset[str]] | None = None
) -> tuple[tuple[Measure, Measure, int, int], ...]:
    """Return pairs of measures that pull one indicator both ways at one place and time, with the years they share.

    `within` maps a place to the places that contain it: a province's measure bears on its cities.
    """
    held = within or {}
    found = []
    for a, b in combinations(measures, 2):
        meets = a.place == b.place or a.place in held.get(b.place, ()) or b.place in held.get(a.place, ())
        first, last = max(a.start, b.start), min(a.end, b.end)
        if a.indicator == b.indicator and a.pull != b.pull and meets and first <= last:
            found.append((a, b, first, last))
    return tuple(found)


def sums(
    targets: Mapping[tuple[str, str, int], float], parents: Mapping[str, str]
) -> tuple[tuple[str, str, int, float, float, tuple[str, ...]], ...]:
    """Return (parent, indicator, year, parent's target, sum of its parts' targets, parts) where both are given."""
    parts: dict[tuple[str, str, int], dict[str, float]] = {}
    for (place, indicator, year), value in targets.items():
        if (above := parents.get(place)) is not None:
            parts.setdefault((above, indicator, year), {})[place] = value
    return tuple(
        (place, indicator, year, targets[place, indicator, year], sum(held.values()), tuple(held))
        for (place, indicator, year), held in sorted(parts.items())
        if (place, indicator, year) in targets
    )
