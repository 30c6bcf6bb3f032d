"""A base-year economy with what a scenario needs to know of it: names, units, links, and what in it is modelled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.registry.levers import parameters
from yugong.simulate.economies.balance import Numbers
from yugong.simulate.economy import Economy, land_groups

if TYPE_CHECKING:
    import pandas as pd

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

    def table(self) -> "pd.DataFrame":
        """Return one row a region of the nation: the base year's accounts in money, heads and tonnes."""
        import pandas as pd

        e = self.economy
        books = e.accounts
        flows = (e.trade_shares * e.spending.T[:, :, None]).sum(0)  # importer, exporter
        inside = np.flatnonzero(e.nation)
        factors = e.labour_share.sum(2) + e.land_share + e.capital_share + e.output_tax
        heads = e.population.sum(1)
        columns = {
            "population_base": heads,
            "grp_base": (books.factor_sales * factors).sum(1),
            "income_base": books.household,
            "government_base": books.government,
            "exports": flows.sum(0) - np.diag(flows),
            "imports": flows.sum(1) - np.diag(flows),
            "emissions_base": e.emissions.sum(1),
        }
        return pd.DataFrame({"place": [e.regions[i] for i in inside], **{k: v[inside] for k, v in columns.items()}})

    @property
    def notes(self) -> tuple[Text, ...]:
        """The year, and what is modelled."""
        return (Text(f"基年 {self.year}", f"base year {self.year}"), *([self.label] if self.modelled else []))

    def parameter(self, name: str) -> float:
        """Return a parameter of this economy, the registry's default where it was not set."""
        return float(self.parameters.get(name, parameters()[name].default))


def plain(economy: Economy) -> Calibration:
    """Return any Economy as a calibration without words or links."""
    return Calibration(economy, land=tuple(str(i + 1) for i in range(land_groups(economy))))
