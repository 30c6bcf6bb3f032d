"""Strategies, pairs, agreements, tasks and figures: counts, links, sums and dates."""

import subprocess
import sys

import pytest

from yugong import registry
from yugong.base.errors import InputError, UnknownNameError

CENT = 1e-9  # sums of decimals with one or two places


def test_every_strategy_has_one_of_the_families_and_a_known_scope() -> None:
    families = {t.id for t in registry.taxonomy("strategy_families")}
    groups = {g.id for g in registry.groups()}
    for s in registry.strategies():
        assert s.family in families
        assert s.scope is None or s.scope in groups
        assert all(m.date >= s.start for m in s.milestones), s.id
    for family in ("coordinated", "major", "zoning", "urbanisation"):
        assert registry.strategies(family)


def test_milestones_belong_to_strategies() -> None:
    ids = {s.id for s in registry.strategies()}
    assert set(registry.table("milestones")["strategy"]) <= ids


def test_strategies_by_family_and_day() -> None:
    major = {s.id for s in registry.strategies("major", on="2016-06-30")}
    assert major == {"jingjinji", "yangtze_belt"}
    assert {s.id for s in registry.strategies("区域重大战略", on="2016-06-30")} == major
    assert registry.strategies(on="1990-01-01") == ()
    with pytest.raises(UnknownNameError):
        registry.strategies("regional")
    with pytest.raises(InputError):
        registry.strategies(on="soon")


def test_a_strategy_is_not_older_than_its_scope_by_more_than_its_naming() -> None:
    for s in registry.strategies():
        if s.scope:
            founded = registry.group(s.scope).start
            assert founded is not None
            assert abs((founded - s.start).days) <= 366, s.id


def test_east_west_pairs() -> None:
    found = registry.pairs("east_west", on="2023-06-01")
    assert len({p.giver.code for p in found if p.giver}) == 8
    assert len({p.receiver.parent or p.receiver.code for p in found}) == 10
    assert {p.receiver.short for p in registry.pairs("东西部协作", giver="广东")} == {"广西", "贵州"}
    assert {p.giver.short for p in registry.pairs("east_west", receiver="甘肃") if p.giver} == {"天津", "山东"}
    assert registry.pairs("east_west", on="2019-01-01") == ()


def test_other_pairs() -> None:
    assert len({p.giver.code for p in registry.pairs("xinjiang") if p.giver}) == 19
    xizang = registry.pairs("xizang")
    assert len(xizang) == len({p.giver.code for p in xizang if p.giver}) == 17
    assert all(p.editable for p in xizang)
    assert {p.receiver.parent for p in xizang} == {"540000"}
    assert len({p.receiver.code for p in registry.pairs("qinghai")}) == 6
    assert len(registry.pairs("northeast_east")) == 7
    old = registry.pairs("old_areas", on="2024-01-01")
    assert len(old) == 20
    assert sum(p.editable for p in old) == 9
    assert registry.pairs("old_areas", on="2031-01-01") == ()
    assert {p.giver for p in registry.pairs("three_gorges")} == {None}
    with pytest.raises(UnknownNameError):
        registry.pairs("friendship")


def test_no_pair_is_with_itself() -> None:
    for p in registry.pairs():
        assert p.giver is None or p.giver.code not in (p.receiver.code, p.receiver.parent)


def test_the_chishui_shares_give_the_net_sums() -> None:
    one, two = (a for a in registry.agreements() if a.id in ("chishui_r1", "chishui_r2"))
    put_in, taken = one.parameters["contribution"], one.parameters["allocation"]
    for agreement in (one, two):
        for code, net in agreement.parameters["net_wan"].items():
            due = agreement.pool_wan * (taken[code] / sum(taken.values()) - put_in[code] / sum(put_in.values()))
            assert due == pytest.approx(net, abs=CENT)
        assert sum(agreement.parameters["net_wan"].values()) == 0


def test_agreement_figures() -> None:
    known = {a.id: a for a in registry.agreements()}
    assert sum(known["trunk_2025"].parameters["weights"].values()) == pytest.approx(1, abs=CENT)
    assert sum(known["xinanjiang_r1"].parameters["weights"]) == pytest.approx(1, abs=CENT)
    assert sum(known["xinanjiang_r3"].unverified["weights"]) == pytest.approx(1, abs=CENT)
    assert known["yulu_r1"].parameters["step_wan"] == 6000
    assert known["yulu_r1"].parameters["change_cap_wan"] == 4000
    total = known["dongjiang_r2"].parameters["r1_r2_total_wan"]
    assert sum(total.values()) == 270000
    assert total["440000"] == 6 * known["dongjiang_r1"].downstream_wan
    assert known["xinanjiang_r1"].editable  # k0 is unverified
    assert not known["chishui_r1"].editable


