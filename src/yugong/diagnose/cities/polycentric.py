"""How far one city dominates a group of them: Green's polycentricity, from sizes or from the links between them."""

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

GREEN_2007 = article(
    "green2007", (("Green", "Nick"),),
    "Functional polycentricity: a formal definition in terms of social network analysis", "Urban Studies", 2007,
    "44(11)", "2077-2103",
)  # fmt: skip
CARD = MethodCard(
    "polycentricity",
    Text("多中心度（Green）", "Polycentricity (Green)"),
    r"P=1-\frac{\sigma}{\sigma_{\max}},\qquad \sigma_{\max}=\tfrac12\max_i s_i",
    Text(
        "σ 为各城市规模（或联系总量）的总体标准差，σ_max 为一大一零两个城市时的标准差；1 为完全多中心，0 为单中心",
        "σ is the population standard deviation of sizes (or of all links) over cities, σ_max that of two cities, one as "
        "large as the largest and one of nothing; 1 is fully polycentric, 0 one centre only",
    ),
    citations=(GREEN_2007,),
)


@dataclass(frozen=True, slots=True, eq=False)
class Polycentricity:
    """Polycentricity (g,) of groups, the number of cities in each and the share of the largest."""

    groups: tuple[Hashable, ...]
    value: Floats
    n: NDArray[np.intp]
    share: Floats
    method: MethodCard = CARD
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a group: group, value, n, share (of the largest)."""
        return pd.DataFrame({"group": self.groups, "value": self.value, "n": self.n, "share": self.share})


def polycentricity(sizes: ArrayLike, groups: object = None) -> Polycentricity:
    """Return Green's (2007) polycentricity of cities' sizes or nodal strengths (n,) ≥ 0, by group or of all.

    `groups` (n,) labels; cities of no group (missing) take no part. A group of one city, or of none with any size,
    has no value (NaN). Raises InputError for missing or negative sizes.
    """
    s = np.asarray(sizes, dtype=np.float64)
    bad = np.flatnonzero(~(s >= 0))
    if len(bad):
        raise InputError(
            Problem(Text(f"第 {i + 1} 个城市的规模缺失或为负", f"size {i + 1} is missing or negative"))
            for i in bad[:20]
        )
    label = pd.Series("all", range(len(s))) if groups is None else pd.Series(np.asarray(groups, dtype=object))
    names = tuple(dict.fromkeys(label.dropna()))
    parts = [s[(label == g).to_numpy()] for g in names]
    value = np.array([1 - p.std() / (p.max() / 2) if len(p) > 1 and p.max() > 0 else np.nan for p in parts])
    share = np.array([p.max() / p.sum() if p.sum() > 0 else np.nan for p in parts])
    return Polycentricity(names, value, np.array([len(p) for p in parts]), share)
