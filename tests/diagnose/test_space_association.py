"""Global and local association: columbus of spdep, brute force, permutation definitions, properties."""

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

from yugong.base.errors import InputError
from yugong.diagnose.space import association, local, permute
from yugong.diagnose.space import weights_build as build
from yugong.diagnose.space.fdr import fdr
from yugong.diagnose.space.weights import Weights, from_matrix

R_DIGITS = 1e-7  # the case file's tolerance; the stored W has 15 digits
ROUNDING = 1e-10
MONTE_CARLO = 4  # standard errors of a permutation share


@pytest.fixture(scope="module")
def columbus(shared: Path) -> tuple[Any, pd.DataFrame, Weights]:
    folder = shared / "reference" / "measure"
    cases = {c["id"]: c["expected"] for c in json.loads((folder / "cases.json").read_text(encoding="utf-8"))}
    data = pd.read_csv(folder / "columbus_R.csv")
    return cases["columbus_all"], data, from_matrix(np.loadtxt(folder / "columbus_W_R.csv", delimiter=","))


def test_global_statistics_equal_spdep(columbus: Any) -> None:
    expected, data, w = columbus
    i = association.moran(data["CRIME"], w, times=99)
    want = expected["columbus_moran"]
    assert [i.value[0], i.expected[0], i.variance[0], i.z[0]] == pytest.approx(
        [want["I"], want["E"], want["V"], want["z"]], rel=R_DIGITS
    )
    assert i.p_value[0] / 2 == pytest.approx(want["p"], rel=1e-6)  # spdep's is one-sided
    c = association.geary(data["CRIME"], w, times=99)
    want = expected["columbus_geary"]
    assert [c.value[0], c.variance[0], -c.z[0]] == pytest.approx([want["C"], want["V"], want["z"]], rel=R_DIGITS)
    g = association.getis_ord(data["CRIME"], w, times=99)
    want = expected["columbus_G"]
    assert [g.value[0], g.expected[0], g.variance[0], g.z[0]] == pytest.approx(
        [want["G"], want["E"], want["V"], want["z"][0][0]], rel=R_DIGITS
    )


def test_local_statistics_equal_spdep(columbus: Any) -> None:
    expected, data, w = columbus
    result = local.lisa(data["CRIME"], w, times=99)
    assert result.value[:, 0] == pytest.approx(expected["columbus_localmoran"]["Ii"], rel=R_DIGITS)
    assert result.z[:, 0] == pytest.approx(expected["columbus_localmoran"]["z"], rel=R_DIGITS)
    gi = local.hot_spots(data["CRIME"], w, star=False, times=0)
    assert gi.value[:, 0] == pytest.approx(expected["columbus_Gi"], rel=R_DIGITS)
    star = local.hot_spots(data["CRIME"], w, times=0)
    assert star.value[:, 0] == pytest.approx(expected["columbus_Gistar"], rel=R_DIGITS)
    c = local.local_geary(data["CRIME"], w, times=9)
    assert c.value[:, 0] == pytest.approx(expected["columbus_localC"], rel=R_DIGITS)


def field(n: int, seed: int = 0) -> tuple[np.ndarray, Weights]:
    rng = np.random.default_rng(seed)
    w = build.knn(rng.uniform(0, 1, (n, 2)), 5, metric="euclidean")
    return np.linalg.solve(np.eye(n) - 0.6 * w.matrix.toarray(), rng.normal(size=n)), w


def test_permutation_moments_agree_with_the_analytic_ones() -> None:
    x, w = field(60)
    for statistic in (association.moran, association.geary):
        result = statistic(x, w, times=20000, seed=3)
        assert result.simulated.mean() == pytest.approx(result.expected[0], abs=5 * result.variance[0] ** 0.5 / 140)
        assert result.simulated.var() == pytest.approx(result.variance[0], rel=0.05)
    g = association.getis_ord(np.exp(x), w, times=20000, seed=3)
    assert g.simulated.mean() == pytest.approx(g.expected[0], rel=0.01)
    assert g.simulated.var() == pytest.approx(g.variance[0], rel=0.05)


