"""Who and what: places, groups, strategies, pairs, agreements and tasks, as dated and cited rows."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# Imported at once: these functions bear the names of their own modules.
from yugong.registry.indicators import Indicator, coordinations, dimensions, headlines, indicator, indicators
from yugong.registry.levers import Lever, Parameter, lever, levers, parameters
from yugong.registry.terms import Term, terms

if TYPE_CHECKING:
    from yugong.registry.compensation import Agreement, Payment, Settlement, agreements, payments, settlements
    from yugong.registry.figure import Figure, Share, figures, shares
    from yugong.registry.gazetteer import LEVELS, Level, Place, places
    from yugong.registry.membership import (
        Group,
        Member,
        group,
        grouping,
        groupings,
        groups,
        groups_of,
        members,
        memberships,
    )
    from yugong.registry.naming import place, resolve
    from yugong.registry.overrides import clear_overrides, load_overrides
    from yugong.registry.pairing import Pair, pairs
    from yugong.registry.strategy import Milestone, Strategy, strategies
    from yugong.registry.tables import REGISTERS, table
    from yugong.registry.tags import Tag, taxonomies, taxonomy
    from yugong.registry.tasklist import Point, Task, points, tasks

_HOMES = {
    "compensation": ("Agreement", "Payment", "Settlement", "agreements", "payments", "settlements"),
    "figure": ("Figure", "Share", "figures", "shares"),
    "gazetteer": ("LEVELS", "Level", "Place", "places"),
    "membership": (
        "Group",
        "Member",
        "group",
        "grouping",
        "groupings",
        "groups",
        "groups_of",
        "members",
        "memberships",
    ),
    "naming": ("place", "resolve"),
    "overrides": ("clear_overrides", "load_overrides"),
    "pairing": ("Pair", "pairs"),
    "strategy": ("Milestone", "Strategy", "strategies"),
    "tables": ("REGISTERS", "table"),
    "tasklist": ("Point", "Task", "points", "tasks"),
    "tags": ("Tag", "taxonomies", "taxonomy"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "LEVELS",
    "REGISTERS",
    "Agreement",
    "Figure",
    "Group",
    "Indicator",
    "Level",
    "Lever",
    "Member",
    "Milestone",
    "Pair",
    "Parameter",
    "Payment",
    "Place",
    "Point",
    "Settlement",
    "Share",
    "Strategy",
    "Tag",
    "Task",
    "Term",
    "agreements",
    "clear_overrides",
    "coordinations",
    "dimensions",
    "figures",
    "group",
    "grouping",
    "groupings",
    "groups",
    "groups_of",
    "headlines",
    "indicator",
    "indicators",
    "lever",
    "levers",
    "load_overrides",
    "members",
    "memberships",
    "pairs",
    "parameters",
    "payments",
    "place",
    "places",
    "points",
    "resolve",
    "settlements",
    "shares",
    "strategies",
    "table",
    "tasks",
    "taxonomies",
    "taxonomy",
    "terms",
]


# The rest loads on first use, so that importing this room stays under 60 ms (PEP 562).
def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'yugong.registry' has no attribute {name!r}")
    value = getattr(import_module(f"yugong.registry.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
