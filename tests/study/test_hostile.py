"""Files made to harm are refused quickly, with a reason in both languages."""

import struct
import time
import zipfile

import pytest
import xlsxwriter
import xlwt

from yugong.base.errors import InputError
from yugong.study.readers import limits, read_table
from yugong.study.readers.ole import MAGIC

REFUSED_EARLY = 20.0  # CPU seconds: only a file that is expanded before it is refused takes so long
SHEET = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def refused(path, word):
    start = time.process_time()
    with pytest.raises(InputError) as error:
        read_table(path)
    assert time.process_time() - start < REFUSED_EARLY
    (problem, *_) = error.value.problems
    assert problem.file == path.name
    assert word in problem.what.en
    assert problem.do.zh
    assert problem.what.zh != problem.what.en
    return problem


def workbook(path, sheet=None, extra=()):
    """Write a plain workbook, then swap its sheet or add parts."""
    plain = path.with_name("plain.xlsx")
    with xlsxwriter.Workbook(plain) as book:
        book.add_worksheet("a").write(0, 0, 1)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = sheet if sheet is not None and name.startswith("xl/worksheets/") else old.read(name)
            new.writestr(name, data)
        for name, data in extra:
            new.writestr(name, data)
    return path


def test_zip_bomb(tmp_path):
    path = workbook(tmp_path / "bomb.xlsx", SHEET.format("<!-- " + " " * 60_000_000 + "-->"))
    assert path.stat().st_size < limits.MEGABYTE
    refused(path, "inflates past the cap")


def test_size_in_the_header_is_not_believed(tmp_path):
    path = workbook(tmp_path / "liar.xlsx", SHEET.format("<row/>" * 8_000_000))
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02", data.find(b"PK\x01\x02"))
    while at >= 0:
        name_length = struct.unpack_from("<H", data, at + 28)[0]
        if data[at + 46 : at + 46 + name_length] == b"xl/worksheets/sheet1.xml":
            struct.pack_into("<I", data, at + 24, 100)
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(bytes(data))
    start = time.process_time()
    with pytest.raises(InputError):
        read_table(path)
    assert time.process_time() - start < REFUSED_EARLY


def test_two_hundred_thousand_columns(tmp_path):
    cells = "<c><v>1</v></c>" * 200_000
    refused(workbook(tmp_path / "wide.xlsx", SHEET.format(f'<row r="1">{cells}</row>')), "too large")


