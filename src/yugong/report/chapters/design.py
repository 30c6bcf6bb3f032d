"""What should be done: transfers, compensation, synergy; every amount with its formula, balance and trace."""

from collections.abc import Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from yugong.base.text import Text
from yugong.report.chapters import design_transfers
from yugong.report.chapters.context import Context, Part
from yugong.report.chapters.sections import Maker, Section, gather
from yugong.report.model import Card, Finding

ID = "design"
TITLE = Text("应当怎么做", "What should be done")
LEAD = Text(
    "同一总额按公式、按最优怎么分，谁多谁少，补偿怎么结算，战略叠加起来有没有协同。算出的数是按公开公式作出的估计，不是官方核定数。",
    "How one pot divides by formula and at the optimum, who gets more and who less, how compensation settles, and whether "
    "strategies add up to more than their parts. Computed amounts are estimates by published formulas, not official.",
)
OTHERS = (
    ("design_compensation", Text("一笔生态补偿的结算", "One compensation settled")),
    ("design_synergy", Text("战略叠加的协同效应", "The synergy of overlapping strategies")),
)


def build(c: Context) -> Part:
    """Return the chapter."""
    makers: list[tuple[Text, Maker]] = [
        (Text("转移支付：公式与实际", "Transfers: the formula beside what was paid"), design_transfers.formula),
        (Text("一笔金额的由来", "Where one amount comes from"), design_transfers.trace),
        (Text("转移支付：公式与最优", "Transfers: the formula beside the optimum"), design_transfers.optimal),
        *_others(),
    ]
    return gather(c, ID, TITLE, LEAD, makers)


def _others() -> Iterator[tuple[Text, Maker]]:
    """The sections of the other desks."""
    for name, title in OTHERS:
        if find_spec(f"yugong.report.chapters.{name}") is not None:
            yield title, partial(_section, import_module(f"yugong.report.chapters.{name}").section)


def _section(make: Any, c: Context) -> Section | Text:
    """A section given as itself, as what is missing, or as plain blocks.

    Of plain blocks, method cards go to the appendix and the first finding to the first page.
    """
    made = make(c)
    if isinstance(made, Section | Text):
        return made
    blocks = tuple(b for b in made if not isinstance(b, Card))
    found = tuple(b for b in blocks if isinstance(b, Finding))
    return Section(blocks, found[:1], tuple(b.method for b in made if isinstance(b, Card)))
