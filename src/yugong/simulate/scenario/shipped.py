"""Scenarios that ship with the package for the China study."""

from functools import cache
from importlib.resources import files

from yugong.simulate.scenario.model import Scenario

# in the order they are shown: policies first, then the four standard shocks
PRESETS = (
    "unified_market",
    "hukou_reform",
    "logistics_link",
    "western_transfer",
    "growth_pole",
    "eco_compensation",
    "land_quota",
    "public_consumption",
    "public_investment",
    "productivity_plus_1",
    "transport_minus_5",
)


def is_preset(name: str) -> bool:
    """Say whether a name is a preset's."""
    return name in PRESETS


def preset_text(name: str) -> str:
    """Return the TOML text of a preset."""
    return files("yugong.simulate.scenario").joinpath("presets", f"{name}.toml").read_text(encoding="utf-8")


@cache
def preset(name: str) -> Scenario:
    """Return a preset by id; InputError for another name."""
    from yugong.simulate.scenario.reading import read

    return read(name)


def presets() -> tuple[Scenario, ...]:
    """Return all presets."""
    return tuple(preset(name) for name in PRESETS)
