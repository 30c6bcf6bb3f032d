"""The synergy of three overlapping strategies: each alone, all together, and each one's share in the joint effect."""

import numpy as np
import pandas as pd

from yugong.base.text import Text
from yugong.design._study_synergy import Conflicts, Overlay, Synergy
from yugong.design.synergy import shapley
from yugong.report import figures
from yugong.report.chapters.context import Context, listed, sentence
from yugong.report.chapters.sections import Section, sources
from yugong.report.model import Cell, Column, Figure, Finding, Table
from yugong.report.numbers import INTEGER, NONE, Format, Interval, number

DRAWS = 60
PERCENT = Text("%", "%")
THREE = Format(3, signed=True)
MOST = 10  # places in the overlay table


def section(c: Context) -> Section | Text:
    """Return the synergy of three presets with bands, where strategies overlap, and where they pull apart."""
    found: Synergy = c.study.design.synergy(draws=DRAWS, seed=c.seed)
    overlap: Overlay = c.study.design.overlay()
    pulls: Conflicts = c.study.design.conflicts()
    n = len(found.strategies)
    change = 100 * (found.nation - found.nation[:, :1])  # (D, 2ⁿ), per cent
    alone, joint = change[:, 2 ** np.arange(n)], change[:, -1]
    excess = joint - alone.sum(1)
    band = _band(excess)
    sure = band.low > 0 or band.high < 0
    names = listed(title for _, title in found.strategies)
    said = Finding(
        Text(
            f"{names.zh}三项叠加，全国实际收入变动 {number(joint[0], THREE)}%，其中协同效应 {number(excess[0], THREE)}"
            f" 个百分点（弹性抽样的 90% 区间 {number(band.low, THREE)}～{number(band.high, THREE)}）"
            f"{'' if sure else '，区间含零，不能断定有无协同'}。",
            f"Together {names.en} change national real income by {number(joint[0], THREE)}%, of which "
            f"{number(excess[0], THREE)} points are synergy (90% band over draws of the elasticities "
            f"{number(band.low, THREE)} to {number(band.high, THREE)})"
            f"{'' if sure else ', a band that holds zero: no synergy can be claimed'}.",
        ),
        see="tab-synergy",
    )
    table = _strategies(c, found, alone, joint, excess)
    blocks = (said, _waterfall(found, alone, excess, table), _overlay(overlap), _pairs(pulls, found))
    return Section(blocks, (said,), (found.method, overlap.method, pulls.method))


def _band(values: "np.ndarray") -> Interval:
    low, high = np.quantile(values, [0.05, 0.95])
    return Interval(float(low), float(high))


def _strategies(c: Context, found: Synergy, alone: "np.ndarray", joint: "np.ndarray", excess: "np.ndarray") -> Table:
    share = 100 * shapley(np.moveaxis(found.nation, 0, 1))  # (n, D)
    rows: list[tuple[Cell, ...]] = [
        (title, float(alone[0, i]), float(share[i, 0]), _band(share[i]))
        for i, (_, title) in enumerate(found.strategies)
    ]
    rows.append((Text("协同效应", "Synergy"), None, float(excess[0]), _band(excess)))
    rows.append((Text("联合实施", "All together"), float(alone[0].sum()), float(joint[0]), _band(joint)))
    columns = (
        Column("strategy", Text("战略", "Strategy")),
        Column("alone", Text("单独实施", "Alone"), PERCENT, THREE),
        Column("share", Text("在联合效果中的沙普利份额", "Shapley share of the joint effect"), PERCENT, THREE),
        Column("band", Text("90% 区间", "90% band"), PERCENT, THREE),
    )
    notes = (
        Text(
            f"全国实际收入（精确福利）变动，基年 100；{DRAWS} 次弹性抽样，各组合用同一组抽样；随机种子 {c.seed}。",
            f"Change of national real income (exact welfare) over the base year; {DRAWS} draws of the elasticities, the "
            f"same for all combinations; seed {c.seed}.",
        ),
        *(sentence(n) for n in found.notes),
    )
    caption = Text("战略叠加的协同效应", "Synergy of overlapping strategies")
    return Table(
        "tab-synergy", caption, columns, tuple(rows), notes, sources(c, found), marked=frozenset({len(rows) - 1})
    )


def _waterfall(found: Synergy, alone: "np.ndarray", excess: "np.ndarray", table: Table) -> Figure:
    parts = {id_: float(alone[0, i]) for i, (id_, _) in enumerate(found.strategies)} | {"synergy": float(excess[0])}
    names = dict(found.strategies) | {"synergy": Text("协同效应", "Synergy")}
    return figures.waterfall(
        "fig-synergy", Text("从单独实施到联合实施", "From each alone to all together"), parts, names,
        Text("联合实施", "All together"), THREE, table, Text("全国实际收入变动（%）", "change of national real income (%)"),
        PERCENT,
    )  # fmt: skip


def _overlay(found: Overlay) -> Table:
    frame: pd.DataFrame = found.table().head(MOST)
    columns = (
        Column("place", Text("地区", "Region")),
        Column("wholly", Text("全部纳入（项）", "Wholly covered by"), NONE, INTEGER),
        Column("partly", Text("部分纳入（项）", "Partly covered by"), NONE, INTEGER),
        Column("listed", Text("战略", "Strategies")),
    )
    at = {code: i for i, code in enumerate(found.places)}
    rows = []
    for place, wholly, partly in zip(map(str, frame["place"]), frame["wholly"], frame["partly"], strict=True):
        held = [title for (_, title), x in zip(found.strategies, found.covers[0, at[place]], strict=True) if x > 0]
        rows.append((found.names.get(place, Text(place, place)), int(wholly), int(partly), listed(held)))
    caption = Text(
        f"叠加国家战略最多的地区，{found.years[0]} 年末",
        f"Where most national strategies overlap, end of {found.years[0]}",
    )
    return Table("tab-overlay", caption, columns, tuple(rows), tuple(sentence(n) for n in found.notes))


def _pairs(pulls: Conflicts, found: Synergy) -> Table:
    columns = (
        Column("strategy", Text("战略", "Strategy")),
        *(Column(id_, title, PERCENT, THREE) for id_, title in pulls.targets),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (title, *(float(100 * x) for x in pulls.effect[i])) for i, (_, title) in enumerate(pulls.strategies)
    )
    notes = [Text("正号为趋近目标，负号为背离。", "Plus is towards the target, minus away from it.")]
    notes += [sentence(n) for n in pulls.notes[1:]]
    caption = Text("各战略对各目标的作用", "What each strategy does to each target")
    return Table("tab-conflicts", caption, columns, rows, tuple(notes))
