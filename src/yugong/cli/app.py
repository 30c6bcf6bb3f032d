"""The `yugong` command with its verbs."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from yugong.base.errors import YugongError
from yugong.base.text import LANGUAGES, Text, set_language


def run(argv: Sequence[str]) -> int:
    """Run the command with its arguments and return the exit code."""
    try:
        lang, rest = take_language(argv)
        set_language(lang)
        outcome = build()(args=rest, prog_name="yugong", standalone_mode=True)
    except YugongError as error:
        typer.echo(error.render(), err=True)
        return 1
    except OSError as error:  # a full disk, a read-only folder: nothing half-written is left
        where = f"{error.filename}: " if error.filename else ""
        why = error.strerror or str(error)
        typer.echo(Text(f"读写失败：{where}{why}", f"cannot read or write: {where}{why}").in_(), err=True)
        return 1
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    return int(outcome or 0)


def take_language(argv: Sequence[str]) -> tuple[str | None, list[str]]:
    """Take `--lang zh|en` out of the arguments, wherever it stands: help texts need it first."""
    lang: str | None = None
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--lang":
            lang = next(words, "")
        elif word.startswith("--lang="):
            lang = word.partition("=")[2]
        else:
            rest.append(word)
    if lang is not None and lang not in LANGUAGES:
        raise YugongError(Text(f"--lang 只能是 zh 或 en，不能是“{lang}”", f"--lang must be zh or en, not {lang!r}"))
    return lang, rest


def group(help_: Text, **kwargs: Any) -> typer.Typer:
    """Return a Typer group in house style: help when called bare, plain fast help pages."""
    return typer.Typer(
        help=help_.in_(),
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        **kwargs,
    )


def _show_version(value: bool) -> None:
    if value:
        from yugong import __version__

        typer.echo(f"yugong {__version__}")
        raise typer.Exit


def build() -> typer.Typer:
    """Return the whole command with all its verbs."""
    from yugong.cli import design, diagnose, evaluate, monitor, registry, report, review, serve, simulate, study

    app = group(
        Text(
            "禹贡：区域协调发展，可计算。先试：yugong report。任何命令都可加 --lang en 换成英文。",
            "Yugong: regional coordinated development, made computable. Try first: yugong report. "
            "Any command takes --lang zh for Chinese.",
        ),
        add_completion=False,
    )

    @app.callback()
    def root(
        version: Annotated[
            bool,
            typer.Option(
                "--version",
                help=Text("显示版本", "show the version").in_(),
                callback=_show_version,
                is_eager=True,
            ),
        ] = False,
    ) -> None:
        """Hold the options common to all verbs."""

    report.add(app)
    study.add(app)
    registry.add(app)
    diagnose.add(app)
    simulate.add(app)
    design.add(app)
    evaluate.add(app)
    review.add(app)
    monitor.add(app)
    serve.add(app)
    return app
