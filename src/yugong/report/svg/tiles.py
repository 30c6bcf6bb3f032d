"""The tile grid of China: one box a place, missing hatched, marked places edged, the classes' words below."""

from yugong.base.text import Lang, Text
from yugong.report.charts import TileMap
from yugong.report.svg import look
from yugong.report.svg.canvas import HATCHED, Canvas, advance
from yugong.report.svg.frame import NORMAL

WIDE, HIGH, GAP = 62.0, 50.0, 4.0
MISSING = Text("无数据", "no data")


def draw(canvas: Canvas, chart: TileMap, lang: Lang) -> tuple[float, float]:
    """Draw the frame that the map starts with and return the picture's size."""
    frame = chart.frames[chart.start]
    colours = look.ramp(look.DIVERGING if chart.scale == "diverging" else look.SEQUENTIAL, len(chart.classes))
    columns, rows = (1 + max(getattr(t, k) for t in chart.tiles) for k in ("column", "row"))
    width = columns * WIDE - GAP + 4
    for i, tile in enumerate(chart.tiles):
        at = frame.classes[i]
        marked = tile.code in chart.marked
        x, y = 2 + tile.column * WIDE, 2 + tile.row * HIGH
        fill = HATCHED if at is None else colours[at]
        edge = look.MARK if marked else look.HATCH if at is None else "none"
        canvas.rect(x, y, WIDE - GAP, HIGH - GAP, fill, edge, 3 if marked else 1, 4)
        ink = look.MUTED if at is None else look.ink_on(colours[at])
        middle, short = x + (WIDE - GAP) / 2, tile.short.in_(lang)
        if at is None:
            canvas.text(middle, y + (HIGH - GAP) / 2, short, 15, ink, "middle", marked)
        else:
            canvas.text(middle, y + 15, short, 15, ink, "middle", marked)
            value = frame.short[i].in_(lang)
            canvas.text(middle, y + 34, value, min(12.5, (WIDE - GAP - 4) / advance(value)), ink, "middle")
    bottom = _legend(canvas, [*zip(colours, (c.in_(lang) for c in chart.classes), strict=True),
                              (HATCHED, MISSING.in_(lang))], width, 2 + rows * HIGH + 12)  # fmt: skip
    return width, bottom


def _legend(canvas: Canvas, entries: list[tuple[str, str]], width: float, top: float) -> float:
    x, y = 2.0, top
    for fill, words in entries:
        room = 44 + NORMAL * advance(words)
        if x > 2 and x + room - 16 > width:
            x, y = 2.0, y + 21
        canvas.rect(x, y - 7, 22, 14, fill, look.RULE if fill != HATCHED else look.HATCH)
        canvas.text(x + 28, y, words, NORMAL)
        x += room
    return y + 14
