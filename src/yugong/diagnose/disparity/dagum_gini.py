"""Dagum's decomposition of the Gini coefficient, all parts, in closed form."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.disparity import _citations as cite
from yugong.diagnose.disparity._catalogue import WEIGHTED
from yugong.diagnose.disparity._sample import Floats, Omitted, codes, sample

CARD = MethodCard(
    "dagum",
    Text("Dagum 基尼系数及其分解", "Dagum decomposition of the Gini coefficient"),
    r"G=\underbrace{\sum_j G_{jj}p_js_j}_{G_w}+\underbrace{\sum_{j<h}\frac{p_jp_h|\mu_j-\mu_h|}{\mu}}_{G_{nb}}"
    r"+\underbrace{\sum_{j<h}\frac{p_jp_h(\Delta_{jh}-|\mu_j-\mu_h|)}{\mu}}_{G_t},"
    r"\ \Delta_{jh}=E|Y_j-Y_h|,\ D_{jh}=|\mu_j-\mu_h|/\Delta_{jh}",
    Text(
        WEIGHTED.zh + "；分母为 n²；组对份额为 p_j s_h + p_h s_j；单成员组 G_jj=0",
        WEIGHTED.en + "; n² denominator; pair shares p_j s_h + p_h s_j; a one-member group has G_jj = 0",
    ),
    Text("零值照常进入，不剔除", "zeros enter as they are"),
    (cite.DAGUM_1997,),
)


class Parts(NamedTuple):
    """The raw pieces for B rows of weights: shares and means (B, k), mean differences Δ (B, k, k), mean (B,)."""

    share: Floats
    group_mean: Floats
    gap: Floats
    mean: Floats


def parts(x: Floats, w: Floats, code: NDArray[np.intp], k: int) -> Parts:
    """Return group shares, means and mean absolute differences; one sort, then O(nk) per row of weights."""
    order = np.argsort(x)
    xs, ws = x[order], w[:, order]
    member = (code[order] == np.arange(k)[:, None]).astype(np.float64)  # (k, n)
    mass = ws[:, None, :] * member
    size = mass.sum(axis=2)
    per = np.divide(1.0, size, out=np.zeros_like(size), where=size > 0)
    group_mean = mass @ xs * per
    # E|Y_j − Y_h| = ∫ F_j(1−F_h) + F_h(1−F_j): every term is positive, no digit is lost
    below = np.cumsum(mass[:, :, :-1], axis=2) * per[:, :, None]
    half = (below * np.diff(xs)) @ (1 - below).swapaxes(1, 2)
    gap = np.maximum(half + half.swapaxes(1, 2), 0)
    present = (size > 0).astype(np.float64)
    gap *= present[:, :, None] * present[:, None, :]
    share = size / size.sum(axis=1, keepdims=True)
    return Parts(share, group_mean, gap, (share * group_mean).sum(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Dagum:
    """Dagum's parts. Arrays start with a year axis (T,) unless made from one vector; k groups.

    gini = within + between + transvariation. Symmetric (k, k) arrays; `contribution_*` by pair lie above the diagonal.
    """

    groups: tuple[Hashable, ...]
    years: tuple[Hashable, ...]
    gini: Floats
    within: Floats  # G_w
    between: Floats  # G_nb
    transvariation: Floats  # G_t
    population_share: Floats  # p_j (…, k)
    value_share: Floats  # s_j (…, k)
    mean: Floats  # μ_j (…, k), unit of the values; NaN for an empty group
    gini_pair: Floats  # G_jh (…, k, k); the diagonal is G_jj
    relative_affluence: Floats  # D_jh in [0, 1] (…, k, k)
    d: Floats  # d_jh (…, k, k), unit of the values: the richer group's gross advantage
    p: Floats  # p_jh (…, k, k), unit of the values: transvariation
    contribution_within: Floats  # (…, k), sums to within
    contribution_between: Floats  # (…, k, k), sums to between
    contribution_transvariation: Floats  # (…, k, k), sums to transvariation
    method: MethodCard = CARD
    omitted: tuple[Omitted, ...] = ()  # entries left out, with the reason
    provenance: Provenance | None = None

    def shares(self) -> pd.DataFrame:
        """Return one row a year: the Gini coefficient, its three parts, and their shares of it."""
        g = np.atleast_1d(self.gini)
        out = pd.DataFrame({"year": self.years, "gini": g})
        for name in ("within", "between", "transvariation"):
            out[name] = np.atleast_1d(getattr(self, name))
        for name in ("within", "between", "transvariation"):
            out[f"share_{name}"] = np.divide(out[name], g, out=np.full(len(g), np.nan), where=g > 0)
        return out

    def table(self) -> pd.DataFrame:
        """Return one row a year and pair of groups (a group with itself: within)."""
        k, t = len(self.groups), len(self.years)
        j, h = np.triu_indices(k)
        order = np.lexsort((h, j, j != h))  # the groups themselves first, then the pairs
        j, h = j[order], h[order]

        def pairs(a: Floats) -> Floats:
            return np.reshape(a, (t, k, k))[:, j, h]

        own = j == h
        between, crossed = pairs(self.contribution_between), pairs(self.contribution_transvariation)
        within = np.where(own, np.reshape(self.contribution_within, (t, k))[:, j], 0.0)
        total = np.atleast_1d(self.gini)[:, None]
        share = np.divide(within + between + crossed, total, out=np.full((t, len(j)), np.nan), where=total > 0)
        return pd.DataFrame(
            {
                "year": np.repeat(np.array(self.years, dtype=object), len(j)),
                "group": [self.groups[a] for a in j] * t,
                "group_other": [self.groups[a] for a in h] * t,
                "gini": pairs(self.gini_pair).ravel(),
                "relative_affluence": pairs(self.relative_affluence).ravel(),
                "within": within.ravel(),
                "between": between.ravel(),
                "transvariation": crossed.ravel(),
                "share": share.ravel(),
            }
        )


def dagum(values: object, groups: object, weights: object = None) -> Dagum:
    """Return Dagum's decomposition of the Gini coefficient over groups (Dagum 1997), in O(n log n + nk).

    values (n,) or (n, T) ≥ 0, one unit; groups (n,) labels, none missing; weights (n,) or (n, T) population.
    d_jh and p_jh come from d−p = |μ_j−μ_h| and d+p = Δ_jh. Raises InputError, AlignmentError.
    """
    s = sample(values, weights)
    code, labels = codes(groups, s, values)
    k = len(labels)
    yearly = [parts(x, w[None, :], code, k) for x, w in zip(s.values.T, s.weights.T, strict=True)]
    raw = Parts(*(np.concatenate(a) for a in zip(*yearly, strict=True)))
    made = assemble(raw, labels, s.years)
    if not s.single:
        return made
    arrays = {f: a[0] for f in made.__slots__ if isinstance(a := getattr(made, f), np.ndarray)}
    return replace(made, **arrays)


def assemble(raw: Parts, labels: tuple[Hashable, ...], years: tuple[Hashable, ...]) -> Dagum:
    """Return all of Dagum's parts from shares, means and mean differences (first axis: years or replicates)."""
    p, mean, gap = raw.share, raw.group_mean, raw.gap
    step = np.abs(mean[:, :, None] - mean[:, None, :])
    step = np.minimum(step, gap)  # |μ_j−μ_h| ≤ Δ_jh; equality may miss by round-off
    both = mean[:, :, None] + mean[:, None, :]
    overall = raw.mean[:, None, None]
    pair_share = p[:, :, None] * p[:, None, :]
    empty = pair_share == 0
    own = np.einsum("tjj->tj", gap)
    above = np.triu(np.ones(gap.shape[1:]), 1)
    within = p**2 * own / (2 * raw.mean[:, None])
    between = above * pair_share * step / overall
    crossed = above * pair_share * (gap - step) / overall
    parts_ = within.sum(axis=1), between.sum(axis=(1, 2)), crossed.sum(axis=(1, 2))
    return Dagum(
        groups=labels,
        years=years,
        gini=parts_[0] + parts_[1] + parts_[2],
        within=parts_[0],
        between=parts_[1],
        transvariation=parts_[2],
        population_share=p,
        value_share=p * mean / raw.mean[:, None],
        mean=np.where(p > 0, mean, np.nan),
        gini_pair=np.where(empty, np.nan, np.divide(gap, both, out=np.zeros_like(gap), where=both > 0)),
        relative_affluence=np.where(empty, np.nan, np.divide(step, gap, out=np.zeros_like(gap), where=gap > 0)),
        d=np.where(empty, np.nan, (gap + step) / 2),
        p=np.where(empty, np.nan, (gap - step) / 2),
        contribution_within=within,
        contribution_between=between,
        contribution_transvariation=crossed,
    )
