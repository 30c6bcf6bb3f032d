"""The interface described in OpenAPI 3.1, from the same operations and models that serve it."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from yugong import __version__
from yugong.workbench import shapes
from yugong.workbench.guard import TOKEN_HEADER
from yugong.workbench.operations import Operation

REFUSALS = {
    400: "the body is not JSON",
    403: "the request does not come from this workbench",
    404: "not there",
    409: "changed elsewhere",
    413: "too large",
    415: "neither JSON nor a kind of file that is read",
    421: "wrong host",
    422: "does not fit",
    503: "busy",
    507: "the disk is full or closed; nothing was lost",
}
NAMED = "X-Yugong-Name"


def described(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the description of operations."""
    models = {m for o in operations for m in (o.answer, o.query, o.body) if m is not None} | {shapes.Failure}
    listed: list[tuple[type[BaseModel], Any]] = [(m, "validation") for m in sorted(models, key=lambda m: m.__name__)]
    _, definitions = models_json_schema(listed, ref_template="#/components/schemas/{model}")
    paths: dict[str, dict[str, Any]] = {}
    for o in operations:
        paths.setdefault(o.path, {})[o.method.lower()] = _operation(o)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Yugong workbench", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": definitions.get("$defs", {}),
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": TOKEN_HEADER}},
        },
        "security": [{"token": []}],
    }


def _operation(o: Operation) -> dict[str, Any]:
    names = re.findall(r"\{(\w+)\}", o.path)
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}} for name in names
    ]
    if o.query is not None:
        parameters += [
            {"name": name, "in": "query", "required": field.is_required(), "schema": _inlined(o.query, name)}
            for name, field in o.query.model_fields.items()
        ]
    out: dict[str, Any] = {
        "operationId": f"{o.method.lower()}_{re.sub(r'[^a-z]+', '_', o.path.removeprefix('/api/')).strip('_')}",
        "summary": o.title.en,
        "description": o.title.zh,
        "parameters": parameters,
        "responses": {str(o.status): _answer(o)} | {str(s): _refusal(said) for s, said in REFUSALS.items()},
    }
    if o.body is not None:
        schema = {"$ref": f"#/components/schemas/{o.body.__name__}"}
        out["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if o.raw:
        parameters.append({"name": NAMED, "in": "header", "required": True, "schema": {"type": "string"}})
        raw = {"schema": {"type": "string", "format": "binary"}}
        out["requestBody"] = {"required": True, "content": {"application/octet-stream": raw}}
    return out


def _inlined(model: type[BaseModel], name: str) -> Any:
    return model.model_json_schema()["properties"][name]


def _answer(o: Operation) -> dict[str, Any]:
    if o.answer is None:
        binary = {"schema": {"type": "string", "format": "binary"}}
        return {"description": o.title.en, "content": dict.fromkeys(o.media, binary)}
    schema = {"$ref": f"#/components/schemas/{o.answer.__name__}"}
    return {"description": o.title.en, "content": {"application/json": {"schema": schema}}}


def _refusal(said: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}}}
    return {"description": said, "content": content}


@cache
def whole() -> dict[str, Any]:
    """Return the description of the whole interface."""
    from yugong.workbench.api import OPERATIONS

    return described(OPERATIONS)
