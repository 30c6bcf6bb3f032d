"""City systems on a study: catchments, fields of core cities, clusters, polycentricity, functional specialisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose._study_common import sheet
from yugong.diagnose._study_flows import MIGRATION, flow_table, flow_year
from yugong.diagnose._study_structure import EMPLOYMENT, activity
from yugong.diagnose._study_weights import coordinates
from yugong.diagnose.cities import catchment, clusters, field, hierarchy, polycentric
from yugong.diagnose.space.weights_build import EARTH_RADIUS_KM
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.study.model import Study

GREAT_CIRCLE = "great_circle"
# stands for occupations: industries that manage and serve other firms, and those that make things
MANAGING = ("finance", "business", "research", "information")
MAKING = ("mining", "manufacturing", "utilities", "construction")
FACILITIES = Form(
    "facilities",
    Text("设施", "Facilities"),
    (
        Field("facility", Text("设施名称", "Facility")),
        Field("lon", Text("经度", "Longitude"), "number", Text("度", "degrees"), low=-180, high=180),
        Field("lat", Text("纬度", "Latitude"), "number", Text("度", "degrees"), low=-90, high=90),
        Field("supply", Text("供给量", "Supply"), "number", low=0, note=Text("如床位数、医师数", "beds, doctors …")),
    ),
    Text("一行一个设施；距离取大圆距离", "one row a facility; distances are great-circle"),
)
FORMS: Mapping[str, tuple[Form, ...]] = {"floating_catchment": (FACILITIES,)}


@dataclass(frozen=True, slots=True, eq=False)
class Breakpoints:
    """Where the pulls of pairs of core cities are equal: km from the first, and its share of the way."""

    frame: pd.DataFrame
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a pair: place, other_place, distance_km, breakpoint, share."""
        return self.frame


