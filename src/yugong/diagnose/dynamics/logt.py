"""The log t convergence test of Phillips and Sul and the filter that precedes it, for many groups at once."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.linalg import solveh_banded
from scipy.stats import norm

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.dynamics import sources
from yugong.diagnose.dynamics.classes import Floats, panel

Variance = Literal["phillips-sul", "andrews"]
CRITICAL = -1.65  # one-sided 5 %


@dataclass(frozen=True, slots=True, eq=False)
class LogT:
    """The log t regression log(H₁/H_t) − 2 log log t = a + b log t; convergence is rejected when t < −1.65.

    `h` (n, T) are the relative transition paths, `variation` (T,) is H_t. b ≥ 2 means convergence in levels,
    0 ≤ b < 2 in growth rates; b/2 is the speed α.
    """

    b: float
    standard_error: float
    t: float
    p_value: float  # one-sided, P(T ≤ t)
    converges: bool
    h: Floats
    variation: Floats
    years: tuple[Any, ...]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row: b, standard_error, t, p_value."""
        return pd.DataFrame(
            {"b": [self.b], "standard_error": [self.standard_error], "t": [self.t], "p_value": [self.p_value]}
        )


def hp_trend(values: Any, smoothing: float = 400.0) -> Floats:
    """Return Hodrick–Prescott trends of values (n, T) along time; 400 as in Phillips & Sul, 6.25 also for annual data."""
    y = np.asarray(values, dtype=float)
    years = y.shape[-1]
    second = np.diff(np.eye(years), n=2, axis=0)
    system = np.eye(years) + smoothing * second.T @ second
    band = np.zeros((3, years))
    for k in range(3):
        band[2 - k, k:] = np.diag(system, k)
    return np.asarray(solveh_banded(band, y.T).T)


def log_t(values: Any, trim: float = 1 / 3, convention: Variance = "phillips-sul") -> LogT:
    """Test convergence of log incomes (n, T), usually filtered; missing or non-positive values raise InputError.

    The first [rT] years are left out (r = `trim`, 1/3 for T ≤ 50). The standard error uses the quadratic-spectral
    kernel with Andrews' AR(1) bandwidth on the residuals: `phillips-sul` with the sums of their own programme
    (the last residual left out of the lagged products, division by the number less one), `andrews` as written.
    """
    data = panel(values)
    x = complete_positive(data.values, data.labels)
    total, squares = x.sum(axis=0), (x**2).sum(axis=0)
    b, error = regress(total[None], squares[None], np.array([len(x)]), trim, convention)
    t = float(b[0] / error[0])
    mean = x.mean(axis=0)
    h = x / mean
    return LogT(
        float(b[0]),
        float(error[0]),
        t,
        float(norm.cdf(t)),
        t > CRITICAL,
        h,
        ((h - 1) ** 2).mean(axis=0),
        data.years,
        card(trim, convention),
    )


def complete_positive(x: Floats, labels: tuple[Any, ...]) -> Floats:
    """Return `x`, or raise InputError naming the places with missing or non-positive values."""
    bad = np.logical_not((np.nan_to_num(x, nan=-1.0, posinf=-1.0) > 0).all(axis=1))
    if bad.any():
        names = [str(label) for label, b in zip(labels, bad.tolist(), strict=True) if b]
        what = Text(
            f"{len(names)} 个地区有缺值或非正值：{'、'.join(names[:8])}",
            f"{len(names)} place(s) with missing or non-positive values: {', '.join(names[:8])}",
        )
        raise InputError([Problem(what, Text("请输入对数收入的完整序列", "pass complete series of log income"))])
    if x.shape[1] < 8:
        raise InputError([Problem(Text("年份太少，至少 8 年", "too few years, at least 8"))])
    return x


def regress(total: Floats, squares: Floats, size: Floats, trim: float, convention: Variance) -> tuple[Floats, Floats]:
    """Return b and its standard error, each (m,), of m groups from Σx and Σx² (m, T) and their sizes (m,)."""
    years = total.shape[1]
    start = round(years * trim) + 1
    variation = squares * size[:, None] / total**2 - 1  # mean of (h − 1)²
    log_time = np.log(np.arange(start, years + 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.log(variation[:, :1] / variation[:, start - 1 :]) - 2 * np.log(log_time)
        centred = log_time - log_time.mean()
        spread = (centred**2).sum()
        b = y @ centred / spread
        residual = y - y.mean(axis=1, keepdims=True) - b[:, None] * centred
        variance = _long_run(residual, convention)
        return b, np.sqrt(np.maximum(variance, 0) / spread)


def _long_run(e: Floats, convention: Variance) -> Floats:
    n = e.shape[1]
    rho = (e[:, 1:] * e[:, :-1]).sum(axis=1) / (e[:, :-1] ** 2).sum(axis=1)
    width = 1.3221 * (4 * rho**2 / (1 - rho) ** 4 * n) ** 0.2
    used, divisor = (e[:, :-1], n - 1) if convention == "phillips-sul" else (e, n)
    out = (e**2).sum(axis=1) / divisor
    for j in range(1, used.shape[1]):
        a = 1.2 * np.pi * j / width
        kernel = 3 / a**2 * (np.sin(a) / a - np.cos(a))
        out = out + 2 * kernel * (used[:, j:] * used[:, :-j]).sum(axis=1) / divisor
    return np.asarray(out)


def card(trim: float, convention: Variance) -> MethodCard:
    """Return the method card of the log t test."""
    zh = "残差长期方差按 Phillips–Sul 程序" if convention == "phillips-sul" else "残差长期方差按 Andrews (1991)"
    en = f"long-run variance of the residuals as in {'Phillips–Sul’s programme' if convention == 'phillips-sul' else 'Andrews (1991)'}"
    return MethodCard(
        "log_t",
        Text("log t 收敛检验", "log t convergence test"),
        r"\log(H_1/H_t)-2\log\log t=a+b\log t+u_t",
        Text(f"{zh}；去掉前 {trim:.3g} 的年份", f"{en}; the first {trim:.3g} of the years left out"),
        None,
        (sources.PHILLIPS_SUL_2007, sources.PHILLIPS_SUL_2009, sources.ANDREWS),
        {"trim": f"{trim:.6g}", "convention": convention},
    )
