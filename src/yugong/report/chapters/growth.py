"""Growth and emissions: what growth came from, whether emissions part from it, and what drove them."""

from typing import TYPE_CHECKING

import numpy as np

from yugong.base.text import Text
from yugong.diagnose.growth.decoupling import STATES
from yugong.report import figures
from yugong.report.chapters.context import Context, Part, column, listed
from yugong.report.chapters.sections import TILE_NOTE, WORDS, Section, class_map, gather, missing, sources, whole_years
from yugong.report.model import Block, Cell, Finding, Table
from yugong.report.numbers import INTEGER, Format, Interval, number

if TYPE_CHECKING:
    from yugong.diagnose.growth.accounting import GrowthAccounts

ID, TITLE = "growth", Text("增长与排放", "Growth and emissions")
LEAD = Text(
    "增长来自要素投入还是生产率，碳排放是否与增长脱钩，由什么推动。",
    "Whether growth came from inputs or productivity, whether emissions part from growth, and what drives them.",
)
OUTPUT, LABOUR, HEADS = "real_grp", "employment_total", "population"
CAPITAL = ("fixed_capital_formation", "investment_price")
CARBON, ENERGY = "co2_sectoral", "energy_consumption"
TWO, ONE, THREE = Format(2), Format(1), Format(3)
PER_CENT = Text("%", "%")
A_YEAR = Text("%/年", "% a year")
LEAST_BEFORE = 5  # years of investment before accounts start, for the first stock to fade
STAND_IN = Text(
    "没有与资本同期的就业数，以常住人口代替劳动投入：忽略参与率、工时和受教育程度的变化，这些变化计入生产率。",
    "No employment figures run alongside capital; residents stand in for labour, so changes of participation, hours and "
    "schooling are counted as productivity.",
)
FACTORS = {
    "population": Text("人口", "Population"),
    "real_grp/population": Text("人均产出", "Output per head"),
    "energy_consumption/real_grp": Text("能源强度", "Energy intensity"),
    "co2_sectoral/energy_consumption": Text("单位能源碳排放", "Carbon per unit of energy"),
}


def build(c: Context) -> Part:
    """Return the chapter."""
    return gather(
        c,
        ID,
        TITLE,
        LEAD,
        (
            (Text("增长核算", "Growth accounting"), _accounts),
            (Text("脱钩", "Decoupling"), _tapio),
            (Text("碳排放的驱动因素", "What drives emissions"), _lmdi),
        ),
    )


def span(c: Context, years: list[int], before: int = 0) -> tuple[int, int] | None:
    """Return the study's base year, or the first year after `before` others, and the last year."""
    usable = years[before:]
    if len(usable) < 2:
        return None
    base = c.study.base_year
    return (base if base in usable[:-1] else usable[0]), usable[-1]


def _accounts(c: Context) -> Section | Text:
    lack = missing(c, (OUTPUT, HEADS, *CAPITAL))
    if lack:
        return lack
    years = whole_years(c, OUTPUT, HEADS, *CAPITAL)
    chosen = span(c, years, LEAST_BEFORE)
    if chosen is None:
        return Text("资本、劳动和产出都齐全的年份", "years with capital, labour and output")
    first, last = chosen
    own = c.has(LABOUR) and {first, last} <= set(whole_years(c, LABOUR))
    labour = LABOUR if own else HEADS
    periods = [(first, last)]
    if years[LEAST_BEFORE] < first:
        periods.insert(0, (years[LEAST_BEFORE], first))
    found = {p: c.study.diagnose.growth_accounting(*p, labour=labour) for p in periods}
    words = {p: Text(f"{p[0]}—{p[1]} 年", f"{p[0]}–{p[1]}") for p in periods}
    names = c.group_names()
    order = list(names)
    codes = [str(p) for p in found[first, last].places]
    caption = Text("增长的来源", "Sources of growth")
    columns = [column("place")]
    parts = (
        ("output", "output_growth"),
        ("capital", "capital_contribution"),
        ("labour", "labour_contribution"),
        ("productivity", "productivity_contribution"),
    )
    for i, p in enumerate(periods):
        for _, id_ in parts:
            columns.append(column(f"{id_}_{i}", TWO, column(id_).title, A_YEAR, words[p]))
        columns.append(column(f"intensive_share_{i}", ONE, column("intensive_share").title, PER_CENT, words[p]))
    rows: list[tuple[Cell, ...]] = []
    for code in codes:
        row: list[Cell] = [c.name(code)]
        for p in periods:
            at = [str(x) for x in found[p].places].index(code)
            row += [100 * float(getattr(found[p], k)[at]) for k, _ in parts]
            row.append(100 * float(found[p].intensive_share[at]))
        rows.append(tuple(row))
    main = found[first, last]
    if not np.isfinite(main.intensive_share).any():
        return Text("有变动的产出", "output that changes")
    notes = [
        Text(
            "对数增长率，年均；资本份额取 0.5，资本存量由永续盘存得到；内涵度为生产率贡献占增长之比。",
            "Log growth a year; capital's share is set to 0.5, capital by perpetual inventory; the intensive share is "
            "productivity's part of growth.",
        )
    ]
    if not own:
        notes.append(STAND_IN)
    table = Table(
        "tab-accounts", caption, tuple(columns), tuple(rows), tuple(notes), sources(c, main),
        frozenset(i for i, p in enumerate(codes) if p == c.region),
    )  # fmt: skip
    frames = {words[p]: _bars(c, found[p], order) for p in periods}
    figure = figures.ranking(
        "fig-productivity", Text("生产率对增长的贡献", "Productivity's contribution to growth"), frames, TWO, table,
        Text("年均贡献（百分点）", "Contribution a year (points)"), A_YEAR, groups=tuple(names.values()), reference=0.0,
    )  # fmt: skip
    finding = _sources_of_growth(c, main, first, last)
    blocks: list[Block] = [finding, figure]
    if not own:
        blocks.append(Finding(STAND_IN, tone="caution"))
    return Section(tuple(blocks), (finding,), (main.method, c.study.diagnose.capital_stock().method))


