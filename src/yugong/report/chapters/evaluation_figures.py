"""Figures of an evaluation's brief, each with its table."""

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yugong.base.text import Text
from yugong.report import figures
from yugong.report.chapters.context import column
from yugong.report.chapters.sections import TILE_NOTE
from yugong.report.charts import Tile, Upright
from yugong.report.model import Cell, Column, Figure, Table
from yugong.report.numbers import NONE, YEAR, Format, Interval
from yugong.report.numbers import number as number_words

if TYPE_CHECKING:
    from yugong.evaluate.assessment import Evaluation

METHODS = {
    "imputation": Text("固定效应插补", "fixed-effects imputation"),
    "callaway_santanna": Text("Callaway–Sant’Anna", "Callaway–Sant'Anna"),
    "sun_abraham": Text("Sun–Abraham", "Sun–Abraham"),
    "twfe": Text("双向固定效应（供比较）", "two-way fixed effects, for comparison"),
    "synthetic_did": Text("合成双重差分", "synthetic difference in differences"),
    "synthetic_control": Text("合成控制", "synthetic control"),
    "regression_counterfactual": Text("面板数据法", "panel data approach"),
    "did": Text("双向固定效应", "two-way fixed effects"),
}
AXES = ("spillover", "policies", "sample", "covariates", "transform")
CHOICES = {
    "as_asked": Text("按首选", "as asked"),
    "exposed_in": Text("受波及者作对照", "the exposed compare"),
    "exposed_out": Text("去掉受波及者", "the exposed left out"),
    "others_in": Text("并存政策不避开", "other policies let in"),
    "registered_out": Text("避开全部登记政策", "all registered policies barred"),
    "none": Text("不用", "none"),
    "level": Text("水平", "levels"),
    "log": Text("对数", "logs"),
    "all": Text("全部", "all"),
    "same_belts": Text("同一板块", "same belts"),
    "without_municipalities": Text("去掉直辖市", "without municipalities"),
    "similar_half": Text("事前水平相近的一半", "the half alike before"),
}
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
BINS = 24
PERCENT = Text("%", "%")


def scaled(e: "Evaluation", x: float) -> float | None:
    """Return an estimate as it is shown: per cent for a log outcome, else its own unit."""
    if not np.isfinite(x):
        return None
    return 100 * float(np.expm1(x)) if e.question.transform == "log" else float(x)


def unit_of(e: "Evaluation") -> Text:
    """Return the unit estimates are shown in."""
    if e.question.transform == "log":
        return PERCENT
    return Text("百分点", "percentage points") if e.question.unit.zh == "%" else e.question.unit


def how(e: "Evaluation") -> Format:
    """Return the digits of estimates: three significant ones."""
    size = max((abs(v) for v in (scaled(e, x) for x in e.others.values()) if v), default=1.0)
    return Format(int(np.clip(2 - np.floor(np.log10(size)), 0, 5)), signed=True)


def path(e: "Evaluation", slug: str) -> Figure:
    """Draw actual and counterfactual with the policies' dates."""
    p, q = e.path, e.question
    numbers = _digits(np.concatenate([p.actual, p.counterfactual]))
    after = p.since > 0
    low, high = _counterfactual_band(e)
    marks, listed = _marks(e)
    total = np.cumsum(np.where(after & np.isfinite(p.gap), p.gap, 0.0))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (y, _known(a), _known(c), _known(g), float(t) if s else None)
        for y, a, c, g, t, s in zip(p.years, p.actual, p.counterfactual, p.gap, total, after, strict=True)
    )
    signed = Format(numbers.digits, signed=True)
    summed = (
        Text("受影响地区合计", "sum over the treated places")
        if p.summed
        else Text("受影响地区平均", "mean of the treated places")
    )
    table = Table(
        f"tab-evaluation-path-{slug}",
        Text(f"{q.title.zh}：{summed.zh}", f"{q.title.en}: {summed.en}"),
        (
            Column("year", Text("年份", "Year"), NONE, YEAR),
            column("actual", numbers, Text("实际", "Actual"), p.unit),
            column("counterfactual", numbers, Text("没有该政策", "Without the policy"), p.unit),
            column("gap", signed, Text("差距", "Gap"), p.unit),
            column("cumulative", signed, Text("累计差距", "Gap so far"), p.unit),
        ),
        rows,
        sources=e.provenance.sources if e.provenance else (),
    )
    notes = [
        Text(
            "竖线为登记在册的政策开始年份，粗线为所评估的政策：" + "；".join(t.zh for t in listed) + "。",
            "Upright lines are the first years of registered policies, the thick one that of the policy evaluated: "
            + "; ".join(t.en for t in listed) + ".",
        )
    ] if listed else []  # fmt: skip
    if low is not None:
        notes.append(Text("阴影为 95% 区间。", "The band is the 95 % interval."))
    return figures.lines(
        f"fig-evaluation-path-{slug}",
        Text("如果没有该政策", "Had there been no policy"),
        p.years,
        {"actual": p.actual, "counterfactual": p.counterfactual},
        {"actual": Text("实际", "actual"), "counterfactual": Text("没有该政策", "without it")},
        numbers,
        table,
        p.unit if p.unit.zh else q.title,
        p.unit,
        low={} if low is None else {"counterfactual": low},
        high={} if high is None else {"counterfactual": high},
        emphasis={"actual": "strong"},
        marks=marks,
        notes=tuple(notes),
    )  # fmt: skip


