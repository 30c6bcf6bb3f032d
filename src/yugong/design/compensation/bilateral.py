"""Rules between an upstream and a downstream side: each gives the sum that downstream pays upstream, signed, 万元."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from yugong.base.text import Text
from yugong.design.compensation.deal import NONE, WAN, Deal, Term
from yugong.design.compensation.readings import NAMES
from yugong.design.sheet import Column, Expression, col, maximum, minimum, where

DOWN = Text("下游一方应付上限", "most the downstream side pays")
UP = Text("上游一方应付上限", "most the upstream side pays")
PP = Text("百分点", "percentage points")
TRANSFER = Text("按规则应由下游付上游", "due from downstream to upstream by the rule")
Steps = list[Column]


def p_index(d: Deal) -> Steps:
    """Composite index P = k0 Σ k_i C_i/C_i0; up to the threshold downstream pays, above it upstream does."""
    pollutants = [str(p) for p in d.listed("pollutants", Text("考核指标", "pollutants"))]
    weights = d.listed("weights", Text("指标权重", "weights of the pollutants"))
    if weights and len(weights) != len(pollutants):
        n, m = len(weights), len(pollutants)
        d.refuse(Text(f"有 {n} 个权重，{m} 个指标", f"{n} weights for {m} pollutants"))
    bases = d.terms.get("baseline")
    first, last = d.terms["baseline_years"].value if d.has("baseline_years") else (0, 0)
    ratios = []
    for pollutant, weight in zip(pollutants, weights, strict=False):
        name = NAMES.get(pollutant, Text(pollutant, pollutant))
        mark = d.terms["weights"]
        k = d.figure(
            f"k_{pollutant.replace('-', '')}", Text(f"{name.zh}权重", f"weight of {name.en}"), float(weight), NONE,
            mark.certainty, mark.source,
        )  # fmt: skip
        ratios.append(k * d.reading(pollutant) / _baseline(d, pollutant, name, bases, int(first), int(last)))
    k0 = d.term("k0", Text("水质稳定系数 k0", "stability coefficient k0"))
    index = k0 * _sum(ratios) if ratios else k0
    limit = d.term(
        "limit", Text("P 的阈值", "threshold of P"), default=1.0, why=_rule("P≤1 则下游付", "downstream pays if P≤1")
    )
    down, up = d.term("downstream_wan", DOWN, WAN), d.term("upstream_wan", UP, WAN)
    met: Expression = down
    if d.has("full_below"):
        full = d.term("full_below", Text("全额付款的 P", "P of full payment"))
        part = d.term("partial_share", Text("未到全额时的比例", "share paid short of it"))
        met = where(col("index") <= full, down, down * part)
    return [
        Column("index", Text("综合指数 P", "composite index P"), formula=index, source=_rule("P = k0·Σ k_i·C_i/C_i0", "P = k0·Σ k_i·C_i/C_i0")),
        _transfer(where(col("index") <= limit, met, -1 * up)),
    ]  # fmt: skip


def _baseline(d: Deal, pollutant: str, name: Text, given: Term | None, first: int, last: int) -> Expression:
    """The base-period mean of a pollutant: a term, or the mean of the annual readings of the base years."""
    if given is not None and pollutant in given.value:
        title = Text(f"{name.zh}基准值", f"base value of {name.en}")
        value = float(given.value[pollutant])
        return d.figure(f"base_{pollutant.replace('-', '')}", title, value, NONE, given.certainty, given.source)
    years = range(first, last + 1) if first else range(0)
    if not years:
        return d.term(f"baseline.{pollutant}", Text(f"{name.zh}基准值", f"base value of {name.en}"))
    return _sum([d.reading(pollutant, y) for y in years]) / len(years)


def class_steps(d: Deal) -> Steps:
    """So much a class better or worse than the base class, or a table of sums by class; and so much a point of change."""
    monthly = d.has("class_test") and d.terms["class_test"].value == "monthly"
    classes = d.monthly_class() if monthly else [d.water_class()]
    if d.has("class_wan"):
        by_class = _mean([_by_class(d, c) for c in classes])
    else:
        step = d.term("step_wan", Text("每差一类", "for each class"), WAN)
        base = d.term("base_class", Text("基准类别", "base class"))
        by_class = (base - _mean(classes)) * step if classes else base
    steps = [Column("class_part", Text("按类别", "by class"), WAN, formula=by_class)]
    due: Expression = col("class_part")
    indicators = [str(i) for i in d.terms["change_indicators"].value] if d.has("change_indicators") else []
    if indicators:
        changes = []
        for indicator in indicators:
            id_ = f"change_{indicator.replace('-', '')}"
            now, before = d.reading(indicator), d.reading(indicator, d.year - 1)
            name = NAMES.get(indicator, Text(indicator, indicator))
            title = Text(f"{name.zh}较上年变化", f"change of {name.en} on the year")
            steps.append(Column(id_, title, PP, formula=100 * (now / before - 1)))
            changes.append(col(id_))
        rate = d.term("change_wan_per_pp", Text("每变化一个百分点", "for each percentage point"), WAN)
        cap = d.term("change_cap_wan", Text("变化部分封顶", "cap of the part by change"), WAN)
        change = maximum(-1 * cap, minimum(cap, -1 * rate * _sum(changes)))
        steps.append(Column("change_part", Text("按变化", "by change"), WAN, formula=change))
        due = due + col("change_part")
    return [*steps, _transfer(due)]


def _by_class(d: Deal, of: Expression) -> Expression:
    """The sum of the first class in the table that the water reaches, the last one's beyond."""
    table = d.terms["class_wan"]
    rows = sorted((int(k), float(v)) for k, v in table.value.items())
    sums = [
        d.figure(
            f"wan_{c}", Text(f"{c} 类水应付", f"sum at class {c}"), v, WAN, table.certainty, table.source
        )
        for c, v in rows
    ]  # fmt: skip
    out: Expression = sums[-1]
    for (c, _), amount in reversed(list(zip(rows[:-1], sums[:-1], strict=True))):
        out = where(of <= c, amount, out)
    return out


