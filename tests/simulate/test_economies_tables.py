"""A user's own trade table: kept as it is, with every mistake located."""

import numpy as np
import pandas as pd
import pytest

from yugong.base.errors import AlignmentError, InputError
from yugong.simulate import solve
from yugong.simulate.economies import from_table
from yugong.simulate.scenario import Scenario, Setting, resolve

PLACES, SECTORS = ("A", "B", "C"), ("farm", "rest")


def trade() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = [(o, d, s, rng.uniform(1, 2) + 8 * (o == d)) for s in SECTORS for o in PLACES for d in PLACES]
    return pd.DataFrame(rows, columns=["origin", "destination", "sector", "value"])


def inputs() -> pd.DataFrame:
    return pd.DataFrame([(s, i, 0.2) for s in SECTORS for i in SECTORS], columns=["sector", "input", "value"])


LABOUR = pd.Series({"farm": 0.4, "rest": 0.3})
PEOPLE = {"A": 10.0, "B": 20.0, "C": 5.0}
MOVES = pd.DataFrame({"origin": ["A", "B"], "destination": ["B", "A"], "value": [1.0, 0.5]})


def test_flows_are_kept_and_rows_may_come_in_any_order() -> None:
    base = from_table(trade(), inputs(), LABOUR)
    e = base.economy
    assert e.regions == PLACES
    assert e.sectors == SECTORS
    flows = e.trade_shares * e.spending.T[:, :, None]
    for row in trade().itertuples(index=False):
        at = SECTORS.index(row.sector), PLACES.index(row.destination), PLACES.index(row.origin)
        assert flows[at] == pytest.approx(row.value, rel=1e-12)
    assert np.allclose(e.capital_share[:, 0], 0.2)
    assert np.allclose(e.capital_share[:, 1], 0.3)
    assert e.mobility == "none"
    mixed = trade().sample(frac=1, random_state=1)
    other = from_table(mixed, inputs(), LABOUR)
    first = solve(e, resolve(Scenario(settings=(Setting("productivity", 1.1, place="B"),)), base))
    again = solve(other.economy, resolve(Scenario(settings=(Setting("productivity", 1.1, place="B"),)), other))
    order = [other.economy.regions.index(p) for p in PLACES]
    assert np.allclose(first["real_income"], again["real_income"][order], atol=1e-9)
    assert base.label.zh == ""


def test_people_and_moves_switch_migration_on() -> None:
    e = from_table(
        trade(), inputs(), LABOUR, population=PEOPLE, moves=MOVES, migration_elasticity=2.0, abroad=("C",)
    ).economy
    assert e.mobility == "costly"
    people = e.workers[:, None] * e.migration_shares[:, :, 0]
    assert people[0, 1] == pytest.approx(1.0)
    assert people.sum(0) == pytest.approx([10.0, 20.0, 5.0])
    assert e.nation.tolist() == [True, True, False]
    assert np.all(solve(e).x == 0)


def test_mistakes_are_located_by_row() -> None:
    bad = trade()
    bad.loc[3, "value"] = -1.0
    bad.loc[5, "value"] = np.nan
    bad = pd.concat([bad, bad.iloc[[0]]], ignore_index=True)
    with pytest.raises(InputError) as error:
        from_table(bad, inputs(), LABOUR, file="flows.csv")
    assert {(p.row, p.file) for p in error.value.problems} == {(5, "flows.csv"), (7, "flows.csv"), (20, "flows.csv")}
    with pytest.raises(InputError):
        from_table(trade().rename(columns={"value": "amount"}), inputs(), LABOUR)
    with pytest.raises(AlignmentError):
        from_table(trade(), inputs().replace("farm", "fram"), LABOUR)
    with pytest.raises(AlignmentError):
        from_table(trade(), inputs(), LABOUR.drop("farm"))
    with pytest.raises(AlignmentError):
        from_table(trade(), inputs(), LABOUR, population={"A": 1.0})
    with pytest.raises(InputError):
        from_table(trade(), inputs(), LABOUR + 0.5)
    with pytest.raises(InputError):
        from_table(trade(), inputs(), LABOUR, population=PEOPLE, moves=MOVES.assign(value=50.0))


def test_a_sector_that_is_not_bought_is_said_to_supply_itself() -> None:
    some = trade()
    some = some[~((some["sector"] == "farm") & (some["destination"] == "C"))]
    technique = pd.DataFrame(
        [(s, i, 0.2 * (i == "rest")) for s in SECTORS for i in SECTORS], columns=["sector", "input", "value"]
    )
    base = from_table(some, technique, LABOUR)
    assert "1" in base.label.en
    assert base.economy.trade_shares[0, 2, 2] == 1.0
