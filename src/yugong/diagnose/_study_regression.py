"""Spatial regressions on a study: one year or a panel, with effects, tests and local coefficients."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose._study_common import Sheet, Years, sheet
from yugong.diagnose._study_weights import coordinates, weights_matrix
from yugong.diagnose.convergence import spatial as growing
from yugong.diagnose.space import comparison, lm, sources
from yugong.diagnose.space import effects as marginal
from yugong.diagnose.space import gwr as local
from yugong.diagnose.space import mgwr as multiscale
from yugong.diagnose.space import panel as over_time
from yugong.diagnose.space import regression as cross_section
from yugong.diagnose.space.fit import Information, Model, SpatialFit
from yugong.diagnose.space.weights import Weights

if TYPE_CHECKING:
    from yugong.study.model import Study


@dataclass(frozen=True, slots=True)
class SpatialEffects:
    """Direct, indirect and total effects of a spatial regression, with the fit they come from."""

    effects: marginal.Effects
    fit: SpatialFit
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a variable and effect: variable, effect, estimate, standard_error, z, p_value."""
        return self.effects.table()


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Tests of the Durbin model against what it nests, and of fixed against random effects."""

    tests: tuple[comparison.ModelTest, ...]
    fit: SpatialFit  # the Durbin model with fixed effects
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a test: test, null, value, degrees, p_value, status."""
        rows = [(t.id, str(t.null), t.statistic, t.degrees, t.p_value, str(t.status)) for t in self.tests]
        return pd.DataFrame(rows, columns=["test", "null", "value", "degrees", "p_value", "status"])


