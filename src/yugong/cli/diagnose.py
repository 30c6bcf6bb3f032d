"""`yugong diagnose STUDY [METHOD …]`: list, explain and run the diagnoses of a study."""

from typing import Annotated, Any

import typer

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.cli.options import Format, Out, StudyArgument
from yugong.cli.show import emit, method_note


def add(app: typer.Typer) -> None:
    """Attach the verb to the command."""
    app.command(
        "diagnose",
        help=Text(
            "诊断：不写方法则列出全部；方法的选项照写，如 --variable grp_per_head --years 2012,2022",
            "diagnose: without a method, all are listed; a method's own options follow, "
            "e.g. --variable grp_per_head --years 2012,2022",
        ).in_(),
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
        no_args_is_help=True,
    )(diagnose)


def diagnose(
    context: typer.Context,
    path: StudyArgument,
    explain: Annotated[bool, typer.Option("--explain", help=Text("印出方法卡", "print the method card").in_())] = False,
    format_: Format = "table",
    out: Out = None,
) -> None:
    """List, explain or run diagnoses."""
    from yugong.diagnose.catalogue import find

    names, given = split(context.args)
    if not names:
        _list()
        return
    from yugong import study

    chosen = [find(name) for name in names]
    options = [arguments(m.function(), given, len(names) > 1) for m in chosen]
    taken = {key for used in options for key in used}
    if lost := [key for key in given if key not in taken]:
        raise InputError(_unknown(key, chosen) for key in lost)
    s = study.read(path)
    for method, used in zip(chosen, options, strict=True):
        result = method.function()(s, **used)
        if len(names) > 1:
            typer.echo(f"\n{method.title.in_()}")
        if explain:
            explained(result)
            continue
        target = out if out is None or len(names) == 1 else out.with_stem(f"{out.stem}-{method.id}")
        emit(named(result.table() if hasattr(result, "table") else result, s), format_, target)
        method_note(getattr(result, "method", None), getattr(result, "provenance", None))


def split(words: list[str]) -> tuple[list[str], dict[str, str]]:
    """Split extra arguments into method names and `--option value` pairs."""
    names: list[str] = []
    given: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if not word.startswith("--"):
            names.append(word)
            continue
        key, equal, value = word[2:].partition("=")
        text = value if equal else next(rest, None)
        if text is None:
            raise InputError([Problem(Text(f"选项 --{key} 没有值", f"option --{key} has no value"))])
        given[key.replace("-", "_")] = text
    return names, given


def arguments(function: Any, given: dict[str, str], several: bool = False) -> dict[str, Any]:
    """Return the options a function takes, read as the types its signature says.

    Lists are comma-separated, years may be a range (2000-2019), "none" is None. Options it does not take are left
    out; a required one that is not given is an error.
    """
    import inspect

    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
        if parameter.kind is parameter.VAR_KEYWORD:
            continue
        if name in given:
            try:
                found[name] = _read(given[name], str(parameter.annotation), parameter.default)
            except ValueError:
                problems.append(
                    Problem(Text(f"--{name} 的值“{given[name]}”读不懂", f"--{name}: cannot read {given[name]!r}"))
                )
        elif parameter.default is parameter.empty:
            problems.append(
                Problem(Text(f"需要 --{name}", f"--{name} is needed"), Text(f"加上 --{name} 值", f"add --{name} VALUE"))
            )
    if problems:
        raise InputError(problems)
    return found


def _read(text: str, annotation: str, default: Any) -> Any:
    if text.lower() == "none":
        return None
    if "Sequence" in annotation or "Years" in annotation or isinstance(default, tuple):
        first, dash, last = text.partition("-")
        if dash and first.isdigit() and last.isdigit():
            return list(range(int(first), int(last) + 1))
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return [int(part) for part in parts] if all(part.isdigit() for part in parts) else parts
    if "bool" in annotation:
        if text.lower() not in ("true", "false", "1", "0", "yes", "no"):
            raise ValueError(text)
        return text.lower() in ("true", "1", "yes")
    if "int" in annotation and "float" not in annotation:
        return int(text)
    if "float" in annotation:
        return float(text)
    return text


def _unknown(key: str, chosen: list[Any]) -> Problem:
    import inspect

    known = dict.fromkeys(
        f"--{name}"
        for m in chosen
        for name in list(inspect.signature(m.function()).parameters)[1:]
        if name != "options"
    )
    listed = " ".join(known)
    return Problem(
        Text(f"没有选项 --{key}", f"there is no option --{key}"), Text(f"可用：{listed}", f"there are: {listed}")
    )


def _list() -> None:
    from yugong.diagnose.catalogue import FAMILIES, methods

    for family, title in FAMILIES.items():
        typer.echo(title.in_())
        for method in methods(family):
            typer.echo(f"  {method.id:<22} {method.title.in_()}")


def explained(result: Any) -> None:
    """Print a result's method card: formula, convention, zero rule, sources."""
    card = getattr(result, "method", None)
    if card is None:
        return
    typer.echo(f"{card.title.in_()}\n  {card.formula}\n  {card.convention.in_()}")
    if card.zero is not None:
        typer.echo(f"  {card.zero.in_()}")
    for key, value in card.options.items():
        typer.echo(f"  {key} = {value}")
    for citation in card.citations:
        typer.echo(f"  {citation.gbt7714}\n{citation.bibtex}")


def named(frame: Any, s: Any) -> Any:
    """Put short names in place of place codes, and groups' names in place of their ids."""
    from yugong.registry import groups

    words = {g.id: g.name.in_() for g in groups()} | {code: name.in_() for code, name in s.names.items()}
    shown = frame.copy()
    for column in shown.select_dtypes(["object", "string"]).columns:
        shown[column] = [words.get(cell, cell) if isinstance(cell, str) else cell for cell in shown[column]]
    return shown
