"""Standard revenue and standard expenditure as columns of a calculation sheet (articles 5 and 6)."""

from functools import reduce
from operator import add

import numpy as np

from yugong.base.text import Text
from yugong.design.sheet import Column, Expression, Parameter, col, mean, par, total
from yugong.design.transfers import estimates
from yugong.design.transfers.inputs import (
    FACTORS,
    NONE,
    SHARES,
    SIZE_FACTORS,
    STRUCTURE_FACTORS,
    Inputs,
    Settings,
)
from yugong.design.transfers.sources import article

MONEY = Text("亿元", "100 million yuan")
PEOPLE = Text("万人", "10 000 persons")
NEUTRAL = Text("未给定，取 1；可由 file 读入", "not given, taken as 1; can be read from a file")
GIVEN = Text("用户表", "user's table")
AVERAGE = Text(
    "以当年各地合计实际数定全国平均标准", "the national average standard is set by the actual totals of the year"
)
TITLES = {
    "population": (Text("年末常住人口", "resident population"), PEOPLE),
    "area": (Text("土地面积", "land area"), Text("平方公里", "km²")),
    "grp": (Text("地区生产总值", "GRP"), MONEY),
    "urban": (Text("城镇化率", "urbanisation rate"), Text("%", "%")),
    "tax": (Text("税收收入", "tax revenue"), MONEY),
    "nontax": (Text("非税收入", "non-tax revenue"), MONEY),
    "pupils": (Text("义务教育在校生", "pupils in compulsory education"), PEOPLE),
    "aged": (Text("65 岁及以上人口", "persons aged 65 and over"), PEOPLE),
    "rural": (Text("乡村人口", "rural population"), PEOPLE),
    "fixed_grants": (Text("税收返还、固定补助等转移性收入", "tax rebates, fixed grants and other transfer income"), MONEY),
    "paid": (Text("实际下达", "paid"), MONEY),
    "baseline": (Text("基数（上年）", "baseline (previous year)"), MONEY),
    "effort": (Text("省对下均等化努力程度", "effort to equalise below the province"), NONE),
}  # fmt: skip


def given(inputs: Inputs, id: str) -> Column:
    """Return an input column."""
    title, unit = TITLES[id]
    return Column(id, title, unit, inputs.frame[id].to_numpy(float), source=inputs.origins.get(id, GIVEN))


def revenue(inputs: Inputs, settings: Settings) -> tuple[tuple[Column, ...], tuple[Parameter, ...]]:
    """Return the columns of standard revenue and their parameters, by `settings.revenue`.

    capacity: what regions of this output per head and urban share raise on average, scaled to the actual total;
    output: GRP × national average effective rate; actual: the actual revenue. Non-tax revenue: GRP × national rate.
    """
    columns = [given(inputs, name) for name in ("population", "grp", "tax", "nontax")]
    parameters: list[Parameter] = []
    rate = Text("地区生产总值 × 全国平均有效征收率", "GRP × national average effective rate")
    tax_rate = rate
    if settings.revenue == "actual":
        standard: tuple[Expression, Expression] = (col("tax"), col("nontax"))
        rate = tax_rate = Text("实际数", "the actual figure")
    elif settings.revenue == "output":
        standard = (
            col("grp") * (total("tax") / total("grp")), col("grp") * (total("nontax") / total("grp")),
        )  # fmt: skip
    else:
        f = inputs.frame
        found = estimates.capacity(
            (f["tax"] / f["population"]).to_numpy(), (f["grp"] / f["population"]).to_numpy(), f["urban"].to_numpy()
        )
        parameters += _estimated(
            ("tax_output", "tax_urban"),
            (Text("税收对人均地区生产总值的弹性", "elasticity of tax in GRP per head"),
             Text("税收对城镇化率的弹性", "elasticity of tax in the urban share")),
            found,
        )  # fmt: skip
        columns.append(given(inputs, "urban"))
        unscaled = col("population") * (col("grp") / col("population")) ** par("tax_output")
        columns.append(
            Column(
                "tax_unscaled",
                Text("财政能力（未定标）", "fiscal capacity, unscaled"),
                formula=unscaled * col("urban") ** par("tax_urban"),
                source=Text("按人均产出和城镇化率的弹性", "by the elasticities in output per head and urban share"),
            )
        )
        tax_rate = Text("财政能力 × 全国平均有效征收率", "fiscal capacity × national average effective rate")
        standard = (
            col("tax_unscaled") * (total("tax") / total("tax_unscaled")),
            col("grp") * (total("nontax") / total("grp")),
        )
    tax, nontax = standard
    columns += [
        Column("standard_tax", Text("标准税收收入", "standard tax revenue"), MONEY, formula=tax, source=_instead(tax_rate)),
        Column("standard_nontax", Text("标准非税收入", "standard non-tax revenue"), MONEY, formula=nontax, source=_instead(rate)),
    ]  # fmt: skip
    whole: Expression = col("standard_tax") + col("standard_nontax")
    if inputs.has("fixed_grants"):
        columns.append(given(inputs, "fixed_grants"))
        whole = whole + col("fixed_grants")
    columns.append(
        Column(
            "standard_revenue", Text("标准财政收入", "standard revenue"), MONEY, formula=whole, certainty="V",
            source=article("五"),
        )
    )  # fmt: skip
    return tuple(columns), tuple(parameters)


