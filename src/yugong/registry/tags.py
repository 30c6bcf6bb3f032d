"""The word lists that tag other rows: four mechanisms, five coordinations, strategy families, goals, verbs."""

from dataclasses import dataclass
from functools import cache

from yugong.base.errors import UnknownNameError
from yugong.base.text import Text
from yugong.registry.rows import Certainty, certainty, table_rows


@dataclass(frozen=True, slots=True)
class Tag:
    """One word of a taxonomy."""

    id: str
    name: Text
    document: str
    certainty: Certainty


def taxonomies() -> tuple[str, ...]:
    """Return the ids of all taxonomies."""
    return tuple(_tags())


def taxonomy(id: str) -> tuple[Tag, ...]:
    """Return the tags of one taxonomy in their official order. Raises UnknownNameError."""
    if id not in _tags():
        raise UnknownNameError(Text("分类", "taxonomy"), id, _tags())
    return _tags()[id]


@cache
def _tags() -> dict[str, tuple[Tag, ...]]:
    found: dict[str, list[Tag]] = {}
    for r in table_rows("taxonomies"):
        tag = Tag(r["id"], Text(r["zh"], r["en"]), r["document"], certainty(r["certainty"]))
        found.setdefault(r["taxonomy"], []).append(tag)
    return {id: tuple(tags) for id, tags in found.items()}
