"""Multiscale GWR: the package's own numbers through our labels, planted scales, and its absence."""

import sys

import numpy as np
import pandas as pd
import pytest

from yugong.base.errors import AlignmentError, InputError
from yugong.diagnose.space.mgwr import mgwr


@pytest.fixture(scope="module")
def field() -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(3)
    names = [f"p{i}" for i in range(120)]
    points = pd.DataFrame(rng.uniform(0, 10, (120, 2)), names, ["x", "y"])
    x = pd.DataFrame(rng.normal(size=(120, 2)), names, ["local", "global"])
    y = 0.5 * points["x"] * x["local"] + 2 * x["global"] + 0.3 * rng.normal(size=120)
    return points, x, y


def test_scales_are_found_and_labels_align(field: tuple) -> None:
    pytest.importorskip("mgwr", reason="the optional package mgwr is not installed")
    points, x, y = field
    made = mgwr(y.sample(frac=1, random_state=1), x, points.sample(frac=1, random_state=2), metric="euclidean")
    width = dict(zip(made.names, made.bandwidths, strict=True))
    assert width["local"] < 0.6 * width["global"]
    slope = made.coefficients[:, made.names.index("local")]
    assert np.corrcoef(slope, points["x"])[0, 1] > 0.95
    assert made.coefficients[:, made.names.index("global")].std() < 0.2 * slope.std()
    assert made.table()["variable"].tolist()[:3] == ["intercept", "local", "global"]
    from mgwr.gwr import MGWR
    from mgwr.sel_bw import Sel_BW

    z = ((x - x.mean()) / x.std(ddof=0)).to_numpy()
    target = ((y - y.mean()) / y.std(ddof=0)).to_numpy()[:, None]
    search = Sel_BW(points.to_numpy(), target, z, multi=True, n_jobs=1)
    search.search()
    peer = MGWR(points.to_numpy(), target, z, search, n_jobs=1).fit()
    assert made.coefficients == pytest.approx(peer.params, rel=1e-9)
    assert made.standard_errors == pytest.approx(peer.bse, rel=1e-9)
    assert made.aicc == pytest.approx(peer.aicc, rel=1e-9)
    with pytest.raises(AlignmentError):
        mgwr(y, x, points.rename(index={"p0": "q0"}))


def test_absence_says_how_to_install(field: tuple, monkeypatch: pytest.MonkeyPatch) -> None:
    points, x, y = field
    monkeypatch.setitem(sys.modules, "mgwr.gwr", None)
    with pytest.raises(InputError) as error:
        mgwr(y, x, points)
    assert "pip install yugong[mgwr]" in str(error.value)
