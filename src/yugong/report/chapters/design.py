"""What should be done: transfers, compensation, synergy; every amount with its formula, balance and trace."""

from yugong.base.text import Text
from yugong.report.chapters import design_compensation, design_differences, design_synergy, design_transfers
from yugong.report.chapters.context import Context, Part
from yugong.report.chapters.sections import Maker, gather

ID = "design"
TITLE = Text("应当怎么做", "What should be done")
LEAD = Text(
    "同一总额按公式、按最优怎么分，谁多谁少，补偿怎么结算，战略叠加起来有没有协同。算出的数是按公开公式作出的估计，不是官方核定数。",
    "How one pot divides by formula and at the optimum, who gets more and who less, how compensation settles, and whether "
    "strategies add up to more than their parts. Computed amounts are estimates by published formulas, not official.",
)


def build(c: Context) -> Part:
    """Return the chapter."""
    makers: list[tuple[Text, Maker]] = [
        (Text("转移支付：公式与实际", "Transfers: the formula beside what was paid"), design_transfers.formula),
        (Text("公式与实际为什么不同", "Why the formula and what was paid differ"), design_differences.section),
        (Text("一笔金额的由来", "Where one amount comes from"), design_transfers.trace),
        (Text("转移支付：公式与最优", "Transfers: the formula beside the optimum"), design_transfers.optimal),
        (Text("一笔生态补偿的结算", "One compensation settled"), design_compensation.section),
        (Text("战略叠加的协同效应", "The synergy of overlapping strategies"), design_synergy.section),
    ]
    return gather(c, ID, TITLE, LEAD, makers)
