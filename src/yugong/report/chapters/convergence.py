"""Convergence: do regions grow closer (σ), and do those that start lower grow faster (β)."""

import numpy as np

from yugong.base.text import Text
from yugong.diagnose import _study_disparity as level2
from yugong.diagnose.convergence import BetaConvergence, SigmaConvergence
from yugong.diagnose.disparity import Omitted
from yugong.registry import terms
from yugong.report import figures
from yugong.report.chapters.context import Context, Part, absent, column, interval_column, listed, sentence
from yugong.report.model import Block, Cell, Chapter, Figure, Finding, KeyFigure, Table
from yugong.report.numbers import INTEGER, NONE, YEAR, Format, Interval, interval, number

ID, TITLE = "convergence", Text("收敛", "Convergence")
LEAD = Text(
    "σ 收敛看地区间离散程度是否下降，β 收敛看起点低的地区是否增长更快；区间为 95%。",
    "σ-convergence asks whether dispersion falls, β-convergence whether places that start lower grow faster; 95% intervals.",
)
LEVEL = "real_grp_per_head"
RECENT = 5  # years that may be given up to keep every place
COVARIATES = ("urbanisation", "share_secondary")
THREE, FOUR, ONE = Format(3), Format(4), Format(1)
PER_CENT = Text("%", "%")


def build(c: Context) -> Part:
    """Return the chapter."""
    if not c.has(LEVEL) or len(c.years(LEVEL)) < 3:
        return absent(ID, TITLE, Text("不变价人均地区生产总值", "real GRP per head"))
    years, short = _years(c)
    last = years[-1]
    first = base if (base := c.study.base_year) in years[:-1] else years[0]
    sigma = level2.sigma(c.study, LEVEL, years=years)
    fits = _fits(c, years, first)
    main = fits[0][1]
    found = [_sigma_finding(c, sigma, short), _beta_finding(c, main, first, last, short)]
    other = (*_conditional_finding(fits), *_panel_finding(fits))
    blocks: list[Block] = [
        found[0],
        _sigma_figure(c, sigma, short),
        found[1],
        *other,
        _dots(c, fits, short),
        _cloud(c, main, first, last),
    ]
    keys = (_key(main, first, last),)
    cards = (sigma.method, main.method, *(f.method for _, f in fits[-1:] if f.method.id != main.method.id))
    return Part(Chapter(ID, TITLE, tuple(blocks), LEAD), (*found, *other), keys, cards)


def _years(c: Context) -> tuple[list[int], Text]:
    """Return the years up to the last one with every place, and which later years lack which places.

    Where that would give up more than RECENT years or leave too few, all years stay and the places left out are named.
    """
    wide = c.panel(LEVEL).dropna(how="all")
    years = list(c.years(LEVEL))
    kept = years[: 1 + max((k for k, y in enumerate(years) if wide[y].notna().all()), default=len(years) - 1)]
    if kept == years or len(kept) < 3 or kept[-1] < years[-1] - RECENT:
        return years, NONE
    late = wide[years[len(kept) :]]
    names = listed(c.name(str(p)) for p in wide.index[late.isna().any(axis=1)])
    return kept, Text(
        f"止于各地区齐全的最后一年 {kept[-1]} 年：{late.columns[0]}—{late.columns[-1]} 年缺{names.zh}的不变价数。",
        f"Ends in {kept[-1]}, the last year with every place: for {late.columns[0]}–{late.columns[-1]} there are no real "
        f"figures of {names.en}.",
    )


def _left_out(c: Context, omitted: tuple[Omitted, ...]) -> Text:
    """Name the places left out, nothing when there are none."""
    names = listed(c.name(p) for p in dict.fromkeys(str(o.place) for o in omitted))
    return Text(f"缺数未计入：{names.zh}。", f"Left out, with gaps: {names.en}.") if names.zh else NONE


def _lacking(c: Context, omitted: tuple[Omitted, ...], short: Text) -> Text:
    named = _left_out(c, omitted)
    return Text(named.zh + short.zh, f"{named.en} {short.en}".strip())


def _with(detail: Text | None, more: Text) -> Text | None:
    if not more.zh:
        return detail
    return more if detail is None else Text(sentence(detail).zh + more.zh, f"{sentence(detail).en} {more.en}")


