"""Where the country stands: the groups of regions, the provinces over the years, and the published figures."""

import numpy as np
import pandas as pd

from yugong.base.text import Text
from yugong.diagnose import _study_disparity as level2
from yugong.diagnose.disparity import GroupTable
from yugong.diagnose.published import figure_title, own_figure
from yugong.report import figures
from yugong.report.chapters.context import TILE_NOTE, Context, Part, absent, column, sentence
from yugong.report.chapters.coordination import coordination
from yugong.report.chapters.scores import scores
from yugong.report.model import Block, Cell, Chapter, Figure, Finding, KeyFigure, Table
from yugong.report.numbers import INTEGER, NONE, YEAR, Format, Interval, number

ID, TITLE = "standing", Text("全国处在什么位置", "Where the country stands")
LEAD = Text(
    "先看板块与各省的人均水平，再看有数据的各维度得分与名次区间，最后看三大目标各项自基年以来的变化。",
    "Output per head by group and place, then scores with rank intervals, then how each official goal has moved since the base year.",
)
TOTAL, HEADS, PER_HEAD = "grp", "population", "grp_per_head"
SECOND = "grp_v5"  # the later vintage, where a study has one
TWO, ONE, THREE = Format(2), Format(1), Format(3)
PER_CENT = Text("%", "%")
GRP = Text("地区生产总值", "GRP")


def build(c: Context) -> Part:
    """Return the chapter."""
    if not c.compares(TOTAL, HEADS, PER_HEAD):
        return absent(ID, TITLE, Text("地区生产总值和人口", "GRP and population"))
    blocks: list[Block] = []
    findings: list[Finding] = []
    keys: list[KeyFigure] = []
    cards = []
    if len(c.group_names()) > 1:
        plates = level2.group_table(
            c.study, TOTAL, HEADS, c.groups, base=next(iter(c.group_names())), years=c.years(TOTAL, HEADS)
        )
        first, last = c.span(TOTAL, HEADS)
        found = _gap(c, plates, first, last)
        blocks += [found, _plates(c, plates, first, last)]
        findings.append(found)
        keys.append(_key(c, plates, first, last))
        cards.append(plates.method)
        if c.study.published:
            beside = _published(c, plates)
            blocks += [beside] if beside.rows else []
    blocks += [*([_relative(c)] if c.tiles else []), _levels(c)]
    for part in (scores(c), coordination(c)):
        blocks += part.chapter.blocks
        findings += part.findings
        keys += part.keys
        cards += part.cards
    return Part(Chapter(ID, TITLE, tuple(blocks), LEAD), tuple(findings), tuple(keys), tuple(cards))


def _ratio(table: GroupTable, group: str, year: int) -> float:
    return float(table.ratio[table.years.index(year), table.groups.index(group)])


def _gap(c: Context, table: GroupTable, first: int, last: int) -> Finding:
    names = c.group_names()
    base = str(table.base)
    others = [g for g in names if g != base]
    zh, en, fell = [], [], []
    turns_zh, turns_en = "", ""
    for g in others:
        then, now = _ratio(table, g, first), _ratio(table, g, last)
        zh.append(f"{names[base].zh}与{names[g].zh}之比由 {number(then, TWO)} 变为 {number(now, TWO)}")
        en.append(f"{names[base].en} to {names[g].en} {number(then, TWO)} → {number(now, TWO)}")
        fell.append(now < then)
        turn_zh, turn_en = _turn(table, g, names, first, last)
        turns_zh += turn_zh
        turns_en += turn_en
    narrowed = [names[g] for g, f in zip(others, fell, strict=True) if f]
    widened = [names[g] for g, f in zip(others, fell, strict=True) if not f]
    said_zh, said_en = [], []
    for group, word_zh, word_en in ((narrowed, "缩小", "narrowed"), (widened, "扩大", "widened")):
        if group:
            said_zh.append(f"{'、'.join(n.zh for n in group)}与{names[base].zh}的人均差距{word_zh}")
            said_en.append(f"{word_en} ({', '.join(n.en for n in group)})")
    return Finding(
        Text(
            f"{first}—{last} 年，" + "，".join(said_zh) + "。" + turns_zh,
            f"From {first} to {last} the gap in GRP per head to the {names[base].en} group "
            + " and ".join(said_en)
            + "."
            + turns_en,
        ),
        Text(
            "人均地区生产总值（当年价）" + "；".join(zh) + "。均为点估计，未估计区间。",
            "GRP per head, current prices: " + "; ".join(en) + ". Point estimates; no interval was estimated.",
        ),
        "tab-plates",
        "closer" if not widened else "wider" if not narrowed else "neutral",
    )


