"""All forms of a review in one folder, written whole or not at all."""

import os
from collections.abc import Sequence
from pathlib import Path

from yugong.base.files import whole_folder, write_atomic
from yugong.review.result import Review
from yugong.review.writing.form import review_form
from yugong.review.writing.ledger import data, ledger
from yugong.review.writing.marked import marked_draft


def write_review(
    reviews: Review | Sequence[Review], out: str | os.PathLike[str], files: Sequence[str | os.PathLike[str]] = ()
) -> Path:
    """Write, for each draft, the marked-up draft, the review form and the data, and one ledger for all.

    `files` are the drafts' own files, in the same order: a Word draft then keeps its layout. Two drafts of one name
    are told apart by a number. An earlier folder at `out` is replaced only when the new one is complete.
    """
    made = [reviews] if isinstance(reviews, Review) else list(reviews)
    originals: list[Path | None] = [Path(f) for f in files] or [None] * len(made)
    with whole_folder(Path(out)) as folder:
        for number, (review, file) in enumerate(zip(made, originals, strict=True), 1):
            stem = Path(review.draft.name).stem
            if [Path(r.draft.name).stem for r in made].count(stem) > 1:
                stem = f"{stem}-{number}"
            write_atomic(folder / f"{stem}-marked.docx", marked_draft(review, file))
            write_atomic(folder / f"{stem}-form.docx", review_form(review))
            write_atomic(folder / f"{stem}.json", data(review))
        write_atomic(folder / "ledger.xlsx", ledger(made))
    return Path(out)
