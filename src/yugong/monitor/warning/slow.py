"""Regions that grow more slowly than their past, their country and their group; regions that shrink."""

import numpy as np
from numpy.typing import NDArray

from yugong.base.cards import MethodCard
from yugong.base.text import Text
from yugong.monitor.sources import DIEMER_2022

Floats = NDArray[np.float64]
CARD = MethodCard(
    "trap_alarms",
    Text("增长放缓与收缩警报", "Slow-growth and shrinking alarms"),
    r"g_{it}=\tfrac1h\ln\frac{y_{it}}{y_{i,t-h}};\ \text{slow}=1(g<g_{i,t-h})+1(g<g^{nation}_t)+1(g<g^{group}_t);\ "
    r"\text{shrinking}=1\!\left(\ln\tfrac{n_{it}}{n_{i,t-h}}<0\right)",
    Text(
        "三项比较取自发展陷阱的思路（Diemer 等，2022）。三项都慢且收缩为红，三项都慢为橙，收缩为黄，两项慢为蓝，其余为绿；"
        "这一颜色规则由本软件规定",
        "the three comparisons follow the development trap (Diemer et al. 2022). Slow on all three and shrinking is red, "
        "slow on all three orange, shrinking yellow, slow on two blue, else green; the colours are this package's rule",
    ),
    Text("缺少任一项比较则为灰", "grey where a comparison is missing"),
    (DIEMER_2022,),
)


def slow_growth(y: Floats, weights: Floats, groups: NDArray[np.object_], window: int) -> tuple[Floats, Floats]:
    """Return growth (n, T) and how much lower it is than own past, nation, group (3, n, T), log points a year.

    y (n, T) positive levels, weights (n, T), groups (n,). The means are weighted; missing cells leave both sums. A
    region alone in its group has no group comparison (NaN). Source: Diemer et al. (2022), adapted.
    """
    own = growth(np.log(y), window)
    past = np.full_like(own, np.nan)
    past[:, window:] = own[:, :-window]
    nation = np.broadcast_to(growth(_log_mean(y, weights), window), own.shape)
    group = np.full_like(own, np.nan)
    for label in dict.fromkeys(g for g in groups if isinstance(g, str)):
        inside = groups == label
        if inside.sum() > 1:
            group[inside] = growth(_log_mean(y[inside], weights[inside]), window)
    return own, np.stack([past - own, nation - own, group - own])


def growth(logs: Floats, window: int) -> Floats:
    """Return the mean yearly change of logarithms over `window` years, NaN in the first ones."""
    out = np.full_like(logs, np.nan)
    out[..., window:] = (logs[..., window:] - logs[..., :-window]) / window
    return out


def colours(slow: Floats, shrinking: Floats) -> list[str]:
    """Return the colour of (comparisons lost 0 … 3, shrinking 0 or 1), grey where either is NaN."""
    out = []
    for lost, less in zip(slow.tolist(), shrinking.tolist(), strict=True):
        if np.isnan(lost) or np.isnan(less):
            out.append("grey")
        elif lost == 3:
            out.append("red" if less else "orange")
        else:
            out.append("yellow" if less else "blue" if lost == 2 else "green")
    return out


def _log_mean(y: Floats, weights: Floats) -> Floats:
    known = ~np.isnan(y) & ~np.isnan(weights)
    total, mass = np.where(known, y * weights, 0.0).sum(axis=0), np.where(known, weights, 0.0).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(total / mass))
