"""Paper, type and spacing of the printed report.

Chinese follows what is public of GB/T 9704-2012: A4; 37 mm above and 28 mm left of a text of 156 mm × 225 mm; 22 lines
of 28 characters, body in size 3 fangsong, title in size 2 xiaobiaosong, headings 一、 heiti, （一） kaiti, 1． fangsong;
page numbers in size-4 song between dashes, outside. Bold third headings, sizes inside tables, captions and notes are
this package's choice. English keeps paper and margins and sets smaller type.
"""

from dataclasses import dataclass

from yugong.base.text import Lang

TOP, BOTTOM, LEFT, RIGHT, BELOW = 37.0, 35.0, 28.0, 26.0, 7.0  # mm; BELOW: from the text to the page number
ROOM = 442.2  # points: the 156 mm of a line
LINES, CHARACTERS = 22, 28
TITLE, PAGE_NUMBER, CAPTION, SMALL = 22.0, 14.0, 10.0, 9.0
TALLEST = 540.0  # points of a picture that leaves room for its caption and notes


@dataclass(frozen=True, slots=True)
class Look:
    """Sizes in points; `indent` in characters at the head of a paragraph, `gap` between paragraphs."""

    size: float
    pitch: float
    indent: int
    gap: float
    headings: tuple[float, float, float]


LOOKS: dict[Lang, Look] = {
    "zh": Look(16.0, 28.95, 2, 0.0, (16.0, 16.0, 16.0)),
    "en": Look(11.5, 17.0, 0, 5.0, (15.0, 13.0, 11.5)),
}
