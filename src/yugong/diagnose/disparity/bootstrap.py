"""Cluster-bootstrap intervals: a replicate is a multiplicity of each cluster, so all replicates run at once."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.disparity import _citations as cite
from yugong.diagnose.disparity import dagum_gini, theil_parts
from yugong.diagnose.disparity._catalogue import STATISTICS, Statistic, statistic
from yugong.diagnose.disparity._sample import Floats, Omitted, codes, sample, without_zeros

_FEW = 10  # clusters; below it percentile intervals of dispersion are visibly too short and too low
_CELLS = 1 << 20  # draws are worked through in blocks of at most so many weights (8 MiB)


@dataclass(frozen=True, slots=True)
class Compound:
    """Several numbers from one pass: `kernel(x, w)` gives (B, len(ids))."""

    ids: tuple[str, ...]
    kernel: Callable[[Floats, Floats], Floats]
    no_zero: Text | None = None


@dataclass(frozen=True, slots=True)
class PanelStatistic:
    """Several numbers from the whole panel: `kernel(x (n, T), multiplicity (B, n))` gives (B, len(ids))."""

    ids: tuple[str, ...]
    kernel: Callable[[Floats, Floats], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Bootstrap:
    """Percentile intervals: estimate, low, high, se are (T, P); replicates (B, T, P).

    A panel statistic has one value for all years: its rows stand under the last year.
    """

    statistics: tuple[str, ...]
    years: tuple[Hashable, ...]
    estimate: Floats
    low: Floats
    high: Floats
    se: Floats
    replicates: Floats
    level: float
    clusters: int
    seed: int
    method: MethodCard
    caution: Text | None = None  # set when some stratum has few clusters
    omitted: tuple[Omitted, ...] = ()  # entries left out, with the reason
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a statistic and year: value, low, high, se."""
        t, p = self.estimate.shape
        out = pd.DataFrame(
            {
                "statistic": np.repeat(self.statistics, t),
                "year": list(self.years) * p,
                "value": self.estimate.T.ravel(),
                "low": self.low.T.ravel(),
                "high": self.high.T.ravel(),
                "se": self.se.T.ravel(),
            }
        )
        return out.dropna(subset=["value"]).reset_index(drop=True)

    def change(self, first: Hashable, last: Hashable) -> pd.DataFrame:
        """Return each statistic's change between two years with its interval, the two years drawn together."""
        a, b = self.years.index(first), self.years.index(last)
        moved = self.replicates[:, b] - self.replicates[:, a]
        low, high = _interval(moved, self.level)
        return pd.DataFrame(
            {
                "statistic": self.statistics,
                "value": self.estimate[b] - self.estimate[a],
                "low": low,
                "high": high,
                "se": moved.std(axis=0, ddof=1),
            }
        )