def gap_map(e: "Evaluation", slug: str, tiles: tuple[Tile, ...]) -> Figure | None:
    """Draw the mean gap since the start by place, treated and reached by spillover; None without gaps."""
    gaps, q = e.evidence.effects.gaps, e.question
    if gaps is None:
        return None
    reached = np.zeros(q.y.shape, bool)
    for layer in q.exposures.values():
        reached |= layer != 0
    cells = np.asarray((q.treated | reached) & ~q.contested & np.isfinite(gaps))
    rows = np.flatnonzero(cells.any(axis=1))
    if len(rows) < 2:
        return None
    mean = np.array([scaled(e, float(gaps[i][cells[i]].mean())) for i in rows], dtype=float)
    number = how(e)
    treated = q.ever
    table = Table(
        f"tab-evaluation-map-{slug}",
        Text("各地差距", "Gap by place"),
        (column("place", title=Text("地区", "Place")), column("role", title=Text("角色", "Role")), column("gap", number, Text("差距", "Gap"), unit_of(e))),
        tuple(
            (q.names[q.places[i]], Text("受政策影响", "treated") if treated[i] else Text("受波及", "reached by spillover"), float(v))
            for i, v in zip(rows, mean, strict=True)
        ),
    )  # fmt: skip
    mixed = bool((mean < 0).any() and (mean > 0).any())
    most = float(np.abs(mean).max())
    breaks = tuple(round(x * most, number.digits) for x in (-0.5, -0.1, 0.1, 0.5)) if mixed else None
    frame = pd.DataFrame({q.years[-1]: mean}, index=[q.places[i] for i in rows])
    return figures.tile_map(
        f"fig-evaluation-map-{slug}",
        Text("差距在哪里", "Where the gap is"),
        tiles, frame, number, table, unit_of(e), breaks=breaks, scale="diverging" if mixed else "sequential",
        marked=tuple(q.places[i] for i in rows if treated[i]),
        notes=(Text("固定效应插补的各地平均差距；描边为受政策影响的地区，其余为受波及的地区。单个地区的数只作描述。",
                    "Mean gap by place from fixed-effects imputation; outlined are the treated, others are reached by "
                    "spillover. A single place's figure only describes."), TILE_NOTE),
    )  # fmt: skip


