"""Level scores and ranks with their intervals."""

from collections.abc import Hashable
from typing import Any

import numpy as np

from yugong import registry
from yugong.base.provenance import Source
from yugong.base.text import Text
from yugong.diagnose import _study_index as level2
from yugong.diagnose.index.results import IndexResult
from yugong.diagnose.index.system import core_counts
from yugong.diagnose.robustness import LEAST, Robustness, robustness
from yugong.registry import terms
from yugong.registry.indicators import dimensions
from yugong.report import figures
from yugong.report.chapters.context import Context, Part, column, listed, lower, sentence
from yugong.report.chapters.served import served, served_title, target_note, traced
from yugong.report.model import Block, Cell, Chapter, Finding, Heading, Paragraph, Table
from yugong.report.numbers import INTEGER, NONE, Format, Interval
from yugong.report.tables_out.build import said

ONE, TWO = Format(1), Format(2)
DRAWS = 100  # of the bootstrap of ranks
CLOSE = 0.9  # a rank correlation that leaves the order as good as unchanged
RANK_BAND = Text("90% 区间", "90% interval")
COUNTED = Text(
    "维度名后为计分的核心指标数/该维度全部核心指标数；覆盖率只对计分的指标计算。",
    "After a dimension's name: core indicators scored / all core indicators of it. Coverage is over the scored ones only.",
)


def scores(c: Context) -> Part:
    """Return the part of a chapter about scores: the ranking with its intervals, dimensions, what drives the ranks."""
    result: IndexResult = c.once("index", lambda: level2.index(c.study, samples=256, seed=c.seed))
    latest = _latest(c, result)
    blocks: list[Block] = [Heading(Text("得分与名次", "Scores and ranks"))]
    findings: tuple[Finding, ...] = ()
    if latest is None:
        blocks.append(
            Finding(
                Text("没有一年能合成总分。", "No year allows a total score."),
                sentence(_counted(result)),
                "tab-dimensions",
                "caution",
            )
        )
    else:
        found = _uncertainty(result, latest)
        findings = (found,)
        blocks += [_reach(c, result, latest), found, _ranking(c, result, latest)]
    blocks.append(_dimensions(c, result))
    if latest is not None and latest in result.sensitivity:
        blocks.append(_drivers(result, latest))
    cards = [result.method]
    if latest is not None and np.isfinite(result.scores[:, result.years.index(latest)]).sum() >= LEAST:
        made: Robustness = c.once("robustness", lambda: robustness(c.study, latest, draws=DRAWS, seed=c.seed))
        blocks += _robust(made, latest)
        cards.append(made.method)
    return Part(Chapter("scores", NONE, tuple(blocks)), findings, (), tuple(cards))


def _latest(c: Context, result: IndexResult) -> int | None:
    full = [
        y
        for y, s in zip(result.years, result.scores.T, strict=True)
        if (c.year is None or y <= c.year) and np.isfinite(s).mean() >= 0.8
    ]
    return max(full, default=None)


def _reach(c: Context, result: IndexResult, latest: int) -> Paragraph:
    ids = served(c, *result.indicators)
    used = [(i, served_title(c, i, ids.get(i, ()))) for i in result.indicators]
    zh, en = "、".join(f"{i} {t.zh}" for i, t in used), "; ".join(f"{i} {t.en}" for i, t in used)
    return Paragraph(
        Text(
            f"总分由 {len(result.dimensions)} 个有数据的维度合成。某年要有总分，每个维度在有数据的核心指标中至少要有八成当年有数；"
            f"现有数据最晚到 {latest} 年满足。完全没有数据、或只有个别年份数据的核心指标不在分母之内。{_counted(result).zh}。"
            f"进入得分的指标：{zh}。更晚年份可看下表各维度的得分。",
            f"The total is made of the {len(result.dimensions)} dimensions with figures. A year has a total when, in every "
            f"dimension, at least 80 % of the core indicators for which there are figures have one that year; the data "
            f"allow this up to {latest}. Core indicators without figures, or with figures in a few years only, are not in "
            f"the denominator. {_counted(result).en}. Indicators scored: {en}. For later years see the scores by "
            f"dimension below.",
        )
    )


def _counted(result: IndexResult) -> Text:
    """How many of each dimension's core indicators are scored."""
    counts = core_counts(result.indicators)
    said = [(_dimension(d), k, n) for d, (k, n) in counts.items() if n]
    none = listed(_dimension(d) for d, (_, n) in counts.items() if not n)
    zh = "、".join(f"{t.zh} {k}/{n}" for t, k, n in said)
    en = ", ".join(f"{lower(t.en)} {k}/{n}" for t, k, n in said)
    return Text(
        f"计分的核心指标占全部核心指标：{zh}" + (f"；{none.zh}没有核心指标，不计分" if none.zh else ""),
        f"Core indicators scored, of all core indicators: {en}"
        + (f"; {lower(none.en)} has no core indicator and no score" if none.en else ""),
    )


