"""A result made again from its recipe, and how far it has moved."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from yugong.base.errors import YugongError
from yugong.base.files import sha256
from yugong.base.text import language, set_language
from yugong.monitor.memory.fingerprint import Fingerprint, fingerprint
from yugong.monitor.memory.index import Entry, Index, Kind

if TYPE_CHECKING:
    import pandas as pd

    from yugong.study.model import Study

# study, room, verb, options as written → the table; the command line passes one that knows every room
Runner = Callable[["Study", str, str, Mapping[str, str]], "pd.DataFrame"]
NAMED = 3  # words of a row that say which one it is
SAME = 1e-9  # relative: sums in another order differ by less


@dataclass(frozen=True, slots=True)
class Moved:
    """How a result made again differs from the one remembered.

    cells compared and moved, rows added and removed, the largest absolute and relative change and where it is;
    `error` when it cannot be made again.
    """

    entry: int
    title: str
    kind: str
    cells: int
    moved: int
    added: int
    removed: int
    largest: float
    largest_relative: float
    where: str
    error: str = ""

    @property
    def changed(self) -> bool:
        """Whether anything differs."""
        return bool(self.moved or self.added or self.removed or self.error)


def remember(
    index: Index,
    study: "Study",
    runner: Runner,
    room: str,
    verb: str,
    options: Mapping[str, str],
    kind: Kind = "run",
    due: str | None = None,
    title: str = "",
) -> tuple[int, "pd.DataFrame"]:
    """Run a verb, keep its result with its recipe and manifest; return (number, table).

    Options that name files keep the files' hashes. Raises what the verb raises, before anything is written.
    """
    options = {k: str(Path(v).resolve()) if Path(v).is_file() else v for k, v in options.items()}
    table = runner(study, room, verb, options)
    mark = fingerprint(study)
    manifest = mark.manifest() | {"options": inputs(options)}
    recipe = {"room": room, "verb": verb, "options": options, "language": language()}
    words = title or f"{room} {verb} " + " ".join(f"--{k.replace('_', '-')} {v}" for k, v in options.items())
    number = index.record(
        kind, study.id, words.strip(), recipe, manifest, packed(table), due, {mark.figures: mark.data}
    )
    return number, table


@contextlib.contextmanager
def _speaking(lang: str | None) -> Iterator[None]:
    """Use the language a result was made in: its words are what rows are matched by."""
    held = language()
    set_language(lang or held)
    try:
        yield
    finally:
        set_language(held)


def inputs(options: Mapping[str, str]) -> dict[str, str]:
    """Return the options that name files, with the files' hashes."""
    return {v: sha256(Path(v)) for v in options.values() if Path(v).is_file()}


def packed(table: "pd.DataFrame") -> dict[str, Any]:
    """Return a table as plain JSON: columns, rows, and its SHA-256 with numbers at twelve digits."""
    columns = [str(c) for c in table.columns]
    rows = [[_plain(v) for v in line] for line in table.itertuples(index=False, name=None)]
    text = json.dumps([columns, rows], ensure_ascii=False, allow_nan=False)
    return {"columns": columns, "rows": rows, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def again(study: "Study", runner: Runner, entry: Entry, now: Fingerprint) -> Moved | None:
    """Make a remembered result again and compare; None where neither the study's figures nor its inputs have changed."""
    recipe = entry.recipe
    options = recipe["options"]
    unchanged = entry.manifest.get("figures") == now.figures and entry.manifest.get("files") == now.files
    try:
        if unchanged and inputs(options) == entry.manifest.get("options", {}):
            return None
        with _speaking(recipe.get("language")):
            table = runner(study, recipe["room"], recipe["verb"], options)
    except (YugongError, OSError) as error:
        why = error.render() if isinstance(error, YugongError) else str(error)
        return Moved(entry.id, entry.title, entry.kind, 0, 0, 0, 0, float("nan"), float("nan"), "", why)
    return compare(entry, packed(table))


def compare(entry: Entry, new: Mapping[str, Any]) -> Moved:
    """Compare a remembered table with one made again: rows are matched by their words and whole numbers.

    Rows that bear the same words are matched in their order.
    """
    old = entry.result
    before, after = _keyed(old), _keyed(new)
    shared = [k for k in before if k in after]
    moved, largest, relative, where, cells = 0, 0.0, float("nan"), "", 0
    for key in shared:
        for column in before[key].keys() | after[key].keys():
            a, b = before[key].get(column), after[key].get(column)
            cells += 1
            if a is None or b is None:
                moved += a is not b
                continue
            gap = abs(b - a)
            if gap <= SAME * max(abs(a), abs(b)):
                continue
            moved += 1
            if gap > largest:
                largest, relative = gap, gap / abs(a) if a else float("nan")
                where = " ".join([*[str(k) for k in key[:-1] if k not in (None, "")][:NAMED], column])
    return Moved(
        entry.id, entry.title, entry.kind, cells, moved, len(after.keys() - before.keys()),
        len(before.keys() - after.keys()), largest, relative, where,
    )  # fmt: skip


def _keyed(table: Mapping[str, Any]) -> dict[tuple[Any, ...], dict[str, float | None]]:
    columns, rows = table["columns"], table["rows"]
    measured = [j for j in range(len(columns)) if any(isinstance(r[j], float) for r in rows)]
    named = [j for j in range(len(columns)) if j not in measured]
    out: dict[tuple[Any, ...], dict[str, float | None]] = {}
    seen: dict[tuple[Any, ...], int] = {}
    for r in rows:
        key = tuple(r[j] for j in named)
        seen[key] = seen.get(key, 0) + 1
        out[*key, seen[key]] = {columns[j]: None if r[j] is None else float(r[j]) for j in measured}
    return out


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(f"{float(value):.12g}") if np.isfinite(value) else None
    return str(value)
