"""Convergence: do regions grow closer (σ), and do those that start lower grow faster (β)."""

import numpy as np

from yugong.base.text import Text
from yugong.diagnose import _study_disparity as level2
from yugong.diagnose.convergence import BetaConvergence, SigmaConvergence
from yugong.registry import terms
from yugong.report import figures
from yugong.report.chapters.context import Context, Part, absent, column, interval_column, listed
from yugong.report.model import Block, Cell, Chapter, Figure, Finding, KeyFigure, Table
from yugong.report.numbers import INTEGER, NONE, YEAR, Format, Interval, interval, number

ID, TITLE = "convergence", Text("收敛", "Convergence")
LEAD = Text(
    "σ 收敛看地区间离散程度是否下降，β 收敛看起点低的地区是否增长更快；区间为 95%。",
    "σ-convergence asks whether dispersion falls, β-convergence whether places that start lower grow faster; 95 % intervals.",
)
LEVEL = "real_grp_per_head"
COVARIATES = ("urbanisation", "share_secondary")
THREE, FOUR, ONE = Format(3), Format(4), Format(1)
PER_CENT = Text("%", "%")


def build(c: Context) -> Part:
    """Return the chapter."""
    if not c.has(LEVEL) or len(c.years(LEVEL)) < 3:
        return absent(ID, TITLE, Text("不变价人均地区生产总值", "real GRP per head"))
    years = c.years(LEVEL)
    first, last = c.span(LEVEL)
    sigma = level2.sigma(c.study, LEVEL, years=years)
    fits = _fits(c, years[0], first, last)
    main = fits[0][1]
    found = [_sigma_finding(sigma), _beta_finding(main, first, last)]
    other = _conditional_finding(fits)
    blocks: list[Block] = [
        found[0],
        _sigma_figure(c, sigma),
        found[1],
        *other,
        _dots(c, fits),
        _cloud(c, main, first, last),
    ]
    keys = (_key(main, first, last),)
    cards = (sigma.method, main.method, *(f.method for _, f in fits[-1:] if f.method.id != main.method.id))
    return Part(Chapter(ID, TITLE, tuple(blocks), LEAD), (*found, *other), keys, cards)


def _fits(c: Context, start: int, first: int, last: int) -> list[tuple[Text, BetaConvergence]]:
    def span(a: int, b: int, how: Text) -> Text:
        return Text(f"{a}—{b}，{how.zh}", f"{a}–{b}, {how.en}")

    plain = Text("无条件", "unconditional")
    fits = [(span(first, last, plain), level2.beta(c.study, LEVEL, first, last))]
    if start < first:
        fits.append((span(start, last, plain), level2.beta(c.study, LEVEL, start, last)))
        fits.append((span(start, first, plain), level2.beta(c.study, LEVEL, start, first)))
    extra = [v for v in COVARIATES if c.has(v) and first in c.years(v)]
    if extra:
        names = listed(c.short(v) for v in extra)
        how = Text(f"条件（{names.zh}）", f"conditional on {names.en}")
        fits.append((span(first, last, how), level2.beta(c.study, LEVEL, first, last, extra)))
    window = [y for y in c.years(LEVEL) if first <= y <= last]
    if len(window) > 2 and window == list(range(window[0], window[-1] + 1)):
        how = Text("面板双向固定效应", "panel, two-way fixed effects")
        fits.append((span(first, last, how), level2.panel_beta(c.study, LEVEL, window)))
    return fits


def _sigma_finding(sigma: SigmaConvergence) -> Finding:
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
        Text(f"线性趋势每年 {slope}（{p}，Newey–West）。", f"Linear trend {slope} a year ({p}, Newey–West)."),
        "fig-sigma",
        word[1],  # type: ignore[arg-type]
    )


def _beta_finding(fit: BetaConvergence, first: int, last: int) -> Finding:
    low, high = _bounds(fit)
    b, band = number(fit.b, FOUR), interval(Interval(low, high), FOUR)
    where = Text(f"{first}—{last} 年（{fit.n} 个地区）", f"from {first} to {last} ({fit.n} places)")
    if high < 0:
        speed, half = _speed(fit), _half_life(fit)
        return Finding(
            Text(
                f"β 收敛：{where.zh}起点低的地区增长更快，每年缩小与稳态差距的 {speed.zh}，半衰期 {half.zh} 年。",
                f"β-convergence: {where.en} places that started lower grew faster, closing {speed.en} of the gap a year; "
                f"half-life {half.en} years.",
            ),
            Text(f"系数 b = {b}，95% 区间 {band}。", f"Coefficient b = {b}, 95 % interval {band}."),
            "fig-beta",
            "closer",
        )
    text = Text(
        f"β 收敛：{where.zh}没有证据表明起点低的地区增长更快，b = {b}，95% 区间 {band}。",
        f"β-convergence: {where.en} there is no evidence that places that started lower grew faster: b = {b}, "
        f"95 % interval {band}.",
    )
    return Finding(text, fit.status_text, "fig-beta", "wider" if low > 0 else "neutral")


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


def _sigma_figure(c: Context, sigma: SigmaConvergence) -> Figure:
    caption = Text("不变价人均地区生产总值的对数标准差", "Standard deviation of log real GRP per head")
    rows = tuple((int(str(y)), float(v)) for y, v in zip(sigma.years, sigma.values, strict=True))
    note = Text(
        f"各年为同一组地区；剔除 {len({o.place for o in sigma.omitted})} 个数据不全的地区。",
        f"The same places in all years; {len({o.place for o in sigma.omitted})} with gaps left out.",
    )
    table = Table(
        "tab-sigma", caption, (column("year", YEAR), column("log_sd", THREE)), rows, (note,), c.sources(LEVEL)
    )
    word = terms()["log_sd"].title
    return figures.lines("fig-sigma", caption, sigma.years, {"s": sigma.values}, {"s": word}, THREE, table, word)


def _dots(c: Context, fits: list[tuple[Text, BetaConvergence]]) -> Figure:
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
    table = Table(
        "tab-beta",
        caption,
        (
            column("model", title=Text("模型", "Model")),
            column("b", FOUR, Text("系数 b", "Coefficient b")),
            interval_column("b", FOUR),
            column("speed", ONE, speed, Text("%/年", "% a year")),
            interval_column("speed", ONE),
            column("half_life", ONE),
            interval_column("half_life", ONE),
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
        Text(f"半衰期 {number(v.half_life, ONE)} 年。", f"Half-life {number(v.half_life, ONE)} years.")
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
