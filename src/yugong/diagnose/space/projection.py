"""An equal-area plane for lon and lat: Lambert's azimuthal projection about a centre."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yugong.diagnose.space.weights_build import EARTH_RADIUS_KM

Floats = NDArray[np.float64]


def equal_area(points: ArrayLike, centre: tuple[float, float]) -> Floats:
    """Return x and y (n, 2) in km, east and north of `centre` (lon, lat), of points (n, 2) in degrees.

    Lambert azimuthal equal-area projection of the sphere (Snyder 1987, eq. 24-2 to 24-4); areas are true everywhere.
    """
    lon, lat = np.radians(np.asarray(points, dtype=np.float64)).T
    lon0, lat0 = np.radians(centre)
    away = 1 + np.sin(lat0) * np.sin(lat) + np.cos(lat0) * np.cos(lat) * np.cos(lon - lon0)
    k = EARTH_RADIUS_KM * np.sqrt(2 / away)
    east = k * np.cos(lat) * np.sin(lon - lon0)
    north = k * (np.cos(lat0) * np.sin(lat) - np.sin(lat0) * np.cos(lat) * np.cos(lon - lon0))
    return np.column_stack([east, north])


def to_degrees(plane: ArrayLike, centre: tuple[float, float]) -> Floats:
    """Return lon and lat (n, 2) of x and y (n, 2) in km from `equal_area` (Snyder 1987, eq. 20-14, 20-15, 24-16)."""
    x, y = np.asarray(plane, dtype=np.float64).T
    lon0, lat0 = np.radians(centre)
    far = np.hypot(x, y)
    c = 2 * np.arcsin(np.clip(far / (2 * EARTH_RADIUS_KM), -1, 1))
    slope = np.divide(y * np.sin(c) * np.cos(lat0), far, out=np.zeros_like(far), where=far > 0)
    lat = np.arcsin(np.clip(np.cos(c) * np.sin(lat0) + slope, -1, 1))
    lon = lon0 + np.arctan2(x * np.sin(c), far * np.cos(lat0) * np.cos(c) - y * np.sin(lat0) * np.sin(c))
    return np.column_stack([np.degrees(np.where(far > 0, lon, lon0)), np.degrees(lat)])
