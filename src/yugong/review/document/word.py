"""Word documents: paragraphs and table cells in reading order; what python-docx cannot show is counted and said."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.review.document.model import Block, Draft
from yugong.review.document.numbering import heading_level
from yugong.study.readers import limits

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

_DAMAGED = Text("文件已损坏，或不是 Word 文档", "the file is damaged, or is not a Word document")
_AGAIN = Text("用文字处理软件打开后另存为 .docx", "open it in a word processor and save it as .docx")
# parts that hold text outside paragraphs and tables
_UNREAD = (
    (r"<w:txbxContent", Text("文本框", "text boxes")),
    (r"<(?:w:footnoteReference|w:endnoteReference)", Text("脚注或尾注", "footnotes or endnotes")),
    (r"<(?:w:drawing|w:pict|w:object)\b", Text("图片、图形或嵌入对象", "pictures, shapes or embedded objects")),
    (r"<w:sdtContent", Text("内容控件", "content controls")),
    (r"<w:(?:del|moveFrom)\b", Text("修订中删去的文字", "text deleted in tracked changes")),
)


def read_word(path: Path, digest: str) -> Draft:
    """Read a .docx draft; blocks are joined by line feeds to make the text that positions count in."""
    document = open_word(path)
    pieces: list[str] = []
    blocks: list[Block] = []
    at = 0
    for part, (paragraph, kind, where) in enumerate(paragraphs(document)):
        text = "".join(run.text for run in runs(paragraph)).replace("\n", " ")
        if text.strip():
            level = _level(paragraph, text) if kind == "paragraph" else 0
            blocks.append(Block("heading" if level else kind, at, at + len(text), where, level, part))
        pieces.append(text)
        at += len(text) + 1
    if not blocks:
        what = Text("文档里没有文字（可能全是图片）", "the document holds no text (perhaps only pictures)")
        raise InputError([Problem(what, Text("先做文字识别", "recognise the text first (OCR)"), file=path.name)])
    return Draft(path.name, digest, "docx", "\n".join(pieces), tuple(blocks), _unread(path))


def open_word(path: Path) -> "Document":
    """Open a Word document after checking its size; InputError says what is wrong."""
    import docx

    try:
        with zipfile.ZipFile(path) as archive:
            inflated = sum(entry.file_size for entry in archive.infolist())
            if inflated > limits.MAX_INFLATED_BYTES:
                what = Text("解压后过大，疑似压缩炸弹", "it inflates past the cap, as a zip bomb does")
                raise InputError([Problem(what, file=path.name)])
            if "word/document.xml" not in archive.namelist():
                raise InputError([Problem(_DAMAGED, _AGAIN, file=path.name)])
            if any(b"<!ENTITY" in archive.read(n)[:4096] for n in archive.namelist() if n.endswith(".xml")):
                what = Text("文档内有实体声明", "the document declares XML entities")
                raise InputError([Problem(what, _AGAIN, file=path.name)])
        return docx.Document(str(path))
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, EOFError, OSError) as error:
        raise InputError([Problem(_DAMAGED, _AGAIN, file=path.name)]) from error


def paragraphs(document: "Document") -> Iterator[tuple["Paragraph", Any, Text]]:
    """Yield every paragraph of the body and of its tables in reading order, with its kind and its place."""
    from docx.table import Table

    number = tables = 0
    for piece in document.iter_inner_content():
        if isinstance(piece, Table):
            tables += 1
            yield from _cells(piece, Text(f"表 {tables}", f"table {tables}"))
        else:
            number += 1
            yield piece, "paragraph", Text(f"第 {number} 段", f"paragraph {number}")


def runs(paragraph: "Paragraph") -> list["Run"]:
    """Return the runs of a paragraph as if its tracked changes were accepted: inserted ones in, deleted ones out."""
    from docx.oxml.ns import qn
    from docx.text.run import Run

    out = tuple(qn(f"w:{tag}") for tag in ("del", "moveFrom", "txbxContent"))
    found = []
    for element in paragraph._p.iter(qn("w:r")):
        above = element.getparent()
        while above is not paragraph._p and above.tag not in out:
            above = above.getparent()
        if above is paragraph._p:
            found.append(Run(element, paragraph))
    return found


def _cells(table: "Table", name: Text) -> Iterator[tuple["Paragraph", Any, Text]]:
    """Yield the paragraphs of a table's cells row by row, those of tables inside them included."""
    from docx.table import Table

    seen: set[Any] = set()
    for i, row in enumerate(table.rows, 1):
        for j, cell in enumerate(row.cells, 1):
            if cell._tc in seen:  # a merged cell shows up once a column
                continue
            seen.add(cell._tc)
            where = Text(f"{name.zh} 第 {i} 行第 {j} 列", f"{name.en}, row {i}, column {j}")
            for piece in cell.iter_inner_content():
                if isinstance(piece, Table):
                    yield from _cells(piece, Text(f"{where.zh}内的表", f"{where.en}, table inside"))
                else:
                    yield piece, "cell", where


def _level(paragraph: "Paragraph", text: str) -> int:
    name = (paragraph.style.name or "") if paragraph.style is not None else ""
    found = re.match(r"(?:Heading|标题)\s*(\d)?", name)
    if found or name == "Title":
        return int(found[1]) if found and found[1] else 1
    return heading_level(text)


def _unread(path: Path) -> tuple[Text, ...]:
    with zipfile.ZipFile(path) as archive:
        body = archive.read("word/document.xml").decode("utf-8", "replace")
        names = archive.namelist()
    found = []
    if re.search(r"<w:(?:ins|del|moveTo|moveFrom)\b", body):
        found.append(Text("修订按全部接受后的文字审", "tracked changes were reviewed as if all were accepted"))
    for pattern, name in _UNREAD:
        if n := len(re.findall(pattern, body)):
            found.append(Text(f"{name.zh}（{n} 处）未审", f"{name.en} ({n}) not reviewed"))
    if any(re.match(r"word/(?:header|footer)\d*\.xml", n) for n in names):
        found.append(Text("页眉、页脚未审", "headers and footers not reviewed"))
    return tuple(found)
