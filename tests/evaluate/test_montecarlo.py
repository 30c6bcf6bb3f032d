"""The Monte Carlo harness, and the sizes it must find: nominal for randomisation, far from it for clustered t."""

import json
from pathlib import Path

import numpy as np
import pytest

from yugong.evaluate.montecarlo import METHODS, SCENARIOS, Scenario, draw, monte_carlo
from yugong.registry import terms

BY_ID = {s.id: s for s in SCENARIOS}
DRAWS = 250
SLOW_DRAWS = 120
SE = 3.0  # Monte Carlo standard errors allowed


def within(share: float, want: float, draws: int = DRAWS) -> bool:
    return abs(share - want) <= SE * np.sqrt(want * (1 - want) / draws)


@pytest.mark.slow
@pytest.mark.parametrize(("treated", "possible"), [(1, 31), (2, 200), (3, 200)])
def test_randomisation_keeps_its_size_with_few_treated(treated: int, possible: int) -> None:
    row = monte_carlo(BY_ID[f"few_{treated}"], ["imputation_unit"], DRAWS).rows[0]
    assert within(row["size"], np.floor(0.05 * possible) / possible)  # one of 31 is 3.2 %: ranks come in steps
    assert 0.02 <= row["size"] <= 0.08
    assert within(row["coverage"], 0.95) or row["coverage"] > 0.95
    assert abs(row["bias"]) < SE * row["rmse"] / np.sqrt(DRAWS)


@pytest.mark.slow
@pytest.mark.parametrize("treated", [1, 3, 10])
def test_clustered_t_rejects_too_often_with_few_treated(shared: Path, treated: int) -> None:
    want = json.loads((shared / "reference/evaluate/few_treated_size.json").read_text())["expected"]["reject_5pct"]
    row = monte_carlo(BY_ID[f"few_{treated}"], ["twfe_clustered"], SLOW_DRAWS).rows[0]
    # the reference has its own spread of error sizes and 1 500 draws: both are simulations
    assert row["size"] == pytest.approx(want[str(treated)]["CRV1"], abs=0.02 + SE * row["size_error"])


@pytest.mark.slow
def test_spillover_is_kept_out_by_leaving_out_neighbours() -> None:
    rows = {
        r["method"]: r for r in monte_carlo(BY_ID["spillover_300"], ["imputation_unit", "imputation_clean"], 40).rows
    }
    assert rows["imputation_unit"]["bias"] > 0.1
    assert abs(rows["imputation_clean"]["bias"]) < 0.06


@pytest.mark.slow
def test_blocks_keep_size_where_errors_are_spatial() -> None:
    rows = {r["method"]: r for r in monte_carlo(BY_ID["spatial_31"], ["imputation_unit", "imputation_block"], 120).rows}
    assert rows["imputation_unit"]["size"] > 0.1
    assert rows["imputation_block"]["size"] < 0.1
    assert rows["imputation_block"]["coverage"] > rows["imputation_unit"]["coverage"]


def test_a_world_is_what_the_scenario_says() -> None:
    scenario = Scenario(
        "x", BY_ID["few_1"].title, units=400, periods=40, treated=60, spill=-0.5, serial=0.6, spatial=0.5
    )
    world = draw(scenario, np.random.default_rng(1))
    assert (world.starts < 40).sum() == 60
    assert world.truth == pytest.approx(1.0)
    quiet = draw(
        Scenario("q", scenario.title, units=900, periods=60, treated=1, serial=0.6, spatial=0.5, effect=0.0),
        np.random.default_rng(2),
    )
    e = quiet.y - quiet.y.mean(axis=0) - quiet.y.mean(axis=1, keepdims=True) + quiet.y.mean()
    lagged = np.corrcoef(e[:, 1:].ravel(), e[:, :-1].ravel())[0, 1]
    assert lagged == pytest.approx(0.6, abs=0.06)
    near = np.argwhere(np.triu(quiet.neighbours))
    assert np.corrcoef(e[near[:, 0]].ravel(), e[near[:, 1]].ravel())[0, 1] > 0.2


def test_results_do_not_depend_on_company() -> None:
    alone = monte_carlo(BY_ID["few_2"], ["imputation_unit"], 5).rows[0]
    beside = monte_carlo(BY_ID["few_2"], ["twfe_clustered", "imputation_unit"], 5)
    assert beside.rows[1] == alone
    assert set(beside.table().columns) <= set(terms())


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_answers(method: str) -> None:
    scenario = BY_ID["few_1"] if method.startswith("synthetic") else BY_ID["few_3"]
    row = monte_carlo(scenario, [method], 2).rows[0]
    assert np.isfinite(row["bias"])
