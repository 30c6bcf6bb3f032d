"""Space: do levels cluster, where, and does what happens next door matter."""

from typing import TYPE_CHECKING

import numpy as np

from yugong.base.text import Text
from yugong.registry import terms
from yugong.report import figures
from yugong.report.chapters import landscape
from yugong.report.chapters.context import Context, Part, column, interval_column, listed, sentence, upper
from yugong.report.chapters.sections import (
    STARS,
    TILE_NOTE,
    WORDS,
    Section,
    bounds,
    class_map,
    estimate_cells,
    estimate_columns,
    gather,
    level,
    level_title,
    missing,
    p_words,
    sources,
    stars,
    weights,
    whole_years,
)
from yugong.report.model import Block, Cell, Column, Finding, Table
from yugong.report.numbers import P_VALUE, YEAR, Format, Interval, interval, number

if TYPE_CHECKING:
    from yugong.diagnose._study_regression import SpatialEffects

ID, TITLE = "space", Text("空间", "Space")
LEAD = Text(
    "水平相近的地区是否相邻，聚在哪里，相邻地区的变化是否外溢。",
    "Whether places at similar levels adjoin, where they cluster, and whether what happens next door spills over.",
)
THREE, FOUR = Format(3), Format(4)
LEVEL = 0.05
COVARIATES = ("urbanisation", "share_secondary", "trade_openness", "network_density")
LOGGED = ("trade_openness", "network_density")
LEAST_YEARS = 5
SIZE = "grp_per_head"  # what economic weights are made of
MATRICES = {
    "contiguity": Text("邻接", "contiguity"),
    "knn:4": Text("4 近邻", "4 nearest neighbours"),
    "inverse_distance": Text("反距离", "inverse distance"),
    "inverse_distance:2": Text("反距离平方", "inverse squared distance"),
    "economic": Text("经济距离", "economic distance"),
    "nested": Text("反距离与经济距离各半", "half inverse distance, half economic distance"),
}
CLASSES = {
    "LL": Text("低—低", "low–low"),
    "LH": Text("低—高（自身低、邻居高）", "low–high (low among high)"),
    "": Text("不显著", "not significant"),
    "HL": Text("高—低（自身高、邻居低）", "high–low (high among low)"),
    "HH": Text("高—高", "high–high"),
}
SHORT = {
    "LL": Text("低低", "LL"), "LH": Text("低高", "LH"), "": Text("·", "·"),
    "HL": Text("高低", "HL"), "HH": Text("高高", "HH"),
}  # fmt: skip


def build(c: Context) -> Part:
    """Return the chapter."""
    return gather(
        c,
        ID,
        TITLE,
        LEAD,
        (
            (Text("全局空间自相关", "Global spatial autocorrelation"), _moran),
            (Text("局部聚集", "Local clusters"), _lisa),
            (Text("空间溢出", "Spatial spillovers"), _durbin),
            (Text("局部关系", "Local relations"), landscape.local_regression),
            (Text("地理探测", "Geographical detector"), landscape.detector),
            (Text("重心与标准差椭圆", "Centres and ellipses"), landscape.ellipses),
        ),
    )


def _choice(c: Context) -> tuple[str, str] | Text:
    name, w = level(c), weights(c)
    if name is None:
        return WORDS["real_grp_per_head"]
    if w is None:
        return Text("足够多的地区（至少 10 个）", "enough places (at least 10)")
    return name, w


def _moran(c: Context) -> Section | Text:
    chosen = _choice(c)
    if isinstance(chosen, Text):
        return chosen
    name, w = chosen
    found = c.study.diagnose.moran(name, w, years=whole_years(c, name), seed=c.seed)
    title = level_title(c, name)
    caption = Text(f"{title.zh}的莫兰指数", f"Moran's I of {title.en}")
    rows = tuple(
        (int(y), float(v), stars(p), float(e), float(z), float(p))
        for y, v, e, z, p in zip(found.periods, found.value, found.expected, found.z, found.p_sim, strict=True)
    )
    times = found.simulated.shape[0]
    table = Table(
        "tab-moran",
        caption,
        (
            column("year", YEAR),
            column("value", THREE, Text("莫兰指数", "Moran's I")),
            column("stars", title=Text("显著性", "Significance")),
            column("expected", THREE),
            column("z", Format(2)),
            column("p_sim", P_VALUE),
        ),
        rows,
        (
            Text(
                f"{len(c.study.places)} 个地区；权重：{MATRICES[w].zh}；p 值为 {times} 次置换的单侧值，种子 {c.seed}；z 按随机化假设。",
                f"{len(c.study.places)} places; weights: {MATRICES[w].en}; p values are one-sided from {times} permutations, seed {c.seed}; "
                "z under randomisation.",
            ),
            STARS,
        ),
        sources(c, found),
    )
    word = Text("莫兰指数", "Moran's I")
    figure = figures.lines(
        "fig-moran", caption, found.periods, {"i": found.value}, {"i": word}, THREE, table, word, zero=True
    )
    finding = _moran_finding(title, found.periods, found.value, found.p_sim)
    other, under = _matrices(c, name, found.periods[-1])
    return Section((finding, figure, other, under), (finding, other), (found.method,))


