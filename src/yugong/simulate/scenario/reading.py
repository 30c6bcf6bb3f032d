"""Scenario files: TOML to objects, with every mistake located."""

import os
import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.simulate.scenario.model import SELECTORS, Scenario, Setting

_HEAD = ("id", "title_zh", "title_en", "title", "note_zh", "note_en", "note", "extends")
_TABLES = ("scenario", "budget", "set")
_KEYS = ("lever", "value", *SELECTORS.values(), "mode", "both")


def read(name: str | os.PathLike[str]) -> Scenario:
    """Return the scenario in a TOML file, or the preset of that id, with what it extends put before its settings.

    InputError lists every problem with its file and line; a missing file or an unknown preset is one of them.
    """
    return _read(str(name), Path(), ())


def expand(scenario: Scenario, folder: Path | None = None) -> Scenario:
    """Return a scenario with the settings of all it extends put before its own; names are presets or files."""
    return _expanded(scenario, folder or Path(), (scenario.id,))


def from_text(text: str, file: str | None = None) -> Scenario:
    """Return the scenario of a TOML text."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        what = Text(f"不符合 TOML 写法（{error}）", f"it is not valid TOML: {error}")
        do = Text(
            "检查这一行的括号、引号与等号；文字要加引号", "check the brackets, quotes and equals sign; quote text"
        )
        raise InputError([Problem(what, do, file, row=int(line[1]) if line else None)]) from error
    return from_tree(tree, file, text)


def from_tree(tree: Mapping[str, Any], file: str | None = None, text: str = "") -> Scenario:
    """Return the scenario of a parsed TOML document; `text` is used to say on which line a mistake is."""
    problems: list[Problem] = []
    written = text.splitlines()
    starts = [i for i, line in enumerate(written, 1) if re.match(r"\s*\[\[\s*set\s*\]\]", line)]
    problems += _unknown(tree, _TABLES, file, _headers(written), Text("", ""))
    head, budget, sets = tree.get("scenario", {}), tree.get("budget", {}), tree.get("set", [])
    shapes = ((head, Mapping, "[scenario]"), (budget, Mapping, "[budget]"), (sets, list, "[[set]]"))
    for value, kind, name in shapes:
        if not isinstance(value, kind):
            problems.append(Problem(Text(f"{name} 的写法不对", f"{name} is not written as a table"), None, file))
    if problems and not all(isinstance(v, k) for v, k, _ in shapes):
        raise InputError(problems)
    headers = _headers(written)
    for name, table, known in (("scenario", head, _HEAD), ("budget", budget, ("payers",))):
        lines = _keys(written, headers[name]) if name in headers else {}
        problems += _unknown(table, known, file, lines, Text(f"[{name}] ", f"[{name}] "))
    settings = []
    for i, row in enumerate(sets, 1):
        line = starts[i - 1] if len(starts) == len(sets) else None
        try:
            settings.append(_setting(row, i, file, line, _keys(written, line) if line else {}))
        except InputError as error:
            problems += error.problems
    names = {"extends": head.get("extends", ()), "payers": budget.get("payers", ())}
    for key, value in names.items():
        if not _names(value):
            problems.append(
                Problem(
                    Text(f"{key} 应为名称或名称的列表", f"{key} must be a name or a list of names"),
                    None,
                    file,
                    column=key,
                )
            )
    for key in _HEAD[:-1]:
        if not isinstance(head.get(key, ""), str):
            problems.append(Problem(Text(f"{key} 应为文字", f"{key} must be text"), None, file, column=key))
    if problems:
        raise InputError(problems)
    return Scenario(
        head.get("id") or (Path(file).stem if file else "scenario"),
        _both(head, "title"),
        _both(head, "note"),
        tuple(settings),
        names["extends"],
        names["payers"],
        file,
    )


def _headers(written: list[str]) -> dict[str, int]:
    """Return the line of each table's header."""
    found = ((i, re.match(r"\s*\[\[?\s*([\w-]+)\s*\]", line)) for i, line in enumerate(written, 1))
    return {m[1]: i for i, m in reversed([(i, m) for i, m in found if m])}


def _keys(written: list[str], header: int) -> dict[str, int]:
    """Return the line of each key under the header on line `header`."""
    out: dict[str, int] = {}
    for i, line in enumerate(written[header:], header + 1):
        if re.match(r"\s*\[\[?\s*[\w-]+\s*\]\]?\s*(#.*)?$", line):
            break
        if m := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*=", line):
            out.setdefault(m[1], i)
    return out


