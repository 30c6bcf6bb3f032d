"""What a rule pack has to hold: keys, their kinds, dates, grades and items referred to."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from yugong.base.errors import Problem
from yugong.base.text import Text

_WORDS = ("zh", "en")
_PACK = dict.fromkeys(
    ("id", "title_zh", "title_en", "instrument_zh", "instrument_en", "number", "effective_from", "effective_to",
     "certainty", "version", "note_zh", "note_en"), str,
)  # fmt: skip
_RULE = {
    **dict.fromkeys(("id", "family_zh", "family_en", "remedy_zh", "remedy_en", *_WORDS), str),
    **dict.fromkeys(("article", "item"), int),
}
_CUE = {**dict.fromkeys(("id", "grade", *_WORDS), str), "all": list}
_EXCEPTION = {**dict.fromkeys(("id", "concept", *_WORDS), str), "article": int}
_CONCEPT = {**dict.fromkeys(("role", *_WORDS), str), "match": list}
_KINDS = {str: Text("文字", "text"), int: Text("整数", "a whole number"), list: Text("列表", "a list")}
GRADES = ("clear", "likely", "ask")


def problems(data: Mapping[str, Any], lexicon: Mapping[str, Any], file: str) -> list[Problem]:
    """Return all that keeps two TOML tables from making a pack, each with the place where it is."""
    return [Problem(what, file=file) for what in _all(data, lexicon)]


def _all(data: Mapping[str, Any], lexicon: Mapping[str, Any]) -> Iterator[Text]:
    head = data.get("pack", {})
    yield from _lacking("[pack]", head, _PACK)
    for key in ("effective_from", "effective_to"):
        value = head.get(key)
        if isinstance(value, str) and not _is_date(value, empty=key == "effective_to"):
            yield Text(f"[pack] 的 {key}“{value}”不是日期", f"[pack] {key}: {value!r} is not a date")
    rules = data.get("rule", ())
    known = {r.get("id") for r in rules}
    for n, rule in enumerate(rules, 1):
        where = f"rule {rule.get('id', n)}"
        yield from _lacking(where, rule, _RULE)
        for m, cue in enumerate(rule.get("cue", ()), 1):
            inside = f"{where} cue {cue.get('id', m)}"
            yield from _lacking(inside, cue, _CUE)
            if isinstance(cue.get("grade"), str) and cue["grade"] not in GRADES:
                listed = ", ".join(GRADES)
                yield Text(f"{inside} 的 grade 只能是 {listed}", f"{inside}: grade must be one of {listed}")
            for id_ in cue.get("yields", ()):
                if id_ not in known:
                    yield Text(f"{inside} 让位给不存在的规则“{id_}”", f"{inside} yields to an unknown rule {id_!r}")
    for n, row in enumerate(data.get("exception", ()), 1):
        yield from _lacking(f"exception {row.get('id', n)}", row, _EXCEPTION)
    for id_, row in lexicon.get("concept", {}).items():
        yield from _lacking(f"concept {id_}", row, _CONCEPT)


def _lacking(where: str, row: Mapping[str, Any], wanted: Mapping[str, type]) -> Iterator[Text]:
    for key, kind in wanted.items():
        if key not in row:
            yield Text(f"{where} 缺 {key}", f"{where} lacks {key}")
        elif not isinstance(row[key], kind) or isinstance(row[key], bool):
            yield Text(f"{where} 的 {key} 应是{_KINDS[kind].zh}", f"{where}: {key} must be {_KINDS[kind].en}")


def _is_date(text: str, empty: bool) -> bool:
    if not text:
        return empty
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
