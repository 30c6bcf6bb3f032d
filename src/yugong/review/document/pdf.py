"""PDF drafts: the text layer page by page; lines that a page broke are joined again."""

import logging
import re
from pathlib import Path

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.review.document.model import Block, Draft
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
    for page, line in _joined(pages):
        level = heading_level(line)
        where = Text(f"第 {page} 页", f"page {page}")
        blocks.append(Block("heading" if level else "paragraph", at, at + len(line), where, level))
        pieces.append(line)
        at += len(line) + 1
    unread = [
        Text("PDF 中的图片未审；表格按行读成文字", "pictures in the PDF not reviewed; tables read as lines of text")
    ]
    if empty:
        shown = "、".join(map(str, empty[:12])) + ("……" if len(empty) > 12 else "")
        unread.append(Text(f"无文字层的页未审：{shown}", f"pages without text not reviewed: {shown}"))
    return Draft(path.name, digest, "pdf", "\n".join(pieces), tuple(blocks), tuple(unread))


def _pages(path: Path) -> list[list[str]]:
    """Return the lines of each page."""
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
            lines = [_BETWEEN_HAN.sub("", line.strip()) for line in (each.extract_text() or "").splitlines()]
            found.append([line for line in lines if line and not _PAGE_NUMBER.match(line)])
    except (DependencyError, FileNotDecryptedError) as error:
        raise InputError([locked]) from error
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError) as error:
        where = Text(f"（第 {page} 页）", f" (page {page})") if page else Text("", "")
        what = Text(f"PDF 已损坏{where.zh}", f"the PDF is damaged{where.en}")
        raise InputError([Problem(what, Text("重新导出 PDF", "export the PDF again"), path.name)]) from error
    if not found:
        raise InputError([Problem(Text("PDF 没有页", "the PDF has no pages"), file=path.name)])
    return found


def _joined(pages: list[list[str]]) -> list[tuple[int, str]]:
    """Return (page, paragraph): a line goes on where the one before it did not end a sentence."""
    found: list[tuple[int, str]] = []
    for number, lines in enumerate(pages, 1):
        for line in lines:
            starts = ARTICLE.match(line) or ITEM.match(line) or LISTED.match(line) or heading_level(line)
            if found and not starts and not found[-1][1].endswith(_ENDS) and not heading_level(found[-1][1]):
                page, before = found[-1]
                gap = " " if before[-1].isascii() and line[0].isascii() else ""
                found[-1] = page, before + gap + line
            else:
                found.append((number, line))
    return found
