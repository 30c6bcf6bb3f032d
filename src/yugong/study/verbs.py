"""The verbs of a room: one catalogue names them for Python, the command line, the workbench and the documentation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from yugong.base.errors import UnknownNameError
from yugong.base.text import Text

if TYPE_CHECKING:
    from yugong.study.model import Study

# a family, the module where its functions live, then id, 中文 and English of each verb
Rows = tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb of a room: its id, family, title and the module where its function lives."""

    id: str
    family: str
    title: Text
    home: str

    def function(self) -> Callable[..., Any]:
        """Return the function; its first argument is the study, its signature says the options."""
        found: Callable[..., Any] = getattr(import_module(self.home), self.id)
        return found

    def forms(self) -> tuple[Any, ...]:
        """Return the user tables that the verb reads (`FORMS` of its module), for templates."""
        listed: Mapping[str, tuple[Any, ...]] = getattr(import_module(self.home), "FORMS", {})
        return listed.get(self.id, ())


class Catalogue:
    """The verbs of one room, by family."""

    def __init__(self, room: str, families: Mapping[str, Text], rows: Rows) -> None:
        self.room = room
        self.families = families
        self._verbs = {
            id_: Verb(id_, family, Text(zh, en), f"yugong.{room}.{home}")
            for family, home, verbs in rows
            for id_, zh, en in verbs
        }

    def verbs(self, family: str | None = None) -> tuple[Verb, ...]:
        """Return all verbs, or those of one family."""
        return tuple(v for v in self._verbs.values() if family in (None, v.family))

    def find(self, name: str) -> Verb:
        """Return the verb of this id (with - or _); UnknownNameError lists the nearest."""
        known = self._verbs
        name = name.replace("-", "_")
        if name not in known:
            raise UnknownNameError(Text("方法", "method"), name, get_close_matches(name, known, 5, 0.3) or list(known))
        return known[name]


class Verbs:
    """The verbs of one room on one study; `dir()` lists them, each carries its function's own documentation."""

    def __init__(self, study: "Study", catalogue: Catalogue) -> None:
        self._study = study
        self._catalogue = catalogue

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        function = self._catalogue.find(name).function()
        bound = partial(function, self._study)
        bound.__doc__ = function.__doc__  # type: ignore[attr-defined, unused-ignore]
        return bound

    def __dir__(self) -> list[str]:
        return [verb.id for verb in self._catalogue.verbs()]
