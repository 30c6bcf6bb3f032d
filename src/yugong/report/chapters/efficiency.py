"""Efficiency: how close places are to the frontier, and how their productivity moves."""

import numpy as np
import pandas as pd

from yugong.base.text import Text
from yugong.report import figures
from yugong.report.chapters.context import TILE_NOTE, Context, Part, column, listed
from yugong.report.chapters.growth import CAPITAL, CARBON, ENERGY, HEADS, LABOUR, OUTPUT, span
from yugong.report.chapters.sections import Section, gather, missing, sources, whole_years
from yugong.report.model import Block, Cell, Finding, Table
from yugong.report.numbers import NONE, Format, number

ID, TITLE = "efficiency", Text("效率", "Efficiency")
LEAD = Text(
    "同样的资本、劳动和能源，能否多产出、少排放；生产率怎样变动。",
    "Whether the same capital, labour and energy could yield more output and fewer emissions, and how productivity moves.",
)
TWO, THREE, ONE = Format(2), Format(3), Format(1)
STOCK = "capital_stock"
NAMED = 5
FRONTIER = Text(
    "得分相对于样本内的前沿，地区多、投入少时才有区分力；不含抽样误差，不作检验。",
    "Scores are relative to the frontier of this sample and carry no sampling error; nothing is tested.",
)
STAND_IN = Text("没有与资本同期的就业数，以常住人口代替劳动投入。",
                "No employment figures run alongside capital; residents stand in for labour.")  # fmt: skip


def build(c: Context) -> Part:
    """Return the chapter."""
    return gather(
        c,
        ID,
        TITLE,
        LEAD,
        (
            (Text("含碳排放的效率（超效率 SBM）", "Efficiency with emissions (super-SBM)"), _slacks),
            (Text("径向效率（CCR 与 BCC）", "Radial efficiency (CCR and BCC)"), _radial),
            (Text("生产率变动", "Productivity change"), _malmquist),
        ),
    )


def _inputs(c: Context) -> tuple[list[str], list[int], bool] | Text:
    needed = (OUTPUT, HEADS, ENERGY, CARBON, *CAPITAL)
    lack = missing(c, needed)
    if lack:
        return lack
    years = whole_years(c, *needed)
    chosen = span(c, years)
    if chosen is None:
        return Text("投入和产出都齐全的年份", "years with all inputs and outputs")
    first, last = chosen
    years = [y for y in years if first <= y <= last]
    own = c.has(LABOUR) and set(years) <= set(whole_years(c, LABOUR))
    return [STOCK, LABOUR if own else HEADS, ENERGY], years, own


def _said(own: bool) -> tuple[Text, ...]:
    what = Text(
        "投入：资本存量、劳动、能源；产出：不变价地区生产总值；非期望产出：二氧化碳。",
        "Inputs: capital stock, labour, energy; output: real GRP; undesirable output: CO₂.",
    )
    return (what, FRONTIER) if own else (what, STAND_IN, FRONTIER)


def _slacks(c: Context) -> Section | Text:
    chosen = _inputs(c)
    if isinstance(chosen, Text):
        return chosen
    inputs, years, own = chosen
    found = c.study.diagnose.efficiency_panel(inputs, [OUTPUT], [CARBON], years=years)
    score = found.score[years].astype(float)
    solved = score.dropna(how="all")
    over = Text("年份", "Year")
    caption = Text("含碳排放的超效率 SBM 得分", "Super-SBM efficiency with emissions")
    unsolved = [c.name(str(p)) for p in score.index[score.isna().any(axis=1)]]
    notes = [*_said(own), Text("各年共用一个前沿，得分可跨年比较；1 及以上为有效。",
                               "One frontier of all years, so that levels compare; 1 and above is efficient.")]  # fmt: skip
    if unsolved:
        names = listed(unsolved)
        notes.append(Text(f"数据不全或无解：{names.zh}。", f"Without figures or without a solution: {names.en}."))
    table = Table(
        "tab-super-sbm",
        caption,
        (column("place"), *(column(str(y), THREE, Text(str(y), str(y)), NONE, over) for y in years)),
        tuple((c.name(str(p)), *(_known(v) for v in score.loc[p])) for p in score.index),
        tuple(notes),
        sources(c, found),
        frozenset(i for i, p in enumerate(score.index) if p == c.region),
    )
    shown: Block = table
    if c.tiles:
        marked = (c.region,) if c.region else ()
        shown = figures.tile_map(
            "fig-super-sbm", caption, c.tiles, score, TWO, table, breaks=(0.3, 0.4, 0.5, 0.7, 1.0), marked=marked,
            notes=(TILE_NOTE,),
        )  # fmt: skip
    first, last = years[0], years[-1]
    now = solved[last].dropna().sort_values(ascending=False)
    best = [c.name(str(p)) for p in now.index[now >= 1]]
    low = [c.name(str(p)) for p in now.index[::-1][:NAMED]]
    a, b = (number(float(solved[y].median()), THREE) for y in (first, last))
    few = best if len(best) <= NAMED else []
    on = f"：{listed(few).zh}" if few else "", f": {listed(few).en}" if few else ""
    finding = Finding(
        Text(
            f"{last} 年 {len(now)} 个有解的地区中 {len(best)} 个处在前沿上{on[0]}；得分中位数由 {first} 年的 {a} 到 {b}。",
            f"In {last} {len(best)} of {len(now)} places with a solution lie on the frontier{on[1]}; the median score went "
            f"from {a} in {first} to {b}.",
        ),
        Text(f"得分最低：{listed(low).zh}。", f"Lowest scores: {listed(low).en}."),
        "fig-super-sbm" if c.tiles else "tab-super-sbm",
    )
    blocks: list[Block] = [finding, shown]
    if not own:
        blocks.append(Finding(STAND_IN, tone="caution"))
    return Section(tuple(blocks), (finding,), (found.method,))


