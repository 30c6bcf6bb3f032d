"""`study.simulate(...)`: scenarios solved on the study's own economy."""

from typing import TYPE_CHECKING, Any

from yugong.simulate.catalogue import CATALOGUE
from yugong.study.verbs import Verbs

if TYPE_CHECKING:
    from yugong.simulate.simulation import Simulation
    from yugong.study.model import Study


class Simulate(Verbs):
    """The simulation of one study: call it to solve scenarios; `dir()` lists its other verbs."""

    def __init__(self, study: "Study") -> None:
        super().__init__(study, CATALOGUE)

    def __call__(self, *args: Any, **options: Any) -> "Simulation":
        """Solve scenarios; see yugong.simulate.running.simulate."""
        result: Simulation = CATALOGUE.find("simulate").function()(self._study, *args, **options)
        return result
