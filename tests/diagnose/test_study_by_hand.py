"""Verbs of a study against their level-1 functions called by hand, on tables whose rows come in another order."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from yugong import diagnose as d
from yugong import study as studies
from yugong.base.errors import InputError, UnknownNameError
from yugong.diagnose._study_common import logged_name, sheet
from yugong.diagnose._study_weights import coordinates, weights_matrix
from yugong.study.model import Study

ROUNDING = 1e-9  # relative: sums in another order
GRP = "grp_per_head_v4"


@pytest.fixture(scope="module")
def china() -> Study:
    return studies.read("china")


@pytest.fixture(scope="module")
def order(china: Study) -> list[str]:
    return np.random.default_rng(11).permutation(list(china.places)).tolist()


@pytest.fixture(scope="module")
def adjacency(china: Study, order: list[str]) -> d.Weights:
    flow = china.flows["adjacency"].frame
    return d.contiguity(list(zip(flow["origin"], flow["destination"], strict=True)), labels=order)


def test_moran_and_lisa(china: Study, order: list[str], adjacency: d.Weights) -> None:
    values = china.panel(GRP).loc[order, [2000, 2010, 2022]]
    by_hand = d.moran(values, adjacency, times=0)
    got = china.diagnose.moran("grp_per_head", years=[2000, 2010, 2022])
    np.testing.assert_allclose(got.value, by_hand.value, rtol=ROUNDING)
    np.testing.assert_allclose(got.z, by_hand.z, rtol=ROUNDING)
    local, hand = china.diagnose.lisa("grp_per_head", year=2022), d.lisa(values[2022], adjacency, times=0)
    left = local.table().set_index("place")["value"]
    right = pd.Series(hand.value[:, 0], index=list(hand.labels))
    np.testing.assert_allclose(left, right.loc[left.index], rtol=ROUNDING)


def test_spatial_regression_with_logs(china: Study, order: list[str], adjacency: d.Weights) -> None:
    y = np.log(china.panel(GRP)[2019]).loc[order]
    x = pd.DataFrame({v: china.panel(v)[2019] for v in ("urbanisation", "rd_intensity")}).loc[order[::-1]]
    hand = d.spatial_regression(y, x, adjacency, "sdm")
    got = china.diagnose.spatial_regression(
        "grp_per_head", ["urbanisation", "rd_intensity"], 2019, logs=["grp_per_head"]
    )
    assert got.names == hand.names
    np.testing.assert_allclose(got.coefficients, hand.coefficients, rtol=1e-6)  # a one-dimensional search stops there
    np.testing.assert_allclose(got.effects.direct, hand.effects.direct, rtol=1e-6)


def test_spatial_panel_keeps_the_complete_years(china: Study, order: list[str], adjacency: d.Weights) -> None:
    years = list(range(2011, 2020))
    y = np.log(china.panel(GRP)).loc[order, years]
    x = {"urbanisation": china.panel("urbanisation").loc[order, years]}
    hand = d.spatial_panel(y, x, adjacency, "sar", "twoway", "lee-yu")
    got = china.diagnose.spatial_panel(
        "grp_per_head", ["urbanisation"], years=years, model="sar", logs=["grp_per_head"]
    )
    np.testing.assert_allclose(got.coefficients, hand.coefficients, rtol=1e-6)
    assert got.method.options["correction"] == "lee-yu"
    assert got.provenance.selection["years"] == "2011–2019 (9)"


def test_dynamics(china: Study, order: list[str], adjacency: d.Weights) -> None:
    values = china.panel("real_grp_per_head").loc[order, 2000:2019]
    np.testing.assert_allclose(
        china.diagnose.markov("real_grp_per_head", k=4).p, d.markov(values, 4, relative=True).p, rtol=ROUNDING
    )
    got = china.diagnose.spatial_markov("real_grp_per_head", k=4)
    np.testing.assert_array_equal(got.counts, d.spatial_markov(values, adjacency, 4).counts)
    logs = np.log(values)
    trend = pd.DataFrame(d.hp_trend(logs, 400.0), logs.index, logs.columns)
    hand = d.clubs(trend)
    clubs = china.diagnose.convergence_clubs("real_grp_per_head")
    assert [set(c) for c in clubs.members] == [set(c) for c in hand.members]
    np.testing.assert_allclose(clubs.t, hand.t, rtol=1e-6)  # HP trends solve a system of condition ~1e4
    density = d.density(values / values.mean(), "scott", points=51)
    made = china.diagnose.kernel_density("real_grp_per_head", relative=True, convention="scott", points=51)
    np.testing.assert_allclose(made.density, density.density, rtol=ROUNDING, atol=1e-15)


def test_ellipse_and_detector(china: Study, order: list[str]) -> None:
    points = coordinates(china, order)
    hand = d.ellipse(points, china.panel("population").loc[order, [2000, 2020]], "crimestat")
    got = china.diagnose.ellipse("population", years=[2000, 2020], convention="crimestat", projection="none")
    np.testing.assert_allclose(got.major, hand.major, rtol=ROUNDING)
    np.testing.assert_allclose(got.shift[1], hand.shift[1], rtol=1e-6)  # 40 km as a difference of arcs
    strata = d.discretise(china.panel("urbanisation").loc[order, 2019], 4)
    plain = d.geodetector(china.panel(GRP).loc[order, 2019].to_numpy(), {"urbanisation": strata})
    made = china.diagnose.geodetector("grp_per_head", ["urbanisation"], 2019)
    np.testing.assert_allclose(made.q, plain.q, rtol=ROUNDING)


def test_growth(china: Study, order: list[str]) -> None:
    price = china.panel("investment_price").loc[order, 2000:2017]
    real = china.panel("fixed_capital_formation").loc[order, 2000:2017] / price.div(price[2012], axis=0)
    stock = pd.DataFrame(d.perpetual_inventory(real), real.index, real.columns)
    got = china.diagnose.capital_stock().stock
    pd.testing.assert_frame_equal(got.loc[order], stock, check_names=False, rtol=ROUNDING)
    ends = [2005, 2017]
    y, n = china.panel("real_grp").loc[order, ends], china.panel("population").loc[order, ends]
    hand = d.growth_accounting(y, stock[ends], n, (2005, 2017), 0.5, tuple(order))
    made = china.diagnose.growth_accounting(2005, 2017, labour="population").table().set_index("place")
    np.testing.assert_allclose(made.loc[order, "intensive_share"], hand.intensive_share, rtol=1e-7)


def test_lmdi_sums_to_the_change_everywhere(china: Study) -> None:
    got = china.diagnose.lmdi(2005, 2019)
    there = list(got.places)
    assert "540000" not in there  # Tibet has no inventory
    change = china.panel("co2_sectoral").loc[there, 2019] - china.panel("co2_sectoral").loc[there, 2005]
    table = got.table()
    by_place = table[table["place"] != "all"].groupby("place")["effect"].sum()
    np.testing.assert_allclose(by_place.loc[there], change, rtol=1e-7, atol=1.0)  # tonnes out of 1e8
    assert table[table["place"] == "all"]["effect"].sum() == pytest.approx(change.sum(), rel=1e-9)
    assert got.provenance.selection["omitted"] == "540000 (2005, 2019)"


def test_efficiency_and_gaps_in_it(china: Study, order: list[str]) -> None:
    there = [p for p in order if p != "540000"]
    x = pd.DataFrame({v: china.panel(v)[2017] for v in ("population", "energy_consumption")}).loc[there]
    y = pd.DataFrame({"real_grp": china.panel("real_grp")[2017]}).loc[there[::-1]]
    b = pd.DataFrame({"co2_sectoral": china.panel("co2_sectoral")[2017]}).loc[there]
    hand = d.super_sbm(x, y, b)
    got = china.diagnose.super_sbm(
        inputs=["population", "energy_consumption"], outputs=["real_grp"], bad=["co2_sectoral"], year=2017
    )
    table = got.table().set_index("place")["score"]
    assert np.isnan(table["540000"])
    np.testing.assert_allclose(table.loc[list(hand.units.places)], hand.score, rtol=1e-7)
    assert "540000" in got.provenance.selection["incomplete"]


def test_flows_scale_sample_counts(china: Study, order: list[str]) -> None:
    rows = china.flows["migration_5yr"].frame.query("year == 2020")
    moved = (rows["value"] * rows["factor"]).groupby(rows["destination"]).sum()
    table = china.diagnose.migration_table(2020).table().set_index("place")
    np.testing.assert_allclose(table.loc[order, "inflow"], moved.loc[order], rtol=ROUNDING)
    assert table["net"].sum() == pytest.approx(0, abs=1e-3)
    people = china.values("population", 2020) * 1e4  # 万人
    np.testing.assert_allclose(table["in_rate"], 1000 * table["inflow"] / people.loc[table.index], rtol=ROUNDING)


def test_gravity_pairs_are_those_of_the_flow(china: Study) -> None:
    rows = china.flows["migration_5yr"].frame.query("year == 2020").sample(frac=1, random_state=1)
    km = china.flows["capital_distance"].frame.set_index(["origin", "destination"])["value"]
    near = set(map(tuple, china.flows["adjacency"].frame[["origin", "destination"]].to_numpy()))
    pairs = list(zip(rows["origin"], rows["destination"], strict=True))
    x = pd.DataFrame({"ln_distance": np.log(km.loc[pairs].to_numpy()), "contiguous": [float(p in near) for p in pairs]})
    hand = d.gravity(rows["value"].to_numpy() * 10.0, x, rows["origin"].tolist(), rows["destination"].tolist())
    got = china.diagnose.gravity(year=2020)
    np.testing.assert_allclose(got.coefficients, hand.coefficients, rtol=1e-6)  # iterated to 1e-10 in the deviance
    np.testing.assert_allclose(np.sqrt(np.diag(got.covariance)), np.sqrt(np.diag(hand.covariance)), rtol=1e-5)


def test_structure(china: Study, order: list[str]) -> None:
    rows = china.tables["employment_by_industry"].frame
    wide = {
        y: rows[rows["year"] == y].set_index(["place", "industry"])["value"].unstack()  # noqa: PD010
        for y in (2013, 2019)
    }
    hand = d.krugman(wide[2019].loc[order])
    table = china.diagnose.krugman(2019).table().set_index("place")["value"]
    np.testing.assert_allclose(table.loc[order], hand.values, rtol=ROUNDING)
    there = [p for p in order if wide[2013].loc[p].notna().all()]
    moved = china.diagnose.shift_share(2013, 2019).table().set_index("place")
    plain = d.shift_share(wide[2013].loc[there], wide[2019].loc[there]).table().set_index("place")
    np.testing.assert_allclose(moved.loc[there, "competitive"], plain["competitive"], rtol=1e-7, atol=1e-9)
    change = wide[2019].loc[there].sum(axis=1) - wide[2013].loc[there].sum(axis=1)
    np.testing.assert_allclose(moved.loc[there, "change"], change, rtol=1e-7, atol=1e-9)


def test_coupling_of_dimensions(china: Study) -> None:
    found = china.diagnose.index(2017, samples=32)
    i = [found.dimensions.index(x) for x in ("D1", "D3")]
    hand = d.coupling_coordination(found.dimension_scores[:, 0, i], [0.3, 0.7])
    got = china.diagnose.coupling_coordination(["D1", "D3"], 2017, shares=[0.3, 0.7])
    np.testing.assert_allclose(got.parts.coordination[:, 0], hand.coordination, rtol=ROUNDING)
    other = china.diagnose.coupling_coordination(["D3", "D1"], 2017, shares=[0.7, 0.3])
    np.testing.assert_allclose(other.parts.coordination, got.parts.coordination, rtol=ROUNDING)
    assert got.counts().to_numpy().sum() == len(got.table())


def test_obstacles_sum_to_one(china: Study) -> None:
    found = china.diagnose.obstacle(2017, top=99)
    total = found.table().groupby("place")["obstacle"].sum()
    np.testing.assert_allclose(total, 1.0, rtol=1e-9)
    by_dimension = found.dimension_table().groupby("place")["obstacle"].sum()
    np.testing.assert_allclose(by_dimension, 1.0, rtol=1e-9)


# what is left out, and what is refused


def test_a_sheet_takes_complete_years_and_says_which_it_skips(china: Study) -> None:
    s = sheet(china, ["real_grp_per_head"])
    assert s.years == tuple(range(2000, 2020))
    assert s.skipped == (2020, 2021, 2022)  # Beijing has no figure then
    assert not s.omitted
    one = sheet(china, ["real_grp_per_head"], 2021)
    assert len(one.places) == 30
    assert [(o.place, o.year) for o in one.omitted] == [("110000", 2021)]
    assert isinstance(one["real_grp_per_head"], pd.Series)
    co2 = sheet(china, ["co2_sectoral"])
    assert "540000" not in co2.places
    assert "540000" in {o.place for o in co2.omitted} or china.panel("co2_sectoral").loc["540000"].isna().all()


def test_logs_are_named_and_refuse_what_has_none(china: Study) -> None:
    s = sheet(china, ["population"], 2020, logs=["population"])
    assert list(s.frames) == [logged_name("population")]
    np.testing.assert_allclose(s["population"], np.log(china.values("population", 2020)))
    with pytest.raises(InputError, match="natural_growth_rate"):
        sheet(china, ["natural_growth_rate"], 2019, logs=["natural_growth_rate"])
    with pytest.raises(UnknownNameError):
        sheet(china, ["population"], 2020, logs=["grp"])


@pytest.mark.parametrize(
    ("verb", "options", "error"),
    [
        ("moran", {"variable": "no_such"}, UnknownNameError),
        ("moran", {"variable": "grp", "year": 1990}, InputError),
        ("moran", {"variable": "life_expectancy", "year": 2005}, InputError),
        ("moran", {"variable": "grp", "w": "contig"}, UnknownNameError),
        ("moran", {"variable": "grp", "w": "knn:x"}, InputError),
        ("moran", {"variable": "grp", "w": "distance:no_such"}, UnknownNameError),
        ("moran", {"variable": "grp", "islands": "drop"}, UnknownNameError),
        ("moran", {"variable": "grp", "links": ["海南"]}, InputError),
        ("moran", {"variable": "grp", "links": ["海南~哪里"]}, UnknownNameError),
        ("moran", {"variable": "grp", "w": "knn:4", "links": ["海南~广东"]}, InputError),
        ("kernel_density", {"variable": "grp", "convention": "wide"}, UnknownNameError),
        ("convergence_clubs", {"variable": "grp", "sort": "first"}, UnknownNameError),
        ("convergence_clubs", {"variable": "grp", "years": [2010, 2011, 2012]}, InputError),
        ("gm11", {"variable": "population", "place": "亚特兰蒂斯"}, UnknownNameError),
        ("growth_accounting", {"first": 2005, "last": 2017}, InputError),  # employment begins in 2020
        ("lmdi", {"first": 2005, "last": 2023}, InputError),
        ("lmdi", {"first": 2019, "last": 2019}, InputError),
        ("development_trap", {"years": [2000, 2001, 2005]}, InputError),
        ("development_trap", {"years": range(2010, 2018)}, InputError),
        ("dea", {"inputs": ["population"], "outputs": ["no_such"], "year": 2017}, UnknownNameError),
        ("dea", {"inputs": ["capital_stock"], "outputs": ["real_grp"], "year": 2021}, InputError),
        ("efficiency_panel", {"inputs": ["population"], "outputs": ["grp"], "model": "fdh"}, UnknownNameError),
        ("krugman", {"year": 2000}, InputError),
        ("krugman", {"year": 2019, "table": "no_such"}, UnknownNameError),
        ("shift_share", {"first": 2012, "last": 2017, "table": "no_such"}, UnknownNameError),
        ("shift_share", {"first": 1997, "last": 2017, "table": "gross_output"}, InputError),  # two classifications
        ("migration_table", {"year": 2019}, UnknownNameError),
        ("migration_table", {"year": 2020, "population": "grp"}, InputError),  # not persons
        ("gravity", {"flow": "no_such"}, UnknownNameError),
        ("head_ries", {"elasticity": 5.0, "flow": "migration_5yr", "year": 2020}, InputError),  # no diagonal
        ("network", {"year": 2019}, UnknownNameError),  # no census or survey that year
        ("coupling_coordination", {"systems": ["D1"]}, InputError),
        ("coupling_coordination", {"systems": ["grp", "population"]}, InputError),  # population has no direction
        ("service_gap", {"variable": "population"}, InputError),
        ("service_gap", {"variable": "doctors_per_1000", "standard": "many"}, UnknownNameError),
        ("service_gap", {"variable": "doctors_per_1000", "year": 2023}, InputError),
        ("carrying_capacity", {"limits": ["water_use"], "needs": [], "year": 2019}, InputError),
        ("linkages", {"year": 2012}, InputError),
        ("robustness", {"year": 2023}, InputError),
    ],
)
def test_what_is_refused(china: Study, verb: str, options: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        getattr(china.diagnose, verb)(**options)


def test_the_message_names_the_variable_and_the_years_it_has(china: Study) -> None:
    with pytest.raises(InputError, match="employment_total") as caught:
        china.diagnose.growth_accounting(2005, 2017)
    assert "2020–2024" in caught.value.render("en")


# weights from a study


def test_weights_of_a_study(china: Study) -> None:
    w = weights_matrix(china)
    assert not w.islands
    assert w.row_standardised
    links = w.table()
    assert set(links[links["place"] == "460000"]["neighbour"]) == {"440000"}  # Hainan by convention
    assert (weights_matrix(china, "knn:3").cardinalities == 3).all()
    km = china.flow("rail_distance").matrix()
    by_rail = weights_matrix(china, "distance:rail_distance").table().set_index(["place", "neighbour"])["weight"]
    inverse = 1 / km.loc["110000"].drop("110000")
    np.testing.assert_allclose(
        by_rail.loc["110000"].sort_index(), (inverse / inverse.sum()).sort_index(), rtol=ROUNDING
    )
    plates = weights_matrix(china, "block:plates").table()
    group = china.grouping("plates")
    assert (group[plates["place"]].to_numpy() == group[plates["neighbour"]].to_numpy()).all()


def test_an_island_is_named_joined_or_kept(china: Study) -> None:
    without = [p for p in china.places if p != "440000"]
    with pytest.raises(InputError, match="460000"):
        weights_matrix(china, places=without)
    assert weights_matrix(china, places=without, islands="keep").islands == ("460000",)
    joined = weights_matrix(china, places=without, links=["海南~广西"])
    assert not joined.islands
    assert "450000" in joined.options["links"]
    same = weights_matrix(china, joined, places=without)
    assert same is joined


def test_a_study_without_adjacency_says_so(china: Study) -> None:
    bare = replace(china, flows={k: f for k, f in china.flows.items() if k != "adjacency"})
    with pytest.raises(UnknownNameError, match="adjacency"):
        bare.diagnose.moran("grp", year=2020)
    assert bare.diagnose.moran("grp", year=2020, w="knn:4").value[0] > 0


def test_a_study_of_one_year_is_refused_politely_or_served(china: Study) -> None:
    frame = china.frame[china.frame.index.get_level_values("year") == 2019]
    one = replace(china, years=(2019,), frame=frame)
    assert one.diagnose.moran("grp_per_head").table()["year"].tolist() == [2019]
    assert set(one.diagnose.three_gaps().table()["year"]) == {2019}
    for verb in ("sigma", "markov", "spatial_markov", "lisa_markov", "log_t", "convergence_clubs", "stochastic_kernel"):
        with pytest.raises(InputError):
            getattr(one.diagnose, verb)("real_grp_per_head")
    with pytest.raises(InputError):
        china.diagnose.moran("grp", year=2019, years=[2018, 2019])
    with pytest.raises(InputError):
        china.diagnose.dagum("grp", year=2019, years=[2018, 2019])


def test_two_years_far_apart_are_not_neighbours(china: Study) -> None:
    with pytest.raises(InputError):
        china.diagnose.capital_stock(years=[2000, 2001, 2005])
    with pytest.raises(InputError):
        china.diagnose.markov("real_grp_per_head", years=[2000, 2005, 2010])
    spaced = china.diagnose.markov("real_grp_per_head", years=[2000, 2005, 2010], lag=5, k=3)
    assert spaced.counts.sum() == 2 * 31
