"""Every verb of the room has its words: what it does, each option, each choice."""

import inspect

from yugong.design.catalogue import CATALOGUE
from yugong.registry.terms import choices, explanations, options
from yugong.workbench.forms import fields


def test_verbs_options_and_choices_have_words() -> None:
    verbs = tuple(CATALOGUE.verbs())
    assert {id_ for room, id_ in explanations() if room == "design"} == {v.id for v in verbs}
    words, chosen = options(), choices()
    for verb in verbs:
        function = verb.function()
        assert set(list(inspect.signature(function).parameters)[1:]) <= set(words), verb.id
        for field in fields(function):
            named = [c for c in field.choices if f"{field.id}.{c}" in chosen or c in chosen]
            assert named == list(field.choices), (verb.id, field.id)
