"""Placebo assignments of a policy: to other regions, within belts, to contiguous blocks, or to other dates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import comb, prod
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

Scheme = Literal["unit", "belt", "block", "date"]
Starts = NDArray[np.int64]
TRIES = 1_000  # attempts at placing one contiguous block


@dataclass(frozen=True, slots=True)
class Assignments:
    """Start columns by draw and region (B, N), T where never; exact: they are all there are, the true one excluded."""

    starts: Starts
    exact: bool
    possible: int | None
    scheme: Scheme


def assignments(
    starts: ArrayLike,
    periods: int,
    scheme: Scheme = "unit",
    draws: int = 999,
    seed: int = 0,
    eligible: ArrayLike | None = None,
    clusters: Sequence[object] | None = None,
    belts: Sequence[object] | None = None,
    neighbours: ArrayLike | None = None,
    earliest: int = 1,
    latest: int | None = None,
) -> Assignments:
    """Return placebo assignments that keep the number of regions treated and, but for "date", their start dates.

    starts (N,): column of the first treated year, `periods` or more where it never comes. eligible (N,): regions that
    could have been chosen (all unless given; the treated must be among them). clusters (N,): labels the policy is given
    to; all regions of one share one start. belts (N,): labels within which starts are exchanged. neighbours (N, N): the
    graph on which each connected block of treated regions is drawn again as a connected block. date: the starts of
    each cohort are drawn from columns earliest … latest. Where no more than `draws` distinct assignments exist they are
    all returned. Raises InputError for what a scheme lacks.
    """
    begins = np.minimum(np.asarray(starts, dtype=np.int64), periods)
    open_to = np.ones(len(begins), bool) if eligible is None else np.asarray(eligible, bool)
    members = _members(len(begins), clusters)
    _check(begins, open_to, members, scheme, belts, neighbours, periods)
    by_cluster = np.array([begins[m[0]] for m in members])
    free = np.array([open_to[m].all() for m in members])
    rng = np.random.default_rng(seed)
    if scheme == "date":
        last = periods - 1 if latest is None else latest
        made = _dates(by_cluster, periods, range(earliest, last + 1), draws, rng)
    elif scheme == "block":
        graph = _collapsed(np.asarray(neighbours, bool), members)
        made = Assignments(_blocks(by_cluster, free, graph, periods, draws, rng), False, None, scheme)
    else:
        label = np.zeros(len(members), np.int64)
        if scheme == "belt":
            first = [list(belts or ())[m[0]] for m in members]
            label = np.unique(np.array([str(x) for x in first]), return_inverse=True)[1]
        made = _exchanges(by_cluster, free, label, scheme, draws, rng)
    spread = np.empty((len(made.starts), len(begins)), np.int64)
    for k, m in enumerate(members):
        spread[:, m] = made.starts[:, k : k + 1]
    return Assignments(spread, made.exact, made.possible, scheme)


def _members(n: int, clusters: Sequence[object] | None) -> list[NDArray[np.intp]]:
    if clusters is None:
        return [np.array([i]) for i in range(n)]
    label = np.unique(np.array([str(c) for c in clusters]), return_inverse=True)[1]
    return [np.flatnonzero(label == k) for k in range(label.max() + 1)]


def _exchanges(
    starts: Starts, free: NDArray[np.bool_], label: Starts, scheme: Scheme, draws: int, rng: np.random.Generator
) -> Assignments:
    """Exchange the starts of the free clusters within each label."""
    pools = [np.flatnonzero(free & (label == k)) for k in np.unique(label[free])]
    possible = prod(_arrangements(starts[p]) for p in pools)
    if possible - 1 <= draws:
        every = [list(_distinct(tuple(starts[p]))) for p in pools]
        rows = []
        for combination in product(*every):
            row = starts.copy()
            for p, values in zip(pools, combination, strict=True):
                row[p] = values
            if (row != starts).any():
                rows.append(row)
        return Assignments(np.array(rows, np.int64).reshape(len(rows), len(starts)), True, possible, scheme)
    out = np.tile(starts, (draws, 1))
    for p in pools:
        out[:, p] = rng.permuted(out[:, p], axis=1)
    return Assignments(out, False, possible, scheme)


def _arrangements(values: Starts) -> int:
    left, total = len(values), 1
    for count in np.unique(values, return_counts=True)[1]:
        total *= comb(left, int(count))
        left -= int(count)
    return total


def _distinct(values: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield each distinct order of the values once."""
    kinds, counts = np.unique(values, return_counts=True)
    left = dict(zip(kinds.tolist(), counts.tolist(), strict=True))

    def grow(prefix: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(prefix) == len(values):
            yield prefix
            return
        for kind in left:
            if left[kind]:
                left[kind] -= 1
                yield from grow((*prefix, kind))
                left[kind] += 1

    yield from grow(())


def _dates(starts: Starts, periods: int, allowed: range, draws: int, rng: np.random.Generator) -> Assignments:
    """Draw the start of each cohort anew; who is treated stays."""
    cohorts = np.unique(starts[starts < periods])
    possible = len(allowed) ** len(cohorts)
    if possible - 1 <= draws:
        drawn = np.array([c for c in product(allowed, repeat=len(cohorts)) if c != tuple(cohorts)], np.int64)
        drawn = drawn.reshape(-1, len(cohorts))
    else:
        drawn = rng.integers(allowed.start, allowed.stop, (draws, len(cohorts)))
    out = np.tile(starts, (len(drawn), 1))
    for k, cohort in enumerate(cohorts):
        out[:, starts == cohort] = drawn[:, k : k + 1]
    return Assignments(out, possible - 1 <= draws, possible, "date")


def _blocks(
    starts: Starts,
    free: NDArray[np.bool_],
    graph: list[NDArray[np.intp]],
    periods: int,
    draws: int,
    rng: np.random.Generator,
) -> Starts:
    """Draw for each connected block of treated clusters another connected block of its size; starts are shuffled."""
    treated = np.flatnonzero(starts < periods)
    blocks = _components(treated, graph)
    out = np.full((draws, len(starts)), periods, np.int64)
    for b in range(draws):
        for _ in range(TRIES):
            left = free.copy()
            places = [_grow(len(block), left, graph, rng) for block in blocks]
            if all(p is not None for p in places):
                break
        else:
            raise InputError(
                [Problem(Text("邻接图上放不下同样大小的连片区域", "no contiguous block of that size fits the graph"))]
            )
        for block, place in zip(blocks, places, strict=True):
            out[b, place] = rng.permutation(starts[block])
    return out


def _components(nodes: NDArray[np.intp], graph: list[NDArray[np.intp]]) -> list[NDArray[np.intp]]:
    left, found = set(nodes.tolist()), []
    while left:
        block, queue = [], [left.pop()]
        while queue:
            node = queue.pop()
            block.append(node)
            near = left & set(graph[node].tolist())
            left -= near
            queue += sorted(near)
        found.append(np.array(sorted(block)))
    return sorted(found, key=len, reverse=True)


def _grow(
    size: int, left: NDArray[np.bool_], graph: list[NDArray[np.intp]], rng: np.random.Generator
) -> NDArray[np.intp] | None:
    """Grow a connected block from a random free cluster, or return None where it gets stuck; `left` shrinks."""
    free = np.flatnonzero(left)
    if len(free) < size:
        return None
    block = [int(rng.choice(free))]
    left[block[0]] = False
    while len(block) < size:
        border = np.unique(np.concatenate([graph[i] for i in block]))
        border = border[left[border]]
        if not len(border):
            return None
        node = int(rng.choice(border))
        left[node] = False
        block.append(node)
    return np.array(block)


def _collapsed(neighbours: NDArray[np.bool_], members: list[NDArray[np.intp]]) -> list[NDArray[np.intp]]:
    label = np.empty(len(neighbours), np.intp)
    for k, m in enumerate(members):
        label[m] = k
    linked = neighbours | neighbours.T
    near = [np.unique(label[np.flatnonzero(linked[m].any(axis=0))]) for m in members]
    return [n[n != k] for k, n in enumerate(near)]


def _check(
    starts: Starts,
    eligible: NDArray[np.bool_],
    members: list[NDArray[np.intp]],
    scheme: Scheme,
    belts: Sequence[object] | None,
    neighbours: ArrayLike | None,
    periods: int,
) -> None:
    problems = []
    if not (starts < periods).any():
        problems.append(Problem(Text("没有受政策影响的地区", "no region is treated")))
    if not eligible[starts < periods].all():
        problems.append(Problem(Text("受政策影响的地区不在可指派范围内", "a treated region is not eligible")))
    if any(len(set(starts[m].tolist())) > 1 for m in members):
        problems.append(
            Problem(
                Text("同一聚类内的地区起始年不同，不能按聚类指派", "regions of one cluster start at different dates"),
                Text("改用更细的聚类", "use finer clusters"),
            )
        )
    if scheme == "belt" and not belts:
        problems.append(Problem(Text("按带指派需要给出每个地区所属的带", "the scheme needs the belt of each region")))
    elif scheme == "belt" and any(len({str(list(belts or ())[i]) for i in m}) > 1 for m in members):
        problems.append(Problem(Text("有聚类跨越两个带", "a cluster lies in two belts")))
    if scheme == "block" and neighbours is None:
        problems.append(Problem(Text("连片指派需要邻接矩阵", "contiguous blocks need a neighbour matrix")))
    if scheme != "date" and eligible.sum() <= (starts < periods).sum():
        problems.append(Problem(Text("没有别的地区可供指派", "there is no other region to assign the policy to")))
    if problems:
        raise InputError(problems)
