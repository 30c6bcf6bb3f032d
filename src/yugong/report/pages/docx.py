"""The DOCX writer: the layout in the form Chinese agencies use, with editable tables and formulas."""

import io
from typing import Any

from yugong.base.text import Lang, language
from yugong.report.model import Document
from yugong.report.pages import typesetter, word
from yugong.report.pages.layout import Equation, Grid, Head, Layout, Para, Plate, lay_out
from yugong.report.pages.omml import equation
from yugong.report.pages.pictures import printed_width, to_png
from yugong.report.svg.canvas import clean
from yugong.report.tables_out.three_lines import three_lines

_STYLES = {"body": "Normal", "lead": "Lead", "note": "Notes", "reference": "Reference"}


def render_document(document: Document, lang: Lang | None = None) -> bytes:
    """Return the document as DOCX in one language, the same bytes each time; pictures need typst and a Chinese font.

    Raises InputError that says what to install when either is missing.
    """
    typesetter.require_typst("DOCX")
    typesetter.require_chinese("DOCX")
    layout = lay_out(document, lang or language())
    made = word.blank(layout)
    _Writer(made, layout).write()
    return word.packed(made, layout, document.meta.created, document.meta.version)


class _Writer:
    def __init__(self, made: Any, layout: Layout) -> None:
        self.made, self.layout = made, layout
        plates = [i for i in layout.items if isinstance(i, Plate)]
        self.pictures = dict(zip((p.id for p in plates), to_png([p.picture for p in plates]), strict=True))
        # python-docx looks through all styles for each paragraph that is given one by name
        self.styles = {style.name: style.style_id for style in made.styles}
        self.heads = 0

    def write(self) -> None:
        layout = self.layout
        self.paragraph(layout.title, "Title")
        self.paragraph(layout.subtitle, "Subtitle Line")
        self.paragraph(layout.date, "Subtitle Line")
        self.paragraph(layout.contents, "Contents Title")
        heads = [i for i in layout.items if isinstance(i, Head)]
        listed = [(h.level, clean(h.label + h.text), _mark(n)) for n, h in enumerate(heads, 1) if h.level < 3]
        word.contents(self.made, listed)
        self.made.add_page_break()
        for item in layout.items:
            if isinstance(item, Head):
                self.head(item)
            elif isinstance(item, Para):
                self.para(item)
            elif isinstance(item, Grid):
                self.grid(item)
            elif isinstance(item, Plate):
                self.plate(item)
            else:
                self.equation(item)

    def paragraph(self, words: str, style: str) -> Any:
        paragraph = self.made.add_paragraph(clean(words))
        paragraph._p.style = self.styles[style]
        return paragraph

    def head(self, item: Head) -> None:
        self.heads += 1
        paragraph = self.paragraph(item.label + item.text, f"Heading {item.level}")
        word.bookmark(paragraph, _mark(self.heads), self.heads)

    def para(self, item: Para) -> None:
        paragraph = self.paragraph("", _STYLES[item.style])
        if item.opening:
            paragraph.add_run(clean(item.opening)).bold = True
        paragraph.add_run(clean(item.text))

    def grid(self, item: Grid) -> None:
        for i, panel in enumerate(item.panels):
            self.paragraph(item.caption + (item.continued if i else ""), "Table Caption")
            three_lines(self.made, panel, self.made.styles["Cell"])
        for note in item.notes:
            self.paragraph(note, "Notes")
        if not item.notes:
            self.paragraph("", "Notes")  # so that two tables do not grow together

    def plate(self, item: Plate) -> None:
        from docx.shared import Pt

        paragraph = self.paragraph("", "Picture")
        shape = paragraph.add_run().add_picture(io.BytesIO(self.pictures[item.id]), Pt(printed_width(item.picture)))
        shape._inline.docPr.set("title", clean(item.caption))
        shape._inline.docPr.set("descr", clean(item.description))
        self.paragraph(item.caption, "Picture Caption")
        for note in item.notes:
            self.paragraph(note, "Notes")

    def equation(self, item: Equation) -> None:
        paragraph = self.paragraph("" if item.tree is not None else item.latex, "Formula")
        if item.tree is not None:
            paragraph._p.append(equation(item.tree))


def _mark(n: int) -> str:
    return f"_Toc{n:06d}"
