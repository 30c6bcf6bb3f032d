"""A verb's signature as a form, and a filled form as the verb's options: types, choices and defaults come from one place."""

import inspect
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.workbench.errors import on_page
from yugong.workbench.errors import words as words_of

Kind = Literal["text", "number", "integer", "bool", "choice", "texts", "numbers", "integers", "choices", "file"]
SEVERAL: dict[str, Kind] = {"text": "texts", "number": "numbers", "integer": "integers", "choice": "choices"}
# options that name a file of the user's: the interface takes the id of an upload, never a path
FILES = frozenset({"file", "observed", "readings"})
# options that could name a scenario file: only presets are taken
PRESETS = frozenset({"scenario", "baseline", "strategies"})
# options that say how much work is done: no slip of the finger may keep a machine busy for a day
MOST: dict[str, int] = {"draws": 20_000, "times": 20_000, "samples": 8_192, "permutations": 20_000, "steps": 200}
MOST_ITEMS = 500
LONGEST = 400

VARIABLES = frozenset((
    "variable", "variables", "around", "amount", "population", "bad", "capital", "chain", "controls",
    "covariates", "differences", "exposure", "competing", "factor", "factors", "income", "inputs", "investment",
    "labour", "lagged", "links", "logs", "mass", "masses", "outcome", "output", "outputs",
    "present", "pressure", "price", "regional", "rural", "size", "spread", "supply", "total",
    "urban", "urban_rural", "weights", "potential",
))  # fmt: skip
SOURCES: dict[str, str] = {
    **dict.fromkeys(VARIABLES, "variables"),
    **dict.fromkeys(("groups", "groupings", "inner", "outer", "belts", "clusters"), "groupings"),
    **dict.fromkeys(("year", "years", "first", "last", "base_year", "size_year", "false_years"), "years"),
    **dict.fromkeys(("place", "places", "of", "cores", "donors", "donut", "drop", "excluding", "upstream", "trace"), "places"),
    **dict.fromkeys(("payers", "receivers", "floors"), "groups"),
    **dict.fromkeys(("flow", "distance", "other"), "flows"),
    "table": "tables", "policy": "policies", "agreement": "agreements", "sector": "sectors", "levers": "levers", "vary": "levers",
    **dict.fromkeys(PRESETS, "presets"),
}  # fmt: skip
TAKEN = r"（用 --template[^）]*）| \(take the template[^)]*\)"  # the page has a button for it
WEIGHTS = ("contiguity", "knn:4", "knn:6", "inverse_distance", "inverse_distance:2", "economic", "nested")


@dataclass(frozen=True, slots=True)
class Field:
    """One option of a verb as a field: what kind of value, its default, and where its choices come from."""

    id: str
    title: Text
    kind: Kind
    required: bool
    default: Any
    nullable: bool
    choices: tuple[str, ...] = ()
    high: float | None = None
    source: str | None = None
    single: bool = False  # a list of one may be written as the item itself

    def row(self) -> dict[str, Any]:
        """Return the field as the page draws it."""
        from yugong.registry.terms import choices, terms

        words, chosen = terms(), choices()
        return {
            "id": self.id,
            "title": words_of(on_page(Text(re.sub(TAKEN, "", self.title.zh), re.sub(TAKEN, "", self.title.en)))),
            "kind": self.kind,
            "required": self.required,
            "default": list(self.default) if isinstance(self.default, tuple) else self.default,
            "nullable": self.nullable,
            "choices": [
                {"id": c, "title": {"zh": t.zh, "en": t.en}}
                for c in self.choices
                for t in [
                    chosen.get(f"{self.id}.{c}") or chosen.get(c) or (words[c].title if c in words else Text(c, c))
                ]
            ],
            "low": None,
            "high": self.high,
            "unit": None,
            "source": self.source,
        }


def fields(function: Callable[..., Any]) -> tuple[Field, ...]:
    """Return the fields of a verb's options; one whose type a form cannot hold, and that has a default, is left out."""
    from yugong.registry.terms import options

    words = options()
    found = []
    for name, p in list(inspect.signature(function).parameters.items())[1:]:
        if p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL):
            continue
        read = _kind(name, p.annotation)
        if read is None:
            continue
        kind, choices, single = read
        required = p.default is p.empty
        default = None if required or not _simple(p.default) else p.default
        if name == "w":
            choices = WEIGHTS
        found.append(
            Field(
                name, words.get(name, Text(name, name)), kind, required, default, _nullable(p.annotation), choices,
                MOST.get(name), SOURCES.get(name), single,
            )
        )  # fmt: skip
    return tuple(found)


