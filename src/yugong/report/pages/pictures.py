"""Pictures for paper: how wide they are printed, and as PNG for Word."""

from collections.abc import Sequence

from yugong.report.pages import typesetter
from yugong.report.pages.look import ROOM, TALLEST
from yugong.report.svg import Picture
from yugong.report.svg.frame import WIDTH

POINTS = 72.0
DOTS = 300.0  # an inch of paper


def printed_width(picture: Picture) -> float:
    """Return the width in points at which a picture is printed: the text's, less where it would be too tall."""
    return picture.width * min(ROOM / WIDTH, TALLEST / picture.height)


def to_png(pictures: Sequence[Picture]) -> list[bytes]:
    """Return each picture as a PNG of 300 dots an inch at the size it is printed, more than twice its own pixels."""
    if not pictures:
        return []
    data = [{"svg": p.svg, "width": p.width} for p in pictures]
    return typesetter.pngs("pictures.typ", data, DOTS * ROOM / WIDTH)
