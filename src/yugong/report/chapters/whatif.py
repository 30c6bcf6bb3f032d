"""What would happen if: presets solved on the study's own economy, told as winners, losers, channels and assumptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, YugongError
from yugong.base.text import Text
from yugong.diagnose import theil
from yugong.registry.levers import parameters
from yugong.report import figures
from yugong.report.axis import mirrored
from yugong.report.chapters.context import Context, Part, column, interval_column, listed, sentence
from yugong.report.chapters.sections import TILE_NOTE, sources
from yugong.report.model import Block, Cell, Chapter, Column, Figure, Finding, Heading, Paragraph, Table
from yugong.report.numbers import NONE, Format, Interval, interval, number, quantity

if TYPE_CHECKING:
    from yugong.simulate.batches import Batch
    from yugong.simulate.channels import Channels
    from yugong.simulate.simulation import Simulation

ID = "whatif"
TITLE = Text("如果这样做，会怎样", "What would happen if")
LEAD = Text(
    "三个政策情景在一个空间一般均衡里求解：贸易、迁移、土地、资本、财政同时调整。这是模型推算，不是预测，也不是评价已有政策。",
    "Three policy scenarios, solved in one spatial general equilibrium in which trade, migration, land, capital and "
    "public budgets adjust together. This is modelled: no forecast, and no appraisal of a policy in force.",
)
PRESETS = ("unified_market", "hukou_reform", "western_transfer")
DRAWS, LEVEL = 100, 0.9
TWO, THREE, FOUR, PLAIN = Format(2, signed=True), Format(3, signed=True), Format(4), Format(2)
PERCENT = Text("%", "%")
# Regions with a smaller change than this share of one per cent count as neither winners nor losers.
NIL = 5e-5
MOST_NAMED = 3
SHOWN = (
    "trade_elasticity", "migration_elasticity", "housing_share", "agglomeration", "public_taste", "hukou_services",
    "world_size",
)  # fmt: skip
LIMITS = (
    Text(
        "比较的是两个长期均衡：政策前后，其他条件不变，没有时间和过渡成本。",
        "Two long-run equilibria are compared, with and without the policy, all else equal; there is no time and no "
        "cost of transition.",
    ),
    Text(
        "人随真实收入、公共服务与住房在省际选择去留，迁移有成本；企业与土地随价格调整；全国收支与贸易账目恒等。",
        "People choose where to live by real income, public services and housing, at a cost of moving; firms and land "
        "follow prices; budgets and trade accounts always close.",
    ),
    Text(
        "转移支付与公共支出由出资地区按劳动收入分摊；拆除壁垒、户籍与通道情景不含实施成本。",
        "Transfers and public spending are paid by the paying regions in proportion to their wages; removing barriers, "
        "registration reform and links carry no cost of their own here.",
    ),
    Text(
        "区间只反映弹性取值的不确定，不反映省际贸易本身是估计的；两省之间的数只作参考，分板块的结论更稳。",
        "Bands reflect uncertain elasticities only, not that interprovincial trade is itself estimated; figures for a "
        "pair of provinces are indications, those for groups are firmer.",
    ),
)


@dataclass(frozen=True, slots=True)
class _Solved:
    """The simulation with what the chapter reads off it for each scenario."""

    result: "Simulation"
    regions: pd.DataFrame
    nation: pd.DataFrame
    theil: tuple[tuple[float, float, Interval], ...]  # before, after, band of the change


def build(c: Context) -> Part:
    """Build the chapter; a study whose economy cannot be calibrated gets a caution that says why."""
    try:
        solved = _solve(c)
    except InputError as error:
        words = Text("；".join(p.what.zh for p in error.problems), "; ".join(p.what.en for p in error.problems))
        return _left_out(words)
    except YugongError as error:
        return _left_out(error.text)
    result = solved.result
    modelled = Finding(
        sentence(Text(f"本章全部数字为模型推算，基年 {result.calibration.year} 年；{result.label.zh}",
                      f"All figures of this chapter are modelled, base year {result.calibration.year}. {result.label.en}")),
        tone="caution",
    )  # fmt: skip
    blocks: list[Block] = [modelled, _overall(c, solved), _effects(c, solved)]
    findings = []
    for i in range(len(PRESETS)):
        made, finding = _scenario(c, solved, i)
        blocks += made
        findings.append(finding)
    blocks += _assumptions(solved)
    cards: tuple[MethodCard, ...] = (result.method,)
    return Part(Chapter(ID, TITLE, tuple(blocks), LEAD), tuple(findings), (), cards)


def _solve(c: Context) -> _Solved:
    table = c.study.tables.get("gross_output")
    years = sorted({int(y) for y in table.frame["year"]}) if table is not None else []
    held = [y for y in years if c.year is None or y <= c.year]
    result: Simulation = c.study.simulate(
        PRESETS[0], compare=PRESETS[1:], year=held[-1] if held else None, groups=c.groups, draws=DRAWS, seed=c.seed
    )
    regions, nation = result.table("region"), result.table("nation")
    return _Solved(result, regions, nation, tuple(_theils(result, i) for i in range(len(PRESETS))))


def _theils(result: "Simulation", index: int) -> tuple[float, float, Interval]:
    """Return the Theil index of real income per head before and after, and the band of its change over the draws."""
    r, drawn = result.results[index], result.bands[index]
    at = np.flatnonzero(r.economy.nation)
    level = np.asarray(r.base["real_income_per_head"])[at]
    before = float(theil(level, np.asarray(r.base["population"])[at]))
    after = float(theil(np.asarray(r["real_income_per_head"])[at], np.asarray(r["population"])[at]))
    ok = drawn.converged
    income, heads = drawn.values["real_income"][ok][:, at], drawn.values["population"][ok][:, at]
    changes = [float(theil(level * y, p)) - before for y, p in zip(income, heads, strict=True)]
    low, high = np.quantile(changes, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return before, after, Interval(float(low), float(high))


def _left_out(why: Text) -> Part:
    text = sentence(Text(f"本研究校准不出模型经济，本章从略：{why.zh}",
                         f"No economy can be calibrated from this study, so the chapter is left out: {why.en}"))  # fmt: skip
    return Part(Chapter(ID, TITLE, (Finding(text, tone="caution"),)), warnings=(text,))


def _name(solved: _Solved, index: int) -> Text:
    title = solved.result.scenarios[index].title
    return Text(title.zh, title.en[:1].upper() + title.en[1:])


def _short(solved: _Solved, index: int) -> Text:
    title = _name(solved, index)
    return Text(title.zh.split("：")[0], title.en.split(":")[0])


def _band(drawn: "Batch", name: str) -> Interval:
    low, _, high = drawn.band(name, LEVEL)
    return Interval(100 * float(low), 100 * float(high))


def _overall(c: Context, solved: _Solved) -> Table:
    """The national and disparity effect of each scenario, with bands."""
    rows = []
    for i, row in enumerate(solved.nation.itertuples(index=False)):
        one: Any = row
        before, after, band = solved.theil[i]
        rows.append(
            (
                _short(solved, i), 100 * one.welfare_change, _band(solved.result.bands[i], "national_welfare"),
                100 * one.real_grp_change, 100 * one.movers_change, 100 * one.emissions_change, before, after,
                1000 * (after - before), Interval(1000 * band.low, 1000 * band.high),
            )
        )  # fmt: skip
    nation, gap = (
        Text("全国变化（%）", "Nation, change (%)"),
        Text("泰尔指数（人均实际收入）", "Theil index of real income per head"),
    )
    columns = (
        column("scenario", title=Text("情景", "Scenario")),
        column("welfare_change", TWO, Text("福利", "welfare"), PERCENT, nation),
        Column("welfare_interval", Text("90% 区间", "90% band"), NONE, TWO, nation),
        column("real_grp_change", TWO, Text("实际产值", "real GRP"), PERCENT, nation),
        column("movers_change", TWO, Text("外来人口", "newcomers"), PERCENT, nation),
        column("emissions_change", TWO, Text("碳排放", "CO₂"), PERCENT, nation),
        Column("theil_before", Text("情景前", "before"), NONE, FOUR, gap),
        Column("theil_after", Text("情景后", "after"), NONE, FOUR, gap),
        Column("theil_change", Text("变动 ×1000", "change × 1000"), NONE, TWO, gap),
        Column("theil_interval", Text("90% 区间", "90% band"), NONE, TWO, gap),
    )
    return Table(
        "tab-whatif-nation",
        Text("三个情景的全国结果与地区差距", "Three scenarios: the nation and its disparity"),
        columns,
        tuple(rows),
        (_how(c, solved), Text("福利是精确等价变化，按来源地居民的基年收入加权。",
                               "Welfare is the exact equivalent change, weighted by the base income of each home region.")),
        sources(c, solved.result),
    )  # fmt: skip


def _how(c: Context, solved: _Solved) -> Text:
    done = min(int(b.converged.sum()) for b in solved.result.bands)
    return Text(
        f"区间为 {DRAWS} 次随机抽取弹性（收敛至少 {done} 次）的中间九成，种子 {c.seed}。",
        f"Bands are the middle nine tenths over {DRAWS} draws of the elasticities (at least {done} converged), seed {c.seed}.",
    )


def _effects(c: Context, solved: _Solved) -> Figure:
    """Every plate's welfare under every scenario."""
    frame = solved.result.table("group")
    names = c.group_names()
    groups = [_short(solved, i) for i in range(len(PRESETS))]
    order = [s.id for s in solved.result.scenarios]
    made = [
        (Text(f"{names[str(g)].zh}：{groups[order.index(str(s))].zh}", f"{names[str(g)].en}: {groups[order.index(str(s))].en}"),
         100 * float(w), None, order.index(str(s)), False)
        for s, g, w in zip(frame["scenario"], frame["group"], frame["welfare_change"], strict=True)
    ]  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple((groups[order.index(str(s))], names[str(g)], *(100 * float(v) for v in values)) for s, g, *values in
                 frame[["scenario", "group", "welfare_change", "real_income_change", "real_grp_change", "grp_change",
                        "population_change", "living_cost_change", "rent_change", "emissions_change"]].itertuples(index=False))  # fmt: skip
    columns = (
        column("scenario", title=Text("情景", "Scenario")),
        column("group", title=Text("板块", "Group")),
        *(column(f"{n}_change", TWO, title, PERCENT) for n, title in (
            ("welfare", Text("福利", "Welfare")), ("real_income", Text("人均实际收入", "Real income per head")),
            ("real_grp", Text("实际产值", "Real GRP")), ("grp", Text("名义产值", "Nominal GRP")),
            ("population", Text("人口", "Population")), ("living_cost", Text("生活成本", "Cost of living")),
            ("rent", Text("地租", "Rents")), ("emissions", Text("碳排放", "CO₂")),
        )),
    )  # fmt: skip
    caption = Text("各板块福利变化", "Welfare by group of provinces")
    table = Table(
        "tab-whatif-groups", Text("三个情景的分板块结果", "Three scenarios by group of provinces"), columns, rows
    )
    return figures.ranking(
        "fig-whatif-groups", caption, {str(solved.result.calibration.year): made}, PLAIN, table,
        Text("福利变化（%）", "Change of welfare (%)"), PERCENT, groups=groups,
    )  # fmt: skip


