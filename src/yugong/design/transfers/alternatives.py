"""Other ways to share the same pot, each a calculation sheet: per head, by gap, by needs and potential."""

from typing import Any, NamedTuple

import numpy as np

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.design.sheet import Balance, Column, Parameter, Sheet, calculate, col, maximum, par, total, where
from yugong.design.transfers.inputs import NONE
from yugong.design.transfers.sources import DANTZIG
from yugong.design.transfers.standard import MONEY, PEOPLE

Values = np.ndarray[Any, np.dtype[np.float64]]
Rows = tuple[tuple[str, Text], ...]
SHARED = Text("转移支付（测算）", "transfer (computed)")
CLOSED = (Balance("pot", Text("各地合计 = 总额", "Σ transfers = pot"), total("transfer"), par("pot"), MONEY),)
HEADS = Text("年末常住人口", "resident population")
GAP = Text("标准财政收支缺口", "standard gap")
FORMULA = Text("均衡性转移支付公式的测算", "as the equalisation formula computes it")


class Fill(NamedTuple):
    """Who is served: all above `threshold` in full, those at it in part (`share` of what they can still take)."""

    threshold: float
    share: float


def fill(low: Values, high: Values, potential: Values, pot: float) -> Fill:
    """Return the marginal potential and its share in the knapsack: max Σ potential·x, low ≤ x ≤ high, Σ x = pot.

    Arrays (N,). Floors first, then the highest potential (Dantzig 1957), equal ones alike. InputError where floors
    exceed the pot or caps cannot take it up.
    """
    low, high, potential = (np.asarray(a, float) for a in (low, high, potential))
    if low.sum() > pot * (1 + 1e-12) or high.sum() < pot * (1 - 1e-12):
        what = Text(
            f"总额 {pot:,.2f} 不在保底合计 {low.sum():,.2f} 与上限合计 {high.sum():,.2f} 之间",
            f"the pot of {pot:,.2f} lies outside Σ floors {low.sum():,.2f} and Σ caps {high.sum():,.2f}",
        )
        raise InputError([Problem(what, Text("调整总额或公平底线", "change the pot or the equity floor"))])
    left = pot - float(low.sum())
    for value in np.unique(potential)[::-1]:
        room = float((high - low)[potential == value].sum())
        if room >= left:
            return Fill(float(value), left / room if room > 0 else 0.0)
        left -= room
    return Fill(float(potential.min()), 1.0)


def per_head(
    rows: Rows, population: Values, pot: Parameter, source: Text, provenance: Provenance | None = None
) -> Sheet:
    """Return the pot shared by population (N,); `source` says where that comes from."""
    return calculate(
        "per_head", Text("按人口均分", "Equal per head"), rows, (pot,),
        (
            Column("population", HEADS, PEOPLE, np.asarray(population, float), source=source),
            Column("transfer", SHARED, MONEY, formula=par("pot") * col("population") / total("population"), amount=True),
        ),
        MethodCard("transfer-per-head", Text("按人口均分", "Equal per head"), r"T_i=P\,n_i/\sum_j n_j",
                   Text("只看人口，不看财力与成本", "heads alone count, neither capacity nor cost")),
        CLOSED, provenance=provenance,
    )  # fmt: skip


def gap_proportional(rows: Rows, gap: Values, pot: Parameter, provenance: Provenance | None = None) -> Sheet:
    """Return the pot shared in proportion to the gaps (N,), those below zero counted as zero."""
    return calculate(
        "gap_proportional", Text("按缺口比例", "In proportion to the gap"), rows, (pot,),
        (
            Column("difference", Text("标准支出减标准收入", "standard expenditure less revenue"), MONEY,
                   np.asarray(gap, float), source=FORMULA),
            Column("gap", GAP, MONEY, formula=maximum(col("difference"), 0)),
            Column("transfer", SHARED, MONEY, formula=par("pot") * col("gap") / total("gap"), amount=True),
        ),
        MethodCard("transfer-gap", Text("按缺口比例", "In proportion to the gap"), r"T_i=P\,g_i^{+}/\sum_j g_j^{+}",
                   Text("各地缺口按同一比例弥补；没有困难程度系数", "every gap is filled by the same share; no difficulty term")),
        CLOSED, provenance=provenance,
    )  # fmt: skip