def _matrices(c: Context, name: str, year: int) -> tuple[Finding, Table]:
    chosen = [w for w in MATRICES if w != "contiguity" or "adjacency" in c.study.flows]
    chosen = [w for w in chosen if w not in ("economic", "nested") or (c.has(SIZE) and year in c.years(SIZE))]
    found = c.study.diagnose.moran_robustness(name, year, chosen, seed=c.seed)
    made = found.table().to_dict("records")
    table = Table(
        "tab-moran-weights",
        Text(f"不同权重矩阵下的莫兰指数，{year} 年", f"Moran's I under several weights matrices, {year}"),
        (
            column("w", title=Text("权重矩阵", "Weights matrix")),
            column("value", THREE, Text("莫兰指数", "Moran's I")),
            column("stars", title=Text("显著性", "Significance")),
            column("z", Format(2)),
            column("p_sim", P_VALUE),
        ),
        tuple((MATRICES[r["w"]], float(r["value"]), stars(r["p_sim"]), float(r["z"]), float(r["p_sim"])) for r in made),
        (STARS,),
        sources(c, found),
    )
    sure = [r for r in made if r["p_sim"] <= LEVEL]
    low, high = (number(float(f(r["value"] for r in made)), THREE) for f in (min, max))
    all_same = len(sure) in (0, len(made))
    text = Text(
        f"换用 {len(made)} 种权重矩阵，莫兰指数在 {low} 到 {high} 之间，{len(sure)} 种在 5% 水平上显著。",
        f"Under {len(made)} weights matrices Moran's I runs from {low} to {high}; {len(sure)} are significant at 5%.",
    )
    return Finding(text, None, "tab-moran-weights", "neutral" if all_same else "caution"), table


def _moran_finding(title: Text, years: tuple[int, ...], value: "np.ndarray", p: "np.ndarray") -> Finding:
    last, now = years[-1], f"{number(float(value[-1]), THREE)}（{p_words(float(p[-1]))}）"
    now_en = f"{number(float(value[-1]), THREE)} ({p_words(float(p[-1]))})"
    if p[-1] > LEVEL:
        text = Text(
            f"{last} 年{title.zh}的莫兰指数为 {now}，与无空间相关无法区分。",
            f"In {last} Moran's I of {title.en} is {now_en}: it cannot be told from no spatial correlation.",
        )
    else:
        near = Text("水平相近的地区彼此相邻", "places at similar levels adjoin")
        far = Text("高低地区彼此相间", "high and low places alternate")
        said = near if value[-1] > 0 else far
        text = Text(
            f"{last} 年{title.zh}的莫兰指数为 {now}：{said.zh}。",
            f"In {last} Moran's I of {title.en} is {now_en}: {said.en}.",
        )
    detail = Text(
        f"{years[0]} 年为 {number(float(value[0]), THREE)}（{p_words(float(p[0]))}）；两年之差没有检验。",
        f"It was {number(float(value[0]), THREE)} ({p_words(float(p[0]))}) in {years[0]}; the difference is not tested.",
    )
    return Finding(text, detail, "fig-moran")


