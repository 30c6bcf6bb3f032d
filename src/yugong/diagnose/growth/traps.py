"""Development traps: regions that grow more slowly than their country, their peers and their own past."""

from collections.abc import Hashable
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
COMPARISONS = ("own_past", "nation", "group")

DIEMER_2022 = article(
    "diemer2022", (("Diemer", "Andreas"), ("Iammarino", "Simona"), ("Rodríguez-Pose", "Andrés"), ("Storper", "Michael")),
    "The regional development trap in Europe", "Economic Geography", 2022, "98(5)", "487-509",
)  # fmt: skip
CARD = MethodCard(
    "development_trap",
    Text("发展陷阱指数", "Development-trap index"),
    r"g_{it}=\frac{1}{h}\ln\frac{y_{it}}{y_{i,t-h}},\quad "
    r"DT_{it}=\frac{1}{3m}\sum_{k=1}^{m}\left[1(g<g_{i,t-h})+1(g<g^{nation}_t)+1(g<g^{group}_t)\right]",
    Text(
        "思路取自 Diemer 等(2022)：每个变量与自身过去、全国、所在分组比较；原文的欧盟平均在一国之内以所在分组代替；"
        "强度为各项落后幅度的平均(为正即更慢)",
        "after Diemer et al. (2022): each variable against the region's own past, the nation and its group; within one "
        "country the group stands in for the EU average; intensity is the mean shortfall (positive is slower)",
    ),
    Text("缺失的比较不计入分母", "comparisons that are missing leave the denominator"),
    (DIEMER_2022,),
)


@dataclass(frozen=True, slots=True, eq=False)
class Trap:
    """Share of comparisons lost, 0 … 1, and mean shortfall of growth (log points a year), n regions × T years.

    `growth` (m, n, T) is that of each variable; NaN in the first years, which have no window or no past.
    """

    places: tuple[Hashable, ...]
    years: tuple[Hashable, ...]
    variables: tuple[str, ...]
    score: Floats
    intensity: Floats
    growth: Floats
    method: MethodCard = CARD
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a region and year with a score: place, year, score, intensity, growth (the mean over variables)."""
        known = ~np.isnan(self.score)
        i, t = np.nonzero(known)
        return pd.DataFrame(
            {
                "place": [self.places[k] for k in i],
                "year": [self.years[k] for k in t],
                "score": self.score[known],
                "intensity": self.intensity[known],
                "growth": self.growth.mean(axis=0)[known],
            }
        )


def development_trap(
    values: ArrayLike,
    window: int = 5,
    groups: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    places: tuple[Hashable, ...] | None = None,
    years: tuple[Hashable, ...] | None = None,
    variables: tuple[str, ...] | None = None,
) -> Trap:
    """Return the development-trap index of positive levels (n, T) or (m, n, T), e.g. income, productivity, employment.

    Growth is over `window` years; the comparisons are with the window before, the growth of the weighted mean of all
    regions and of the region's group. groups (n,) labels or None (then two comparisons); weights (n, T) or None.
    A region alone in its group has no peers and no group comparison. Source: Diemer et al. (2022), adapted.
    """
    y = np.asarray(values, dtype=np.float64)
    y = y[None] if y.ndim == 2 else y
    m, n, years_n = y.shape
    if window < 1 or years_n < 2 * window + 1:
        what = Text(f"{years_n} 年不足以比较两个 {window} 年窗口", f"{years_n} years hold no two windows of {window}")
        raise InputError(
            [Problem(what, Text(f"至少需要 {2 * window + 1} 年", f"at least {2 * window + 1} are needed"))]
        )
    if (y <= 0).any():
        raise InputError([Problem(Text("数值须为正(取对数)", "values must be positive (logs are taken)"))])
    mass = np.ones((n, years_n)) if weights is None else np.broadcast_to(np.asarray(weights, float), (n, years_n))
    grow = _growth(np.log(y), window)
    past = np.full_like(grow, np.nan)
    past[..., window:] = grow[..., :-window]
    nation = np.broadcast_to(_growth(_log_mean(y, mass), window)[:, None], grow.shape)
    peers = np.full_like(grow, np.nan)
    if groups is not None:
        labels = np.asarray(groups, dtype=object)
        for label in dict.fromkeys(labels.tolist()):
            inside = labels == label
            if label is not None and label == label and inside.sum() > 1:
                peers[:, inside] = _growth(_log_mean(y[:, inside], mass[inside]), window)[:, None]
    gap = np.stack([past - grow, nation - grow, peers - grow])
    gap[:, np.isnan(past)] = np.nan
    known = ~np.isnan(gap)
    count = known.sum(axis=(0, 1))
    none = count == 0
    score = np.where(none, np.nan, (gap > 0).sum(axis=(0, 1)) / np.maximum(count, 1))
    intensity = np.where(none, np.nan, np.where(known, gap, 0.0).sum(axis=(0, 1)) / np.maximum(count, 1))
    return Trap(
        tuple(range(n)) if places is None else places,
        tuple(range(years_n)) if years is None else years,
        tuple(f"x{k + 1}" for k in range(m)) if variables is None else variables,
        score,
        intensity,
        grow,
    )


def _growth(logs: Floats, window: int) -> Floats:
    out = np.full_like(logs, np.nan)
    out[..., window:] = (logs[..., window:] - logs[..., :-window]) / window
    return out


def _log_mean(y: Floats, mass: Floats) -> Floats:
    """Log of the weighted mean over regions, (m, T); missing cells leave both sums."""
    known = ~np.isnan(y) & ~np.isnan(mass)
    total = np.where(known, y * mass, 0.0).sum(axis=1)
    weight = np.where(known, mass, 0.0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(total / weight))
