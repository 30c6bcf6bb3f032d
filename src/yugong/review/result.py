"""What a review found: findings with their grounds, and what was not looked at."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from yugong.base.cards import MethodCard
from yugong.base.text import Text
from yugong.review.document import Clause, Draft
from yugong.review.rulebook import GRADES, Grade, Pack, Rule
from yugong.review.statutes import Citation, Quote

if TYPE_CHECKING:
    import pandas as pd

GRADE_NAMES: dict[Grade, Text] = {
    "clear": Text("明显", "clear"),
    "likely": Text("可能", "likely"),
    "ask": Text("待问", "ask"),
}
GRADE_NOTES: dict[Grade, Text] = {
    "clear": Text(
        "各要件在条文中都有字句对应，未见出口", "words of the clause meet every element, and no exit is seen"
    ),
    "likely": Text(
        "要件对应，但依赖较宽的说法，请核对原意", "the elements are met by wider wording: check what is meant"
    ),
    "ask": Text(
        "要件对应，同时见到可能的出口，须由人判断", "the elements are met, and so is a possible exit: a person decides"
    ),
}
DISCLAIMER = Text(
    "本结果由规则自动生成，只供审查人员参考，不是审查结论；结论由起草单位和市场监管部门依法作出。",
    "This result is made by rules to assist a reviewer. It is no conclusion of the review: that is for the drafting "
    "body and the market regulator under the law.",
)


@dataclass(frozen=True, slots=True)
class Met:
    """An element or exit, and the words that express it at `draft.text[start:end]`; no words: the lead-in does."""

    name: Text
    words: str
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Conjunct:
    """One condition of the exception: the words of the paragraph that speak of it, None where none do."""

    name: Text
    words: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One clause that seems to break one item: why, what could lift it, and how to put it right."""

    id: str
    clause: Clause
    rule: Rule
    grade: Grade
    cue: str
    reason: Text
    elements: tuple[Met, ...]
    exits: tuple[Met, ...]
    absent: tuple[Text, ...]  # exits of the rule that the clause does not show
    exception: tuple[Conjunct, ...]
    citation: Citation
    quote: Quote | None
    beside: tuple[Text, ...]
    certainty: str


@dataclass(frozen=True, slots=True)
class Question:
    """An article of another law that a clause bears on, put as a question."""

    clause: Clause
    citation: Citation
    summary: Text
    ask: Text
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """The review of one draft by one rule pack on one date."""

    draft: Draft
    pack: Pack
    on: date
    clauses: int
    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    unread: tuple[Text, ...]  # what was not looked at
    method: MethodCard

    @property
    def notes(self) -> tuple[Text, ...]:
        """Return what every reader must know: that this assists, and what was not looked at."""
        return (DISCLAIMER, *self.unread)

    def table(self) -> "pd.DataFrame":
        """Return one row a finding, tidy."""
        import pandas as pd

        rows = [
            {
                "finding": f.id,
                "grade": GRADE_NAMES[f.grade].in_(),
                "item": f.rule.id,
                "article": str(f.citation),
                "clause_label": f.clause.label,
                "position": f"{f.clause.start}–{f.clause.end}",
                "where": f.clause.where.in_(),
                "clause": f.clause.text,
                "reason": f.reason.in_(),
                "remedy": f.rule.remedy.in_(),
            }
            for f in self.findings
        ]
        frame = pd.DataFrame(rows, columns=list(rows[0]) if rows else COLUMNS)
        frame.attrs["titles"] = {"item": (Text("条、项", "article (item)"), Text("", ""))}
        return frame

    def by_family(self) -> "pd.DataFrame":
        """Return the number of findings by family and grade, families without any included."""
        import pandas as pd

        rows = []
        for number, name in {r.article: r.family for r in self.pack.rules}.items():
            mine = [f for f in self.findings if f.rule.article == number]
            counts = {f"n_{g}": sum(f.grade == g for f in mine) for g in GRADES}
            rows.append({"family": name.in_(), **counts})
        return pd.DataFrame(rows)


COLUMNS = [
    "finding", "grade", "item", "article", "clause_label", "position", "where", "clause", "reason", "remedy"
]  # fmt: skip
