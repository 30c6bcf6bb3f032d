"""The coordination index: the three official goals, comparative advantage and green development."""

from typing import Literal

import numpy as np

from yugong.base.provenance import Source
from yugong.base.text import Text
from yugong.diagnose import _study_index as level2
from yugong.diagnose.index.results import CoordinationResult
from yugong.registry.indicators import headlines, indicator
from yugong.report import figures
from yugong.report.chapters.context import Context, Part, column, listed, lower
from yugong.report.chapters.served import served, served_title, target, target_note, traced
from yugong.report.charts import Emphasis
from yugong.report.model import Block, Chapter, Figure, Finding, Heading, KeyFigure, Table
from yugong.report.numbers import NONE, YEAR, Format, number

ONE, SIGNED = Format(1), Format(1, signed=True)
TOTAL = Text("总指数", "Total")
READINGS = {"gap": Text("差距", "gap"), "attainment": Text("达标", "attainment")}
READ_GAP = Text(
    "差距项：基年离散度与当年离散度之比，低于 100 表示地区差距比基年大。",
    "Gap: the dispersion of the base year over that of the year; below 100 means a wider gap between places.",
)
READ_ATTAINMENT = Text(
    "达标项：全体加权均值与基年之比（越低越好的取倒数，有目标区间的取达标程度），高于 100 表示总体水平改善，不表示地区差距缩小。",
    "Attainment: the weighted mean over all places against the base year (inverted where less is better; closeness to the "
    "range where there is a target). Above 100 means a better level overall, not a narrower gap between places.",
)
MIXED = Text(
    "指数合差距项与达标项为一体，各指标属哪一种见下表。",
    "The index joins gaps and attainments; the table below tells which indicator is which.",
)


def coordination(c: Context) -> Part:
    """Return the part of a chapter about the coordination index."""
    result: CoordinationResult = c.once("coordination", lambda: level2.coordination(c.study))
    first, last = result.window
    if c.year is not None and c.year < last:
        last = max(c.year, first)
    shown = [t for t, y in enumerate(result.years) if first <= y <= last and np.isfinite(result.parts.total[t])]
    if len(shown) < 2:
        text = Text("数据不足以计算协调指数。", "The data do not allow a coordination index.")
        return Part(Chapter("coordination", NONE, (Finding(text, tone="caution"),)))
    found = _finding(result, shown)
    blocks: list[Block] = [
        Heading(Text("三大目标各项自基年以来的变化", "Change since the base year in what the official goals cover")),
        found,
        _figure(c, result, shown),
        _parts(c, result, shown),
    ]
    key = KeyFigure(
        Text(f"{result.years[shown[-1]]} 年协调指数", f"Coordination index, {result.years[shown[-1]]}"),
        float(result.parts.total[shown[-1]]),
        ONE,
        note=Text(
            f"{result.base_year} 年 = 100；高于 100 为差距缩小或总体水平改善。",
            f"{result.base_year} = 100; above it, gaps are narrower or levels better.",
        ),
        see="fig-coordination",
    )
    return Part(Chapter("coordination", NONE, tuple(blocks)), (found,), (key,), (result.method,))


def _finding(result: CoordinationResult, shown: list[int]) -> Finding:
    at = shown[-1]
    ends = sorted(
        (
            (float(v), _headline(h))
            for h, v in zip(result.parts.headlines, result.parts.headline[at], strict=True)
            if np.isfinite(v)
        ),
        key=lambda e: e[0],
    )
    total = float(result.parts.total[at])
    (low, slowest), (high, fastest) = ends[0], ends[-1]
    year, base = result.years[at], result.base_year
    gap, level = _contributions(result, at)
    parts = listed(e[1] for e in ends)
    return Finding(
        Text(
            f"协调指数由 {base} 年的 100 到 {year} 年的 {number(total, ONE)}：{fastest.zh}进展最大（{number(high, ONE)}），"
            f"{slowest.zh}最小（{number(low, ONE)}）。",
            f"The coordination index went from 100 in {base} to {number(total, ONE)} in {year}: {lower(fastest.en)} gained most "
            f"({number(high, ONE)}), {lower(slowest.en)} least ({number(low, ONE)}).",
        ),
        Text(
            f"总指数的变化中，差距项合计 {number(gap, SIGNED)} 点，达标项（总体水平）合计 {number(level, SIGNED)} 点。"
            f"{parts.zh} {len(ends)} 项等权平均；只表示自基年以来的变化，不表示离目标的距离；未估计区间。",
            f"Of the change of the total, gaps make {number(gap, SIGNED)} points and attainments (overall levels) "
            f"{number(level, SIGNED)}. Equal-weight mean of {len(ends)} parts: {parts.en}. It shows change since the base "
            f"year, not distance from the goals; intervals not estimated.",
        ),
        "fig-coordination",
        _tone(gap, level),
    )


