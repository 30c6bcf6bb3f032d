"""What a figure shows, as plain data: positions as numbers, every label already written in both languages."""

from dataclasses import dataclass
from typing import Literal

from yugong.base.text import Text

Numbers = tuple[float | None, ...]
Emphasis = Literal["strong", "normal", "faint"]


@dataclass(frozen=True, slots=True)
class Axis:
    """A value axis from `low` to `high` with its ticks and their labels."""

    title: Text
    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """One place on the tile grid; `short` must fit a small square."""

    code: str
    name: Text
    short: Text
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class MapFrame:
    """One year of a map: each tile's class (None: missing), its value with the unit, and the bare number."""

    title: Text
    classes: tuple[int | None, ...]
    labels: tuple[Text, ...]
    short: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class TileMap:
    """The 34-unit tile grid of China; `classes` are the legend's words and hold for every frame."""

    tiles: tuple[Tile, ...]
    frames: tuple[MapFrame, ...]
    classes: tuple[Text, ...]
    start: int
    scale: Literal["sequential", "diverging"] = "sequential"
    marked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one layer of a stack, with an optional interval (drawn and written) at each point."""

    name: Text
    values: Numbers
    labels: tuple[Text, ...]
    low: Numbers | None = None
    high: Numbers | None = None
    ranges: tuple[str, ...] | None = None
    emphasis: Emphasis = "normal"


@dataclass(frozen=True, slots=True)
class Upright:
    """An upright line at a step, by its position, with a short label; `own` stands out."""

    at: int
    label: Text
    own: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over ordered steps (years), with upright lines at dates."""

    steps: tuple[Text, ...]
    series: tuple[Series, ...]
    axis: Axis
    reference: float | None = None
    marks: tuple[Upright, ...] = ()


@dataclass(frozen=True, slots=True)
class Stack:
    """Layers that add up at each step, such as the three parts of a Dagum decomposition."""

    steps: tuple[Text, ...]
    series: tuple[Series, ...]
    axis: Axis


@dataclass(frozen=True, slots=True)
class Row:
    """One bar or dot, with its interval, its group (an index into the figure's groups) and its written value."""

    name: Text
    value: float | None
    label: Text
    low: float | None = None
    high: float | None = None
    range: str | None = None
    group: int | None = None
    marked: bool = False


@dataclass(frozen=True, slots=True)
class RankFrame:
    """One year of a ranking, best first."""

    title: Text
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ranked bars, or dots with intervals, one frame a year."""

    style: Literal["bar", "dot"]
    frames: tuple[RankFrame, ...]
    axis: Axis
    groups: tuple[Text, ...] = ()
    start: int = 0
    reference: float | None = None
    reference_label: Text | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One place of a scatter plot."""

    name: Text
    x: float
    y: float
    label: Text
    group: int | None = None
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Scatter:
    """Points with, where there is one, a fitted line from its first to its last point."""

    points: tuple[Point, ...]
    x: Axis
    y: Axis
    groups: tuple[Text, ...] = ()
    line: tuple[tuple[float, float], tuple[float, float]] | None = None
    line_label: Text | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of a waterfall, from where the bars before it end to where it does; a `total` starts at zero."""

    name: Text
    start: float
    end: float
    label: Text
    total: bool = False


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Parts that add up to a total, each starting where the one before it ended."""

    bars: tuple[Step, ...]
    axis: Axis


Chart = TileMap | Lines | Stack | Ranking | Scatter | Waterfall
