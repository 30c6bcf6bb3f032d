"""Contiguity from the user's own boundaries: polygons that share a vertex (queen) or an edge (rook)."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from itertools import pairwise
from typing import Any, Literal

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.space.weights import Islands, Weights
from yugong.diagnose.space.weights_build import contiguity

Point = tuple[float, float]


def polygon_contiguity(
    features: Mapping[str, Any],
    key: str,
    rule: Literal["queen", "rook"] = "queen",
    digits: int = 6,
    links: Iterable[tuple[Hashable, Hashable]] = (),
    islands: Islands = "error",
    standardise: bool = True,
) -> Weights:
    """Return contiguity weights of a GeoJSON FeatureCollection, labelled by the property `key`.

    Vertices are rounded to `digits` decimals; boundaries that meet without common vertices are not neighbours, so
    simplify maps as one topology first. Other geometries than polygons, and repeated labels, raise InputError.
    """
    problems, touched = [], defaultdict(set)
    labels: list[Hashable] = []
    for number, feature in enumerate(features.get("features", ()), start=1):
        label = (feature.get("properties") or {}).get(key)
        if label is None or label in labels:
            what = Text(f"{key} 缺失或重复：{label}", f"{key} is missing or repeats: {label}")
            problems.append(Problem(what, row=number))
            continue
        labels.append(label)
        geometry = feature.get("geometry") or {}
        kind = geometry.get("type")
        if kind not in ("Polygon", "MultiPolygon"):
            what = Text(f"{label} 不是多边形", f"{label} is not a polygon")
            problems.append(Problem(what, row=number))
            continue
        shapes = geometry["coordinates"]
        for polygon in [shapes] if kind == "Polygon" else shapes:
            for ring in polygon:
                for piece in _pieces([(round(p[0], digits), round(p[1], digits)) for p in ring], rule):
                    touched[piece].add(label)
    if problems or not labels:
        raise InputError(problems or [Problem(Text("没有要素", "there are no features"))])
    pairs = {(a, b) for members in touched.values() for a in members for b in members if a != b}
    w = contiguity(pairs, labels, links, islands, standardise)
    w.options["rule"] = rule
    return w


def _pieces(ring: list[Point], rule: str) -> list[Any]:
    if rule == "queen":
        return list(ring)
    return [tuple(sorted(edge)) for edge in pairwise(ring) if edge[0] != edge[1]]
