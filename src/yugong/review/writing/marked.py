"""The draft with a Word comment at each finding."""

import copy
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from yugong.review.document.word import open_word, paragraphs
from yugong.review.document.word import runs as all_runs
from yugong.review.result import Review
from yugong.review.writing import parts
from yugong.review.writing.words import comment, question

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

AUTHOR, INITIALS = "禹贡 Yugong", "YG"


def marked_draft(review: Review, file: Path | None = None) -> bytes:
    """Return the draft as .docx with a comment at each finding.

    A Word draft (`file`) keeps its own layout; any other is set anew, a paragraph a block.
    """
    if review.draft.format == "docx" and file is not None:
        document = open_word(file)
        all_ = [p for p, _, _ in paragraphs(document)]
        places = {b.start: all_[b.part] for b in review.draft.blocks if b.part is not None}
    else:
        document, places = _set_anew(review)
    _comments(document, review, places)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _comments(document: "Document", review: Review, places: "Mapping[int, Paragraph]") -> None:
    """Set a comment at the words of each finding and question; numbers go on from those of comments already there."""
    from docx.oxml.ns import qn

    held = document.part._comments_part.element
    number = max((int(c.get(qn("w:id"))) for c in held), default=-1)
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = [(f.clause, comment(f)) for f in review.findings] + [(q.clause, question(q)) for q in review.questions]
    for clause, words in said:
        block = clause.block
        runs = _runs(places[block.start], clause.start - block.start, clause.end - block.start)
        if runs:
            number += 1
            held.append(parts.comment(number, words, AUTHOR, INITIALS, at))
            runs[0].mark_comment_range(runs[-1], number)


def _set_anew(review: Review) -> "tuple[Document, dict[int, Paragraph]]":
    import docx
    from docx.text.paragraph import Paragraph

    document = docx.Document()
    end = document.element.body.sectPr
    places = {}
    for block in review.draft.blocks:
        style = f"Heading{min(block.level, 4)}" if block.kind == "heading" else None
        made = parts.paragraph(review.draft.of(block), style)
        end.addprevious(made)
        places[block.start] = Paragraph(made, document._body)
    return document, places


def _runs(paragraph: "Paragraph", start: int, end: int) -> "Sequence[Run]":
    """Return the runs that hold the characters from start to end, split so that they hold no others."""
    at = 0
    found: list[Run] = []
    for run in all_runs(paragraph):
        size = len(run.text)
        first, last = max(start - at, 0), min(end - at, size)
        if first < last:
            found.append(_cut(run, first, last))
        at += size
    return found


def _cut(run: "Run", first: int, last: int) -> "Run":
    """Return the part of a run between two characters as a run of its own; a run with more than text stays whole."""
    from docx.text.run import Run

    text = run.text
    tags = {child.tag.rpartition("}")[2] for child in run._r} - {"rPr"}
    if (first, last) == (0, len(text)) or tags != {"t"}:
        return run
    after = copy.deepcopy(run._r)
    middle = copy.deepcopy(run._r)
    run.text = text[:first]
    run._r.addnext(middle)
    middle.addnext(after)
    parent = run._parent
    chosen, rest = Run(middle, parent), Run(after, parent)
    chosen.text, rest.text = text[first:last], text[last:]
    for piece in (run, rest):
        if not piece.text:
            piece._r.getparent().remove(piece._r)
    return chosen