def event_study(e: "Evaluation", slug: str) -> Figure:
    """Draw effects by years since the start with the simultaneous band; no band where no error can be trusted."""
    x, number = e.evidence.event, how(e)
    steps, values = list(x.horizons), x.estimates
    at = next((i for i, h in enumerate(steps) if h > x.reference), len(steps))
    if x.reference not in steps:
        steps.insert(at, x.reference)
        values = np.insert(values, at, 0.0)
    low, high = (np.insert(v, at, np.nan) if len(v) < len(steps) else v for v in (x.low, x.high))
    shown = [scaled(e, float(v)) for v in values]
    below, above = ([scaled(e, float(v)) if np.isfinite(v) else None for v in edge] for edge in (low, high))
    bands = [Interval(a, b) if a is not None and b is not None else None for a, b in zip(below, above, strict=True)]
    title = Text("95% 同时区间带", "95% simultaneous band")
    table = Table(
        f"tab-evaluation-event-{slug}",
        Text("事件研究", "Event study"),
        (column("horizon", YEAR_STEP), column("estimate", number, unit=unit_of(e)), Column("interval", title, unit_of(e), number)),
        tuple((float(h), v, b) for h, v, b in zip(steps, shown, bands, strict=True)),
    )  # fmt: skip
    words = Text(
        "；".join(f"第 {h} 年 {number_words(v, number)}" for h, v in zip(steps, shown, strict=True)) + "。",
        "; ".join(f"year {h}: {number_words(v, number)}" for h, v in zip(steps, shown, strict=True)) + ".",
    )
    numbers, lows, highs = (np.array([np.nan if v is None else v for v in line]) for line in (shown, below, above))
    made = figures.lines(
        f"fig-evaluation-event-{slug}", Text("开始前后各年的差距", "Gap by years since the start"), steps,
        {"gap": numbers}, {"gap": Text("差距", "gap")}, number, table,
        Text(f"差距（{unit_of(e).zh}）", f"gap ({unit_of(e).en})"), unit_of(e),
        low={"gap": lows}, high={"gap": highs}, reference=0.0,
        marks=(Upright(steps.index(0), Text("开始", "start"), True),) if 0 in steps else (), notes=tuple(_event_notes(e, any(bands))),
    )  # fmt: skip
    return replace(made, description=words)


def _event_notes(e: "Evaluation", banded: bool) -> list[Text]:
    x = e.evidence.event
    notes = [
        Text(f"基准为开始前第 {-x.reference} 年，记为零。", f"Reference: {-x.reference} year(s) before the start, set to zero.")
    ]  # fmt: skip
    if banded:
        notes.append(Text("阴影为 95% 同时区间带（sup-t）：整条路径都落在带内的把握是 95%，比逐年区间宽。",
                          "The shade is the 95 % simultaneous band (sup-t): the whole path lies inside with 95 % "
                          "confidence; it is wider than intervals for single years."))  # fmt: skip
    if x.by == "controls":
        notes.append(Text("受影响的聚类少于 5 个：差距为受影响者减各年都干净的对照的均值，带宽来自对照自身的波动。",
                          "Fewer than five treated clusters: the gap is the treated less the mean of places clean in all "
                          "years, and the band comes from those places' own movements."))  # fmt: skip
    elif not banded or not np.isfinite(x.low).all():
        notes.append(Text("背后少于 5 个受影响聚类的年份不画区间带。",
                          "Years with fewer than five treated clusters behind them have no band."))  # fmt: skip
    power = e.evidence.power
    if power is not None:
        notes.append(Text(f"若真有一条足以造成该效应的线性趋势，事前检验发现它的机会是 {100 * power:.0f}%。",
                          f"Had a linear trend made the whole effect, the pre-trend test would have seen it with "
                          f"a chance of {100 * power:.0f} %."))  # fmt: skip
    if x.by == "clusters" and e.answer.by != "imputation":
        notes.append(Text("事件研究用固定效应插补，与结论的方法不同。",
                          "The event study is by fixed-effects imputation, not by the headline's method."))  # fmt: skip
    return notes


YEAR_STEP = Format(0, thousands=False, signed=True)


