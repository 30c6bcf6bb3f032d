"""Sections on transfers: the formula beside what was paid, one amount explained, the formula beside the optimum."""

from typing import cast

import numpy as np

from yugong.base.text import Text
from yugong.design._common import traced
from yugong.design._study_optimal import OptimalTransfers, TransferFrontier, optimal_transfers, transfer_frontier
from yugong.design._study_redistribution import Redistributions, redistribution
from yugong.design._study_transfers import Transfers, transfers
from yugong.design._transfer_inputs import NEEDED, PAID
from yugong.design._transfer_rules import RULES
from yugong.design.sheet import CERTAINTY, Sheet, Step
from yugong.design.transfers.standard import MONEY, NEUTRAL
from yugong.report import figures
from yugong.report.chapters.context import Context, column, listed, sentence
from yugong.report.chapters.sections import Section, missing, sources
from yugong.report.model import Block, Column, Finding, Paragraph, Table
from yugong.report.numbers import INTEGER, NONE, Format, number

ONE, TWO, THREE, FOUR = Format(1), Format(2), Format(3), Format(4)
SIGNED, SMALL = Format(1, signed=True), Format(2, signed=True)
PER_HEAD = Text("元", "yuan")
PERCENT = Text("%", "%")
EXAMPLE = "510000"  # explained when the report is on no region
NAMED = 3
BELOW = Text("公布数，来源见表下", "published; source below")
POINTS = 4
_BOUND = {"low": Text("下限", "floor"), "high": Text("上限", "cap"), "": NONE}


def formula(c: Context) -> Section | Text:
    """Return the formula's division of what was paid beside it: amounts, who gets more, redistribution, balances."""
    if lack := missing(c, (*NEEDED, PAID)):
        return lack
    found = _formula(c)
    shares = redistribution(c.study, found.year)
    first, second = _moved(c, found), _evened(shares, found.year)
    table = _amounts(c, found)
    title = Text("公式测算减实际下达（亿元）", "computed less paid (100 million yuan)")
    figure = figures.ranking(
        "fig-transfers",
        Text(f"公式测算与实际下达之差，{found.year} 年", f"Computed transfers less those paid, {found.year}"),
        {
            found.year: [
                (name, float(t - p), None, None, label == c.region)
                for (label, name), p, t in zip(found.sheet.rows, found.paid, found.amounts, strict=True)
            ]
        },
        ONE, table, title, MONEY, reference=0.0,
    )  # fmt: skip
    blocks: tuple[Block, ...] = (
        first, figure, second, _measures(c, shares), _balances(found.sheet),
        *(Paragraph(sentence(n)) for n in dict.fromkeys((*found.sheet.notes, found.notes[-2]))),
    )  # fmt: skip
    return Section(blocks, (first, second), (found.method, shares.method))


def trace(c: Context) -> Section | Text:
    """Return one place's amount step by step: the report's region, else an example."""
    if lack := missing(c, (*NEEDED, PAID)):
        return lack
    code = c.region or (EXAMPLE if EXAMPLE in c.study.places else c.study.places[0])
    year = c.years(*NEEDED, PAID)[-1]
    found = traced(_formula(c).sheet, c.study, code)
    shown = [s for s in found.steps if s.source != NEUTRAL]
    last = shown[-1]
    name = found.name
    said = Finding(
        Text(f"{name.zh}的测算数 {number(last.value, ONE)} 亿元，由下表 {len(shown)} 步得出；每一步写明公式、代入的数和依据。",
             f"{name.en}'s computed {_billion(last.value)} comes about in the {len(shown)} steps below, "
             "each with its formula, the numbers put in, and its basis."),
        see="tab-transfer-trace",
    )  # fmt: skip
    columns = (
        Column("item", Text("项目", "Item")),
        Column("formula", Text("公式与代入", "Formula and numbers")),
        Column("value", Text("数值", "Value"), NONE, THREE),
        Column("basis", Text("确定性与依据", "Certainty and basis")),
    )
    note = Text(
        "十项未给定的成本差异系数取 1，表中略去。Σ、mean 为全部地区的合计与均值。",
        "The ten cost coefficients that were not given stand at 1 and are left out. Σ and mean run over all regions.",
    )
    table = Table(
        "tab-transfer-trace",
        Text(f"{name.zh}的均衡性转移支付测算，{year} 年", f"{name.en}'s equalisation transfer, {year}"),
        columns, tuple(_step(s) for s in shown), (note,), sources(c, found), frozenset({len(shown) - 1}),
    )  # fmt: skip
    return Section((said, table))


