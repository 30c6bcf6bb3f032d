"""Two-step floating catchment: how much service people can reach."""

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

LUO_2003 = article(
    "luo2003", (("Luo", "Wei"), ("Wang", "Fahui")),
    "Measures of spatial accessibility to health care in a GIS environment: synthesis and a case study in the "
    "Chicago region", "Environment and Planning B: Planning and Design", 2003, "30(6)", "865-884",
)  # fmt: skip
CARD = MethodCard(
    "two_step_floating_catchment",
    Text("两步移动搜索法（2SFCA）", "Two-step floating catchment area"),
    r"R_j=\frac{S_j}{\sum_k f(d_{kj})P_k},\qquad A_i=\sum_j f(d_{ij})R_j",
    Text(
        "阈值内权重默认为 1；无人可及的设施不计入，另行列出",
        "weight 1 within the threshold by default; supply that nobody can reach is reported apart",
    ),
    citations=(LUO_2003,),
)


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """Service reached per person in n places; Σ population × access = supply that can be reached."""

    places: tuple[Hashable, ...]
    access: Floats  # (n,) supply units per person
    unreached: float  # supply with no population in its catchment
    method: MethodCard = CARD
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place."""
        return pd.DataFrame({"place": self.places, "access": self.access})


def two_step_floating_catchment(
    supply: ArrayLike,
    population: ArrayLike,
    distance: ArrayLike,
    threshold: float,
    decay: ArrayLike | None = None,
    places: tuple[Hashable, ...] | None = None,
) -> Access:
    """Return accessibility to m facilities of n populations (Luo & Wang 2003).

    supply (m,), population (n,), distance (n, m) in the unit of `threshold`; decay (n, m) weights inside the
    threshold, 1 by default. Raises InputError for negative or missing numbers and for shapes that differ.
    """
    s, p = np.asarray(supply, dtype=np.float64), np.asarray(population, dtype=np.float64)
    d = np.atleast_2d(np.asarray(distance, dtype=np.float64))
    if d.shape != (len(p), len(s)) or not ((s >= 0).all() and (p >= 0).all() and (d >= 0).all()):
        raise InputError(
            [
                Problem(
                    Text("供给、人口、距离须非负，距离为 n×m", "supply, population, distance must be ≥ 0; distance n×m")
                )
            ]
        )
    f = np.where(d <= threshold, 1.0 if decay is None else np.asarray(decay, dtype=np.float64), 0.0)
    demand = p @ f
    ratio = np.divide(s, demand, out=np.zeros_like(s), where=demand > 0)
    return Access(tuple(range(len(p))) if places is None else places, f @ ratio, float(s[demand <= 0].sum()))
