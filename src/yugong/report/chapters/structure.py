"""Structure: who specialises in what, how far structures differ, and which are alike."""

from typing import TYPE_CHECKING

import numpy as np

from yugong.base.text import Text
from yugong.report import figures
from yugong.report.chapters import linked
from yugong.report.chapters.context import Context, Part, column, listed
from yugong.report.chapters.sections import Section, gather, missing, sources
from yugong.report.model import Finding, Table
from yugong.report.numbers import Format, number

if TYPE_CHECKING:
    from yugong.diagnose.space.industry import Structure

ID, TITLE = "structure", Text("产业结构", "Industrial structure")
LEAD = Text(
    "各地区在哪些行业上集中，与全国结构相差多远，哪些地区的结构彼此雷同。",
    "In which industries places specialise, how far they are from the whole, and whose structures are alike.",
)
TABLE = "employment_by_industry"
TOP, PAIRS, NAMED = 15, 15, 3
TWO, THREE, ONE = Format(2), Format(3), Format(1)
URBAN = Text(
    "城镇单位就业人员，不含私营和个体；全国为各地区合计。",
    "Employed persons in urban units, without private firms and the self-employed; the whole is the sum of places.",
)
DESCRIPTIVE = Text(
    "描述性指标，没有抽样误差可言，不作检验。", "A descriptive measure without sampling error; not tested."
)


def build(c: Context) -> Part:
    """Return the chapter."""
    return gather(
        c,
        ID,
        TITLE,
        LEAD,
        (
            (Text("专业化程度", "Specialisation"), _krugman),
            (Text("优势行业", "Leading industries"), _quotients),
            (Text("结构相似程度", "Similarity of structures"), _similarity),
            (Text("就业变动的来源", "Where change in employment comes from"), linked.shift_share),
        ),
    )


def _years(c: Context) -> tuple[int, int] | Text:
    lack = missing(c, tables=(TABLE,))
    if lack:
        return lack
    years = sorted({int(y) for y in c.study.tables[TABLE].frame["year"]})
    years = [y for y in years if c.year is None or y <= c.year]
    if not years:
        return Text("这些年份的分行业就业", "employment by industry of these years")
    base = c.study.base_year
    return (base if base in years[:-1] else years[0]), years[-1]


def _industry(c: Context, sector: object) -> Text:
    return c.study.tables[TABLE].labels.get(("industry", str(sector)), Text(str(sector), str(sector)))


def _krugman(c: Context) -> Section | Text:
    span = _years(c)
    if isinstance(span, Text):
        return span
    first, last = span
    found = {y: c.study.diagnose.krugman(y) for y in sorted({first, last})}
    by = {y: dict(zip(map(str, r.labels[0]), map(float, r.values), strict=True)) for y, r in found.items()}
    codes = [p for p in map(str, c.study.places) if any(p in v for v in by.values())]
    caption = Text("克鲁格曼专业化指数", "Krugman's index of specialisation")
    table = Table(
        "tab-krugman",
        caption,
        (column("place"), *(column(f"value_{y}", THREE, Text(f"{y} 年", str(y))) for y in by)),
        tuple((c.name(p), *(v.get(p) for v in by.values())) for p in codes),
        (
            Text("各行业份额与全国之差的绝对值之和，0 为与全国相同，最大 2。",
                 "Sum of absolute differences of industry shares from the whole: 0 is the same structure, 2 the most."),
            URBAN,
        ),
        sources(c, found[last]),
        frozenset(i for i, p in enumerate(codes) if p == c.region),
    )  # fmt: skip
    names = c.group_names()
    order = list(names)
    frames = {
        y: [
            (c.name(p), v, None, order.index(c.group_of[p]) if p in c.group_of else None, p == c.region)
            for p, v in values.items()
        ]
        for y, values in by.items()
    }
    figure = figures.ranking("fig-krugman", caption, frames, THREE, table, caption, groups=tuple(names.values()))
    now, then = by[last], by[first]
    both = [p for p in now if p in then]
    more = sum(now[p] > then[p] for p in both)
    top = sorted(now, key=lambda p: -now[p])[:NAMED]
    said = listed(Text(f"{c.name(p).zh} {number(now[p], TWO)}", f"{c.name(p).en} {number(now[p], TWO)}") for p in top)
    a, b = (number(float(np.median([v[p] for p in both])), THREE) for v in (then, now))
    finding = Finding(
        Text(
            f"{last} 年产业结构与全国相差最大的是{said.zh}；{first} 年以来 {len(both)} 个地区中 {more} 个的专业化程度上升。",
            f"In {last} the structures furthest from the whole are those of {said.en}; since {first} specialisation rose in "
            f"{more} of {len(both)} places.",
        ),
        Text(f"中位数由 {a} 变为 {b}。{DESCRIPTIVE.zh}", f"The median went from {a} to {b}. {DESCRIPTIVE.en}"),
        "fig-krugman",
    )
    return Section((finding, figure), (finding,), (found[last].method,))


