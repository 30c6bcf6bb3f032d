"""Flows of a study: migration tables, gravity, border effects, trade costs, networks, factor-mobility gaps."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose._study_common import sheet
from yugong.diagnose.flows import migration as moves
from yugong.diagnose.flows import mobility, trade
from yugong.diagnose.flows.gravity import BorderEffect, Cluster
from yugong.diagnose.flows.gravity import border_effect as estimate_border
from yugong.diagnose.flows.gravity import gravity as estimate_gravity
from yugong.diagnose.flows.ppml import Gravity
from yugong.diagnose.space import network as graphs
from yugong.diagnose.space import qap as permuted

if TYPE_CHECKING:
    from yugong.study.model import Study

MIGRATION, FREIGHT, DISTANCE, ADJACENCY = "migration_5yr", "rail_freight_2011", "capital_distance", "adjacency"


def migration_table(
    study: "Study",
    year: int,
    flow: str = MIGRATION,
    population: str | None = "population",
    when: moves.When = "end",
    per: float = 1000.0,
) -> moves.MigrationTable:
    """Return in-, out- and net migration of places from one year's matrix, with rates per `per` residents of that year.

    A flow that holds sample counts with a column `factor` is scaled by it: an estimate. Residents count in persons,
    by the unit of their variable (万人 is ten thousand). See flows.migration_table.
    """
    matrix = flow_table(study, flow, year)
    people = None if population is None else study.values(population, year) * persons(study, population)
    out = moves.migration_table(matrix, people, when, per)
    return replace(out, provenance=_provenance(study, [flow], [population] if population else [], year=year))


def gravity(
    study: "Study",
    flow: str = MIGRATION,
    year: int | None = None,
    years: Sequence[int] | None = None,
    distance: str = DISTANCE,
    contiguous: bool = True,
    groups: str | None = None,
    cluster: Cluster = "pair",
) -> Gravity:
    """Return a gravity equation by PPML with origin and destination (× year) effects: ln distance, contiguity, same group.

    The effects take in everything about the two places themselves; zeros stay in. See flows.gravity.
    """
    pairs = _pairs(study, flow, year, years, distance, contiguous, groups)
    names = [c for c in pairs.columns if c not in ("origin", "destination", "year", "flow", "distance_km")]
    when = pairs["year"].tolist() if len(set(pairs["year"])) > 1 else None
    ends = pairs["origin"].tolist(), pairs["destination"].tolist()
    out = estimate_gravity(pairs["flow"], pairs[names], *ends, when, cluster=cluster)
    used = [flow, distance, *([ADJACENCY] if contiguous else [])]
    return replace(out, provenance=_provenance(study, used, [], year=year, years=years, groups=groups))


def border_effect(
    study: "Study",
    flow: str = MIGRATION,
    year: int | None = None,
    groups: str = "plates",
    distance: str = DISTANCE,
    cluster: Cluster = "pair",
) -> BorderEffect:
    """Return how many times more flows inside a group than across, given distance, with fixed effects (PPML).

    Flows of a place to itself are left out: the border is the group's, not the place's. Without `year`, all years of
    the flow, with origin × year and destination × year effects. See flows.border_effect.
    """
    pairs = _pairs(study, flow, year, None, distance, False, groups)
    known = pairs.dropna(subset=["flow", "distance_km", "same_group"])
    when = known["year"].tolist() if len(set(known["year"])) > 1 else None
    out = estimate_border(
        known["flow"], known["distance_km"], known["same_group"] > 0, known["origin"].tolist(),
        known["destination"].tolist(), cluster=cluster, year=when,
    )  # fmt: skip
    return replace(out, provenance=_provenance(study, [flow, distance], [], year=year, groups=groups))


def head_ries(study: "Study", elasticity: float, flow: str = FREIGHT, year: int | None = None) -> trade.TradeCosts:
    """Return Head–Ries bilateral costs from a flow whose diagonal is recorded, between places with internal flows.

    Rail freight is in tonnes and mostly coal: costs from it are not those of trade in value.
    """
    year = flow_year(study, flow, year)
    x = _with_diagonal(study, flow, year)
    inner = pd.Series(np.diag(x), x.index)
    lost = [str(p) for p in x.index[~(inner > 0)]]
    kept = [p for p in x.index if p not in lost]
    out = trade.head_ries(x.loc[kept, kept], elasticity)
    return replace(out, provenance=_provenance(study, [flow], [], year=year, no_internal_flow=", ".join(lost) or None))


def flow_integration(study: "Study", flow: str = FREIGHT, year: int | None = None) -> trade.FlowIntegration:
    """Return openness, balance and integration of each place from a flow whose diagonal is recorded."""
    year = flow_year(study, flow, year)
    out = trade.flow_integration(_with_diagonal(study, flow, year))
    return replace(out, provenance=_provenance(study, [flow], [], year=year))


def network(
    study: "Study",
    flow: str | None = MIGRATION,
    year: int | None = None,
    masses: Sequence[str] = ("population", "grp"),
    distance: str = DISTANCE,
    power: float = 2.0,
    threshold: Literal["row_mean", "mean", "none"] = "row_mean",
) -> graphs.Network:
    """Return measures of the network of flows above a threshold, or of modified gravity links with flow=None.

    Without `year`, the flow's latest. Threshold: the row's mean over other places, the mean of all, or zero. See space.network.
    """
    links, provenance = _links(study, flow, year, masses, distance, power, threshold)
    out = graphs.network(links)
    return replace(out, method=_thresholded(out.method, threshold), provenance=provenance)


def concor(
    study: "Study",
    flow: str | None = MIGRATION,
    year: int | None = None,
    masses: Sequence[str] = ("population", "grp"),
    distance: str = DISTANCE,
    power: float = 2.0,
    threshold: Literal["row_mean", "mean", "none"] = "row_mean",
    depth: int = 2,
) -> graphs.Blocks:
    """Return CONCOR blocks of the network that `network` describes. See space.concor."""
    links, provenance = _links(study, flow, year, masses, distance, power, threshold)
    out = graphs.concor(links, depth)
    return replace(out, method=_thresholded(out.method, threshold), provenance=provenance)


def mrqap(
    study: "Study",
    flow: str = MIGRATION,
    year: int | None = None,
    differences: Sequence[str] = ("grp_per_head",),
    distance: str = DISTANCE,
    contiguous: bool = True,
    times: int = 999,
    seed: int = 0,
) -> permuted.Qap:
    """Return a regression of ln(1 + flow) on ln distance, contiguity and |ln x_i − ln x_j| with permutation p-values.

    `differences` names positive variables of that year. See space.mrqap.
    """
    chosen = flow_year(study, flow, year)
    matrix = flow_table(study, flow, chosen)
    places = list(matrix.index)
    y = pd.DataFrame(np.log1p(_no_diagonal(matrix)), places, places)
    x: dict[str, pd.DataFrame] = {}
    near = study.flow(distance).matrix().to_numpy(copy=True)
    np.fill_diagonal(near, 1.0)
    x[f"ln({distance})"] = pd.DataFrame(np.log(near), places, places)
    if contiguous:
        x[ADJACENCY] = study.flow(ADJACENCY).matrix().fillna(0.0)
    for name in differences:
        at = chosen if chosen is not None else max(study.years)
        values = np.log(study.values(name, at).to_numpy(dtype=np.float64))
        x[f"|Δln({name})|"] = pd.DataFrame(np.abs(values[:, None] - values[None, :]), places, places)
    out = permuted.mrqap(y, x, times, seed)
    return replace(out, provenance=_provenance(study, [flow, distance], list(differences), year=chosen))


def qap(
    study: "Study",
    flow: str = MIGRATION,
    other: str = DISTANCE,
    year: int | None = None,
    other_year: int | None = None,
    log: bool = True,
    times: int = 999,
    seed: int = 0,
) -> permuted.Qap:
    """Return the QAP correlation of two flows, in ln(1 + x) unless `log` is False. See space.qap_correlation."""
    year, other_year = flow_year(study, flow, year), flow_year(study, other, other_year)
    one = _no_diagonal(flow_table(study, flow, year))
    two = _no_diagonal(flow_table(study, other, other_year).loc[list(one.index), list(one.index)])
    y, x = (np.log1p(f) if log else f for f in (one, two))
    out = permuted.qap_correlation(y, x, times, seed)
    named = replace(out, names=(other,), method=replace(out.method, options=out.method.options | {"log": str(log)}))
    return replace(named, provenance=_provenance(study, [flow, other], [], year=year, other_year=other_year))


def gravity_network(
    study: "Study",
    year: int,
    masses: Sequence[str] = ("population", "grp"),
    share: str | None = "grp",
    distance: str = DISTANCE,
    power: float = 2.0,
    threshold: Literal["row_mean", "mean", "none"] = "row_mean",
) -> graphs.GravityNetwork:
    """Return modified gravity links between places, k_ij M_i M_j/d_ij^power, rows send. See space.gravity_network.

    `share` is the variable whose share g_i/(g_i + g_j) directs the pull; None leaves it undirected.
    """
    s = sheet(study, [*masses, *([share] if share else [])], year)
    near = study.flow(distance).matrix().loc[list(s.places), list(s.places)].fillna(0.0)
    table = s.table()
    out = graphs.gravity_network(table[list(masses)], near, table[share] if share else None, power, threshold)
    return replace(out, provenance=s.provenance(study, distance=distance))


def mobility_gap(
    study: "Study",
    price: str,
    year: int,
    controls: Sequence[str] | None = None,
    logs: Sequence[str] | None = None,
    weights: str | None = None,
) -> mobility.MobilityGap:
    """Return each place's gap in a factor's price (wages, land) to what its controls predict. See flows.mobility_gap."""
    names = [price, *(controls or ()), *([weights] if weights else [])]
    s = sheet(study, names, year, logs=logs)
    x = s.table(controls) if controls else None
    out = mobility.mobility_gap(s[price], x, s[weights] if weights else None)
    return replace(out, provenance=s.provenance(study, price=price))


def persons(study: "Study", variable: str) -> float:
    """Return how many persons one unit of a variable is, by its unit: 人 1, 千人 1000, 万人 10 000, 百万人 a million."""
    unit = study.variable(variable).unit
    words = {
        "人": 1.0,
        "千人": 1e3,
        "万人": 1e4,
        "百万人": 1e6,
        "persons": 1.0,
        "10 000 persons": 1e4,
        "1000 persons": 1e3,
    }
    found = words.get(unit.zh, words.get(unit.en))
    if found is None:
        what = Text(f"{variable} 的单位“{unit.zh}”不是人数", f"the unit of {variable}, {unit.en!r}, counts no persons")
        do = Text(f"写其中之一：{'、'.join(words)}", f"write one of: {', '.join(words)}")
        raise InputError([Problem(what, do)])
    return found


def flow_table(study: "Study", flow: str, year: int | None) -> pd.DataFrame:
    """Return a flow as origin × destination; sample counts with a column `factor` are scaled to estimates."""
    found = study.flow(flow)
    chosen = flow_year(study, flow, year)
    matrix = found.matrix(chosen)
    if "factor" not in found.frame:
        return matrix
    rows = found.frame if chosen is None else found.frame[found.frame["year"] == chosen]
    factor = rows.pivot(index="origin", columns="destination", values="factor")  # noqa: PD010 - pivot_table would sum
    return matrix * factor.reindex_like(matrix).astype(np.float64)


def flow_year(study: "Study", flow: str, year: int | None) -> int | None:
    """The year asked for, by default the flow's latest; None for a flow without years."""
    years = study.flow(flow).years
    if year is not None and years and year not in years:
        raise UnknownNameError(Text("年份", "year"), year, [str(y) for y in years])
    return (max(years) if year is None else year) if years else None


