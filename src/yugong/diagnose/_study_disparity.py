"""Disparity and convergence on a study: look up, align by label, record what is left out, call level 1."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import pandas as pd

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.diagnose import convergence as conv
from yugong.diagnose import disparity as disp
from yugong.diagnose._study_common import Years, one_year, select
from yugong.diagnose.convergence._ols import Covariance
from yugong.diagnose.convergence.beta import Effects
from yugong.diagnose.convergence.speed import Growth
from yugong.diagnose.disparity._catalogue import STATISTICS
from yugong.diagnose.disparity._sample import Zero

if TYPE_CHECKING:
    from yugong.study.model import Study

NO_COVARIATE = Text("控制变量缺失", "covariate missing")


def disparity(
    study: "Study",
    variable: str,
    weights: str | None = "population",
    year: int | None = None,
    years: Years = None,
    statistics: Sequence[str] = tuple(STATISTICS),
    zero: Zero = "limit",
    balanced: bool = False,
) -> disp.Measures:
    """Return disparity measures of a variable by year, weighted by another (population), None for equal weights.

    A place whose value or weight is missing in a year is left out of that year (of all with balanced=True) and
    recorded in `omitted`. year: one, whose results have no year axis; years: several; neither: every
    year with data. See disparity.disparity_measures.
    """
    s = select(study, variable, weights, year, years, balanced)
    out = disp.disparity_measures(s.x, s.w, statistics, zero)
    return replace(out, omitted=s.omitted + out.omitted, provenance=s.provenance)


def disparity_intervals(
    study: "Study",
    variable: str,
    weights: str | None = "population",
    year: int | None = None,
    years: Years = None,
    statistics: Sequence[str] = ("gini", "theil_T"),
    groups: str | None = None,
    on: date | str | None = None,
    draws: int = 1000,
    seed: int = 0,
    level: float = 0.95,
    balanced: bool = False,
) -> disp.Bootstrap:
    """Return bootstrap intervals, places drawn with all their years, within `groups` when given.

    statistics may include "dagum", "theil_T_groups", "theil_L_groups" with groups. See disparity.cluster_bootstrap.
    """
    s = select(study, variable, weights, year, years, balanced, [] if groups is None else [groups], on)
    label = s.groups[0] if s.groups else None
    out = disp.cluster_bootstrap(s.x, label, s.w, statistics, draws, seed, level=level)
    return replace(out, omitted=s.omitted, provenance=s.provenance)


def dagum(
    study: "Study",
    variable: str,
    groups: str = "plates",
    weights: str | None = "population",
    year: int | None = None,
    years: Years = None,
    on: date | str | None = None,
    balanced: bool = False,
) -> disp.Dagum:
    """Return Dagum's decomposition by year over a grouping as of `on`. See disparity.dagum."""
    s = select(study, variable, weights, year, years, balanced, [groups], on)
    out = disp.dagum(s.x, s.groups[0], s.w)
    return replace(out, omitted=s.omitted, provenance=s.provenance)


def theil_decomposition(
    study: "Study",
    variable: str,
    groups: str = "plates",
    weights: str | None = "population",
    year: int | None = None,
    years: Years = None,
    kind: Literal["T", "L"] = "T",
    on: date | str | None = None,
    zero: Zero = "limit",
    balanced: bool = False,
) -> disp.TheilDecomposition:
    """Return Theil T or L by year, between and within groups. See disparity.theil_decomposition."""
    s = select(study, variable, weights, year, years, balanced, [groups], on)
    out = disp.theil_decomposition(s.x, s.groups[0], s.w, kind, zero=zero)
    return replace(out, omitted=s.omitted + out.omitted, provenance=s.provenance)


def theil_permutation(
    study: "Study",
    variable: str,
    groups: str = "plates",
    weights: str | None = "population",
    year: int | None = None,
    years: Years = None,
    draws: int = 999,
    seed: int = 0,
    on: date | str | None = None,
) -> disp.TheilPermutation:
    """Return a permutation test of Theil's between part by year, on the places with figures in all of them.

    See disparity.theil_permutation.
    """
    s = select(study, variable, weights, year, years, True, [groups], on)
    there = (s.weights > 0).all(axis=1)
    out = disp.theil_permutation(s.values[there], s.groups[0][there], s.weights[there], draws, seed)
    return replace(out, provenance=s.provenance)


