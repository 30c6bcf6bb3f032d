"""The equalisation transfer of 2022 as one calculation sheet, from public figures to amounts (财预〔2022〕58号)."""

from dataclasses import replace

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.design.sheet import (
    Balance,
    Column,
    Expression,
    Parameter,
    Sheet,
    calculate,
    col,
    maximum,
    minimum,
    par,
    total,
    where,
)
from yugong.design.transfers import standard
from yugong.design.transfers.alternatives import pot_parameter
from yugong.design.transfers.closure import first_weight, water_fill
from yugong.design.transfers.inputs import NONE, Inputs, Settings
from yugong.design.transfers.sources import BOEX, BRADBURY, RULE, article
from yugong.design.transfers.standard import MONEY

EVEN = 1e-9  # relative spread below which an indicator is the same everywhere: its standardised value is then 0
TITLE = Text("均衡性转移支付测算", "Equalisation transfers")
UNPUBLISHED = Text(
    "未公布的外层权重，由用户设定；按公开公式计算，不等于财政部核定数",
    "an outer weight that is not published: set by the user",
)
SOLVED_WEIGHT = Text("未公布；在此求解，使各地之和等于总额", "not published; solved so that amounts add up to the pot")


def sheet(inputs: Inputs, settings: Settings, provenance: Provenance | None = None) -> Sheet:
    """Return the sheet of the equalisation transfer: amount = gap × coefficient + growth control + effort reward.

    Only regions whose standard expenditure exceeds their standard revenue take part (article 3); difficulty is
    standardised over them, and is zero where an indicator does not vary. The first outer weight is solved so that
    the pot is used up, unless given; then the residual shows. With a cap or a floor on growth over the baseline the
    excess and the shortfall are spread over the others in proportion to their formula amounts.
    """
    draft = _calculated(inputs, replace(settings, weight_gap=settings.weight_gap or 1.0), 1.0, provenance, True)
    weight = settings.weight_gap
    if weight is None:
        weight = first_weight(
            draft.column("gap"), draft.column("difficulty"), settings.pot - settings.reward, settings.weight_difficulty
        ) * ((settings.pot - settings.reward) / settings.pot)
    chosen = replace(settings, weight_gap=weight)
    level = 1.0
    if _controlled(settings):
        draft = _calculated(inputs, chosen, 1.0, provenance, True)
        level = water_fill(
            draft.column("formula_amount"), draft.column("low"), draft.column("high"), settings.pot - settings.reward
        )
    return _calculated(inputs, chosen, level, provenance, settings.weight_gap is None)


def _controlled(settings: Settings) -> bool:
    return settings.cap is not None or settings.floor is not None


def _calculated(inputs: Inputs, settings: Settings, level: float, provenance: Provenance | None, solved: bool) -> Sheet:
    income, income_set = standard.revenue(inputs, settings)
    costs, costs_set = standard.cost_factor(inputs, settings)
    columns = [*income, *costs, *standard.expenditure(inputs), *_gap(), *_difficulty(), *_coefficient()]
    parameters = [*_parameters(settings, solved), *income_set, *costs_set]
    amount: Expression = col("formula_amount")
    if _controlled(settings):
        columns += _control(inputs, settings)
        parameters += _bounds(settings, level)
        amount = amount + col("growth_control")
    if settings.reward:
        columns += _reward(inputs)
        parameters.append(
            Parameter("reward", Text("均等化努力程度奖励资金", "money for the effort reward"), settings.reward, MONEY, "user",
                      article("四"))
        )  # fmt: skip
        amount = amount + col("effort_reward")
    columns.append(
        Column("transfer", Text("均衡性转移支付（测算）", "equalisation transfer (computed)"), MONEY, formula=amount,
               certainty="V", source=article("四"), amount=True)
    )  # fmt: skip
    if inputs.has("paid"):
        columns += _beside(inputs)
    return calculate(
        "transfers", TITLE, inputs.rows, tuple(parameters), tuple(columns), card(settings), _balances(inputs, settings),
        notes=inputs.notes, provenance=provenance,
    )  # fmt: skip


def _parameters(settings: Settings, solved: bool) -> list[Parameter]:
    s = settings
    return [
        pot_parameter(s.pot, s.pot_basis),
        Parameter("weight_gap", Text("权重一（总额÷缺口总额）", "first weight (pot ÷ total gap)"), float(s.weight_gap or 0.0),
                  NONE, "solved" if solved else "user", SOLVED_WEIGHT if solved else UNPUBLISHED),
        Parameter("weight_difficulty", Text("权重二（困难程度系数）", "second weight (difficulty)"), s.weight_difficulty, NONE,
                  "user", UNPUBLISHED),
        Parameter("burden_share", Text("必保支出负担的权重", "weight of the burden of basic services"), s.burden_share, NONE,
                  "V", article("七")),
        Parameter("gap_share", Text("缺口率的权重", "weight of the gap ratio"), s.gap_share, NONE, "V", article("七")),
    ]  # fmt: skip


