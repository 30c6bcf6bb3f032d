"""One door for drafts: the kind of file is told by its first bytes, and what cannot be read says why."""

import os
from pathlib import Path

from yugong.base.errors import InputError, Problem
from yugong.base.files import sha256
from yugong.base.text import Text
from yugong.review.document.model import Draft
from yugong.study.readers import guard

SUFFIXES = (".docx", ".pdf", ".txt", ".md")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_draft(path: str | os.PathLike[str]) -> Draft:
    """Read a draft from .docx, .pdf, .md or .txt (UTF-8 or GB18030).

    InputError says what is wrong with a file that is missing, empty, encrypted, damaged, a scan without text, in
    another encoding, or of another kind.
    """
    file = Path(path)
    guard.check_size(file)
    head = file.read_bytes()[:8]
    digest = sha256(file)
    if head.startswith(b"%PDF"):
        from yugong.review.document.pdf import read_pdf

        return read_pdf(file, digest)
    if head.startswith(b"PK"):
        from yugong.review.document.word import read_word

        return read_word(file, digest)
    if head.startswith(_OLE):
        what = Text(
            "是旧式 .doc 文件，或者设有打开密码的 Word 文件", "it is an old .doc file, or a Word file with a password"
        )
        do = Text("去掉密码，另存为 .docx 再审", "remove the password and save it as .docx")
        raise InputError([Problem(what, do, file=file.name)])
    if head and file.suffix.lower() in (".docx", ".pdf"):
        what = Text(f"内容不是 {file.suffix.lower()} 文件", f"what it holds is no {file.suffix.lower()} file")
        do = Text("重新导出，或者核对扩展名", "export it again, or check the extension")
        raise InputError([Problem(what, do, file=file.name)])
    if file.suffix.lower() not in SUFFIXES:
        what = Text(f"不认识的文件类型“{file.suffix}”", f"unknown kind of file {file.suffix!r}")
        do = Text("可用 .docx、.pdf、.md、.txt", "use .docx, .pdf, .md or .txt")
        raise InputError([Problem(what, do, file=file.name)])
    from yugong.review.document.plain import read_plain

    return read_plain(file, digest)
