"""The interface's own description."""

from typing import Any

from yugong.base.text import Text
from yugong.workbench import shapes
from yugong.workbench.bench import Bench
from yugong.workbench.operations import Call, Operation


def description(_bench: Bench, _call: Call) -> dict[str, Any]:
    """Return the description in OpenAPI."""
    from yugong.workbench.openapi import whole

    return whole()


OPERATIONS = (
    Operation("GET", "/api/openapi.json", Text("接口说明", "this description"), description, shapes.Description),
)
