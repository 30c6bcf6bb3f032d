"""Spatial panels by maximum likelihood: SAR, SEM, SAC, SDM, SDEM with fixed or random effects, Lee–Yu correction."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import AlignmentError, InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.space import sources
from yugong.diagnose.space.effects import Inference
from yugong.diagnose.space.fit import Information, Model, SpatialFit, lagged_name, likelihood_fit
from yugong.diagnose.space.information import over_places
from yugong.diagnose.space.likelihood import Spectrum
from yugong.diagnose.space.periods import matrix_and_periods
from yugong.diagnose.space.random_effects import random_fit
from yugong.diagnose.space.random_error import baltagi_fit
from yugong.diagnose.space.regression import durbin_variables, regression_card
from yugong.diagnose.space.weights import Floats, Weights

Effect = Literal["pooled", "individual", "time", "twoway", "random"]
Correction = Literal["none", "lee-yu"]
Lags = Literal["within", "splm"]
EFFECTS: dict[str, Text] = {
    "pooled": Text("混合", "pooled"),
    "individual": Text("个体固定效应", "individual fixed effects"),
    "time": Text("时间固定效应", "time fixed effects"),
    "twoway": Text("双向固定效应", "two-way fixed effects"),
    "random": Text("随机效应", "random effects"),
}


def spatial_panel(
    y: Any,
    x: Any,
    weights: Weights,
    model: Model = "sdm",
    effect: Effect = "twoway",
    correction: Correction = "none",
    convention: Lags = "within",
    lagged: tuple[str, ...] | None = None,
    information: Information = "expected",
    inference: Inference = "delta",
    seed: int | None = 0,
    random_error: Literal["kkp", "baltagi"] = "kkp",
) -> SpatialFit:
    """Return a spatial panel regression of y (n, T) on x (mapping name → (n, T), or array (n, T, k)), ML.

    Fixed effects are removed by demeaning (Elhorst 2014, ch. 3). `correction="lee-yu"` uses the orthonormal
    transform instead (Lee & Yu 2010): individual effects only rescale σ² by T/(T−1); two-way ones change ρ too and
    need a row-standardised W without islands. `convention="within"` lags first and demeans after, which is the
    likelihood with dummies; `splm` lags the demeaned y, as that R package does, and differs with time effects. `random` has
    individual effects that share the spatial error process, if any (`random_error="kkp"`, Kapoor, Kelejian &
    Prucha), or stand outside it in SEM and SDEM (`baltagi`). Frames align by place and year; gaps and variables that
    the effects absorb raise InputError.
    """
    target, periods = matrix_and_periods(y, weights)
    panel, variables = panel_regressors(x, weights, y)
    n, t, _ = panel.shape
    if t < 2 and effect != "pooled":
        raise InputError([Problem(Text("面板至少要有两年", "a panel needs at least two years"))])
    durbin = durbin_variables(model, variables, lagged)
    lags = over_places(weights.matrix, panel[:, :, [variables.index(v) for v in durbin]])
    full = np.concatenate([panel, lags], axis=2)
    names = (*variables, *(lagged_name(v) for v in durbin))
    if effect in ("pooled", "random"):
        full = np.concatenate([np.ones((n, t, 1)), full], axis=2)
        names = ("intercept", *names)
    if n * t <= len(names):
        what = Text(
            f"{n * t} 个观测不足以估计 {len(names)} 个系数",
            f"{n * t} observations are too few for {len(names)} coefficients",
        )
        raise InputError(
            [Problem(what, Text("多选几年或几个地区，或少用变量", "take more years or places, or fewer variables"))]
        )
    spectrum, rows, absorbed = _sample(weights, t, effect, correction)
    card = _card(
        model,
        weights,
        effect,
        correction,
        {
            "random_error": random_error if effect == "random" else "none",
            "convention": convention,
            "information": "observed" if effect == "random" else information,
            "inference": inference,
        },
    )
    wy = weights.matrix @ target
    sample = (weights.labels, periods)
    if effect == "random" and random_error == "baltagi" and model in ("sem", "sdem"):
        return baltagi_fit(model, target, full, names, durbin, spectrum, sample, card, inference, seed)
    if effect == "random":
        return random_fit(model, target, wy, full, names, durbin, spectrum, sample, card, inference, seed)
    moved = [demean(v, effect) for v in (target, wy, full)]
    _check_absorbed(full, moved[2], names)
    if convention == "splm":
        moved[1] = weights.matrix @ moved[0]
    return likelihood_fit(
        model,
        moved[0],
        moved[1],
        moved[2],
        names,
        durbin,
        spectrum,
        rows,
        sample,
        card,
        information,
        inference,
        seed,
        absorbed,
        project=(lambda v: demean(v, effect)) if convention == "within" else (lambda v: v),
    )


def demean(values: Floats, effect: Effect) -> Floats:
    """Return values (n, T, …) less their means over years, places or both."""
    out = values
    if effect in ("individual", "twoway"):
        out = out - out.mean(axis=1, keepdims=True)
    if effect in ("time", "twoway"):
        out = out - out.mean(axis=0, keepdims=True)
    return out


def panel_regressors(x: Any, weights: Weights, y: Any) -> tuple[Floats, tuple[str, ...]]:
    """Return regressors (n, T, k) aligned to the weights and, for frames, to the years of y; and their names."""
    if isinstance(x, Mapping):
        names = tuple(str(k) for k in x)
        columns = []
        for name, frame in x.items():
            if isinstance(frame, pd.DataFrame) and isinstance(y, pd.DataFrame):
                if set(frame.columns) != set(y.columns):
                    raise AlignmentError(
                        Text(f"变量 {name} 的年份", f"the years of {name}"),
                        Text("被解释变量的年份", "the years of y"),
                        set(frame.columns) - set(y.columns),
                        set(y.columns) - set(frame.columns),
                    )
                frame = frame.loc[:, list(y.columns)]
            columns.append(weights.complete(frame))
        return np.stack(columns, axis=2), names
    array = np.asarray(x, dtype=float)
    array = array[:, :, None] if array.ndim == 2 else array
    stacked = np.stack([weights.complete(array[:, :, j]) for j in range(array.shape[2])], axis=2)
    return stacked, tuple(f"x{j + 1}" for j in range(array.shape[2]))


def _check_absorbed(before: Floats, after: Floats, names: tuple[str, ...]) -> None:
    """Raise InputError for variables of which the effects leave only rounding."""
    left, whole = ((v**2).sum(axis=(0, 1)) for v in (after, before))
    gone = [name for name, a, b in zip(names, left, whole, strict=True) if a <= 1e-20 * b]
    if gone:
        what = Text(f"被固定效应吸收的变量：{'、'.join(gone)}", f"absorbed by the fixed effects: {', '.join(gone)}")
        raise InputError([Problem(what, Text("去掉这些变量", "drop these variables"))])


def _sample(weights: Weights, t: int, effect: Effect, correction: Correction) -> tuple[Spectrum, float, int]:
    """The log-determinant, the rows of the likelihood and the parameters that the effects take."""
    n = weights.n
    if correction == "none" or effect in ("pooled", "random"):
        used = {"individual": n, "time": t, "twoway": n + t - 1}
        return Spectrum(weights, t), n * t, used.get(effect, 0)
    across = effect in ("time", "twoway")
    if across and (not weights.row_standardised or weights.islands):
        what = Text(
            "含时间效应的 Lee–Yu 变换要求行标准化且无孤岛的权重矩阵",
            "Lee–Yu with time effects needs a row-standardised W without islands",
        )
        raise InputError([Problem(what, Text("请用 weights.row_standardise()", "use weights.row_standardise()"))])
    periods = t - 1 if effect in ("individual", "twoway") else t
    return Spectrum(weights, periods, across), (n - 1 if across else n) * periods, 0


def _card(model: str, weights: Weights, effect: str, correction: str, more: dict[str, str]) -> MethodCard:
    options = {"effect": effect, "correction": correction} | more
    base = regression_card(model, weights, options, (sources.ELHORST, sources.LEE_YU))
    about = EFFECTS[effect]
    lee_yu = correction == "lee-yu" and effect not in ("pooled", "random")
    return MethodCard(
        f"panel_{model}",
        Text(f"{base.title.zh}（面板）", f"{base.title.en}, panel"),
        base.formula,
        Text(
            f"{base.convention.zh}；{about.zh}" + ("，Lee–Yu 正交变换" if lee_yu else ""),
            f"{base.convention.en}; {about.en}" + (", Lee–Yu transform" if lee_yu else ""),
        ),
        None,
        base.citations,
        base.options,
    )
