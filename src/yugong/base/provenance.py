"""Where the numbers behind a result come from (convention 3)."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from yugong.base.text import Text

Kind = Literal["official", "derived", "modelled", "user"]
KIND_WORDS: dict[Kind, Text] = {
    "official": Text("官方", "official"),
    "derived": Text("推算", "derived"),
    "modelled": Text("模型", "modelled"),
    "user": Text("自备", "user's own"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """One variable as it was used: unit, price basis, publication and vintage."""

    id: str
    title: Text
    unit: Text
    price_basis: Text
    publication: Text
    vintage: Text
    kind: Kind


@dataclass(frozen=True, slots=True)
class Provenance:
    """The study, the variables and the selection (year, groups, weights, date) behind a result."""

    study: str
    sources: tuple[Source, ...]
    selection: dict[str, str] = field(default_factory=dict)


def selected(provenance: Provenance | None, **selection: Any) -> Provenance | None:
    """Return the provenance with what else was chosen in words; a choice left open (None, an empty text or list) is none."""
    if provenance is None:
        return None
    chosen = {name: _word(value) for name, value in selection.items() if value not in (None, (), [], "")}
    return replace(provenance, selection={**provenance.selection, **chosen})


def _word(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
