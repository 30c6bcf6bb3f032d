"""Worths of coalitions: from a table, from flows inside a coalition; Shapley values by sampling beyond exact reach."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.design.synergy.lattice import Numbers, subsets

EXACT = 12  # players up to which all 2ⁿ coalitions are worked out
MISSING_SHOWN = 8
Worth = Callable[[npt.NDArray[np.bool_]], Numbers]  # (k, n) members → (k,) worths


@dataclass(frozen=True, slots=True)
class Sampled:
    """Shapley values from sampled orders, (n,), with a bound on the error that holds for all players at once."""

    values: Numbers
    error: Numbers
    level: float
    orders: int
    seed: int


def from_table(players: Sequence[str], rows: Iterable[tuple[frozenset[str], float]]) -> Numbers:
    """Return the worths of all coalitions, (2ⁿ,), from (members, worth) rows; the empty one is zero.

    InputError names unknown players, coalitions given twice, and coalitions without a worth: missing is not zero.
    """
    at = {p: i for i, p in enumerate(players)}
    worth = np.full(2 ** len(at), np.nan)
    worth[0] = 0.0
    problems = []
    for members, value in rows:
        listed = "、".join(sorted(members))
        if unknown := members - set(at):
            named = "、".join(sorted(unknown))
            problems.append(Problem(Text(f"联盟 {listed} 中有不认识的成员：{named}", f"unknown members: {named}")))
            continue
        key = sum(1 << at[m] for m in members)
        if not np.isnan(worth[key]) and key:
            problems.append(Problem(Text(f"联盟 {listed} 给了两次", f"coalition {listed} is given twice")))
        worth[key] = value
    gaps = np.flatnonzero(np.isnan(worth))
    if len(gaps):
        inside = subsets(len(at))
        shown = ["+".join(p for p, m in zip(players, inside[k], strict=True) if m) for k in gaps[:MISSING_SHOWN]]
        more = f" … ({len(gaps)})" if len(gaps) > MISSING_SHOWN else ""
        what = Text(
            f"这些联盟没有值：{', '.join(shown)}{more}", f"coalitions without a worth: {', '.join(shown)}{more}"
        )
        problems.append(Problem(what, Text("缺失不当作零，请补上", "missing is not zero: supply them")))
    if problems:
        raise InputError(problems)
    return worth


def flow_worth(flows: npt.ArrayLike) -> Worth:
    """Return the worth of a coalition as the flows among its members, both ways: a game on a weighted graph.

    flows (n, n), the diagonal left out. Its Shapley value is half of each player's flows with the others (Deng and
    Papadimitriou 1994).
    """
    between = np.array(flows, dtype=np.float64)
    np.fill_diagonal(between, 0.0)

    def worth(members: npt.NDArray[np.bool_]) -> Numbers:
        m = members.astype(np.float64)
        found: Numbers = np.einsum("ki,ki->k", m @ between, m)
        return found

    return worth


def sampled_shapley(
    worth: Worth, n: int, orders: int = 2000, seed: int = 0, level: float = 0.95, span: float | None = None
) -> Sampled:
    """Return Shapley values from random orders in which players join, each with its reverse.

    They sum to the worth of all exactly. error: half-width of intervals that hold for all n players together at
    `level`, normal over pairs of orders; with `span`, a bound on any player's range of marginal worths, by Hoeffding's
    inequality instead, which holds for any number of orders. Castro, Gómez and Tejada (2009).
    """
    pairs = max(2, -(-orders // 2))
    rng = np.random.default_rng(seed)
    forward = rng.permuted(np.tile(np.arange(n), (pairs, 1)), axis=1)
    both = np.stack([forward, forward[:, ::-1]], axis=1).reshape(-1, n)
    rank = np.argsort(both, axis=1)  # when each player joins
    found = np.empty((len(both), n))
    size = max(1, 2**20 // (n * (n + 1)))
    for at in range(0, len(both), size):
        joined = rank[at : at + size]
        members = joined[:, None, :] < np.arange(n + 1)[:, None]  # after 0, 1, …, n have joined
        values = worth(members.reshape(-1, n)).reshape(-1, n + 1)
        found[at : at + size] = np.take_along_axis(np.diff(values, axis=1), joined, axis=1)
    paired = found.reshape(pairs, 2, n).mean(axis=1)
    tail = (1 - level) / n
    if span is None:
        error = NormalDist().inv_cdf(1 - tail / 2) * paired.std(axis=0, ddof=1) / np.sqrt(pairs)
    else:
        error = np.full(n, span * np.sqrt(np.log(2 / tail) / (2 * pairs)))
    return Sampled(paired.mean(axis=0), error, level, 2 * pairs, seed)
