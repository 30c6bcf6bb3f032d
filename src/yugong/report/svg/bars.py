"""Ranked bars and dots with their intervals, and waterfalls."""

from yugong.base.text import Lang, Text
from yugong.report.charts import RankFrame, Ranking, Row, Waterfall
from yugong.report.numbers import MISSING
from yugong.report.svg import look
from yugong.report.svg.canvas import Canvas, advance, wrapped
from yugong.report.svg.frame import SMALL, WIDTH, Area, horizontal, legend

ROW, TWO_LINES, WIDE_ROW = 19.0, 31.0, 40.0
FEW, SEVERAL = 8, 16  # few rows are set wide; names of several may take two lines
MOST, KEPT = 60, 25  # what one printed page holds; beyond, the first and the last rows stand for all
NAME_ROOM = 20.0


def ranking(canvas: Canvas, chart: Ranking, lang: Lang) -> tuple[float, float]:
    """Draw the frame that the ranking starts with and return the picture's size."""
    rows = _kept(chart.frames[chart.start])
    names = [
        ["…"] if r is None else wrapped(r.name.in_(lang), NAME_ROOM, 2 if len(rows) <= SEVERAL else 1) for r in rows
    ]
    each = WIDE_ROW if len(rows) <= FEW else TWO_LINES if any(len(n) > 1 for n in names) else ROW
    left = SMALL * max((advance(w) for n in names for w in n), default=0) + 12
    room = SMALL * max((advance(_said(r, lang)) for r in rows if r), default=0) + 18
    top = legend(canvas, [g.in_(lang) for g in chart.groups], symbols=chart.style == "dot") + 6
    if chart.reference_label is not None:
        top += 16
    area = Area(left, top, WIDTH - room, top + each * len(rows))
    horizontal(canvas, area, chart.axis, lang)
    if chart.reference is not None:
        x = area.x(chart.reference, chart.axis)
        canvas.line([(x, area.top - 4), (x, area.bottom)], look.MUTED, 1.2, "4 3")
        if chart.reference_label is not None:
            canvas.text(x, area.top - 11, chart.reference_label.in_(lang), SMALL, look.MUTED, "middle")
    for i, (row, name) in enumerate(zip(rows, names, strict=True)):
        y = area.top + each * (i + 0.5)
        marked = row is not None and row.marked
        canvas.lines(left - 8, y, name, SMALL, look.MARK if marked else look.INK, "end", marked)
        if row is None:
            left_out = len(chart.frames[chart.start].rows) - len(rows) + 1
            canvas.text(left + 6, y, Text(f"另有 {left_out} 个", f"{left_out} more").in_(lang), SMALL, look.MUTED)
        else:
            _row(canvas, row, y, area, chart, lang)
    return WIDTH, area.bottom + 42


def waterfall(canvas: Canvas, chart: Waterfall, lang: Lang) -> tuple[float, float]:
    """Draw parts laid end to end, then their sum, and return the picture's size."""
    names = [wrapped(b.name.in_(lang), NAME_ROOM) for b in chart.bars]
    each, thick = 34.0, 17.0
    left = SMALL * max(advance(w) for n in names for w in n) + 12
    room = SMALL * max(advance(b.label.in_(lang)) for b in chart.bars) + 16
    area = Area(left, 8, WIDTH - room, 8 + each * len(chart.bars))
    horizontal(canvas, area, chart.axis, lang)
    zero = area.x(0.0, chart.axis)
    canvas.line([(zero, area.top), (zero, area.bottom)], look.MUTED)
    for i, (bar, name) in enumerate(zip(chart.bars, names, strict=True)):
        y = area.top + each * (i + 0.5)
        a, b = area.x(bar.start, chart.axis), area.x(bar.end, chart.axis)
        colour = look.MUTED if bar.total else look.ACCENT if bar.end >= bar.start else look.MARK
        canvas.rect(min(a, b), y - thick / 2, max(abs(b - a), 1), thick, colour)
        if i + 1 < len(chart.bars):
            canvas.line([(b, y + thick / 2), (b, y + each - thick / 2)], look.HATCH)
        canvas.lines(left - 8, y, name, SMALL, anchor="end", bold=bar.total)
        canvas.text(max(a, b) + 7, y, bar.label.in_(lang), SMALL, look.INK if bar.total else look.MUTED, bold=bar.total)
    return WIDTH, area.bottom + 42


def _kept(frame: RankFrame) -> list[Row | None]:
    """The rows to draw: all, or the first, the last and the marked ones with one gap (None)."""
    rows = frame.rows
    if len(rows) <= MOST:
        return list(rows)
    between = [r for r in rows[KEPT:-KEPT] if r.marked]
    return [*rows[:KEPT], *between, None, *rows[-KEPT:]]


def _row(canvas: Canvas, row: Row, y: float, area: Area, chart: Ranking, lang: Lang) -> None:
    if row.value is None:
        canvas.text(area.left + 6, y, MISSING, SMALL, look.MUTED)
        return
    bar = chart.style == "bar"
    group = (row.group or 0) if chart.groups else 0
    colour = look.of(look.CATEGORIES, group) if chart.groups else look.MARK if row.marked else look.ACCENT
    edge = look.INK if row.marked and chart.groups else "none"
    x = area.x(row.value, chart.axis)
    if bar:
        zero = area.x(min(max(0.0, chart.axis.low), chart.axis.high), chart.axis)
        canvas.rect(min(zero, x), y - 6, abs(x - zero), 12, colour, edge, 1.6)
        end = max(x, zero)
    else:
        end = x
    if row.low is not None and row.high is not None:
        a, b = area.x(row.low, chart.axis), area.x(row.high, chart.axis)
        ink, thick = (look.INK, 1.2) if bar else (look.MUTED, 2.0)
        for points in ([(a, y), (b, y)], [(a, y - 3.5), (a, y + 3.5)], [(b, y - 3.5), (b, y + 3.5)]):
            canvas.line(points, ink, thick)
        end = max(end, b)
    if not bar:
        canvas.symbol(look.of(look.SYMBOLS, group), x, y, 9, colour, edge)
    canvas.text(max(end, area.left) + 8, y, _said(row, lang), SMALL, look.MUTED, halo=True)


def _said(row: Row, lang: Lang) -> str:
    return row.label.in_(lang)
