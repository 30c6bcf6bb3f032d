"""The verbs of a room on the command line: listed, explained and run from one catalogue, options from signatures."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text, language
from yugong.cli.options import Format, StudyArgument
from yugong.cli.show import emit, method_note

if TYPE_CHECKING:
    from collections.abc import Callable

    from yugong.study.verbs import Catalogue

Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help=Text(
            "写入文件 .tex、.docx、.xlsx、.dta、.csv、.json，或写入文件夹（各种格式与清单）",
            "write to a file .tex, .docx, .xlsx, .dta, .csv, .json, or to a folder (every form, with a manifest)",
        ).in_(),
    ),
]
Explain = Annotated[bool, typer.Option("--explain", help=Text("印出方法卡", "print the method card").in_())]
Template = Annotated[
    Path | None,
    typer.Option(
        "--template",
        help=Text(
            "写一个待填的工作簿 .xlsx，供该方法读入", "write an .xlsx to fill in, which the method then reads"
        ).in_(),
    ),
]


def add(app: typer.Typer, name: str, help_: Text, catalogue: "Callable[[], Catalogue]") -> None:
    """Attach `yugong NAME STUDY [VERB …] --options` to the command."""

    def command(
        context: typer.Context,
        path: StudyArgument,
        explain: Explain = False,
        template: Template = None,
        format_: Format = "table",
        out: Out = None,
    ) -> None:
        run(catalogue(), context.args, path, explain, template, format_, out)

    app.command(
        name,
        help=help_.in_(),
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
        no_args_is_help=True,
    )(command)


def run(
    catalogue: "Catalogue",
    words: list[str],
    path: str,
    explain: bool = False,
    template: Path | None = None,
    format_: str = "table",
    out: Path | None = None,
) -> None:
    """List, explain or run the verbs of a room on a study, or write the tables that a verb reads for filling in."""
    names, given = split(words)
    if not names:
        _list(catalogue)
        return
    from yugong import study

    chosen = [catalogue.find(name) for name in names]
    if template is not None:
        _template(chosen, template, study.read(path))
        return
    if explain and any(missing(verb.function(), given) for verb in chosen):
        for verb in chosen:
            described(verb)
            _example(catalogue.room, verb)
        return
    options = [arguments(verb.function(), given, len(names) > 1) for verb in chosen]
    taken = {key for used in options for key in used}
    if lost := [key for key in given if key not in taken]:
        raise InputError(_unknown(key, chosen) for key in lost)
    s = study.read(path)
    results: dict[str, Any] = {}
    for verb, used in zip(chosen, options, strict=True):
        result = verb.function()(s, **used)
        results[verb.id] = result
        if explain:
            described(verb)
            explained(result)
            continue
        if out is not None:
            continue
        if len(names) > 1:
            typer.echo(f"\n{verb.title.in_()}")
        if format_ == "table" and hasattr(result, "lines"):
            typer.echo("\n".join(line.in_() for line in result.lines()))
        else:
            frame = result.table() if hasattr(result, "table") else result
            emit(named(frame, s, getattr(result, "provenance", None), format_), format_)
        for note in (*_balances(result), *getattr(result, "notes", ())):
            typer.echo(f"  {note.in_()}", err=True)
        method_note(getattr(result, "method", None), getattr(result, "provenance", None))
        _left_out(getattr(result, "provenance", None), s)
    if out is not None and not explain:
        _save(results, out, s, {v.id: given for v in chosen})


def _example(room: str, verb: Any) -> None:
    """Print an example of a verb that needs options, and the method card of what it gives on the embedded study."""
    words = verb.example()
    if words is None:
        if (card := verb.card()) is not None:
            carded(card)
        return
    from yugong import study

    said = Text("例（方法卡取自它的结果）", "example (the method card is that of its result)")
    typer.echo(f"  {said.in_()}\n    yugong {room} china {verb.id} {words}")
    explained(verb.function()(study.china(), **arguments(verb.function(), split(words.split())[1])))


def _template(chosen: list[Any], path: Path, s: Any) -> None:
    """Write the tables that verbs read as one workbook to fill in."""
    from yugong.study.form import write_template

    forms = [form for verb in chosen for form in verb.forms()]
    if not forms:
        listed = ", ".join(verb.id for verb in chosen)
        raise InputError(
            [Problem(Text(f"{listed} 不读用户表，没有模板", f"{listed} reads no user table: no template"))]
        )
    write_template(path, forms, s)
    reads = [f"--{n}" for n in ("readings", "file") if any(n in _options(verb.function()) for verb in chosen)]
    zh, en = "、".join(reads), " or ".join(reads)
    typer.echo(Text(f"已写入 {path}；填好后用 {zh} 读入", f"wrote {path}; fill it in and read it with {en}").in_())


def _options(function: Any) -> list[str]:
    """The names of the options that a verb takes."""
    import inspect

    return list(inspect.signature(function).parameters)[1:]


def _balances(result: Any) -> list[Text]:
    """The balance lines of the calculations behind a result, each with its residual."""
    sheets = getattr(result, "sheets", ())
    several = len(sheets) > 1
    return [
        Text(f"{line.said.zh}（{sheet.title.zh}）", f"{line.said.en} ({sheet.title.en})") if several else line.said
        for sheet in sheets
        for line in sheet.balances
    ]


def _save(results: dict[str, Any], out: Any, s: Any, asked: dict[str, dict[str, str]]) -> None:
    """Write to a file by its ending (one a method when there are several), or to a folder with every form."""
    from functools import partial

    from yugong.report.labels import labels
    from yugong.report.tables_out import save, save_folder

    words = partial(labels, s)
    if not out.suffix:
        written = [save_folder(results, out, None, words, asked)]
    else:
        several = len(results) > 1
        written = [
            save(result, out.with_stem(f"{out.stem}-{id_}") if several else out, id_, None, words)
            for id_, result in results.items()
        ]
    for path in written:
        typer.echo(Text(f"已写入 {path}", f"wrote {path}").in_())


def _left_out(provenance: Any, s: Any) -> None:
    """Say on the error stream which places and years were left out."""
    if provenance is None:
        return
    from yugong.report.tables_out.build import spelled

    for key, words in (
        ("omitted", Text("数据缺失而剔除", "left out for missing figures")),
        ("incomplete", Text("数据缺失", "with missing figures")),
        ("incomplete_years", Text("不齐全而未用的年份", "years not used, being incomplete")),
    ):
        if key in provenance.selection:
            typer.echo(f"  {words.in_()}: {spelled(provenance.selection[key], s.names).in_()}", err=True)


def missing(function: Any, given: dict[str, str]) -> list[str]:
    """Return the required options of a function that are not given."""
    import inspect

    wanted = list(inspect.signature(function).parameters.items())[1:]
    return [
        n
        for n, p in wanted
        if p.default is p.empty and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL) and n not in given
    ]


def described(method: Any) -> None:
    """Print what a method does and its options: default, choices, and the words the registry has for them."""
    import inspect
    from textwrap import indent

    from yugong.registry.terms import explanations, options

    function, words = method.function(), options()
    said = explanations().get((method.home.split(".")[1], method.id)) if language() == "zh" else None
    typer.echo(f"{method.title.in_()} ({method.id})\n{indent(said or inspect.getdoc(function) or '', '  ')}")
    for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
        if parameter.kind is parameter.VAR_KEYWORD:
            continue
        choices = _choices(parameter.annotation)
        default = Text("必填", "required").in_() if parameter.default is parameter.empty else str(parameter.default)
        listed = f"  [{', '.join(choices)}]" if choices else ""
        meaning = f"  {words[name].in_()}" if name in words else ""
        typer.echo(f"    --{_shown(name):<18} {default}{listed}{meaning}")


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
            choices = _choices(parameter.annotation)
            if choices and given[name] not in choices and given[name].lower() != "none":
                what = Text(f"--{name} 不能是“{given[name]}”", f"--{name} cannot be {given[name]!r}")
                listed = "、".join(choices), ", ".join(choices)
                problems.append(Problem(what, Text(f"可选：{listed[0]}", f"choose: {listed[1]}")))
                continue
            try:
                found[name] = _read(given[name], str(parameter.annotation), parameter.default)
            except ValueError:
                problems.append(
                    Problem(Text(f"--{name} 的值“{given[name]}”读不懂", f"--{name}: cannot read {given[name]!r}"))
                )
        elif parameter.default is parameter.empty:
            problems.append(
                Problem(
                    Text(f"需要 --{_shown(name)}", f"--{_shown(name)} is needed"),
                    Text(f"加上 --{_shown(name)} 值", f"add --{_shown(name)} VALUE"),
                )
            )
    if problems:
        raise InputError(problems)
    return found


def _read(text: str, annotation: str, default: Any) -> Any:
    if text.lower() == "none":
        return None
    if "Sequence" in annotation or "Years" in annotation or isinstance(default, tuple):
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if "Sequence[str]" in annotation:  # codes of places are text
            return text if annotation.startswith("str |") and len(parts) == 1 else parts
        spans = [part.partition("-") for part in parts]
        if all(first.isdigit() and (last.isdigit() or not dash) for first, dash, last in spans):
            return [n for first, _, last in spans for n in range(int(first), int(last or first) + 1)]
        if "Sequence[int]" in annotation:
            raise ValueError(text)
        return parts
    if "bool" in annotation:
        if text.lower() not in ("true", "false", "1", "0", "yes", "no"):
            raise ValueError(text)
        return text.lower() in ("true", "1", "yes")
    if "int" in annotation and "float" not in annotation:
        return int(text)
    if "float" in annotation:
        return float(text)
    return text


def _shown(option: str) -> str:
    """An option as it is typed."""
    return option.replace("_", "-")


def _choices(annotation: Any) -> list[str]:
    """The words a Literal (or Literal | None) allows, none for other types."""
    from typing import Literal, get_args, get_origin

    parts = [annotation, *get_args(annotation)]
    literals = [p for p in parts if get_origin(p) is Literal]
    free = [p for p in parts[1:] if p not in literals and p is not type(None) and get_origin(annotation) is not Literal]
    return [] if free else [str(word) for p in literals[:1] for word in get_args(p)]


def _unknown(key: str, chosen: list[Any]) -> Problem:
    known = dict.fromkeys(f"--{_shown(name)}" for m in chosen for name in _options(m.function()) if name != "options")
    listed = " ".join(known)
    return Problem(
        Text(f"没有选项 --{_shown(key)}", f"there is no option --{_shown(key)}"),
        Text(f"可用：{listed}", f"there are: {listed}"),
    )


def _list(catalogue: "Catalogue") -> None:
    for family, title in catalogue.families.items():
        if verbs := catalogue.verbs(family):
            typer.echo(title.in_())
        for verb in verbs:
            typer.echo(f"  {verb.id:<22} {verb.title.in_()}")


def explained(result: Any) -> None:
    """Print a result's method card."""
    if (card := getattr(result, "method", None)) is not None:
        carded(card)


