"""The application: routes made from the list of operations, behind the guard."""

import json
import re
import sys
import traceback
from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from yugong.base.text import Text
from yugong.workbench.errors import Refused, answer, on_error
from yugong.workbench.guard import Guard
from yugong.workbench.operations import Call, Download, Operation

if TYPE_CHECKING:
    from yugong.workbench.bench import Bench

NAME_HEADER = "x-yugong-name"


def application(bench: "Bench", allowed: frozenset[str]) -> Starlette:
    """Return the ASGI application of one bench, answering only to the hosts allowed."""
    from yugong.workbench.api import OPERATIONS

    by_path: dict[str, dict[str, Operation]] = {}
    for operation in OPERATIONS:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    routes = [Route(path, _endpoint(bench, ways), methods=list(ways)) for path, ways in by_path.items()]
    static = str(files("yugong.workbench").joinpath("static"))
    return Starlette(
        routes=[*routes, Mount("/", StaticFiles(directory=static, html=True))],
        middleware=[Middleware(Guard, allowed=allowed, token=bench.token)],
        exception_handlers={Exception: on_error, HTTPException: on_error},
    )


def _endpoint(bench: "Bench", ways: dict[str, Operation]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        operation = ways["GET" if request.method == "HEAD" else request.method]
        try:
            call = await _call(request, operation)
            found = await run_in_threadpool(operation.run, bench, call)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # noqa: BLE001  (every refusal has the one shape)
            if not bench.foreseen(error):  # a fault of the program: the terminal shows it, the page says so
                traceback.print_exc(file=sys.stderr)
            return await on_error(request, error)
        if isinstance(found, Download):
            headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"}
            return Response(found.content, operation.status, headers, found.media)
        return answer(operation.status, {"ok": True, **found})

    return endpoint


async def _call(request: Request, operation: Operation) -> Call:
    path = {name: str(value) for name, value in request.path_params.items()}
    query = None if operation.query is None else operation.query.model_validate(dict(request.query_params))
    if operation.raw:
        return Call(path, query, await request.body(), _name(request))
    if operation.body is None:
        return Call(path, query)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(415)
    return Call(path, query, operation.body.model_validate(_parsed(await request.body())))


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refused(400, Text("请求的内容不是 JSON", "the body is not JSON")) from error


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _name(request: Request) -> str:
    """Return a label for an uploaded file: its last part, without what could mislead."""
    given = unquote(request.headers.get(NAME_HEADER, ""))
    last = re.split(r"[\\/]", given)[-1]
    return "".join(c for c in last if c.isprintable())[-120:].strip() or "upload"
