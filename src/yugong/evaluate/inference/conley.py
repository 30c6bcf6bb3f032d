"""Space–time Conley standard errors: neighbours are summed within a period, never across periods."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csr_array
from scipy.spatial import cKDTree
from scipy.stats import norm

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.inference import sources
from yugong.evaluate.inference.regression import codes, partialled
from yugong.evaluate.synthetic.simplex import Array

Kernel = Literal["uniform", "bartlett"]
EARTH_KM = 6371.01


@dataclass(frozen=True, slots=True)
class Conley:
    """The coefficient with its spatial, serially robust standard error; neighbours: mean number within the cutoff."""

    coefficient: float
    se: float
    neighbours: float
    method: MethodCard
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    @property
    def interval(self) -> tuple[float, float]:
        """Normal interval at 95 %."""
        half = float(norm.ppf(0.975)) * self.se
        return self.coefficient - half, self.coefficient + half

    def table(self) -> pd.DataFrame:
        """Return one row: estimate, se, low, high."""
        low, high = self.interval
        return pd.DataFrame({"estimate": [self.coefficient], "se": [self.se], "low": [low], "high": [high]})


def conley(
    outcome: ArrayLike,
    treatment: ArrayLike,
    longitude: ArrayLike,
    latitude: ArrayLike,
    cutoff_km: float,
    units: ArrayLike | None = None,
    periods: ArrayLike | None = None,
    controls: ArrayLike | None = None,
    lags: int = 0,
    kernel: Kernel = "uniform",
    radius_km: float = EARTH_KM,
) -> Conley:
    """Return one coefficient of a linear regression with Conley's standard error, without small-sample factor.

    outcome, treatment, longitude, latitude, units, periods (n,); controls (n, k). units and periods are fixed effects.
    Scores of places within cutoff_km of one another are summed within each period, weight 1 (uniform) or
    1 − distance/cutoff (bartlett); lags adds, within a unit, scores up to so many periods apart with weight
    1 − gap/(lags + 1). Without periods all rows are one cross-section. radius_km:
    of the earth (software that counts 111 km a degree uses 6 360). Raises InputError for a variance below zero,
    which the uniform kernel can give, and for positions missing. Conley (1999).
    """
    lon, lat = np.asarray(longitude, float), np.asarray(latitude, float)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise InputError([Problem(Text("有地区缺少经纬度", "a region has no position"))])
    if lags and (units is None or periods is None):
        raise InputError([Problem(Text("滞后项需要地区与年份", "lags need units and periods"))])
    r = partialled(outcome, treatment, controls, units, periods)
    scores = r.treatment * r.residual
    when = np.zeros(len(scores), np.int64) if periods is None else codes(periods)
    sites, site = np.unique(np.column_stack([lon, lat]), axis=0, return_inverse=True)
    site = site.ravel()
    near = nearness(sites[:, 0], sites[:, 1], cutoff_km, kernel, radius_km)
    by_site = np.zeros((len(sites), int(when.max()) + 1))
    np.add.at(by_site, (site, when), scores)
    meat = float((by_site * (near @ by_site)).sum())
    if lags and units is not None:
        meat += _serial(scores, codes(units), np.asarray(periods, float), lags)
    if meat < 0:
        do = Text("改用 bartlett 核或更短的截断距离", "use the bartlett kernel or a shorter cutoff")
        raise InputError([Problem(Text("方差估计为负", "the estimated variance is negative"), do)])
    se = float(np.sqrt(meat)) / float(r.treatment @ r.treatment)
    return Conley(r.coefficient, se, near.nnz / len(sites) - 1, _card(cutoff_km, lags, kernel, periods is not None))


def nearness(lon: Array, lat: Array, cutoff_km: float, kernel: Kernel, radius_km: float = EARTH_KM) -> csr_array:
    """Return the weights (S, S) of pairs within the cutoff by great-circle distance, each site with itself 1."""
    a, b = np.radians(lon), np.radians(lat)
    points = np.column_stack([np.cos(b) * np.cos(a), np.cos(b) * np.sin(a), np.sin(b)])
    chord = 2 * np.sin(min(cutoff_km / radius_km, np.pi) / 2)
    pairs = cKDTree(points).query_pairs(chord * (1 + 1e-9), output_type="ndarray")
    i, j = pairs[:, 0], pairs[:, 1]
    half = np.clip(np.linalg.norm(points[i] - points[j], axis=1) / 2, 0, 1)
    km = 2 * radius_km * np.arcsin(half)
    keep = km <= cutoff_km
    i, j, km = i[keep], j[keep], km[keep]
    weight = np.ones(len(km)) if kernel == "uniform" else 1 - km / cutoff_km
    own = np.arange(len(lon))
    rows, columns = np.concatenate([i, j, own]), np.concatenate([j, i, own])
    values = np.concatenate([weight, weight, np.ones(len(lon))])
    return csr_array(coo_array((values, (rows, columns)), shape=(len(lon), len(lon))))


def _serial(scores: Array, unit: NDArray[np.int64], period: Array, lags: int) -> float:
    """Return Σ over units and pairs of different periods of s_t s_s (1 − |t − s| / (lags + 1))."""
    grid = np.unique(period)
    by_unit = np.zeros((int(unit.max()) + 1, len(grid)))
    np.add.at(by_unit, (unit, np.searchsorted(grid, period)), scores)
    gap = np.abs(grid[:, None] - grid[None, :])
    weight = np.where((gap > 0) & (gap <= lags), 1 - gap / (lags + 1), 0.0)
    return float((by_unit @ weight * by_unit).sum())


def _card(cutoff_km: float, lags: int, kernel: Kernel, panel: bool) -> MethodCard:
    return MethodCard(
        "conley",
        Text("时空 Conley 标准误", "Space–time Conley standard errors"),
        r"\hat V=\frac{\sum_t\sum_{i,j}K(d_{ij})s_{it}s_{jt}+\sum_i\sum_{t\ne u}\left(1-\frac{|t-u|}{L+1}\right)_+s_{it}s_{iu}}"
        r"{(\sum\tilde d^2)^2}",
        Text(
            "空间相关只在同一时期内求和，时间相关只在同一地区内求和；不含小样本校正",
            "space is summed within a period and time within a region; no small-sample factor",
        ),
        None,
        (sources.CONLEY,),
        {"cutoff_km": f"{cutoff_km:g}", "lags": str(lags), "kernel": kernel, "panel": str(panel)},
    )
