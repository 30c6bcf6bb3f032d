"""Transfers to key ecological function zones by their components: key, prohibited, guiding, assessment (59号)."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
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
    par,
    total,
    where,
)
from yugong.design.transfers.inputs import NONE
from yugong.design.transfers.sources import ECOLOGICAL
from yugong.design.transfers.standard import MONEY

Values = np.ndarray[Any, np.dtype[np.float64]]
Rows = tuple[tuple[str, Text], ...]
TITLE = Text("重点生态功能区转移支付测算", "Transfers to key ecological function zones")
COMPONENTS = Text("财预〔2022〕59号：四项之和", "Cai Yu [2022] No. 59: the sum of four components")
SPLIT = Text("各项之间的比例未公布，由用户设定", "how the pot splits is not published: set by the user")
BY_GAP = Text(
    "按重点县域标准财政收支缺口 × 补助系数（2017 年办法所载）",
    "standard gap of key counties × coefficient (rule of 2017)",
)
BY_AREA = Text("按禁止开发区的面积和个数（2017 年办法所载）", "by area and number of prohibited zones (rule of 2017)")


@dataclass(frozen=True, slots=True)
class Split:
    """How the pot divides: money for prohibited zones and guidance, the rest for key counties; and the area's weight."""

    prohibited: float = 0.15
    guiding: float = 0.15
    area_weight: float = 0.5


def sheet(
    rows: Rows, gap: Values, area: Values, number: Values, guiding: Values, grade: Values, pot: float, split: Split
) -> Sheet:
    """Return the sheet of the transfer to key ecological function zones; arrays (N,), money in 100 million yuan.

    `gap` of the key counties, `area` and `number` of prohibited zones, `guiding` a base for guidance (such as
    population of guided counties), `grade` the assessment: +0.05 rewards by 5 % of the three components, −0.05
    deducts. The coefficient of key aid is solved so that all components, rewards included, add up to the pot.
    """
    aid = np.maximum(np.asarray(gap, float), 0.0)
    _checked(aid, np.asarray(area, float), np.asarray(number, float), np.asarray(guiding, float), split)
    graded = 1 + np.asarray(grade, float)
    parts = _parts(np.asarray(area, float), np.asarray(number, float), np.asarray(guiding, float), pot, split)
    rest = pot - float((parts * graded).sum())
    if rest < 0:
        what = Text(
            f"其余各项已超过总额 {-rest:,.2f}，重点补助系数为负", f"the other components exceed the pot by {-rest:,.2f}"
        )
        do = Text("降低 prohibited 或 guiding", "lower prohibited or guiding")
        raise InputError([Problem(what, do)])
    coefficient = rest / float((aid * graded).sum())
    parameters = (
        Parameter("pot", Text("总额", "pot"), pot, MONEY, "user"),
        Parameter("coefficient", Text("补助系数", "coefficient of key aid"), coefficient, NONE, "solved",
                  Text("未公布；求解，使四项合计等于总额", "not published; solved so that the four components add up to the pot")),
        Parameter("prohibited_share", Text("禁止开发补助占总额", "share of prohibited zones"), split.prohibited, NONE, "user", SPLIT),
        Parameter("guiding_share", Text("引导性补助占总额", "share of guiding aid"), split.guiding, NONE, "user", SPLIT),
        Parameter("area_weight", Text("面积的权重（其余为个数）", "weight of area (the rest is number)"), split.area_weight, NONE,
                  "user", SPLIT),
    )  # fmt: skip
    spread = par("area_weight") * _share("area") + (1 - par("area_weight")) * _share("number")
    columns = (
        Column("difference", Text("重点县域标准支出减标准收入", "key counties: standard expenditure less revenue"), MONEY,
               np.asarray(gap, float)),
        Column("area", Text("禁止开发区面积", "area of prohibited zones"), Text("平方公里", "km²"), np.asarray(area, float)),
        Column("number", Text("禁止开发区个数", "number of prohibited zones"), NONE, np.asarray(number, float)),
        Column("guided", Text("引导性补助基数", "base of guiding aid"), NONE, np.asarray(guiding, float)),
        Column("grade", Text("考核评价奖惩率", "assessment rate"), NONE, np.asarray(grade, float)),
        Column("key", Text("重点补助", "key aid"), MONEY, formula=maximum(col("difference"), 0) * par("coefficient"),
               certainty="V", source=BY_GAP),
        Column("prohibited", Text("禁止开发补助", "aid for prohibited zones"), MONEY,
               formula=par("pot") * par("prohibited_share") * spread, certainty="V", source=BY_AREA),
        Column("guiding", Text("引导性补助", "guiding aid"), MONEY, certainty="V", source=COMPONENTS,
               formula=par("pot") * par("guiding_share") * _share("guided")),
        Column("assessment", Text("考核评价奖惩资金", "assessment reward or deduction"), MONEY, certainty="V", source=COMPONENTS,
               formula=(col("key") + col("prohibited") + col("guiding")) * col("grade")),
        Column("transfer", Text("重点生态功能区转移支付（测算）", "transfer to key ecological function zones (computed)"), MONEY,
               formula=col("key") + col("prohibited") + col("guiding") + col("assessment"), certainty="V",
               source=COMPONENTS, amount=True),
    )  # fmt: skip
    balances = (Balance("pot", Text("各地合计 = 总额", "Σ transfers = pot"), total("transfer"), par("pot"), MONEY),)
    return calculate("key_ecological", TITLE, rows, parameters, columns, card(), balances)


