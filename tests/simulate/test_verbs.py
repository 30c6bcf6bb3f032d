"""The study's verbs on China's default economy: against direct solves, brute force and identities."""

import inspect

import numpy as np
import pytest

from yugong import study
from yugong.base.errors import InputError, UnknownNameError
from yugong.registry import members
from yugong.registry.terms import explanations, options
from yugong.simulate import gradient, solve, transition
from yugong.simulate._study_paths import _dynamics, yearly
from yugong.simulate.catalogue import CATALOGUE
from yugong.simulate.objectives import Disparity
from yugong.simulate.running import base_year
from yugong.simulate.scenario import Scenario, Setting, resolve

THREE = {"detail": "three"}
GRADIENT = 1e-6  # adjoint slopes against fourth-order differences of solves at 1e-12
SOLVED = 1e-9  # two solves of one scenario, each to 1e-10 in logs
BUDGET = 1000.0
RESETTLED = 5e-5  # rebased years spread people over land by that year's earnings, one path by the base year's


@pytest.fixture(scope="module")
def china() -> study.Study:
    return study.china()


@pytest.fixture(scope="module")
def base(china: study.Study):  # type: ignore[no-untyped-def]
    return base_year(china, None, "three")


@pytest.fixture(scope="module")
def plan(china: study.Study):  # type: ignore[no-untyped-def]
    return china.simulate.optimise(budget=BUDGET, by="group", **THREE)


def test_the_catalogue_names_functions_that_take_a_study(china: study.Study) -> None:
    ids = dir(china.simulate)
    assert {"optimise", "frontier", "gradients", "grid", "path", "transition_speed"} <= set(ids)
    for verb in CATALOGUE.verbs():
        assert verb.function().__doc__


@pytest.mark.parametrize("name", ["public_investment", "hukou_access", "land_quota", "income_tax"])
def test_gradients_agree_with_finite_differences(china: study.Study, name: str) -> None:
    found = china.simulate.gradients(levers=name, check=3, **THREE)
    assert found.converged
    assert np.isfinite(found.error[:3]).all()
    assert found.error[:3].max() < GRADIENT
    assert (np.diff(np.abs(found.effect)) <= 1e-18).all(), "ranked by the size of the effect"


def test_a_cap_at_its_kink_has_the_slope_of_tightening(china: study.Study) -> None:
    found = china.simulate.gradients("emissions", levers="carbon_cap", check=1, **THREE)
    assert found.slope[0] == pytest.approx(1.0, abs=1e-9), "emissions are the cap where it binds"
    assert found.error[0] < GRADIENT
    assert found.edge == ("carbon_cap",)
    assert any("inwards" in note.en for note in found.notes)
    assert china.simulate.gradients(levers="productivity", check=0, **THREE).edge == ()


def test_gradients_through_the_registry_are_those_of_the_model_s_own_levers(china: study.Study, base) -> None:  # type: ignore[no-untyped-def]
    found = china.simulate.gradients(levers="household_transfer", check=0, **THREE)
    direct = gradient(base.economy, wrt=("household_transfer",), tolerance=1e-12).slopes["household_transfer"]
    at = [base.economy.regions.index(p) for p in found.places]
    np.testing.assert_allclose(found.slope, direct[at], rtol=1e-7)
    assert np.isnan(found.difference).all()


def test_pairs_and_single_outcomes(china: study.Study) -> None:
    found = china.simulate.gradients("real_income", of="重庆", levers="link_time", places="west", check=1, **THREE)
    assert all("~" in p for p in found.places)
    assert found.error[0] < 1e-5  # a shortest path is a maximum of lengths: only its derivative on one side is smooth
    assert "重庆" in found.outcome.zh


def test_the_optimum_spends_the_budget_where_no_other_split_is_better(china: study.Study, base, plan) -> None:  # type: ignore[no-untyped-def]
    assert plan.converged
    assert plan.chosen.sum() == pytest.approx(BUDGET, rel=1e-8)
    groups = {g: [p for p, of in plan.simulation.groups.items() if of == g] for g in plan.places}

    def welfare(amounts: dict[str, float]) -> float:
        settings = tuple(Setting("household_transfer", v, place=tuple(groups[g])) for g, v in amounts.items())
        return 1 + solve(base.economy, resolve(Scenario(settings=settings), base)).welfare

    best = dict(zip(plan.places, plan.chosen, strict=True))
    assert welfare(best) == pytest.approx(plan.value, abs=SOLVED)
    assert plan.simulation.results[0].welfare + 1 == pytest.approx(plan.value, abs=SOLVED)
    for a in best:
        for b in best:
            if a != b and best[a] >= 50:
                assert welfare({**best, a: best[a] - 50, b: best[b] + 50}) < plan.value
    name, spent, bound, price = plan.limits[0]
    assert (name, bound) == ("budget", BUDGET)
    assert spent == pytest.approx(BUDGET)
    more = china.simulate.optimise(budget=BUDGET + 20, by="group", **THREE)
    less = china.simulate.optimise(budget=BUDGET - 20, by="group", **THREE)
    assert price == pytest.approx((more.value - less.value) / 40, rel=1e-3)


