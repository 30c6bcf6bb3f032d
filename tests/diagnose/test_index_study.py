"""The verbs on a study: labels, years, systems, coverage; on an invented study, and on the embedded one."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from yugong import registry
from yugong.base.errors import InputError, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose import _study_index as level2
from yugong.diagnose import index as ix
from yugong.study.variable import Variable

PLACES = tuple(p.code for p in registry.places("province"))[:12]
YEARS = (2015, 2016, 2017, 2018)
# ids of the default system; the figures are invented
IDS = ("real_grp_per_head", "income_per_head", "water_intensity", "urban_rural_ratio", "doctors_per_1000",
       "trade_openness", "urbanisation", "share_gap", "population")  # fmt: skip


@dataclass(frozen=True)
class Invented:
    frames: dict[str, pd.DataFrame]
    places: tuple[str, ...] = PLACES
    years: tuple[int, ...] = YEARS
    tables: dict[str, object] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, pd.DataFrame]:
        return self.frames

    def panel(self, variable: str) -> pd.DataFrame:
        return self.frames[variable]

    def provenance(self, variables: list[str], **selection: str) -> Provenance:
        assert set(variables) <= set(self.frames)
        return Provenance("invented", (), selection)


@pytest.fixture
def frames() -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(0)
    made = {v: pd.DataFrame(rng.uniform(10, 90, (len(PLACES), len(YEARS))), PLACES, YEARS) for v in IDS}
    made["population"] *= 100
    return made


def test_index_has_rank_interval_and_coverage_beside_every_score(frames: dict[str, pd.DataFrame]) -> None:
    made = level2.index(Invented(frames), samples=64)
    table = made.table()
    assert list(table.columns) == ["place", "year", "score", "coverage", "rank", "low_rank", "median_rank", "high_rank"]
    assert len(table) == len(PLACES) * len(YEARS)
    assert table.notna().all().all()
    assert set(made.dimensions) == {"D1", "D2", "D3", "D4", "D5"}
    assert made.latest == 2018
    assert "M1" in made.absent
    terms = registry.terms()
    for frame in (table, made.dimension_table(), made.sensitivity_table()):
        assert set(frame.columns) <= set(terms), "every column has a title"
    assert set(made.sensitivity_table()["factor"]) <= set(terms)


def test_one_year_equals_the_same_year_among_all(frames: dict[str, pd.DataFrame]) -> None:
    study = Invented(frames)
    every, one = level2.index(study, samples=32).table(), level2.index(study, 2016, samples=32).table()
    pd.testing.assert_frame_equal(every[every["year"] == 2016].reset_index(drop=True), one)


def test_labels_align_whatever_the_order_of_rows(frames: dict[str, pd.DataFrame]) -> None:
    shuffled = {k: v.iloc[::-1, ::-1] if k != "population" else v for k, v in frames.items()}
    a, b = (level2.index(Invented(f), samples=16) for f in (frames, shuffled))
    np.testing.assert_array_equal(a.scores, b.scores)


def test_a_missing_cell_lowers_coverage_and_takes_the_score(frames: dict[str, pd.DataFrame]) -> None:
    frames["doctors_per_1000"].iloc[4, 2] = np.nan
    made = level2.index(Invented(frames), samples=16)
    assert np.isnan(made.scores[4, 2])
    assert np.isnan(made.rank[4, 2])
    assert made.coverage[4, 2] < 1
    assert made.dimension_coverage[4, 2, made.dimensions.index("D3")] == 0.5
    assert np.isfinite(np.delete(made.scores[:, 2], 4)).all()


def test_sparse_indicators_stay_out_and_are_named() -> None:
    years = tuple(range(2000, 2010))
    rng = np.random.default_rng(1)
    full = {v: pd.DataFrame(rng.uniform(1, 2, (12, 10)), PLACES, years) for v in IDS}
    census = pd.DataFrame(np.nan, PLACES, years)
    census[2005] = 1.0 + np.arange(12)
    study = Invented({**full, "cross_province_share": census}, years=years)
    made = level2.index(study, samples=16)
    assert "M3" not in made.indicators
    assert any("M3" in n.en for n in made.notes)
    assert "M3" in level2.index(study, system=("M3", "M6", "E1"), samples=16).indicators


def test_core_system_shows_absent_indicators_as_missing(frames: dict[str, pd.DataFrame]) -> None:
    made = level2.index(Invented(frames), system="core", samples=16)
    assert len(made.indicators) == 23
    assert (made.dimension_coverage[:, :, made.dimensions.index("D2")] == 0.25).all()  # G5 of G3 G4 G5 G7
    assert np.isnan(made.scores).all()


def test_entropy_weights_warn_about_trends(frames: dict[str, pd.DataFrame]) -> None:
    made = level2.index(Invented(frames), weights="entropy", samples=16)
    assert any("entropy weights change" in n.en for n in made.notes)
    assert made.weights.sum() == pytest.approx(1.0)
    assert any("by year" in n.en for n in level2.index(Invented(frames), scope="year", samples=16).notes)


def test_dimensions_can_be_chosen(frames: dict[str, pd.DataFrame]) -> None:
    made = level2.index(Invented(frames), dimensions=("D1", "D3"), samples=16)
    assert made.dimensions == ("D1", "D3")
    with pytest.raises(UnknownNameError):
        level2.index(Invented(frames), dimensions=("D9",))


def test_grain_counts_in_grain_provinces_only(frames: dict[str, pd.DataFrame]) -> None:
    frames["grain_per_head"] = frames["urbanisation"] * 10
    s = ix.system.indicator_system(Invented(frames))
    at = [i.code for i in s.indicators].index("F6")
    inside = {m.place.code for m in registry.members("粮食主产区")}
    assert s.required[:, 0, at].tolist() == [p in inside for p in PLACES]
    assert np.isfinite(level2.index(Invented(frames), samples=16).scores).all()


def test_coordination_table_and_base(frames: dict[str, pd.DataFrame]) -> None:
    made = level2.coordination(Invented(frames), 2016)
    table = made.table()
    np.testing.assert_allclose(table[table["year"] == 2016]["index"], 100)
    assert set(table["headline"]) <= set(registry.terms())
    assert set(made.indicator_table().columns) <= set(registry.terms())
    assert made.window == (2016, 2018)
    with pytest.raises(InputError):
        level2.coordination(Invented(frames), 1999)


def test_peers_are_the_nearest_and_a_gap_is_shown(frames: dict[str, pd.DataFrame]) -> None:
    study = Invented(frames)
    made = level2.peers(study, PLACES[0], variables=("urbanisation", "share_gap"))
    z = np.stack([frames[v].to_numpy() for v in ("urbanisation", "share_gap")], axis=-1)
    z = (z - z.mean(axis=(0, 1))) / z.std(axis=(0, 1))
    gap = np.sqrt(((z[:, -1] - z[0, -1]) ** 2).mean(axis=1))
    order = [PLACES[i] for i in np.argsort(gap)[1:]]
    assert list(made.peers) == order
    np.testing.assert_allclose(made.distance, np.sort(gap)[1:])
    frames["share_gap"].iloc[5, -1] = np.nan
    holed = level2.peers(study, PLACES[0], variables=("urbanisation", "share_gap"), year=2018)
    assert holed.left_out == (PLACES[5],)
    assert set(made.table().columns) <= set(registry.terms())
    with pytest.raises(UnknownNameError):
        level2.peers(study, PLACES[0], variables=("nothing",))


def test_segmentation_from_a_table_and_from_variables_agree(frames: dict[str, pd.DataFrame]) -> None:
    rng = np.random.default_rng(2)
    goods = ("food", "grain", "fuels", "books", "all")
    panels = {g: pd.DataFrame(rng.uniform(95, 108, (12, 4)), PLACES, YEARS) for g in goods}
    rows = [(p, y, g, f.loc[p, y]) for g, f in panels.items() for p in PLACES for y in YEARS]
    long = pd.DataFrame(rows, columns=["place", "year", "category", "value"])
    price = Variable("retail_price_index", Text("价格", "prices"))
    table = type("Table", (), {"frame": long, "variable": price})()
    a = level2.market_segmentation(Invented(frames, tables={"retail_price_index": table}))
    b = level2.market_segmentation(Invented({**frames, **{f"rpi_{g}": p for g, p in panels.items()}}))
    assert a.goods == b.goods == ("food", "fuels", "books")
    np.testing.assert_allclose(a.segmentation, b.segmentation)
    prices = np.stack([panels[g].to_numpy() for g in a.goods], axis=1)
    np.testing.assert_allclose(a.segmentation, ix.market_segmentation(prices).regions * 1e4)
    with pytest.raises(InputError):
        level2.market_segmentation(Invented(frames))


@pytest.fixture(scope="module")
def china():  # type: ignore[no-untyped-def]
    from yugong import study

    return study.china()


def test_china_index_makes_sense(china) -> None:  # type: ignore[no-untyped-def]
    made = level2.index(china, samples=64)
    assert made.latest == 2017
    t = made.years.index(2017)
    order = [made.places[i] for i in np.argsort(made.rank[:, t])]
    assert set(order[:3]) == {"110000", "120000", "310000"}
    assert order[-1] == "540000"
    assert (made.low[:, t] <= made.high[:, t]).all()
    scored = [made.years.index(y) for y in range(2013, 2018)]
    assert (np.diff(np.median(made.scores[:, scored], axis=0)) > 0).all(), "pooled goalposts: the years compare"


def test_a_year_without_a_score_says_which_years_have_one(china) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        level2.index(china, 2019, samples=16)
    (problem,) = caught.value.problems
    assert "2013—2017" in problem.what.zh
    assert "2013–2017" in problem.what.en
    assert problem.do is not None
    named = [d for d in ("D1", "D2", "D3", "D4", "D5") if f'"{d}"' in problem.do.en]
    assert "D2" not in named
    assert np.isfinite(level2.index(china, 2019, dimensions=named, samples=16).scores).any(), "the advice works"
    every = level2.index(china, samples=16)
    assert any("2013–2017" in n.en for n in every.notes)


def test_coverage_says_how_many_core_indicators_are_behind_it(china) -> None:  # type: ignore[no-untyped-def]
    made = level2.index(china, 2017, samples=16)
    counts = ix.system.core_counts(made.indicators)
    assert counts == {"D1": (4, 5), "D2": (2, 4), "D3": (5, 6), "D4": (2, 4), "D5": (4, 4), "D6": (0, 0)}
    assert any("生态绿色 2/4" in n.zh for n in made.notes)
    assert any("Ecology and green development 2/4" in n.en for n in made.notes)


def test_computed_indicators_name_their_tables(china) -> None:  # type: ignore[no-untyped-def]
    found = ix.system.measured(china, ("M1", "M2", "S4", "M4"))
    assert found == {"M1": ("retail_price_index",), "M2": ("wages_by_industry",), "S4": ("schooling_years",)}
    made = level2.coordination(china)
    assert made.provenance is not None
    assert {"retail_price_index", "wages_by_industry"} <= {s.id for s in made.provenance.sources}


def test_china_segmentation_falls(china) -> None:  # type: ignore[no-untyped-def]
    made = level2.market_segmentation(china)
    early, late = (
        np.mean([made.national[made.years.index(y)] for y in span]) for span in (range(2000, 2005), range(2015, 2020))
    )
    assert late < 0.5 * early
