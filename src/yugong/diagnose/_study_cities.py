"""Cities, services and the three gaps on a study."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose._study_common import Years, no_data, sheet
from yugong.diagnose._study_disparity import disparity
from yugong.diagnose.cities import capacity, hierarchy, services
from yugong.diagnose.disparity._citations import GINI_1921, THEIL_1967, WILLIAMSON_1965
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.study.model import Study

LIMITS = Form(
    "limits",
    Text("限制因子", "Limiting factors"),
    (
        Field("place", Text("地区", "Region"), "place"),
        Field("factor", Text("因子", "Factor"), note=Text("如水资源、耕地、环境容量", "water, cropland, emissions …")),
        Field("limit", Text("可用量", "Available"), "number", low=0),
        Field("need", Text("单位需求", "Need per unit"), "number", low=1e-12,
              note=Text("每单位人口（或产出）的需求，与可用量同一单位", "per unit of people or output, in the same unit")),
    ),
    Text("每个地区每个因子一行", "one row a place and factor"),
)  # fmt: skip
FORMS: Mapping[str, tuple[Form, ...]] = {"carrying_capacity": (LIMITS,)}


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """Rank-size exponents and primacy by year."""

    years: tuple[int, ...]
    fits: tuple[hierarchy.RankSize, ...]
    primacy: tuple[tuple[float, float, float], ...]  # of 2, 4 and 11 places; NaN with fewer places
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a year: year, exponent, se, low, high, n, primacy_2, primacy_4, primacy_11."""
        rows = [
            (year, f.exponent, f.se, f.low, f.high, f.n, *p)
            for year, f, p in zip(self.years, self.fits, self.primacy, strict=True)
        ]
        names = ["year", "exponent", "se", "low", "high", "n", "primacy_2", "primacy_4", "primacy_11"]
        return pd.DataFrame(rows, columns=names)