def _quotients(c: Context) -> Section | Text:
    span = _years(c)
    if isinstance(span, Text):
        return span
    year = span[1]
    found = c.study.diagnose.location_quotient(year)
    frame = found.table().sort_values("value", ascending=False, kind="stable")
    rows = [(str(r["place"]), _industry(c, r["sector"]), float(r["value"])) for r in frame.head(TOP).to_dict("records")]
    caption = Text(f"区位商最高的 {TOP} 项，{year} 年", f"The {TOP} highest location quotients, {year}")
    table = Table(
        "tab-quotients",
        caption,
        (column("place"), column("sector"), column("value", TWO, Text("区位商", "Location quotient"))),
        tuple((c.name(p), s, v) for p, s, v in rows),
        (Text("1 为与全国份额相同。", "1 is the share of the whole."), URBAN),
        sources(c, found),
        frozenset(i for i, (p, *_) in enumerate(rows) if p == c.region),
    )
    bars = [
        (Text(f"{c.name(p).zh}：{s.zh}", f"{c.name(p).en}: {s.en}"), v, None, None, p == c.region) for p, s, v in rows
    ]
    word = Text("区位商", "Location quotient")
    figure = figures.ranking("fig-quotients", caption, {str(year): bars}, TWO, table, word, reference=1.0)
    said = listed(
        Text(f"{c.name(p).zh}的{s.zh}（{number(v, TWO)}）", f"{s.en} in {c.name(p).en} ({number(v, TWO)})")
        for p, s, v in rows[:NAMED]
    )
    finding = Finding(
        Text(f"{year} 年最突出的专业化是{said.zh}。", f"The most marked specialisations in {year} are {said.en}."),
        DESCRIPTIVE,
        "fig-quotients",
    )
    return Section((finding, figure), (finding,), (found.method,))


def _similarity(c: Context) -> Section | Text:
    span = _years(c)
    if isinstance(span, Text):
        return span
    first, last = span
    found = {y: c.study.diagnose.dissimilarity(y) for y in sorted({first, last})}
    pairs = {y: _pairs(r) for y, r in found.items()}
    now, then = pairs[last], pairs[first]
    both = [k for k in now if k in then]
    ranked = sorted(now, key=lambda k: -now[k])
    chosen = [*ranked[:PAIRS], *ranked[-PAIRS // 3 :]]
    table = Table(
        "tab-similarity",
        Text(f"产业结构最相似与最不相似的地区对，{last} 年", f"Pairs with the most and the least alike structures, {last}"),
        (
            column("place"),
            column("other_place"),
            column("similarity", THREE, Text(f"余弦相似系数，{last} 年", f"Cosine similarity, {last}")),
            column("then", THREE, Text(f"{first} 年", str(first))),
        ),
        tuple((c.name(a), c.name(b), now[a, b], then.get((a, b))) for a, b in chosen),
        (
            Text("1 为结构相同。行业只分门类，门类相同不等于产品重复。",
                 "1 is the same structure. Industries are broad: alike by industry is not alike by product."),
            URBAN,
        ),
        sources(c, found[last]),
    )  # fmt: skip
    a, b = (number(float(np.mean([v[k] for k in both])), THREE) for v in (then, now))
    (p, q), value = ranked[0], number(now[ranked[0]], THREE)
    p_name, q_name = c.name(p), c.name(q)
    moved = (
        Text("结构趋同", "structures have grown more alike")
        if b > a
        else Text("结构趋异", "structures have grown apart")
    )
    if a == b:
        moved = Text("结构相似程度不变", "similarity is unchanged")
    finding = Finding(
        Text(
            f"{first}—{last} 年地区间产业结构的平均相似系数由 {a} 变为 {b}：{moved.zh}。",
            f"From {first} to {last} the mean similarity of structures between places went from {a} to {b}: {moved.en}.",
        ),
        Text(f"{last} 年最相似的是{p_name.zh}与{q_name.zh}（{value}）。{DESCRIPTIVE.zh}",
             f"In {last} {p_name.en} and {q_name.en} are most alike ({value}). {DESCRIPTIVE.en}"),
        "tab-similarity",
    )  # fmt: skip
    return Section((finding, table), (finding,), (found[last].method,))


def _pairs(found: "Structure") -> dict[tuple[str, str], float]:
    names = [str(p) for p in found.labels[0]]
    return {
        (a, b): float(found.values[i, j])
        for i, a in enumerate(names)
        for j, b in enumerate(names)
        if i < j and np.isfinite(found.values[i, j])
    }