@pytest.mark.parametrize("kind", ["knn", "band", "inverse", "dense"])
@pytest.mark.parametrize("squared", [False, True])
def test_the_conditional_kernel_draws_what_its_definition_says(kind: str, squared: bool) -> None:
    rng = np.random.default_rng(5)
    points, n, times = rng.uniform(0, 1, (40, 2)), 40, 4000
    w = {
        "knn": lambda: build.knn(points, 3, metric="euclidean"),
        "band": lambda: build.distance_band(points, metric="euclidean"),
        "inverse": lambda: build.inverse_distance(points, cutoff=0.2, metric="euclidean", islands="keep"),
        "dense": lambda: build.inverse_distance(points, metric="euclidean"),
    }[kind]()
    x = rng.normal(size=n)
    at_least, at_most = permute.conditional_counts(w, x, times, 1, squared)
    dense = w.matrix.toarray()
    for i in (0, 7, 23):
        others = np.delete(x, i)
        draws = rng.permuted(np.tile(others, (times, 1)), axis=1)
        weights = np.delete(dense[i], i)
        lag = ((x[i] - draws) ** 2 if squared else draws) @ weights
        observed = ((x[i] - others) ** 2 if squared else others) @ weights
        share = (lag >= observed - ROUNDING).mean()
        error = MONTE_CARLO * np.sqrt(2 * max(share * (1 - share), 1 / times) / times)
        assert at_least[i] / times == pytest.approx(share, abs=error)
        assert at_least[i] + at_most[i] >= times


def test_conditional_z_is_the_permutation_z() -> None:
    x, w = field(50, 2)
    z = local.hot_spots(x, w, star=False, times=0).value[:, 0]
    rng = np.random.default_rng(0)
    i, dense = 11, w.matrix.toarray()
    lag = rng.permuted(np.tile(np.delete(x, i), (20000, 1)), axis=1) @ np.delete(dense[i], i)
    assert z[i] == pytest.approx((dense[i] @ x - lag.mean()) / lag.std(), abs=0.05)


def test_years_share_their_draws_and_labels_align() -> None:
    x, w = field(40)
    labelled = Weights(tuple(f"{i:06d}" for i in range(40)), w.matrix, w.kind, True)
    frame = pd.DataFrame({2019: x, 2020: x[::-1], 2021: x}, index=labelled.labels)
    result = local.lisa(frame.sample(frac=1, random_state=0), labelled, seed=4)
    assert result.periods == (2019, 2020, 2021)
    assert np.array_equal(result.p_sim[:, 0], result.p_sim[:, 2])
    assert np.array_equal(result.p_sim[:, 1], local.lisa(frame[2020], labelled, seed=4).p_sim[:, 0])
    table = result.table()
    assert list(table.columns) == ["place", "year", "value", "z", "p_value", "p_sim", "p_fdr", "type"]
    row = table[(table["place"] == "000007") & (table["year"] == 2020)].iloc[0]
    assert row["value"] == result.value[7, 1]
    i = association.moran(frame, labelled)
    assert i.table()["year"].tolist() == [2019, 2020, 2021]
    assert i.p_sim[0] == i.p_sim[2]
    assert local.lisa(frame[2019], labelled, seed=None, times=9).p_sim.shape == (40, 1)


def test_scale_location_and_order_do_not_matter() -> None:
    x, w = field(40)
    base = local.lisa(x, w, times=0)
    moved = local.lisa(3 * x + 10, w, times=0)
    assert moved.value == pytest.approx(base.value, rel=ROUNDING)
    order = np.random.default_rng(1).permutation(40)
    shuffled = local.lisa(x[order], w.subset(order.tolist()), times=0)
    assert shuffled.value == pytest.approx(base.value[order], rel=ROUNDING)
    assert local.lisa(x, w, times=0).value.sum() / w.sums[0] == pytest.approx(
        association.moran(x, w, times=9).value[0], rel=ROUNDING
    )
    esda_like = local.lisa(x, w, convention="n-1", times=0)
    assert esda_like.value == pytest.approx(base.value * 39 / 40, rel=ROUNDING)


