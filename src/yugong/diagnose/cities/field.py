"""How far core cities reach: field strength and breakpoints."""

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

CONVERSE_1949 = article(
    "converse1949", (("Converse", "Paul D."),), "New laws of retail gravitation", "Journal of Marketing", 1949,
    "14(3)", "379-384",
)  # fmt: skip
CARD = MethodCard(
    "field_strength",
    Text("场强与断裂点", "Field strength and breakpoints"),
    r"F_{ij}=M_j/d_{ij}^{\beta},\qquad d_{A}=D/\bigl(1+(M_B/M_A)^{1/\beta}\bigr)",
    Text(
        "距离衰减指数 β 默认 2；每地归入场强最大的核心", "decay β = 2 by default; a place belongs to its strongest core"
    ),
    citations=(CONVERSE_1949,),
)


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """The pull of k cores on n places, and the core each belongs to."""

    places: tuple[Hashable, ...]
    cores: tuple[Hashable, ...]
    strength: Floats  # (n, k) in the mass's unit per distance^β; infinite at a core itself
    core: tuple[Hashable, ...]  # (n,) the strongest core; ties go to the first named
    method: MethodCard = CARD
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place: its core, that core's share of the whole pull."""
        total = self.strength.sum(axis=1)
        best = self.strength.max(axis=1)
        share = np.divide(best, total, out=np.ones_like(best), where=np.isfinite(total))
        return pd.DataFrame({"place": self.places, "core": self.core, "share": share})


def field_strength(
    mass: ArrayLike,
    distance: ArrayLike,
    beta: float = 2.0,
    places: tuple[Hashable, ...] | None = None,
    cores: tuple[Hashable, ...] | None = None,
) -> Field:
    """Return the field of k core cities, mass (k,) > 0, over n places at distance (n, k) ≥ 0 (one unit)."""
    m, d = np.asarray(mass, dtype=np.float64), np.atleast_2d(np.asarray(distance, dtype=np.float64))
    if d.shape[1] != len(m) or not (m > 0).all() or not (d >= 0).all():
        raise InputError(
            [Problem(Text("质量须为正，距离须非负且为 n×k", "mass must be positive, distance non-negative and n×k"))]
        )
    with np.errstate(divide="ignore"):
        strength = m / d**beta
    names = tuple(range(len(m))) if cores is None else cores
    best = strength.argmax(axis=1)
    return Field(tuple(range(len(d))) if places is None else places, names, strength, tuple(names[b] for b in best))


def breakpoint_distance(mass_a: float, mass_b: float, distance: float, beta: float = 2.0) -> float:
    """Return how far from A, on the way to B, the two pulls are equal (Converse 1949); the unit of `distance`."""
    return distance / (1.0 + float((mass_b / mass_a) ** (1 / beta)))