def _pairs(
    study: "Study",
    flow: str,
    year: int | None,
    years: Sequence[int] | None,
    distance: str,
    contiguous: bool,
    groups: str | None,
) -> pd.DataFrame:
    """One row an ordered pair of different places and year: flow and what lies between the two."""
    there = study.flow(flow).years
    wanted: list[int | None] = [flow_year(study, flow, year)] if year is not None or not there else list(years or there)
    near = study.flow(distance).matrix()
    touch = study.flow(ADJACENCY).matrix().fillna(0.0) if contiguous else None
    label = study.grouping(groups) if groups is not None else None
    parts = []
    for when in wanted:
        matrix = flow_table(study, flow, when)
        places = np.array(matrix.index, dtype=object)
        i, j = np.nonzero(~np.eye(len(places), dtype=bool))
        part = pd.DataFrame(
            {
                "origin": places[i],
                "destination": places[j],
                "year": when if when is not None else 0,
                "flow": matrix.to_numpy()[i, j],
                "ln_distance": np.log(near.to_numpy()[i, j]),
            }
        )
        if contiguous and touch is not None:
            part["contiguous"] = touch.to_numpy()[i, j]
        if label is not None:
            part["distance_km"] = near.to_numpy()[i, j]
            a, b = label.loc[places[i]].to_numpy(), label.loc[places[j]].to_numpy()
            part["same_group"] = np.where(pd.isna(a) | pd.isna(b), np.nan, (a == b).astype(float))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _with_diagonal(study: "Study", flow: str, year: int | None) -> pd.DataFrame:
    if study.flow(flow).diagonal != "included":
        what = Text(f"流量 {flow} 没有地区内部的数", f"flow {flow} has no figures inside places")
        raise InputError(
            [Problem(what, Text("选含内部流量的，如 rail_freight_2011", "choose one with internal flows"))]
        )
    return flow_table(study, flow, year)


