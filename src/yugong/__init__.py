"""Yugong (禹贡): regional coordinated development, made computable."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from yugong import design as design
    from yugong import diagnose as diagnose
    from yugong import evaluate as evaluate
    from yugong import monitor as monitor
    from yugong import registry as registry
    from yugong import report as report
    from yugong import review as review
    from yugong import simulate as simulate
    from yugong import study as study

# Rooms load on first use, so that `import yugong` stays under 0.15 s (PEP 562).
_ROOMS = ("registry", "study", "diagnose", "simulate", "design", "evaluate", "review", "monitor", "report")


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"yugong.{name}")
    raise AttributeError(f"module 'yugong' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*_ROOMS, "__version__"])
