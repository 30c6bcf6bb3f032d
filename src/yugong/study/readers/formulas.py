"""Formula cells that a workbook stores without a value, which a parser of values sees as empty."""

import html
import re
import zipfile
from pathlib import Path

from yugong.study.readers.cells import UNCALCULATED
from yugong.study.readers.guard import pieces, too_large
from yugong.study.readers.limits import MAX_COLUMNS, MAX_ROWS
from yugong.study.readers.ole import damaged
from yugong.study.readers.raw import Cell

RELATIONS = "xl/_rels/workbook.xml.rels"

TAG = re.compile(rb"<c(?=[\s>])[^>]*>|<f(?=[\s>/])|<v>|</v>|</c>")
PLACE = re.compile(rb'\sr="([A-Z]{1,3})(\d{1,7})"')
ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')


def uncalculated(path: Path) -> dict[str, list[tuple[int, int]]]:
    """Return, by sheet name, the (row, column) from 0 of formula cells without a stored value.

    A formula whose result is text may rightly store nothing; such a cell has type "str".
    """
    with zipfile.ZipFile(path) as archive:
        found = {}
        for entry in archive.namelist():
            if entry.startswith("xl/worksheets/") and entry.endswith(".xml") and (at := _in_part(archive, entry)):
                found[entry] = at
        if not found:
            return {}
        if RELATIONS not in archive.namelist():
            raise damaged(path)
        names = _sheet_names(archive)
    return {names[part]: at for part, at in found.items() if part in names}


def _in_part(archive: zipfile.ZipFile, entry: str) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    cell, formula, value, opened = b"", False, False, -1
    with archive.open(entry) as part:
        for piece in pieces(part):
            if not formula and b"<f" not in piece:
                cell = b""  # a cell without a formula so far; one cut here shows its <f> in the next piece
                starts = piece.rfind(b"<c ")
                if starts >= 0 and piece.find(b"</c>", starts) < 0:
                    cell = piece[starts : piece.find(b">", starts) + 1]
                continue
            for tag in TAG.finditer(piece):
                text = tag.group()
                if text.startswith(b"<c"):
                    cell, formula, value = text, False, False
                elif text == b"<f":
                    formula = True
                elif text == b"<v>":
                    value, opened = True, tag.end()
                elif text == b"</v>":
                    value = value and tag.start() != opened
                else:
                    at = PLACE.search(cell)
                    if formula and not value and at and b't="str"' not in cell:
                        out.append((int(at[2]) - 1, _column(at[1])))
                    formula = False
            opened = opened - len(piece) if opened >= 0 else -1
    return out


def _column(letters: bytes) -> int:
    n = 0
    for letter in letters:
        n = n * 26 + letter - 64
    return n - 1


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the sheet name of every worksheet part."""
    rels = archive.read(RELATIONS)
    links = [dict(ATTRIBUTE.findall(tag)) for tag in re.findall(rb"<Relationship\s[^>]*>", rels)]
    targets = {link.get(b"Id", b""): link.get(b"Target", b"").decode("utf-8", "replace") for link in links}
    out = {}
    for tag in re.findall(rb"<sheet\s[^>]*>", archive.read("xl/workbook.xml")):
        sheet = dict(ATTRIBUTE.findall(tag))
        target = targets.get(sheet.get(b"r:id", b""), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        out[part] = html.unescape(sheet.get(b"name", b"").decode("utf-8", "replace"))
    return out


def mark(path: Path, rows: list[list[Cell]], cells: list[tuple[int, int]]) -> None:
    """Write UNCALCULATED into the cells of `rows` that hold nothing but a formula."""
    for i, j in cells:
        if i >= MAX_ROWS or j >= MAX_COLUMNS:
            raise too_large(path)
        rows += [[] for _ in range(i + 1 - len(rows))]
        rows[i] += [None] * (j + 1 - len(rows[i]))
        if rows[i][j] is None:
            rows[i][j] = UNCALCULATED
