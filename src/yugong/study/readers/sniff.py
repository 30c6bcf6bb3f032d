"""What a file is, by its first bytes and its name, and the reader for it."""

import os
from pathlib import Path

from yugong.base.text import Text
from yugong.study.readers import guard, ole
from yugong.study.readers.raw import RawTable

TEXT_ENDINGS = (".csv", ".tsv", ".txt")
STATA_HEADS = (b"<stata_dta>", *(bytes([version]) for version in (108, 110, 111, 113, 114, 115)))


def read_table(path: str | os.PathLike[str]) -> list[RawTable]:
    """Read every table of a CSV, XLS, XLSX, JSON, Parquet or Stata file, as it lies in the file.

    The file is sized and checked before it is parsed; workbooks are parsed in a child process that is
    stopped after 20 seconds. Raises InputError when the file is refused.
    """
    path = Path(path)
    guard.check_size(path)
    with path.open("rb") as f:
        head = f.read(16)
    ending = path.suffix.lower()
    if head.startswith(ole.MAGIC):
        from yugong.study.readers.workbook import read_workbook

        return read_workbook(path, old=True)
    if head.startswith(b"PK"):
        from yugong.study.readers.workbook import read_workbook

        return read_workbook(path, old=False)
    if ending == ".parquet" or head.startswith(b"PAR1"):
        from yugong.study.readers.frames import read_parquet

        return read_parquet(path)
    if ending == ".dta" and head.startswith(STATA_HEADS):
        from yugong.study.readers.frames import read_stata

        return read_stata(path)
    if ending == ".json":
        from yugong.study.readers.frames import read_json

        return read_json(path)
    if ending in TEXT_ENDINGS:
        from yugong.study.readers.delimited import read_delimited

        return read_delimited(path)
    what = Text(
        f"内容与扩展名“{ending}”不符，或不是支持的格式",
        f"the content does not match the ending {ending!r}, or the format is not supported",
    )
    do = Text(
        "支持 CSV、XLS、XLSX、JSON、Parquet 和 Stata（.dta）；另存为其中一种",
        "CSV, XLS, XLSX, JSON, Parquet and Stata (.dta) are read; save it as one of these",
    )
    raise guard.refuse(path, what, do)
