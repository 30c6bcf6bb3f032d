"""`study.simulate(...)`: scenarios solved on the study's own economy."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from yugong.simulate.catalogue import find, methods

if TYPE_CHECKING:
    from yugong.simulate.simulation import Simulation
    from yugong.study.model import Study


class Simulate:
    """The simulation of one study: call it to solve scenarios; `dir()` lists its other verbs."""

    def __init__(self, study: "Study") -> None:
        self._study = study

    def __call__(self, *args: Any, **options: Any) -> "Simulation":
        """Solve scenarios; see yugong.simulate.running.simulate."""
        result: Simulation = find("simulate").function()(self._study, *args, **options)
        return result

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        function = find(name).function()
        bound = partial(function, self._study)
        bound.__doc__ = function.__doc__  # type: ignore[attr-defined, unused-ignore]
        return bound

    def __dir__(self) -> list[str]:
        return [m.id for m in methods()]
