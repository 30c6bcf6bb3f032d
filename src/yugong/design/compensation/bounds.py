"""How much compensation can be: cost to the protector, value to those who benefit, and packages in kind as money."""

from collections.abc import Mapping, Sequence

import numpy as np

from yugong.base.text import Text
from yugong.design.compensation.cards import BOUNDS, PACKAGE
from yugong.design.compensation.deal import NONE, WAN
from yugong.design.sheet import Balance, Column, Parameter, Sheet, calculate, col, maximum, par, total, where
from yugong.design.sheet.expression import Values

YUAN = Text("元", "yuan")
HEADS = Text("万人", "10 000 people")
# the forms that article 2 names, purchases of products and of services counted apart
FORMS_OF_COMPENSATION: Mapping[str, Text] = {
    "funds": Text("资金补偿", "funds"),
    "paired_cooperation": Text("对口协作", "paired cooperation"),
    "industry_transfer": Text("产业转移", "industry transfer"),
    "training": Text("人才培训", "training"),
    "joint_parks": Text("共建园区", "joint parks"),
    "purchase_products": Text("购买生态产品", "purchase of ecological products"),
    "purchase_services": Text("购买生态服务", "purchase of ecological services"),
}
Rows = tuple[tuple[str, Text], ...]


def income_gap(
    rows: Rows, people: Sequence[Values], incomes: Sequence[Values], reference: Sequence[float], sources: Sequence[Text]
) -> Sheet:
    """Return the opportunity cost of protection as income forgone, one row a protecting region, 万元 a year.

    people: urban and rural heads (万人); incomes: urban and rural income a head (元); reference: the two incomes of the
    region compared with. Cost = Σ over town and country of max(reference − own, 0) × heads.
    """
    names = (Text("城镇", "urban"), Text("农村", "rural"))
    columns: list[Column] = []
    for k, (name, key) in enumerate(zip(names, ("urban", "rural"), strict=True)):
        columns += [
            Column(f"people_{key}", Text(f"{name.zh}人口", f"{name.en} population"), HEADS, people[k], source=sources[0]),
            Column(f"income_{key}", Text(f"{name.zh}人均收入", f"{name.en} income a head"), YUAN, incomes[k], source=sources[1]),
            Column(f"gap_{key}", Text(f"{name.zh}收入差距", f"{name.en} income gap"), YUAN,
                   formula=maximum(par(f"reference_{key}") - col(f"income_{key}"), 0)),
        ]  # fmt: skip
    columns.append(
        Column("cost", Text("机会成本", "opportunity cost"), WAN, amount=True,
               formula=col("gap_urban") * col("people_urban") + col("gap_rural") * col("people_rural"))
    )  # fmt: skip
    parameters = tuple(
        Parameter(f"reference_{key}", Text(f"参照地区{name.zh}人均收入", f"{name.en} income of the reference"), value,
                  YUAN, "", sources[1])
        for key, name, value in zip(("urban", "rural"), names, reference, strict=True)
    )  # fmt: skip
    note = Text(
        "收入差距法按整个地区计，并把全部差距归于保护，大大高估机会成本；有直接成本和机会成本账目的，以账目为准",
        "the income gap counts the whole region and lays all of the difference to protection, which overstates the cost by "
        "far; accounts of direct and forgone income are better where they exist",
    )
    return calculate(
        "opportunity_cost", Text("保护的机会成本（收入差距法）", "Opportunity cost of protection (income gap)"), rows,
        parameters, tuple(columns), BOUNDS, notes=(note,),
    )  # fmt: skip


def items_sheet(rows: Rows, quantity: Values, unit_value: Values, cost: Values, where_from: Text) -> Sheet:
    """Return costs to the protector and values to those who benefit, one row an item, 万元; cost is 1 for a cost."""
    product = col("quantity") * col("unit_value")
    columns = (
        Column("quantity", Text("数量", "quantity"), NONE, quantity, certainty="user", source=where_from),
        Column("unit_value", Text("单位价值", "unit value"), WAN, unit_value, certainty="user", source=where_from),
        Column("is_cost", Text("成本 1、价值 0", "cost 1, value 0"), NONE, cost, certainty="user", source=where_from),
        Column("cost", Text("成本", "cost"), WAN, formula=product * col("is_cost"), amount=True),
        Column("service", Text("服务价值", "value of services"), WAN, formula=product * (1 - col("is_cost")), amount=True),
    )  # fmt: skip
    title = Text("成本与生态服务价值", "Costs and values of ecological services")
    return calculate("items", title, rows, (), columns, BOUNDS, row_title=Text("项目", "Item"))


