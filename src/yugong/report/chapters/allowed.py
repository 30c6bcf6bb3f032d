"""Is it allowed: what the review of a draft found."""

from typing import TYPE_CHECKING

from yugong.base.text import Text
from yugong.report.chapters.context import Context, Part, column
from yugong.report.model import Block, Card, Cell, Chapter, Finding, Heading, KeyFigure, Paragraph, Table
from yugong.report.numbers import Format
from yugong.review import review, sample_draft
from yugong.review.result import DISCLAIMER, GRADE_NAMES, GRADE_NOTES
from yugong.review.rulebook import GRADES
from yugong.review.writing.words import asked_under, cited

if TYPE_CHECKING:
    from yugong.review.result import Finding as ReviewFinding
    from yugong.review.result import Review

ID, TITLE = "allowed", Text("是否合规", "Is it allowed")
LEAD = Text(
    "草案是否含有公平竞争审查条例第八条至第十一条所列内容；每处发现列出要件、依据和修改建议。",
    "Whether a draft holds what articles 8–11 of the regulation on fair competition review forbid; each finding with "
    "its elements, grounds and a suggestion.",
)
SAMPLE = Text(
    "所审为随软件附带的示例草案，地名和单位均为虚构。",
    "The draft reviewed is the sample that comes with the software; its place and bodies are invented.",
)
COUNT = Format(0)
ITEM = Text("条、项", "Article (item)")


def build(c: Context, reviewed: "Review | None" = None) -> Part:
    """Return the chapter on a review; on the sample draft where none is given."""
    result = reviewed if reviewed is not None else review(sample_draft())
    sure = [f for f in result.findings if f.grade != "ask"]
    asked = len(result.findings) - len(sure)
    kinds = {f.rule.id for f in sure}
    headline = Finding(
        Text(
            f"草案《{result.draft.name}》{result.clauses} 句中有 {len(sure)} 处可能违反 {len(kinds)} 项标准，另有 {asked} 处待问。",
            f"Of the {result.clauses} sentences of {result.draft.name}, {len(sure)} findings may break {len(kinds)} items; "
            f"{asked} more are questions.",
        ),
        DISCLAIMER,
        "tab-findings" if result.findings else None,
        "caution",
    )
    blocks: list[Block] = [headline]
    if reviewed is None:
        blocks.append(Paragraph(SAMPLE))
    blocks.append(_families(result))
    if result.findings:
        blocks += [Heading(Text("逐条发现", "Findings clause by clause")), _table(result), _grounds(result)]
    if result.questions:
        blocks.append(_questions(result))
    blocks.append(Heading(Text("没有看的内容", "What was not looked at")))
    blocks += [Paragraph(Text(f"{n.zh}。", f"{n.en}.")) for n in result.unread]
    blocks.append(Card(result.method))
    key = KeyFigure(
        Text("草案中的发现", "Findings in the draft"),
        float(len(sure)),
        COUNT,
        Text("处", "findings"),
        note=Text(f"另有 {asked} 处待问。", f"{asked} more are questions."),
        see="tab-families",
    )
    return Part(Chapter(ID, TITLE, tuple(blocks), LEAD), (headline,), (key,), (result.method,))


def _families(result: "Review") -> Table:
    rows: list[tuple[Cell, ...]] = []
    for article, family in {r.article: r.family for r in result.pack.rules}.items():
        mine = [f.grade for f in result.findings if f.rule.article == article]
        rows.append((family, *(float(mine.count(g)) for g in GRADES)))
    return Table(
        "tab-families",
        Text("各类发现的数目", "Findings by family"),
        (column("family", None, Text("类别", "Family")), *(column(f"n_{g}", COUNT, GRADE_NAMES[g]) for g in GRADES)),
        tuple(rows),
        tuple(
            Text(f"{GRADE_NAMES[g].zh}：{GRADE_NOTES[g].zh}。", f"{GRADE_NAMES[g].en}: {GRADE_NOTES[g].en}.")
            for g in GRADES
        ),
    )


def _table(result: "Review") -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            f.id,
            GRADE_NAMES[f.grade],
            f.rule.id,
            f"{f.clause.label} {f.clause.text}".strip(),
            f.reason,
        )
        for f in result.findings
    ]
    return Table(
        "tab-findings",
        Text("发现和理由", "Findings and reasons"),
        (column("finding"), column("grade"), column("item", title=ITEM), column("clause"), column("reason")),
        tuple(rows),
    )


def _grounds(result: "Review") -> Table:
    """The article and the suggestion, once an item."""
    first = {f.rule.id: f for f in result.findings}
    rows: list[tuple[Cell, ...]] = [(id_, cited(f), f.rule.remedy) for id_, f in sorted(first.items(), key=_order)]
    quoted = any(f.quote for f in result.findings)
    note = (
        Text("依据栏引号内为所装入正式文本的原文。", "Words in quotation marks are those of the official text loaded.")
        if quoted
        else Text("依据栏为本软件的概括，未装入正式文本。", "Grounds are in our own words: no official text is loaded.")
    )
    return Table(
        "tab-grounds",
        Text("各项的依据和修改建议", "Grounds and suggestion, item by item"),
        (column("item", title=ITEM), column("article"), column("remedy")),
        tuple(rows),
        (note,),
    )


def _order(pair: "tuple[str, ReviewFinding]") -> tuple[int, int]:
    return pair[1].rule.article, pair[1].rule.item


def _questions(result: "Review") -> Table:
    return Table(
        "tab-questions",
        Text("其他法律涉及的问题", "Questions under other laws"),
        tuple(column(i) for i in ("clause", "article", "reason")),
        tuple((q.clause.text, asked_under(q), q.ask) for q in result.questions),
    )
