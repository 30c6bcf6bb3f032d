"""Blocks of the document as they go over the wire: what each kind holds, for the interface's description."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Told(BaseModel):
    """Part of an answer: exactly what is in the model; built only when the interface is described."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Words(BaseModel):
    """A text in both languages."""

    model_config = ConfigDict(extra="forbid")
    zh: str
    en: str


class SourceLine(Told):
    """Where a variable comes from."""

    id: str
    title: Words
    unit: Words
    price_basis: Words
    publication: Words
    vintage: Words
    kind: str


class Number(Told):
    """A number as it is written, and in full; null where it is missing."""

    t: str
    v: float | None


class Band(Told):
    """An interval as it is written, and its two ends in full."""

    t: str
    v: Annotated[list[float | None], Field(min_length=2, max_length=2)]


class TableColumn(Told):
    """A column with its words; `group` stands over several columns."""

    id: str
    title: Words
    unit: Words
    type: Literal["words", "number", "interval"]
    group: Words | None


class SourceNote(Told):
    """A source as it is printed under a table."""

    publication: Words
    vintage: Words


class TableParts(Told):
    """A table: columns, rows of cells, which rows are marked, and what stands under it."""

    id: str
    caption: Words
    columns: list[TableColumn]
    rows: list[list[Words | Number | Band]]
    marked: list[int]
    notes: list[Words]
    lines: list[SourceNote]
    sources: list[SourceLine]


class TableBlock(TableParts):
    """A table on its own."""

    kind: Literal["table"]


class Chart(Told):
    """What the chart kit draws; `kind` names the chart, the rest is the kit's own."""

    model_config = ConfigDict(extra="allow", defer_build=True)
    kind: str


class FigureBlock(Told):
    """A chart with its twin table and a description in words."""

    kind: Literal["figure"]
    id: str
    caption: Words
    unit: Words
    chart: Chart
    description: Words
    notes: list[Words]
    table: TableParts


class HeadingBlock(Told):
    """A heading."""

    kind: Literal["heading"]
    text: Words


class ParagraphBlock(Told):
    """A paragraph."""

    kind: Literal["paragraph"]
    text: Words


class FindingBlock(Told):
    """A finding; `see` names the table or figure it rests on."""

    kind: Literal["finding"]
    text: Words
    detail: Words | None
    see: str | None
    tone: Literal["closer", "wider", "neutral", "caution"]


class KeyFigureRow(Told):
    """A headline number with its interval, which is empty where none was estimated."""

    title: Words
    value: Words
    unit: Words
    interval: Words
    note: Words
    see: str | None
    full: float | None


class KeyFiguresBlock(Told):
    """Headline numbers."""

    kind: Literal["key_figures"]
    items: list[KeyFigureRow]


class Reference(Told):
    """A reference in the national style and as BibTeX."""

    key: str
    gbt7714: str
    bibtex: str


class CardBlock(Told):
    """A method card: the formula in LaTeX and, where it can be drawn, in MathML."""

    kind: Literal["card"]
    id: str
    title: Words
    formula: str
    mathml: str | None
    convention: Words
    zero: Words | None
    options: dict[str, Any]
    citations: list[Reference]


Block = Annotated[
    HeadingBlock | ParagraphBlock | FindingBlock | KeyFiguresBlock | CardBlock | TableBlock | FigureBlock,
    Field(discriminator="kind"),
]
