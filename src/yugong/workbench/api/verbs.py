"""The verbs of a room as forms, and a verb run."""

import re
import sys
import traceback
from functools import partial
from typing import TYPE_CHECKING, Any

from yugong.base.errors import InputError, Problem, YugongError
from yugong.base.text import Text
from yugong.workbench import shapes
from yugong.workbench.bench import Bench, Run
from yugong.workbench.errors import Refused, words
from yugong.workbench.forms import fields, filled
from yugong.workbench.operations import Call, Operation
from yugong.workbench.spelling import command, python

if TYPE_CHECKING:
    import pandas as pd

    from yugong.study.verbs import Verb

MOST_ROWS = 1500
OWN_PAGE = {("simulate", "simulate")}  # the page of the simulator is its form
FORMATS = ("csv", "xlsx", "parquet", "json")


def verbs(bench: Bench, call: Call) -> dict[str, Any]:
    """Return the verbs of a room by family, each with its form."""
    room = call.path["room"]
    catalogue = bench.room(room)
    return {
        "room": room,
        "families": [{"id": f, "title": words(t)} for f, t in catalogue.families.items() if catalogue.verbs(f)],
        "verbs": [_verb(room, v) for v in catalogue.verbs() if (room, v.id) not in OWN_PAGE and _there(v)],
        "sources": _sources(bench),
    }


def _sources(bench: Bench) -> dict[str, list[dict[str, Any]]]:
    """Return what fields choose from, besides the variables, places, years and groupings of the session."""
    from yugong import registry
    from yugong.simulate.economies.sectors import sectors
    from yugong.simulate.scenario.shipped import presets

    s = bench.study
    listed: dict[str, list[tuple[str, Text]]] = {
        "flows": [(f.id, f.variable.title) for f in s.flows.values()],
        "tables": [(t.variable.id, t.variable.title) for t in s.tables.values()],
        "groups": [(g.id, g.name) for g in registry.groups()],
        "sectors": [(x.id, x.title) for x in sectors()],
        "levers": [(x.id, x.title) for x in registry.levers()],
        "presets": [(p.id, p.title) for p in presets()],
        "policies": [(x.id, x.name) for x in registry.strategies()],
        "agreements": [
            (x.id, Text(f"{x.river.zh} {x.round}", f"{x.river.en} {x.round}")) for x in registry.agreements()
        ],
    }
    return {name: [{"id": id_, "title": words(title)} for id_, title in rows] for name, rows in listed.items()}


def _there(verb: "Verb") -> bool:
    """Tell whether the verb's module is part of this version."""
    try:
        verb.function()
    except ModuleNotFoundError as error:
        if error.name != verb.home:
            raise
        return False
    return True


def _verb(room: str, verb: "Verb") -> dict[str, Any]:
    import inspect

    from yugong.registry.terms import explanations

    function = verb.function()
    said = _sentence(inspect.getdoc(function) or "")
    return {
        "id": verb.id,
        "family": verb.family,
        "title": words(verb.title),
        "summary": {"zh": explanations().get((room, verb.id), verb.title.zh), "en": said or verb.title.en},
        "fields": [f.row() for f in fields(function)],
        "forms": [_form(f) for f in verb.forms()],
    }


POINTER = re.compile(r"(?:^|;? )see [\w.]*\w", re.IGNORECASE)


def _sentence(documented: str) -> str:
    """Return a docstring's first paragraph as a page shows it: no pointers into the code, options by their words."""
    from yugong.registry.terms import options

    named = options()
    first = documented.partition("\n\n")[0].replace("\n", " ")
    first = POINTER.sub("", first).replace("..", ".").strip(" .").removeprefix("Return ")
    first = first[:1].upper() + first[1:]
    words_of = {k: t.en.partition(" (")[0].partition(";")[0] for k, t in named.items()}
    first = re.sub(r"`(\w+)`", lambda m: f"“{words_of[m[1]]}”" if m[1] in words_of else m[1], first).replace("`", "")
    return f"{first}." if first else ""


def _form(form: Any) -> dict[str, Any]:
    return {
        "id": form.id,
        "title": words(form.title),
        "note": words(form.note),
        "columns": [
            {"id": f.id, "title": words(f.title), "unit": words(f.unit), "kind": f.kind, "required": f.required}
            for f in form.fields
        ],
    }