def class_target(d: Deal) -> Steps:
    """Downstream pays the whole when class and attainment are met, otherwise upstream does."""
    down, up = d.term("downstream_wan", DOWN, WAN), _counter(d)
    if d.has("monthly_class"):
        months = d.monthly_class()
        worst = maximum(*months) if months else d.water_class()
        each = worst <= d.term("monthly_class", Text("逐月应达类别", "class due in every month"))
        year = d.water_class() <= d.term("annual_class", Text("或年均应达类别", "or class due of the annual mean"))
        return [_transfer(where(each, down, where(year, down, -1 * up)))]
    good = d.water_class() <= d.term("target_class", Text("目标类别", "target class"))
    wanted = _required_attainment(d)
    if wanted is None:
        return [_transfer(where(good, down, -1 * up))]
    return [_transfer(where(good, where(d.reading("attainment") >= wanted, down, -1 * up), -1 * up))]


def _required_attainment(d: Deal) -> Expression | None:
    """The attainment rate due in the year, None where the agreement names none."""
    found = d.terms.get("monthly_attainment")
    if found is None:
        return d.term("attainment", Text("应达标率", "attainment due")) if d.rule == "double_index" else None
    title = Text(f"{d.year} 年应达标率", f"attainment due in {d.year}")
    value = found.value.get(str(d.year)) if isinstance(found.value, dict) else found.value
    if value is None:
        d.refuse(Text(f"协议没有 {d.year} 年的达标率要求", f"the agreement names no attainment for {d.year}"))
        return None
    return d.figure("attainment_due", title, float(value), NONE, found.certainty, found.source)


def _counter(d: Deal) -> Expression:
    """What upstream pays when the test is failed: its own sum in the agreement, to be checked where one-way is possible."""
    found = d.terms.get("upstream_wan")
    if found is None:
        return d.term("upstream_wan", UP, WAN)
    check = Text(
        f"{found.source.zh}；未达标时是否由上游付给下游，请核对协议",
        f"{found.source.en}; check that upstream pays downstream when the test is failed",
    )
    certainty = found.certainty if found.certainty == "user" else "M"
    return d.figure("upstream_wan", UP, float(found.value), WAN, certainty, check)


