"""A draft cut into clauses: sentences with their article, item, heading and what leads into them."""

import re
from dataclasses import dataclass

from yugong.base.text import Text
from yugong.review.document.model import Block, Draft
from yugong.review.document.numbering import ARTICLE, ITEM, LISTED, list_level

_SENTENCE = re.compile(r"[^。；！？;\n]*[。；！？;]?[”’」）)]*")
_CELL = 9  # a table cell leads into the next, deeper than any numbering
LONGEST = 600  # characters; a longer stretch without a stop is cut at commas


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of a draft: `text` is `draft.text[start:end]`; `lead` is what the sentence hangs on.

    `topic` is its heading and the sentence before it; `label` is the article and item as printed,
    `heading` the nearest heading, `block` the block it stands in.
    """

    text: str
    start: int
    end: int
    label: str
    heading: str
    lead: str
    topic: str
    where: Text
    block: Block


def clauses(draft: Draft) -> tuple[Clause, ...]:
    """Return the sentences of a draft in reading order; headings are not clauses themselves.

    A sentence is led into by an opening that ends in a colon, for the items under it; a table cell by the cell
    before it.
    """
    found: list[Clause] = []
    heading = article = item = ""
    openings: dict[int, str] = {}  # by depth of numbering: an opening leads into what stands deeper
    for block in draft.blocks:
        text = draft.of(block)
        if block.kind == "heading":
            heading, item, openings = text.strip(), "", {}
            continue
        level = list_level(text)
        mark = ""
        if level is not None:
            mark = (ARTICLE.match(text) or ITEM.match(text) or LISTED.match(text)).group()  # type: ignore[union-attr]
            openings = {k: words for k, words in openings.items() if k < level}
        elif block.kind == "paragraph":
            openings = {}
        if level == 0:
            article, item = mark.strip(" #\u3000"), ""
        elif level is not None:
            item = mark.strip()
        lead = "\n".join(openings.values())
        before = ""
        for start, end in _sentences(text, len(mark)):
            words = text[start:end]
            topic = "\n".join(x for x in (heading, before) if x)
            label = f"{article}{item}"
            found.append(
                Clause(words, block.start + start, block.start + end, label, heading, lead, topic, block.where, block)
            )
            before = words
        if block.kind == "cell":
            openings = {**{k: w for k, w in openings.items() if k < _CELL}, _CELL: text.strip()}
        elif text.rstrip().endswith(("：", ":")):
            openings[-1 if level is None else level] = text.strip()
    return tuple(found)


def _sentences(text: str, skip: int) -> list[tuple[int, int]]:
    """Return the spans of sentences, without white space at either end."""
    spans = []
    for match in _SENTENCE.finditer(text, skip):
        words = match.group()
        if len(words.strip(" \u3000\t，、。；")) < 2:
            continue
        start = match.start() + len(words) - len(words.lstrip(" \u3000\t"))
        end = match.start() + len(words.rstrip(" \u3000\t"))
        spans += _cut(text, start, end)
    return spans


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    cuts = []
    while end - start > LONGEST:
        comma = max(text.rfind(c, start, start + LONGEST) for c in "，,、")
        stop = comma + 1 if comma > start else start + LONGEST
        cuts.append((start, stop))
        start = stop
    return [*cuts, (start, end)]
