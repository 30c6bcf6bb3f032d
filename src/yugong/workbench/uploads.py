"""Files the page sends, under ids of ours in a private folder that goes when the server ends."""

import os
import re
import secrets
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

from yugong.base.text import Text
from yugong.workbench.errors import Refused

MOST_FILES = 200
SUFFIXES = frozenset({".xlsx", ".xls", ".csv", ".tsv", ".txt", ".parquet", ".dta", ".docx", ".pdf", ".md", ".toml"})


@dataclass(slots=True)
class Uploads:
    """Uploads by id; the oldest go first when there are too many."""

    _folder: tempfile.TemporaryDirectory[str] | None = None
    _paths: dict[str, Path] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, name: str, content: bytes) -> str:
        """Write an upload and return its id; its name serves as a label and for its ending, nothing else."""
        clean = safe_name(name)
        if Path(clean).suffix.lower() not in SUFFIXES:
            raise Refused(415, Text(f"不读这种文件：{clean}", f"files of this kind are not read: {clean}"))
        if not content:
            raise Refused(422, Text("文件是空的", "the file is empty"))
        id_ = secrets.token_hex(8)
        with self._lock:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="yugong-", ignore_cleanup_errors=True)
            folder = Path(self._folder.name) / id_
            folder.mkdir()
            path = folder / clean
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
                f.write(content)
            self._paths[id_] = path
            while len(self._paths) > MOST_FILES:
                oldest = next(iter(self._paths))
                self._paths.pop(oldest).unlink(missing_ok=True)
        return id_

    def path(self, id_: str) -> Path:
        """Return the path of an upload; 404 where the id is not known."""
        if id_ not in self._paths:
            raise Refused(404, Text("没有这个上传的文件，请重新上传", "there is no such upload: send the file again"))
        return self._paths[id_]

    def close(self) -> None:
        """Remove every upload."""
        with self._lock:
            self._paths.clear()
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None


def safe_name(name: str) -> str:
    """Return a file's name without what any file system would take for more than a name."""
    kept = re.sub(r'[<>:"|?*\\/\x00-\x1f]', "_", name).strip(" .")[-100:]
    stem = Path(kept).stem.split(".")[0].upper()
    reserved = {"CON", "PRN", "AUX", "NUL", *(f"{d}{i}" for d in ("COM", "LPT") for i in range(1, 10))}
    return f"_{kept}" if not kept or stem in reserved else kept
