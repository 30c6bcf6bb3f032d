"""Formulas as a small tree that DOCX and PDF both draw: read from the MathML that the page shows."""

import xml.etree.ElementTree as ET
from functools import cache
from typing import Any

from yugong.report.formula import mathml

Node = list[Any]  # [kind, …]: the kinds are those of `_node`
BIG = frozenset("∑∏∐⋃⋂") | {"max", "min", "lim", "sup", "inf", "argmax", "argmin"}
ACCENTS = {"¯": "bar", "―": "bar", "‾": "bar", "^": "hat", "~": "tilde", "˜": "tilde", "˙": "dot", "→": "arrow"}
_BRACES = {"⏟": "under", "⏞": "over"}
_CLOSING = {")": "(", "]": "[", "}": "{", "|": "|"}
_THIN = 0.167  # em


@cache
def tree(latex: str) -> Node | None:
    """Return a formula as nested lists, or None where it holds something that is drawn as LaTeX instead.

    Kinds: ["row", nodes], ["i"|"n"|"o"|"t", text] (variable, number, operator, words), ["space", em],
    ["frac", a, b], ["sqrt", a], ["root", a, n], ["script", base, sub, sup, limits], ["accent", base, name],
    ["brace", base, "under"|"over", label], ["fence", open, close, node], ["table", rows].
    """
    drawn = mathml(latex)
    if drawn is None:
        return None
    try:
        return _row(ET.fromstring(drawn))  # noqa: S314  (made by us from LaTeX, without entities)
    except _UnknownElement:
        return None


class _UnknownElement(Exception):
    """A MathML element that has no place in the tree."""


def _row(element: ET.Element) -> Node:
    nodes = _paired([_node(e) for e in element])
    return nodes[0] if len(nodes) == 1 else ["row", nodes]


def _paired(nodes: list[Node]) -> list[Node]:
    """Put what stands between two brackets of a row into a fence; a script on the closing one is of the fence."""
    open_rows: list[tuple[Node, list[Node]]] = []
    here: list[Node] = []
    for node in nodes:
        mark = _operator(node)
        base = _operator(node[1]) if node[0] == "script" else mark
        while base in _CLOSING and base != "|" and open_rows and open_rows[-1][0][1] == "|":  # a bar by itself
            bar, before = open_rows.pop()
            here = [*before, bar, *here]
        if base in _CLOSING and open_rows and _CLOSING[base] == open_rows[-1][0][1]:
            start, before = open_rows.pop()
            fence: Node = ["fence", start[1], base, ["row", here]]
            here = [*before, fence if mark else ["script", fence, *node[2:]]]
        elif mark in _CLOSING.values():
            open_rows.append((node, here))
            here = []
        else:
            here.append(node)
    for start, before in reversed(open_rows):  # brackets without a partner stay as they are
        here = [*before, start, *here]
    return here


def _operator(node: Node) -> str:
    return node[1] if node[0] == "o" else ""


def _node(e: ET.Element) -> Node:
    kind = e.tag.rpartition("}")[2]
    if kind in ("mi", "mn", "mo", "mtext"):
        return [{"mi": "i", "mn": "n", "mo": "o", "mtext": "t"}[kind], e.text or ""]
    if kind == "mspace":
        return ["space", _em(e.get("width", ""))]
    if kind == "mrow" and len(e) >= 2 and _is_fence(e[0]):
        closed = _is_fence(e[-1])
        inside = _paired([_node(c) for c in (e[1:-1] if closed else e[1:])])
        return ["fence", e[0].text or "", (e[-1].text or "") if closed else "", ["row", inside]]
    if kind in ("math", "mrow", "mstyle", "mpadded", "mtd"):
        return _row(e)
    parts = [_node(c) for c in e]
    if kind == "mfrac":
        return ["frac", *parts]
    if kind == "msqrt":
        return ["sqrt", parts[0] if len(parts) == 1 else ["row", parts]]
    if kind == "mroot":
        return ["root", *parts]
    if kind == "mtable":
        return ["table", [[_row(cell) for cell in row] for row in e]]
    if kind == "mtr":
        return ["row", parts]
    if kind in ("mover", "munder") and parts[1][0] == "o" and parts[1][1] in _BRACES:
        return ["brace", parts[0], _BRACES[parts[1][1]], None]
    if kind == "mover" and parts[1][0] == "o" and parts[1][1] in ACCENTS:
        return ["accent", parts[0], ACCENTS[parts[1][1]]]
    if kind in ("munder", "mover") and parts[0][0] == "brace" and parts[0][3] is None:
        return [*parts[0][:3], parts[1]]
    sub = parts[1] if kind in ("msub", "munder", "msubsup", "munderover") else None
    sup = parts[-1] if kind in ("msup", "mover", "msubsup", "munderover") else None
    if sub is None and sup is None:
        raise _UnknownElement(kind)
    limits = kind.startswith(("mu", "mo")) or (kind.startswith("ms") and parts[0][0] == "o" and parts[0][1] in BIG)
    return ["script", parts[0], sub, sup, limits]


def _is_fence(e: ET.Element) -> bool:
    return e.get("fence") == "true" and e.get("form") in ("prefix", "postfix")


def _em(width: str) -> float:
    if width.endswith("em"):
        return float(width[:-2])
    return -_THIN if width.startswith("negative") else _THIN
