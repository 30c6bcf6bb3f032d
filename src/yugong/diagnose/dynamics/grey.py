"""The grey model GM(1,1): short series, exponential fit, forecasts with posterior checks."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.dynamics import sources
from yugong.diagnose.dynamics.classes import Floats


@dataclass(frozen=True, slots=True, eq=False)
class GreyModel:
    """A GM(1,1) fit: `fitted` (n + ahead,), the first value as observed; a < 0 is growth at rate about −a.

    `posterior_c` is s(residual)/s(x) and `small_errors` the share P of residuals within 0.6745 s(x); `grade` follows
    the usual table from C and P. `admissible` says whether all level ratios lie in (e^{−2/(n+1)}, e^{2/(n+1)}).
    """

    a: float
    b: float
    fitted: Floats
    observed: Floats
    mape: float
    posterior_c: float
    small_errors: float
    level_ratios: Floats
    admissible: bool
    grade: Text
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a period from 1: step, observed (missing beyond the sample), fitted."""
        ahead = len(self.fitted) - len(self.observed)
        observed = np.r_[self.observed, np.full(ahead, np.nan)]
        return pd.DataFrame({"step": np.arange(1, len(observed) + 1), "observed": observed, "fitted": self.fitted})


GRADES = ((0.35, 0.95, "好", "good"), (0.50, 0.80, "合格", "qualified"), (0.65, 0.70, "勉强", "barely qualified"))


def gm11(values: Any, ahead: int = 0, convention: Literal["n", "n-1"] = "n") -> GreyModel:
    """Fit GM(1,1) to positive values (n,), n ≥ 4, and forecast `ahead` periods (Deng 1982).

    x⁽⁰⁾(k) + a z⁽¹⁾(k) = b by least squares; x̂⁽¹⁾(k+1) = (x(1) − b/a) e^{−ak} + b/a. `convention` is the divisor of
    the two standard deviations in C. Gaps and non-positive values raise InputError.
    """
    x = np.asarray(values, dtype=float)
    n = len(x)
    if x.ndim != 1 or n < 4 or not np.isfinite(x).all() or (x <= 0).any():
        what = Text("GM(1,1) 需要至少 4 个连续的正值", "GM(1,1) needs at least 4 positive values without gaps")
        raise InputError([Problem(what)])
    total = np.cumsum(x)
    z = (total[1:] + total[:-1]) / 2
    a, b = np.linalg.lstsq(np.column_stack([-z, np.ones(n - 1)]), x[1:], rcond=None)[0]
    step = np.arange(n + ahead)
    constant = abs(a) < 1e-12  # the limit of the exponential is a line
    sums = x[0] + b * step if constant else (x[0] - b / a) * np.exp(-a * step) + b / a
    fitted = np.r_[x[0], np.diff(sums)]
    residual = x - fitted[:n]
    ddof = int(convention == "n-1")
    spread = x.std(ddof=ddof)
    c = float(residual.std(ddof=ddof) / spread) if spread > 0 else float("nan")
    p = float((np.abs(residual - residual.mean()) < 0.6745 * spread).mean()) if spread > 0 else float("nan")
    ratios = x[:-1] / x[1:]
    limit = np.exp(2 / (n + 1))
    grade = next(
        (Text(zh, en) for top, bottom, zh, en in GRADES if c < top and p > bottom), Text("不合格", "not qualified")
    )
    card = MethodCard(
        "gm11",
        Text("灰色预测 GM(1,1)", "Grey model GM(1,1)"),
        r"x^{(0)}(k)+a z^{(1)}(k)=b",
        Text(f"标准差除以 {convention}", f"standard deviations divide by {convention}"),
        None,
        (sources.DENG,),
        {"ahead": str(ahead), "convention": convention},
    )
    return GreyModel(
        float(a),
        float(b),
        fitted,
        x,
        float(np.abs(residual[1:] / x[1:]).mean()),
        c,
        p,
        ratios,
        bool(((ratios > 1 / limit) & (ratios < limit)).all()),
        grade,
        card,
    )
