"""Chapters made of sections, each of which says what it lacks when a study cannot carry it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, YugongError
from yugong.base.provenance import Source
from yugong.base.text import Text
from yugong.report.chapters.context import Context, Part, column, listed, sentence
from yugong.report.charts import MapFrame, TileMap
from yugong.report.model import Block, Chapter, Column, Figure, Finding, Heading, Table
from yugong.report.numbers import NONE, P_VALUE, Format, number

FREQUENT = 0.5  # as in the study verbs: a place with fewer figures does not decide which years are complete
LEAST_PLACES = 10  # fewer neighbours than this make no spatial statistic
LEVELS = ("real_grp_per_head", "grp_per_head")
STARS = Text("***、**、* 分别表示在 1%、5%、10% 水平上显著。", "***, ** and * mark significance at 1, 5 and 10%.")
TILE_NOTE = Text(
    "34 个省级行政区的方格示意图，方格不表示边界和面积；斜线表示无数据。",
    "A tile grid of the 34 province-level units; tiles show neither borders nor areas. Hatching means no data.",
)
WORDS = {
    "real_grp_per_head": Text("人均地区生产总值", "GRP per head"),
    "real_grp": Text("不变价地区生产总值", "real GRP"),
    "population": Text("人口", "population"),
    "urbanisation": Text("城镇化率", "urbanisation"),
    "share_secondary": Text("第二产业占比", "the share of the secondary sector"),
    "trade_openness": Text("贸易依存度", "trade openness"),
    "network_density": Text("路网密度", "road and rail density"),
    "fixed_capital_formation": Text("固定资本形成总额", "gross fixed capital formation"),
    "investment_price": Text("投资价格指数", "the price of investment"),
    "energy_consumption": Text("能源消费总量", "energy consumption"),
    "co2_sectoral": Text("二氧化碳排放量", "CO₂ emissions"),
    "retail_price_index": Text("商品零售价格分类指数", "retail price indices by category"),
    "employment_by_industry": Text("分行业就业", "employment by industry"),
    "migration_5yr": Text("省际迁移矩阵", "a migration matrix"),
    "capital_distance": Text("地区间距离", "distances between places"),
    "adjacency": Text("邻接关系", "which places adjoin"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A finished part of a chapter."""

    blocks: tuple[Block, ...]
    findings: tuple[Finding, ...] = ()
    cards: tuple[MethodCard, ...] = ()


Maker = Callable[[Context], Section | Text]  # a Text says what is missing


def gather(c: Context, id_: str, title: Text, lead: Text, makers: Sequence[tuple[Text, Maker]]) -> Part:
    """Return a chapter of titled sections; those without their inputs are named in a caution each."""
    blocks: list[Block] = []
    findings: list[Finding] = []
    cards: list[MethodCard] = []
    lost: list[Finding] = []
    for heading, make in makers:
        made = _tried(c, make)
        if isinstance(made, Text):
            lost.append(Finding(_left_out(heading, made), tone="caution"))
            continue
        blocks += [Heading(heading), *made.blocks]
        findings += made.findings
        cards += made.cards
    warnings = tuple(f.text for f in lost)
    return Part(Chapter(id_, title, (*blocks, *lost), lead), tuple(findings), (), tuple(cards), warnings)


def _tried(c: Context, make: Maker) -> Section | Text:
    try:
        made = make(c)
        return made if isinstance(made, Section) else Text(f"缺{made.zh}", f"missing: {made.en}")
    except InputError as error:
        return Text("；".join(p.what.zh for p in error.problems), "; ".join(p.what.en for p in error.problems))
    except YugongError as error:
        return error.text


def _left_out(heading: Text, lack: Text) -> Text:
    return sentence(Text(f"{heading.zh}从略：{lack.zh}", f"{heading.en} is left out; {lack.en}"))


def missing(
    c: Context, variables: Sequence[str] = (), flows: Sequence[str] = (), tables: Sequence[str] = ()
) -> Text | None:
    """Return the words for what the study lacks of these, None when it has all."""
    lost = [v for v in variables if not c.has(v)]
    lost += [f for f in flows if f not in c.study.flows] + [t for t in tables if t not in c.study.tables]
    return listed(WORDS.get(v, Text(v, v)) for v in lost) if lost else None


