"""Are we on track: targets, early warning, the register of cooperation, and a memory of what was computed."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yugong.monitor.memory.index import Index as Index
    from yugong.monitor.memory.summary import summary as summary
    from yugong.monitor.register.load import Register as Register
    from yugong.monitor.register.load import read_register as read_register
    from yugong.monitor.targets.forecast import forecast as forecast
    from yugong.monitor.targets.forecast import reach as reach
    from yugong.monitor.warning.carrying import carrying_colour as carrying_colour
    from yugong.monitor.warning.charts import cusum as cusum
    from yugong.monitor.warning.charts import ewma as ewma
    from yugong.monitor.warning.lengths import calibrated as calibrated
    from yugong.monitor.warning.lengths import false_alarm as false_alarm
    from yugong.monitor.warning.lengths import run_length as run_length

_HOMES = {
    "Index": "memory.index",
    "Register": "register.load",
    "calibrated": "warning.lengths",
    "carrying_colour": "warning.carrying",
    "cusum": "warning.charts",
    "ewma": "warning.charts",
    "false_alarm": "warning.lengths",
    "forecast": "targets.forecast",
    "reach": "targets.forecast",
    "read_register": "register.load",
    "run_length": "warning.lengths",
    "summary": "memory.summary",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"yugong.monitor.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
