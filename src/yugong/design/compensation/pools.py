"""Rules among several provinces: a common pool by ratios, and the central accounting of the trunk rivers."""

import numpy as np

from yugong.base.text import Text
from yugong.design.compensation.deal import NONE, WAN, Deal, Term
from yugong.design.compensation.readings import NAMES
from yugong.design.sheet import Column, Expression, col, maximum, minimum, total, where

TRUNK = ("CODMn", "NH3-N", "TP")
POOL = Text("资金池", "pool")
RATIO_TITLES = {
    "contribution": Text("出资比例", "contribution ratio"),
    "allocation": Text("分配比例", "allocation ratio"),
}


def fixed_shares(d: Deal) -> list[Column]:
    """A pool with contribution and allocation ratios: who gives more than it gets pays the difference × attainment."""
    attained = [d.attainment(code) for code, _ in d.parties]
    unread = [name for (_, name), a in zip(d.parties, attained, strict=True) if a is None]
    why = Text("用户读数", "the user's readings")
    if unread:
        listed = "、".join(n.zh for n in unread), ", ".join(n.en for n in unread)
        why = Text(f"未给读数而按达标计：{listed[0]}", f"no reading, taken as met: {listed[1]}")
    met = np.array([1.0 if a is None else a for a in attained])
    if d.has("contribution") and d.has("allocation"):
        pool = d.term("pool_wan", POOL, WAN)
        columns = [_ratio(d, key, title) for key, title in RATIO_TITLES.items()]
        given = pool * col("allocation") / total("allocation")
        net: Expression = given - pool * col("contribution") / total("contribution")
        columns.append(Column("net", Text("达标时净额", "net when met"), WAN, formula=net))
    else:
        columns = [_ratio(d, "net_wan", Text("达标时净额", "net when met"), "net", WAN)]
    return [
        *columns,
        Column("attainment", Text("达标率", "attainment"), NONE, met, certainty="user", source=why),
        Column("paid", Text("付出", "paid"), WAN, formula=maximum(-1 * col("net"), 0) * col("attainment")),
        Column("claim", Text("应得", "claim"), WAN, formula=maximum(col("net"), 0)),
        Column("received", Text("收到", "received"), WAN,
               formula=where(col("claim") > 0, col("claim") / total("claim") * total("paid"), 0)),
        Column("amount", Text("净得（负为净付）", "net (negative: pays)"), WAN,
               formula=col("received") - col("paid"), amount=True),
    ]  # fmt: skip


def _ratio(d: Deal, key: str, title: Text, id: str | None = None, unit: Text = NONE) -> Column:
    table: Term | None = d.terms.get(key)
    found = {} if table is None else dict(table.value)
    if missing := [name for code, name in d.parties if code not in found]:
        listed = "、".join(n.zh for n in missing), ", ".join(n.en for n in missing)
        d.refuse(
            Text(f"协议没有“{title.zh}”（{key}）：{listed[0]}", f"no {title.en} ({key}) in the agreement: {listed[1]}")
        )
    values = np.array([float(found.get(code, 0.0)) for code, _ in d.parties])
    said = table or Term(found, "user", NONE)
    return Column(id or key, title, unit, values, certainty=said.certainty, source=said.source)


def central_accounting(d: Deal) -> list[Column]:
    """Change between inlet and outlet, and against the year before, of three pollutants weighted 30/30/40.

    The weights are the rule's; the sum per point, the weight between space and time and the cap are not published.
    """
    weights = d.terms.get("weights")
    space = d.term(
        "space_weight", Text("空间维度权重", "weight of space against time"), default=0.5,
        why=Text("未公布；假定两个维度等权", "not published; both dimensions equal by assumption"),
    )  # fmt: skip
    rate = d.term("rate_wan", Text("改善每 1% 的金额", "sum for 1% of improvement"), WAN)
    cap = d.term("cap_wan", Text("每省封顶", "cap a province"), WAN)
    columns: list[Column] = []
    parts: list[Expression] = []
    for pollutant in TRUNK:
        name, key = NAMES[pollutant], pollutant.replace("-", "")
        if weights is None or pollutant not in weights.value:
            d.refuse(Text(f"缺少{name.zh}的权重", f"no weight of {name.en}"))
            continue
        w = d.figure(
            f"w_{key}", Text(f"{name.zh}权重", f"weight of {name.en}"), float(weights.value[pollutant]), NONE,
            weights.certainty, weights.source,
        )  # fmt: skip
        for id_, zh, en, year, position in (
            (f"{key}_in", "入境", "inlet", d.year, "inlet"),
            (f"{key}_out", "出境", "outlet", d.year, "outlet"),
            (f"{key}_before", "上年出境", "outlet, year before", d.year - 1, "outlet"),
        ):
            values = _by_party(d, pollutant, year, position)
            title = Text(f"{zh}{name.zh}", f"{name.en}, {en}")
            columns.append(
                Column(id_, title, Text("毫克/升", "mg/L"), values, certainty="user", source=Text("用户读数", "the user's readings"))
            )  # fmt: skip
        inlet, outlet, before = col(f"{key}_in"), col(f"{key}_out"), col(f"{key}_before")
        parts.append(w * (space * (inlet - outlet) / inlet + (1 - space) * (before - outlet) / before))
    score = sum(parts[1:], parts[0]) if parts else rate
    raw = maximum(-1 * cap, minimum(cap, 100 * rate * col("score")))
    settled = minimum(total("gain"), total("loss"))
    scaled = where(col("raw") < 0, col("raw") * settled / total("loss"), 0)
    amount = where(col("raw") > 0, col("raw") * settled / total("gain"), scaled)
    return [
        *columns,
        Column("score", Text("改善程度", "improvement"), formula=score),
        Column("raw", Text("封顶后的应得（负为应付）", "due after the cap (negative: owes)"), WAN, formula=raw),
        Column("gain", Text("应得", "due"), WAN, formula=maximum(col("raw"), 0)),
        Column("loss", Text("应付", "owed"), WAN, formula=maximum(-1 * col("raw"), 0)),
        Column("amount", Text("清算额（负为付出）", "settlement (negative: pays)"), WAN, formula=amount, amount=True,
               source=Text("较大一边按比例缩减，收付相等", "the larger side is scaled down so that both are equal")),
        Column("received", Text("收到", "received"), WAN, formula=maximum(col("amount"), 0)),
        Column("paid", Text("付出", "paid"), WAN, formula=maximum(-1 * col("amount"), 0)),
    ]  # fmt: skip


def _by_party(d: Deal, pollutant: str, year: int, position: str) -> np.ndarray:
    found = []
    for code, name in d.parties:
        value = None
        if d.readings is not None:
            value = d.readings.mean(pollutant, year, place=code, position=position)[0]
        if value is None:
            d.refuse(
                Text(
                    f"缺少读数：{name.zh}，{NAMES[pollutant].zh}，{year} 年，{'入境' if position == 'inlet' else '出境'}",
                    f"a reading is missing: {name.en}, {NAMES[pollutant].en}, {year}, {position}",
                )
            )
        found.append(np.nan if value is None else value)
    return np.array(found)
