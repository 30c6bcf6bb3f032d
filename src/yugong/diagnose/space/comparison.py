"""Which model: likelihood-ratio and Wald tests of the Durbin model, Hausman's test of random effects."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.space import sources
from yugong.diagnose.space.fit import SpatialFit, lagged_name


@dataclass(frozen=True, slots=True, eq=False)
class ModelTest:
    """One χ² test: statistic, degrees of freedom, p-value, and the null hypothesis in words."""

    id: str
    statistic: float
    degrees: int
    p_value: float
    null: Text
    status: Text
    method: MethodCard

    def table(self) -> pd.DataFrame:
        """Return one row: test, value, degrees, p_value."""
        return pd.DataFrame(
            {"test": [self.id], "value": [self.statistic], "degrees": [self.degrees], "p_value": [self.p_value]}
        )


def likelihood_ratio(restricted: SpatialFit, full: SpatialFit) -> ModelTest:
    """Test `restricted` against `full`, two fits to the same data that nest one another; 2(ln L − ln L₀)."""
    degrees = len(full.coefficients) - len(restricted.coefficients)
    if degrees <= 0 or full.observations != restricted.observations:
        what = Text("两个模型须嵌套并用同一样本", "the models must be nested and use the same sample")
        raise InputError([Problem(what)])
    statistic = 2 * (full.log_likelihood - restricted.log_likelihood)
    null = Text(
        f"{full.model.upper()} 可简化为 {restricted.model.upper()}",
        f"{full.model.upper()} reduces to {restricted.model.upper()}",
    )
    return _test("likelihood_ratio", statistic, degrees, null)


def wald_durbin(fit: SpatialFit, to: str = "sar") -> ModelTest:
    """Test that a Durbin model reduces: θ = 0 (to SAR) or the common factor θ + ρβ = 0 (to SEM), by delta method."""
    position = {name: i for i, name in enumerate(fit.names)}
    pairs = [(position[v], position[lagged_name(v)]) for v in fit.names if lagged_name(v) in position]
    if not pairs or "rho" not in position or to not in ("sar", "sem"):
        raise InputError(
            [Problem(Text("须为空间杜宾模型，to 为 sar 或 sem", "needs a spatial Durbin fit; to is sar or sem"))]
        )
    rho = fit["rho"]
    restriction = np.zeros(len(pairs))
    gradient = np.zeros((len(pairs), len(fit.names)))
    for row, (b, t) in enumerate(pairs):
        restriction[row] = fit.coefficients[t]
        gradient[row, t] = 1.0
        if to == "sem":
            restriction[row] += rho * fit.coefficients[b]
            gradient[row, b] = rho
            gradient[row, position["rho"]] = fit.coefficients[b]
    spread = gradient @ fit.covariance @ gradient.T
    statistic = float(restriction @ np.linalg.solve(spread, restriction))
    null = (
        Text("SDM 可简化为 SAR(θ = 0)", "SDM reduces to SAR (θ = 0)")
        if to == "sar"
        else Text("SDM 可简化为 SEM(θ + ρβ = 0)", "SDM reduces to SEM (θ + ρβ = 0)")
    )
    return _test("wald", statistic, len(pairs), null)


def hausman(fixed: SpatialFit, random: SpatialFit) -> ModelTest:
    """Test that random effects are consistent, over the coefficients both fits have (Hausman 1978).

    Where V_FE − V_RE is not positive definite the statistic uses its positive part and `status` says so.
    """
    common = [n for n in fixed.names if n in random.names and n != "intercept"]
    a, b = ([f.names.index(n) for n in common] for f in (fixed, random))
    gap = fixed.coefficients[a] - random.coefficients[b]
    spread = fixed.covariance[np.ix_(a, a)] - random.covariance[np.ix_(b, b)]
    scale = np.sqrt(np.abs(np.diag(fixed.covariance[np.ix_(a, a)])))
    values, vectors = np.linalg.eigh(spread / np.outer(scale, scale))
    positive = values > 1e-10
    projected = vectors[:, positive].T @ (gap / scale)
    statistic = float((projected**2 / values[positive]).sum())
    null = Text(
        "随机效应一致（个体效应与解释变量不相关）", "random effects are consistent (uncorrelated with the regressors)"
    )
    status = (
        Text("正常", "regular")
        if positive.all()
        else Text(
            f"方差之差非正定，只用 {int(positive.sum())} 个正特征值",
            f"the difference of covariances is not positive definite; {int(positive.sum())} positive eigenvalues used",
        )
    )
    return _test("hausman", statistic, int(positive.sum()), null, status)


def _test(id: str, statistic: float, degrees: int, null: Text, status: Text | None = None) -> ModelTest:
    titles = {
        "likelihood_ratio": Text("似然比检验", "Likelihood-ratio test"),
        "wald": Text("Wald 检验", "Wald test"),
        "hausman": Text("豪斯曼检验", "Hausman test"),
    }
    formulas = {
        "likelihood_ratio": r"2(\ln L-\ln L_0)",
        "wald": r"r'(R V R')^{-1} r",
        "hausman": r"(\hat\beta_{FE}-\hat\beta_{RE})'(V_{FE}-V_{RE})^{-1}(\hat\beta_{FE}-\hat\beta_{RE})",
    }
    citations = (sources.HAUSMAN,) if id == "hausman" else (sources.ELHORST, sources.LESAGE_PACE)
    card = MethodCard(id, titles[id], formulas[id], null, None, citations)
    return ModelTest(
        id, statistic, degrees, float(chi2.sf(statistic, degrees)), null, status or Text("正常", "regular"), card
    )
