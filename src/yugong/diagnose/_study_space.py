"""Spatial association on a study: Moran, Geary, Getis–Ord, LISA, hot spots, ellipses and the geographical detector."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose._study_common import Years, sheet
from yugong.diagnose._study_weights import coordinates, weights_matrix
from yugong.diagnose.space import association, local, sources
from yugong.diagnose.space import ellipse as shape
from yugong.diagnose.space import geodetector as detector
from yugong.diagnose.space.permute import Tail
from yugong.diagnose.space.weights import Weights

if TYPE_CHECKING:
    from yugong.study.model import Study


DISCRETISATION = MethodCard(
    "optimal_discretisation",
    Text("地理探测器的最优离散化", "Optimal discretisation for the geographical detector"),
    r"q=1-\frac{\sum_h N_h\sigma_h^2}{N\sigma^2}",
    Text(
        "等距、分位数、几何与自然断点各分若干类，按 q 由大到小；类数越多 q 越大，须看 p 值并取少的类数",
        "equal, quantile, geometric and natural breaks into several classes, by falling q; q rises with the number of "
        "classes, so read the p-values and prefer few",
    ),
    None,
    (sources.WANG_2010, sources.WANG_2016),
)


@dataclass(frozen=True, slots=True, eq=False)
class Discretisations:
    """How well each way of cutting a factor into classes explains a variable."""

    frame: pd.DataFrame
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a way of cutting, best first: convention, classes, q, p_value."""
        return self.frame


