"""The neutral document: what a report says, without a word of HTML or of any other form it is written in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from yugong.base.cards import MethodCard
from yugong.base.provenance import Source
from yugong.base.text import Text
from yugong.report.charts import Chart
from yugong.report.numbers import NONE, Format, Interval

Cell = Text | str | float | int | Interval | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. Without a format it holds words; columns of one `group` share a spanning header."""

    id: str
    title: Text
    unit: Text = NONE
    format: Format | None = None
    group: Text | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A three-line table: typed cells under columns, with its notes and sources; `marked` rows are set off."""

    id: str
    caption: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Text, ...] = ()
    sources: tuple[Source, ...] = ()
    marked: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"table {self.id!r}: a row of {len(row)} cells under {len(self.columns)} columns")
            for cell, column in zip(row, self.columns, strict=True):
                wanted = str | Text if column.format is None else float | int | Interval
                if cell is not None and not isinstance(cell, wanted):
                    raise ValueError(f"table {self.id!r}, column {column.id!r}: {cell!r} does not fit the column")


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its table twin, a description written from its data, and where the data come from."""

    id: str
    caption: Text
    chart: Chart
    table: Table
    description: Text
    unit: Text = NONE
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: Text


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a chapter."""

    text: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, as a sentence written from numbers; `see` is the id of the table or figure behind it."""

    text: Text
    detail: Text | None = None
    see: str | None = None
    tone: Literal["closer", "wider", "neutral", "caution"] = "neutral"


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One headline number in its unit, with its interval and a line that says what it means."""

    title: Text
    value: float | None
    format: Format
    unit: Text = NONE
    interval: Interval | None = None
    note: Text = NONE
    see: str | None = None


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Headline numbers set side by side."""

    items: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A method card."""

    method: MethodCard


Block = Heading | Paragraph | Finding | KeyFigures | Table | Figure | Card


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: an id for links, a title, a sentence that says what it answers, and its blocks."""

    id: str
    title: Text
    blocks: tuple[Block, ...]
    lead: Text = NONE


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file the numbers come from, as the manifest names it."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Meta:
    """What a reader needs to trace and repeat a document."""

    study: str
    study_title: Text
    created: str  # ISO 8601 date
    version: str
    options: dict[str, str] = field(default_factory=dict)
    seeds: dict[str, int] = field(default_factory=dict)
    inputs: tuple[InputFile, ...] = ()
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    title: Text
    subtitle: Text
    chapters: tuple[Chapter, ...]
    meta: Meta

    def __post_init__(self) -> None:
        ids = [c.id for c in self.chapters] + [t.id for t in self.tables()] + [f.id for f in self.figures()]
        twice = {i for i in ids if ids.count(i) > 1}
        if twice:
            raise ValueError(f"ids used twice in one document: {sorted(twice)}")
        unknown = {see for see in self._references() if see not in ids}
        if unknown:
            raise ValueError(f"references to nothing: {sorted(unknown)}")

    def blocks(self) -> Iterator[Block]:
        """Yield every block in reading order."""
        for chapter in self.chapters:
            yield from chapter.blocks

    def tables(self) -> tuple[Table, ...]:
        """Return every table in reading order, the twins of figures included."""
        return tuple(b.table if isinstance(b, Figure) else b for b in self.blocks() if isinstance(b, Table | Figure))

    def figures(self) -> tuple[Figure, ...]:
        """Return every figure in reading order."""
        return tuple(b for b in self.blocks() if isinstance(b, Figure))

    def findings(self) -> tuple[Finding, ...]:
        """Return every finding in reading order."""
        return tuple(b for b in self.blocks() if isinstance(b, Finding))

    def key_figures(self) -> tuple[KeyFigure, ...]:
        """Return every headline number in reading order."""
        return tuple(k for b in self.blocks() if isinstance(b, KeyFigures) for k in b.items)

    def cards(self) -> tuple[MethodCard, ...]:
        """Return every method card in reading order."""
        return tuple(b.method for b in self.blocks() if isinstance(b, Card))

    def sources(self) -> tuple[Source, ...]:
        """Return every source of every table once, in order of first use."""
        return tuple({s.id: s for t in self.tables() for s in t.sources}.values())

    def numbers(self) -> dict[str, Text]:
        """Return the number of each table and figure by id, counted within its chapter: 表 2-1, Table 2-1."""
        found: dict[str, Text] = {}
        for c, chapter in enumerate(self.chapters, 1):
            t = f = 0
            for block in chapter.blocks:
                if isinstance(block, Figure):
                    f += 1
                    found[block.id] = Text(f"图 {c}-{f}", f"Figure {c}-{f}")
                if isinstance(block, Table | Figure):
                    t += 1
                    table = block.table if isinstance(block, Figure) else block
                    found[table.id] = Text(f"表 {c}-{t}", f"Table {c}-{t}")
        return found

    def _references(self) -> Iterator[str]:
        for block in self.blocks():
            if isinstance(block, Finding) and block.see:
                yield block.see
        yield from (k.see for k in self.key_figures() if k.see)
