"""How well the cues find: precision and recall on labelled clauses, false alarms on clean ones, citations checked."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.review.citing import agreement_points, duties
from yugong.review.document import Clause, Draft, clauses
from yugong.review.document.model import Block
from yugong.review.matching import hits
from yugong.review.rulebook import Pack, pack
from yugong.review.statutes import Citation, Statute, unresolved

if TYPE_CHECKING:
    import pandas as pd

CONSTRUCTED = "constructed"


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled clause: items it breaks (none: clean), other defensible items, and whose bulletin it is from."""

    id: str
    clause: str
    label: frozenset[str]
    also: frozenset[str]
    authority: str


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of found, wrongly found and missed items; precision and recall are fractions, NaN where undefined."""

    found: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Return found / (found + wrong)."""
        return _ratio(self.found, self.found + self.wrong)

    @property
    def recall(self) -> float:
        """Return found / (found + missed)."""
        return _ratio(self.found, self.found + self.missed)


@dataclass(frozen=True, slots=True)
class Measurement:
    """Scores of a pack on labelled clauses; questions (grade ask) do not count as found.

    `strict` counts labels only; `lenient` also takes other defensible items as right; `flagged` asks only whether a
    clause that breaks something is flagged at all. `left_out` is lenient, each authority's clauses judged with the
    cues that some other authority's clauses bear out.
    """

    cases: int
    clean: int
    strict: Score
    lenient: Score
    flagged: Score
    left_out: Score
    families: Mapping[str, tuple[Score, Score]]
    false_on_clean: tuple[str, ...]
    asked_on_clean: int
    citations: int
    wrong_citations: int | None  # None: no official text at hand
    method: MethodCard

    def table(self) -> "pd.DataFrame":
        """Return precision and recall by score and by family, tidy."""
        import pandas as pd

        overall = (
            (Text("全部（严格）", "all, strict"), self.strict),
            (Text("全部（宽松）", "all, lenient"), self.lenient),
            (Text("条款是否被标出", "clause flagged or not"), self.flagged),
            (Text("逐个机关留出（宽松）", "each authority left out, lenient"), self.left_out),
        )
        rows = [_row(name.in_(), score) for name, score in overall]
        for family, (strict, lenient) in self.families.items():
            rows.append(_row(Text(f"{family}（严格）", f"{family}, strict").in_(), strict))
            rows.append(_row(Text(f"{family}（宽松）", f"{family}, lenient").in_(), lenient))
        return pd.DataFrame(rows)

    @property
    def notes(self) -> tuple[Text, ...]:
        """Return the false alarms on clean clauses and the citations checked, in words."""
        alarms = "、".join(self.false_on_clean) or "0"
        if self.wrong_citations is None:
            cited = Text("没有装入法规文本，引用未核对", "no official text loaded: citations not checked")
        else:
            right = self.citations - self.wrong_citations
            cited = Text(
                f"引用核对：{right}/{self.citations} 落在所装入文本的条、项上",
                f"citations: {right}/{self.citations} point at an article and item of the loaded text",
            )
        return (
            Text(
                f"{self.cases} 条，其中合规 {self.clean} 条；误报：{alarms}；另有 {self.asked_on_clean} 条待问",
                f"{self.cases} clauses, {self.clean} of them clean; false alarms: {alarms}; {self.asked_on_clean} asked about",
            ),
            cited,
        )


def read_cases(folder: Path) -> tuple[Case, ...]:
    """Read the labelled clauses of a folder (cases_*.jsonl); InputError names each line that is not one."""
    found: list[Case] = []
    problems: list[Problem] = []
    files = sorted(folder.glob("cases_*.jsonl"))
    if not files:
        what = Text("文件夹里没有 cases_*.jsonl", "there is no cases_*.jsonl in the folder")
        raise InputError([Problem(what, file=folder.name)])
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                labels, also = frozenset(row["label"]), frozenset(row.get("alt") or ())
                found.append(Case(row["id"], row["clause"], labels, also, row["authority"]))
            except (ValueError, KeyError, TypeError) as error:
                problems.append(
                    Problem(Text(f"读不懂：{error}", f"cannot be read: {error}"), None, file.name, row=number)
                )
    if problems:
        raise InputError(problems)
    return tuple(found)


def predicted(text: str, rules: Pack) -> dict[str, tuple[str, str]]:
    """Return item → (grade, cue) for one clause, its sentences read in turn."""
    best: dict[str, tuple[str, str]] = {}
    order = {"clear": 0, "likely": 1, "ask": 2}
    for clause in as_clauses(text):
        for hit in hits(rules, clause.text, clause.lead, clause.topic):
            if hit.rule.id not in best or order[hit.grade] < order[best[hit.rule.id][0]]:
                best[hit.rule.id] = hit.grade, hit.cue.id
    return best


def as_clauses(text: str) -> tuple[Clause, ...]:
    """Return the sentences of a text that stands alone."""
    block = Block("paragraph", 0, len(text), Text("", ""))
    return clauses(Draft("", "", "txt", text, (block,)))


