"""The calculation behind a plan of pairs: what givers can spare, what receivers need, what passes between them."""

from dataclasses import dataclass

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.design.sheet import Balance, Column, Expression, Parameter, Sheet, calculate, col, maximum, par, total
from yugong.design.sheet.expression import Values

MONEY = Text("亿元", "100 million yuan")
NONE = Text("", "")
Rows = tuple[tuple[str, Text], ...]
SOLVED = {
    "fair": Text(
        "求解得出：先提高最低的需求满足率，再求匹配度最大", "solved: the least share of need met first, then fit"
    ),
    "stable": Text("求解得出：稳定的金额配置", "solved: stable amounts"),
    "one_to_one": Text(
        "求解得出：一对一指派，取可出资与需求之小者", "solved: assigned one to one, the smaller of capacity and need"
    ),
}
ASSUMED = Text("情景假设，不是核定数", "an assumption, not an assessed amount")
RATE = Text("出资比例", "share given")


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Capacities (M,) and needs (N,) as the user's table states them."""

    capacity: Values
    need: Values
    source: Text


@dataclass(frozen=True, slots=True, eq=False)
class Assumed:
    """Capacities as a share of revenue (M,), needs by people (N,) times the shortfall of income (N,) below the mean."""

    rate: float
    revenue: Values
    income: Values
    people: Values
    mean: float
    sources: tuple[Text, Text, Text]  # of revenue, income, people


def pair_sheets(
    givers: Rows, receivers: Rows, amount: Values, basis: Given | Assumed, card: MethodCard,
    rule: str, provenance: Provenance | None = None,
) -> tuple[Sheet, Sheet]:  # fmt: skip
    """Return the sheets of givers and of receivers; `amount` (M, N) is the plan solved by a rule, 100 million yuan."""
    solved = SOLVED[rule]
    whole = Parameter("whole", Text("各对合计", "Σ over pairs"), float(amount.sum()), MONEY, "solved", solved)
    columns, parameters = _capacity(basis)
    columns += [
        Column("given", Text("付出", "given"), MONEY, amount.sum(1), certainty="solved", source=solved, amount=True),
        Column("left", Text("尚余", "left"), MONEY, formula=col("capacity") - col("given")),
    ]
    paid = Balance("paid", Text("付出合计 = 各对合计", "Σ given = Σ over pairs"), total("given"), par("whole"), MONEY)
    title = Text("支援方：能出多少、付出多少", "Givers: what they can and do give")
    giving = calculate(
        "givers", title, givers, (*parameters, whole), tuple(columns), card, (paid,), provenance=provenance
    )
    columns, parameters = _need(basis, float(giving.column("capacity").sum()))
    received: Expression = col("from_0")
    for i in range(1, len(givers)):
        received = received + col(f"from_{i}")
    columns += [
        *(
            Column(f"from_{i}", Text(f"来自{name.zh}", f"from {name.en}"), MONEY, amount[i], certainty="solved", source=solved)
            for i, (_, name) in enumerate(givers)
        ),
        Column("received", Text("收到", "received"), MONEY, formula=received, amount=True),
        Column("met", Text("需求满足率", "share of need met"), NONE, formula=col("received") / col("need")),
    ]  # fmt: skip
    got = Balance(
        "received", Text("收到合计 = 各对合计", "Σ received = Σ over pairs"), total("received"), par("whole"), MONEY
    )
    title = Text("受援方：需要多少、收到多少", "Receivers: what they need and get")
    return giving, calculate(
        "receivers", title, receivers, (*parameters, whole), tuple(columns), card, (got,), provenance=provenance
    )


def _capacity(basis: Given | Assumed) -> tuple[list[Column], tuple[Parameter, ...]]:
    title = Text("可出资", "can give")
    if isinstance(basis, Given):
        return [Column("capacity", title, MONEY, basis.capacity, certainty="user", source=basis.source)], ()
    return [
        Column("revenue", Text("一般公共预算收入", "budget revenue"), MONEY, basis.revenue, source=basis.sources[0]),
        Column("capacity", title, MONEY, formula=par("rate") * col("revenue"), source=ASSUMED),
    ], (Parameter("rate", RATE, basis.rate, NONE, "user", ASSUMED),)


def _need(basis: Given | Assumed, pot: float) -> tuple[list[Column], tuple[Parameter, ...]]:
    title = Text("需求", "need")
    if isinstance(basis, Given):
        return [Column("need", title, MONEY, basis.need, certainty="user", source=basis.source)], ()
    yuan, heads = Text("元", "yuan"), Text("万人", "10 000 persons")
    below = maximum(par("mean") - col("income"), 0) / 1e4 * col("people")  # yuan × 10 000 persons in 100 million yuan
    return [
        Column("income", Text("人均可支配收入", "income per head"), yuan, basis.income, source=basis.sources[1]),
        Column("people", Text("年末常住人口", "resident population"), heads, basis.people, source=basis.sources[2]),
        Column("shortfall", Text("收入缺口", "shortfall of income"), MONEY, formula=below, source=ASSUMED),
        Column("need", title, MONEY, formula=par("pot") * col("shortfall") / total("shortfall"), source=ASSUMED),
    ], (
        Parameter("mean", Text("全国人均可支配收入（人口加权）", "national income per head, by population"), basis.mean, yuan, "",
                  basis.sources[1]),
        Parameter("pot", Text("可出资合计", "Σ of what can be given"), pot, MONEY, "", ASSUMED),
    )  # fmt: skip