def _bars(
    c: Context, r: "GrowthAccounts", order: list[str]
) -> list[tuple[Text, float, Interval | None, int | None, bool]]:
    places, values = r.places, r.productivity
    return [
        (c.name(p), 100 * float(v), None, order.index(c.group_of[p]) if p in c.group_of else None, p == c.region)
        for p, v in zip(map(str, places), values, strict=True)
    ]


def _sources_of_growth(c: Context, r: "GrowthAccounts", first: int, last: int) -> Finding:
    share = 100 * r.intensive_share
    productivity = r.productivity
    places = [str(p) for p in r.places]
    middle = number(float(np.nanmedian(share)), ONE)
    falling = [c.name(p) for p, v in zip(places, productivity, strict=True) if v < 0]
    text = Text(
        f"{first}—{last} 年，按中位数，生产率解释了增长的 {middle}%，其余来自资本和劳动投入。",
        f"From {first} to {last} productivity accounts for {middle}% of growth in the median place; inputs for the rest.",
    )
    detail = Text(
        f"{len(falling)} 个地区的生产率下降" + (f"：{listed(falling).zh}。" if falling else "。"),
        f"Productivity fell in {len(falling)} places" + (f": {listed(falling).en}." if falling else "."),
    )
    return Finding(text, detail, "fig-productivity")


def _tapio(c: Context) -> Section | Text:
    lack = missing(c, (CARBON, OUTPUT))
    chosen = None if lack else span(c, whole_years(c, CARBON, OUTPUT))
    if lack or chosen is None:
        return lack or WORDS[CARBON]
    first, last = chosen
    found = c.study.diagnose.tapio(first, last)
    codes = [str(p) for p in found.places]
    used = {s: STATES[s] for s in STATES if s in found.state}
    caption = Text(f"碳排放与产出的脱钩状态，{first}—{last} 年", f"Decoupling of emissions from output, {first}–{last}")
    elasticity = Text("弹性", "Elasticity")
    table = Table(
        "tab-tapio",
        caption,
        (
            column("place"),
            column("pressure_change", ONE, Text("排放变动", "Change of emissions"), PER_CENT),
            column("output_change", ONE, Text("产出变动", "Change of output"), PER_CENT),
            column("elasticity", TWO, elasticity),
            column("state", title=Text("状态", "State")),
        ),
        tuple(
            (c.name(p), 100 * float(found.pressure_change[i]), 100 * float(found.output_change[i]),
             float(found.elasticity[i]), STATES[found.state[i]] if found.state[i] else None)
            for i, p in enumerate(codes)
        ),
        (
            Text("Tapio 八态，弹性 0.8 与 1.2 为界；产出为不变价。", "Tapio's eight states, bounds 0.8 and 1.2; real output."),
        ),
        sources(c, found),
        frozenset(i for i, p in enumerate(codes) if p == c.region),
    )  # fmt: skip
    of = {p: s for p, s in zip(codes, found.state, strict=True) if s}
    if not of:
        return Text("有变动的产出", "output that changes")
    short = {
        p: Text(number(float(v), TWO), number(float(v), TWO)) for p, v in zip(codes, found.elasticity, strict=True)
    }
    shown: Block = table
    if c.tiles:
        shown = class_map(
            c, "fig-tapio", caption, f"{first}–{last}", used, of, short, table, "sequential",
            notes=(Text("方格内为弹性。", "Tiles show the elasticity."), TILE_NOTE),
        )  # fmt: skip
    counts = [(w, sum(s == k for s in found.state)) for k, w in used.items()]
    said = listed(Text(f"{w.zh} {n} 个", f"{w.en} {n}") for w, n in sorted(counts, key=lambda x: -x[1]))
    falls = [c.name(p) for p, s in of.items() if s == "strong_decoupling"]
    finding = Finding(
        Text(
            f"{first}—{last} 年 {len(of)} 个有数的地区中，{len(falls)} 个产出增长而排放下降（强脱钩）。",
            f"From {first} to {last} output grew and emissions fell in {len(falls)} of {len(of)} places with figures "
            "(strong decoupling).",
        ),
        Text(f"各状态：{said.zh}。两年之比，受起止年份影响。", f"States: {said.en}. Two years compared: ends matter."),
        "fig-tapio" if c.tiles else "tab-tapio",
    )
    return Section((finding, shown), (finding,), (found.method,))


