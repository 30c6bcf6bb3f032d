"""What the index functions of a study return."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.index.aggregate import COVERAGE
from yugong.diagnose.index.coordination import CoordinationIndex
from yugong.diagnose.index.scale import Array
from yugong.diagnose.index.sobol import Sobol


@dataclass(frozen=True, slots=True, eq=False)
class IndexResult:
    """Level scores in [0, 1]: n places × T years × D dimensions; NaN where coverage is short.

    `coverage`, `dimension_coverage`: share present of those `indicators` that apply to the place; indicators of the
    system without figures (`absent`) are in it only where the system is "core". `rank` is by the chosen recipe,
    `low`, `median`, `high` 5, 50, 95 % of the Monte-Carlo ranks. `sensitivity`: Sobol indices by year; outputs are
    the rank of each place, then the mean shift of ranks. `absent`: indicators of the system without any figure.
    """

    places: tuple[str, ...]
    years: tuple[int, ...]
    indicators: tuple[str, ...]
    dimensions: tuple[str, ...]
    scores: Array
    dimension_scores: Array
    coverage: Array
    dimension_coverage: Array
    rank: Array
    low: Array
    median: Array
    high: Array
    weights: Array
    sensitivity: Mapping[int, Sobol]
    absent: tuple[str, ...]
    notes: tuple[Text, ...]
    method: MethodCard
    provenance: Provenance | None = None

    @property
    def latest(self) -> int | None:
        """The latest year in which at least 80 % of the places have a total, None where there is none."""
        full = [y for y, s in zip(self.years, self.scores.T, strict=True) if (~np.isnan(s)).mean() >= COVERAGE]
        return max(full, default=None)

    def table(self) -> pd.DataFrame:
        """Return one row a place and year with a total: score with coverage, rank with its interval.

        Years in which no place has a total are in `dimension_table` alone; without any such year, all are listed.
        """
        some = [t for t in range(len(self.years)) if not np.isnan(self.scores[:, t]).all()]
        kept = some or list(range(len(self.years)))
        columns = {
            "score": self.scores,
            "coverage": self.coverage,
            "rank": self.rank,
            "low_rank": self.low,
            "median_rank": self.median,
            "high_rank": self.high,
        }
        years = [self.years[t] for t in kept]
        return _long(self.places, years, {name: values[:, kept] for name, values in columns.items()})

    def dimension_table(self) -> pd.DataFrame:
        """Return one row a place, year and dimension: score and coverage."""
        parts = [
            _long(
                self.places,
                self.years,
                {"score": self.dimension_scores[..., d], "coverage": self.dimension_coverage[..., d]},
            ).assign(dimension=name)
            for d, name in enumerate(self.dimensions)
        ]
        return pd.concat(parts, ignore_index=True)[["place", "year", "dimension", "score", "coverage"]]

    def sensitivity_table(self) -> pd.DataFrame:
        """Return one row a year and choice: first-order and total share of the variance of the mean rank shift."""
        rows = [
            (year, factor, s.first[k, -1], s.first_low[k, -1], s.first_high[k, -1],
             s.total[k, -1], s.total_low[k, -1], s.total_high[k, -1])
            for year, s in self.sensitivity.items()
            for k, factor in enumerate(s.factors)
        ]  # fmt: skip
        names = ["year", "factor", "first_order", "first_low", "first_high", "total_order", "total_low", "total_high"]
        return pd.DataFrame(rows, columns=names)


@dataclass(frozen=True, slots=True, eq=False)
class RankIntervals:
    """The ranks of an index with their Monte-Carlo intervals, without its scores."""

    index: IndexResult

    @property
    def method(self) -> MethodCard:
        """The card of the index."""
        return self.index.method

    @property
    def provenance(self) -> Provenance | None:
        """The provenance of the index."""
        return self.index.provenance

    @property
    def notes(self) -> tuple[Text, ...]:
        """The notes of the index."""
        return self.index.notes

    def table(self) -> pd.DataFrame:
        """Return one row a place and year: place, year, rank, low_rank, median_rank, high_rank."""
        return self.index.table()[["place", "year", "rank", "low_rank", "median_rank", "high_rank"]]


@dataclass(frozen=True, slots=True, eq=False)
class CoordinationResult:
    """Coordination by year, 100 at `base_year`: arrays over T years, m indicators and H headlines as in `parts`."""

    years: tuple[int, ...]
    base_year: int
    window: tuple[int, int]
    indicators: tuple[str, ...]
    parts: CoordinationIndex
    absent: tuple[str, ...]
    notes: tuple[Text, ...]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a year: the total and each headline as columns of a tidy frame (headline, index)."""
        columns = dict(zip(self.parts.headlines, self.parts.headline.T, strict=True))
        frame = pd.DataFrame({"total": self.parts.total, **columns}, index=pd.Index(self.years, name="year"))
        return frame.reset_index().melt("year", var_name="headline", value_name="index")

    def indicator_table(self) -> pd.DataFrame:
        """Return one row an indicator and year: level (dispersion or mean), index, matched share, entering."""
        p = self.parts
        rows = len(self.years)
        return pd.DataFrame(
            {
                "indicator": np.repeat(self.indicators, rows),
                "year": list(self.years) * len(self.indicators),
                "dispersion_or_mean": p.level.T.ravel(),
                "index": p.index.T.ravel(),
                "matched": p.matched.T.ravel(),
                "entering": np.repeat(p.entering, rows),
            }
        )


@dataclass(frozen=True, slots=True, eq=False)
class PeersResult:
    """Places ranked by likeness to `place`: `peers`, `distance`, `shared`; `left_out` share too little data."""

    place: str
    year: int
    variables: tuple[str, ...]
    peers: tuple[str, ...]
    distance: Array
    shared: Array
    left_out: tuple[str, ...]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a peer: rank, place, distance, shared."""
        rank = np.arange(1, len(self.peers) + 1)
        return pd.DataFrame({"rank": rank, "place": self.peers, "distance": self.distance, "shared": self.shared})


@dataclass(frozen=True, slots=True, eq=False)
class SegmentationResult:
    """Segmentation (n, T) in 10⁻⁴ and the goods it rests on; `national` (T,) is the mean over regions present."""

    places: tuple[str, ...]
    years: tuple[int, ...]
    goods: tuple[str, ...]
    segmentation: Array
    national: Array
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place and year: segmentation."""
        return _long(self.places, self.years, {"segmentation": self.segmentation})


def _long(places: Sequence[str], years: Sequence[int], columns: Mapping[str, Array]) -> pd.DataFrame:
    frame = {"place": np.repeat(places, len(years)), "year": list(years) * len(places)}
    return pd.DataFrame({**frame, **{k: v.ravel() for k, v in columns.items()}})
