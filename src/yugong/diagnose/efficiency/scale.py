"""Scale efficiency: overall = pure × scale, and whether a unit is too small or too large."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.efficiency import sources
from yugong.diagnose.efficiency.data import Floats, Orientation
from yugong.diagnose.efficiency.radial import dea

SAME = 1e-7  # scores this close are equal
INCREASING = Text("规模报酬递增", "increasing returns")
CONSTANT = Text("规模报酬不变", "constant returns")
DECREASING = Text("规模报酬递减", "decreasing returns")
UNKNOWN = Text("未知", "unknown")


@dataclass(frozen=True, slots=True, eq=False)
class ScaleEfficiency:
    """Overall (CCR), pure (BCC) and scale efficiency of n units, with the returns each works under."""

    places: tuple[Hashable, ...]
    overall: Floats  # (n,)
    pure: Floats  # (n,)
    scale: Floats  # (n,) overall / pure
    returns: tuple[Text, ...]
    status: tuple[Text, ...]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a unit: place, overall_efficiency, pure_efficiency, scale_efficiency, returns, status."""
        return pd.DataFrame(
            {
                "place": self.places,
                "overall_efficiency": self.overall,
                "pure_efficiency": self.pure,
                "scale_efficiency": self.scale,
                "returns": [str(r) for r in self.returns],
                "status": [str(s) for s in self.status],
            }
        )


def scale_efficiency(inputs: object, outputs: object, orientation: Orientation = "input") -> ScaleEfficiency:
    """Return overall, pure and scale efficiency of n units and the returns to scale they work under.

    inputs (n, m), outputs (n, s), ≥ 0. Returns follow from a third programme of non-increasing returns: a unit whose
    score there equals the CCR score works under increasing returns, one where it equals the BCC score under
    decreasing ones (Banker, Charnes & Cooper 1984). Raises InputError, AlignmentError.
    """
    overall, pure, middle = (
        dea(inputs, outputs, returns, orientation) for returns in ("constant", "variable", "nonincreasing")
    )
    scale = overall.score / pure.score
    kinds = []
    for e, p, m in zip(overall.score, pure.score, middle.score, strict=True):
        if np.isnan(e):
            kinds.append(UNKNOWN)
        elif abs(e - p) <= SAME:
            kinds.append(CONSTANT)
        else:
            kinds.append(INCREASING if abs(m - e) <= SAME else DECREASING)
    card = MethodCard(
        "scale_efficiency",
        Text("规模效率", "scale efficiency"),
        r"SE=\theta_{CCR}/\theta_{BCC}",
        Text("综合效率 = 纯技术效率 × 规模效率", "overall efficiency = pure technical efficiency × scale efficiency"),
        None,
        (sources.CCR, sources.BCC),
        {"orientation": orientation},
    )
    return ScaleEfficiency(overall.units.places, overall.score, pure.score, scale, tuple(kinds), overall.status, card)
