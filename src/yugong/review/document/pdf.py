"""PDF drafts: the text layer page by page; lines that a page broke are joined again."""

import logging
import re
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.review.document import pdf_tables as tables
from yugong.review.document.model import Block, Draft, Kind
from yugong.review.document.numbering import ARTICLE, ITEM, LISTED, heading_level

_ENDS = tuple("。；：！？;:")
_PAGE_NUMBER = re.compile(r"^[\s\-—–·]*\d{1,4}[\s\-—–·]*$")
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff，。；：（）、]) +(?=[\u3400-\u9fff，。；：（）、])")


def read_pdf(path: Path, digest: str) -> Draft:
    """Read the text layer of a .pdf draft; a page without text is named as not reviewed."""
    pages = _pages(path)
    empty = [n for n, page in enumerate(pages, 1) if not page]
    if len(empty) == len(pages):
        what = Text(
            f"{len(pages)} 页都没有文字层：这是扫描件", f"none of its {len(pages)} pages has a text layer: it is a scan"
        )
        raise InputError([Problem(what, Text("先做文字识别（OCR）再审", "recognise the text first (OCR)"), path.name)])
    blocks: list[Block] = []
    pieces: list[str] = []
    at = 0
    for line in _joined(pages):
        level = 0 if line.cell else heading_level(line.text)
        kind: Kind = "cell" if line.cell else "heading" if level else "paragraph"
        blocks.append(Block(kind, at, at + len(line.text), line.where, level))
        pieces.append(line.text)
        at += len(line.text) + 1
    unread = [
        Text(
            "PDF 中的图片未审；表格按画出的格线分格，没有格线的表按行读成文字，跨页的格分作两格",
            "pictures in the PDF not reviewed; tables are cut into cells by the lines drawn, those without lines read as "
            "lines of text, and a cell that a page breaks as two",
        )
    ]
    if empty:
        shown = "、".join(map(str, empty[:12])) + ("……" if len(empty) > 12 else "")
        unread.append(Text(f"无文字层的页未审：{shown}", f"pages without text not reviewed: {shown}"))
    return Draft(path.name, digest, "pdf", "\n".join(pieces), tuple(blocks), tuple(unread))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page outside tables, or the whole text of a table cell, (table, row, column)."""

    page: int
    text: str
    cell: tuple[int, int, int] | None = None

    @property
    def where(self) -> Text:
        """Where a reader finds it."""
        if self.cell is None:
            return Text(f"第 {self.page} 页", f"page {self.page}")
        table, row, column = self.cell
        return Text(
            f"第 {self.page} 页表 {table} 第 {row} 行第 {column} 列",
            f"page {self.page}, table {table}, row {row}, column {column}",
        )


def _pages(path: Path) -> list[list[_Line]]:
    """Return the lines of each page, and the cells of its tables."""
    import pypdf
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    locked = Problem(
        Text("PDF 设有打开密码", "the PDF needs a password to open"),
        Text("去掉密码后另存再审", "remove the password and save it again"),
        path.name,
    )
    page = 0
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError([locked])
        found = []
        for each in reader.pages:
            page += 1  # named in the error where a page is damaged
            found.append([line for piece in tables.pieces(each) for line in _lines(page, piece)])
    except (DependencyError, FileNotDecryptedError) as error:
        raise InputError([locked]) from error
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError) as error:
        where = Text(f"（第 {page} 页）", f" (page {page})") if page else Text("", "")
        what = Text(f"PDF 已损坏{where.zh}", f"the PDF is damaged{where.en}")
        raise InputError([Problem(what, Text("重新导出 PDF", "export the PDF again"), path.name)]) from error
    if not found:
        raise InputError([Problem(Text("PDF 没有页", "the PDF has no pages"), file=path.name)])
    return found


def _lines(page: int, piece: tables.Piece) -> list[_Line]:
    """Return the lines of a stretch of text; a cell is one line, whatever its own line breaks."""
    lines = [line for each in piece.text.splitlines() if (line := _BETWEEN_HAN.sub("", each.strip()))]
    if piece.cell is None:
        return [_Line(page, line) for line in lines if not _PAGE_NUMBER.match(line)]
    return [_Line(page, reduce(_and, lines), piece.cell)] if lines else []


def _joined(pages: list[list[_Line]]) -> list[_Line]:
    """Return paragraphs and cells: a line goes on where the one before it did not end a sentence."""
    found: list[_Line] = []
    for line in (line for lines in pages for line in lines):
        before = found[-1] if found else None
        if before is None or before.cell or line.cell or _starts(line.text) or _ended(before.text):
            found.append(line)
        else:
            found[-1] = replace(before, text=_and(before.text, line.text))
    return found


def _starts(line: str) -> bool:
    return bool(ARTICLE.match(line) or ITEM.match(line) or LISTED.match(line) or heading_level(line))


def _ended(line: str) -> bool:
    return line.endswith(_ENDS) or bool(heading_level(line))


def _and(before: str, line: str) -> str:
    return before + (" " if before[-1].isascii() and line[0].isascii() else "") + line
