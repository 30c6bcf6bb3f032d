"""Links on a study: what each is worth, which to improve next within a budget, and the access they give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.design.links import Network, Paths, least_cost
from yugong.design.links import market_access as access
from yugong.design.links.sources import ACCESS_CARD, BEST_CARD, LINKS_CARD
from yugong.design.synergy import subsets
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.simulate import Calibration
    from yugong.study.model import Study

Numbers = np.ndarray[Any, np.dtype[np.float64]]
MOST_EXACT = 10  # candidates whose every combination is solved: 1 024
FIRST_ORDER = Text(
    "一阶估计 = 线路所载贸易额 × 成本节约 ÷ 全国可支配收入，不含人口、要素与价格的再调整",
    "first-order estimate = trade carried × cost saved ÷ national disposable income, before people, factors and "
    "prices adjust",
)
LINKS_FORM = Form(
    "links",
    Text("线路", "Links"),
    (
        Field("from", Text("起点", "From"), "place"),
        Field("to", Text("终点", "To"), "place"),
        Field("mode", Text("方式", "Mode"), "text", required=False),
        Field("hours", Text("时间", "Time"), "number", Text("小时", "hours"), low=0),
        Field("money", Text("运费", "Freight cost"), "number", Text("元/吨", "yuan per tonne"), required=False, low=0),
        Field("faster", Text("可缩短的比例", "Share that can be saved"), "number", required=False, low=0, high=0.95),
        Field("cost", Text("造价", "Cost"), "number", Text("亿元", "100 million yuan"), required=False, low=0),
    ),
    Text(
        "每条线路一行，双向；缩短比例与造价只供 best_links 使用",
        "one row a two-way link; the last two serve best_links",
    ),
)
FORMS: Mapping[str, tuple[Form, ...]] = {
    "links": (LINKS_FORM,),
    "best_links": (LINKS_FORM,),
    "market_access": (LINKS_FORM,),
}


@dataclass(frozen=True, slots=True, eq=False)
class _Loaded:
    """A network with the economy that trades over it; `elasticity` (S,): trade cost in path cost."""

    base: "Calibration"
    network: Network
    cost: Numbers
    paths: Paths
    elasticity: Numbers
    faster: Numbers  # (L,) share of a link's cost that can be saved
    price: Numbers  # (L,) what that costs, 100 million yuan; NaN where unknown

    @property
    def label(self) -> list[str]:
        """Each link as A–B, with its mode where a network has several."""
        names, at, net = self.base.names, self.base.economy.regions, self.network
        several = len(set(net.mode)) > 1
        return [
            f"{names[at[i]].in_()}–{names[at[j]].in_()}{f' ({mode})' if several and mode else ''}"
            for i, j, mode in zip(net.start, net.end, net.mode, strict=True)
        ]

    def trade_cost(self, change: Numbers) -> Numbers:
        """Return trade-cost hats (S, N, N) when the links' costs change by the factors `change` (L,)."""
        changed = replace(self.network, hours=self.network.hours * change, money=self.network.money * change)
        new, old = least_cost(changed).cost, self.paths.cost
        joined = np.isfinite(old) & (old > 0)
        ratio = np.where(joined, np.where(joined, new, 1.0) / np.where(joined, old, 1.0), 1.0)
        return np.asarray(np.exp(self.elasticity[:, None, None] * np.log(ratio)))