def _counted_title(result: IndexResult, id_: str) -> Text:
    """A dimension's title with its core indicators scored, of all."""
    scored, core = core_counts(result.indicators)[id_]
    title = _dimension(id_)
    return Text(f"{title.zh}（{scored}/{core}）", f"{title.en} ({scored}/{core})")


def _uncertainty(result: IndexResult, latest: int) -> Finding:
    t = result.years.index(latest)
    width = (result.high - result.low)[:, t]
    known = np.isfinite(width)
    typical, widest = float(np.median(width[known])), float(width[known].max())
    return Finding(
        Text(
            f"{latest} 年综合名次的 90% 区间宽度中位数为 {typical:.0f} 位，最宽 {widest:.0f} 位：相邻名次不宜区分先后。",
            f"In {latest} the 90% rank interval is {typical:.0f} places wide at the median and {widest:.0f} at most: "
            f"neighbouring ranks should not be told apart.",
        ),
        Text(
            f"区间来自标准化、赋权与合成方法的全部组合，不含缺失指标的影响。{_counted(result).zh}。",
            f"The intervals run over the choices of normalisation, weights and aggregation, not over the indicators "
            f"that are missing. {_counted(result).en}.",
        ),
        "fig-ranks",
        "caution",
    )


def _ranking(c: Context, result: IndexResult, latest: int) -> Block:
    groups = c.group_names()
    order = list(groups)

    def frame(year: int) -> list[tuple[Text, float, Interval | None, int | None, bool]]:
        t = result.years.index(year)
        return [
            (c.name(p), float(result.rank[i, t]), Interval(float(result.low[i, t]), float(result.high[i, t])),
             order.index(c.group_of[p]) if p in c.group_of else None, p == c.region)
            for i, p in enumerate(result.places)
            if np.isfinite(result.rank[i, t])
        ]  # fmt: skip

    years = [
        y for y, s in zip(result.years, result.scores.T, strict=True) if np.isfinite(s).mean() >= 0.8 and y <= latest
    ]
    t = result.years.index(latest)
    best = sorted(range(len(result.places)), key=lambda i: (np.isnan(result.rank[i, t]), result.rank[i, t]))
    caption = Text("综合得分名次及其区间", "Ranks by total score, with their intervals")
    rows = tuple(
        (c.name(result.places[i]), _whole(result.rank[i, t]), Interval(float(result.low[i, t]), float(result.high[i, t])),
         100 * float(result.scores[i, t]), *(100 * float(v) for v in result.dimension_scores[i, t]),
         100 * float(result.coverage[i, t]))
        for i in best
    )  # fmt: skip
    table = Table(
        "tab-ranks",
        Text(f"{latest} 年综合得分、名次与各维度得分", f"Total scores, ranks and dimension scores, {latest}"),
        (
            column("place"),
            column("rank", INTEGER),
            column("rank_interval", INTEGER, RANK_BAND),
            column("score", ONE),
            *(column(d, ONE, _counted_title(result, d)) for d in result.dimensions),
            column("coverage", ONE, unit=Text("%", "%")),
        ),
        rows,
        (
            Text(
                "得分 0—100，按全部年份的极值定标，各年可比。",
                "Scores 0–100, scaled by the extremes of all years, so that years compare.",
            ),
            COUNTED,
            *target_note(result.indicators),
        ),
        _sources(c, result),
        frozenset(k for k, i in enumerate(best) if result.places[i] == c.region),
    )
    return figures.ranking(
        "fig-ranks", caption, {y: frame(y) for y in years}, INTEGER, table, terms()["rank"].title, style="dot",
        groups=tuple(groups.values()), ascending=True,
        notes=(Text("横线为名次的 90% 区间，越靠左越靠前。", "Lines are 90% rank intervals; further left is better."),),
    )  # fmt: skip


def _dimensions(c: Context, result: IndexResult) -> Table:
    """Each dimension's scores in the last year it reaches for most places."""
    seen = np.isfinite(result.dimension_scores).mean(axis=0)
    columns, cells = [column("place")], [[c.name(p)] for p in result.places]
    held: list[list[Cell]] = [list(row) for row in cells]
    for d, name in enumerate(result.dimensions):
        reach = [t for t, y in enumerate(result.years) if seen[t, d] >= 0.8 and (c.year is None or y <= c.year)]
        if not reach:
            continue
        t = max(reach)
        columns.append(
            column(
                f"{name}_{result.years[t]}",
                ONE,
                _counted_title(result, name),
                Text(f"{result.years[t]} 年", str(result.years[t])),
            )
        )
        for i, row in enumerate(held):
            row.append(100 * float(result.dimension_scores[i, t, d]))
    return Table(
        "tab-dimensions",
        Text("各维度得分（各取数据所及的最近年份）", "Scores by dimension, each in the latest year its data reach"),
        tuple(columns),
        tuple(tuple(r) for r in held),
        tuple(result.notes),
        _sources(c, result),
        frozenset(i for i, p in enumerate(result.places) if p == c.region),
    )


