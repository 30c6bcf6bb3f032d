"""Tax sharing as sheets: enterprises that moved between regions, and enterprises with establishments in several."""

from yugong.base.text import Text
from yugong.design.sharing.cards import CORPORATE_TAX, MOVED_TAX
from yugong.design.sheet import Balance, Column, Parameter, Sheet, calculate, col, maximum, minimum, par, total, where
from yugong.design.sheet.expression import Expression, Values, as_expression

NONE, WAN = Text("", ""), Text("万元", "10 000 yuan")
Rows = tuple[tuple[str, Text], ...]
RULE_2015 = Text("财预〔2015〕92号", "Caiyu [2015] No. 92")
RULE_2012 = Text("财预〔2012〕40号", "Caiyu [2012] No. 40")
CHECK = Text("财预〔2015〕92号（使用前请核对）", "Caiyu [2015] No. 92 (check before use)")
THRESHOLD_WAN, ORIGIN_SHARE, YEARS = 2000.0, 0.5, 5
FACTORS = (
    ("revenue", Text("营业收入", "revenue"), 0.35),
    ("wages", Text("职工薪酬", "wages"), 0.35),
    ("assets", Text("资产总额", "assets"), 0.30),
)
PARTS = (("establishments", 0.5, "V"), ("head_office", 0.25, "H"), ("central_pool", 0.25, "H"))


def moved_enterprises(
    rows: Rows,
    before: Values,
    eligible: Values,
    taxes: Values,
    years: tuple[int, ...],
    source: Text,
    threshold: float = THRESHOLD_WAN,
    origin_share: float = ORIGIN_SHARE,
    cap_years: float = 3.0,
    most_years: int = YEARS,
) -> Sheet:
    """Return what the old and the new place of each moved enterprise receive of its taxes, 万元, one row an enterprise.

    before (n, 3): taxes of the three years before the move; eligible (n,) 1 where the move was led by government and
    fits the plan; taxes (n, T) of the years after it, in order. The old place gets origin_share a year for at most
    most_years, until cap_years times the average of the three years is reached. An enterprise whose average is below
    the threshold is not shared: all goes to the new place.
    """
    old = tuple(f"before_{k}" for k in (3, 2, 1))
    columns = [
        Column(id_, Text(f"迁移前第 {k} 年税收", f"taxes, year {k} before the move"), WAN, before[:, j],
               certainty="user", source=source)
        for j, (id_, k) in enumerate(zip(old, (3, 2, 1), strict=True))
    ]  # fmt: skip
    average = (col(old[0]) + col(old[1]) + col(old[2])) / 3
    columns += [
        Column("led", Text("政府主导且符合规划", "led by government and within plan"), NONE, eligible,
               certainty="user", source=source),
        Column("average", Text("迁移前三年年均税收", "average of the three years"), WAN, formula=average),
        Column("shared", Text("是否分享", "whether shared"), NONE, source=RULE_2015,
               formula=where(col("average") >= par("threshold"), col("led"), 0)),
        Column("ceiling", Text("迁出地分享上限", "ceiling of the old place"), WAN, source=CHECK, certainty="M",
               formula=col("average") * par("cap_years") * col("shared")),
    ]  # fmt: skip
    so_far: Expression = as_expression(0)
    for t, year in enumerate(years):
        columns.append(
            Column(f"tax_{year}", Text(f"迁移后第 {year} 年税收", f"taxes, year {year} after"), WAN, taxes[:, t], certainty="user", source=source)
        )  # fmt: skip
        left = col("ceiling") if not t else maximum(col("ceiling") - so_far, 0)
        share = minimum(par("origin_share") * col(f"tax_{year}"), left) if t < most_years else as_expression(0)
        columns.append(
            Column(f"origin_{year}", Text(f"第 {year} 年迁出地分享", f"old place, year {year}"), WAN, formula=share,
                   source=RULE_2015)
        )  # fmt: skip
        so_far = so_far + col(f"origin_{year}") if t else col(f"origin_{year}")
    taxed = sum((col(f"tax_{year}") for year in years[1:]), col(f"tax_{years[0]}"))
    columns += [
        Column("tax", Text("税收合计", "taxes in all"), WAN, formula=taxed),
        Column("origin", Text("迁出地合计", "old place in all"), WAN, formula=so_far, amount=True),
        Column("destination", Text("迁入地合计", "new place in all"), WAN, formula=col("tax") - col("origin"), amount=True),
    ]  # fmt: skip
    parameters = (
        Parameter("threshold", Text("年均税收门槛", "threshold of the average"), threshold, WAN,
                  "V" if threshold == THRESHOLD_WAN else "user", RULE_2015),
        Parameter("origin_share", Text("迁出地分享比例", "share of the old place"), origin_share, NONE,
                  "V" if origin_share == ORIGIN_SHARE else "user", RULE_2015),
        Parameter("cap_years", Text("上限为年均的倍数", "ceiling, times the average"), cap_years, NONE, "M", CHECK),
        Parameter("most_years", Text("分享年限", "years of sharing"), most_years, Text("年", "years"), "M", CHECK),
    )  # fmt: skip
    balance = Balance(
        "all", Text("迁出地 + 迁入地 = 税收", "old + new = taxes"), total("origin") + total("destination"), total("tax"), WAN
    )  # fmt: skip
    return calculate(
        "tax_sharing", Text("产业转移企业税收分享", "Tax sharing for moved enterprises"), rows, parameters,
        tuple(columns), MOVED_TAX, (balance,), Text("企业", "Enterprise"),
    )  # fmt: skip


