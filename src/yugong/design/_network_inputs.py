"""The network a study's links stand on: read from the user's table, or the rail lines between neighbouring capitals."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.design._desk_inputs import at_least_zero
from yugong.design.links import Network, Paths, least_cost
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.simulate import Calibration
    from yugong.study.model import Study

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Detail = Literal["three", "eight"]
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
TIME = Text(
    "广义费用 = 运费 + 时间价值 {0:g} 元/吨·小时 × 时间",
    "generalised cost = freight cost + {0:g} yuan per tonne and hour × time",
)
RAIL = Text(
    "线路费用为相邻省会间铁路里程；没有线路表时时间价值不起作用",
    "the cost of a link is the rail distance between capitals; without a table of links the value of time plays no part",
)


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """L links at their generalised cost (as `money`), the share of it that can be saved, and what that costs.

    `faster` and `price` (L,) are NaN where the table leaves them open; price in 100 million yuan.
    """

    network: Network
    faster: Numbers
    price: Numbers


def read_network(file: str, study: "Study", nodes: Mapping[str, str], value_of_time: float) -> Given:
    """Return the links of a user's table between nodes (place code → how it is called).

    InputError, with file and row: ends that are one place or not among the nodes, costs that are not positive.
    """
    at_least_zero(value_of_time=value_of_time)
    frame = read_form(file, LINKS_FORM, study)
    name, rows = Path(file).name, frame.attrs["rows"]
    at = {code: i for i, code in enumerate(nodes)}
    lost = [
        Problem(
            Text(f"基年经济中没有{study.name(code).zh}", f"{study.name(code).en} is not in the base-year economy"),
            Text("删去这条线路", "leave this link out"), name, row=row,
        )
        for row, ends in zip(rows, frame[["from", "to"]].to_numpy(), strict=True)
        for code in ends
        if code not in at
    ]  # fmt: skip
    if lost:
        raise InputError(lost)
    start, end = (np.array([at[code] for code in frame[c]], np.int64) for c in ("from", "to"))
    hours, money, faster, price = (frame[c].to_numpy(np.float64) for c in ("hours", "money", "faster", "cost"))
    cost = np.nan_to_num(money) + value_of_time * hours
    try:
        network = Network(tuple(nodes.values()), start, end, np.zeros(len(cost)), cost, tuple(frame["mode"].fillna("")))
    except InputError as error:
        raise InputError(
            replace(p, file=name, row=rows[p.row - 1] if p.row else None) for p in error.problems
        ) from None
    return Given(network, faster, price)


def rail_network(base: "Calibration") -> Given:
    """Return the rail lines between the capitals of contiguous provinces, at their length in km."""
    start, end = (x.astype(np.int64) for x in np.nonzero(np.triu(np.isfinite(base.links), 1)))
    length, open_ = base.links[start, end], np.full(len(start), np.nan)
    network = Network(_called(base), start, end, np.zeros(len(start)), length, ("rail",) * len(start))
    return Given(network, open_, open_)


@dataclass(frozen=True)
class Traded:
    """A network with the economy that trades over it; `elasticity` (S,): of trade cost in path cost, by sector."""

    base: "Calibration"
    given: Given
    elasticity: Numbers

    @cached_property
    def paths(self) -> Paths:
        """Return the least-cost paths as things stand."""
        return least_cost(self.given.network)

    @property
    def cost(self) -> Numbers:
        """The generalised cost of each link, (L,)."""
        return np.asarray(self.given.network.money)

    @property
    def label(self) -> list[str]:
        """Each link as A–B, with its mode where a network has several."""
        net = self.given.network
        several = len(set(net.mode)) > 1
        return [
            f"{net.nodes[i]}–{net.nodes[j]}{f' ({mode})' if several and mode else ''}"
            for i, j, mode in zip(net.start, net.end, net.mode, strict=True)
        ]

    def trade_cost(self, change: Numbers) -> Numbers:
        """Return trade-cost hats (S, N, N) when the links' costs change by the factors `change` (L,)."""
        new, old = least_cost(replace(self.given.network, money=self.cost * change)).cost, self.paths.cost
        joined = np.isfinite(old) & (old > 0)
        ratio = np.where(joined, np.where(joined, new, 1.0) / np.where(joined, old, 1.0), 1.0)
        return np.asarray(np.exp(self.elasticity[:, None, None] * np.log(ratio)))

    @property
    def income(self) -> float:
        """Base-year disposable income of the nation's people and governments, 100 million yuan."""
        books = self.base.economy.accounts
        return float((books.household + books.government)[self.base.economy.nation].sum())


def traded(study: "Study", file: str | None, detail: Detail, value_of_time: float) -> Traded:
    """Return the study's base-year economy with the network of a file, or the rail lines between capitals."""
    from yugong.simulate.running import base_year

    base = base_year(study, None, detail, None)
    e = base.economy
    kinds = ["agriculture" if s == "agriculture" else "other" for s in e.sectors]
    distance = np.array([base.parameter(f"distance_elasticity_{k}") for k in kinds])
    nodes = dict(zip(e.regions, _called(base), strict=True))
    given = rail_network(base) if file is None else read_network(file, study, nodes, value_of_time)
    return Traded(base, given, distance / e.trade_elasticity)


def _called(base: "Calibration") -> tuple[str, ...]:
    return tuple(base.names[region].in_() for region in base.economy.regions)


def said(file: str | None, value_of_time: float) -> Text:
    """Return what the cost of a link is made of."""
    return RAIL if file is None else Text(TIME.zh.format(value_of_time), TIME.en.format(value_of_time))
