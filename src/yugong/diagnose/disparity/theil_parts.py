"""Generalised entropy (Theil T, L and any α) split exactly between and within groups."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.disparity import _catalogue as catalogue
from yugong.diagnose.disparity import _citations as cite
from yugong.diagnose.disparity._catalogue import WEIGHTED
from yugong.diagnose.disparity._kernels import x_log_x
from yugong.diagnose.disparity._sample import Floats, Omitted, Sample, Zero, codes, sample, without_zeros

Kind = Literal["T", "L"]


class Parts(NamedTuple):
    """The pieces for B rows of weights and k groups."""

    share: Floats  # p_j (B, k)
    group_mean: Floats  # μ_j (B, k); 0 for an empty group
    mean: Floats  # (B,)
    within: Floats  # GE of each group (B, k)
    weight: Floats  # s^α p^{1−α} (B, k)
    step: Floats  # each group's term of the between part (B, k)


def membership(code: NDArray[np.intp], k: int) -> Floats:
    """Return the (n, k) matrix that sums places into groups."""
    out: Floats = (code[:, None] == np.arange(k)).astype(np.float64)
    return out


def parts(x: Floats, w: Floats, member: Floats, alpha: float) -> Parts:
    """Return the one-level decomposition of GE(α) for every row of weights; member (n, k) is 0 or 1."""
    scale = x.mean()
    x = x / scale
    size = w @ member
    there = size > 0
    per = np.divide(1.0, size, out=np.zeros_like(size), where=there)
    mean_j = (w * x) @ member * per
    share = size / size.sum(axis=1, keepdims=True)
    mean = (share * mean_j).sum(axis=1, keepdims=True)
    known = mean_j > 0
    mu = np.where(known, mean_j, 1.0)
    ratio = np.where(known, mean_j / mean, 1.0)
    f = x_log_x(x) if alpha == 1 else np.log(x) if alpha == 0 else x**alpha
    moment = (w * f) @ member * per
    if alpha == 1:
        within = moment / mu - np.log(mu)
        weight, step = share * mean_j / mean, share * x_log_x(mean_j / mean)
    elif alpha == 0:
        within = np.log(mu) - moment
        weight, step = share, -share * np.log(ratio)
    else:
        c = alpha * (alpha - 1)
        within = (moment / mu**alpha - 1) / c
        weight = share * ratio**alpha
        step = share * (np.where(known, ratio**alpha, 0.0) - 1) / c
    within, weight = np.where(known, within, 0.0), np.where(known, weight, 0.0)
    return Parts(share, mean_j * scale, mean[:, 0] * scale, within, weight, np.where(there, step, 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class TheilDecomposition:
    """GE(α) = between + within; arrays start with a year axis unless made from one vector; k groups."""

    alpha: float
    groups: tuple[Hashable, ...]
    years: tuple[Hashable, ...]
    total: Floats
    between: Floats
    within: Floats
    population_share: Floats  # (…, k)
    value_share: Floats  # (…, k)
    mean: Floats  # (…, k), unit of the values; NaN for an empty group
    inequality: Floats  # GE(α) inside each group (…, k)
    contribution_within: Floats  # (…, k), sums to within
    contribution_between: Floats  # (…, k), sums to between; single terms may be negative
    omitted: tuple[Omitted, ...]  # entries left out, with the reason
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a year and group: shares, mean, inequality inside, contributions and their share."""
        k, t = len(self.groups), len(self.years)
        total = np.repeat(np.atleast_1d(self.total), k)
        out = pd.DataFrame(
            {
                "year": np.repeat(np.array(self.years, dtype=object), k),
                "group": list(self.groups) * t,
                "population_share": np.ravel(self.population_share),
                "value_share": np.ravel(self.value_share),
                "mean": np.ravel(self.mean),
                "inequality": np.ravel(self.inequality),
                "within": np.ravel(self.contribution_within),
                "between": np.ravel(self.contribution_between),
            }
        )
        out["share_within"] = np.divide(out["within"], total, out=np.full(k * t, np.nan), where=total > 0)
        return out

    def shares(self) -> pd.DataFrame:
        """Return one row a year: total, between, within and their shares of the total."""
        total = np.atleast_1d(self.total)
        out = pd.DataFrame({"year": self.years, "total": total})
        for name in ("between", "within"):
            out[name] = np.atleast_1d(getattr(self, name))
        for name in ("between", "within"):
            out[f"share_{name}"] = np.divide(out[name], total, out=np.full(len(total), np.nan), where=total > 0)
        return out


