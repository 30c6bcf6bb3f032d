"""The default economy of the China study: a fixed point that keeps every known margin, checked on trade it never saw."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from yugong import study
from yugong.base.errors import InputError, UnknownNameError
from yugong.cli.simulate import disparity
from yugong.registry.levers import parameters
from yugong.registry.terms import terms
from yugong.simulate import Levers, solve
from yugong.simulate.bands import BANDED
from yugong.simulate.channels import channels
from yugong.simulate.economies import Calibration, calibrate, fit_gravity, from_table
from yugong.simulate.economies.accounts import accounts
from yugong.simulate.economies.validation import AREAS, published_areas, validate_trade
from yugong.simulate.scenario import Scenario, Setting, preset, presets, resolve
from yugong.simulate.scenario.shipped import PRESETS
from yugong.simulate.simulation import BY, LEVEL

EXACT = 1e-10  # relative: margins met by RAS to 1e-13, then added up


@pytest.fixture(scope="module")
def china():  # type: ignore[no-untyped-def]
    return study.china()


@pytest.fixture(scope="module")
def base(china) -> Calibration:  # type: ignore[no-untyped-def]
    return calibrate(china)


@pytest.fixture(scope="module")
def three(china) -> Calibration:  # type: ignore[no-untyped-def]
    return calibrate(china, detail="three")


def test_known_margins_are_kept(china, base: Calibration) -> None:  # type: ignore[no-untyped-def]
    e = base.economy
    assert base.year == 2017
    assert len(e.regions) == 32
    assert e.regions[-1] == "world"
    books = accounts(china, 2017, base.parameter("customs_weight"))
    assert np.allclose(e.sales[:31], books.output, rtol=EXACT)
    assert np.allclose(e.spending[:31], books.use, rtol=EXACT)
    output = china.tables["gross_output"].frame.query("year == 2017")["value"].sum()
    assert e.sales[:31].sum() == pytest.approx(output, rel=EXACT)
    # value added by three broad sectors is the yearbook's wherever no ceiling binds
    farm = books.value_added[:, 0]
    official = china.values("va_primary", 2017).to_numpy()
    inside = (farm > 0.0501 * books.output[:, 0]) & (farm < 0.9499 * books.output[:, 0])
    assert inside.sum() >= 28
    assert np.allclose(farm[inside], official[inside], rtol=EXACT)
    assert np.allclose(e.population[:31, 0], china.values("population", 2017).to_numpy(), rtol=EXACT)


def test_books_balance(china, base: Calibration) -> None:  # type: ignore[no-untyped-def]
    books = accounts(china, 2017)
    assert np.allclose(books.use.sum(0), books.output.sum(0) + books.imports.sum(0) - books.exports.sum(0), rtol=EXACT)
    assert np.allclose(books.value_added + books.inputs.sum(2), books.output, rtol=EXACT)
    flows = base.economy.accounts
    assert abs(float(flows.deficit.sum() + base.economy.government_grant.sum())) < 1e-9 * flows.value_added
    assert (flows.household > 0).all()


def test_movers_are_the_census_matrix(china, base: Calibration) -> None:  # type: ignore[no-untyped-def]
    e = base.economy
    people = e.workers[:, None] * e.migration_shares[:, :, 0]
    rows = china.flow("migration_5yr").frame.query("year == 2020")
    one = rows.query("origin == '340000' and destination == '310000'").iloc[0]
    at = e.regions.index("340000"), e.regions.index("310000")
    assert people[at] == pytest.approx(one["value"] * one["factor"] / 1e4, rel=EXACT)
    moved = (people - np.diag(np.diag(people)))[:31, :31].sum()
    assert moved == pytest.approx((rows["value"] * rows["factor"]).sum() / 1e4, rel=EXACT)


def test_an_empty_scenario_changes_nothing_at_all(china, base: Calibration, three: Calibration) -> None:  # type: ignore[no-untyped-def]
    for c in (base, three):
        result = solve(c.economy, resolve(Scenario(), c))
        assert np.all(result.x == 0.0)
        assert result.welfare == 0.0
    simulation = china.simulate(economy=three, certificate=False)
    for by in ("region", "group", "nation", "sector", "decomposition", "channels"):
        numbers = simulation.table(by).drop(columns=["converged"], errors="ignore").select_dtypes("number")
        assert not numbers.empty
        assert (numbers.to_numpy() == 0.0).all(), by
    assert (simulation.trade().to_numpy() == 0.0).all()


def test_three_sectors_are_the_eight_added_up(base: Calibration, three: Calibration) -> None:
    assert three.economy.sales.sum() == pytest.approx(base.economy.sales.sum(), rel=EXACT)
    flows = {c: (c.economy.trade_shares * c.economy.spending.T[:, :, None]).sum(0) for c in (base, three)}
    assert np.allclose(flows[base], flows[three], rtol=1e-9)
    assert np.allclose(base.economy.accounts.wages, three.economy.accounts.wages, rtol=1e-9)


def test_provinces_in_another_order_give_the_same_answer(three: Calibration) -> None:
    e = three.economy
    order = np.random.default_rng(0).permutation(32)
    back = np.argsort(order)

    def place(value: np.ndarray) -> np.ndarray:
        return value[order]

    turned = replace(
        e, regions=tuple(e.regions[i] for i in order), trade_shares=e.trade_shares[:, order][:, :, order],
        spending=place(e.spending), labour_share=place(e.labour_share), input_share=place(e.input_share),
        land_share=place(e.land_share), capital_share=place(e.capital_share), goods_share=place(e.goods_share),
        population=place(e.population), worker_groups=tuple(e.worker_groups[i] for i in order), workers=place(e.workers),
        migration_shares=e.migration_shares[order][:, order], land_supply_elasticity=place(e.land_supply_elasticity),
        stayer_share=place(e.stayer_share), land_national=place(e.land_national), capital_national=place(e.capital_national),
        nation=place(e.nation), tariff=e.tariff[:, order][:, :, order], output_tax=place(e.output_tax),
        income_tax=place(e.income_tax), government_grant=place(e.government_grant),
        government_basket=place(e.government_basket), congestion=place(e.congestion), emissions=place(e.emissions), real_income=place(e.real_income),
    )  # fmt: skip
    scenario = preset("growth_pole")
    first = solve(e, resolve(scenario, three), tolerance=1e-12)
    other = replace(three, economy=turned, links=three.links[order][:, order])
    second = solve(turned, resolve(scenario, other), tolerance=1e-12)
    # residuals of 1e-12 leave errors some tens of times as large in the unknowns
    assert second.welfare == pytest.approx(first.welfare, abs=1e-10)
    assert np.allclose(second["real_income"][back], first["real_income"], atol=1e-10)


@pytest.mark.slow
def test_every_preset_solves_and_moves_the_right_way(three: Calibration) -> None:
    results = {p.id: solve(three.economy, resolve(p, three)) for p in presets()}
    assert tuple(results) == PRESETS
    e = three.economy
    for name, result in results.items():
        assert result.status.converged, name
        assert abs(float(result["transfer"].sum())) < 1e-9 * e.accounts.value_added, name
        assert abs(float(result["population"][:31].sum() / e.population[:31].sum()) - 1) < 1e-9, name
    for name in (
        "unified_market",
        "logistics_link",
        "productivity_plus_1",
        "transport_minus_5",
        "growth_pole",
        "hukou_reform",
    ):
        assert results[name].welfare > 0, name
    movers = {k: float((e.workers[:31] * (1 - r["staying"][:31])).sum()) for k, r in results.items()}
    stayed = float((e.workers[:31] * (1 - results["hukou_reform"].base["staying"][:31])).sum())
    assert movers["hukou_reform"] > 1.05 * stayed
    west = np.array([r in ("510000", "540000", "620000", "630000") for r in e.regions])
    assert np.all(results["western_transfer"].change("real_income")[west] > 0)
    assert np.all(results["western_transfer"]["transfer"][west] > 0)
    # a cut of all internal trade costs of 5 % is worth about 5 % of trade between provinces (Hulten), and raises it
    trade = e.trade_shares * e.spending.T[:, :, None]
    between = (trade[:, :31, :31].sum() - np.einsum("jnn->", trade[:, :31, :31])) / e.accounts.factor_sales[:31].sum()
    assert between > 0
    assert results["unified_market"].trade()[:, :31, :31].sum() > trade[:, :31, :31].sum()


def test_hulten_holds_for_a_small_rise_of_productivity(three: Calibration) -> None:
    plain = replace(
        three.economy, mobility="none", worker_groups=(), workers=np.zeros(0), migration_shares=np.zeros(0), home=np.zeros(0, dtype=np.int64),
        agglomeration=np.zeros(3), output_tax=np.zeros((32, 3)), labour_share=three.economy.labour_share,
    )  # fmt: skip
    step = 1e-5
    world = solve(plain, Levers(productivity=np.full((32, 3), 1 + step)))
    flows = plain.accounts
    growth = (flows.household * world.change("real_income")).sum() / flows.household.sum() / step
    # world real income over productivity: gross output over value added, on goods only (housing is not produced)
    goods = plain.goods_share[0]
    domar = plain.sales.sum() / flows.value_added
    assert growth == pytest.approx(goods * domar, rel=2e-3)


def test_trade_resembles_observed_flows_between_eight_areas(shared, china) -> None:  # type: ignore[no-untyped-def]
    path = shared / "data" / "tombe_zhu_2019" / "trade_8_regions_2002_2007.csv"
    # (year, value added abroad over the nation's): about what it was
    for year, size in ((2002, 23.0), (2007, 15.0)):
        fit = validate_trade(calibrate(china, year, parameters={"world_size": size}), published_areas(path, year))
        table = fit.table().set_index(["sector", "pairs"])
        assert set(table.index.get_level_values("pairs")) == {"internal", "abroad", "home"}
        assert table.loc[("nonagriculture", "internal"), "correlation"] > 0.6
        assert table.loc[("agriculture", "internal"), "correlation"] > 0.6
        assert table.loc[("nonagriculture", "internal"), "mean_share_error"] < 1.6
        assert table.loc[("nonagriculture", "abroad"), "correlation"] > 0.95
        assert (table.xs("home", level="pairs")["correlation"] > 0.95).all()
    assert sum(len(m) for m in AREAS.values()) == 32
    with pytest.raises(InputError):
        published_areas(path, 2012)


def test_gravity_defaults_are_the_fit_of_the_published_shares(shared, china) -> None:  # type: ignore[no-untyped-def]
    from yugong import registry
    from yugong.simulate.published import tombe_zhu

    e = tombe_zhu.read(shared / "data" / "tombe_zhu_2019").economy
    spelt = {"Shannxi": "Shaanxi"}
    codes = [registry.place(spelt.get(r, r), level="province").code for r in e.regions[:30]]
    distance = china.flow("rail_distance").matrix().loc[codes, codes].to_numpy()
    near = china.flow("adjacency").matrix().loc[codes, codes].fillna(0).to_numpy()
    value = {k: p.default for k, p in parameters().items()}
    for j, kind in enumerate(("agriculture", "other")):
        fit = fit_gravity((e.trade_shares[j, :30, :30] * e.spending[:30, j][:, None]).T, distance, near)
        assert fit.distance == pytest.approx(value[f"distance_elasticity_{kind}"], abs=5e-4)
        assert fit.contiguity == pytest.approx(value[f"contiguity_{kind}"], abs=5e-4)
        assert fit.home == pytest.approx(value[f"home_{kind}"], abs=5e-4)


def test_missing_years_and_wrong_parameters_are_located(china) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="2016"):
        calibrate(china, 2016)
    with pytest.raises(InputError) as error:
        calibrate(china, parameters={"trade_elasticity": 99.0, "housing_share": -1.0})
    assert len(error.value.problems) == 2
    with pytest.raises(UnknownNameError):
        calibrate(china, parameters={"theta": 4.0})
    with pytest.raises(UnknownNameError):
        calibrate(china, detail="forty")


@pytest.mark.slow
def test_the_study_runs_scenarios_and_says_what_is_modelled(china, three: Calibration) -> None:  # type: ignore[no-untyped-def]
    result = china.simulate("western_transfer", compare=["hukou_reform"], economy=three)
    assert [s.id for s in result.scenarios] == ["western_transfer", "hukou_reform"]
    assert result.converged
    assert "模型估计" in result.label.zh
    assert "Modelled" in result.label.en
    assert all(c.spectral_radius < 1 for c in result.certificates)
    region, group, nation = (result.table(by) for by in ("region", "group", "nation"))
    assert set(region["place"]) == set(china.places)
    assert set(group["group"]) == {"east", "central", "west", "northeast"}
    transfers = group[group["scenario"] == "western_transfer"].set_index("group")["transfer"]
    assert transfers.sum() == pytest.approx(0.0, abs=1e-6)
    assert transfers["west"] == pytest.approx(2000.0, rel=1e-9)
    assert transfers["east"] == pytest.approx(-2000.0, rel=1e-9)
    assert nation.set_index("scenario").loc["hukou_reform", "welfare_change"] == result.results[1].welfare
    weighted = group[group["scenario"] == "hukou_reform"].set_index("group")["population_change"]
    heads = region.merge(
        pd.DataFrame(
            {
                "place": list(china.places),
                "heads": three.economy.population[:31, 0],
                "group": [result.groups[p] for p in china.places],
            }
        ),
        on="place",
    )
    heads = heads[heads["scenario"] == "hukou_reform"]
    moved = (heads["heads"] * heads["population_change"]).groupby(heads["group"]).sum() / heads.groupby("group")[
        "heads"
    ].sum()
    assert np.allclose(moved.sort_index(), weighted.sort_index(), atol=1e-12)
    assert result.provenance is not None
    kinds = {source.id: source.kind for source in result.provenance.sources}
    assert kinds["interprovincial_trade"] == "modelled"
    assert {"gross_output", "national_io", "population", "migration_5yr"} <= set(kinds)
    with pytest.raises(UnknownNameError):
        result.table("county")
    with pytest.raises(UnknownNameError):
        getattr(china.simulate, "simulat")()  # noqa: B009


def test_bands_come_from_the_seed(china, three: Calibration) -> None:  # type: ignore[no-untyped-def]
    first, again = (
        china.simulate("transport_minus_5", economy=three, certificate=False, draws=12, seed=5) for _ in range(2)
    )
    nation = first.table("nation").iloc[0]
    assert nation["welfare_low"] < nation["welfare_change"] < nation["welfare_high"]
    assert again.table("nation").iloc[0]["welfare_low"] == nation["welfare_low"]
    region = first.table()
    low, _, high = first.bands[0].band("real_income", LEVEL)
    inside = three.economy.nation
    np.testing.assert_allclose(region["real_income_low"], low[inside], atol=1e-12)
    np.testing.assert_allclose(region["real_income_high"], high[inside], atol=1e-12)


@pytest.mark.parametrize("trade_errors", [False, True])
def test_every_table_has_bands_made_of_whole_solutions(china, three: Calibration, trade_errors: bool) -> None:  # type: ignore[no-untyped-def]
    """Each draw's table is that of the scenario solved again, alone, on an economy with that draw's elasticities."""
    found = china.simulate("hukou_reform", economy=three, certificate=False, draws=6, seed=2, trade_errors=trade_errors)
    batch = found.bands[0]
    drawn = {name: values[3] if values[3].ndim else float(values[3]) for name, values in batch.draws.items()}
    one = replace(three.economy, **drawn)
    alone = china.simulate("hukou_reform", economy=replace(three, economy=one), certificate=False)
    for by in BY:
        table, own = found.table(by), alone.table(by)
        assert len(table) == len(own)
        third = list(found.draws(by))[3]
        for column in BANDED[by]:
            # migration between places without movers has no change
            np.testing.assert_allclose(third[column], own[column], atol=1e-7, rtol=1e-7, equal_nan=True)
            stem = column.removesuffix("_change")
            low, high = table[f"{stem}_low"], table[f"{stem}_high"]
            assert (low <= high)[low.notna()].all()
            assert (low < high).any()
            assert {f"{stem}_low", f"{stem}_high"} <= set(terms())
    assert {"change_low", "change_high"} <= set(disparity(found))


def test_channels_sum_to_the_exact_change(three: Calibration) -> None:
    e = three.economy
    mixed = preset("hukou_reform").then(preset("western_transfer")).then(preset("land_quota"))
    amenity = Scenario(settings=(*mixed.settings, Setting("amenity", 1.01, place="四川")), payers=mixed.payers)
    result = solve(e, resolve(amenity, three))
    found = channels(result)
    assert np.allclose(found.values.sum(1), found.total, atol=1e-14)
    assert np.allclose(np.exp(found.total), np.asarray(result["welfare"]), rtol=1e-12)  # one worker group a region
    assert np.expm1(found.nation.sum() + found.spread) == pytest.approx(result.welfare, rel=1e-9)
    per_head = [v["income"] / v["population"] for v in (result.values, result.base)]
    assert np.allclose(found.values[:31, 0], np.log(per_head[0] / per_head[1])[:31], atol=1e-8)  # solved to 1e-10
    at = e.regions.index("510000")
    assert found.values[at, 4] == pytest.approx(np.log(1.01))
    assert np.all(np.delete(found.values[:, 4], at) == 0)
    assert found.nation[5] > 0, "easier moving is worth something"


def test_levels_are_in_ten_thousand_yuan_a_head(china, three: Calibration) -> None:  # type: ignore[no-untyped-def]
    levels = china.simulate(economy=three, certificate=False).table("levels").set_index("place")
    per_head = levels["income_base"] / levels["population_base"]
    assert np.allclose(levels["real_income_per_head_base"], per_head, rtol=1e-12)
    assert np.allclose(levels["grp_base"], china.values("grp_v4", 2017), rtol=1e-3)
    # not fitted: disposable income per head of the household survey, which leaves out investment
    assert np.corrcoef(np.log(per_head), np.log(china.values("income_per_head", 2017)))[0, 1] > 0.7


def test_a_study_without_the_tables_says_what_to_bring(china) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as error:
        calibrate(replace(china, tables={}), 2017)
    assert "--template" in error.value.render("en")


def test_scenarios_of_one_id_are_refused(china, three: Calibration) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="hukou_reform"):
        china.simulate("hukou_reform", compare="hukou_reform", economy=three)


def test_a_users_own_economy_runs_on_a_study(china) -> None:  # type: ignore[no-untyped-def]
    places = ("110000", "310000", "510000")
    rows = [(o, d, "all", 10.0 if o == d else 1.0) for o in places for d in places]
    trade = pd.DataFrame(rows, columns=["origin", "destination", "sector", "value"])
    inputs = pd.DataFrame([("all", "all", 0.5)], columns=["sector", "input", "value"])
    base = from_table(trade, inputs, pd.Series({"all": 0.3}))
    result = china.simulate(Scenario("cheaper", settings=(Setting("trade_cost", 0.9),)), economy=base, draws=5)
    for by in ("region", "group", "nation", "sector", "decomposition", "channels", "levels"):
        frame = result.table(by).select_dtypes("number")
        # an economy without land, emissions or a world outside has no change of them to report
        empty = {name.rpartition("_")[0] for name in frame.columns[frame.isna().any()]}  # the change or its band
        assert empty <= {"rent", "emissions", "imports", "exports"}, by
    change = result.table()["welfare_change"].to_numpy()
    assert np.ptp(change) < 1e-9, "three alike gain alike"
    # one sector, no change of terms of trade: the exact gain is own-trade share to the power −1/(θ·(1−γ))
    own = np.diag(result.results[0].trade()[0] / result.results[0].trade()[0].sum(1, keepdims=True))[0]
    assert 1 + change[0] == pytest.approx((own / (10 / 12)) ** (-1 / (4 * 0.5)), rel=1e-8)
    assert result.table("group")["group"].tolist() == ["east", "west"]
