"""Migration tables: who gains, who loses, how much moves for how little redistribution."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.flows import sources
from yugong.diagnose.flows.demean import Floats
from yugong.diagnose.flows.matrix import flow_matrix, vector

When = Literal["start", "middle", "end"]
_WHEN = {
    "start": Text("期初人口", "population at the start of the period"),
    "middle": Text("期中人口", "population in the middle of the period"),
    "end": Text("期末人口", "population at the end of the period"),
}


@dataclass(frozen=True, slots=True, eq=False)
class MigrationTable:
    """Moves between n places, the diagonal (stayers, moves within) left out; rates are per `per` persons."""

    places: tuple[Hashable, ...]
    inflow: Floats  # (n,)
    outflow: Floats  # (n,)
    population: Floats  # (n,) the denominator; NaN without one
    per: float
    denominator: Text
    method: MethodCard
    provenance: Provenance | None = None

    @property
    def net(self) -> Floats:
        """Inflow less outflow; sums to zero over a closed system."""
        return self.inflow - self.outflow

    @property
    def gross(self) -> Floats:
        """Inflow plus outflow."""
        return self.inflow + self.outflow

    @property
    def effectiveness(self) -> Floats:
        """Net over gross, in [−1, 1]: how much redistribution the moves bring."""
        return np.where(self.gross > 0, self.net / np.where(self.gross > 0, self.gross, 1.0), np.nan)

    @property
    def system_effectiveness(self) -> float:
        """Σ|net| / Σgross, the migration effectiveness index as a share (Bell et al. 2002)."""
        return float(np.abs(self.net).sum() / self.gross.sum())

    @property
    def intensity(self) -> float:
        """Movers per `per` persons of the whole system (crude migration intensity)."""
        return float(self.per * self.inflow.sum() / self.population.sum())

    @property
    def net_redistribution(self) -> float:
        """½Σ|net| per `per` persons, the aggregate net migration rate; intensity times effectiveness."""
        return float(self.per * np.abs(self.net).sum() / 2 / self.population.sum())

    def table(self) -> pd.DataFrame:
        """Return one row a place: place, inflow, outflow, net, gross, effectiveness, in_rate, out_rate, net_rate."""
        rate = self.per / self.population
        return pd.DataFrame(
            {
                "place": self.places,
                "inflow": self.inflow,
                "outflow": self.outflow,
                "net": self.net,
                "gross": self.gross,
                "effectiveness": self.effectiveness,
                "in_rate": self.inflow * rate,
                "out_rate": self.outflow * rate,
                "net_rate": self.net * rate,
            }
        )


def migration_table(
    flows: object, population: object = None, when: When = "middle", per: float = 1000.0
) -> MigrationTable:
    """Return in-, out-, net and gross migration of n places, with rates where a population is given.

    flows (n, n) persons, origins down; the diagonal is not read. A missing cell makes its origin's outflow and its
    destination's inflow unknown (NaN). population (n,), at the `when` of the period, the denominator of every rate;
    in-rates use the destination's population, so they are rates of arrival and not of risk. Bell et al. (2002).
    Raises InputError, AlignmentError.
    """
    x, places = flow_matrix(flows)
    moves = x.copy()
    np.fill_diagonal(moves, 0.0)
    people = (
        np.full(len(places), np.nan) if population is None else vector(population, places, Text("人口", "population"))
    )
    denominator = Text("未给出人口", "no population given") if population is None else _WHEN[when]
    card = MethodCard(
        "migration_table",
        Text("迁移表", "migration table"),
        r"N_i=I_i-O_i,\ \mathrm{MER}_i=\frac{N_i}{I_i+O_i},\ \mathrm{MEI}=\frac{\sum_i|N_i|}{\sum_i(I_i+O_i)}",
        Text(f"比率的分母：{denominator.zh}，每 {per:g} 人", f"rates over {denominator.en}, per {per:g} persons"),
        Text("缺失的流量使所涉地区的合计缺失", "a missing flow makes the totals it enters missing"),
        (sources.BELL,),
        {"denominator": when if population is not None else "none", "per": f"{per:g}"},
    )
    return MigrationTable(places, moves.sum(axis=0), moves.sum(axis=1), people, per, denominator, card)
