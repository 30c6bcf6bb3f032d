"""Base-year economies from a study or from a user's own trade table, with what in them is modelled said plainly."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yugong.simulate.economies.balance import Balanced as Balanced
    from yugong.simulate.economies.balance import ras as ras
    from yugong.simulate.economies.calibration import Calibration as Calibration
    from yugong.simulate.economies.calibration import plain as plain
    from yugong.simulate.economies.gravity import Gravity as Gravity
    from yugong.simulate.economies.gravity import fit_gravity as fit_gravity
    from yugong.simulate.economies.provinces import calibrate as calibrate
    from yugong.simulate.economies.tables import from_table as from_table
    from yugong.simulate.economies.validation import TradeFit as TradeFit
    from yugong.simulate.economies.validation import validate_trade as validate_trade

_HOMES = {
    "Balanced": "balance",
    "Calibration": "calibration",
    "Gravity": "gravity",
    "TradeFit": "validation",
    "calibrate": "provinces",
    "fit_gravity": "gravity",
    "from_table": "tables",
    "plain": "calibration",
    "ras": "balance",
    "validate_trade": "validation",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"yugong.simulate.economies.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_HOMES)