def _lisa(c: Context) -> Section | Text:
    chosen = _choice(c)
    if isinstance(chosen, Text):
        return chosen
    name, w = chosen
    years = whole_years(c, name)
    if not years:
        return WORDS["real_grp_per_head"]
    year = years[-1]
    found = c.study.diagnose.lisa(name, w, year=year, seed=c.seed)
    kinds = [str(k) for k in found.significant(LEVEL)[:, 0]]
    kept = int((found.significant(LEVEL, adjusted=True)[:, 0] != "").sum())
    codes = [str(p) for p in found.labels]
    title = level_title(c, name)
    caption = Text(f"{title.zh}的局部莫兰指数，{year} 年", f"Local Moran's I of {title.en}, {year}")
    rows = tuple(
        (c.name(p), CLASSES[str(found.type[i, 0])], float(found.value[i, 0]), float(found.p_sim[i, 0]),
         stars(float(found.p_sim[i, 0])), float(found.p_fdr[i, 0]))
        for i, p in enumerate(codes)
    )  # fmt: skip
    table = Table(
        "tab-lisa",
        caption,
        (
            column("place"),
            column("type", title=Text("象限", "Quadrant")),
            column("value", THREE, Text("局部莫兰指数", "Local Moran's I")),
            column("p_sim", P_VALUE),
            column("stars", title=Text("显著性", "Significance")),
            column("p_fdr", P_VALUE),
        ),
        rows,
        (
            Text(f"条件置换 999 次，种子 {c.seed}；象限不论显著与否。", f"999 conditional permutations, seed {c.seed}; "
                 "quadrants whatever their significance."),
            STARS,
        ),
        sources(c, found),
        frozenset(i for i, p in enumerate(codes) if p == c.region),
    )  # fmt: skip
    of = dict(zip(codes, kinds, strict=True))
    note = Text("置换 p ≤ 0.05 的地区按象限着色。", "Places with a permutation p ≤ 0.05 are coloured by quadrant.")
    shown: Block = table
    if c.tiles:
        short = {p: SHORT[k] for p, k in of.items()}
        shown = class_map(c, "fig-lisa", caption, year, CLASSES, of, short, table, notes=(note, TILE_NOTE))
    see = "fig-lisa" if c.tiles else "tab-lisa"
    many = sum(k != "" for k in kinds)
    parts = [(CLASSES[k], [c.name(p) for p in codes if of[p] == k]) for k in ("HH", "LL", "HL", "LH")]
    text = Text(
        f"{year} 年 {many} 个地区处于显著的局部聚集或离群（p ≤ 0.05），按多重检验校正（FDR）后剩 {kept} 个。",
        f"In {year} {many} places lie in a local cluster or stand out (p ≤ 0.05); {kept} remain after correction for "
        "multiple testing (FDR).",
    )
    detail = Text(
        "；".join(f"{k.zh}：{listed(n).zh}" for k, n in parts if n) + "。",
        upper("; ".join(f"{k.en}: {listed(n).en}" for k, n in parts if n)) + ".",
    )
    finding = Finding(text, detail if many else None, see, "caution" if kept == 0 else "neutral")
    return Section((finding, shown), (finding,), (found.method,))


def _durbin(c: Context) -> Section | Text:
    chosen = _choice(c)
    if isinstance(chosen, Text):
        return chosen
    name, w = chosen
    extra = [v for v in COVARIATES if c.has(v)]
    if len(extra) < 2:
        return missing(c, COVARIATES) or WORDS["urbanisation"]
    years = whole_years(c, name, *extra)
    if len(years) < LEAST_YEARS:
        return Text("各解释变量齐全的连续年份", "years in which the covariates are complete")
    options = {"years": years, "logs": [name, *(v for v in LOGGED if v in extra)]}
    fit = c.study.diagnose.spatial_panel(name, extra, w, **options)
    split = c.study.diagnose.spatial_effects(name, extra, w, **options)
    tests = c.study.diagnose.spatial_tests(name, extra, w, **options)
    when = Text(f"{years[0]}—{years[-1]} 年", f"{years[0]}–{years[-1]}")
    fitted = Table(
        "tab-durbin",
        Text(f"空间杜宾面板模型，{when.zh}", f"Spatial Durbin panel model, {when.en}"),
        (column("variable"), *estimate_columns(4)),
        tuple(
            (_term(c, r["variable"]), *estimate_cells(r["estimate"], r["standard_error"], r["p_value"]))
            for r in fit.table().to_dict("records")
        ),
        (
            Text(
                f"被解释变量为{level_title(c, name).zh}的对数；个体与时间双向固定效应，Lee–Yu 校正；权重：{MATRICES[w].zh}；"
                f"n = {fit.observations}，R² = {number(fit.r_squared, THREE)}，对数似然 {number(fit.log_likelihood, Format(1))}。",
                f"Dependent variable: log of {level_title(c, name).en}; place and time fixed effects, "
                f"Lee–Yu correction; weights: {MATRICES[w].en}; "
                f"n = {fit.observations}, R² = {number(fit.r_squared, THREE)}, "
                f"log-likelihood {number(fit.log_likelihood, Format(1))}.",
            ),
            STARS,
        ),
        sources(c, fit),
    )
    effects, finding = _effects(c, split, fit["rho"], when)
    checks = Table(
        "tab-spatial-tests",
        Text("空间面板模型的选择检验", "Tests for choosing a spatial panel model"),
        (
            column("null", title=Text("原假设", "Null hypothesis")),
            column("value", Format(2), Text("统计量", "Statistic")),
            column("degrees", Format(0)),
            column("p_value", P_VALUE),
            column("stars", title=Text("显著性", "Significance")),
        ),
        tuple((t.null, float(t.statistic), int(t.degrees), float(t.p_value), stars(t.p_value)) for t in tests.tests),
        (STARS, *(sentence(t.status) for t in tests.tests if t.status.zh != "正常")),
        sources(c, tests),
    )
    caution = Finding(
        Text(
            "系数与效应是相关，不是因果：解释变量可能受产出反过来影响。",
            "Coefficients and effects are associations, not causes: output may drive the covariates in turn.",
        ),
        tone="caution",
    )
    cards = (fit.method, split.method, tests.method)
    return Section((finding, fitted, effects, checks, caution), (finding,), cards)


