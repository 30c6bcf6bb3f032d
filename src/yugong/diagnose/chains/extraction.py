"""Hypothetical extraction: what the economy would lose without a sector, or a region's sectors."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.chains import sources
from yugong.diagnose.chains.table import Floats, IOTable

Extract = Literal["total", "backward", "forward"]
_WHAT = {
    "total": Text("该部门的购买、销售与最终需求全部消失", "its purchases, sales and final demand all vanish"),
    "backward": Text("该部门不再向国内购买中间品", "it buys no domestic inputs any more"),
    "forward": Text("该部门不再向国内部门供应（戈什模型）", "it supplies no domestic sector any more (Ghosh model)"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Extraction:
    """Losses of output when each group is taken out, most important first in `table()`."""

    groups: tuple[Hashable, ...]
    sectors: tuple[Hashable, ...]
    losses: Floats  # (groups, n) output lost in every sector
    own: Floats  # (groups,) output lost inside the group
    others: Floats  # (groups,) output lost elsewhere
    output: float  # output of the whole economy
    method: MethodCard
    provenance: Provenance | None = None

    @property
    def total(self) -> Floats:
        """Output lost in all, (groups,)."""
        return self.own + self.others

    def table(self) -> pd.DataFrame:
        """Return one row a group, by loss: sector, loss, share (of all output), loss_own, loss_others, rank."""
        out = pd.DataFrame(
            {
                "sector": self.groups,
                "loss": self.total,
                "share": self.total / self.output,
                "loss_own": self.own,
                "loss_others": self.others,
            }
        )
        out["rank"] = out["loss"].rank(ascending=False, method="min")
        return out.sort_values("loss", ascending=False, kind="stable").reset_index(drop=True)


def hypothetical_extraction(
    table: IOTable, groups: Mapping[Hashable, Sequence[Hashable]] | None = None, mode: Extract = "total"
) -> Extraction:
    """Return the output lost when a sector, or a group of sectors (a region, a chain), is taken out.

    groups: {name: sectors}, each sector alone by default. mode "total" removes rows, columns and final demand
    (Dietzenbacher, van der Linden & Steenge 1993); "backward" removes the group's domestic purchases and "forward"
    its domestic sales, by Leontief and Ghosh (Dietzenbacher & van der Linden 1997). One inverse serves all groups:
    the total loss is L_·K L_KK⁻¹ x_K. Raises UnknownNameError for a sector that is not in the table.
    """
    chosen: dict[Hashable, Sequence[Hashable]] = dict(groups) if groups else {s: (s,) for s in table.sectors}
    place = {s: i for i, s in enumerate(table.sectors)}
    inverse = table.ghosh.T if mode == "forward" else table.leontief
    losses = np.empty((len(chosen), len(table.sectors)))
    own = np.empty(len(chosen))
    for row, members in enumerate(chosen.values()):
        if unknown := [s for s in members if s not in place]:
            raise UnknownNameError(Text("部门", "sector"), unknown[0], map(str, list(place)[:5]))
        k = [place[s] for s in members]
        columns = inverse[:, k].copy()
        if mode != "total":
            columns[k, np.arange(len(k))] -= 1.0
        losses[row] = columns @ np.linalg.solve(inverse[np.ix_(k, k)], table.output[k])
        own[row] = losses[row, k].sum()
    card = MethodCard(
        "hypothetical_extraction",
        Text("假设抽取法", "hypothetical extraction"),
        r"\Delta x=L_{\cdot K}L_{KK}^{-1}x_K"
        if mode == "total"
        else r"\Delta x=(L_{\cdot K}-I_{\cdot K})L_{KK}^{-1}x_K",
        _WHAT[mode],
        None,
        (sources.DIETZENBACHER_1993, sources.DIETZENBACHER_1997, sources.MILLER_BLAIR),
        {"mode": mode},
    )
    total = float(table.output.sum())
    return Extraction(tuple(chosen), table.sectors, losses, own, losses.sum(axis=1) - own, total, card)
