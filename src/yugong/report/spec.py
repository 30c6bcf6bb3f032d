"""Charts as the JSON that the chart kit draws: no label is left to be made in the browser."""

import dataclasses
import json
from typing import Any

from yugong.base.text import Text
from yugong.report.charts import Chart

_KINDS = {
    "TileMap": "map",
    "Lines": "lines",
    "Stack": "stack",
    "Ranking": "ranking",
    "Scatter": "scatter",
    "Waterfall": "waterfall",
}
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def spec(chart: Chart) -> dict[str, Any]:
    """Return a chart as plain JSON values: a text equal in both languages is one string, else a [zh, en] pair."""
    return {"kind": _KINDS[type(chart).__name__], **_fields(chart)}


def to_json(value: object) -> str:
    """Return JSON that is safe inside a script element, whatever text it holds."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(_ESCAPES)


def _fields(value: Any) -> dict[str, Any]:
    return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.zh if value.zh == value.en else [value.zh, value.en]
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if dataclasses.is_dataclass(value):
        return _fields(value)
    return value
