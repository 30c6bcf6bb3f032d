"""City systems: polycentricity, clusters and projections by hand, on random graphs and against other libraries."""

from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from yugong import study as studies
from yugong.base.errors import InputError
from yugong.diagnose._study_urban import distances
from yugong.diagnose.cities import flow_clusters, isochrone_clusters, polycentricity
from yugong.diagnose.space.projection import equal_area, to_degrees
from yugong.study.model import Study

ROUNDING = 1e-12


@pytest.fixture(scope="module")
def china() -> Study:
    return studies.read("china")


def test_polycentricity_at_its_ends_and_by_hand() -> None:
    assert polycentricity([4.0, 4, 4, 4]).value[0] == 1
    assert polycentricity([9.0, 0]).value[0] == 0
    got = polycentricity([6.0, 3, 3, 10, 5], ["a", "a", "a", "b", "c"])
    assert got.value[0] == pytest.approx(1 - np.sqrt(2) / 3, rel=ROUNDING)  # sizes 6, 3, 3: σ = √2, σ_max = 3
    assert np.isnan(got.value[1:]).all()
    assert got.share == pytest.approx([0.5, 1, 1])
    assert polycentricity(np.array([6.0, 3, 3]) * 1e4).value[0] == pytest.approx(got.value[0], rel=ROUNDING)
    with pytest.raises(InputError):
        polycentricity([1.0, np.nan])


def test_flow_clusters_equal_the_trees_of_dominant_links() -> None:
    rng = np.random.default_rng(0)
    for _ in range(30):
        n = 15
        f, size = rng.exponential(size=(n, n)) * (rng.random((n, n)) < 0.5), rng.permutation(n) + 1.0
        got = flow_clusters(f, size)
        graph = nx.DiGraph()
        graph.add_nodes_from(range(n))
        for i in range(n):
            row = np.where(np.arange(n) == i, -1, f[i])
            if row.max() > 0 and size[row.argmax()] > size[i]:
                graph.add_edge(i, int(row.argmax()))
        trees = {frozenset(c) for c in nx.weakly_connected_components(graph)}
        assert {frozenset(m) for m in got.members().values()} == trees
        for core, members in got.members().items():
            assert size[core] == max(size[list(members)])
            assert graph.out_degree(core) == 0


def test_isochrones_take_the_nearest_core_within_reach() -> None:
    t = np.array([[0, 3.0], [2, 1], [5, np.nan], [9, 8], [2, 2]])
    got = isochrone_clusters(t, 5, list("abcde"), ["a", "z"])
    assert got.core == ("a", "z", "a", None, "a")
    assert got.value == pytest.approx([0, 1, 5, np.nan, 2], nan_ok=True)
    with pytest.raises(InputError):
        isochrone_clusters(t, 0)


def test_projection_keeps_areas_and_comes_back() -> None:
    centre = (105.0, 35.0)
    rng = np.random.default_rng(1)
    points = np.column_stack([rng.uniform(73, 135, 200), rng.uniform(18, 54, 200)])
    plane = equal_area(points, centre)
    assert to_degrees(plane, centre) == pytest.approx(points, rel=1e-10)
    assert equal_area([centre], centre)[0] == pytest.approx([0, 0], abs=1e-9)
    h = 1e-4
    for lon, lat in points[:20]:  # the area of a small cell against R² cos φ dλ dφ
        corners = equal_area([[lon - h, lat], [lon + h, lat], [lon, lat - h], [lon, lat + h]], centre)
        jacobian = np.linalg.det([corners[1] - corners[0], corners[3] - corners[2]]) / 4
        true = 6371.0088**2 * np.cos(np.radians(lat)) * np.radians(h) ** 2
        assert jacobian == pytest.approx(true, rel=1e-6)


def test_projection_equals_proj() -> None:
    proj = pytest.importorskip("pyproj")
    to = proj.Proj("+proj=laea +lon_0=105 +lat_0=35 +R=6371008.8 +units=km")
    lon, lat = np.array([75.0, 100, 120, 134]), np.array([20.0, 50, 30, 48])
    assert equal_area(np.column_stack([lon, lat]), (105, 35)) == pytest.approx(np.column_stack(to(lon, lat)), rel=1e-9)


def test_ellipse_of_a_study_is_in_km(china: Study) -> None:
    got = china.diagnose.ellipse("population", years=[2020])
    flat = china.diagnose.ellipse("population", years=[2020], projection="none")
    assert got.area[0] == pytest.approx(np.pi * got.major[0] * got.minor[0], rel=ROUNDING)
    # a degree is 111 km north and 111·cos(lat) east: the two must agree to the curvature of the map
    rough = flat.area[0] * 111.195**2 * np.cos(np.radians(flat.y[0]))
    assert got.area[0] == pytest.approx(rough, rel=0.05)
    assert got.x[0] == pytest.approx(flat.x[0], abs=0.3)
    assert "km" in got.method.convention.en


def test_verbs_by_hand(china: Study, tmp_path: Path) -> None:
    cores = ["北京", "上海", "广东"]
    codes = ["110000", "310000", "440000"]
    mass = china.panel("grp")[2020]
    km = pd.DataFrame(distances(china, china.places, codes, "great_circle"), list(china.places), codes)
    field = china.diagnose.field_strength(cores, 2020).table().set_index("place")["core"]
    for place in china.places:
        if place not in codes:
            assert field[place] == max(codes, key=lambda c: mass[c] / km.loc[place, c] ** 2)
    for row in china.diagnose.breakpoints(cores, 2020).table().itertuples():
        rest = row.distance_km - row.breakpoint
        assert mass[row.place] / row.breakpoint**2 == pytest.approx(mass[row.other_place] / rest**2, rel=1e-9)
    near = china.diagnose.isochrone_clusters(cores, 900, "great_circle").table().set_index("place")["core"]
    inside = km[km.min(axis=1) <= 900].idxmin(axis=1)
    assert {p: c for p, c in near.items() if isinstance(c, str)} == dict(inside)
    jobs = china.diagnose.location_quotient(2019).labels[0]
    assert set(china.diagnose.functional_specialisation(2019).places) == set(jobs)
    facilities = tmp_path / "facilities.csv"
    facilities.write_text("facility,lon,lat,supply\na,116.4,39.9,100\nb,104.1,30.7,60\n", encoding="utf-8")
    found = china.diagnose.floating_catchment(500, 2020, file=str(facilities))
    people = china.panel("population")[2020]
    reached = sum(a * people[p] for p, a in zip(found.places, found.access, strict=True))
    assert reached + found.unreached == pytest.approx(160)
    bad = tmp_path / "bad.csv"
    bad.write_text("facility,lon,lat,supply\na,1160.4,39.9,100\nb,104.1,30.7,-60\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        china.diagnose.floating_catchment(500, 2020, file=str(bad))
    assert len(error.value.problems) == 2
    with pytest.raises(InputError):
        china.diagnose.floating_catchment(500, 2020)