@dataclass(frozen=True, slots=True)
class PlaceYearRegression:
    """A regression whose coefficients differ by place and year; `fit` is on the stacked observations."""

    places: tuple[str, ...]  # of each observation
    years: tuple[int, ...]
    fit: local.LocalRegression
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row an observation and variable: place, year, variable, estimate, standard_error, t, p_value."""
        k = len(self.fit.names)
        arrays = {
            "estimate": self.fit.coefficients,
            "standard_error": self.fit.standard_errors,
            "t": self.fit.t,
            "p_value": self.fit.p_value,
        }
        where = {"place": np.repeat(np.array(self.places), k), "year": np.repeat(np.array(self.years), k)}
        columns = {c: a.ravel() for c, a in arrays.items()}
        return pd.DataFrame(where | {"variable": self.fit.names * len(self.places)} | columns)


def spatial_regression(
    study: "Study",
    variable: str,
    covariates: Sequence[str],
    year: int,
    w: str | Weights = "contiguity",
    model: Model = "sdm",
    logs: Sequence[str] | None = None,
    lagged: Sequence[str] | None = None,
    information: Information = "expected",
    inference: marginal.Inference = "delta",
    seed: int = 0,
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> SpatialFit:
    """Return a spatial regression of one year: model ols, slx, sar, sem, sac, sdm or sdem. See space.regression.

    `logs` names the variables in logarithms. Places with a gap in that year are left out and recorded.
    """
    s = sheet(study, [variable, *covariates], year, logs=logs)
    matrix = weights_matrix(study, w, s.years, s.places, islands, links)
    x = s.table(covariates)
    names = _lagged(s, lagged)
    out = cross_section.spatial_regression(s[variable], x, matrix, model, names, True, information, inference, seed)
    return replace(out, provenance=s.provenance(study, w=str(matrix.kind), y=variable))


def spatial_panel(
    study: "Study",
    variable: str,
    covariates: Sequence[str],
    w: str | Weights = "contiguity",
    years: Years = None,
    model: Model = "sdm",
    effect: over_time.Effect = "twoway",
    correction: over_time.Correction = "lee-yu",
    logs: Sequence[str] | None = None,
    lagged: Sequence[str] | None = None,
    convention: over_time.Lags = "within",
    information: Information = "expected",
    inference: marginal.Inference = "delta",
    seed: int = 0,
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> SpatialFit:
    """Return a spatial panel regression with individual, time, two-way or random effects. See space.panel.

    The panel is balanced: places with a gap in any year asked for are left out; without `years`, years with a gap
    are. The Lee–Yu correction applies to fixed effects and is left out for pooled and random ones.
    """
    s = sheet(study, [variable, *covariates], None, years, logs)
    matrix = weights_matrix(study, w, s.years, s.places, islands, links)
    return _panel_fit(
        study, s, matrix, variable, covariates, model, effect, correction, convention, _lagged(s, lagged), information,
        inference, seed,
    )  # fmt: skip


def spatial_effects(
    study: "Study",
    variable: str,
    covariates: Sequence[str],
    w: str | Weights = "contiguity",
    year: int | None = None,
    years: Years = None,
    model: Model = "sdm",
    effect: over_time.Effect = "twoway",
    logs: Sequence[str] | None = None,
    inference: marginal.Inference = "delta",
    seed: int = 0,
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> SpatialEffects:
    """Return direct, indirect and total effects: of one year's regression with `year`, else of the panel's."""
    fit = (
        spatial_panel(
            study, variable, covariates, w, years, model, effect, logs=logs, inference=inference, seed=seed,
            islands=islands, links=links,
        )
        if year is None
        else spatial_regression(
            study, variable, covariates, year, w, model, logs, inference=inference, seed=seed, islands=islands,
            links=links,
        )
    )  # fmt: skip
    card = MethodCard(
        "spatial_effects",
        Text("直接、间接与总效应", "Direct, indirect and total effects"),
        r"S=(I-\rho W)^{-1},\ \text{direct}=\frac{\mathrm{tr}[S(\beta I+\theta W)]}{n},\ "
        r"\text{total}=\frac{\iota' S(\beta I+\theta W)\iota}{n}",
        Text(
            f"{fit.method.title.zh}；{fit.method.convention.zh}；直接效应含 WX 项经反馈的部分",
            f"{fit.method.title.en}; {fit.method.convention.en}; the direct effect includes what WX feeds back",
        ),
        None,
        (sources.LESAGE_PACE, sources.ELHORST),
        fit.method.options | {"inference": inference},
    )
    return SpatialEffects(fit.effects, fit, card, fit.provenance)


def spatial_beta(
    study: "Study",
    variable: str,
    first: int | None = None,
    last: int | None = None,
    years: Years = None,
    covariates: Sequence[str] = (),
    w: str | Weights = "contiguity",
    model: Model = "sdm",
    effect: over_time.Effect = "twoway",
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> growing.SpatialBeta:
    """Return spatial β-convergence: of growth from `first` to `last`, or, without them, of yearly growth over `years`.

    Covariates are those of the first year, or of the year before. See convergence.spatial_beta, spatial_panel_beta.
    """
    if (first is None) != (last is None) or (first is not None and years is not None):
        what = Text("给 first 与 last，或给 years", "give first and last, or years")
        raise InputError([Problem(what)])
    if first is not None and last is not None:
        s = sheet(study, [variable], None, (first, last))
        at = sheet(study, [variable, *covariates], first)
        places = [p for p in at.places if p in s.places]
        matrix = weights_matrix(study, w, s.years, places, islands, links)
        y = s.frames[variable].loc[places]
        x = at.table(covariates).loc[places] if covariates else None
        out = growing.spatial_beta(y[first], y[last], last - first, matrix, x, model)
    else:
        s = sheet(study, [variable, *covariates], None, years)
        if any(b - a != 1 for a, b in pairwise(s.years)):
            what = Text("需要连续的年份", "needs consecutive years")
            raise InputError([Problem(what, Text("用 years 选定", "choose them with years"))])
        matrix = weights_matrix(study, w, s.years, s.places, islands, links)
        held = {v: s.frames[v] for v in covariates}
        out = growing.spatial_panel_beta(s.frames[variable], matrix, held, model, effect)
    return replace(out, provenance=s.provenance(study, w=str(matrix.kind), y=variable))


def spatial_tests(
    study: "Study",
    variable: str,
    covariates: Sequence[str],
    w: str | Weights = "contiguity",
    years: Years = None,
    effect: over_time.Effect = "twoway",
    logs: Sequence[str] | None = None,
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> ModelChoice:
    """Return LR and Wald tests of SDM against SAR and SEM on the panel, and Hausman's test of random effects.

    All fits are without the Lee–Yu transform, so that the likelihoods are of the same data; Hausman's test compares
    individual fixed with random effects.
    """
    s = sheet(study, [variable, *covariates], None, years, logs)
    matrix = weights_matrix(study, w, s.years, s.places, islands, links)

    def fit(model: Model, kind: over_time.Effect) -> SpatialFit:
        return _panel_fit(
            study, s, matrix, variable, covariates, model, kind, "none", "within", None, "expected", "delta", 0
        )

    full, sar, sem = (fit(m, effect) for m in ("sdm", "sar", "sem"))
    tests = (
        comparison.likelihood_ratio(sar, full),
        comparison.likelihood_ratio(sem, full),
        comparison.wald_durbin(full, "sar"),
        comparison.wald_durbin(full, "sem"),
        comparison.hausman(fit("sdm", "individual"), fit("sdm", "random")),
    )
    card = MethodCard(
        "spatial_tests",
        Text("空间面板模型选择检验", "Tests for choosing a spatial panel model"),
        r"LR=2(\ln L_{SDM}-\ln L_0),\quad W=r'(RVR')^{-1}r",
        Text(
            f"{full.method.convention.zh}；豪斯曼检验比较个体固定与随机效应",
            f"{full.method.convention.en}; Hausman compares individual fixed with random effects",
        ),
        None,
        (sources.ELHORST, sources.HAUSMAN),
        {"effect": effect},
    )
    return ModelChoice(tests, full, card, full.provenance)


def lm_tests(
    study: "Study",
    variable: str,
    covariates: Sequence[str],
    year: int,
    w: str | Weights = "contiguity",
    logs: Sequence[str] | None = None,
    level: float = 0.05,
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> lm.SpatialDiagnostics:
    """Return LM tests of one year's OLS for spatial lag and error, and Moran's I of its residuals. See space.lm."""
    s = sheet(study, [variable, *covariates], year, logs=logs)
    matrix = weights_matrix(study, w, s.years, s.places, islands, links)
    out = lm.lm_tests(s[variable], s.table(covariates), matrix, level=level)
    return replace(out, provenance=s.provenance(study, w=str(matrix.kind), y=variable))


def gwr(
    study: "Study",
    variable: str,
    covariates: Sequence[str],
    year: int,
    bandwidth: float | None = None,
    kernel: local.Kernel = "bisquare",
    adaptive: bool = True,
    criterion: local.Criterion = "aicc",
    logs: Sequence[str] | None = None,
) -> local.LocalRegression:
    """Return a geographically weighted regression of one year at the places' lon and lat. See space.gwr."""
    s = sheet(study, [variable, *covariates], year, logs=logs)
    points = coordinates(study, s.places)
    out = local.gwr(s[variable], s.table(covariates), points, bandwidth, kernel, adaptive, criterion)
    return replace(out, provenance=s.provenance(study, y=variable))