def theil_decomposition(
    values: object,
    groups: object,
    weights: object = None,
    kind: Kind = "T",
    alpha: float | None = None,
    zero: Zero = "limit",
) -> TheilDecomposition:
    """Split Theil T, Theil L or GE(`alpha`) exactly between and within groups (Shorrocks 1980, 1984).

    values (n,) or (n, T) ≥ 0; groups (n,) labels; weights population. Within weights are s^α p^{1−α}: value shares
    for T, population shares for L. α ≤ 0 refuses zeros unless zero="drop". Raises InputError, AlignmentError.
    """
    a = order_of(kind, alpha)
    s = sample(values, weights)
    code, labels = codes(groups, s, values)
    s, dropped = nonzero(s, a, zero)
    raw = by_year(s, code, len(labels), a)
    within, between = raw.weight * raw.within, raw.step
    return TheilDecomposition(
        alpha=a,
        groups=labels,
        years=s.years,
        total=s.cut(within.sum(axis=1) + between.sum(axis=1)),
        between=s.cut(between.sum(axis=1)),
        within=s.cut(within.sum(axis=1)),
        population_share=s.cut(raw.share),
        value_share=s.cut(raw.share * raw.group_mean / raw.mean[:, None]),
        mean=s.cut(np.where(raw.share > 0, raw.group_mean, np.nan)),
        inequality=s.cut(raw.within),
        contribution_within=s.cut(within),
        contribution_between=s.cut(between),
        omitted=dropped,
        method=MethodCard(
            "theil_decomposition",
            Text(f"{name_of(a)} 分组分解", f"{name_of(a)} decomposed over groups"),
            r"I=\sum_j s_j^\alpha p_j^{1-\alpha}I_j+I_B,\quad \alpha=1:\,T,\ \alpha=0:\,L",
            Text(
                WEIGHTED.zh + "；组内权重为 s^α p^{1−α}",
                WEIGHTED.en + "; groups enter with weight s^α p^{1−α}",
            ),
            catalogue.entropy(a).card.zero,
            (cite.BOURGUIGNON_1979, cite.SHORROCKS_1980, cite.SHORROCKS_1984),
            {"alpha": f"{a:g}"},
        ),
    )


def order_of(kind: Kind, alpha: float | None) -> float:
    """Return α of GE(α): 1 for T, 0 for L, or the one given."""
    if alpha is not None:
        return float(alpha)
    if kind not in ("T", "L"):
        raise ValueError(f"kind must be T or L, not {kind!r}")
    return 1.0 if kind == "T" else 0.0


def name_of(alpha: float) -> str:
    """Return what GE(α) is called."""
    return {1.0: "Theil T", 0.0: "Theil L"}.get(alpha, f"GE({alpha:g})")


def nonzero(s: Sample, alpha: float, zero: Zero) -> tuple[Sample, tuple[Omitted, ...]]:
    """Refuse or drop the zeros that GE(α) cannot take."""
    why = catalogue.entropy(alpha).no_zero
    return (s, ()) if why is None else without_zeros(s, zero, why)


def by_year(s: Sample, code: NDArray[np.intp], k: int, alpha: float) -> Parts:
    """Return the decomposition of each column, years first."""
    member = membership(code, k)
    yearly = [parts(x, w[None, :], member, alpha) for x, w in zip(s.values.T, s.weights.T, strict=True)]
    return Parts(*(np.concatenate(a) for a in zip(*yearly, strict=True)))
