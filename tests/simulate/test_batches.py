"""Batches agree with one-by-one solves, do not depend on chunks, and are reproducible from a seed."""

import numpy as np
import pytest
from economies import family

from yugong.base.errors import InputError
from yugong.simulate import Levers, batch, monte_carlo, solve

SAME = 1e-9  # both solved to 1e-11; the vectorised arithmetic differs in the last bits
SPREAD = {"trade_elasticity": 0.1, "migration_elasticity": 0.2}


def test_batch_equals_one_by_one() -> None:
    e = family("migration")
    rng = np.random.default_rng(0)
    boosts = np.exp(0.1 * rng.standard_normal((7, 4, 3)))
    together = batch(e, vary={"productivity": boosts}, tolerance=1e-11, memory=1)  # one a chunk
    chunks = batch(e, vary={"productivity": boosts}, tolerance=1e-11)
    assert together.converged.all()
    for b in range(7):
        alone = solve(e, Levers(productivity=boosts[b]), tolerance=1e-11)
        np.testing.assert_allclose(together.values["real_income"][b], alone["real_income"], rtol=SAME)
        np.testing.assert_allclose(chunks.values["population"][b], alone["population"], rtol=SAME)


def test_monte_carlo_is_reproducible_and_extends() -> None:
    e = family("migration")
    levers = Levers(productivity=np.linspace(0.9, 1.2, 12).reshape(4, 3))
    few = monte_carlo(e, levers, spread=SPREAD, draws=5, seed=3)
    many = monte_carlo(e, levers, spread=SPREAD, draws=9, seed=3)
    np.testing.assert_allclose(few.values["national_welfare"], many.values["national_welfare"][:5], rtol=SAME)
    low, middle, high = many.band("real_income")
    assert (low <= middle).all()
    assert (middle <= high).all()
    assert (low < high).any()
    assert list(many.table()["place"]) == list(e.regions)


def test_one_draw_is_the_economy_with_those_elasticities() -> None:
    from dataclasses import replace

    e = family("migration")
    levers = Levers(productivity=np.linspace(0.9, 1.2, 12).reshape(4, 3))
    many = monte_carlo(e, levers, spread=SPREAD, draws=3, seed=1, tolerance=1e-11)
    changed = replace(
        e,
        trade_elasticity=many.draws["trade_elasticity"][2],
        migration_elasticity=float(many.draws["migration_elasticity"][2]),
    )
    alone = solve(changed, levers, tolerance=1e-11)
    np.testing.assert_allclose(many.values["real_income"][2], alone["real_income"], rtol=SAME)


def test_null_batch_is_exact() -> None:
    found = batch(family("everything"), vary={"productivity": np.ones((3, 4, 3))})
    assert (found.sweeps == 0).all()
    np.testing.assert_allclose(found.values["real_income"], 1.0, atol=1e-14)


def test_lengths_must_agree() -> None:
    with pytest.raises(InputError):
        batch(family("inputs"), vary={"productivity": np.ones((3, 4, 3)), "amenity": np.ones((2, 4, 1))})
    with pytest.raises(InputError):
        monte_carlo(family("inputs"), spread={"colour": 0.1})
