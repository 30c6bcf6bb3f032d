"""`yugong review FILE…`: drafts reviewed; statutes, measurement, market access, agreements and plans beside it."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from yugong.base.errors import YugongError
from yugong.base.text import Text
from yugong.cli import verbs
from yugong.cli.app import group
from yugong.cli.options import Format
from yugong.cli.review_access import access_group
from yugong.cli.show import emit, method_note

if TYPE_CHECKING:
    from yugong.review.result import Review
    from yugong.study.verbs import Catalogue

DRAFT = "draft"
FileList = Annotated[
    list[Path],
    typer.Argument(metavar="FILE…", help=Text("草案：.docx、.pdf、.md、.txt", "drafts: .docx, .pdf, .md, .txt").in_()),
]
OutFolder = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help=Text(
            "写入文件夹：带批注的草案、审查表、台账、JSON",
            "write a folder: commented draft, review form, ledger, JSON",
        ).in_(),
    ),
]
OnDate = Annotated[
    str | None,
    typer.Option("--on", help=Text("按哪天的规则，如 2025-06-01", "rules of which day").in_(), metavar="DATE"),
]
PackFile = Annotated[
    str, typer.Option("--pack", help=Text("规则包：名称或 .toml 文件", "rule pack: a name or a .toml file").in_())
]


class _DraftFirst(TyperGroup):
    """A group whose first word, where it is no verb of its own, is a draft to review."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands:
            args = [DRAFT, *args]
        return super().resolve_command(ctx, args)


def add(app: typer.Typer) -> None:
    """Attach the verb to the command."""
    verb = group(
        Text(
            "审查：yugong review 草案.docx；下列动词之外的第一个词当作草案。全程离线，只作辅助，不作结论。",
            "review: yugong review draft.docx; a first word that is no verb below is a draft. Offline; it assists, "
            "never decides.",
        ),
        cls=_DraftFirst,
    )
    verb.command(DRAFT, help=Text("审查草案（可省略这个词）", "review drafts (the word may be left out)").in_())(draft)
    verb.command(
        "measure", help=Text("在标注条款上量查准率、查全率", "precision and recall on labelled clauses").in_()
    )(measured)
    verb.command("agreement", help=Text("补偿协议要点核对", "points of a compensation agreement").in_())(agreement)
    verbs.add(
        verb, "plan", Text("规划一致性：任务、合计、方向、分区", "plans: tasks, sums, directions, zones"), _catalogue
    )
    statutes = group(Text("法规正式文本", "official texts of statutes"))
    statutes.command("add", help=Text("装入正式文本，之后逐条引用原文", "load a text; findings then quote it").in_())(
        statutes_add
    )
    statutes.command("list", help=Text("列出已装入的文本", "list the loaded texts").in_())(statutes_list)
    verb.add_typer(statutes, name="statutes")
    verb.add_typer(access_group(), name="access")
    app.add_typer(verb, name="review")


def draft(
    files: FileList,
    out: OutFolder = None,
    on: OnDate = None,
    pack: PackFile = "fair_competition",
    format_: Format = "table",
) -> None:
    """Review drafts; exit 1 when one of them cannot be read (the others are reviewed)."""
    from yugong.review import review_files, write_review

    made, refused = review_files(files, pack, _day(on))
    for _, review in made:
        if format_ == "json":
            from yugong.review.writing.ledger import data

            typer.echo(data(review))
            continue
        typer.echo(
            Text(
                f"{review.draft.name}：{review.clauses} 句，{len(review.findings)} 处发现",
                f"{review.draft.name}: {review.clauses} sentences, {len(review.findings)} findings",
            ).in_()
        )
        if review.findings:
            emit(review.table().drop(columns=["remedy"]), format_)
        if format_ == "table":
            _below(review)
        for note in review.notes:
            typer.echo(f"  {note.in_()}", err=True)
        method_note(review.method)
    if out is not None and made:
        typer.echo(
            Text(f"已写入 {write_review([r for _, r in made], out, [f for f, _ in made])}", f"wrote {out}").in_()
        )
    for error in refused:
        typer.echo(error.render(), err=True)
    if refused:
        raise typer.Exit(1)


def _below(review: "Review") -> None:
    """Print, once an item, the article with its words where they are loaded and the suggestion; then the questions."""
    from yugong.review.writing.words import asked_under, cited

    for finding in {f.rule.id: f for f in review.findings}.values():
        typer.echo(f"  {finding.rule.id} {cited(finding).in_()}")
        typer.echo(f"      → {finding.rule.remedy.in_()}")
    for question in review.questions:
        typer.echo(f"  ? {question.clause.where.in_()} {question.ask.in_()} {asked_under(question).in_()}")


def measured(
    folder: Annotated[Path, typer.Argument(help=Text("含 cases_*.jsonl 的文件夹", "a folder of cases_*.jsonl").in_())],
    pack: PackFile = "fair_competition",
    format_: Format = "table",
) -> None:
    """Print precision and recall, overall and by family, false alarms, citations."""
    from yugong.review import measure
    from yugong.review.statutes import loaded

    result = measure(folder, pack, loaded())
    emit(result.table(), format_)
    for note in result.notes:
        typer.echo(f"  {note.in_()}", err=True)
    method_note(result.method)


def agreement(file: Annotated[Path, typer.Argument(help=Text("协议文本", "the agreement").in_())]) -> None:
    """Print which points of article 17 an agreement on compensation speaks of."""
    import pandas as pd

    from yugong.review import open_draft
    from yugong.review.citing import agreement_gaps

    missing = Text("未见", "not seen").in_()
    rows = [
        {"article": str(p.citation), "point": p.summary.in_(), "clause": words or missing}
        for p, words in agreement_gaps(open_draft(file))
    ]
    emit(pd.DataFrame(rows))


def statutes_add(
    files: Annotated[list[Path], typer.Argument(help=Text("正式文本 .md、.docx、.txt", "official texts").in_())],
) -> None:
    """Load official texts."""
    from yugong.review import statutes

    for file in files:
        kept = statutes.add(file)
        typer.echo(
            Text(
                f"《{kept.title}》{len(kept.articles)} 条 SHA-256 {kept.sha256[:12]}",
                f"{kept.title}: {len(kept.articles)} articles, SHA-256 {kept.sha256[:12]}",
            ).in_()
        )


def statutes_list() -> None:
    """List the loaded texts."""
    from yugong.review import statutes

    texts = statutes.loaded()
    for kept in texts.values():
        typer.echo(f"{kept.title}\t{len(kept.articles)}\t{kept.file}\t{kept.sha256[:12]}")
    if not texts:
        typer.echo(Text("还没有装入任何文本", "no text is loaded yet").in_())


def _day(on: str | None) -> date | None:
    if on is None:
        return None
    try:
        return date.fromisoformat(on)
    except ValueError as error:
        raise YugongError(Text(f"“{on}”不是日期", f"{on!r} is not a date")) from error


def _catalogue() -> "Catalogue":
    from yugong.review.catalogue import CATALOGUE

    return CATALOGUE
