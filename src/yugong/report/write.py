"""A report written whole: index.html, tables.xlsx and manifest.json in one folder, or nothing."""

import json
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from yugong.base.errors import InputError, Problem
from yugong.base.files import sha256, whole_folder, write_atomic
from yugong.base.text import Lang, Text
from yugong.report.html import render_html
from yugong.report.model import Document
from yugong.report.xlsx import render_xlsx

Progress = Callable[[int, int, Text], None]
HTML, XLSX, MANIFEST = "index.html", "tables.xlsx", "manifest.json"
_PACKAGES = ("numpy", "scipy", "pandas", "xlsxwriter", "jinja2")


@dataclass(frozen=True, slots=True)
class Written:
    """Where a report lies."""

    folder: Path
    html: Path
    xlsx: Path
    manifest: Path


def write_report(
    document: Document,
    folder: str | Path,
    lang: Lang | None = None,
    progress: Progress | None = None,
    started: float | None = None,
) -> Written:
    """Write a document as index.html, tables.xlsx and manifest.json into `folder`, whole or not at all.

    An earlier report at `folder` is replaced when the new one stands complete. A folder that holds anything else is
    left alone with an InputError. `started` (a `time.perf_counter()` value) lets the manifest's wall time count
    what came before the writing.
    """
    target = Path(folder).expanduser().absolute()
    _only_a_report(target)
    began = time.perf_counter() if started is None else started
    tell = progress or (lambda _done, _total, _text: None)
    with whole_folder(target) as temporary:
        tell(0, 3, Text("写网页", "writing the page"))
        write_atomic(temporary / HTML, render_html(document, lang))
        tell(1, 3, Text("写工作簿", "writing the workbook"))
        write_atomic(temporary / XLSX, render_xlsx(document, lang))
        tell(2, 3, Text("写清单", "writing the manifest"))
        content = manifest(document, temporary, time.perf_counter() - began)
        write_atomic(temporary / MANIFEST, json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    tell(3, 3, Text("完成", "done"))
    return Written(target, target / HTML, target / XLSX, target / MANIFEST)


def manifest(document: Document, folder: Path, seconds: float) -> dict[str, object]:
    """Return what a reader needs to trace and repeat a report: inputs, options, versions, seeds, warnings, outputs."""
    meta = document.meta
    return {
        "generator": "yugong",
        "study": meta.study,
        "created": meta.created,
        "options": meta.options,
        "seeds": meta.seeds,
        "inputs": [{"file": i.name, "sha256": i.sha256} for i in meta.inputs],
        "versions": {"yugong": meta.version, "python": platform.python_version(), **_versions()},
        "warnings": [{"zh": w.zh, "en": w.en} for w in meta.warnings],
        "outputs": [
            {"file": p.name, "sha256": sha256(p), "bytes": p.stat().st_size} for p in (folder / HTML, folder / XLSX)
        ],
        "seconds": round(seconds, 2),
    }


def _only_a_report(target: Path) -> None:
    if not target.exists():
        return
    known = {HTML, XLSX, MANIFEST}
    names = {p.name for p in target.iterdir()} if target.is_dir() else {""}
    if not names or (MANIFEST in names and names <= known and _ours(target / MANIFEST)):
        return
    raise InputError(
        [
            Problem(
                Text("这里已有别的文件，不能用报告替换", "there are other files here; a report will not replace them"),
                Text("换一个文件夹，或先移走其中的文件", "choose another folder, or move those files away first"),
                file=str(target),
            )
        ]
    )


def _ours(path: Path) -> bool:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return isinstance(content, dict) and content.get("generator") == "yugong"


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # pandas can be vendored under another name
            continue
    return found
