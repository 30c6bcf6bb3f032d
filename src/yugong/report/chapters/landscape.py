"""Sections of the chapter on space: where the weight lies, what goes with the pattern, and where relations differ."""

import numpy as np

from yugong.base.text import Text
from yugong.diagnose.space.geodetector import INTERACTIONS
from yugong.report.chapters.context import Context, column, listed, sentence
from yugong.report.chapters.sections import (
    LEAST_PLACES,
    STARS,
    WORDS,
    Section,
    level,
    level_title,
    missing,
    sources,
    stars,
    whole_years,
)
from yugong.report.model import Cell, Finding, Table
from yugong.report.numbers import INTEGER, P_VALUE, YEAR, Format, number

ONE, TWO, THREE = Format(1), Format(2), Format(3)
MASSES = ("grp", "population")
FACTORS = ("urbanisation", "share_secondary", "trade_openness", "network_density")
LOCAL = ("urbanisation", "share_secondary")
CLASSES, LEVEL = 4, 0.05
COMPASS = (
    Text("北", "north"), Text("东北", "north-east"), Text("东", "east"), Text("东南", "south-east"),
    Text("南", "south"), Text("西南", "south-west"), Text("西", "west"), Text("西北", "north-west"),
)  # fmt: skip


def ellipses(c: Context) -> Section | Text:
    """Return the standard deviational ellipses of output and people, with their migration."""
    chosen = [v for v in MASSES if c.has(v)]
    if not chosen:
        return missing(c, MASSES) or WORDS["population"]
    if len(c.study.places) < LEAST_PLACES:
        return Text("足够多的地区（至少 10 个）", "enough places (at least 10)")
    made, texts, tables = [], [], []
    for name in chosen:
        years = whole_years(c, name)
        if len(years) < 2:
            continue
        track = c.study.diagnose.ellipse(name, years=years)
        ends = c.study.diagnose.ellipse(name, years=[years[0], years[-1]])
        made.append(track)
        title = c.short(name)
        tables.append(_track(c, name, title, track))
        far, way = number(float(ends.shift[1]), INTEGER), COMPASS[round(float(ends.bearing[1]) / 45) % 8]
        wider = 100 * (float(ends.area[1] / ends.area[0]) - 1)
        texts.append(
            Text(
                f"{years[0]}—{years[-1]} 年{title.zh}的重心向{way.zh}移动 {far} 公里，椭圆面积变化 {number(wider, Format(1, signed=True))}%",
                f"from {years[0]} to {years[-1]} the centre of {title.en} moved {far} km {way.en} and its ellipse changed by "
                f"{number(wider, Format(1, signed=True))}% in area",
            )
        )
    if not made:
        return Text("至少两年齐全的总量", "totals complete in two years")
    said = sentence(Text("；".join(t.zh for t in texts), "; ".join(t.en for t in texts)))
    detail = Text(
        "重心由各地区的省会位置加权而得，省内的移动看不见；没有抽样误差可言，不作检验。",
        "Centres weigh the seats of places: what moves inside a place is not seen. No sampling error, not tested.",
    )
    finding = Finding(said, detail, tables[0].id)
    return Section((finding, *tables), (finding,), (made[0].method,))


def _track(c: Context, name: str, title: Text, track: object) -> Table:
    frame = track.table()  # type: ignore[attr-defined]
    km, square = Text("公里", "km"), Text("万平方公里", "10 000 km²")
    return Table(
        f"tab-ellipse-{name}",
        Text(f"{title.zh}的标准差椭圆", f"Standard deviational ellipse of {title.en}"),
        (
            column("year", YEAR),
            column("x", TWO, Text("重心经度", "Centre, longitude"), Text("度", "degrees")),
            column("y", TWO, Text("重心纬度", "Centre, latitude"), Text("度", "degrees")),
            column("major", INTEGER, Text("长半轴", "Major semi-axis"), km),
            column("minor", INTEGER, Text("短半轴", "Minor semi-axis"), km),
            column("theta", ONE, Text("方位角", "Azimuth"), Text("度", "degrees")),
            column("area", ONE, Text("面积", "Area"), square),
            column("shift", ONE, Text("比上年移动", "Shift on the year"), km),
        ),
        tuple(
            (int(r["year"]), *(float(r[k]) for k in ("x", "y", "major", "minor", "theta")), float(r["area"]) / 1e4,
             float(r["shift"]))
            for r in frame.to_dict("records")
        ),
        (sentence(track.method.convention),),  # type: ignore[attr-defined]
        sources(c, track),
    )  # fmt: skip