def nested_theil(
    study: "Study",
    variable: str,
    outer: str,
    inner: str,
    weights: str | None = "population",
    year: int | None = None,
    years: Years = None,
    kind: Literal["T", "L"] = "T",
    on: date | str | None = None,
    zero: Zero = "limit",
    balanced: bool = False,
) -> disp.NestedTheil:
    """Return the two-stage decomposition over two groupings, inner inside outer. See disparity.nested_theil."""
    s = select(study, variable, weights, year, years, balanced, [outer, inner], on)
    out = disp.nested_theil(s.x, s.groups[0], s.groups[1], s.w, kind, zero=zero)
    return replace(out, omitted=s.omitted + out.omitted, provenance=s.provenance)


def group_table(
    study: "Study",
    amount: str = "grp",
    population: str = "population",
    groups: str = "plates",
    base: Hashable | None = None,
    year: int | None = None,
    years: Years = None,
    on: date | str | None = None,
) -> disp.GroupTable:
    """Return group sums, per-head values, shares and ratios of a total such as GRP. See disparity.group_table.

    per_head is in the amount's unit over the population's: 亿元 over 万人 is 万元 a head.
    """
    s = select(study, amount, population, year, years, False, [groups], on)
    out = disp.group_table(s.values, s.weights, s.groups[0], base)
    return replace(out, omitted=s.omitted, provenance=s.provenance)


def plate_table(
    study: "Study",
    amount: str = "grp",
    population: str = "population",
    year: int | None = None,
    years: Years = None,
    on: date | str | None = None,
) -> disp.GroupTable:
    """Return the group table of the four plates, ratios taken from the east: 东部：中部，东部：西部，东部：东北."""
    return group_table(study, amount, population, "plates", "east", year, years, on)


def sigma(
    study: "Study",
    variable: str,
    weights: str | None = None,
    years: Years = None,
    measure: str = "log_sd",
    zero: Zero = "limit",
    balanced: bool = True,
) -> conv.SigmaConvergence:
    """Return σ-convergence by year with its trend, over the same places in all years by default."""
    s = select(study, variable, weights, None, years, balanced)
    if len(s.values.columns) < 3:
        raise InputError([Problem(Text("趋势至少需要三年", "a trend needs at least three years"))])
    out = conv.sigma_convergence(s.values, s.weights, measure=measure, zero=zero)
    return replace(out, omitted=s.omitted + out.omitted, provenance=s.provenance)


def beta(
    study: "Study",
    variable: str,
    first: int,
    last: int,
    covariates: Sequence[str] = (),
    growth: Growth = "annualised",
    covariance: Covariance = "HC1",
    level: float = 0.95,
) -> conv.BetaConvergence:
    """Return β-convergence from `first` to `last`, conditional on covariates of the first year.

    Places missing either end or a covariate are left out and recorded. See convergence.beta_convergence.
    """
    s = select(study, variable, None, None, (first, last), True)
    extra = pd.DataFrame({c: one_year(study.panel(c), c, first) for c in covariates}, index=s.values.index)
    complete = extra.notna().all(axis=1)
    lost = tuple(disp.Omitted(p, first, NO_COVARIATE) for p in extra.index[~complete])
    there = complete & (s.weights > 0).all(axis=1)
    y = s.values[there]
    out = conv.beta_convergence(
        y[first], y[last], last - first, extra[there] if covariates else None, growth, covariance, level=level
    )
    provenance = study.provenance([variable, *covariates], years=f"{first}–{last}")
    return replace(out, omitted=s.omitted + lost, provenance=provenance)


def panel_beta(
    study: "Study",
    variable: str,
    years: Years = None,
    effects: Effects = "two-way",
    lag: int = 1,
    covariance: Covariance = "cluster",
) -> conv.BetaConvergence:
    """Return β-convergence over the balanced panel of consecutive years. See convergence.panel_beta."""
    s = select(study, variable, None, None, years, True)
    when = [int(str(y)) for y in s.values.columns]
    if any(b - a != 1 for a, b in pairwise(when)):
        what = Text(f"年份不连续：{when}", f"the years are not consecutive: {when}")
        raise InputError([Problem(what, Text("选定连续的年份", "choose consecutive years"))])
    out = conv.panel_beta(s.values[(s.weights > 0).all(axis=1)], effects, lag, covariance)
    return replace(out, omitted=s.omitted, provenance=s.provenance)
