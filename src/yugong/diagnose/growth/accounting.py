"""Growth accounting: how much of growth is capital, labour and productivity (内涵度)."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from yugong.base.cards import MethodCard
from yugong.base.cite import article, book
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text

Floats = NDArray[np.float64]

SOLOW_1957 = article(
    "solow1957", (("Solow", "Robert M."),), "Technical change and the aggregate production function",
    "The Review of Economics and Statistics", 1957, "39(3)", "312-320",
)  # fmt: skip
OECD_2009 = book(
    "oecd2009capital", (("OECD", ""),), "Measuring capital: OECD manual 2009", "Paris", "OECD Publishing", 2009
)
ZHANG_2008 = article(
    "zhang2008capital", (("Zhang", "Jun"),),
    "Estimation of China's provincial capital stock (1952-2004) with applications",
    "Journal of Chinese Economic and Business Studies", 2008, "6(2)", "177-196",
)  # fmt: skip
CARD = MethodCard(
    "growth_accounting",
    Text("增长核算与内涵度", "Growth accounting and the intensive share of growth"),
    r"\Delta\ln Y=\bar\alpha\,\Delta\ln K+(1-\bar\alpha)\,\Delta\ln L+\Delta\ln A,\quad "
    r"\text{intensive share}=\Delta\ln A/\Delta\ln Y",
    Text(
        "对数差分；资本份额取首末两年平均（Törnqvist）；全要素生产率为余值；增长接近零时不给出内涵度",
        "log differences; capital share is the mean of the two years (Törnqvist); productivity is the residual; "
        "no intensive share where growth is close to zero",
    ),
    citations=(SOLOW_1957,),
)
LEAST_GROWTH = 1e-3  # log points a year; below it the ratio to growth says nothing


@dataclass(frozen=True, slots=True, eq=False)
class GrowthAccounts:
    """Average annual contributions, log points a year, for n regions between two years; they sum to `output`."""

    places: tuple[Hashable, ...]
    years: tuple[int, int]
    output: Floats  # (n,)
    capital: Floats  # (n,)
    labour: Floats  # (n,)
    productivity: Floats  # (n,)
    intensive_share: Floats  # (n,) productivity ÷ output; NaN where output growth is below LEAST_GROWTH
    method: MethodCard = CARD
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a region: output growth, its three parts, the intensive share."""
        return pd.DataFrame(
            {
                "place": self.places,
                "output_growth": self.output,
                "capital_contribution": self.capital,
                "labour_contribution": self.labour,
                "productivity_contribution": self.productivity,
                "intensive_share": self.intensive_share,
            }
        )


def growth_accounting(
    output: ArrayLike,
    capital: ArrayLike,
    labour: ArrayLike,
    years: tuple[int, int],
    capital_share: ArrayLike = 0.5,
    places: tuple[Hashable, ...] | None = None,
) -> GrowthAccounts:
    """Split the growth of real output between two years into capital, labour and productivity (Solow 1957).

    output, capital, labour (n, 2): first and last year, constant prices and persons, positive; capital_share a
    number, (n,) or (n, 2) within (0, 1); years (first, last). Raises InputError naming the region for numbers that
    are not positive. Growth = Σ contributions exactly; NaN in, NaN out.
    """
    y, k, work = (np.atleast_2d(np.asarray(a, dtype=np.float64)) for a in (output, capital, labour))
    names = tuple(range(len(y))) if places is None else places
    share = np.asarray(capital_share, dtype=np.float64)
    alpha = share.mean(axis=-1) if share.ndim == 2 else np.broadcast_to(share, (len(y),))
    _check(names, years, alpha, output=y, capital=k, labour=work)
    span = years[1] - years[0]
    dy, dk, dl = (np.diff(np.log(a), axis=1)[:, 0] / span for a in (y, k, work))
    from_capital, from_labour = alpha * dk, (1 - alpha) * dl
    tfp = dy - from_capital - from_labour
    ratio = np.full(len(dy), np.nan)
    np.divide(tfp, dy, out=ratio, where=np.abs(dy) >= LEAST_GROWTH)
    return GrowthAccounts(names, years, dy, from_capital, from_labour, tfp, ratio)


def perpetual_inventory(
    investment: ArrayLike,
    depreciation: float = 0.096,
    initial: ArrayLike | None = None,
    growth_years: int = 10,
    places: tuple[Hashable, ...] | None = None,
) -> Floats:
    """Return capital stocks (n, T) at year ends from real investment (n, T): K_t = (1 − δ)K_{t−1} + I_t.

    investment in constant prices; depreciation δ a year in (0, 1), 9.6 % by default (Zhang 2008); initial (n,) the
    stock at the end of the first year, by default I_1/(g + δ) with g the mean log growth of investment over the
    first `growth_years` years (OECD 2009, Measuring Capital). Raises InputError, naming the region, where first
    investment is not positive or g + δ is not.
    """
    flows = np.atleast_2d(np.asarray(investment, dtype=np.float64))
    if not 0 < depreciation < 1:
        raise InputError(
            [Problem(Text(f"折旧率 {depreciation} 不在 0 与 1 之间", f"δ = {depreciation} is not in (0, 1)"))]
        )
    stock = np.empty_like(flows)
    stock[:, 0] = _steady(flows, depreciation, growth_years, places) if initial is None else np.asarray(initial)
    for t in range(1, flows.shape[1]):
        stock[:, t] = (1 - depreciation) * stock[:, t - 1] + flows[:, t]
    return stock


def _steady(flows: Floats, depreciation: float, growth_years: int, places: tuple[Hashable, ...] | None) -> Floats:
    names = tuple(range(1, len(flows) + 1)) if places is None else places
    last = min(growth_years, flows.shape[1] - 1)
    ends = flows[:, [0, last]]
    problems = [
        Problem(
            Text(
                f"{names[i]} 首年或第 {last + 1} 年的投资不是正数，无法推算初始资本",
                f"{names[i]}: investment of the first year or of year {last + 1} is not positive, no first stock follows",
            ),
            Text("给出 initial", "pass initial="),
        )
        for i in np.flatnonzero((ends <= 0).any(axis=1))
    ]
    if problems:
        raise InputError(problems)
    growth = np.log(flows[:, last] / flows[:, 0]) / last if last else np.zeros(len(flows))
    bad = np.flatnonzero(growth + depreciation <= 0)
    if len(bad):
        raise InputError(
            Problem(
                Text(
                    f"{names[i]} 投资下降快于折旧，无法推算初始资本",
                    f"{names[i]}: investment falls faster than depreciation, no first stock follows",
                ),
                Text("给出 initial", "pass initial="),
            )
            for i in bad
        )
    return np.asarray(flows[:, 0] / (growth + depreciation))


def _check(names: tuple[Hashable, ...], years: tuple[int, int], alpha: Floats, **series: Floats) -> None:
    problems = [
        Problem(
            Text(f"{names[i]} 的 {name} 不是正数：{a[i]}", f"{name} of {names[i]} is not positive: {a[i]}"),
            Text("增长核算取对数，须为正数；缺失请留空", "logs are taken: write positive numbers, or leave missing"),
        )
        for name, a in series.items()
        for i in np.flatnonzero((a <= 0).any(axis=1))
    ]
    if years[1] <= years[0]:
        problems.append(Problem(Text(f"年份次序不对：{years}", f"years out of order: {years}")))
    if ((alpha <= 0) | (alpha >= 1)).any():
        problems.append(Problem(Text("资本份额须在 0 与 1 之间", "the capital share must lie within (0, 1)")))
    if problems:
        raise InputError(problems)