def _fits(c: Context, years: list[int], first: int) -> list[tuple[Text, BetaConvergence]]:
    start, last, latest = years[0], years[-1], c.years(LEVEL)[-1]

    def span(a: int, b: int, how: Text) -> Text:
        return Text(f"{a}—{b}，{how.zh}", f"{a}–{b}, {how.en}")

    plain = Text("无条件", "unconditional")
    fits = [(span(first, last, plain), level2.beta(c.study, LEVEL, first, last))]
    if start < first:
        fits.append((span(start, last, plain), level2.beta(c.study, LEVEL, start, last)))
        fits.append((span(start, first, plain), level2.beta(c.study, LEVEL, start, first)))
    if latest > last:
        later = level2.beta(c.study, LEVEL, first, latest)
        lost = listed(c.name(p) for p in dict.fromkeys(str(o.place) for o in later.omitted))
        how = Text(f"{plain.zh}，缺{lost.zh}", f"{plain.en}, without {lost.en}")
        fits.append((span(first, latest, how), later))
    extra = [v for v in COVARIATES if c.has(v) and first in c.years(v)]
    if extra:
        names = listed(c.short(v) for v in extra)
        how = Text(f"条件（{names.zh}）", f"conditional on {names.en}")
        fits.append((span(first, last, how), level2.beta(c.study, LEVEL, first, last, extra)))
    window = [y for y in years if first <= y]
    if len(window) > 2 and window == list(range(window[0], window[-1] + 1)):
        how = Text("面板双向固定效应", "panel, two-way fixed effects")
        fits.append((span(first, last, how), level2.panel_beta(c.study, LEVEL, window)))
    return fits


def _sigma_finding(c: Context, sigma: SigmaConvergence, short: Text) -> Finding:
    a, b = sigma.years[0], sigma.years[-1]
    then, now = number(float(sigma.values[0]), THREE), number(float(sigma.values[-1]), THREE)
    slope = number(sigma.trend, Format(4, signed=True))
    p = "p < 0.001" if sigma.trend_p < 0.001 else f"p = {number(sigma.trend_p, THREE)}"
    word = {
        "converging": (Text("下降", "fell"), "closer"),
        "diverging": (Text("上升", "rose"), "wider"),
        "no_trend": (Text("没有可分辨的趋势", "showed no clear trend"), "neutral"),
    }[sigma.status]
    return Finding(
        Text(
            f"σ 收敛：{a}—{b} 年不变价人均地区生产总值的对数标准差{word[0].zh}，由 {then} 到 {now}。",
            f"σ-convergence: from {a} to {b} the standard deviation of log real GRP per head {word[0].en}, {then} to {now}.",
        ),
        _with(
            Text(
                f"{_count(c, sigma)} 个地区，线性趋势每年 {slope}（{p}，Newey–West）。",
                f"{_count(c, sigma)} places; linear trend {slope} a year ({p}, Newey–West).",
            ),
            _lacking(c, sigma.omitted, short),
        ),
        "fig-sigma",
        word[1],  # type: ignore[arg-type]
    )


def _beta_finding(c: Context, fit: BetaConvergence, first: int, last: int, short: Text) -> Finding:
    low, high = _bounds(fit)
    b, band = number(fit.b, FOUR), interval(Interval(low, high), FOUR)
    lost = _lacking(c, fit.omitted, short)
    where = Text(f"{first}—{last} 年（{fit.n} 个地区）", f"from {first} to {last} ({fit.n} places)")
    if high < 0:
        speed, half = _speed(fit), _half_life(fit)
        return Finding(
            Text(
                f"β 收敛：{where.zh}起点低的地区增长更快，每年缩小与稳态差距的 {speed.zh}，半衰期 {half.zh} 年。",
                f"β-convergence: {where.en} places that started lower grew faster, closing {speed.en} of the gap a year; "
                f"half-life {half.en} years.",
            ),
            _with(Text(f"系数 b = {b}，95% 区间 {band}。", f"Coefficient b = {b}, 95% interval {band}."), lost),
            "fig-beta",
            "closer",
        )
    text = Text(
        f"β 收敛：{where.zh}没有证据表明起点低的地区增长更快，b = {b}，95% 区间 {band}。",
        f"β-convergence: {where.en} there is no evidence that places that started lower grew faster: b = {b}, "
        f"95% interval {band}.",
    )
    return Finding(text, _with(fit.status_text, lost), "fig-beta", "wider" if low > 0 else "neutral")


