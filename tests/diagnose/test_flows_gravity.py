"""PPML and gravity against dummies and Newton steps, another library's numbers, and planted parameters."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yugong import registry, study
from yugong.base.errors import InputError
from yugong.diagnose.flows import border_effect, gravity, ppml
from yugong.diagnose.flows.demean import demean
from yugong.diagnose.flows.ppml import CONVERGED, SEPARATED

NEWTON = 1e-8  # two iterations to the same first-order conditions, each stopped near 1e-10
LIBRARY = 1e-9  # pyfixest 0.60.0 and statsmodels 0.15.0 agree with each other to 1e-12 here
EXACT = 1e-9
# pyfixest: fepois("flow ~ log_distance + contiguous | orig^year + dest^year", CRV1 by pair, factor G/(G − 1) only)
KOREA_COEFFICIENTS = [-0.5498141788828353, 0.7120499132289864]
KOREA_ERRORS = [0.06329794224557747, 0.12421099942293538]


def world(n: int = 15, years: int = 1, seed: int = 0) -> pd.DataFrame:
    """A structural gravity world: E[flow] = exp(a_i + g_j − 1.2 ln d + 0.8 within), with Poisson noise."""
    rng = np.random.default_rng(seed)
    spots = rng.uniform(0, 10, (n, 2))
    d = np.hypot(*(spots[:, None] - spots).transpose(2, 0, 1)) + 0.5
    side = np.arange(n) % 3
    frames = []
    for year in range(years):
        a, g = rng.normal(4, 0.7, n), rng.normal(0, 0.7, n)
        within = (side[:, None] == side).astype(float)
        mean = np.exp(a[:, None] + g - 1.2 * np.log(d) + 0.8 * within)
        i, j = np.divmod(np.arange(n * n), n)
        frames.append(
            pd.DataFrame(
                {
                    "o": i,
                    "d": j,
                    "year": year,
                    "flow": rng.poisson(mean).ravel().astype(float),
                    "mean": mean.ravel(),
                    "log_distance": np.log(d).ravel(),
                    "distance": d.ravel(),
                    "within": within.ravel(),
                    "size_o": np.exp(a)[i],
                    "size_d": np.exp(g)[j],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def newton(y: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Poisson by Newton on all columns; returns coefficients, inverse Hessian and mean."""
    b = np.linalg.lstsq(x, np.log(y + 0.5))[0]
    for _ in range(50):
        mu = np.exp(x @ b)
        step = np.linalg.solve((x * mu[:, None]).T @ x, x.T @ (y - mu))
        b = b + step
        if np.abs(step).max() < 1e-13:
            break
    mu = np.exp(x @ b)
    return b, np.linalg.inv((x * mu[:, None]).T @ x), mu


def dummies(*labels: pd.Series) -> np.ndarray:
    return np.hstack([pd.get_dummies(v, drop_first=k > 0).to_numpy(float) for k, v in enumerate(labels)])


def test_equals_newton_on_explicit_dummies_with_sandwiches_written_out() -> None:
    w = world()
    x = np.column_stack([w["log_distance"], w["within"], dummies(w["o"], w["d"])])
    b, bread, mu = newton(w["flow"].to_numpy(), x)
    score = x * (w["flow"].to_numpy() - mu)[:, None]
    fit = gravity(w["flow"], w[["log_distance", "within"]], w["o"], w["d"], cluster="none")
    np.testing.assert_allclose(fit.coefficients, b[:2], rtol=NEWTON)
    np.testing.assert_allclose(fit.fitted, mu, rtol=NEWTON)
    n = len(w)
    robust = bread @ score.T @ score @ bread * n / (n - 1)
    np.testing.assert_allclose(fit.covariance, robust[:2, :2], rtol=1e-6)
    parts = []
    for label in (w["o"], w["d"], w["o"] * 1000 + w["d"]):
        g = label.nunique()
        sums = pd.DataFrame(score).groupby(label.to_numpy()).sum().to_numpy()
        parts.append(bread @ sums.T @ sums @ bread * g / (g - 1))
    both = gravity(w["flow"], w[["log_distance", "within"]], w["o"], w["d"], cluster="two-way")
    np.testing.assert_allclose(both.covariance, (parts[0] + parts[1] - parts[2])[:2, :2], rtol=1e-6)
    one = gravity(w["flow"], w[["log_distance", "within"]], w["o"], w["d"], cluster="origin")
    np.testing.assert_allclose(one.covariance, parts[0][:2, :2], rtol=1e-6)


