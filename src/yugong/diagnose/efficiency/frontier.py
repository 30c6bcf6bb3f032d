"""Frontier reduction: the units that span the technology, found once and used for all."""

import numpy as np
from numpy.typing import NDArray

from yugong.diagnose.efficiency.data import Floats, Returns, Units
from yugong.diagnose.efficiency.programme import OPTIMAL, Directional

INSIDE = 1e-9  # a unit whose inputs can shrink by more than this is spanned by others


def scales(known: Units) -> Floats:
    """Return the largest value of each column, 1 where a column is all zero."""
    top = known.data.max(axis=0)
    return np.where(top > 0, top, 1.0)


def frontier(known: Units, returns: Returns, weak: bool = False) -> NDArray[np.intp]:
    """Return the rows of complete units that span the same technology as all of them (Dulá's build-hull idea).

    Units join in order of a plain productivity ratio; one whose inputs (and bad outputs) the units so far can
    shrink is left out, for then it lies inside what they span. The technology of the rows returned equals that of all units.
    """
    relative = known.data / scales(known)
    m, s, _ = known.shape
    burden = np.hstack([relative[:, :m], relative[:, m + s :]]).mean(axis=1)
    order = np.argsort(-relative[:, m : m + s].mean(axis=1) / burden, kind="stable")
    programme = Directional(known.shape, scales(known), returns, weak)
    shrunk = np.ones(sum(known.shape))
    shrunk[m : m + s] = 0.0
    if weak:
        shrunk[m + s :] = 0.0
    kept: list[int] = []
    for i in order:
        if kept:
            found = programme.evaluate(known.data[i], known.data[i] * shrunk, slacks=False)
            if found.status is OPTIMAL and found.head > INSIDE:
                continue
        kept.append(int(i))
        programme.refer_to(known.take(np.array([i])))
    return np.sort(np.array(kept, dtype=np.intp))
