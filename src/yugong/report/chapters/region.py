"""The reader's own region against its peers; without one, all regions and whom they resemble."""

import numpy as np
import pandas as pd

from yugong.base.errors import YugongError
from yugong.base.text import Text
from yugong.diagnose import _study_index as level2
from yugong.diagnose.index.results import PeersResult
from yugong.registry.indicators import indicator
from yugong.report import figures
from yugong.report.chapters.context import Context, Part, absent, column, listed, lower, sentence, upper
from yugong.report.chapters.served import served_title
from yugong.report.charts import Emphasis
from yugong.report.model import Block, Cell, Chapter, Figure, Finding, KeyFigure, Table
from yugong.report.numbers import INTEGER, NONE, YEAR, Format, number, quantity

ID = "region"
PER_HEAD, REAL, HEADS = "grp_per_head", "real_grp_per_head", "population"
MOST = 6
RECENT = 5  # a figure older than this many years is no statement about today
TWO, ONE, THREE = Format(2), Format(1), Format(3)


def build(c: Context) -> Part:
    """Return the chapter about `c.region`, or the view over all regions."""
    return _all(c) if c.region is None else _one(c, c.region)


def _one(c: Context, region: str) -> Part:
    name = c.name(region)
    title = Text(f"{name.zh}与相似地区", f"{name.en} and its peers")
    if not c.compares(PER_HEAD):
        return absent(ID, title, Text("人均地区生产总值", "GRP per head"))
    try:
        near = level2.peers(c.study, region, year=_peer_year(c))
    except YugongError as error:  # no structural variable to compare by: the chapter goes on without peers
        place = _place(c, region, ())
        alone = Finding(sentence(error.text), tone="caution")
        return Part(Chapter(ID, title, (place, alone, *_both(c, region, ()))), (place,), (_key(c, region),))
    peers = near.peers[:MOST]
    lead = Text(
        f"与{name.zh}结构最接近的 {len(peers)} 个地区：{listed(c.name(p) for p in peers).zh}。",
        f"The {len(peers)} places most like {name.en} in structure: {listed(c.name(p) for p in peers).en}.",
    )
    place = _place(c, region, peers)
    strengths, profile = _profile(c, region, peers)
    blocks: list[Block] = [place, *_both(c, region, peers), *strengths, profile, _likeness(c, near)]
    return Part(Chapter(ID, title, tuple(blocks), lead), (place, *strengths), (_key(c, region),), (near.method,))


def _peer_year(c: Context) -> int | None:
    """The year to compare structures in: the reader's, if the context variables reach it."""
    if c.year is None:
        return None
    held = [v for v in level2.CONTEXT if c.has(v)]
    common = c.years(*held) if held else ()
    return max((y for y in common if y <= c.year), default=None)


def _ranked(c: Context, variable: str, year: int) -> "pd.Series[float]":
    return c.panel(variable)[year].dropna().sort_values(ascending=False)


def _place(c: Context, region: str, peers: tuple[str, ...]) -> Finding:
    first, last = c.span(PER_HEAD)
    then, now = _ranked(c, PER_HEAD, first), _ranked(c, PER_HEAD, last)
    if region not in now.index or region not in then.index:
        text = Text(f"{c.name(region).zh}缺少人均地区生产总值。", f"{c.name(region).en} has no GRP per head.")
        return Finding(text, tone="caution")
    a, b = list(then.index).index(region) + 1, list(now.index).index(region) + 1
    wide, unit = c.scaled(PER_HEAD)
    value = float(wide[last][region])
    middle = float(wide[last].reindex(list(peers)).median())
    said = quantity(value, TWO, unit)
    name = c.name(region)
    basis = c.study.variable(PER_HEAD).source().price_basis
    how = Text(f"按{basis.zh}为", f" at {basis.en}") if basis.zh else Text("为", "")
    text = Text(
        f"{last} 年{name.zh}人均地区生产总值{how.zh} {said.zh}，居第 {b} 位（{first} 年第 {a} 位）",
        f"In {last} GRP per head of {name.en} was {said.en}{how.en}, rank {b} (rank {a} in {first})",
    )
    if peers:
        beside = _beside(value, middle)
        text = Text(f"{text.zh}，{beside.zh}", f"{text.en}, {beside.en}")
    return Finding(sentence(text), _real(c, region, peers), "fig-peers")


def _beside(value: float, middle: float) -> Text:
    gap = 100 * (value / middle - 1)
    size = number(abs(gap), ONE)
    return Text(
        f"{'高' if gap >= 0 else '低'}于相似地区中位数 {size}%",
        f"{size}% {'above' if gap >= 0 else 'below'} the median of its peers",
    )


def _has_real(c: Context, region: str) -> bool:
    return c.has(REAL) and bool(c.panel(REAL).reindex([region]).notna().any(axis=None))


