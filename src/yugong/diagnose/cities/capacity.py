"""Carrying capacity: the least of what each limiting factor can carry, with the bottleneck named."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text

Floats = NDArray[np.float64]

CARD = MethodCard(
    "carrying_capacity",
    Text("资源环境承载规模（最小限制因子）", "Carrying capacity by the limiting factor"),
    r"N_i^{*}=\min_k\ \frac{Q_{ik}}{q_{k}},\qquad \text{load}_i=N_i/N_i^{*}",
    Text(
        "李比希最小因子律；缺失的因子不参与比较并注明；负荷大于 1 为超载",
        "Liebig's law of the minimum; a missing factor takes no part and is shown; load above 1 is overload",
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Capacity:
    """What each of k factors can carry in n regions, the least of them, and the load on it."""

    places: tuple[Hashable, ...]
    factors: tuple[str, ...]
    by_factor: Floats  # (n, k) persons (or output) that the factor can carry; NaN where not known
    capacity: Floats  # (n,) the least; NaN where no factor is known
    bottleneck: tuple[str, ...]  # (n,) the factor that binds; "" where none is known
    load: Floats  # (n,) present over capacity; NaN where `present` is not given
    method: MethodCard = CARD
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a region: capacity, bottleneck, load, then each factor's own capacity."""
        out = pd.DataFrame(
            {"place": self.places, "capacity": self.capacity, "bottleneck": self.bottleneck, "load": self.load}
        )
        return pd.concat([out, pd.DataFrame(self.by_factor, columns=list(self.factors))], axis=1)


def carrying_capacity(
    limits: Mapping[str, ArrayLike],
    needs: Mapping[str, float],
    present: ArrayLike | None = None,
    places: tuple[Hashable, ...] | None = None,
) -> Capacity:
    """Return the population (or output) that the scarcest factor carries, and which factor that is.

    limits: factor → (n,) available amount a year; needs: factor → amount per person (or unit of output), > 0;
    present (n,) the population now. Raises InputError for factors without a need and negative limits.
    """
    problems = [
        Problem(
            Text(f"因子“{f}”没有人均需求量", f"factor {f!r} has no per-person need"),
            Text("在 needs 中写明", "give it in needs"),
        )
        for f in limits
        if not needs.get(f, 0) > 0
    ]
    stock = np.stack([np.atleast_1d(np.asarray(limits[f], dtype=np.float64)) for f in limits], axis=1)
    problems += [
        Problem(Text(f"因子“{f}”有负的可用量", f"factor {f!r} has a negative limit"))
        for f, column in zip(limits, stock.T, strict=True)
        if (column < 0).any()
    ]
    if problems:
        raise InputError(problems)
    by_factor = stock / np.array([needs[f] for f in limits])
    known = ~np.isnan(by_factor).all(axis=1)
    filled = np.where(np.isnan(by_factor), np.inf, by_factor)
    least = np.where(known, filled.min(axis=1), np.nan)
    factors = tuple(limits)
    binding = tuple(factors[j] if k else "" for j, k in zip(filled.argmin(axis=1), known, strict=True))
    load = np.full(len(least), np.nan) if present is None else np.asarray(present, dtype=np.float64) / least
    return Capacity(tuple(range(len(least))) if places is None else places, factors, by_factor, least, binding, load)