def detector(c: Context) -> Section | Text:
    """Return the geographical detector of the level on what may go with it, factors cut by quantiles."""
    name = level(c)
    if name is None:
        return WORDS["real_grp_per_head"]
    factors = [v for v in FACTORS if c.has(v)]
    if len(factors) < 2 or len(c.study.places) < 2 * CLASSES:
        return missing(c, FACTORS) or Text("足够多的地区", "enough places")
    years = whole_years(c, name, *factors)
    if not years:
        return Text("各因子齐全的年份", "a year in which the factors are complete")
    year = years[-1]
    found = c.study.diagnose.geodetector(name, factors, year, classes=CLASSES)
    rows = found.table().sort_values("q", ascending=False).to_dict("records")
    word = Text("因子", "Factor")
    table = Table(
        "tab-detector",
        Text(
            f"{level_title(c, name).zh}的地理探测，{year} 年",
            f"Geographical detector of {level_title(c, name).en}, {year}",
        ),
        (
            column("factor", title=word),
            column("q", THREE),
            column("stars", title=Text("显著性", "Significance")),
            column("p_value", P_VALUE),
        ),
        tuple(
            (c.short(str(r["factor"])), float(r["q"]), stars(float(r["p_value"])), float(r["p_value"])) for r in rows
        ),
        (
            Text(
                f"因子按分位数分 {CLASSES} 类；q 为因子分区解释的方差份额；{len(c.study.places)} 个地区。",
                f"Factors cut into {CLASSES} classes by quantiles; q is the share of variance between classes; "
                f"{len(c.study.places)} places.",
            ),
            STARS,
        ),
        sources(c, found),
    )
    pairs = found.pairs().sort_values("q", ascending=False).to_dict("records")
    both = Table(
        "tab-detector-pairs",
        Text(f"因子的交互作用，{year} 年", f"Interaction of factors, {year}"),
        (
            column("factor", title=word),
            column("other_factor", title=Text("另一因子", "Other factor")),
            column("q", THREE),
            column("interaction", title=Text("类型", "Type")),
        ),
        tuple(
            (c.short(str(r["factor"])), c.short(str(r["other_factor"])), float(r["q"]),
             INTERACTIONS[str(r["interaction"])])
            for r in pairs
        ),
        (
            Text(
                f"类型比较两因子叠加的 q 与单因子的 q；叠加后至多 {CLASSES**2} 格，{len(c.study.places)} 个地区平均每格不足 "
                f"{-(-len(c.study.places) // CLASSES**2)} 个，q 因此偏高，只宜比较次序。",
                f"The type compares q of both together with q of each; up to {CLASSES**2} cells for {len(c.study.places)} places "
                "push q up: compare the order only.",
            ),
        ),
        sources(c, found),
    )  # fmt: skip
    top = rows[0]
    sure = [r for r in rows if float(r["p_value"]) <= LEVEL]
    share = number(100 * float(top["q"]), ONE)
    first = c.short(str(top["factor"]))
    finding = Finding(
        Text(
            f"{year} 年，{first.zh}的分区解释{level_title(c, name).zh}地区差异的 {share}%，为各因子最大；"
            f"{len(rows)} 个因子中 {len(sure)} 个在 5% 水平上显著。",
            f"In {year} classes of {first.en} account for {share}% of the variance of {level_title(c, name).en} between places, "
            f"the most of the factors; {len(sure)} of {len(rows)} are significant at 5%.",
        ),
        Text("这是相关，不是因果。", "This is association, not causation."),
        "tab-detector",
    )
    return Section((finding, table, both), (finding,), (found.method,))


def local_regression(c: Context) -> Section | Text:
    """Return a summary of local coefficients of the level on a few covariates."""
    name = level(c)
    if name is None:
        return WORDS["real_grp_per_head"]
    if lack := missing(c, LOCAL):
        return lack
    years = whole_years(c, name, *LOCAL)
    if not years or len(c.study.places) < 2 * LEAST_PLACES:
        return Text("至少 20 个数据齐全的地区", "at least 20 places with complete figures")
    year = years[-1]
    found = c.study.diagnose.gwr(name, list(LOCAL), year, logs=[name])
    n = len(found.labels)
    rows: list[tuple[Cell, ...]] = []
    turned: list[Text] = []
    for j, term in enumerate(found.names):
        if term == "intercept":
            continue
        b, p = found.coefficients[:, j], found.p_adjusted[:, j]
        if b.min() < 0 < b.max():
            turned.append(c.short(term))
        rows.append(
            (c.short(term), *(float(q) for q in np.quantile(b, [0, 0.25, 0.5, 0.75, 1])), int((p <= LEVEL).sum()))
        )
    table = Table(
        "tab-gwr",
        Text(f"地理加权回归的局部系数，{year} 年", f"Local coefficients of the GWR, {year}"),
        (
            column("variable"),
            column("low", THREE, Text("最小", "Least")),
            column("lower", THREE, Text("下四分位", "Lower quartile")),
            column("median", THREE, Text("中位数", "Median")),
            column("upper", THREE, Text("上四分位", "Upper quartile")),
            column("high", THREE, Text("最大", "Greatest")),
            column("places", INTEGER, Text("显著的地区数", "Places significant")),
        ),
        tuple(rows),
        (
            Text(
                f"被解释变量为{level_title(c, name).zh}的对数；自适应带宽 {found.bandwidth:g} 个近邻（AICc）；n = {n}，"
                f"R² = {number(found.r_squared, THREE)}；显著按有效检验数校正，5% 水平。",
                f"Dependent variable: log of {level_title(c, name).en}; adaptive bandwidth of {found.bandwidth:g} points (AICc); "
                f"n = {n}, R² = {number(found.r_squared, THREE)}; significance at 5% adjusted for the effective tests.",
            ),
        ),
        sources(c, found),
    )
    if found.bandwidth >= n:
        text = Text(
            f"{year} 年最优带宽取到全部 {n} 个地区：关系在各地大体相同，局部回归与整体回归接近。",
            f"In {year} the best bandwidth takes in all {n} places: relations are much the same everywhere.",
        )
    elif turned:
        text = Text(
            f"{year} 年{listed(turned).zh}的局部系数在不同地区符号不同：一个全国系数会掩盖差别。",
            f"In {year} the local coefficients of {listed(turned).en} differ in sign between places: one coefficient for all "
            "would hide it.",
        )
    else:
        text = Text(
            f"{year} 年各解释变量的局部系数在各地符号一致，大小有别。",
            f"In {year} the local coefficients have one sign everywhere and differ in size.",
        )
    caution = Text(
        f"只有 {n} 个地区，局部估计不稳，宜作线索。", f"With {n} places local estimates are unsteady: a lead, no more."
    )
    finding = Finding(text, caution, "tab-gwr", "caution")
    return Section((finding, table), (finding,), (found.method,))
