"""Article 17 as a checklist: what an agreement has to say, what its parties have to weigh, and whether its sums add up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.design.compensation.cards import CHECKLIST
from yugong.design.compensation.deal import Deal, parties_of
from yugong.design.compensation.draft import CLAUSES, HEAD, Draft
from yugong.design.compensation.engine import POOLS, RULE_NAMES, settle

if TYPE_CHECKING:
    import pandas as pd

Grade = Literal["met", "absent", "thin", "inconsistent", "optional"]
ARTICLE = Text("生态保护补偿条例第十七条", "Regulation, article 17")
CONTENTS = ("scope", "goals", "indicators", "duties", "means", "delivery", "period", "breach")
FACTORS = ("state", "cost", "effect", "development", "capacity", "use_of_funds")
THIN = 6  # characters below which a clause says nothing that can be carried out
GRADES: Mapping[Grade, Text] = {
    "met": Text("已载明", "stated"),
    "absent": Text("缺项", "absent"),
    "thin": Text("过于简略", "too thin"),
    "inconsistent": Text("前后不符", "inconsistent"),
    "optional": Text("可不载明", "optional"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the checklist: the item, its grade, what was found, what to do, and the place in the file."""

    item: str
    title: Text
    basis: Text
    grade: Grade
    what: Text
    do: Text
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """The checklist of one draft agreement, item by item."""

    file: str
    findings: tuple[Finding, ...]
    method: MethodCard = CHECKLIST
    provenance: Provenance | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing is absent, thin or inconsistent."""
        return all(f.grade in ("met", "optional") for f in self.findings)

    @property
    def notes(self) -> tuple[Text, ...]:
        """How many items are open, and what the check is not."""
        n = sum(f.grade not in ("met", "optional") for f in self.findings)
        return (
            Text(f"{self.file}：{n} 项待补正", f"{self.file}: {n} item(s) to be put right"),
            Text("辅助提示，不构成法律意见", "an aid, not legal advice"),
        )

    def table(self) -> "pd.DataFrame":
        """Return one row an item: item, grade, finding, remedy, line, basis."""
        import pandas as pd

        rows = [
            (f.title.in_(), GRADES[f.grade].in_(), f.what.in_(), f.do.in_(), f.line, f.basis.in_())
            for f in self.findings
        ]
        frame = pd.DataFrame(rows, columns=["item", "grade", "finding", "remedy", "line", "basis"])

        none = Text("", "")
        titles = {
            "item": Text("事项", "Item"), "grade": Text("结论", "Grade"), "finding": Text("核对所见", "Finding"),
            "remedy": Text("建议", "Remedy"), "line": Text("行", "Line"), "basis": Text("依据", "Basis"),
        }  # fmt: skip
        frame.attrs["titles"] = {k: (v, none) for k, v in titles.items()}
        return frame


def check(draft: Draft) -> Checked:
    """Return the article-17 checklist of a draft: contents, factors to weigh, parties and dates, and its figures.

    The figures are consistent when a trial settlement finds every term it needs; readings may still be missing.
    """
    found = [_clause(draft, key, optional=False) for key in (*CONTENTS, *FACTORS)]
    found.append(_clause(draft, "other", optional=True))
    found += _parties(draft)
    found += _dates(draft)
    found += _rule(draft)
    return Checked(draft.file, tuple(found))


def _clause(draft: Draft, key: str, optional: bool) -> Finding:
    title = CLAUSES[key]
    text = draft.clauses.get(key, "").strip()
    grade: Grade = "met" if len(text) >= THIN else "thin" if text else "optional" if optional else "absent"
    do = Text("", "") if grade in ("met", "optional") else Text(f"写明{title.zh}", f"state the {title.en}")
    return Finding(key, title, ARTICLE, grade, Text(text[:40], text[:40]), do, draft.lines.get(key))


def _parties(draft: Draft) -> list[Finding]:
    out = []
    seen: set[str] = set()
    for side in ("downstream", "upstream"):
        places, problems = draft.parties(side)
        names = Text("、".join(p.short for p in places), ", ".join(p.en for p in places))
        twice = seen & {p.code for p in places}
        seen |= {p.code for p in places}
        if problems:
            out += [_wrong(draft, side, p) for p in problems]
        elif twice:
            what = Text(f"同一地区既在上游又在下游：{names.zh}", f"a region is on both sides: {names.en}")
            out.append(_wrong(draft, side, draft.problem(side, what)))
        elif not places and draft.head.get("rule") not in POOLS:
            do = Text(f"写明{HEAD[side].zh}", f"name the {HEAD[side].en}")
            out.append(Finding(side, HEAD[side], ARTICLE, "absent", Text("", ""), do))
        else:
            out.append(Finding(side, HEAD[side], ARTICLE, "met", names, Text("", ""), draft.lines.get(side)))
    return out


def _dates(draft: Draft) -> list[Finding]:
    days, out = {}, []
    for key in ("start", "end"):
        days[key], problems = draft.day(key)
        if problems:
            out += [_wrong(draft, key, p) for p in problems]
        elif days[key] is None:
            do = Text(f"写明{HEAD[key].zh}", f"state the {HEAD[key].en}")
            out.append(Finding(key, HEAD[key], ARTICLE, "absent", Text("", ""), do))
        else:
            day = str(days[key])
            out.append(Finding(key, HEAD[key], ARTICLE, "met", Text(day, day), Text("", ""), draft.lines.get(key)))
    start, end = days["start"], days["end"]
    if start is not None and end is not None and end <= start:
        what = Text(f"截止日 {end} 不晚于开始日 {start}", f"the last day {end} is not after the first {start}")
        out.append(_wrong(draft, "end", draft.problem("end", what, Text("改正日期", "put the dates right"))))
    return out


def _rule(draft: Draft) -> list[Finding]:
    rule = str(draft.head.get("rule", ""))
    basis = Text("试算清算", "trial settlement")
    if not rule:
        do = Text("可选：" + "、".join(RULE_NAMES), "choose: " + ", ".join(RULE_NAMES))
        return [Finding("rule", HEAD["rule"], basis, "absent", Text("", ""), do)]
    down, up = (parties_of(draft.parties(side)[0]) for side in ("downstream", "upstream"))
    start = draft.day("start")[0]
    deal = Deal("trial", Text("试算", "trial"), rule, down, up, draft.agreed(), None, start.year if start else 2000)
    try:
        settle(deal)
        problems: tuple[Problem, ...] = ()
    except UnknownNameError as error:
        return [_wrong(draft, "rule", draft.problem("rule", error.text))]
    except InputError as error:
        problems = error.problems
    terms = [p for p in problems if "[terms]" in (p.do.en if p.do else "") or p.do is None]
    out = [Finding("rule", HEAD["rule"], basis, "inconsistent", p.what, p.do or Text("", "")) for p in terms]
    name = RULE_NAMES[rule]
    if not out:
        out.append(Finding("rule", HEAD["rule"], basis, "met", name, Text("", ""), draft.lines.get("rule")))
    for key in ("contribution", "allocation"):
        table = draft.terms.get(key)
        if isinstance(table, dict) and any(float(v) < 0 for v in table.values()):
            what = Text(f"{key} 有负的比例", f"{key} has a negative ratio")
            out.append(_wrong(draft, key, draft.problem(key, what)))
    weights = draft.terms.get("weights")
    values = list(weights.values()) if isinstance(weights, dict) else weights if isinstance(weights, list) else []
    if values and abs(sum(map(float, values)) - 1) > 1e-9:
        total = sum(map(float, values))
        what = Text(f"权重之和为 {total:g}，不是 1", f"the weights sum to {total:g}, not 1")
        out.append(_wrong(draft, "weights", draft.problem("weights", what)))
    return out


def _wrong(draft: Draft, key: str, problem: Problem) -> Finding:
    title = HEAD.get(key, Text(key, key))
    return Finding(key, title, ARTICLE, "inconsistent", problem.what, problem.do or Text("", ""), draft.lines.get(key))
