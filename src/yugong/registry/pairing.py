"""Paired assistance: who helps whom, under which programme, since when."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from yugong.base.errors import UnknownNameError
from yugong.base.text import Text
from yugong.registry.gazetteer import Place, by_code
from yugong.registry.naming import place as find_place
from yugong.registry.rows import Certainty, certainty, first_day, in_force, last_day, table_rows
from yugong.registry.tags import taxonomy


@dataclass(frozen=True, slots=True)
class Pair:
    """One giver and one receiver of one programme.

    `giver` is None where the whole country gives. `part` names the part of the receiver that is meant,
    empty for all of it. `editable` marks a pair whose certainty is M.
    """

    id: str
    kind: str
    giver: Place | None
    receiver: Place
    part: str
    start: date | None
    end: date | None
    document: str
    certainty: Certainty
    editable: bool
    note: Text


def pairs(
    kind: str | None = None,
    giver: str | None = None,
    receiver: str | None = None,
    on: date | str | None = None,
) -> tuple[Pair, ...]:
    """Return the pairs of a programme, giver, receiver and date; without `on`, all of them.

    `receiver` also finds pairs with units inside it: pairs(receiver="新疆"). Raises UnknownNameError.
    """
    if kind is not None:
        known = {t.id: t for t in taxonomy("pair_kinds")}
        kind = {t.name.zh: t.id for t in known.values()}.get(kind, kind)
        if kind not in known:
            raise UnknownNameError(Text("结对类别", "kind of pair"), kind, known)
    gives = None if giver is None else find_place(giver).code
    takes = None if receiver is None else find_place(receiver).code
    return tuple(
        p
        for p in _pairs()
        if kind in (None, p.kind)
        and (gives is None or (p.giver is not None and p.giver.code == gives))
        and (takes is None or takes in (p.receiver.code, p.receiver.parent))
        and (on is None or in_force(p.start, p.end, on))
    )


@cache
def _pairs() -> tuple[Pair, ...]:
    return tuple(
        Pair(
            id=r["id"],
            kind=r["kind"],
            giver=by_code()[r["giver"]] if r["giver"] else None,
            receiver=by_code()[r["receiver"]],
            part=r["part"],
            start=first_day(r["start"]),
            end=last_day(r["end"]),
            document=r["document"],
            certainty=certainty(r["certainty"]),
            editable=r["editable"] == "1",
            note=Text(r["note_zh"], r["note_en"]),
        )
        for r in table_rows("pairs")
    )