def _instead(how: Text) -> Text:
    return Text(
        f"{article('五').zh}按税种的税基与全国平均有效税率计算；分税种的省级税基没有齐全的公开数，这里以{how.zh}代替",
        f"{article('五').en} goes tax by tax, base × national average effective rate; bases by tax and province are not "
        f"published in full, and here {how.en} stands in",
    )


def cost_factor(inputs: Inputs, settings: Settings) -> tuple[tuple[Column, ...], tuple[Parameter, ...]]:
    """Return the columns of the cost-difference coefficient and their parameters (article 6)."""
    f = inputs.frame
    parameters = [
        Parameter("population_share", Text("人口规模系数权重", "weight of population scale"), settings.population_share,
                  NONE, "V", article("六")),
        Parameter("area_share", Text("面积系数权重", "weight of area"), settings.area_share, NONE, "V", article("六")),
    ]  # fmt: skip
    columns = [given(inputs, "area")]
    if inputs.has("scale") and inputs.has("expanse"):
        columns += [Column(k, t, NONE, f[k].to_numpy(float), source=GIVEN) for k, t in SIZE_FACTORS.items()]
    else:
        heads = f["population"].to_numpy()
        found = estimates.cost(
            sum(f[f"spending_{c.id}"] for c in inputs.categories).to_numpy() / heads,  # type: ignore[union-attr]
            heads, f["area"].to_numpy() / heads, f["grp"].to_numpy() / heads,
        )  # fmt: skip
        parameters += _estimated(
            ("cost_scale", "cost_area"),
            (Text("人均支出对人口规模的弹性", "elasticity of spending per head in population"),
             Text("人均支出对人均面积的弹性", "elasticity of spending per head in area per head")),
            found,
        )  # fmt: skip
        how = Text(
            "系数本身的算法未公布；这里用财政能力不变时人均支出的弹性",
            "how the coefficient itself is computed is not published; here by the elasticity of spending per head at "
            "equal fiscal capacity",
        )
        spread = (col("area") / col("population")) / (total("area") / total("population"))
        columns += [
            Column("scale", SIZE_FACTORS["scale"], source=how,
                   formula=(col("population") / mean("population")) ** par("cost_scale")),
            Column("expanse", SIZE_FACTORS["expanse"], source=how, formula=spread ** par("cost_area")),
        ]  # fmt: skip
    for key, title in FACTORS.items():
        held = inputs.has(key)
        values = f[key].to_numpy(float) if held else np.ones(len(f))
        columns.append(Column(key, title, NONE, values, certainty="user", source=GIVEN if held else NEUTRAL))
    parameters += [
        Parameter(key, title, settings.shares[key], NONE, "user",
                  Text("未公布；仅在系数不为 1 时起作用", "not published; matters only where a coefficient is not 1"))
        for key, title in SHARES.items()
    ]  # fmt: skip
    rest = 1 - reduce(add, (par(k) for k in SHARES))
    prices = (
        col("hardship") * par("personnel") + col("winter") * par("heating") + col("summer") * par("cooling")
        + col("altitude") * col("distance") * par("fuel") + col("road") * par("upkeep") + rest
    )  # fmt: skip
    size = col("scale") * par("population_share") + col("expanse") * par("area_share")
    formula: Expression = size * prices
    for key in STRUCTURE_FACTORS:
        formula = formula * col(key)
    columns.append(
        Column("cost", Text("支出成本差异系数", "cost-difference coefficient"), formula=formula, certainty="V",
               source=article("六"))
    )  # fmt: skip
    return tuple(columns), tuple(parameters)


