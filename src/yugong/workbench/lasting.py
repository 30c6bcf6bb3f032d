"""Answers that follow from the study and the program alone, kept between launches.

Each is a file named by a hash of every file of both, so that none can be out of date: another study, or another
version, has other names. A folder that cannot be written to costs time and nothing else.
"""

import contextlib
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from yugong.base.files import write_atomic

MOST_KEPT = 64  # files; the longest unused go first
LARGEST = 64 * 2**20  # bytes of a study's files: reading more than that would take longer than it saves
LIBRARIES = ("numpy", "pandas", "scipy")
OUTSIDE = re.compile(rb"""(?:^|[,"'\s])(?:\.\.|/|[A-Za-z]:)[\\/]""", re.MULTILINE)  # a path that leaves the folder
NAMING = ("study.toml", "flows.csv", "tables.csv")  # files of a study that name others


def cache_folder() -> Path:
    """Return where programs keep on this system what they can make again, with a folder of ours."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        return base / "yugong" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "yugong"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "yugong"


@cache
def program() -> str:
    """Return a hash of this program's files and of the libraries that its numbers rest on."""
    found = _hash(Path(str(files("yugong"))), skipped=("workbench/static",))
    return f"{found} {sys.version} {' '.join(version(name) for name in LIBRARIES)}"


def study(folder: Path) -> str | None:
    """Return a hash of a study's files; None where they lie elsewhere in part, or are very large."""
    for name in NAMING:
        path = folder / name
        if path.is_file() and OUTSIDE.search(path.read_bytes()):
            return None
    listed = list(_files(folder, ()))
    if any(p.is_symlink() for p in folder.rglob("*")) or sum(p.stat().st_size for _, p in listed) > LARGEST:
        return None
    return _hash(folder)


def _hash(folder: Path, skipped: tuple[str, ...] = ()) -> str:
    found = hashlib.sha256()
    for name, path in _files(folder, skipped):
        content = path.read_bytes()
        found.update(f"{name}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()


def _files(folder: Path, skipped: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    """Every file below a folder in a fixed order, but for compiled code and what tools leave behind."""
    for where, inner, names in os.walk(folder):
        at = Path(where).relative_to(folder).as_posix()
        inner[:] = sorted(
            d for d in inner if d != "__pycache__" and not d.endswith("_cache") and f"{at}/{d}" not in skipped
        )
        for name in sorted(names):
            yield f"{at}/{name}", Path(where) / name


class Lasting:
    """The kept answers on one study; nothing is found or kept where the study's files cannot be told apart."""

    def __init__(self, study_folder: Path, folder: Path) -> None:
        self._study = study_folder
        self._folder = folder
        self._held = self._now()

    def _now(self) -> str | None:
        try:
            return study(self._study)
        except OSError:  # the study cannot be read: whoever reads it says so
            return None

    def changed(self) -> bool:
        """Tell whether the study's files are others than before, and go by them from here on."""
        before, self._held = self._held, self._now()
        return before != self._held

    def find(self, name: str) -> Any:
        """Return what was kept under a name for this study and this program, None where there is nothing."""
        path = self._path(name)
        if path is None:
            return None
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            os.utime(path)
        except (OSError, ValueError):
            return None
        return found

    def keep(self, name: str, value: Any) -> None:
        """Keep an answer that was made from the study as it was when this was made."""
        path = self._path(name)
        if path is None or self._now() != self._held:  # it may have been made from other files
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomic(path, json.dumps(value, ensure_ascii=False, allow_nan=False))
            kept = sorted(self._folder.glob("*.json"), key=lambda p: p.stat().st_mtime)
            for old in kept[:-MOST_KEPT]:
                old.unlink(missing_ok=True)

    def _path(self, name: str) -> Path | None:
        if self._held is None:
            return None
        key = hashlib.sha256(f"{program()}\n{self._held}\n{name}".encode()).hexdigest()
        return self._folder / f"{key}.json"
