"""`yugong study`: make, fill and check the folder an analyst works in."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yugong.base.text import Text
from yugong.cli.app import group
from yugong.cli.options import Format, Out, StudyArgument
from yugong.cli.show import emit, method_note

if TYPE_CHECKING:
    from yugong.study.model import Study


def add(app: typer.Typer) -> None:
    """Attach the verb to the command."""
    verb = group(Text("研究：新建、添加数据、检查", "studies: make one, add data, check"))
    verb.command("new", help=Text("新建一个空的研究文件夹", "make the folder of an empty study").in_())(new)
    verb.command("add", help=Text("读入一个文件；有错则什么也不改", "read a file in; on error nothing changes").in_())(
        add_file
    )
    verb.command(
        "check",
        help=Text("检查研究；china 另印分省合计与板块表", "check a study; prints sums and the plate table").in_(),
    )(check)
    verb.command("show", help=Text("列出变量，或取一个变量的数", "list the variables, or the figures of one").in_())(
        show
    )
    app.add_typer(verb, name="study")


def new(
    name: Annotated[Path, typer.Argument(help=Text("新文件夹的名字", "the new folder's name").in_())],
    title: Annotated[str | None, typer.Option(help=Text("标题", "title").in_())] = None,
    level: Annotated[
        str,
        typer.Option(help=Text("province、prefecture，或自定级别", "province, prefecture, or your own level").in_()),
    ] = "province",
) -> None:
    """Make a study's folder."""
    from yugong import study

    folder = study.new(name, Text(title, title) if title else None, level)
    typer.echo(
        Text(
            f"已建 {folder}；下一步：yugong study add {folder} 文件",
            f"made {folder}; next: yugong study add {folder} FILE",
        ).in_()
    )


def add_file(
    path: StudyArgument,
    file: Annotated[
        Path, typer.Argument(help=Text("xlsx、xls、csv、parquet 或 dta", "xlsx, xls, csv, parquet or dta").in_())
    ],
    variable: Annotated[str | None, typer.Option(help=Text("写入哪个变量", "the variable to write to").in_())] = None,
    sheet: Annotated[str | None, typer.Option(help=Text("工作表", "sheet").in_())] = None,
    year: Annotated[
        int | None, typer.Option(help=Text("表中没有年份时，指明年份", "the year, where the table names none").in_())
    ] = None,
    unit: Annotated[
        str | None, typer.Option(help=Text("表中没有单位时，指明单位", "the unit, where the table names none").in_())
    ] = None,
    publication: Annotated[str | None, typer.Option(help=Text("数据出处", "the publication").in_())] = None,
    vintage: Annotated[str, typer.Option(help=Text("数据版本", "the vintage").in_())] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help=Text("覆盖不同的已有数字", "overwrite figures that differ").in_())
    ] = False,
    trial: Annotated[
        bool, typer.Option("--trial", help=Text("只看怎样理解，不写入", "show what is understood, write nothing").in_())
    ] = False,
) -> None:
    """Read a file into a study."""
    from yugong import study

    report = study.add(
        path,
        file,
        variable=variable,
        sheet=sheet,
        year=year,
        unit=unit,
        publication=Text(publication, publication) if publication else None,
        vintage=vintage,
        replace_values=replace,
        trial=trial,
    )
    typer.echo(report.render())


def check(path: StudyArgument) -> None:
    """Check a study; exit 1 when it cannot be used."""
    from yugong import study

    report = study.check(path)
    typer.echo(report.render())
    if report.study is None:
        raise typer.Exit(1)
    if {"grp", "population"} <= set(report.study.headline):
        _plates(report.study)


def _plates(s: "Study") -> None:
    """Print the plate table, and the study's own figures beside the published ones."""
    from yugong.cli.verbs import named
    from yugong.diagnose import plate_table
    from yugong.diagnose.published import beside_published, figure_title
    from yugong.registry import groups

    beside = beside_published(s)
    years = sorted({int(y) for y in beside["year"]}) or None
    typer.echo(Text("\n板块表", "\nPlate table").in_())
    table = plate_table(s, years=years)
    emit(named(table.table(), s))
    method_note(None, table.provenance)
    if len(beside):
        typer.echo(
            Text(
                "\n本研究的数与公布数并列；差异来自数据版本，不作调整",
                "\nOwn figures beside published ones; the vintage is the cause of the difference, nothing is tuned",
            ).in_()
        )
        other = Text("document_en", "document_zh").in_()
        names = {g.id: g.name for g in groups("plates")}
        titled = beside.assign(figure=[str(figure_title(f, names) or f) for f in beside["figure"]])
        emit(titled.drop(columns=other))


def show(
    path: StudyArgument,
    variable: Annotated[
        str | None, typer.Argument(help=Text("变量；不写则列出全部", "a variable; all are listed without it").in_())
    ] = None,
    format_: Format = "table",
    out: Out = None,
) -> None:
    """List the variables of a study, or print one as places × years."""
    import pandas as pd

    from yugong import study
    from yugong.base.provenance import KIND_WORDS

    s = study.read(path)
    if variable is None:
        rows = [
            {
                "variable": v.id,
                "title": v.title.in_(),
                "unit": v.unit.in_(),
                "kind": KIND_WORDS[v.kind].in_(),
                "publication": v.publication.in_(),
                "vintage": v.source().vintage.in_(),
            }
            for v in s.variables.values()
        ]
        emit(pd.DataFrame(rows), format_, out)
        return
    panel = s.panel(variable)
    panel.insert(0, "place", [s.name(str(code)).in_() for code in panel.index])
    emit(panel.reset_index(drop=True), format_, out)
