"""What an analyst works on: regions, indicators and flows, read from files, checked, with provenance."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yugong.study.adding import AddReport as AddReport
    from yugong.study.adding import add as add
    from yugong.study.checking import CheckReport as CheckReport
    from yugong.study.checking import check as check
    from yugong.study.flow import Flow as Flow
    from yugong.study.load import china as china
    from yugong.study.load import read as read
    from yugong.study.model import Study as Study
    from yugong.study.scaffold import new as new
    from yugong.study.variable import Variable as Variable

_HOMES = {
    "AddReport": "adding",
    "CheckReport": "checking",
    "Flow": "flow",
    "Study": "model",
    "Variable": "variable",
    "add": "adding",
    "check": "checking",
    "china": "load",
    "new": "scaffold",
    "read": "load",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"yugong.study.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