def test_bivariate_of_a_variable_with_itself_is_moran() -> None:
    x, w = field(40)
    assert association.bivariate_moran(x, x, w).value[0] == pytest.approx(
        association.moran(x, w).value[0], rel=ROUNDING
    )
    same = local.bivariate_lisa(x, x, w, seed=2)
    assert same.value == pytest.approx(local.lisa(x, w).value, rel=ROUNDING)
    assert np.array_equal(same.p_sim, local.lisa(x, w, seed=2).p_sim)


def test_islands_missing_and_constant_values_are_said() -> None:
    w = build.contiguity({"a": ["b"], "b": ["c"], "c": ["d"], "d": [], "e": []}, islands="keep")
    result = local.lisa([1.0, 2, 4, 8, 3], w)
    assert np.isnan(result.p_sim[4, 0])
    assert result.type[4, 0] == ""
    assert "1 island" in result.method.convention.en
    assert local.hot_spots([1.0, 2, 4, 8, 3], w).value[4, 0] == pytest.approx((3 - 3.6) / np.std([1, 2, 4, 8, 3]))
    with pytest.raises(InputError, match="c"):
        association.moran([1.0, 2, np.nan, 4, 5], w)
    with pytest.raises(InputError):
        association.moran(np.ones(5), w)


def test_a_place_whose_neighbours_are_everyone_has_no_local_statistic() -> None:
    w = build.block(["g"] * 8, list("abcdefgh"))
    x = np.arange(8.0)
    assert np.isnan(local.hot_spots(x, w, times=0).value).all()
    assert np.isnan(local.lisa(x, w, times=0).z).all()


def test_quadrants_and_false_discovery() -> None:
    x, w = field(200, 9)
    result = local.lisa(x, w, seed=1)
    z = x - x.mean()
    lag = w.lag(z)
    expected = [("H" if a > 0 else "L") + ("H" if b > 0 else "L") for a, b in zip(z, lag, strict=True)]
    assert result.type[:, 0].tolist() == expected
    assert result.p_fdr[:, 0] == pytest.approx(false_discovery_control(result.p_sim[:, 0]), rel=ROUNDING)
    assert (result.significant(0.05, adjusted=True) != "").sum() <= (result.significant(0.05) != "").sum()
    with_gap = fdr([0.01, np.nan, 0.04])
    assert np.isnan(with_gap[1])
    assert with_gap[[0, 2]] == pytest.approx([0.02, 0.04])


def test_p_values_are_uniform_without_association() -> None:
    _, w = field(300, 1)
    p = local.lisa(np.random.default_rng(8).normal(size=300), w, tail="two-sided").p_sim[:, 0]
    assert 0.01 < (p <= 0.05).mean() < 0.10


def test_statistics_equal_esda() -> None:
    esda = pytest.importorskip("esda")
    libpysal = pytest.importorskip("libpysal")
    x, w = field(300, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = libpysal.weights.WSP(w.matrix).to_W(silence_warnings=True)
        peer = esda.Moran_Local(x, other, permutations=9999, n_jobs=1, seed=1)
        star = esda.G_Local(x - x.min() + 1, other, star=True, transform="B", permutations=9, n_jobs=1, seed=1)
    ours = local.lisa(x, w, convention="n-1", times=9999)
    assert ours.value[:, 0] == pytest.approx(peer.Is, rel=ROUNDING)
    assert ours.p_sim[:, 0] == pytest.approx(peer.p_sim, abs=0.025)  # two sets of 9 999 draws
    assert local.hot_spots(x, w, times=0).value[:, 0] == pytest.approx(star.Zs, rel=1e-8)
