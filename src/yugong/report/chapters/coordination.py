"""The coordination index: the three official goals, comparative advantage and green development."""

import numpy as np

from yugong.base.provenance import Source
from yugong.base.text import Text
from yugong.diagnose import _study_index as level2
from yugong.diagnose.index.results import CoordinationResult
from yugong.registry.indicators import headlines, indicator
from yugong.report import figures
from yugong.report.chapters.context import Context, Part, column, lower
from yugong.report.charts import Emphasis
from yugong.report.model import Block, Chapter, Figure, Finding, Heading, KeyFigure, Table
from yugong.report.numbers import NONE, YEAR, Format, number

ONE = Format(1)
TOTAL = Text("总指数", "Total")
BELOW = Text(
    "低于 100 表示该项的地区差距比基年大。", "Below 100 means a wider gap between places than in the base year."
)


def coordination(c: Context) -> Part:
    """Return the part of a chapter about the coordination index."""
    result = level2.coordination(c.study)
    first, last = result.window
    if c.year is not None and c.year < last:
        last = max(c.year, first)
    shown = [t for t, y in enumerate(result.years) if first <= y <= last and np.isfinite(result.parts.total[t])]
    if len(shown) < 2:
        text = Text("数据不足以计算协调指数。", "The data do not allow a coordination index.")
        return Part(Chapter("coordination", NONE, (Finding(text, tone="caution"),)))
    found = _finding(result, shown)
    blocks: list[Block] = [
        Heading(Text("离三大目标还有多远", "How far from the official goals")),
        found,
        _figure(c, result, shown),
        _parts(c, result, shown),
    ]
    key = KeyFigure(
        Text(f"{result.years[shown[-1]]} 年协调指数", f"Coordination index, {result.years[shown[-1]]}"),
        float(result.parts.total[shown[-1]]),
        ONE,
        note=Text(
            f"{result.base_year} 年 = 100，越高越协调。", f"{result.base_year} = 100; higher is more coordinated."
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
    return Finding(
        Text(
            f"协调指数由 {base} 年的 100 到 {year} 年的 {number(total, ONE)}：{fastest.zh}进展最大（{number(high, ONE)}），"
            f"{slowest.zh}最小（{number(low, ONE)}）。",
            f"The coordination index went from 100 in {base} to {number(total, ONE)} in {year}: {lower(fastest.en)} gained most "
            f"({number(high, ONE)}), {lower(slowest.en)} least ({number(low, ONE)}).",
        ),
        Text(
            "三大目标（公共服务、基础设施、生活水平）与比较优势、绿色五项等权平均；未估计区间。",
            "Equal-weight mean of the three official goals, comparative advantage and green; intervals not estimated.",
        ),
        "fig-coordination",
        "closer" if total > 100 else "wider",
    )


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
        (*result.notes, BELOW),
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
    rows = tuple(
        (code, indicator(code).title, _headline(indicator(code).headline) if indicator(code).headline else None,
         float(p.level[at, k]), float(p.index[at, k]),
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
            column("dispersion_or_mean", Format(3)),
            column("index", ONE),
            column("entering"),
        ),
        rows,
        (BELOW,),
        _sources(c, result),
    )


def _sources(c: Context, result: CoordinationResult) -> tuple[Source, ...]:
    return c.sources(*(v for i in result.indicators if (v := c.study.indicators.get(i)) and v in c.study.variables))


def _headline(id_: str) -> Text:
    return next((h.title for h in headlines() if h.id == id_), Text(id_, id_))
