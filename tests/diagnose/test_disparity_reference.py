"""Outside results: published cases, R's ineq and laeken, and PySAL's inequality."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yugong.diagnose import disparity as d

inequality = pytest.importorskip("inequality", reason="PySAL is a test oracle, frozen on Python 3.11")
libpysal = pytest.importorskip("libpysal", reason="PySAL is a test oracle, frozen on Python 3.11")

EXACT = 1e-9  # the cases are exact to the digits they print
RNG = np.random.default_rng(20260101)


@pytest.fixture(scope="module")
def cases(shared: Path) -> dict[str, dict]:
    rows = json.loads((shared / "reference/measure/cases.json").read_text(encoding="utf-8"))
    return {r["id"]: r["expected"] for r in rows}


@pytest.fixture(scope="module")
def counties(shared: Path) -> pd.DataFrame:
    return pd.read_csv(shared / "reference/measure/REAT_G_counties_gdp.csv")


@pytest.fixture(scope="module")
def mexico() -> pd.DataFrame:
    return pd.read_csv(libpysal.examples.get_path("mexico.csv"))


@pytest.mark.parametrize("year", [1940, 2000])
def test_dagum_mexico(cases: dict, mexico: pd.DataFrame, year: int) -> None:
    want = cases[f"dagum_pcgdp{year}_hanson98"]
    got = d.dagum(mexico[f"pcgdp{year}"], mexico["hanson98"])
    for name, key in (("gini", "G"), ("within", "Gw"), ("between", "Gnb"), ("transvariation", "Gt")):
        assert getattr(got, name) == pytest.approx(want[key], rel=EXACT)


def test_dagum_tiny(cases: dict) -> None:
    y, g = [1, 2, 3, 4, 10, 2, 5, 6], list("aaabbbcc")
    want, got = cases["dagum_tiny"], d.dagum(y, g)
    np.testing.assert_allclose(got.gini_pair, want["Gjh"], rtol=EXACT)
    np.testing.assert_allclose(got.relative_affluence, want["Djh"], rtol=EXACT, atol=1e-15)
    assert [got.gini, got.within, got.between, got.transvariation] == pytest.approx(
        [want[k] for k in ("G", "Gw", "Gnb", "Gt")], rel=EXACT
    )
    want, got = cases["dagum_tiny_weighted"], d.dagum(y, g, [3, 1, 2, 1, 2, 1, 4, 1])
    assert [got.gini, got.within, got.between, got.transvariation] == pytest.approx(
        [want[k] for k in ("G", "Gw", "Gnb", "Gt")], rel=EXACT
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_german_counties(cases: dict, counties: pd.DataFrame, weighted: bool) -> None:
    want = cases["ineq_de_pop2014" if weighted else "ineq_de_unweighted"]
    y, w = counties["gdppc2014"], counties["pop2014"] if weighted else None
    got = {
        "gini": d.gini(y, w),
        "theil_T": d.theil(y, w),
        "theil_L": d.theil(y, w, "L"),
        "ge2": d.generalized_entropy(y, w, 2),
        "gem1": d.generalized_entropy(y, w, -1),
        "atkinson_05": d.atkinson(y, w, 0.5),
        "atkinson_1": d.atkinson(y, w, 1),
        "atkinson_2": d.atkinson(y, w, 2),
        "cv_pop": d.cv(y, w),
        "sd_log": d.disparity_measures(y, w, ["log_sd"]).values[0, 0],
    }
    for key, value in got.items():
        assert float(value) == pytest.approx(want[key], rel=EXACT), key
    if weighted:
        assert float(d.williamson(y, w)) == pytest.approx(want["cv_pop"], rel=EXACT)


def test_nested_theil_akita(cases: dict, counties: pd.DataFrame) -> None:
    want = cases["theil_nested_T"]
    inner = counties["region_code_EU"].str[:3]
    got = d.nested_theil(counties["gdppc2014"], counties["regional"], inner, counties["pop2014"])
    assert got.total == pytest.approx(want["total"], rel=EXACT)
    assert got.between_outer == pytest.approx(want["between_g1"], rel=EXACT)
    assert got.between_inner == pytest.approx(want["between_g2_within_g1"], rel=EXACT)
    assert got.within_inner == pytest.approx(want["within_g2"], rel=EXACT)


def test_mexico_series(cases: dict, mexico: pd.DataFrame) -> None:
    y = mexico[[f"pcgdp{t}" for t in range(1940, 2001, 10)]]
    np.testing.assert_allclose(d.gini(y).value, cases["mexico_gini"], rtol=EXACT)
    want, got = cases["mexico_theilD_hanson98"], d.theil_decomposition(y, mexico["hanson98"])
    np.testing.assert_allclose(got.total, want["T"], rtol=EXACT)
    np.testing.assert_allclose(got.between, want["bg"], rtol=EXACT)
    np.testing.assert_allclose(got.within, want["wg"], rtol=EXACT)


def test_pysal_agrees_on_random_data() -> None:
    y, g = RNG.lognormal(sigma=0.8, size=(57, 3)), RNG.integers(0, 5, 57)
    want = inequality.theil.TheilD(y, g)
    got = d.theil_decomposition(y, g)
    np.testing.assert_allclose(got.total, want.T, rtol=EXACT)
    np.testing.assert_allclose(got.between, want.bg, rtol=EXACT)
    np.testing.assert_allclose(d.theil(y).value, inequality.theil.Theil(y).T, rtol=EXACT)
    for t in range(3):
        assert d.gini(y[:, t]).value == pytest.approx(inequality.gini.Gini(y[:, t]).g, rel=EXACT)
