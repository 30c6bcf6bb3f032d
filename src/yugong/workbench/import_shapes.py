"""What the import wizard says and asks: a workbook as it was understood, and the study to make of it."""

from typing import Annotated

from pydantic import Field, StringConstraints

from yugong.workbench.block_shapes import Told, Words
from yugong.workbench.shapes import Answer, Asked, Fault, Name, Year


class ImportedColumn(Told):
    """A column of figures and what it is taken for."""

    title: str
    variable: str
    known: bool
    name: str
    unit: str
    cells: int
    columns: list[str]


class ImportedTable(Told):
    """A sheet as it was understood."""

    id: str
    sheet: str | None
    layout: str | None
    title: str
    places: int
    years: list[int]
    columns: list[ImportedColumn]
    understood: list[Words]
    notes: list[Fault]
    problems: list[Fault]
    start: list[list[str]]


class Imported(Answer):
    """A workbook as it was understood; `name` is a name for the study."""

    import_id: str
    file: str
    name: str
    tables: list[ImportedTable]
    problems: list[Fault]


class ImportAgain(Asked):
    """What the file does not state."""

    year: Year | None = None
    unit: Annotated[str, StringConstraints(max_length=40)] | None = None


class ColumnChoice(Asked):
    """What a column becomes."""

    title: Name
    variable: Annotated[str, StringConstraints(pattern=r"^[^\W\d]\w{0,79}$")]
    name: Name
    unit: Annotated[str, StringConstraints(max_length=40)] | None = None


class TableChoice(Asked):
    """A sheet to save, with its columns."""

    id: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}$")]
    columns: Annotated[list[ColumnChoice], Field(max_length=400)] = Field(default_factory=list)


class ImportSave(Asked):
    """A study to make of a workbook."""

    name: Name
    title: Name
    tables: Annotated[list[TableChoice], Field(min_length=1, max_length=60)]
    year: Year | None = None
    unit: Annotated[str, StringConstraints(max_length=40)] | None = None


class StudyName(Answer):
    """A study by its id."""

    study: str


class StudyChoice(Asked):
    """A study to open, by an id of the list."""

    study: Name


class StudyListed(Told):
    """A study that can be opened."""

    id: str
    title: Words
    open: bool


class Studies(Answer):
    """The studies that can be opened."""

    studies: list[StudyListed]
