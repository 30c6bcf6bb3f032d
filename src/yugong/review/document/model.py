"""A draft as its text and the blocks it is made of."""

from dataclasses import dataclass
from typing import Literal

from yugong.base.text import Text

Kind = Literal["heading", "paragraph", "cell"]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or a table cell: `text[start:end]` of the draft, and where a reader finds it.

    `part` counts paragraphs of a Word document in reading order (cells included), to write comments back.
    """

    kind: Kind
    start: int
    end: int
    where: Text
    level: int = 0
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft policy: its whole text, its blocks in reading order, and what of the file was not read."""

    name: str
    sha256: str
    format: str
    text: str
    blocks: tuple[Block, ...]
    unread: tuple[Text, ...] = ()

    def of(self, block: Block) -> str:
        """Return the text of a block."""
        return self.text[block.start : block.end]
