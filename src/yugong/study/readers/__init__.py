"""Files that users really have, read into raw tables and then into tidy (place, year, variable, value) rows."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yugong.study.readers.raw import RawTable as RawTable
    from yugong.study.readers.sniff import read_table as read_table
    from yugong.study.readers.tidying import Tidy as Tidy
    from yugong.study.readers.tidying import tidy as tidy

_HOMES = {"RawTable": "raw", "read_table": "sniff", "Tidy": "tidying", "tidy": "tidying"}
__all__ = ["RawTable", "Tidy", "read_table", "tidy"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"yugong.study.readers.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