def _lmdi(c: Context) -> Section | Text:
    needed = (HEADS, OUTPUT, ENERGY, CARBON)
    lack = missing(c, needed)
    chosen = None if lack else span(c, whole_years(c, *needed))
    if lack or chosen is None:
        return lack or WORDS[ENERGY]
    first, last = chosen
    if any((c.study.panel(v)[[first, last]] <= 0).any(axis=None) for v in needed):
        return Text("各因素的正值", "factors above zero")
    found = c.study.diagnose.lmdi(first, last)
    whole = found.total
    unit = c.study.variable(CARBON).unit
    largest = float(np.abs(whole.effects).max())
    if largest == 0:
        return Text("有变动的排放", "emissions that change")
    scale, unit = (1e6, Text("百万吨", "million tonnes")) if unit.zh == "吨" and largest >= 1e7 else (1.0, unit)
    effects = {f: float(e) / scale for f, e in zip(whole.factors, whole.effects, strict=True)}
    change = sum(effects.values())
    base = float(sum(c.study.values(CARBON, first)[list(found.places)])) / scale
    caption = Text(f"碳排放变动的因素分解，{first}—{last} 年", f"Change of emissions by factor, {first}–{last}")
    total = Text("合计变动", "Change in all")
    table = Table(
        "tab-lmdi",
        caption,
        (
            column("factor"),
            column("effect", ONE, unit=unit),
            column("relative", Format(1, signed=True), Text("相当于期初排放", "Of emissions at the start"), PER_CENT),
        ),
        (
            *((FACTORS.get(f, Text(f, f)), e, 100 * e / base) for f, e in effects.items()),
            (total, change, 100 * change / base),
        ),
        (
            Text(
                f"LMDI-I 加法分解，{len(found.places)} 个数据齐全的地区相加，没有余项。",
                f"Additive LMDI-I, summed over {len(found.places)} places with all figures; no residual.",
            ),
        ),
        sources(c, found),
    )
    bars = [(FACTORS.get(f, Text(f, f)), e, None, None, False) for f, e in effects.items()]
    figure = figures.ranking(
        "fig-lmdi", caption, {f"{first}–{last}": [*bars, (total, change, None, None, True)]}, ONE, table,
        Text(f"贡献（{unit.zh}）", f"Effect ({unit.en})"), unit, reference=0.0,
    )  # fmt: skip
    up, down = max(effects, key=lambda f: effects[f]), min(effects, key=lambda f: effects[f])
    size, signed = number(abs(change), INTEGER), Format(0, signed=True)
    pushed: list[Text] = []
    if effects[up] > 0:
        at = number(effects[up], signed)
        pushed.append(Text(f"推高最多的是{FACTORS[up].zh}（{at}）", f"{FACTORS[up].en.lower()} pushed up most ({at})"))
    if effects[down] < 0:
        at = number(effects[down], signed)
        pushed.append(
            Text(f"压低最多的是{FACTORS[down].zh}（{at}）", f"{FACTORS[down].en.lower()} pulled down most ({at})")
        )
    zh, en = ("增加", "rose") if change > 0 else ("减少", "fell")
    finding = Finding(
        Text(
            f"{first}—{last} 年碳排放{zh} {size} {unit.zh}：{'，'.join(t.zh for t in pushed)}。",
            f"From {first} to {last} emissions {en} by {size} {unit.en}: {', '.join(t.en for t in pushed)}.",
        ),
        Text(f"{len(found.places)} 个地区合计；恒等式分解，不是因果。",
             f"Sum of {len(found.places)} places; an identity taken apart, not causes."),
        "fig-lmdi",
    )  # fmt: skip
    return Section((finding, figure), (finding,), (found.method,))
