"""Scenarios: written and read, composed in order, located mistakes, and what each lever does to the model."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from yugong.base.errors import InputError
from yugong.base.text import Text
from yugong.registry.levers import MODES, families, lever, levers, parameters, references
from yugong.simulate.economies.calibration import Calibration
from yugong.simulate.economy import Economy
from yugong.simulate.scenario import Scenario, Setting, preset, presets, read, resolve
from yugong.simulate.scenario.translating import head_ries, instruments, path_ratio

CLOSE = 1e-12  # a few operations in double precision


def economy(seed: int = 0) -> Economy:
    """Four provinces and the world, two sectors, every block a lever can act on."""
    rng = np.random.default_rng(seed)
    n, s = 5, 2
    trade = rng.uniform(0.05, 0.3, (s, n, n)) + 2 * np.eye(n)
    shares = trade / trade.sum(2, keepdims=True)
    stay = rng.uniform(0.01, 0.05, (n, n)) + np.eye(n)
    stay[n - 1], stay[:, n - 1] = 0.0, 0.0
    stay[n - 1, n - 1] = 1.0
    stay /= stay.sum(1, keepdims=True)
    workers = rng.uniform(1.0, 3.0, n)
    return Economy(
        regions=("110000", "130000", "310000", "510000", "world"), sectors=("agriculture", "services"),
        trade_shares=shares, spending=rng.uniform(5.0, 9.0, (n, s)), labour_share=np.full((n, s, 1), 0.4),
        input_share=np.full((n, s, s), 0.15), land_share=np.full((n, s), 0.1), capital_share=np.full((n, s), 0.2),
        trade_elasticity=np.array([4.0, 5.0]), goods_share=np.full(n, 0.9), mobility="costly", workers=workers,
        migration_shares=stay[:, :, None], population=(stay.T @ workers)[:, None], home=np.arange(n),
        land_group=(0, 1), nation=np.arange(n) < 4, income_tax=np.where(np.arange(n) < 4, 0.1, 0.0),
        emissions=np.where(np.arange(n)[:, None] < 4, 10.0, 0.0) * np.ones((n, s)),
    )  # fmt: skip


def base() -> Calibration:
    links = np.full((5, 5), np.inf)
    for a, b, length in ((0, 1, 1.0), (1, 2, 2.0), (2, 3, 4.0), (0, 3, 9.0)):
        links[a, b] = links[b, a] = length
    names = {"110000": Text("北京", "Beijing"), "world": Text("世界其他地区", "rest of the world")}
    return Calibration(economy(), names=names, yuan=1e8, links=links, land=("farm", "urban"))


BASE = base()


def one(name: str, value: float, **selectors: object) -> Scenario:
    return Scenario("one", settings=(Setting(name, value, **selectors),))  # type: ignore[arg-type]


def test_registry_rows_are_whole() -> None:
    ids = [row.id for row in levers()]
    assert len(ids) == len(set(ids)) == 21
    for row in levers():
        assert row.mode in MODES
        assert row.family in families()
        assert row.low <= row.neutral <= row.high
        assert row.title.zh
        assert row.title.en
        assert row.payer.zh
        assert row.payer.en
        assert row.reference == "assumption" or row.reference in references()
        assert row.field in {f.name for f in _fields()}
    for p in parameters().values():
        assert p.low <= p.default <= p.high
        assert p.reference in ("assumption", "wdi") or p.reference in references()
    assert lever("碳价").id == lever("carbon price").id == "carbon_price"


def _fields() -> tuple[object, ...]:
    from dataclasses import fields

    from yugong.simulate.levers import Levers

    return fields(Levers)


def test_every_lever_acts_on_the_full_economy_and_on_the_field_its_row_names() -> None:
    assert instruments(BASE) == tuple(row.id for row in levers())
    values = {"tariff": 0.1, "income_tax": 0.2, "output_tax": 0.05, "carbon_cap": 0.9, "carbon_price": 10.0}
    for row in levers():
        value = values.get(
            row.id, row.high if row.neutral == row.low and row.high < 10 else 1.1 if row.neutral == 1 else 0.1
        )
        found = resolve(one(row.id, value), BASE)
        assert row.field in found.set(), row.id


def test_an_empty_scenario_sets_nothing() -> None:
    assert resolve(Scenario(), BASE).set() == ()
    assert resolve(Scenario(), economy()).set() == ()


def test_settings_at_the_base_year_set_nothing_either() -> None:
    calm = (
        *(Setting(r.id, r.neutral) for r in levers() if r.id not in ("income_tax", "output_tax", "tariff")),
        Setting("productivity", 2.0), Setting("productivity", 0.5),
    )  # fmt: skip
    assert resolve(Scenario(settings=calm, payers="上海"), BASE).set() == ()


def test_toml_object_and_dictionary_say_the_same() -> None:
    quoted = Scenario(
        'a "b" \\ 引', Text("题\n目", "title"), Text("注", "note"),
        (Setting("trade_cost", 0.9, origin="北京", destination=("上海", "四川"), sector="services", mode="multiply", both=True),
         Setting("land_quota", 1.02, place="北京", land="farm"), Setting("household_transfer", -5)),
        ("hukou_reform",), ("east", "四川"),
    )  # fmt: skip
    assert Scenario.from_toml(quoted.to_toml()) == quoted
    assert Scenario.from_dict(quoted.to_dict()) == quoted
    for shipped in presets():
        assert Scenario.from_toml(shipped.to_toml()) == shipped
        assert shipped.title.zh
        assert shipped.title.en


def test_settings_compose_in_their_order() -> None:
    def productivity(*settings: Setting) -> np.ndarray:
        return np.asarray(resolve(Scenario(settings=settings), BASE).productivity)

    up = Setting("productivity", 1.1)
    beijing = Setting("productivity", 1.2, place="北京", sector="services")
    more = Setting("productivity", 0.05, place=("110000", "四川"), mode="add")
    put = Setting("productivity", 1.5, place="Beijing", mode="set")
    assert np.allclose(productivity(up, beijing)[0], [1.1, 1.32], atol=CLOSE)
    assert np.allclose(productivity(up, beijing, more)[3], [1.15, 1.15], atol=CLOSE)
    assert np.allclose(productivity(put, up)[0], 1.65, atol=CLOSE)
    assert np.allclose(productivity(up, put)[0], 1.5, atol=CLOSE)
    assert np.all(productivity(up)[4] == 1.0), "all means the nation, not the world"
    both = Scenario(settings=(up,)).then(Scenario(settings=(put,)))
    assert np.allclose(np.asarray(resolve(both, BASE).productivity)[0], 1.5, atol=CLOSE)


def test_what_is_extended_comes_first_and_circles_are_refused(tmp_path: Path) -> None:
    (tmp_path / "below.toml").write_text(
        '[scenario]\nid="below"\n[budget]\npayers="东部地区"\n[[set]]\nlever="productivity"\nvalue=1.5\nmode="set"\n',
        encoding="utf-8",
    )
    (tmp_path / "top.toml").write_text(
        '[scenario]\nextends=["below.toml","productivity_plus_1"]\n[[set]]\nlever="productivity"\nvalue=1.2\nmode="set"\nplace="四川"\n',
        encoding="utf-8",
    )
    top = read(tmp_path / "top.toml")
    assert [s.value for s in top.settings] == [1.5, 1.01, 1.2]
    assert top.payers == ("东部地区",)
    assert top.id == "top"
    (tmp_path / "a.toml").write_text('[scenario]\nextends="b.toml"\n', encoding="utf-8")
    (tmp_path / "b.toml").write_text('[scenario]\nextends="a.toml"\n', encoding="utf-8")
    with pytest.raises(InputError, match="extends"):
        read(tmp_path / "a.toml")
    with pytest.raises(InputError) as error:
        read(tmp_path / "absent.toml")
    assert "absent.toml" in error.value.render("en")


BROKEN = """[scenario]
id = "x"
colour = 1

