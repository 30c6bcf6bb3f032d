"""What an efficiency measure returns: scores, slacks, targets and peers of every unit, solved or not."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.efficiency.data import Flags, Floats, Units
from yugong.diagnose.efficiency.programme import OPTIMAL


@dataclass(frozen=True, slots=True, eq=False)
class Efficiency:
    """Scores of n units; a unit that could not be solved has NaN and says why in `status`, and stays in the result.

    slacks are in the data's own units: inputs to save, good outputs to gain, bad outputs to cut.
    """

    units: Units
    score: Floats  # (n,)
    slacks: Floats  # (n, m + s + k)
    targets: Floats  # (n, m + s + k): where the unit would be on the frontier
    peers: csr_array  # (n, n) intensities: row i is the combination that unit i is held against
    status: tuple[Text, ...]
    method: MethodCard
    provenance: Provenance | None = None

    @property
    def solved(self) -> Flags:
        """True where the score rests on an optimal solution."""
        return np.array([s is OPTIMAL for s in self.status])

    def table(self) -> pd.DataFrame:
        """Return one row a unit: place, score, rank (1 is best; none without a score), status."""
        rank = pd.Series(self.score).rank(ascending=False, method="min")
        return pd.DataFrame(
            {"place": self.units.places, "score": self.score, "rank": rank, "status": [str(s) for s in self.status]}
        )

    def slack_table(self) -> pd.DataFrame:
        """Return one row a unit and variable: place, variable, observed, slack, target."""
        n, width = self.slacks.shape
        return pd.DataFrame(
            {
                "place": np.repeat(np.array(self.units.places, dtype=object), width),
                "variable": np.tile(np.array(self.units.names, dtype=object), n),
                "observed": self.units.data.ravel(),
                "slack": self.slacks.ravel(),
                "target": self.targets.ravel(),
            }
        )

    def peer_table(self) -> pd.DataFrame:
        """Return one row a unit and peer: place, peer, intensity."""
        links = self.peers.tocoo()
        names: list[Hashable] = list(self.units.places)
        rows = [(names[i], names[j], v) for i, j, v in zip(links.row, links.col, links.data, strict=True)]
        return pd.DataFrame(rows, columns=["place", "peer", "intensity"])
