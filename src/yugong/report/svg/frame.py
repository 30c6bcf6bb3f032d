"""What charts share: the plotting area with its value axes, the legend, and the walk from numbers to places."""

from collections.abc import Sequence
from dataclasses import dataclass

from yugong.base.text import Lang
from yugong.report.charts import Axis
from yugong.report.svg import look
from yugong.report.svg.canvas import Canvas, advance

WIDTH = 640.0
SMALL, NORMAL = 12.0, 13.0


@dataclass(frozen=True, slots=True)
class Area:
    """The plotting area in picture units."""

    left: float
    top: float
    right: float
    bottom: float

    def x(self, value: float, axis: Axis) -> float:
        """Return where a value lies on a horizontal axis."""
        return self.left + (self.right - self.left) * _part(value, axis)

    def y(self, value: float, axis: Axis) -> float:
        """Return where a value lies on a vertical axis."""
        return self.bottom - (self.bottom - self.top) * _part(value, axis)


def label_width(axis: Axis, lang: Lang) -> float:
    """Return the room that the labels of a vertical axis take."""
    return SMALL * max((advance(t.in_(lang)) for t in axis.labels), default=0) + 8


def vertical(canvas: Canvas, area: Area, axis: Axis, lang: Lang, lift: float = 0.0) -> None:
    """Draw a vertical value axis: its title above (`lift` higher than usual), a rule a tick, labels on the left."""
    canvas.text(area.left - label_width(axis, lang) + 4, area.top - 17 - lift, axis.title.in_(lang), SMALL, look.MUTED)
    for tick, label in zip(axis.ticks, axis.labels, strict=True):
        y = area.y(tick, axis)
        canvas.line([(area.left, y), (area.right, y)], look.RULE)
        canvas.text(area.left - 6, y, label.in_(lang), SMALL, look.MUTED, "end")


def horizontal(canvas: Canvas, area: Area, axis: Axis, lang: Lang) -> None:
    """Draw a horizontal value axis: a rule a tick, labels and the title below; labels that would touch are left out."""
    last = -1e9
    for tick, label in zip(axis.ticks, axis.labels, strict=True):
        x, words = area.x(tick, axis), label.in_(lang)
        canvas.line([(x, area.top), (x, area.bottom)], look.RULE)
        half = SMALL * advance(words) / 2
        if x - half > last + 6:
            canvas.text(x, area.bottom + 13, words, SMALL, look.MUTED, "middle")
            last = x + half
    canvas.text((area.left + area.right) / 2, area.bottom + 31, axis.title.in_(lang), SMALL, look.MUTED, "middle")


def steps(canvas: Canvas, xs: Sequence[float], bottom: float, words: Sequence[str]) -> None:
    """Write the steps of a time axis, the last always, others where they do not touch."""
    width = [SMALL * advance(w) for w in words]
    limit = float("inf")
    for x, w, room in reversed(list(zip(xs, words, width, strict=True))):
        if x + room / 2 < limit:
            canvas.text(x, bottom + 13, w, SMALL, look.MUTED, "middle")
            limit = x - room / 2 - 8


def legend(canvas: Canvas, names: Sequence[str], symbols: bool, top: float = 10) -> float:
    """Write the names of categories with their colours from the top left, and return the height taken."""
    x, y = 4.0, top
    for i, name in enumerate(names):
        room = 34 + NORMAL * advance(name)
        if x > 4 and x + room > WIDTH:
            x, y = 4.0, y + 20
        if symbols:
            canvas.symbol(look.of(look.SYMBOLS, i), x + 7, y, 9, look.of(look.CATEGORIES, i))
        else:
            canvas.rect(x, y - 5, 16, 10, look.of(look.CATEGORIES, i))
        canvas.text(x + 21, y, name, NORMAL)
        x += room
    return y + 12 if names else 0.0


def _part(value: float, axis: Axis) -> float:
    return (value - axis.low) / (axis.high - axis.low)
