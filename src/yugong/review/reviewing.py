"""The review of a draft: read, cut into clauses, matched with the rules, each finding explained."""

import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from yugong import registry
from yugong.base.cards import Citation as Source
from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, YugongError
from yugong.base.text import Text
from yugong.review.citing import Duty, duties
from yugong.review.document import Clause, Draft, clauses, open_draft
from yugong.review.matching import Element, Hit, hits
from yugong.review.result import Conjunct, Finding, Met, Question, Review
from yugong.review.rulebook import Pack, pack
from yugong.review.statutes import Citation, Statute, loaded, quote

NOT_LOOKED_AT = (
    Text(
        "只看逐条文字：没有看附件、引用的其他文件、上位法是否授权，也没有核对事实和市场影响",
        "only the wording clause by clause: annexes, other documents cited, powers under higher law, facts and market "
        "effects were not looked at",
    ),
    Text(
        "各条“其他”兜底项不作自动判断；实施办法的 66 种情形未取得原文，未逐一对照",
        "the catch-all items are not judged by rule; the 66 situations of the implementing measures were not at hand",
    ),
)


def review(
    file: str | os.PathLike[str] | Draft,
    rules: Pack | str = "fair_competition",
    on: date | None = None,
    texts: Mapping[str, Statute] | None = None,
) -> Review:
    """Review a draft (.docx, .pdf, .md, .txt, or one that is open) by a rule pack on a date (today if not given).

    Findings quote the articles of the official texts in `texts` (those that were added, if not given). Raises
    InputError where the file cannot be read or the pack is not in force on the date.
    """
    draft = file if isinstance(file, Draft) else open_draft(file)
    chosen = pack(rules) if isinstance(rules, str) else rules
    day = on or date.today()
    if not chosen.in_force(day):
        raise YugongError(
            Text(
                f"《{chosen.instrument.zh}》自 {chosen.start} 起施行，{day} 不适用",
                f"the {chosen.instrument.en} is in force from {chosen.start}: it does not apply on {day}",
            )
        )
    held = loaded() if texts is None else texts
    parts = clauses(draft)
    found: list[Finding] = []
    for clause in parts:
        for hit in hits(chosen, clause.text, clause.lead, clause.topic):
            found.append(_finding(f"F{len(found) + 1:03d}", draft, clause, hit, chosen, held))
    return Review(
        draft,
        chosen,
        day,
        len(parts),
        tuple(found),
        _questions(draft, parts, held),
        (*draft.unread, *NOT_LOOKED_AT),
        card(chosen),
    )


def review_files(
    files: Iterable[str | os.PathLike[str]], rules: Pack | str = "fair_competition", on: date | None = None
) -> tuple[list[tuple[Path, Review]], list[YugongError]]:
    """Review several drafts; return (file, review) pairs, and the errors of those that cannot be read."""
    made: list[tuple[Path, Review]] = []
    refused: list[YugongError] = []
    chosen = pack(rules) if isinstance(rules, str) else rules
    for file in files:
        try:
            draft = open_draft(file)
        except InputError as error:
            refused.append(error)
            continue
        made.append((Path(file), review(draft, chosen, on)))
    return made, refused


def _finding(id_: str, draft: Draft, clause: Clause, hit: Hit, rules: Pack, texts: Mapping[str, Statute]) -> Finding:
    rule, cue = hit.rule, hit.cue
    citation = Citation(rules.instrument, rule.article, rule.item)
    around = draft.of(clause.block)
    exception = []
    for conjunct in rules.exceptions:
        span = rules.concepts[conjunct.concept].find(around)
        exception.append(Conjunct(conjunct.name, around[slice(*span)] if span else None))
    lifting = rule.exits if cue.exits is None else cue.exits
    seen = {e.concept.id for e in hit.exits}
    claimed = bool(exception) and all(c.words is not None for c in exception)
    return Finding(
        id_,
        clause,
        rule,
        "ask" if claimed else hit.grade,
        cue.id,
        cue.name,
        tuple(_met(e, clause) for e in hit.elements),
        tuple(_met(e, clause) for e in hit.exits),
        tuple(c.name for x in lifting if x not in seen and (c := rules.concepts[x]).role == "exit"),
        tuple(exception),
        citation,
        quote(citation, texts),
        tuple(_beside(d, texts) for d in duties() if rule.id in d.beside),
        rules.certainty,
    )  # fmt: skip


def _beside(duty: Duty, texts: Mapping[str, Statute]) -> Text:
    """Return an article of another law that stands beside: its words where it is loaded, else our summary."""
    place, held = duty.citation.text(), quote(duty.citation, texts)
    if held is None:
        return Text(f"{place.zh}：{duty.summary.zh}", f"{place.en}: {duty.summary.en}")
    source = f"{held.file}，SHA-256 {held.sha256[:12]}"
    return Text(f"{place.zh}：“{held.text}”（{source}）", f"{place.en}: “{held.text}” ({source})")


def _met(element: Element, clause: Clause) -> Met:
    if element.span is None:
        return Met(element.concept.name, "", None, None)
    start, end = element.span
    return Met(element.concept.name, clause.text[start:end], clause.start + start, clause.start + end)


def _questions(draft: Draft, parts: Iterable[Clause], texts: Mapping[str, Statute]) -> tuple[Question, ...]:
    asked = [(d, d.cue) for d in duties() if d.cue is not None and _concerns(d, draft)]
    return tuple(
        Question(clause, duty.citation, duty.summary, duty.ask, quote(duty.citation, texts))
        for clause in parts
        for duty, cue in asked
        if cue.search(clause.text)
    )


def _concerns(duty: Duty, draft: Draft) -> bool:
    """Tell whether a draft names the river of a duty or one of the provinces along it."""
    names = [duty.river, *(m.place.zh for m in registry.members(duty.places))]
    return any(name in draft.text for name in names)


def card(rules: Pack) -> MethodCard:
    """Return the method card of a review by a pack."""
    return MethodCard(
        "fair_competition_review",
        Text(f"{rules.title.zh}：结构化线索", f"{rules.title.en}: structured cues"),
        r"\text{不得出台} = \text{违反}_{8\text{–}11} \wedge \neg\,(\text{情形} \wedge \text{无更小影响方案} \wedge \text{期限})_{12}",
        Text(
            f"规则包 {rules.id} {rules.version}（{rules.number}，{rules.start} 起），确定性 {rules.certainty}；"
            "线索为“谁 × 以何行为 × 凭何理由”的组合，单个词不成为发现",
            f"rule pack {rules.id} {rules.version} ({rules.number}, from {rules.start}), certainty {rules.certainty}; cues "
            "combine who, by what act and on what ground: no single word makes a finding",
        ),
        citations=(
            Source(
                "fcr2024",
                "国务院. 公平竞争审查条例: 国务院令第783号[Z]. 2024-06-06.",
                "@misc{fcr2024, author={国务院}, title={公平竞争审查条例}, note={国务院令第783号}, year={2024}}",
            ),
        ),
    )
