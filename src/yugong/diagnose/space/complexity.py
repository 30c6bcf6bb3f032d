"""Economic complexity and the product space: who makes what, what is near what, where one could go."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.space import sources
from yugong.diagnose.space.industry import location_quotient
from yugong.diagnose.space.weights import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Complexity:
    """ECI and diversity (n,), PCI and ubiquity (m,), proximity (m, m), relatedness density (n, m).

    Indices have mean 0 and population standard deviation 1 over what has any advantage; the others are missing.
    """

    places: tuple[Hashable, ...]
    sectors: tuple[Hashable, ...]
    eci: Floats
    diversity: Floats
    pci: Floats
    ubiquity: Floats
    proximity: Floats
    density: Floats
    advantage: Floats
    status: Text
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place: place, eci, diversity."""
        return pd.DataFrame({"place": self.places, "eci": self.eci, "diversity": self.diversity})

    def sectors_table(self) -> pd.DataFrame:
        """Return one row a sector: sector, pci, ubiquity."""
        return pd.DataFrame({"sector": self.sectors, "pci": self.pci, "ubiquity": self.ubiquity})


def complexity(values: Any, threshold: float = 1.0) -> Complexity:
    """Return economic complexity of regions × sectors (n, m): advantage is LQ ≥ `threshold`.

    ECI is the second eigenvector of D⁻¹MU⁻¹M' (Hidalgo & Hausmann 2009), with the sign of its correlation with
    diversity; proximity the least conditional probability of two advantages (Hidalgo et al. 2007); density the
    share of proximity around a sector that a region already holds.
    """
    quotient = location_quotient(values)
    m = (np.nan_to_num(quotient.values) >= threshold).astype(float)
    places, sectors = quotient.labels
    diversity, ubiquity = m.sum(axis=1), m.sum(axis=0)
    rows, columns = diversity > 0, ubiquity > 0
    core = m[np.ix_(rows, columns)]
    if min(core.shape) < 3:
        raise InputError([Problem(Text("有优势的地区或行业太少", "too few regions or sectors with an advantage"))])
    d, u = core.sum(axis=1), core.sum(axis=0)
    # D^-1/2 M U^-1 M' D^-1/2 is symmetric and has the same eigenvalues
    root = core / np.sqrt(d)[:, None] / np.sqrt(u)[None, :]
    values_, vectors = np.linalg.eigh(root @ root.T)
    second = vectors[:, -2] / np.sqrt(d)
    gap = values_[-1] - values_[-2]
    sign = np.sign(np.corrcoef(second, d)[0, 1]) or 1.0
    second = second * sign
    product = core.T @ second / u
    eci, pci = np.full(len(m), np.nan), np.full(m.shape[1], np.nan)
    eci[rows] = (second - second.mean()) / second.std()
    pci[columns] = (product - product.mean()) / product.std()
    together = m.T @ m
    with np.errstate(divide="ignore", invalid="ignore"):
        proximity = together / np.maximum(ubiquity[:, None], ubiquity[None, :])
    np.fill_diagonal(proximity, 0.0)
    near = np.nan_to_num(proximity)
    total = near.sum(axis=0)
    density = np.divide(m @ near, total, out=np.full_like(m, np.nan), where=total > 0)
    status = (
        Text("正常", "regular")
        if gap > 1e-9
        else Text("网络不连通，ECI 只区分连通分支", "the network is disconnected: ECI only tells its parts apart")
    )
    card = MethodCard(
        "complexity",
        Text("经济复杂度", "Economic complexity"),
        r"\tilde M=D^{-1}MU^{-1}M'",
        Text(
            f"优势为区位商 ≥ {threshold:g}；标准化用总体标准差",
            f"advantage is LQ ≥ {threshold:g}; standardised by the population standard deviation",
        ),
        None,
        (sources.HIDALGO, sources.PRODUCT_SPACE),
        {"threshold": f"{threshold:g}"},
    )
    return Complexity(places, sectors, eci, diversity, pci, ubiquity, proximity, density, m, status, card)