def needs_potential(
    rows: Rows,
    capacity: Values,
    need: Values,
    potential: Values,
    pot: Parameter,
    equity_floor: float,
    ceiling: float = 1.0,
    provenance: Provenance | None = None,
    potential_from: Text = NONE,
) -> Sheet:
    """Return the knapsack: first every region's capacity up to `equity_floor` of its need, then by potential.

    Arrays (N,): own capacity and need in money, potential in any unit; `ceiling` is the share of need beyond which
    nothing is given. InputError where floors or ceilings cannot hold with this pot.
    """
    capacity, need = np.asarray(capacity, float), np.asarray(need, float)
    low = np.maximum(equity_floor * need - capacity, 0.0)
    high = np.maximum(ceiling * need - capacity, low)
    found = fill(low, high, potential, pot.value)
    title = Text("需要—潜力背包（公平底线）", "Needs–potential knapsack with an equity floor")
    why = Text("求解得出：按潜力从高到低补足", "solved: filled from the highest potential down")
    parameters = (
        pot,
        Parameter(
            "equity_floor", Text("公平底线（财力÷需要）", "equity floor (resources ÷ need)"), equity_floor, NONE, "user"
        ),
        Parameter("ceiling", Text("上限（财力÷需要）", "ceiling (resources ÷ need)"), ceiling, NONE, "user"),
        Parameter("threshold", Text("潜力分界", "marginal potential"), found.threshold, NONE, "solved", why),
        Parameter("share", Text("分界处补足比例", "share filled at the margin"), found.share, NONE, "solved", why),
    )
    room = col("high") - col("low")
    at_or_below = where(col("potential") < par("threshold"), col("low"), col("low") + par("share") * room)
    columns = (
        Column("capacity", Text("标准财政收入", "standard revenue"), MONEY, capacity, source=FORMULA),
        Column("need", Text("标准财政支出", "standard expenditure"), MONEY, need, source=FORMULA),
        Column("potential", Text("发展潜力", "potential"), NONE, np.asarray(potential, float), source=potential_from),
        Column("low", Text("保底", "floor"), MONEY, formula=maximum(par("equity_floor") * col("need") - col("capacity"), 0)),
        Column("high", Text("上限", "ceiling"), MONEY,
               formula=maximum(par("ceiling") * col("need") - col("capacity"), col("low"))),
        Column("transfer", SHARED, MONEY, amount=True,
               formula=where(col("potential") > par("threshold"), col("high"), at_or_below)),
    )  # fmt: skip
    card = MethodCard(
        "transfer-knapsack", title,
        r"\max\sum_i v_iT_i\ \text{s.t.}\ \underline{T}_i\le T_i\le\overline{T}_i,\ \sum_iT_i=P,\ "
        r"\underline{T}_i=(\phi E_i-R_i)^{+},\ \overline{T}_i=(\bar\phi E_i-R_i)^{+}",
        Text("先保公平底线，余额按潜力从高到低补到上限", "the equity floor first, what is left from the highest potential down"),
        citations=(DANTZIG,),
    )  # fmt: skip
    return calculate("needs_potential", title, rows, parameters, columns, card, CLOSED, provenance=provenance)


def highest_floor(capacity: Values, need: Values, pot: float) -> float:
    """Return the highest share of need (N,) to which the pot can lift every region's capacity (N,)."""
    capacity, need = np.asarray(capacity, float), np.asarray(need, float)
    order = np.argsort(capacity / need, kind="stable")
    own, wanted = np.cumsum(capacity[order]), np.cumsum(need[order])
    ratios = (capacity / need)[order]
    for k in range(len(order)):
        level = (pot + own[k]) / wanted[k]
        if k + 1 == len(order) or level <= ratios[k + 1]:
            return float(level)
    return float("nan")


def pot_parameter(pot: float, basis: Text | None = None) -> Parameter:
    """Return the pot as a parameter; `basis` says where it comes from, None that it is the user's."""
    return Parameter("pot", Text("转移支付总额", "pot"), pot, MONEY, "user" if basis is None else "", basis or NONE)
