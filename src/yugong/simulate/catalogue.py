"""The verbs a study offers for simulation, named once for Python, the command line and the documentation."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from yugong.base.errors import UnknownNameError
from yugong.base.text import Text


@dataclass(frozen=True, slots=True)
class Method:
    """One verb: its id, title and where its function lives; the function's first argument is the study."""

    id: str
    title: Text
    home: str

    def function(self) -> Callable[..., Any]:
        """Return the function."""
        found: Callable[..., Any] = getattr(import_module(f"yugong.simulate.{self.home}"), self.id)
        return found


_METHODS = (
    Method("simulate", Text("求解情景", "solve scenarios"), "running"),
    Method("base_year", Text("校准的基年经济", "the calibrated base year"), "running"),
    Method("trade_validation", Text("模型贸易与观测贸易", "modelled and observed trade"), "running"),
)


def methods() -> tuple[Method, ...]:
    """Return all verbs."""
    return _METHODS


def find(name: str) -> Method:
    """Return the verb of this id; UnknownNameError lists the nearest."""
    known = {m.id: m for m in _METHODS}
    if name not in known:
        raise UnknownNameError(Text("方法", "method"), name, get_close_matches(name, known, 3, 0.3) or list(known))
    return known[name]
