"""Weights matrices: alignment by label, islands in the open, builders against their definitions."""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from yugong.base.errors import AlignmentError, InputError
from yugong.diagnose.space import weights_build as build
from yugong.diagnose.space.polygons import polygon_contiguity
from yugong.diagnose.space.weights import from_matrix

ROUNDING = 1e-12  # sums in another order
PARIS_LONDON_KM = 343.5  # great circle between 2.3522 E 48.8566 N and 0.1276 W 51.5072 N, to 0.5 km


@pytest.fixture
def points() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    return pd.DataFrame(rng.uniform([75, 20], [130, 50], (30, 2)), index=[f"{i:06d}" for i in range(30)])


def test_contiguity_runs_both_ways_and_keeps_labels() -> None:
    w = build.contiguity({"a": ["b"], "b": ["c"], "c": []}, standardise=False)
    assert w.labels == ("a", "b", "c")
    assert w.matrix.toarray().tolist() == [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    assert build.contiguity([("a", "b"), ("b", "c")], ["a", "b", "c"]).lag([1.0, 2.0, 4.0]).tolist() == [2, 2.5, 2]


def test_an_island_is_named_and_then_kept_or_linked() -> None:
    with pytest.raises(InputError, match="Hainan"):
        build.contiguity({"Guangdong": ["Guangxi"], "Guangxi": [], "Hainan": []})
    kept = build.contiguity({"Guangdong": ["Guangxi"], "Guangxi": [], "Hainan": []}, islands="keep")
    assert kept.islands == ("Hainan",)
    assert kept.lag([1.0, 2.0, 3.0])[2] == 0
    linked = build.contiguity({"Guangdong": ["Guangxi"], "Guangxi": [], "Hainan": []}, links=[("Hainan", "Guangdong")])
    assert not linked.islands
    assert linked.options["links"] == "Hainan–Guangdong"


def test_labels_align_and_positions_do_not(points: pd.DataFrame) -> None:
    w = build.knn(points, 4)
    values = pd.Series(np.arange(30.0), index=points.index)
    assert np.array_equal(w.lag(values.sample(frac=1, random_state=1)), w.lag(values.to_numpy()))
    with pytest.raises(AlignmentError, match="999999"):
        w.lag(values.rename({"000003": "999999"}))
    with pytest.raises(InputError):
        w.lag(np.arange(29.0))
    with pytest.raises(InputError, match="000005"):
        w.complete(values.where(values != 5))


def test_nearest_neighbours_by_brute_force(points: pd.DataFrame) -> None:
    w = build.knn(points, 5)
    distance = build.great_circle(points)
    for i in range(30):
        expected = sorted(range(30), key=lambda j: distance[i, j])[1:6]
        assert sorted(np.flatnonzero(w.matrix[[i], :].toarray()[0])) == sorted(expected)


def test_great_circle_and_inverse_distance(points: pd.DataFrame) -> None:
    assert build.great_circle([[2.3522, 48.8566], [-0.1276, 51.5072]])[0, 1] == pytest.approx(PARIS_LONDON_KM, abs=0.5)
    w = build.inverse_distance(points, power=2, cutoff=1500, standardise=False, islands="keep")
    d = build.great_circle(points)
    assert w.matrix[0, 1] == pytest.approx(d[0, 1] ** -2 if d[0, 1] <= 1500 else 0, rel=ROUNDING)
    with pytest.raises(InputError, match="000000"):
        build.inverse_distance(pd.concat([points, points.iloc[[0]].rename({"000000": "copy"})]))
    with pytest.raises(InputError):
        build.inverse_distance(points * 1000)


def test_distance_band_reaches_everyone(points: pd.DataFrame) -> None:
    w = build.distance_band(points)
    assert not w.islands
    d = build.great_circle(points)
    np.fill_diagonal(d, np.inf)
    assert float(w.options["cutoff"]) == pytest.approx(d.min(axis=1).max(), rel=1e-5)


def test_economic_geographic_and_nested(points: pd.DataFrame) -> None:
    income = pd.DataFrame(np.random.default_rng(1).uniform(1, 9, (30, 3)), index=points.index)
    e = build.economic(income, standardise=False)
    mean = income.mean(axis=1).to_numpy()
    assert e.matrix[2, 9] == pytest.approx(1 / abs(mean[2] - mean[9]), rel=ROUNDING)
    with pytest.raises(InputError):
        build.economic([1.0, 2.0, 1.0])
    g = build.economic_geographic(points, income, standardise=False)
    d = build.great_circle(points)
    assert g.matrix[2, 9] == pytest.approx(mean[9] / mean.mean() / d[2, 9], rel=ROUNDING)
    contiguous, band = build.knn(points, 4), build.distance_band(points.iloc[::-1])
    mixed = build.nested(contiguous, band, 0.3)
    expected = 0.3 * contiguous.matrix.toarray() + 0.7 * band.subset(points.index).matrix.toarray()
    assert np.allclose(mixed.matrix.toarray(), expected, rtol=ROUNDING)


def test_block_and_subset() -> None:
    w = build.block(pd.Series(["e", "w", "e", "w", "e"], index=list("abcde")))
    assert w.lag([1.0, 2, 3, 4, 5]).tolist() == [4, 4, 3, 2, 2]
    part = w.subset(["e", "a", "c"])
    assert part.labels == ("e", "a", "c")
    assert np.allclose(part.matrix.sum(axis=1), 1)
    with pytest.raises(InputError, match="d"):
        w.subset(["a", "c", "d"])
    with pytest.raises(InputError):
        from_matrix([[1.0, 1], [1, 0]])


def test_log_determinant_and_traces_equal_dense_ones(points: pd.DataFrame) -> None:
    for w in (build.knn(points, 4), build.distance_band(points), build.inverse_distance(points, standardise=False)):
        dense = w.matrix.toarray()
        low, high = w.bounds
        for rho in (0.6 * low, 0.3 * high, 0.9 * high):
            inverse = np.linalg.inv(np.eye(30) - rho * dense)
            assert w.log_det(rho) == pytest.approx(np.linalg.slogdet(np.eye(30) - rho * dense)[1], abs=1e-9)
            g = dense @ inverse
            assert w.traces(rho) == pytest.approx([np.trace(g), np.trace(g @ g)], rel=1e-9, abs=1e-12)


def test_symmetry_is_found_through_row_standardisation(points: pd.DataFrame) -> None:
    assert build.distance_band(points).symmetriser is not None
    assert build.knn(points, 4).symmetriser is None
    two_parts = from_matrix(sp.block_diag([np.ones((3, 3)) - np.eye(3), [[0, 1], [1, 0]]])).row_standardise()
    assert two_parts.n_components == 2
    assert two_parts.symmetriser is not None


def squares(rows: int, columns: int) -> dict:
    def ring(i: int, j: int) -> list:
        return [[j, i], [j + 1, i], [j + 1, i + 1], [j, i + 1], [j, i]]

    return {
        "type": "FeatureCollection",
        "features": [
            {
                "properties": {"code": f"{i}{j}"},
                "geometry": {"type": "Polygon", "coordinates": [ring(i, j)]},
            }
            for i in range(rows)
            for j in range(columns)
        ],
    }


def test_polygons_touch_at_corners_or_along_edges() -> None:
    queen = polygon_contiguity(squares(3, 3), "code")
    rook = polygon_contiguity(squares(3, 3), "code", "rook")
    assert queen.cardinalities.tolist() == [3, 5, 3, 5, 8, 5, 3, 5, 3]
    assert rook.cardinalities.tolist() == [2, 3, 2, 3, 4, 3, 2, 3, 2]
    far = squares(1, 2)
    far["features"][1]["geometry"]["coordinates"] = [[[9, 9], [10, 9], [10, 10], [9, 9]]]
    with pytest.raises(InputError, match="00"):
        polygon_contiguity(far, "code")
    assert polygon_contiguity(far, "code", links=[("00", "01")]).cardinalities.tolist() == [1, 1]
    far["features"][1]["properties"]["code"] = "00"
    with pytest.raises(InputError, match="00"):
        polygon_contiguity(far, "code")
    far["features"][1] = {"properties": {"code": "p"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}
    with pytest.raises(InputError, match="p"):
        polygon_contiguity(far, "code")


def test_columbus_polygons_equal_libpysal(shared: Path) -> None:
    libpysal = pytest.importorskip("libpysal")
    geopandas = pytest.importorskip("geopandas")
    path = shared / "reference" / "measure" / "columbus.geojson"
    ours = polygon_contiguity(json.loads(path.read_text(encoding="utf-8")), "POLYID", standardise=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = geopandas.read_file(path)
        peer = libpysal.weights.Queen.from_dataframe(frame, ids=frame["POLYID"].tolist(), silence_warnings=True)
    for place, near in peer.neighbors.items():
        row = ours.matrix[[ours.labels.index(place)], :].toarray()[0]
        assert {ours.labels[j] for j in np.flatnonzero(row)} == set(near)
