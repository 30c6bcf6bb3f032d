"""Diagnostics of an OLS regression: Lagrange-multiplier tests for spatial lag and error, Moran of residuals."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.space import sources
from yugong.diagnose.space.fit import SpatialFit
from yugong.diagnose.space.regression import design_matrix
from yugong.diagnose.space.weights import Floats, Weights

NAMES = ("lm_error", "lm_lag", "robust_lm_error", "robust_lm_lag", "lm_sarma")
DEGREES = np.array([1, 1, 1, 1, 2])


@dataclass(frozen=True, slots=True, eq=False)
class SpatialDiagnostics:
    """Five LM statistics in the order of `tests`, with degrees of freedom and p-values; Moran's I of residuals."""

    tests: tuple[str, ...]
    statistic: Floats
    degrees: Floats
    p_value: Floats
    moran: float
    moran_z: float
    moran_p: float  # two-sided
    advice: Text
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a test: test, value, degrees, p_value; Moran's row holds its z."""
        return pd.DataFrame(
            {
                "test": [*self.tests, "moran_residuals"],
                "value": [*self.statistic, self.moran_z],
                "degrees": [*self.degrees, np.nan],
                "p_value": [*self.p_value, self.moran_p],
            }
        )


def lm_tests(y: Any, x: Any, weights: Weights, intercept: bool = True, level: float = 0.05) -> SpatialDiagnostics:
    """Return LM tests of OLS of y (n,) on x (n, k) against spatial lag and error (Anselin et al. 1996).

    Moran's I of the residuals has the moments of Cliff & Ord (1981), which allow for the regressors.
    """
    target = weights.complete(y)
    design, _ = design_matrix(x, weights)
    full = np.column_stack([np.ones(weights.n), design]) if intercept else design
    n, k = full.shape
    inverse = np.linalg.inv(full.T @ full)
    beta = inverse @ (full.T @ target)
    e = target - full @ beta
    sigma2 = float(e @ e) / n
    w = weights.matrix
    both = w + w.T
    trace = float((both.multiply(w)).sum())  # tr(WW + W'W)
    spread = w @ (full @ beta)
    residual = spread - full @ (inverse @ (full.T @ spread))
    j = float(residual @ residual) / sigma2 + trace  # nJ of Anselin et al.
    d_error, d_lag = float(e @ (w @ e)) / sigma2, float(e @ (w @ target)) / sigma2
    statistic = np.array(
        [
            d_error**2 / trace,
            d_lag**2 / j,
            (d_error - trace / j * d_lag) ** 2 / (trace * (1 - trace / j)),
            (d_lag - d_error) ** 2 / (j - trace),
            (d_lag - d_error) ** 2 / (j - trace) + d_error**2 / trace,
        ]
    )
    p = np.asarray(chi2.sf(statistic, DEGREES))
    s0, s1, _ = weights.sums
    a = inverse @ (full.T @ (both @ full)) / 2
    b = inverse @ ((both @ full).T @ (both @ full))
    expected = -n / s0 * float(np.trace(a)) / (n - k)
    variance = (
        (n / s0) ** 2
        / ((n - k) * (n - k + 2))
        * (s1 + 2 * float(np.trace(a @ a)) - float(np.trace(b)) - 2 * float(np.trace(a)) ** 2 / (n - k))
    )
    value = n / s0 * float(e @ (w @ e)) / float(e @ e)
    z = (value - expected) / np.sqrt(variance)
    card = MethodCard(
        "lm_tests",
        Text("空间相关的拉格朗日乘数检验", "Lagrange-multiplier tests for spatial dependence"),
        r"LM_{err}=\frac{(e'We/\hat\sigma^2)^2}{T},\quad LM_{lag}=\frac{(e'Wy/\hat\sigma^2)^2}{nJ}",
        Text(f"权重：{weights.kind.zh}", f"weights: {weights.kind.en}"),
        None,
        (sources.LM_TESTS, sources.CLIFF_ORD),
        {"level": f"{level:g}"},
    )
    return SpatialDiagnostics(
        NAMES, statistic, DEGREES, p, value, float(z), float(2 * norm.sf(abs(z))), _advice(p, level), card
    )


def lm_residual(fit: SpatialFit, weights: Weights) -> tuple[float, float]:
    """Return the LM statistic and p-value for error dependence left in a SAR or SDM cross-section (Anselin 1988)."""
    rho = fit["rho"]
    w = weights.matrix.toarray()
    inverse = np.linalg.inv(np.eye(weights.n) - rho * w)
    both = w + w.T
    t22 = float((both * w).sum())
    t21 = float(np.trace(both @ w @ inverse))
    e = fit.residuals[:, 0]
    at = fit.names.index("rho")
    score = float(e @ (w @ e)) / fit.sigma2
    statistic = score**2 / (t22 - t21**2 * fit.covariance[at, at])
    return float(statistic), float(chi2.sf(statistic, 1))


def _advice(p: Floats, level: float) -> Text:
    error, lag, robust_error, robust_lag = p[:4] < level
    if not (error or lag):
        return Text("不拒绝无空间相关：可用 OLS", "no spatial dependence is rejected: OLS will do")
    if error and lag:
        error, lag = (robust_error, robust_lag) if robust_error != robust_lag else (p[2] < p[3], p[2] >= p[3])
    if lag and not error:
        return Text("倾向空间滞后模型", "the spatial lag model is preferred")
    return Text("倾向空间误差模型", "the spatial error model is preferred")
