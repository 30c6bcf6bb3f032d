"""Official counts and fixed shares that tests and checks refer to."""

from dataclasses import dataclass
from functools import cache

from yugong.base.errors import UnknownNameError
from yugong.base.text import Text
from yugong.registry.gazetteer import Place, by_code
from yugong.registry.rows import Certainty, certainty, split, table_rows


@dataclass(frozen=True, slots=True)
class Figure:
    """One official count, e.g. 262 resource-based cities."""

    id: str
    name: Text
    value: float
    unit: Text
    document: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a fixed allocation; `places` are several where they share one part."""

    allocation: str
    places: tuple[Place, ...]
    value: float
    unit: Text
    document: str
    certainty: Certainty
    note: Text


@cache
def figures() -> tuple[Figure, ...]:
    """Return the official counts."""
    return tuple(
        Figure(
            id=r["id"],
            name=Text(r["zh"], r["en"]),
            value=float(r["value"]),
            unit=Text(r["unit_zh"], r["unit_en"]),
            document=r["document"],
            certainty=certainty(r["certainty"]),
        )
        for r in table_rows("figures")
    )


def shares(allocation: str) -> tuple[Share, ...]:
    """Return the parts of an allocation: yellow_river_1987 or three_gorges_tax. Raises UnknownNameError."""
    found = tuple(s for s in _shares() if s.allocation == allocation)
    if not found:
        known = dict.fromkeys(s.allocation for s in _shares())
        raise UnknownNameError(Text("分配方案", "allocation"), allocation, known)
    return found


@cache
def _shares() -> tuple[Share, ...]:
    return tuple(
        Share(
            allocation=r["allocation"],
            places=tuple(by_code()[c] for c in split(r["places"])),
            value=float(r["value"]),
            unit=Text(r["unit_zh"], r["unit_en"]),
            document=r["document"],
            certainty=certainty(r["certainty"]),
            note=Text(r["note_zh"], r["note_en"]),
        )
        for r in table_rows("shares")
    )
