"""Networks of regions: Krackhardt's graph dimensions, centralities, gravity links, CONCOR blocks."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components, shortest_path

from yugong.base.cards import MethodCard
from yugong.base.errors import AlignmentError, InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.space import sources
from yugong.diagnose.space.weights import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A directed network: whole-graph measures and centralities (n,) of every place.

    `efficiency`, `hierarchy`, `connectedness` and `lubness` are Krackhardt's (1994), in 0 … 1; `betweenness` counts
    shortest directed paths; `closeness` is on the symmetrised graph, missing where it is not connected.
    """

    labels: tuple[Hashable, ...]
    adjacency: Floats
    density: float
    connectedness: float
    hierarchy: float
    efficiency: float
    lubness: float
    reciprocity: float  # links returned, a share of links
    dyadic_reciprocity: float  # dyads that are mutual or empty
    transitivity: float
    centralization: float  # Freeman, of total degree
    degree_in: Floats
    degree_out: Floats
    betweenness: Floats
    closeness: Floats
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place: place, degree_in, degree_out, betweenness, closeness."""
        names = ("degree_in", "degree_out", "betweenness", "closeness")
        return pd.DataFrame({"place": self.labels} | {k: getattr(self, k) for k in names})


@dataclass(frozen=True, slots=True, eq=False)
class GravityNetwork:
    """Pull (n, n) of each ordered pair and whether it counts as a link (n, n); rows send."""

    labels: tuple[Hashable, ...]
    pull: Floats
    links: NDArray[np.bool_]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row an ordered pair: place, other_place, value, link."""
        n = len(self.labels)
        off = ~np.eye(n, dtype=bool)
        i, j = np.nonzero(off)
        names = np.array(self.labels, dtype=object)
        return pd.DataFrame(
            {"place": names[i], "other_place": names[j], "value": self.pull[off], "link": self.links[off]}
        )


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """CONCOR: block of each place (n,) from 0; densities and the 0/1 image between blocks (b, b).

    `role` names each block from its links: bidirectional spillover, net spillover, net benefit or broker.
    """

    labels: tuple[Hashable, ...]
    block: NDArray[np.intp]
    density: Floats
    image: NDArray[np.bool_]
    role: tuple[Text, ...]
    sent_inside: Floats
    received_outside: Floats
    sent_outside: Floats
    expected_inside: Floats  # (size − 1)/(n − 1)
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place: place, block (from 1)."""
        return pd.DataFrame({"place": self.labels, "block": self.block + 1})


def network(adjacency: Any) -> Network:
    """Return measures of a directed 0/1 network (n, n), rows send; the diagonal is ignored (Krackhardt 1994).

    The numbers are those of R's package sna: hierarchy from reachability, efficiency against directed extra links.
    """
    a, labels = square(adjacency)
    a = np.ascontiguousarray(a != 0, dtype=float)  # SciPy loses the result for a frame's column order
    np.fill_diagonal(a, 0.0)
    n = len(a)
    links = a.sum()
    both = np.maximum(a, a.T)
    number, part = connected_components(a, directed=True, connection="weak")
    size = np.bincount(part, minlength=number)
    distance = shortest_path(a, unweighted=True)
    reach = np.isfinite(distance) & ~np.eye(n, dtype=bool)
    pairs = np.triu(reach | reach.T, 1).sum()
    mutual = np.triu(reach & reach.T, 1).sum()
    most = float((size * (size - 1) - (size - 1)).sum())
    square_ = a @ a
    np.fill_diagonal(square_, 0.0)
    degree = a.sum(axis=0) + a.sum(axis=1)
    undirected = shortest_path(both, unweighted=True)
    with np.errstate(divide="ignore"):
        closeness = np.where(number == 1, (n - 1) / undirected.sum(axis=1), np.nan)
    card = MethodCard(
        "network",
        Text("网络特征", "Network measures"),
        r"C=\frac{\sum_g N_g(N_g-1)}{N(N-1)},\ E=1-\frac{L-\sum_g(N_g-1)}{\sum_g[N_g(N_g-1)-(N_g-1)]}",
        Text("有向；忽略对角线", "directed; the diagonal is ignored"),
        None,
        (sources.KRACKHARDT,),
    )
    return Network(
        labels,
        a,
        float(links / (n * (n - 1))),
        float((size * (size - 1)).sum() / (n * (n - 1))),
        float(1 - mutual / pairs) if pairs else float("nan"),
        float(1 - (links - (size - 1).sum()) / most) if most else float("nan"),
        _lubness(reach | np.eye(n, dtype=bool), part),
        float((a * a.T).sum() / links) if links else float("nan"),
        float((a == a.T)[np.triu_indices(n, 1)].mean()),
        float((square_ * a).sum() / square_.sum()) if square_.sum() else float("nan"),
        float((degree.max() - degree).sum() / (2 * (n - 1) * (n - 2))) if n > 2 else float("nan"),
        a.sum(axis=0),
        a.sum(axis=1),
        betweenness(a),
        closeness,
        card,
    )


def betweenness(adjacency: Any) -> Floats:
    """Return directed betweenness (n,): for each place, the sum over pairs of the share of shortest paths through it."""
    a, _ = square(adjacency)
    a = np.ascontiguousarray(a != 0, dtype=float)  # SciPy loses the result for a frame's column order
    n = len(a)
    out = np.zeros(n)
    for source in range(n):  # Brandes' accumulation, one layer at a time
        paths, depth = np.zeros(n), np.full(n, -1)
        paths[source], depth[source] = 1.0, 0
        layers = [np.array([source])]
        while len(layers[-1]):
            flow = paths[layers[-1]] @ a[layers[-1]]
            fresh = np.flatnonzero((flow > 0) & (depth < 0))
            depth[fresh] = len(layers)
            paths[fresh] = flow[fresh]
            layers.append(fresh)
        share = np.zeros(n)
        for near, far in zip(layers[-2::-1], layers[:0:-1], strict=True):
            if len(far):
                share[near] += paths[near] * (a[np.ix_(near, far)] @ ((1 + share[far]) / paths[far]))
        share[source] = 0.0
        out += share
    return out


def gravity_network(
    masses: Any,
    distance: Any,
    share: Any = None,
    power: float = 2.0,
    threshold: Literal["row_mean", "mean", "none"] = "row_mean",
) -> GravityNetwork:
    """Return modified gravity links F_ij = k_ij · M_i M_j/d_ij^power and their 0/1 network.

    `masses` (n, m) enter by their geometric mean (such as population and product), k_ij = g_i/(g_i + g_j) for
    `share` g (n,), else 1; `distance` (n, n) may be divided by product per head beforehand. A link is kept when it
    exceeds its row's mean over the other places (`row_mean`), the mean of all (`mean`), or zero (`none`).
    """
    d, labels = square(distance)
    if isinstance(masses, pd.Series):
        masses = masses.to_frame()
    m = _ordered(masses, labels)
    m = m[:, None] if m.ndim == 1 else m
    off = ~np.eye(len(d), dtype=bool)
    if (m <= 0).any() or (d[off] <= 0).any():
        raise InputError([Problem(Text("质量与距离须为正", "masses and distances must be positive"))])
    mass = np.exp(np.log(m).mean(axis=1))
    g = np.ones(len(d)) if share is None else _ordered(share, labels)
    k = g[:, None] / (g[:, None] + g[None, :]) if share is not None else 1.0
    pull = np.zeros_like(d)
    pull[off] = (k * np.outer(mass, mass))[off] / d[off] ** power
    cuts = {"row_mean": (pull.sum(axis=1) / (len(d) - 1))[:, None], "mean": pull[off].mean(), "none": 0.0}
    card = MethodCard(
        "gravity_network",
        Text("修正引力网络", "Modified gravity network"),
        r"F_{ij}=k_{ij}\frac{M_iM_j}{d_{ij}^{b}}",
        Text(f"距离指数 {power:g}；连边门槛 {threshold}", f"distance power {power:g}; link threshold {threshold}"),
        None,
        (sources.ZIPF_1946,),
        {"power": f"{power:g}", "threshold": threshold, "share": str(share is not None)},
    )
    return GravityNetwork(labels, pull, pull > cuts[threshold], card)


def concor(adjacency: Any, depth: int = 2, cutoff: float | None = None) -> Blocks:
    """Return blocks by iterated correlation of a network's rows and columns, split `depth` times (Breiger 1975).

    Self-ties are left out of the correlations. A block of one or two, or of equal profiles, is not split further.
    `image` marks densities above `cutoff`, by default the density of the whole network.
    """
    a, labels = square(adjacency)
    n = len(a)
    blocks = [np.arange(n)]
    for _ in range(depth):
        blocks = [part for block in blocks for part in _split(a, block)]
    member = np.empty(n, dtype=np.intp)
    for i, block in enumerate(blocks):
        member[block] = i
    off = ~np.eye(n, dtype=bool)
    b = len(blocks)
    links, room = np.zeros((b, b)), np.zeros((b, b))
    for i in range(b):
        for j in range(b):
            where = off & np.outer(member == i, member == j)
            links[i, j], room[i, j] = (a * where).sum(), where.sum()
    density = np.divide(links, room, out=np.full((b, b), np.nan), where=room > 0)
    level = float((a * off).sum() / (n * (n - 1))) if cutoff is None else cutoff
    inside = np.diag(links)
    sent, received = links.sum(axis=1) - inside, links.sum(axis=0) - inside
    size = np.array([len(block) for block in blocks])
    expected = (size - 1) / (n - 1)
    role = tuple(_role(*row) for row in zip(inside, sent, received, expected, strict=True))
    card = MethodCard(
        "concor",
        Text("CONCOR 块模型", "CONCOR block model"),
        r"R^{(t+1)}=\mathrm{corr}(R^{(t)})",
        Text(
            f"行与列同时相关，不含自环；切分 {depth} 层；像矩阵临界值 {level:.4g}",
            f"rows and columns together, without self-ties; {depth} levels; image cut at {level:.4g}",
        ),
        None,
        (sources.BREIGER,),
        {"depth": str(depth), "cutoff": f"{level:.6g}"},
    )
    return Blocks(labels, member, density, np.nan_to_num(density) > level, role, inside, received, sent, expected, card)


def square(matrix: Any) -> tuple[Floats, tuple[Hashable, ...]]:
    """Return a square matrix (n, n) without gaps and its labels; rows and columns of a frame must match."""
    if isinstance(matrix, pd.DataFrame):
        if set(matrix.index) != set(matrix.columns):
            raise AlignmentError(
                Text("行", "rows"),
                Text("列", "columns"),
                set(matrix.index) - set(matrix.columns),
                set(matrix.columns) - set(matrix.index),
            )
        labels = tuple(matrix.index)
        array = np.array(matrix.loc[list(labels), list(labels)], dtype=float)
    else:
        array = np.array(matrix, dtype=float)
        labels = tuple(range(len(array)))
    if array.ndim != 2 or array.shape[0] != array.shape[1]:
        raise InputError([Problem(Text("须为方阵", "the matrix must be square"))])
    off = ~np.eye(len(array), dtype=bool)
    if not np.isfinite(array[off]).all():
        raise InputError([Problem(Text("矩阵有缺值", "the matrix has missing values"))])
    np.fill_diagonal(array, 0.0)
    return array, labels


def _ordered(values: Any, labels: tuple[Hashable, ...]) -> Floats:
    if isinstance(values, pd.Series | pd.DataFrame):
        if set(values.index) != set(labels):
            raise AlignmentError(
                Text("数值", "values"),
                Text("距离", "distances"),
                set(values.index) - set(labels),
                set(labels) - set(values.index),
            )
        values = values.reindex(list(labels))
    return np.asarray(values, dtype=float)


def _split(a: Floats, block: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    if len(block) < 3:
        return [block]
    profile = np.concatenate([a[:, block], a[block].T])  # 2n rows; self-ties are zero on both sides
    correlation = _correlate(profile)
    for _ in range(200):
        if not np.isfinite(correlation).all():
            return [block]
        if (np.abs(correlation) > 1 - 1e-10).all():
            break
        correlation = _correlate(correlation)
    first = correlation[0] > 0
    return [block[first], block[~first]] if 0 < first.sum() < len(block) else [block]


def _correlate(profile: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        centred = profile - profile.mean(axis=0)
        unit = centred / np.sqrt((centred**2).sum(axis=0))
        return np.asarray(np.clip(unit.T @ unit, -1, 1))


def _role(inside: float, sent: float, received: float, expected: float) -> Text:
    total = inside + sent
    inward = inside / total >= expected if total else False
    if sent + inside == 0 and received == 0:
        return Text("孤立", "isolated")
    if inward:
        return Text("双向溢出", "bidirectional spillover") if sent >= received else Text("净受益", "net benefit")
    return Text("净溢出", "net spillover") if sent > received else Text("经纪人", "broker")


def _lubness(reach: NDArray[np.bool_], part: NDArray[np.int32]) -> float:
    """Share of pairs with a least upper bound: a common superior that lies under every other common superior."""
    violations = most = 0.0
    for component in range(int(part.max()) + 1):
        inside = np.flatnonzero(part == component)
        m = len(inside)
        most += (m - 1) * (m - 2) / 2
        r = reach[np.ix_(inside, inside)]
        for i in range(m):
            for j in range(i + 1, m):
                above = r[:, i] & r[:, j]
                # a least one is reached by all the common superiors
                if not (above & r[above].all(axis=0)).any():
                    violations += 1
    return float(1 - violations / most) if most else float("nan")