def _scenario(c: Context, solved: _Solved, index: int) -> tuple[list[Block], Finding]:
    """What one scenario does, who gains and who loses, and through which channel."""
    from yugong.simulate.channels import channels

    s = solved.result.scenarios[index]
    rows = solved.regions[solved.regions["scenario"] == s.id].set_index("place")
    finding = _finding(c, solved, index, rows["welfare_change"])
    blocks: list[Block] = [Heading(_name(solved, index))]
    if s.note.zh:
        blocks.append(Paragraph(s.note))
    blocks += [finding, _map(c, solved, index, rows), _waterfall(solved, index, channels(solved.result.results[index]))]
    return blocks, finding


def _finding(c: Context, solved: _Solved, index: int, welfare: pd.Series) -> Finding:
    one: Any = solved.nation.iloc[index]
    before, after, band = solved.theil[index]
    up, down = welfare[welfare > NIL], welfare[welfare < -NIL]
    total = number(100 * float(one.welfare_change), TWO)
    limits = interval(_band(solved.result.bands[index], "national_welfare"), TWO)
    name = _short(solved, index)
    sure = band.low > 0 or band.high < 0
    wider = after > before
    gap = (
        Text(f"地区差距{'扩大' if wider else '缩小'}", f"regional disparity {'widens' if wider else 'narrows'}")
        if sure
        else Text("地区差距的方向不确定", "the direction of regional disparity is uncertain")
    )
    text = Text(
        f"模型推算：{name.zh}使全国福利变化 {total}% {limits}，{len(up)} 省受益、{len(down)} 省受损，{gap.zh}。",
        f"Modelled: with “{name.en}” national welfare changes by {total}% {limits}; {len(up)} provinces gain and "
        f"{len(down)} lose; {gap.en}.",
    )
    best = listed(c.name(str(p)) for p in up.sort_values(ascending=False).index[:MOST_NAMED])
    worst = listed(c.name(str(p)) for p in down.sort_values().index[:MOST_NAMED])
    zh, en = [], []
    if best.zh:
        zh.append(f"受益最多：{best.zh}")
        en.append(f"Largest gains: {best.en}")
    if worst.zh:
        zh.append(f"受损最多：{worst.zh}")
        en.append(f"Largest losses: {worst.en}")
    detail = Text("；".join(zh) + "。", "; ".join(en) + ".") if zh else None
    tone: Any = "neutral" if not sure else "wider" if wider else "closer"
    return Finding(text, detail, f"fig-whatif-{PRESETS[index].replace('_', '-')}", tone)


