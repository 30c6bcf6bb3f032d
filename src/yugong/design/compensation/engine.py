"""One settlement engine: a rule's steps, caps on both sides, and amounts that balance, as one sheet."""

from collections.abc import Callable, Mapping

import numpy as np

from yugong.base.errors import InputError, UnknownNameError
from yugong.base.text import Text
from yugong.design.compensation.bilateral import BILATERAL, DOWN, UP
from yugong.design.compensation.cards import settlement_card
from yugong.design.compensation.deal import NONE, WAN, Deal
from yugong.design.compensation.pools import central_accounting, fixed_shares
from yugong.design.sheet import Balance, Column, Sheet, calculate, col, maximum, minimum, total
from yugong.design.sheet.sheet import Parameter

RULE_NAMES: Mapping[str, Text] = {
    "class_steps": Text("分级水质类别", "tiered water class"),
    "class_target": Text("水质类别目标", "target water class"),
    "double_index": Text("浓度与达标率双指标", "concentration and attainment"),
    "p_index": Text("综合指数 P", "composite index P"),
    "fixed_shares": Text("资金池与出资分配比例", "pool with ratios"),
    "threshold": Text("单一污染物阈值", "single-pollutant threshold"),
    "central_accounting": Text("多污染物时空加权", "weighted pollutants in space and time"),
    "quantity_quality": Text("水量与水质", "quantity and quality"),
    "composite": Text("多项评分", "multi-criteria score"),
    "fixed": Text("固定金额", "fixed sum"),
}
POOLS: Mapping[str, Callable[[Deal], list[Column]]] = {
    "fixed_shares": fixed_shares,
    "central_accounting": central_accounting,
}
BALANCE = Balance("balance", Text("收到 = 付出", "received = paid"), total("received"), total("paid"), WAN)


def settle(deal: Deal) -> Sheet:
    """Return the settlement of one agreement and year: one row a party, amounts in 万元, negative where it pays.

    Raises UnknownNameError for a rule that is none of RULE_NAMES, and InputError that lists every term and reading
    that is missing (never taken as zero).
    """
    if deal.rule not in RULE_NAMES:
        raise UnknownNameError(Text("可清算的规则", "rule that can be settled"), deal.rule, RULE_NAMES)
    columns = POOLS[deal.rule](deal) if deal.rule in POOLS else _two_sides(deal)
    if not deal.parties:
        deal.refuse(Text("没有写明上下游各方", "the parties are not named"))
    if deal.months == 0:
        deal.refuse(Text(f"协议在 {deal.year} 年不生效", f"the agreement is not in force in {deal.year}"))
    if deal.problems:
        raise InputError(dict.fromkeys(deal.problems))
    title = Text(f"{deal.title.zh} {deal.year} 年清算", f"{deal.title.en}: settlement of {deal.year}")
    return calculate(
        f"{deal.id}_{deal.year}",
        title,
        deal.parties,
        tuple(deal.parameters),
        tuple(columns),
        settlement_card(deal.rule),
        (BALANCE,),
        Text("各方", "Party"),
        _notes(deal.parameters, columns),
        basis=_basis(deal),
    )


def _basis(deal: Deal) -> Text:
    """The rule, and the documents that its terms stand in."""
    rule, documents = RULE_NAMES[deal.rule], dict.fromkeys(t.source for t in deal.terms.values())
    return Text(
        "；".join([*(d.zh for d in documents), f"规则：{rule.zh}"]), "; ".join([*(d.en for d in documents), f"rule: {rule.en}"])
    )  # fmt: skip


def _two_sides(d: Deal) -> list[Column]:
    """The rule's sum, capped, split within each side by the parties' shares."""
    steps = BILATERAL[d.rule](d)
    due = col("due")
    if d.has("downstream_wan"):
        due = minimum(d.term("downstream_wan", DOWN, WAN), due)
    if d.has("upstream_wan"):
        due = maximum(-1 * d.term("upstream_wan", UP, WAN), due)
    side = np.array([1.0] * len(d.upstream) + [-1.0] * len(d.downstream))
    shares = np.array([1 / len(d.upstream)] * len(d.upstream) + [1 / len(d.downstream)] * len(d.downstream))
    agreed = d.terms.get("shares")
    if agreed is not None:
        shares = np.array([float(agreed.value.get(code, np.nan)) for code, _ in d.parties])
    said = Text("同侧平分", "equal within a side") if agreed is None else agreed.source
    return [
        Column("side", Text("上游 1、下游 −1", "upstream 1, downstream −1"), NONE, side),
        Column("share", Text("在本侧的份额", "share within the side"), NONE, shares, source=said),
        *steps,
        Column("transfer", Text("封顶后下游付上游", "from downstream to upstream after caps"), WAN, formula=due),
        Column("amount", Text("净得（负为净付）", "net (negative: pays)"), WAN,
               formula=col("side") * col("share") * col("transfer"), amount=True),
        Column("received", Text("收到", "received"), WAN, formula=maximum(col("amount"), 0)),
        Column("paid", Text("付出", "paid"), WAN, formula=maximum(-1 * col("amount"), 0)),
    ]  # fmt: skip


def _notes(parameters: list[Parameter], columns: list[Column]) -> tuple[Text, ...]:
    """Name the figures that still have to be checked."""
    doubtful = [p.title for p in parameters if p.certainty == "M"] + [c.title for c in columns if c.certainty == "M"]
    if not doubtful:
        return ()
    zh, en = "、".join(t.zh for t in doubtful), ", ".join(t.en for t in doubtful)
    return (Text(f"使用前请核对的参数：{zh}", f"check before use: {en}"),)
