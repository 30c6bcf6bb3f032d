"""Convergence clubs by the clustering algorithm of Phillips and Sul, with merging."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.dynamics import sources
from yugong.diagnose.dynamics.classes import Floats, panel
from yugong.diagnose.dynamics.logt import CRITICAL, Variance, card, complete_positive, regress

SIEVE_STEP, SIEVE_TOP = 0.1, 3.0
Members = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Clubs:
    """Clubs in order of their level: members, b, standard error and t of each; `divergent` places join none.

    `path` (clubs, T) is the mean relative transition path of each club. `status` says whether any club was found.
    """

    members: tuple[tuple[Hashable, ...], ...]
    divergent: tuple[Hashable, ...]
    b: Floats
    standard_error: Floats
    t: Floats
    path: Floats
    years: tuple[Any, ...]
    merged: tuple[tuple[int, ...], ...]  # the first-round clubs (from 1) that each club is made of
    status: Text
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place: place, club (from 1; 0 is divergent), b, standard_error, t of its club."""
        rows = [
            (place, k + 1, self.b[k], self.standard_error[k], self.t[k])
            for k, club in enumerate(self.members)
            for place in club
        ]
        rows += [(place, 0, np.nan, np.nan, np.nan) for place in self.divergent]
        return pd.DataFrame(rows, columns=["place", "club", "b", "standard_error", "t"])


class _Groups:
    """Sums of values over groups of rows, the only thing the log t regression needs."""

    def __init__(self, x: Floats, trim: float, convention: Variance) -> None:
        self.x, self.trim, self.convention = x, trim, convention

    def t(self, total: Floats, squares: Floats, size: Floats) -> Floats:
        b, error = regress(total, squares, size, self.trim, self.convention)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.nan_to_num(b / error, nan=-np.inf)

    def sums(self, rows: Members) -> tuple[Floats, Floats]:
        part = self.x[rows]
        return part.sum(axis=0), (part**2).sum(axis=0)

    def one(self, rows: Members) -> tuple[float, float, float]:
        total, squares = self.sums(rows)
        b, error = regress(total[None], squares[None], np.array([len(rows)]), self.trim, self.convention)
        return float(b[0]), float(error[0]), float(b[0] / error[0])


def clubs(
    values: Any,
    trim: float = 1 / 3,
    sieve: float = 0.0,
    merge: bool = True,
    sort: Literal["last", "half"] = "last",
    convention: Variance = "phillips-sul",
) -> Clubs:
    """Return convergence clubs of log incomes (n, T), usually filtered with `hp_trend`.

    Places are sorted by the last year, or by the mean of the second half (`sort="half"`, for series with much noise).
    The core is the run with the greatest t among those above −1.65; a place joins when its t with the core exceeds
    `sieve`, which rises by 0.1 until the club passes (Phillips & Sul 2007). `merge` joins neighbouring clubs that
    pass together (2009). O(n·T) work a club step; missing or non-positive values raise InputError.
    """
    data = panel(values)
    x = complete_positive(data.values, data.labels)
    key = x[:, -1] if sort == "last" else x[:, x.shape[1] // 2 :].mean(axis=1)
    groups = _Groups(x, trim, convention)
    found, rest = _cluster(groups, np.argsort(-key, kind="stable"), sieve)
    parts: list[tuple[int, ...]] = [(k,) for k in range(1, len(found) + 1)]
    if merge:
        found, parts = _merge(groups, found)
    fits = np.array([groups.one(club) for club in found]).reshape(len(found), 3)
    relative = x / x.mean(axis=0)
    status = (
        Text(f"{len(found)} 个俱乐部，{len(rest)} 个发散", f"{len(found)} club(s), {len(rest)} divergent")
        if found
        else Text("没有任何收敛俱乐部", "no convergence club")
    )
    base = card(trim, convention)
    method = MethodCard(
        "clubs",
        Text("收敛俱乐部", "Convergence clubs"),
        base.formula,
        base.convention,
        None,
        (*base.citations, sources.SCHNURBUS),
        base.options | {"sieve": f"{sieve:g}", "merge": str(merge), "sort": sort},
    )
    return Clubs(
        tuple(tuple(data.labels[i] for i in club) for club in found),
        tuple(data.labels[i] for i in rest),
        fits[:, 0],
        fits[:, 1],
        fits[:, 2],
        np.array([relative[club].mean(axis=0) for club in found]).reshape(len(found), x.shape[1]),
        data.years,
        tuple(parts),
        status,
        method,
    )


def _cluster(groups: _Groups, order: Members, sieve: float) -> tuple[list[Members], Members]:
    found: list[Members] = []
    while len(order) > 1:
        if groups.one(order)[2] > CRITICAL:
            return [*found, order], order[:0]
        core = _core(groups, order)
        if core is None:
            break
        club = _sieve(groups, order, core, sieve)
        found.append(order[club])
        order = np.delete(order, club)
    return found, order


def _core(groups: _Groups, order: Members) -> Members | None:
    """Positions of the core: start at the first pair that converges, grow while t > −1.65, keep the greatest t."""
    x = groups.x[order]
    pairs = groups.t(x[:-1] + x[1:], x[:-1] ** 2 + x[1:] ** 2, np.full(len(x) - 1, 2.0))
    starts = np.flatnonzero(pairs > CRITICAL)
    if not len(starts):
        return None
    first = int(starts[0])
    size = np.arange(2.0, len(x) - first + 1)
    t = groups.t(np.cumsum(x[first:], axis=0)[1:], np.cumsum(x[first:] ** 2, axis=0)[1:], size)
    fails = np.flatnonzero(t <= CRITICAL)
    run = t[: fails[0]] if len(fails) else t
    return np.arange(first, first + 2 + int(np.argmax(run)))


def _sieve(groups: _Groups, order: Members, core: Members, sieve: float) -> Members:
    others = np.delete(np.arange(len(order)), core)
    total, squares = groups.sums(order[core])
    x = groups.x[order[others]]
    t = groups.t(total + x, squares + x**2, np.full(len(x), len(core) + 1))
    level = sieve
    while level <= SIEVE_TOP:
        club = np.sort(np.r_[core, others[t > level]])
        if groups.one(order[club])[2] > CRITICAL:
            return club
        level += SIEVE_STEP
    return core


def _merge(groups: _Groups, found: list[Members]) -> tuple[list[Members], list[tuple[int, ...]]]:
    merged: list[Members] = []
    parts: list[tuple[int, ...]] = []
    for k, club in enumerate(found, start=1):
        if merged:
            both = np.r_[merged[-1], club]
            if groups.one(both)[2] > CRITICAL:
                merged[-1], parts[-1] = both, (*parts[-1], k)
                continue
        merged.append(club)
        parts.append((k,))
    return merged, parts
