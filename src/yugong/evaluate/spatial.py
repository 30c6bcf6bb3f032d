"""Spatial Durbin difference-in-differences: descriptive, since the spillover's shape is assumed with W, not identified."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate import sources
from yugong.evaluate._panel import Floats
from yugong.evaluate.checks import check
from yugong.evaluate.question import Question

if TYPE_CHECKING:
    from yugong.study.model import Study

Effect = Literal["individual", "twoway"]
DESCRIPTIVE = Text("描述性结果：空间权重 W 是假定的，溢出按 ρW 的形式加入，不是识别出来的",
                   "descriptive: the weights W are assumed and the spillover takes the shape of ρW; it is not identified")  # fmt: skip
STEP = 1e-6  # of the numerical derivative of impacts by parameters


@dataclass(frozen=True, slots=True, eq=False)
class Durbin:
    """ρ, coefficients of x and of Wx (θ, absent without them), and impacts (k, 3): direct, indirect, total, with errors."""

    rho: float
    variables: tuple[str, ...]
    beta: Floats
    theta: Floats
    covariance: Floats  # of (ρ, β, θ), σ² profiled out
    impacts: Floats
    impact_se: Floats
    log_likelihood: float
    sigma2: float
    method: MethodCard
    notes: tuple[Text, ...] = (DESCRIPTIVE,)
    provenance: Provenance | None = None

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row a variable and impact: estimate, standard error, interval."""
        z = float(norm.ppf(0.5 + level / 2))
        rows = [
            {"variable": v, "impact": p, "estimate": b, "se": s, "low": b - z * s, "high": b + z * s}
            for v, line, errors in zip(self.variables, self.impacts, self.impact_se, strict=True)
            for p, b, s in zip(("direct", "indirect", "total"), line, errors, strict=True)
        ]
        return pd.DataFrame(rows)


def durbin(y: Any, x: Mapping[str, Any], w: Any, effect: Effect = "twoway", lags: bool = True) -> Durbin:
    """Return the spatial lag model of a balanced panel with W x (lags) or without, by maximum likelihood.

    y and each x: (N, T); w (N, N), row-standardised here. Effects are concentrated out as Q y = ρ Q W y + …
    (Elhorst 2014, ch. 3), the log-determinant is exact by eigenvalues, impacts are averages over places (LeSage &
    Pace 2009, ch. 2) with delta-method errors. Raises InputError for gaps and places without neighbours.
    """
    values = np.asarray(y, dtype=np.float64)
    matrix = _standardised(w)
    names = tuple(x)
    lines = np.stack([np.asarray(v, dtype=np.float64) for v in x.values()])
    if not np.isfinite(values).all() or not np.isfinite(lines).all():
        raise InputError([Problem(Text("空间面板不能有缺口", "a spatial panel allows no gaps"))])
    n, t = values.shape
    full = np.concatenate([lines, matrix @ lines]) if lags else lines
    target, lagged = _demean(values, effect).ravel(), _demean(matrix @ values, effect).ravel()
    design = np.stack([_demean(v, effect).ravel() for v in full], axis=1)
    inverse = np.linalg.pinv(design.T @ design, hermitian=True)

    def rest(v: Floats) -> Floats:
        return np.asarray(v - design @ (inverse @ (design.T @ v)))

    e0, e1 = rest(target), rest(lagged)
    roots = np.linalg.eigvals(matrix)

    def minus(rho: float) -> float:
        e = e0 - rho * e1
        return float(0.5 * n * t * np.log(e @ e / (n * t)) - t * np.log(np.abs(1 - rho * roots)).sum())

    low = 1 / float(np.min(roots.real)) + 1e-6 if np.min(roots.real) < 0 else -1 + 1e-6
    best = minimize_scalar(minus, bounds=(low, 1 - 1e-6), method="bounded", options={"xatol": 1e-12})
    rho = float(best.x)
    coefficients = inverse @ (design.T @ (target - rho * lagged))
    e = e0 - rho * e1
    sigma2 = float(e @ e / (n * t))
    covariance = _covariance(matrix, rho, sigma2, design, coefficients, effect, n, t)
    k = len(names)
    parameters = np.concatenate([[rho], coefficients])
    impacts = _impacts(parameters, matrix, k, lags)
    gradient = np.stack(
        [
            (_impacts(parameters + h, matrix, k, lags) - _impacts(parameters - h, matrix, k, lags)).ravel() / (2 * STEP)
            for h in STEP * np.eye(len(parameters))
        ],
        axis=1,
    )
    errors = np.sqrt(np.einsum("ij,jk,ik->i", gradient, covariance, gradient)).reshape(k, 3)
    return Durbin(
        rho=rho, variables=names, beta=coefficients[:k], theta=coefficients[k:], covariance=covariance, impacts=impacts,
        impact_se=errors, log_likelihood=float(-best.fun - 0.5 * n * t * (np.log(2 * np.pi) + 1)), sigma2=sigma2,
        method=sources.card("spatial_durbin", {"effect": effect, "lags": str(lags)}),
    )  # fmt: skip


