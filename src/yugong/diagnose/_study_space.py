"""Spatial association on a study: Moran, Geary, Getis–Ord, LISA, hot spots, ellipses and the geographical detector."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import pandas as pd

from yugong.diagnose._study_common import Years, sheet
from yugong.diagnose._study_weights import coordinates, weights_matrix
from yugong.diagnose.space import association, local
from yugong.diagnose.space import ellipse as shape
from yugong.diagnose.space import geodetector as detector
from yugong.diagnose.space.permute import Tail
from yugong.diagnose.space.weights import Weights

if TYPE_CHECKING:
    from yugong.study.model import Study


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


def optimal_discretisation(study: "Study", variable: str, factor: str, year: int, most: int = 6) -> pd.DataFrame:
    """Return q of one factor for each way of cutting it into 3 to `most` classes, best first."""
    s = sheet(study, [variable, factor], year)
    return detector.optimal_discretisation(s[variable], s[factor], range(3, most + 1))


def _word(w: str | Weights) -> str:
    return w if isinstance(w, str) else w.kind.en