def _turn(table: GroupTable, group: str, names: dict[str, Text], first: int, last: int) -> tuple[str, str]:
    """Say where a ratio turned between the two years: the least of one that fell, the greatest of one that rose."""
    ratios = {int(str(y)): _ratio(table, group, int(str(y))) for y in table.years if first <= int(str(y)) <= last}
    fell = ratios[last] < ratios[first]
    at = (min if fell else max)(ratios, key=lambda y: ratios[y])
    peak, now = number(ratios[at], THREE), number(ratios[last], THREE)
    if at in (first, last) or peak == now:
        return "", ""
    name = names[group]
    return (
        f"其中，{name.zh}的差距在 {at} 年最{'小' if fell else '大'}（{peak}），此后{'回升' if fell else '回落'}，{last} 年为 {now}。",
        f" For {name.en} it was {'least' if fell else 'greatest'} in {at} ({peak}) and has since "
        f"{'risen' if fell else 'fallen'}, to {now} in {last}.",
    )


def _key(c: Context, table: GroupTable, first: int, last: int) -> KeyFigure:
    names = c.group_names()
    base = str(table.base)
    poorest = min(
        (g for g in names), key=lambda g: float(table.per_head[table.years.index(last), table.groups.index(g)])
    )
    then = number(_ratio(table, poorest, first), TWO)
    return KeyFigure(
        Text(
            f"{last} 年{names[base].zh}与{names[poorest].zh}人均之比",
            f"{names[base].en} to {names[poorest].en} per head, {last}",
        ),
        _ratio(table, poorest, last),
        TWO,
        Text("倍", "times"),
        note=Text(
            f"{first} 年为 {then}。点估计，未估计区间。", f"It was {then} in {first}. A point estimate, no interval."
        ),
        see="tab-plates",
    )


def _plates(c: Context, table: GroupTable, first: int, last: int) -> Table:
    names = c.group_names()
    base = names[str(table.base)]
    units = c.study.variable(TOTAL).unit, c.study.variable(HEADS).unit
    columns = (
        column("group", title=Text("板块", "Group")),
        column("year", YEAR),
        column("amount", INTEGER, GRP, units[0]),
        column("share", TWO, Text("占比", "Share"), PER_CENT),
        column("population", INTEGER, Text("人口", "Population"), units[1]),
        column("per_head", TWO, Text("人均", "Per head"), _per(*units)),
        column("ratio", THREE, Text(f"{base.zh}为本组的倍数", f"{base.en} as a multiple of the group"), NONE),
    )
    rows: list[tuple[Cell, ...]] = []
    for g, name in names.items():
        k = table.groups.index(g)
        for year in (first, last):
            t = table.years.index(year)
            at = float(table.share[t, k])
            figures_of = (table.amount, table.population, table.per_head, table.ratio)
            amount, heads, per_head, ratio = (float(a[t, k]) for a in figures_of)
            rows.append((name, year, amount, 100 * at, heads, per_head, ratio))
    return Table(
        "tab-plates",
        Text("各板块的经济总量、人口与人均水平", "Output, population and output per head by group"),
        columns,
        tuple(rows),
        (Text("占比以各地区合计为分母。", "Shares are of the sum over places."),),
        c.sources(TOTAL, HEADS),
    )


def _per(amount: Text, heads: Text) -> Text:
    if (amount.zh, heads.zh) == ("亿元", "万人"):
        return Text("万元", "10 000 yuan")
    return Text(f"{amount.zh}/{heads.zh}", f"{amount.en} / {heads.en}")