def _no_diagonal(matrix: pd.DataFrame) -> pd.DataFrame:
    """The matrix with a zero diagonal; a gap elsewhere raises."""
    x = matrix.to_numpy(copy=True)
    np.fill_diagonal(x, 0.0)
    if np.isnan(x).any():
        i, j = np.argwhere(np.isnan(x))[0]
        a, b = matrix.index[i], matrix.columns[j]
        raise InputError([Problem(Text(f"{a} 到 {b} 的流量缺失", f"the flow from {a} to {b} is missing"))])
    return pd.DataFrame(x, matrix.index, matrix.columns)


def _links(
    study: "Study",
    flow: str | None,
    year: int | None,
    masses: Sequence[str],
    distance: str,
    power: float,
    threshold: Literal["row_mean", "mean", "none"],
) -> tuple[pd.DataFrame, Provenance]:
    if flow is None:
        if year is None:
            raise InputError([Problem(Text("引力网络需要 year", "a gravity network needs year"))])
        s = sheet(study, masses, year)
        near = study.flow(distance).matrix().loc[list(s.places), list(s.places)].fillna(0.0)
        made = graphs.gravity_network(s.table(), near, None, power, threshold)
        links = pd.DataFrame(made.links.astype(float), list(s.places), list(s.places))
        return links, s.provenance(study, distance=distance, threshold=threshold)
    year = flow_year(study, flow, year)
    matrix = _no_diagonal(flow_table(study, flow, year))
    n = len(matrix)
    cuts = {"row_mean": matrix.sum(axis=1) / (n - 1), "mean": matrix.to_numpy().sum() / (n * (n - 1)), "none": 0.0}
    above = np.ascontiguousarray(matrix.gt(cuts[threshold], axis=0).to_numpy(dtype=np.float64))
    links = pd.DataFrame(above, matrix.index, matrix.columns)
    return links, _provenance(study, [flow], [], year=year, threshold=threshold)


def _thresholded(card: MethodCard, threshold: str) -> MethodCard:
    return replace(card, options=card.options | {"threshold": threshold})


def _provenance(study: "Study", flows: Sequence[str], variables: Sequence[str], **selection: object) -> Provenance:
    return study.provenance([*flows, *variables], **selection)
