"""Links on a study: what each is worth, which to improve next within a budget, and the access they give."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance, selected
from yugong.base.text import Text
from yugong.design._desk_inputs import above_zero, fractions
from yugong.design._network_inputs import LINKS_FORM, Detail, Numbers, Traded, read_network, said, traded
from yugong.design.links import least_cost
from yugong.design.links import market_access as access
from yugong.design.links.sources import ACCESS_CARD, BEST_CARD, LINKS_CARD
from yugong.design.synergy import subsets
from yugong.study.form import Form

if TYPE_CHECKING:
    from yugong.study.model import Study

MOST_EXACT = 10  # candidates whose every combination is solved: 1 024
FIRST_ORDER = Text(
    "一阶估计 = 线路所载贸易额 × 成本节约 ÷ 全国可支配收入，不含人口、要素与价格的再调整",
    "first-order estimate = trade carried × cost saved ÷ national disposable income, before people, factors and "
    "prices adjust",
)
ASSUMED = Text(
    "造价与可缩短比例是用户假设；收益为每年，造价为一次性",
    "costs and savings are the user's assumptions; gains are yearly, costs once",
)
FORMS: Mapping[str, tuple[Form, ...]] = {
    "links": (LINKS_FORM,),
    "best_links": (LINKS_FORM,),
    "market_access": (LINKS_FORM,),
}


@dataclass(frozen=True, slots=True, eq=False)
class LinkValues:
    """What L links carry and what 1 % less of each one's cost is worth, 100 million yuan a year.

    `worth` counts the whole equilibrium (one adjoint solve), `saved` only the saving on the trade carried.
    """

    worth: Numbers
    saved: Numbers
    carried: Numbers
    pairs: Numbers  # of places whose path runs over the link


def link_values(net: Traded) -> LinkValues:
    """Return the value of every link of a network, as it stands."""
    from yugong.simulate import gradient

    e = net.base.economy
    slope = gradient(e, None, None, ("trade_cost",))
    by_pair = np.einsum("sij,s->ij", slope.slopes["trade_cost"], net.elasticity)
    share = net.paths.share(net.cost)
    flows = e.trade_shares * e.spending.T[:, :, None] / (1 + e.tariff)
    inside = e.nation[:, None] & e.nation[None] & ~np.eye(len(e.regions), dtype=bool)
    used = net.paths.uses & inside
    return LinkValues(
        worth=-0.01 * net.income * np.einsum("lij,ij->l", share, by_pair),
        saved=0.01 * np.einsum("lij,sij,s->l", share * inside, flows, net.elasticity),
        carried=np.einsum("lij,sij->l", used, flows),
        pairs=used.sum((1, 2)) // 2,
    )


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


def links(study: "Study", file: str | None = None, value_of_time: float = 1.0, detail: Detail = "three") -> Links:
    """Return, for every link, the trade it carries and the welfare value of saving one per cent of its cost.

    Without `file` the network is the rail distances between capitals of contiguous provinces; a file gives links with
    hours and freight cost (`value_of_time` in yuan per hour and tonne). `first_order_value` counts only the saving on the
    trade carried; the ratio says what the general equilibrium adds. Values are in 100 million yuan of national
    real income a year.
    """
    net = traded(study, file, detail, value_of_time)
    found = link_values(net)
    frame = pd.DataFrame(
        {
            "transport_link": net.label,
            "length": net.cost,
            "pairs_using": found.pairs,
            "trade_carried": found.carried,
            "value_per_cent": found.worth,
            "first_order_value": found.saved,
            "equilibrium_ratio": found.worth / np.where(found.saved > 0, found.saved, np.nan),
        }
    ).sort_values("value_per_cent", ascending=False, kind="stable", ignore_index=True)
    notes = (said(file, value_of_time), FIRST_ORDER, net.base.label)
    return Links(frame, LINKS_CARD, notes, _chosen(net, file, value_of_time, detail=detail))


def _chosen(net: Traded, file: str | None, value_of_time: float, **others: object) -> Provenance | None:
    time = None if file is None else value_of_time
    return selected(net.base.provenance, file=file, value_of_time=time, **others)


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


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """Links that may be improved: `pool` (C,) of them, what each saves (L,) and costs (L,), within a budget."""

    net: Traded
    pool: tuple[int, ...]
    faster: Numbers
    price: Numbers
    budget: float


def best_links(
    study: "Study",
    budget: float = 2000.0,
    faster: float = 0.2,
    cost_per_km: float = 1500.0,
    candidates: int = 12,
    file: str | None = None,
    value_of_time: float = 1.0,
    detail: Detail = "three",
) -> BestLinks:
    """Return which links to improve within a budget (100 million yuan), each step solved anew on the network so far.

    Without `file`: every link between capitals can lose the share `faster` of its length at `cost_per_km`
    (10 000 yuan a km; both are the user's assumptions). The `candidates` with the largest slope per yuan are tried.
    With at most ten the best combination of all is found too. InputError when no link has a cost, or none fits the
    budget.
    """
    above_zero(budget=budget, faster=faster, cost_per_km=cost_per_km, candidates=candidates)
    fractions(faster=faster)
    net = traded(study, file, detail, value_of_time)
    share = np.where(np.isfinite(net.given.faster), net.given.faster, faster)
    price = net.given.price if file is not None else net.cost * cost_per_km / 1e4
    if (price == 0).any():
        what = Text("造价为零的线路无法按单位造价排序", "a link that costs nothing cannot be ranked by gain per yuan")
        raise InputError([Problem(what, Text("给出造价，或删去该线路", "give its cost, or leave it out"), file)])
    per_yuan = link_values(net).worth * share / price
    able = [int(k) for k in np.argsort(-np.nan_to_num(per_yuan, nan=-np.inf)) if price[k] <= budget]
    if not able:
        what = Text(f"预算 {budget:g} 亿元内没有一条线路可改善", f"no link can be improved within {budget:g}")
        raise InputError([Problem(what, Text("提高预算，或给出造价", "raise the budget, or give costs"))])
    plan = _Plan(net, tuple(able[:candidates]), share, price, budget)
    frame = _stepwise(plan)
    greedy = float(frame["national_gain"].iloc[-1]) if len(frame) else 0.0
    exact, notes = _exact(plan, greedy) if len(plan.pool) <= MOST_EXACT else (None, ())
    chosen = {
        "budget": budget,
        "faster": faster,
        "cost_per_km": None if file else cost_per_km,
        "candidates": candidates,
    }
    return BestLinks(
        frame,
        exact,
        BEST_CARD,
        (said(file, value_of_time), ASSUMED, *notes, net.base.label),
        _chosen(net, file, value_of_time, detail=detail, **chosen),
    )


def _stepwise(plan: _Plan) -> pd.DataFrame:
    """Add, step by step, the candidate with the largest gain per yuan, all solved anew on the network so far."""
    net, pool, price = plan.net, list(plan.pool), plan.price
    label, rows, built, left, gain = net.label, [], np.ones(len(price)), plan.budget, 0.0
    while (able := (built[pool] == 1) & (price[pool] <= left)).any():
        tried = np.repeat(built[None], len(pool), 0)  # one row a candidate, always: one compilation
        tried[np.arange(len(pool)), pool] = 1 - plan.faster[pool]
        found = _welfare(net, tried)
        at = int(np.argmax(np.where(able, (found - gain) / price[pool], -np.inf)))
        k = pool[at]
        if found[at] <= gain:
            break
        step, gain, left = found[at] - gain, float(found[at]), left - price[k]
        built[k] = 1 - plan.faster[k]
        rows.append((label[k], price[k], step, gain, plan.budget - left))
    frame = pd.DataFrame(rows, columns=["transport_link", "link_cost", "step_gain", "national_gain", "cost_so_far"])
    return frame.assign(gain_yuan=frame["step_gain"] * net.income)


def _exact(plan: _Plan, greedy: float) -> tuple[tuple[str, ...], tuple[Text, ...]]:
    """The best of all combinations that the budget allows, and how far the step-by-step choice falls short."""
    pool, label = list(plan.pool), plan.net.label
    inside = subsets(len(pool))
    inside = inside[inside @ plan.price[pool] <= plan.budget]
    change = np.ones((len(inside), len(label)))
    change[:, pool] = np.where(inside, 1 - plan.faster[pool], 1.0)
    found = _welfare(plan.net, change)
    best = int(np.argmax(found))
    names = tuple(label[k] for k, m in zip(pool, inside[best], strict=True) if m)
    gap = (found[best] - greedy) / found[best] if found[best] > 0 else 0.0
    note = Text(
        f"全部 {len(inside)} 个组合中最优：{'、'.join(names)}；逐步选择相差 {gap:.2%}",
        f"best of all {len(inside)} combinations: {', '.join(names)}; the step-by-step choice is {gap:.2%} short",
    )
    return names, (note,)


def _welfare(net: Traded, changes: Numbers) -> Numbers:
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
    """Market access of every place."""

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
    above_zero(elasticity=elasticity)
    panel = study.panel(mass)
    complete = [int(y) for y in panel.columns if panel[y].notna().mean() > 1 / 2]
    when = year if year is not None else max(complete)
    weight = study.values(mass, when)
    title = study.variable(mass).title
    notes = [Text(f"{title.zh}：{when} 年；弹性 {elasticity:g}", f"{title.en}: {when}; elasticity {elasticity:g}")]
    if file is None:
        codes = list(study.places)
        cost = study.flow(flow).matrix().reindex(index=codes, columns=codes).to_numpy(float)
    else:
        names = {code: study.name(code).in_() for code in study.places}
        cost = least_cost(read_network(file, study, names, value_of_time).network).cost
        notes.append(said(file, value_of_time))
    cost = np.where(np.isfinite(cost), cost, np.inf)
    off = cost.copy()
    np.fill_diagonal(off, np.inf)
    kept = np.isfinite(weight.to_numpy()) & np.isfinite(off).any(1)
    if kept.sum() < 2:
        raise InputError([Problem(Text("有数据的地区不足两个", "fewer than two places have figures"))])
    values = access(weight.to_numpy()[kept], cost[np.ix_(kept, kept)], elasticity)
    places = tuple(np.array(study.places)[kept])
    lost = ", ".join(study.name(c).in_() for c, k in zip(study.places, kept, strict=True) if not k) or None
    provenance = study.provenance(
        [mass] if file is not None else [mass, flow],
        year=when,
        elasticity=elasticity,
        file=file,
        value_of_time=None if file is None else value_of_time,
        omitted=lost,
    )
    return Access(places, values, ACCESS_CARD, tuple(notes), provenance)
