"""`yugong report`: the main job, from a study to a folder that can be forwarded."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from yugong.base.text import Text, language


def add(app: typer.Typer) -> None:
    """Attach the verb to the command."""
    app.command(
        "report",
        help=Text(
            "报告：写出 index.html、tables.xlsx 和 manifest.json，也可写 DOCX 与 PDF",
            "write index.html, tables.xlsx and manifest.json; DOCX and PDF too when asked",
        ).in_(),
    )(report)


def report(
    path: Annotated[
        str, typer.Argument(metavar="STUDY", help=Text("研究文件夹，或 china", "a study's folder, or china").in_())
    ] = "china",
    region: Annotated[
        str | None, typer.Option(help=Text("自己的地区，任何写法", "your own region, any form of its name").in_())
    ] = None,
    year: Annotated[int | None, typer.Option(help=Text("看到哪一年", "the last year shown").in_())] = None,
    out: Annotated[Path, typer.Option(help=Text("写到哪个文件夹", "the folder to write").in_())] = Path(
        "yugong-report"
    ),
    draws: Annotated[
        int, typer.Option(min=100, help=Text("自助法与蒙特卡洛抽样次数", "draws of bootstrap and Monte Carlo").in_())
    ] = 1000,
    seed: Annotated[int, typer.Option(help=Text("随机种子", "random seed").in_())] = 0,
    modules: Annotated[
        str,
        typer.Option(
            help=Text(
                "另加的章，用逗号分开：space 空间、dynamics 动态、markets 市场、structure 结构、growth 增长、"
                "efficiency 效率、whatif 如果这样做会怎样、design 应当怎么做、evaluation 政策做成了什么、allowed 是否合规、"
                "track 走没走偏；all 为全部",
                "further chapters, with commas between: space, dynamics, markets, structure, growth, efficiency, "
                "whatif (what would happen if), design, evaluation (what did it do), allowed (is it allowed), "
                "track (are we on track); all for every one",
            ).in_()
        ),
    ] = "",
    formats: Annotated[
        str,
        typer.Option(
            "--format",
            help=Text(
                "写哪些格式，用逗号分开：html、xlsx、docx、pdf；all 为全部。docx、pdf 需要一种中文字体",
                "the forms to write, with commas between: html, xlsx, docx, pdf; all for every one. "
                "docx and pdf need a Chinese font",
            ).in_(),
        ),
    ] = "html,xlsx",
) -> None:
    """Diagnose a study and write its report."""
    started = time.perf_counter()
    with progress_shown() as progress:
        progress(0, 1, Text("读入研究", "reading the study"))
        from yugong import study
        from yugong.report import build, summary, write_report
        from yugong.report.write import FILES, require

        chosen = _listed(modules)
        forms = _forms(formats)
        require(forms)
        document = build(study.read(path), region, year, progress, seed, draws, chosen)
        written = write_report(document, out, language(), progress, started, forms)
    for line in summary(document, written.folder, [FILES[form] for form in forms]):
        typer.echo(line.in_())


def _listed(modules: str) -> tuple[str, ...]:
    """Return the names of modules between commas, located in an error when one of them is unknown."""
    from yugong.report.assemble import module_names

    return _known(module_names, modules, "--modules")


def _forms(formats: str) -> tuple[str, ...]:
    """Return the names of formats between commas, located in an error when one of them is unknown."""
    from yugong.report.write import format_names

    return _known(format_names, formats, "--format")


def _known(read: Callable[[list[str]], tuple[str, ...]], given: str, option: str) -> tuple[str, ...]:
    from yugong.base.errors import InputError, Problem, UnknownNameError

    names = [name.strip() for name in given.replace("，", ",").replace("、", ",").split(",")]
    try:
        return read([name for name in names if name])
    except UnknownNameError as error:
        raise InputError([Problem(error.text, file=option)]) from None


@contextmanager
def progress_shown() -> Iterator[Callable[[int, int, Text], None]]:
    """Yield a callback that shows steps as they are done: a bar on a terminal, a line a step elsewhere."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total, text: typer.echo(f"[{done}/{total}] {text.in_()}", err=True)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("")
        yield lambda done, total, text: bar.update(task, completed=done, total=total, description=text.in_())