def filled(
    listed: Sequence[Field], given: Mapping[str, Any], upload: Callable[[str], Any], preset: Callable[[str], str]
) -> dict[str, Any]:
    """Return the verb's options read from a filled form; InputError lists every field that does not fit.

    `upload` turns the id of an upload into the path of its file, `preset` checks the name of a preset.
    """
    known = {f.id: f for f in listed}
    problems = [
        Problem(Text(f"没有选项 {name}", f"there is no option {name}"), column=name)
        for name in given
        if name not in known
    ]
    out: dict[str, Any] = {}
    for field in listed:
        empty = field.id not in given or given[field.id] in ("", None, [])
        if empty and not _set(field, given):
            if field.required:
                problems.append(_wrong(field, Text("没有填", "is empty")))
            continue
        try:
            out[field.id] = _value(field, given[field.id], upload, preset)
        except ValueError as error:
            said = error.args[0] if error.args and isinstance(error.args[0], Text) else Text("不合要求", "does not fit")
            problems.append(_wrong(field, said))
    if problems:
        raise InputError(problems)
    return out


def _set(field: Field, given: Mapping[str, Any]) -> bool:
    """Tell whether an empty value is meant: no items, or none where the default is something else."""
    if field.id not in given or given[field.id] == "":
        return False
    return given[field.id] == [] or (field.nullable and field.default is not None)


def _wrong(field: Field, said: Text) -> Problem:
    return Problem(Text(f"“{field.title.zh}”{said.zh}", f"{field.title.en!r} {said.en}"), column=field.id)


def _value(field: Field, given: Any, upload: Callable[[str], Any], preset: Callable[[str], str]) -> Any:
    if given is None:
        if field.nullable:
            return None
        raise ValueError(Text("没有填", "is empty"))
    if field.kind == "file":
        return upload(_text(given))
    if field.kind in ("texts", "numbers", "integers", "choices"):
        if isinstance(given, str) and field.single:
            return _one(field, "text", given, preset)
        if not isinstance(given, list) or len(given) > MOST_ITEMS:
            raise ValueError(Text("应为列表", "should be a list"))
        one: Any = {v: k for k, v in SEVERAL.items()}[field.kind]
        return [_one(field, one, item, preset) for item in given]
    return _one(field, field.kind, given, preset)


def _one(field: Field, kind: str, given: Any, preset: Callable[[str], str]) -> Any:
    if kind == "choice":
        if given not in field.choices:
            raise ValueError(Text("不在可选之列", "is not one of the choices"))
        return given
    if kind == "bool":
        if not isinstance(given, bool):
            raise ValueError(Text("应为是或否", "should be yes or no"))
        return given
    if kind == "text":
        text = _text(given)
        return preset(text) if field.id in PRESETS else text
    if isinstance(given, bool) or not isinstance(given, int | float) or abs(given) > 1e15:
        raise ValueError(Text("应为数", "should be a number"))
    if kind == "integer":
        if given != int(given):
            raise ValueError(Text("应为整数", "should be a whole number"))
        given = int(given)
    if field.high is not None and given > field.high:
        raise ValueError(Text(f"至多 {field.high:g}", f"is at most {field.high:g}"))
    return given if kind == "integer" else float(given)


def _text(given: Any) -> str:
    """Return a word; nothing that could be a path or hide what it says."""
    if not isinstance(given, str) or len(given) > LONGEST:
        raise ValueError(Text("应为文字", "should be text"))
    if any(c in "/\\" or not c.isprintable() for c in given):
        raise ValueError(Text("含有不允许的字符", "holds characters that are not allowed"))
    return given


def _kind(name: str, annotation: Any) -> tuple[Kind, tuple[str, ...], bool] | None:
    """Return the kind of a field, its choices, and whether one item may stand for a list; None for other types."""
    if name in FILES:
        return "file", (), False
    parts = [p for p in _parts(annotation) if p is not type(None)]
    for part in parts:
        if typing.get_origin(part) is Literal:
            return "choice", tuple(str(c) for c in typing.get_args(part)), False
    for part in parts:
        origin = typing.get_origin(part)
        if isinstance(origin, type) and issubclass(origin, Sequence) and origin is not str:
            (item,) = typing.get_args(part)[:1] or (str,)
            if typing.get_origin(item) is Literal:
                return "choices", tuple(str(c) for c in typing.get_args(item)), False
            if item in (str, int, float):
                plain: dict[Any, Kind] = {str: "texts", int: "integers", float: "numbers"}
                return plain[item], (), str in parts
            return None
    simple: tuple[tuple[Any, Kind], ...] = ((bool, "bool"), (int, "integer"), (float, "number"), (str, "text"))
    if float in parts:
        return "number", (), False
    for kind, name_ in simple:
        if kind in parts:
            return None if _loads(parts) else (name_, (), False)
    hashable = any(getattr(p, "__name__", "") == "Hashable" for p in parts)
    return ("text", (), False) if hashable else None


def _loads(parts: Sequence[Any]) -> bool:
    """Tell whether a word would be read as a path."""
    return any("PathLike" in str(p) for p in parts)


def _parts(annotation: Any) -> tuple[Any, ...]:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return typing.get_args(annotation)
    return (annotation,)


def _nullable(annotation: Any) -> bool:
    return type(None) in _parts(annotation)


def _simple(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(_simple(v) for v in value)
    return value is None or isinstance(value, str | int | float | bool)
