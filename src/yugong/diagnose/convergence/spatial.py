"""Spatial β-convergence: growth on the initial level with spillovers, speeds from direct and total effects."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.convergence.speed import Speed, speed
from yugong.diagnose.disparity import _citations as cite
from yugong.diagnose.space import sources
from yugong.diagnose.space.fit import Model, SpatialFit
from yugong.diagnose.space.panel import Effect, spatial_panel
from yugong.diagnose.space.regression import spatial_regression
from yugong.diagnose.space.weights import Floats, Weights

INITIAL = "log_initial"
NORMAL = 1.959963984540054
KINDS = ("direct", "total")


@dataclass(frozen=True, slots=True, eq=False)
class SpatialBeta:
    """A spatial growth regression and the speeds that its direct and total effects of the initial level imply.

    In models without Wy and WX the two effects are the coefficient itself.
    """

    fit: SpatialFit
    direct: Speed
    total: Speed
    span: float
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a coefficient, then effects of log_initial and speeds: term, value, se, t, p."""
        rows = self.fit.table()
        rows = rows.rename(columns={"variable": "term", "estimate": "value", "standard_error": "se"})
        rows = rows.rename(columns={"z": "t", "p_value": "p"})
        effects = self.fit.effects.table()
        effects = effects[effects["variable"] == INITIAL]
        more = [
            (f"{r['effect']}_effect", r["estimate"], r["standard_error"], r["z"], r["p_value"])
            for r in effects.to_dict("records")
        ]
        nan = float("nan")
        for kind in KINDS:
            v: Speed = getattr(self, kind)
            more += [(f"speed_{kind}", v.value, v.se, nan, nan), (f"half_life_{kind}", v.half_life, nan, nan, nan)]
        return pd.concat([rows, pd.DataFrame(more, columns=rows.columns)], ignore_index=True)


def spatial_beta(
    initial: Any, final: Any, span: float, weights: Weights, covariates: Any = None, model: Model = "sdm"
) -> SpatialBeta:
    """Return the spatial regression of (1/T) ln(y_T/y_0) on ln y_0 and covariates, model sar, sem, sdm and others.

    initial, final (n,) > 0; covariates a frame (n, k); span T in years. Speeds λ = −ln(1 + bT)/T take b as the direct
    and as the total effect of ln y_0 (Rey & Montouri 1999; LeSage & Pace 2009). Labels align to `weights`.
    Raises InputError for values that are missing or not positive.
    """
    start, end = (weights.complete(v) for v in (initial, final))
    _positive(start, end, weights)
    if span <= 0:
        raise InputError([Problem(Text(f"年数须为正：{span:g}", f"the span must be positive: {span:g}"))])
    labels = list(weights.labels)
    x = pd.DataFrame({INITIAL: np.log(start)}, labels)
    if covariates is not None:
        x = x.join(pd.DataFrame(covariates))
    growth = pd.Series((np.log(end) - np.log(start)) / span, labels)
    fit = spatial_regression(growth, x, weights, model)
    return _made(fit, span, "spatial_beta", Text("空间 β 收敛", "Spatial β-convergence"))


def spatial_panel_beta(
    values: pd.DataFrame, weights: Weights, covariates: Any = None, model: Model = "sdm", effect: Effect = "twoway"
) -> SpatialBeta:
    """Return the spatial panel of yearly growth ln y_t − ln y_{t−1} on ln y_{t−1}, values (n, T) of consecutive years.

    covariates: name → frame (n, T), taken in the year before. Fixed effects with the Lee–Yu correction: the speed is
    within places and, as in any dynamic fixed-effects panel, biased upwards for short T (Nickell 1981).
    """
    array = weights.complete(values)
    _positive(array[:, 0], array.min(axis=1), weights)
    labels, years = list(weights.labels), list(values.columns)
    logs = pd.DataFrame(np.log(array), labels, years)
    growth = logs.diff(axis=1).iloc[:, 1:]
    before = logs.iloc[:, :-1].set_axis(years[1:], axis=1)
    x = {INITIAL: before}
    for name, frame in (covariates or {}).items():
        x[name] = frame[years[:-1]].set_axis(years[1:], axis=1)
    correction = "none" if effect in ("pooled", "random") else "lee-yu"
    fit = spatial_panel(growth, x, weights, model, effect, correction)  # type: ignore[arg-type]
    return _made(fit, 1.0, "spatial_panel_beta", Text("空间面板 β 收敛", "Spatial panel β-convergence"))


def _positive(start: Floats, end: Floats, weights: Weights) -> None:
    bad = np.flatnonzero((start <= 0) | (end <= 0))
    if len(bad):
        raise InputError(
            Problem(
                Text(f"{weights.labels[i]} 有非正值，不能取对数", f"{weights.labels[i]} has values ≤ 0, no logarithm")
            )
            for i in bad[:20]
        )


def _made(fit: SpatialFit, span: float, id_: str, title: Text) -> SpatialBeta:
    j = fit.effects.names.index(INITIAL)
    e = fit.effects
    pairs = ((float(e.direct[j]), float(e.direct_se[j])), (float(e.total[j]), float(e.total_se[j])))
    direct, total = (speed(b, s, b - NORMAL * s, b + NORMAL * s, span, "annualised") for b, s in pairs)
    card = MethodCard(
        id_,
        title,
        r"g=\rho Wg+a+b\ln y_0+\theta W\ln y_0+x'\gamma+\varepsilon,\quad \lambda=-\ln(1+b^{*}T)/T",
        Text(
            f"{fit.method.title.zh}；年均增长率；λ 分别由直接效应与总效应得出；{fit.method.convention.zh}",
            f"{fit.method.title.en}; annualised growth; λ from the direct and from the total effect; "
            f"{fit.method.convention.en}",
        ),
        Text("零值拒绝", "zeros are refused"),
        (cite.BARRO_SALA_1992, cite.REY_MONTOURI_1999, sources.LESAGE_PACE),
        fit.method.options | {"span": f"{span:g}"},
    )
    return SpatialBeta(fit, direct, total, span, card)
