"""Worths of all subsets of n strategies (or players): dividends, Shapley values, pairwise synergies.

Arrays run over subsets first: position k holds the subset whose members are the bits of k, so position 0 is nobody
and the last everybody. Further axes (regions, draws) are carried along.
"""

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

Numbers = npt.NDArray[np.float64]
MOST = 16  # 65 536 subsets


def subsets(n: int) -> npt.NDArray[np.bool_]:
    """Return which of n members each subset holds, (2ⁿ, n)."""
    if not 1 <= n <= MOST:
        what = Text(f"一共 {n} 项，只能是 1 到 {MOST} 项", f"{n} items; between 1 and {MOST} are possible")
        raise InputError([Problem(what)])
    return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(bool)


def dividends(worth: npt.ArrayLike) -> Numbers:
    """Return the Harsanyi dividend of each subset: what it adds beyond all its proper subsets.

    `worth` (2ⁿ, …); worth = sum of the dividends of all subsets contained. Harsanyi (1963), eq. 4; the Möbius
    transform of the subset lattice, n 2ⁿ⁻¹ subtractions.
    """
    found = np.array(worth, dtype=np.float64)
    members = _members(found)
    for i in range(members):
        pairs = found.reshape(2 ** (members - i - 1), 2, 2**i, *found.shape[1:])
        pairs[:, 1] -= pairs[:, 0]
    return found


def shapley(worth: npt.ArrayLike) -> Numbers:
    """Return each member's Shapley value, (n, …): equal shares of every dividend it has a part in.

    `worth` (2ⁿ, …). The values sum to worth of all less worth of none. Shapley (1953).
    """
    gains = dividends(worth)
    inside = subsets(_members(gains))
    share = inside / np.maximum(inside.sum(1, keepdims=True), 1)
    return np.asarray(np.einsum("kn,k...->n...", share, gains))


def pairwise(worth: npt.ArrayLike) -> Numbers:
    """Return W(A∪B) − W(A) − W(B) + W(∅) for each pair, (n, n, …), zero on the diagonal."""
    w = np.asarray(worth, dtype=np.float64)
    n = _members(w)
    alone = w[2 ** np.arange(n)] - w[0]
    together = w[(2 ** np.arange(n))[:, None] | (2 ** np.arange(n))] - w[0]
    both = together - alone[:, None] - alone[None]
    both[np.arange(n), np.arange(n)] = 0.0
    return np.asarray(both, dtype=np.float64)


def _members(worth: Numbers) -> int:
    members = worth.shape[0].bit_length() - 1 if worth.ndim else 0
    if not worth.ndim or worth.shape[0] != 2**members or members < 1:
        what = Text("第一维须为 2 的 n 次方（每个子集一个值）", "the first axis needs one value a subset, 2ⁿ of them")
        raise InputError([Problem(what)])
    return members
