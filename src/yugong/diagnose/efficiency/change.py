"""What a productivity index returns: change between neighbouring years and what it is made of."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.efficiency.data import Floats, Units
from yugong.diagnose.efficiency.frontier import scales
from yugong.diagnose.efficiency.programme import MISSING, OPTIMAL


@dataclass(frozen=True, slots=True, eq=False)
class ProductivityChange:
    """Change of n units over T − 1 pairs of years; above 1 is progress; index = efficiency × technology.

    Where a programme had no solution the number is NaN and `status` (T − 1, n) says which one.
    """

    places: tuple[Hashable, ...]
    years: tuple[Hashable, ...]  # T; change t is from years[t] to years[t + 1]
    index: Floats  # (T − 1, n)
    efficiency: Floats  # (T − 1, n) catching up with the year's frontier
    technology: Floats  # (T − 1, n) the frontier's shift (best-practice change for global indices)
    pure_efficiency: Floats  # (T − 1, n) efficiency change under variable returns; NaN where not asked for
    scale: Floats  # (T − 1, n) efficiency / pure_efficiency
    scores: Floats  # (T, n) against the year's own frontier
    status: tuple[tuple[Text, ...], ...]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a unit and pair of years: place, year_from, year_to, the index, its parts, status."""
        n, pairs = len(self.places), len(self.years) - 1
        return pd.DataFrame(
            {
                "place": list(self.places) * pairs,
                "year_from": np.repeat(np.array(self.years[:-1], dtype=object), n),
                "year_to": np.repeat(np.array(self.years[1:], dtype=object), n),
                "productivity_change": self.index.ravel(),
                "efficiency_change": self.efficiency.ravel(),
                "technology_change": self.technology.ravel(),
                "pure_efficiency_change": self.pure_efficiency.ravel(),
                "scale_change": self.scale.ravel(),
                "status": [str(s) for row in self.status for s in row],
            }
        )

    def means(self) -> pd.DataFrame:
        """Return geometric means over years, one row a unit; units with a gap are averaged over what they have."""
        table = self.table().drop(columns=["year_from", "year_to", "status"]).set_index("place")
        return table.apply(np.log).groupby(level=0, sort=False).mean().apply(np.exp).reset_index()


def pooled(years: list[Units]) -> Units:
    """Return the complete units of all years stacked, the global reference."""
    places = tuple((t, place) for t, one in enumerate(years) for place in one.places)
    x, y, b = (np.vstack([getattr(one, part) for one in years]) for part in ("x", "y", "b"))
    whole = Units(x, y, b, places, years[0].names, np.concatenate([one.complete for one in years]))
    return whole.take(np.flatnonzero(whole.complete))


def common_scale(years: list[Units]) -> Floats:
    """Return one scale for all years, so that every programme sees the same numbers."""
    return scales(pooled(years))


def assemble(
    years: tuple[Hashable, ...],
    places: tuple[Hashable, ...],
    index: Floats,
    efficiency: Floats,
    pure: Floats | None,
    scores: Floats,
    status: list[list[Text]],
    method: MethodCard,
) -> ProductivityChange:
    """Put a result together: technology is index / efficiency, scale is efficiency / pure efficiency."""
    pure_efficiency = np.full_like(efficiency, np.nan) if pure is None else pure
    return ProductivityChange(
        places,
        years,
        index,
        efficiency,
        index / efficiency,
        pure_efficiency,
        efficiency / pure_efficiency,
        scores,
        tuple(tuple(row) for row in status),
        method,
    )


def first_failure(*parts: list[Text]) -> list[Text]:
    """Return for each unit the first status that is not optimal, missing data before all else."""
    out = []
    for statuses in zip(*parts, strict=True):
        bad = [s for s in statuses if s is not OPTIMAL]
        out.append(MISSING if MISSING in bad else bad[0] if bad else OPTIMAL)
    return out