def _share(id: str) -> Expression:
    """A row's share of a column, zero where the column is."""
    return where(total(id) > 0, col(id) / total(id), 0)


def _checked(aid: Values, area: Values, number: Values, guiding: Values, split: Split) -> None:
    """Refuse components that have money to share and nothing to share it by."""
    wanted = (
        ("重点县域标准收支缺口", "standard gaps of key counties", aid, 1.0),
        ("禁止开发区面积", "areas of prohibited zones", area, split.prohibited * split.area_weight),
        ("禁止开发区个数", "numbers of prohibited zones", number, split.prohibited * (1 - split.area_weight)),
        ("引导性补助基数", "bases of guiding aid", guiding, split.guiding),
    )
    problems = [
        Problem(
            Text(f"“{zh}”合计为零，这一项没有分配的依据", f"the {en} sum to zero: nothing to share this component by")
        )
        for zh, en, values, share in wanted
        if share > 0 and not values.sum() > 0
    ]
    if problems:
        raise InputError(problems)


def _shares(values: Values) -> Values:
    whole = float(values.sum())
    found: Values = values / whole if whole > 0 else np.zeros(len(values))
    return found


def _parts(area: Values, number: Values, guiding: Values, pot: float, split: Split) -> Values:
    """Aid for prohibited zones and guidance by region; the components that do not depend on the coefficient."""
    spread = split.area_weight * _shares(area) + (1 - split.area_weight) * _shares(number)
    found: Values = pot * split.prohibited * spread + pot * split.guiding * _shares(guiding)
    return found


def card() -> MethodCard:
    """Return the method card."""
    return MethodCard(
        "key-ecological-2022", TITLE,
        r"T_i=K_i+B_i+G_i\pm A_i,\quad K_i=c\,(E_i-R_i)^{+},\quad A_i=a_i(K_i+B_i+G_i)",
        Text("组成据财预〔2022〕59号；补助系数与各项比例未公布，前者求解，后者为参数；不指定用途的一般性转移支付",
             "components by Cai Yu [2022] No. 59; the coefficient and the split are not published: the first is solved, the "
             "second are parameters; a general transfer, not earmarked"),
        Text("缺口不大于零的县域重点补助为零", "counties without a gap get no key aid"),
        (ECOLOGICAL,),
    )  # fmt: skip
