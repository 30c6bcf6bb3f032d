"""Formulas: LaTeX to MathML, which browsers draw themselves; LaTeX as it stands where that fails."""

import xml.etree.ElementTree as ET
from functools import cache

_SPACE = "{http://www.w3.org/1998/Math/MathML}"
_ELEMENTS = frozenset({
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup",
    "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "mmultiscripts",
    "mprescripts", "none",
})  # fmt: skip
_ATTRIBUTES = frozenset({
    "display", "displaystyle", "scriptlevel", "stretchy", "fence", "form", "accent", "accentunder", "linebreak",
    "lspace", "rspace", "width", "height", "depth", "columnalign", "rowspacing", "columnspacing", "columnlines",
    "separator", "movablelimits", "linethickness", "mathvariant", "minsize", "maxsize", "symmetric", "largeop",
})  # fmt: skip


@cache
def mathml(latex: str) -> str | None:
    """Return the formula as display MathML of known elements and attributes only, or None when it cannot be made."""
    from latex2mathml.converter import convert

    try:
        root = ET.fromstring(convert(latex, display="block"))  # noqa: S314  (made here, from LaTeX, without entities)
    except Exception:  # noqa: BLE001  (any formula the converter cannot read is shown as LaTeX)
        return None
    for element in root.iter():
        if element.tag.removeprefix(_SPACE) not in _ELEMENTS or not set(element.attrib) <= _ATTRIBUTES:
            return None
    ET.register_namespace("", _SPACE.strip("{}"))
    return ET.tostring(root, encoding="unicode")
