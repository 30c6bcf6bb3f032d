"""The report on a study, from its chapters."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from yugong import __version__
from yugong.base.errors import UnknownNameError
from yugong.base.files import sha256
from yugong.base.provenance import Source
from yugong.base.text import Text
from yugong.report.chapters import appendix, convergence, disparity, missing, region, standing
from yugong.report.chapters.context import Context, Part
from yugong.report.model import Block, Chapter, Document, Figure, Finding, InputFile, KeyFigures, Meta, Table

if TYPE_CHECKING:
    from yugong.study import Study

Progress = Callable[[int, int, Text], None]
Step = tuple[Text, Callable[[Context], Part]]
STEPS: tuple[Step, ...] = (
    (Text("全国处在什么位置", "where the country stands"), standing.build),
    (Text("地区与相似地区", "regions and their peers"), region.build),
    (Text("地区差距与自助法区间", "disparities and their bootstrap intervals"), disparity.build),
    (Text("收敛", "convergence"), convergence.build),
    (Text("缺什么数据", "what data are missing"), missing.build),
)


def _later(chapter: str) -> Callable[[Context], Part]:
    """Return the `build` of a chapter, imported when it is asked for: few reports hold them all."""

    def build(c: Context) -> Part:
        made: Part = import_module(f"yugong.report.chapters.{chapter}").build(c)
        return made

    return build


MODULES: dict[str, Step] = {
    name: (title, _later(name))
    for name, title in {
        "space": Text("空间自相关与溢出", "spatial autocorrelation and spillovers"),
        "dynamics": Text("换档、俱乐部与分布", "classes, clubs and the distribution"),
        "markets": Text("市场分割与人口流动", "market segmentation and migration"),
        "structure": Text("产业结构", "industrial structure"),
        "growth": Text("增长来源与碳排放", "sources of growth and emissions"),
        "efficiency": Text("效率与生产率", "efficiency and productivity"),
        "whatif": Text("如果这样做，会怎样", "what would happen if"),
        "design": Text("应当怎么做", "what should be done"),
        "evaluation": Text("政策做成了什么", "what did it do"),
        "allowed": Text("是否合规", "is it allowed"),
        "track": Text("走没走偏", "are we on track"),
    }.items()
}
DEFAULT: tuple[str, ...] = ()
MOST_FINDINGS, MOST_KEYS = 8, 4
TITLE = Text("区域协调发展体检报告", "A check-up of regional coordinated development")


def build(
    study: "Study",
    region: str | None = None,
    year: int | None = None,
    progress: Progress | None = None,
    seed: int = 0,
    draws: int = 1000,
    modules: Sequence[str] | Literal["all"] = DEFAULT,
) -> Document:
    """Return the report on a study as a neutral document.

    `region`: any name form of one of its places, for a chapter of its own; `year`: the last year shown (the latest).
    `progress` is called with (steps done, steps in all, what comes next). `seed` and `draws` are those of the
    bootstrap and Monte-Carlo intervals. `modules` adds chapters to the usual ones, by the names in MODULES, or "all".
    Raises UnknownNameError for an unknown region or module or a year that the study does not have, InputError for a
    known place that is not one of the study's.
    """
    added = module_names(modules)
    code = None if region is None else study.place(region)
    if year is not None and year not in study.years:
        near = [str(y) for y in sorted(study.years, key=lambda y: abs(y - year))[:3]]
        raise UnknownNameError(Text("年份", "year"), year, near)
    context = Context(study, code, year, draws=draws, seed=seed)
    tell = progress or (lambda _done, _total, _text: None)
    parts = []
    steps = (*STEPS[:-1], *(MODULES[name] for name in added), STEPS[-1])
    for done, (text, make) in enumerate(steps):
        tell(done, len(steps), text)
        parts.append(make(context))
    tell(len(steps), len(steps), Text("成稿", "putting the report together"))
    chapters = [p.chapter for p in parts]
    sources = [s for ch in chapters for b in ch.blocks for s in _table_sources(b)]
    notice = _notice(context)
    last = appendix.build(context, (card for p in parts for card in p.cards), sources)
    return Document(
        TITLE if code is None else Text(f"{TITLE.zh}：{context.name(code).zh}", f"{TITLE.en}: {context.name(code).en}"),
        Text(
            f"{study.title.zh}，{_range(study.years[0], year or study.years[-1], '—')} 年",
            f"{study.title.en}, {_range(study.years[0], year or study.years[-1], '–')}",
        ),
        (first_page(parts, code, added, notice), *chapters, last),
        Meta(
            study.id,
            study.title,
            datetime.now(UTC).date().isoformat(),
            __version__,
            _options(region=code, year=year, draws=draws, modules=", ".join(added) or None),
            {"bootstrap": seed, "ranks": seed}
            | ({"permutations": seed} if "space" in added else {})
            | ({"elasticities": seed} if "whatif" in added else {}),
            _inputs(study.folder),
            tuple(dict.fromkeys([*([notice] if notice else []), *(w for p in parts for w in p.warnings)])),
        ),
    )


def module_names(modules: Sequence[str] | Literal["all"]) -> tuple[str, ...]:
    """Return the modules asked for, in the report's order and each once; UnknownNameError lists those there are."""
    asked = list(MODULES) if modules == "all" else [modules] if isinstance(modules, str) else list(modules)
    if "all" in asked:
        asked = list(MODULES)
    if unknown := [name for name in asked if name not in MODULES]:
        raise UnknownNameError(Text("报告模块", "report module"), unknown[0], [*MODULES, "all"])
    return tuple(name for name in MODULES if name in asked)