def test_a_plan_is_a_scenario_that_can_be_kept(plan, tmp_path, china: study.Study) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "best.toml"
    file.write_text(plan.scenario.to_toml(), encoding="utf-8")
    again = china.simulate(str(file), detail="three", certificate=False)
    assert again.results[0].welfare + 1 == pytest.approx(plan.value, abs=SOLVED)
    frame = plan.table()
    assert list(frame["binding"]).count("low") == int((plan.chosen == plan.low).sum())
    assert (frame["shadow_price"] >= 0).all()


def test_limits_hold_and_are_priced(china: study.Study) -> None:
    found = china.simulate.optimise(
        "emissions", levers="carbon_price", high=200.0, by="group", welfare_min=-0.0005, **THREE
    )
    assert found.converged
    assert found.value < found.before == pytest.approx(1.0)
    name, value, bound, price = found.limits[0]
    assert name == "welfare_min"
    assert value == pytest.approx(bound, abs=1e-7)
    assert price > 0
    assert found.path[-1] <= found.path[0]


def test_the_frontier_gives_up_welfare_for_equality(china: study.Study) -> None:
    found = china.simulate.frontier(budget=BUDGET, points=3, **THREE)
    assert all(found.converged)
    assert (np.diff(found.disparity) < 0).all()
    assert (np.diff(found.efficiency) <= 1e-10).all()
    assert len(found.policies()) == 3 * len(found.levers)
    between = (found.efficiency[0] - found.efficiency[2]) / (found.disparity[0] - found.disparity[2])
    assert 0 < found.price[1] < 5 * between


def test_a_grid_is_the_single_solves(china: study.Study, base) -> None:  # type: ignore[no-untyped-def]
    found = china.simulate.grid("government_transfer", 0.0, 1000.0, steps=3, places="west", **THREE)
    assert found.converged.all()
    assert found.welfare[0] == pytest.approx(0, abs=SOLVED)
    for value, welfare, disparity in zip(found.values, found.welfare, found.disparity, strict=True):
        levers = resolve(Scenario(settings=(Setting("government_transfer", float(value), place="west"),)), base)
        one = solve(base.economy, levers)
        assert welfare == pytest.approx(one.welfare, abs=SOLVED)
        home = base.economy.nation
        theil = Disparity().of(one["real_income_per_head"][home], one["population"][home])
        assert disparity == pytest.approx(float(theil), abs=SOLVED)
    theta = china.simulate.grid("trade_elasticity", 3.0, 5.0, steps=3, scenario="unified_market", by="region", **THREE)
    # barriers are measured by trade, so each value of the elasticity has costs of its own
    five = china.simulate("unified_market", parameters=["trade_elasticity=5"], certificate=False, **THREE)
    assert theta.welfare[2] == pytest.approx(five.results[0].welfare, abs=SOLVED)
    assert len(theta.table()) == 3 * 31


def test_paths_start_from_rest_and_keep_everyone(china: study.Study, base) -> None:  # type: ignore[no-untyped-def]
    root, gap = yearly(base.economy)
    assert gap < 1e-10
    np.testing.assert_allclose(root.sum(1), 1)
    found = china.simulate.path("western_transfer", years=20)
    assert found.converged
    assert np.abs(found.population_baseline).max() < 1e-9
    heads = base.economy.population[base.economy.nation, 0]
    np.testing.assert_allclose(found.population @ heads, 0, atol=1e-8 * heads.sum())
    assert len(found.table()) == 20 * 31
    west = [i for i, p in enumerate(found.regions) if p == "620000"]
    assert (np.diff(found.population[:, west[0]])[1:] > 0).all(), "people go on moving to where transfers go"


def test_a_path_on_a_growing_baseline_is_the_growing_path_with_the_scenario(china: study.Study, base) -> None:  # type: ignore[no-untyped-def]
    """Brute force: one path that grows and has the scenario from the first year, beside one that only grows."""
    rates = ("0.01", "west=0.02")
    found = china.simulate.path("productivity_plus_1", years=8, productivity_growth=rates)
    assert found.converged
    still, motion, _ = _dynamics(base, 8, True, False, 0.95, 1.0, 0.05)
    west = np.array([member.place.code for member in members("west")])
    rate = np.where(np.isin(base.economy.regions, west), 0.02, np.where(base.economy.nation, 0.01, 0.0))
    grown = (1 + rate)[None, :, None] ** np.arange(8)[:, None, None] * np.ones((1, 1, 3))
    one = np.where(base.economy.nation, 1.01, 1.0)[None, :, None]
    inside = base.economy.nation
    for by_year, columns in (
        (grown, (found.population_baseline, found.real_wage_baseline)),
        (grown * one, (found.population, found.real_wage)),
    ):
        frame = transition(still.economy, motion, by_year={"productivity": by_year}).table()
        for name, values in zip(("population_change", "real_wage_change"), columns, strict=True):
            np.testing.assert_allclose(values, frame[name].to_numpy().reshape(8, -1)[:, inside], atol=RESETTLED)
    assert any("0.02" in note.en for note in found.notes)


