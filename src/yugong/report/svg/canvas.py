"""A sheet to draw on: SVG elements with every text and attribute escaped."""

import re
from collections.abc import Iterable, Sequence
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from yugong.report.svg import look

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]
LINE = 1.25  # height of a line of text in its size
OPENING, CLOSING = "（《“〔", "，。；：、）》”〕！？,.;:)"  # a line may not end with these, nor begin with those
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HATCHING = (
    '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="7" height="7" fill="{look.HATCH_BACK}"/>'
    f'<line x1="0" y1="0" x2="0" y2="7" stroke="{look.HATCH}" stroke-width="2.4"/></pattern></defs>'
)
HATCHED = "url(#hatch)"


class Canvas:
    """Elements in drawing order; `svg` closes them into a picture."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "none", thick: float = 1.0,
        round_: float = 0.0,
    ) -> None:  # fmt: skip
        """Draw a box."""
        self._add("rect", x=x, y=y, width=width, height=height, rx=round_, fill=fill, stroke=stroke,
                  **{"stroke-width": thick})  # fmt: skip

    def line(self, points: Sequence[Point], stroke: str, thick: float = 1.0, dash: str = "") -> None:
        """Draw a line through points."""
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        dashed: dict[str, float | str] = {"stroke-dasharray": dash} if dash else {}
        self._add("polyline", points=path, fill="none", stroke=stroke, **{"stroke-width": thick, **dashed})

    def area(self, points: Sequence[Point], fill: str, opacity: float) -> None:
        """Fill the shape that points enclose."""
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self._add("polygon", points=path, fill=fill, **{"fill-opacity": opacity})

    def symbol(self, kind: str, x: float, y: float, size: float, fill: str, stroke: str = "none") -> None:
        """Draw one of look.SYMBOLS centred on a point, all of about the same area."""
        r = size / 2
        edge = {"stroke": stroke, "stroke-width": 1.6 if stroke != "none" else 0}
        if kind == "circle":
            self._add("circle", cx=x, cy=y, r=r, fill=fill, **edge)
        elif kind == "square":
            self._add("rect", x=x - 0.88 * r, y=y - 0.88 * r, width=1.76 * r, height=1.76 * r, fill=fill, **edge)
        else:
            shapes = {
                "triangle": ((0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)),
                "diamond": ((0.0, -1.3), (1.2, 0.0), (0.0, 1.3), (-1.2, 0.0)),
            }
            path = " ".join(f"{_n(x + a * r)},{_n(y + b * r)}" for a, b in shapes[kind])
            self._add("polygon", points=path, fill=fill, **edge)

    def text(
        self, x: float, y: float, words: str, size: float = 13, fill: str = look.INK, anchor: Anchor = "start",
        bold: bool = False, halo: bool = False,
    ) -> None:  # fmt: skip
        """Write one line, `y` at its middle; a halo keeps it readable over lines."""
        if halo:
            self.rect(x - (0 if anchor == "start" else advance(words) * size / 2) - 1, y - size * 0.55,
                      advance(words) * size * 0.98, size * 1.1, look.PAPER)  # fmt: skip
        weight = {"font-weight": "700"} if bold else {}
        attributes = _attributes(
            x=x, y=y + 0.36 * size, fill=fill, **{"font-size": size, "text-anchor": anchor, **weight}
        )
        self._parts.append(f"<text{attributes}>{escape(clean(words))}</text>")

    def lines(
        self, x: float, y: float, words: Sequence[str], size: float = 13, fill: str = look.INK, anchor: Anchor = "start",
        bold: bool = False,
    ) -> None:  # fmt: skip
        """Write lines one under the other, `y` at the middle of them all."""
        top = y - (len(words) - 1) * size * LINE / 2
        for i, line in enumerate(words):
            self.text(x, top + i * size * LINE, line, size, fill, anchor, bold)

    def svg(self, width: float, height: float, title: str) -> str:
        """Return the picture as SVG that stands alone."""
        fonts = quoteattr(", ".join(f"'{f}'" if " " in f else f for f in look.FONTS))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" height="{_n(height)}" '
            f'viewBox="0 0 {_n(width)} {_n(height)}" font-family={fonts} role="img">'
            f"<title>{escape(clean(title))}</title>{_HATCHING}"
            f'<rect width="{_n(width)}" height="{_n(height)}" fill="{look.PAPER}"/>' + "".join(self._parts) + "</svg>"
        )

    def _add(self, element: str, **attributes: float | str) -> None:
        self._parts.append(f"<{element}{_attributes(**attributes)}/>")


def advance(words: str) -> float:
    """Return the rough width of a text in em: a Chinese character counts one, a Latin letter a little over a half."""
    return sum(1.0 if c > "\u2e80" else 0.3 if c in " .,:;'|!()[]il" else 0.58 for c in words)


def wrapped(words: str, room: float, most: int = 2) -> list[str]:
    """Break a text into at most `most` lines of `room` em, at blanks where it has them; the last may end with "…"."""
    lines, line = [], ""
    for piece in _pieces(words):
        if line and advance(line + piece.rstrip()) > room:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    lines.append(line.rstrip())
    if len(lines) > most:
        kept = lines[: most - 1]
        rest = words
        for one in kept:
            rest = rest[rest.index(one) + len(one) :]
        lines = [*kept, rest.strip()]
    return [cut(one, room) for one in lines]


def cut(words: str, room: float) -> str:
    """Shorten a text to `room` em, ending with "…" where something is lost."""
    if advance(words) <= room:
        return words
    while words and advance(words) > room - 1:
        words = words[:-1]
    return words.rstrip() + "…"


def clean(words: str) -> str:
    """Return a text without the characters that XML forbids."""
    return _FORBIDDEN.sub("", words)


def spread(wanted: Iterable[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions apart until neighbours keep `gap`, as little as a pass down and a pass up allow."""
    given = list(wanted)
    order = sorted(range(len(given)), key=given.__getitem__)
    at = dict.fromkeys(order, 0.0)
    last = low - gap
    for i in order:
        at[i] = last = max(given[i], last + gap)
    limit = high + gap
    for i in reversed(order):
        at[i] = limit = min(at[i], limit - gap)
    return [at[i] for i in range(len(given))]


def _pieces(words: str) -> list[str]:
    """Where a line may break: after each blank, hyphen and Chinese character."""
    found = [""]
    for c in words:
        if not found[-1] and len(found) > 1 and c in CLOSING:
            found[-2] += c
            continue
        found[-1] += c
        if c in " -/" or (c > "\u2e80" and c not in OPENING):
            found.append("")
    return [f for f in found if f]


def _attributes(**given: float | str) -> str:
    return "".join(f" {k}={quoteattr(v if isinstance(v, str) else _n(v))}" for k, v in given.items())


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
