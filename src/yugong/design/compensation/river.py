"""River-sharing games on a basin graph: what coalitions of riparians can gain, and how the gain may be shared."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.design.synergy.lattice import Numbers, shapley, subsets

Rule = Literal["downstream", "upstream", "shapley"]
HALVINGS = 60  # of the bracket of a price: below one part in 10^18
MOST = 14  # riparians


def river_game(
    parent: Sequence[int], inflow: npt.ArrayLike, a: npt.ArrayLike, c: npt.ArrayLike, pass_through: bool = False
) -> Numbers:
    """Return the worth of every coalition of n riparians, (2ⁿ,).

    parent (n,): the next riparian downstream, −1 at an outlet; inflow e (n,) ≥ 0 rising at each; benefits
    b_i(x) = a_i x − c_i x²/2 up to a_i/c_i, flat beyond (a > 0, c > 0). A coalition shares the water that rises on its
    connected parts; water that reaches an outsider is lost to it (Ambec and Sprumont 2002). With pass_through the
    outsiders take nothing: the worths are then the coalitions' aspirations, upper bounds of what is fair.
    """
    e, a_, c_, order = _checked(parent, inflow, a, c)
    inside = subsets(len(order))
    x = _use(parent, e, a_, c_, order, inside, pass_through)
    worth: Numbers = (a_ * x - c_ * x**2 / 2).sum(axis=1)
    return worth


def efficient_use(parent: Sequence[int], inflow: npt.ArrayLike, a: npt.ArrayLike, c: npt.ArrayLike) -> Numbers:
    """Return the use of water x (n,) that makes the sum of benefits largest when all cooperate; see river_game."""
    e, a_, c_, order = _checked(parent, inflow, a, c)
    everyone = np.ones((1, len(order)), dtype=bool)
    found: Numbers = _use(parent, e, a_, c_, order, everyone, False)[0]
    return found


def river_sharing(parent: Sequence[int], worth: npt.ArrayLike, rule: Rule = "downstream") -> Numbers:
    """Return each riparian's part of the worth of all, (n,), by a rule over the worths of river_game.

    downstream: each gets what it adds to those upstream of it (Ambec and Sprumont 2002, the only distribution between
    the core's lower and the aspirations' upper bounds along a river). upstream: each gets what it adds to those
    downstream (van den Brink, van der Laan and Vasil'ev 2007); in a basin with confluences, the mean over all orders
    that start at the outlet, which need not lie in the core: tributaries compete. shapley: the mean over all orders.
    """
    v = np.asarray(worth, dtype=np.float64)
    n = len(parent)
    if v.shape != (2**n,):
        what = Text(f"{n} 方的博弈要有 {2**n} 个值", f"a game of {n} needs {2**n} worths")
        raise InputError([Problem(what)])
    if rule == "shapley":
        return shapley(v)
    if rule == "upstream":
        return _outlet_first(parent, v)
    own, tributaries = basin_worths(parent, v)
    return own - tributaries


def basin_worths(parent: Sequence[int], worth: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    """Return the worth of each riparian's basin (itself and all upstream), and the sum over its tributaries', each (n,)."""
    v = np.asarray(worth, dtype=np.float64)
    above = _basins(parent, _upstream_first(parent))
    n = len(parent)
    own = v[np.array(above)]
    return own, np.array([sum(own[j] for j in range(n) if parent[j] == i) for i in range(n)], dtype=np.float64)


def cleaning_shares(parent: Sequence[int]) -> Numbers:
    """Return who bears which part of each stretch's cost by upstream equal sharing, (n, n): riparians × stretches."""
    above = _basins(parent, _upstream_first(parent))
    n = len(parent)
    members = np.array([[bool(above[j] >> i & 1) for j in range(n)] for i in range(n)])
    return np.asarray(members / members.sum(axis=0), dtype=np.float64)


def polluted_river(parent: Sequence[int], cost: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    """Return who bears the cost of cleaning each stretch, by LRS and UES, each (n,).

    LRS (local responsibility): each pays its own stretch. UES (upstream equal sharing): a stretch is paid in equal
    parts by its riparian and all upstream of it. Ni and Wang (2007); on a basin graph upstream is along the branches.
    """
    c = np.asarray(cost, dtype=np.float64)
    return c.copy(), np.asarray(cleaning_shares(parent) @ c, dtype=np.float64)


def _checked(
    parent: Sequence[int], inflow: npt.ArrayLike, a: npt.ArrayLike, c: npt.ArrayLike
) -> tuple[Numbers, Numbers, Numbers, list[int]]:
    n = len(parent)
    if not 1 <= n <= MOST:
        what = Text(f"一共 {n} 方，只能是 1 到 {MOST} 方", f"{n} riparians; between 1 and {MOST} are possible")
        raise InputError([Problem(what)])
    e, a_, c_ = (np.asarray(x, dtype=np.float64) for x in (inflow, a, c))
    bad = [i for i in range(n) if not (e[i] >= 0 and a_[i] > 0 and c_[i] > 0)]
    if bad:
        what = Text("来水须不为负，a、c 须为正", "inflow must not be negative, a and c must be positive")
        where = Text(f"第 {bad[0] + 1} 方", f"riparian {bad[0] + 1}")
        raise InputError([Problem(what, where)])
    return e, a_, c_, _upstream_first(parent)


def _upstream_first(parent: Sequence[int]) -> list[int]:
    """Return the riparians so that each comes after all upstream of it; InputError for a loop."""
    n = len(parent)
    left = [sum(p == i for p in parent) for i in range(n)]
    ready = [i for i in range(n) if left[i] == 0]
    order: list[int] = []
    while ready:
        i = ready.pop(0)
        order.append(i)
        if parent[i] >= 0:
            left[parent[i]] -= 1
            if left[parent[i]] == 0:
                ready.append(parent[i])
    if len(order) < n:
        raise InputError([Problem(Text("流域图有环", "the basin graph has a loop"))])
    return order


def _basins(parent: Sequence[int], order: list[int]) -> list[int]:
    """Return, as bits, each riparian with all upstream of it."""
    above = [1 << i for i in range(len(parent))]
    for i in order:
        if parent[i] >= 0:
            above[parent[i]] |= above[i]
    return above


def _use(
    parent: Sequence[int], e: Numbers, a: Numbers, c: Numbers, order: list[int], inside: npt.NDArray[np.bool_],
    pass_through: bool,
) -> Numbers:  # fmt: skip
    """Return the best use of water of each coalition, coalitions × riparians.

    Water has a price at each riparian: at least that of its downstream neighbour, and high enough that its basin
    uses no more than rises there. Going down the river each basin's own price is found by halving; going up again
    each riparian faces the higher of its own and its neighbour's.
    """
    count, n = inside.shape
    children: list[list[int]] = [[j for j in range(n) if parent[j] == i] for i in range(n)]
    linked = np.ones((count, n), dtype=bool) if pass_through else inside  # who lets water through
    water = np.zeros((count, n))
    price = np.zeros((count, n))

    def demand(i: int, at: Numbers) -> Numbers:
        own: Numbers = inside[:, i] * np.maximum(a[i] - at, 0) / c[i]
        for j in children[i]:
            own = own + linked[:, j] * demand(j, np.maximum(at, price[:, j]))
        return own

    for i in order:
        water[:, i] = linked[:, i] * (e[i] + sum(water[:, j] for j in children[i]))
        low, high = np.zeros(count), np.full(count, a.max())
        enough = demand(i, low) <= water[:, i]
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            over = demand(i, middle) > water[:, i]
            low, high = np.where(over, middle, low), np.where(over, high, middle)
        price[:, i] = np.where(enough, 0.0, high)
    for i in reversed(order):
        if parent[i] >= 0:
            down = linked[:, parent[i]] * price[:, parent[i]]
            price[:, i] = np.maximum(price[:, i], down)
    return np.asarray(inside * np.maximum(a - price, 0) / c, dtype=np.float64)


def _outlet_first(parent: Sequence[int], v: Numbers) -> Numbers:
    """Mean marginal worth over all orders in which each comes after its downstream neighbour."""
    n = len(parent)
    full = 2**n - 1
    ways_in = np.zeros(2**n)  # orders of a set from nothing
    ways_in[0] = 1
    free = [[i for i in range(n) if not s >> i & 1 and (parent[i] < 0 or s >> parent[i] & 1)] for s in range(2**n)]
    for s in range(2**n):
        if ways_in[s]:
            for i in free[s]:
                ways_in[s | 1 << i] += ways_in[s]
    ways_out = np.zeros(2**n)  # orders of the rest
    ways_out[full] = 1
    part = np.zeros(n)
    for s in range(full - 1, -1, -1):
        if not ways_in[s]:
            continue
        for i in free[s]:
            t = s | 1 << i
            ways_out[s] += ways_out[t]
            part[i] += ways_in[s] * ways_out[t] * (v[t] - v[s])
    return np.asarray(part / ways_in[full], dtype=np.float64)