def test_planted_elasticities_come_back_exactly_without_noise_and_within_error_with_it() -> None:
    w = world(years=2)
    sharp = gravity(w["mean"], w[["log_distance", "within"]], w["o"], w["d"], year=w["year"])
    np.testing.assert_allclose(sharp.coefficients, [-1.2, 0.8], rtol=NEWTON)
    fit = gravity(w["flow"], w[["log_distance", "within"]], w["o"], w["d"], year=w["year"])
    assert (np.abs(fit.coefficients - [-1.2, 0.8]) < 4 * fit.se).all()
    assert fit.deviance > 0
    assert 0.8 < fit.pseudo_r2 < 1


def test_first_order_conditions_hold_for_every_group() -> None:
    w = world(years=3, seed=4)
    w["trend"] = w["log_distance"] * w["year"]
    fit = gravity(w["flow"], w[["trend"]], w["o"], w["d"], year=w["year"], pair_effects=True)
    left = (w["flow"] - fit.fitted).dropna()
    used = w.loc[left.index]
    scale = w["flow"].sum()
    for keys in (["o", "year"], ["d", "year"], ["o", "d"]):
        assert left.groupby([used[k] for k in keys]).sum().abs().max() < 1e-8 * scale
    assert abs((left * used["trend"]).sum()) < 1e-8 * scale


def test_korean_migration_as_another_library_has_it(shared: Path) -> None:
    k = pd.read_csv(shared / "data/kr_migration/korea_gravity.csv")
    k = k[k["orig"] != k["dest"]].reset_index(drop=True)
    x = pd.DataFrame({"log_distance": np.log(k["dist_cent"]), "contiguous": k["contig"].astype(float)})
    fit = gravity(k["flow"], x, k["orig"], k["dest"], year=k["year"])
    np.testing.assert_allclose(fit.coefficients, KOREA_COEFFICIENTS, rtol=LIBRARY)
    np.testing.assert_allclose(fit.se, KOREA_ERRORS, rtol=LIBRARY)
    assert fit.observations == 17 * 16 * 9
    assert fit.fixed_effects == {"origin×year": 153, "destination×year": 153}


def test_zero_rows_are_left_out_and_counted_and_change_nothing() -> None:
    w = world()
    w.loc[w["o"] == 3, "flow"] = 0.0
    w.loc[5, "flow"] = np.nan
    fit = gravity(w["flow"], w[["log_distance", "within"]], w["o"], w["d"])
    rest = w[(w["o"] != 3) & w["flow"].notna()]
    other = gravity(rest["flow"], rest[["log_distance", "within"]], rest["o"], rest["d"])
    np.testing.assert_allclose(fit.coefficients, other.coefficients, rtol=EXACT)
    np.testing.assert_allclose(fit.se, other.se, rtol=EXACT)
    assert fit.left_out == {"missing": 1, "separated": 15}
    assert np.isnan(fit.fitted[w["o"] == 3]).all()


def test_absorbed_and_collinear_regressors_are_missing_not_invented() -> None:
    w = world()
    x = w[["log_distance", "within"]].assign(size=np.log(w["size_o"]), twice=2 * w["log_distance"])
    fit = gravity(w["flow"], x, w["o"], w["d"])
    plain = gravity(w["flow"], x[["log_distance", "within"]], w["o"], w["d"])
    np.testing.assert_allclose(fit.coefficients[:2], plain.coefficients, rtol=EXACT)
    assert np.isnan(fit.coefficients[2:]).all()
    assert fit.table()["se"].isna().tolist() == [False, False, True, True]


def test_without_effects_there_is_a_constant() -> None:
    w = world()
    fit = ppml(w["flow"], w[["log_distance"]])
    b, _, _ = newton(w["flow"].to_numpy(), np.column_stack([w["log_distance"], np.ones(len(w))]))
    assert fit.coefficients[0] == pytest.approx(b[0], rel=NEWTON)


def test_sweeping_equals_regression_on_dummies() -> None:
    rng = np.random.default_rng(2)
    groups = [rng.integers(0, k, 300) for k in (12, 9, 40)]
    weights, columns = rng.uniform(0.1, 3, 300), rng.normal(size=(300, 2))
    swept, ok = demean(columns, groups, weights)
    assert ok
    d = dummies(*(pd.Series(g) for g in groups))
    root = np.sqrt(weights)[:, None]
    expected = columns - d @ np.linalg.lstsq(d * root, columns * root)[0]
    np.testing.assert_allclose(swept, expected, atol=1e-9)


