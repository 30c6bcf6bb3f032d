"""Horizontal eco-compensation: what was agreed, and, apart from it, what was paid.

An agreement's pool is not a payment, a central reward is not a bilateral payment, and missing is not zero.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from yugong.base.text import Text
from yugong.registry.gazetteer import Place, by_code
from yugong.registry.naming import place as find_place
from yugong.registry.rows import Certainty, certainty, first_day, in_force, last_day, split, table_rows


@dataclass(frozen=True, slots=True)
class Agreement:
    """One round of a horizontal compensation agreement; money in 万元 a year, None where not known.

    `downstream_wan` is the most the downstream side pays when the test is met, `upstream_wan` the most the
    upstream side pays when it is not; `pool_wan` is the joint fund, `central_wan` the central reward.
    `parameters` are the rule's figures under the row's certainty; `unverified` are figures of certainty M:
    check them, then pass your own.
    """

    id: str
    river: Text
    downstream: tuple[Place, ...]
    upstream: tuple[Place, ...]
    section: str
    round: str
    start: date | None
    end: date | None
    rule: str
    downstream_wan: float | None
    upstream_wan: float | None
    pool_wan: float | None
    central_wan: float | None
    parameters: Mapping[str, Any]
    unverified: Mapping[str, Any]
    document: str
    certainty: Certainty
    note: Text

    @property
    def editable(self) -> bool:
        """Whether some of its figures still have to be checked."""
        return bool(self.unverified)


@dataclass(frozen=True, slots=True)
class Payment:
    """A sum that one province paid another for one year, in 万元."""

    agreement: str
    year: int
    payer: Place
    receiver: Place
    amount_wan: float
    document: str
    certainty: Certainty
    note: Text


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the centre settled with a province as guidance for one year, in 万元；negative is taken back."""

    year: int
    place: Place
    amount_wan: float
    basin: str
    document: str
    certainty: Certainty


def agreements(place: str | None = None, on: date | str | None = None) -> tuple[Agreement, ...]:
    """Return the agreements a place takes part in, in force on a date; without `on`, all rounds."""
    code = None if place is None else find_place(place).code
    return tuple(
        a
        for a in _agreements()
        if (code is None or code in {p.code for p in (*a.downstream, *a.upstream)})
        and (on is None or in_force(a.start, a.end, on))
    )


@cache
def payments() -> tuple[Payment, ...]:
    """Return the sums known to have been paid; a year without a row is unknown, not zero."""
    return tuple(
        Payment(
            agreement=r["agreement"],
            year=int(r["year"]),
            payer=by_code()[r["payer"]],
            receiver=by_code()[r["receiver"]],
            amount_wan=float(r["amount_wan"]),
            document=r["document"],
            certainty=certainty(r["certainty"]),
            note=Text(r["note_zh"], r["note_en"]),
        )
        for r in table_rows("payments")
    )


@cache
def settlements() -> tuple[Settlement, ...]:
    """Return the central guidance settlements that are known."""
    return tuple(
        Settlement(
            year=int(r["year"]),
            place=by_code()[r["place"]],
            amount_wan=float(r["amount_wan"]),
            basin=r["basin"],
            document=r["document"],
            certainty=certainty(r["certainty"]),
        )
        for r in table_rows("settlements")
    )


@cache
def _agreements() -> tuple[Agreement, ...]:
    return tuple(
        Agreement(
            id=r["id"],
            river=Text(r["zh"], r["en"]),
            downstream=tuple(by_code()[c] for c in split(r["downstream"])),
            upstream=tuple(by_code()[c] for c in split(r["upstream"])),
            section=r["section"],
            round=r["round"],
            start=first_day(r["start"]),
            end=last_day(r["end"]),
            rule=r["rule"],
            downstream_wan=_money(r["downstream_wan"]),
            upstream_wan=_money(r["upstream_wan"]),
            pool_wan=_money(r["pool_wan"]),
            central_wan=_money(r["central_wan"]),
            parameters=_figures(r["parameters"]),
            unverified=_figures(r["unverified"]),
            document=r["document"],
            certainty=certainty(r["certainty"]),
            note=Text(r["note_zh"], r["note_en"]),
        )
        for r in table_rows("agreements")
    )


def _money(text: str) -> float | None:
    return float(text) if text else None


def _figures(text: str) -> Mapping[str, Any]:
    return MappingProxyType(json.loads(text) if text else {})
