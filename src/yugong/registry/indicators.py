"""The default indicator system: 59 indicators in six dimensions, one row each (convention 13)."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Literal, cast

from yugong.base.errors import UnknownNameError
from yugong.base.rows import read_rows
from yugong.base.text import Text

Direction = Literal["+", "-", "target", "context"]
Measure = Literal["gap", "attainment"]

_FILE = "data/indicators.csv"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One group of indicators; `id` is D1 … D6, or the id of a headline or of a coordination."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of the indicator system; `target` bounds are in the indicator's own unit."""

    code: str
    title: Text
    dimension: str
    direction: Direction
    unit: Text
    levels: tuple[str, ...]  # P province, C city, K county, S the whole system, pair
    sources: tuple[str, ...]
    coordinations: tuple[str, ...]  # ids of `coordinations()`
    goal: str  # goal1 … goal3 of the 2018 opinions, or empty
    headline: str  # id of `headlines()`, or empty
    core: bool
    measure: Measure  # how its coordination over regions is read
    variable: str  # the variable of a study that measures it, or empty
    method: str  # the diagnosis method that computes it, or empty
    target: tuple[float, float] | None
    only: str  # scored only for the members of this group, context elsewhere
    certainty: str
    note: Text

    @property
    def scored(self) -> bool:
        """Whether the indicator enters a score at all (context indicators do not)."""
        return self.direction != "context"


_DIMENSIONS = (
    Dimension("D1", Text("经济与差距", "Economy and gaps")),
    Dimension("D2", Text("生态绿色", "Ecology and green development")),
    Dimension("D3", Text("社会与公共服务", "Society and public services")),
    Dimension("D4", Text("要素流动与市场统一", "Factor mobility and the unified market")),
    Dimension("D5", Text("空间与功能", "Space and functions")),
    Dimension("D6", Text("合作与互助", "Cooperation and mutual aid")),
)

_HEADLINES = (
    Dimension("living_standards", Text("居民生活水平差距", "Gaps in living standards")),
    Dimension("public_services", Text("基本公共服务均等化", "Equal access to basic public services")),
    Dimension("infrastructure", Text("基础设施通达程度", "Reach of infrastructure")),
    Dimension("comparative_advantage", Text("地区比较优势发挥", "Use of regional comparative advantage")),
    Dimension("green", Text("绿色低碳协同发展", "Joint green and low-carbon development")),
)

_COORDINATIONS = (
    Dimension("1", Text("统筹城乡发展", "Urban and rural development")),
    Dimension("2", Text("统筹区域发展", "Development of the regions")),
    Dimension("3", Text("统筹经济社会发展", "Economic and social development")),
    Dimension("4", Text("统筹人与自然和谐发展", "Harmony between people and nature")),
    Dimension("5", Text("统筹国内发展和对外开放", "Domestic development and opening up")),
)


@cache
def indicators() -> tuple[Indicator, ...]:
    """Return the 59 indicators of the default system, in the order of their dimensions."""
    return tuple(_indicator(r) for r in read_rows("yugong.registry", _FILE))


def indicator(code: str) -> Indicator:
    """Return one indicator by its code (E1 … C9); UnknownNameError lists the nearest codes and titles."""
    known = {i.code: i for i in indicators()}
    if code in known:
        return known[code]
    named = {name: i for i in known.values() for name in i.title}
    near = get_close_matches(code, [*known, *named], n=3, cutoff=0.4)
    raise UnknownNameError(Text("指标", "indicator"), code, near)


def dimensions() -> tuple[Dimension, ...]:
    """Return the six dimensions D1 … D6 of the level scores."""
    return _DIMENSIONS


def headlines() -> tuple[Dimension, ...]:
    """Return the five headline dimensions of the coordination scores: three official goals and two more."""
    return _HEADLINES


def coordinations() -> tuple[Dimension, ...]:
    """Return the five coordinations (五个统筹) that indicators are tagged with."""
    return _COORDINATIONS


def _indicator(row: dict[str, str]) -> Indicator:
    target = (float(row["target_low"]), float(row["target_high"])) if row["target_low"] else None
    return Indicator(
        code=row["code"],
        title=Text(row["zh"], row["en"]),
        dimension=row["dimension"],
        direction=cast("Direction", row["direction"]),
        unit=Text(row["unit_zh"], row["unit_en"]),
        levels=tuple(row["levels"].split()),
        sources=tuple(row["sources"].split()),
        coordinations=tuple(row["coordinations"].split()),
        goal=row["goal"],
        headline=row["headline"],
        core=row["core"] == "yes",
        measure=cast("Measure", row["measure"]),
        variable=row["variable"],
        method=row["method"],
        target=target,
        only=row["only"],
        certainty=row["certainty"],
        note=Text(row["note_zh"], row["note_en"]),
    )
