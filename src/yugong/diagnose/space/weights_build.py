"""Builders of weights matrices: contiguity, nearest neighbours, distance, economic and nested weights."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.space.weights import Islands, Weights, from_matrix

Floats = NDArray[np.float64]
Metric = Literal["haversine", "euclidean"]
EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


def contiguity(
    neighbours: Mapping[Hashable, Iterable[Hashable]] | Iterable[tuple[Hashable, Hashable]],
    labels: Sequence[Hashable] | None = None,
    links: Iterable[tuple[Hashable, Hashable]] = (),
    islands: Islands = "error",
    standardise: bool = True,
) -> Weights:
    """Return 0/1 contiguity weights from a mapping place → neighbours or from pairs; links run both ways.

    `links` adds pairs by hand (such as Hainan–Guangdong) and is recorded in the options. A neighbour
    outside `labels` raises InputError.
    """
    pairs = (
        [(a, b) for a, many in neighbours.items() for b in many]
        if isinstance(neighbours, Mapping)
        else list(neighbours)
    )
    added = list(links)
    if labels is None:
        first = neighbours if isinstance(neighbours, Mapping) else [x for pair in pairs for x in pair]
        labels = list(dict.fromkeys(first))
    place = {label: i for i, label in enumerate(labels)}
    unknown = sorted({str(x) for pair in [*pairs, *added] for x in pair if x not in place})
    if unknown:
        what = Text(f"邻接表中有未知地区：{'、'.join(unknown[:8])}", f"unknown places: {', '.join(unknown[:8])}")
        raise InputError([Problem(what)])
    matrix = np.zeros((len(place), len(place)))
    for a, b in [*pairs, *added]:
        matrix[place[a], place[b]] = matrix[place[b], place[a]] = 1.0
    w = from_matrix(matrix, list(labels), Text("邻接", "contiguity"), islands)
    if added:
        w.options["links"] = "; ".join(f"{a}–{b}" for a, b in added)
    return _done(w, standardise)


def knn(coordinates: Any, k: int, metric: Metric = "haversine", standardise: bool = True) -> Weights:
    """Return k-nearest-neighbour weights; ties go to the place that comes first. Not symmetric in general.

    `coordinates`: labelled DataFrame (n, 2) or array (n, 2), columns lon, lat in degrees (haversine) or x, y.
    """
    labels, distance = _distances(coordinates, metric)
    n = len(labels)
    if not 1 <= k < n:
        raise InputError([Problem(Text(f"k 须在 1 与 {n - 1} 之间", f"k must lie between 1 and {n - 1}"))])
    np.fill_diagonal(distance, np.inf)
    near = np.argsort(distance, axis=1, kind="stable")[:, :k]
    matrix = sp.csr_array((np.ones(n * k), (np.repeat(np.arange(n), k), near.ravel())), shape=(n, n))
    return _done(from_matrix(matrix, labels, Text(f"{k} 近邻", f"{k} nearest neighbours")), standardise)


def inverse_distance(
    coordinates: Any,
    power: float = 1.0,
    cutoff: float | None = None,
    metric: Metric = "haversine",
    islands: Islands = "error",
    standardise: bool = True,
) -> Weights:
    """Return w_ij = d_ij^−power, zero beyond `cutoff` (km for haversine); coinciding points raise."""
    labels, distance = _distances(coordinates, metric)
    np.fill_diagonal(distance, np.inf)
    if (distance == 0).any():
        i, j = np.argwhere(distance == 0)[0]
        what = Text(f"{labels[i]} 与 {labels[j]} 坐标重合", f"{labels[i]} and {labels[j]} share their coordinates")
        raise InputError([Problem(what)])
    matrix = distance**-power
    if cutoff is not None:
        matrix[distance > cutoff] = 0.0
    return _done(from_matrix(matrix, labels, Text("反距离", "inverse distance"), islands), standardise)


def distance_band(
    coordinates: Any,
    cutoff: float | None = None,
    metric: Metric = "haversine",
    islands: Islands = "error",
    standardise: bool = True,
) -> Weights:
    """Return 0/1 weights within `cutoff`; by default the least distance that leaves no place alone."""
    labels, distance = _distances(coordinates, metric)
    np.fill_diagonal(distance, np.inf)
    reach = float(distance.min(axis=1).max()) if cutoff is None else cutoff
    w = from_matrix((distance <= reach).astype(float), labels, Text("距离带", "distance band"), islands)
    w.options["cutoff"] = f"{reach:.6g}"
    return _done(w, standardise)


def economic(values: Any, labels: Sequence[Hashable] | None = None, standardise: bool = True) -> Weights:
    """Return economic-distance weights w_ij = 1/|ȳ_i − ȳ_j| for values (n,) or (n, years), averaged over years.

    Equal values raise InputError: their economic distance is zero.
    """
    names, mean = _means(values, labels)
    gap = np.abs(mean[:, None] - mean[None, :])
    np.fill_diagonal(gap, np.inf)
    if (gap == 0).any():
        i, j = np.argwhere(gap == 0)[0]
        what = Text(f"{names[i]} 与 {names[j]} 数值相等，经济距离为零", f"{names[i]} and {names[j]} have equal values")
        raise InputError([Problem(what)])
    return _done(from_matrix(1 / gap, names, Text("经济距离", "economic distance")), standardise)


def economic_geographic(
    coordinates: Any, values: Any, metric: Metric = "haversine", power: float = 1.0, standardise: bool = True
) -> Weights:
    """Return W_d · diag(ȳ_1/ȳ, …, ȳ_n/ȳ): inverse distance times the neighbour's relative economic size.

    The asymmetric economic-geographic weights in wide use in Chinese papers; `values` (n,) or (n, years).
    """
    base = inverse_distance(coordinates, power=power, metric=metric, standardise=False)
    series = values if isinstance(values, pd.Series | pd.DataFrame) else np.asarray(values, dtype=float)
    mean = base.complete(series)
    mean = mean if mean.ndim == 1 else mean.mean(axis=1)
    matrix = base.matrix @ sp.diags_array(mean / mean.mean())
    return _done(from_matrix(matrix, base.labels, Text("经济地理", "economic-geographic")), standardise)


def nested(first: Weights, second: Weights, share: float = 0.5, standardise: bool = True) -> Weights:
    """Return the nested matrix share·W₁ + (1 − share)·W₂ of two matrices on the same places, each row-standardised."""
    if not 0 <= share <= 1:
        raise InputError([Problem(Text("share 须在 0 与 1 之间", "share must lie between 0 and 1"))])
    one = first.row_standardise()
    two = second.subset(first.labels, islands="keep").row_standardise()
    matrix = share * one.matrix + (1 - share) * two.matrix
    kind = Text(
        f"嵌套（{first.kind.zh} {share:g}，{second.kind.zh} {1 - share:g}）",
        f"nested ({first.kind.en} {share:g}, {second.kind.en} {1 - share:g})",
    )
    return _done(from_matrix(matrix, first.labels, kind, "keep"), standardise)


def block(groups: Any, labels: Sequence[Hashable] | None = None, islands: Islands = "error") -> Weights:
    """Return row-standardised weights that join the members of one group; a group of one is an island."""
    series = (
        groups
        if isinstance(groups, pd.Series)
        else pd.Series(list(groups), index=None if labels is None else list(labels))
    )
    codes = np.asarray(pd.factorize(series)[0])
    matrix = (codes[:, None] == codes[None, :]) & ~np.eye(len(codes), dtype=bool)
    return _done(from_matrix(matrix.astype(float), list(series.index), Text("同组", "same group"), islands), True)


def great_circle(coordinates: Any) -> Floats:
    """Return great-circle distances in km, shape (n, n), for lon, lat in degrees (haversine formula)."""
    lon, lat = np.radians(np.asarray(coordinates, dtype=float)).T
    half_lat = np.sin((lat[:, None] - lat[None, :]) / 2) ** 2
    half_lon = np.sin((lon[:, None] - lon[None, :]) / 2) ** 2
    chord = np.clip(half_lat + np.cos(lat)[:, None] * np.cos(lat)[None, :] * half_lon, 0, 1)
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(chord)))


def _distances(coordinates: Any, metric: Metric) -> tuple[tuple[Hashable, ...], Floats]:
    labels = tuple(coordinates.index) if isinstance(coordinates, pd.DataFrame) else tuple(range(len(coordinates)))
    points = np.asarray(coordinates, dtype=float)
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise InputError([Problem(Text("坐标须为 n×2 且不缺值", "coordinates must be n × 2 without missing values"))])
    if metric == "haversine":
        if (np.abs(points[:, 0]) > 180).any() or (np.abs(points[:, 1]) > 90).any():
            what = Text("经纬度超出范围", "longitude or latitude out of range")
            raise InputError([Problem(what, Text('投影坐标请用 metric="euclidean"', 'projected: metric="euclidean"'))])
        return labels, great_circle(points)
    step = points[:, None, :] - points[None, :, :]
    return labels, np.sqrt((step**2).sum(axis=2))


def _means(values: Any, labels: Sequence[Hashable] | None) -> tuple[tuple[Hashable, ...], Floats]:
    if isinstance(values, pd.Series | pd.DataFrame):
        labels = tuple(values.index)
    array = np.asarray(values, dtype=float)
    mean = array if array.ndim == 1 else array.mean(axis=1)
    names = tuple(labels) if labels is not None else tuple(range(len(mean)))
    if not np.isfinite(mean).all():
        bad = [str(x) for x, m in zip(names, mean, strict=True) if not np.isfinite(m)]
        raise InputError([Problem(Text(f"缺值：{'、'.join(bad[:8])}", f"missing values: {', '.join(bad[:8])}"))])
    return names, mean


def _done(w: Weights, standardise: bool) -> Weights:
    return w.row_standardise() if standardise else w
