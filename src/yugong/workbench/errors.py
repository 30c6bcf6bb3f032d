"""Every refusal in one shape, in both languages, with its place in the user's file."""

import errno
import json
import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from yugong.base.errors import InputError, Problem, UnknownNameError, YugongError
from yugong.base.text import Text

HTTP: dict[int, Text] = {
    400: Text("请求读不懂", "the request cannot be read"),
    403: Text("请求不是从本工作台发出的", "the request does not come from this workbench"),
    404: Text("没有这个地址", "there is nothing at this address"),
    405: Text("这个地址不接受这种请求", "this address does not take this kind of request"),
    409: Text("内容已在别处改过", "it was changed elsewhere"),
    413: Text("内容过大", "the content is too large"),
    415: Text("只接受 JSON", "only JSON is taken"),
    421: Text("主机名不对：只从打印出的地址进入", "wrong host: use the address that was printed"),
    500: Text("程序出错；请把终端里的记录发给我们", "the program failed; please send us what the terminal shows"),
    503: Text("正忙", "busy"),
}
FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
FLAG = re.compile(r"--([a-z][a-z-]*)(?: (?:FILE|文件)\.xlsx| TABLE| true| false)?")
TEMPLATE = Text("下载模板", "Template")
CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}


class Refused(HTTPException):
    """A refusal with words of its own."""

    def __init__(self, status: int, text: Text | None = None, extra: dict[str, Any] | None = None) -> None:
        super().__init__(status, detail=(text or HTTP[status]).en)
        self.text = text or HTTP[status]
        self.extra = extra or {}


def words(text: Text) -> dict[str, str]:
    """Return a text as {zh, en}."""
    return {"zh": text.zh, "en": text.en}


def on_page(text: Text) -> Text:
    """Return words written for the command line with the names that the page gives to its options."""
    from yugong.registry.terms import options

    named = options()

    def name(flag: str) -> Text:
        found = TEMPLATE if flag == "template" else named.get(flag.replace("-", "_"), Text(flag, flag))
        return Text(re.sub(r"（[^）]*--[^）]*）", "", found.zh), re.sub(r" \([^)]*--[^)]*\)", "", found.en))

    zh = re.sub(r" ?" + FLAG.pattern + r" ?", lambda m: f"“{name(m[1]).zh}”", text.zh)
    return Text(zh, FLAG.sub(lambda m: f"“{name(m[1]).en}”", text.en))


def problem(of: Problem) -> dict[str, Any]:
    """Return one problem as the interface lists it."""
    return {
        "what": words(on_page(of.what)),
        "do": None if of.do is None else words(on_page(of.do)),
        "file": of.file,
        "sheet": of.sheet,
        "row": of.row,
        "column": of.column,
    }


def shape(
    status: int, text: Text, problems: Iterable[Problem] = (), extra: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the one shape of an error."""
    listed = [problem(p) for p in problems]
    return {"ok": False, "status": status, "error": words(text), "problems": listed, **(extra or {})}


def answer(status: int, content: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """Return JSON; a number that is none would be a fault of ours."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Response(body.encode("utf-8", "replace"), status, headers, "application/json")


def refuse(error: Exception) -> dict[str, Any]:
    """Return the shape of whatever was raised; what nobody foresaw is a 500."""
    if isinstance(error, Refused):
        return shape(error.status_code, error.text, extra=error.extra)
    if isinstance(error, HTTPException):
        return shape(error.status_code, HTTP.get(error.status_code, Text(error.detail, error.detail)))
    if isinstance(error, ValidationError):
        return shape(422, Text("请求的内容不对", "the request does not fit"), _invalid(error))
    if isinstance(error, UnknownNameError):
        return shape(422, error.text, extra={"candidates": [str(c) for c in error.candidates]})
    if isinstance(error, InputError):
        return shape(422, error.text, error.problems)
    if isinstance(error, YugongError):
        return shape(422, error.text)
    if isinstance(error, OSError) and error.errno in FULL:
        return shape(507, _disk(error, Text("磁盘已满，没有保存", "the disk is full: not saved")))
    if isinstance(error, OSError) and error.errno in CLOSED:
        return shape(507, _disk(error, Text("文件夹不可写，没有保存", "the folder cannot be written to: not saved")))
    return shape(500, HTTP[500])


def _disk(error: OSError, text: Text) -> Text:
    safe = Text("；原有内容完好，页面里的改动还在", "; what was there is intact and your changes are still on the page")
    where = f"：{error.filename}" if error.filename else ""
    return Text(text.zh + where + safe.zh, text.en + where.replace("：", ": ") + safe.en)


def _invalid(error: ValidationError) -> list[Problem]:
    """Say where a body departs from its schema, by path."""
    found = []
    for one in error.errors(include_url=False, include_context=False, include_input=False)[:50]:
        where = ".".join(str(part) for part in one["loc"])
        found.append(
            Problem(Text(f"{where} 不合要求（{one['type']}）", f"{where}: {one['msg']}"), column=where or None)
        )
    return found


async def on_error(_request: Request, error: Exception) -> Response:
    """Answer an exception in the one shape."""
    content = refuse(error)
    headers = dict(getattr(error, "headers", None) or {})
    return answer(content["status"], content, headers)
