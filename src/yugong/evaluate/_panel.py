"""Two-way fixed effects on a masked panel: exact, by T × T normal equations, whatever the gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
RANK = 1e-10  # a direction whose variance is this small a part of the largest is absorbed by the others


@dataclass(frozen=True, eq=False)
class TwoWay:
    """The projection on unit and time effects over the cells of `mask` (N, T)."""

    mask: Bools

    @cached_property
    def counts(self) -> Floats:
        """Cells of each unit (N,), 1 where there is none so that sums stay 0."""
        return np.asarray(np.maximum(self.mask.sum(axis=1), 1), dtype=np.float64)

    @cached_property
    def _inverse(self) -> Floats:
        m = self.mask.astype(np.float64)
        normal = np.diag(m.sum(axis=0)) - m.T @ (m / self.counts[:, None])
        return np.asarray(np.linalg.pinv(normal, rcond=RANK, hermitian=True))

    @cached_property
    def parts(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The connected part of each unit (N,) and year (T,), −1 without cells: effects compare only inside a part."""
        m = self.mask.astype(np.float64)
        _, year = connected_components(m.T @ m, directed=False)
        used_year, used_unit = self.mask.any(axis=0), self.mask.any(axis=1)
        unit = np.where(used_unit, year[self.mask.argmax(axis=1)], -1)
        return unit.astype(np.int64), np.where(used_year, year, -1).astype(np.int64)

    @cached_property
    def identified(self) -> Bools:
        """Cells (N, T) whose unit and year effects both exist in one connected part."""
        unit, year = self.parts
        return np.asarray((unit[:, None] == year[None, :]) & (unit[:, None] >= 0))

    @cached_property
    def rank(self) -> int:
        """Number of free effects."""
        unit, year = self.parts
        return int((unit >= 0).sum() + (year >= 0).sum() - len(set(unit[unit >= 0].tolist())))

    def effects(self, values: Floats) -> tuple[Floats, Floats]:
        """Return the least-squares unit effects (…, N) and time effects (…, T) of values (…, N, T) over the mask."""
        inside = np.where(self.mask, values, 0.0)
        mean = inside.sum(axis=-1) / self.counts
        right = (inside - np.where(self.mask, mean[..., None], 0.0)).sum(axis=-2)
        time = right @ self._inverse
        m = self.mask.astype(np.float64)
        unit = mean - (time @ m.T) / self.counts
        return unit, time

    def residual(self, values: Floats) -> Floats:
        """Return values (…, N, T) less both effects, 0 outside the mask."""
        unit, time = self.effects(values)
        return np.where(self.mask, values - unit[..., None] - time[..., None, :], 0.0)

    def adjoint(self, weights: Floats) -> Floats:
        """Return v (N, T) on the mask with Σ v·y = Σ weights·(α̂_i(y) + λ̂_t(y)), for weights (N, T) anywhere."""
        m = self.mask.astype(np.float64)
        share = weights.sum(axis=1) / self.counts
        slope = self._inverse @ (weights.sum(axis=0) - m.T @ share)
        return np.where(self.mask, share[:, None] + slope[None, :] - (m @ slope / self.counts)[:, None], 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Least squares with both fixed effects; `kept` are the regressors not absorbed."""

    coefficients: Floats  # (k,), NaN where absorbed
    residuals: Floats  # (N, T), 0 outside the mask
    bread: Floats  # (k, k), 0 where absorbed
    regressors: Floats  # (k, N, T) less the effects
    kept: Bools


def least_squares(two_way: TwoWay, y: Floats, regressors: Sequence[Floats]) -> Fit:
    """Regress y on regressors (each (N, T)) and both effects over the mask; what others absorb gets NaN."""
    raw = np.stack(regressors) if len(regressors) else np.zeros((0, *y.shape))
    x = two_way.residual(raw)
    k = len(x)
    flat = x.reshape(k, y.size)
    scale = np.sqrt((np.where(two_way.mask, raw, 0.0) ** 2).reshape(k, y.size).sum(axis=1))
    kept = np.zeros(k, bool)
    basis: list[Floats] = []
    for j in range(k):  # a regressor that the effects and those before it explain is left out
        rest = flat[j].copy()
        for b in basis:
            rest -= (rest @ b) * b
        size = float(np.linalg.norm(rest))
        if size > np.sqrt(RANK) * max(float(scale[j]), 1e-300):
            kept[j] = True
            basis.append(rest / size)
    bread = np.zeros((k, k))
    beta = np.full(k, np.nan)
    target = two_way.residual(y)
    used = flat[kept]
    if kept.any():
        bread[np.ix_(kept, kept)] = np.linalg.inv(used @ used.T)
        beta[kept] = bread[np.ix_(kept, kept)] @ (used @ target.ravel())
    residuals = target - np.tensordot(np.nan_to_num(beta), x, axes=1)
    return Fit(beta, residuals, bread, x, kept)


def cluster_scores(fit: Fit, clusters: NDArray[np.int64]) -> Floats:
    """Return the influence of each cluster on the coefficients (G, k): bread · Σ x e."""
    by_unit = np.einsum("knt,nt->nk", fit.regressors, fit.residuals)
    return by_cluster(by_unit, clusters) @ fit.bread


def by_cluster(values: Floats, clusters: NDArray[np.int64]) -> Floats:
    """Sum rows (N, k) by cluster code: (G, k)."""
    out = np.zeros((int(clusters.max()) + 1, values.shape[1]))
    np.add.at(out, clusters, values)
    return out


def small_sample(two_way: TwoWay, k: int, groups: int, nested: bool) -> float:
    """Return the factor G/(G−1)·(n−1)/(n−K); unit effects nested in clusters do not count in K (Cameron & Miller 2015)."""
    n = int(two_way.mask.sum())
    effects = two_way.rank - (int(two_way.mask.any(axis=1).sum()) - 1 if nested else 0)
    return groups / (groups - 1) * (n - 1) / (n - k - effects)
