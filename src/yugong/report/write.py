"""A report written whole: the forms asked for and a manifest in one folder, or nothing."""

import json
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.files import sha256, whole_folder, write_atomic
from yugong.base.text import Lang, Text
from yugong.report.html import render_html
from yugong.report.model import Document
from yugong.report.xlsx import render_xlsx

Progress = Callable[[int, int, Text], None]
Format = Literal["html", "xlsx", "docx", "pdf"]
HTML, XLSX, DOCX, PDF = "index.html", "tables.xlsx", "report.docx", "report.pdf"
FILES: dict[str, str] = {"html": HTML, "xlsx": XLSX, "docx": DOCX, "pdf": PDF}
DEFAULT: tuple[Format, ...] = ("html", "xlsx")
MANIFEST = "manifest.json"
_PACKAGES = ("numpy", "scipy", "pandas", "xlsxwriter", "jinja2", "python-docx", "typst")
_STEPS = {
    "html": Text("写网页", "writing the page"),
    "xlsx": Text("写工作簿", "writing the workbook"),
    "docx": Text("写 DOCX", "writing the DOCX"),
    "pdf": Text("排 PDF", "setting the PDF"),
}


@dataclass(frozen=True, slots=True)
class Written:
    """Where a report lies; a form that was not asked for is None."""

    folder: Path
    manifest: Path
    html: Path | None = None
    xlsx: Path | None = None
    docx: Path | None = None
    pdf: Path | None = None


def write_report(
    document: Document,
    folder: str | Path,
    lang: Lang | None = None,
    progress: Progress | None = None,
    started: float | None = None,
    formats: Sequence[str] | Literal["all"] = DEFAULT,
) -> Written:
    """Write a document into `folder` in the `formats` asked for, with manifest.json; whole or not at all.

    `formats`: of "html" (index.html), "xlsx" (tables.xlsx), "docx" (report.docx) and "pdf" (report.pdf), or "all";
    DOCX and PDF are in the one language `lang` and need typst. An earlier report at `folder` is replaced when the new
    one stands complete. A folder that holds anything else is left alone with an InputError. `started` (a
    `time.perf_counter()` value) lets the manifest's wall time count what came before the writing. Raises
    UnknownNameError for an unknown format, InputError where typst or a Chinese font is missing.
    """
    chosen = format_names(formats)
    require(chosen)
    target = Path(folder).expanduser().absolute()
    _only_a_report(target)
    began = time.perf_counter() if started is None else started
    tell = progress or (lambda _done, _total, _text: None)
    steps = len(chosen) + 1
    with whole_folder(target) as temporary:
        for done, name in enumerate(chosen):
            tell(done, steps, _STEPS[name])
            write_atomic(temporary / FILES[name], _render(name, document, lang))
        tell(steps - 1, steps, Text("写清单", "writing the manifest"))
        content = manifest(document, temporary, time.perf_counter() - began)
        write_atomic(temporary / MANIFEST, json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    tell(steps, steps, Text("完成", "done"))
    return Written(target, target / MANIFEST, **{name: target / FILES[name] for name in chosen})


def format_names(formats: Sequence[str] | Literal["all"]) -> tuple[Format, ...]:
    """Return the formats asked for, each once, in the order of FILES; UnknownNameError lists those there are."""
    asked = [formats] if isinstance(formats, str) else list(formats)
    if unknown := [name for name in asked if name not in (*FILES, "all")]:
        raise UnknownNameError(Text("报告格式", "report format"), unknown[0], [*FILES, "all"])
    every: tuple[Format, ...] = ("html", "xlsx", "docx", "pdf")
    return every if "all" in asked else tuple(name for name in every if name in asked) or DEFAULT


def require(formats: Sequence[str]) -> None:
    """Raise an InputError that says what to install when a format cannot be written here."""
    printed = [name.upper() for name in formats if name in ("docx", "pdf")]
    if printed:
        from yugong.report.pages.typesetter import require_chinese, require_typst

        require_typst(", ".join(printed))
        require_chinese(", ".join(printed))


def available() -> tuple[Format, ...]:
    """Return the formats that can be written here: DOCX and PDF need typst and a Chinese font."""
    try:
        require(("docx", "pdf"))
    except InputError:
        return DEFAULT
    return format_names("all")


def manifest(document: Document, folder: Path, seconds: float) -> dict[str, object]:
    """Return what a reader needs to trace and repeat a report: inputs, options, versions, seeds, warnings, outputs."""
    meta = document.meta
    outputs = [p for p in (folder / name for name in FILES.values()) if p.exists()]
    return {
        "generator": "yugong",
        "study": meta.study,
        "created": meta.created,
        "options": meta.options,
        "seeds": meta.seeds,
        "inputs": [{"file": i.name, "sha256": i.sha256} for i in meta.inputs],
        "versions": {"yugong": meta.version, "python": platform.python_version(), **_versions()},
        "warnings": [{"zh": w.zh, "en": w.en} for w in meta.warnings],
        "outputs": [{"file": p.name, "sha256": sha256(p), "bytes": p.stat().st_size} for p in outputs],
        "seconds": round(seconds, 2),
    }


def _render(name: Format, document: Document, lang: Lang | None) -> bytes | str:
    if name == "html":
        return render_html(document, lang)
    if name == "xlsx":
        return render_xlsx(document, lang)
    if name == "docx":
        from yugong.report.pages.docx import render_document

        return render_document(document, lang)
    from yugong.report.pages.pdf import render_pdf

    return render_pdf(document, lang)


def _only_a_report(target: Path) -> None:
    if not target.exists():
        return
    known = {*FILES.values(), MANIFEST}
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
        except PackageNotFoundError:  # pandas can be vendored under another name, typst is an extra
            continue
    return found