def curve(e: "Evaluation", slug: str) -> Figure:
    """Draw every specification's estimate in order, the headline marked."""
    assert e.curve is not None  # noqa: S101 - asked for only where there is one
    s, number = e.curve, how(e)
    order = np.argsort(s.estimates, kind="stable")
    groups = list(dict.fromkeys(c["sample"] for c in s.choices))
    points = [
        (
            Text("首选设定", "headline") if int(i) == s.headline else NONE, float(k), scaled(e, float(s.estimates[i])) or 0.0,
            groups.index(s.choices[i]["sample"]), int(i) == s.headline,
        )
        for k, i in enumerate(order, 1)
    ]  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            METHODS[c["estimator"]], *(_option(c[axis]) for axis in AXES), float(c["first"]), float(c["last"]),
            float(c["lead"]), scaled(e, float(s.estimates[i])),
        )
        for i in order
        for c in [s.choices[i]]
    )  # fmt: skip
    whole = Format(0)
    table = Table(
        f"tab-evaluation-curve-{slug}",
        Text("各种设定", "Specifications"),
        (
            column("estimator"), *(column(axis) for axis in AXES), column("years_off_start", whole),
            column("years_off_end", whole), column("lead", whole), column("estimate", number, unit=unit_of(e)),
        ),
        rows,
        marked=frozenset(k for k, i in enumerate(order) if int(i) == s.headline),
    )  # fmt: skip
    share = 100 * s.same_sign
    note = Text(
        f"{len(s.estimates)} 种设定，{share:.0f}% 与首选设定（加框）同号；同样的 {len(s.placebo)} 次随机指派下，中位数的 p = {s.p_median:.2f}。",
        f"{len(s.estimates)} specifications, {share:.0f} % with the sign of the headline one (marked); over {len(s.placebo)} "
        f"random assignments the median's p is {s.p_median:.2f}.",
    )
    return figures.scatter(
        f"fig-evaluation-curve-{slug}", Text("设定曲线", "Specification curve"), points,
        Text("设定（按估计值排序）", "specification, by size"), Text(f"估计值（{unit_of(e).zh}）", f"estimate ({unit_of(e).en})"),
        whole, number, table, groups=[CHOICES[g] for g in groups], notes=(note,),
    )  # fmt: skip


def curve_choices(e: "Evaluation", slug: str) -> Table:
    """List what each option of each choice does to the estimate: the part below a specification curve."""
    assert e.curve is not None  # noqa: S101 - asked for only where there is one
    number, whole = how(e), Format(0)
    frame = e.curve.by_choice()
    rows: list[tuple[Cell, ...]] = []
    for axis, part in frame.groupby("axis", sort=False):
        if len(part) == 1:
            continue
        for option, n, estimate, same in part[["option", "specifications", "estimate", "same_sign"]].to_numpy(object):
            rows.append(
                (_axis(str(axis)), _option(str(option)), float(n), scaled(e, float(estimate)), 100 * float(same))
            )
    return Table(
        f"tab-evaluation-choices-{slug}",
        Text("各种做法下的中位估计", "Median estimate by option"),
        (
            column("axis"), column("option"), column("specifications", whole),
            column("estimate", number, unit=unit_of(e)), column("same_sign", whole, unit=PERCENT),
        ),
        tuple(rows),
    )  # fmt: skip


def _axis(name: str) -> Text:
    return column({"first": "years_off_start", "last": "years_off_end"}.get(name, name)).title


def _option(name: str) -> Text:
    """Return an option's words: those of its id, of an estimator, or what is left out or kept alone."""
    known = CHOICES | METHODS
    for start, zh, en in (("without ", "去掉 ", "without "), ("only ", "只避开 ", "only barring ")):
        if name.startswith(start):
            rest = name.removeprefix(start)
            return Text(f"{zh}{rest}", f"{en}{rest}")
    return known.get(name, Text(name, name))