def _map(c: Context, solved: _Solved, index: int, rows: pd.DataFrame) -> Figure:
    """Winners and losers: the welfare of the people whose home each province is."""
    slug = PRESETS[index].replace("_", "-")
    percent = 100 * rows["welfare_change"]
    drawn = solved.result.bands[index]
    at = {r: i for i, r in enumerate(solved.result.calibration.economy.regions)}
    low, _, high = drawn.band("real_income", LEVEL)
    table = Table(
        f"tab-whatif-{slug}",
        Text(f"分省结果：{_short(solved, index).zh}", f"By province: {_short(solved, index).en}"),
        (
            column("place", title=Text("地区", "Province")),
            column("welfare_change", TWO, Text("福利", "Welfare"), PERCENT),
            column("real_income_change", TWO, Text("人均实际收入", "Real income per head"), PERCENT),
            interval_column("real_income_change", TWO, 90),
            column("real_grp_change", TWO, Text("实际产值", "Real GRP"), PERCENT),
            column("population_change", TWO, Text("人口", "Population"), PERCENT),
            column("living_cost_change", TWO, Text("生活成本", "Cost of living"), PERCENT),
            column("rent_change", TWO, Text("地租", "Rents"), PERCENT),
            column("transfer", Format(1, signed=True), Text("转移净得", "Net transfers"), Text("亿元", "100 million yuan")),
        ),
        tuple(
            (
                c.name(str(p)), 100 * r.welfare_change, 100 * r.real_income_change,
                Interval(100 * float(low[at[str(p)]]), 100 * float(high[at[str(p)]])), 100 * r.real_grp_change,
                100 * r.population_change, 100 * r.living_cost_change, 100 * r.rent_change, r.transfer,
            )
            for p, r in rows.iterrows()
        ),
        (_how(c, solved),),
        sources(c, solved.result),
        marked=frozenset(i for i, p in enumerate(rows.index) if str(p) == c.region),
    )  # fmt: skip
    caption = Text(f"谁受益、谁受损：{_short(solved, index).zh}", f"Winners and losers: {_short(solved, index).en}")
    note = Text(
        "福利属于以该省为来源地的居民，无论他们住在哪里。", "Welfare is that of the people whose home the province is, wherever they live."
    )  # fmt: skip
    how = TWO
    if not c.tiles:
        made = [(c.name(str(p)), float(v), None, None, str(p) == c.region) for p, v in percent.items()]
        return figures.ranking(
            f"fig-whatif-{slug}", caption, {str(solved.result.calibration.year): made}, how, table,
            Text("福利变化（%）", "Change of welfare (%)"), PERCENT, notes=(note,),
        )  # fmt: skip
    year = solved.result.calibration.year
    mixed = bool((percent < 0).any())
    return figures.tile_map(
        f"fig-whatif-{slug}", caption, c.tiles, pd.DataFrame({year: percent}), how, table, PERCENT,
        breaks=mirrored(percent.to_numpy(), TWO.digits) if mixed else None, scale="diverging" if mixed else "sequential",
        marked=(c.region,) if c.region else (), notes=(note, TILE_NOTE),
    )  # fmt: skip