def spatial_durbin(
    study: "Study", question: Question, *, weights: str = "adjacency", effect: Effect = "twoway"
) -> Durbin:
    """Return direct and indirect effects of the policy in a spatial Durbin panel: descriptive, not identified.

    weights: a flow of the study, origin × destination, missing read as no link.
    """
    check(question, "spatial_durbin")
    q = question
    flow = study.flow(weights)
    w = flow.matrix(flow.years[-1] if flow.years else None).reindex(index=list(q.places), columns=list(q.places))
    found = durbin(q.y, {q.policy: q.dose, **q.covariates}, np.nan_to_num(w.to_numpy(np.float64)), effect)
    from dataclasses import replace

    return replace(found, notes=(DESCRIPTIVE, *q.notes), provenance=q.provenance)


def _standardised(w: Any) -> Floats:
    matrix = np.array(w, dtype=np.float64)
    np.fill_diagonal(matrix, 0.0)
    total = matrix.sum(axis=1, keepdims=True)
    if (total <= 0).any():
        alone = int((total <= 0).sum())
        do = Text("换一个空间权重，或排除这些地区", "take other weights, or leave these places out")
        raise InputError([Problem(Text(f"{alone} 个地区没有邻居", f"{alone} place(s) have no neighbour"), do)])
    return np.asarray(matrix / total)


def _demean(v: Floats, effect: Effect) -> Floats:
    out = v - v.mean(axis=1, keepdims=True)
    return np.asarray(out - out.mean(axis=0, keepdims=True) if effect == "twoway" else out)


def _covariance(
    w: Floats, rho: float, sigma2: float, design: Floats, coefficients: Floats, effect: Effect, n: int, t: int
) -> Floats:
    """Inverse expected information of (ρ, β, σ²), the σ² row dropped (Elhorst 2014, eq. 3.13)."""
    reach = w @ np.linalg.inv(np.eye(n) - rho * w)
    mean = np.stack([_demean(reach @ col.reshape(n, t), effect).ravel() for col in design.T], axis=1) @ coefficients
    k = len(coefficients)
    info = np.zeros((k + 2, k + 2))
    info[0, 0] = t * float(np.trace(reach @ reach) + np.sum(reach * reach)) + mean @ mean / sigma2
    info[0, 1 : k + 1] = info[1 : k + 1, 0] = design.T @ mean / sigma2
    info[1 : k + 1, 1 : k + 1] = design.T @ design / sigma2
    info[0, k + 1] = info[k + 1, 0] = t * float(np.trace(reach)) / sigma2
    info[k + 1, k + 1] = n * t / (2 * sigma2**2)
    return np.asarray(np.linalg.pinv(info, hermitian=True)[: k + 1, : k + 1])


def _impacts(parameters: Floats, w: Floats, k: int, lags: bool) -> Floats:
    n = len(w)
    spread = np.linalg.inv(np.eye(n) - parameters[0] * w)
    out = []
    for j in range(k):
        s = spread * parameters[1 + j]
        if lags:
            s = s + spread @ w * parameters[1 + k + j]
        direct, total = float(np.trace(s)) / n, float(s.sum()) / n
        out.append((direct, total - direct, total))
    return np.array(out)