def placebos(e: "Evaluation", slug: str) -> Figure | None:
    """Draw the placebo distribution: a row a place for synthetic controls, bins of assignments otherwise."""
    if e.answer.by == "synthetic_control" and e.evidence.synthetic is not None:
        return _by_place(e, slug)
    drawn = e.evidence.randomised
    if drawn is None:
        return None
    values = np.array([scaled(e, float(x)) or 0.0 for x in drawn.draws])
    own = scaled(e, drawn.observed) or 0.0
    edges = np.linspace(min(values.min(), own), max(values.max(), own), BINS + 1)
    counts = np.histogram(values, edges)[0].astype(float)
    at = min(int(np.searchsorted(edges, own, side="right")) - 1, BINS - 1)
    mine = np.zeros(BINS)
    mine[at] = max(1.0, 0.02 * counts.max())
    number = how(e)
    steps = [f"{(a + b) / 2:.{number.digits}f}" for a, b in pairwise(edges)]
    if len(set(steps)) < BINS:
        steps = [f"{(a + b) / 2:.{number.digits + 2}f}" for a, b in pairwise(edges)]
    table = Table(
        f"tab-evaluation-placebo-{slug}",
        Text("随机指派的估计值", "Estimates under random assignment"),
        (
            column("from", number, Text("自", "From"), unit_of(e)),
            column("to", number, Text("至", "To"), unit_of(e)),
            column("count", Format(0), Text("次数", "Assignments")),
        ),
        tuple((float(a), float(b), float(n)) for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True)),
        marked=frozenset({at}),
    )  # fmt: skip
    label = drawn.label
    least, most, real = (number_words(float(x), number) for x in (values.min(), values.max(), own))
    words = Text(
        f"{len(values)} 次指派的估计值在 {least} 到 {most} 之间，实际为 {real}。",
        f"Estimates of {len(values)} assignments run from {least} to {most}; the real one is {real}.",
    )
    made = figures.stack(
        f"fig-evaluation-placebo-{slug}", Text("随机指派下会看到什么", "What random assignment would show"), steps,
        {"placebo": counts, "own": mine}, {"placebo": Text("随机指派", "random assignments"), "own": Text("实际所在的一格", "where the real one lies")},
        Format(0), table, Text("次数", "assignments"),
        notes=(Text(f"{label.zh}。横轴为估计值（{unit_of(e).zh}）。", f"{label.en[:1].upper()}{label.en[1:]}. Across: the estimate ({unit_of(e).en})."),),
    )  # fmt: skip
    return replace(made, description=words)


def _by_place(e: "Evaluation", slug: str) -> Figure:
    s = e.evidence.synthetic
    assert s is not None  # noqa: S101 - asked for only where there is one
    q = e.question
    of = {str(t): t for t in q.names.values()}
    own = Text("、".join(q.names[p].zh for p in e.path.places), ", ".join(q.names[p].en for p in e.path.places))
    ratio = Format(2)
    made: list[Any] = [(own, s.observed.ratio, None, None, True)]
    made += [(of.get(n, Text(n, n)), float(r), None, None, False) for n, r in zip(s.names, s.ratios, strict=True)]
    table = Table(
        f"tab-evaluation-placebo-{slug}",
        Text("各地的安慰剂合成控制", "Placebo synthetic controls"),
        (
            column("place", title=Text("地区", "Place")),
            column("effect", how(e), Text("平均差距", "Mean gap"), unit_of(e)),
            column("rmspe_ratio", ratio, Text("事后与事前 RMSPE 之比", "RMSPE since over before")),
        ),
        ((own, scaled(e, s.observed.effect), s.observed.ratio),
         *((of.get(n, Text(n, n)), scaled(e, float(v)), float(r)) for n, v, r in zip(s.names, s.effects, s.ratios, strict=True))),
        marked=frozenset({0}),
    )  # fmt: skip
    return figures.ranking(
        f"fig-evaluation-placebo-{slug}", Text("若政策落在别处：事后与事前差距之比", "Had the policy fallen elsewhere: gap since over gap before"),
        {str(q.years[-1]): made}, ratio, table, Text("RMSPE 之比", "ratio of RMSPE"), style="dot",
        notes=(Text(f"{s.label.zh}；越大越不像偶然。", f"{s.label.en[:1].upper()}{s.label.en[1:]}; the larger, the less like chance."),),
    )  # fmt: skip


