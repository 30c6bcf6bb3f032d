"""A river shared by those along it, or the cost of cleaning it, from the user's basin graph."""

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.design._common import Plan, Trace, traced
from yugong.design._desk_inputs import user_file
from yugong.design.compensation import river
from yugong.design.compensation.cards import POLLUTED, RIVER
from yugong.design.compensation.deal import NONE
from yugong.design.sharing.sheets import SHOWN, coalition_sheet
from yugong.design.sheet import Balance, Column, Expression, Parameter, Sheet, calculate, col, maximum, par, total
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.study.model import Study

RiverRule = Literal["downstream", "upstream", "shapley", "pollution_lrs", "pollution_ues"]
BASIN = Form(
    "basin",
    Text("流域图", "Basin graph"),
    (
        Field("riparian", Text("沿岸方", "Riparian")),
        Field("next", Text("下一个沿岸方", "Next downstream"), required=False, note=Text("河口留空", "empty at the outlet")),
        Field("inflow", Text("区间来水", "Inflow rising here"), "number", Text("亿立方米", "100 million m³"), low=0),
        Field("benefit_a", Text("首单位水的效益 a", "benefit of the first unit, a"), "number",
              Text("亿元/亿立方米", "yuan per m³"), low=0),
        Field("benefit_c", Text("边际效益递减 c", "fall of marginal benefit, c"), "number", low=0),
        Field("cost", Text("本段治理成本", "cost of cleaning this stretch"), "number", Text("亿元", "100 million yuan"),
              required=False, low=0, note=Text("污染成本分摊才填", "for sharing the cost of pollution")),
    ),
)  # fmt: skip
FORMS = {"river_sharing": (BASIN,)}


def river_sharing(study: "Study", file: str, rule: RiverRule = "downstream", trace: str | None = None) -> Plan | Trace:
    """Return how riparians share the gain of using a river together, or the cost of cleaning it, 亿元.

    file: the basin graph (--template): each riparian, the next one downstream, inflow, benefit parameters a and c,
    and cleaning costs for the pollution rules. rule: downstream (Ambec–Sprumont), upstream or shapley of the water
    game; pollution_lrs or pollution_ues of the cleaning costs.
    """
    frame = read_form(file, BASIN)
    names = [str(n) for n in frame["riparian"]]
    parent = _parents(frame, names, file)
    rows = tuple((n, Text(n, n)) for n in names)
    said = user_file(file)
    if rule == "pollution_lrs" or rule == "pollution_ues":
        plan = Plan(_pollution(rows, parent, frame, rule == "pollution_ues", said))
    else:
        plan = _water(rows, parent, frame, rule, said)
    return plan if trace is None else traced(plan.sheet, study, trace)


def _water(
    rows: tuple[tuple[str, Text], ...], parent: list[int], frame: pd.DataFrame, rule: river.Rule, said: Text
) -> Plan:
    e, a, c = (frame[k].to_numpy(float) for k in ("inflow", "benefit_a", "benefit_c"))
    worth = river.river_game(parent, e, a, c)
    use = river.efficient_use(parent, e, a, c)
    alone = worth[2 ** np.arange(len(parent))]
    money, volume = Text("亿元", "100 million yuan"), Text("亿立方米", "100 million m³")
    solved = Text("由博弈求解", "solved from the game")
    columns = (
        Column("inflow", Text("区间来水", "inflow"), volume, e, certainty="user", source=said),
        Column("a", Text("效益参数 a", "benefit a"), NONE, a, certainty="user", source=said),
        Column("c", Text("效益参数 c", "benefit c"), NONE, c, certainty="user", source=said),
        Column("use", Text("联合最优用水", "joint best use"), volume, use, certainty="solved", source=solved),
        Column("benefit", Text("用水效益", "benefit of use"), money,
               formula=col("a") * col("use") - col("c") * col("use") ** 2 / 2),
        Column("alone", Text("单独所得", "alone"), money, alone, certainty="solved", source=solved),
        *_parts(parent, worth, rule),
        Column("amount", Text("净得转移（负为付出）", "net transfer (negative: pays)"), money,
               formula=col("part") - col("benefit"), amount=True),
        Column("received", Text("收到", "received"), money, formula=maximum(col("amount"), 0)),
        Column("paid", Text("付出", "paid"), money, formula=maximum(-1 * col("amount"), 0)),
    )  # fmt: skip
    balances = (
        Balance("shared", Text("应得合计 = 用水效益合计", "parts = benefits"), total("part"), total("benefit"), money),
        Balance("paid", Text("收到 = 付出", "received = paid"), total("received"), total("paid"), money),
    )
    names = {
        "downstream": Text("下游增量（Ambec–Sprumont）", "downstream incremental (Ambec–Sprumont)"),
        "upstream": Text("上游增量", "upstream incremental"),
        "shapley": Text("沙普利值", "Shapley value"),
    }
    title = Text(f"河流共享：{names[rule].zh}", f"Sharing a river: {names[rule].en}")
    sheet = calculate("river_sharing", title, rows, (), columns, RIVER, balances, Text("沿岸方", "Riparian"))
    shown = rule == "shapley" and len(rows) <= SHOWN
    return Plan(sheet, (coalition_sheet(rows, worth, money, RIVER, solved),) if shown else ())


