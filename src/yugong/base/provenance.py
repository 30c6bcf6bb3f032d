"""Where the numbers behind a result come from (convention 3)."""

from dataclasses import dataclass, field
from typing import Literal

from yugong.base.text import Text

Kind = Literal["official", "derived", "modelled", "user"]


@dataclass(frozen=True, slots=True)
class Source:
    """One variable as it was used: unit, price basis, publication and vintage."""

    id: str
    title: Text
    unit: Text
    price_basis: Text
    publication: Text
    vintage: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Provenance:
    """The study, the variables and the selection (year, groups, weights, date) behind a result."""

    study: str
    sources: tuple[Source, ...]
    selection: dict[str, str] = field(default_factory=dict)