def run(bench: Bench, call: Call) -> dict[str, Any]:
    """Return a verb's result: its table, the charts it lends itself to, its card, notes and provenance."""
    room, name = call.path["room"], call.path["verb"]
    verb = bench.room(room).find(name)
    if not _there(verb):
        raise Refused(404)
    options = filled(fields(verb.function()), call.body.options, bench.upload, preset)
    result, frame = computed(verb.function(), bench.study, options)
    return told(bench, room, verb, options, result, frame)


def computed(function: Any, study: Any, options: dict[str, Any]) -> tuple[Any, "pd.DataFrame"]:
    """Return what a verb gives, and its table; options that the arithmetic cannot digest are refused with its words."""
    try:
        result = function(study, **options)
        return result, result.table() if hasattr(result, "table") else result
    except YugongError:
        raise
    except (ArithmeticError, LookupError, TypeError, ValueError, AssertionError) as error:
        traceback.print_exc(file=sys.stderr)
        why = f"{type(error).__name__}: {str(error)[:300]}"
        what = Text(f"这些选项算不出结果（{why}）", f"nothing can be computed from these options ({why})")
        raise InputError([Problem(what, Text("检查选项的取值", "check the values of the options"))]) from error


def preset(name: str) -> str:
    """Return a preset's id; a name that is none could be read as a file."""
    from yugong.simulate.scenario.shipped import PRESETS

    if name not in PRESETS:
        raise ValueError(Text(f"不是预设：可选 {'、'.join(PRESETS)}", f"is no preset: there are {', '.join(PRESETS)}"))
    return name


def told(
    bench: Bench, room: str, verb: "Verb", options: dict[str, Any], result: Any, frame: "pd.DataFrame"
) -> dict[str, Any]:
    """Return a result as blocks, and as Python and a command that give it again."""
    from yugong.report.labels import labels
    from yugong.report.model import Block, Card, Figure, Table
    from yugong.report.pictured import pictured
    from yugong.report.plain import plain, source
    from yugong.report.tables_out.build import result_table

    names = partial(labels, bench.study)
    c = bench.context()
    table = result_table(result, verb.id, verb.title, names)
    blocks: list[Block] = [*pictured(c, frame, table), _shortened(table)]
    card = getattr(result, "method", None)
    if card is not None:
        blocks.append(Card(card))
    provenance = getattr(result, "provenance", None)
    spelled = {k: getattr(v, "name", v) if k in ("file", "observed", "readings") else v for k, v in options.items()}
    tables = {verb.id: table} | {b.id: b.table for b in blocks if isinstance(b, Figure)}
    tables |= {b.id: b for b in blocks if isinstance(b, Table) and b.id not in tables}
    run_id = bench.keep(Run(verb.id, result, {"tables": tables, "names": names}))
    return {
        "blocks": [plain(b) for b in blocks],
        "notes": [words(n) for n in getattr(result, "notes", ())],
        "provenance": None
        if provenance is None
        else {
            "study": provenance.study,
            "selection": provenance.selection,
            "sources": [source(s) for s in provenance.sources],
        },
        "python": python.verb(bench.path, room, verb.id, spelled),
        "cli": command.verb(bench.path, room, verb.id, spelled),
        "run_id": run_id,
        "formats": list(FORMATS),
    }


def _shortened(table: Any) -> Any:
    from dataclasses import replace

    if len(table.rows) <= MOST_ROWS:
        return table
    n = len(table.rows)
    note = Text(f"只显示前 {MOST_ROWS} 行，共 {n} 行；下载的文件是全部。",
                f"The first {MOST_ROWS} of {n} rows are shown; downloads hold them all.")  # fmt: skip
    return replace(table, rows=table.rows[:MOST_ROWS], notes=(note, *table.notes))


OPERATIONS = (
    Operation("GET", "/api/verbs/{room}", Text("一个房间的方法与表单", "verbs of a room with their forms"), verbs, shapes.VerbList),
    Operation("POST", "/api/run/{room}/{verb}", Text("运行一个方法", "run a verb"), run, shapes.RunAnswer,
              body=shapes.RunRequest),
)  # fmt: skip
