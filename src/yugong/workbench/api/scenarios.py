"""Scenario files in."""

from typing import Any

from yugong.base.text import Text
from yugong.workbench import shapes
from yugong.workbench.api.simulate import setting_row
from yugong.workbench.bench import Bench
from yugong.workbench.errors import Refused, words
from yugong.workbench.operations import Call, Operation


def read(_bench: Bench, call: Call) -> dict[str, Any]:
    """Return the scenario of a TOML file; what it extends must be presets, for nothing else is at hand."""
    from yugong.simulate.scenario import Scenario

    try:
        text = call.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(422, Text("不是 UTF-8 文字", "it is not UTF-8 text")) from error
    found = Scenario.from_toml(text, call.name)
    return {
        "scenario": {
            "id": "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in found.id)[:40]
            or "scenario",
            "title": words(found.name),
            "note": words(found.note),
            "settings": [setting_row(s.to_dict()) for s in found.settings],
            "extends": list(found.extends),
            "payers": list(found.payers),
        }
    }


OPERATIONS = (
    Operation(
        "POST", "/api/scenario/read", Text("读入情景文件", "read a scenario file"), read, shapes.ScenarioRead, raw=True
    ),
)
