"""What a study is made of: its files and their hashes, its figures, and how two states of it differ."""

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yugong.base.files import sha256
from yugong.monitor.memory.index import FOLDER

if TYPE_CHECKING:
    from yugong.study.model import Study


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Files (name → SHA-256), variables (id → SHA-256 of their figures), and the figures as CSV with their SHA-256."""

    files: dict[str, str]
    variables: dict[str, str]
    vintages: dict[str, str]
    figures: str
    data: bytes

    def manifest(self) -> dict[str, Any]:
        """Return what is stored beside an entry."""
        from yugong import __version__

        return {
            "version": __version__,
            "files": self.files,
            "variables": self.variables,
            "vintages": self.vintages,
            "figures": self.figures,
        }


def fingerprint(study: "Study") -> Fingerprint:
    """Return the fingerprint of a study; the index's own folder is no part of it."""
    folder = study.folder
    files = {}
    if folder is not None:
        for p in sorted(folder.rglob("*")):
            name = p.relative_to(folder)
            if p.is_file() and FOLDER not in name.parts and "__pycache__" not in name.parts:
                files[name.as_posix()] = sha256(p)
    frame = study.frame.sort_index()
    data = frame.to_csv(float_format="%.17g").encode()
    keys = hashlib.sha256("\n".join(f"{p},{y}" for p, y in frame.index).encode()).digest()
    variables = {
        str(c): hashlib.sha256(keys + frame[c].to_numpy(np.float64, na_value=np.nan).tobytes()).hexdigest()
        for c in frame.columns
    }
    vintages = {v.id: v.vintage for v in study.variables.values()}
    return Fingerprint(files, variables, vintages, hashlib.sha256(data).hexdigest(), data)


def differences(before: bytes, after: bytes) -> pd.DataFrame:
    """Return, by variable, how two states of the figures differ: cells revised, added, taken out, largest revision.

    variable, revised, added, removed, largest (absolute), largest_relative (to the old figure), where (place, year of
    the largest). Variables without a difference are left out.
    """
    old, new = (
        pd.read_csv(io.BytesIO(b), dtype={"place": str}, index_col=["place", "year"]).astype(np.float64)
        for b in (before, after)
    )
    index = old.index.union(new.index)
    columns = list(dict.fromkeys([*old.columns, *new.columns]))
    a = old.reindex(index=index, columns=columns).to_numpy()
    b = new.reindex(index=index, columns=columns).to_numpy()
    had, has = ~np.isnan(a), ~np.isnan(b)
    rows = []
    for j, name in enumerate(columns):
        both = had[:, j] & has[:, j]
        moved = np.where(both, np.abs(b[:, j] - a[:, j]), 0.0)
        added, removed = int((has[:, j] & ~had[:, j]).sum()), int((had[:, j] & ~has[:, j]).sum())
        revised = int((moved > 0).sum())
        if revised or added or removed:
            k = int(moved.argmax())
            relative = moved[k] / abs(a[k, j]) if revised and a[k, j] != 0 else np.nan
            where = f"{index[k][0]} {index[k][1]}" if revised else ""
            rows.append((name, revised, added, removed, float(moved[k]) if revised else np.nan, float(relative), where))
    names = ["variable", "revised", "added", "removed", "largest", "largest_relative", "where"]
    return pd.DataFrame(rows, columns=names)
