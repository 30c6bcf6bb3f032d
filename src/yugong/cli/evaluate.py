"""`yugong evaluate STUDY VERB …` and `yugong evaluate STUDY RECIPE`: what did it do, and how far to believe it."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yugong.base.errors import InputError, Problem, YugongError
from yugong.base.text import Text, language
from yugong.cli import verbs
from yugong.cli.options import Format, On
from yugong.cli.show import emit, method_note
from yugong.cli.verbs import Explain, Out, Template

if TYPE_CHECKING:
    from yugong.evaluate.recipe import Recipe, Run
    from yugong.study.verbs import Catalogue

Study = Annotated[
    str,
    typer.Argument(metavar="[STUDY]", help=Text("研究文件夹，或 china", "a study's folder, or china").in_()),
]
Listed = Annotated[
    bool, typer.Option("--list", help=Text("列出附带的评估方案与方法", "list the recipes and the methods").in_())
]
DueNow = Annotated[
    bool, typer.Option("--due", help=Text("评估日历：哪些政策该评估了", "calendar: which policies are due").in_())
]
Record = Annotated[
    Path | None,
    typer.Option(
        "--record",
        help=Text(
            "评估记录 .json：与上次比较，再添上这次", "record .json: compare with the last run, then add this one"
        ).in_(),
    ),
]
Draws = Annotated[
    int | None,
    typer.Option(
        "--quick", help=Text("方案改用这么多次抽取，先看一眼", "run the recipe with so many draws, for a look").in_()
    ),
]


def add(app: typer.Typer) -> None:
    """Attach the verb to the command."""
    app.command(
        "evaluate",
        help=Text(
            "评估：做成了什么、能信几分。写方法（如 assess --outcome … --policy …），或写评估方案（.toml，或附带方案的名称）",
            "evaluate: what did it do, and how far to believe it. Give a method (assess --outcome … --policy …) or a "
            "recipe (a .toml file, or a shipped recipe's id)",
        ).in_(),
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
        no_args_is_help=True,
    )(evaluate)


def evaluate(
    context: typer.Context,
    path: Study = "china",
    listed: Listed = False,
    due: DueNow = False,
    on: On = None,
    record: Record = None,
    quick: Draws = None,
    explain: Explain = False,
    template: Template = None,
    format_: Format = "table",
    out: Out = None,
) -> None:
    """List, show the calendar, run a recipe, or run verbs."""
    from yugong.evaluate import recipe

    if due:
        _due(on, record, format_)
        return
    if listed:
        _list(format_)
        return
    words = [path, *context.args] if recipe.is_recipe(path) else list(context.args)
    if words and recipe.is_recipe(words[0]):
        if len(words) > 1:
            what = Text(f"方案之后不再接别的词：{words[1]}", f"nothing may follow a recipe: {words[1]}")
            raise InputError([Problem(what, Text("改动写进方案", "write changes into the recipe"))])
        _run(recipe.read(words[0]), path, record, quick, explain, format_, out)
        return
    verbs.run(_catalogue(), words, path, explain, template, format_, out)


def _run(
    chosen: "Recipe", path: str, record: Path | None, quick: int | None, explain: bool, format_: str, out: Path | None
) -> None:
    from yugong import study
    from yugong.evaluate import recipe, rerun

    own = path if not recipe.is_recipe(path) else chosen.study
    made = recipe.run(chosen, None if chosen.panel else study.read(own), quick)
    typer.echo(chosen.title.in_())
    for note in made.evaluation.notes:
        typer.echo(f"  {note.in_()}")
    emit(made.evaluation.table(), format_)
    for line in made.evaluation.limits:
        typer.echo(f"  {line.in_()}", err=True)
    if explain:
        verbs.explained(made.evaluation)
    else:
        method_note(made.evaluation.method, made.evaluation.provenance)
    if record is not None:
        runs = rerun.load(record)
        if runs:
            change = rerun.revise(runs[-1], made)
            typer.echo(Text("与上次之差：", "Difference from the last run:").in_())
            emit(change.table(), format_)
            typer.echo(f"  {change.notes[0].in_()}", err=True)
        rerun.save(record, [*runs, rerun.record(made)])
        typer.echo(Text(f"已记入 {record}", f"recorded in {record}").in_())
    if out is not None:
        _brief(made, out)


def _brief(made: "Run", out: Path) -> None:
    """Write the one-page brief."""
    from yugong.report import write_report
    from yugong.report.chapters.evaluation import document

    written = write_report(document(made), out, language())
    typer.echo(Text(f"简报在 {written.folder}", f"the brief lies in {written.folder}").in_())


def _due(on: str | None, record: Path | None, format_: str) -> None:
    from yugong.evaluate import recipe, rerun
    from yugong.evaluate.due import calendar

    done = {}
    if record is not None:
        for run in rerun.load(record):
            done[run["recipe"]] = date.fromisoformat(run["made"][:10])
    try:
        day = None if on is None else date.fromisoformat(on)
    except ValueError as error:
        raise YugongError(Text(f"“{on}”不是日期", f"{on!r} is not a date")) from error
    made = calendar(recipe.shipped(), day, done)
    emit(made.table(), format_)
    typer.echo(f"  {made.method.convention.in_()}", err=True)


def _list(format_: str) -> None:
    import pandas as pd

    from yugong.evaluate import recipe

    rows = [
        {"recipe": r.id, "title": r.title.in_(), "registered": r.registered.isoformat(), "study": r.study}
        for r in recipe.shipped()
    ]
    emit(pd.DataFrame(rows), format_)
    if format_ == "table":
        typer.echo("")
        verbs.run(_catalogue(), [], "china")


def _catalogue() -> "Catalogue":
    from yugong.evaluate.catalogue import CATALOGUE

    return CATALOGUE
