"""Weights matrices W of a study, named by a short word such as contiguity, knn:4 or economic:grp_per_head."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast, get_args

import numpy as np
import pandas as pd

from yugong import registry
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.diagnose._study_common import Years
from yugong.diagnose.space import weights_build as build
from yugong.diagnose.space.weights import Islands, Weights, check_islands, from_matrix

if TYPE_CHECKING:
    from yugong.study.model import Study

NEIGHBOURS = 4  # of knn when no number is given
ECONOMY = "grp_per_head"  # the headline name that economic weights take when no variable is given
ADJACENCY = "adjacency"
KINDS: dict[str, Text] = {
    "contiguity": Text("邻接", "contiguity, from the study's flow adjacency"),
    "knn": Text("k 近邻，如 knn:4", "k nearest neighbours, e.g. knn:4"),
    "inverse_distance": Text("反距离，幂如 inverse_distance:2", "inverse distance, power as in inverse_distance:2"),
    "distance": Text("按距离流量取倒数，如 distance:rail_distance", "inverse of a flow, e.g. distance:rail_distance"),
    "economic": Text("经济距离，如 economic:grp_per_head", "economic distance, e.g. economic:grp_per_head"),
    "economic_geographic": Text("反距离 × 邻居经济规模", "inverse distance × the neighbour's economic size"),
    "nested": Text("反距离与经济距离各半", "half inverse distance, half economic distance"),
    "flow": Text("按流量大小，如 flow:migration_5yr@2020", "by the size of a flow, e.g. flow:migration_5yr@2020"),
    "block": Text("同组，如 block:plates", "members of one group, e.g. block:plates"),
}


def weights_matrix(
    study: "Study",
    w: "str | Weights" = "contiguity",
    years: Years = None,
    places: Sequence[str] | None = None,
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> Weights:
    """Return W of a study on `places` (all by default), row-standardised; `table()` lists the links.

    `w` is a word of KINDS with an argument after a colon, or a Weights object. Coordinates are the study's variables
    lon and lat, else the seats in the registry. Economic weights average their variable over `years` with figures.
    A place without neighbours raises unless islands="keep" (a row of zeros); `links` such as 海南~广东 joins pairs
    by hand, recorded in the card. Raises UnknownNameError and InputError.
    """
    if islands not in get_args(Islands):
        raise UnknownNameError(Text("孤岛处理", "treatment of islands"), islands, get_args(Islands))
    rule = cast("Islands", islands)
    chosen = list(study.places if places is None else places)
    if isinstance(w, Weights):
        return w if list(w.labels) == chosen else w.subset(chosen, rule)
    kind, _, argument = w.partition(":")
    if kind not in KINDS:
        raise UnknownNameError(Text("权重矩阵", "weights matrix"), w, list(KINDS))
    joined = [_pair(study, link) for link in links or ()]
    if joined and kind != "contiguity":
        raise InputError([Problem(Text("links 只用于邻接矩阵", "links go with contiguity only"))])
    if kind == "contiguity":
        return _contiguity(study, argument or ADJACENCY, chosen, joined, rule)
    makers: dict[str, Callable[[], Weights]] = {
        "knn": lambda: build.knn(coordinates(study, chosen), int(_number(w, argument, NEIGHBOURS))),
        "inverse_distance": lambda: build.inverse_distance(coordinates(study, chosen), _number(w, argument, 1.0)),
        "distance": lambda: _inverse_flow(study, argument, chosen, rule),
        "economic": lambda: build.economic(_means(study, argument or ECONOMY, chosen, years)),
        "economic_geographic": lambda: build.economic_geographic(
            coordinates(study, chosen), _means(study, argument or ECONOMY, chosen, years)
        ),
        "nested": lambda: build.nested(
            build.inverse_distance(coordinates(study, chosen)),
            build.economic(_means(study, argument or ECONOMY, chosen, years)),
        ),
        "flow": lambda: _flow(study, argument, chosen, rule),
        "block": lambda: build.block(study.grouping(argument or "plates").loc[chosen], islands=rule),
    }
    made = makers[kind]()
    made.options["w"] = w
    return made


def coordinates(study: "Study", places: Sequence[str]) -> pd.DataFrame:
    """Return lon and lat, places × 2: the study's variables of these names, else the seats in the registry."""
    if {"lon", "lat"} <= set(study.variables):
        frame = pd.DataFrame({v: study.panel(v).bfill(axis=1).iloc[:, 0] for v in ("lon", "lat")})
        found = frame.reindex(list(places))
    else:
        rows = {}
        for code in places:
            try:
                seat = registry.place(code)
            except UnknownNameError:
                continue
            rows[code] = (seat.lon, seat.lat)
        found = pd.DataFrame.from_dict(rows, orient="index", columns=["lon", "lat"]).reindex(list(places))
    missing = [str(p) for p in found.index[found.isna().any(axis=1)]]
    if missing:
        what = Text(f"没有坐标：{'、'.join(missing[:8])}", f"no coordinates: {', '.join(missing[:8])}")
        raise InputError([Problem(what, Text("在研究中加入变量 lon 与 lat", "add variables lon and lat to the study"))])
    return found.astype(np.float64).rename_axis("place")


