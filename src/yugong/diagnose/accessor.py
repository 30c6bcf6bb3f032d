"""`study.diagnose`: the catalogue's methods with the study already given."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from yugong.diagnose.catalogue import find, methods

if TYPE_CHECKING:
    from yugong.study.model import Study


class Diagnose:
    """The diagnoses of one study; `dir()` lists them, each carries its function's own documentation."""

    def __init__(self, study: "Study") -> None:
        self._study = study

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        function = find(name).function()
        bound = partial(function, self._study)
        bound.__doc__ = function.__doc__  # type: ignore[attr-defined, unused-ignore]
        return bound

    def __dir__(self) -> list[str]:
        return [m.id for m in methods()]
