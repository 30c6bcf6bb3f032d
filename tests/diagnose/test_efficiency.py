"""DEA and slacks-based measures: Tone's tables, programmes written out, frontier reduction, infeasible units."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from yugong import registry
from yugong.base.errors import AlignmentError, InputError
from yugong.diagnose.efficiency import dea, sbm, scale_efficiency, super_sbm
from yugong.diagnose.efficiency.programme import MISSING, OPTIMAL

PRINTED = 1e-7  # the case file's solvers stop near 1e-9
SOLVER = 1e-7  # two simplex codes on the same programme
SAME = 1e-9  # rounding of equal scores


@pytest.fixture(scope="module")
def cases(shared: Path) -> dict[str, Any]:
    text = (shared / "reference" / "measure" / "cases.json").read_text(encoding="utf-8")
    return {c["id"]: c["expected"] for c in json.loads(text)}


def test_tone_2001(cases: dict[str, Any]) -> None:
    data = pd.DataFrame(cases["tone2001"]["data"]).set_index("DMU")
    x, y = data.filter(like="Input"), data.filter(like="Output")
    np.testing.assert_allclose(sbm(x, y.iloc[::-1]).score, cases["tone2001"]["rho"], rtol=PRINTED)
    for orientation in ("input", "output"):
        np.testing.assert_allclose(dea(x, y, orientation=orientation).score, cases["tone2001"]["ccr"], rtol=PRINTED)
    assert dea(x, y).table()["rank"].tolist() == [4, 5, 1, 1, 1]


def test_tone_2002(cases: dict[str, Any]) -> None:
    data = pd.DataFrame(cases["tone2002"]["data"]).set_index("DMU")
    x, y = data.filter(like="X"), data.filter(like="Y")
    want = cases["tone2002"]
    np.testing.assert_allclose(super_sbm(x, y).score, want["supersbm_no_crs"], rtol=PRINTED)
    np.testing.assert_allclose(super_sbm(x, y, orientation="input").score, want["supersbm_io_crs"], rtol=PRINTED)
    np.testing.assert_allclose(dea(x, y, super_efficiency=True).score, want["ap_super_io_crs"], rtol=PRINTED)


def sample(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 10, (n, 3))
    y = np.exp(0.3 * np.log(x).sum(axis=1, keepdims=True) + rng.normal(-0.3, 0.3, (n, 2)))
    return x, y, np.exp(0.5 * np.log(x[:, :1]) + rng.normal(0, 0.3, (n, 1)))


def written_out(i: int, x: Any, y: Any, b: Any, variable: bool, above: bool) -> float:
    """Tone's ratio programme in Charnes–Cooper form, built afresh: t, slacks, intensities."""
    n, m, s, k = len(x), x.shape[1], y.shape[1], b.shape[1]
    sign = 1.0 if above else -1.0
    out = np.r_[y[i], b[i]]
    cost = np.r_[1, sign / (m * x[i]), np.zeros(s + k), np.zeros(n)]
    norm = np.r_[1, np.zeros(m), -sign / ((s + k) * out), np.zeros(n)]
    direction = np.r_[np.ones(m), -np.ones(s), np.ones(k)]
    reference = np.hstack([x, y, b]).T * direction[:, None]
    body = np.column_stack([-np.r_[x[i], out] * direction, -sign * np.eye(m + s + k), reference])
    equal, right = [norm], [1.0]
    if variable:
        equal.append(np.r_[-1, np.zeros(m + s + k), np.ones(n)])
        right.append(0.0)
    bounds = [(0, None)] * (1 + m + s + k) + [(0, 0 if above and j == i else None) for j in range(n)]
    zero = np.zeros(m + s + k)
    if above:
        found = linprog(cost, body, zero, np.array(equal), right, bounds)
    else:
        found = linprog(cost, None, None, np.vstack([body, *equal]), np.r_[zero, right], bounds)
    return float(found.fun) if found.status == 0 else np.nan


@pytest.mark.parametrize("returns", ["constant", "variable"])
@pytest.mark.parametrize("undesirable", [False, True])
def test_slack_measures_equal_the_programmes_written_out(returns: str, undesirable: bool) -> None:
    x, y, b = sample(60)
    given = b if undesirable else None
    b = b if undesirable else np.empty((60, 0))
    plain, best = sbm(x, y, given, returns=returns), super_sbm(x, y, given, returns=returns)
    for i in range(60):
        assert plain.score[i] == pytest.approx(written_out(i, x, y, b, returns == "variable", False), rel=SOLVER)
        if plain.score[i] > 1 - 1e-7:
            over = written_out(i, x, y, b, returns == "variable", True)
            assert best.score[i] == pytest.approx(over, rel=SOLVER, nan_ok=True)
            assert (best.status[i] is OPTIMAL) == np.isfinite(over)
        else:
            assert best.score[i] == plain.score[i]


