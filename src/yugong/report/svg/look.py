"""Colours, marks and type of the pictures: the light theme of the chart kit."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
INK, MUTED, RULE, PAPER = "#1c2730", "#5b6770", "#dfe3e3", "#ffffff"
ACCENT, MARK, HATCH, HATCH_BACK = "#14607a", "#b8431f", "#b9c0c2", "#f3f4f2"
SEQUENTIAL = ("#e4f0ef", "#b3d6d8", "#74b0bb", "#32829a", "#0e5170")
DIVERGING = ("#a6541a", "#e0b07a", "#f1efe8", "#8cbcc4", "#14607a")
CATEGORIES = ("#0072b2", "#d55e00", "#009e73", "#b5588e", "#a87b00", "#3c93c9", "#7a4b2a", "#4b6a88")
DASHES = ("", "6 3", "2 3", "9 3 2 3", "12 4", "4 2", "1 2", "14 3 3 3")
SYMBOLS = ("circle", "square", "triangle", "diamond")
FONTS = (
    "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei",
    "SimHei", "Arial", "Helvetica", "Liberation Sans", "DejaVu Sans", "sans-serif",
)  # fmt: skip


def of(kinds: Sequence[T], i: int) -> T:
    """Return the i-th of several kinds, starting again after the last."""
    return kinds[i % len(kinds)]


def ramp(colours: Sequence[str], n: int) -> list[str]:
    """Return `n` colours spread evenly over a ramp."""
    if n == 1:
        return [colours[len(colours) // 2]]
    found = []
    for i in range(n):
        at = i * (len(colours) - 1) / (n - 1)
        k = int(at)
        found.append(_mix(colours[k], colours[min(k + 1, len(colours) - 1)], at - k))
    return found


def ink_on(colour: str) -> str:
    """Return black or white, whichever reads better on a colour (WCAG relative luminance)."""
    r, g, b = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))
    )
    light = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return "#10181d" if (light + 0.05) / 0.05 > 1.05 / (light + 0.05) else "#ffffff"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mix(a: str, b: str, t: float) -> str:
    pairs = zip(_channels(a), _channels(b), strict=True)
    return "#" + "".join(f"{int(x + (y - x) * t + 0.5):02x}" for x, y in pairs)