def cluster_bootstrap(
    values: object,
    groups: object = None,
    weights: object = None,
    statistics: Sequence[str | Statistic | Compound | PanelStatistic] = ("gini", "theil_T"),
    draws: int = 1000,
    seed: int = 0,
    clusters: object = None,
    level: float = 0.95,
    within_groups: bool = True,
) -> Bootstrap:
    """Return percentile intervals of disparity statistics by resampling clusters with all their years.

    values (n,) or (n, T) ≥ 0; weights (n,) or (n, T); clusters (n,) labels (each row its own by default); groups (n,)
    labels for "dagum" and "theil_T_groups"/"theil_L_groups". With groups, clusters are drawn within each group unless
    within_groups=False; a cluster then lies in one group. Places with a zero are refused where logs need it.
    Source: Field & Welsh 2007; Cameron, Gelbach & Miller 2008. Raises InputError, UnknownNameError.
    """
    if draws < 2 or not 0 < level < 1:
        raise ValueError("draws must be at least 2 and level between 0 and 1")
    s = sample(values, weights)
    code, labels = (None, ()) if groups is None else codes(groups, s, values)
    chosen = [_compound(c, code, labels) for c in statistics]
    for why in (c.no_zero for c in chosen if isinstance(c, Compound)):
        if why is not None:
            without_zeros(s, "limit", why)  # refuses
    cluster, names = codes(clusters, s, values) if clusters is not None else (np.arange(len(s.places)), s.places)
    strata = code if code is not None and within_groups else np.zeros(len(s.places), dtype=np.intp)
    ids = tuple(i for c in chosen for i in c.ids)
    estimate = _evaluate(chosen, s.values, s.weights, np.ones((1, len(s.places))))[0]
    replicates = np.concatenate(
        [
            _evaluate(chosen, s.values, s.weights, m[:, cluster])
            for m in multiplicities(cluster, strata, len(names), draws, seed, max(1, _CELLS // len(s.places)))
        ]
    )
    low, high = _interval(replicates, level)
    return Bootstrap(
        ids, s.years, estimate, low, high, replicates.std(axis=0, ddof=1), replicates, level, len(names), seed,
        _card(draws, seed, level, len(names), code is not None and within_groups),
        _caution(_stratum(cluster, strata, len(names))),
    )  # fmt: skip


def multiplicities(
    cluster: NDArray[np.intp], strata: NDArray[np.intp], k: int, draws: int, seed: int, block: int
) -> Iterator[Floats]:
    """Yield blocks (≤ block, k) of how often each cluster is drawn; the draws do not depend on the block size."""
    stratum = _stratum(cluster, strata, k)
    members = [np.flatnonzero(stratum == h) for h in np.unique(stratum)]
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(len(members))]
    for start in range(0, draws, block):
        b = min(block, draws - start)
        out = np.empty((b, k))
        for own, rng in zip(members, streams, strict=True):
            out[:, own] = rng.multinomial(len(own), np.full(len(own), 1 / len(own)), size=b)
        yield out


def _stratum(cluster: NDArray[np.intp], strata: NDArray[np.intp], k: int) -> NDArray[np.intp]:
    first = np.full(k, -1, dtype=np.intp)
    first[cluster] = strata
    if (first[cluster] != strata).any():
        what = Text("有聚类单元跨越多个分组", "a cluster lies in more than one group")
        do = Text("改用 within_groups=False，或改用更小的聚类单元", "use within_groups=False or smaller clusters")
        raise InputError([Problem(what, do)])
    return first


def _compound(
    name: "str | Statistic | Compound | PanelStatistic", code: NDArray[np.intp] | None, labels: tuple[Hashable, ...]
) -> "Compound | PanelStatistic":
    if isinstance(name, (Compound, PanelStatistic)):
        return name
    if name in ("dagum", "theil_T_groups", "theil_L_groups"):
        if code is None:
            raise InputError([Problem(Text(f"{name} 需要 groups", f"{name} needs groups"))])
        return _dagum(code, labels) if name == "dagum" else _theil(code, labels, 1.0 if "_T_" in str(name) else 0.0)
    made = statistic(name)
    kernel = made.kernel
    id_ = name if isinstance(name, str) and name in STATISTICS else made.id
    return Compound((str(id_),), lambda x, w: kernel(x, w)[:, None], made.no_zero)


def _dagum(code: NDArray[np.intp], labels: tuple[Hashable, ...]) -> Compound:
    k = len(labels)
    pairs = [(j, h) for j in range(k) for h in range(j + 1, k)]
    ids = (
        "dagum.gini", "dagum.within", "dagum.between", "dagum.transvariation",
        "dagum.share_within", "dagum.share_between", "dagum.share_transvariation",
        *(f"dagum.gini[{g}]" for g in labels), *(f"dagum.gini[{labels[j]},{labels[h]}]" for j, h in pairs),
    )  # fmt: skip

    def kernel(x: Floats, w: Floats) -> Floats:
        d = dagum_gini.assemble(dagum_gini.parts(x, w, code, k), labels, ())
        three = (d.within, d.between, d.transvariation)
        positive = np.where(d.gini > 0, d.gini, np.nan)
        own = [d.gini_pair[:, j, j] for j in range(k)]
        return np.stack(
            [d.gini, *three, *(part / positive for part in three), *own, *(d.gini_pair[:, j, h] for j, h in pairs)],
            axis=1,
        )

    return Compound(ids, kernel)


def _theil(code: NDArray[np.intp], labels: tuple[Hashable, ...], alpha: float) -> Compound:
    name = "theil_T" if alpha == 1 else "theil_L"
    member = theil_parts.membership(code, len(labels))
    ids = (f"{name}.total", f"{name}.between", f"{name}.within", f"{name}.share_between")

    def kernel(x: Floats, w: Floats) -> Floats:
        raw = theil_parts.parts(x, w, member, alpha)
        between, within = raw.step.sum(axis=1), (raw.weight * raw.within).sum(axis=1)
        total = between + within
        return np.stack([total, between, within, between / np.where(total > 0, total, np.nan)], axis=1)

    no_zero = None if alpha > 0 else Text("泰尔 L 含零时为无穷", "Theil L is infinite with a zero")
    return Compound(ids, kernel, no_zero)


def _evaluate(
    chosen: Sequence[Compound | PanelStatistic], values: Floats, weights: Floats, multiplicity: Floats
) -> Floats:
    years = values.shape[1]
    out = np.full((len(multiplicity), years, sum(len(c.ids) for c in chosen)), np.nan)
    at = 0
    for c in chosen:
        own = slice(at, at + len(c.ids))
        if isinstance(c, PanelStatistic):
            out[:, -1, own] = c.kernel(values, multiplicity)
        else:
            for t in range(years):
                # a replicate may draw only absent places: it has no value in that year
                with np.errstate(divide="ignore", invalid="ignore"):
                    out[:, t, own] = c.kernel(values[:, t], multiplicity * weights[:, t])
        at += len(c.ids)
    return out


def _interval(replicates: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the percentile bounds over the first axis, ignoring replicates without a value."""
    tail = (1 - level) / 2
    shape = replicates.shape[1:]
    flat = replicates.reshape(len(replicates), -1)
    out = np.full((2, flat.shape[1]), np.nan)
    known = ~np.isnan(flat)
    full = known.all(axis=0)
    if full.any():
        out[:, full] = np.quantile(flat[:, full], [tail, 1 - tail], axis=0)
    for c in np.flatnonzero(known.any(axis=0) & ~full):
        out[:, c] = np.quantile(flat[known[:, c], c], [tail, 1 - tail])
    return out[0].reshape(shape), out[1].reshape(shape)


def _caution(stratum: NDArray[np.intp]) -> Text | None:
    least = int(np.unique(stratum, return_counts=True)[1].min())
    if least >= _FEW:
        return None
    return Text(
        f"最小的抽样层只有 {least} 个聚类单元：该层内差异的区间偏窄且偏低，仅供参考",
        f"the smallest stratum has only {least} clusters: intervals for the disparity inside it are too short and too low",
    )


def _card(draws: int, seed: int, level: float, clusters: int, stratified: bool) -> MethodCard:
    zh, en = ("；在组内抽取", "; drawn within groups") if stratified else ("", "")
    return MethodCard(
        "cluster_bootstrap",
        Text("聚类自助法区间", "Cluster-bootstrap interval"),
        r"[\hat\theta^*_{(\tau/2)},\ \hat\theta^*_{(1-\tau/2)}]",
        Text(
            "百分位区间；整块抽取地区及其全部年份；把地区视为来自更大总体的样本" + zh,
            "percentile interval; a region is drawn with all its years, as if sampled from a larger population" + en,
        ),
        None,
        (cite.FIELD_WELSH_2007, cite.CAMERON_2008),
        {"draws": str(draws), "seed": str(seed), "level": f"{level:g}", "clusters": str(clusters)},
    )