def expenditure(inputs: Inputs) -> tuple[Column, ...]:
    """Return the columns of standard expenditure: Σ users × national standard × cost-difference coefficient."""
    f = inputs.frame
    columns = [given(inputs, u) for u in dict.fromkeys(c.users for c in inputs.categories) if u != "population"]
    for c in inputs.categories:
        spent = f"spending_{c.id}"
        columns.append(
            Column(spent, Text(f"实际支出：{c.title.zh}", f"actual spending: {c.title.en}"), MONEY,
                   f[spent].to_numpy(float), source=inputs.origins.get(spent, GIVEN))
        )  # fmt: skip
    for c in inputs.categories:
        who = TITLES[c.users][0]
        columns += [
            Column(f"need_{c.id}", Text(f"加权对象：{c.title.zh}", f"weighted users: {c.title.en}"), PEOPLE,
                   formula=col(c.users) * col("cost"),
                   source=Text(f"{who.zh} × 成本差异系数", f"{who.en} × cost-difference coefficient")),
            Column(f"standard_{c.id}", Text(f"标准支出：{c.title.zh}", f"standard expenditure: {c.title.en}"), MONEY,
                   formula=col(f"need_{c.id}") * (total(f"spending_{c.id}") / total(f"need_{c.id}")), certainty="V",
                   source=Text(f"{article('六').zh}；{AVERAGE.zh}", f"{article('六').en}; {AVERAGE.en}")),
        ]  # fmt: skip
    columns.append(
        Column("standard_expenditure", Text("标准财政支出", "standard expenditure"), MONEY,
               formula=reduce(add, (col(f"standard_{c.id}") for c in inputs.categories)), certainty="V",
               source=article("六"))
    )  # fmt: skip
    basic = [c for c in inputs.categories if c.basic]
    listed = "、".join(c.title.zh for c in basic), ", ".join(c.title.en for c in basic)
    columns.append(
        Column("basic", Text("基本公共服务必保支出", "basic services that must be secured"), MONEY,
               formula=reduce(add, (col(f"standard_{c.id}") for c in basic)),
               source=Text(f"以标准支出计：{listed[0]}", f"standard expenditure on: {listed[1]}"))
    )  # fmt: skip
    return tuple(columns)


def _estimated(ids: tuple[str, ...], titles: tuple[Text, ...], found: estimates.Elasticities) -> list[Parameter]:
    return [
        Parameter(
            id_, title, float(slope), NONE, "solved",
            Text(f"本年各地回归估计，标准误 {error:.3f}，R² {found.r2:.2f}",
                 f"estimated across regions of the year, standard error {error:.3f}, R² {found.r2:.2f}"),
        )
        for id_, title, slope, error in zip(ids, titles, found.slopes, found.errors, strict=False)
    ]  # fmt: skip