def _effects(c: Context, split: "SpatialEffects", rho: float, when: Text) -> tuple[Table, Finding]:
    e = split.effects
    kinds = ("direct", "indirect", "total")
    words = {
        "direct": Text("直接效应", "Direct"),
        "indirect": Text("间接效应（溢出）", "Indirect (spillover)"),
        "total": Text("总效应", "Total"),
    }
    frame = {(str(r["variable"]), str(r["effect"])): r for r in e.table().to_dict("records")}
    rows: list[tuple[Cell, ...]] = []
    spills: list[Text] = []
    for name in e.names:
        for kind in kinds:
            r = frame[name, kind]
            value, error, p = (float(r[k]) for k in ("estimate", "standard_error", "p_value"))
            rows.append(
                (_term(c, name), words[kind], *estimate_cells(value, error, p), Interval(*bounds(value, error)))
            )
            if kind == "indirect" and p <= LEVEL:
                band = interval(Interval(*bounds(value, error)), FOUR)
                term = _term(c, name)
                spills.append(
                    Text(f"{term.zh} {number(value, FOUR)} {band}", f"{term.en} {number(value, FOUR)} {band}")
                )
    shown: list[Column] = [column("variable"), column("effect"), *estimate_columns(4)]
    columns = (*shown, interval_column("estimate", FOUR))
    table = Table(
        "tab-effects",
        Text("直接、间接与总效应", "Direct, indirect and total effects"),
        columns,
        tuple(rows),
        (
            Text(
                "比例变量以百分点计，对数变量为弹性；标准误由 delta 法得到。",
                "Shares in percentage points, logarithms as elasticities; standard errors by the delta method.",
            ),
            STARS,
        ),
        sources(c, split),
    )
    lag = number(rho, THREE)
    if spills:
        text = Text(
            f"{when.zh}，{len(spills)} 个变量有显著的空间溢出（间接效应）：{listed(spills).zh}。",
            f"Over {when.en} {len(spills)} of the covariates spill over significantly (indirect effects): "
            f"{listed(spills).en}.",
        )
    else:
        text = Text(
            f"{when.zh}，各变量的间接效应都与零无法区分。", f"Over {when.en} no indirect effect can be told from zero."
        )
    return table, Finding(text, Text(f"空间滞后系数 ρ = {lag}。", f"Spatial lag coefficient ρ = {lag}."), "tab-effects")


def _term(c: Context, name: str) -> Text:
    if name in ("rho", "lambda"):
        return Text("空间滞后 ρ", "spatial lag ρ") if name == "rho" else Text("空间误差 λ", "spatial error λ")
    if name.startswith("W*"):
        inner = _term(c, name[2:])
        return Text(f"W × {inner.zh}", f"W × {inner.en}")
    if name.startswith("ln("):
        inner = _term(c, name[3:-1])
        return Text(f"{inner.zh}（对数）", f"log of {inner.en}")
    if name in WORDS:
        held = WORDS[name]
        return Text(held.zh, held.en.removeprefix("the "))
    return c.short(name) if c.has(name) else terms()[name].title
