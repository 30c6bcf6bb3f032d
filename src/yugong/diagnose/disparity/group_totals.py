"""The plate table: what each group has, per head, its share of the total and the gap to a base group."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.disparity._sample import Floats, Omitted, codes, sample

CARD = MethodCard(
    "group_table",
    Text("分组汇总表", "Group table"),
    r"\bar y_j=\frac{\sum_{i\in j}Y_i}{\sum_{i\in j}N_i},\quad s_j=\frac{Y_j}{\sum_h Y_h},\quad r_j=\bar y_0/\bar y_j",
    Text(
        "人均值为组内总量除以组内人口；占比以各组合计为分母，不是全国公布数；比值为基准组除以本组",
        "per head is the group's total over its population; shares are of the groups' sum, not of a published "
        "national total; the ratio is base group over group",
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class GroupTable:
    """Arrays are (T, k): years × groups."""

    groups: tuple[Hashable, ...]
    years: tuple[Hashable, ...]
    base: Hashable
    amount: Floats  # unit of the amounts
    population: Floats  # unit of the population
    per_head: Floats  # the one over the other
    share: Floats  # of the groups' sum
    ratio: Floats  # per head of the base group over this group's
    method: MethodCard = CARD
    omitted: tuple[Omitted, ...] = ()
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a year and group: amount, population, per_head, share, ratio."""
        k, t = len(self.groups), len(self.years)
        columns = {n: getattr(self, n).ravel() for n in ("amount", "population", "per_head", "share", "ratio")}
        year = np.repeat(np.array(self.years, dtype=object), k)
        return pd.DataFrame({"year": year, "group": list(self.groups) * t, **columns})


def group_table(amount: object, population: object, groups: object, base: Hashable | None = None) -> GroupTable:
    """Return group sums, per-head values, shares of the total and the ratio of the base group to each.

    amount (n,) or (n, T) ≥ 0, a total such as GRP; population (n,) or (n, T), 0 where a place is absent; groups (n,)
    labels; base: a group label, the first by default. Raises InputError, AlignmentError, UnknownNameError.
    """
    s = sample(amount, population)
    code, labels = codes(groups, s, amount)
    base = labels[0] if base is None else base
    if base not in labels:
        raise UnknownNameError(Text("分组", "group"), base, [str(g) for g in labels])
    member = (code[:, None] == np.arange(len(labels))).astype(np.float64)
    heads = s.weights.T @ member
    total = np.where(s.weights > 0, s.values, 0.0).T @ member
    per_head = np.divide(total, heads, out=np.full_like(total, np.nan), where=heads > 0)
    own = per_head[:, [labels.index(base)]]
    ratio = np.divide(own, per_head, out=np.full_like(total, np.nan), where=per_head > 0)
    return GroupTable(
        labels, s.years, base, total, heads, per_head, total / total.sum(axis=1, keepdims=True), ratio
    )  # fmt: skip
