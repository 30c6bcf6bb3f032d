"""Spatial regressions of one cross-section by maximum likelihood: SLX, SAR, SEM, SAC, SDM, SDEM."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from yugong.base.cards import Citation, MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.diagnose.space import sources
from yugong.diagnose.space.effects import Inference
from yugong.diagnose.space.fit import DURBIN, Information, Model, SpatialFit, lagged_name, likelihood_fit
from yugong.diagnose.space.likelihood import Spectrum
from yugong.diagnose.space.weights import Floats, Weights

TITLES: dict[str, Text] = {
    "ols": Text("普通最小二乘", "Ordinary least squares"),
    "slx": Text("空间滞后解释变量模型", "Spatial lag of X (SLX)"),
    "sar": Text("空间滞后模型", "Spatial lag model (SAR)"),
    "sem": Text("空间误差模型", "Spatial error model (SEM)"),
    "sac": Text("空间自相关模型", "Spatial lag and error model (SAC)"),
    "sdm": Text("空间杜宾模型", "Spatial Durbin model (SDM)"),
    "sdem": Text("空间杜宾误差模型", "Spatial Durbin error model (SDEM)"),
    "sdac": Text("一般嵌套空间模型", "General nesting spatial model"),
}
FORMULAS = {
    "ols": r"y=X\beta+\varepsilon",
    "slx": r"y=X\beta+WX\theta+\varepsilon",
    "sar": r"y=\rho Wy+X\beta+\varepsilon",
    "sem": r"y=X\beta+u,\ u=\lambda Wu+\varepsilon",
    "sac": r"y=\rho Wy+X\beta+u,\ u=\lambda Wu+\varepsilon",
    "sdm": r"y=\rho Wy+X\beta+WX\theta+\varepsilon",
    "sdem": r"y=X\beta+WX\theta+u,\ u=\lambda Wu+\varepsilon",
    "sdac": r"y=\rho Wy+X\beta+WX\theta+u,\ u=\lambda Wu+\varepsilon",
}


def spatial_regression(
    y: Any,
    x: Any,
    weights: Weights,
    model: Model = "sdm",
    lagged: tuple[str, ...] | None = None,
    intercept: bool = True,
    information: Information = "expected",
    inference: Inference = "delta",
    seed: int | None = 0,
) -> SpatialFit:
    """Return a spatial regression of y (n,) on x (n, k) (DataFrame, mapping name → values, or array), ML.

    Durbin models lag all of x, or the variables in `lagged`. Standard errors come from the `expected` information
    (Anselin 1988) or the `observed` one, which needs no n × n matrix; effects' errors by the `delta` method or by
    `simulation` (LeSage & Pace 2009). Labels align; missing values and collinear variables raise InputError.
    """
    target = weights.complete(y)
    design, variables = design_matrix(x, weights)
    durbin = durbin_variables(model, variables, lagged)
    lags = weights.lag(design[:, [variables.index(v) for v in durbin]])
    ones = np.ones((weights.n, int(intercept)))
    names = (*(("intercept",) if intercept else ()), *variables, *(lagged_name(v) for v in durbin))
    check_intercept(design, variables, intercept)
    full = np.hstack([ones, design, lags])
    card = regression_card(model, weights, {"information": information, "inference": inference})
    return likelihood_fit(
        model,
        target[:, None],
        weights.lag(target)[:, None],
        full[:, None, :],
        names,
        durbin,
        Spectrum(weights, 1),
        weights.n,
        (weights.labels, (getattr(y, "name", None) or 0,)),
        card,
        information,
        inference,
        seed,
    )


def design_matrix(x: Any, weights: Weights) -> tuple[Floats, tuple[str, ...]]:
    """Return regressors (n, k) aligned to the weights and their names (x1, x2, … for a bare array)."""
    if isinstance(x, pd.Series):
        x = x.to_frame()
    if isinstance(x, Mapping):
        columns = {str(k): weights.complete(v) for k, v in x.items()}
        return np.column_stack(list(columns.values())), tuple(columns)
    if isinstance(x, pd.DataFrame):
        return weights.complete(x), tuple(str(c) for c in x.columns)
    array = weights.complete(x)
    array = array[:, None] if array.ndim == 1 else array
    return array, tuple(f"x{i + 1}" for i in range(array.shape[1]))


def durbin_variables(model: str, variables: tuple[str, ...], lagged: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the variables whose spatial lag enters; unknown models and names raise UnknownNameError."""
    if model not in TITLES:
        raise UnknownNameError(Text("模型", "model"), model, TITLES)
    if model not in DURBIN:
        return ()
    for name in lagged or ():
        if name not in variables:
            raise UnknownNameError(Text("变量", "variable"), name, variables)
    return variables if lagged is None else tuple(lagged)


def check_intercept(design: Floats, variables: tuple[str, ...], intercept: bool) -> None:
    """Raise InputError when a variable is constant beside the intercept."""
    constant = [v for v, column in zip(variables, design.T, strict=True) if np.ptp(column) == 0]
    if intercept and constant:
        what = Text(f"变量不变：{'、'.join(constant)}", f"constant variable(s): {', '.join(constant)}")
        raise InputError([Problem(what, Text("截距已自动加入", "the intercept is added already"))])


def regression_card(
    model: str, weights: Weights, options: dict[str, str], more: tuple[Citation, ...] = ()
) -> MethodCard:
    """Return the method card of a spatial regression."""
    zh = f"极大似然；权重：{weights.kind.zh}"
    en = f"maximum likelihood; weights: {weights.kind.en}"
    if weights.islands:
        zh += f"；{len(weights.islands)} 个孤岛为零行"
        en += f"; {len(weights.islands)} island(s) as zero rows"
    return MethodCard(
        f"spatial_{model}",
        TITLES[model],
        FORMULAS[model],
        Text(zh, en),
        None,
        (sources.ORD, sources.ANSELIN, sources.LESAGE_PACE, *more),
        options | weights.options,
    )
