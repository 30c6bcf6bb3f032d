"""Market segmentation from relative prices: how far price changes differ between regions."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.index.scale import Array

_BLOCK = 2_000_000  # cells of |ΔQ| held at a time


@dataclass(frozen=True, slots=True)
class Segmentation:
    """Relative-price variance: `regions` (n, T) mean over a region's pairs, `pairs` (P, T), `pair` (P, 2) positions.

    `integration` is 1/√regions. NaN where fewer than two goods are priced on both sides.
    """

    regions: Array
    pairs: Array
    pair: npt.NDArray[np.intp]

    @property
    def integration(self) -> Array:
        """Return 1/√segmentation, (n, T)."""
        with np.errstate(divide="ignore"):
            out: Array = 1.0 / np.sqrt(self.regions)
        return out


def market_segmentation(
    price_indices: npt.ArrayLike,
    contiguity: npt.ArrayLike | None = None,
    *,
    ddof: Literal[0, 1] = 1,
    chain: bool = True,
) -> Segmentation:
    """Return segmentation by the relative-price method from `price_indices` (n regions, G goods, T years), positive.

    With indices on the previous year = 100 (`chain`), ΔQ = ln(P_i/P_j); with price levels the first difference of it
    is taken, and the first year is NaN. |ΔQ| less its mean over all pairs, per good and year, is cleared of what the
    good itself does; its variance over goods (ddof 1 by default) is the pair's segmentation. `contiguity`: (n, n),
    non-zero for pairs that count (all pairs by default); a region without any pair is NaN. Missing prices drop the
    good from that pair and year. Multiply by 10⁴ for the usual unit.
    Source: Parsley & Wei (1996), Quarterly Journal of Economics 111(4); (2001), Journal of International Economics 55.
    """
    p = np.asarray(price_indices, dtype=np.float64)
    if p.ndim != 3 or (p <= 0).any():
        text = Text("价格指数须为正的 n×商品×年 数组", "price indices must be a positive n×goods×years array")
        raise InputError([Problem(text)])
    n, goods, years = p.shape
    link = np.ones((n, n), dtype=bool) if contiguity is None else np.asarray(contiguity) != 0
    pair = np.argwhere(np.triu(link | link.T, 1))
    logs = np.log(p)
    if not chain:
        logs = np.concatenate([np.full((n, goods, 1), np.nan), np.diff(logs, axis=2)], axis=2)
    i, j = pair[:, 0], pair[:, 1]
    step = max(1, _BLOCK // max(1, goods * len(pair)))
    pairs = np.concatenate(
        [_pair_variance(logs[:, :, t : t + step], i, j, ddof) for t in range(0, years, step)], axis=1
    )
    regions = np.full((n, years), np.nan)
    known = ~np.isnan(pairs)
    total, count = np.zeros((n, years)), np.zeros((n, years))
    for side in (i, j):
        np.add.at(total, side, np.where(known, pairs, 0.0))
        np.add.at(count, side, known)
    np.divide(total, count, out=regions, where=count > 0)
    return Segmentation(regions, pairs, pair)


def wage_segmentation(
    wages: npt.ArrayLike, contiguity: npt.ArrayLike | None = None, *, ddof: Literal[0, 1] = 1
) -> Segmentation:
    """Return labour-market segmentation: the relative-price method on `wages` (n, sectors, T) in money, as levels."""
    return market_segmentation(wages, contiguity, ddof=ddof, chain=False)


def _pair_variance(logs: Array, i: npt.NDArray[np.intp], j: npt.NDArray[np.intp], ddof: int) -> Array:
    gap = np.abs(logs[i] - logs[j])  # (P, G, T)
    here = ~np.isnan(gap)
    whole = bool(here.all())
    filled = gap if whole else np.where(here, gap, 0.0)
    pairs = here.sum(axis=0)
    gap = filled - filled.sum(axis=0) / np.maximum(pairs, 1)
    if not whole:
        gap = np.where(here, gap, 0.0)
    count = here.sum(axis=1)
    mean = gap.sum(axis=1) / np.maximum(count, 1)
    square = ((gap - mean[:, None, :]) ** 2 * here).sum(axis=1)
    out: Array = np.where(count > max(ddof, 1), square / np.maximum(count - ddof, 1), np.nan)
    return out