@dataclass(frozen=True, slots=True, eq=False)
class Functions:
    """Duranton and Puga's functional specialisation of places."""

    places: tuple[str, ...]
    value: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]"
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place: place, value, rank."""
        rank = pd.Series(self.value).rank(ascending=False, method="min")
        return pd.DataFrame({"place": self.places, "value": self.value, "rank": rank})


def floating_catchment(
    study: "Study",
    threshold: float,
    year: int,
    supply: str | None = None,
    file: str | None = None,
    population: str = "population",
    distance: str = GREAT_CIRCLE,
    decay: float | None = None,
) -> catchment.Access:
    """Return the supply that people can reach by two-step floating catchment, per unit of population.

    Supply is a variable of the study at the places themselves, or facilities of a user table (`file`; template with
    --template). `threshold` in km of `distance`: great_circle, or a flow of the study; `decay` adds Gaussian weights
    exp(−½(d/decay)²) inside it. Meant for studies of counties or cities. See cities.two_step_floating_catchment.
    """
    if (supply is None) == (file is None):
        raise InputError([Problem(Text("supply 与 file 给且只给一个", "give supply or file, one of them"))])
    s = sheet(study, [population, *([supply] if supply else [])], year)
    people = s.table([population])[population].to_numpy()
    at = coordinates(study, s.places)
    if file is not None:
        rows = read_form(file, FACILITIES, study)
        amount = rows["supply"].to_numpy(dtype=np.float64)
        km = _great_circle(at, rows[["lon", "lat"]])
    else:
        amount = s.table([str(supply)])[str(supply)].to_numpy()
        km = distances(study, s.places, s.places, distance)
    if np.isnan(km).any():
        km = np.where(np.isnan(km), np.inf, km)
    weight = None if decay is None else np.exp(-0.5 * (km / decay) ** 2)
    out = catchment.two_step_floating_catchment(amount, people, km, threshold, weight, s.places)
    options = {"threshold": f"{threshold:g} km", "distance": distance if file is None else GREAT_CIRCLE,
               "decay": "none" if decay is None else f"gaussian {decay:g} km"}  # fmt: skip
    provenance = s.provenance(study, supply=supply or "user table", threshold=f"{threshold:g}")
    return replace(out, method=replace(out.method, options=options), provenance=provenance)


def field_strength(
    study: "Study",
    cores: Sequence[str],
    year: int,
    mass: str = "grp",
    distance: str = GREAT_CIRCLE,
    beta: float = 2.0,
) -> field.Field:
    """Return which of the core cities pulls each place most: mass/distance^β. See cities.field_strength."""
    s = sheet(study, [mass], year)
    heads = _cores(study, cores, s.places)
    km = distances(study, s.places, heads, distance)
    if np.isnan(km).any():
        what = Text(f"{distance} 有缺失的距离", f"{distance} has missing distances")
        raise InputError([Problem(what, Text("用 distance=great_circle", "use distance=great_circle"))])
    out = field.field_strength(s.table()[mass].loc[list(heads)], km, beta, s.places, heads)
    options = {"mass": mass, "distance": distance, "beta": f"{beta:g}"}
    return replace(
        out, method=replace(out.method, options=options), provenance=s.provenance(study, cores=", ".join(heads))
    )


def breakpoints(
    study: "Study",
    cores: Sequence[str],
    year: int,
    mass: str = "grp",
    distance: str = GREAT_CIRCLE,
    beta: float = 2.0,
) -> Breakpoints:
    """Return how far from each core city the pull of another takes over (Converse), for every pair of cores, in km."""
    s = sheet(study, [mass], year)
    heads = _cores(study, cores, s.places)
    size = s.table()[mass]
    km = distances(study, heads, heads, distance)
    rows = []
    for a, b in combinations(sorted(heads), 2):
        d = float(km[heads.index(a), heads.index(b)])
        at = field.breakpoint_distance(float(size[a]), float(size[b]), d, beta)
        rows.append((a, b, d, at, at / d))
    frame = pd.DataFrame(rows, columns=["place", "other_place", "distance_km", "breakpoint", "share"])
    card = replace(
        field.CARD, id="breakpoints", title=Text("断裂点", "Breakpoints"),
        options={"mass": mass, "distance": distance, "beta": f"{beta:g}"},
    )  # fmt: skip
    return Breakpoints(frame, card, s.provenance(study))


def flow_clusters(
    study: "Study",
    flow: str = MIGRATION,
    year: int | None = None,
    size: str = "population",
    size_year: int | None = None,
) -> clusters.Clusters:
    """Return clusters drawn from a flow: each place joins where its largest outflow goes, if that place is larger.

    `size` in `size_year` (the flow's year by default) decides which is larger; without `year`, the flow's latest. See
    cities.flow_clusters.
    """
    year = flow_year(study, flow, year)
    matrix = flow_table(study, flow, year)
    when = size_year if size_year is not None else year
    if when is None:
        raise InputError([Problem(Text("需要 size_year", "size_year is needed"))])
    s = sheet(study, [size], when)
    kept = [p for p in matrix.index if p in s.places]
    out = clusters.flow_clusters(matrix.loc[kept, kept], s.table()[size].loc[kept], kept)
    provenance = study.provenance([flow, size], year=when)
    return replace(out, method=replace(out.method, options={"flow": flow, "size": size}), provenance=provenance)


def isochrone_clusters(
    study: "Study", cores: Sequence[str], threshold: float, distance: str = "rail_distance"
) -> clusters.Clusters:
    """Return the places within `threshold` of the nearest core, by a flow of times or distances of the study.

    `threshold` is in the flow's unit (hours, km). See cities.isochrone_clusters.
    """
    places = tuple(study.places)
    heads = _cores(study, cores, places)
    out = clusters.isochrone_clusters(distances(study, places, heads, distance), threshold, places, heads)
    sources = [] if distance == GREAT_CIRCLE else [distance]
    provenance = study.provenance(sources, cores=", ".join(heads), threshold=f"{threshold:g}")
    return replace(
        out, method=replace(out.method, options=out.method.options | {"distance": distance}), provenance=provenance
    )


def polycentricity(
    study: "Study",
    year: int,
    variable: str | None = "population",
    flow: str | None = None,
    groups: str | None = "plates",
) -> polycentric.Polycentricity:
    """Return Green's polycentricity by group of places: of sizes (morphological) or of a flow's links (functional).

    With `flow`, a place's size is all it sends to and receives from its own group. See cities.polycentricity.
    """
    if flow is not None:
        matrix = flow_table(study, flow, year).fillna(0.0)
        labels = None if groups is None else study.grouping(groups).reindex(matrix.index)
        inside = np.ones(matrix.shape) if labels is None else np.equal.outer(labels.to_numpy(), labels.to_numpy())
        links = np.where(inside, matrix.to_numpy(), 0.0)
        np.fill_diagonal(links, 0.0)
        out = polycentric.polycentricity(links.sum(axis=0) + links.sum(axis=1), labels)
        return replace(
            out, method=_with(out.method, flow=flow), provenance=study.provenance([flow], year=year, groups=groups)
        )
    if variable is None:
        raise InputError([Problem(Text("variable 与 flow 给一个", "give variable or flow"))])
    s = sheet(study, [variable], year)
    labels = None if groups is None else study.grouping(groups).reindex(list(s.places))
    out = polycentric.polycentricity(s.table()[variable], labels)
    return replace(out, method=_with(out.method, variable=variable), provenance=s.provenance(study, groups=groups))


def functional_specialisation(
    study: "Study",
    year: int,
    managers: Sequence[str] = MANAGING,
    producers: Sequence[str] = MAKING,
    table: str = EMPLOYMENT,
) -> Functions:
    """Return how far places lean to management rather than production, relative to the whole (Duranton & Puga 2005).

    The source counts occupations; here industries stand in for them: `managers` those that manage and serve other
    firms, `producers` those that make things.
    """
    x, provenance = activity(study, table, year)
    if unknown := [i for i in (*managers, *producers) if i not in x.columns]:
        raise UnknownNameError(Text("行业", "industry"), unknown[0], list(x.columns))
    value = hierarchy.functional_specialisation(x[list(managers)].sum(axis=1), x[list(producers)].sum(axis=1))
    card = MethodCard(
        "functional_specialisation",
        Text("功能专业化（Duranton–Puga）", "Functional specialisation (Duranton–Puga)"),
        r"F_i=\frac{M_i/P_i}{\sum_k M_k/\sum_k P_k}-1",
        Text(
            "以行业代职业：管理类行业就业与生产类行业就业之比，减去总体之比；0 为总体的构成",
            "industries stand for occupations: managing to producing employment relative to the whole, less 1; 0 is the "
            "mix of the whole",
        ),
        None,
        (hierarchy.DURANTON_2005,),
        {"managers": " ".join(managers), "producers": " ".join(producers)},
    )
    return Functions(tuple(map(str, x.index)), value, card, provenance)


def distances(
    study: "Study", places: Sequence[str], others: Sequence[str], distance: str
) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """Return distances (places, others): great-circle km, or a flow of the study with 0 from a place to itself."""
    if distance == GREAT_CIRCLE:
        at = coordinates(study, list(dict.fromkeys([*places, *others])))
        return _great_circle(at.loc[list(places)], at.loc[list(others)])
    km = study.flow(distance).matrix().loc[list(places), list(others)].to_numpy(dtype=np.float64, copy=True)
    for j, other in enumerate(others):
        km[[i for i, p in enumerate(places) if p == other], j] = 0.0
    return np.asarray(km)


def _great_circle(one: pd.DataFrame, other: pd.DataFrame) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    (lon, lat), (lon2, lat2) = (np.radians(f.to_numpy(dtype=np.float64)).T for f in (one, other))
    half = np.sin((lat[:, None] - lat2) / 2) ** 2
    half = half + np.cos(lat)[:, None] * np.cos(lat2) * np.sin((lon[:, None] - lon2) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def _cores(study: "Study", cores: Sequence[str], places: Sequence[str]) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(study.place(c) for c in cores))
    if lost := [c for c in codes if c not in places]:
        what = Text(f"{study.name(lost[0]).zh} 当年没有数据", f"{study.name(lost[0]).en} has no figures that year")
        raise InputError([Problem(what)])
    if not codes:
        raise InputError([Problem(Text("至少给一个核心城市", "name at least one core"))])
    return codes


def _with(card: MethodCard, **options: str) -> MethodCard:
    return replace(card, options=card.options | options)