[[set]]
lever = "trade_cots"
value = 0.9

[[set]]
lever = "productivity"
value = 9
place = "北京"

[[set]]
lever = "carbon_cap"
value = 0.9
place = "北京"

[[set]]
lever = "land_quota"
place = 3
mood = "add"
"""


def test_every_mistake_in_a_file_is_shown_once_with_its_line() -> None:
    with pytest.raises(InputError) as error:
        Scenario.from_toml(BROKEN, "mine.toml")
    found = {(p.row, p.column) for p in error.value.problems}
    assert {
        (3, "colour"),
        (6, "lever"),
        (11, "value"),
        (17, "place"),
        (19, "value"),
        (21, "place"),
        (22, "mood"),
    } <= found
    assert all(p.file == "mine.toml" for p in error.value.problems)
    text = error.value.render("en")
    assert "trade_cost" in text, "the nearest lever is named"
    assert "trade_cots" in error.value.render("zh")
    with pytest.raises(InputError) as invalid:
        Scenario.from_toml('[scenario\nid="x"', "mine.toml")
    assert invalid.value.problems[0].row == 1


def problems(scenario: Scenario) -> str:
    with pytest.raises(InputError) as error:
        resolve(scenario, BASE)
    assert all(p.what.zh and p.what.en for p in error.value.problems)
    return error.value.render("en")


def test_names_the_economy_does_not_know_are_refused_together() -> None:
    text = problems(
        Scenario(
            settings=(
                Setting("productivity", 1.1, place="Bejing"),
                Setting("productivity", 1.1, sector="robots"),
                Setting("land_quota", 1.1, land="water"),
                Setting("productivity", 1.1, place="东部地区"),
            )
        )
    )
    for word in ("Bejing", "Beijing", "robots", "services", "water", "not whole regions"):
        assert word in text


def test_bounds_hold_for_what_settings_add_up_to() -> None:
    twice = (Setting("productivity", 1.9), Setting("productivity", 1.9))
    assert "3.61 is outside" in problems(Scenario(settings=twice))
    assert "2.5 is outside" in problems(Scenario(settings=(Setting("productivity", 1.5, mode="add"),)))


def test_a_budget_that_cannot_close_is_refused() -> None:
    text = problems(Scenario(settings=(Setting("household_transfer", 90.0, place="四川"),), payers=("北京",)))
    assert "budget cannot close" in text
    assert "payers must be regions" in problems(
        Scenario(settings=(Setting("household_transfer", 1.0),), payers=("world",))
    )
    assert "payers" in problems(Scenario(settings=(Setting("household_transfer", 1.0),), payers=("nowhere",)))


def test_a_lever_that_acts_on_nothing_is_refused() -> None:
    plain = Economy(
        regions=("a", "b"), sectors=("x",), trade_shares=np.full((1, 2, 2), 0.5), spending=np.ones((2, 1)),
        labour_share=np.ones((2, 1, 1)), input_share=np.zeros((2, 1, 1)), trade_elasticity=np.array([4.0]),
    )  # fmt: skip
    with pytest.raises(InputError) as error:
        resolve(Scenario(settings=(Setting("carbon_price", 10.0), Setting("hukou_access", 0.5))), plain)
    assert len(error.value.problems) == 2
    assert resolve(one("trade_cost", 0.9, origin="a"), plain).set() == ("trade_cost",)
    with pytest.raises(InputError):
        resolve(one("link_time", 0.9), plain)


def test_pairs_run_from_seller_to_buyer_and_spare_what_stays() -> None:
    hats = np.asarray(
        resolve(one("trade_cost", 0.9, origin="北京", destination="四川", sector="services"), BASE).trade_cost
    )
    assert hats[1, 3, 0] == 0.9
    assert (hats != 1).sum() == 1
    both = np.asarray(resolve(one("trade_cost", 0.9, origin="北京", destination="四川", both=True), BASE).trade_cost)
    assert (both != 1).sum() == 4
    inside = np.asarray(resolve(one("trade_cost", 0.9), BASE).trade_cost)
    assert (inside != 1).sum() == 2 * 4 * 3
    abroad = np.asarray(resolve(one("tariff", 0.2, origin="world"), BASE).tariff)
    assert (abroad != 0).sum() == 2 * 4
    assert np.all(abroad[:, :4, 4] == 0.2)
    moves = np.asarray(resolve(one("migration_cost", 0.8, origin="北京", destination="四川"), BASE).migration_cost)
    assert moves[0, 3, 0] == 0.8
    assert (moves != 1).sum() == 1


def test_amounts_are_shared_by_population_and_paid_by_payers() -> None:
    scenario = Scenario(settings=(Setting("household_transfer", 2.0, place=("北京", "四川")),), payers=("上海",))
    found = resolve(scenario, BASE)
    received, heads = np.asarray(found.household_transfer), economy().population[:, 0]
    assert received.sum() == pytest.approx(2.0, rel=CLOSE)
    assert received[0] / received[3] == pytest.approx(heads[0] / heads[3], rel=CLOSE)
    assert np.asarray(found.payer).tolist() == [0.0, 0.0, 1.0, 0.0, 0.0]
    eco = Scenario(settings=(Setting("eco_land", 1.0, place="四川"),), payers=("上海",))
    assert resolve(eco, BASE).payer is not None
    assert resolve(Scenario(settings=(Setting("productivity", 1.1),), payers=("上海",)), BASE).payer is None


def test_relocation_moves_people_and_capital_and_changes_no_national_total() -> None:
    found = resolve(one("relocation", 0.1, origin="北京", destination=("河北", "四川")), BASE)
    e = economy()
    share, capital = np.asarray(found.relocation), np.asarray(found.capital)
    heads = e.population.sum(1)
    assert share.sum(0) == pytest.approx([0.1, 0, 0, 0, 0])
    assert share[[1, 3], 0] == pytest.approx(0.1 * heads[[1, 3]] / heads[[1, 3]].sum())
    profits = e.accounts.profits
    assert (profits * capital).sum() == pytest.approx(profits.sum(), rel=CLOSE)


def test_links_act_through_shortest_paths() -> None:
    hats = np.ones((5, 5))
    hats[0, 1] = hats[1, 0] = 0.5
    ratio = path_ratio(BASE.links, hats)
    # 北京–河北 1 → 0.5; 北京–上海 3 → 2.5; 北京–四川 7 → 6.5 through all, not the direct 9; the world is not joined
    assert ratio[0, 1] == pytest.approx(0.5)
    assert ratio[0, 2] == pytest.approx(2.5 / 3)
    assert ratio[0, 3] == pytest.approx(6.5 / 7)
    assert np.all(ratio[4] == 1)
    found = np.asarray(resolve(one("link_time", 0.5, origin="北京", destination="河北"), BASE).trade_cost)
    assert found[1, 0, 1] == pytest.approx(0.5 ** (BASE.parameter("distance_elasticity_other") / 5.0), rel=CLOSE)
    assert found[0, 1, 0] == pytest.approx(0.5 ** (BASE.parameter("distance_elasticity_agriculture") / 4.0), rel=CLOSE)
    assert "no direct link" in problems(one("link_time", 0.5, origin="北京", destination="上海"))


def test_measured_barriers_recover_planted_costs() -> None:
    rng = np.random.default_rng(3)
    n, theta = 5, 4.0
    cost = np.exp(rng.uniform(0.1, 1.0, (n, n)))
    cost = np.sqrt(cost * cost.T)
    np.fill_diagonal(cost, 1.0)
    flows = rng.uniform(1, 2, n)[None, :] * cost**-theta
    e = economy()
    planted = replace(
        e, trade_shares=np.stack([flows / flows.sum(1, keepdims=True)] * 2), trade_elasticity=np.full(2, theta)
    )
    assert np.allclose(head_ries(planted)[0], np.log(cost), atol=1e-10)


def test_carbon_prices_are_given_in_yuan_per_tonne() -> None:
    found = resolve(one("carbon_price", 100.0, place="北京"), BASE)
    assert np.asarray(found.carbon_price)[0] == pytest.approx(100.0 / 1e8, rel=CLOSE)


def test_a_preset_that_does_not_exist_is_named() -> None:
    with pytest.raises(InputError, match="utopia"):
        preset("utopia")
