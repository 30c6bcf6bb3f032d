"""What goes over the wire: every request and answer as a model, from which the interface's description is made."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Year = Annotated[int, Field(ge=1000, le=3000)]


class Asked(BaseModel):
    """A request: nothing that is not in the model."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Words(BaseModel):
    """A text in both languages."""

    zh: str
    en: str


class Fault(BaseModel):
    """One thing wrong, where it is, and what to do."""

    what: Words
    do: Words | None
    file: str | None
    sheet: str | None
    row: int | None
    column: str | None


class Failure(BaseModel):
    """The one shape of an error."""

    ok: Literal[False]
    status: int
    error: Words
    problems: list[Fault]


class Answer(BaseModel):
    """An answer that is not an error."""

    ok: Literal[True]


class Block(BaseModel):
    """A block of the document; `kind` says which, the rest is as the report writes it."""

    model_config = ConfigDict(extra="allow")
    kind: Literal["heading", "paragraph", "finding", "key_figures", "table", "figure", "card"]


class SourceLine(BaseModel):
    """Where a variable comes from."""

    id: str
    title: Words
    unit: Words
    price_basis: Words
    publication: Words
    vintage: Words
    kind: str


class Origin(BaseModel):
    """The provenance of a result."""

    study: str
    selection: dict[str, str]
    sources: list[SourceLine]


class VariableRow(BaseModel):
    """A variable as the pickers list it."""

    id: str
    title: Words
    unit: Words
    direction: str
    kind: str
    group: Words
    first_year: int | None
    last_year: int | None


class Option(BaseModel):
    """An id with its words."""

    id: str
    title: Words


class RoomRow(BaseModel):
    """A room that exists in this version, with its verbs by family."""

    id: str
    title: Words
    families: list[dict[str, Any]]


class Session(Answer):
    """What the page needs first."""

    version: str
    study: dict[str, Any]
    years: list[int]
    region: str | None
    variable: str | None
    variables: list[VariableRow]
    groupings: list[Option]
    rooms: list[RoomRow]
    languages: list[str]
    limits: dict[str, int]
    simulator: Literal["cold", "warming", "ready", "absent"]


class PlaceRow(BaseModel):
    """A place as the search box finds it."""

    code: str
    zh: str
    en: str
    full: str
    pinyin: str
    initials: str
    level: str


class Places(Answer):
    """The places of the study."""

    places: list[PlaceRow]


class RegionQuery(Asked):
    """A region, by code or any form of its name."""

    region: Code | None = None


class Overview(Answer):
    """The first page, and the tables and figures that its findings point at."""

    region: str | None
    blocks: list[Block]
    behind: list[Block]


class ViewRequest(Asked):
    """One selection, which all figures of a view share."""

    variable: Code
    year: Year | None = None
    years: Annotated[list[Year], Field(max_length=2)] | None = None
    region: Code | None = None
    scale: Literal["level", "relative", "growth"] = "level"
    groups: Code | None = None


class View(Answer):
    """Linked figures of one selection."""

    blocks: list[Block]
    roles: dict[str, str]
    variable: str
    year: int
    years: list[int]
    region: str | None
    peers: list[Option]
    provenance: Origin
    python: str
    cli: str
    run_id: str


class FieldRow(BaseModel):
    """A field of a form, made from an option of a verb."""

    id: str
    title: Words
    kind: Literal["text", "number", "integer", "bool", "choice", "texts", "numbers", "integers", "choices", "file"]
    required: bool
    default: Any
    nullable: bool
    choices: list[Option]
    low: float | None
    high: float | None
    unit: Words | None
    source: str | None


class VerbRow(BaseModel):
    """A verb with its form."""

    id: str
    family: str
    title: Words
    summary: Words
    fields: list[FieldRow]
    forms: list[dict[str, Any]]


class VerbList(Answer):
    """The verbs of a room."""

    room: str
    families: list[Option]
    verbs: list[VerbRow]
    sources: dict[str, list[Option]]


class RunRequest(Asked):
    """Options of a verb, by name; a file is the id that its upload was given."""

    options: dict[Code, Any] = Field(default_factory=dict, max_length=80)


class RunAnswer(Answer):
    """A result as blocks, with the same result as Python and as a command."""

    blocks: list[Block]
    notes: list[Words]
    provenance: Origin | None
    python: str
    cli: str
    run_id: str
    formats: list[str]


class LeverRow(BaseModel):
    """A lever with its bounds and who pays."""

    id: str
    title: Words
    unit: Words
    low: float
    high: float
    neutral: float
    step: float
    start: float
    scale: Literal["linear", "log"]
    mode: str
    by: list[str]
    payer: Words
    note: Words
    reference: str | None