def optimal(c: Context) -> Section | Text:
    """Return the best division for a stated welfare function beside the formula's, and the frontier."""
    if lack := missing(c, (*NEEDED, PAID)):
        return lack
    found = cast("OptimalTransfers", optimal_transfers(c.study))
    front = transfer_frontier(c.study, points=POINTS)
    a, paid = found.allocation, found.sheet.column("paid")
    change = a.amounts - paid
    order = np.argsort(-change, kind="stable")
    names = [n for _, n in found.sheet.rows]
    most, least = listed(names[i] for i in order[:NAMED]), listed(names[i] for i in order[::-1][:NAMED])
    more = float(change[change > 0].sum())
    moved = number(more, ONE)
    first = Finding(
        Text(f"{found.year} 年实际下达的同一总额，以社会福利最高来分，要改拨 {moved} 亿元：多得最多的是{most.zh}，少得最多的是{least.zh}。",
             f"Dividing what was paid in {found.year} so that social welfare is highest moves {_billion(more)}: most is "
             f"gained by {most.en}, most given up by {least.en}."),
        Text(f"{found.notes[0].zh}。公式不受这里的保底和变动上限约束。",
             f"{found.notes[0].en[:1].upper()}{found.notes[0].en[1:]}. The formula is not held to these floors and caps."),
        "tab-optimal",
    )  # fmt: skip
    rows = tuple(
        (names[i], float(paid[i]), float(found.formula[i]), float(a.amounts[i]), float(change[i]),
         _BOUND[a.bound[i]],
         float(100 * found.living[i, 0]), float(100 * found.living[i, 1]))
        for i in range(len(names))
    )  # fmt: skip
    money, living = Text("金额", "Amounts"), Text("生活水平变动", "Change in living standard")
    table = Table(
        "tab-optimal",
        Text(f"实际、公式与最优，{found.year} 年", f"Paid, formula and optimum, {found.year}"),
        (
            column("place"),
            Column("paid", Text("实际", "paid"), MONEY, ONE, money),
            Column("formula", Text("公式", "formula"), MONEY, ONE, money),
            Column("optimal", Text("最优", "optimal"), MONEY, ONE, money),
            Column("change", Text("最优减实际", "optimal less paid"), MONEY, SIGNED, money),
            Column("bound", Text("约束", "bound")),
            Column("living_formula", Text("公式", "formula"), PERCENT, SMALL, living),
            Column("living_optimal", Text("最优", "optimum"), PERCENT, SMALL, living),
        ),
        rows, tuple(sentence(n) for n in found.notes[2:] if n.zh), sources(c, found),
    )  # fmt: skip
    return Section((first, table, _frontier(c, front)), (first,), (found.method,))


def _formula(c: Context) -> Transfers:
    return cast("Transfers", transfers(c.study, year=c.years(*NEEDED, PAID)[-1]))


