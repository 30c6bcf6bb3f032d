"""Tables of results as a DOCX document: captions in both languages, three-line tables, notes below."""

import io
from collections.abc import Sequence
from typing import Any

from yugong.base.errors import YugongError
from yugong.base.text import Lang, Text, language
from yugong.report.html import source_line
from yugong.report.model import Table
from yugong.report.pages.grid import SIZES, panel
from yugong.report.tables_out.three_lines import three_lines, write_run

SIZE, SMALL = SIZES[0], 7.5  # 小五 and 六号


def render_docx(tables: Sequence[Table], lang: Lang | None = None) -> bytes:
    """Return tables as a DOCX document, captions above in both languages, notes below; needs python-docx."""
    try:
        from docx import Document
    except ModuleNotFoundError as error:
        text = Text("写 DOCX 需要安装 python-docx", "DOCX needs the package python-docx: pip install python-docx")
        raise YugongError(text) from error
    first = lang or language()
    other: Lang = "en" if first == "zh" else "zh"
    document = Document()
    for number, table in enumerate(tables, 1):
        word = {"zh": f"表 {number}", "en": f"Table {number}"}
        captions = [f"{word[k]}  {table.caption.in_(k)}" for k in (first, other)]
        for caption in dict.fromkeys(captions):
            _paragraph(document, caption, bold=True, centred=True)
        three_lines(document, panel(table, first))
        notes = [Text("注：" + n.zh, "Note: " + n.en) for n in table.notes]
        if table.sources:
            line = source_line(table.sources)
            notes.append(Text("资料来源：" + line.zh, "Source: " + line.en))
        for note in notes:
            _paragraph(document, note.in_(first), size=SMALL)
        document.add_paragraph()
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _paragraph(document: Any, text: str, bold: bool = False, centred: bool = False, size: float = SIZE) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = 0
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write_run(paragraph, text, size, bold)
