"""The disparity measures as functions of values and population weights."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.disparity import _catalogue as catalogue
from yugong.diagnose.disparity._catalogue import STATISTICS, Statistic
from yugong.diagnose.disparity._sample import Floats, Omitted, Sample, Zero, sample, without_zeros


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """One disparity measure: `value` is a float for one vector, (T,) for a matrix with a column a year."""

    id: str
    value: float | Floats
    years: tuple[Hashable, ...]
    omitted: tuple[Omitted, ...]  # entries left out, with the reason
    method: MethodCard
    provenance: Provenance | None = None

    def __float__(self) -> float:
        return float(self.value)

    def table(self) -> pd.DataFrame:
        """Return one row a year: statistic, year, value."""
        return pd.DataFrame({"statistic": self.id, "year": self.years, "value": np.atleast_1d(self.value)})


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """Several measures over the same sample: `values` is (T, S)."""

    statistics: tuple[str, ...]
    years: tuple[Hashable, ...]
    values: Floats
    omitted: tuple[Omitted, ...]  # entries left out, with the reason
    methods: tuple[MethodCard, ...]
    provenance: Provenance | None = None

    @property
    def method(self) -> MethodCard:
        """The cards of the measures in one: their formulas in order, the conventions and zero rules they share."""
        if len(self.methods) == 1:
            return self.methods[0]
        return MethodCard(
            "disparity",
            Text("差距指标", "Disparity measures"),
            r" \\ ".join(dict.fromkeys(c.formula for c in self.methods)),
            _joined([c.convention for c in self.methods]),
            _joined([c.zero for c in self.methods if c.zero is not None]),
            tuple(dict.fromkeys(one for c in self.methods for one in c.citations)),
            {f"{c.id}.{k}": v for c in self.methods for k, v in c.options.items()},
        )

    def table(self) -> pd.DataFrame:
        """Return one row a statistic and year: statistic, year, value."""
        return pd.DataFrame(
            {
                "statistic": np.repeat(self.statistics, len(self.years)),
                "year": list(self.years) * len(self.statistics),
                "value": self.values.T.ravel(),
            }
        )


def _joined(texts: Sequence[Text]) -> Text:
    """The clauses of several texts, each once, in one."""
    zh = dict.fromkeys(clause for t in texts for clause in t.zh.split("；"))
    en = dict.fromkeys(clause for t in texts for clause in t.en.split("; "))
    return Text("；".join(zh), "; ".join(en))


def by_year(s: Sample, statistic: Statistic) -> Floats:
    """Return the statistic of each column, (T,)."""
    return np.array([statistic.kernel(x, w[None, :])[0] for x, w in zip(s.values.T, s.weights.T, strict=True)])


def disparity_measures(
    values: object,
    weights: object = None,
    statistics: Sequence[str | Statistic] = tuple(STATISTICS),
    zero: Zero = "limit",
) -> Measures:
    """Return several disparity measures at once.

    values (n,) or (n, T), same unit throughout; weights (n,), (n, T) or None. Raises InputError for missing,
    negative or all-zero values, UnknownNameError for an unknown measure.
    """
    s = sample(values, weights)
    chosen = [catalogue.statistic(name) for name in statistics]
    columns: list[Floats] = []
    dropped: dict[Omitted, None] = {}
    for c in chosen:
        used, left_out = (s, ()) if c.no_zero is None else without_zeros(s, zero, c.no_zero)
        dropped.update(dict.fromkeys(left_out))
        columns.append(by_year(used, c))
    ids = tuple(n if isinstance(n, str) else n.id for n in statistics)
    return Measures(ids, s.years, np.stack(columns, axis=1), tuple(dropped), tuple(c.card for c in chosen))


def _measure(c: Statistic, values: object, weights: object, zero: Zero = "limit") -> Measure:
    s = sample(values, weights)
    used, dropped = (s, ()) if c.no_zero is None else without_zeros(s, zero, c.no_zero)
    out = by_year(used, c)
    return Measure(c.id, float(out[0]) if s.single else out, s.years, dropped, c.card)


def gini(values: object, weights: object = None) -> Measure:
    """Return the Gini coefficient, n² denominator (Gini 1921).

    values (n,) or (n, T) ≥ 0; weights (n,) or (n, T), population. Dimensionless in [0, 1). Raises InputError.
    """
    return _measure(catalogue.gini(), values, weights)


def theil(values: object, weights: object = None, kind: Literal["T", "L"] = "T", zero: Zero = "limit") -> Measure:
    """Return Theil's T, or L (mean log deviation) (Theil 1967; Bourguignon 1979).

    values (n,) or (n, T) ≥ 0. T takes zeros at their limit 0·ln 0 = 0; L refuses them unless zero="drop".
    """
    if kind not in ("T", "L"):
        raise ValueError(f"kind must be T or L, not {kind!r}")
    return _measure(catalogue.entropy(1.0 if kind == "T" else 0.0), values, weights, zero)


def generalized_entropy(values: object, weights: object = None, alpha: float = 2.0, zero: Zero = "limit") -> Measure:
    """Return GE(α) (Shorrocks 1980); α = 1 is Theil T, α = 0 Theil L.

    values (n,) or (n, T) ≥ 0; α ≤ 0 refuses zeros unless zero="drop".
    """
    return _measure(catalogue.entropy(alpha), values, weights, zero)


def atkinson(values: object, weights: object = None, epsilon: float = 0.5, zero: Zero = "limit") -> Measure:
    """Return the Atkinson index with aversion ε > 0 (Atkinson 1970).

    values (n,) or (n, T) ≥ 0; ε ≥ 1 refuses zeros unless zero="drop".
    """
    return _measure(catalogue.atkinson(epsilon), values, weights, zero)


def cv(values: object, weights: object = None, ddof: Literal[0, 1] = 0) -> Measure:
    """Return the coefficient of variation; ddof=1 is for unweighted samples only.

    values (n,) or (n, T) ≥ 0; weights population. Raises ValueError for ddof=1 with weights, whose unit would matter.
    """
    if ddof and weights is not None:
        raise ValueError("ddof=1 has no meaning with population weights: the result would depend on their unit")
    return _measure(catalogue.cv(ddof), values, weights)


def williamson(values: object, population: object) -> Measure:
    """Return Williamson's V_w, about the population-weighted mean (Williamson 1965).

    values (n,) or (n, T) ≥ 0; population of the same shape or (n,), required.
    """
    if population is None:
        raise ValueError("the Williamson index needs population; without it use cv")
    return _measure(catalogue.williamson(), values, population)


def hoover(values: object, weights: object = None) -> Measure:
    """Return the Hoover index: the share of the total that would have to move for equality (Hoover 1936).

    values (n,) or (n, T) ≥ 0; weights population.
    """
    return _measure(catalogue.hoover(), values, weights)


def max_min_ratio(values: object, weights: object = None, zero: Zero = "limit") -> Measure:
    """Return the largest over the smallest value; a place of weight 0 is absent, other weights do not matter.

    values (n,) or (n, T); a zero is refused unless zero="drop".
    """
    return _measure(catalogue.max_min_ratio(), values, weights, zero)


def top_bottom_ratio(values: object, weights: object = None, share: float = 0.2) -> Measure:
    """Return the mean of the top over that of the bottom `share` of the population (the OECD's regional 20/20 ratio).

    values (n,) or (n, T); weights population. The region at the cut is split in proportion to population, so the
    result is invariant to replication; infinite when the bottom has nothing.
    """
    return _measure(catalogue.top_bottom_ratio(share), values, weights)


def quantile_ratio(values: object, weights: object = None, upper: float = 0.8, lower: float = 0.2) -> Measure:
    """Return the value at the upper over that at the lower population quantile (P80/P20).

    values (n,) or (n, T); weights population. A quantile is the smallest value whose cumulative share reaches it.
    """
    return _measure(catalogue.quantile_ratio(upper, lower), values, weights)