def price_range(
    title: Text, lower: float, upper: float | None, agreed: float | None = None, power: float = 0.5
) -> Sheet:
    """Return the range of compensation in one row: lower bound, upper bound, proposal L + β(U − L), 万元.

    Without an upper bound there is no proposal. `agreed` is compared with the bounds: 1 inside, 0 outside. `power` is
    the protector's bargaining power β.
    """
    said = Text("前一张计算表的合计", "total of the sheet before")
    columns = [Column("lower", Text("下限", "lower bound"), WAN, np.array([lower]), source=said, amount=upper is None)]
    parameters: list[Parameter] = []
    notes: list[Text] = []
    if upper is None:
        notes.append(
            Text("没有生态服务价值，不能给出上限", "no value of ecological services was given: there is no upper bound")
        )
    else:
        parameters.append(
            Parameter("power", Text("保护方议价力 β", "bargaining power β of the protector"), power)
        )  # fmt: skip
        columns.append(Column("upper", Text("上限", "upper bound"), WAN, np.array([upper]), source=said))
        offer = where(col("upper") >= col("lower"), col("lower") + par("power") * (col("upper") - col("lower")), 0)
        columns.append(Column("proposal", Text("建议额", "proposal"), WAN, formula=offer, amount=True))
        if upper < lower:
            notes.append(
                Text("服务价值低于成本，双方没有可分的得益", "services are worth less than they cost: nothing to share")
            )
    if agreed is not None:
        columns.append(Column("agreed", Text("协议额", "sum agreed"), WAN, np.array([agreed])))
        inside = col("agreed") >= col("lower")
        high = (
            where(inside, where(col("agreed") <= col("upper"), 1, 0), 0) if upper is not None else where(inside, 1, 0)
        )
        columns.append(Column("inside", Text("在上下限之内", "within the bounds"), NONE, formula=high))
    return calculate(
        "range", Text("补偿标准区间", "Range of compensation"), (("range", title),), tuple(parameters), tuple(columns),
        BOUNDS, row_title=Text("补偿", "Compensation"), notes=tuple(notes),
    )  # fmt: skip


def package(
    rows: Rows, quantity: Values, unit_value: Values, years: Values, kinds: Sequence[str], rate: float, where_from: Text
) -> Sheet:
    """Return the money-equivalent of a package, one row an item: quantity × unit value × annuity of its years, 万元.

    kinds: the form of each item, a key of FORMS_OF_COMPENSATION. Payments fall at the start of each year.
    """
    r, n = par("rate"), col("years")
    factor = where(r > 0, (1 - (1 + r) ** (-1 * n)) / (1 - 1 / (1 + r)), n)
    flag = np.array([1.0 if k == "funds" else 0.0 for k in kinds])
    columns = (
        Column("quantity", Text("年数量", "quantity a year"), NONE, quantity, certainty="user", source=where_from),
        Column("unit_value", Text("单位价值", "unit value"), WAN, unit_value, certainty="user", source=where_from),
        Column("years", Text("年数", "years"), NONE, years, certainty="user", source=where_from),
        Column("cash", Text("资金 1、非资金 0", "funds 1, in kind 0"), NONE, flag),
        Column("factor", Text("年金现值系数", "annuity factor"), NONE, formula=factor),
        Column("equivalent", Text("货币当量", "money-equivalent"), WAN, amount=True,
               formula=col("quantity") * col("unit_value") * col("factor")),
        Column("in_funds", Text("资金", "in funds"), WAN, formula=col("equivalent") * col("cash")),
        Column("in_kind", Text("非资金", "in kind"), WAN, formula=col("equivalent") * (1 - col("cash"))),
    )  # fmt: skip
    rate_ = Parameter("rate", Text("折现率", "discount rate"), rate, NONE, "user", Text("用户给定", "set by the user"))
    return calculate(
        "package", Text("一揽子补偿的货币当量", "Money-equivalent of a package"), rows, (rate_,), columns, PACKAGE,
        (Balance("forms", Text("资金 + 非资金 = 合计", "funds + in kind = total"), total("in_funds") + total("in_kind"),
                 total("equivalent"), WAN),),
        Text("补偿项目", "Item"),
    )  # fmt: skip
