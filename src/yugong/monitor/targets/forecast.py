"""A series carried forward with its interval, and the probability of reaching a target.

On this package's own study the local linear trend forecasts about as well as the damped trend, and its intervals
hold their level far better (see `forecast_check`); hence it is the default.
"""

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.monitor.sources import GARDNER_MCKENZIE_1985, HARVEY_1989, HYNDMAN_2008

Floats = NDArray[np.float64]
Model = Literal["damped", "local_trend"]
Status = Literal["converged", "constant", "not_converged"]
LEAST = 8  # observations: up to five parameters, and some freedom left

CARD = MethodCard(
    "forecast",
    Text("状态空间预测与达标概率", "State-space forecast and probability of reaching a target"),
    r"y_t=\mu_t+\varepsilon_t,\ \mu_t=\mu_{t-1}+\nu_{t-1}+\eta_t,\ \nu_t=\nu_{t-1}+\zeta_t;"
    r"\quad P=\Phi\!\left(\pm\frac{\hat y_{T}-y^{*}}{s_{T}}\right)",
    Text(
        "局部线性趋势，最大似然估计，卡尔曼滤波容许缺年；可选阻尼趋势 ETS(A,Ad,N)。区间不含参数估计误差，"
        "历史上的实际覆盖率见 forecast_check",
        "local linear trend by maximum likelihood, gaps taken by the Kalman filter; the damped trend ETS(A,Ad,N) is the "
        "other choice. Intervals leave parameter error out: forecast_check gives their coverage in the past",
    ),
    Text("缺数不填补；首尾缺数略去", "gaps are not filled; those at the ends are dropped"),
    (GARDNER_MCKENZIE_1985, HYNDMAN_2008, HARVEY_1989),
)


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Mean and standard deviation (horizon,) of the values 1 … horizon steps after the last observation."""

    mean: Floats
    sd: Floats
    model: Model
    status: Status
    method: MethodCard = CARD

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return the ends of the central normal interval of this level."""
        z = float(norm.ppf(0.5 + level / 2))
        return self.mean - z * self.sd, self.mean + z * self.sd


def forecast(values: ArrayLike, horizon: int, model: Model = "local_trend") -> Forecast:
    """Return the forecast of a yearly series (T,) over `horizon` steps after its last observation.

    `model`: "local_trend" (local linear trend; Harvey 1989, ch. 2) or "damped" (ETS(A,Ad,N); Hyndman et al. 2008,
    ch. 3 and 6). Raises InputError for fewer than 8 observations, for "damped" with a gap, and for a horizon below 1.
    """
    y = np.asarray(values, dtype=np.float64)
    there = np.flatnonzero(~np.isnan(y))
    if there.size < LEAST or horizon < 1:
        few = Text(
            f"只有 {there.size} 个观测，预测至少要 {LEAST} 个", f"{there.size} observations; a forecast needs {LEAST}"
        )
        none = Text("预测期数须为正", "the horizon must be positive")
        raise InputError([Problem(few if there.size < LEAST else none)])
    y = y[there[0] : there[-1] + 1]
    if model == "damped" and np.isnan(y).any():
        raise InputError(
            [
                Problem(
                    Text("序列中间有缺数，阻尼趋势不能估计", "the damped trend cannot take a series with gaps inside"),
                    Text("改用 local_trend", "use local_trend"),
                )
            ]
        )
    middle, scale = float(np.nanmean(y)), float(np.nanstd(y))
    if scale <= 1e-12 * max(1.0, abs(middle)):
        return Forecast(np.full(horizon, y[-1]), np.zeros(horizon), model, "constant")
    mean, sd, converged = _fitted((y - middle) / scale, horizon, model)
    return Forecast(middle + scale * mean, scale * sd, model, "converged" if converged else "not_converged")


def reach(mean: ArrayLike, sd: ArrayLike, target: ArrayLike, direction: Literal["+", "-"]) -> Floats:
    """Return the probability that a normal value lies on the target's good side: above for "+", below for "-"."""
    m, s, goal = (np.asarray(a, dtype=np.float64) for a in (mean, sd, target))
    ahead = m - goal if direction == "+" else goal - m
    with np.errstate(divide="ignore", invalid="ignore"):
        p = norm.cdf(ahead / s)
    return np.where(s > 0, p, np.where(np.isnan(ahead), np.nan, ahead >= 0)).astype(np.float64)


def _fitted(z: Floats, horizon: int, model: Model) -> tuple[Floats, Floats, bool]:
    from statsmodels.tools.sm_exceptions import ModelWarning  # type: ignore[import-untyped]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ModelWarning)  # convergence is read from the fit and reported as status
        warnings.simplefilter("ignore", RuntimeWarning)
        if model == "damped":
            from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # type: ignore[import-untyped]

            fit = ETSModel(pd.Series(z), error="add", trend="add", damped_trend=True).fit(disp=False, maxiter=2000)
            frame = fit.get_prediction(start=len(z), end=len(z) + horizon - 1).summary_frame(alpha=0.05)
            width = frame["pi_upper"].to_numpy(float) - frame["pi_lower"].to_numpy(float)
            return (
                frame["mean"].to_numpy(float),
                width / (2 * float(norm.ppf(0.975))),
                bool(fit.mle_retvals["converged"]),
            )
        from statsmodels.tsa.statespace.structural import UnobservedComponents  # type: ignore[import-untyped]

        made = UnobservedComponents(z, "lltrend")
        fitted = made.fit(disp=False, maxiter=2000)
        if not fitted.mle_retvals["converged"]:  # a flat likelihood stops the gradient; a simplex goes on
            fitted = made.fit(fitted.params, method="nm", disp=False, maxiter=400)
        ahead = fitted.get_forecast(horizon)
        mean, sd = np.asarray(ahead.predicted_mean, float), np.sqrt(np.asarray(ahead.var_pred_mean, float))
        return mean, sd, bool(fitted.mle_retvals["converged"])
