"""Dynamics: do places change rank, form clubs, and does the whole distribution move."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from yugong.base.text import Text
from yugong.report import figures
from yugong.report.chapters.context import Context, Part, column, listed
from yugong.report.chapters.sections import (
    TILE_NOTE,
    WORDS,
    Section,
    class_map,
    gather,
    level,
    level_title,
    p_words,
    sources,
    weights,
    whole_years,
)
from yugong.report.model import Block, Cell, Figure, Finding, Table
from yugong.report.numbers import INTEGER, NONE, YEAR, Format, number

if TYPE_CHECKING:
    from yugong.diagnose.dynamics.clubs import Clubs
    from yugong.diagnose.dynamics.markov import SpatialMarkov

ID, TITLE = "dynamics", Text("动态", "Dynamics")
LEAD = Text(
    "地区是否换档、是否分成俱乐部，整个分布怎样移动。",
    "Whether places change class, whether they form clubs, and how the whole distribution moves.",
)
TWO, THREE, ONE = Format(2), Format(3), Format(1)
STATES = (Text("低", "low"), Text("中低", "lower middle"), Text("中高", "upper middle"), Text("高", "high"))
K = len(STATES)
LEAST_MARKOV, LEAST_CLUBS = 5, 8  # years
POINTS = 61
SELDOM = 90.0  # % that stay in their class, from which changes are called seldom


def build(c: Context) -> Part:
    """Return the chapter."""
    return gather(
        c,
        ID,
        TITLE,
        LEAD,
        (
            (Text("马尔可夫链", "Markov chains"), _markov),
            (Text("收敛俱乐部", "Convergence clubs"), _clubs),
            (Text("分布的移动", "The distribution over time"), _density),
        ),
    )


def _years(c: Context, least: int) -> tuple[str, list[int]] | Text:
    name = level(c)
    if name is None:
        return WORDS["real_grp_per_head"]
    years = whole_years(c, name)
    if len(years) < least or len(c.study.places) < 2 * K:
        return Text(
            f"{c.short(name).zh}的足够长的面板（至少 {least} 年、{2 * K} 个地区）",
            f"a panel of {c.short(name).en} that is long enough ({least} years, {2 * K} places)",
        )
    if (c.study.panel(name)[years] <= 0).any(axis=None):
        return Text(f"{c.short(name).zh}的正值", f"values of {c.short(name).en} above zero")
    return name, years


def _markov(c: Context) -> Section | Text:
    chosen = _years(c, LEAST_MARKOV)
    if isinstance(chosen, Text):
        return chosen
    name, years = chosen
    chain = c.study.diagnose.markov(name, K, years=years)
    title = level_title(c, name)
    when = Text(f"{years[0]}—{years[-1]} 年", f"{years[0]}–{years[-1]}")
    to = Text("下一年的档次（概率）", "Class in the next year (probability)")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (STATES[i], int(chain.counts[i].sum()), *(float(p) for p in chain.p[i]), float(chain.ergodic[i]))
        for i in range(K)
    )
    cuts = "、".join(number(float(v), TWO) for v in np.ravel(chain.cuts))
    table = Table(
        "tab-markov",
        Text(f"{title.zh}的转移概率矩阵，{when.zh}", f"Transition probabilities of {title.en}, {when.en}"),
        (
            column("state", title=Text("本年的档次", "Class this year")),
            column("n", INTEGER, Text("样本数", "n")),
            *(column(f"to_{i}", THREE, s, NONE, to) for i, s in enumerate(STATES)),
            column("ergodic", THREE, Text("遍历分布", "Ergodic")),
        ),
        rows,
        (
            Text(
                f"按相对各年均值的四分位分档，分界 {cuts}；遍历分布假定转移概率不变，不是预测。",
                f"Quartiles of the value relative to each year's mean, cut at {cuts.replace('、', ', ')}; the ergodic "
                "distribution assumes constant probabilities and is no forecast.",
            ),
        ),
        sources(c, chain),
    )
    stay = 100 * float(np.trace(chain.counts) / chain.counts.sum())
    up = 100 * float(1 - chain.p[0, 0])
    seldom = Text("地区很少换档", "places seldom change class")
    often = seldom if stay >= SELDOM else Text("地区时有换档", "places change class")
    finding = Finding(
        Text(
            f"{when.zh}{often.zh}：一年后仍在原档的占 {number(stay, ONE)}%，最低一档一年内上移的占 {number(up, ONE)}%。",
            f"Over {when.en} {often.en}: {number(stay, ONE)}% are in the same class a year later, and "
            f"{number(up, ONE)}% of those in the lowest move up within a year.",
        ),
        Text(f"Shorrocks 流动指数 {number(chain.mobility.shorrocks, THREE)}（0 为不流动）。",
             f"Shorrocks mobility index {number(chain.mobility.shorrocks, THREE)} (0 is immobility)."),
        "tab-markov",
    )  # fmt: skip
    w = weights(c)
    if w is None:
        return Section((finding, table), (finding,), (chain.method,))
    spatial = c.study.diagnose.spatial_markov(name, w, K, years=years)
    test = spatial.homogeneity
    other = _neighbours(test.p_q, test.p_lr)
    blocks: tuple[Block, ...] = (finding, table, other, _spatial(c, spatial, title, when))
    return Section(blocks, (finding, other), (chain.method, spatial.method))


def _neighbours(q: float, lr: float) -> Finding:
    sure = max(q, lr) <= 0.05
    detail = Text(
        f"齐性检验：Q 检验 {p_words(q)}，似然比检验 {p_words(lr)}。",
        f"Test of homogeneity: Q test {p_words(q)}, likelihood ratio {p_words(lr)}.",
    )
    if sure:
        text = Text(
            "换档的机会随邻居的档次而不同。", "The chance of changing class depends on the class of the neighbours."
        )
    elif min(q, lr) <= 0.05:
        text = Text(
            "邻居的档次是否影响换档，两个检验结论不一致。",
            "Whether the neighbours' class matters for changing class: the two tests disagree.",
        )
    else:
        text = Text(
            "没有证据表明换档的机会随邻居的档次而不同。",
            "There is no evidence that the chance of changing class depends on the class of the neighbours.",
        )
    return Finding(text, detail, "tab-spatial-markov")


def _spatial(c: Context, found: "SpatialMarkov", title: Text, when: Text) -> Table:
    counts, p = found.counts, found.p
    rows: list[tuple[Cell, ...]] = []
    for m, lag in enumerate(STATES):
        for i, state in enumerate(STATES):
            n = int(counts[m, i].sum())
            rows.append((lag, state, n, *(float(v) if n else None for v in p[m, i])))
    to = Text("下一年的档次（概率）", "Class in the next year (probability)")
    return Table(
        "tab-spatial-markov",
        Text(f"{title.zh}的空间马尔可夫矩阵，{when.zh}", f"Spatial Markov matrices of {title.en}, {when.en}"),
        (
            column("lag_state", title=Text("邻居的档次", "Neighbours' class")),
            column("state", title=Text("本年的档次", "Class this year")),
            column("n", INTEGER, Text("样本数", "n")),
            *(column(f"to_{i}", THREE, s, NONE, to) for i, s in enumerate(STATES)),
        ),
        tuple(rows),
        (Text("没有样本的行为“—”。", "Rows without a case show “—”."),),
        sources(c, found),
    )


def _clubs(c: Context) -> Section | Text:
    chosen = _years(c, LEAST_CLUBS)
    if isinstance(chosen, Text):
        return chosen
    name, years = chosen
    whole = c.study.diagnose.log_t(name, years=years)
    found = c.study.diagnose.convergence_clubs(name, years=years)
    if not np.isfinite(whole.t):
        return Text("有差异的数值", "values that differ")
    title = level_title(c, name)
    ids = [str(k) for k in range(1, len(found.members) + 1)]
    classes = {k: Text(f"俱乐部 {k}", f"club {k}") for k in ids}
    of = {str(p): k for k, members in zip(ids, found.members, strict=True) for p in members}
    if found.divergent:
        classes["x"] = Text("发散", "divergent")
        of |= {str(p): "x" for p in found.divergent}
    rows: list[tuple[Cell, ...]] = [
        (Text("全部地区", "all places"), len(c.study.places), *_log_t(whole.b, whole.standard_error, whole.t), None)
    ]
    for k, members in enumerate(found.members):
        names = listed(c.name(str(p)) for p in members)
        rows.append((classes[ids[k]], len(members), *_log_t(found.b[k], found.standard_error[k], found.t[k]), names))
    if found.divergent:
        rows.append((classes["x"], len(found.divergent), None, None, None, listed(map(c.name, found.divergent))))
    caption = Text(f"{title.zh}的收敛俱乐部，{years[0]}—{years[-1]} 年",
                   f"Convergence clubs of {title.en}, {years[0]}–{years[-1]}")  # fmt: skip
    table = Table(
        "tab-clubs",
        caption,
        (
            column("club"),
            column("n", INTEGER, Text("地区数", "Places")),
            column("b", THREE, Text("log t 系数", "log t coefficient")),
            column("standard_error", THREE),
            column("t", TWO),
            column("place", title=Text("成员", "Members")),
        ),
        tuple(rows),
        (
            Text(
                "t < −1.65 时在 5% 水平上拒绝收敛；趋势用 HP 滤波（λ = 400），舍去前三分之一年份。",
                "t < −1.65 rejects convergence at 5%; trends by the HP filter (λ = 400), the first third of the years "
                "discarded.",
            ),
        ),
        sources(c, found),
    )
    shown: tuple[Block, ...] = (table, _paths(c, found, classes, ids))
    if c.tiles:
        short = {p: Text(k if k != "x" else "×", k if k != "x" else "×") for p, k in of.items()}
        where = Text("各俱乐部的成员", "Members of the clubs")
        members = Table(
            "tab-club-members", where, (column("place"), column("club")),
            tuple((c.name(p), classes[of[p]]) for p in map(str, c.study.places) if p in of), (), sources(c, found),
        )  # fmt: skip
        tiles = class_map(
            c, "fig-clubs", where, years[-1], classes, of, short, members, "sequential", notes=(TILE_NOTE,)
        )
        shown = (table, tiles, *shown[1:])
    t = number(float(whole.t), TWO)
    n = len(found.divergent)
    alone = Text(f"，{n} 个地区不属于任何俱乐部", f", and {n} places belong to none") if n else Text("", "")
    if whole.t < -1.65:
        text = Text(
            f"全部地区收敛到同一路径的假设被拒绝（log t 检验 t = {t}）；分为 {len(ids)} 个俱乐部{alone.zh}。",
            f"That all places converge to one path is rejected (log t test, t = {t}); they form {len(ids)} "
            f"clubs{alone.en}.",
        )
    else:
        text = Text(
            f"不能拒绝全部地区收敛到同一路径（log t 检验 t = {t}）。",
            f"That all places converge to one path cannot be rejected (log t test, t = {t}).",
        )
    finding = Finding(text, None, "tab-clubs")
    return Section((finding, *shown), (finding,), (whole.method, found.method))


def _log_t(b: float, error: float, t: float) -> tuple[float, float, float]:
    return float(b), float(error), float(t)


def _paths(c: Context, found: "Clubs", classes: dict[str, Text], ids: list[str]) -> Figure:
    caption = Text("各俱乐部的相对转移路径", "Relative transition paths of the clubs")
    table = Table(
        "tab-club-paths",
        caption,
        (column("year", YEAR), *(column(f"club_{k}", THREE, classes[k]) for k in ids)),
        tuple((int(y), *(float(v) for v in found.path[:, t])) for t, y in enumerate(found.years)),
        (
            Text(
                "俱乐部成员的对数水平之均值与全体均值之比。",
                "Mean log level of a club's members over the mean of all.",
            ),
        ),
        sources(c, found),
    )
    return figures.lines(
        "fig-club-paths", caption, found.years, {k: found.path[i] for i, k in enumerate(ids)},
        {k: classes[k] for k in ids}, THREE, table, Text("相对转移路径（全体 = 1）", "Relative transition path (all = 1)"),
        reference=1.0,
    )  # fmt: skip


def _density(c: Context) -> Section | Text:
    chosen = _years(c, 3)
    if isinstance(chosen, Text):
        return chosen
    name, years = chosen
    shown = sorted({years[0], years[len(years) // 2], years[-1]})
    found = c.study.diagnose.kernel_density(name, years=shown, relative=True, points=POINTS)
    title = level_title(c, name)
    caption = Text(f"{title.zh}（各地区平均 = 1）的核密度", f"Kernel density of {title.en} (mean of places = 1)")
    grid = [number(float(x), TWO) for x in found.grid]
    rows = tuple((float(x), *(float(v) for v in found.density[:, i])) for i, x in enumerate(found.grid))
    peaks = [(str(y), int(k), float(h)) for y, k, h in zip(found.years, found.peaks, found.bandwidth, strict=True)]
    table = Table(
        "tab-density",
        caption,
        (
            column("x", TWO, Text("相对水平", "Relative level")),
            *(column(f"density_{y}", THREE, Text(f"{y} 年", str(y))) for y in found.years),
        ),
        rows,
        (
            Text(
                "高斯核，Stata 带宽规则：" + "；".join(f"{y} 年 {number(h, THREE)}" for y, _, h in peaks) + "。",
                "Gaussian kernel, Stata's bandwidth: "
                + "; ".join(f"{number(h, THREE)} in {y}" for y, _, h in peaks)
                + ".",
            ),
        ),
        sources(c, found),
    )
    figure = figures.lines(
        "fig-density", caption, grid, {str(y): found.density[i] for i, y in enumerate(found.years)},
        {str(y): Text(f"{y} 年", str(y)) for y in found.years}, THREE, table, Text("密度", "Density"), zero=True,
    )  # fmt: skip
    tops = [
        (str(y), number(float(found.grid[int(np.argmax(found.density[i]))]), TWO)) for i, y in enumerate(found.years)
    ]
    text = Text(
        "主峰位置：" + "，".join(f"{y} 年在平均的 {x} 倍" for y, x in tops) + "。",
        "The main peak lies at " + ", ".join(f"{x} times the mean in {y}" for y, x in tops) + ".",
    )
    finding = Finding(
        text,
        Text(
            "波峰个数：" + "，".join(f"{y} 年 {k} 个" for y, k, _ in peaks) + "；随带宽而变，没有检验。",
            "Peaks: "
            + ", ".join(f"{k} in {y}" for y, k, _ in peaks)
            + "; their number depends on the bandwidth and is "
            "not tested.",
        ),
        "fig-density",
    )
    across = Text("横轴为相对于各地区平均的水平。", "Across: the level relative to the mean of places.")
    return Section((finding, replace(figure, description=text, notes=(across,))), (finding,), (found.method,))