def _contiguity(
    study: "Study", flow: str, places: list[str], links: list[tuple[str, str]], islands: Islands
) -> Weights:
    matrix = study.flow(flow).matrix().fillna(0.0)
    rows, columns = np.nonzero(matrix.to_numpy())
    labels = list(matrix.index)
    pairs = [(labels[i], labels[j]) for i, j in zip(rows, columns, strict=True) if i != j]
    whole = build.contiguity(pairs, labels, links, "keep", standardise=False)
    part = check_islands(whole.subset(places, "keep"), islands).row_standardise()
    part.options["w"] = "contiguity"
    if note := str(study.flow(flow).variable.note):
        part.options["contiguity"] = note
    return part


def _inverse_flow(study: "Study", flow: str, places: list[str], islands: Islands) -> Weights:
    distance = study.flow(flow).matrix().loc[places, places].to_numpy(dtype=np.float64, copy=True)
    np.fill_diagonal(distance, np.inf)
    if (distance <= 0).any():
        raise InputError([Problem(Text(f"流量 {flow} 有非正的距离", f"flow {flow} has distances ≤ 0"))])
    near = np.where(np.isnan(distance), 0.0, 1 / distance)
    kind = Text(f"反距离({study.flow(flow).variable.title.zh})", f"inverse of {study.flow(flow).variable.title.en}")
    return from_matrix(near, places, kind, islands).row_standardise()


def _flow(study: "Study", name: str, places: list[str], islands: Islands) -> Weights:
    flow, _, year = name.partition("@")
    found = study.flow(flow)
    size = found.matrix(int(year) if year else None).loc[places, places].fillna(0.0).to_numpy(copy=True)
    np.fill_diagonal(size, 0.0)
    kind = Text(f"流量({found.variable.title.zh}{year})", f"flow ({found.variable.title.en} {year})".replace(" )", ")"))
    return from_matrix(size, places, kind, islands).row_standardise()


def _means(study: "Study", variable: str, places: list[str], years: Years) -> "pd.Series[float]":
    panel = study.panel(variable).loc[places]
    if years is not None:
        panel = panel[[y for y in years if y in panel.columns]]
    return panel.mean(axis=1)


def _pair(study: "Study", link: str) -> tuple[str, str]:
    parts = [p.strip() for p in re.split(r"[~～–—-]", link) if p.strip()]
    if len(parts) != 2:
        do = Text("写成 海南~广东", "write it as 海南~广东")
        raise InputError([Problem(Text(f"联系“{link}”不是两个地区", f"link {link!r} is not two places"), do)])
    a, b = (p if p in study.places else registry.place(p).code for p in parts)
    return a, b


def _number(w: str, argument: str, default: float) -> float:
    try:
        return float(argument) if argument else default
    except ValueError:
        what = Text(f"“{w}”的参数须为数", f"{w!r}: the argument must be a number")
        raise InputError([Problem(what)]) from None