@dataclass(frozen=True, slots=True, eq=False)
class ThreeGaps:
    """The urban–rural, regional and income gaps by year; NaN where a study has no figures."""

    frame: pd.DataFrame
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a year and gap: year, gap, measure, value."""
        return self.frame


def rank_size(
    study: "Study",
    variable: str = "population",
    year: int | None = None,
    years: Years = None,
    largest: int | None = None,
) -> Hierarchy:
    """Return the rank-size exponent (Gabaix & Ibragimov) and primacy of the places' sizes by year.

    Meant for studies of cities: provinces are administrative, and their exponent says nothing about city systems.
    """
    s = sheet(study, [variable], year, years)
    frame = s.frames[variable]
    fits, first = [], []
    for when in frame.columns:
        sizes = frame[when].to_numpy()
        fits.append(hierarchy.rank_size(sizes, largest))
        first.append(tuple(hierarchy.primacy(sizes, k) if len(sizes) >= k else float("nan") for k in (2, 4, 11)))
    triples = tuple((a, b, c) for a, b, c in first)
    return Hierarchy(s.years, tuple(fits), triples, fits[0].method, s.provenance(study))


def service_gap(
    study: "Study",
    variable: str,
    standard: str = "mean",
    year: int | None = None,
    people: str | None = "population",
) -> services.ServiceGap:
    """Return each place's gap in a service variable to a standard: a number, or mean, median, best of the places.

    The direction is the variable's own. `year`: the latest with figures. Places without a figure stay, with no gap
    known. See cities.service_gap.
    """
    about = study.variable(variable)
    if about.direction not in ("+", "-"):
        what = Text(f"{about.id} 没有方向(+ 或 −)", f"{about.id} has no direction (+ or −)")
        raise InputError([Problem(what)])
    panel = study.panel(variable)
    have = [int(y) for y in panel.columns if panel[y].notna().any()]
    if people is not None:
        counted = study.panel(people)
        have = [y for y in have if counted[y].notna().any()]
    when = year if year is not None else max(have, default=None)
    if when is None or when not in have:
        raise InputError([no_data(variable, people, when)])
    level: float | Literal["mean", "median", "best"]
    if standard in ("mean", "median", "best"):
        level = standard  # type: ignore[assignment]
    else:
        try:
            level = float(standard)
        except ValueError:
            raise UnknownNameError(Text("标准", "standard"), standard, ("mean", "median", "best", "12.5")) from None
    n = None if people is None else study.values(people, when).to_numpy()
    sign: Literal["+", "-"] = "+" if about.direction == "+" else "-"
    out = services.service_gap(panel[when].to_numpy(), level, n, sign, tuple(study.places))
    return replace(out, provenance=study.provenance([variable, *([people] if people else [])], year=when))


def carrying_capacity(
    study: "Study",
    year: int,
    limits: Sequence[str] | None = None,
    needs: Sequence[float] | None = None,
    file: str | None = None,
    present: str | None = "population",
) -> capacity.Capacity:
    """Return what the scarcest limiting factor of each place carries, which one that is, and the load on it.

    Either variables of the study, `limits`, each with its need per unit of `present` in `needs` (亿立方米 per 万人), or
    a user table (`file`; template with --template) of place, factor, limit and need. A study has no limits of its
    own: nothing is assumed. See cities.carrying_capacity.
    """
    if (limits is None) == (file is None) or (limits is None) != (needs is None):
        what = Text("给 limits 与 needs，或给 file", "give limits and needs, or file")
        raise InputError([Problem(what)])
    if file is not None:
        return _from_table(study, file, year, present)
    names, amounts_of = list(limits or ()), list(needs or ())
    if len(names) != len(amounts_of):
        what = Text(f"{len(names)} 个约束、{len(amounts_of)} 个需求", f"{len(names)} limits, {len(amounts_of)} needs")
        raise InputError([Problem(what, Text("一一对应", "one need a limit"))])
    s = sheet(study, [*names, *([present] if present else [])], year)
    amounts = {v: s.table([v])[v].to_numpy() for v in names}
    now = None if present is None else s.table([present])[present].to_numpy()
    per = {v: float(n) for v, n in zip(names, amounts_of, strict=True)}
    out = capacity.carrying_capacity(amounts, per, now, s.places)
    return replace(out, provenance=s.provenance(study, needs=", ".join(f"{k}={v:g}" for k, v in per.items())))


def _from_table(study: "Study", file: str, year: int, present: str | None) -> capacity.Capacity:
    """Capacities from rows of place, factor, limit and need; a need may differ by place."""
    rows = read_form(file, LIMITS, study)
    double = rows.duplicated(["place", "factor"])
    if double.any():
        lines = [line for line, d in zip(rows.attrs["rows"], double, strict=True) if d]
        raise InputError(
            Problem(Text("同一地区的同一因子写了两次", "a factor of a place is given twice"), row=n) for n in lines
        )
    carried = rows.assign(carried=rows["limit"] / rows["need"]).pivot(  # noqa: PD010 - no two rows a cell
        index="place", columns="factor", values="carried"
    )
    places = tuple(p for p in study.places if p in carried.index)
    carried = carried.loc[list(places), list(dict.fromkeys(rows["factor"]))]
    now = None if present is None else study.values(present, year).reindex(list(places)).to_numpy(dtype=np.float64)
    limits = {str(f): carried[f].to_numpy(dtype=np.float64) for f in carried.columns}
    out = capacity.carrying_capacity(limits, dict.fromkeys(limits, 1.0), now, places)
    provenance = study.provenance([present] if present else [], year=year, file=Path(file).name)
    return replace(out, provenance=provenance)


def three_gaps(
    study: "Study",
    urban_rural: Sequence[str] = ("urban_rural_ratio", "urban_rural_ratio_old"),
    regional: str = "grp_per_head",
    income: Sequence[str] = ("income_per_head", "income_per_head_backcast"),
    weights: str = "population",
) -> ThreeGaps:
    """Return the three gaps by year: urban–rural income ratio, regional product a head, income a head between places.

    Series of one gap that follow on one another (old and new surveys) stay apart, by variable: they do not join.
    The income gap is between places, not between persons: what differs inside a place is not seen.
    """
    rows: list[tuple[int, str, str, str, float]] = []
    used: list[str] = []
    for name in urban_rural:
        if name in study.variables:
            ratio, people = study.panel(name), study.panel(weights)
            used.append(name)
            for year in ratio.columns[ratio.notna().any(axis=0)]:
                r, n = ratio[year], people[year].where(ratio[year].notna())
                if n.notna().any():
                    mean = float((r * n).sum() / n.where(r.notna()).sum())
                    rows += [(int(year), "urban_rural", name, "mean", mean)]
                    rows += [(int(year), "urban_rural", name, "max", float(r.max()))]
    measures = {"regional": [regional], "income": list(income)}
    for gap, names in measures.items():
        for name in names:
            if (name in study.variables or name in study.headline) and _has_both(study, name, weights):
                used.append(name)
                table = disparity(
                    study, name, weights, statistics=("gini", "theil_T", "williamson", "max_min_ratio")
                ).table()
                kept = table[["year", "statistic", "value"]].to_dict("records")
                rows += [(int(r["year"]), gap, name, str(r["statistic"]), float(r["value"])) for r in kept]
    if not rows:
        raise InputError([Problem(Text("研究没有可用的差距变量", "the study has none of the variables of the gaps"))])
    frame = pd.DataFrame(rows, columns=["year", "gap", "variable", "statistic", "value"])
    card = MethodCard(
        "three_gaps",
        Text("三大差距", "The three gaps"),
        r"\text{urban–rural}=\frac{\sum_i N_i\,y^u_i/y^r_i}{\sum_i N_i}",
        Text(
            "城乡：各地区城乡居民收入比的人口加权均值；区域与收入：地区之间的人口加权差距；新旧口径分列不相接",
            "urban–rural: population-weighted mean of the places' income ratios; regional and income: population-weighted "
            "disparity between places; old and new surveys stay apart",
        ),
        None,
        (GINI_1921, THEIL_1967, WILLIAMSON_1965),
        {"weights": weights},
    )
    order = np.lexsort((frame["year"], frame["variable"], frame["gap"]))
    provenance = study.provenance([*used, weights])
    return ThreeGaps(frame.iloc[order].reset_index(drop=True), card, provenance)


def _has_both(study: "Study", variable: str, weights: str) -> bool:
    return bool((study.panel(variable).notna() & study.panel(weights).notna()).to_numpy().any())
