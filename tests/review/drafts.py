"""Drafts written for the tests: Word files, and PDF files with a text layer made byte by byte."""

import io
from collections.abc import Sequence
from pathlib import Path

import docx


def word(path: Path, lines: Sequence[str], table: Sequence[Sequence[str]] = ()) -> Path:
    document = docx.Document()
    for line in lines:
        document.add_heading(line[2:], 1) if line.startswith("# ") else document.add_paragraph(line)
    if table:
        grid = document.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, text in zip(grid.add_row().cells, row, strict=True):
                cell.text = text
    document.save(str(path))
    return path


def pdf(path: Path, pages: Sequence[Sequence[str]], drawn: str = "", words: str = "") -> Path:
    """Write a PDF whose pages hold these lines (none: a page without text), through one font with a ToUnicode map.

    drawn: further page content on every page; words: the characters that it shows.
    """
    signs = sorted({c for page in pages for line in page for c in line} | set(words))
    mapped = "\n".join(f"<{ord(c):04X}> <{ord(c):04X}>" for c in signs)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(signs)} beginbfchar\n{mapped}\nendbfchar\n"
        "endcmap end end"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(f'{6 + 2 * i} 0 R' for i in range(len(pages)))}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /T /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /T /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        "/Supplement 0 >> /DW 1000 >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    ]
    for i, page in enumerate(pages):
        shown = "".join(f"<{''.join(f'{ord(c):04X}' for c in line)}> Tj 0 -20 Td\n" for line in page)
        content = (f"BT /F 12 Tf 50 780 Td\n{shown}ET\n" if page else "") + drawn
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> "
            f"/Contents {7 + 2 * i} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode("ascii"))
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write("".join(f"{p:010d} 00000 n \n" for p in places).encode())
    out.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode())
    path.write_bytes(out.getvalue())
    return path


def shown(text: str, x: float, y: float) -> str:
    """Return the page content that shows a text at a place."""
    return f"BT /F 12 Tf 1 0 0 1 {x} {y} Tm <{''.join(f'{ord(c):04X}' for c in text)}> Tj ET\n"
