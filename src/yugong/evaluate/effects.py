"""What an evaluation estimated: the average, by event time, by cell, with the uncertainty its method defines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm
from scipy.stats import f as f_distribution

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.bands import band
from yugong.evaluate.question import Bools, Floats, Question

FEW = 5  # below this many treated clusters the t-test rejects far too often: the headline goes to placebo ranks


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """Estimates of one method; arrays over horizons (E,) are years since the first treated year, negative before.

    `gaps` (N, T) is outcome less counterfactual, NaN where not identified; `covariance` (E, E) is of `by_horizon`.
    `clusters_by_horizon` (E,) counts the treated clusters behind each, as far as its error can be trusted.
    `reference` is the horizon set to zero by the method, if any. `pre_test` is the joint test that all horizons
    before the start are zero: statistic, degrees of freedom, p. `unidentified` counts treated cells without a
    counterfactual, which are left out, not zero.
    """

    method_id: str
    estimate: float
    se: float
    level: float
    horizons: tuple[int, ...]
    by_horizon: Floats
    se_by_horizon: Floats
    cells_by_horizon: tuple[int, ...]
    places: tuple[str, ...]
    years: tuple[int, ...]
    treated_clusters: int
    method: MethodCard
    covariance: Floats | None = None
    clusters_by_horizon: tuple[int, ...] = ()
    reference: int | None = None
    gaps: Floats | None = None
    counterfactual: Floats | None = None
    pre_test: tuple[float, int, float] | None = None
    unidentified: int = 0
    parts: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    status: str = "ok"
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    @property
    def interval(self) -> tuple[float, float]:
        """The normal interval at `level`; NaN without a standard error."""
        z = float(norm.ppf(0.5 + self.level / 2))
        return self.estimate - z * self.se, self.estimate + z * self.se

    @property
    def few(self) -> bool:
        """Whether too few clusters are treated for clustered standard errors: no stars, no t-test headline."""
        return self.treated_clusters < FEW

    @property
    def band(self) -> tuple[Floats, Floats]:
        """The simultaneous (sup-t) band of all horizons at `level` (E,), (E,); NaN where too few clusters stand behind."""
        if self.covariance is None or not self.clusters_by_horizon:
            return np.full(len(self.horizons), np.nan), np.full(len(self.horizons), np.nan)
        return band(self.by_horizon, self.covariance, np.array(self.clusters_by_horizon), self.level)

    def table(self) -> pd.DataFrame:
        """Return the average (horizon missing) and one row a horizon: estimate, standard error, interval, band, cells.

        low, high: the pointwise normal interval; band_low, band_high: the simultaneous band of all horizons.
        """
        below, above = self.band
        z = float(norm.ppf(0.5 + self.level / 2))
        estimates = np.concatenate([[self.estimate], self.by_horizon])
        errors = np.concatenate([[self.se], self.se_by_horizon])
        after = [c for h, c in zip(self.horizons, self.cells_by_horizon, strict=True) if h >= 0]
        return pd.DataFrame(
            {
                "phase": ["att", *("pre" if h < 0 else "post" for h in self.horizons)],
                "horizon": pd.array([None, *self.horizons], dtype="Int64"),
                "estimate": estimates,
                "se": errors,
                "low": estimates - z * errors,
                "high": estimates + z * errors,
                "band_low": [np.nan, *below],
                "band_high": [np.nan, *above],
                "cells": [sum(after), *self.cells_by_horizon],
            }
        )


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """Averages over sets of place-years (L,), such as exposure rings or policy combinations, with their covariance.

    An estimate is NaN where its set is empty or not identified: no number, and a note that says why.
    `comparison` are the same quantities by the estimator that the method is to replace, for the reader to see.
    """

    method_id: str
    layers: tuple[str, ...]
    titles: tuple[Text, ...]
    estimates: Floats
    covariance: Floats
    cells: tuple[int, ...]
    region_count: tuple[int, ...]
    level: float
    treated_clusters: int
    method: MethodCard
    comparison: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    gaps: Floats | None = None
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    @property
    def se(self) -> Floats:
        """Standard errors (L,)."""
        return np.sqrt(np.diag(self.covariance))

    def table(self) -> pd.DataFrame:
        """Return one row a layer: estimate, standard error, interval, place-years and places."""
        z = float(norm.ppf(0.5 + self.level / 2))
        return pd.DataFrame(
            {
                "layer": self.layers,
                "estimate": self.estimates,
                "se": self.se,
                "low": self.estimates - z * self.se,
                "high": self.estimates + z * self.se,
                "cells": self.cells,
                "region_count": self.region_count,
                "comparison_estimate": [self.comparison.get(x, np.nan) for x in self.layers],
            }
        )


def joint_test(estimates: Floats, covariance: Floats, groups: int | None = None) -> tuple[float, int, float] | None:
    """Return Wald's statistic that all estimates are zero, its degrees of freedom and p; None without any estimate.

    p is from χ², or, with the number of clusters, from Hotelling's F(q, G − q) of W·(G − q)/((G − 1)·q), since χ²
    rejects too often with few clusters; NaN when there are no more clusters than estimates.
    """
    known = np.isfinite(estimates) & (np.diag(covariance) > 0)
    if not known.any():
        return None
    b, v = estimates[known], covariance[np.ix_(known, known)]
    rank = int(np.linalg.matrix_rank(v, hermitian=True))
    statistic = float(b @ np.linalg.pinv(v, hermitian=True) @ b)
    if groups is None:
        return statistic, rank, float(chi2.sf(statistic, rank))
    if groups <= rank:
        return statistic, rank, np.nan
    scaled = statistic * (groups - rank) / ((groups - 1) * rank)
    return statistic, rank, float(f_distribution.sf(scaled, rank, groups - rank))


def treated_clusters(q: Question, cells: Bools) -> int:
    """Return the number of clusters with a treated cell among `cells`."""
    return len({c for c, row in zip(q.clusters, cells, strict=True) if row.any()})


def clusters_behind(q: Question, horizons: Sequence[int]) -> tuple[int, ...]:
    """Return the treated clusters with a cell at each horizon: clean before the start, estimated since."""
    event, labels = q.event_time, np.asarray(q.clusters, dtype=str)
    cells = {True: q.clean, False: q.estimated}
    return tuple(len(np.unique(labels[(cells[h < 0] & (event == h)).any(axis=1)])) for h in horizons)


def few_note(n: int) -> tuple[Text, ...]:
    """Return what to say where few clusters are treated."""
    if n >= FEW:
        return ()
    return (
        Text(
            f"受政策影响的聚类只有 {n} 个：聚类标准误偏小，不据此判断，以安慰剂名次或随机化推断为准",
            f"{n} treated cluster(s): clustered standard errors are too small; judge by placebo ranks or randomisation inference",
        ),
    )
