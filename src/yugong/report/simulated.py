"""Blocks that tell one solved scenario, or several on one scale: the nation, who gains, where, and through what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yugong.base.provenance import Source
from yugong.base.text import Text
from yugong.diagnose import gini, theil
from yugong.report import figures
from yugong.report.axis import mirrored
from yugong.report.chapters.context import TILE_NOTE, Context, column, listed, upper
from yugong.report.model import Block, Cell, Column, Figure, Finding, KeyFigure, KeyFigures, Table
from yugong.report.numbers import INTEGER, NONE, Format, Interval, number
from yugong.simulate.channels import CHANNELS, TITLES, Channels, channels

if TYPE_CHECKING:
    from yugong.simulate.batches import Batch
    from yugong.simulate.simulation import Simulation

TWO, FOUR, ONE = Format(2, signed=True), Format(4), Format(1)
PERCENT = Text("%", "%")
POINTS = Text("百分点", "percentage points")
NIL = 5e-5  # a region with a smaller change counts as neither winner nor loser
MOST_NAMED = 3
LEVEL = 0.9  # of the bands
BANDS = Text(
    "区间只反映弹性取值的不确定，不反映省际贸易本身是估计的。",
    "Bands reflect uncertain elasticities only, not that interprovincial trade is itself estimated.",
)
MEASURES: dict[str, Text] = {
    "real_income_change": Text("人均实际收入", "Real income per head"),
    "welfare_change": Text("福利", "Welfare"),
    "real_grp_change": Text("实际产值", "Real GRP"),
    "population_change": Text("人口", "Population"),
    "living_cost_change": Text("生活成本", "Cost of living"),
    "rent_change": Text("地租", "Rents"),
    "emissions_change": Text("碳排放", "CO₂"),
}
EXACT = Text("相对于基年的精确等价变化", "exact equivalent change, relative to the base year")
FIRST_ORDER = Text("预览：相对于基年变化的一阶近似", "preview: the change from the base year to first order")
MODELLED = Text("模型推算", "Modelled")
PREVIEWED = Text("模型预览（一阶近似）", "Preview (first order)")
HOME = Text(
    "人均实际收入按居住地计；福利属于以该省为来源地的居民，无论他们住在哪里。",
    "Real income per head is of those who live there; welfare is of the people whose home the province is, wherever they live.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the blocks need of a simulation of one scenario, read off it once."""

    result: "Simulation"
    regions: pd.DataFrame  # by place
    nation: Any
    groups: pd.DataFrame  # by group
    heads: "pd.Series[float]"  # of the base year, by place
    theil: tuple[float, float]  # of real income per head, before and after
    split: Channels

    @property
    def id(self) -> str:
        """The scenario's id."""
        return self.result.scenarios[0].id

    @property
    def name(self) -> Text:
        """The scenario's name."""
        name = self.result.scenarios[0].name
        return Text(name.zh, upper(name.en))

    @property
    def change(self) -> "pd.Series[float]":
        """The change of real income per head by place, in per cent."""
        found: pd.Series[float] = 100 * self.regions["real_income_change"]
        return found

    @property
    def sides(self) -> tuple[float, float, float]:
        """Base-year people in places whose real income per head rises, falls, and stays."""
        change = self.regions["real_income_change"]
        up, down = change > NIL, change < -NIL
        return float(self.heads[up].sum()), float(self.heads[down].sum()), float(self.heads[~up & ~down].sum())


