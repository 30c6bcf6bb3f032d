"""What changed since the last look: the study's figures, the results that rest on them, and what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from yugong.base.errors import YugongError
from yugong.base.text import Text
from yugong.monitor._study_register import in_words
from yugong.monitor.memory.fingerprint import differences, fingerprint
from yugong.monitor.memory.index import Entry, Index
from yugong.monitor.memory.rerun import Moved, Runner, again, remember
from yugong.monitor.register.due import due as due_in
from yugong.monitor.register.load import read_register

if TYPE_CHECKING:
    from yugong.study.model import Study

RESULTS = ("run", "evaluation", "review", "settlement")
WORDS: dict[str, Text] = {
    "run": Text("计算", "run"),
    "evaluation": Text("评估", "evaluation"),
    "review": Text("审查", "review"),
    "settlement": Text("结算", "settlement"),
    "register": Text("台账", "register"),
    "study": Text("研究", "study"),
}
SHOWN = 8
ATTENTION = 3  # exit code when something changed or is due


@dataclass(frozen=True, slots=True)
class Due:
    """Something to be done by a day (ISO)."""

    kind: str
    title: str
    due: str


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """The answer to: what changed since the last look, what would now come out differently, what is due.

    `since`: when the study was last seen changed, None at the first look; `files`, `vintages`: names that changed;
    `figures`: revisions by variable; `moved`: remembered results that would differ now; `checked`: how many were
    looked at; `due`: evaluations, settlements, payments and milestones due on `on`.
    """

    study: str
    on: str
    since: str | None
    files: tuple[str, ...]
    vintages: tuple[str, ...]
    figures: pd.DataFrame
    moved: tuple[Moved, ...]
    checked: int
    due: tuple[Due, ...]

    @property
    def attention(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.files or self.vintages or len(self.figures) or self.moved or self.due)

    @property
    def exit_code(self) -> int:
        """0 when there is nothing to do, 3 when something changed or is due."""
        return ATTENTION if self.attention else 0

    def table(self) -> pd.DataFrame:
        """Return one row a matter: matter, what, amount (largest relative change, or empty), due."""
        rows: list[tuple[str, str, float, str]] = [
            ("figures", f"{v} {where}".strip(), rel, "")
            for v, rel, where in self.figures[["variable", "largest_relative", "where"]].itertuples(
                index=False, name=None
            )
        ]
        rows += [("result", f"#{m.entry} {m.title}", m.largest_relative, "") for m in self.moved]
        rows += [(d.kind, d.title, float("nan"), d.due) for d in self.due]
        return pd.DataFrame(rows, columns=["matter", "what", "largest_relative", "due_date"])

    def json(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        return {
            "study": self.study,
            "on": self.on,
            "since": self.since,
            "attention": self.attention,
            "files": list(self.files),
            "vintages": list(self.vintages),
            "figures": [_known(r) for r in self.figures.to_dict("records")],
            "checked": self.checked,
            "moved": [
                _known({f: getattr(m, f) for f in ("entry", "kind", "title", "cells", "moved", "added", "removed",
                                                   "largest", "largest_relative", "where", "error")})
                for m in self.moved
            ],
            "due": [{"kind": d.kind, "title": d.title, "due": d.due} for d in self.due],
        }  # fmt: skip

    def lines(self) -> list[Text]:
        """Return the summary as sentences."""
        out = []
        if self.since is None:
            out.append(Text("第一次查看，已记下本研究的现状", "first look: the state of the study is kept"))
        elif self.files or self.vintages or len(self.figures):
            n, f = len(self.figures), len(self.files)
            out.append(
                Text(
                    f"自 {self.since} 以来：{f} 个文件有变动，{n} 个变量的数据有修订或增减",
                    f"since {self.since}: {f} files changed, figures of {n} variables revised, added or taken out",
                )
            )
            out += [_revised(r) for r in self.figures.head(SHOWN).to_dict("records")]
        else:
            out.append(Text(f"自 {self.since} 以来数据没有变动", f"no change of the data since {self.since}"))
        if self.checked:
            out.append(
                Text(
                    f"已记的 {self.checked} 个结果中，{len(self.moved)} 个现在会不同",
                    f"of {self.checked} remembered results, {len(self.moved)} would come out differently now",
                )
            )
        out += [_moved(m) for m in self.moved]
        out.append(Text(f"到期 {len(self.due)} 件", f"{len(self.due)} due"))
        out += [
            Text(f"{d.due} {_word(d.kind).zh}：{d.title}", f"{d.due} {_word(d.kind).en}: {d.title}") for d in self.due
        ]
        return out


def summary(
    study: "Study", index: Index, runner: Runner, on: str, more: Sequence[Due] = (), within: int = 0
) -> Summary:
    """Look at a study: compare with the last look, make remembered results again, list what is due; keep the new state.

    runner makes a result from (study, room, verb, options); more: things due that other rooms know of; within: days
    ahead for the registers kept. The new state is kept in one transaction at the end.
    """
    mark = fingerprint(study)
    seen = index.entries("study", study.id)
    files: tuple[str, ...] = ()
    vintages: tuple[str, ...] = ()
    figures = differences(mark.data, mark.data)
    if seen:
        last = seen[-1].manifest
        files = _differ(last["files"], mark.files)
        vintages = _differ(last["vintages"], mark.vintages)
        old = index.content(last["figures"])
        if last["figures"] != mark.figures and old is not None:
            figures = differences(old, mark.data)
    current = newest(index, study.id)
    moved = [m for e in current if (m := again(study, runner, e, mark)) is not None and m.changed]
    due = [Due(e.kind, e.title, e.due) for e in current if e.due is not None and e.due <= on]
    due += [d for e in _registers(index, study.id) for d in _in_register(study, e, on, within)]
    due += [d for d in more if d.due <= on]
    if not seen or files or vintages or len(figures):
        index.record("study", study.id, study.title.zh, {}, mark.manifest(), {}, None, {mark.figures: mark.data})
    return Summary(
        study.id, on, seen[-1].at if seen else None, files, vintages, figures, tuple(moved), len(current),
        tuple(sorted(due, key=lambda d: d.due)),
    )  # fmt: skip


def newest(index: Index, study: str) -> list[Entry]:
    """Return the latest entry of each recipe remembered."""
    held: dict[str, Entry] = {}
    for e in index.entries(study=study):
        if e.kind in RESULTS:
            held[f"{e.kind} {sorted(e.recipe.items(), key=lambda p: p[0])!r}"] = e
    return sorted(held.values(), key=lambda e: e.id)


def renew(study: "Study", index: Index, runner: Runner) -> list[int]:
    """Make every remembered result that would differ again and keep the new one beside the old; return the numbers.

    Results that can no longer be made are left as they are.
    """
    mark = fingerprint(study)
    out = []
    for e in newest(index, study.id):
        m = again(study, runner, e, mark)
        if m is not None and m.changed and not m.error:
            r = e.recipe
            out.append(remember(index, study, runner, r["room"], r["verb"], r["options"], e.kind, e.due, e.title)[0])  # type: ignore[arg-type]
    return out


def keep_register(index: Index, study: "Study", file: Path) -> tuple[int, int]:
    """Keep a register: its events are appended, and its due dates appear in the summary; return (new, all) events.

    Raises what `read_register` raises, and YugongError when an event kept before was changed or taken out.
    """
    from yugong.base.files import sha256

    path = file.resolve()
    history = read_register(path).history()
    fresh = index.keep_events(path.name, history)
    parts = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    mark = {p.name: sha256(p) for p in parts}
    before = [e for e in _registers(index, study.id) if e.recipe["file"] == str(path)]
    if not before or before[-1].manifest["files"] != mark:
        index.record("register", study.id, path.name, {"file": str(path)}, {"files": mark})
    return fresh, len(history)


def _registers(index: Index, study: str) -> list[Entry]:
    return list({e.recipe["file"]: e for e in index.entries("register", study)}.values())


def _in_register(study: "Study", entry: Entry, on: str, within: int) -> list[Due]:
    try:
        rows = due_in(read_register(entry.recipe["file"]), on, within)
    except (YugongError, OSError) as error:
        return [Due("register", f"{entry.title}: {error}", on)]
    shown = zip(rows["title"], in_words(study, rows), rows["due_date"], strict=True)
    return [Due("register", f"{t} {w}".strip(), d) for t, w, d in shown]


def _differ(before: dict[str, str], now: dict[str, str]) -> tuple[str, ...]:
    return tuple(sorted(k for k in before.keys() | now.keys() if before.get(k) != now.get(k)))


def _revised(r: dict[Any, Any]) -> Text:
    share = r["largest_relative"]
    by = Text(f"，最大改动 {100 * share:.3g}%（{r['where']}）", f", at most by {100 * share:.3g}% ({r['where']})")
    known = by if share == share else Text("", "")
    return Text(
        f"{r['variable']}：修订 {r['revised']}，新增 {r['added']}，减少 {r['removed']}{known.zh}",
        f"{r['variable']}: {r['revised']} revised, {r['added']} added, {r['removed']} taken out{known.en}",
    )


def _moved(m: Moved) -> Text:
    name = f"#{m.entry} {m.title}"
    if m.error:
        return Text(f"{name}：现在算不出来：{m.error}", f"{name}: cannot be made now: {m.error}")
    if not m.moved:
        return Text(f"{name}：多 {m.added} 行，少 {m.removed} 行", f"{name}: {m.added} rows more, {m.removed} fewer")
    share = f"{100 * m.largest_relative:.3g}%" if m.largest_relative == m.largest_relative else f"{m.largest:.4g}"
    return Text(
        f"{name}：{m.cells} 个数中 {m.moved} 个会变，最大变化 {share}（{m.where}）",
        f"{name}: {m.moved} of {m.cells} numbers would change, at most by {share} ({m.where})",
    )


def _word(kind: str) -> Text:
    return WORDS.get(kind, Text(kind, kind))


def _known(row: dict[Any, Any]) -> dict[str, Any]:
    """Replace NaN by null and whole numbers of pandas by plain ones."""
    out: dict[str, Any] = {}
    for key, value in row.items():
        plain = value.item() if hasattr(value, "item") else value
        out[str(key)] = None if isinstance(plain, float) and plain != plain else plain
    return out
