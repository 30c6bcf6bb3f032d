"""The verbs of a room: one catalogue names them for Python, the command line, the workbench and the documentation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from yugong.base.errors import UnknownNameError
from yugong.base.text import Text

if TYPE_CHECKING:
    from yugong.base.cards import MethodCard
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

    def example(self) -> str | None:
        """Return the options of an example on the embedded study (`EXAMPLES` of the room), None where there is none."""
        room = self.home.rpartition(".")[0]
        if find_spec(f"{room}.examples") is None:
            return None
        listed: Mapping[str, str] = import_module(f"{room}.examples").EXAMPLES
        return listed.get(self.id)

    def card(self) -> "MethodCard | None":
        """Return the method card that is known before a run (`CARDS` of its module), for verbs that need a user table."""
        listed: Mapping[str, MethodCard] = getattr(import_module(self.home), "CARDS", {})
        return listed.get(self.id)


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
            raise UnknownNameError(Text("方法", "method"), name, self._near(name))
        return known[name]

    def _near(self, name: str) -> list[str]:
        """Return the verbs whose words mention the name (gini → disparity), then those spelled alike."""
        from yugong.registry.terms import explanations, terms

        said = explanations()
        words = {name.lower(), terms()[name].title.zh if name in terms() else name.lower()}
        texts = {v.id: f"{v.title.zh} {v.title.en} {said.get((self.room, v.id), '')}".lower() for v in self.verbs()}
        mention = [id_ for id_, text in texts.items() if any(w in text for w in words)]
        alike = get_close_matches(name, texts, 5, 0.3)
        return list(dict.fromkeys([*mention, *alike]))[:5] or list(texts)


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