class Levers(Answer):
    """Levers by instrument, and what they may be pointed at."""

    simulator: Literal["cold", "warming", "ready", "absent"]
    families: list[dict[str, Any]]
    places: list[Option]
    groups: list[Option]
    sectors: dict[str, list[Option]]
    land: list[Option]
    presets: list[dict[str, Any]]
    label: Words | None


class SettingRow(Asked):
    """One lever set to a value for the places chosen."""

    lever: Code
    value: float
    place: Annotated[list[Code], Field(max_length=60)] = []
    origin: Annotated[list[Code], Field(max_length=60)] = []
    destination: Annotated[list[Code], Field(max_length=60)] = []
    sector: Annotated[list[Code], Field(max_length=60)] = []
    land: Annotated[list[Code], Field(max_length=10)] = []
    mode: Literal["set", "add", "multiply"] | None = None
    both: bool = False


class ScenarioRow(Asked):
    """A named list of settings; `extends` names presets."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-]{1,40}$")]
    title: Words | None = None
    note: Words | None = None
    settings: Annotated[list[SettingRow], Field(max_length=60)] = []
    extends: Annotated[list[Code], Field(max_length=8)] = []
    payers: Annotated[list[Code], Field(max_length=60)] = []


class SimulateRequest(Asked):
    """Scenarios to solve; `seq` comes back, so that late answers can be dropped."""

    scenarios: Annotated[list[ScenarioRow], Field(min_length=1, max_length=4)]
    preview: bool = False
    detail: Literal["eight", "three"] = "eight"
    groups: Code | None = None
    region: Code | None = None
    certificate: bool = False
    seq: Annotated[int, Field(ge=0, le=2**53)] = 0


class Solved(BaseModel):
    """One scenario solved."""

    id: str
    title: Words
    badge: Literal["exact", "preview", "failed"]
    status: Words
    converged: bool
    blocks: list[Block]
    roles: dict[str, str]
    certificate: dict[str, Any] | None
    diff: list[dict[str, Any]]
    python: str
    cli: str
    toml: str
    run_id: str


class Simulated(Answer):
    """Scenarios side by side, on one scale."""

    seq: int
    label: Words
    scenarios: list[Solved]
    comparison: list[Block]
    summary: Words
    milliseconds: float


class Uploaded(Answer):
    """An upload, by its id."""

    file: str
    name: str
    bytes: int


class LangQuery(Asked):
    """The language of a file."""

    lang: Literal["zh", "en"] = "zh"


class Project(Answer):
    """The saved project: whatever the page keeps in it, and its revision."""

    revision: int
    project: dict[str, Any]


class ProjectRequest(Asked):
    """A project to save over the revision it was made from."""

    revision: Annotated[int, Field(ge=0, le=2**53)]
    project: dict[str, Any]


class Saved(Answer):
    """The revision that was saved."""

    revision: int


class ScenarioRead(Answer):
    """The scenario of a file."""

    scenario: ScenarioRow


class BandsRequest(Asked):
    """Uncertainty of a scenario: draws over the elasticities."""

    kind: Literal["bands"]
    scenario: ScenarioRow
    draws: Annotated[int, Field(ge=2, le=2000)] = 200
    seed: Annotated[int, Field(ge=0, le=2**31)] = 0
    detail: Literal["eight", "three"] = "eight"
    groups: Code | None = None
    region: Code | None = None


class ReportRequest(Asked):
    """The report on the study, for a region or for the country."""

    kind: Literal["report"]
    region: Code | None = None
    year: Year | None = None
    modules: Annotated[list[Code], Field(max_length=20)] = []
    draws: Annotated[int, Field(ge=100, le=10_000)] = 1000
    seed: Annotated[int, Field(ge=0, le=2**31)] = 0
    lang: Literal["zh", "en"] = "zh"


class JobRequest(RootModel[Annotated[BandsRequest | ReportRequest, Field(discriminator="kind")]]):
    """A piece of background work."""


class JobRow(Answer):
    """A job as it stands; `done` of `total` steps are finished."""

    job: str
    kind: str
    state: Literal["waiting", "running", "done", "cancelled", "failed"]
    done: int
    total: int
    text: Words
    result: dict[str, Any] | None
    error: dict[str, Any] | None


class DownloadQuery(Asked):
    """Which table of a result, and in which language."""

    table: Code | None = None
    lang: Literal["zh", "en"] = "zh"


class ImportedColumn(BaseModel):
    """A column of figures and what it is taken for."""

    title: str
    variable: str
    known: bool
    name: str
    unit: str
    cells: int
    columns: list[str]


class ImportedTable(BaseModel):
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
    columns: Annotated[list[ColumnChoice], Field(max_length=400)] = []


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


class Studies(Answer):
    """The studies that can be opened."""

    studies: list[dict[str, Any]]


class Description(Answer):
    """The description of the interface, as OpenAPI has it."""

    model_config = ConfigDict(extra="allow")
    openapi: str
    paths: dict[str, Any]
