"""Rule packs read from TOML: rules with elements, exits, exceptions and remedies; dated, so that one replaces another."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.review import packshape as shape

Grade = Literal["clear", "likely", "ask"]
GRADES: tuple[Grade, ...] = ("clear", "likely", "ask")
BUILT_IN = ("fair_competition",)


@dataclass(frozen=True, slots=True)
class Concept:
    """One idea that a clause can express (who, by what act, on what ground, an exit) and the words that express it."""

    id: str
    role: str  # who, act, ground, exit, exception; reading: how the words are to be taken, no exit in law
    name: Text
    patterns: tuple[re.Pattern[str], ...]
    topic: bool = False  # a heading or the sentence before may supply it
    unless: tuple[re.Pattern[str], ...] = ()  # words that turn it around, such as a negation

    def find(self, text: str) -> tuple[int, int] | None:
        """Return the earliest span of the text that expresses the concept, None where it does not."""
        if any(p.search(text) for p in self.unless):
            return None
        found = [m.span() for p in self.patterns if (m := p.search(text))]
        return min(found) if found else None


@dataclass(frozen=True, slots=True)
class Cue:
    """A combination of concepts that breaks a rule: each of `all` (any of its alternatives), and none of `none`."""

    id: str
    name: Text
    all: tuple[tuple[str, ...], ...]
    none: tuple[str, ...]
    yields: tuple[str, ...]  # items that are more special: where one of them is found, this cue says nothing
    exits: tuple[str, ...] | None  # None: those of the rule
    grade: Grade
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One item of an article: what it forbids in our words, how to find it, what lifts it, how to put it right."""

    id: str  # article(item), e.g. 8(1)
    article: int
    item: int
    family: Text
    summary: Text
    remedy: Text
    exits: tuple[str, ...]
    legal_basis_exit: bool
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Conjunct:
    """One of the conditions that must all hold for an exception."""

    id: str
    article: int
    name: Text
    concept: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A dated set of rules of one instrument, with the concepts its cues are built of."""

    id: str
    title: Text
    instrument: Text
    number: str
    start: date
    end: date | None
    certainty: str
    version: str
    note: Text
    rules: tuple[Rule, ...]
    exceptions: tuple[Conjunct, ...]
    concepts: Mapping[str, Concept]

    def rule(self, id_: str) -> Rule:
        """Return the rule of an item such as 8(1); UnknownNameError lists the known ones."""
        for rule in self.rules:
            if rule.id == id_:
                return rule
        raise UnknownNameError(Text("规则", "rule"), id_, [r.id for r in self.rules])

    def in_force(self, on: date) -> bool:
        """Tell whether the instrument is in force on a date."""
        return self.start <= on and (self.end is None or on <= self.end)


@cache
def pack(name: str = "fair_competition") -> Pack:
    """Return a built-in pack by its id, or the pack in a TOML file; InputError lists all that is wrong with it."""
    path = Path(name)
    if path.suffix == ".toml":
        folder: Any = path.parent
        name = path.name
    elif name in BUILT_IN:
        folder, name = files("yugong.review.packs"), f"{name}.toml"
    else:
        raise UnknownNameError(Text("规则包", "rule pack"), name, BUILT_IN)
    data = _toml(folder, name)
    lexicon = data["pack"].get("lexicon", "lexicon.toml") if "pack" in data else "lexicon.toml"
    return make_pack(data, _toml(folder, lexicon), name)


def _toml(folder: Any, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        what = Text(f"规则包读不懂：{error}", f"the rule pack cannot be read: {error}")
        raise InputError([Problem(what, file=name)]) from error
    except OSError as error:
        what = Text("没有这个规则包文件，或读不了", "there is no such rule pack, or it cannot be read")
        raise InputError([Problem(what, Text("检查路径", "check the path"), name)]) from error


def make_pack(data: Mapping[str, Any], lexicon: Mapping[str, Any], file: str = "") -> Pack:
    """Return the pack that two TOML tables describe; every problem found is in one InputError."""
    if problems := shape.problems(data, lexicon, file):
        raise InputError(problems)
    concepts = _concepts(lexicon, problems, file)
    head = data["pack"]
    rules = tuple(_rule(r) for r in data.get("rule", ()))
    exceptions = tuple(
        Conjunct(e["id"], e["article"], Text(e["zh"], e["en"]), e["concept"]) for e in data.get("exception", ())
    )
    for where, used in _used(rules, exceptions):
        if used not in concepts:
            what = Text(f"{where} 用了不存在的概念“{used}”", f"{where} uses an unknown concept {used!r}")
            problems.append(Problem(what, file=file))
    if problems:
        raise InputError(problems)
    return Pack(
        head["id"],
        Text(head["title_zh"], head["title_en"]),
        Text(head["instrument_zh"], head["instrument_en"]),
        head["number"],
        date.fromisoformat(head["effective_from"]),
        date.fromisoformat(head["effective_to"]) if head["effective_to"] else None,
        head["certainty"],
        head["version"],
        Text(head["note_zh"], head["note_en"]),
        rules,
        exceptions,
        concepts,
    )


def _concepts(lexicon: Mapping[str, Any], problems: list[Problem], file: str) -> dict[str, Concept]:
    macros: dict[str, str] = {}
    for name, pattern in lexicon.get("macro", {}).items():
        macros[name] = _expand(pattern, macros)
    found = {}
    for id_, row in lexicon.get("concept", {}).items():
        kinds: dict[str, list[re.Pattern[str]]] = {"match": [], "unless": []}
        for kind, patterns in kinds.items():
            for pattern in row.get(kind, ()):
                try:
                    patterns.append(re.compile(_expand(pattern, macros)))
                except re.error as error:
                    what = Text(f"概念 {id_} 的词型有误：{error}", f"a pattern of concept {id_} is wrong: {error}")
                    problems.append(Problem(what, file=file))
        name = Text(row["zh"], row["en"])
        found[id_] = Concept(
            id_, row["role"], name, tuple(kinds["match"]), bool(row.get("topic")), tuple(kinds["unless"])
        )
    return found


def _expand(pattern: str, macros: Mapping[str, str]) -> str:
    for name, value in macros.items():
        pattern = pattern.replace("{" + name + "}", value)
    return pattern


def _rule(row: Mapping[str, Any]) -> Rule:
    cues = tuple(
        Cue(
            c["id"],
            Text(c["zh"], c["en"]),
            tuple(tuple(element.split("|")) for element in c["all"]),
            tuple(c.get("none", ())),
            tuple(c.get("yields", ())),
            tuple(c["exits"]) if "exits" in c else None,
            c["grade"],
            tuple(c.get("tests_zh", ())),
        )
        for c in row.get("cue", ())
    )
    return Rule(
        row["id"],
        row["article"],
        row["item"],
        Text(row["family_zh"], row["family_en"]),
        Text(row["zh"], row["en"]),
        Text(row["remedy_zh"], row["remedy_en"]),
        tuple(row.get("exits", ())),
        bool(row.get("legal_basis_exit", False)),
        cues,
    )


def _used(rules: tuple[Rule, ...], exceptions: tuple[Conjunct, ...]) -> list[tuple[str, str]]:
    used = [(e.id, e.concept) for e in exceptions]
    for rule in rules:
        used += [(rule.id, x) for x in rule.exits]
        for cue in rule.cues:
            used += [(f"{rule.id} {cue.id}", x) for element in cue.all for x in element]
            used += [(f"{rule.id} {cue.id}", x) for x in (*cue.none, *(cue.exits or ()))]
    return used
