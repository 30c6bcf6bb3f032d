"""The wrapped border discontinuity: its parity gate on rdrobust's numbers, and what it refuses."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yugong import study as studies
from yugong.base.errors import InputError
from yugong.evaluate.border import border_jump

# rdrobust 2.1.1 (GPL, run once, not a dependency) on the panel of `drawn`; bandwidths of both are numerical optima
RDROBUST = {"estimate": 2.016720576557, "corrected": 2.023775772549, "se": 0.328052783251, "bandwidth": 34.271251006651}
SAME = 5e-6


def drawn() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(60)
    x = rng.uniform(-100, 100, 800)
    y = 1 + 0.01 * x - 0.0001 * x**2 + 2 * (x >= 0) + 0.01 * x * (x >= 0) + rng.normal(size=800) * 0.8
    return y, x


def test_gate_the_wrapped_estimator_is_rdrobust() -> None:
    pytest.importorskip("diff_diff", reason="the extra evaluate is not installed")
    found = border_jump(*drawn())
    for name, value in RDROBUST.items():
        assert getattr(found, name) == pytest.approx(value, abs=SAME), name
    assert (found.outside, found.inside) == (123, 134)


def test_gate_on_the_published_senate_example() -> None:
    pytest.importorskip("diff_diff", reason="the extra evaluate is not installed")
    data = pytest.importorskip("rdrobust", reason="rdrobust, whose wheel carries the data, is not installed")
    rows = pd.read_csv(Path(data.__file__).parent / "data" / "rdrobust_RDsenate.csv").dropna(subset=["vote", "margin"])
    found = border_jump(rows["vote"], rows["margin"])
    assert found.estimate == pytest.approx(7.4141, abs=1e-4)
    assert (found.low, found.high) == pytest.approx((4.0937, 10.9193), abs=1e-4)
    assert found.bandwidth == pytest.approx(17.754, abs=1e-3)


def test_few_places_on_a_side_are_refused(tmp_path: Path) -> None:
    y, x = drawn()
    with pytest.raises(InputError, match="各需至少 20 个"):
        border_jump(y, np.abs(x))
    path = tmp_path / "d.csv"
    path.write_text("place,distance\n四川,120\n湖北,-80\n", encoding="utf-8")
    with pytest.raises(InputError, match="边界内 1 个、外 1 个"):
        studies.china().evaluate.border_discontinuity("grp_v4", year=2015, file=str(path))