def _setting(row: Any, number: int, file: str | None, line: int | None, lines: Mapping[str, int]) -> Setting:
    where = Text(f"第 {number} 个 [[set]]", f"[[set]] number {number}")
    if not isinstance(row, Mapping):
        raise InputError([Problem(Text(f"{where.zh} 不是表", f"{where.en} is not a table"), None, file, row=line)])
    problems = _unknown(row, _KEYS, file, lines, Text(f"{where.zh}", f"{where.en}: "), line)
    for key in ("lever", "value"):
        if key not in row:
            what = Text(f"{where.zh} 缺少 {key}", f"{where.en} has no {key}")
            problems.append(Problem(what, Text(f"补上 {key} = …", f"add {key} = …"), file, None, line, key))
    for key in SELECTORS.values():
        if not _names(row.get(key, ())):
            what = Text(
                f"{where.zh} 的 {key} 应为名称或名称的列表", f"{where.en}: {key} must be a name or a list of names"
            )
            problems.append(Problem(what, None, file, None, lines.get(key, line), key))
    if not isinstance(row.get("lever", ""), str):
        problems.append(
            Problem(Text("lever 应为文字", "lever must be text"), None, file, None, lines.get("lever", line), "lever")
        )
    if not isinstance(row.get("both", False), bool):
        problems.append(
            Problem(
                Text("both 应为 true 或 false", "both must be true or false"),
                None,
                file,
                None,
                lines.get("both", line),
                "both",
            )
        )
    if problems:
        raise InputError(problems)
    chosen = {name: row.get(key, ()) for name, key in SELECTORS.items()}
    return Setting(
        row["lever"],
        row["value"],
        **chosen,
        mode=row.get("mode"),
        both=row.get("both", False),
        file=file,
        line=line,
        lines=lines,
    )


def _names(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list | tuple) and all(isinstance(v, str) for v in value))


def _both(head: Mapping[str, Any], name: str) -> Text:
    one = head.get(name, "")
    zh, en = head.get(f"{name}_zh", one), head.get(f"{name}_en", one)
    return Text(zh or en, en or zh)


def _unknown(
    table: Mapping[str, Any],
    known: tuple[str, ...],
    file: str | None,
    lines: Mapping[str, int],
    where: Text,
    line: int | None = None,
) -> list[Problem]:
    out = []
    for key in table:
        if key not in known:
            near = get_close_matches(str(key), known, 1, 0.6)
            do = Text(f"可用：{'、'.join(near or known)}", f"use: {', '.join(near or known)}")
            what = Text(f"{where.zh}没有“{key}”这一项", f"{where.en}there is no key {key!r}")
            out.append(Problem(what, do, file, None, lines.get(str(key), line), str(key)))
    return out


def _read(name: str, folder: Path, above: tuple[str, ...]) -> Scenario:
    from yugong.simulate.scenario.shipped import PRESETS, is_preset, preset_text

    if name in above:
        chain = " → ".join((*above, name))
        raise InputError([Problem(Text(f"extends 成环：{chain}", f"extends goes round in a circle: {chain}"))])
    path = folder / name
    if is_preset(name):
        scenario = from_text(preset_text(name), f"{name}.toml")
        return _expanded(scenario, Path(), (*above, name))
    if not path.is_file():
        what = Text(f"没有情景文件或预设“{name}”", f"there is no scenario file or preset {name!r}")
        near = get_close_matches(name, PRESETS, 1, 0.6)
        do = Text("用 yugong simulate presets 查看预设", "list presets with: yugong simulate presets")
        if near:
            do = Text(f"最接近的预设：{near[0]}；{do.zh}", f"nearest preset: {near[0]}; {do.en}")
        raise InputError([Problem(what, do)])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError([Problem(Text("不是 UTF-8 文字", "it is not UTF-8 text"), None, path.name)]) from error
    return _expanded(from_text(text, path.name), path.parent, (*above, name))


def _expanded(scenario: Scenario, folder: Path, above: tuple[str, ...]) -> Scenario:
    if not scenario.extends:
        return scenario
    below = [_read(name, folder, above) for name in scenario.extends]
    settings = [s for b in below for s in b.settings]
    payers = scenario.payers or next((b.payers for b in reversed(below) if b.payers), ())
    return Scenario(
        scenario.id, scenario.title, scenario.note, (*settings, *scenario.settings), (), payers, scenario.file
    )
