"""The urban hierarchy: rank-size slope, primacy, functional specialisation."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from yugong.base.cards import MethodCard
from yugong.base.cite import article
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text

Floats = NDArray[np.float64]

GABAIX_2011 = article(
    "gabaix2011", (("Gabaix", "Xavier"), ("Ibragimov", "Rustam")),
    "Rank - 1/2: a simple way to improve the OLS estimation of tail exponents",
    "Journal of Business & Economic Statistics", 2011, "29(1)", "24-39",
)  # fmt: skip
DURANTON_2005 = article(
    "duranton2005", (("Duranton", "Gilles"), ("Puga", "Diego")), "From sectoral to functional urban specialisation",
    "Journal of Urban Economics", 2005, "57(2)", "343-370",
)  # fmt: skip
CARD = MethodCard(
    "rank_size",
    Text("位序—规模斜率", "Rank-size slope"),
    r"\ln(\mathrm{rank}-\tfrac12)=a-\zeta\ln S,\quad \mathrm{se}(\zeta)=\zeta\sqrt{2/n}",
    Text(
        "位序减二分之一修正；标准误为 ζ√(2/n)，不用普通最小二乘的标准误；ζ=1 即齐普夫定律",
        "rank minus one half; standard error ζ√(2/n), not the one of least squares; ζ = 1 is Zipf's law",
    ),
    citations=(GABAIX_2011,),
)


@dataclass(frozen=True, slots=True)
class RankSize:
    """The tail exponent ζ with its standard error and 95 % interval, from the n largest cities."""

    exponent: float
    se: float
    low: float
    high: float
    n: int
    method: MethodCard = CARD
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row: exponent, se, low, high, n."""
        return pd.DataFrame([(self.exponent, self.se, self.low, self.high, self.n)], columns=list(_COLUMNS))


_COLUMNS = ("exponent", "se", "low", "high", "n")


def rank_size(sizes: ArrayLike, largest: int | None = None) -> RankSize:
    """Return the rank-size exponent of city sizes (n,), or of the `largest` of them (Gabaix & Ibragimov 2011).

    Sizes positive, at least three; missing ones are refused. Ties keep the order in which they come.
    """
    s = np.sort(_positive(sizes))[::-1][:largest]
    if len(s) < 3:
        raise InputError([Problem(Text("位序—规模至少需要三个城市", "rank-size needs at least three cities"))])
    x, y = np.log(s), np.log(np.arange(len(s)) + 0.5)
    if np.ptp(x) == 0:
        raise InputError([Problem(Text("城市规模全部相同，斜率不存在", "all sizes are equal: there is no slope"))])
    slope = float(-(np.cov(x, y, ddof=0)[0, 1] / x.var()))
    se = abs(slope) * (2 / len(s)) ** 0.5
    return RankSize(slope, se, slope - 1.959963984540054 * se, slope + 1.959963984540054 * se, len(s))


def primacy(sizes: ArrayLike, cities: int = 2) -> float:
    """Return the largest city's size over the next `cities` − 1 together: 2-, 4- or 11-city primacy.

    The 4- and 11-city indices follow the Chinese habit S₁/(S₂+S₃+S₄) and 2·S₁/(S₂+…+S₁₁); Zipf's law gives
    2, 1 and 1 nearly. Raises InputError for fewer cities or sizes that are not positive.
    """
    s = np.sort(_positive(sizes))[::-1]
    if cities not in (2, 4, 11) or len(s) < cities:
        raise InputError(
            [
                Problem(
                    Text(
                        f"首位度用 2、4 或 11 个城市，这里有 {len(s)} 个",
                        f"primacy takes 2, 4 or 11 cities of {len(s)}",
                    )
                )
            ]
        )
    return float((2.0 if cities == 11 else 1.0) * s[0] / s[1:cities].sum())


def functional_specialisation(managers: ArrayLike, producers: ArrayLike) -> Floats:
    """Return each city's managers per producer relative to the whole, minus 1 (Duranton & Puga 2005).

    managers, producers (n,): employment by function. 0 is the national mix; positive leans to management.
    """
    m, p = np.asarray(managers, dtype=np.float64), _positive(producers)
    return np.asarray((m / p) / (m.sum() / p.sum()) - 1)


def _positive(values: ArrayLike) -> Floats:
    x = np.asarray(values, dtype=np.float64)
    bad = np.flatnonzero(~(x > 0))
    if len(bad):
        raise InputError(
            Problem(Text(f"第 {i + 1} 个数值须为正：{x[i]}", f"value {i + 1} must be positive: {x[i]}")) for i in bad
        )
    return x