def measure(
    folder: str | Path, rules: Pack | str = "fair_competition", texts: Mapping[str, Statute] | None = None
) -> Measurement:
    """Measure a pack on the labelled clauses of a folder, and its citations on official texts where given."""
    chosen = pack(rules) if isinstance(rules, str) else rules
    cases = read_cases(Path(folder))
    answers = {c.id: predicted(c.clause, chosen) for c in cases}
    made = {i: _said(a) for i, a in answers.items()}
    names = {r.article: r.family for r in chosen.rules}
    families = {
        name.in_(): (_score(cases, made, False, article), _score(cases, made, True, article))
        for article, name in names.items()
    }
    citations = all_citations(chosen)
    clean = [c for c in cases if not c.label]
    return Measurement(
        len(cases),
        len(clean),
        _score(cases, made, False),
        _score(cases, made, True),
        _flagged(cases, made),
        _left_out(cases, chosen, answers),
        families,
        tuple(c.id for c in clean if made[c.id] - c.also),
        sum(bool(answers[c.id]) and not made[c.id] for c in clean),
        len(citations),
        None if not texts else len(unresolved(citations, texts)),
        _card(chosen),
    )


def all_citations(rules: Pack) -> list[Citation]:
    """Return every place in an instrument that a review by this pack can cite."""
    own = [Citation(rules.instrument, r.article, r.item) for r in rules.rules]
    beside = [d.citation for d in duties()]
    exceptions = [Citation(rules.instrument, e.article) for e in rules.exceptions]
    return list(dict.fromkeys([*own, *exceptions, *beside, *(p.citation for p in agreement_points())]))


def _said(answer: Mapping[str, tuple[str, str]]) -> frozenset[str]:
    return frozenset(item for item, (grade, _) in answer.items() if grade != "ask")


def _score(
    cases: Iterable[Case], made: Mapping[str, frozenset[str]], lenient: bool, article: int | None = None
) -> Score:
    """Count items; lenient: another defensible item is right, and a label is not missed where one of them is found."""
    found = wrong = missed = 0
    for case in cases:
        said = made[case.id]
        right = case.label | case.also if lenient else case.label
        mine = [i for i in said if article in (None, _article(i))]
        found += sum(i in right for i in mine)
        wrong += sum(i not in right for i in mine)
        for label in case.label:
            if article in (None, _article(label)) and label not in said:
                missed += not (lenient and said & case.also)
    return Score(found, wrong, missed)


def _article(item: str) -> int:
    return int(item.partition("(")[0])


def _flagged(cases: Iterable[Case], made: Mapping[str, frozenset[str]]) -> Score:
    rows = [(bool(c.label), bool(made[c.id] if c.label else made[c.id] - c.also)) for c in cases]
    return Score(
        sum(bad and said for bad, said in rows),
        sum(said and not bad for bad, said in rows),
        sum(bad and not said for bad, said in rows),
    )


def _left_out(cases: Sequence[Case], rules: Pack, answers: Mapping[str, Mapping[str, tuple[str, str]]]) -> Score:
    """Score each authority's clauses with only those cues that found something right for some other authority."""
    bearing: dict[tuple[str, str], set[str]] = {}
    for case in cases:
        for item, (_, cue) in answers[case.id].items():
            if item in case.label | case.also:
                bearing.setdefault((item, cue), set()).add(case.authority)
    total = Score(0, 0, 0)
    for authority in sorted({c.authority for c in cases if c.label}):
        kept = without(rules, {key for key, who in bearing.items() if who == {authority}} | _unborne(rules, bearing))
        mine = [c for c in cases if c.authority == authority and c.label]
        score = _score(mine, {c.id: _said(predicted(c.clause, kept)) for c in mine}, True)
        total = Score(total.found + score.found, total.wrong + score.wrong, total.missed + score.missed)
    clean = [c for c in cases if not c.label]
    kept = without(rules, _unborne(rules, bearing))
    alarms = _score(clean, {c.id: _said(predicted(c.clause, kept)) for c in clean}, True)
    return replace(total, wrong=total.wrong + alarms.wrong)


def _unborne(rules: Pack, bearing: Mapping[tuple[str, str], set[str]]) -> set[tuple[str, str]]:
    return {(r.id, c.id) for r in rules.rules for c in r.cues} - set(bearing)


def without(rules: Pack, cues: set[tuple[str, str]]) -> Pack:
    """Return the pack without some cues, each named by (item, cue)."""
    kept = (replace(r, cues=tuple(c for c in r.cues if (r.id, c.id) not in cues)) for r in rules.rules)
    return replace(rules, rules=tuple(kept))


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def _row(name: str, score: Score) -> dict[str, object]:
    return {
        "measured": name,
        "n_found": score.found,
        "n_wrong": score.wrong,
        "n_missed": score.missed,
        "review_precision": score.precision,
        "review_recall": score.recall,
    }


def _card(rules: Pack) -> MethodCard:
    return MethodCard(
        "review_measurement",
        Text("审查线索的查准率与查全率", "precision and recall of the cues"),
        r"P=\frac{TP}{TP+FP},\quad R=\frac{TP}{TP+FN}",
        Text(
            f"规则包 {rules.id} {rules.version}；按（条款，项）计；待问不计为发现；留出：某机关的条款只用别的机关的条款也印证过的线索判断",
            f"rule pack {rules.id} {rules.version}; counted by (clause, item); questions are not findings; left out: an "
            "authority's clauses are judged only with cues that another authority's clauses bear out",
        ),
    )