def read(result: "Simulation") -> Reading:
    """Read off a simulation of one scenario what its blocks tell."""
    levels = result.table("levels")
    frame = disparity(levels)
    theil_row: Any = frame[(frame["variable"] == "real_income") & (frame["statistic"] == "theil_T")].iloc[0]
    return Reading(
        result,
        result.table("region").set_index("place"),
        result.table("nation").iloc[0],
        result.table("group").set_index("group"),
        levels.set_index("place")["population_base"],
        (float(theil_row["before"]), float(theil_row["after"])),
        channels(result.results[0]),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """The blocks of one scenario, and which block plays which part."""

    blocks: tuple[Block, ...]
    roles: dict[str, str]


def locked(values: Sequence["pd.Series[float]"]) -> tuple[float, ...]:
    """Return one set of class ends for several maps, mirrored about zero, from the sizes of all their values."""
    return mirrored(np.concatenate([v.to_numpy(float) for v in values]), TWO.digits)


def told(c: Context, r: Reading, breaks: tuple[float, ...]) -> Told:
    """Return headline numbers, a finding, the map, winners and losers, channels, and the tables of one scenario."""
    blocks: tuple[Block, ...] = (
        _keys(r),
        _finding(c, r),
        _map(c, r, breaks),
        _winners(c, r),
        _shares(r),
        _waterfall(r),
        _groups(c, r),
    )
    parts = ("map", "winners", "shares", "waterfall", "groups")
    return Told(blocks, {part: f"{part}-{r.id}" for part in parts})


def disparity(levels: pd.DataFrame) -> pd.DataFrame:
    """Return the Gini and Theil of output and real income per head, weighted by people, before and after.

    `levels` is a simulation's table by levels.
    """
    rows = []
    for scenario, part in levels.groupby("scenario", sort=False):
        heads = {when: part[f"population_{when}"].to_numpy() for when in ("base", "new")}
        measured = {
            "grp_per_head": {when: part[f"grp_{when}"].to_numpy() / heads[when] for when in heads},
            "real_income": {when: part[f"real_income_per_head_{when}"].to_numpy() for when in heads},
        }
        for variable, values in measured.items():
            for statistic, measure in (("gini", gini), ("theil_T", theil)):
                before, after = (float(measure(values[when], heads[when])) for when in ("base", "new"))
                rows.append((scenario, variable, statistic, before, after, after - before))
    return pd.DataFrame(rows, columns=["scenario", "variable", "statistic", "before", "after", "change"])


def _keys(r: Reading) -> KeyFigures:
    nation = r.nation
    before, after = r.theil
    won, lost, still = r.sides
    heads = won + lost + still
    id_ = r.id
    return KeyFigures(
        (
            KeyFigure(Text("全国福利", "National welfare"), 100 * float(nation.welfare_change), TWO, PERCENT,
                      note=FIRST_ORDER if r.result.preview else EXACT, see=f"waterfall-{id_}"),
            KeyFigure(Text("实际产值", "Real GRP"), 100 * float(nation.real_grp_change), TWO, PERCENT,
                      note=Text("全国合计", "sum of the nation"), see=f"groups-{id_}"),
            KeyFigure(Text("地区差距（泰尔指数）", "Regional disparity (Theil)"), 1000 * (after - before), TWO,
                      Text("千分点", "thousandths"),
                      note=Text(f"人均实际收入：{number(before, FOUR)} → {number(after, FOUR)}",
                                f"real income per head: {number(before, FOUR)} → {number(after, FOUR)}")),
            KeyFigure(Text("受益地区的人口占比", "People in places that gain"), 100 * won / heads, ONE, PERCENT,
                      note=Text(f"受损 {number(100 * lost / heads, ONE)}%，基本不变 {number(100 * still / heads, ONE)}%",
                                f"{number(100 * lost / heads, ONE)}% in places that lose, {number(100 * still / heads, ONE)}% unchanged"),
                      see=f"winners-{id_}"),
        )
    )  # fmt: skip


def _finding(c: Context, r: Reading) -> Finding:
    change = r.regions["real_income_change"]
    up, down = change[change > NIL], change[change < -NIL]
    name, id_ = r.name, r.id
    if not len(up) and not len(down):
        text = Text(f"{name.zh}：与基年相同，没有变化。", f"{name.en}: the same as the base year, no change.")
        return Finding(text, None, f"map-{id_}")
    before, after = r.theil
    wider = after > before
    total = number(100 * float(r.nation.welfare_change), TWO)
    how = PREVIEWED if r.result.preview else MODELLED
    text = Text(
        f"{how.zh}：{name.zh}使全国福利变化 {total}%，{len(up)} 地受益、{len(down)} 地受损，地区差距{'扩大' if wider else '缩小'}。",
        f"{how.en}: “{name.en}” changes national welfare by {total}%; {len(up)} places gain and {len(down)} lose; "
        f"regional disparity {'widens' if wider else 'narrows'}.",
    )
    best = listed(c.name(str(p)) for p in up.sort_values(ascending=False).index[:MOST_NAMED])
    worst = listed(c.name(str(p)) for p in down.sort_values().index[:MOST_NAMED])
    zh = [f"受益最多：{best.zh}"] * bool(best.zh) + [f"受损最多：{worst.zh}"] * bool(worst.zh)
    en = [f"Largest gains: {best.en}"] * bool(best.zh) + [f"Largest losses: {worst.en}"] * bool(worst.zh)
    detail = Text("；".join(zh) + "。", "; ".join(en) + ".")
    return Finding(text, detail, f"map-{id_}", "wider" if wider else "closer")


def _region_table(c: Context, r: Reading) -> Table:
    return Table(
        f"map-{r.id}-data",
        Text(f"分地区结果：{r.name.zh}", f"By place: {r.name.en}"),
        (
            column("place"),
            *(column(m, TWO, title, PERCENT) for m, title in MEASURES.items()),
            column("transfer", Format(1, signed=True), Text("转移净得", "Net transfers"), r.result.calibration.money),
        ),
        tuple(
            (c.name(str(p)), *(100 * float(row[m]) for m in MEASURES), float(row["transfer"]))
            for p, row in r.regions.iterrows()
        ),
        (HOME,),
        _sources(r),
        frozenset(i for i, p in enumerate(r.regions.index) if str(p) == c.region),
    )


def _sources(r: Reading) -> tuple[Source, ...]:
    return r.result.provenance.sources if r.result.provenance else ()


def _map(c: Context, r: Reading, breaks: tuple[float, ...]) -> Figure:
    caption = Text(f"人均实际收入的变化：{r.name.zh}", f"Change of real income per head: {r.name.en}")
    return change_map(c, f"map-{r.id}", caption, r.change, _region_table(c, r), breaks, PERCENT)


def change_map(
    c: Context, id_: str, caption: Text, values: "pd.Series[float]", table: Table, breaks: tuple[float, ...], unit: Text
) -> Figure:
    """Return a diverging map of changes, or ranked bars where the places have no tiles."""
    if not c.tiles:
        made = [(c.name(str(p)), float(v), None, None, str(p) == c.region) for p, v in values.items()]
        return figures.ranking(id_, caption, {"": made}, TWO, table, unit, unit)
    return figures.tile_map(
        id_, caption, c.tiles, pd.DataFrame({"": values}), TWO, table, unit, breaks=breaks, scale="diverging",
        marked=(c.region,) if c.region else (), notes=(TILE_NOTE,),
    )  # fmt: skip


def _winners(c: Context, r: Reading) -> Figure:
    """Places ranked by their change, coloured by group."""
    groups = c.group_names()
    order = list(groups)
    values, heads = r.change, r.heads
    made = [
        (c.name(p), float(v), None, order.index(c.group_of[p]) if p in c.group_of else None, p == c.region)
        for p, v in zip(map(str, values.index), values.to_numpy(float), strict=True)
    ]
    ranked = values.sort_values(ascending=False, kind="stable")
    table = Table(
        f"winners-{r.id}-data",
        Text("谁受益、谁受损", "Winners and losers"),
        (
            column("rank", INTEGER),
            column("place"),
            column("real_income_change", TWO, MEASURES["real_income_change"], PERCENT),
            column("share", Format(2), Text("人口占比", "Share of people"), PERCENT),
        ),
        tuple(
            (i, c.name(str(p)), float(v), 100 * float(heads[str(p)]) / float(heads.sum()))
            for i, (p, v) in enumerate(ranked.items(), 1)
        ),
    )
    caption = Text(f"谁受益、谁受损：{r.name.zh}", f"Winners and losers: {r.name.en}")
    return figures.ranking(
        f"winners-{r.id}", caption, {"": made}, TWO, table,
        Text("人均实际收入的变化（%）", "Change of real income per head (%)"), PERCENT, groups=tuple(groups.values()),
    )  # fmt: skip


def _shares(r: Reading) -> Table:
    """How many people live where things get better and worse."""
    change = r.regions["real_income_change"]
    count = (int((change > NIL).sum()), int((change < -NIL).sum()))
    sides = r.sides
    heads = sum(sides)
    words = (Text("受益", "gain"), Text("受损", "lose"), Text("基本不变", "unchanged"))
    places = (*count, len(change) - sum(count))
    return Table(
        f"shares-{r.id}",
        Text("受益与受损地区的人口（基年）", "People of the base year in places that gain and lose"),
        (
            column("side", title=Text("结果", "Outcome")),
            column("places", INTEGER, Text("地区数", "Places")),
            column("population", INTEGER, Text("人口", "People"), Text("万人", "10 000 people")),
            column("share", ONE, Text("占比", "Share"), PERCENT),
        ),
        tuple((w, n, h, 100 * h / heads) for w, n, h in zip(words, places, sides, strict=True)),
    )


def _waterfall(r: Reading) -> Figure:
    return waterfall(f"waterfall-{r.id}", f"waterfall-{r.id}-data", r.name, r.split)


def waterfall(id_: str, table_id: str, name: Text, split: Channels) -> Figure:
    """Return where the national change comes from, in log points that add up to it exactly."""
    parts = {k: 100 * float(v) for k, v in zip(CHANNELS, split.nation, strict=True)} | {"spread": 100 * split.spread}
    total = sum(parts.values())
    names = {k: Text(t.zh, upper(t.en)) for k, t in TITLES.items()}
    whole = Text("全国福利", "National welfare")
    unit = Text("对数点 ×100", "log points × 100")
    how = Format(3, signed=True) if abs(total) < 1 else TWO
    table = Table(
        table_id,
        Text("全国福利变化的渠道", "Channels of the change of national welfare"),
        (
            column("channel", title=Text("渠道", "Channel")),
            column("log_points", Format(3, signed=True), Text("贡献", "Contribution"), unit),
        ),
        (*((names[k], v) for k, v in parts.items()), (whole, total)),
        marked=frozenset([len(parts)]),
    )
    note = Text(
        "各项精确相加为全国福利的对数变化；变化不大时，对数点 ×100 约等于百分之一。“各地变化不等”来自先取对数再加权。",
        "The parts add up exactly to the log change of national welfare; when small, log points × 100 are about per cent. "
        "“Unequal changes” comes from averaging logs.",
    )
    caption = Text(f"通过什么渠道：{name.zh}", f"Through which channel: {name.en}")
    drawn = figures.waterfall(id_, caption, parts, names, whole, how, table, unit, notes=(note,))
    return replace(drawn, unit=unit)  # beside the title: at every bar it would run over the edge


def _groups(c: Context, r: Reading) -> Table:
    """Every group of places, and the nation."""
    names = c.group_names() | dict(r.result.names)
    rows: list[tuple[Cell, ...]] = [
        (names.get(str(g), Text(str(g), str(g))), *(100 * float(row[m]) for m in MEASURES))
        for g, row in r.groups.iterrows()
    ]
    rows.append((Text("全国", "Nation"), *(100 * float(r.nation[m]) for m in MEASURES)))
    return Table(
        f"groups-{r.id}",
        Text(f"分组与全国结果：{r.name.zh}", f"Groups and the nation: {r.name.en}"),
        (
            column("group", title=Text("分组", "Group")),
            *(Column(m, title, PERCENT, TWO) for m, title in MEASURES.items()),
        ),
        tuple(rows),
        (HOME,),
        _sources(r),
        frozenset([len(rows) - 1]),
    )


def compared(c: Context, readings: Sequence[Reading]) -> tuple[Block, ...]:
    """Return scenarios side by side, and maps of each one's difference from the first on one scale."""
    if len(readings) < 2:
        return ()
    values = [r.change for r in readings]
    gaps = [v - values[0] for v in values[1:]]
    breaks = locked(gaps)
    first = readings[0].name
    blocks: list[Block] = [_side_by_side(readings)]
    for r, gap in zip(readings[1:], gaps, strict=True):
        id_ = f"difference-{r.id}"
        name = r.name
        caption = Text(
            f"人均实际收入变化之差：{name.zh}减{first.zh}",
            f"Difference of real income changes: {name.en} less {first.en}",
        )
        table = Table(
            f"{id_}-data",
            caption,
            (column("place"), column("difference", TWO, Text("差", "Difference"), POINTS)),
            tuple((c.name(str(p)), float(v)) for p, v in gap.items()),
        )
        blocks.append(change_map(c, id_, caption, gap, table, breaks, POINTS))
    return tuple(blocks)


def _side_by_side(readings: Sequence[Reading]) -> Table:
    measures = ("welfare_change", "real_income_change", "real_grp_change", "emissions_change")
    rows: list[tuple[Cell, ...]] = []
    for r in readings:
        before, after = r.theil
        rows.append((r.name, *(100 * float(r.nation[m]) for m in measures), before, after, 1000 * (after - before)))
    return Table(
        "comparison",
        Text("各情景的全国结果与地区差距", "Scenarios: the nation and its disparity"),
        (
            column("scenario", title=Text("情景", "Scenario")),
            *(Column(m, MEASURES[m], PERCENT, TWO) for m in measures),
            Column("theil_before", Text("泰尔指数：情景前", "Theil index before"), NONE, FOUR),
            Column("theil_after", Text("情景后", "after"), NONE, FOUR),
            Column("theil_change", Text("变动 ×1000", "change × 1000"), NONE, TWO),
        ),
        tuple(rows),
    )


def failed(result: "Simulation") -> Told:
    """Return what to say of a scenario that was not solved, and what to try."""
    return Told((Finding(result.results[0].status.text, tone="caution"),), {})


def banded(c: Context, r: Reading, drawn: "Batch") -> tuple[Block, ...]:
    """Return a scenario with bands over the draws: the nation's welfare, and every place's real income."""
    low, middle, high = (100 * float(x) for x in drawn.band("national_welfare", LEVEL))
    key = KeyFigure(
        Text("全国福利", "National welfare"), 100 * float(r.nation["welfare_change"]), TWO, PERCENT, Interval(low, high),
        Text(f"中位数 {number(middle, TWO)}%；{drawn.text.zh}", f"median {number(middle, TWO)}%; {drawn.text.en}"),
    )  # fmt: skip
    lows, _, highs = drawn.band("real_income", LEVEL)
    at = {region: i for i, region in enumerate(drawn.economy.regions)}
    groups = c.group_names()
    order = list(groups)
    rows = [
        (c.name(p), float(v), Interval(100 * float(lows[at[p]]), 100 * float(highs[at[p]])),
         order.index(c.group_of[p]) if p in c.group_of else None, p == c.region)
        for p, v in zip(map(str, r.change.index), r.change.to_numpy(float), strict=True)
    ]  # fmt: skip
    caption = Text(
        f"人均实际收入的变化与 90% 区间：{r.name.zh}", f"Change of real income per head with 90% bands: {r.name.en}"
    )
    table = Table(
        f"bands-{r.id}-data",
        caption,
        (
            column("place"),
            column("real_income_change", TWO, MEASURES["real_income_change"], PERCENT),
            Column("interval", Text("90% 区间", "90% band"), PERCENT, TWO),
        ),
        tuple((name, value, band) for name, value, band, _, _ in rows),
        (drawn.text,),
    )
    figure = figures.ranking(
        f"bands-{r.id}", caption, {"": rows}, TWO, table,
        Text("人均实际收入的变化（%）", "Change of real income per head (%)"), PERCENT, "dot", tuple(groups.values()),
        reference=0.0, notes=(BANDS,),
    )  # fmt: skip
    return (KeyFigures((key,)), figure)
