"""Rank agreement against closed forms, and the panel's variants against the index they vary."""

import numpy as np
import pandas as pd
import pytest

from yugong import diagnose as d
from yugong import study as studies
from yugong.base.errors import InputError
from yugong.study.model import Study


@pytest.fixture(scope="module")
def china() -> Study:
    return studies.read("china")


def test_agreement_by_definition() -> None:
    a = pd.Series([5.0, 4.0, 3.0, 2.0, 1.0, 0.5], index=list("abcdef"))
    b = a.copy()
    b[["a", "b"]] = b[["b", "a"]].to_numpy()
    frame = pd.DataFrame({"base": a, "same": 3 * a + 1, "back": -a, "swap": b, "flat": 1.0, "few": a.where(a > 2)})
    got = d.rank_agreement(frame.sample(frac=1, random_state=1), "base").set_index("variant")
    n = 6
    assert got.loc["same", "spearman"] == pytest.approx(1)
    assert got.loc["back", "kendall"] == pytest.approx(-1)
    assert got.loc["swap", "spearman"] == pytest.approx(1 - 6 * 2 / (n * (n**2 - 1)))
    assert got.loc["swap", "kendall"] == pytest.approx(1 - 2 / (n * (n - 1) / 2))
    assert got.loc["swap", "largest_shift"] == 1
    assert got.loc["swap", "mean_shift"] == pytest.approx(2 / n)
    assert np.isnan(got.loc["flat", "spearman"])
    assert got.loc["few", "places"] == 3
    assert np.isnan(got.loc["few", "kendall"])
    with pytest.raises(InputError):
        d.rank_agreement(frame, "none")


def test_panel_varies_one_choice_at_a_time(china: Study) -> None:
    found = china.diagnose.robustness(2017, draws=20)
    base = china.diagnose.index(2017, samples=32)
    left = found.scores["baseline: baseline"]
    np.testing.assert_allclose(left.to_numpy(), base.scores[:, 0], rtol=1e-12)
    entropy = china.diagnose.index(2017, samples=32, weights="entropy")
    np.testing.assert_allclose(found.scores["weights: entropy"].to_numpy(), entropy.scores[:, 0], rtol=1e-12)
    table = found.table()
    assert set(table["choice"]) == {"weights", "scope", "winsor", "aggregation", "sample", "bootstrap"}
    assert table["spearman"].between(-1, 1).all()
    dropped = found.scores["sample: without_municipalities"]
    assert dropped[["110000", "120000", "310000", "500000"]].isna().all()
    assert table.set_index("choice").loc["sample", "places"] == 27
    drawn = table.set_index("choice").loc["bootstrap"]
    assert drawn["low"] <= drawn["spearman"] <= drawn["high"]
    again = china.diagnose.robustness(2017, draws=20).table()
    pd.testing.assert_frame_equal(table, again)


def test_moran_under_each_matrix_is_moran_with_it(china: Study) -> None:
    table = china.diagnose.moran_robustness("grp_per_head", 2022).table().set_index("w")
    for w in table.index:
        assert table.loc[w, "value"] == pytest.approx(china.diagnose.moran("grp_per_head", w=w, year=2022).value[0])