def test_frontier_reduction_changes_nothing() -> None:
    x, y, b = sample(150, 3)
    for returns in ("constant", "variable"):
        one, other = (sbm(x, y, b, returns=returns, reduce=r).score for r in (True, False))
        np.testing.assert_allclose(one, other, rtol=1e-8)
        one, other = (dea(x, y, returns=returns, super_efficiency=True, reduce=r).score for r in (True, False))
        np.testing.assert_allclose(one, other, rtol=1e-8)


def test_units_of_measurement_and_order_do_not_matter() -> None:
    x, y, b = sample(40, 1)
    order = np.random.default_rng(0).permutation(40)
    for measure in (sbm, super_sbm):
        base = measure(x, y, b).score
        np.testing.assert_allclose(measure(x * [1, 1000, 0.01], y * [10, 1], b * 7).score, base, rtol=1e-7)
        np.testing.assert_allclose(measure(x[order], y[order], b[order]).score, base[order], rtol=1e-7)
    constant, variable = (dea(x, y, returns=r).score for r in ("constant", "variable"))
    assert (constant <= variable + 1e-9).all()
    assert (sbm(x, y).score <= constant + 1e-9).all()


def test_targets_are_efficient_and_peers_make_them() -> None:
    x, y, b = sample(30, 2)
    result = sbm(x, y, b)
    whole = np.hstack([x, y, b])
    np.testing.assert_allclose(result.peers @ whole, result.targets, rtol=1e-6)
    worst = int(np.argmin(result.score))
    moved = [
        np.vstack([p, t])
        for p, t in zip((x, y, b), np.split(result.targets[worst : worst + 1], [3, 5], axis=1), strict=True)
    ]
    assert sbm(*moved).score[-1] == pytest.approx(1, abs=1e-6)
    assert set(result.slack_table().columns) == {"place", "variable", "observed", "slack", "target"}
    assert (result.peer_table()["intensity"] > 0).all()


def test_infeasible_and_incomplete_units_stay_and_say_why() -> None:
    x = pd.DataFrame({"k": [1.0, 5, 4, np.nan]}, index=["Tibet", "b", "c", "d"])
    y = pd.DataFrame({"g": [1.0, 9, 5, 2]}, index=x.index)
    result = dea(x, y, returns="variable", super_efficiency=True)
    assert np.isnan(result.score[[1, 3]]).all()
    assert result.status[1] is not OPTIMAL
    assert result.status[3] is MISSING
    assert result.table()["place"].tolist() == ["Tibet", "b", "c", "d"]
    with pytest.raises(InputError, match="Tibet"):
        sbm(x.assign(k=[0.0, 5, 4, 2]), y)
    with pytest.raises(AlignmentError):
        sbm(x, y.rename(index={"b": "z"}))


def test_scale_efficiency_of_one_input_one_output() -> None:
    # productivities 0.5, 1, 0.8: the second is the most productive scale, the first too small, the third too large
    result = scale_efficiency([2.0, 4.0, 10.0, 12.0], [1.0, 4.0, 8.0, 8.0])
    np.testing.assert_allclose(result.overall, [0.5, 1.0, 0.8, 2 / 3])
    np.testing.assert_allclose(result.pure, [1.0, 1.0, 1.0, 10 / 12])
    np.testing.assert_allclose(result.scale, [0.5, 1.0, 0.8, 0.8])
    assert [r.en.split()[0] for r in result.returns] == ["increasing", "constant", "decreasing", "decreasing"]


def test_nonincreasing_returns_lie_between() -> None:
    x, y, b = sample(40, seed=8)
    for measure in (lambda r: dea(x, y, r).score, lambda r: sbm(x, y, b, r).score):
        constant, middle, variable = (measure(r) for r in ("constant", "nonincreasing", "variable"))
        assert (constant <= middle + SAME).all()
        assert (middle <= variable + SAME).all()
    result = scale_efficiency(x, y)
    assert len({r.en for r in result.returns}) == 3


def test_columns_have_words_and_cards_cite() -> None:
    x, y, b = sample(8)
    result = super_sbm(x, y, b)
    columns = {
        *result.table(),
        *result.slack_table(),
        *result.peer_table(),
        *scale_efficiency(x, y).table(),
    }
    assert columns <= set(registry.terms())
    assert {c.key for c in result.method.citations} == {"tone2001", "tone2002", "tone2003", "cheng2014"}