def _real(c: Context, region: str, peers: tuple[str, ...]) -> Text | None:
    """Say where the region stands at constant prices, which can differ from current ones."""
    if not peers or not _has_real(c, region):
        return None
    year = max(int(str(y)) for y in c.panel(REAL).loc[region].dropna().index)
    ordered = _ranked(c, REAL, year)
    rank = list(ordered.index).index(region) + 1
    beside = _beside(float(ordered[region]), float(ordered.reindex(list(peers)).median()))
    base = c.study.variable(REAL).source().price_basis
    return Text(
        f"按 {base.zh}计，{year} 年在 {len(ordered)} 个有数的地区中居第 {rank} 位，{beside.zh}。",
        f"At {base.en}, in {year}, it ranked {rank} of the {len(ordered)} places with figures, {beside.en}.",
    )


def _both(c: Context, region: str, peers: tuple[str, ...]) -> tuple[Figure, ...]:
    """The series at current prices, which the finding speaks of, and at constant ones, which compare over years."""
    first = _series(c, region, peers, PER_HEAD, "peers")
    return (first, _series(c, region, peers, REAL, "peers-real")) if _has_real(c, region) else (first,)


def _series(c: Context, region: str, peers: tuple[str, ...], variable: str, id_: str) -> Figure:
    wide, unit = c.scaled(variable)
    base = c.basis(variable)
    middle = wide.median()
    rows = {region: wide.loc[region], **{p: wide.loc[p] for p in peers}, "median": middle}
    shown = np.array([s.to_numpy(float) for s in rows.values()])
    names = {**{p: c.name(p) for p in (region, *peers)}, "median": Text("各地区中位数", "Median of all")}
    title = c.short(variable)
    caption = Text(
        f"{title.zh}{base.zh}：{c.name(region).zh}与相似地区",
        f"{upper(title.en)}{base.en}: {c.name(region).en} and its peers",
    )
    table = Table(
        f"tab-{id_}",
        caption,
        (column("year", YEAR), *(column(k, TWO, n, unit) for k, n in names.items())),
        tuple((int(str(y)), *(float(v) for v in line)) for y, line in zip(wide.columns, shown.T, strict=True)),
        sources=c.sources(variable),
    )
    look: dict[str, Emphasis] = {region: "strong"}
    return figures.lines(
        f"fig-{id_}", caption, list(wide.columns), dict(zip(rows, shown, strict=True)), names, TWO, table,
        Text(f"{unit.zh}{base.zh}", f"{unit.en}{base.en}"), unit, emphasis=look, zero=True,
    )  # fmt: skip


def _profile(c: Context, region: str, peers: tuple[str, ...]) -> tuple[tuple[Finding, ...], Table]:
    """Every indicator of the system in its latest year: value, rank in its good direction, peers, all."""
    rows: list[tuple[Cell, ...]] = []
    shares: list[tuple[float, Text]] = []
    recent = c.span(PER_HEAD)[1] - RECENT
    used: list[str] = []
    for code, variable in c.study.indicators.items():
        if not c.has(variable):
            continue
        held = indicator(code)
        wide = c.panel(variable)
        own = wide.loc[region].dropna()
        year = max((int(str(y)) for y in own.index), default=None)
        if year is None:
            continue
        values = wide[year].dropna()
        mine = float(values[region])
        good = held.direction == "-"
        rank = int(values.rank(ascending=good, method="min")[region]) if held.direction in "+-" else None
        middle = float(values.reindex(list(peers)).median())
        shown = served_title(c, code, (variable,))
        rows.append(
            (
                code,
                shown,
                c.study.variable(variable).unit,
                year,
                mine,
                middle,
                float(values.median()),
                rank,
                len(values),
            )
        )
        used.append(variable)
        if rank is not None and len(values) > 1 and year >= recent:
            title = Text(f"{shown.zh}（{year} 年）", f"{lower(shown.en)} ({year})")
            shares.append(((rank - 1) / (len(values) - 1), title))
    table = Table(
        "tab-profile",
        Text(f"{c.name(region).zh}各项指标与相似地区对照", f"Indicators of {c.name(region).en} beside its peers"),
        (
            column("code"),
            column("indicator"),
            column("unit", title=Text("单位", "Unit")),
            column("year", YEAR),
            column("value", TWO, c.name(region)),
            column("peers", TWO, Text("相似地区中位数", "Peers' median")),
            column("all", TWO, Text("各地区中位数", "Median of all")),
            column("rank", INTEGER),
            column("n", INTEGER, Text("地区数", "Places")),
        ),
        tuple(rows),
        (
            Text(
                f"各行为该指标最近有数的年份。名次按指标的好坏方向排列；背景指标不排名；{recent} 年以前的数不进入文字结论。",
                "Each row is of its latest year with figures. Ranks follow each indicator's good direction; context "
                f"indicators have none; figures from before {recent} do not enter the sentence above.",
            ),
        ),
        c.sources(*used),
    )
    if len(shares) < 6:
        return (), table
    ordered = sorted(shares, key=lambda s: s[0])
    best, worst = listed(t for _, t in ordered[:3]), listed(t for _, t in reversed(ordered[-3:]))
    name = c.name(region)
    text = Text(
        f"{name.zh}名次最靠前的是{best.zh}；最靠后的是{worst.zh}。",
        f"{name.en} ranks best on {best.en}; worst on {worst.en}.",
    )
    return (Finding(text, None, "tab-profile"),), table


