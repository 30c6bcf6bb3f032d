"""Value added by where it is made and where it is absorbed, from an interregional table."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.chains import sources
from yugong.diagnose.chains.table import Floats, IOTable, aligned


@dataclass(frozen=True, slots=True, eq=False)
class ValueAddedFlows:
    """Value added of origins (rows) absorbed in destinations (columns); each column's shares sum to 1."""

    origins: tuple[Hashable, ...]
    destinations: tuple[Hashable, ...]
    matrix: Floats  # (R, D)
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a pair: origin, destination, value, share (of what the destination absorbs)."""
        r, d = self.matrix.shape
        total = self.matrix.sum(axis=0)
        share = np.divide(self.matrix, total, out=np.full((r, d), np.nan), where=total > 0)
        return pd.DataFrame(
            {
                "origin": np.repeat(np.array(self.origins, dtype=object), d),
                "destination": np.tile(np.array(self.destinations, dtype=object), r),
                "value": self.matrix.ravel(),
                "share": share.ravel(),
            }
        )


def value_added_flows(
    table: IOTable, final_by_destination: object, regions: object, value_added: object = None
) -> ValueAddedFlows:
    """Return who earns from whose final demand: T = v̂ L F, summed over the sectors of each origin.

    table: interregional, its sectors pairs of region and industry; final_by_destination (n, D) final demand by place
    of use; regions (n,) the region of each row; value_added (n,) or None for all primary inputs, with which columns
    sum to final demand and rows to primary inputs (Johnson & Noguera 2012; Koopman, Wang & Wei 2014). Raises
    AlignmentError, InputError.
    """
    home = aligned_labels(regions, table.sectors)
    demand = aligned(final_by_destination, table.sectors, Text("最终需求", "final demand"))
    demand = demand[:, None] if demand.ndim == 1 else demand
    paid = table.primary if value_added is None else aligned(value_added, table.sectors, Text("增加值", "value added"))
    rate = np.divide(paid, table.output, out=np.zeros_like(paid), where=table.output > 0)
    embodied = rate[:, None] * (table.leontief @ demand)
    codes, origins = pd.factorize(home)
    matrix = np.zeros((len(origins), demand.shape[1]))
    np.add.at(matrix, codes, embodied)
    columns = final_by_destination.columns if isinstance(final_by_destination, pd.DataFrame) else range(demand.shape[1])
    card = MethodCard(
        "value_added_flows",
        Text("增加值流", "value-added flows"),
        r"T=\hat v L F",
        Text(
            "全部初始投入（含进口）" if value_added is None else "给定的增加值",
            "all primary inputs, imports among them" if value_added is None else "value added as given",
        ),
        None,
        (sources.JOHNSON_NOGUERA, sources.KOOPMAN),
    )
    return ValueAddedFlows(tuple(origins), tuple(columns), matrix, card)


def aligned_labels(labels: object, sectors: tuple[Hashable, ...]) -> "pd.Series[str]":
    """Return one label a sector, aligned where there is an index."""
    if isinstance(labels, pd.Series):
        return labels.reindex(pd.Index(sectors))
    return pd.Series(list(labels), index=pd.Index(sectors))  # type: ignore[call-overload]
