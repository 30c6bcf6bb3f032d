"""Which figures of a study serve an indicator, under what title, and the sources down to tables and flows."""

import re

from yugong.base.provenance import Source
from yugong.base.text import Text
from yugong.diagnose.index.system import measured
from yugong.registry.indicators import Indicator, indicator
from yugong.report.chapters.context import Context, upper


def served(c: Context, *codes: str) -> dict[str, tuple[str, ...]]:
    """Return the variables or the table behind each indicator that has figures; all indicators unless some are named.

    Indicators with figures only after the last year shown are left out.
    """
    found = c.once("measured", lambda: measured(c.study))
    found = {k: ids for k, ids in found.items() if not codes or k in codes}
    return {k: ids for k, ids in found.items() if all(i in c.study.tables or c.has(i) for i in ids)}


def served_title(c: Context, code: str, ids: tuple[str, ...]) -> Text:
    """Return an indicator's title: that of the one variable that serves it, for its scope may differ."""
    if len(ids) == 1 and ids[0] in c.study.variables:
        title = c.title(ids[0])
        return Text(title.zh, upper(title.en))
    return indicator(code).title


def traced(c: Context, *ids: str) -> tuple[Source, ...]:
    """Return the sources of variables, flows and tables, with everything that formulas name."""
    found: dict[str, Source] = {}
    for id_ in ids:
        here = c.sources(id_) if id_ in c.study.variables else (_other(c, id_),)
        for one in here:
            formula = c.study.variables[one.id].formula if one.id in c.study.variables else ""
            for word in re.findall(r"[A-Za-z_]\w*", formula):
                if word in c.study.tables or word in c.study.flows:
                    found.setdefault(word, _other(c, word))
            found.setdefault(one.id, one)
    return tuple(found.values())


def target(one: Indicator) -> Text | None:
    """Return the range an indicator is scored towards, marked where it is a judgement; None without one."""
    if one.target is None:
        return None
    low, high = (f"{v:g}" for v in one.target)
    if one.certainty != "M":
        return Text(f"{low}—{high}", f"{low}–{high}")
    return Text(f"{low}—{high}（M，可编辑）", f"{low}–{high} (M, editable)")


def target_note(codes: tuple[str, ...]) -> tuple[Text, ...]:
    """Return a note on the judged target ranges among indicators; empty without any."""
    held = [(i, words) for i in map(indicator, codes) if (words := target(i)) is not None]
    if not held:
        return ()
    zh = "；".join(f"{i.code} {i.title.zh} {w.zh}" for i, w in held)
    en = "; ".join(f"{i.code} {i.title.en} {w.en}" for i, w in held)
    return (
        Text(
            f"目标区间（M 为判断值，改动会改变得分）：{zh}。",
            f"Target ranges (M is a judgement; changing it changes the result): {en}.",
        ),
    )


def _other(c: Context, id_: str) -> Source:
    return (c.study.flows[id_] if id_ in c.study.flows else c.study.tables[id_]).variable.source()
