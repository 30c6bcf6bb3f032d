"""Lines with their intervals and names at the ends, and stacked bars."""

from yugong.base.text import Lang
from yugong.report.charts import Lines, Series, Stack
from yugong.report.svg import look
from yugong.report.svg.canvas import LINE, Canvas, Point, advance, spread, wrapped
from yugong.report.svg.frame import SMALL, WIDTH, Area, label_width, legend, steps, vertical

TALL = 300.0  # the plotting area
NAME_ROOM = 11.0  # em of a name at a line's end
MARK_ROOM = 14.0  # for the labels of upright lines
MANY = 30  # steps beyond which points are not marked


def lines(canvas: Canvas, chart: Lines, lang: Lang) -> tuple[float, float]:
    """Draw lines over steps and return the picture's size."""
    several = len(chart.series) > 1
    names = [wrapped(s.name.in_(lang), NAME_ROOM, 3) if several else [] for s in chart.series]
    room = 22 + SMALL * max((advance(w) for n in names for w in n), default=0)
    tall = max(TALL, SMALL * LINE * sum(len(n) for n in names) + 6 * len(names))
    lift = MARK_ROOM if chart.marks else 0.0
    area = Area(label_width(chart.axis, lang) + 4, 34 + lift, WIDTH - room, 34 + lift + tall)
    vertical(canvas, area, chart.axis, lang, lift)
    last = max(len(chart.steps) - 1, 1)
    xs = [area.left + 6 + (area.right - area.left - 12) * i / last for i in range(len(chart.steps))]
    steps(canvas, xs, area.bottom, [s.in_(lang) for s in chart.steps])
    if chart.reference is not None:
        y = area.y(chart.reference, chart.axis)
        canvas.line([(area.left, y), (area.right, y)], look.MUTED, 1.2, "4 3")
    for mark in chart.marks:
        ink = look.INK if mark.own else look.MUTED
        canvas.line(
            [(xs[mark.at], area.top), (xs[mark.at], area.bottom)],
            ink,
            1.8 if mark.own else 1.1,
            "" if mark.own else "3 3",
        )
        canvas.text(xs[mark.at], area.top - 8, mark.label.in_(lang), 11, ink, "middle")
    for i, s in enumerate(chart.series):
        for shape in _bands(s, xs, area, chart):
            canvas.area(shape, _colour(s, i), 0.15)
    order = {"faint": 0, "normal": 1, "strong": 2}
    for i, s in sorted(enumerate(chart.series), key=lambda pair: order[pair[1].emphasis]):
        _line(canvas, s, i, xs, area, chart)
    if several:
        _names(canvas, chart, names, xs, area)
    return WIDTH, area.bottom + 28


def stack(canvas: Canvas, chart: Stack, lang: Lang) -> tuple[float, float]:
    """Draw layers that add up at each step and return the picture's size."""
    top = legend(canvas, [s.name.in_(lang) for s in chart.series], symbols=False) + 36
    area = Area(label_width(chart.axis, lang) + 4, top, WIDTH - 8, top + TALL)
    vertical(canvas, area, chart.axis, lang)
    each = (area.right - area.left) / len(chart.steps)
    xs = [area.left + each * (i + 0.5) for i in range(len(chart.steps))]
    steps(canvas, xs, area.bottom, [s.in_(lang) for s in chart.steps])
    thick = min(0.72 * each, 60)
    for i, x in enumerate(xs):
        at = 0.0
        for k, s in enumerate(chart.series):
            value = s.values[i]
            if value is None:
                continue
            low, high = area.y(at, chart.axis), area.y(at + value, chart.axis)
            canvas.rect(x - thick / 2, high, thick, low - high, look.of(look.CATEGORIES, k), look.PAPER, 0.6)
            at += value
    return WIDTH, area.bottom + 28


def _line(canvas: Canvas, s: Series, i: int, xs: list[float], area: Area, chart: Lines) -> None:
    colour = _colour(s, i)
    thick = {"strong": 3.2, "normal": 2.0, "faint": 1.2}[s.emphasis]
    dash = "" if s.emphasis == "strong" else look.of(look.DASHES, i)
    spots = [None if v is None else (x, area.y(v, chart.axis)) for x, v in zip(xs, s.values, strict=True)]
    for run in _runs(spots):
        canvas.line(run, colour, thick, dash)
    if s.emphasis != "faint":
        for spot, value in zip(spots, s.values, strict=True):
            if spot is not None and (len(xs) <= MANY or _alone(s, value)):
                canvas.symbol(look.of(look.SYMBOLS, i), *spot, 6, colour)


def _runs(spots: list[Point | None]) -> list[list[Point]]:
    """The unbroken stretches of a line, each of two points or more."""
    found: list[list[Point]] = [[]]
    for spot in spots:
        if spot is None:
            found.append([])
        else:
            found[-1].append(spot)
    return [run for run in found if len(run) > 1]


def _alone(s: Series, value: float | None) -> bool:
    return value is not None and sum(v is not None for v in s.values) == 1


def _bands(s: Series, xs: list[float], area: Area, chart: Lines) -> list[list[Point]]:
    """The interval of a line as shapes, broken where an end is missing."""
    if s.low is None or s.high is None:
        return []
    whole = [a is not None and b is not None for a, b in zip(s.low, s.high, strict=True)]
    ends = [
        [(x, area.y(v, chart.axis)) if known and v is not None else None for x, v, known in zip(xs, part, whole, strict=True)]
        for part in (s.high, s.low)
    ]  # fmt: skip
    return [upper + lower[::-1] for upper, lower in zip(*map(_runs, ends), strict=True)]


def _names(canvas: Canvas, chart: Lines, names: list[list[str]], xs: list[float], area: Area) -> None:
    """Write each line's name beside its last point, moved apart where they would overlap."""
    ends = []
    for s in chart.series:
        known = [(x, v) for x, v in zip(xs, s.values, strict=True) if v is not None]
        ends.append((known[-1][0], area.y(known[-1][1], chart.axis)) if known else (area.right, area.bottom))
    tallest = max(len(n) for n in names)
    gap = SMALL * LINE * tallest + 2
    gap = min(gap, (area.bottom - area.top + SMALL) / max(len(names) - 1, 1))
    places = spread([y for _, y in ends], gap, area.top - SMALL / 2, area.bottom)
    for i, (s, (x, y), place) in enumerate(zip(chart.series, ends, places, strict=True)):
        colour = _colour(s, i) if s.emphasis != "faint" else look.MUTED
        if abs(place - y) > 3 or x < area.right - 8:
            canvas.line([(x + 4, y), (area.right + 8, place)], look.HATCH, 0.8)
        canvas.lines(area.right + 11, place, names[i], SMALL, colour, bold=s.emphasis == "strong")


def _colour(s: Series, i: int) -> str:
    return {"strong": look.INK, "faint": look.HATCH}.get(s.emphasis) or look.of(look.CATEGORIES, i)
