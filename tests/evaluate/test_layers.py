"""Spillovers, overlap, doses and what remains: simulations whose truth is known, and cells that are not there."""

import numpy as np
import pytest
from panels import ring_question, synergy_question

from yugong.base.errors import InputError
from yugong.evaluate.fixed_effects import impute
from yugong.evaluate.layers import after_end, dose_response, exposure_effects, overlap
from yugong.evaluate.question import ask

RINGS = 20  # draws, as in the reference; the mean of an estimate with spread 0.06 has error 0.013
MEAN = 0.03  # the reference's tolerance of the mean
SYNERGY = 40  # draws of spread 0.05: error 0.008


def test_rings_recover_own_and_spillover_effects_where_naive_does_not() -> None:
    rng = np.random.default_rng(20)
    found = [exposure_effects(ring_question(rng)) for _ in range(RINGS)]
    assert found[0].layers == ("own", "0-100", "100-200")
    mean = np.mean([f.estimates for f in found], axis=0)
    np.testing.assert_allclose(mean, [1.0, -0.5, -0.2], atol=MEAN)
    naive = np.mean([f.comparison["own"] for f in found])
    assert naive == pytest.approx(1.22, abs=2 * MEAN)  # the reference's other draws: 1.2196
    spread = np.std([f.estimates for f in found], axis=0, ddof=1)
    ratio = np.mean([f.se for f in found], axis=0) / spread
    assert ((ratio > 0.6) & (ratio < 1.7)).all()  # a spread of 20 draws is known to ± 32 %


def test_synergy_is_recovered_where_interaction_terms_are_not() -> None:
    rng = np.random.default_rng(21)
    drawn = [synergy_question(rng) for _ in range(SYNERGY)]
    found = [overlap(q) for q, _ in drawn]
    assert found[0].layers == ("A", "B", "A+B", "synergy:B")
    bias = np.mean([f.estimates[0] - truth for f, (_, truth) in zip(found, drawn, strict=True)])
    assert bias == pytest.approx(0, abs=0.02)
    mean = np.mean([f.estimates for f in found], axis=0)
    assert mean[1] == pytest.approx(0.5, abs=0.02)
    assert mean[3] == pytest.approx(0.4, abs=0.05)
    assert np.mean([f.comparison["synergy:B"] for f in found]) == pytest.approx(0.63, abs=0.05)
    assert np.mean([f.comparison["A"] for f in found]) == pytest.approx(1.355, abs=0.05)
    covered = np.mean([abs(f.estimates[3] - 0.4) < 1.96 * f.se[3] for f in found])
    assert covered >= 0.85  # 40 intervals of 95 %: fewer than 34 has odds of 1 in 100


def test_no_policy_no_synergy_without_noise() -> None:
    q, _ = synergy_question(np.random.default_rng(22))
    a, b = q.dose, q.competing["B"]
    additive = np.arange(400.0)[:, None] + np.arange(20.0) ** 2 + 2 * a + 3 * b
    found = overlap(ask(additive, a, policy="A", competing={"B": b}))
    np.testing.assert_allclose(found.estimates, [2, 3, 5, 0], atol=1e-9)


def test_synergy_by_hand() -> None:
    """Matched event time: each joint cell less the mean of A alone and of B alone at its two event times."""
    q, _ = synergy_question(np.random.default_rng(23))
    found = overlap(q)
    tau = impute(q.y, q.clean).effects
    a, b = q.treated, q.competing["B"] != 0
    ea = q.event_time
    eb = np.where(b.any(axis=1, keepdims=True), np.arange(20) - b.argmax(axis=1)[:, None], np.nan)
    parts = []
    for i, t in np.argwhere(a & b):
        alone_a, alone_b = tau[a & ~b & (ea == ea[i, t])], tau[b & ~a & (eb == eb[i, t])]
        if len(alone_a) and len(alone_b):
            parts.append(tau[i, t] - alone_a.mean() - alone_b.mean())
    assert found.estimates[3] == pytest.approx(np.mean(parts), abs=1e-9)
    assert found.cells[3] <= len(parts)


def test_an_empty_cell_is_not_identified_and_gives_no_number() -> None:
    q, _ = synergy_question(np.random.default_rng(24))
    inside = q.treated.any(axis=1)
    everywhere = q.competing["B"] * inside[:, None]  # B never without A, apart from years before A
    both = np.where(inside[:, None], q.dose, 0.0) * everywhere
    found = overlap(ask(q.y, q.dose, policy="A", competing={"B": both}))
    at = found.layers.index("synergy:B")
    assert np.isnan(found.estimates[at])
    assert np.isnan(found.se[at])
    assert found.cells[found.layers.index("B")] == 0
    assert any("不可识别" in n.zh for n in found.notes)
    assert np.isfinite(found.estimates[found.layers.index("A")])


def test_questions_without_layers_are_refused() -> None:
    q, _ = synergy_question(np.random.default_rng(25))
    with pytest.raises(InputError, match="没有给出暴露规则"):
        exposure_effects(q)
    with pytest.raises(InputError, match="没有并存政策"):
        overlap(ask(q.y, q.dose))


def test_doses_and_what_remains_after_the_end() -> None:
    rng = np.random.default_rng(26)
    n, t = 60, 14
    dose = np.zeros((n, t))
    size = rng.choice([1.0, 2.0, 4.0], 20)
    dose[:20, 6:10] = size[:, None]  # in force for four years
    left = np.zeros_like(dose)
    left[:20, 10:] = 0.5 * size[:, None] * 0.5 ** np.arange(4)
    y = rng.normal(size=(n, 1)) + rng.normal(size=t) + 0.5 * dose + left
    q = ask(y, dose)
    found = dose_response(q)
    assert found.layers == ("dose:1", "dose:2", "dose:4", "slope")
    np.testing.assert_allclose(found.estimates, [0.5, 1, 2, 0.5], atol=1e-9)
    remains = after_end(q)
    assert remains.layers == ("own", "after:1", "after:2", "after:3", "after:4")
    np.testing.assert_allclose(remains.estimates[1:], 0.5 * size.mean() * 0.5 ** np.arange(4), atol=1e-9)
    with pytest.raises(InputError, match="没有结束"):
        after_end(q.subset(years=q.years[:9]))


def test_a_continuous_dose_is_cut_into_classes() -> None:
    rng = np.random.default_rng(27)
    dose = np.zeros((50, 8))
    dose[:30, 4:] = rng.uniform(1, 3, (30, 1))
    q = ask(rng.normal(size=(50, 1)) + 2 * dose, dose)
    found = dose_response(q, classes=3)
    assert len(found.layers) == 4
    assert sum(found.cells[:3]) == 120
    assert found.estimates[-1] == pytest.approx(2, abs=1e-9)