def mgwr(
    study: "Study",
    variable: str,
    covariates: Sequence[str],
    year: int,
    kernel: multiscale.Kernel = "bisquare",
    standardise: bool = True,
    logs: Sequence[str] | None = None,
) -> multiscale.MultiscaleRegression:
    """Return a multiscale GWR of one year, a bandwidth a variable, by the package mgwr. See space.mgwr."""
    s = sheet(study, [variable, *covariates], year, logs=logs)
    points = coordinates(study, s.places)
    out = multiscale.mgwr(s[variable], s.table(covariates), points, kernel, standardise)
    return replace(out, provenance=s.provenance(study, y=variable))


def gtwr(
    study: "Study",
    variable: str,
    covariates: Sequence[str],
    years: Years = None,
    bandwidth: float | None = None,
    scale: float | None = None,
    kernel: local.Kernel = "bisquare",
    causal: bool = False,
    criterion: local.Criterion = "aicc",
    logs: Sequence[str] | None = None,
) -> PlaceYearRegression:
    """Return a geographically and temporally weighted regression over years; rows are place and year. See space.gtwr.

    `scale` is how many km² a squared year counts for, searched when None; `causal` learns from past and present only.
    """
    s = sheet(study, [variable, *covariates], None, years, logs)
    points = coordinates(study, s.places)
    frames = {k: f.rename_axis("place").rename_axis("year", axis=1).T.stack() for k, f in s.frames.items()}  # noqa: PD013
    stacked = pd.DataFrame(frames).swaplevel()
    there, when = (stacked.index.get_level_values(k).to_numpy() for k in ("place", "year"))
    y, x = stacked[s.columns([variable])[0]].to_numpy(), stacked[list(s.columns(covariates))]
    out = local.gtwr(
        y, x.reset_index(drop=True), points.loc[there].to_numpy(), when.astype(float), bandwidth, scale, kernel, True,
        causal, criterion,
    )  # fmt: skip
    seen = tuple(int(t) for t in when)
    return PlaceYearRegression(tuple(map(str, there)), seen, out, out.method, s.provenance(study, y=variable))


def _panel_fit(
    study: "Study",
    s: Sheet,
    matrix: Weights,
    variable: str,
    covariates: Sequence[str],
    model: Model,
    effect: over_time.Effect,
    correction: over_time.Correction,
    convention: over_time.Lags,
    lagged: tuple[str, ...] | None,
    information: Information,
    inference: marginal.Inference,
    seed: int,
) -> SpatialFit:
    used: over_time.Correction = "none" if effect in ("pooled", "random") else correction
    y = s[variable]
    x = {k: s.frames[k] for k in s.columns(covariates)}
    out = over_time.spatial_panel(y, x, matrix, model, effect, used, convention, lagged, information, inference, seed)
    return replace(out, provenance=s.provenance(study, w=str(matrix.kind), y=variable))


def _lagged(s: Sheet, lagged: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if lagged is None else s.columns(lagged)
