"""Sharing by account: precedents, grain by the ton, resource rents; each a sheet that balances."""

from typing import Literal

from yugong.base.text import Text
from yugong.design.sharing.cards import GRAIN, PRECEDENT, RENTS
from yugong.design.sheet import Balance, Column, Parameter, Sheet, calculate, col, maximum, minimum, par, total, where
from yugong.design.sheet.expression import Values
from yugong.design.sheet.sheet import Certainty

NONE, WAN = Text("", ""), Text("万元", "10 000 yuan")
TONS = Text("万吨", "10 000 t")
Rows = tuple[tuple[str, Text], ...]
Need = Literal["user", "solved"]


def precedent(
    rows: Rows, quota: Values, unit: Text, amount: float | None, out_unit: Text, source: Text, certainty: Certainty, note: Text
) -> Sheet:  # fmt: skip
    """Return an amount divided in the shares of a precedent, one row a party; the precedent's own sum by default."""
    whole = float(quota.sum()) if amount is None else amount
    given: Certainty = certainty if amount is None else "user"
    columns = (
        Column("quota", Text("先例份额", "precedent"), unit, quota, certainty=certainty, source=source),
        Column("share", Text("比例", "share"), NONE, formula=col("quota") / total("quota")),
        Column("amount", Text("分得", "amount"), out_unit, formula=par("pot") * col("share"), amount=True),
    )
    pot = Parameter("pot", Text("总额", "total"), whole, out_unit, given, source if amount is None else NONE)
    balance = Balance("pot", Text("分得合计 = 总额", "amounts = total"), total("amount"), par("pot"), out_unit)
    return calculate(
        "precedent_shares", Text("按先例分配", "Shares by precedent"), rows, (pot,), columns, PRECEDENT, (balance,),
        Text("各方", "Party"), (note,) if note.zh else (),
    )  # fmt: skip


def grain(
    rows: Rows, output: Values, people: Values, need: float, need_from: Need, rate: float, sources: tuple[Text, Text]
) -> Sheet:
    """Return what deficit regions pay surplus regions for grain, one row a region, 万元.

    output (万吨), people (万人), need: kg a head a year; rate: yuan a ton of surplus. Only the quantity that both
    sides match is compensated, so that what is paid is received.
    """
    surplus = col("output") - par("need") / 1000 * col("people")
    per = minimum(total("surplus"), total("deficit"))
    columns = (
        Column("output", Text("粮食产量", "grain output"), TONS, output, source=sources[0]),
        Column("people", Text("常住人口", "population"), Text("万人", "10 000 people"), people, source=sources[1]),
        Column("net", Text("余缺", "surplus (negative: deficit)"), TONS, formula=surplus),
        Column("surplus", Text("余粮", "surplus"), TONS, formula=maximum(col("net"), 0)),
        Column("deficit", Text("缺口", "deficit"), TONS, formula=maximum(-1 * col("net"), 0)),
        Column("received", Text("收到", "received"), WAN,
               formula=where(col("surplus") > 0, par("rate") * col("surplus") * per / total("surplus"), 0)),
        Column("paid", Text("付出", "paid"), WAN,
               formula=where(col("deficit") > 0, par("rate") * col("deficit") * per / total("deficit"), 0)),
        Column("amount", Text("净得（负为付出）", "net (negative: pays)"), WAN, amount=True,
               formula=col("received") - col("paid")),
    )  # fmt: skip
    average = Text("全国人均产量，使余缺相抵", "mean output a head, at which surpluses equal deficits")
    parameters = (
        Parameter("need", Text("人均粮食需要", "need a head"), need, Text("公斤/年", "kg a year"), need_from,
                  average if need_from == "solved" else Text("用户给定", "set by the user")),
        Parameter("rate", Text("每吨补偿", "compensation a ton"), rate, Text("元/吨", "yuan/t"), "user",
                  Text("没有统一标准，用户给定", "no published standard: set by the user")),
    )  # fmt: skip
    balances = (
        Balance("matched", Text("余粮 = 缺口", "surplus = deficit"), total("surplus"), total("deficit"), TONS),
        Balance("paid", Text("收到 = 付出", "received = paid"), total("received"), total("paid"), WAN),
    )
    note = Text(
        "以产量和常住人口测算的余缺，不含库存、进口与饲料、工业用粮的地区差异",
        "surpluses from output and residents; stocks, imports and regional differences in feed and industrial use are "
        "not counted",
    )
    return calculate(
        "grain_compensation", Text("粮食产销区利益补偿", "Grain compensation"), rows, parameters, columns, GRAIN,
        balances, notes=(note,),
    )  # fmt: skip


def rents(rows: Rows, numbers: dict[str, Values], share: float, source: Text) -> Sheet:
    """Return what destinations return to origins of the rent on each shipment of a resource, 万元, one row a shipment.

    numbers: quantity, price and cost (a normal return included) in units whose product is 万元, and local_tax that
    the origin already receives of it.
    """
    titles = {
        "quantity": (Text("输出量", "quantity shipped"), Text("万单位", "10 000 units")),
        "price": (Text("价格", "price"), Text("元/单位", "yuan a unit")),
        "cost": (Text("成本（含正常回报）", "cost, normal return included"), Text("元/单位", "yuan a unit")),
        "local_tax": (Text("输出地已得资源税费", "resource taxes already received"), WAN),
    }
    columns = (
        *(
            Column(id_, title, unit, numbers[id_], certainty="user", source=source)
            for id_, (title, unit) in titles.items()
        ),
        Column("rent", Text("资源租金", "rent"), WAN, formula=maximum(col("price") - col("cost"), 0) * col("quantity")),
        Column("due", Text("输出地应得", "due to the origin"), WAN, formula=par("share") * col("rent")),
        Column("amount", Text("输入地付输出地", "from destination to origin"), WAN, amount=True,
               formula=maximum(col("due") - col("local_tax"), 0)),
        Column("kept", Text("输入地留存", "kept by the destination"), WAN,
               formula=col("rent") - col("local_tax") - col("amount")),
    )  # fmt: skip
    parameter = Parameter(
        "share", Text("租金归输出地的比例", "share of rent due to the origin"), share, NONE, "user",
        Text("没有统一标准，用户给定", "no published standard: set by the user"),
    )  # fmt: skip
    parts = total("amount") + total("local_tax") + total("kept")
    balance = Balance(
        "rent", Text("税费 + 返还 + 留存 = 租金", "taxes + returned + kept = rent"), parts, total("rent"), WAN
    )
    return calculate(
        "resource_rents", Text("资源输出地利益分享", "Sharing resource rents"), rows, (parameter,), columns, RENTS,
        (balance,), Text("输出", "Shipment"),
    )  # fmt: skip