def _gap() -> list[Column]:
    difference = col("standard_expenditure") - col("standard_revenue")
    return [
        Column("difference", Text("标准支出减标准收入", "standard expenditure less revenue"), MONEY, formula=difference,
               certainty="V", source=article("三")),
        Column("eligible", Text("是否参与（1 是 0 否）", "takes part (1 yes, 0 no)"), formula=where(col("difference") > 0, 1, 0),
               certainty="V", source=article("三")),
        Column("gap", Text("标准财政收支缺口", "standard gap"), MONEY, formula=maximum(col("difference"), 0), certainty="V",
               source=article("三")),
    ]  # fmt: skip


def _difficulty() -> list[Column]:
    columns = [
        Column("burden", Text("必保支出 ÷ 标准收入", "basic services ÷ standard revenue"),
               formula=col("eligible") * (col("basic") / col("standard_revenue")), certainty="V", source=article("七")),
        Column("gap_ratio", Text("缺口 ÷ 标准支出", "gap ÷ standard expenditure"),
               formula=col("gap") / col("standard_expenditure"), certainty="V", source=article("七")),
    ]  # fmt: skip
    for id_, title in (("burden", Text("必保支出负担", "burden")), ("gap_ratio", Text("缺口率", "gap ratio"))):
        centre = total(id_) / total("eligible")
        spread = (total(f"{id_}_square") / total("eligible")) ** 0.5
        columns += [
            Column(f"{id_}_apart", Text(f"{title.zh}：离均差", f"{title.en}: deviation from the mean"),
                   formula=col("eligible") * (col(id_) - centre), source=article("七")),
            Column(f"{id_}_square", Text(f"{title.zh}：离均差平方", f"{title.en}: squared deviation"),
                   formula=col(f"{id_}_apart") * col(f"{id_}_apart"), source=article("七")),
            Column(f"{id_}_score", Text(f"{title.zh}：标准化值", f"{title.en}: standardised"),
                   formula=where(spread > EVEN * centre, col(f"{id_}_apart") / spread, 0), certainty="V",
                   source=Text(f"{article('七').zh}；(指标 − 均值) ÷ 标准差，各地相同时取 0",
                               f"{article('七').en}; (x − mean) ÷ sd, 0 where all are equal")),
        ]  # fmt: skip
    return [
        *columns,
        Column("difficulty", Text("困难程度系数", "difficulty"), certainty="V", source=article("七"),
               formula=col("burden_score") * par("burden_share") + col("gap_ratio_score") * par("gap_share")),
    ]  # fmt: skip


def _coefficient() -> list[Column]:
    first = (par("pot") / total("gap")) * par("weight_gap")
    return [
        Column("coefficient", Text("转移支付系数", "coefficient"),
               formula=maximum(first + col("difficulty") * par("weight_difficulty"), 0), certainty="V",
               source=Text(f"{article('七').zh}；小于零时取零", f"{article('七').en}; zero where it would be negative")),
        Column("formula_amount", Text("缺口 × 系数", "gap × coefficient"), MONEY, formula=col("gap") * col("coefficient"),
               certainty="V", source=article("四")),
    ]  # fmt: skip


def _control(inputs: Inputs, settings: Settings) -> list[Column]:
    ceiling = col("baseline") * (1 + par("cap")) if settings.cap is not None else None
    lowest = col("baseline") * (1 + par("floor")) if settings.floor is not None else None
    how = Text(f"{article('四').zh}；幅度由用户设定", f"{article('四').en}; the bounds are the user's")
    level = col("formula_amount") * par("level")
    high = Column("high", Text("封顶", "cap"), MONEY, source=how,
                  formula=col("eligible") * (ceiling if ceiling is not None else par("pot")))  # fmt: skip
    low = Column("low", Text("保底", "floor"), MONEY, source=how,
                 formula=col("eligible") * (lowest if lowest is not None else 0))  # fmt: skip
    return [
        standard.given(inputs, "baseline"),
        low,
        high,
        Column("controlled", Text("控制后", "after growth control"), MONEY,
               formula=minimum(maximum(level, col("low")), col("high")), source=how),
        Column("growth_control", Text("增幅控制调整", "growth control"), MONEY, certainty="V",
               formula=col("controlled") - col("formula_amount"), source=article("四")),
    ]  # fmt: skip


