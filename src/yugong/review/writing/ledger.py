"""The ledger (.xlsx): a row a finding, ready for sign-off; and the same as data (.json)."""

import io
import json
from collections.abc import Sequence
from typing import Any

from yugong.base.text import Text
from yugong.review.result import GRADE_NAMES, Review
from yugong.review.statutes import Quote
from yugong.review.writing.words import asked_under, cited, elements, exits, worksheet

_HEADS = (
    (Text("文件", "File"), 24),
    (Text("编号", "No."), 8),
    (Text("等级", "Grade"), 8),
    (Text("条、项", "Item"), 8),
    (Text("条款", "Clause"), 12),
    (Text("位置", "Position"), 14),
    (Text("原文", "Words"), 50),
    (Text("理由", "Reason"), 30),
    (Text("依据", "Grounds"), 44),
    (Text("要件", "Elements"), 44),
    (Text("可能的出口", "Possible exits"), 30),
    (Text("例外工作底稿", "Exception worksheet"), 44),
    (Text("修改建议", "Suggestion"), 44),
    (Text("处理意见", "Decision"), 16),
    (Text("审查人", "Reviewer"), 12),
    (Text("日期", "Date"), 12),
)


def ledger(reviews: Sequence[Review]) -> bytes:
    """Return the findings of several drafts as one workbook; nothing in it can become a formula."""
    import xlsxwriter

    buffer = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, plain) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        page = book.add_worksheet(Text("台账", "Ledger").in_())
        for j, (name, width) in enumerate(_HEADS):
            page.set_column(j, j, width)
            page.write_string(0, j, name.in_(), bold)
        row = 1
        for review in reviews:
            for f in review.findings:
                cells = (
                    review.draft.name, f.id, GRADE_NAMES[f.grade].in_(), f.rule.id, f.clause.label,
                    f"{f.clause.where.in_()} {f.clause.start}–{f.clause.end}", f.clause.text, f.reason.in_(),
                    cited(f).in_(), elements(f).in_(), exits(f).in_(), worksheet(f).in_(), f.rule.remedy.in_(),
                )  # fmt: skip
                for j, value in enumerate(cells):
                    page.write_string(row, j, value[:32_000], wrap)
                row += 1
        page.freeze_panes(1, 2)
        _questions(book.add_worksheet(Text("待问", "Questions").in_()), reviews, bold, wrap)
        about = book.add_worksheet(Text("说明", "About").in_())
        about.set_column(0, 0, 110)
        lines = [f"{r.draft.name} SHA-256 {r.draft.sha256} · {r.pack.id} {r.pack.version} · {r.on}" for r in reviews]
        notes = dict.fromkeys(n.in_() for r in reviews for n in r.notes)
        for i, line in enumerate([*lines, *notes]):
            about.write_string(i, 0, line, wrap)
    return buffer.getvalue()


def _questions(page: Any, reviews: Sequence[Review], bold: Any, wrap: Any) -> None:
    """Write the questions under other laws, a row each."""
    heads = (_HEADS[0], _HEADS[5], _HEADS[6], (Text("问题", "Question"), 50), _HEADS[8], *_HEADS[13:])
    for j, (name, width) in enumerate(heads):
        page.set_column(j, j, width)
        page.write_string(0, j, name.in_(), bold)
    rows = [(r.draft.name, q) for r in reviews for q in r.questions]
    for i, (file, q) in enumerate(rows, 1):
        where = f"{q.clause.where.in_()} {q.clause.start}–{q.clause.end}"
        for j, value in enumerate((file, where, q.clause.text, q.ask.in_(), asked_under(q).in_())):
            page.write_string(i, j, value[:32_000], wrap)
    page.freeze_panes(1, 1)


def data(review: Review) -> str:
    """Return a review as JSON, texts in both languages."""
    rows = [
        {
            "id": f.id,
            "grade": f.grade,
            "item": f.rule.id,
            "cue": f.cue,
            "certainty": f.certainty,
            "clause": {
                "text": f.clause.text,
                "start": f.clause.start,
                "end": f.clause.end,
                "label": f.clause.label,
                "heading": f.clause.heading,
                "where": _both(f.clause.where),
            },
            "reason": _both(f.reason),
            "citation": _both(f.citation.text()),
            "quote": _quote(f.quote),
            "elements": [{"name": _both(m.name), "words": m.words, "start": m.start, "end": m.end} for m in f.elements],
            "exits": [{"name": _both(m.name), "words": m.words, "start": m.start, "end": m.end} for m in f.exits],
            "exits_not_seen": [_both(a) for a in f.absent],
            "exception": [{"condition": _both(c.name), "words": c.words} for c in f.exception],
            "beside": [_both(b) for b in f.beside],
            "remedy": _both(f.rule.remedy),
        }
        for f in review.findings
    ]
    questions = [
        {
            "clause": q.clause.text,
            "start": q.clause.start,
            "end": q.clause.end,
            "citation": _both(q.citation.text()),
            "quote": _quote(q.quote),
            "ask": _both(q.ask),
        }
        for q in review.questions
    ]
    whole = {
        "file": review.draft.name,
        "sha256": review.draft.sha256,
        "pack": {"id": review.pack.id, "version": review.pack.version, "number": review.pack.number},
        "on": str(review.on),
        "clauses": review.clauses,
        "findings": rows,
        "questions": questions,
        "notes": [_both(n) for n in review.notes],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _quote(quote: Quote | None) -> dict[str, str] | None:
    return None if quote is None else {"text": quote.text, "file": quote.file, "sha256": quote.sha256}


def _both(text: Text) -> dict[str, Any]:
    return {"zh": text.zh, "en": text.en}
