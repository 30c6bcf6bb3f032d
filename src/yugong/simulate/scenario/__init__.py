"""Scenarios: named lists of lever settings that compose, the same in Python, TOML and the command line."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yugong.simulate.scenario.model import Scenario as Scenario
    from yugong.simulate.scenario.model import Setting as Setting
    from yugong.simulate.scenario.reading import read as read
    from yugong.simulate.scenario.resolving import resolve as resolve
    from yugong.simulate.scenario.shipped import preset as preset
    from yugong.simulate.scenario.shipped import presets as presets

_HOMES = {
    "Scenario": "model",
    "Setting": "model",
    "preset": "shipped",
    "presets": "shipped",
    "read": "reading",
    "resolve": "resolving",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"yugong.simulate.scenario.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_HOMES)
