"""Size and safety of a workbook, settled before any parser sees it (design: untrusted files)."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.study.readers import limits

CHUNK = 1 << 18
COLUMN_REFERENCE = re.compile(rb'<c\b[^>]{0,80}?\br="([A-Z]+)')
LONGEST_REFERENCE = 3  # XFD is the last column a spreadsheet has

SAVE_PLAIN = Text(
    "用电子表格软件打开，把需要的数值另存为一个新的 .xlsx 或 UTF-8 CSV 文件",
    "open it in a spreadsheet program and save the values you need as a new .xlsx or UTF-8 CSV file",
)
LESS = Text(
    "只保留需要的工作表、行和列，或分成几个文件", "keep only the sheets, rows and columns you need, or split it"
)


def refuse(path: Path, what: Text, do: Text = SAVE_PLAIN) -> InputError:
    """Return the error that refuses a whole file."""
    return InputError([Problem(what, do, file=path.name)])


def check_size(path: Path) -> None:
    """Refuse what is not a plain file, is empty, or is larger than the cap."""
    if not path.is_file():
        raise refuse(path, Text("没有这个文件", "there is no such file"), Text("检查路径", "check the path"))
    size = path.stat().st_size
    if size == 0:
        raise refuse(path, Text("文件是空的", "the file is empty"), Text("重新导出该文件", "export the file again"))
    if size > limits.MAX_FILE_BYTES:
        raise refuse(
            path,
            Text(
                f"文件有 {size // limits.MEGABYTE} MB，超过上限 {limits.MAX_FILE_BYTES // limits.MEGABYTE} MB",
                f"the file is {size // limits.MEGABYTE} MB, over the cap of {limits.MAX_FILE_BYTES // limits.MEGABYTE} MB",
            ),
            LESS,
        )


def check_xlsx(path: Path) -> None:
    """Refuse a workbook that is encrypted, active, linked outside, or that inflates past the caps."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(path, archive)
            _check_inflated(path, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise refuse(
            path,
            Text("文件已损坏，或不是 Excel 工作簿", "the file is damaged, or is not an Excel workbook"),
            Text("重新下载或另存后再试", "download or save it again, then retry"),
        ) from error


def _check_entries(path: Path, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > limits.MAX_ZIP_ENTRIES:
        raise refuse(
            path,
            Text(
                f"压缩包内有 {len(entries)} 个部件，超过上限 {limits.MAX_ZIP_ENTRIES}",
                f"the package holds {len(entries)} parts, over the cap of {limits.MAX_ZIP_ENTRIES}",
            ),
        )
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise encrypted(path)
    if len(set(names)) != len(names):
        raise refuse(path, Text("压缩包内有重名部件", "the package holds two parts of one name"))
    if "xl/workbook.xml" not in names:
        what = Text("压缩包内没有 Excel 工作簿", "there is no Excel workbook inside this package")
        raise refuse(path, what, Text("另存为 .xlsx 后再试", "save it as .xlsx and retry"))
    if any(re.search(r"vbaProject|/macrosheets/|/embeddings/|/activeX/", name, re.IGNORECASE) for name in names):
        raise active(path)
    if any(name.lower().startswith("xl/externallinks/") for name in names):
        raise linked(path)


def _check_inflated(path: Path, archive: zipfile.ZipFile) -> None:
    total = cells = rows = 0
    stored = max(path.stat().st_size, 1)
    for entry in archive.infolist():
        sheet = entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml")
        with archive.open(entry) as part:
            for piece in pieces(part):
                total += len(piece)
                if total > limits.MAX_INFLATED_BYTES or (
                    total > limits.RATIO_FREE_BYTES and total > stored * limits.MAX_INFLATION_RATIO
                ):
                    raise refuse(
                        path,
                        Text(
                            f"解压后超过上限（{limits.MAX_INFLATED_BYTES // limits.MEGABYTE} MB 或 "
                            f"{limits.MAX_INFLATION_RATIO} 倍），疑似压缩炸弹",
                            f"it inflates past the cap ({limits.MAX_INFLATED_BYTES // limits.MEGABYTE} MB or "
                            f"{limits.MAX_INFLATION_RATIO} times), as a zip bomb does",
                        ),
                        LESS,
                    )
                if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                    raise refuse(path, Text("工作簿内有实体声明", "the workbook declares XML entities"))
                if sheet:
                    cells += piece.count(b"<c ") + piece.count(b"<c>") + piece.count(b"<c/>")
                    rows += piece.count(b"<row")
                    if cells > limits.MAX_CELLS or rows > limits.MAX_ROWS:
                        raise too_large(path)
                    if any(len(ref) > LONGEST_REFERENCE for ref in set(COLUMN_REFERENCE.findall(piece))):
                        raise too_large(path)


def pieces(part: IO[bytes]) -> Iterator[bytes]:
    """Yield a part's inflated bytes, cut after a '>' so that no tag is split."""
    rest = b""
    while data := part.read(CHUNK):
        data = rest + data
        cut = data.rfind(b">") + 1
        # A chunk without '>' is no tag that matters; passing it on keeps memory bounded.
        piece, rest = (data[:cut], data[cut:]) if cut else (data, b"")
        yield piece
    yield rest


def encrypted(path: Path) -> InputError:
    """Return the refusal of an encrypted file."""
    return refuse(
        path,
        Text("文件已加密或设有打开密码", "the file is encrypted or needs a password to open"),
        Text("去掉密码后另存，再导入", "remove the password, save, and import again"),
    )


def active(path: Path) -> InputError:
    """Return the refusal of a file that carries programs."""
    return refuse(path, Text("文件含有宏或嵌入对象", "the file carries macros or embedded objects"))


def linked(path: Path) -> InputError:
    """Return the refusal of a file that points at other files."""
    return refuse(
        path,
        Text("文件含有指向其他工作簿的外部链接", "the file holds links to other workbooks"),
        Text("断开链接（粘贴为数值）后另存，再导入", "break the links (paste as values), save, and import again"),
    )


def too_large(path: Path) -> InputError:
    """Return the refusal of a sheet with too many rows, columns or cells."""
    return refuse(
        path,
        Text(
            f"表格过大：上限为 {limits.MAX_ROWS} 行、{limits.MAX_COLUMNS} 列、{limits.MAX_CELLS} 个单元格",
            f"the sheet is too large: at most {limits.MAX_ROWS} rows, {limits.MAX_COLUMNS} columns, "
            f"{limits.MAX_CELLS} cells",
        ),
        LESS,
    )