def _waterfall(solved: _Solved, index: int, split: "Channels") -> Figure:
    from yugong.report.simulated import waterfall

    slug = PRESETS[index].replace("_", "-")
    ids = f"fig-whatif-channels-{slug}", f"tab-whatif-channels-{slug}"
    return waterfall(*ids, _short(solved, index), split)


def _assumptions(solved: _Solved) -> list[Block]:
    """The assumptions in plain words, the parameters, and the certificate of each solution."""
    base = solved.result.calibration
    registered = parameters()
    rows = tuple(
        (
            registered[p].title,
            f"{base.parameter(p):g}",
            f"{registered[p].low:g}–{registered[p].high:g}",
            registered[p].note,
        )
        for p in SHOWN
    )
    table = Table(
        "tab-whatif-parameters",
        Text("主要参数", "Main parameters"),
        (
            column("parameter", title=Text("参数", "Parameter")),
            column("value", title=Text("取值", "Value")),
            column("range", title=Text("合理范围", "Plausible range")),
            column("note", title=Text("说明", "Note")),
        ),
        rows,
        (Text("全部参数见附录的方法卡；可用 yugong simulate china grid 逐值检验。",
              "All parameters are in the method card of the appendix; test them with yugong simulate china grid."),),
    )  # fmt: skip
    return [
        Heading(Text("靠什么假设", "What it rests on")),
        *(Paragraph(t) for t in LIMITS),
        table,
        _certificates(solved),
    ]


def _certificates(solved: _Solved) -> Table:
    rows = []
    results: Sequence[Any] = solved.result.results
    for i, (r, held) in enumerate(zip(results, solved.result.certificates, strict=True)):
        rows.append(
            (
                _short(solved, i), f"{max(held.residual.values()):.1e}", f"{abs(held.walras):.1e}",
                f"{max(abs(held.deficits), abs(held.transfers)):.1e}",
                quantity(held.spectral_radius, PLAIN).en, Text(r.status.text.zh, r.status.text.en), held.text,
            )
        )  # fmt: skip
    return Table(
        "tab-whatif-certificate",
        Text("求解的证书", "The certificate of each solution"),
        (
            column("scenario", title=Text("情景", "Scenario")),
            column("residual", title=Text("最大残差", "Largest residual")),
            column("walras", title=Text("瓦尔拉斯检验", "Walras check")),
            column("balance", title=Text("收支闭合误差", "Accounts off by")),
            column("radius", title=Text("谱半径", "Spectral radius")),
            column("status", title=Text("收敛", "Convergence")),
            column("unique", title=Text("唯一性", "Uniqueness")),
        ),
        tuple(rows),
    )
