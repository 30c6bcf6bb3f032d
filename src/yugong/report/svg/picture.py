"""A chart as a picture: which frame of it, drawn by its kind."""

from dataclasses import dataclass

from yugong.base.text import Lang
from yugong.report.charts import Chart, Lines, Ranking, Scatter, Stack, TileMap, Waterfall
from yugong.report.svg import bars, points, series, tiles
from yugong.report.svg.canvas import Canvas

Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG picture with its size in CSS pixels."""

    svg: str
    width: float
    height: float


def picture(chart: Chart, lang: Lang, title: str) -> Picture:
    """Return a chart as it stands when a page is printed: of several years the one shown first; `title` names it."""
    canvas = Canvas()
    width, height = _draw(canvas, chart, lang)
    return Picture(canvas.svg(width, height, title), width, height)


def shown(chart: Chart, lang: Lang) -> str:
    """Return the name of the frame in the picture, empty where there is but one."""
    if isinstance(chart, TileMap | Ranking) and len(chart.frames) > 1:
        return chart.frames[chart.start].title.in_(lang)
    return ""


def _draw(canvas: Canvas, chart: Chart, lang: Lang) -> Size:
    if isinstance(chart, TileMap):
        return tiles.draw(canvas, chart, lang)
    if isinstance(chart, Lines):
        return series.lines(canvas, chart, lang)
    if isinstance(chart, Stack):
        return series.stack(canvas, chart, lang)
    if isinstance(chart, Ranking):
        return bars.ranking(canvas, chart, lang)
    if isinstance(chart, Scatter):
        return points.scatter(canvas, chart, lang)
    if isinstance(chart, Waterfall):
        return bars.waterfall(canvas, chart, lang)
    raise TypeError(type(chart).__name__)