def _conditional_finding(fits: list[tuple[Text, BetaConvergence]]) -> tuple[Finding, ...]:
    plain = fits[0][1]
    for _, fit in fits:
        names = [t for t in fit.terms if t not in {"constant", "log_initial"}]
        if not names or fit.method.id == "panel_beta":
            continue
        (_, a), (low, high) = _bounds(plain), _bounds(fit)
        if (a < 0) != (high < 0):
            band = interval(Interval(low, high), FOUR)
            return (
                Finding(
                    Text(
                        f"结论取决于控制变量：加入期初结构后 b = {number(fit.b, FOUR)} {band}，与无条件结果不同。",
                        f"The answer depends on the controls: with initial structure held constant b = {number(fit.b, FOUR)} "
                        f"{band}, unlike the unconditional result.",
                    ),
                    None,
                    "fig-beta",
                    "caution",
                ),
            )
    return ()


def _panel_finding(fits: list[tuple[Text, BetaConvergence]]) -> tuple[Finding, ...]:
    """A caution where the panel estimate points the other way than the cross-section: towards divergence."""
    for _, fit in fits:
        if fit.method.id == "panel_beta" and fit.b > 0 > fits[0][1].b:
            low, high = _bounds(fit)
            b, band = number(fit.b, Format(4, signed=True)), interval(Interval(low, high), FOUR)
            zero = Text("，含零", ", which includes zero") if low <= 0 else NONE
            return (
                Finding(
                    Text(
                        f"面板双向固定效应的系数为正，方向是发散，与截面结果相反：b = {b}，95% 区间 {band}{zero.zh}。",
                        f"The panel with two-way fixed effects points to divergence, against the cross-section: b = {b}, "
                        f"95% interval {band}{zero.en}.",
                    ),
                    Text(
                        "年份少时该估计偏向收敛，仍为正值，收敛的结论因此存疑。",
                        "With few years this estimate leans towards convergence and is positive all the same: "
                        "take the finding of convergence with doubt.",
                    ),
                    "fig-beta",
                    "caution",
                ),
            )
    return ()


def _count(c: Context, sigma: SigmaConvergence) -> int:
    return len(c.panel(LEVEL)[list(sigma.years)].dropna())


def _sigma_figure(c: Context, sigma: SigmaConvergence, short: Text) -> Figure:
    caption = Text("不变价人均地区生产总值的对数标准差", "Standard deviation of log real GRP per head")
    rows = tuple((int(str(y)), float(v)) for y, v in zip(sigma.years, sigma.values, strict=True))
    note = _with(
        Text(f"各年为同一组 {_count(c, sigma)} 个地区。", f"The same {_count(c, sigma)} places in all years."),
        _left_out(c, sigma.omitted),
    )
    notes = tuple(n for n in (note, short) if n and n.zh)
    table = Table("tab-sigma", caption, (column("year", YEAR), column("log_sd", THREE)), rows, notes, c.sources(LEVEL))
    word = terms()["log_sd"].title
    return figures.lines("fig-sigma", caption, sigma.years, {"s": sigma.values}, {"s": word}, THREE, table, word)


