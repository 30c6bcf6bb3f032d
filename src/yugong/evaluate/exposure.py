"""Exposure: how far the policy of other places reaches a place, by distance, contiguity, travel cost or flows."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

Floats = NDArray[np.float64]
EARTH_KM = 6371.0088  # mean radius (IUGG)


def great_circle(coordinates: Any) -> Floats:
    """Return distances in km (N, N) between longitudes and latitudes in degrees (N, 2), by the haversine formula."""
    lon, lat = np.radians(np.asarray(coordinates, dtype=np.float64)).T
    half = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat)[:, None] * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))))


def rings(distance: Any, dose: Any, edges: Sequence[float]) -> dict[str, Floats]:
    """Return one exposure a ring (Butts 2021): 1 where the nearest other place under the policy lies in [a, b).

    distance (N, N), any unit, NaN or inf where there is no way; dose (N, T); edges a₀ < a₁ < … give the rings
    "a₀-a₁", "a₁-a₂", …
    """
    if len(edges) < 2 or any(b <= a for a, b in pairwise(edges)):
        raise InputError([Problem(Text(f"环的边界须递增：{list(edges)}", f"ring edges must rise: {list(edges)}"))])
    near = nearest(distance, dose)
    return {f"{a:g}-{b:g}": ((near >= a) & (near < b)).astype(np.float64) for a, b in pairwise(edges)}


def nearest(distance: Any, dose: Any) -> Floats:
    """Return the distance to the nearest other place under the policy (N, T), inf where there is none."""
    d = np.array(distance, dtype=np.float64)
    d[~np.isfinite(d)] = np.inf
    np.fill_diagonal(d, np.inf)
    treated = np.asarray(dose) != 0
    out = np.full(treated.shape, np.inf)
    done: dict[bytes, Floats] = {}  # the set of treated places changes in few years
    for t in range(treated.shape[1]):
        now = treated[:, t]
        key = now.tobytes()
        if key not in done:
            done[key] = d[:, now].min(axis=1) if now.any() else np.full(len(now), np.inf)
        out[:, t] = done[key]
    return out


def neighbours(contiguity: Any, dose: Any, order: int = 1) -> Floats:
    """Return 1 where a place under the policy is at most `order` borders away (N, T); contiguity (N, N), 0 or NaN none."""
    return np.asarray(nearest(border_steps(contiguity), dose) <= order, dtype=np.float64)


def border_steps(contiguity: Any) -> Floats:
    """Return the number of borders to cross between places (N, N), inf where there is no way."""
    from scipy.sparse.csgraph import shortest_path

    a = np.nan_to_num(np.asarray(contiguity, dtype=np.float64)) != 0
    return np.asarray(shortest_path((a | a.T).astype(np.float64), unweighted=True))


def within(cost: Any, dose: Any, limit: float) -> Floats:
    """Return 1 where a place under the policy is within `limit` by cost, e.g. hours of travel (N, T).

    cost (N, N): the lesser of both directions counts; NaN is no way.
    """
    c = np.asarray(cost, dtype=np.float64)
    return np.asarray(nearest(np.fmin(c, c.T), dose) <= limit, dtype=np.float64)


def flow_share(flow: Any, dose: Any, least: float = 0.0) -> Floats:
    """Return the share of a place's flows, in and out, that is with other places under the policy (N, T).

    flow (N, N) origin × destination, NaN read as not recorded; its diagonal is left out. Shares below `least` are
    0. NaN for a place without any flow.
    """
    f = np.nan_to_num(np.asarray(flow, dtype=np.float64))
    both = f + f.T
    np.fill_diagonal(both, 0.0)
    total = both.sum(axis=1, keepdims=True)
    share = np.divide(both, total, out=np.full_like(both, np.nan), where=total > 0)
    reached = share @ (np.asarray(dose) != 0).astype(np.float64)
    return np.asarray(np.where(reached < least, 0.0, reached))


def intensity(weights: Any, dose: Any) -> Floats:
    """Return the weighted dose of other places, Σ_j w_ij D_jt (N, T), for a weights matrix with a zero diagonal."""
    w = np.array(weights, dtype=np.float64)
    np.fill_diagonal(w, 0.0)
    return np.asarray(w @ np.asarray(dose, dtype=np.float64))


def exposures(study: Any, dose: Floats, wanted: Sequence[str], coordinates: Floats | None) -> Mapping[str, Floats]:
    """Return the exposures a question names, over all places of a study.

    "ring:0-300" km as the crow flies between seats, several edges "ring:0-150-300"; "neighbours", "neighbours:2";
    "within:FLOW:LIMIT" by a flow that is a cost or a time; "flow:FLOW:SHARE" of a place's flows, latest year.
    All problems are collected.
    """
    found: dict[str, Floats] = {}
    problems: list[Problem] = []
    for name in wanted:
        kind, *rest = name.split(":")
        try:
            if kind == "ring" and len(rest) == 1:
                if coordinates is None or not np.isfinite(coordinates).all():
                    problems.append(
                        Problem(Text("有地区没有坐标，不能画环", "some places have no coordinates for rings"))
                    )
                    continue
                edges = [float(x) for x in rest[0].split("-")]
                found |= {f"ring:{k}": v for k, v in rings(great_circle(coordinates), dose, edges).items()}
            elif kind == "neighbours" and len(rest) <= 1:
                found[name] = neighbours(_matrix(study, "adjacency"), dose, int(rest[0]) if rest else 1)
            elif kind == "within" and len(rest) == 2:
                found[name] = within(_matrix(study, rest[0]), dose, float(rest[1]))
            elif kind == "flow" and len(rest) == 2:
                found[name] = flow_share(_matrix(study, rest[0]), dose, float(rest[1]))
            else:
                raise ValueError(name)
        except ValueError:
            do = Text("写成 ring:0-300、neighbours:1、within:流量：上限、flow:流量：份额",
                      "write ring:0-300, neighbours:1, within:FLOW:LIMIT or flow:FLOW:SHARE")  # fmt: skip
            problems.append(Problem(Text(f"不懂的暴露“{name}”", f"exposure {name!r} is not understood"), do))
    if problems:
        raise InputError(problems)
    return found


def _matrix(study: Any, flow: str) -> Floats:
    found = study.flow(flow)
    wide = found.matrix(found.years[-1] if found.years else None)
    return np.asarray(wide.reindex(index=list(study.places), columns=list(study.places)), dtype=np.float64)