def _load(
    study: "Study",
    file: str | None,
    detail: Literal["three", "eight"],
    faster: float,
    cost_per_km: float | None,
    value_of_time: float = 0.0,
) -> _Loaded:
    from yugong.simulate.running import base_year

    base = base_year(study, None, detail, None)
    e = base.economy
    if file is None:
        start, end = (x.astype(np.int64) for x in np.nonzero(np.triu(np.isfinite(base.links), 1)))
        length = base.links[start, end]
        network = Network(e.regions, start, end, length, np.zeros(len(length)), ("rail",) * len(length))
        value_of_time = 1.0  # the length in km stands for both time and cost
        share = np.full(len(length), faster)
        price = np.full(len(length), np.nan) if cost_per_km is None else length * cost_per_km / 1e4
    else:
        frame = read_form(file, LINKS_FORM, study)
        at = {code: i for i, code in enumerate(e.regions)}
        start, end = (np.array([at[code] for code in frame[c]], np.int64) for c in ("from", "to"))
        money = frame["money"].astype(float).fillna(0.0).to_numpy(np.float64)
        modes = tuple(frame["mode"].fillna("").astype(str))
        network = Network(e.regions, start, end, frame["hours"].to_numpy(np.float64), money, modes)
        share = frame["faster"].astype(float).fillna(faster).to_numpy()
        price = frame["cost"].astype(float).to_numpy()
    kinds = ["agriculture" if s == "agriculture" else "other" for s in e.sectors]
    distance = np.array([base.parameter(f"distance_elasticity_{k}") for k in kinds])
    cost = network.cost(value_of_time)
    one = replace(network, hours=np.zeros(len(cost)), money=cost)
    return _Loaded(base, one, cost, least_cost(one), distance / e.trade_elasticity, share, price)


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Every link with what it carries and what saving one per cent of its cost is worth to the nation."""

    frame: pd.DataFrame
    method: MethodCard
    notes: tuple[Text, ...]
    provenance: Provenance | None

    def table(self) -> pd.DataFrame:
        """Return one row a link, the most valuable first."""
        return self.frame


def links(
    study: "Study", file: str | None = None, value_of_time: float = 1.0, detail: Literal["three", "eight"] = "three"
) -> Links:
    """Return, for every link, the trade it carries and the welfare value of saving one per cent of its cost.

    Without `file` the network is the rail distances between capitals of contiguous provinces; a file gives links with
    hours and freight cost (`value_of_time` in yuan per hour and tonne). `first_order_value` counts only the saving on the
    trade carried; the ratio says what the general equilibrium adds. Values are in 100 million yuan of national
    real income a year.
    """
    from yugong.simulate import gradient

    net = _load(study, file, detail, 0.1, None, value_of_time)
    e = net.base.economy
    slope = gradient(e, None, None, ("trade_cost",))
    by_pair = np.einsum("sij,s->ij", slope.slopes["trade_cost"], net.elasticity)
    share = net.paths.share(net.cost)
    per_cent = -0.01 * np.einsum("lij,ij->l", share, by_pair)
    flows = e.trade_shares * e.spending.T[:, :, None] / (1 + e.tariff)
    inside = e.nation[:, None] & e.nation[None] & ~np.eye(len(e.regions), dtype=bool)
    carried = np.einsum("lij,sij->l", net.paths.uses & inside, flows)
    income = _national_income(net.base)
    saved = 0.01 * np.einsum("lij,sij,s->l", share * inside, flows, net.elasticity)
    frame = pd.DataFrame(
        {
            "transport_link": net.label,
            "length": net.cost,
            "pairs_using": (net.paths.uses & inside).sum((1, 2)) // 2,
            "trade_carried": carried,
            "value_per_cent": per_cent * income,
            "first_order_value": saved,
            "equilibrium_ratio": np.divide(per_cent * income, saved, out=np.full(len(saved), np.nan), where=saved > 0),
        }
    ).sort_values("value_per_cent", ascending=False, kind="stable", ignore_index=True)
    notes = (FIRST_ORDER, net.base.label)
    return Links(frame, LINKS_CARD, notes, _chosen(net.base, file=file, detail=detail))


@dataclass(frozen=True, slots=True, eq=False)
class BestLinks:
    """The order in which to improve links, the gain and cost after each step; `exact` is the best combination."""

    frame: pd.DataFrame
    exact: tuple[str, ...] | None
    method: MethodCard
    notes: tuple[Text, ...]
    provenance: Provenance | None

    def table(self) -> pd.DataFrame:
        """Return one row a step: the link, its cost, the national gain with it and the sums so far."""
        return self.frame


def best_links(
    study: "Study",
    budget: float = 2000.0,
    faster: float = 0.2,
    cost_per_km: float = 1500.0,
    candidates: int = 12,
    file: str | None = None,
    value_of_time: float = 1.0,
    detail: Literal["three", "eight"] = "three",
) -> BestLinks:
    """Return which links to improve within a budget (100 million yuan), each step solved anew on the network so far.

    Without `file`: every link between capitals can lose the share `faster` of its length at `cost_per_km`
    (10 000 yuan a km; both are the user's assumptions). The `candidates` with the largest slope per yuan are tried.
    With at most ten the best combination of all is found too. InputError when no link has a cost, or none fits the
    budget.
    """
    net = _load(study, file, detail, faster, cost_per_km, value_of_time)
    first = links(study, file, value_of_time, detail).frame.set_index("transport_link")["value_per_cent"]
    label = net.label
    value = np.array([first[name] if np.ndim(first[name]) == 0 else first[name].max() for name in label])
    worth = value * net.faster / net.price
    able = [int(k) for k in np.argsort(-np.nan_to_num(worth, nan=-np.inf)) if net.price[k] <= budget]
    if not able:
        what = Text(f"预算 {budget:g} 亿元内没有一条线路可改善", f"no link can be improved within {budget:g}")
        raise InputError([Problem(what, Text("提高预算，或给出造价", "raise the budget, or give costs"))])
    pool = able[:candidates]
    rows, built, left = [], np.ones(len(label)), budget
    gain = 0.0
    while (able_now := (built[pool] == 1) & (net.price[pool] <= left)).any():
        tried = np.repeat(built[None], len(pool), 0)  # one row a candidate, always: one compilation
        tried[np.arange(len(pool)), pool] = 1 - net.faster[pool]
        found = _welfare(net, tried)
        at = int(np.argmax(np.where(able_now, (found - gain) / net.price[pool], -np.inf)))
        k = pool[at]
        if found[at] <= gain:
            break
        step, gain, left = found[at] - gain, float(found[at]), left - net.price[k]
        built[k] = 1 - net.faster[k]
        rows.append((label[k], net.price[k], step, gain, budget - left))
    income = _national_income(net.base)
    frame = pd.DataFrame(rows, columns=["transport_link", "link_cost", "step_gain", "national_gain", "cost_so_far"])
    frame = frame.assign(gain_yuan=frame["step_gain"] * income)
    exact, notes = _exact(net, pool, budget, label, gain) if len(pool) <= MOST_EXACT else (None, ())
    given = Text(
        "造价与可缩短比例是用户假设；收益为每年，造价为一次性",
        "costs and savings are the user's assumptions; gains are yearly, costs once",
    )
    return BestLinks(
        frame, exact, BEST_CARD, (given, *notes, net.base.label), _chosen(net.base, budget=budget, faster=faster)
    )


def _exact(
    net: _Loaded, pool: Sequence[int], budget: float, label: Sequence[str], greedy: float
) -> tuple[tuple[str, ...], tuple[Text, ...]]:
    """The best of all combinations that the budget allows, and how far the step-by-step choice falls short."""
    inside = subsets(len(pool))
    inside = inside[inside @ net.price[list(pool)] <= budget]
    change = np.ones((len(inside), len(label)))
    change[:, pool] = np.where(inside, 1 - net.faster[list(pool)], 1.0)
    found = _welfare(net, change)
    best = int(np.argmax(found))
    names = tuple(label[k] for k, m in zip(pool, inside[best], strict=True) if m)
    gap = (found[best] - greedy) / found[best]
    note = Text(
        f"全部 {len(inside)} 个组合中最优：{'、'.join(names)}；逐步选择相差 {gap:.2%}",
        f"best of all {len(inside)} combinations: {', '.join(names)}; the step-by-step choice is {gap:.2%} short",
    )
    return names, (note,)


def _welfare(net: _Loaded, changes: Numbers) -> Numbers:
    """National welfare change for each row of link-cost factors; InputError when a network does not solve."""
    from yugong.simulate import batch

    costs = np.stack([net.trade_cost(row) for row in changes])
    found = batch(net.base.economy, vary={"trade_cost": costs}, parts=("national_welfare",))
    if not found.converged.all():
        raise InputError(
            [Problem(Text("有网络方案没有收敛", "a network did not solve"), Text("减小缩短比例", "save less"))]
        )
    return np.asarray(found.values["national_welfare"] / found.base["national_welfare"] - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """Market access of every place, before and, where links improve, after."""

    places: tuple[str, ...]
    values: Numbers
    method: MethodCard
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place: market access, and relative to the mean."""
        frame = pd.DataFrame(
            {"place": self.places, "market_access": self.values, "relative_access": self.values / self.values.mean()}
        )
        return frame.sort_values("market_access", ascending=False, ignore_index=True)


def market_access(
    study: "Study",
    mass: str = "grp",
    flow: str = "rail_distance",
    year: int | None = None,
    elasticity: float = 1.0,
    file: str | None = None,
    value_of_time: float = 1.0,
) -> Access:
    """Return market access Σ mass × cost^(−elasticity) over a cost flow of the study, or over a file of links.

    `mass` is a variable of the study (its last complete year unless `year`). Places without a figure or a cost are
    left out and named. InputError when fewer than two remain.
    """
    panel = study.panel(mass)
    complete = [int(y) for y in panel.columns if panel[y].notna().mean() > 1 / 2]
    when = year if year is not None else max(complete)
    weight = study.values(mass, when)
    if file is None:
        cost = study.flow(flow).matrix().reindex(index=list(study.places), columns=list(study.places)).to_numpy(float)
    else:
        frame = read_form(file, LINKS_FORM, study)
        at = {code: i for i, code in enumerate(study.places)}
        ends = [np.array([at[code] for code in frame[c]], np.int64) for c in ("from", "to")]
        money = frame["money"].astype(float).fillna(0.0).to_numpy(np.float64)
        network = Network(
            study.places, ends[0], ends[1], frame["hours"].to_numpy(np.float64), money, tuple(frame["mode"].fillna(""))
        )
        cost = least_cost(network, value_of_time).cost
    cost = np.where(np.isfinite(cost), cost, np.inf)
    off = cost.copy()
    np.fill_diagonal(off, np.inf)
    kept = np.isfinite(weight.to_numpy()) & np.isfinite(off).any(1)
    if kept.sum() < 2:
        raise InputError([Problem(Text("有数据的地区不足两个", "fewer than two places have figures"))])
    values = access(weight.to_numpy()[kept], cost[np.ix_(kept, kept)], elasticity)
    places = tuple(np.array(study.places)[kept])
    lost = ", ".join(study.name(c).in_() for c, k in zip(study.places, kept, strict=True) if not k) or None
    used = [mass] if file is not None else [mass, flow]
    return Access(
        places, values, ACCESS_CARD, (), study.provenance(used, year=when, elasticity=elasticity, omitted=lost)
    )


def _national_income(base: "Calibration") -> float:
    """Base-year disposable income of the nation's people and governments, 100 million yuan."""
    books = base.economy.accounts
    return float((books.household + books.government)[base.economy.nation].sum())


def _chosen(base: "Calibration", **selection: object) -> Provenance | None:
    from yugong.design._study_synergy import selected

    return selected(base.provenance, **{k: v for k, v in selection.items() if v is not None})