def level(c: Context) -> str | None:
    """Return the variable that stands for a place's level: real GRP per head, else GRP per head."""
    return next((v for v in LEVELS if c.has(v)), None)


def level_title(c: Context, name: str) -> Text:
    """Return what that variable is called in sentences."""
    return Text("不变价人均地区生产总值", "real GRP per head") if name == LEVELS[0] else c.short(name)


def weights(c: Context) -> str | None:
    """Return the word for W: contiguity where the study knows it, else four nearest; None with too few places."""
    if len(c.study.places) < LEAST_PLACES:
        return None
    return "contiguity" if "adjacency" in c.study.flows else "knn:4"


def whole_years(c: Context, *names: str) -> list[int]:
    """Return the years up to the last one shown in which all places, but those mostly without figures, are complete."""
    frames = [c.study.panel(n) for n in names]
    there = np.logical_and.reduce([f.notna().to_numpy() for f in frames])
    years = np.array([int(y) for y in frames[0].columns])
    use = there.any(axis=0) & (years <= (c.year if c.year is not None else years[-1]))
    if not use.any():
        return []
    there, years = there[:, use], years[use]
    known = there.mean(axis=1) >= FREQUENT
    return [int(y) for y in years[there[known].all(axis=0)]] if known.any() else []


def sources(c: Context, *results: Any) -> tuple[Source, ...]:
    """Return the sources of results, each derived variable with the columns of its formula."""
    found: dict[str, Source] = {}
    for result in results:
        for s in result.provenance.sources if result.provenance else ():
            for one in c.sources(s.id) if s.id in c.study.variables else (s,):
                found.setdefault(one.id, one)
    return tuple(found.values())


def stars(p: float) -> str:
    """Return the marks of significance."""
    return "***" if p < 0.01 else "**" if p < 0.05 else "*" if p < 0.1 else ""


def p_words(p: float) -> str:
    """Write a p value."""
    return "p < 0.001" if p < 0.001 else f"p = {number(p, Format(3))}"


def estimate_columns(digits: int = 3) -> tuple[Column, ...]:
    """Return the columns that `estimate_cells` fills: estimate, stars, standard error, p."""
    how = Format(digits)
    return (
        column("estimate", how),
        column("stars", title=Text("显著性", "Significance")),
        column("standard_error", how),
        column("p_value", P_VALUE),
    )


def estimate_cells(estimate: float, error: float, p: float) -> tuple[float, str, float, float]:
    """Return an estimate, its stars, standard error and p value."""
    return float(estimate), stars(p), float(error), float(p)


def bounds(estimate: float, error: float) -> tuple[float, float]:
    """Return the ends of the normal 95% interval."""
    return float(estimate - 1.96 * error), float(estimate + 1.96 * error)


def class_map(
    c: Context,
    id_: str,
    caption: Text,
    step: object,
    classes: Mapping[str, Text],
    of: Mapping[str, str],
    short: Mapping[str, Text],
    table: Table,
    scale: Literal["sequential", "diverging"] = "diverging",
    notes: tuple[Text, ...] = (),
) -> Figure:
    """Return a tile map of named classes; `of` is place code → class, `short` the words on a tile."""
    order = list(classes)
    here = [of.get(t.code) for t in c.tiles]
    frame = MapFrame(
        Text(str(step), str(step)),
        tuple(None if k is None else order.index(k) for k in here),
        tuple(NONE if k is None else classes[k] for k in here),
        tuple(short.get(t.code, NONE) for t in c.tiles),
    )
    chart = TileMap(c.tiles, (frame,), tuple(classes.values()), 0, scale, (c.region,) if c.region else ())
    held = {k: [c.name(p) for p in of if of[p] == k] for k in order}
    said = [(classes[k], listed(names)) for k, names in held.items() if names]
    text = Text(
        "；".join(f"{k.zh}：{names.zh}" for k, names in said) + "。",
        "; ".join(f"{k.en}: {names.en}" for k, names in said) + ".",
    )
    return Figure(id_, caption, chart, table, text, notes=notes)
