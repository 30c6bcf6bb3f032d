"""Productivity change against programmes written out, closed forms and identities."""

import numpy as np
import pytest
from scipy.optimize import linprog

from yugong import registry
from yugong.base.errors import AlignmentError, InputError
from yugong.diagnose.efficiency import directional_distance, malmquist, malmquist_luenberger
from yugong.diagnose.efficiency.programme import MISSING, OPTIMAL

SOLVER = 1e-8  # two simplex codes on the same programme
EXACT = 1e-9


def panel(n: int = 14, years: int = 4, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 10, (years, n, 2))
    growth = np.exp(0.03 * np.arange(years))[:, None, None]
    y = x.prod(axis=2, keepdims=True) ** 0.5 * rng.uniform(0.4, 1, (years, n, 1)) * growth
    return x, y, y * rng.uniform(0.3, 1.5, (years, n, 1))


def theta(x0: np.ndarray, y0: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    a = np.vstack([np.column_stack([-x0, x.T]), np.column_stack([np.zeros(len(y0)), -y.T])])
    found = linprog(np.r_[1.0, np.zeros(len(x))], A_ub=a, b_ub=np.r_[np.zeros(len(x0)), -y0])
    assert found.status == 0
    return found.fun


def test_adjacent_index_equals_the_programmes_written_out() -> None:
    x, y, _ = panel()
    result = malmquist(x, y)
    for t in range(3):
        for i in range(x.shape[1]):
            e = {(s, u): theta(x[u, i], y[u, i], x[s], y[s]) for s in (t, t + 1) for u in (t, t + 1)}
            index = np.sqrt(e[t, t + 1] / e[t, t] * e[t + 1, t + 1] / e[t + 1, t])
            assert result.index[t, i] == pytest.approx(index, rel=SOLVER)
            assert result.efficiency[t, i] == pytest.approx(e[t + 1, t + 1] / e[t, t], rel=SOLVER)


def test_one_input_one_output_has_a_closed_form() -> None:
    # CRS with one input and output: M is the ratio of productivities, TC that of the best ones
    x, y, _ = panel()
    x, ratio = x[..., :1], y[..., 0] / x[..., 0]
    for orientation in ("input", "output"):
        for reference in ("adjacent", "global"):
            result = malmquist(x, y, reference=reference, orientation=orientation)
            np.testing.assert_allclose(result.index, ratio[1:] / ratio[:-1], rtol=EXACT)
            best = ratio.max(axis=1, keepdims=True)
            np.testing.assert_allclose(
                result.technology, (best[1:] / best[:-1]) * np.ones_like(result.index), rtol=EXACT
            )
    slack = malmquist(x, y, measure="sbm", orientation="none")
    np.testing.assert_allclose(slack.index, ratio[1:] / ratio[:-1], rtol=EXACT)


# example of a panel in Coelli (1996), A Guide to DEAP Version 2.1: five firms, three years, output-oriented
DEAP_X = [[2, 4, 3, 5, 6], [2, 4, 3, 5, 5], [2, 4, 3, 5, 5]]
DEAP_Y = [[1, 2, 3, 4, 5], [1, 3, 4, 3, 5], [1, 3, 4, 3, 5]]
DEAP_PRINTED = {
    "efficiency": [0.750, 1.125, 1.000, 0.562, 0.900],
    "technology": [1.333, 1.333, 1.333, 1.333, 1.333],
    "pure_efficiency": [1.000, 1.222, 1.000, 0.650, 1.000],
    "scale": [0.750, 0.920, 1.000, 0.865, 0.900],
    "index": [1.000, 1.500, 1.333, 0.750, 1.200],
}
# its geometric means: over firms in the second year, then over both changes
DEAP_MEANS = {"efficiency": (0.844, 0.918), "technology": (1.333, 1.155), "pure_efficiency": (0.955, 0.977),
              "scale": (0.883, 0.940), "index": (1.125, 1.061)}  # fmt: skip
PRINTED = 5.1e-4  # three decimals, 0.5625 printed as 0.562 among them


def test_the_printed_example_of_deap() -> None:
    x, y = (np.array(v, dtype=float)[..., None] for v in (DEAP_X, DEAP_Y))
    result = malmquist(x, y, orientation="output")
    for part, printed in DEAP_PRINTED.items():
        np.testing.assert_allclose(getattr(result, part)[0], printed, atol=PRINTED)
        np.testing.assert_allclose(getattr(result, part)[1], 1.0, atol=EXACT)
        logs = np.log(getattr(result, part))
        np.testing.assert_allclose(np.exp([logs[0].mean(), logs.mean()]), DEAP_MEANS[part], atol=PRINTED)


def test_parts_multiply_and_the_global_index_is_transitive() -> None:
    x, y, b = panel(seed=3)
    results = [
        malmquist(x, y),
        malmquist(x, y, reference="global", returns="variable"),
        malmquist(x, y, b, reference="global", measure="sbm", orientation="none"),
        malmquist_luenberger(x, y, b, reference="global"),
    ]
    for result in results:
        np.testing.assert_allclose(result.efficiency * result.technology, result.index, rtol=EXACT)
    np.testing.assert_allclose(results[0].pure_efficiency * results[0].scale, results[0].efficiency, rtol=EXACT)
    assert np.isnan(results[1].scale).all()
    for whole in results[1:]:
        assert np.isfinite(whole.index).all()
        assert all(s is OPTIMAL for row in whole.status for s in row)
    chained = results[1].index.prod(axis=0)
    scores = [theta_vrs(x[t], y[t], x, y) for t in (0, -1)]
    np.testing.assert_allclose(chained, scores[1] / scores[0], rtol=SOLVER)


def theta_vrs(x0: np.ndarray, y0: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    px, py = x.reshape(-1, x.shape[2]), y.reshape(-1, y.shape[2])
    out = []
    for u, v in zip(x0, y0, strict=True):
        a = np.vstack([np.column_stack([-u, px.T]), np.column_stack([np.zeros(len(v)), -py.T])])
        found = linprog(
            np.r_[1.0, np.zeros(len(px))],
            A_ub=a,
            b_ub=np.r_[np.zeros(len(u)), -v],
            A_eq=np.r_[0.0, np.ones(len(px))][None],
            b_eq=[1.0],
        )
        out.append(found.fun)
    return np.array(out)


def beta(x0: np.ndarray, y0: np.ndarray, b0: np.ndarray, x: np.ndarray, y: np.ndarray, b: np.ndarray) -> float:
    """Distance in direction (y, −b), written out; NaN where infeasible."""
    a = np.vstack([np.column_stack([np.zeros(len(x0)), x.T]), np.column_stack([y0, -y.T])])
    found = linprog(
        np.r_[-1.0, np.zeros(len(x))],
        A_ub=a,
        b_ub=np.r_[x0, -y0],
        A_eq=np.column_stack([b0, b.T]),
        b_eq=b0,
        bounds=[(None, None)] + [(0, None)] * len(x),
    )
    return -found.fun if found.status == 0 else np.nan


def test_luenberger_equals_the_programmes_written_out() -> None:
    x, y, b = panel(seed=1)
    result = malmquist_luenberger(x, y, b)
    checked = 0
    for t in range(3):
        for i in range(x.shape[1]):
            d = {(s, u): 1 + beta(x[u, i], y[u, i], b[u, i], x[s], y[s], b[s]) for s in (t, t + 1) for u in (t, t + 1)}
            if any(np.isnan(v) or v <= 0 for v in d.values()):
                assert np.isnan(result.index[t, i])
                assert result.status[t][i] is not OPTIMAL
                continue
            checked += 1
            index = np.sqrt(d[t, t] / d[t, t + 1] * d[t + 1, t] / d[t + 1, t + 1])
            assert result.index[t, i] == pytest.approx(index, rel=SOLVER)
    assert checked > 20
    distance = directional_distance(x[0], y[0], b[0])
    np.testing.assert_allclose(1 / (1 + distance.beta), result.scores[0], rtol=EXACT)
    assert all(s is OPTIMAL for s in distance.status)
    assert distance.table()["rank"].min() == 1


def test_nothing_changes_when_nothing_changes() -> None:
    x, y, b = (np.repeat(part[:1], 3, axis=0) for part in panel())
    for result in (malmquist(x, y), malmquist_luenberger(x, y, b), malmquist(x, y, reference="global")):
        np.testing.assert_allclose(result.index, 1.0, atol=EXACT)
        np.testing.assert_allclose(result.technology, 1.0, atol=EXACT)


def test_a_gap_marks_both_pairs_it_touches_and_nothing_else() -> None:
    x, y, _ = panel()
    x[1, 4, 0] = np.nan
    result = malmquist(x, y)
    assert np.isnan(result.index[:2, 4]).all()
    assert np.isfinite(result.index[2, 4])
    assert result.status[0][4] is MISSING
    assert np.isfinite(np.delete(result.index, 4, axis=1)).all()
    table = result.table()
    assert len(table) == 3 * 14
    assert result.means()["productivity_change"].notna().all()
    assert set(table) <= set(registry.terms())


def test_wrong_arguments_are_explained() -> None:
    x, y, b = panel()
    with pytest.raises(InputError, match="sbm"):
        malmquist(x, y, b)
    with pytest.raises(InputError, match="input"):
        malmquist(x, y, orientation="none")
    with pytest.raises(AlignmentError):
        malmquist({2000: x[0], 2001: x[1]}, {2000: y[0], 2002: y[1]})
