"""Which rules one sentence breaks: concepts found in it, cues they make up, what lifts them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from yugong.review.rulebook import GRADES, Concept, Cue, Grade, Pack, Rule

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a cue and the words that meet it; `span` is None where the lead-in of the clause meets it."""

    concept: Concept
    span: Span | None


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule that a sentence seems to break, through one cue; `exits` are the concepts that may lift it."""

    rule: Rule
    cue: Cue
    grade: Grade
    elements: tuple[Element, ...]
    exits: tuple[Element, ...]


@dataclass(slots=True)
class Reading:
    """A sentence, its lead-in and its topic, and the concepts looked up so far."""

    text: str
    lead: str
    topic: str
    concepts: Mapping[str, Concept]
    _seen: dict[tuple[str, str], Span | None] = field(default_factory=dict)

    def own(self, concept: str) -> Span | None:
        """Return where the sentence itself expresses a concept."""
        return self._find(concept, self.text)

    def led(self, concept: str) -> bool:
        """Tell whether the lead-in expresses a concept, or the topic one that a topic may supply."""
        if self.lead and self._find(concept, self.lead) is not None:
            return True
        return bool(self.topic) and self.concepts[concept].topic and self._find(concept, self.topic) is not None

    def lifted(self, concept: str) -> "Element | None":
        """Return the element that an exit makes: in the sentence itself, or in its lead-in if it may stand there."""
        span = self.own(concept)
        if span is not None or (self.concepts[concept].topic and self.led(concept)):
            return Element(self.concepts[concept], span)
        return None

    def _find(self, concept: str, where: str) -> Span | None:
        key = concept, where
        if key not in self._seen:
            self._seen[key] = self.concepts[concept].find(where)
        return self._seen[key]


def hits(pack: Pack, text: str, lead: str = "", topic: str = "") -> tuple[Hit, ...]:
    """Return what a sentence breaks, one hit a rule (its best cue); one exit makes it a question, two lift it.

    A cue stands when each of its elements is met by the sentence, by its lead-in (the opening that ends in a colon)
    or by its topic (heading, sentence before), not all by the latter two, and nothing in it rules the cue out.
    A cue yields where a more special item is found.
    """
    reading = Reading(text, lead, topic, pack.concepts)
    found: dict[str, Hit] = {}
    for rule in pack.rules:
        for cue in rule.cues:
            elements = _elements(reading, cue)
            if elements is None:
                continue
            lifting = rule.exits if cue.exits is None else cue.exits
            exits = tuple(e for x in lifting if (e := reading.lifted(x)) is not None)
            if len(exits) > 1:
                continue
            hit = Hit(rule, cue, "ask" if exits else cue.grade, elements, exits)
            if rule.id not in found or _rank(hit) < _rank(found[rule.id]):
                found[rule.id] = hit
    return tuple(h for h in found.values() if not any(_prevails(found, id_, h) for id_ in h.cue.yields))


def _prevails(found: Mapping[str, Hit], id_: str, over: Hit) -> bool:
    """Tell whether the hit on a more special item stands and does not itself yield to the one it should replace."""
    if id_ not in found or over.rule.id in found[id_].cue.yields:
        return False
    return GRADES.index(found[id_].grade) <= max(GRADES.index(over.grade), GRADES.index("likely"))


def _rank(hit: Hit) -> tuple[int, int]:
    return GRADES.index(hit.grade), -len(hit.elements)


def _elements(reading: Reading, cue: Cue) -> tuple[Element, ...] | None:
    met: list[Element] = []
    for alternatives in cue.all:
        for concept in alternatives:
            if (span := reading.own(concept)) is not None:
                met.append(Element(reading.concepts[concept], span))
                break
        else:
            led = next((c for c in alternatives if reading.led(c)), None)
            if led is None:
                return None
            met.append(Element(reading.concepts[led], None))
    if any(reading.own(c) is not None for c in cue.none):
        return None
    # what the lead-in bears out by itself is reported there
    elsewhere = any(e.span is None for e in met) and all(any(reading.led(c) for c in names) for names in cue.all)
    return None if elsewhere else tuple(met)
