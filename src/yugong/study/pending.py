"""Several files of a study changed as one: complete beside the old ones first, then in a single rename.

`.pending` appears whole or not at all; from that moment its files are the study's. A process that dies later leaves
a folder that reads as the new study, and the next change moves the files into place.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from yugong.base.files import write_atomic

NAME = ".pending"


def part(folder: Path, name: str, staged: Path | None = None) -> Path:
    """Return where a file of the study now lies; a file in `staged`, a change not yet made, comes first."""
    if staged is not None and (staged / name).exists():
        return staged / name
    waiting = folder / NAME / name
    return waiting if waiting.exists() else folder / name


def commit(folder: Path, contents: Mapping[str, str], check: Callable[[Path], object] | None = None) -> None:
    """Replace or create the files named in `contents` (name relative to `folder` → text), all or none.

    `check` is given the folder in which they wait; when it raises, nothing changes.
    """
    settle(folder)
    temporary = Path(tempfile.mkdtemp(prefix=f"{NAME}.", dir=folder))
    try:
        write_all(temporary, contents)
        if check is not None:
            check(temporary)
        os.rename(temporary, folder / NAME)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    settle(folder)


def write_all(folder: Path, contents: Mapping[str, str]) -> None:
    """Write the files named in `contents` below `folder`."""
    for name, text in contents.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(target, text)


def settle(folder: Path) -> None:
    """Move the files of a finished change into place."""
    waiting = folder / NAME
    if not waiting.is_dir():
        return
    for path in sorted(p for p in waiting.rglob("*") if p.is_file()):
        target = folder / path.relative_to(waiting)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)
    shutil.rmtree(waiting)
