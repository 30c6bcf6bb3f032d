"""Sections on links and change: the network of migration, and where employment grew faster than its mix explains."""

import numpy as np

from yugong.base.text import Text
from yugong.report.chapters.context import Context, column, listed
from yugong.report.chapters.sections import Section, missing, sources
from yugong.report.model import Finding, Table
from yugong.report.numbers import INTEGER, YEAR, Format, number

TWO, THREE, ONE = Format(2), Format(3), Format(1)
FLOW, JOBS = "migration_5yr", "employment_by_industry"
NAMED = 3
BREAK = 2013  # urban-unit employment widened its scope then


def network(c: Context) -> Section | Text:
    """Return the network of migration above each origin's mean flow, by year, and who stands in its middle."""
    if lack := missing(c, flows=(FLOW,)):
        return lack
    years = [y for y in c.study.flow(FLOW).years if c.year is None or y <= c.year]
    if not years:
        return Text("这些年份的迁移矩阵", "a migration matrix of these years")
    found = {y: c.study.diagnose.network(FLOW, y) for y in years}
    last = years[-1]
    whole = Table(
        "tab-network",
        Text("人口迁移网络的整体特征", "The migration network as a whole"),
        (
            column("year", YEAR),
            column("density", THREE, Text("密度", "Density")),
            column("connectedness", THREE, Text("关联度", "Connectedness")),
            column("hierarchy", THREE, Text("等级度", "Hierarchy")),
            column("efficiency", THREE, Text("网络效率", "Efficiency")),
            column("reciprocity", THREE, Text("互惠性", "Reciprocity")),
            column("centralization", THREE, Text("中心势", "Centralization")),
        ),
        tuple(
            (y, *(float(getattr(n, k)) for k in
                  ("density", "connectedness", "hierarchy", "efficiency", "reciprocity", "centralization")))
            for y, n in found.items()
        ),
        (
            Text(
                "流量大于该地流出均值的记为一条联系；等级度、效率按 Krackhardt；互惠性为有回向的联系所占份额。",
                "A flow above its origin's mean counts as a link; hierarchy and efficiency are Krackhardt's; reciprocity is the "
                "share of links returned.",
            ),
        ),
        sources(c, found[last]),
    )  # fmt: skip
    end = found[last]
    order = np.argsort(-end.degree_in, kind="stable")
    blocks = c.study.diagnose.concor(FLOW, last)
    of = {str(r["place"]): int(r["block"]) for r in blocks.table().to_dict("records")}
    codes = [str(p) for p in end.labels]
    each = Table(
        "tab-centrality",
        Text(f"各地区在迁移网络中的位置，{last} 年", f"Places in the migration network, {last}"),
        (
            column("place"),
            column("degree_in", INTEGER, Text("入度", "In-degree")),
            column("degree_out", INTEGER, Text("出度", "Out-degree")),
            column("betweenness", ONE, Text("中介中心度", "Betweenness")),
            column("closeness", THREE, Text("接近中心度", "Closeness")),
            column("block", INTEGER, Text("CONCOR 板块", "CONCOR block")),
        ),
        tuple(
            (c.name(codes[i]), int(end.degree_in[i]), int(end.degree_out[i]), float(end.betweenness[i]),
             float(end.closeness[i]), of[codes[i]])
            for i in order
        ),
        (Text("板块由 CONCOR 两次二分得到，编号无含义。", "Blocks by CONCOR, split twice; their numbers mean nothing."),),
        sources(c, end),
        frozenset(k for k, i in enumerate(order) if codes[i] == c.region),
    )  # fmt: skip
    top = listed(
        Text(f"{c.name(codes[i]).zh} {int(end.degree_in[i])}", f"{c.name(codes[i]).en} {int(end.degree_in[i])}")
        for i in order[:NAMED]
    )
    a, b = number(found[years[0]].density, THREE), number(end.density, THREE)
    text = Text(
        f"{last} 年迁移网络中收到联系最多的是{top.zh}；网络密度 {b}（{years[0]} 年为 {a}）。",
        f"In {last} {top.en} receive most links of the migration network; its density is {b} ({a} in {years[0]}).",
    )
    detail = Text(
        "各次普查与抽样调查的分组不尽相同，年份之间宜看形状，不宜看小数。",
        "Groups differ between censuses and surveys: compare years by shape, not by decimals.",
    )
    finding = Finding(text, detail, "tab-network")
    return Section((finding, whole, each), (finding,), (end.method, blocks.method))


def shift_share(c: Context) -> Section | Text:
    """Return the change of employment by place: national growth, industry mix, own advantage."""
    if lack := missing(c, tables=(JOBS,)):
        return lack
    years = sorted({int(y) for y in c.study.tables[JOBS].frame["year"]})
    years = [y for y in years if c.year is None or y <= c.year]
    after = [y for y in years if y >= BREAK]
    span = after if len(after) > 1 else years
    if len(span) < 2:
        return Text("两个年份的分行业就业", "employment by industry in two years")
    first, last = span[0], span[-1]
    found = c.study.diagnose.shift_share(first, last)
    parts = {k: getattr(found, k).sum(axis=1) for k in ("national", "mix", "competitive")}
    codes = [str(p) for p in found.places]
    change = sum(parts.values())
    order = np.argsort(-parts["competitive"], kind="stable")
    unit = c.study.tables[JOBS].variable.unit
    table = Table(
        "tab-shift-share",
        Text(f"就业变动的偏离—份额分解，{first}—{last} 年", f"Shift-share of employment, {first}–{last}"),
        (
            column("place"),
            column("change", ONE, Text("变动", "Change"), unit),
            column("national", ONE, Text("全国增长分量", "National growth"), unit),
            column("mix", ONE, Text("产业结构分量", "Industry mix"), unit),
            column("competitive", ONE, Text("竞争力分量", "Competitive"), unit),
        ),
        tuple(
            (c.name(codes[i]), float(change[i]), *(float(parts[k][i]) for k in ("national", "mix", "competitive")))
            for i in order
        ),
        (
            Text(
                "城镇单位就业；三个分量之和等于变动；竞争力分量为各行业增速与全国同行业之差，包括统计口径的地区差别。",
                "Urban units; the three parts sum to the change; the competitive part is growth beyond the same industry's "
                "in the whole and takes in differences of coverage.",
            ),
        ),
        sources(c, found),
        frozenset(k for k, i in enumerate(order) if codes[i] == c.region),
    )
    gained = [i for i in order if parts["competitive"][i] > 0]
    top = listed(
        Text(f"{c.name(codes[i]).zh} {number(float(parts['competitive'][i]), ONE)}",
             f"{c.name(codes[i]).en} {number(float(parts['competitive'][i]), ONE)}")
        for i in order[:NAMED]
    )  # fmt: skip
    text = Text(
        f"{first}—{last} 年 {len(codes)} 个地区中 {len(gained)} 个的就业增长快于其行业构成所应有的；"
        f"竞争力分量最大的是{top.zh}（{unit.zh}）。",
        f"From {first} to {last} employment grew faster than its mix of industries explains in {len(gained)} of {len(codes)} places; "
        f"the largest competitive parts are {top.en} ({unit.en}).",
    )
    finding = Finding(text, None, "tab-shift-share")
    return Section((finding, table), (finding,), (found.method,))