def test_border_effect_recovers_the_planted_one_and_mccallum_differs() -> None:
    w = world(seed=7)
    args = (w["distance"], w["within"], w["o"], w["d"])
    sharp = border_effect(w["mean"], *args)
    assert sharp.effect == pytest.approx(np.exp(0.8), rel=NEWTON)
    assert sharp.distance_elasticity == pytest.approx(-1.2, rel=NEWTON)
    noisy = border_effect(w["flow"], *args)
    assert abs(noisy.coefficient - 0.8) < 4 * noisy.se
    old = border_effect(w["mean"], *args, w["size_o"], w["size_d"], convention="mccallum")
    assert old.coefficient == pytest.approx(0.8, abs=1e-8)  # sizes here carry no resistance, so McCallum is right
    assert old.estimate is None
    assert set(noisy.table().columns) >= {"border_effect", "value", "se"}


def test_mccallum_overstates_the_border_of_a_small_side() -> None:
    # Anderson & van Wincoop's point: with resistance, the ratio within/across for a small side is far above truth
    n, cost = 12, 0.5
    rng = np.random.default_rng(0)
    size = np.r_[0.015, 0.025, rng.uniform(0.08, 0.11, 10)]
    within = (np.arange(n)[:, None] < 2) == (np.arange(n) < 2)
    distance = rng.uniform(0.9, 1.1, (n, n))
    distance = (distance + distance.T) / 2
    friction = np.where(within, 1.0, cost) / distance
    outward = np.ones(n)
    for _ in range(2000):  # symmetric resistance: P_i = Σ_j θ_j φ_ij / P_j
        outward = np.sqrt(outward * (friction * size / outward).sum(axis=1))
    flow = np.outer(size, size) * friction / np.outer(outward, outward)
    i, j = np.divmod(np.arange(n * n), n)
    args = (distance.ravel(), (within * 1.0).ravel(), i, j)
    small = (i < 2) | (j < 2)
    right = border_effect(flow.ravel(), *args)
    old = border_effect(
        flow.ravel()[small], *(a[small] for a in args), size[i][small], size[j][small], convention="mccallum"
    )
    assert right.effect == pytest.approx(1 / cost, rel=NEWTON)
    assert old.effect > 1.3 / cost


def test_wrong_input_is_named() -> None:
    w = world()
    with pytest.raises(InputError, match="-1"):
        gravity(w["flow"].where(w.index != 3, -1.0), w[["within"]], w["o"], w["d"])
    with pytest.raises(InputError, match="距离"):
        border_effect(w["flow"], w["distance"] * 0, w["within"], w["o"], w["d"])
    with pytest.raises(InputError, match="McCallum"):
        border_effect(w["flow"], w["distance"], w["within"], w["o"], w["d"], convention="mccallum")


def test_a_regressor_that_separates_zeros_is_reported() -> None:
    w = world()
    w["never"] = ((w["o"] + w["d"]) % 7 == 0).astype(float)
    w.loc[w["never"] == 1, "flow"] = 0.0
    fit = gravity(w["flow"], w[["log_distance", "never"]], w["o"], w["d"])
    assert fit.status is SEPARATED
    rest = w[w["never"] == 0]
    without = gravity(rest["flow"], rest[["log_distance"]], rest["o"], rest["d"])
    assert fit.coefficients[0] == pytest.approx(without.coefficients[0], rel=1e-6)
    assert without.status is CONVERGED


def test_columns_have_words_and_cards_name_their_choices() -> None:
    w = world()
    fit = border_effect(w["flow"], w["distance"], w["within"], w["o"], w["d"], cluster="two-way")
    assert fit.estimate is not None
    assert {*fit.table(), *fit.estimate.table()} <= set(registry.terms())
    assert {c.key for c in fit.estimate.method.citations} == {"santossilva2006", "correia2020", "cameron2011"}
    assert "origin, destination" in fit.estimate.method.convention.en


def test_migration_between_provinces_falls_with_distance() -> None:
    china = study.china()
    persons, km = china.flow("migration_5yr").matrix(2010), china.flow("rail_distance").matrix()
    i, j = np.nonzero(~np.eye(len(persons), dtype=bool))
    distance = km.loc[persons.index, persons.columns].to_numpy()[i, j]
    regressors = pd.DataFrame({"log_distance": np.log(distance)})
    fit = gravity(persons.to_numpy()[i, j], regressors, i, j, cluster="two-way")
    assert fit.observations == 31 * 30
    assert fit.status is CONVERGED
    assert -2 < fit.coefficients[0] < -0.8  # migration elasticities of distance in the literature
    assert abs(fit.coefficients[0]) > 5 * fit.se[0]
