"""Is the gap between groups more than chance? Theil's between part under permuted group labels."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.disparity import _citations as cite
from yugong.diagnose.disparity._sample import Floats, codes, sample

_BLOCK = 64  # draws a block: label matrices stay within a few megabytes
CARD = MethodCard(
    "theil_permutation",
    Text("泰尔组间部分的置换检验", "Permutation test of Theil's between part"),
    r"p=\frac{1+\#\{b:\,T_B^{(b)}\ge T_B\}}{1+B}",
    Text(
        "组标签整体置换，各年用同一次置换；总量不变，只重算组间部分；单侧，p 含观测值本身",
        "labels are permuted once for all years; the total is invariant, so only the between part is recomputed; "
        "one-sided, the observed value counts",
    ),
    citations=(cite.THEIL_1967, cite.SHORROCKS_1980),
)


@dataclass(frozen=True, slots=True, eq=False)
class TheilPermutation:
    """The observed between part (T,), its permutation mean (T,) and p value (T,); years as given."""

    years: tuple[Hashable, ...]
    between: Floats
    expected: Floats
    p: Floats
    draws: int
    method: MethodCard = CARD
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a year."""
        return pd.DataFrame({"year": self.years, "between": self.between, "expected": self.expected, "p": self.p})


def theil_permutation(
    values: object, groups: object, weights: object = None, draws: int = 999, seed: int = 0
) -> TheilPermutation:
    """Test Theil T between groups against random groups of the same sizes, by year.

    values (n,) or (n, T) ≥ 0; groups (n,) labels; weights population. Every year uses the same draws, which depend
    on `seed` alone. Raises InputError, AlignmentError.
    """
    if draws < 1:
        raise InputError([Problem(Text("置换次数至少为 1", "at least one permutation is needed"))])
    s = sample(values, weights)
    code, labels = codes(groups, s, values)
    amounts = np.concatenate([s.weights, s.weights * s.values], axis=1)  # (n, 2T)
    observed = _between(_sums(code[None], amounts, len(labels)))[0]
    rng = np.random.default_rng(seed)
    reached, total = np.zeros(len(observed)), np.zeros(len(observed))
    slack = 1e-12 * np.abs(observed)  # sums in another order differ in the last digits
    for start in range(0, draws, _BLOCK):
        block = np.stack([rng.permutation(code) for _ in range(min(_BLOCK, draws - start))])
        drawn = _between(_sums(block, amounts, len(labels)))
        reached += (drawn >= observed - slack).sum(axis=0)
        total += drawn.sum(axis=0)
    return TheilPermutation(s.years, observed, total / draws, (1 + reached) / (1 + draws), draws)


def _sums(code: NDArray[np.intp], amounts: Floats, k: int) -> Floats:
    """Return each draw's group sums (B, k, 2T) of labels `code` (B, n), as one matrix product."""
    member: Floats = (code[:, None, :] == np.arange(k)[:, None]).reshape(-1, code.shape[1]).astype(np.float64)
    sums: Floats = member @ amounts
    return sums.reshape(len(code), k, -1)


def _between(sums: Floats) -> Floats:
    """Return Σ s ln(s/p) over groups, (B, T), from group sums of weights and of weighted values."""
    heads, value = np.split(sums, 2, axis=2)
    p = heads / heads.sum(axis=1, keepdims=True)
    share = value / value.sum(axis=1, keepdims=True)
    ratio = np.divide(share, p, out=np.ones_like(share), where=(p > 0) & (share > 0))
    return np.asarray((share * np.log(ratio)).sum(axis=1))
