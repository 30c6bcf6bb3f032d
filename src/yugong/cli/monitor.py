"""`yugong monitor STUDY [VERB …]`: without a verb, what changed since the last look and what is due."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.cli import verbs
from yugong.cli.options import Format, StudyArgument

if TYPE_CHECKING:
    import pandas as pd

    from yugong.monitor.memory.index import Index
    from yugong.monitor.memory.summary import Due
    from yugong.study import Study

ROOMS = ("diagnose", "simulate", "design", "evaluate", "review", "monitor")
OWN = ("list", "remember", "renew", "history", "keep")
HELP = Text(
    "监测：不写动词则报告自上次以来有什么变动、哪些结果会变、什么到期（退出码 0 无事，3 有事，1 出错；--format json）。"
    "list 列出方法；remember 室 方法 … 算一次并记下；renew 重算会变的结果；history 看记录；keep --file 台账 记入台账",
    "are we on track: without a verb, what changed since the last look, which results would differ, what is due (exit "
    "0: nothing, 3: something, 1: error; --format json). list: the verbs; remember ROOM VERB …: run and keep; renew: "
    "make changed results again; history: what is kept; keep --file REGISTER: keep a register",
)


def add(app: typer.Typer) -> None:
    """Attach the verb to the command."""

    def command(
        context: typer.Context,
        path: StudyArgument,
        explain: verbs.Explain = False,
        template: verbs.Template = None,
        format_: Format = "table",
        out: verbs.Out = None,
    ) -> None:
        from yugong.monitor.catalogue import CATALOGUE

        names, given = verbs.split(context.args)
        own = {"list": _list, "remember": _remember, "renew": _renew, "history": _history, "keep": _keep}
        if not names:
            _summary(path, given, format_)
        elif names[0] in own:
            own[names[0]](path, names[1:], given, format_)
        else:
            verbs.run(CATALOGUE, context.args, path, explain, template, format_, out)

    app.command(
        "monitor",
        help=HELP.in_(),
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
        no_args_is_help=True,
    )(command)


def runner(study: "Study", room: str, verb: str, options: Mapping[str, str]) -> "pd.DataFrame":
    """Run a verb of any room with options as written on the command line; return its table."""
    from importlib import import_module

    if room not in ROOMS:
        raise UnknownNameError(Text("室", "room"), room, ROOMS)
    if (room, verb) == ("review", "draft"):
        return _draft(options)
    if room == "evaluate" and _is_recipe(verb):
        return _recipe(study, verb, options)
    function = import_module(f"yugong.{room}.catalogue").CATALOGUE.find(verb).function()
    given = dict(options)
    used = verbs.arguments(function, given)
    if lost := [k for k in given if k not in used]:
        raise InputError([Problem(Text(f"{verb} 没有选项 --{k}", f"{verb} has no option --{k}")) for k in lost])
    result = function(study, **used)
    table: pd.DataFrame = result.table() if hasattr(result, "table") else result
    return table


def _draft(options: Mapping[str, str]) -> "pd.DataFrame":
    from yugong.review import review_files

    if "file" not in options:
        raise InputError([Problem(Text("需要 --file 草案", "--file DRAFT is needed"))])
    made, refused = review_files([Path(options["file"])], options.get("pack", "fair_competition"))
    if refused:
        raise refused[0]
    table: pd.DataFrame = made[0][1].table()
    return table


def _is_recipe(word: str) -> bool:
    from yugong.evaluate import recipe

    return recipe.is_recipe(word)


def _recipe(study: "Study", name: str, options: Mapping[str, str]) -> "pd.DataFrame":
    """An evaluation by its recipe; --quick N takes N draws."""
    from yugong.evaluate import recipe

    chosen = recipe.read(name)
    quick = options.get("quick")
    made = recipe.run(chosen, None if chosen.panel else study, None if quick is None else _whole("quick", quick))
    table: pd.DataFrame = made.evaluation.table()
    return table


def _open(study: "Study") -> "Index":
    from yugong.monitor.memory.index import Index, home

    return Index(home(study.folder, study.id))


def _summary(path: str, given: dict[str, str], format_: str) -> None:
    import json

    from yugong import study
    from yugong.monitor.memory.summary import summary
    from yugong.monitor.register.load import today

    _only(given, "on", "within")
    on = today(given.get("on"))
    s = study.read(path)
    with _open(s) as index:
        found = summary(s, index, runner, on, _evaluations(index, on), _whole("within", given.get("within", "0")))
    if format_ == "json":
        typer.echo(json.dumps(found.json(), ensure_ascii=False))
    else:
        for line in found.lines():
            typer.echo(line.in_())
    if found.exit_code:
        raise typer.Exit(found.exit_code)


def _evaluations(index: "Index", on: str) -> "list[Due]":
    """The evaluations remembered are those watched: each policy of theirs that the calendar says is due again."""
    from datetime import date

    from yugong.monitor.memory.summary import Due

    done = {
        e.recipe["verb"]: date.fromisoformat(e.at[:10])  # noqa: PD008 - an entry's own attribute
        for e in index.entries("evaluation")
        if _is_recipe(e.recipe["verb"])
    }
    if not done:
        return []
    from yugong.evaluate.due import calendar
    from yugong.evaluate.recipe import shipped

    rows = calendar([r for r in shipped() if r.id in done], date.fromisoformat(on), done).rows
    return [Due("evaluation", r.title.in_(), r.due.isoformat()) for r in rows if r.recipe in done and r.overdue]


def _list(path: str, names: list[str], given: dict[str, str], format_: str) -> None:
    from yugong.monitor.catalogue import CATALOGUE

    verbs.run(CATALOGUE, [], path)


def _remember(path: str, names: list[str], given: dict[str, str], format_: str) -> None:
    """Run a verb of any room and keep it."""
    from yugong import study
    from yugong.cli.show import emit
    from yugong.monitor.memory.index import KINDS
    from yugong.monitor.memory.rerun import remember
    from yugong.monitor.register.load import today

    if len(names) != 2:
        what = Text(
            "写成 remember 室 方法，如 remember diagnose gini", "write remember ROOM VERB, e.g. remember diagnose gini"
        )
        raise InputError([Problem(what)])
    kind: Any = given.pop(
        "kind", "evaluation" if names[0] == "evaluate" else "review" if names[0] == "review" else "run"
    )
    if kind not in KINDS[1:5]:
        raise UnknownNameError(Text("类别", "kind"), kind, KINDS[1:5])
    due, title = given.pop("due", None), given.pop("title", "")
    s = study.read(path)
    room, verb = names
    with _open(s) as index:
        number, table = remember(index, s, runner, room, verb, given, kind, today(due) if due else None, title)
    emit(verbs.named(table, s, format_=format_), format_)
    typer.echo(Text(f"已记为 #{number}", f"kept as #{number}").in_(), err=True)


def _renew(path: str, names: list[str], given: dict[str, str], format_: str) -> None:
    from yugong import study
    from yugong.monitor.memory.summary import renew

    s = study.read(path)
    with _open(s) as index:
        numbers = renew(s, index, runner)
    listed = " ".join(f"#{n}" for n in numbers)
    typer.echo(Text(f"重算并记下 {len(numbers)} 个结果 {listed}", f"{len(numbers)} results made again {listed}").in_())


def _history(path: str, names: list[str], given: dict[str, str], format_: str) -> None:
    import pandas as pd

    from yugong import study
    from yugong.cli.show import emit

    _only(given, "kind")
    s = study.read(path)
    kind: Any = given.get("kind")
    with _open(s) as index:
        entries = index.entries(kind, s.id)
    rows = [(e.id, e.kind, e.title, e.at, e.due or "", e.manifest.get("version", "")) for e in entries]
    emit(pd.DataFrame(rows, columns=["entry", "kind", "title", "at", "due_date", "version"]), format_)


def _keep(path: str, names: list[str], given: dict[str, str], format_: str) -> None:
    from yugong import study
    from yugong.monitor.memory.summary import keep_register

    _only(given, "file")
    if "file" not in given:
        raise InputError([Problem(Text("需要 --file 台账", "--file REGISTER is needed"))])
    s = study.read(path)
    with _open(s) as index:
        fresh, total = keep_register(index, s, Path(given["file"]))
    typer.echo(
        Text(
            f"台账已记入：{total} 条变更，其中新增 {fresh} 条", f"register kept: {total} events, {fresh} of them new"
        ).in_()
    )


def _only(given: dict[str, str], *known: str) -> None:
    if lost := [k for k in given if k not in known]:
        listed = " ".join(f"--{k}" for k in known)
        raise InputError(
            [Problem(Text(f"没有选项 --{k}", f"there is no option --{k}"), Text(f"可用：{listed}", f"there are: {listed}")) for k in lost]
        )  # fmt: skip


def _whole(option: str, text: str) -> int:
    if not text.isdigit():
        raise InputError(
            [Problem(Text(f"--{option} 的值“{text}”不是整数", f"--{option}: {text!r} is no whole number"))]
        )
    return int(text)
