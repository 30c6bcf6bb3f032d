"""Markets and flows: how far prices differ, where people move, and what distance costs."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

from yugong.base.text import Text
from yugong.report import figures
from yugong.report.chapters import linked
from yugong.report.chapters.context import Context, Part, column, interval_column, listed
from yugong.report.chapters.sections import (
    STARS,
    Section,
    bounds,
    estimate_cells,
    estimate_columns,
    gather,
    missing,
    p_words,
    sources,
)
from yugong.report.model import Block, Finding, Table
from yugong.report.numbers import INTEGER, YEAR, Format, Interval, interval, number

if TYPE_CHECKING:
    from yugong.diagnose.index.results import SegmentationResult

ID, TITLE = "markets", Text("市场与流动", "Markets and flows")
LEAD = Text(
    "商品市场是否更统一，人口往哪里流动，距离和板块边界有多大的阻隔。",
    "Whether goods markets grow more uniform, where people move, and how much distance and group borders hold back.",
)
PRICES, MIGRATION, DISTANCE, ADJACENCY = "retail_price_index", "migration_5yr", "capital_distance", "adjacency"
WINDOW = 5  # years averaged at either end
TWO, THREE, ONE = Format(2), Format(3), Format(1)
LEVEL = 0.05
TERMS = {
    "ln_distance": Text("距离（对数）", "log of distance"),
    "contiguous": Text("相邻", "adjoining"),
    "same_group": Text("同一板块", "same group"),
}
SHOWN = 3


def build(c: Context) -> Part:
    """Return the chapter."""
    return gather(
        c,
        ID,
        TITLE,
        LEAD,
        (
            (Text("商品市场分割", "Segmentation of goods markets"), _segmentation),
            (Text("人口迁移", "Migration"), _migration),
            (Text("迁移网络", "The migration network"), linked.network),
            (Text("距离与边界", "Distance and borders"), _gravity),
        ),
    )


def _segmentation(c: Context) -> Section | Text:
    lack = missing(c, tables=(PRICES,))
    if lack:
        return lack
    found = c.study.diagnose.market_segmentation()
    keep = [t for t, y in enumerate(found.years) if np.isfinite(found.national[t]) and y <= (c.year or y)]
    if len(keep) < 2 * WINDOW:
        return Text(f"至少 {2 * WINDOW} 年的价格指数", f"price indices of at least {2 * WINDOW} years")
    years, national = [int(found.years[t]) for t in keep], found.national[keep]
    held = found.segmentation[:, keep]
    unit = Text("10⁻⁴", "10⁻⁴")
    caption = Text("商品市场分割指数，各地区平均", "Goods-market segmentation, mean of places")
    table = Table(
        "tab-segmentation",
        caption,
        (
            column("year", YEAR),
            column("segmentation", TWO, Text("平均", "Mean"), unit),
            column("low", TWO, Text("最低的地区", "Lowest place"), unit),
            column("median", TWO, Text("中位数", "Median"), unit),
            column("high", TWO, Text("最高的地区", "Highest place"), unit),
        ),
        tuple(
            (y, float(national[t]), *(float(f(held[:, t])) for f in (np.nanmin, np.nanmedian, np.nanmax)))
            for t, y in enumerate(years)
        ),
        (
            Text(
                f"{len(found.goods)} 类商品的零售价格指数，全部地区两两之间相对价格的方差；越低越统一。",
                f"Variance of relative prices between all pairs of places over {len(found.goods)} categories of retail "
                "prices; lower is more uniform.",
            ),
        ),
        sources(c, found),
    )
    word = Text("市场分割指数", "Segmentation index")
    figure = figures.lines(
        "fig-segmentation",
        caption,
        years,
        {"national": national},
        {"national": word},
        TWO,
        table,
        word,
        unit,
        zero=True,
    )
    finding = _fall(years, national)
    return Section((finding, figure, _places(c, found, held, years, unit)), (finding,), (found.method,))


def _fall(years: list[int], national: "np.ndarray") -> Finding:
    then, now = float(national[:WINDOW].mean()), float(national[-WINDOW:].mean())
    tau, p = (float(x) for x in kendalltau(years, national))
    a, b = number(then, TWO), number(now, TWO)
    early, late = f"{years[0]}—{years[WINDOW - 1]}", f"{years[-WINDOW]}—{years[-1]}"
    early_en, late_en = early.replace("—", "–"), late.replace("—", "–")
    if p > LEVEL:
        end = Text("没有可分辨的趋势", "there is no clear trend")
    elif tau < 0:
        end = Text("市场分割下降", "segmentation has fallen")
    else:
        end = Text("市场分割上升", "segmentation has risen")
    text = Text(
        f"商品市场分割指数由 {early} 年平均 {a} 变为 {late} 年平均 {b}（10⁻⁴）：{end.zh}。",
        f"The segmentation of goods markets went from a mean of {a} in {early_en} to {b} in {late_en} (10⁻⁴): {end.en}.",
    )
    detail = Text(
        f"逐年序列的 Kendall τ = {number(tau, TWO)}，{p_words(p)}（未计序列相关）。",
        f"Kendall's τ of the yearly series is {number(tau, TWO)}, {p_words(p)} (serial correlation not allowed for).",
    )
    tone = "neutral" if p > LEVEL else "closer" if tau < 0 else "wider"
    return Finding(text, detail, "fig-segmentation", tone)  # type: ignore[arg-type]


def _places(c: Context, found: "SegmentationResult", held: "np.ndarray", years: list[int], unit: Text) -> Block:
    late = Text(f"{years[-WINDOW]}—{years[-1]} 年", f"{years[-WINDOW]}–{years[-1]}")
    early = Text(f"{years[0]}—{years[WINDOW - 1]} 年", f"{years[0]}–{years[WINDOW - 1]}")
    codes = [str(p) for p in found.places]
    means = {early: np.nanmean(held[:, :WINDOW], axis=1), late: np.nanmean(held[:, -WINDOW:], axis=1)}
    caption = Text("各地区的市场分割指数，五年平均", "Segmentation by place, means of five years")
    table = Table(
        "tab-segmentation-places",
        caption,
        (column("place"), *(column(f"mean_{i}", TWO, k, unit) for i, k in enumerate(means))),
        tuple((c.name(p), *(float(v[i]) for v in means.values())) for i, p in enumerate(codes)),
        (),
        sources(c, found),
        frozenset(i for i, p in enumerate(codes) if p == c.region),
    )
    names = c.group_names()
    order = list(names)
    frames = {
        k: [
            (c.name(p), float(v[i]), None, order.index(c.group_of[p]) if p in c.group_of else None, p == c.region)
            for i, p in enumerate(codes)
        ]
        for k, v in means.items()
    }
    return figures.ranking(
        "fig-segmentation-places", caption, frames, TWO, table, Text("市场分割指数", "Segmentation index"), unit,
        groups=tuple(names.values()),
    )  # fmt: skip


def _last(c: Context) -> int | None:
    years = [int(y) for y in c.study.flow(MIGRATION).years if c.year is None or int(y) <= c.year]
    return max(years, default=None)


def _migration(c: Context) -> Section | Text:
    lack = missing(c, ("population",), (MIGRATION,))
    year = None if lack else _last(c)
    if lack or year is None or year not in c.years("population"):
        return lack or Text("这些年份的迁移矩阵", "a migration matrix of these years")
    found = c.study.diagnose.migration_table(year)
    codes = [str(p) for p in found.places]
    frame = found.table().set_index("place")
    caption = Text(f"{year} 年调查前五年的跨地区迁移", f"Moves between places in the five years before {year}")
    persons = Text("万人", "10 000 persons")
    rate = Text("‰", "per 1,000")
    table = Table(
        "tab-migration",
        caption,
        (
            column("place"),
            column("inflow", ONE, unit=persons),
            column("outflow", ONE, unit=persons),
            column("net", Format(1, signed=True), unit=persons),
            column("in_rate", ONE, unit=rate),
            column("out_rate", ONE, unit=rate),
            column("net_rate", Format(1, signed=True), unit=rate),
        ),
        tuple(
            (
                c.name(p),
                *(float(frame[k][p]) / 1e4 for k in ("inflow", "outflow", "net")),
                *(float(frame[k][p]) for k in ("in_rate", "out_rate", "net_rate")),
            )
            for p in codes
        ),
        (
            Text(
                "样本数按抽样比的倒数放大，是估计数；率以期末人口为分母。",
                "Sample counts times the inverse of the sampling ratio: estimates; rates over residents at the end.",
            ),
        ),
        sources(c, found),
        frozenset(i for i, p in enumerate(codes) if p == c.region),
    )
    names = c.group_names()
    order = list(names)
    rows = [
        (c.name(p), float(frame["net_rate"][p]), None, order.index(c.group_of[p]) if p in c.group_of else None,
         p == c.region)
        for p in codes
    ]  # fmt: skip
    rates = Text(f"净迁移率，{year} 年调查前五年", f"Net migration rate, five years before {year}")
    word = Text("净迁移率（‰）", "Net migration rate (per 1,000)")
    figure = figures.ranking(
        "fig-migration", rates, {str(year): rows}, Format(1, signed=True), table, word, rate,
        groups=tuple(names.values()), reference=0.0,
    )  # fmt: skip
    net = frame["net"].astype(float).sort_values(ascending=False)
    top, bottom = list(net.index[:SHOWN]), list(net.index[::-1][:SHOWN])

    def said(chosen: list[str], sign: float) -> Text:
        amounts = [(c.name(str(p)), number(sign * float(net[p]) / 1e4, INTEGER)) for p in chosen]
        return listed(
            Text(f"{n.zh} {v} 万人", f"{n.en} {float(v.replace(',', '')) / 100:.2f} million") for n, v in amounts
        )

    gain, lose = said(top, 1.0), said(bottom, -1.0)
    total = number(float(frame["inflow"].sum()) / 1e4, INTEGER)
    finding = Finding(
        Text(
            f"{year} 年调查前五年净迁入最多的是{gain.zh}；净迁出最多的是{lose.zh}。",
            f"In the five years before {year} the largest net gains were {gain.en}; the largest net losses {lose.en}.",
        ),
        Text(f"跨地区迁移合计 {total} 万人（估计）。",
             f"Moves between places add up to {float(frame['inflow'].sum()) / 1e6:.1f} million (estimate)."),
        "fig-migration",
    )  # fmt: skip
    return Section((finding, figure), (finding,), (found.method,))


def _gravity(c: Context) -> Section | Text:
    lack = missing(c, (), (MIGRATION, DISTANCE, ADJACENCY))
    year = None if lack else _last(c)
    if lack or year is None:
        return lack or Text("这些年份的迁移矩阵", "a migration matrix of these years")
    years = [int(y) for y in c.study.flow(MIGRATION).years if int(y) <= year]
    grouped = len(c.group_names()) > 1
    verbs = c.study.diagnose
    fits = {
        Text(f"{years[0]}—{years[-1]} 年", f"{years[0]}–{years[-1]}"): verbs.gravity(
            MIGRATION, years=years, groups=c.groups if grouped else None
        ),
        Text(f"{year} 年", str(year)): verbs.gravity(MIGRATION, year=year, groups=c.groups if grouped else None),
    }
    rows = []
    for name, fit in fits.items():
        for r in fit.table().to_dict("records"):
            value, error = float(r["value"]), float(r["se"])
            rows.append((name, TERMS[str(r["term"])], *estimate_cells(value, error, float(r["p"])),
                         Interval(*bounds(value, error))))  # fmt: skip
    last = list(fits.values())[-1]
    table = Table(
        "tab-gravity",
        Text("人口迁移的引力方程（PPML）", "Gravity equation of migration (PPML)"),
        (
            column("year", title=Text("年份", "Years")),
            column("term"),
            *estimate_columns(),
            interval_column("estimate", THREE),
        ),
        tuple(rows),
        (
            Text(
                f"含迁出地、迁入地（×年份）固定效应，标准误按地区对聚类；n = {'、'.join(str(f.observations) for f in fits.values())}。",
                "Origin and destination (× year) fixed effects, standard errors clustered by pair; n = "
                + ", ".join(str(f.observations) for f in fits.values())
                + ".",
            ),
            STARS,
        ),
        sources(c, last),
    )
    by = last.table().set_index("term")[["value", "se"]].astype(float)
    finding = _distance(float(by["value"]["ln_distance"]), float(by["se"]["ln_distance"]), year)
    blocks: list[Block] = [finding, table]
    findings = [finding]
    if grouped and np.isfinite(float(by["value"]["same_group"])):
        border = _border(by, year)
        blocks.insert(1, border)
        findings.append(border)
    return Section(tuple(blocks), tuple(findings), (last.method,))


def _distance(value: float, error: float, year: int) -> Finding:
    low, high = bounds(value, error)
    band = interval(Interval(low, high), TWO)
    b = number(value, TWO)
    if low * high <= 0:
        text = Text(
            f"{year} 年迁移对距离的弹性为 {b}，95% 区间 {band}，与零无法区分。",
            f"In {year} the elasticity of migration to distance is {b}, 95% interval {band}: it cannot be told from zero.",
        )
    else:
        change = number(abs(100 * (1.1**value - 1)), Format(0))
        zh, en = ("减少", "less") if value < 0 else ("增加", "more")
        text = Text(
            f"{year} 年距离每增加 10%，迁移人数{zh} {change}%（弹性 {b}，95% 区间 {band}）。",
            f"In {year} ten per cent more distance goes with {change}% {en} migration (elasticity {b}, 95% interval {band}).",
        )
    return Finding(text, None, "tab-gravity")


def _border(by: pd.DataFrame, year: int) -> Finding:
    value, error = float(by["value"]["same_group"]), float(by["se"]["same_group"])
    low, high = bounds(value, error)
    ratio, band = number(float(np.exp(value)), TWO), interval(Interval(float(np.exp(low)), float(np.exp(high))), TWO)
    if low * high <= 0:
        text = Text(
            f"{year} 年板块内部与板块之间的迁移之比为 {ratio}，95% 区间 {band} 含 1：看不出板块边界的阻隔。",
            f"In {year} migration inside groups is {ratio} times that across, 95% interval {band}, which holds 1: no border "
            "between groups shows.",
        )
    elif value < 0:
        text = Text(
            f"距离、相邻和两地规模相同时，{year} 年板块内部的迁移只有板块之间的 {ratio} 倍，95% 区间 {band}：人口跨板块流动。",
            f"At equal distance, contiguity and size, migration inside groups in {year} is only {ratio} times that across, "
            f"95% interval {band}: people move between groups.",
        )
    else:
        text = Text(
            f"距离、相邻和两地规模相同时，{year} 年板块内部的迁移是板块之间的 {ratio} 倍，95% 区间 {band}。",
            f"At equal distance, contiguity and size, migration inside groups in {year} is {ratio} times that across, "
            f"95% interval {band}.",
        )
    return Finding(text, None, "tab-gravity")