def threshold(d: Deal) -> Steps:
    """One pollutant's annual mean against one limit, both ways."""
    listed = d.terms["tp_mg_per_l"] if d.has("tp_mg_per_l") else None
    pollutant = "TP" if listed is not None else str(d.terms["pollutant"].value) if d.has("pollutant") else "TP"
    title = Text(f"{NAMES[pollutant].zh}阈值", f"limit of {NAMES[pollutant].en}")
    limit = d.term("tp_mg_per_l" if listed is not None else "limit", title)
    down, up = d.term("downstream_wan", DOWN, WAN), d.term("upstream_wan", UP, WAN)
    return [_transfer(where(d.reading(pollutant) <= limit, down, -1 * up))]


def quantity_quality(d: Deal) -> Steps:
    """A sum for quality by attainment, a reward for inflow above the base, a reward for total nitrogen; capped."""
    quality = d.term("quality_wan", Text("水质部分", "for quality"), WAN) * d.reading("attainment")
    rate = d.term("inflow_wan", Text("每多来水 1 亿立方米", "for each 100 million m³ above the base"), WAN)
    base = d.term("inflow_base_value", Text("来水基准", "base inflow"), Text("亿立方米", "100 million m³"))
    steps = [
        Column("quality_part", Text("按水质", "by quality"), WAN, formula=quality),
        Column("quantity_part", Text("按水量（多来水、多奖励）", "by quantity"), WAN,
               formula=rate * maximum(d.reading("inflow") - base, 0)),
    ]  # fmt: skip
    due = col("quality_part") + col("quantity_part")
    if d.has("tn_wan"):
        limit = d.term("tn_limit", Text("总氮阈值", "limit of total nitrogen"))
        reward = where(d.reading("TN") <= limit, d.term("tn_wan", Text("总氮奖励", "reward for nitrogen"), WAN), 0)
        steps.append(Column("nitrogen_part", Text("总氮奖励", "reward for nitrogen"), WAN, formula=reward))
        due = due + col("nitrogen_part")
    return [*steps, _transfer(due)]


def composite(d: Deal) -> Steps:
    """Scores on several criteria, weighted; above the pass mark downstream pays up to the full mark, below it upstream."""
    criteria = [str(s) for s in d.listed("scores", Text("评分项", "criteria"))]
    weights = d.terms.get("weights")
    parts = []
    for k, item in enumerate(criteria):
        equal = Text("未给权重，等权", "no weights given: equal")
        value = 1 / len(criteria) if weights is None else float(weights.value[k])
        said = Term(value, "user", equal) if weights is None else weights
        w = d.figure(f"w_{k}", Text(f"{item}权重", f"weight of {item}"), value, NONE, said.certainty, said.source)
        parts.append(w * d.reading("score", item=item))
    low = d.term("pass_score", Text("及格分", "pass mark"))
    high = d.term("full_score", Text("满额分", "mark of full payment"))
    down, up = d.term("downstream_wan", DOWN, WAN), d.term("upstream_wan", UP, WAN)
    score = col("score")
    return [
        Column("score", Text("综合评分", "composite score"), formula=_sum(parts) if parts else low),
        _transfer(
            where(
                score >= low,
                down * minimum(1, (score - low) / (high - low)),
                -1 * up * minimum(1, (low - score) / low),
            )
        ),
    ]


def fixed(d: Deal) -> Steps:
    """A yearly sum, by the months in force, times attainment where it was read."""
    yearly = d.term("downstream_wan", Text("每年应付", "due a year"), WAN)
    months = d.figure(
        "months", Text("当年有效月数", "months in force"), d.months, NONE, "", Text("按协议起止日", "by its first and last day")
    )  # fmt: skip
    return [_transfer(yearly * months / 12 * d.reading("attainment", default=1.0))]


def _transfer(raw: Expression) -> Column:
    return Column("due", TRANSFER, WAN, formula=raw)


def _sum(parts: list[Expression]) -> Expression:
    return reduce(lambda a, b: a + b, parts)


def _mean(parts: list[Any]) -> Expression:
    if not parts:
        return col("class_part")  # a problem was noted; never evaluated
    whole = _sum(parts)
    return whole if len(parts) == 1 else whole / len(parts)


def _rule(zh: str, en: str) -> Text:
    return Text(f"协议规则：{zh}", f"rule of the agreement: {en}")


BILATERAL: Mapping[str, Callable[[Deal], Steps]] = {
    "p_index": p_index,
    "class_steps": class_steps,
    "class_target": class_target,
    "double_index": class_target,
    "threshold": threshold,
    "quantity_quality": quantity_quality,
    "composite": composite,
    "fixed": fixed,
}