def summary(document: Document, folder: Path, files: Sequence[str] = ("index.html",)) -> tuple[Text, ...]:
    """Return the lines for the end of a run: what the first page warns of, two leading findings, where the report lies.

    Where nothing definite was found, cautions stand in for findings.
    """
    every = list(dict.fromkeys(document.findings()))
    first_page = {b.text for b in document.chapters[0].blocks if isinstance(b, Finding)}
    notices = [w for w in document.meta.warnings if w in first_page]
    cautions = [f.text for f in every if f.tone == "caution" and f.text not in notices]
    found = [f.text for f in every if f.tone != "caution"]
    return (
        *notices,
        *[*found, *cautions][:2],
        _where(folder, files),
    )


def _where(folder: Path, files: Sequence[str]) -> Text:
    if "index.html" in files:
        return Text(f"报告在 {folder}，用浏览器打开 index.html。", f"The report lies in {folder}; open index.html.")
    return Text(f"报告在 {folder}：{'、'.join(files)}。", f"The report lies in {folder}: {', '.join(files)}.")


def _options(**given: object) -> dict[str, str]:
    return {key: str(value) for key, value in given.items() if value is not None}


def _range(first: int, last: int, dash: str) -> str:
    return str(first) if first == last else f"{first}{dash}{last}"


def _notice(c: Context) -> Text | None:
    """Say that the year asked for has no figures of output per head, when an earlier one stands for it."""
    wanted = standing.PER_HEAD, standing.HEADS
    if c.year is None or not c.has(*wanted):
        return None
    held = c.years(*wanted)
    if not held or held[-1] == c.year:
        return None
    return Text(
        f"{c.year} 年缺人均地区生产总值或人口，以之为据的结论用到 {held[-1]} 年。",
        f"{c.year} lacks GRP per head or population: what rests on them is shown to {held[-1]}.",
    )


def first_page(
    made: Sequence[Part], region: str | None = None, added: tuple[str, ...] = (), notice: Text | None = None
) -> Chapter:
    """Return the first page: headline numbers, and findings of every chapter, definite ones before cautions.

    The chapter on the reader's own region (the second) comes first. Each chapter that the reader added brings its
    first finding.
    """
    every = list(made) if region is None else [made[1], made[0], *made[2:]]
    chosen_parts = [p for p in every if p.chapter.id in added]
    parts = [p for p in every if p.chapter.id not in added]
    keys = [k for p in parts for k in p.keys][:MOST_KEYS]
    findings = [f for p in parts for f in p.findings]
    definite, cautions = [f for f in findings if f.tone != "caution"], [f for f in findings if f.tone == "caution"]
    chosen = [*definite[: MOST_FINDINGS - min(2, len(cautions))], *cautions][:MOST_FINDINGS]
    chosen += [f for p in chosen_parts for f in p.findings[:1]]
    blocks: list[Block] = [KeyFigures(tuple(keys))] if keys else []
    if notice:
        blocks.append(Finding(notice, tone="caution"))
    lead = Text(
        "一页看清结论；每条结论都链到所依据的图表。",
        "The conclusions on one page; each links to the table or figure it rests on.",
    )
    return Chapter("overview", Text("要点", "Key findings"), (*blocks, *chosen), lead)


def _table_sources(block: Block) -> tuple[Source, ...]:
    table = block.table if isinstance(block, Figure) else block
    return table.sources if isinstance(table, Table) else ()


def _inputs(folder: Path | None) -> tuple[InputFile, ...]:
    if folder is None:
        return ()
    inside = ((p, p.relative_to(folder)) for p in sorted(folder.rglob("*")) if p.is_file())
    return tuple(InputFile(name.as_posix(), sha256(p)) for p, name in inside if not name.parts[0].startswith("."))
