"""City clusters drawn from flows (nodal regions) or from travel times to cores (isochrones)."""

from collections.abc import Hashable, Sequence
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

NYSTUEN_1961 = article(
    "nystuen1961", (("Nystuen", "John D."), ("Dacey", "Michael F.")), "A graph theory interpretation of nodal regions",
    "Papers of the Regional Science Association", 1961, "7", "29-42",
)  # fmt: skip
FLOWS = MethodCard(
    "flow_clusters",
    Text("按流量划分的城市群（结节区）", "Clusters from flows (nodal regions)"),
    r"i\to j:\ j=\arg\max_{k\ne i}f_{ik},\quad m_j>m_i",
    Text(
        "每地归向其最大流出的去处，前提是去处规模更大；没有更大去处的地区为核心，沿链归到核心",
        "a place belongs where its largest outflow goes, if that place is larger; places without one are cores, and "
        "chains are followed to them",
    ),
    citations=(NYSTUEN_1961,),
)
TIMES = MethodCard(
    "isochrone_clusters",
    Text("按等时圈划分的城市群", "Clusters from isochrones"),
    r"i\in j:\ j=\arg\min_k t_{ik},\quad t_{ij}\le T",
    Text("归入最近的核心；超过阈值的不归任何核心", "a place belongs to its nearest core; beyond the threshold to none"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """The core each of n places belongs to (None: none), the place it links to, and the flow or time of that link."""

    places: tuple[Hashable, ...]
    core: tuple[Hashable | None, ...]
    link: tuple[Hashable | None, ...]
    value: Floats
    method: MethodCard
    provenance: Provenance | None = None

    def members(self) -> dict[Hashable, tuple[Hashable, ...]]:
        """Return the places of each core, the core among them."""
        cores = [c for c in dict.fromkeys(self.core) if c is not None]
        return {c: tuple(p for p, of in zip(self.places, self.core, strict=True) if of == c) for c in cores}

    def table(self) -> pd.DataFrame:
        """Return one row a place: place, core, other_place (where its link goes), value (of the link)."""
        return pd.DataFrame({"place": self.places, "core": self.core, "other_place": self.link, "value": self.value})


def flow_clusters(flows: ArrayLike, sizes: ArrayLike, places: Sequence[Hashable] | None = None) -> Clusters:
    """Return nodal regions of n places (Nystuen & Dacey 1961) from flows (n, n), rows send, and sizes (n,).

    The diagonal is left out; missing flows count as none. Ties go to the place named first. Raises InputError.
    """
    f = np.array(flows, dtype=np.float64)
    s = np.asarray(sizes, dtype=np.float64)
    n = len(s)
    names = tuple(range(n)) if places is None else tuple(places)
    if f.shape != (n, n) or not np.isfinite(s).all() or (f < 0).any():
        what = Text("流量须为 n×n 非负，规模不可缺失", "flows must be n × n, not negative; no size may be missing")
        raise InputError([Problem(what)])
    f = np.nan_to_num(f)
    np.fill_diagonal(f, 0.0)
    goal = f.argmax(axis=1)
    largest = f[np.arange(n), goal]
    tied = (largest > 0) & (s[goal] > s)
    top = np.arange(n)
    # sizes grow along a chain, so it ends after at most n links
    for _ in range(n):
        top = np.where(tied[top], goal[top], top)
    return Clusters(
        names,
        tuple(names[t] for t in top),
        tuple(names[g] if k else None for g, k in zip(goal, tied, strict=True)),
        np.where(tied, largest, np.nan),
        FLOWS,
    )


def isochrone_clusters(
    times: ArrayLike,
    threshold: float,
    places: Sequence[Hashable] | None = None,
    cores: Sequence[Hashable] | None = None,
) -> Clusters:
    """Return the nearest of k cores within `threshold` for n places from times or distances (n, k) ≥ 0.

    Missing times do not connect. A core is a place at time 0 of itself. Raises InputError.
    """
    t = np.atleast_2d(np.asarray(times, dtype=np.float64))
    if (t < 0).any() or not threshold > 0:
        raise InputError([Problem(Text("时间须非负，阈值须为正", "times must be ≥ 0 and the threshold positive"))])
    names = tuple(range(len(t))) if places is None else tuple(places)
    heads = tuple(range(t.shape[1])) if cores is None else tuple(cores)
    filled = np.where(np.isnan(t), np.inf, t)
    near = filled.argmin(axis=1)
    least = filled[np.arange(len(t)), near]
    own = least <= threshold
    core = tuple(heads[j] if k else None for j, k in zip(near, own, strict=True))
    options = TIMES.options | {"threshold": f"{threshold:g}"}
    card = MethodCard(TIMES.id, TIMES.title, TIMES.formula, TIMES.convention, None, (), options)
    return Clusters(names, core, core, np.where(own, least, np.nan), card)