def _drivers(result: IndexResult, latest: int) -> Table:
    wide = result.sensitivity_table()
    rows = tuple(
        (_factor(str(r["factor"])), 100 * float(r["first_order"]), Interval(100 * float(r["first_low"]), 100 * float(r["first_high"])),
         100 * float(r["total_order"]), Interval(100 * float(r["total_low"]), 100 * float(r["total_high"])))
        for r in wide[wide["year"] == latest].to_dict("records")
    )  # fmt: skip
    per_cent = Text("%", "%")
    return Table(
        "tab-drivers",
        Text("哪种选择左右名次（Sobol 指数）", "Which choice drives the ranks (Sobol indices)"),
        (
            column("factor"),
            column("first_order", ONE, unit=per_cent),
            column("first_interval", ONE, RANK_BAND),
            column("total_order", ONE, unit=per_cent),
            column("total_interval", ONE, RANK_BAND),
        ),
        rows,
        (
            Text(
                "占名次平均移动的方差；一阶为单独作用，总敏感度含交互。",
                "Shares of the variance of the mean rank shift: alone (first order) and with interactions (total).",
            ),
        ),
    )


def _robust(made: Robustness, latest: int) -> list[Block]:
    """The panel of rank correlations, each variant changing one choice, and what it says."""
    rows = made.table().to_dict("records")
    words = [(_said(r, "choice"), _variant(str(r["variant"]))) for r in rows]
    table = Table(
        "tab-robustness",
        Text(f"{latest} 年名次的稳健性：与基准的名次相关", f"Robustness of the ranks of {latest}: correlation with the baseline"),
        (
            column("choice"),
            column("variant"),
            column("places", INTEGER),
            column("spearman", TWO),
            column("kendall", TWO),
            column("largest_shift", ONE),
            column("mean_shift", ONE),
            column("interval", TWO, RANK_BAND),
        ),
        tuple(
            (*said, int(r["places"]), float(r["spearman"]), float(r["kendall"]), float(r["largest_shift"]),
             float(r["mean_shift"]), Interval(float(r["low"]), float(r["high"])) if np.isfinite(r["low"]) else None)
            for said, r in zip(words, rows, strict=True)
        ),
        (
            Text(
                "基准为等权、各年合并的上下限、维度内算术平均而维度间几何平均；每行只改一处。剔除地区时名次在余下地区内重排；"
                "自助法重抽地区，区间为 Spearman 相关的 5%—95% 分位。换空间权重矩阵的结果见“空间”一章。",
                "Baseline: equal weights, goalposts over all years, arithmetic inside and geometric across dimensions; each "
                "row changes one choice. Where places are dropped, ranks are among the rest; the bootstrap redraws places, "
                "its interval is the 5–95% range of Spearman's correlation. For other weights matrices see the chapter on "
                "space.",
            ),
            *made.notes,
        ),
    )  # fmt: skip
    k = int(np.argmin([r["spearman"] for r in rows]))
    low = np.floor(100 * float(rows[k]["spearman"])) / 100  # "or more" must hold of what is printed
    text = Text(
        f"换 {len(rows)} 种做法，名次与基准的 Spearman 相关在 {low:.2f} 以上；变动最大的是“{words[k][0].zh}：{words[k][1].zh}”，"
        f"最多移动 {rows[k]['largest_shift']:.0f} 位。",
        f"Under {len(rows)} other choices Spearman's correlation of ranks with the baseline is {low:.2f} or more; it is "
        f"least for {words[k][0].en}: {words[k][1].en}, which moves a place by up to {rows[k]['largest_shift']:.0f}.",
    )
    return [Finding(text, None, "tab-robustness", "neutral" if low >= CLOSE else "caution"), table]


def _said(row: dict[Hashable, Any], column_id: str) -> Text:
    text = str(row[column_id])
    return said(text, column_id, {}) or Text(text, text)


def _variant(text: str) -> Text:
    """A variant's words; a share of tails in per cent."""
    try:
        share = f"{100 * float(text):g}%"
    except ValueError:
        return said(text, "variant", {}) or Text(text, text)
    return Text(f"两端各 {share}", f"{share} at each end")


def _sources(c: Context, result: IndexResult) -> tuple[Source, ...]:
    return traced(c, *(i for ids in served(c, *result.indicators).values() for i in ids))


def _dimension(id_: str) -> Text:
    return next((d.title for d in dimensions() if d.id == id_), Text(id_, id_))


def _factor(id_: str) -> Text:
    word = registry.terms().get(id_)
    return word.title if word else Text(id_, id_)


def _whole(value: float) -> Cell:
    return int(value) if np.isfinite(value) and float(value).is_integer() else float(value)
