"""The index of a study: studies seen, runs, evaluations, reviews and settlements, append-only, safe against crashes."""

import contextlib
import json
import os
import sqlite3
import sys
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from yugong.base.errors import YugongError
from yugong.base.text import Text

Kind = Literal["study", "run", "evaluation", "review", "settlement", "register"]
KINDS: tuple[str, ...] = get_args(Kind)
FOLDER, FILE = ".yugong", "index.sqlite"
VERSION = 1
WAIT = 60.0  # seconds a process waits for another's transaction
SCHEMA = """
CREATE TABLE entries (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  study TEXT NOT NULL,
  title TEXT NOT NULL,
  at TEXT NOT NULL,
  due TEXT,
  recipe TEXT NOT NULL,
  manifest TEXT NOT NULL,
  result TEXT NOT NULL
);
CREATE INDEX entries_kind ON entries (kind, study);
CREATE TABLE contents (sha256 TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  register TEXT NOT NULL,
  item TEXT NOT NULL,
  date TEXT NOT NULL,
  state TEXT NOT NULL,
  note TEXT NOT NULL,
  at TEXT NOT NULL
);
CREATE TRIGGER entries_kept BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER entries_whole BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER events_kept BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER events_whole BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing remembered; `recipe` says how to make it again, `manifest` what it was made from."""

    id: int
    kind: str
    study: str
    title: str
    at: str  # UTC, ISO 8601
    due: str | None  # ISO date on which it is to be looked at again
    recipe: dict[str, Any]
    manifest: dict[str, Any]
    result: dict[str, Any]


def home(folder: Path | None, study: str) -> Path:
    """Return where a study's index lies: in its folder, or, for the embedded study, in the user's state folder.

    YUGONG_STATE names the state folder; else LOCALAPPDATA on Windows, Library/Application Support on macOS,
    XDG_STATE_HOME or .local/state elsewhere.
    """
    if folder is not None and not _inside_package(folder):
        return folder / FOLDER / FILE
    stated = os.environ.get("YUGONG_STATE")
    if stated:
        base = Path(stated)
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "yugong"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support" / "yugong"
    else:
        base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "yugong"
    return base / study / FILE


def _inside_package(folder: Path) -> bool:
    return folder.resolve().is_relative_to(Path(__file__).resolve().parents[2])


class Index:
    """An open index; every `record` is on disk when it returns (WAL, synchronous FULL)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._located():
            self._db = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
            try:
                self._open()
            except BaseException:
                self._db.close()
                raise

    def _open(self) -> None:
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        with self._writing():
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                for statement in _statements(SCHEMA):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version={VERSION}")
        if version > VERSION:
            what = Text(
                f"{self.path} 由更新的版本写成（{version}），本版本只认 {VERSION}",
                f"{self.path} was written by a newer version ({version}); this one knows {VERSION}",
            )
            raise YugongError(what)

    def __enter__(self) -> "Index":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the index."""
        self._db.close()

    def record(
        self,
        kind: Kind,
        study: str,
        title: str = "",
        recipe: Mapping[str, Any] | None = None,
        manifest: Mapping[str, Any] | None = None,
        result: Mapping[str, Any] | None = None,
        due: str | None = None,
        contents: Mapping[str, bytes] | None = None,
    ) -> int:
        """Append an entry, with the contents (sha256 → bytes) it refers to, in one transaction; return its number."""
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
        row = (kind, study, title, _now(), due, *(_json(part or {}) for part in (recipe, manifest, result)))
        with self._located(), self._writing():
            for sha, data in (contents or {}).items():
                self._db.execute("INSERT OR IGNORE INTO contents VALUES (?, ?)", (sha, zlib.compress(data, 6)))
            done = self._db.execute(
                "INSERT INTO entries (kind, study, title, at, due, recipe, manifest, result) VALUES (?,?,?,?,?,?,?,?)",
                row,
            )
        return int(done.lastrowid or 0)

    def entries(self, kind: Kind | None = None, study: str | None = None) -> list[Entry]:
        """Return the entries, oldest first."""
        with self._located():
            rows = self._db.execute(
                "SELECT id, kind, study, title, at, due, recipe, manifest, result FROM entries "
                "WHERE (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR study = ?2) ORDER BY id",
                (kind, study),
            ).fetchall()
        return [Entry(*row[:6], *(json.loads(text) for text in row[6:])) for row in rows]

    def content(self, sha: str) -> bytes | None:
        """Return a stored content by its SHA-256."""
        with self._located():
            row = self._db.execute("SELECT data FROM contents WHERE sha256 = ?", (sha,)).fetchone()
        return None if row is None else zlib.decompress(row[0])

    def keep_events(self, register: str, history: list[tuple[str, str, str, str]]) -> int:
        """Append the events of a register that are not kept yet; return how many.

        Raises YugongError when a kept event (item, date, state, note) is no longer in the history given: what was
        recorded may not be changed or taken out.
        """
        with self._located(), self._writing():
            kept = self._db.execute(
                "SELECT item, date, state, note FROM events WHERE register = ? ORDER BY id", (register,)
            ).fetchall()
            waiting: dict[tuple[str, ...], int] = {}
            for row in history:
                waiting[row] = waiting.get(row, 0) + 1
            lost = []
            for row in kept:
                if waiting.get(row, 0):
                    waiting[row] -= 1
                else:
                    lost.append(row)
            if lost:
                shown = "；".join(" ".join(r) for r in lost[:5])
                raise YugongError(
                    Text(
                        f"台账的历史只增不改：已记入的 {len(lost)} 条变更被改动或删去，如 {shown}",
                        f"the history is append-only: {len(lost)} kept events were changed or taken out, e.g. {shown}",
                    )
                )
            fresh = []
            for row in history:
                if waiting[row]:
                    waiting[row] -= 1
                    fresh.append((register, *row, _now()))
            self._db.executemany(
                "INSERT INTO events (register, item, date, state, note, at) VALUES (?,?,?,?,?,?)", fresh
            )
        return len(fresh)

    def check(self) -> bool:
        """Tell whether the database is whole."""
        with self._located():
            return bool(self._db.execute("PRAGMA integrity_check").fetchone()[0] == "ok")

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # a full disk has already rolled it back
                self._db.execute("ROLLBACK")
            raise

    @contextlib.contextmanager
    def _located(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            do = Text(
                "腾出空间或检查权限后再试；已记入的内容不受影响",
                "free space or check rights, then try again; what was kept is safe",
            )
            if "malformed" in str(error) or "not a database" in str(error):
                do = Text(
                    "文件已损坏：移走它会重新开始，或从备份恢复",
                    "the file is damaged: move it away to start anew, or restore a backup",
                )
            raise YugongError(
                Text(
                    f"无法读写记录 {self.path}：{error}；{do.zh}", f"cannot read or write {self.path}: {error}; {do.en}"
                )
            ) from error


def _statements(script: str) -> Iterator[str]:
    """Split the schema into statements; a trigger's body holds semicolons of its own."""
    held = ""
    for line in script.splitlines():
        held += line + "\n"
        if sqlite3.complete_statement(held):
            yield held
            held = ""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
