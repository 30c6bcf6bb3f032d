"""Reports made by a job, kept whole in the project's folder, one file a format."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from yugong.base.text import Lang, Text
from yugong.report.write import HTML, XLSX, available, write_report
from yugong.workbench.errors import Refused
from yugong.workbench.jobs import Tell
from yugong.workbench.store import REPORTS, Store, inside

if TYPE_CHECKING:
    from yugong.report.model import Document


def write(document: "Document", store: Store, job: str, lang: Lang, tell: Tell) -> Mapping[str, Path]:
    """Write a report for a job and return its files by format."""
    folder = store.folder / REPORTS / job
    folder.parent.mkdir(parents=True, exist_ok=True)
    write_report(document, folder, lang, tell, formats=available())
    return files(store, job)


def files(store: Store, job: str) -> dict[str, Path]:
    """Return the files of a report by format; 404 where there is none."""
    folder = store.folder / REPORTS / job
    if not job.isalnum() or not folder.is_dir() or not inside(store.folder, folder):
        raise Refused(404, Text("没有这份报告", "there is no such report"))
    named = {"html": HTML, "xlsx": XLSX, "docx": "report.docx", "pdf": "report.pdf"}
    return {
        kind: folder / name
        for kind, name in named.items()
        if (folder / name).is_file() and inside(folder, folder / name)
    }