def carded(card: Any) -> None:
    """Print a method card: formula, convention, zero rule, options, sources."""
    typer.echo(f"{card.title.in_()}\n  {card.formula}\n  {card.convention.in_()}")
    if card.zero is not None:
        typer.echo(f"  {card.zero.in_()}")
    for key, value in card.options.items():
        typer.echo(f"  {key} = {value}")
    for citation in card.citations:
        typer.echo(f"  {citation.gbt7714}\n{citation.bibtex}")


def named(frame: Any, s: Any, provenance: Any = None, format_: str = "table") -> Any:
    """Put words in place of ids in text columns: places, groups, sectors of the tables used; on the screen, measures too.

    CSV and JSON, which programs read, keep the ids of measures and of choices.
    """
    from yugong.report.labels import labels
    from yugong.report.tables_out.build import said

    words = {**labels(s, provenance), **frame.attrs.get("labels", {})}
    shown = frame.copy()
    for column in shown.select_dtypes(["object", "string"]).columns:
        if format_ == "table":
            shown[column] = [_said(cell, str(column), words, said) for cell in shown[column]]
        else:
            shown[column] = [
                words[cell].in_() if isinstance(cell, str) and cell in words else cell for cell in shown[column]
            ]
    return shown


def _said(cell: Any, column: str, words: Any, said: "Callable[..., Text | None]") -> Any:
    found = said(cell, column, words) if isinstance(cell, str) else cell
    return found.in_() if isinstance(found, Text) else cell
