"""Every light of every row of the card, reached by an evaluation as a user would run it, not by calling its rule."""

import numpy as np
import pytest

from yugong.base.text import Text
from yugong.evaluate.assessment import Evaluation, assess
from yugong.evaluate.breaks import Break
from yugong.evaluate.credibility.border_card import border_card
from yugong.evaluate.credibility.evidence import Placebo
from yugong.evaluate.credibility.rules import rules
from yugong.evaluate.question import ask

pytestmark = pytest.mark.slow
N, T, START = 31, 24, 14
WORDS = Text("口径有变", "redefined")


def asked(
    treated: int = 12, effect: float = 1.0, seed: int = 0, noise: float = 0.1, trend: float = 0.0, dose=None, **options
):
    """A panel with parallel paths, but for `trend` a year of the treated from `START` back."""
    rng = np.random.default_rng(seed)
    if dose is None:
        dose = np.zeros((N, T))
        dose[:treated, START:] = 1
    y = 5 + rng.normal(size=(N, 1)) + np.cumsum(rng.normal(size=T)) * 0.1 + noise * rng.normal(size=(N, T))
    y += effect * (dose != 0) + trend * (dose != 0).any(axis=1)[:, None] * (np.arange(T) - START)
    return ask(y, dose, years=range(2000, 2000 + T), **options)


def evaluated(q, **options) -> Evaluation:
    return assess(q, draws=99, curve=0, registered=False, **{"false_years": [], **options})


@pytest.fixture(scope="module")
def sound() -> Evaluation:
    """Twelve treated, parallel paths, a clear effect: green wherever nothing is left unexamined."""
    return evaluated(asked(12))


def near(n: int, shift: float, q):
    """Let `n` untreated places be reached by spillovers of size `shift`."""
    reached = np.zeros((N, T))
    reached[-n:, START:] = 1
    return ask(q.y + shift * reached, q.dose, years=q.years, exposures={"near": reached})


def leaving(treated: int) -> np.ndarray:
    """A policy that ends: no placebo assignment can be drawn for it."""
    dose = np.zeros((N, T))
    dose[:treated, START : START + 4] = 1
    return dose


def staggered() -> np.ndarray:
    """All treated sooner or later, the first early: two-way effects weigh many cells negatively."""
    dose = np.zeros((N, T))
    for i in range(N - 2):
        dose[i, 3 + (i % 9) * 2 :] = 1
    return dose


def rival(share: float):
    dose = np.zeros((N, T))
    dose[: round(12 * share), 8:] = 1
    return dose


def light(made: Evaluation, item: str) -> str:
    return made.card.item(item).light


def test_comparison(sound: Evaluation) -> None:
    assert light(sound, "comparison") == "green"
    assert light(evaluated(asked(6)), "comparison") == "amber"
    assert light(evaluated(asked(2, dose=leaving(2))), "comparison") == "red"


def test_pre_trend(sound: Evaluation) -> None:
    assert light(sound, "pre_trend") == "green"
    assert light(evaluated(asked(12, effect=0.5, trend=0.1)), "pre_trend") == "amber"
    assert light(evaluated(asked(6, effect=0.05, noise=1.0)), "pre_trend") == "red"


def test_honest() -> None:
    assert light(evaluated(asked(12, effect=2.0)), "honest") == "green"
    assert light(evaluated(asked(12, effect=0.3)), "honest") == "amber"
    assert light(evaluated(asked(12, effect=0.3, noise=0.3)), "honest") == "red"
    assert light(evaluated(asked(12, effect=0.0)), "honest") == "none"


def test_weights(sound: Evaluation) -> None:
    assert light(sound, "weights") == "green"
    assert light(evaluated(asked(dose=staggered())), "weights") == "amber"
    made = evaluated(asked(dose=staggered()), method="twfe")
    assert made.answer.by == "twfe"
    assert light(made, "weights") == "red"
    assert made.card.item("weights").numbers["negative"] > 0.2


def test_spillover(sound: Evaluation) -> None:
    q = sound.question
    assert light(evaluated(near(8, 0.05, q)), "spillover") == "green"
    assert light(sound, "spillover") == "amber"
    assert light(evaluated(near(8, 0.7, q)), "spillover") == "amber"
    assert light(evaluated(near(8, 2.0, q)), "spillover") == "red"


@pytest.mark.parametrize(("share", "want"), [(0.25, "green"), (0.7, "amber"), (0.9, "red")])
def test_overlap(monkeypatch: pytest.MonkeyPatch, share: float, want: str) -> None:
    import yugong.evaluate.assessment as room

    monkeypatch.setattr(room, "rivals", lambda q: {"other": rival(share)})
    made = assess(asked(12), draws=19, curve=0, false_years=[])
    assert light(made, "overlap") == want


def test_synthetic(sound: Evaluation) -> None:
    q = asked(1, effect=2.0)
    assert light(evaluated(q, method="synthetic_control"), "synthetic") == "green"
    assert light(evaluated(asked(1, effect=0.1, noise=0.3), method="synthetic_control"), "synthetic") == "amber"
    short = q.subset(years=range(2009, 2024))
    apart = ask(short.y + 30 * (short.dose.any(axis=1))[:, None], short.dose, years=short.years)
    assert light(evaluated(apart, method="synthetic_control"), "synthetic") == "red"
    assert light(sound, "synthetic") == "none"


def test_inference(sound: Evaluation) -> None:
    assert light(sound, "inference") == "green"
    assert light(evaluated(asked(2)), "inference") == "amber"
    assert light(evaluated(asked(2, dose=leaving(2))), "inference") == "red"


def test_data(sound: Evaluation) -> None:
    assert light(sound, "data") == "green"
    for adjusted, want in ((True, "amber"), (False, "red")):
        broken = asked(12, breaks=(Break("y", 2010, "definition", WORDS, adjusted),))
        assert light(evaluated(broken), "data") == want
    assert light(evaluated(asked(12), modelled=True), "data") == "amber"


def test_placebo() -> None:
    q = asked(12)
    moves, still = q.y, q.y - q.dose
    for outcomes, want in (([still], "green"), ([], "amber"), ([moves, still], "amber"), ([moves], "red")):
        made = evaluated(q, outcomes={Text(str(k), str(k)): y for k, y in enumerate(outcomes)})
        assert light(made, "placebo") == want


def test_a_border_has_its_own_card_and_level() -> None:
    fine = Placebo("a", WORDS, 0.0, 0.6)
    made = border_card((1.0, 0.2), 60, 60, (0.1, 0.2), 0.1, [fine], 0.0, {})
    assert [i.id for i in made.items] == list(rules())
    assert {i.id: i.light for i in made.items} == {
        "comparison": "green", "pre_trend": "green", "honest": "none", "weights": "none", "spillover": "green",
        "overlap": "amber", "synthetic": "none", "inference": "amber", "data": "green", "placebo": "green",
    }  # fmt: skip
    assert made.scale == 4
    assert made.worst == "amber"
    bare = border_card((1.0, 0.2), 60, 60, None, None, [], 0.0, {})
    assert (bare.scale, bare.worst) == (2, "red")
    # power against a jump of the effect's own size: P(|Z + 5| > 1.96)
    assert made.item("pre_trend").numbers["power"] == pytest.approx(0.99881, abs=1e-4)
