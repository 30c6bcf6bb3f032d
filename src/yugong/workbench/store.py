"""The user's work on disk: one project a study, saved whole under a revision; results and reports beside it."""

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yugong.base.files import write_atomic
from yugong.workbench.errors import Refused

PROJECT, LOCK, RESULTS, REPORTS, STUDIES, ECONOMY = "project.json", "lock", "results", "reports", "studies", "economy"
MOST_BYTES = 1 << 20
FORMAT = 1


def data_folder() -> Path:
    """Return where programs keep a user's own files on this system, with a folder of ours."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "yugong" / "workbench"


def project_folder(study: str, root: Path | None = None) -> Path:
    """Return the folder of a study's project: by its name where it ships with the package, else by where it lies."""
    top = data_folder() if root is None else root
    if study == "china":
        return top / "projects" / "china"
    where = Path(study).expanduser().absolute()
    return top / "projects" / f"{where.name}-{hashlib.sha256(str(where).encode()).hexdigest()[:12]}"


def inside(folder: Path, path: Path) -> bool:
    """Tell whether a path, wherever its links lead, lies below a folder."""
    return path.resolve().is_relative_to(folder.resolve())


class Store:
    """The project in one folder. Nothing is made on disk before there is something to save."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self) -> tuple[int, dict[str, Any]]:
        """Return the revision and the project; revision 0 and an empty one where nothing was saved.

        A file that cannot be read is set aside under another name, never overwritten.
        """
        path = self.folder / PROJECT
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return 0, {}
        try:
            held = json.loads(text)
            return int(held["revision"]), dict(held["project"])
        except (ValueError, KeyError, TypeError):
            return 0, {}

    def save(self, revision: int, project: dict[str, Any]) -> int:
        """Save a project that was read at `revision` and return its new revision.

        409 with what is there where someone saved in between; 413 where it is too large.
        """
        content = json.dumps(project, ensure_ascii=False)
        if len(content.encode("utf-8", "replace")) > MOST_BYTES:
            raise Refused(413)
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder / LOCK):
            held, there = self.read()
            if held != revision:
                raise Refused(409, extra={"revision": held, "project": there})
            self._set_aside()
            written = {"format": FORMAT, "revision": held + 1, "project": project}
            write_atomic(self.folder / PROJECT, json.dumps(written, ensure_ascii=False))
        return held + 1

    def _set_aside(self) -> None:
        """Keep a project file that cannot be read under a name of its own."""
        path = self.folder / PROJECT
        if not path.exists() or self.read()[0] > 0:
            return
        at = 1
        while (aside := path.with_name(f"project.unreadable-{at}.json")).exists():
            at += 1
        os.replace(path, aside)

    def keep_result(self, id_: str, content: dict[str, Any]) -> None:
        """Save a finished result under its id, whole or not at all."""
        folder = self.folder / RESULTS
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(folder / f"{id_}.json", json.dumps(content, ensure_ascii=False, allow_nan=False))

    def result(self, id_: str) -> dict[str, Any] | None:
        """Return a saved result, None where there is none."""
        path = self.folder / RESULTS / f"{id_}.json"
        if not id_.isalnum() or not path.is_file() or not inside(self.folder, path):
            return None
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def economy(self) -> Path | None:
        """Return the user's own economy tables, None where there are none."""
        folder = self.folder / ECONOMY
        held = sorted(p for p in folder.glob("[!.]*") if p.is_file() and inside(folder, p)) if folder.is_dir() else []
        return held[-1] if held else None

    def keep_economy(self, name: str, content: bytes) -> None:
        """Save economy tables under their name, in place of any others."""
        folder = self.folder / ECONOMY
        folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder / LOCK):
            write_atomic(folder / name, content)
            for old in folder.glob("[!.]*"):
                if old.name != name:
                    old.unlink(missing_ok=True)

    def drop_economy(self) -> None:
        """Forget the user's own economy tables."""
        for old in (self.folder / ECONOMY).glob("[!.]*"):
            old.unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove what a killed process left half-written."""
        for folder in (self.folder, self.folder / RESULTS):
            for left in folder.glob(".*"):
                if left.is_file():
                    left.unlink(missing_ok=True)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock between processes; the system lets it go when its holder dies."""
    with path.open("a+b") as handle:
        _lock(handle.fileno())
        try:
            yield
        finally:
            _unlock(handle.fileno())


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