def _bounds(settings: Settings, level: float) -> list[Parameter]:
    found = [
        Parameter(id_, title, value, NONE, "user", Text("幅度未公布，由用户设定", "not published: set by the user"))
        for id_, title, value in (
            ("cap", Text("增幅上限", "largest growth"), settings.cap),
            ("floor", Text("增幅下限", "smallest growth"), settings.floor),
        )
        if value is not None
    ]
    why = Text("求解得出：使控制后各地之和等于总额", "solved so that amounts after control add up to the pot")
    return [
        *found,
        Parameter(
            "level", Text("未触及上下限者的比例", "level of those between the bounds"), level, NONE, "solved", why
        ),
    ]


def _reward(inputs: Inputs) -> list[Column]:
    weighted = Column("effort_weight", Text("努力程度 × 缺口", "effort × gap"), formula=col("effort") * col("gap"),
                      source=Text("分配办法未公布：按努力程度乘缺口", "how it is shared is not published: effort × gap"))  # fmt: skip
    return [
        standard.given(inputs, "effort"),
        weighted,
        Column("effort_reward", Text("均等化努力程度奖励", "effort reward"), MONEY, certainty="V", source=article("四"),
               formula=par("reward") * col("effort_weight") / total("effort_weight")),
    ]  # fmt: skip


def _beside(inputs: Inputs) -> list[Column]:
    scaled = col("paid") * par("pot") / total("paid")
    return [
        standard.given(inputs, "paid"),
        Column("beside_paid", Text("测算减实际下达（按总额折算）", "computed less paid (scaled to the pot)"), MONEY,
               formula=col("transfer") - scaled, source=Text("口径不同，只供比较", "they count different things: to compare")),
    ]  # fmt: skip


def _balances(inputs: Inputs, settings: Settings) -> tuple[Balance, ...]:
    spent: Expression = total(f"spending_{inputs.categories[0].id}")
    for c in inputs.categories[1:]:
        spent = spent + total(f"spending_{c.id}")
    return (
        Balance("pot", Text("各地转移支付合计 = 总额", "Σ transfers = pot"), total("transfer"), par("pot"), MONEY),
        Balance("expenditure", Text("标准支出合计 = 实际支出合计", "Σ standard expenditure = Σ actual spending"),
                total("standard_expenditure"), spent, MONEY),
        Balance("tax", Text("标准税收合计 = 实际税收合计", "Σ standard tax = Σ actual tax"), total("standard_tax"), total("tax"),
                MONEY),
    )  # fmt: skip


def card(settings: Settings) -> MethodCard:
    """Return the method card of the equalisation transfer."""
    return MethodCard(
        "equalisation-2022",
        TITLE,
        r"T_i=(E_i-R_i)^{+}\left[\frac{P}{\sum_j(E_j-R_j)^{+}}w_1+d_i w_2\right]^{+}+a_i+r_i,\quad "
        r"d_i=0.55\,z\!\left(\frac{B_i}{R_i}\right)+0.45\,z\!\left(\frac{E_i-R_i}{E_i}\right)",
        Text(
            "公式、55/45 与 85/15 的权重据办法原文；两个外层权重、增幅、各项占比未公布，是参数；"
            "标准化在参与地区之间进行，标准差除以 n；标准收入与成本系数由公开统计估计，可用自己的表替换",
            "the formula, 55/45 and 85/15 are the rule's; the two outer weights, the growth bounds and the shares are not "
            "published and are parameters; standardised over the regions that take part, divisor n; standard revenue and "
            "cost coefficients are estimated from public figures and can be replaced by your own table",
        ),
        Text("缺口不大于零者得零；指标各地相同时标准化值取零", "a gap of zero or less gets zero; an indicator equal everywhere scores zero"),
        (RULE, BRADBURY, BOEX),
        {"revenue": settings.revenue},
    )  # fmt: skip


def bound(done: Sheet) -> tuple[str, ...]:
    """Return by row "cap", "floor" or "" where the growth control binds."""
    if "controlled" not in {c.id for c in done.columns}:
        return ("",) * len(done.rows)
    held, low, high, part = (done.column(c) for c in ("controlled", "low", "high", "eligible"))
    capped, floored = (part > 0) & (held >= high), (part > 0) & (held <= low)
    return tuple("cap" if c else "floor" if f else "" for c, f in zip(capped, floored, strict=True))
