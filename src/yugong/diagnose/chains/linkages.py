"""Where a sector stands in the chain: backward and forward linkages, upstreamness and downstreamness."""

from collections.abc import Hashable
from dataclasses import dataclass

import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.chains import sources
from yugong.diagnose.chains.table import Floats, IOTable

KEY = Text("关键部门", "key sector")
PULLS = Text("后向主导", "backward-oriented")
PUSHES = Text("前向主导", "forward-oriented")
WEAK = Text("弱联系", "weakly linked")


@dataclass(frozen=True, slots=True, eq=False)
class Linkages:
    """Linkages of n sectors, normalised so that the average is 1; upstreamness and downstreamness count steps ≥ 1."""

    sectors: tuple[Hashable, ...]
    backward: Floats  # (n,) column sums of the Leontief inverse over their mean
    forward: Floats  # (n,) row sums of the Ghosh inverse over their mean
    sensitivity: Floats  # (n,) row sums of the Leontief inverse over their mean (Rasmussen)
    multiplier: Floats  # (n,) output multiplier, column sums of the Leontief inverse
    upstreamness: Floats  # (n,) average distance to final use
    downstreamness: Floats  # (n,) average distance from primary inputs
    method: MethodCard
    provenance: Provenance | None = None

    @property
    def role(self) -> tuple[Text, ...]:
        """Key (both above 1), backward- or forward-oriented, or weak."""
        kinds = {(True, True): KEY, (True, False): PULLS, (False, True): PUSHES, (False, False): WEAK}
        return tuple(kinds[bool(b > 1), bool(f > 1)] for b, f in zip(self.backward, self.forward, strict=True))

    def table(self) -> pd.DataFrame:
        """Return one row a sector: sector, backward, forward, sensitivity, multiplier, up- and downstreamness, role."""
        return pd.DataFrame(
            {
                "sector": self.sectors,
                "backward": self.backward,
                "forward": self.forward,
                "sensitivity": self.sensitivity,
                "multiplier": self.multiplier,
                "upstreamness": self.upstreamness,
                "downstreamness": self.downstreamness,
                "role": [str(r) for r in self.role],
            }
        )


def linkages(table: IOTable) -> Linkages:
    """Return linkages and positions of the sectors of an input–output table.

    Backward: column sums of the Leontief inverse (Rasmussen 1956); forward: row sums of the Ghosh inverse, which
    weigh buyers as they are (Jones 1976). Upstreamness U = (I − B)⁻¹1 (Antràs, Chor, Fally & Hillberry 2012) and
    downstreamness D = 1ᵀ(I − A)⁻¹ are the raw sums, in steps of production; exports and imports count as final and
    primary when the table is domestic.
    """
    leontief, ghosh = table.leontief, table.ghosh
    down, up = leontief.sum(axis=0), ghosh.sum(axis=1)
    across = leontief.sum(axis=1)
    card = MethodCard(
        "linkages",
        Text("产业关联与上下游位置", "inter-industry linkages and position"),
        r"BL_j=\frac{n\sum_i l_{ij}}{\sum_{ij}l_{ij}},\ FL_i=\frac{n\sum_j g_{ij}}{\sum_{ij}g_{ij}},\ "
        r"U=(I-B)^{-1}\mathbf 1,\ D=\mathbf 1^\top(I-A)^{-1}",
        Text(
            "后向用列昂惕夫逆，前向用戈什逆；均值为 1 的标准化；国内表中进口属初始投入、出口属最终使用",
            "backward by the Leontief inverse, forward by the Ghosh inverse, normalised to mean 1; in a domestic table "
            "imports are primary inputs and exports final use",
        ),
        Text("无产出的部门系数记零", "a sector without output has zero coefficients"),
        (sources.RASMUSSEN, sources.GHOSH, sources.JONES, sources.ANTRAS, sources.MILLER_TEMURSHOEV),
    )
    return Linkages(
        table.sectors, down / down.mean(), up / up.mean(), across / across.mean(), down, up, down.copy(), card
    )