@pytest.mark.parametrize(("word", "said"), [("west", "cannot read"), ("nowhere=0.02", "nowhere"), ("2", "fractions")])
def test_growth_that_cannot_be_read_is_said(china: study.Study, word: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        china.simulate.path(years=3, productivity_growth=[word])
    assert said in error.value.render("en")


def test_an_unstable_base_year_names_where(china: study.Study) -> None:
    found = china.simulate.transition_speed(capital=True)
    assert found.converged
    assert found.eigenvalues[0] > 1.01
    assert found.leading[0].en == "Xizang"
    assert found.leading[1] > 0.8
    assert any("no stable steady state" in note.en and "Xizang" in note.en for note in found.notes)


def test_every_verb_and_option_has_words_in_both_languages() -> None:
    words = options()
    assert {v for room, v in explanations() if room == "simulate"} == {v.id for v in CATALOGUE.verbs()}
    for verb in CATALOGUE.verbs():
        for name in list(inspect.signature(verb.function()).parameters)[1:]:
            assert words[name].zh, f"{verb.id} --{name}"
            assert words[name].en


def test_half_lives_are_those_of_the_transition_matrix(china: study.Study) -> None:
    found = china.simulate.transition_speed()
    assert found.eigenvalues[0] == pytest.approx(1, abs=1e-8)
    assert (found.half_life > 1).all()
    assert list(found.table()["half_life"]) == sorted(found.half_life, reverse=True)
    slow = china.simulate.transition_speed(spread=3.0)
    assert np.median(slow.half_life) > np.median(found.half_life), "people who move for taste follow wages slowly"


def test_every_view_of_flows_and_balances_adds_up(china: study.Study, base) -> None:  # type: ignore[no-untyped-def]
    result = china.simulate("western_transfer", detail="three", certificate=False)
    r = result.results[0]
    trade = result.table("trade")
    spent = trade.groupby("destination", sort=False)["value_new"].sum()
    np.testing.assert_allclose(spent, np.asarray(r["spending"]).sum(1), rtol=1e-9)
    moved = result.table("migration")
    for when, values in (("value_base", r.base), ("value_new", r.values)):
        living = moved.groupby("destination", sort=False)[when].sum()
        np.testing.assert_allclose(living, values["population"], rtol=1e-8)
    balances = result.table("balances").set_index(["item", "place"])
    assert balances.loc["transfer", "value_new"].sum() == pytest.approx(0, abs=1e-6)
    assert balances.loc["transfer"].loc["620000", "change"] > 0
    for by in ("region", "group", "nation"):
        frame = result.table(by)  # type: ignore[arg-type]
        named = [
            "wage",
            "living_cost",
            "rent",
            "exports",
            "imports",
            "real_income",
            "welfare",
            "population",
            "emissions",
        ]
        assert np.isfinite(frame[[f"{c}_change" for c in named]].to_numpy()).all()
    group = result.table("group").set_index("group")
    assert group.loc["west", "arrivals_change"] > 0 > group.loc["west", "leavers_change"]
    null = china.simulate(None, detail="three", certificate=False)
    assert (null.table("region").drop(columns=["scenario", "place"]).to_numpy() == 0).all()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"levers": "productivity", "high": 1.1, "budget": 10.0}, "unit_cost"),
        ({"levers": "productivity"}, "high"),
        ({"levers": "productivity", "high": 3.0}, "outside"),
        ({"levers": "trade_cost", "high": 1.0}, "pairs"),
        ({"places": "火星", "budget": 10.0}, "火星"),
    ],
)
def test_what_cannot_be_planned_is_said(china: study.Study, options: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as error:
        china.simulate.optimise(**options, **THREE)
    english = error.value.render("en")
    assert said.replace("_", "-") in english or said in english
    assert error.value.render("zh") != english


def test_unknown_names_list_the_nearest(china: study.Study) -> None:
    with pytest.raises(UnknownNameError, match="productivity"):
        china.simulate.gradients(levers="productivty", **THREE)
    with pytest.raises(UnknownNameError, match="trade_elasticity"):
        china.simulate.grid("theta", 1.0, 2.0, **THREE)
    with pytest.raises(InputError, match=r"problem|问题"):
        china.simulate.path(migration=False)
    with pytest.raises(InputError):
        china.simulate.gradients("real_income", **THREE)