def _dots(c: Context, fits: list[tuple[Text, BetaConvergence]], short: Text) -> Figure:
    caption = Text("β 收敛系数与速度", "β-convergence coefficients and speeds")
    rows: list[tuple[Cell, ...]] = []
    for name, fit in fits:
        low, high = _bounds(fit)
        v = fit.speed
        half = Interval(np.log(2) / v.high, np.log(2) / v.low) if v.low > 0 else None
        rows.append(
            (name, fit.b, Interval(low, high), 100 * v.value, Interval(100 * v.low, 100 * v.high),
             v.half_life, half, fit.r2, int(fit.n))
        )  # fmt: skip
    speed = terms()["speed"].title
    said = _lacking(c, fits[0][1].omitted, short)
    lost = (said,) if said.zh else ()
    table = Table(
        "tab-beta",
        caption,
        (
            column("model", title=Text("模型", "Model")),
            column("b", FOUR, Text("系数 b", "Coefficient b")),
            interval_column("b", FOUR),
            column("speed", ONE, speed, Text("%/年", "% a year")),
            interval_column("speed", ONE),
            column("half_life", INTEGER),
            interval_column("half_life", INTEGER),
            column("r2", THREE, Text("R²", "R²")),
            column("n", INTEGER, Text("样本数", "n")),
        ),
        tuple(rows),
        (
            Text(
                "b 为年均对数增长对期初对数水平的回归系数；速度 λ = −ln(1 + bT)/T；b 不为负时没有半衰期。",
                "b: regression of annual log growth on the initial log level; speed λ = −ln(1 + bT)/T; "
                "no half-life unless b is negative.",
            ),
            Text(
                "面板固定效应在年份少时高估收敛速度（Nickell 偏差），不与截面结果直接比较。",
                "With few years panel fixed effects overstate the speed (Nickell bias); do not compare with the cross-sections.",
            ),
            *lost,
        ),
        c.sources(LEVEL, *(v for v in COVARIATES if c.has(v))),
    )
    frame = [(name, fit.b, Interval(*_bounds(fit)), None, False) for name, fit in fits]
    return figures.ranking(
        "fig-beta", caption, {Text("系数 b", "Coefficient b"): frame}, FOUR, table, Text("系数 b", "Coefficient b"),
        style="dot", reference=0.0, ascending=True,
    )  # fmt: skip


def _cloud(c: Context, fit: BetaConvergence, first: int, last: int) -> Figure:
    wide = c.panel(LEVEL)[[first, last]].dropna()
    start = np.log(wide[first].to_numpy(float))
    growth = 100 * (np.log(wide[last].to_numpy(float)) - start) / (last - first)
    groups = c.group_names()
    order = list(groups)
    x = Text(f"{first} 年不变价人均地区生产总值的对数", f"Log real GRP per head in {first}")
    y = Text("年均增长（%）", "Growth a year (%)")
    codes = [str(p) for p in wide.index]
    points = [
        (c.name(p), float(a), float(b), order.index(c.group_of[p]) if p in c.group_of else None, p == c.region)
        for p, a, b in zip(codes, start, growth, strict=True)
    ]
    caption = Text("起点低的地区是否增长更快", "Do places that start lower grow faster")
    table = Table(
        "tab-cloud",
        caption,
        (column("place"), column("group"), column("x", THREE, x), column("y", Format(2), y)),
        tuple(
            (n, groups[c.group_of[p]] if p in c.group_of else None, a, b)
            for p, (n, a, b, *_) in zip(codes, points, strict=True)
        ),
        sources=c.sources(LEVEL),
    )
    line = 100 * float(fit.coef[fit.terms.index("constant")]), 100 * fit.b
    return figures.scatter("fig-cloud", caption, points, x, y, THREE, Format(2), table, tuple(groups.values()), line)


def _key(fit: BetaConvergence, first: int, last: int) -> KeyFigure:
    v = fit.speed
    return KeyFigure(
        Text(f"{first}—{last} 年收敛速度", f"Speed of convergence, {first}–{last}"),
        100 * v.value,
        ONE,
        Text("%/年", "% a year"),
        Interval(100 * v.low, 100 * v.high),
        Text(f"半衰期 {number(v.half_life, INTEGER)} 年。", f"Half-life {number(v.half_life, INTEGER)} years.")
        if v.half_life == v.half_life
        else NONE,
        "fig-beta",
    )


def _bounds(fit: BetaConvergence) -> tuple[float, float]:
    at = fit.terms.index("log_initial")
    return float(fit.low[at]), float(fit.high[at])


def _speed(fit: BetaConvergence) -> Text:
    v = fit.speed
    text = f"{number(100 * v.value, ONE)}% {interval(Interval(100 * v.low, 100 * v.high), ONE)}"
    return Text(text, text)


def _half_life(fit: BetaConvergence) -> Text:
    v = fit.speed
    text = f"{number(v.half_life, INTEGER)} {interval(Interval(np.log(2) / v.high, np.log(2) / v.low), INTEGER)}"
    return Text(text, text)
