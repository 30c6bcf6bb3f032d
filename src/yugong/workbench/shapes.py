"""What goes over the wire: every request and answer as a model, from which the interface's description is made."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

from yugong.workbench.block_shapes import Block, SourceLine, Told, Words

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Year = Annotated[int, Field(ge=1000, le=3000)]


class Asked(BaseModel):
    """A request: nothing that is not in the model."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Fault(Told):
    """One thing wrong, where it is, and what to do."""

    what: Words
    do: Words | None
    file: str | None
    sheet: str | None
    row: int | None
    column: str | None


class Failure(Told):
    """The one shape of an error."""

    ok: Literal[False]
    status: int
    error: Words
    problems: list[Fault]
    candidates: list[str] | None = Field(None, description="names near to one that is not known")
    revision: int | None = Field(None, description="409: the revision that is there")
    project: dict[str, Any] | None = Field(None, description="409: the project that is there")


class Answer(Told):
    """An answer that is not an error."""

    ok: Literal[True]


class Origin(Told):
    """The provenance of a result."""

    study: str
    selection: dict[str, str]
    sources: list[SourceLine]


class VariableRow(Told):
    """A variable as the pickers list it."""

    id: str
    title: Words
    unit: Words
    direction: str
    kind: str
    group: Words
    first_year: int | None
    last_year: int | None


class Option(Told):
    """An id with its words."""

    id: str
    title: Words


class FamilyRow(Told):
    """Verbs of a kind."""

    id: str
    title: Words
    verbs: list[Option]


class RoomRow(Told):
    """A room that exists in this version, with its verbs by family."""

    id: str
    title: Words
    families: list[FamilyRow]


class StudyRow(Told):
    """The study that is open."""

    id: str
    title: Words
    places: int
    level: str
    note: Words


class Session(Answer):
    """What the page needs first."""

    version: str
    study: StudyRow
    years: list[int]
    region: str | None
    variable: str | None
    variables: list[VariableRow]
    groupings: list[Option]
    rooms: list[RoomRow]
    languages: list[str]
    limits: dict[str, int]
    simulator: Literal["cold", "warming", "ready", "absent"]


class PlaceRow(Told):
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
    run_id: str


class ViewRequest(Asked):
    """One selection, which all figures of a view share."""

    variable: Code
    year: Year | None = None
    years: Annotated[list[Year], Field(max_length=2)] | None = None
    region: Code | None = None
    scale: Literal["level", "relative", "growth"] = "level"
    groups: Code | None = None
    peers: Annotated[list[Code], Field(max_length=12)] | None = None


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


class FieldRow(Told):
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


class FormColumn(Told):
    """A column of a table that a verb reads."""

    id: str
    title: Words
    unit: Words
    kind: str
    required: bool


class FormRow(Told):
    """A table that a verb reads from a file."""

    id: str
    title: Words
    note: Words
    columns: list[FormColumn]


class VerbRow(Told):
    """A verb with its form."""

    id: str
    family: str
    title: Words
    summary: Words
    fields: list[FieldRow]
    forms: list[FormRow]


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


class LeverRow(Told):
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


class LeverFamily(Told):
    """Levers of one instrument."""

    id: str
    title: Words
    levers: list[LeverRow]


class EconomyRequest(Asked):
    """A workbook of one's own economy tables, by the id of its upload; null for the study's own economy."""

    file: Code | None


class EconomyAnswer(Answer):
    """The user's own economy, by the name of its file and what it covers."""

    simulator: Literal["cold", "warming", "ready", "absent"]
    name: str | None
    year: int | None
    places: list[Option]
    sectors: list[Option]
    notes: list[Words]


class EconomyName(Told):
    """The file of the user's own economy tables."""

    name: str


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


class PresetRow(Told):
    """A scenario that ships with the simulator."""

    id: str
    title: Words
    note: Words
    settings: list[SettingRow]
    payers: list[str]


class Levers(Answer):
    """Levers by instrument, and what they may be pointed at."""

    simulator: Literal["cold", "warming", "ready", "absent"]
    families: list[LeverFamily]
    places: list[Option]
    groups: list[Option]
    sectors: dict[str, list[Option]]
    land: list[Option]
    presets: list[PresetRow]
    label: Words | None
    economy: EconomyName | None


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


class CertificateRow(Told):
    """One number of a certificate, as it is written and in full."""

    id: str
    title: Words
    value: float | None
    t: str


class CertificateShown(Told):
    """Why to trust a solution."""

    text: Words
    rows: list[CertificateRow]
    starts: int
    reached: int


class Chosen(Told):
    """What a lever is pointed at."""

    by: str
    names: list[Words]


class Amount(Told):
    """A value as it is written and in full."""

    t: str
    v: float


class ChangeRow(Told):
    """A lever's way from the base year."""

    lever: str
    title: Words
    where: list[Chosen]
    old: Amount
    new: Amount
    how: str
    unit: Words
    payer: Words
    source: str | None


class Solved(Told):
    """One scenario solved."""

    id: str
    title: Words
    badge: Literal["exact", "preview", "failed"]
    status: Words
    converged: bool
    blocks: list[Block]
    roles: dict[str, str]
    certificate: CertificateShown | None
    diff: list[ChangeRow]
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


class BandsResult(Told):
    """What drawing the elasticities gave."""

    blocks: list[Block]
    run_id: str  # for downloads, while the server that drew them runs
    python: str
    cli: str


class ReportResult(Told):
    """The report's forms."""

    formats: list[str]
    title: Words
    python: str
    cli: str


class JobRow(Answer):
    """A job as it stands; `done` of `total` steps are finished."""

    job: str
    kind: str
    state: Literal["waiting", "running", "done", "cancelled", "failed"]
    done: int
    total: int
    text: Words
    result: BandsResult | ReportResult | None
    error: Failure | None


class DownloadQuery(Asked):
    """Which table of a result, and in which language."""

    table: Code | None = None
    lang: Literal["zh", "en"] = "zh"


class Description(Answer):
    """The description of the interface, as OpenAPI has it."""

    model_config = ConfigDict(extra="allow")
    openapi: str
    paths: dict[str, Any]
