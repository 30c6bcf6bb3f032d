"""`study.<room>`: the verbs of a room with the study already given; each room names its own."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from yugong.study.model import Study


class Verb(Protocol):
    """One row of a room's catalogue."""

    @property
    def id(self) -> str:
        """The verb's name."""
        ...

    def function(self) -> Callable[..., Any]:
        """Return the function whose first argument is the study."""
        ...


class Verbs:
    """The verbs of one room on one study; `dir()` lists them, each carries its function's own documentation."""

    def __init__(self, study: "Study", find: Callable[[str], Verb], verbs: Callable[[], Iterable[Verb]]) -> None:
        self._study = study
        self._find = find
        self._verbs = verbs

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        function = self._find(name).function()
        bound = partial(function, self._study)
        bound.__doc__ = function.__doc__  # type: ignore[attr-defined, unused-ignore]
        return bound

    def __dir__(self) -> list[str]:
        return [verb.id for verb in self._verbs()]