def _likeness(c: Context, near: PeersResult) -> Table:
    rows = tuple(
        (c.name(p), k + 1, float(d), 100 * float(s))
        for k, (p, d, s) in enumerate(zip(near.peers, near.distance, near.shared, strict=True))
        if k < 2 * MOST
    )
    used = listed(c.short(v) for v in near.variables)
    return Table(
        "tab-likeness",
        Text(f"与{c.name(near.place).zh}最相似的地区", f"The places most like {c.name(near.place).en}"),
        (
            column("place"),
            column("rank", INTEGER),
            column("distance", THREE),
            column("shared", INTEGER, unit=Text("%", "%")),
        ),
        rows,
        (
            Text(
                f"{near.year} 年；距离为各变量标准分之差的均方根。变量：{used.zh}。",
                f"In {near.year}; distance is the root mean square difference of z-scores over {used.en}.",
            ),
        ),
        c.sources(*near.variables),
    )


def _key(c: Context, region: str) -> KeyFigure:
    _, last = c.span(PER_HEAD)
    ordered = _ranked(c, PER_HEAD, last)
    wide, unit = c.scaled(PER_HEAD)
    known = region in ordered.index
    rank = list(ordered.index).index(region) + 1 if known else None
    return KeyFigure(
        Text(
            f"{last} 年{c.name(region).zh}人均地区生产总值{c.basis(PER_HEAD).zh}",
            f"GRP per head of {c.name(region).en}, {last}{c.basis(PER_HEAD).en}",
        ),
        float(wide[last][region]) if known else None,
        TWO,
        unit,
        note=Text(f"在 {len(ordered)} 个地区中居第 {rank} 位。", f"Rank {rank} of {len(ordered)}.") if known else NONE,
        see="fig-peers",
    )


def _all(c: Context) -> Part:
    title = Text("各地区及其相似地区", "All places and their peers")
    if not c.compares(PER_HEAD):
        return absent(ID, title, Text("人均地区生产总值", "GRP per head"))
    first, last = c.span(PER_HEAD)
    then, now = _ranked(c, PER_HEAD, first), _ranked(c, PER_HEAD, last)
    ranks = {p: (list(then.index).index(p) + 1 if p in then.index else None, k + 1) for k, p in enumerate(now.index)}
    wide, unit = c.scaled(PER_HEAD)
    rows: list[tuple[Cell, ...]] = []
    alike = _alike(c)
    for code in now.index:
        place = str(code)
        a, b = ranks[place]
        near = alike.get(place)
        nearest = None if near is None else listed(c.name(p) for p in near.peers[:3])
        rate = 100 * (np.exp(np.log(now[place] / then[place]) / (last - first)) - 1) if place in then.index else None
        rows.append((c.name(place), float(wide[last][place]), b, a, (a - b) if a is not None else None, rate, nearest))
    moved = [(p, a - b) for p, (a, b) in ranks.items() if a is not None]
    up, down = max(moved, key=lambda m: m[1]), min(moved, key=lambda m: m[1])
    found = Finding(
        Text(
            f"{first}—{last} 年人均地区生产总值名次上升最多的是{c.name(up[0]).zh}（{up[1]} 位），"
            f"下降最多的是{c.name(down[0]).zh}（{-down[1]} 位）。",
            f"From {first} to {last} {c.name(up[0]).en} rose most by GRP per head ({up[1]} ranks) and "
            f"{c.name(down[0]).en} fell most ({-down[1]}).",
        ),
        None,
        "tab-places",
    )
    table = Table(
        "tab-places",
        Text(
            "各地区人均水平、名次变动与最相似的地区", "Output per head, change of rank and nearest peers of every place"
        ),
        (
            column("place"),
            column("value", TWO, Text(f"{last} 年人均地区生产总值", f"GRP per head, {last}"), unit),
            column("rank", INTEGER, Text(f"{last} 年位次", f"Rank, {last}")),
            column("rank_then", INTEGER, Text(f"{first} 年位次", f"Rank, {first}")),
            column("moved", Format(0, signed=True), Text("位次变动", "Change of rank")),
            column("growth", ONE, Text("年均名义增长", "Nominal growth a year"), Text("%", "%")),
            column("peers", title=Text("最相似的三个地区", "Three nearest peers")),
        ),
        tuple(rows),
        (
            Text(
                "用选项 --region 指定地区，可得该地区与相似地区的专章。",
                "Choose a place with --region for a chapter of its own.",
            ),
        ),
        c.sources(PER_HEAD),
    )
    method = tuple(near.method for near in alike.values())[:1]
    return Part(Chapter(ID, title, (found, table)), (found,), (), method)


def _alike(c: Context) -> dict[str, PeersResult]:
    """The peers of each place; none where the study has no structural variable."""
    try:
        return level2.peers_of_all(c.study, year=_peer_year(c))
    except YugongError:
        return {}
