"""Scatter plots: each name beside its point where there is room, marked places first."""

from yugong.base.text import Lang
from yugong.report.charts import Scatter
from yugong.report.svg import look
from yugong.report.svg.canvas import Canvas, advance
from yugong.report.svg.frame import WIDTH, Area, horizontal, label_width, legend, vertical

TALL, NAME = 380.0, 11.0
Box = tuple[float, float, float, float]


def scatter(canvas: Canvas, chart: Scatter, lang: Lang) -> tuple[float, float]:
    """Draw points with their fitted line and return the picture's size."""
    top = legend(canvas, [g.in_(lang) for g in chart.groups], symbols=True) + 36
    area = Area(label_width(chart.y, lang) + 4, top, WIDTH - 48, top + TALL)
    vertical(canvas, area, chart.y, lang)
    horizontal(canvas, area, chart.x, lang)
    if chart.line is not None:
        ends = [(area.x(x, chart.x), area.y(y, chart.y)) for x, y in chart.line]
        canvas.line(ends, look.MARK, 1.8)
        if chart.line_label is not None:
            x, y = ends[1]
            canvas.text(x, y - 12, chart.line_label.in_(lang), NAME, look.MARK, "end")
    order = sorted(chart.points, key=lambda p: not p.marked)
    spots = [(area.x(p.x, chart.x), area.y(p.y, chart.y)) for p in order]
    taken: list[Box] = [(x - 4, y - 4, x + 4, y + 4) for x, y in spots]
    for p, (x, y) in zip(order[::-1], spots[::-1], strict=True):  # marked ones last, on top
        group = (p.group or 0) if chart.groups else 0
        colour = look.of(look.CATEGORIES, group) if chart.groups else look.MARK if p.marked else look.ACCENT
        edge = look.INK if p.marked and chart.groups else "none"
        canvas.symbol(look.of(look.SYMBOLS, group), x, y, 12 if p.marked else 8, colour, edge)
    for at, (p, (x, y)) in enumerate(zip(order, spots, strict=True)):
        words = p.name.in_(lang)
        width = NAME * advance(words)
        right, left = (x + 7, y - 6, x + 7 + width, y + 6), (x - 7 - width, y - 6, x - 7, y + 6)
        others = taken[:at] + taken[at + 1 :]
        box = next((b for b in (right, left) if _free(b, others, area)), None)
        if box is not None:
            taken.append(box)
            canvas.text(box[0], y, words, NAME, look.INK if p.marked else look.MUTED, bold=p.marked)
    return WIDTH, area.bottom + 42


def _free(box: Box, taken: list[Box], area: Area) -> bool:
    inside = box[0] >= area.left and box[2] <= WIDTH
    return inside and not any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in taken)