def _published(c: Context, first_vintage: GroupTable) -> Table:
    """The published figures beside our own, of both vintages: the vintage is the cause of the difference."""
    names = c.group_names()
    tables = {TOTAL: first_vintage}
    if c.has(SECOND):
        tables[SECOND] = level2.group_table(
            c.study, SECOND, HEADS, c.groups, base=first_vintage.base, years=c.years(SECOND, HEADS)
        )
    rows: list[tuple[Cell, ...]] = []
    documents: dict[Text, None] = {}
    causes: dict[Text, None] = {}
    for r in c.study.published:
        year, value = int(r["year"]), float(r["value"])
        own = [own_figure(t, r["figure"], year) for t in tables.values()]
        title = figure_title(r["figure"], names)
        if title is None or own[0] is None:
            continue
        documents[Text(r["document_zh"], r["document_en"])] = None
        causes[Text(r["note_zh"], r["note_en"])] = None
        rows.append((title, year, value, *own, own[0] - value))
    document = next(iter(documents), NONE)
    own_zh, own_en = _vintage(c, TOTAL)
    ours = Text(own_zh.removeprefix("本研究："), own_en.removeprefix("This study: "))
    columns = [
        column("figure", title=Text("公布项", "Figure")),
        column("year", Format(0, thousands=False)),
        column("published", TWO, Text("公布数", "Published")),
        *(column(f"own_{v}", TWO, _vintage(c, v)) for v in tables),
        column(
            "difference",
            Format(2, signed=True),
            Text(f"差：{ours.zh}减公布数", f"Difference: {ours.en} less published"),
        ),
    ]
    return Table(
        "tab-published",
        Text("与国务院公布数并列", "Beside the figures the State Council published"),
        tuple(columns),
        tuple(rows),
        (
            Text(f"公布数出自{document.zh}。", f"Published in: {document.en}."),
            *map(sentence, causes),
        ),
        c.sources(*tables, HEADS),
    )


def _vintage(c: Context, name: str) -> Text:
    vintage = c.study.source(name).vintage
    return Text(f"本研究：{vintage.zh}", f"This study: {vintage.en}")


def _relative(c: Context) -> Figure:
    """GRP per head against the mean of all places, 100, at current prices."""
    levels, weights = c.panel(PER_HEAD), c.panel(HEADS)
    years = list(c.years(PER_HEAD, HEADS))
    known = weights[years].where(levels[years].notna())
    mean = (levels[years] * known).sum() / known.sum()
    wide = 100 * levels[years] / mean
    caption = Text("人均地区生产总值，各地区平均 = 100", "GRP per head, mean of all places = 100")
    table = _wide(c, "tab-relative", caption, wide, ONE, (HEADS,))
    note = Text(
        "平均为人口加权；按当年价计算，未扣除地区间价格水平的差别。",
        "The mean is weighted by population; at current prices, price levels of places not evened out.",
    )
    marked = (c.region,) if c.region else ()
    return figures.tile_map(
        "fig-relative", caption, c.tiles, wide, ONE, table, breaks=(60.0, 80.0, 100.0, 125.0, 160.0), scale="diverging",
        marked=marked, notes=(TILE_NOTE, note),
    )  # fmt: skip


def _levels(c: Context) -> Figure:
    """GRP per head, ranked, over the years."""
    wide, unit = c.scaled(PER_HEAD)
    groups = c.group_names()
    order = list(groups)
    caption = Text("人均地区生产总值（当年价）", "GRP per head, current prices")
    table = _wide(c, "tab-levels", Text(f"{caption.zh}（{unit.zh}）", f"{caption.en} ({unit.en})"), wide, TWO)

    def frame(year: int) -> list[tuple[Text, float, Interval | None, int | None, bool]]:
        return [
            (c.name(p), float(v), None, order.index(c.group_of[p]) if p in c.group_of else None, p == c.region)
            for p, v in zip(map(str, wide.index), wide[year].to_numpy(float), strict=True)
            if np.isfinite(v)
        ]

    frames = {int(str(y)): frame(int(str(y))) for y in wide.columns}
    return figures.ranking("fig-levels", caption, frames, TWO, table, unit, groups=tuple(groups.values()), unit=unit)


def _wide(c: Context, id_: str, caption: Text, wide: pd.DataFrame, how: Format, more: tuple[str, ...] = ()) -> Table:
    over = Text("年份", "Year")
    return Table(
        id_,
        caption,
        (column("place"), *(column(str(y), how, Text(str(y), str(y)), NONE, over) for y in wide.columns)),
        tuple((c.name(str(p)), *(float(v) for v in wide.loc[p])) for p in wide.index),
        (),
        c.sources(PER_HEAD, *more),
        frozenset(i for i, p in enumerate(wide.index) if p == c.region),
    )