def _contributions(result: CoordinationResult, at: int) -> tuple[float, float]:
    """Points of the total's change from 100 that gaps and attainments make; the two add up to the change."""
    p = result.parts
    of = [indicator(i) for i in result.indicators]
    filled = [h for h, v in zip(p.headlines, p.headline[at], strict=True) if np.isfinite(v)]
    points = {"gap": 0.0, "attainment": 0.0}
    for name in filled:
        inside = [k for k, i in enumerate(of) if p.entering[k] and i.headline == name]
        for k in inside:
            points[of[k].measure] += (float(p.index[at, k]) - 100.0) / len(inside) / len(filled)
    return points["gap"], points["attainment"]


def _tone(gap: float, level: float) -> Literal["closer", "wider", "neutral"]:
    """Closer or wider only where gaps make most of the change: better levels say nothing about gaps."""
    if abs(gap) <= abs(level):
        return "neutral"
    return "closer" if gap > 0 else "wider"


def _figure(c: Context, result: CoordinationResult, shown: list[int]) -> Figure:
    years = [result.years[t] for t in shown]
    series = {h: result.parts.headline[shown, k] for k, h in enumerate(result.parts.headlines)}
    caption = Text(
        f"协调指数及其分项（{result.base_year} 年 = 100）",
        f"Coordination index and its parts ({result.base_year} = 100)",
    )
    rows = tuple(
        (y, float(result.parts.total[t]), *(float(v) for v in result.parts.headline[t]))
        for y, t in zip(years, shown, strict=True)
    )
    table = Table(
        "tab-coordination",
        caption,
        (column("year", YEAR), column("total", ONE, TOTAL), *(column(h, ONE) for h in result.parts.headlines)),
        rows,
        (*result.notes, MIXED, READ_GAP, READ_ATTAINMENT, *_price_note(c, _entering(result))),
        _sources(c, result),
    )
    strong: dict[str, Emphasis] = {"total": "strong"}
    return figures.lines(
        "fig-coordination", caption, years, {**series, "total": result.parts.total[shown]},
        {**{h: _headline(h) for h in series}, "total": TOTAL}, ONE, table, Text("指数", "Index"),
        emphasis=strong, reference=100.0,
    )  # fmt: skip


def _parts(c: Context, result: CoordinationResult, shown: list[int]) -> Table:
    """Every indicator's own index in the last year, and whether it enters the total."""
    p, at = result.parts, shown[-1]
    ids = served(c, *result.indicators)
    rows = tuple(
        (code, served_title(c, code, ids.get(code, ())),
         _headline(indicator(code).headline) if indicator(code).headline else None,
         READINGS[indicator(code).measure], target(indicator(code)), float(p.level[at, k]), float(p.index[at, k]),
         Text("是", "yes") if p.entering[k] else Text("否", "no"))
        for k, code in enumerate(result.indicators)
    )  # fmt: skip
    year = result.years[at]
    return Table(
        "tab-coordination-parts",
        Text(f"{year} 年各指标的协调指数", f"Coordination index of each indicator, {year}"),
        (
            column("code"),
            column("indicator"),
            column("headline"),
            column("reading", title=Text("读法", "Reading")),
            column("target", title=Text("目标区间", "Target range")),
            column("dispersion_or_mean", Format(3)),
            column("index", ONE),
            column("entering"),
        ),
        rows,
        (READ_GAP, READ_ATTAINMENT, *_price_note(c, result.indicators), *target_note(result.indicators)),
        _sources(c, result),
    )


def _sources(c: Context, result: CoordinationResult) -> tuple[Source, ...]:
    return traced(c, *(i for ids in served(c, *result.indicators).values() for i in ids))


def _entering(result: CoordinationResult) -> tuple[str, ...]:
    return tuple(i for i, inside in zip(result.indicators, result.parts.entering, strict=True) if inside)


def _price_note(c: Context, codes: tuple[str, ...]) -> tuple[Text, ...]:
    """Name the attainments whose variable is at current prices: rising prices alone move their mean."""
    held = [
        Text(f"{code} {served_title(c, code, ids).zh}", f"{code} {served_title(c, code, ids).en}")
        for code, ids in (served(c, *codes) if codes else {}).items()
        if indicator(code).measure == "attainment"
        and any(i in c.study.variables and c.study.variables[i].price_basis == "current" for i in ids)
    ]
    if not held:
        return ()
    names = listed(held)
    return (
        Text(
            f"按当年价计算的达标项：{names.zh}；价格上涨本身就会改变其均值，指数含价格变动。",
            f"Attainments at current prices: {names.en}. Rising prices alone move their mean, and so the index.",
        ),
    )


def _headline(id_: str) -> Text:
    return next((h.title for h in headlines() if h.id == id_), Text(id_, id_))