def test_a_cell_far_away(tmp_path):
    sheet = SHEET.format('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    path = workbook(tmp_path / "far.xlsx", sheet)
    start = time.process_time()
    with pytest.raises(InputError):
        read_table(path)
    assert time.process_time() - start < REFUSED_EARLY


def test_external_link(tmp_path):
    refused(workbook(tmp_path / "link.xlsx", extra=[("xl/externalLinks/externalLink1.xml", "<x/>")]), "links to other")


def test_macros(tmp_path):
    refused(workbook(tmp_path / "macro.xlsx", extra=[("xl/vbaProject.bin", b"x")]), "macros")


def test_entities(tmp_path):
    refused(workbook(tmp_path / "entity.xlsx", '<!DOCTYPE a [<!ENTITY b "c">]>' + SHEET.format("")), "entities")


def test_too_many_parts(tmp_path):
    refused(workbook(tmp_path / "parts.xlsx", extra=[(f"xl/p{i}.xml", "") for i in range(1001)]), "parts")


def test_encrypted_zip(tmp_path):
    path = workbook(tmp_path / "locked.xlsx")
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    path.write_bytes(bytes(data))
    refused(path, "encrypted")


def xls(path, rows=3):
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    for i in range(rows):
        for j in range(3):
            sheet.write(i, j, i + j)
    book.save(str(path))
    return path


def test_plain_xls_is_read(tmp_path):
    (table,) = read_table(xls(tmp_path / "plain.xls"))
    assert table.rows == [[0.0, 1.0, 2.0], [1.0, 2.0, 3.0], [2.0, 3.0, 4.0]]


def test_encrypted_xls(tmp_path):
    path = xls(tmp_path / "locked.xls", 400)
    data = bytearray(path.read_bytes())
    start = data.find(b"\x09\x08\x10\x00\x00\x06\x05\x00")  # the workbook's first record
    record = start + 4 + struct.unpack_from("<H", data, start + 2)[0]
    struct.pack_into("<H", data, record, 0x002F)
    path.write_bytes(bytes(data))
    refused(path, "encrypted")


def test_encrypted_ooxml_in_ole(tmp_path):
    path = xls(tmp_path / "locked.xlsx", 400)
    data = path.read_bytes().replace("Workbook".encode("utf-16-le"), "Encrypte".encode("utf-16-le"))
    at = data.find("Encrypte".encode("utf-16-le"))
    whole = "EncryptedPackage".encode("utf-16-le")
    data = bytearray(data)
    data[at : at + len(whole)] = whole
    struct.pack_into("<H", data, at + 64, len(whole) + 2)
    path.write_bytes(bytes(data))
    refused(path, "encrypted")


def test_external_link_in_xls(tmp_path):
    path = xls(tmp_path / "link.xls", 400)
    data = bytearray(path.read_bytes())
    start = data.find(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    at = start
    while True:  # turn a harmless, long enough record into a link record
        kind, length = struct.unpack_from("<2H", data, at)
        if kind != 0x0809 and length >= 4:
            struct.pack_into("<H", data, at, 0x01AE)
            struct.pack_into("<H", data, at + 6, 0x0010)
            break
        at += 4 + length
    path.write_bytes(bytes(data))
    refused(path, "links to other")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("make", [workbook, xls])
def test_cut_short(tmp_path, make, share):
    path = make(tmp_path / "cut.xls")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    start = time.process_time()
    with pytest.raises(InputError):
        read_table(path)
    assert time.process_time() - start < REFUSED_EARLY


def test_ole_rubbish(tmp_path):
    path = tmp_path / "rubbish.xls"
    path.write_bytes(MAGIC + bytes(range(256)) * 20)
    refused(path, "damaged")


def test_wrong_ending(tmp_path):
    path = tmp_path / "picture.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    refused(path, "does not match")


def test_zip_that_is_no_workbook(tmp_path):
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    refused(path, "no Excel workbook")


@pytest.mark.parametrize(
    ("text", "row"), [("地区,2020\n北京,\x001\n", 2), ("地区,2020\n上海,1\n\u202e北京,1\n", 3), ("a\x07,b\n", 1)]
)
def test_control_characters(tmp_path, text, row):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    assert refused(path, "control character").row == row


def test_utf16_and_broken_bytes(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("地区,2020\n", encoding="utf-16")
    refused(path, "UTF-16")
    path.write_bytes("地区,2020\n北京,1\n".encode() + b"\xff\xff\n")
    assert refused(path, "neither UTF-8 nor GB18030").row == 3


def test_long_lines_many_columns_and_empty(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("1" * (limits.MAX_LINE_BYTES + 1), encoding="utf-8")
    refused(path, "characters long")
    path.write_text("1," * 5000 + "\n", encoding="utf-8")
    refused(path, "too large")
    path.write_text("", encoding="utf-8")
    refused(path, "empty")
    refused(tmp_path / "absent.csv", "no such file")


@pytest.mark.parametrize("name", ["t.parquet", "t.dta", "t.json"])
def test_damaged_tables(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(
        b"PAR1" + bytes(100) if name == "t.parquet" else b"\x73" + bytes(200) if name == "t.dta" else b"[" * 100_000
    )
    start = time.process_time()
    with pytest.raises(InputError):
        read_table(path)
    assert time.process_time() - start < REFUSED_EARLY


def test_a_large_honest_workbook_is_read_whole(tmp_path):
    path = tmp_path / "large.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("a")
        for i in range(20_000):
            sheet.write_row(i, 0, ["北京", 2000 + i % 20, *(i + j / 8 for j in range(10))])
    (table,) = read_table(path)
    assert (len(table.rows), table.width) == (20_000, 12)
