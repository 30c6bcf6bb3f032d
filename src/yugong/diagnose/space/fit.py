"""What a spatial regression returns, and the one routine that cross-sections and panels share."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.linalg import splu
from scipy.stats import norm

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.space.effects import Effects, Inference, effects
from yugong.diagnose.space.information import expected_information, over_places
from yugong.diagnose.space.likelihood import Spectrum, maximise, moments
from yugong.diagnose.space.weights import Floats, Weights

Model = Literal["ols", "slx", "sar", "sem", "sac", "sdm", "sdem", "sdac"]
Information = Literal["expected", "observed"]
LAG: frozenset[str] = frozenset({"sar", "sac", "sdm", "sdac"})
ERROR: frozenset[str] = frozenset({"sem", "sac", "sdem", "sdac"})
DURBIN: frozenset[str] = frozenset({"slx", "sdm", "sdem", "sdac"})


@dataclass(frozen=True, slots=True, eq=False)
class SpatialFit:
    """A spatial regression by maximum likelihood; `coefficients` are in the order of `names`, ρ and λ last.

    `residuals` are the innovations ε (n, T); `observations` counts the rows the likelihood uses; `covariance` is of
    `coefficients`. `r_squared` is the squared correlation of y and its fitted mean on the transformed data.
    """

    model: str
    names: tuple[str, ...]
    coefficients: Floats
    standard_errors: Floats
    covariance: Floats
    sigma2: float
    log_likelihood: float
    aic: float
    bic: float
    r_squared: float
    observations: int
    effects: Effects
    residuals: Floats
    labels: tuple[Hashable, ...]
    periods: tuple[Any, ...]
    converged: bool
    status: Text
    method: MethodCard
    provenance: Provenance | None = None

    def __getitem__(self, name: str) -> float:
        """Return one coefficient by name."""
        return float(self.coefficients[self.names.index(name)])

    def table(self) -> pd.DataFrame:
        """Return one row a coefficient: variable, estimate, standard_error, z, p_value."""
        with np.errstate(divide="ignore", invalid="ignore"):
            z = self.coefficients / self.standard_errors
        return pd.DataFrame(
            {
                "variable": self.names,
                "estimate": self.coefficients,
                "standard_error": self.standard_errors,
                "z": z,
                "p_value": 2 * norm.sf(np.abs(z)),
            }
        )


def lagged_name(name: str) -> str:
    """Return the name of the spatial lag of a variable."""
    return f"W*{name}"


def likelihood_fit(
    model: str,
    y: Floats,
    wy: Floats,
    x: Floats,
    names: tuple[str, ...],
    durbin: tuple[str, ...],
    spectrum: Spectrum,
    rows: float,
    sample: tuple[tuple[Hashable, ...], tuple[Any, ...]],
    card: MethodCard,
    information: Information,
    inference: Inference,
    seed: int | None,
    parameters: int = 0,
    covariance: Floats | None = None,
    extra: float = 0.0,
    project: Callable[[Floats], Floats] = lambda v: v,
) -> SpatialFit:
    """Return the fit of y (n, T) on x (n, T, k), both transformed already, whose last columns are the lags `durbin`.

    `wy` is the transformed Wy, `rows` the number of rows of the likelihood, `parameters` what AIC adds for effects;
    `covariance` replaces the information's and `extra` adds to the log-likelihood; `project` removes the effects
    again from what W was applied to.
    """
    weights = spectrum.weights
    lag, error = model in LAG, model in ERROR
    z = np.concatenate([y[:, :, None], wy[:, :, None], x], axis=2)
    _check_rank(x, names)
    flat = z.reshape(-1, z.shape[2])
    wz = project(over_places(weights.matrix, z)).reshape(flat.shape) if error else None
    best = maximise(moments(flat, wz), spectrum, rows, lag, error)
    k = len(names)
    if covariance is None:
        matrix = best.observed
        if information == "expected":
            matrix = expected_information(spectrum, x, best.beta, best.rho, best.lam, best.sigma2, rows, project)
        keep = [*range(k), *([k] if lag else []), *([k + 1] if error else []), k + 2]
        covariance = np.asarray(np.linalg.inv(matrix[np.ix_(keep, keep)])[:-1, :-1], dtype=float)
    coefficients: Floats = np.r_[best.beta, *([best.rho] if lag else []), *([best.lam] if error else [])]
    all_names = (*names, *(("rho",) if lag else ()), *(("lambda",) if error else ()))
    count = len(coefficients) + 1 + parameters
    likelihood = best.log_likelihood + extra
    fitted = y - wy * best.rho - x @ best.beta
    residual = fitted - best.lam * project(over_places(weights.matrix, fitted)) if error else fitted
    mean = np.asarray(x @ best.beta)
    if lag:
        mean = splu(sp.csc_array(sp.eye_array(weights.n) - best.rho * weights.matrix)).solve(mean)
    status = (
        Text("已收敛", "converged")
        if best.converged
        else Text("似然未收敛：检查多重共线性或权重矩阵", "the likelihood did not converge: check collinearity or W")
    )
    return SpatialFit(
        model,
        all_names,
        coefficients,
        np.sqrt(np.where(np.diag(covariance) > 0, np.diag(covariance), np.nan)),  # negative where not converged
        covariance,
        best.sigma2,
        likelihood,
        2 * count - 2 * likelihood,
        float(np.log(rows)) * count - 2 * likelihood,
        float(np.corrcoef(mean.ravel(), y.ravel())[0, 1] ** 2) if np.ptp(mean) > 0 else float("nan"),
        round(rows),
        fit_effects(all_names, coefficients, covariance, durbin, weights, inference, seed),
        residual,
        *sample,
        best.converged,
        status,
        card,
    )


def fit_effects(
    names: tuple[str, ...],
    coefficients: Floats,
    covariance: Floats,
    durbin: tuple[str, ...],
    weights: Weights,
    inference: Inference,
    seed: int | None,
) -> Effects:
    """Return effects of every variable that is not a lag and not the intercept."""
    position = {name: i for i, name in enumerate(names)}
    lagged = {lagged_name(v) for v in durbin}
    variables = tuple(n for n in names if n not in lagged and n not in ("intercept", "rho", "lambda"))
    where = [position[v] for v in variables]
    where += [position.get(lagged_name(v), -1) for v in variables] + [position.get("rho", -1)]
    at = np.array(where)
    full = np.where(at >= 0, coefficients[at], 0.0)
    known = at >= 0
    cov = np.where(known[:, None] & known[None, :], covariance[np.ix_(at, at)], 0.0)
    k = len(variables)
    return effects(variables, full[:k], full[k : 2 * k], float(full[-1]), cov, weights, inference, seed=seed)


def _check_rank(x: Floats, names: tuple[str, ...]) -> None:
    taken = [n for n in names[names[:1] == ("intercept",) :] if n in ("intercept", "rho", "lambda")]
    if taken:
        what = Text(f"变量名被占用：{'、'.join(taken)}", f"reserved variable name(s): {', '.join(taken)}")
        raise InputError([Problem(what, Text("请改名", "rename them"))])
    flat = x.reshape(-1, x.shape[2])
    scale = np.sqrt((flat**2).sum(axis=0))
    if not len(scale):
        return
    if (scale == 0).any():
        bad = [n for n, s in zip(names, scale, strict=True) if s == 0]
    else:
        # a variable whose own pivot is nothing is a combination of the ones before it
        pivots = np.abs(np.diag(np.linalg.qr(flat / scale, mode="r")))
        bad = [n for n, p in zip(names, pivots, strict=True) if p < 1e-9]
    if bad:
        what = Text(f"变量共线：{'、'.join(bad)}", f"collinear variable(s): {', '.join(bad)}")
        do = Text(
            "去掉它们；固定效应会吸收不随时间变化的变量", "drop them; fixed effects absorb what is constant in time"
        )
        raise InputError([Problem(what, do)])
