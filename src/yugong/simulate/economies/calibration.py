"""A base-year economy with what a scenario needs to know of it: names, units, links, and what in it is modelled."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.registry.levers import parameters
from yugong.simulate.economies.balance import Numbers
from yugong.simulate.economy import Economy, land_groups

WORLD = "world"
YUAN = 1e8  # a default economy counts money in 100 million yuan


NO_TEXT = Text("", "")


def _no_links() -> Numbers:
    return np.zeros((0, 0))


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """An Economy of N regions and S sectors, and the words, units and modelling choices that belong to it."""

    economy: Economy
    year: int | None = None
    study: str = ""
    names: Mapping[str, Text] = field(default_factory=dict)  # region -> words
    sectors: Mapping[str, Text] = field(default_factory=dict)
    parameters: Mapping[str, float] = field(default_factory=dict)
    money: Text = NO_TEXT
    yuan: float = 1.0  # of one unit of the economy's money, for prices per tonne
    links: Numbers = field(default_factory=_no_links)  # (N,N) length of the link between neighbours, inf for no link
    land: tuple[str, ...] = ()  # names of the land markets
    modelled: tuple[Text, ...] = ()  # what no statistics say and the calibration had to estimate
    provenance: Provenance | None = None

    @property
    def label(self) -> Text:
        """The words that go with every table made from this economy; empty where nothing was modelled."""
        if not self.modelled:
            return NO_TEXT
        return Text(
            f"模型估计：{';'.join(t.zh for t in self.modelled)}", f"Modelled: {'; '.join(t.en for t in self.modelled)}"
        )

    def parameter(self, name: str) -> float:
        """Return a parameter of this economy, the registry's default where it was not set."""
        return float(self.parameters.get(name, parameters()[name].default))


def plain(economy: Economy) -> Calibration:
    """Return any Economy as a calibration without words or links."""
    return Calibration(economy, land=tuple(str(i + 1) for i in range(land_groups(economy))))
