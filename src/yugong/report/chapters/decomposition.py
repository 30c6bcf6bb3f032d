"""Where a disparity lies: between groups, inside them, or in their overlap."""

from yugong.base.cards import MethodCard
from yugong.base.text import Text
from yugong.diagnose import _study_disparity as level2
from yugong.diagnose.disparity import Bootstrap, Dagum
from yugong.registry import terms
from yugong.report import figures
from yugong.report.chapters.context import Context, column, interval_column, lower, sentence
from yugong.report.chapters.drawn import ends, how_drawn, written
from yugong.report.model import Block, Figure, Finding, Heading, Table
from yugong.report.numbers import YEAR, Format

THREE, ONE = Format(3), Format(1)
PARTS = {
    "within": Text("板块内部", "Inside groups"),
    "between": Text("板块之间（净）", "Between groups (net)"),
    "transvariation": Text("板块交叠（超变密度）", "Overlap of groups (transvariation)"),
}


def decomposition(
    c: Context, drawn: Bootstrap, variable: str, weights: str, groups: str, first: int, last: int
) -> tuple[list[Block], Finding, list[MethodCard]]:
    """Return the blocks, the finding about the largest part, and the method cards.

    `drawn` must hold the statistics "dagum" and "theil_T_groups".
    """
    years = c.years(variable, weights)
    dagum = level2.dagum(c.study, variable, groups, weights, years=years)
    theil = level2.theil_decomposition(c.study, variable, groups, weights, years=years)
    source = _source(drawn, first, last)
    blocks: list[Block] = [
        Heading(Text("差距来自哪里", "Where the disparity comes from")),
        source,
        _stack(c, drawn, variable, weights),
        _pairs(c, dagum, first, last, variable, weights),
        _theil(c, drawn, variable, weights),
    ]
    if drawn.caution:
        blocks.append(Finding(sentence(drawn.caution), tone="caution"))
    return blocks, source, [dagum.method, theil.method]


def _source(drawn: Bootstrap, first: int, last: int) -> Finding:
    at = drawn.years.index(last)
    most = max(PARTS, key=lambda p: float(drawn.estimate[at, drawn.statistics.index(f"dagum.share_{p}")]))
    part, word = PARTS[most], terms()[f"share_{most}"].title
    now, then = (written(drawn, f"dagum.share_{most}", y, 100, ONE, "%") for y in (last, first))
    return Finding(
        Text(
            f"{last} 年的差距中，{part.zh}占比最大，为 {now.zh}。",
            f"In {last} the largest part of the disparity is “{lower(part.en)}”: {now.en}.",
        ),
        Text(f"{first} 年{word.zh}为 {then.zh}。", f"In {first} it was {then.en}."),
        "fig-dagum",
    )


def _stack(c: Context, drawn: Bootstrap, variable: str, weights: str) -> Figure:
    at = {p: drawn.statistics.index(f"dagum.share_{p}") for p in PARTS}
    whole = {p: drawn.statistics.index(f"dagum.{p}") for p in PARTS}
    gini = drawn.statistics.index("dagum.gini")
    columns = [column("year", YEAR), column("gini", THREE)]
    columns += [column(p, THREE) for p in PARTS]
    for p in PARTS:
        columns += [column(f"share_{p}", ONE), interval_column(f"share_{p}", ONE)]
    rows = tuple(
        (
            int(str(year)),
            float(drawn.estimate[t, gini]),
            *(float(drawn.estimate[t, whole[p]]) for p in PARTS),
            *(x for p in PARTS for x in (100 * float(drawn.estimate[t, at[p]]), ends(drawn, t, at[p], 100))),
        )
        for t, year in enumerate(drawn.years)
    )
    caption = Text(
        "人均地区生产总值基尼系数的 Dagum 分解", "Dagum decomposition of the Gini coefficient of GRP per head"
    )
    table = Table("tab-dagum", caption, tuple(columns), rows, (how_drawn(drawn),), c.sources(variable, weights))
    return figures.stack(
        "fig-dagum", caption, drawn.years, {p: 100 * drawn.estimate[:, at[p]] for p in PARTS}, PARTS, ONE, table,
        Text("贡献率（%）", "Contribution (%)"), Text("%", "%"),
    )  # fmt: skip


def _pairs(c: Context, dagum: Dagum, first: int, last: int, variable: str, weights: str) -> Table:
    names = c.group_names()
    a, b = dagum.years.index(first), dagum.years.index(last)
    rows = []
    k = len(dagum.groups)
    for i in range(k):
        for j in range(i, k):
            g, h = names[str(dagum.groups[i])], names[str(dagum.groups[j])]
            label = Text(f"{g.zh}内部", f"inside {g.en}") if i == j else Text(f"{g.zh}—{h.zh}", f"{g.en} – {h.en}")
            then, now = float(dagum.gini_pair[a, i, j]), float(dagum.gini_pair[b, i, j])
            rows.append((label, then, now, now - then))
    return Table(
        "tab-dagum-pairs",
        Text("板块内部与板块两两之间的基尼系数", "Gini coefficients inside groups and between pairs of groups"),
        (
            column("group", title=Text("板块", "Groups")),
            column("then", THREE, Text(f"{first} 年", str(first))),
            column("now", THREE, Text(f"{last} 年", str(last))),
            column("change", Format(3, signed=True), Text("变动", "Change")),
        ),
        tuple(rows),
        sources=c.sources(variable, weights),
    )


def _theil(c: Context, drawn: Bootstrap, variable: str, weights: str) -> Figure:
    ids = {"within": "theil_T.within", "between": "theil_T.between"}
    at = {k: drawn.statistics.index(v) for k, v in ids.items()}
    total, share = drawn.statistics.index("theil_T.total"), drawn.statistics.index("theil_T.share_between")
    rows = tuple(
        (
            int(str(year)),
            *(
                x
                for k in (total, at["between"], at["within"])
                for x in (float(drawn.estimate[t, k]), ends(drawn, t, k))
            ),
            100 * float(drawn.estimate[t, share]),
            ends(drawn, t, share, 100),
        )
        for t, year in enumerate(drawn.years)
    )
    columns = [column("year", YEAR)]
    for id_ in ("theil_T", "between", "within"):
        columns += [column(id_, THREE), interval_column(id_, THREE)]
    columns += [column("share_between", ONE), interval_column("share_between", ONE)]
    caption = Text("泰尔指数嵌套分解：省在板块之内", "Theil index nested: provinces inside groups")
    table = Table("tab-theil", caption, tuple(columns), rows, (how_drawn(drawn),), c.sources(variable, weights))
    return figures.stack(
        "fig-theil", caption, drawn.years, {k: drawn.estimate[:, i] for k, i in at.items()},
        {"between": Text("板块之间", "Between groups"), "within": Text("板块内部省际", "Between provinces inside groups")},
        THREE, table, terms()["theil_T"].title,
    )  # fmt: skip
