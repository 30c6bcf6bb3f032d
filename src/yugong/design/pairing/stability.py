"""Stability: matchings and amounts that no giver and receiver would both rather leave for each other."""

import numpy as np
import numpy.typing as npt

from yugong.design.pairing.assign import ROUNDING, Allowed, Numbers, checked, finite


def stable(giver_likes: npt.ArrayLike, receiver_likes: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return the giver-optimal stable matching, (M,), −1 for unmatched (Gale and Shapley 1962).

    `giver_likes` (M, N) and `receiver_likes` (M, N) are scores; ties go to the lower index.
    """
    g, r = finite(giver_likes), finite(receiver_likes)
    m, n = g.shape
    order = np.argsort(-g, axis=1, kind="stable")
    held = np.full(n, -1, np.int64)
    tried = np.zeros(m, np.int64)
    free = list(range(m))[::-1]
    while free:
        i = free.pop()
        while tried[i] < n:
            j = order[i, tried[i]]
            tried[i] += 1
            rival = held[j]
            if rival < 0 or (r[i, j], -i) > (r[rival, j], -rival):
                held[j] = i
                if rival >= 0:
                    free.append(int(rival))
                break
    found = np.full(m, -1, np.int64)
    found[held[held >= 0]] = np.flatnonzero(held >= 0)
    return found


def blocking_pairs(
    match: npt.ArrayLike, giver_likes: npt.ArrayLike, receiver_likes: npt.ArrayLike
) -> list[tuple[int, int]]:
    """Return the (giver, receiver) pairs who would both rather have each other than what they have."""
    g, r, at = finite(giver_likes), finite(receiver_likes), np.asarray(match)
    partner = np.full(g.shape[1], -1)
    partner[at[at >= 0]] = np.flatnonzero(at >= 0)
    own = np.where(at >= 0, g[np.arange(len(at)), np.maximum(at, 0)], -np.inf)
    theirs = np.where(partner >= 0, r[np.maximum(partner, 0), np.arange(g.shape[1])], -np.inf)
    rows, columns = np.nonzero((g > own[:, None]) & (r > theirs[None]))
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True)]


def stable_amounts(
    giver_likes: npt.ArrayLike,
    receiver_likes: npt.ArrayLike,
    capacity: npt.ArrayLike,
    need: npt.ArrayLike,
    able: Allowed | None = None,
) -> Numbers:
    """Return the giver-optimal stable amounts, (M, N): deferred acceptance with money that can be divided.

    Each giver offers what it has left to the receiver it likes best among those that have not turned it down; a
    receiver keeps what it likes best up to its need and turns down the rest. Likes (M, N) are scores, ties go to the
    lower index; `able` (M, N) are the pairs allowed. Baïou and Balinski (2002).
    """
    g, a, b = checked(giver_likes, capacity, need)
    r = finite(receiver_likes)
    m, n = g.shape
    open_ = np.ones((m, n), dtype=bool) if able is None else np.array(able, dtype=bool)
    order, amount = np.argsort(-g, axis=1, kind="stable"), np.zeros((m, n))
    waiting = list(range(m))[::-1]
    while waiting:
        i = waiting.pop()
        goal = next((int(j) for j in order[i] if open_[i, j]), None)
        left = a[i] - amount[i].sum()
        if goal is None or left <= ROUNDING * a[i]:
            continue
        amount[i, goal] += left
        over = amount[:, goal].sum() - b[goal]
        for k in sorted(np.flatnonzero(amount[:, goal]), key=lambda k: (r[k, goal], -k)):  # the least liked first
            if over <= ROUNDING * b[goal]:
                break
            back = min(over, amount[k, goal])
            amount[k, goal] -= back
            over -= back
            open_[k, goal] = False
            if k not in waiting:
                waiting.append(int(k))
        if i not in waiting:
            waiting.append(i)
    return amount


def blocking_amounts(
    amount: npt.ArrayLike,
    giver_likes: npt.ArrayLike,
    receiver_likes: npt.ArrayLike,
    capacity: npt.ArrayLike,
    need: npt.ArrayLike,
    able: Allowed | None = None,
) -> list[tuple[int, int]]:
    """Return the allowed pairs of which both would rather have more of each other than what they have.

    The giver has money left or gives some to a receiver it likes less; the receiver needs more or gets some from a
    giver it likes less. Amounts and likes (M, N); stable amounts have no such pair.
    """
    g, a, b = checked(giver_likes, capacity, need)
    r, x = finite(receiver_likes), np.asarray(amount, np.float64)
    slack = 1e-6 * max(float(a.max()), float(b.max()))
    some = x > slack
    worst_given = np.where(a - x.sum(1) > slack, -np.inf, np.where(some, g, np.inf).min(1))
    worst_got = np.where(b - x.sum(0) > slack, -np.inf, np.where(some, r, np.inf).min(0))
    both = (g > worst_given[:, None]) & (r > worst_got[None]) & (a > 0)[:, None]
    both &= np.ones_like(both) if able is None else np.asarray(able, dtype=bool)
    return [(int(i), int(j)) for i, j in np.argwhere(both)]