def _radial(c: Context) -> Section | Text:
    chosen = _inputs(c)
    if isinstance(chosen, Text):
        return chosen
    inputs, years, own = chosen
    year = years[-1]
    constant = c.study.diagnose.dea(inputs, [OUTPUT], year)
    variable = c.study.diagnose.dea(inputs, [OUTPUT], year, returns="variable")
    frame = pd.DataFrame(
        {"ccr": constant.table().set_index("place")["score"], "bcc": variable.table().set_index("place")["score"]}
    )
    frame["scale"] = frame["ccr"] / frame["bcc"]
    caption = Text(f"径向效率及其分解，{year} 年", f"Radial efficiency and its parts, {year}")
    table = Table(
        "tab-dea",
        caption,
        (
            column("place"),
            column("overall_efficiency", THREE, Text("综合效率（CCR）", "Overall (CCR)")),
            column("pure_efficiency", THREE, Text("纯技术效率（BCC）", "Pure technical (BCC)")),
            column("scale_efficiency", THREE, Text("规模效率", "Scale")),
        ),
        tuple((c.name(str(p)), *(_known(v) for v in frame.loc[p])) for p in frame.index),
        (
            Text("投入导向，不含碳排放；综合效率 = 纯技术效率 × 规模效率。",
                 "Input-oriented, without emissions; overall = pure technical × scale."),
            *(() if own else (STAND_IN,)),
            FRONTIER,
        ),
        sources(c, constant),
        frozenset(i for i, p in enumerate(frame.index) if p == c.region),
    )  # fmt: skip
    return Section((table,), (), (constant.method, variable.method))


def _malmquist(c: Context) -> Section | Text:
    chosen = _inputs(c)
    if isinstance(chosen, Text):
        return chosen
    inputs, years, own = chosen
    found = c.study.diagnose.malmquist_luenberger(inputs, [OUTPUT], [CARBON], years=years, reference="global")
    codes = [str(p) for p in found.places]
    means = {k: _yearly(getattr(found, k)) for k in ("index", "efficiency", "technology")}
    first, last = years[0], years[-1]
    caption = Text(
        f"全局 Malmquist–Luenberger 生产率变动，{first}—{last} 年均",
        f"Global Malmquist–Luenberger productivity change a year, {first}–{last}",
    )
    signed, unit = Format(2, signed=True), Text("%/年", "% a year")
    rows: list[tuple[Cell, ...]] = [
        (c.name(p), *(_known(100 * (v[i] - 1)) for v in means.values())) for i, p in enumerate(codes)
    ]
    table = Table(
        "tab-malmquist",
        caption,
        (
            column("place"),
            column("productivity_change", signed, unit=unit),
            column("efficiency_change", signed, unit=unit),
            column("technology_change", signed, unit=unit),
        ),
        tuple(rows),
        (
            Text(
                "几何平均；生产率变动 = 效率变动 × 技术变动。",
                "Geometric means; productivity = efficiency × technology.",
            ),
            *_said(own),
        ),
        sources(c, found),
        frozenset(i for i, p in enumerate(codes) if p == c.region),
    )
    names = c.group_names()
    order = list(names)
    bars = [
        (c.name(p), 100 * float(means["index"][i] - 1), None, order.index(c.group_of[p]) if p in c.group_of else None,
         p == c.region)
        for i, p in enumerate(codes)
        if np.isfinite(means["index"][i])
    ]  # fmt: skip
    figure = figures.ranking(
        "fig-malmquist", caption, {f"{first}–{last}": bars}, signed, table,
        Text("生产率变动（%/年）", "Productivity change (% a year)"), unit, groups=tuple(names.values()), reference=0.0,
    )  # fmt: skip
    index = means["index"][np.isfinite(means["index"])]
    up, middle = int((index > 1).sum()), number(100 * float(np.median(index) - 1), signed)
    finding = Finding(
        Text(
            f"{first}—{last} 年，{len(index)} 个有解的地区中 {up} 个计入碳排放的生产率上升，中位数每年 {middle}%。",
            f"From {first} to {last} productivity with emissions rose in {up} of {len(index)} places with a solution; "
            f"the median is {middle}% a year.",
        ),
        None,
        "fig-malmquist",
    )
    return Section((finding, figure), (finding,), (found.method,))


def _yearly(change: "np.ndarray") -> "np.ndarray":
    """The geometric mean of yearly changes by place; NaN where a year is not solved."""
    out: np.ndarray = np.exp(np.log(change).mean(axis=0))
    return out


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
