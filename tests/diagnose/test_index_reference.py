"""Weights, TOPSIS, coupling, obstacle and segmentation against the reference cases and closed forms."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from yugong.base.errors import InputError
from yugong.diagnose import index as ix

EXACT = 1e-9  # the tolerance the reference cases state
# 0.51 of the last printed digit of the two published indices
PRINTED = 0.0051


@pytest.fixture(scope="module")
def cases(shared: Path) -> dict[str, Any]:
    rows = json.loads((shared / "reference/measure/cases.json").read_text(encoding="utf-8"))
    return {r["id"]: r["expected"] for r in rows}


@pytest.fixture(scope="module")
def w(cases: dict[str, Any]) -> dict[str, Any]:
    return cases["weights"]


@pytest.fixture(scope="module")
def z(w: dict[str, Any]) -> np.ndarray:
    return ix.standardise(np.array(w["X"]), ["+" if t > 0 else "-" for t in w["types"]]).z


def test_standardise(w: dict[str, Any], z: np.ndarray) -> None:
    np.testing.assert_allclose(z, w["Z"], rtol=0, atol=EXACT)


@pytest.mark.parametrize(
    ("case", "options"),
    [
        ("entropy_minmax_limit0", {}),
        ("entropy_minmax_shift_0.0001", {"zero": "shift", "shift": 0.0001}),
        ("entropy_minmax_shift_0.01", {"zero": "shift", "shift": 0.01}),
        ("entropy_minmax_shift_1", {"zero": "shift", "shift": 1.0}),
        ("entropy_minmax_replace0_1e-6", {"zero": "replace", "shift": 1e-6}),
    ],
)
def test_entropy(w: dict[str, Any], z: np.ndarray, case: str, options: dict[str, Any]) -> None:
    np.testing.assert_allclose(ix.entropy(z, **options), w[case]["w"], rtol=EXACT)
    np.testing.assert_allclose(ix.entropy_values(z, **options), w[case]["e"], rtol=EXACT)


def test_entropy_of_raw_shares(w: dict[str, Any]) -> None:
    np.testing.assert_allclose(ix.entropy(np.array(w["X"])), w["entropy_rawsum"]["w"], rtol=EXACT)


def test_critic_and_variation(w: dict[str, Any], z: np.ndarray) -> None:
    np.testing.assert_allclose(ix.critic(z), w["critic"], rtol=EXACT)
    np.testing.assert_allclose(ix.variation(z), w["cv"], rtol=EXACT)


def test_topsis(w: dict[str, Any], z: np.ndarray) -> None:
    weights = ix.entropy(z)
    signed = np.array(w["X"]) * np.array(w["types"])
    np.testing.assert_allclose(ix.topsis(z, weights), w["topsis_minmax_w"], rtol=EXACT)
    np.testing.assert_allclose(ix.topsis(signed, weights, vector=True), w["topsis_vector"], rtol=EXACT)


def test_ahp(w: dict[str, Any]) -> None:
    made = ix.ahp(w["ahp"]["A"])
    np.testing.assert_allclose(made.weights, w["ahp"]["w"], rtol=EXACT)
    assert made.consistency_ratio == pytest.approx(w["ahp"]["CR"], rel=EXACT)
    assert made.eigenvalue == pytest.approx(w["ahp"]["lambda_max"], rel=EXACT)
    assert made.consistent


def test_coupling_both_forms(w: dict[str, Any]) -> None:
    case = w["coupling"]
    for form, tail in (("standard", ""), ("wang2021", "_wang2021")):
        made = ix.coupling_coordination(case["U"], form=form)
        np.testing.assert_allclose(made.coupling, case[f"C{tail}"], rtol=EXACT)
        np.testing.assert_allclose(made.coordination, case[f"D{tail}"], rtol=EXACT)
        np.testing.assert_allclose(made.development, case["T"], rtol=EXACT)


def test_linter_names_the_formula(w: dict[str, Any]) -> None:
    case = w["coupling"]
    assert ix.lint_coupling(np.round(case["C"], 4), case["U"]).right
    assert ix.lint_coupling(case["C_wang2021"], case["U"]).id == "wang2021"
    wrong = ix.lint_coupling(np.round(case["C_misuse_range0_half"], 4), case["U"])
    assert (wrong.id, wrong.right) == ("pairs", False)
    assert ix.lint_coupling(2 * np.array(case["C"]), case["U"]).id == "unknown"
    no_root = ix.lint_coupling(lambda u: np.prod(u, axis=1) / u.mean(axis=1) ** u.shape[1], case["U"])
    assert (no_root.id, no_root.right) == ("no_root", False)


def test_obstacle(w: dict[str, Any], z: np.ndarray) -> None:
    made = ix.obstacle(z, ix.entropy(z))
    np.testing.assert_allclose(made, w["obstacle"], rtol=EXACT, atol=EXACT)
    by = ix.obstacle_by_dimension(made, ["a", "a", "b", "b"])
    np.testing.assert_allclose(by.sum(axis=1), 1.0)


def test_market_segmentation(cases: dict[str, Any]) -> None:
    case = cases["misc"]["market_segmentation"]
    made = ix.market_segmentation(case["P"], case["adj"])
    np.testing.assert_array_equal(made.pair, case["pairs"])
    np.testing.assert_allclose(made.pairs, case["var_ddof1"], rtol=EXACT)
    np.testing.assert_allclose(made.regions, case["region_segmentation_ddof1"], rtol=EXACT)
    np.testing.assert_allclose(made.integration, case["integration_sqrt_inv"], rtol=EXACT)


def test_segmentation_from_levels_equals_segmentation_from_chain_indices() -> None:
    rng = np.random.default_rng(4)
    chain = rng.uniform(95, 108, size=(6, 5, 7))
    levels = np.cumprod(chain / 100, axis=2)
    made = ix.market_segmentation(levels, chain=False).pairs[:, 1:]
    np.testing.assert_allclose(made, ix.market_segmentation(chain).pairs[:, 1:], rtol=1e-8)  # exp, log and back


def test_segmentation_with_a_missing_good_equals_a_loop() -> None:
    rng = np.random.default_rng(5)
    p = rng.uniform(95, 108, size=(4, 6, 1))
    p[2, 3, 0] = np.nan
    pairs = [(a, b) for a in range(4) for b in range(a + 1, 4)]
    gaps = {pair: np.abs(np.log(p[pair[0], :, 0] / p[pair[1], :, 0])) for pair in pairs}
    mean = np.nanmean(list(gaps.values()), axis=0)
    expected = [np.nanvar(gaps[pair] - mean, ddof=1) for pair in pairs]
    np.testing.assert_allclose(ix.market_segmentation(p).pairs[:, 0], expected, rtol=EXACT)


@pytest.mark.parametrize(
    ("parts", "total"),
    [
        ((153.56, 118.43, 143.22, 138.54, 216.21), 153.99),
        ((158.27, 122.08, 146.84, 125.17, 248.27), 160.13),
        ((162.99, 122.66, 164.65, 128.51, 259.78), 167.72),
        ((113.74, 120.77, 130.27, 109.80, 118.36), 118.59),
    ],
)
def test_published_indices_are_equal_weight_means(parts: tuple[float, ...], total: float) -> None:
    made = ix.composite([parts], ["one"] * 5).scores[0]
    assert abs(made - total) < PRINTED
    assert f"{made:.2f}" == f"{total:.2f}"
    across = ix.composite([parts], list("abcde"), across="arithmetic").scores[0]
    assert across == pytest.approx(made)


def test_coupling_reports_zeros_and_refuses_shares_off_one() -> None:
    made = ix.coupling_coordination([[0.0, 0.5], [0.5, 0.5]])
    assert made.coordination[0] == 0
    assert made.coupling[1] == pytest.approx(1.0)
    assert len(made.notes) == 1
    assert made.level().tolist() == [0, 7]
    with pytest.raises(InputError):
        ix.coupling_coordination([[0.2, 0.5]], shares=[0.5, 0.6])
