"""A 200-page draft reviewed: read, cut, matched, explained."""

import tempfile
from pathlib import Path

from _measure import Figure, cpu_seconds

PAGE = 700  # characters on a page of an official document in size-3 type
PAGES = 200


def draft_text(pages: int) -> str:
    """Return a draft of that many pages: the sample's articles over and over, numbered on."""
    from yugong.review import sample_draft

    draft = sample_draft()
    lines = [draft.of(b) for b in draft.blocks if b.kind == "paragraph"]
    body: list[str] = []
    while sum(map(len, body)) < pages * PAGE:
        body += [f"（{len(body) + i + 1}）{line.partition(' ')[2]}" for i, line in enumerate(lines)]
    return "\n".join(body)


def figures(full: bool = False) -> list[Figure]:
    import docx

    from yugong.review import review, write_review

    text = draft_text(PAGES)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "draft.txt"
        plain.write_text(text, encoding="utf-8")
        word = Path(folder) / "draft.docx"
        document = docx.Document()
        for line in text.split("\n"):
            document.add_paragraph(line)
        document.save(str(word))
        for path in (plain, word):
            result = review(path, texts={})
            seconds = cpu_seconds(lambda path=path: review(path, texts={}), repeats=1)
            note = f"{len(text)} characters, {result.clauses} sentences, {len(result.findings)} findings"
            found.append(Figure(f"review of a {PAGES}-page draft ({path.suffix})", seconds, "s CPU", "< 20", note))
            out = Path(folder) / "out"
            written = cpu_seconds(lambda r=result, p=path, o=out: write_review(r, o, [p]), repeats=1)
            note = "marked-up draft, form, ledger, data"
            found.append(
                Figure(f"the same, every output written too ({path.suffix})", seconds + written, "s CPU", "< 20", note)
            )
    return found
