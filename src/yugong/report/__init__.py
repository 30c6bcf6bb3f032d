"""The report: one neutral document model, and the writers that turn it into files."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yugong.report.assemble import build as build
    from yugong.report.assemble import summary as summary
    from yugong.report.html import render_html as render_html
    from yugong.report.model import Document as Document
    from yugong.report.pages.docx import render_document as render_document
    from yugong.report.pages.pdf import render_pdf as render_pdf
    from yugong.report.write import Written as Written
    from yugong.report.write import write_report as write_report
    from yugong.report.xlsx import render_xlsx as render_xlsx

_HOMES = {
    "Document": "model",
    "Written": "write",
    "build": "assemble",
    "render_document": "pages.docx",
    "render_html": "html",
    "render_pdf": "pages.pdf",
    "render_xlsx": "xlsx",
    "summary": "assemble",
    "write_report": "write",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"yugong.report.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
