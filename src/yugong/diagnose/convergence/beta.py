"""β-convergence over a span of years: does a poorer start mean faster growth?"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.convergence._ols import Covariance, ols
from yugong.diagnose.convergence.speed import STATUS, Growth, Speed, speed
from yugong.diagnose.disparity import _citations as cite
from yugong.diagnose.disparity._sample import Floats, Omitted, aligned, codes, sample, without_zeros
from yugong.diagnose.disparity.bootstrap import PanelStatistic

_TITLE = {
    True: Text("条件 β 收敛", "Conditional β-convergence"),
    False: Text("绝对 β 收敛", "Unconditional β-convergence"),
}
NO_LOG = Text("零没有对数", "zero has no logarithm")


@dataclass(frozen=True, slots=True, eq=False)
class BetaConvergence:
    """Coefficients (k,) named by `terms`, the first the constant, the second ln y₀ (or its lag in a panel)."""

    terms: tuple[str, ...]
    coef: Floats
    se: Floats
    t: Floats
    p: Floats
    low: Floats
    high: Floats
    r2: float
    n: int
    span: float  # years
    speed: Speed
    method: MethodCard
    omitted: tuple[Omitted, ...] = ()  # entries left out, with the reason
    provenance: Provenance | None = None

    @property
    def b(self) -> float:
        """The coefficient on initial ln y."""
        return float(self.coef[self.terms.index("log_initial")])

    @property
    def status(self) -> str:
        """converging, diverging or no_speed."""
        return self.speed.status

    @property
    def status_text(self) -> Text:
        """What the status means, and what to try where λ does not exist."""
        return STATUS[self.speed.status]

    def table(self) -> pd.DataFrame:
        """Return one row a coefficient: term, value, se, t, p, low, high; then speed and half-life."""
        nan = float("nan")
        rows = list(zip(self.terms, self.coef, self.se, self.t, self.p, self.low, self.high, strict=True))
        v = self.speed
        rows.append(("speed", v.value, v.se, nan, nan, v.low, v.high))
        rows.append(("half_life", v.half_life, nan, nan, nan, nan, nan))
        return pd.DataFrame(rows, columns=["term", "value", "se", "t", "p", "low", "high"])


def beta_convergence(
    initial: object,
    final: object,
    span: float,
    covariates: object = None,
    growth: Growth = "annualised",
    covariance: Covariance = "HC1",
    clusters: object = None,
    level: float = 0.95,
) -> BetaConvergence:
    """Regress growth on the initial log level, with covariates when convergence is conditional.

    initial, final (n,) > 0 in one unit; span T in years; covariates (n, k), a frame's column names are kept. Growth
    is (1/T)ln(y_T/y_0), or ln(y_T/y_0) with growth="total"; λ accounts for it. λ and its standard error equal the
    non-linear least squares of Barro & Sala-i-Martin (1992, eq. 11), of which this is a reparametrisation.
    Raises InputError for missing, zero or negative values and for collinear covariates.
    """
    first, last, labels = _pair(initial, final)
    if span <= 0:
        raise ValueError(f"span must be positive, not {span}")
    change = (np.log(last) - np.log(first)) / (span if growth == "annualised" else 1.0)
    extra, names = _covariates(covariates, labels)
    x = np.column_stack([np.ones(len(first)), np.log(first), extra])
    s = sample(pd.Series(first, labels))
    group = None if clusters is None else codes(clusters, s, pd.Series(first, labels))[0]
    fit = ols(x, change, covariance, group)
    low, high = fit.interval(level)
    lam = speed(fit.coef[1], fit.se[1], low[1], high[1], span, growth)
    conditional = extra.shape[1] > 0
    return BetaConvergence(
        ("constant", "log_initial", *names), fit.coef, fit.se, fit.t, fit.p, low, high, fit.r2, len(first), span, lam,
        MethodCard(
            "beta_convergence",
            _TITLE[conditional],
            r"\tfrac1T\ln\frac{y_T}{y_0}=a+b\ln y_0+x'\gamma,\quad \lambda=-\ln(1+bT)/T,\quad t_{1/2}=\ln2/\lambda"
            if growth == "annualised"
            else r"\ln\frac{y_T}{y_0}=a+b\ln y_0+x'\gamma,\quad \lambda=-\ln(1+b)/T,\quad t_{1/2}=\ln2/\lambda",
            Text(
                f"{'年均' if growth == 'annualised' else '全期'}增长率；标准误 {covariance}；λ 与非线性最小二乘相同",
                f"{growth} growth; {covariance} standard errors; λ equals that of non-linear least squares",
            ),
            Text("零值拒绝", "zeros are refused"),
            (cite.BARRO_SALA_1992, cite.REY_MONTOURI_1999, cite.MACKINNON_WHITE_1985),
            {"growth": growth, "covariance": covariance, "span": f"{span:g}", "level": f"{level:g}"},
        ),
    )  # fmt: skip


def beta_statistic(span: float, growth: Growth = "annualised") -> PanelStatistic:
    """Return b and λ of the unconditional regression, first to last column, as a statistic for cluster_bootstrap.

    Regions count once each (no population weights); a replicate where λ does not exist has none.
    """
    scale = span if growth == "annualised" else 1.0

    def kernel(x: Floats, m: Floats) -> Floats:
        if (x[:, [0, -1]] <= 0).any():
            raise InputError([Problem(NO_LOG)])
        start = np.log(x[:, 0])
        start = start - start.mean()
        change = (np.log(x[:, -1]) - np.log(x[:, 0])) / scale
        n = m.sum(axis=1)
        mean_s, mean_c = m @ start / n, m @ change / n
        with np.errstate(divide="ignore", invalid="ignore"):
            b = (m @ (start * change) / n - mean_s * mean_c) / (m @ start**2 / n - mean_s**2)
            inside = 1 + scale * b
            lam = -np.log(np.where(inside > 0, inside, np.nan)) / span
        return np.stack([b, lam], axis=1)

    return PanelStatistic(("beta.b", "beta.speed"), kernel)


def _pair(initial: object, final: object) -> tuple[Floats, Floats, "pd.Index[str]"]:
    start = sample(initial)
    places = pd.Index(start.places)
    end = aligned(final, initial, Text("期末值", "final values"), 1)
    both = sample(pd.DataFrame({"initial": start.values[:, 0], "final": end[:, 0]}, index=places))
    without_zeros(both, "limit", NO_LOG)  # refuses
    return both.values[:, 0], both.values[:, 1], places


def _covariates(covariates: object, labels: "pd.Index[str]") -> tuple[Floats, tuple[str, ...]]:
    if covariates is None:
        return np.empty((len(labels), 0)), ()
    x = aligned(covariates, pd.Series(0.0, labels), Text("控制变量", "covariates"))
    columns = covariates.columns if isinstance(covariates, pd.DataFrame) else range(1, x.shape[1] + 1)
    names = tuple(c if isinstance(c, str) else f"x{c}" for c in columns)
    if not np.isfinite(x).all():
        raise InputError(
            Problem(Text(f"{labels[i]} 的控制变量 {names[j]} 缺失", f"covariate {names[j]} of {labels[i]} is missing"))
            for i, j in np.argwhere(~np.isfinite(x))[:20]
        )
    return x, names


Effects = Literal["none", "region", "time", "two-way"]


def panel_beta(
    values: object,
    effects: Effects = "two-way",
    lag: int = 1,
    covariance: Covariance = "cluster",
    level: float = 0.95,
) -> BetaConvergence:
    """Regress ln(y_t/y_{t−lag}) on ln y_{t−lag} over a balanced panel with region and time effects.

    values (n, T) > 0, columns consecutive years; λ = −ln(1+b)/lag. Standard errors are clustered by region by
    default. Region effects bias b downwards in short panels (Nickell 1981). Raises InputError.
    """
    s = sample(values)
    without_zeros(s, "limit", NO_LOG)  # refuses
    n, years = s.values.shape
    if not 1 <= lag < years:
        raise ValueError(f"lag must be between 1 and {years - 1}, not {lag}")
    logs = np.log(s.values)
    start, change = logs[:, :-lag], logs[:, lag:] - logs[:, :-lag]
    periods = start.shape[1]
    absorbed = {"none": 0, "region": n, "time": periods, "two-way": n + periods - 1}[effects]
    y, x = (_demeaned(a, effects).ravel() for a in (change, start))
    columns = np.column_stack([np.ones(n * periods), x]) if effects == "none" else x[:, None]
    fit = ols(columns, y, covariance, np.repeat(np.arange(n), periods), absorbed)
    low, high = fit.interval(level)
    terms = ("constant", "log_initial") if effects == "none" else ("log_initial",)
    lam = speed(fit.coef[-1], fit.se[-1], low[-1], high[-1], float(lag), "total")
    return BetaConvergence(
        terms, fit.coef, fit.se, fit.t, fit.p, low, high, fit.r2, n * periods, float(lag), lam,
        MethodCard(
            "panel_beta",
            Text("面板 β 收敛", "Panel β-convergence"),
            r"\ln\frac{y_{it}}{y_{i,t-\ell}}=\alpha_i+\tau_t+b\ln y_{i,t-\ell},\quad \lambda=-\ln(1+b)/\ell",
            Text(
                f"固定效应 {effects}；标准误 {covariance}；短面板中地区效应使 b 偏低",
                f"{effects} effects; {covariance} standard errors; region effects bias b downwards in short panels",
            ),
            Text("零值拒绝", "zeros are refused"),
            (cite.BARRO_SALA_1992, cite.NICKELL_1981),
            {"effects": effects, "lag": str(lag), "covariance": covariance, "level": f"{level:g}"},
        ),
    )  # fmt: skip


def _demeaned(a: Floats, effects: Effects) -> Floats:
    if effects in ("region", "two-way"):
        a = a - a.mean(axis=1, keepdims=True)
    if effects in ("time", "two-way"):
        a = a - a.mean(axis=0, keepdims=True)
    return a
