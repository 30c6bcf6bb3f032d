"""The standard deviational ellipse, weighted, in three conventions, and its migration over time."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.space import sources
from yugong.diagnose.space.projection import equal_area, to_degrees
from yugong.diagnose.space.weights import Floats, from_matrix
from yugong.diagnose.space.weights_build import great_circle

Convention = Literal["arcgis", "crimestat", "raw"]
Projection = Literal["none", "equal-area"]
PLANES: dict[str, Text] = {
    "none": Text("坐标不投影，轴长与面积以坐标单位计", "coordinates not projected: axes and area in their units"),
    "equal-area": Text(
        "以全部点的均值为中心作兰勃特方位等积投影，轴长以公里、面积以平方公里计",
        "Lambert azimuthal equal-area projection about the mean of all points: axes in km, area in km²",
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class Ellipses:
    """One ellipse a period: arrays (T,). Angles run clockwise from north to the major axis, 0 ≤ θ < 180 degrees.

    `x`, `y` are the centre in the coordinates given, `major` ≥ `minor` the semi-axes in their units, or in km under the
    equal-area projection, `area` = π·major·minor, `flattening` 1 − minor/major. `shift` and `bearing` lead from the period before (NaN first): km and degrees
    clockwise from north for lon, lat, coordinate units otherwise.
    """

    periods: tuple[Hashable, ...]
    x: Floats
    y: Floats
    major: Floats
    minor: Floats
    theta: Floats
    area: Floats
    flattening: Floats
    shift: Floats
    bearing: Floats
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a period: year, x, y, major, minor, theta, area, flattening, shift, bearing."""
        names = ("x", "y", "major", "minor", "theta", "area", "flattening", "shift", "bearing")
        return pd.DataFrame({"year": self.periods} | {k: getattr(self, k) for k in names})


def ellipse(
    coordinates: Any,
    weights: Any = None,
    convention: Convention = "arcgis",
    metric: Literal["haversine", "euclidean"] = "haversine",
    projection: Projection = "none",
) -> Ellipses:
    """Return standard deviational ellipses of points (n, 2), lon and lat or x and y, weighted by (n,) or (n, T).

    Axes are √(eigenvalues) of the weighted covariance with divisor Σw (`raw`); `arcgis` multiplies them by √2,
    `crimestat` by √(2n/(n − 2)). `projection` "none" computes in the coordinates as given; "equal-area" takes lon and
    lat to a Lambert azimuthal equal-area plane about the mean of all points and gives km and km².
    Weights align by label; missing ones or less than three points raise InputError.
    """
    points = np.asarray(coordinates, dtype=float)
    labels = list(coordinates.index) if isinstance(coordinates, pd.DataFrame) else list(range(len(points)))
    n = len(points)
    if points.ndim != 2 or points.shape[1] != 2 or n < 3 or not np.isfinite(points).all():
        raise InputError([Problem(Text("至少要有三个完整的坐标点", "at least three points with both coordinates"))])
    periods: tuple[Hashable, ...] = (0,)
    mass = np.ones((n, 1))
    if weights is not None:
        holder = from_matrix(np.zeros((n, n)), labels, islands="keep")  # aligns by label, as everywhere
        mass = holder.complete(weights)
        mass = mass if mass.ndim == 2 else mass[:, None]
        periods = tuple(weights.columns if isinstance(weights, pd.DataFrame) else range(mass.shape[1]))
        if (mass < 0).any() or (mass.sum(axis=0) <= 0).any():
            raise InputError([Problem(Text("权重须非负且不全为零", "weights must not be negative or all zero"))])
    share = mass / mass.sum(axis=0)
    origin = (float(points[:, 0].mean()), float(points[:, 1].mean()))
    if projection == "equal-area":
        points = equal_area(points, origin)
    centre = share.T @ points
    factor = {"raw": 1.0, "arcgis": np.sqrt(2), "crimestat": np.sqrt(2 * n / (n - 2))}[convention]
    axes, angle = np.empty((mass.shape[1], 2)), np.empty(mass.shape[1])
    for t in range(mass.shape[1]):
        step = points - centre[t]
        values, vectors = np.linalg.eigh(step.T @ (share[:, t, None] * step))
        axes[t] = np.sqrt(np.maximum(values[::-1], 0))
        east, north = vectors[:, 1]
        angle[t] = np.degrees(np.arctan2(east, north)) % 180
    axes = axes * factor
    if projection == "equal-area":
        centre = to_degrees(centre, origin)
    shift, bearing = _migration(centre, metric)
    with np.errstate(divide="ignore", invalid="ignore"):
        flattening = 1 - axes[:, 1] / axes[:, 0]
    card = MethodCard(
        "ellipse",
        Text("标准差椭圆", "Standard deviational ellipse"),
        r"\tan\theta=\frac{A+\sqrt{A^2+4B^2}}{2B},\ A=\sum w(\tilde x^2-\tilde y^2),\ B=\sum w\tilde x\tilde y",
        Text(
            f"半轴乘以 {factor:.6g}（{convention}）；{PLANES[projection].zh}",
            f"semi-axes times {factor:.6g} ({convention}); {PLANES[projection].en}",
        ),
        None,
        (sources.LEFEVER, sources.YUILL),
        {"convention": convention, "metric": metric, "projection": projection},
    )
    area = np.pi * axes[:, 0] * axes[:, 1]
    return Ellipses(
        periods, centre[:, 0], centre[:, 1], axes[:, 0], axes[:, 1], angle, area, flattening, shift, bearing, card
    )


def _migration(centre: Floats, metric: str) -> tuple[Floats, Floats]:
    shift, bearing = np.full(len(centre), np.nan), np.full(len(centre), np.nan)
    if len(centre) < 2:
        return shift, bearing
    if metric == "haversine":
        shift[1:] = np.diag(great_circle(centre), 1)
        lon, lat = np.radians(centre).T
        east = np.sin(np.diff(lon)) * np.cos(lat[1:])
        north = np.cos(lat[:-1]) * np.sin(lat[1:]) - np.sin(lat[:-1]) * np.cos(lat[1:]) * np.cos(np.diff(lon))
    else:
        east, north = np.diff(centre, axis=0).T
        shift[1:] = np.hypot(east, north)
    bearing[1:] = np.degrees(np.arctan2(east, north)) % 360
    return shift, bearing