def test_agreements_by_place_and_day() -> None:
    assert {a.id for a in registry.agreements("安徽", on="2013-06-01")} == {"xinanjiang_r1"}
    assert {a.id for a in registry.agreements("云南")} == {"chishui_r1", "chishui_r2"}


def test_upstream_is_not_downstream() -> None:
    for a in registry.agreements():
        assert not {p.code for p in a.upstream} & {p.code for p in a.downstream}


def test_payments_are_of_agreements_between_their_sides_and_in_their_time() -> None:
    known = {a.id: a for a in registry.agreements()}
    for paid in registry.payments():
        a = known[paid.agreement]
        sides = {p.code for p in (*a.upstream, *a.downstream)}
        assert {paid.payer.code, paid.receiver.code} <= sides
        assert a.start.year <= paid.year
        assert a.end is None or paid.year <= a.end.year
    guizhou = {p.year: p.amount_wan for p in registry.payments() if p.payer.short == "贵州"}
    assert guizhou[2023] == pytest.approx(0.85 * guizhou[2024], abs=CENT)


def test_every_task_resolves() -> None:
    tasks = registry.tasks()
    assert len(tasks) == 13
    codes = {i.code for i in registry.indicators()}
    groups = {g.id for g in registry.groups()}
    strategies = {s.id for s in registry.strategies()}
    verbs = {t.id for t in registry.taxonomy("verbs")}
    mechanisms = {t.id for t in registry.taxonomy("mechanisms")}
    for task in tasks:
        assert task.indicators, task.id
        assert task.verbs, task.id
        assert set(task.indicators) <= codes, task.id
        assert set(task.groups) <= groups, task.id
        assert set(task.strategies) <= strategies, task.id
        assert set(task.verbs) <= verbs, task.id
        assert task.mechanism in mechanisms, task.id
    assert {t.mechanism for t in tasks} == mechanisms


def test_the_thirty_points() -> None:
    points = registry.points()
    assert [p.number for p in points] == list(range(1, 31))
    assert len({p.part.zh for p in points}) == 10
    verbs = {t.id for t in registry.taxonomy("verbs")}
    assert all(p.verbs and set(p.verbs) <= verbs for p in points)


def test_taxonomies() -> None:
    assert len(registry.taxonomy("mechanisms")) == 4
    assert len(registry.taxonomy("five_coordinations")) == 5
    assert len(registry.taxonomy("goals")) == 3
    with pytest.raises(UnknownNameError):
        registry.taxonomy("colours")


def test_the_1987_allotment_and_the_three_gorges_tax_add_up() -> None:
    river = registry.shares("yellow_river_1987")
    assert sum(s.value for s in river) == pytest.approx(370, abs=CENT)
    assert len(registry.shares("three_gorges_tax")) == 2
    assert sum(s.value for s in registry.shares("three_gorges_tax")) == pytest.approx(100, abs=CENT)
    with pytest.raises(UnknownNameError):
        registry.shares("sun")


def test_resource_city_counts_add_up() -> None:
    n = {f.id.removeprefix("resource_"): f.value for f in registry.figures() if f.id.startswith("resource_")}
    assert n["prefecture"] + n["county_city"] + n["county"] + n["district"] == n["cities"] == 262
    assert n["growing"] + n["mature"] + n["declining"] + n["regenerating"] == n["cities"]
    f = {f.id: f.value for f in registry.figures()}
    assert f["east_west_aid_2023"] * 1e4 / f["east_west_aid_per_county_2023"] == pytest.approx(447, abs=0.5)


def test_names_are_functions_whichever_module_loads_first() -> None:
    code = (
        "import yugong.registry.tags, yugong.registry.terms, yugong.registry.indicators\n"
        "from yugong import registry\n"
        "assert all(callable(getattr(registry, n)) for n in registry.__all__ if n not in ('LEVELS', 'REGISTERS', 'Level'))\n"
        "registry.place('四川'), registry.members('长江经济带'), registry.terms(), registry.indicators()\n"
        "import sys\n"
        "assert 'pandas' not in sys.modules and 'numpy' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
