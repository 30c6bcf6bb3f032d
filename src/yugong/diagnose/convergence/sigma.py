"""σ-convergence: does the dispersion across regions fall over the years?"""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.convergence._ols import ols
from yugong.diagnose.disparity import _citations as cite
from yugong.diagnose.disparity._catalogue import Statistic, statistic
from yugong.diagnose.disparity._sample import Floats, Omitted, Zero, sample, without_zeros
from yugong.diagnose.disparity.indices import by_year


@dataclass(frozen=True, slots=True, eq=False)
class SigmaConvergence:
    """Dispersion (T,) by year and its linear trend a year (Newey–West); status converging, diverging or no_trend."""

    statistic: str
    years: tuple[Hashable, ...]
    values: Floats
    trend: float
    trend_se: float
    trend_p: float
    status: str
    omitted: tuple[Omitted, ...]  # entries left out, with the reason
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a year: statistic, year, value."""
        return pd.DataFrame({"statistic": self.statistic, "year": self.years, "value": self.values})


def sigma_convergence(
    values: object,
    weights: object = None,
    years: object = None,
    measure: "str | Statistic" = "log_sd",
    level: float = 0.95,
    zero: Zero = "limit",
) -> SigmaConvergence:
    """Return a dispersion measure by year and its linear trend (Barro & Sala-i-Martin 1992).

    values (n, T) in one unit, T ≥ 3; weights (n,), (n, T) or None; years (T,) numbers (a frame's columns by default);
    measure: standard deviation of logs (ddof 0) by default, "cv" or any disparity measure. The trend's standard
    error is Newey & West's with ⌊4(T/100)^{2/9}⌋ lags; status says "no_trend" when its p value exceeds 1 − level.
    """
    s = sample(values, weights)
    chosen = statistic(measure)
    used, dropped = (s, ()) if chosen.no_zero is None else without_zeros(s, zero, chosen.no_zero)
    out = by_year(used, chosen)
    labels = s.years if years is None else tuple(np.asarray(years).tolist())
    when = np.array([float(str(y)) for y in labels])
    if len(when) != len(out) or len(out) < 3:
        raise ValueError(f"a trend needs at least three years, one a column: {len(when)} years, {len(out)} columns")
    x = np.column_stack([np.ones(len(out)), when - when.mean()])
    fit = ols(x, out)
    lags = int(4 * (len(out) / 100) ** (2 / 9))
    se = _newey_west(x, fit.residual, lags)
    slope = float(fit.coef[1])
    p = float(2 * stats.t.sf(abs(slope) / se, fit.dof)) if se > 0 else float(slope == 0)
    status = "no_trend" if p > 1 - level else "converging" if slope < 0 else "diverging"
    return SigmaConvergence(
        chosen.id, labels, out, slope, se, p, status, dropped,
        MethodCard(
            "sigma_convergence",
            Text("σ 收敛", "σ-convergence"),
            chosen.card.formula + r",\quad \sigma_t=a+c\,t+u_t",
            Text(
                f"{chosen.card.convention.zh}；趋势标准误 Newey–West，滞后 {lags}",
                f"{chosen.card.convention.en}; Newey–West trend standard error, {lags} lags",
            ),
            chosen.card.zero,
            tuple(dict.fromkeys((cite.BARRO_SALA_1992, cite.NEWEY_WEST_1987, *chosen.card.citations))),
            {"measure": chosen.id, "level": f"{level:g}"},
        ),
    )  # fmt: skip


def _newey_west(x: Floats, residual: Floats, lags: int) -> float:
    """Return the slope's standard error with Bartlett weights and the n/(n−k) correction."""
    n, k = x.shape
    score = x * residual[:, None]
    middle = score.T @ score
    for lag in range(1, lags + 1):
        cross = score[lag:].T @ score[:-lag]
        middle = middle + (1 - lag / (lags + 1)) * (cross + cross.T)
    bread = np.linalg.inv(x.T @ x)
    return float(np.sqrt((bread @ middle @ bread)[1, 1] * n / (n - k)))
