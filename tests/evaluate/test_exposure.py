"""Exposure against brute force and known distances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import shortest_path

from yugong import study as studies
from yugong.base.errors import InputError
from yugong.evaluate.asking import from_study
from yugong.evaluate.exposure import flow_share, great_circle, intensity, nearest, neighbours, rings, within


def test_great_circle_is_the_angle_between_vectors() -> None:
    q = from_study(studies.china(), "grp_index", "central_rise")
    assert q.coordinates is not None
    lon, lat = np.radians(q.coordinates).T
    points = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
    angle = np.arctan2(np.linalg.norm(np.cross(points[:, None], points[None]), axis=2), points @ points.T)
    np.testing.assert_allclose(great_circle(q.coordinates), 6371.0088 * angle, atol=1e-6)
    beijing, tianjin = q.places.index("110000"), q.places.index("120000")
    assert great_circle(q.coordinates)[beijing, tianjin] == pytest.approx(109, abs=2)
    assert great_circle([[0, 0], [180, 0]])[0, 1] == pytest.approx(np.pi * 6371.0088)


@given(st.integers(0, 10_000))
def test_rings_and_steps_are_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, t = 9, 4
    distance = rng.uniform(0, 10, (n, n))
    distance = distance + distance.T
    dose = (rng.uniform(size=(n, t)) < 0.2).astype(float)
    found = rings(distance, dose, [0, 3, 6])
    near = nearest(distance, dose)
    for i in range(n):
        for year in range(t):
            others = [distance[i, j] for j in range(n) if j != i and dose[j, year]]
            least = min(others, default=np.inf)
            assert near[i, year] == least
            assert found["0-3"][i, year] == (0 <= least < 3)
            assert found["3-6"][i, year] == (3 <= least < 6)
    touching = (rng.uniform(size=(n, n)) < 0.25).astype(float)
    steps = shortest_path(np.maximum(touching, touching.T), unweighted=True)
    two = neighbours(touching, dose, 2)
    for i, year in np.ndindex(n, t):
        assert two[i, year] == any(dose[j, year] and 0 < steps[i, j] <= 2 for j in range(n) if j != i)


def test_flows_and_costs() -> None:
    flow = np.array([[9.0, 3.0, 1.0], [1.0, 0.0, np.nan], [5.0, 2.0, 7.0]])
    dose = np.array([[0.0, 1.0], [0.0, 0.0], [0.0, 1.0]])
    share = flow_share(flow, dose)
    assert share[:, 0].tolist() == [0, 0, 0]
    np.testing.assert_allclose(share[:, 1], [6 / 10, 1, 6 / 8])  # with itself left out
    assert flow_share(flow, dose, 0.7)[:, 1].tolist() == [0, 1, 0.75]
    assert np.isnan(flow_share(np.zeros((3, 3)), dose)).all()
    cost = np.array([[0.0, 2.0, np.nan], [5.0, 0.0, 1.0], [np.nan, 4.0, 0.0]])
    assert within(cost, dose, 2)[:, 1].tolist() == [0, 1, 0]  # the cheaper way counts
    np.testing.assert_allclose(intensity(np.ones((3, 3)), 2 * dose)[:, 1], [2, 4, 2])


def test_bad_rules_are_refused_together() -> None:
    china = studies.china()
    with pytest.raises(InputError, match="须递增"):
        rings(np.zeros((2, 2)), np.zeros((2, 1)), [3, 1])
    with pytest.raises(InputError) as caught:
        from_study(china, "grp_index", "central_rise", exposure=["moon", "ring:a-b", "within:rail_distance"])
    assert len(caught.value.problems) == 3
    q = from_study(
        china, "grp_index", "central_rise",
        exposure=["ring:0-300-600", "neighbours", "within:rail_distance:500", "flow:migration_5yr:0.2"],
    )  # fmt: skip
    assert set(q.donut) == {
        "ring:0-300",
        "ring:300-600",
        "neighbours",
        "within:rail_distance:500",
        "flow:migration_5yr:0.2",
    }
