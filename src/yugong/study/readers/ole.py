"""The old .xls container: enough of it to refuse encrypted, active, linked or oversized workbooks."""

import struct
from collections.abc import Iterator
from pathlib import Path

from yugong.base.errors import InputError
from yugong.base.text import Text
from yugong.study.readers import guard, limits

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
END = 0xFFFFFFFC  # sector numbers from here on are marks, not sectors
STREAM, STORAGE, ROOT = 2, 1, 5
FILE_PASS, SUP_BOOK = 0x002F, 0x01AE
SELF_REFERENCE, ADD_IN = 0x0401, 0x3A01
CELL_RECORDS = frozenset({0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E})


def check_xls(path: Path) -> None:
    """Refuse an OLE file that is not a plain Excel 97–2003 workbook of bounded size."""
    data = path.read_bytes()
    try:
        names, book = _workbook(data)
        if "EncryptedPackage" in names:
            raise guard.encrypted(path)
        if holds_code(data):
            raise guard.active(path)
        if book is None:
            raise guard.refuse(path, Text("文件内没有 Excel 工作簿", "there is no Excel workbook inside this file"))
        _check_records(path, book)
    except (struct.error, IndexError, ValueError, OverflowError) as error:
        raise damaged(path) from error


def damaged(path: Path) -> InputError:
    """Return the refusal of a file whose structure does not hold together."""
    return guard.refuse(
        path,
        Text("文件已损坏或不完整", "the file is damaged or incomplete"),
        Text("重新下载或另存后再试", "download or save it again, then retry"),
    )


def _workbook(data: bytes) -> tuple[list[str], bytes | None]:
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    small = 1 << struct.unpack_from("<H", data, 32)[0]
    if size not in (512, 4096) or small != 64:
        raise ValueError("sector sizes")
    fat_sectors = [s for s in struct.unpack_from("<109I", data, 76) if s < END]
    extra, extra_count = struct.unpack_from("<2I", data, 68)
    for _ in range(min(extra_count, len(data) // size)):
        if extra >= END:
            break
        *more, extra = struct.unpack_from(f"<{size // 4}I", data, (extra + 1) * size)
        fat_sectors += [s for s in more if s < END]
    fat: list[int] = []
    for sector in fat_sectors:
        fat += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)

    def chain(start: int) -> bytes:
        parts, seen = [], set()
        while start < END:
            if start in seen:
                raise ValueError("a sector chain runs in a circle")
            seen.add(start)
            parts.append(data[(start + 1) * size : (start + 2) * size])
            start = fat[start]
        return b"".join(parts)

    names, book = [], None
    mini_cutoff, mini_start = struct.unpack_from("<I", data, 56)[0], struct.unpack_from("<I", data, 60)[0]
    root_stream = b""
    for name, kind, start, length in _entries(chain(struct.unpack_from("<I", data, 48)[0])):
        names.append(name)
        if kind == ROOT:
            root_stream = chain(start) if start < END else b""
        if kind == STREAM and name in ("Workbook", "Book"):
            whole = chain(start) if length >= mini_cutoff else _mini(root_stream, chain(mini_start), start)
            book = whole[:length]
            if len(book) < length:
                raise ValueError("the workbook stream is cut short")
    return names, book


def _entries(directory: bytes) -> Iterator[tuple[str, int, int, int]]:
    for at in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        kind = directory[at + 66]
        if kind in (STREAM, STORAGE, ROOT) and 2 <= length <= 64:
            name = directory[at : at + length - 2].decode("utf-16-le", "replace")
            start, bytes_ = struct.unpack_from("<2I", directory, at + 116)
            yield name, kind, start, bytes_


def _mini(stream: bytes, table: bytes, start: int) -> bytes:
    fat = struct.unpack(f"<{len(table) // 4}I", table)
    parts = []
    for _ in range(len(fat)):
        if start >= END:
            break
        parts.append(stream[start * 64 : start * 64 + 64])
        start = fat[start]
    return b"".join(parts)


def holds_code(data: bytes) -> bool:
    """Return whether any VBA module has a statement beyond the attributes every empty module carries.

    Module text is run-length packed (MS-OVBA 2.4.1); it starts with the literal word 'Attribut'.
    """
    at = data.find(b"\x00Attribut")
    while at > 0:
        text = _unpack(data[at - 2 : at + 4096])
        if any(line.strip() and not line.startswith(b"Attribute ") for line in text.splitlines()):
            return True
        at = data.find(b"\x00Attribut", at + 1)
    return b"VBA_PROJECT".decode().encode("utf-16-le") in data and b"Attribut" not in data


def _unpack(chunk: bytes) -> bytes:
    size = (struct.unpack_from("<H", chunk)[0] & 0x0FFF) + 3
    out, at = bytearray(), 2
    while at < min(size, len(chunk)):
        flags = chunk[at]
        at += 1
        for bit in range(8):
            if at >= min(size, len(chunk)):
                break
            if not flags >> bit & 1:
                out.append(chunk[at])
                at += 1
                continue
            if at + 2 > len(chunk):
                break
            token = struct.unpack_from("<H", chunk, at)[0]
            at += 2
            width = max((len(out) - 1).bit_length(), 4)
            length = (token & (0xFFFF >> width)) + 3
            offset = (token >> (16 - width)) + 1
            for _ in range(length):
                out.append(out[-offset])
    return bytes(out)


def _check_records(path: Path, book: bytes) -> None:
    at, cells = 0, 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<2H", book, at)
        if kind == FILE_PASS:
            raise guard.encrypted(path)
        if (
            kind == SUP_BOOK
            and length >= 4
            and struct.unpack_from("<H", book, at + 6)[0] not in (SELF_REFERENCE, ADD_IN)
        ):
            raise guard.linked(path)
        cells += kind in CELL_RECORDS
        at += 4 + length
    if cells > limits.MAX_CELLS:
        raise guard.too_large(path)
