"""The words of a finding, the same in comments, forms, ledgers and on the screen."""

from yugong.base.text import Lang, Text
from yugong.review.result import DISCLAIMER, GRADE_NAMES, Finding, Question
from yugong.review.statutes import Citation, Quote

NOT_STATED = Text("条文未写明", "not stated in the draft")
NO_TEXT = Text("（未装入法规文本，只列条、项）", "(no official text loaded: article and item only)")


def comment(finding: Finding, lang: Lang | None = None) -> str:
    """Return a finding as a margin comment."""
    grade = GRADE_NAMES[finding.grade]
    lines = [
        Text(f"{finding.id}【{grade.zh}】{finding.reason.zh}", f"{finding.id} [{grade.en}] {finding.reason.en}"),
        cited(finding),
        Text(f"要件：{elements(finding).zh}", f"Elements: {elements(finding).en}"),
    ]
    if finding.exits:
        lines.append(Text(f"可能的出口：{exits(finding).zh}", f"Possible exits: {exits(finding).en}"))
    lines += [
        Text(f"例外（第十二条，须同时具备）：{worksheet(finding).zh}", f"Exception (article 12, all needed): {worksheet(finding).en}"),
        Text(f"建议：{finding.rule.remedy.zh}", f"Suggestion: {finding.rule.remedy.en}"),
        DISCLAIMER,
    ]  # fmt: skip
    return "\n".join(line.in_(lang) for line in lines)


def cited(finding: Finding) -> Text:
    """Return the citation, with the very words where the official text is loaded, else with our summary."""
    return _cited(finding.citation, finding.quote, finding.rule.summary)


def question(asked: Question, lang: Lang | None = None) -> str:
    """Return a question under another law as a margin comment."""
    lines = [
        Text(f"【待问】{asked.ask.zh}", f"[question] {asked.ask.en}"),
        _cited(asked.citation, asked.quote, asked.summary),
        DISCLAIMER,
    ]
    return "\n".join(line.in_(lang) for line in lines)


def asked_under(asked: Question) -> Text:
    """Return the article that a question rests on, with its words where the text is loaded."""
    return _cited(asked.citation, asked.quote, asked.summary)


def _cited(citation: Citation, quote: Quote | None, summary: Text) -> Text:
    place = citation.text()
    if quote is not None:
        source = f"{quote.file}，SHA-256 {quote.sha256[:12]}"
        return Text(f"{place.zh}：“{quote.text}”（{source}）", f"{place.en}: “{quote.text}” ({source})")
    return Text(f"{place.zh}（大意：{summary.zh}）", f"{place.en} (in our words: {summary.en})")


def elements(finding: Finding) -> Text:
    """Return the elements met, each with the words that meet it."""
    return Text(
        "；".join(f"{m.name.zh}——{f'“{m.words}”' if m.words else '见引导语或标题'}" for m in finding.elements),
        "; ".join(
            f"{m.name.en} – {f'“{m.words}”' if m.words else 'in the lead-in or heading'}" for m in finding.elements
        ),
    )


def exits(finding: Finding) -> Text:
    """Return the exits seen, each with its words."""
    return Text(
        "；".join(f"{m.name.zh}——“{m.words}”" for m in finding.exits),
        "; ".join(f"{m.name.en} – “{m.words}”" for m in finding.exits),
    )


def worksheet(finding: Finding) -> Text:
    """Return the conditions of the exception, each with the words that speak of it or that none do."""
    zh = (f"{c.name.zh}：{f'见“{c.words}”，须核实' if c.words else NOT_STATED.zh}" for c in finding.exception)
    en = (f"{c.name.en}: {f'see “{c.words}”, to be verified' if c.words else NOT_STATED.en}" for c in finding.exception)
    return Text("；".join(zh), "; ".join(en))
