"""Every register as a pandas frame, for the command line and the report."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any

from yugong.base.errors import UnknownNameError
from yugong.base.text import Text
from yugong.registry.compensation import agreements, payments, settlements
from yugong.registry.figure import figures
from yugong.registry.gazetteer import Place, places
from yugong.registry.membership import groups, members
from yugong.registry.pairing import pairs
from yugong.registry.strategy import strategies
from yugong.registry.tags import taxonomies, taxonomy
from yugong.registry.tasklist import points, tasks

if TYPE_CHECKING:
    import pandas as pd


def _milestones(**selection: Any) -> Iterable[Any]:
    return [m for s in strategies(**selection) for m in s.milestones]


def _tags() -> Iterable[Any]:
    return [tag for id in taxonomies() for tag in taxonomy(id)]


_REGISTERS: dict[str, Callable[..., Iterable[Any]]] = {
    "places": places,
    "groups": groups,
    "members": members,
    "strategies": strategies,
    "milestones": _milestones,
    "pairs": pairs,
    "agreements": agreements,
    "payments": payments,
    "settlements": settlements,
    "tasks": tasks,
    "points": points,
    "figures": figures,
    "taxonomies": _tags,
}
REGISTERS = tuple(_REGISTERS)


def table(register: str, **selection: Any) -> "pd.DataFrame":
    """Return one register as a frame, one row an entry; `selection` goes to the register's own function.

    table("members", group_name="长江经济带", on="2020-01-01"). Places appear as code and `…_zh`, bilingual
    names as `zh` and `en`, several values as `a|b`, figures of a rule as JSON text. Raises UnknownNameError.
    """
    if register not in _REGISTERS:
        raise UnknownNameError(Text("登记簿", "register"), register, REGISTERS)
    import pandas as pd

    return pd.DataFrame([_flat(entry) for entry in _REGISTERS[register](**selection)])


def _flat(entry: Any) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for field in fields(entry):
        row.update(_cells(field.name, getattr(entry, field.name)))
    if hasattr(entry, "editable"):
        row["editable"] = entry.editable
    return row


def _cells(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, Place):
        return {name: value.code, f"{name}_zh": value.zh}
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en} if name == "name" else {f"{name}_zh": value.zh, f"{name}_en": value.en}
    if isinstance(value, date):
        return {name: value.isoformat()}
    if isinstance(value, Mapping):
        return {name: json.dumps(dict(value), ensure_ascii=False) if value else ""}
    if name == "milestones":
        return {"milestone_count": len(value)}
    if name == "tile":
        return {"tile_row": value[0] if value else None, "tile_col": value[1] if value else None}
    if isinstance(value, tuple):
        if any(isinstance(part, Place) for part in value):
            return {name: "|".join(p.code for p in value), f"{name}_zh": "|".join(p.zh for p in value)}
        return {name: "|".join(value)}
    if value is None and name in ("giver", "place"):
        return {name: None, f"{name}_zh": None}
    return {name: value}
