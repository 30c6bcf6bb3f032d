"""A real flow panel: yearly migration between Korea's 17 first-level regions, 2019."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yugong.simulate import Dynamics, Economy, Levers, from_shares, solve, speed, transition

YEAR = 2019


@pytest.fixture(scope="module")
def korea(shared: Path) -> tuple[Economy, np.ndarray]:
    """Observed people and moves; trade modelled by distance with elasticity one, for lack of observed flows."""
    rows = pd.read_csv(shared / "data" / "kr_migration" / "korea_gravity.csv")
    rows = rows[rows["year"] == YEAR]
    names = sorted(rows["orig"].unique())
    wide = {
        c: rows.pivot_table(index="orig", columns="dest", values=c).loc[names, names].to_numpy()
        for c in ("flow", "dist_pw")
    }
    people = rows.groupby("orig")["orig_pop"].first().loc[names].to_numpy() * 1e6
    moves = wide["flow"] / people[:, None]
    np.fill_diagonal(moves, 0)
    np.fill_diagonal(moves, 1 - moves.sum(1))
    far = np.maximum(wide["dist_pw"], 20.0)
    trade = people / far
    economy = from_shares(
        tuple(names), ("all",), (trade / trade.sum(1, keepdims=True))[None], np.ones((17, 1)),
        labour_share=np.full((17, 1, 1), 0.7), capital_share=np.full((17, 1), 0.3), input_share=np.zeros((17, 1, 1)),
        trade_elasticity=np.array([4.0]), population=people[:, None],
    )  # fmt: skip
    return economy, moves


def test_moves_carry_a_boom_in_busan_over_the_country(korea: tuple[Economy, np.ndarray]) -> None:
    economy, moves = korea
    at = economy.regions.index("Busan")
    boost = np.ones((17, 1))
    boost[at] = 1.1
    path = transition(economy, Dynamics(years=40, moves=moves, spread=2.0), Levers(productivity=boost))
    assert path.status.converged
    growth = path.people[:, at, 0]
    assert (np.diff(growth) > 0).all()
    np.testing.assert_allclose((path.people * economy.population).sum((1, 2)), economy.population.sum(), rtol=1e-12)
    assert solve(economy, Levers(productivity=boost)).change("real_income")[at] > 0


def test_half_lives_are_decades(korea: tuple[Economy, np.ndarray]) -> None:
    economy, moves = korea
    found = speed(economy, Dynamics(moves=moves, accumulation=True, spread=2.0))
    assert (found.eigenvalues < 1 + 1e-9).all()
    assert (found.half_life > 3).all()
    assert (found.half_life < 200).all()