def corporate_split(rows: Rows, factors: dict[str, Values], tax: float, source: Text) -> Sheet:
    """Return each establishment's share and amount of the establishments' part of the tax, 万元.

    factors: revenue, wages, assets (n,) each. The other parts, head office and central pool, stand in the balance.
    """
    columns = [
        Column(id_, title, WAN, factors[id_], certainty="user", source=source) for id_, title, _ in FACTORS
    ]  # fmt: skip
    parts = [par(f"w_{id_}") * col(id_) / total(id_) for id_, _, _ in FACTORS]
    formula = sum(parts[1:], parts[0])
    columns += [
        Column("share", Text("分摊比例", "share"), NONE, formula=formula, source=RULE_2012),
        Column("amount", Text("分摊税款", "tax of the establishment"), WAN, amount=True, source=RULE_2012,
               formula=par("tax") * par("establishments") * col("share")),
    ]  # fmt: skip
    names = {
        "establishments": Text("分支机构分摊比例", "part of the establishments"),
        "head_office": Text("总机构就地预缴比例", "part of the head office"),
        "central_pool": Text("中央集中分配比例", "part of the central pool"),
    }
    parameters = (
        Parameter("tax", Text("应纳所得税", "tax due"), tax, WAN, "user", source),
        *(
            Parameter(f"w_{i}", Text(f"{t.zh}权重", f"weight of {t.en}"), w, NONE, "V", RULE_2012)
            for i, t, w in FACTORS
        ),
        *(Parameter(i, names[i], v, NONE, "V" if mark == "V" else "H", RULE_2012) for i, v, mark in PARTS),
    )
    whole = total("amount") + par("tax") * (par("head_office") + par("central_pool"))
    balances = (
        Balance("shares", Text("分摊比例合计 = 1", "shares sum to 1"), total("share"), par("tax") / par("tax")),
        Balance("tax", Text("分支机构 + 总机构 + 中央 = 税款", "parts = tax"), whole, par("tax"), WAN),
    )
    return calculate(
        "corporate_tax_split", Text("跨地区所得税三因素分摊", "Three-factor split of corporate income tax"), rows,
        parameters, tuple(columns), CORPORATE_TAX, balances, Text("机构", "Establishment"),
    )  # fmt: skip
