"""The report on a study, from its chapters."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from yugong import __version__, registry
from yugong.base.errors import UnknownNameError
from yugong.base.files import sha256
from yugong.base.provenance import Source
from yugong.base.text import Text
from yugong.report.chapters import appendix, convergence, disparity, missing, region, standing
from yugong.report.chapters.context import Context, Part
from yugong.report.model import Block, Chapter, Document, Figure, InputFile, KeyFigures, Meta, Table

if TYPE_CHECKING:
    from yugong.study import Study

Progress = Callable[[int, int, Text], None]
STEPS: tuple[tuple[Text, Callable[[Context], Part]], ...] = (
    (Text("全国处在什么位置", "where the country stands"), standing.build),
    (Text("地区与相似地区", "regions and their peers"), region.build),
    (Text("地区差距与自助法区间", "disparities and their bootstrap intervals"), disparity.build),
    (Text("收敛", "convergence"), convergence.build),
    (Text("缺什么数据", "what data are missing"), missing.build),
)
MOST_FINDINGS, MOST_KEYS = 8, 4
TITLE = Text("区域协调发展体检报告", "A check-up of regional coordinated development")


def build(
    study: "Study",
    region: str | None = None,
    year: int | None = None,
    progress: Progress | None = None,
    seed: int = 0,
    draws: int = 1000,
) -> Document:
    """Return the report on a study as a neutral document.

    `region`: any name form of one of its places, for a chapter of its own; `year`: the last year shown (the latest).
    `progress` is called with (steps done, steps in all, what comes next). `seed` and `draws` are those of the
    bootstrap and Monte-Carlo intervals. Raises UnknownNameError for a region or year that the study does not have.
    """
    code = None if region is None else _place(study, region)
    if year is not None and year not in study.years:
        near = [str(y) for y in sorted(study.years, key=lambda y: abs(y - year))[:3]]
        raise UnknownNameError(Text("年份", "year"), year, near)
    context = Context(study, code, year, draws=draws, seed=seed)
    tell = progress or (lambda _done, _total, _text: None)
    parts = []
    for done, (text, make) in enumerate(STEPS):
        tell(done, len(STEPS), text)
        parts.append(make(context))
    tell(len(STEPS), len(STEPS), Text("成稿", "putting the report together"))
    chapters = [p.chapter for p in parts]
    sources = [s for ch in chapters for b in ch.blocks for s in _table_sources(b)]
    last = appendix.build(context, (card for p in parts for card in p.cards), sources)
    return Document(
        TITLE if code is None else Text(f"{TITLE.zh}：{context.name(code).zh}", f"{TITLE.en}: {context.name(code).en}"),
        Text(
            f"{study.title.zh}，{study.years[0]}—{year or study.years[-1]} 年",
            f"{study.title.en}, {study.years[0]}–{year or study.years[-1]}",
        ),
        (_overview(parts if code is None else [parts[1], *parts[:1], *parts[2:]]), *chapters, last),
        Meta(
            study.id,
            study.title,
            datetime.now(UTC).date().isoformat(),
            __version__,
            {k: str(v) for k, v in {"region": code, "year": year, "draws": draws}.items() if v is not None},
            {"bootstrap": seed, "ranks": seed},
            _inputs(study.folder),
            tuple(dict.fromkeys(w for p in parts for w in p.warnings)),
        ),
    )


def summary(document: Document, folder: Path) -> tuple[Text, Text, Text]:
    """Return three lines for the end of a run: the two leading findings and where the report lies."""
    found = [f.text for f in document.findings() if f.tone != "caution"]
    first, second = [*found, document.subtitle, document.subtitle][:2]
    return (
        first,
        second,
        Text(f"报告在 {folder}，用浏览器打开 index.html。", f"The report lies in {folder}; open index.html."),
    )


def _overview(parts: list[Part]) -> Chapter:
    """The first page: headline numbers, and findings of every chapter, definite ones before cautions."""
    keys = [k for p in parts for k in p.keys][:MOST_KEYS]
    findings = [f for p in parts for f in p.findings]
    definite, cautions = [f for f in findings if f.tone != "caution"], [f for f in findings if f.tone == "caution"]
    chosen = [*definite[: MOST_FINDINGS - min(2, len(cautions))], *cautions][:MOST_FINDINGS]
    blocks: list[Block] = [KeyFigures(tuple(keys))] if keys else []
    lead = Text(
        "一页看清结论；每条结论都链到所依据的图表。",
        "The conclusions on one page; each links to the table or figure it rests on.",
    )
    return Chapter("overview", Text("要点", "Key findings"), (*blocks, *chosen), lead)


def _place(study: "Study", name: str) -> str:
    if name in study.places:
        return name
    own = [code for code in study.places if name in study.names[code]]
    if len(own) == 1:
        return own[0]
    code = registry.place(name).code
    if code not in study.places:
        near = [study.names[p].in_() for p in study.places[:5]]
        raise UnknownNameError(Text("研究中的地区", "place of the study"), name, near)
    return code


def _table_sources(block: Block) -> tuple[Source, ...]:
    table = block.table if isinstance(block, Figure) else block
    return table.sources if isinstance(table, Table) else ()


def _inputs(folder: Path | None) -> tuple[InputFile, ...]:
    if folder is None:
        return ()
    return tuple(
        InputFile(p.relative_to(folder).as_posix(), sha256(p)) for p in sorted(folder.rglob("*")) if p.is_file()
    )