def moran(
    study: "Study",
    variable: str,
    w: str | Weights = "contiguity",
    year: int | None = None,
    years: Years = None,
    convention: association.Assumption = "randomisation",
    times: int = 999,
    seed: int = 0,
    tail: Tail = "folded",
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> association.Association:
    """Return Moran's I of a variable by year. `w` as in weights_matrix; see space.association.moran."""
    s = sheet(study, [variable], year, years)
    matrix = weights_matrix(study, w, s.years, s.places, islands, links)
    out = association.moran(s[variable], matrix, convention, times, seed, tail)
    return replace(out, provenance=s.provenance(study, w=_word(w)))


def geary(
    study: "Study",
    variable: str,
    w: str | Weights = "contiguity",
    year: int | None = None,
    years: Years = None,
    convention: association.Assumption = "randomisation",
    times: int = 999,
    seed: int = 0,
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> association.Association:
    """Return Geary's C of a variable by year. See space.association.geary."""
    s = sheet(study, [variable], year, years)
    matrix = weights_matrix(study, w, s.years, s.places, islands, links)
    out = association.geary(s[variable], matrix, convention, times, seed)
    return replace(out, provenance=s.provenance(study, w=_word(w)))


def getis_ord(
    study: "Study",
    variable: str,
    w: str | Weights = "contiguity",
    year: int | None = None,
    years: Years = None,
    convention: Literal["binary", "weights"] = "binary",
    times: int = 999,
    seed: int = 0,
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> association.Association:
    """Return the general G of a positive variable by year. See space.association.getis_ord."""
    s = sheet(study, [variable], year, years)
    matrix = weights_matrix(study, w, s.years, s.places, islands, links)
    out = association.getis_ord(s[variable], matrix, convention, times, seed)
    return replace(out, provenance=s.provenance(study, w=_word(w)))


def bivariate_moran(
    study: "Study",
    variable: str,
    around: str,
    w: str | Weights = "contiguity",
    year: int | None = None,
    years: Years = None,
    times: int = 999,
    seed: int = 0,
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> association.Association:
    """Return the bivariate Moran's I of a variable here and another `around`, by year."""
    s = sheet(study, [variable, around], year, years)
    matrix = weights_matrix(study, w, s.years, s.places, islands, links)
    out = association.bivariate_moran(s[variable], s[around], matrix, times, seed)
    return replace(out, provenance=s.provenance(study, w=_word(w)))


def lisa(
    study: "Study",
    variable: str,
    w: str | Weights = "contiguity",
    year: int | None = None,
    years: Years = None,
    convention: Literal["n", "n-1"] = "n",
    times: int = 999,
    seed: int = 0,
    tail: Tail = "folded",
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> local.LocalAssociation:
    """Return local Moran's I by place and year: HH, LH, LL, HL with permutation and FDR p-values. See space.lisa."""
    s = sheet(study, [variable], year, years)
    matrix = weights_matrix(study, w, s.years, s.places, islands, links)
    out = local.lisa(s[variable], matrix, convention, times, seed, tail)
    return replace(out, provenance=s.provenance(study, w=_word(w)))


def hot_spots(
    study: "Study",
    variable: str,
    w: str | Weights = "contiguity",
    year: int | None = None,
    years: Years = None,
    star: bool = True,
    times: int = 999,
    seed: int = 0,
    tail: Tail = "folded",
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> local.LocalAssociation:
    """Return Gi* (or Gi) by place and year. See space.hot_spots."""
    s = sheet(study, [variable], year, years)
    matrix = weights_matrix(study, w, s.years, s.places, islands, links)
    out = local.hot_spots(s[variable], matrix, star, times, seed, tail)
    return replace(out, provenance=s.provenance(study, w=_word(w)))


def bivariate_lisa(
    study: "Study",
    variable: str,
    around: str,
    w: str | Weights = "contiguity",
    year: int | None = None,
    years: Years = None,
    times: int = 999,
    seed: int = 0,
    tail: Tail = "folded",
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> local.LocalAssociation:
    """Return the local bivariate Moran's I of a variable here and another `around`. See space.bivariate_lisa."""
    s = sheet(study, [variable, around], year, years)
    matrix = weights_matrix(study, w, s.years, s.places, islands, links)
    out = local.bivariate_lisa(s[variable], s[around], matrix, times, seed, tail)
    return replace(out, provenance=s.provenance(study, w=_word(w)))


def local_geary(
    study: "Study",
    variable: str,
    w: str | Weights = "contiguity",
    year: int | None = None,
    years: Years = None,
    times: int = 999,
    seed: int = 0,
    tail: Tail = "folded",
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> local.LocalAssociation:
    """Return local Geary's c by place and year. See space.local_geary."""
    s = sheet(study, [variable], year, years)
    matrix = weights_matrix(study, w, s.years, s.places, islands, links)
    out = local.local_geary(s[variable], matrix, times, seed, tail)
    return replace(out, provenance=s.provenance(study, w=_word(w)))


def ellipse(
    study: "Study",
    variable: str,
    year: int | None = None,
    years: Years = None,
    convention: shape.Convention = "arcgis",
    projection: shape.Projection = "equal-area",
) -> shape.Ellipses:
    """Return the standard deviational ellipse of a variable by year; `shift` is km since the year before in the list.

    Points are the study's lon and lat, else the seats in the registry. Axes are km and areas km² on an equal-area
    plane; projection="none" keeps degrees, as maps drawn without a projection do. See space.ellipse.
    """
    s = sheet(study, [variable], year, years)
    points = coordinates(study, s.places)
    out = shape.ellipse(points, s.frames[variable], convention, projection=projection)
    return replace(out, provenance=s.provenance(study, points="lon, lat"))


def geodetector(
    study: "Study",
    variable: str,
    factors: Sequence[str],
    year: int,
    classes: int = 4,
    discretisation: detector.Discretisation = "quantile",
    groupings: Sequence[str] | None = None,
    convention: Literal["sample", "population"] = "sample",
) -> detector.GeoDetector:
    """Return q of each factor, cut into `classes`, and of each grouping such as plates; `pairs()` has interactions.

    Places in none of a grouping's groups have no stratum and raise. See space.geodetector.
    """
    s = sheet(study, [variable, *factors], year)
    strata = {f: detector.discretise(s.frames[f].iloc[:, 0], classes, discretisation) for f in factors}
    frame = pd.DataFrame(strata, index=list(s.places))
    for name in groupings or ():
        frame[name] = study.grouping(name).reindex(list(s.places))
    out = detector.geodetector(s[variable], frame, convention)
    options = out.method.options | {"classes": str(classes), "discretisation": discretisation}
    return replace(out, method=replace(out.method, options=options), provenance=s.provenance(study))


def optimal_discretisation(study: "Study", variable: str, factor: str, year: int, most: int = 6) -> Discretisations:
    """Return q of one factor for each way of cutting it into 3 to `most` classes, best first."""
    s = sheet(study, [variable, factor], year)
    found = detector.optimal_discretisation(s[variable], s[factor], range(3, most + 1))
    return Discretisations(found, DISCRETISATION, s.provenance(study, factor=factor))


def _word(w: str | Weights) -> str:
    return w if isinstance(w, str) else w.kind.en
