"""The card: every light by its published rule, and the wording that the worst light caps."""

import numpy as np
import pytest

from yugong.base.errors import InputError
from yugong.evaluate.credibility import lights
from yugong.evaluate.credibility.card import CredibilityCard, Item, method
from yugong.evaluate.credibility.control_study import control_event_study
from yugong.evaluate.credibility.rules import found_by, opening, rules
from yugong.evaluate.question import ask


def panel(treated: int, places: int = 31, years: int = 20, start: int = 12, effect: float = 0.0, seed: int = 0):
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(places, 1)) + rng.normal(size=years) + rng.normal(size=(places, years))
    dose = np.zeros((places, years))
    dose[:treated, start:] = 1
    return ask(y + effect * dose, dose, years=range(2000, 2000 + years))


@pytest.mark.parametrize(
    ("made", "light"),
    [
        (lights.comparison(10, False, "none"), "green"),
        (lights.comparison(1, True, "green"), "green"),
        (lights.comparison(3, False, "none"), "amber"),
        (lights.comparison(1, True, "amber"), "amber"),
        (lights.comparison(2, False, "none"), "red"),
        (lights.pre_trend(0.2, 1.0, 0.8), "green"),
        (lights.pre_trend(0.25, 1.0, 0.9), "amber"),
        (lights.pre_trend(0.1, -1.0, 0.5), "amber"),
        (lights.pre_trend(0.1, -1.0, np.nan), "amber"),
        (lights.pre_trend(0.3, 1.0, 0.5), "red"),
        (lights.honest(1.5), "green"),
        (lights.honest(0.5), "amber"),
        (lights.honest(0.49), "red"),
        (lights.honest(np.inf), "green"),
        (lights.weights(0.049, True), "green"),
        (lights.weights(0.2, True), "amber"),
        (lights.weights(0.21, True), "red"),
        (lights.weights(0.9, False), "amber"),
        (lights.spillover(0.19, True), "green"),
        (lights.spillover(0.5, True), "amber"),
        (lights.spillover(None, True), "amber"),
        (lights.spillover(0.51, True), "red"),
        (lights.spillover(0.0, False), "red"),
        (lights.overlap(0.5), "green"),
        (lights.overlap(0.2), "amber"),
        (lights.overlap(0.19), "red"),
        (lights.synthetic(0.4, 1.0, 0.6, 10), "green"),
        (lights.synthetic(0.4, 1.0, 0.61, 10), "amber"),
        (lights.synthetic(0.5, 1.0, 0.6, 9), "red"),
        (lights.inference(0.04, 0.02, 12), "green"),
        (lights.inference(0.20, 0.02, 12), "amber"),
        (lights.inference(0.04, 0.02, 4), "amber"),
        (lights.inference(None, 0.02, 4), "red"),
        (lights.inference(None, 0.02, 12), "amber"),
        (lights.data(0, 0, 0.049, False), "green"),
        (lights.data(0, 1, 0.0, False), "amber"),
        (lights.data(0, 0, 0.05, False), "amber"),
        (lights.data(0, 0, 0.0, True), "amber"),
        (lights.data(1, 1, 0.0, False), "red"),
        (lights.placebo([0.2, 0.9]), "green"),
        (lights.placebo([0.05, 0.9]), "amber"),
        (lights.placebo([0.05, 0.05, 0.9]), "red"),
        (lights.placebo([]), "amber"),
    ],
)
def test_each_light_follows_its_published_rule(made: str, light: str) -> None:
    assert made == light


def test_the_limits_are_those_of_the_published_table() -> None:
    limits = {k: dict(r.limits) for k, r in rules().items()}
    assert limits == {
        "comparison": {"enough": 10, "few": 3},
        "pre_trend": {"share": 0.25, "power": 0.8},
        "honest": {"sound": 1.5, "weak": 0.5},
        "weights": {"small": 0.05, "large": 0.2},
        "spillover": {"small": 0.2, "large": 0.5},
        "overlap": {"most": 0.5, "some": 0.2},
        "synthetic": {"gap": 0.5, "donor": 0.6, "years": 10},
        "inference": {"level": 0.1, "few": 5},
        "data": {"missing": 0.05},
        "placebo": {"level": 0.1},
    }
    for rule in rules().values():
        assert all(text.zh and text.en for text in rule.lights.values())


def test_the_worst_light_caps_the_wording_whatever_p_says() -> None:
    value = method({}).title
    for worst in ("green", "amber", "red"):
        card = CredibilityCard((Item("data", "green", value), Item("honest", worst, value)), 3, method({}))
        assert card.worst == worst
        assert card.opening(0.001) == opening(worst, 0.001)
    assert "不足以归因" in opening("red", 0.0001).zh
    assert "evidence" in opening("green", 0.01).en
    assert opening("amber", 0.01) != opening("green", 0.01)
    assert [found_by(p) for p in (0.05, 0.1, 0.11, np.nan)] == ["yes", "hint", "no", "no"]


def test_event_study_from_controls_is_its_definition() -> None:
    q = panel(treated=2, effect=3.0, seed=4)
    b, v, before = control_event_study(q, first=3, last=2)
    assert before == 3
    reference = 11
    for k, step in enumerate((-3, -2, -1, 1, 2, 3)):
        own = (q.y[:2, reference + step] - q.y[:2, reference]).mean()
        rest = (q.y[2:, reference + step] - q.y[2:, reference]).mean()
        assert b[k] == pytest.approx(own - rest, abs=1e-12)
    gaps = q.y[2:][:, [8, 9, 10, 12, 13, 14]] - q.y[2:, [11]]
    assert v == pytest.approx(np.cov(gaps, rowvar=False) * (1 / 2 + 1 / 29), abs=1e-12)


def test_event_study_from_controls_keeps_fewer_years_with_few_controls_and_refuses_none() -> None:
    b, v, before = control_event_study(panel(treated=1, places=8))
    assert len(b) <= 5
    assert before >= 1
    assert np.linalg.eigvalsh(v).min() > 0
    with pytest.raises(InputError):
        control_event_study(panel(treated=1, places=4))


def test_its_covariance_is_right_over_draws() -> None:
    # 400 draws: the mean covariance against the spread of the estimates, within 15 % (Monte-Carlo error about 7 %)
    made = [control_event_study(panel(2, seed=s), first=2, last=1)[:2] for s in range(400)]
    spread = np.cov(np.array([b for b, _ in made]), rowvar=False)
    mean = np.mean([v for _, v in made], axis=0)
    assert np.diag(mean) == pytest.approx(np.diag(spread), rel=0.15)