def _parts(parent: list[int], worth: "np.ndarray", rule: river.Rule) -> list[Column]:
    """Each riparian's part: by formula from the worths of basins where the rule is one, else solved from the game."""
    money = Text("亿元", "100 million yuan")
    solved = Text("由博弈求解", "solved from the game")
    title = Text("应得福利", "part of the joint gain")
    if rule != "downstream":
        share = river.river_sharing(parent, worth, rule)
        return [Column("part", title, money, share, certainty="solved", source=solved)]
    own, tributaries = river.basin_worths(parent, worth)
    return [
        Column("basin", Text("本方及以上全流域的所得", "worth of the basin down to here"), money, own, certainty="solved",
               source=solved),
        Column("tributaries", Text("其中上游各支流域单独的所得", "of it, worth of the basins above alone"), money, tributaries,
               certainty="solved", source=solved),
        Column("part", title, money, formula=col("basin") - col("tributaries")),
    ]  # fmt: skip


def _pollution(
    rows: tuple[tuple[str, Text], ...], parent: list[int], frame: pd.DataFrame, ues: bool, said: Text
) -> Sheet:
    cost = frame["cost"].to_numpy(float)
    money = Text("亿元", "100 million yuan")
    given = Column("cost", Text("本段治理成本", "cost of this stretch"), money, cost, certainty="user", source=said)
    parameters: tuple[Parameter, ...] = ()
    shares: list[Column] = []
    part: Expression = col("cost")
    why = Text("各付各段", "each pays its own stretch")
    if ues:
        why = Text("每段由本段及以上各方平分", "each stretch in equal parts by its riparian and all upstream")
        borne = river.cleaning_shares(parent)
        parameters = tuple(
            Parameter(
                f"cost_{j}",
                Text(f"{name.zh}段成本", f"cost of the stretch of {name.en}"),
                float(cost[j]),
                money,
                "user",
                said,
            )
            for j, (_, name) in enumerate(rows)
        )
        shares = [
            Column(
                f"share_{j}",
                Text(f"{name.zh}段的分担比例", f"share of the stretch of {name.en}"),
                NONE,
                borne[:, j],
                source=why,
            )
            for j, (_, name) in enumerate(rows)
        ]
        part = reduce(add, (par(f"cost_{j}") * col(f"share_{j}") for j in range(len(rows))))
    columns = (
        given,
        *shares,
        Column("part", Text("应分担", "part borne"), money, formula=part, source=why),
        Column("amount", Text("代上游或下游支付", "pays for others (negative: is paid for)"), money,
               formula=col("part") - col("cost"), amount=True),
    )  # fmt: skip
    balance = Balance("shared", Text("分担合计 = 成本合计", "parts = costs"), total("part"), total("cost"), money)
    title = Text("治污成本分摊", "Sharing the cost of cleaning a river")
    return calculate(
        "polluted_river", title, rows, parameters, columns, POLLUTED, (balance,), Text("沿岸方", "Riparian")
    )


def _parents(frame: pd.DataFrame, names: list[str], file: str) -> list[int]:
    """The position of each riparian's next one; −1 at an outlet."""
    problems = []
    if len(set(names)) < len(names):
        problems.append(Problem(Text("沿岸方重名", "riparians of the same name"), file=file))
    at = {n: i for i, n in enumerate(names)}
    parent = []
    for after, row in zip(frame["next"], frame.attrs["rows"], strict=True):
        if after is None or after != after:
            parent.append(-1)
        elif after in at:
            parent.append(at[after])
        else:
            what = Text(f"没有名为“{after}”的沿岸方", f"there is no riparian named {after!r}")
            problems.append(Problem(what, None, file, None, row, BASIN.fields[1].title.in_()))
    if problems:
        raise InputError(problems)
    return parent