def _moved(c: Context, found: Transfers) -> Finding:
    change = found.amounts - found.paid
    order = np.argsort(-change, kind="stable")
    names = [n for _, n in found.sheet.rows]
    more, less = int((change > 0).sum()), int((change < 0).sum())
    up, down = listed(names[i] for i in order[:NAMED]), listed(names[i] for i in order[::-1][:NAMED])
    none = listed(n for n, e in zip(names, found.eligible, strict=True) if not e)
    pot = number(float(found.paid.sum()), ONE)
    return Finding(
        Text(f"{found.year} 年实际下达 {pot} 亿元，若全部按均衡性转移支付公式分配，{more} 个地区多于实际，{less} 个少于实际："
             f"多得最多的是{up.zh}，少得最多的是{down.zh}。",
             f"Were the {_billion(float(found.paid.sum()))} paid in {found.year} divided by the equalisation formula alone, {more} regions "
             f"would get more than was paid and {less} less: most more in {up.en}, most less in {down.en}."),
        Text(f"{none.zh}的标准收入高于标准支出，公式为零；实际下达含税收返还、专项等，各有目的，两者之差不说明谁对谁错。",
             f"The standard revenue of {none.en} covers its standard expenditure, so the formula gives nothing; what was paid "
             "includes tax rebates and earmarked grants with purposes of their own, and the difference says of neither that it is wrong."),
        "fig-transfers",
    )  # fmt: skip


def _evened(shares: Redistributions, year: int) -> Finding:
    by = dict(zip(shares.rules, shares.found, strict=True))
    paid, rule = by["paid"], by["equalisation"]
    a, b, d = (number(x, THREE) for x in (paid.gini_before, paid.gini_after, rule.gini_after))
    gap = number(100 * paid.under_coverage, ONE), number(100 * rule.under_coverage, ONE)
    return Finding(
        Text(f"{year} 年，地区间每单位标准支出的财力，转移前基尼系数 {a}，实际转移后 {b}，按公式转移后 {d}。",
             f"Resources per unit of standard expenditure had a Gini of {a} before transfers in {year}, {b} after those paid, "
             f"and would have {d} after the formula's."),
        Text(f"标准缺口未补上的部分，实际为 {gap[0]}%，公式为 {gap[1]}%。",
             f"Of the standard gaps, {gap[0]}% stay open as paid and {gap[1]}% under the formula."),
        "tab-redistribution", "closer" if rule.gini_after < paid.gini_after else "neutral",
    )  # fmt: skip


def _amounts(c: Context, found: Transfers) -> Table:
    heads = found.population / 1e4
    money, each = Text("金额", "Amounts"), Text("人均", "Per head")
    rows = tuple(
        (name, float(found.sheet.column("gap")[i]), float(found.sheet.column("coefficient")[i]), float(found.amounts[i]),
         float(found.paid[i]), float(found.amounts[i] - found.paid[i]), float(found.amounts[i] / heads[i]),
         float(found.paid[i] / heads[i]))
        for i, (_, name) in enumerate(found.sheet.rows)
    )  # fmt: skip
    at = [i for i, (label, _) in enumerate(found.sheet.rows) if label == c.region]
    return Table(
        "tab-transfers",
        Text(f"均衡性转移支付：公式测算与实际，{found.year} 年", f"Equalisation transfers: computed and paid, {found.year}"),
        (
            column("place"),
            Column("gap", Text("标准缺口", "standard gap"), MONEY, ONE, money),
            Column("coefficient", Text("转移支付系数", "coefficient"), NONE, THREE),
            Column("transfer", Text("公式测算", "computed"), MONEY, ONE, money),
            Column("paid", Text("实际下达", "paid"), MONEY, ONE, money),
            Column("difference", Text("测算减实际", "computed less paid"), MONEY, SIGNED, money),
            Column("transfer_per_head", Text("公式测算", "computed"), PER_HEAD, INTEGER, each),
            Column("paid_per_head", Text("实际下达", "paid"), PER_HEAD, INTEGER, each),
        ),
        rows, (), sources(c, found), frozenset(at),
    )  # fmt: skip


