"""Theil T, L or GE(α) split exactly in two nested stages, such as province in plate."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.disparity import _catalogue as catalogue
from yugong.diagnose.disparity import _citations as cite
from yugong.diagnose.disparity._catalogue import WEIGHTED
from yugong.diagnose.disparity._sample import Floats, Omitted, Sample, Zero, codes, sample
from yugong.diagnose.disparity.theil_parts import Kind, by_year, name_of, nonzero, order_of


@dataclass(frozen=True, slots=True, eq=False)
class NestedTheil:
    """total = between_outer + between_inner + within_inner; a year axis first unless made from one vector."""

    alpha: float
    outer: tuple[Hashable, ...]
    inner: tuple[Hashable, ...]
    outer_of_inner: tuple[Hashable, ...]
    years: tuple[Hashable, ...]
    total: Floats
    between_outer: Floats
    between_inner: Floats  # between inner groups inside outer ones
    within_inner: Floats
    contribution_outer: Floats  # (…, k_outer): terms of between_outer
    contribution_inner: Floats  # (…, k_outer): sums to between_inner
    contribution_within: Floats  # (…, k_outer): sums to within_inner
    omitted: tuple[Omitted, ...]  # entries left out, with the reason
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a year and outer group: its three contributions."""
        k = len(self.outer)
        return pd.DataFrame(
            {
                "year": np.repeat(np.array(self.years, dtype=object), k),
                "group": list(self.outer) * len(self.years),
                "between_outer": np.ravel(self.contribution_outer),
                "between_inner": np.ravel(self.contribution_inner),
                "within_inner": np.ravel(self.contribution_within),
            }
        )

    def shares(self) -> pd.DataFrame:
        """Return one row a year: total, the three stages and their shares of the total."""
        total = np.atleast_1d(self.total)
        names = ("between_outer", "between_inner", "within_inner")
        out = pd.DataFrame({"year": self.years, "total": total})
        for name in names:
            out[name] = np.atleast_1d(getattr(self, name))
        for name in names:
            out[f"share_{name}"] = np.divide(out[name], total, out=np.full(len(total), np.nan), where=total > 0)
        return out


def nested_theil(
    values: object,
    outer: object,
    inner: object,
    weights: object = None,
    kind: Kind = "T",
    alpha: float | None = None,
    zero: Zero = "limit",
) -> NestedTheil:
    """Split Theil T, L or GE(`alpha`) in two nested stages, such as province in plate (Akita 2003).

    values (n,) or (n, T) ≥ 0 of the smallest units; outer, inner (n,) labels, each inner group inside one outer
    group; weights population. Raises InputError when an inner group lies in two outer ones.
    """
    a = order_of(kind, alpha)
    s = sample(values, weights)
    code_out, names_out = codes(outer, s, values)
    code_in, names_in = codes(inner, s, values)
    parent = _parent(code_in, code_out, names_in, names_out)
    s, dropped = nonzero(s, a, zero)
    low = by_year(s, code_in, len(names_in), a)
    fold = (parent[:, None] == np.arange(len(names_out))).astype(np.float64)
    # the inner groups' means, weighted by their population, are the sample of the upper stage
    filled = np.where(low.share > 0, low.group_mean, low.mean[:, None])
    upper = Sample(filled.T, low.share.T, names_in, s.years, s.single)
    high = by_year(upper, parent, len(names_out), a)
    within = (low.weight * low.within) @ fold
    inner_part = high.weight * high.within
    total = within.sum(axis=1) + inner_part.sum(axis=1) + high.step.sum(axis=1)
    return NestedTheil(
        alpha=a,
        outer=names_out,
        inner=names_in,
        outer_of_inner=tuple(names_out[i] for i in parent),
        years=s.years,
        total=s.cut(total),
        between_outer=s.cut(high.step.sum(axis=1)),
        between_inner=s.cut(inner_part.sum(axis=1)),
        within_inner=s.cut(within.sum(axis=1)),
        contribution_outer=s.cut(high.step),
        contribution_inner=s.cut(inner_part),
        contribution_within=s.cut(within),
        omitted=dropped,
        method=MethodCard(
            "nested_theil",
            Text(f"{name_of(a)} 两阶段嵌套分解", f"{name_of(a)}, two-stage nested decomposition"),
            r"T=T_{BR}+\sum_r s_rT_{BP,r}+\sum_r\sum_p s_{rp}T_{WP,rp}",
            Text(
                WEIGHTED.zh + "；各阶段权重为 s^α p^{1−α}（T 用数值份额，L 用人口份额）",
                WEIGHTED.en + "; every stage weighted by s^α p^{1−α} (value shares for T, population shares for L)",
            ),
            catalogue.entropy(a).card.zero,
            (cite.AKITA_2003, cite.SHORROCKS_1984),
            {"alpha": f"{a:g}"},
        ),
    )


def _parent(
    inner: NDArray[np.intp], outer: NDArray[np.intp], names_in: tuple[Hashable, ...], names_out: tuple[Hashable, ...]
) -> NDArray[np.intp]:
    pairs = np.unique(np.stack([inner, outer], axis=1), axis=0)
    twice = [i for i in range(len(names_in)) if (pairs[:, 0] == i).sum() > 1]
    if twice:
        raise InputError(
            Problem(
                Text(
                    f"内层组 {names_in[i]} 同时属于 {_listed(pairs, i, names_out)}",
                    f"inner group {names_in[i]} lies in {_listed(pairs, i, names_out)} at once",
                )
            )
            for i in twice
        )
    return pairs[:, 1]


def _listed(pairs: NDArray[np.intp], i: int, names: tuple[Hashable, ...]) -> str:
    return ", ".join(str(names[j]) for j in pairs[pairs[:, 0] == i, 1])
