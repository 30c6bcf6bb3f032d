"""Formulas in Word's own form (Office Math), from the formula tree."""

from typing import Any

from yugong.report.pages.formula import Node
from yugong.report.svg.canvas import clean

_ACCENTS = {"hat": "\u0302", "tilde": "\u0303", "dot": "\u0307", "arrow": "\u20d7"}
_SPACES = ((1.5, "\u2003\u2003"), (0.6, "\u2003"), (0.0, "\u2009"))


def equation(node: Node) -> Any:
    """Return the element of a displayed formula."""
    maths = _new("oMath")
    _into(maths, node)
    whole = _new("oMathPara")
    whole.append(maths)
    return whole


def _into(parent: Any, node: Node) -> None:
    """Append what a node draws to a parent."""
    kind = node[0]
    if kind == "row":
        for child in node[1]:
            _into(parent, child)
    elif kind in ("i", "n", "o", "t"):
        parent.append(_run(node[1], plain=kind == "t" or (kind != "n" and len(node[1]) > 1)))
    elif kind == "space":
        words = next((w for least, w in _SPACES if node[1] > least), "")
        if words:
            parent.append(_run(words, plain=True))
    elif kind == "frac":
        parent.append(_with("f", num=node[1], den=node[2]))
    elif kind in ("sqrt", "root"):
        root = _new("rad")
        if kind == "sqrt":
            properties = _new("radPr")
            properties.append(_new("degHide", val="1"))
            root.append(properties)
            root.append(_new("deg"))
        else:
            root.append(_part("deg", node[2]))
        root.append(_part("e", node[1]))
        parent.append(root)
    elif kind == "script":
        parent.append(_script(*node[1:]))
    elif kind == "accent":
        parent.append(_accent(node[1], node[2]))
    elif kind == "brace":
        parent.append(_brace(*node[1:]))
    elif kind == "fence":
        parent.append(_fence(*node[1:]))
    elif kind == "table":
        table = _new("m")
        for row in node[1]:
            line = _new("mr")
            for cell in row:
                line.append(_part("e", cell))
            table.append(line)
        parent.append(table)
    else:
        raise ValueError(kind)


def _script(base: Node, sub: Node | None, sup: Node | None, limits: bool) -> Any:
    if limits:
        inner: Any = base
        made = None
        for name, tag, node in (("limLow", "lim", sub), ("limUpp", "lim", sup)):
            if node is not None:
                whole = _new(name)
                e = _new("e")
                if made is None:
                    _into(e, inner)
                else:
                    e.append(made)
                whole.append(e)
                whole.append(_part(tag, node))
                made = whole
        return made
    if sub is not None and sup is not None:
        return _with("sSubSup", e=base, sub=sub, sup=sup)
    return _with("sSub", e=base, sub=sub) if sub is not None else _with("sSup", e=base, sup=sup)


def _accent(base: Node, name: str) -> Any:
    if name == "bar":
        whole = _new("bar")
        properties = _new("barPr")
        properties.append(_new("pos", val="top"))
    else:
        whole = _new("acc")
        properties = _new("accPr")
        properties.append(_new("chr", val=_ACCENTS[name]))
    whole.append(properties)
    whole.append(_part("e", base))
    return whole


def _brace(base: Node, side: str, label: Node | None) -> Any:
    group = _new("groupChr")
    properties = _new("groupChrPr")
    properties.append(_new("chr", val="⏟" if side == "under" else "⏞"))
    properties.append(_new("pos", val="bot" if side == "under" else "top"))
    group.append(properties)
    group.append(_part("e", base))
    if label is None:
        return group
    whole, e = _new("limLow" if side == "under" else "limUpp"), _new("e")
    e.append(group)
    whole.append(e)
    whole.append(_part("lim", label))
    return whole


def _fence(left: str, right: str, inside: Node) -> Any:
    whole, properties = _new("d"), _new("dPr")
    properties.append(_new("begChr", val=left))
    properties.append(_new("endChr", val=right))
    whole.append(properties)
    whole.append(_part("e", inside))
    return whole


def _with(name: str, **parts: Node | None) -> Any:
    whole = _new(name)
    for tag, node in parts.items():
        whole.append(_part(tag, node))
    return whole


def _part(tag: str, node: Node | None) -> Any:
    element = _new(tag)
    if node is not None:
        _into(element, node)
    return element


def _run(words: str, plain: bool) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = _new("r")
    if plain:
        properties = _new("rPr")
        properties.append(_new("sty", val="p"))
        run.append(properties)
    look = OxmlElement("w:rPr")
    fonts = OxmlElement("w:rFonts")
    fonts.set(qn("w:ascii"), "Cambria Math")
    fonts.set(qn("w:hAnsi"), "Cambria Math")
    look.append(fonts)
    run.append(look)
    text = _new("t")
    text.text = clean(words)
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(text)
    return run


def _new(name: str, val: str | None = None) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(f"m:{name}")
    if val is not None:
        element.set(qn("m:val"), val)
    return element
