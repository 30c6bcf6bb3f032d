"""GeoDetector, ellipse and local regressions: published numbers, brute force, peers, known truths."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yugong.base.errors import AlignmentError, InputError
from yugong.diagnose.space.ellipse import ellipse
from yugong.diagnose.space.geodetector import discretise, geodetector, optimal_discretisation
from yugong.diagnose.space.gwr import gtwr, gwr

CASE = 1e-9
ROUNDING = 1e-10
# R geodetector on its Heshun data: q and p of soil type, q of soil ∩ watershed
R_SOIL_Q, R_SOIL_P, R_BOTH = 0.385717, 0.363236289, 0.735680548


def test_detectors_equal_r_on_the_heshun_data() -> None:
    spec = importlib.util.find_spec("geodetector")
    if spec is None or spec.origin is None:
        pytest.skip("the data are in the package geodetector, which is not installed")
    data = pd.read_csv(Path(spec.origin).parent / "dataset" / "data" / "disease.csv")
    result = geodetector(data["incidence"], data[["type", "region", "level"]])
    assert result.q[0] == pytest.approx(R_SOIL_Q, rel=1e-5)
    assert result.p_value[0] == pytest.approx(R_SOIL_P, rel=1e-6)
    assert result.interaction[0, 1] == pytest.approx(R_BOTH, rel=1e-8)
    one_five = result.risk.query("factor == 'type' and stratum == 1 and other_stratum == 7")
    assert one_five["p_value"].iloc[0] > 0.05


def test_q_by_its_definition_and_interactions() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.integers(0, 4, 200), "b": rng.integers(0, 3, 200), "c": rng.integers(0, 2, 200)})
    y = pd.Series(frame["a"] + 2.0 * (frame["b"] == 1) * frame["c"] + rng.normal(size=200), index=frame.index)
    result = geodetector(y.sample(frac=1, random_state=1), frame)
    for i, name in enumerate(frame):
        within = sum(len(g) * g.var(ddof=0) for _, g in y.groupby(frame[name]))
        assert result.q[i] == pytest.approx(1 - within / (200 * y.var(ddof=0)), rel=ROUNDING)
    within = sum(len(g) * g.var(ddof=0) for _, g in y.groupby([frame["b"], frame["c"]]))
    assert result.interaction[1, 2] == pytest.approx(1 - within / (200 * y.var(ddof=0)), rel=ROUNDING)
    assert result.interaction_type[1, 2] == "enhance_nonlinear"
    assert len(result.pairs()) == 3
    assert result.table()["strata"].tolist() == [4, 3, 2]
    relabelled = geodetector(y, frame.assign(a=frame["a"].map({0: "w", 1: "x", 2: "y", 3: "z"})))
    assert relabelled.q == pytest.approx(result.q, rel=ROUNDING)


def test_q_has_no_power_beyond_its_level() -> None:
    rng = np.random.default_rng(1)
    p = [geodetector(rng.normal(size=90), {"x": np.repeat(range(3), 30)}).p_value[0] for _ in range(200)]
    # with the sample's own means as the noncentrality the test is conservative: no more than its level
    assert np.mean(np.array(p) < 0.05) <= 0.05


def test_discretisation_rules() -> None:
    x = np.array([0.0, 1, 2, 10, 11, 12, 50, 51, 52, 53])
    assert discretise(x, 3, "natural").tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 2]
    assert np.bincount(discretise(np.arange(100.0), 4)).tolist() == [25, 25, 25, 25]
    assert discretise(x, 2, "equal").tolist() == [0] * 6 + [1] * 4
    best = optimal_discretisation(x**2, x, range(2, 4))
    assert best["q"].is_monotonic_decreasing
    with pytest.raises(InputError):
        discretise([1.0, 1, 2], 3)
    rng = np.random.default_rng(0)
    y = rng.normal(size=40)
    natural = discretise(y, 4, "natural")
    loss = sum(((y[natural == k] - y[natural == k].mean()) ** 2).sum() for k in range(4))
    for _ in range(300):  # no other three cuts do better
        cuts = np.sort(rng.choice(np.sort(y)[:-1], 3, replace=False))
        code = np.searchsorted(cuts, y)
        assert loss <= sum(((y[code == k] - y[code == k].mean()) ** 2).sum() for k in np.unique(code)) + ROUNDING


def test_ellipse_in_three_conventions(shared: Path) -> None:
    text = (shared / "reference" / "measure" / "cases.json").read_text(encoding="utf-8")
    want = next(c["expected"] for c in json.loads(text) if c["id"] == "sde")
    data = pd.read_csv(shared / "reference" / "measure" / "sde_points.csv")
    points = data[["x", "y"]]
    for key, mass in (("unweighted", None), ("weighted", data["w"])):
        expected = want[key]
        raw, arc = ellipse(points, mass, "raw"), ellipse(points, mass)
        assert [raw.x[0], raw.y[0]] == pytest.approx([expected["cx"], expected["cy"]], rel=CASE)
        assert raw.theta[0] == pytest.approx(expected["theta_deg"], rel=CASE)
        assert [raw.minor[0], raw.major[0]] == pytest.approx([expected["sx"], expected["sy"]], rel=CASE)
        assert [arc.minor[0], arc.major[0]] == pytest.approx([expected["sx_sqrt2"], expected["sy_sqrt2"]], rel=CASE)
        assert [raw.area[0], arc.area[0]] == pytest.approx([expected["area_no2"], expected["area_arcgis"]], rel=CASE)
        crime = ellipse(points, mass, "crimestat")
        n = len(data)
        assert crime.major[0] == pytest.approx(raw.major[0] * np.sqrt(2 * n / (n - 2)), rel=CASE)


def test_ellipse_turns_with_its_points_and_migrates() -> None:
    rng = np.random.default_rng(0)
    base = rng.normal(size=(50, 2)) * [1, 3]  # long axis due north
    for degrees in (0, 30, 75, 120, 170):
        a = np.radians(degrees)
        turned = base @ np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])  # clockwise
        angle = ellipse(turned, metric="euclidean").theta[0] - ellipse(base, metric="euclidean").theta[0]
        assert (angle - degrees + 90) % 180 == pytest.approx(90, abs=1e-8)
    points = pd.DataFrame({"lon": [100.0, 110, 105], "lat": [30.0, 30, 40]}, index=["a", "b", "c"])
    mass = pd.DataFrame({2000: [1.0, 0, 0], 2010: [0, 1.0, 0], 2020: [0, 0, 1.0]}, index=["a", "b", "c"])
    track = ellipse(points, mass.loc[["c", "a", "b"]])
    assert track.x.tolist() == [100, 110, 105]
    assert track.shift[1] == pytest.approx(962.6, abs=1)  # 10 degrees of longitude at 30 N, great circle
    assert track.bearing[1] == pytest.approx(87.5, abs=0.1)
    assert np.isnan(track.shift[0])
    assert track.table()["year"].tolist() == [2000, 2010, 2020]
    with pytest.raises(AlignmentError):
        ellipse(points, mass.rename(index={"a": "z"}))
    with pytest.raises(InputError):
        ellipse(points.iloc[:2])


@pytest.fixture(scope="module")
def field() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    points = rng.uniform(0, 10, (150, 2))
    x = rng.normal(size=(150, 2))
    y = 1 + points[:, 0] / 5 * x[:, 0] + x[:, 1] + 0.5 * rng.normal(size=150)
    return points, x, y


def test_gwr_is_weighted_least_squares_at_every_place(field: tuple) -> None:
    points, x, y = field
    result = gwr(y, x, points, 60, metric="euclidean")
    design = np.column_stack([np.ones(150), x])
    hat = np.empty((150, 150))
    for i in range(150):
        d = np.hypot(*(points - points[i]).T)
        reach = np.sort(d)[59] * 1.0000001
        w = np.where(d < reach, (1 - (d / reach) ** 2) ** 2, 0)
        c = np.linalg.solve((design.T * w) @ design, design.T * w)
        assert result.coefficients[i] == pytest.approx(c @ y, rel=1e-9)
        hat[i] = design[i] @ c
        if i == 17:
            sigma2 = result.sigma2
            assert result.standard_errors[i] == pytest.approx(np.sqrt(np.diag(c @ c.T) * sigma2), rel=1e-9)
    assert result.influence == pytest.approx(np.diag(hat), rel=1e-9)
    assert result.sigma2 == pytest.approx(((y - hat @ y) ** 2).sum() / (150 - np.trace(hat)), rel=1e-9)
    assert np.corrcoef(result.coefficients[:, 1], points[:, 0])[0, 1] > 0.9
    assert result.table().shape == (450, 7)


def test_a_boundless_bandwidth_is_ols_and_peers_agree(field: tuple) -> None:
    points, x, y = field
    ols = np.linalg.lstsq(np.column_stack([np.ones(150), x]), y, rcond=None)[0]
    assert gwr(y, x, points, 1e7, adaptive=False, metric="euclidean").coefficients[5] == pytest.approx(ols, rel=1e-8)
    chosen = gwr(y, x, points, kernel="bisquare", metric="euclidean")
    values = [gwr(y, x, points, b, metric="euclidean").aicc for b in range(46, 151, 4)]
    assert chosen.aicc <= min(values) + 0.5  # golden section may stop at a local minimum
    mgwr = pytest.importorskip("mgwr.gwr")
    for kernel in ("bisquare", "gaussian"):
        for adaptive, width in ((True, 60), (False, 3.0)):
            peer = mgwr.GWR(points, y[:, None], x, bw=width, fixed=not adaptive, kernel=kernel, n_jobs=1).fit()
            ours = gwr(y, x, points, width, kernel, adaptive, metric="euclidean")
            assert ours.coefficients == pytest.approx(peer.params, rel=1e-9)
            assert ours.standard_errors == pytest.approx(peer.bse, rel=1e-9)
            assert ours.aicc == pytest.approx(peer.aicc, rel=1e-9)


def test_gtwr_weights_time_and_can_be_causal() -> None:
    rng = np.random.default_rng(5)
    points = np.tile(rng.uniform(0, 10, (40, 2)), (6, 1))
    times = np.repeat(np.arange(6.0), 40)
    x = rng.normal(size=240)
    y = (0.5 + 0.6 * times) * x + 0.3 * rng.normal(size=240)
    result = gtwr(y, x, points, times, metric="euclidean")
    assert np.corrcoef(result.coefficients[:, 1], times)[0, 1] > 0.95
    still = gtwr(y, x, points, times, bandwidth=120, scale=0.0, metric="euclidean")
    assert still.coefficients == pytest.approx(gwr(y, x, points, 120, metric="euclidean").coefficients, rel=1e-9)
    assert result.aicc < still.aicc
    shocked = y.copy()
    shocked[times == 5] += 100
    past = gtwr(y, x, points, times, 30, 1.0, causal=True, metric="euclidean")
    after = gtwr(shocked, x, points, times, 30, 1.0, causal=True, metric="euclidean")
    early = times < 5
    assert after.coefficients[early] == pytest.approx(past.coefficients[early], rel=1e-9)


def test_singular_places_and_wrong_inputs_are_said(field: tuple) -> None:
    points, x, y = field
    flat = np.column_stack([x[:, 0], (points[:, 0] > 5).astype(float)])
    result = gwr(y, flat, points, 12, metric="euclidean")
    assert np.isnan(result.coefficients).any()
    assert "singular" in result.status.en
    with pytest.raises(InputError):
        gwr(y, x, points, 2, metric="euclidean")
    with pytest.raises(InputError):
        gwr(np.where(np.arange(150) == 3, np.nan, y), x, points, 60, metric="euclidean")