def synergy(e: "Evaluation", slug: str) -> Figure:
    """Draw the 2 × 2: neither, each alone, both, and one and one against two; counts stand in the names."""
    layers = e.synergy
    assert layers is not None  # noqa: S101 - asked for only where there is one
    from yugong.evaluate.policies import strategy_name

    z, number = 1.96, how(e)
    rows: list[Any] = [(Text("都没有（基准）", "neither (base)"), 0.0, None, None, False)]
    cells: list[tuple[Cell, ...]] = []
    for k, id_ in enumerate(layers.layers):
        kind, _, rest = id_.partition(":")
        parts = [strategy_name(p) for p in (rest if kind == "synergy" else id_).split("+")]
        name = Text("＋".join(p.zh for p in parts), " + ".join(p.en for p in parts))
        if kind == "synergy":
            name = Text(f"1+1>2？与{name.zh}的协同", f"1 + 1 > 2? Synergy with {name.en}")
        value, s = float(layers.estimates[k]), float(layers.se[k])
        band = (
            Interval(scaled(e, value - z * s) or 0.0, scaled(e, value + z * s) or 0.0) if np.isfinite(value) else None
        )
        count = Text(
            f"（{layers.region_count[k]} 地、{layers.cells[k]} 个地区–年份）",
            f" ({layers.region_count[k]} places, {layers.cells[k]} place-years)",
        )
        grey = "" if np.isfinite(value) else "：不可识别", "" if np.isfinite(value) else ": not identified"
        shown = Text(f"{name.zh}{count.zh}{grey[0]}", f"{name.en}{count.en}{grey[1]}")
        rows.append((shown, scaled(e, value) if np.isfinite(value) else np.nan, band, None, kind == "synergy"))
        wald = layers.comparison.get(id_, np.nan)
        cells.append(
            (name, scaled(e, value), band, float(layers.region_count[k]), float(layers.cells[k]), scaled(e, wald))
        )
    table = Table(
        f"tab-evaluation-synergy-{slug}",
        Text("政策组合的效应", "Effects of policy combinations"),
        (
            column("layer", title=Text("组合", "Combination")), column("estimate", number, unit=unit_of(e)),
            Column("interval", Text("95% 区间", "95% interval"), unit_of(e), number),
            column("region_count", Format(0), Text("地区数", "Places")), column("cells", Format(0), Text("地区–年份", "Place-years")),
            column("comparison_estimate", number, Text("双向固定效应（供比较）", "two-way fixed effects, for comparison"), unit_of(e)),
        ),
        tuple(cells),
    )  # fmt: skip
    few = (
        " 受影响聚类少于 5 个的组合，区间偏窄。",
        " With fewer than five treated clusters a combination's interval is too narrow.",
    )
    note = Text(
        "由没有任何政策的地区–年份推算；协同为两者并存的效应减去同一年数下各自单独的效应。" + few[0],
        "Imputed from place-years under no policy; synergy is the effect of both less each alone at the same years since "
        "its start." + few[1],
    )
    return figures.ranking(
        f"fig-evaluation-synergy-{slug}", Text("政策组合的效应与协同", "Effects of combinations, and synergy"), {"2 × 2": rows},
        number, table, Text(f"效应（{unit_of(e).zh}）", f"effect ({unit_of(e).en})"), unit_of(e), style="dot", reference=0.0,
        notes=(note, *layers.notes),
    )  # fmt: skip


def _counterfactual_band(e: "Evaluation") -> tuple[Any, Any]:
    low, high = e.answer.interval
    if not (np.isfinite(low) and np.isfinite(high)):
        return None, None
    p, after = e.path, e.path.since > 0
    # the interval of the mean effect, laid around each year's own gap
    if e.question.transform == "log":
        below, above = (p.counterfactual * np.exp(e.answer.estimate - x) for x in (high, low))
    else:
        count = len(p.places) if p.summed else 1
        below, above = (p.counterfactual + count * (e.answer.estimate - x) for x in (high, low))
    return np.where(after, below, np.nan), np.where(after, above, np.nan)


def _marks(e: "Evaluation") -> tuple[tuple[Upright, ...], list[Text]]:
    years = list(e.path.years)
    by_year: dict[int, list[Any]] = {}
    for m in e.marks:
        by_year.setdefault(m.year, []).append(m)
    marks, listed = [], []
    for k, (year, found) in enumerate(sorted(by_year.items())):
        sign = CIRCLED[k] if k < len(CIRCLED) else str(k + 1)
        marks.append(Upright(years.index(year), Text(sign, sign), any(m.own for m in found)))
        listed.append(
            Text(f"{sign} {year} 年 {'、'.join(m.title.zh for m in found)}", f"{sign} {year} {', '.join(m.title.en for m in found)}")
        )  # fmt: skip
    return tuple(marks), listed


def _digits(values: Any) -> Format:
    known = np.abs(values[np.isfinite(values)])
    size = float(known.max()) if len(known) else 1.0
    return Format(int(np.clip(3 - np.floor(np.log10(size)), 0, 5)) if size > 0 else 2)


def _known(x: float) -> float | None:
    return float(x) if np.isfinite(x) else None
