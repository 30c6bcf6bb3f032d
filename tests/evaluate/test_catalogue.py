"""Every verb has its words and its explanation; no word names what is not there."""

import inspect

from yugong.evaluate.catalogue import CATALOGUE
from yugong.registry.terms import explanations, options


def test_every_verb_is_explained_and_every_option_has_words() -> None:
    verbs = CATALOGUE.verbs()
    assert {v for room, v in explanations() if room == "evaluate"} == {v.id for v in verbs}
    taken = {name for v in verbs for name in list(inspect.signature(v.function()).parameters)[1:]}
    assert taken <= set(options())
