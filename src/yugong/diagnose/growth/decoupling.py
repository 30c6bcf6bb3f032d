"""Tapio decoupling: does pressure still grow with output?"""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from yugong.base.cards import MethodCard
from yugong.base.cite import article
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text

Floats = NDArray[np.float64]

TAPIO_2005 = article(
    "tapio2005", (("Tapio", "Petri"),),
    "Towards a theory of decoupling: degrees of decoupling in the EU and the case of road traffic in Finland "
    "between 1970 and 2001", "Transport Policy", 2005, "12(2)", "137-151",
)  # fmt: skip
CARD = MethodCard(
    "tapio",
    Text("Tapio 脱钩弹性", "Tapio decoupling elasticity"),
    r"e=\frac{\Delta P/P_0}{\Delta Y/Y_0}",
    Text(
        "变化率以基期为分母；八种状态，弹性 0.8 与 1.2 为界；产出零增长时不分类",
        "rates over the first period; eight states with bounds 0.8 and 1.2; no state when output does not change",
    ),
    citations=(TAPIO_2005,),
)
STATES: dict[str, Text] = {
    "strong_decoupling": Text("强脱钩", "strong decoupling"),
    "weak_decoupling": Text("弱脱钩", "weak decoupling"),
    "expansive_coupling": Text("扩张连接", "expansive coupling"),
    "expansive_negative": Text("扩张负脱钩", "expansive negative decoupling"),
    "strong_negative": Text("强负脱钩", "strong negative decoupling"),
    "weak_negative": Text("弱负脱钩", "weak negative decoupling"),
    "recessive_coupling": Text("衰退连接", "recessive coupling"),
    "recessive_decoupling": Text("衰退脱钩", "recessive decoupling"),
}
LOW, HIGH = 0.8, 1.2


@dataclass(frozen=True, slots=True, eq=False)
class Decoupling:
    """Elasticity and state of decoupling for n regions; state "" where output did not change or data are missing."""

    places: tuple[Hashable, ...]
    pressure_change: Floats  # (n,) as a fraction of the first period
    output_change: Floats  # (n,)
    elasticity: Floats  # (n,)
    state: tuple[str, ...]  # keys of STATES
    method: MethodCard = CARD
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a region: the two changes, the elasticity, the state in the current language."""
        return pd.DataFrame(
            {
                "place": self.places,
                "pressure_change": self.pressure_change,
                "output_change": self.output_change,
                "elasticity": self.elasticity,
                "state": [str(STATES[s]) if s else "" for s in self.state],
            }
        )


def tapio(pressure: ArrayLike, output: ArrayLike, places: tuple[Hashable, ...] | None = None) -> Decoupling:
    """Return Tapio's elasticity of a pressure (emissions, energy, water) to real output, and its state.

    pressure, output (n, 2): first and last period, constant prices for output; first period positive.
    Raises InputError naming the region where it is not. Source: Tapio (2005), fig. 1.
    """
    p, y = (np.atleast_2d(np.asarray(a, dtype=np.float64)) for a in (pressure, output))
    names = tuple(range(len(p))) if places is None else places
    bad = np.flatnonzero((p[:, 0] <= 0) | (y[:, 0] <= 0))
    if len(bad):
        raise InputError(
            Problem(
                Text(f"{names[i]} 的基期数值不是正数", f"the first period of {names[i]} is not positive"),
                Text("变化率以基期为分母", "changes are relative to the first period"),
            )
            for i in bad
        )
    dp, dy = p[:, 1] / p[:, 0] - 1, y[:, 1] / y[:, 0] - 1
    e = np.full(len(dp), np.nan)
    np.divide(dp, dy, out=e, where=dy != 0)
    return Decoupling(names, dp, dy, e, tuple(_state(*row) for row in zip(dp, dy, e, strict=True)))


def _state(dp: float, dy: float, e: float) -> str:
    if np.isnan(e):
        return ""
    if dy > 0:
        if e < 0:
            return "strong_decoupling"
        return "weak_decoupling" if e < LOW else "expansive_coupling" if e <= HIGH else "expansive_negative"
    if dp > 0:
        return "strong_negative"
    return "weak_negative" if e < LOW else "recessive_coupling" if e <= HIGH else "recessive_decoupling"
