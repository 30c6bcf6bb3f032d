"""Level 2: labels align, what is left out is on record, provenance is attached."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from yugong.base.errors import InputError
from yugong.base.provenance import Provenance, Source
from yugong.base.text import Text
from yugong.diagnose import _study_common as common
from yugong.diagnose import _study_disparity as level2
from yugong.diagnose import disparity as d

CODES = ["110000", "130000", "140000", "410000", "510000", "520000", "540000", "810000"]
YEARS = [2018, 2019, 2020, 2021]


class FakeStudy:
    """What the functions ask of a study, no more."""

    def __init__(self, panels: dict[str, pd.DataFrame]) -> None:
        self.panels = panels

    def panel(self, variable: str) -> pd.DataFrame:
        return self.panels[variable]

    def grouping(self, grouping: str, on: object = None) -> pd.Series:
        groups = {"110000": "east", "130000": "east", "140000": "central", "410000": "central"}
        groups |= dict.fromkeys(["520000", "510000", "540000"], "west")
        made = pd.Series(groups)
        return made.map({"east": "rich", "central": "poor", "west": "poor"}) if grouping == "halves" else made

    def provenance(self, variables: Sequence[str], **selection: object) -> Provenance:
        text = Text("", "")
        sources = tuple(Source(v, text, text, text, text, Text("", ""), "user") for v in variables)
        return Provenance("fake", sources, {k: str(v) for k, v in selection.items() if v is not None})


@pytest.fixture
def study() -> FakeStudy:
    rng = np.random.default_rng(0)
    y = pd.DataFrame(rng.lognormal(10, 0.5, (8, 4)), index=CODES, columns=YEARS)
    n = pd.DataFrame(rng.uniform(100, 9000, (8, 4)), index=CODES[::-1], columns=YEARS)
    y.loc["540000", 2019] = np.nan
    n.loc["510000", 2021] = np.nan
    return FakeStudy({"y": y, "population": n, "grp": y * n.reindex(CODES), "x": y**0.5})


def test_dagum_by_label_with_records(study: FakeStudy) -> None:
    got = level2.dagum(study, "y")
    assert got.groups == ("east", "central", "west")
    assert got.years == tuple(YEARS)
    left_out = {(o.place, o.year): o.reason for o in got.omitted}
    assert left_out[("540000", 2019)] == common.NO_VALUE
    assert left_out[("510000", 2021)] == common.NO_WEIGHT
    assert all(left_out[("810000", t)] == common.NO_GROUP for t in YEARS)
    assert len(left_out) == 6
    y, n, g = study.panel("y"), study.panel("population"), study.grouping("plates")
    there = [c for c in g.index if c != "540000"]
    by_hand = d.dagum(y.loc[there, 2019].to_numpy(), g[there].to_numpy(), n.loc[there, 2019].to_numpy())
    assert got.gini[1] == pytest.approx(by_hand.gini)
    assert got.within[1] == pytest.approx(by_hand.within)
    one = level2.dagum(study, "y", year=2019)
    assert isinstance(one.gini, float)
    assert one.gini == pytest.approx(by_hand.gini)
    assert one.table()["year"].unique().tolist() == [2019]
    assert got.provenance is not None
    assert [s.id for s in got.provenance.sources] == ["y", "population"]
    assert got.provenance.selection["groups"] == "plates"
    assert set(d.omitted_table(got.omitted).columns) == {"place", "year", "reason"}


def test_balanced_keeps_the_same_places(study: FakeStudy) -> None:
    got = level2.disparity(study, "y", balanced=True)
    n = {t: sum(o.year == t for o in got.omitted) for t in YEARS}
    assert n == dict.fromkeys(YEARS, 2)
    keep = [c for c in CODES if c not in ("540000", "510000")]
    y, w = study.panel("y").loc[keep], study.panel("population").loc[keep]
    np.testing.assert_allclose(got.values[:, 0], d.gini(y, w).value)
    plain = level2.disparity(study, "y", weights=None, year=2020, statistics=["gini"])
    assert plain.values[0, 0] == pytest.approx(float(d.gini(study.panel("y")[2020])))


def test_decompositions(study: FakeStudy) -> None:
    flat = level2.theil_decomposition(study, "y", years=[2018, 2020])
    nested = level2.nested_theil(study, "y", outer="halves", inner="plates", years=[2018, 2020])
    np.testing.assert_allclose(nested.total, flat.total)
    np.testing.assert_allclose(nested.within_inner, flat.within)
    np.testing.assert_allclose(nested.between_outer + nested.between_inner, flat.between)


def test_group_table_and_intervals(study: FakeStudy) -> None:
    got = level2.group_table(study, base="east", year=2018)
    grp, n, g = study.panel("grp")[2018], study.panel("population")[2018], study.grouping("plates")
    by_hand = grp.groupby(g).sum() / n.groupby(g).sum()
    np.testing.assert_allclose(got.per_head[0], by_hand[list(got.groups)])
    np.testing.assert_allclose(got.ratio[0], by_hand["east"] / by_hand[list(got.groups)])
    intervals = level2.disparity_intervals(study, "y", groups="plates", statistics=["gini", "dagum"], draws=50)
    assert intervals.omitted
    rows = intervals.table().set_index(["statistic", "year"])
    assert rows.loc[("gini", 2018), "value"] == pytest.approx(rows.loc[("dagum.gini", 2018), "value"])


def test_convergence(study: FakeStudy) -> None:
    got = level2.beta(study, "y", 2018, 2021, covariates=["x"])
    assert got.n == 8
    gap = level2.beta(study, "y", 2019, 2021)
    assert gap.n == 7
    assert {(o.place, o.year) for o in gap.omitted} == {("540000", 2019), ("540000", 2021)}
    study.panels["x"].loc["110000", 2018] = np.nan
    short = level2.beta(study, "y", 2018, 2021, covariates=["x"])
    assert short.n == 7
    assert short.omitted[-1].reason == level2.NO_COVARIATE
    assert level2.panel_beta(study, "y").n == 7 * 3
    assert len(level2.sigma(study, "y").values) == 4
    with pytest.raises(InputError, match="连续"):
        level2.panel_beta(study, "y", years=[2018, 2020, 2021])


def test_years_without_data(study: FakeStudy) -> None:
    study.panels["y"][2018] = np.nan
    assert level2.disparity(study, "y").years == (2019, 2020, 2021)
    with pytest.raises(InputError, match="2018"):
        level2.disparity(study, "y", year=2018)
    with pytest.raises(InputError, match="1999"):
        level2.disparity(study, "y", years=[1999, 2020])
    with pytest.raises(InputError, match="years"):
        level2.disparity(study, "y", year=2020, years=[2020])


def test_plate_table_of_china_matches_the_brief() -> None:
    """Per-head GRP ratios and shares that the State Council report's first releases are compared with."""
    from yugong.study import china

    rows = level2.plate_table(china(), "grp_v4", years=[2012, 2022]).table().set_index(["group", "year"])
    ratios = {("central", 2012): 1.68, ("central", 2022): 1.54, ("west", 2012): 1.86, ("west", 2022): 1.64}
    shares = {("central", 2012): 21.3, ("central", 2022): 21.8, ("west", 2012): 19.6, ("west", 2022): 21.5}
    for at, ratio in ratios.items():
        assert round(rows.loc[at, "ratio"], 2) == ratio
    for at, share in shares.items():
        assert round(100 * rows.loc[at, "share"], 1) == share
