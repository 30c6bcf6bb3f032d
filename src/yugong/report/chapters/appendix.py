"""Methods and sources: the cards of every method used, and the row of the study behind every number."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from yugong.base.cards import MethodCard
from yugong.base.provenance import KIND_WORDS, Source
from yugong.base.text import Text
from yugong.registry.indicators import dimensions, indicators
from yugong.report.chapters.context import Context, column, listed
from yugong.report.chapters.served import served, target, traced
from yugong.report.model import Block, Card, Chapter, Heading, Paragraph, Table
from yugong.report.numbers import Format

if TYPE_CHECKING:
    from yugong.study.variable import Variable

ID, TITLE = "methods", Text("方法与来源", "Methods and sources")
_DIRECTIONS = {
    "+": Text("越高越好", "higher is better"),
    "-": Text("越低越好", "lower is better"),
    "target": Text("适度区间", "target range"),
    "context": Text("背景，不计分", "context, not scored"),
}


def build(c: Context, cards: Iterable[MethodCard], sources: Iterable[Source]) -> Chapter:
    """Return the chapter for the methods and sources that the other chapters used."""
    once = {card.id: card for card in cards}
    blocks: list[Block] = [Heading(Text("方法卡", "Method cards")), *(Card(card) for card in once.values())]
    blocks += [Heading(Text("数据来源", "Sources")), Paragraph(_trace(c)), _sources(c, sources), _system(c)]
    return Chapter(ID, TITLE, tuple(blocks))


def _trace(c: Context) -> Text:
    return Text(
        f"报告中的每个数都出自研究“{c.study.title.zh}”的下列变量：按变量代号可在 panel.csv 中找到原始行（地区、年份），"
        f"在 variables.csv 中找到出处、口径与校核。计算得出的变量列出公式，公式中的变量、数据表与流量也在表内；"
        f"数据表的原始行在 tables 文件夹（出处见 tables.csv），流量的在 flows 文件夹（出处见 flows.csv）。",
        f"Every number of the report comes from these variables of the study “{c.study.title.en}”: the id leads to the rows "
        f"(place, year) of panel.csv and to publication, vintage and checks in variables.csv. Derived variables show "
        f"their formula, whose own variables, tables and flows are listed too; rows of tables lie in the folder tables "
        f"(origin in tables.csv), those of flows in flows (flows.csv).",
    )


def _sources(c: Context, sources: Iterable[Source]) -> Table:
    rows = []
    held = {s.id: s for s in sources}
    own = {i: s for i, s in held.items() if not _known(c, i)}  # what a model estimated is no row of the study
    for id_ in (s.id for s in traced(c, *(i for i in held if i not in own))):
        v = _variable(c, id_)
        basis, vintage = v.source().price_basis, v.source().vintage
        rows.append(
            (v.id, v.title, v.unit if v.unit.zh else None, basis if basis.zh else None, KIND_WORDS[v.kind],
             v.formula or None, v.publication if v.publication.zh else None, v.table or None,
             vintage if vintage.zh else None, v.second_source or None,
             None if math.isnan(v.max_difference) else 100 * v.max_difference)
        )  # fmt: skip
    rows += [
        (s.id, s.title, s.unit if s.unit.zh else None, s.price_basis if s.price_basis.zh else None, KIND_WORDS[s.kind],
         None, s.publication if s.publication.zh else None, None, None, None, None)
        for s in own.values()
    ]  # fmt: skip
    return Table(
        "tab-sources",
        Text("所用变量及其出处", "Variables used and where they come from"),
        (
            column("id"),
            column("title", title=Text("变量", "Variable")),
            column("unit", title=Text("单位", "Unit")),
            column("basis", title=Text("价格", "Prices")),
            column("kind"),
            column("formula", title=Text("公式", "Formula")),
            column("publication", title=Text("出处", "Publication")),
            column("table", title=Text("原表", "Table")),
            column("vintage", title=Text("口径", "Vintage")),
            column("second", title=Text("校核来源", "Checked against")),
            column("difference", Format(2), Text("最大相差", "Largest difference"), Text("%", "%")),
        ),
        tuple(rows),
    )


def _known(c: Context, id_: str) -> bool:
    return id_ in c.study.variables or id_ in c.study.flows or id_ in c.study.tables


def _variable(c: Context, id_: str) -> "Variable":
    """The row behind a source: of a variable, a flow or a table."""
    if id_ in c.study.variables:
        return c.study.variables[id_]
    return (c.study.flows[id_] if id_ in c.study.flows else c.study.tables[id_]).variable


def _system(c: Context) -> Table:
    words = {d.id: d.title for d in dimensions()}
    held = served(c)
    rows = tuple(
        (
            i.code,
            i.title,
            words[i.dimension],
            _DIRECTIONS[i.direction],
            i.unit if i.unit.zh else None,
            target(i),
            Text("是", "yes") if i.core else Text("否", "no"),
            ", ".join(held[i.code]) if i.code in held else None,
            _own_title(c, held.get(i.code, ())),
        )
        for i in indicators()
    )
    return Table(
        "tab-system",
        Text("默认指标体系", "The default indicator system"),
        (
            column("code"),
            column("indicator"),
            column("dimension"),
            column("direction", title=Text("方向", "Direction")),
            column("unit", title=Text("单位", "Unit")),
            column("target", title=Text("目标区间", "Target range")),
            column("core", title=Text("核心", "Core")),
            column("variable", title=Text("本研究的变量或数据表", "Variable or table of the study")),
            column("variable_title", title=Text("其名称（口径以此为准）", "Its title (which states its scope)")),
        ),
        rows,
        (
            Text(
                "目标区间标 M 的为判断值，可编辑，改动会改变得分与协调指数。",
                "Target ranges marked M are judgements and editable; changing them changes scores and the coordination index.",
            ),
        ),
    )


def _own_title(c: Context, ids: tuple[str, ...]) -> Text | None:
    return (
        listed(c.title(i) if i in c.study.variables else c.study.tables[i].variable.title for i in ids) if ids else None
    )