def _measures(c: Context, shares: Redistributions) -> Table:
    rows = tuple(
        (RULES[rule], m.gini_before, m.gini_after, m.reynolds_smolensky, m.reranking, 100 * m.leakage,
         100 * m.under_coverage, len(m.reversals))
        for rule, m in zip(shares.rules, shares.found, strict=True)
    )  # fmt: skip
    return Table(
        "tab-redistribution",
        Text("同一总额的不同分法与再分配效应", "The same pot under different rules, and what each redistributes"),
        (
            Column("rule", Text("分法", "Rule")),
            Column("gini_before", Text("转移前基尼系数", "Gini before"), NONE, THREE),
            Column("gini_after", Text("转移后基尼系数", "Gini after"), NONE, THREE),
            Column("reynolds_smolensky", Text("再分配效应", "Reynolds–Smolensky"), NONE, THREE),
            Column("reranking", Text("再排序", "reranking"), NONE, THREE),
            Column("leakage", Text("漏出率", "leakage"), PERCENT, ONE),
            Column("under_coverage", Text("缺口未补率", "under-coverage"), PERCENT, ONE),
            Column("rank_reversals", Text("位次颠倒对数", "rank reversals"), NONE, INTEGER),
        ),
        rows,
        (
            Text("资源为标准收入加转移支付，除以标准支出并以其加权；漏出是超出受援地缺口的部分。",
                 "Resources are standard revenue plus transfers over standard expenditure, weighted by it; leakage is money "
                 "beyond a recipient's gap."),
        ),
        sources(c, shares),
    )  # fmt: skip


def _balances(sheet: Sheet) -> Table:
    solved = [
        p
        for p in sheet.parameters
        if p.certainty == "solved" or p.id in ("weight_difficulty", "burden_share", "gap_share")
    ]
    rows = [(b.title, float(b.left), float(b.right), float(b.residual), NONE) for b in sheet.balances]
    rows += [(p.title, float(p.value), None, None, _certain(p.certainty, p.source)) for p in solved]  # type: ignore[misc]
    return Table(
        "tab-transfer-balance",
        Text("平衡与参数", "Balances and parameters"),
        (
            Column("item", Text("项目", "Item")),
            Column("left", Text("左边或数值", "Left, or value"), NONE, THREE),
            Column("right", Text("右边", "Right"), NONE, THREE),
            Column("residual", Text("差额", "Residual"), NONE, THREE),
            Column("basis", Text("确定性与依据", "Certainty and basis")),
        ),
        tuple(rows),
    )


def _frontier(c: Context, front: TransferFrontier) -> Block:
    rows = tuple(
        (label, float(100 * (e - 1)), float(d))
        for label, e, d in zip(front.labels, front.efficiency, front.disparity, strict=True)
    )
    table = Table(
        "tab-transfer-frontier",
        Text("转移支付的效率—公平前沿", "The efficiency–equity frontier of transfers"),
        (
            Column("point", Text("方案", "Division")),
            Column("efficiency", Text("平均生活水平变动", "change in the mean living standard"), PERCENT, THREE),
            Column("disparity", Text("生活水平变异系数", "coefficient of variation of living standards"), NONE, FOUR),
        ),
        rows, tuple(sentence(n) for n in front.notes if n.zh), sources(c, front),
    )  # fmt: skip
    last = len(rows) - 2
    return figures.scatter(
        "fig-transfer-frontier", table.caption,
        [(label, d, e, int(i >= last), i >= last) for i, (label, e, d) in enumerate(rows)],
        table.columns[2].title, Text("平均生活水平变动（%）", "change in the mean living standard (%)"), FOUR, THREE, table,
        (Text("前沿", "frontier"), Text("实际与公式", "as paid, and the formula")),
    )  # fmt: skip


def _step(s: Step) -> tuple[Text, Text, float, Text]:
    zh, en = (f"（{s.unit.zh}）", f" ({s.unit.en})") if s.unit.zh else ("", "")
    both = Text(*(f"{f} = {n}" if f else "" for f, n in zip(s.formula, s.numbers, strict=True)))
    given = not s.formula.zh and not s.certainty  # an input: its publication stands under the table
    return (
        Text(s.title.zh + zh, s.title.en + en),
        both,
        float(s.value),
        BELOW if given else _certain(s.certainty, s.source),
    )


def _certain(certainty: str, source: Text) -> Text:
    words = CERTAINTY[certainty]
    return Text("；".join(t for t in (words.zh, source.zh) if t), "; ".join(t for t in (words.en, source.en) if t))


def _billion(amount: float) -> str:
    """Write 100 million yuan as English readers count."""
    return f"{number(amount / 10, ONE)} billion yuan"
