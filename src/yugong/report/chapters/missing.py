"""What data are missing, and what that does to the results."""

from yugong.base.text import Text
from yugong.registry.indicators import dimensions, indicators
from yugong.report.chapters.context import Context, Part, column, listed
from yugong.report.chapters.served import served
from yugong.report.model import Block, Cell, Chapter, Finding, Table
from yugong.report.numbers import INTEGER, YEAR, Format

ID, TITLE = "missing", Text("缺什么数据", "What data are missing")
LEAD = Text("缺数就是缺数，不以零或估计代替。", "Missing is missing: neither zero nor an estimate stands in for it.")
PER_CENT = Text("%", "%")


def build(c: Context) -> Part:
    """Return the chapter."""
    system, lacking, held, computed = _system(c)
    found = Finding(
        Text(
            f"默认指标体系 {held + lacking} 项指标中，本研究有 {held} 项的数据，缺 {lacking} 项。",
            f"Of the {held + lacking} indicators of the default system the study has figures for {held} and lacks {lacking}.",
        ),
        Text(
            f"其中 {computed.zh} 由诊断模块据研究的数据表算出。",
            f"Of these, {computed.en} are computed by the diagnosis from tables of the study.",
        )
        if computed.zh
        else None,
        "tab-absent",
        "caution",
    )
    blocks: list[Block] = [found, system, _coverage(c)]
    return Part(Chapter(ID, TITLE, tuple(blocks), LEAD), (found,))


def _system(c: Context) -> tuple[Table, int, int, Text]:
    reasons = {r["indicator"]: Text(r["reason_zh"], r["reason_en"]) for r in c.study.absent}
    words = {d.id: d.title for d in dimensions()}
    held = served(c)
    computed = listed(Text(k, k) for k, ids in held.items() if any(i in c.study.tables for i in ids))
    rows: list[tuple[Cell, ...]] = [
        (i.code, i.title, words[i.dimension], reasons.get(i.code)) for i in indicators() if i.code not in held
    ]
    table = Table(
        "tab-absent",
        Text("本研究没有分地区数据的指标及原因", "Indicators without figures by place in this study, and why"),
        (column("code"), column("indicator"), column("dimension"), column("reason")),
        tuple(rows),
        (
            Text(
                "注明“计算”的指标由诊断模块据其他列算出，不是统计数。",
                "Those marked computed are derived by the diagnosis from other columns.",
            ),
        ),
    )
    return table, len(rows), len(held), computed


def _coverage(c: Context) -> Table:
    frame = c.study.coverage().sort_values(["share", "variable"])
    rows = tuple(
        (
            str(r["variable"]),
            c.title(str(r["variable"])),
            int(r["first_year"]),
            int(r["last_year"]),
            int(r["places"]),
            float(r["share"]),
        )
        for r in frame.to_dict("records")
        if r["cells"]
    )
    return Table(
        "tab-coverage",
        Text("各变量的覆盖范围（从缺得最多的起）", "Coverage of each variable, the sparsest first"),
        (
            column("id"),
            column("variable", title=Text("变量", "Variable")),
            column("first_year", YEAR, Text("首年", "First year")),
            column("last_year", YEAR, Text("末年", "Last year")),
            column("places", INTEGER, Text("地区数", "Places")),
            column("share", Format(1), Text("有数的格子", "Cells present"), PER_CENT),
        ),
        rows,
        (
            Text(
                f"以 {len(c.study.places)} 个地区 × {len(c.study.years)} 年（{c.study.years[0]}—{c.study.years[-1]}）为 100%。",
                f"100 % is {len(c.study.places)} places × {len(c.study.years)} years ({c.study.years[0]}–{c.study.years[-1]}).",
            ),
        ),
    )
