"""Files in: uploads that verbs read, and the templates to fill in for them."""

import tempfile
import threading
from pathlib import Path
from typing import Any

from yugong.base.text import Text, set_language
from yugong.workbench import shapes
from yugong.workbench.bench import Bench
from yugong.workbench.errors import Refused
from yugong.workbench.operations import Call, Download, Operation

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_speaking = threading.Lock()  # templates are written in the language of the process


def upload(bench: Bench, call: Call) -> dict[str, Any]:
    """Keep a file and return its id."""
    id_ = bench.uploads.keep(call.name, call.body)
    return {"file": id_, "name": bench.uploads.path(id_).name, "bytes": len(call.body)}


def template(bench: Bench, call: Call) -> Download:
    """Return the workbook to fill in for a verb that reads user tables."""
    from yugong.study.form import write_template

    verb = bench.room(call.path["room"]).find(call.path["verb"])
    forms = verb.forms()
    if not forms:
        raise Refused(404, Text("这个方法不读用户表", "this verb reads no user table"))
    name = f"{verb.id}.xlsx"
    with tempfile.TemporaryDirectory() as folder, _speaking:
        set_language(call.query.lang)
        try:
            content = write_template(Path(folder) / name, forms, bench.study).read_bytes()
        finally:
            set_language(bench.language)
    return Download(content, XLSX, name)


OPERATIONS = (
    Operation("POST", "/api/files", Text("上传一个文件", "upload a file"), upload, shapes.Uploaded, raw=True),
    Operation("GET", "/api/template/{room}/{verb}", Text("待填的工作簿", "a workbook to fill in"), template,
              query=shapes.LangQuery, media=(XLSX,)),
)  # fmt: skip
