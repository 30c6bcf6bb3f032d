"""The question: what it masks, how the policy is dated, and what is refused before anything runs."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yugong import study as studies
from yugong.base.errors import InputError, UnknownNameError
from yugong.base.text import Text
from yugong.evaluate.asking import _clusters, from_study
from yugong.evaluate.breaks import breaks_of
from yugong.evaluate.checks import NEEDS, check
from yugong.evaluate.policy import Policy, Spell, find_policy, status, table_policy
from yugong.evaluate.question import NEVER, Question, ask
from yugong.study.model import Study


@pytest.fixture(scope="module")
def china() -> Study:
    return studies.china()


def small(**options: object) -> Question:
    y = np.arange(24.0).reshape(4, 6)
    dose = np.zeros((4, 6))
    dose[0, 3:] = 1
    dose[1, 2:4] = 1
    return ask(y, dose, years=range(2000, 2006), **options)


def test_masks() -> None:
    q = small(anticipation=1, recovery=1)
    assert q.cohorts.tolist() == [2003, 2002, 0, 0]
    assert q.onset.tolist() == [3, 2, NEVER, NEVER]
    assert not q.absorbing
    assert q.event_time[0].tolist() == [-3, -2, -1, 0, 1, 2]
    assert q.clean[0].tolist() == [True, True, False, False, False, False]  # the year before is set aside
    assert q.clean[1].tolist() == [True, False, False, False, False, True]  # back after one year of recovery
    assert small().clean[1].tolist() == [True, True, False, False, False, False]  # never back
    assert q.clean[2:].all()
    assert q.never.tolist() == [False, False, True, True]


def test_exposure_and_competing_policies_leave_the_comparison() -> None:
    reach, other = np.zeros((4, 6)), np.zeros((4, 6))
    reach[2, 3:] = 0.4
    reach[3, 5] = np.nan  # unknown exposure does not make a clean comparison
    other[0, 4:] = 1
    other[3, 0] = 1
    q = small(exposures={"ring": reach}, competing={"b": other})
    assert q.clean[2].tolist() == [True] * 3 + [False] * 3
    assert q.clean[3].tolist() == [False] * 6  # the other policy came and went: never clean again
    assert q.estimated[0].tolist() == [False, False, False, True, False, False]
    assert small(exposures={"ring": reach}, donut=()).clean[2].all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"places": ["a", "a", "b", "c"]}, "地区重复"),
        ({"years": [2000, 2001, 2002, 2003, 2005, 2006]}, "年份不连续"),
        ({"years": [2000, 2001, 2002, 2003, 2003, 2004]}, "年份重复"),
        ({"covariates": {"x": np.zeros((3, 6))}}, "形状"),
        ({"clusters": ("a", "b")}, "clusters"),
        ({"donut": ("ring",)}, "没有名为 ring 的暴露"),
    ],
)
def test_malformed_questions_are_refused(change: dict[str, object], said: str) -> None:
    dose = np.zeros((4, 6))
    dose[0, 3:] = 1
    with pytest.raises(InputError, match=said):
        ask(np.zeros((4, 6)), dose, **change)  # type: ignore[arg-type]


def test_missing_policy_and_foreign_labels_are_refused() -> None:
    dose = np.zeros((4, 6))
    dose[0, 2] = np.nan
    with pytest.raises(InputError, match="政策状态缺失"):
        ask(np.zeros((4, 6)), dose)
    y = pd.DataFrame(np.zeros((2, 3)), ["a", "b"], [2000, 2001, 2002])
    with pytest.raises(InputError, match="不同"):
        ask(y, y.rename(index={"b": "c"}))
    shuffled = pd.DataFrame([[0, 0, 1], [0, 0, 0]], ["b", "a"], [2000, 2001, 2002])
    assert ask(y, shuffled).dose.tolist() == [[0, 0, 0], [0, 0, 1]]


def refused(q: Question, method: str) -> str:
    with pytest.raises(InputError) as caught:
        check(q, method)
    return caught.value.render("zh")


def test_what_a_method_cannot_answer() -> None:
    rng = np.random.default_rng(40)
    y, dose = rng.normal(size=(6, 8)), np.zeros((6, 8))
    dose[:3, 4:] = 1
    good = ask(y, dose)
    for method in NEEDS:
        if not NEEDS[method].coordinates:
            check(good, method)
    assert "没有坐标" in refused(good, "conley")
    assert "各年都在政策之下" in refused(ask(y, np.ones((6, 8))), "imputation")
    assert "没有任何受政策影响" in refused(ask(y, np.zeros((6, 8))), "twfe")
    assert "只有一个聚类" in refused(ask(y, dose, clusters=("a",) * 6), "imputation")
    everyone = np.zeros((6, 8))
    everyone[:, 4:] = 1
    assert "没有干净对照的年份" in refused(ask(y, everyone), "imputation")
    assert "始终干净的对照地区需 1 个，只有 0 个" in refused(ask(y, everyone), "sun_abraham")
    leaving = dose.copy()
    leaving[0, 6:] = 0
    assert "不退出" in refused(ask(y, leaving), "callaway_santanna")
    check(ask(y, leaving), "imputation")
    assert "不接受剂量" in refused(ask(y, 2 * dose), "bacon")
    gaps = y.copy()
    gaps[4, 2] = np.nan
    assert "没有缺口" in refused(ask(gaps, dose), "bacon")
    check(ask(gaps, dose), "imputation")
    early = np.zeros((6, 8))
    early[:3, 1:] = 1
    assert "至少需 2 个干净年份" in refused(ask(y, early), "synthetic_did")
    rival = {"b": dose}
    assert "不可识别" in refused(ask(y, dose, competing=rival), "imputation")
    assert "问的是 dose" in refused(ask(y, dose, estimand="dose"), "imputation")
    check(ask(y, dose, estimand="dose"), "dose_response")
    assert "问的是 event_time" in refused(ask(y, dose, estimand="event_time"), "bacon")
    with pytest.raises(UnknownNameError):
        check(good, "magic")


@pytest.mark.parametrize(
    ("counting", "first"), [("half", [2004, 2006]), ("start", [2003, 2006]), ("next", [2004, 2007])]
)
def test_a_policy_counts_from_the_year_the_rule_says(counting: str, first: list[int]) -> None:
    spells = (Spell("110000", date(2003, 10, 1)), Spell("120000", date(2006, 4, 1), date(2009, 3, 31), 2.0))
    years = list(range(2000, 2012))
    found = status(Policy("p", Text("p", "p"), spells), ["110000", "120000", "130000"], years, counting)  # type: ignore[arg-type]
    started = [years[int(np.flatnonzero(row)[0])] for row in found.dose[:2]]
    assert started == first
    assert found.dose[1, years.index(2008)] == 2.0
    assert found.dose[1, years.index(2009)] == 0.0  # ended by 30 June
    assert not found.dose[2].any()


def test_a_policy_of_a_part_is_neither_treated_nor_clean(china: Study) -> None:
    found = status(find_policy("northeast_revitalisation"), china.places, range(2000, 2012))
    inner = china.places.index("150000")  # eastern Inner Mongolia from August 2007
    assert not found.dose[inner].any()
    assert found.partial[inner].nonzero()[0].tolist() == [8, 9, 10, 11]
    q = from_study(china, "grp_index", "northeast_revitalisation", years=range(2000, 2012))
    assert not q.clean[inner, 8:].any()
    assert any("内蒙古" in n.zh for n in q.notes)
    # a prefecture inside a province under the policy counts as under it
    assert status(find_policy("西部大开发"), ["510100"], [2005]).dose.tolist() == [[1.0]]


def test_policies_of_the_registry(china: Study) -> None:
    assert find_policy("中部崛起").id == "central_rise"
    rounds = status(find_policy("agreement:xinanjiang"), ["340000", "330000"], range(2010, 2026))
    assert rounds.dose[0].tolist() == [0, 0] + [1] * 9 + [0, 0] + [1] * 3  # no agreement in 2021 and 2022
    assert not rounds.dose[1].any()
    assert find_policy("agreement:xinanjiang:downstream").spells[0].place == "330000"
    assert {s.place for s in find_policy("pairs:east_west").spells} >= {"530000", "610000"}
    with pytest.raises(InputError, match="没有固定的地区范围"):
        find_policy("negative_list")
    with pytest.raises(UnknownNameError):
        find_policy("西部大开法X")
    with pytest.raises(UnknownNameError):
        find_policy("agreement:nile")


def test_a_table_of_ones_own(tmp_path: Path, china: Study) -> None:
    rows = pd.DataFrame(
        {"place": ["四川", "重庆"], "start": ["2007-06", "2009"], "end": ["", "2012-12"], "dose": [1, 2]}
    )
    found = table_policy(rows)
    assert [(s.place, s.start, s.end, s.dose) for s in found.spells] == [
        ("510000", date(2007, 6, 1), None, 1.0),
        ("500000", date(2009, 1, 1), date(2012, 12, 31), 2.0),
    ]
    bad = pd.DataFrame(
        {"place": ["四川", "四川", "火星", "贵州"], "start": ["2007", "2008", "2009", "soon"], "end": ["", "", "", ""]}
    )
    with pytest.raises(InputError) as caught:
        table_policy(bad)
    assert len(caught.value.problems) == 3
    path = tmp_path / "p.csv"
    path.write_text("place,start,end,dose\n四川,2007-06,,\n重庆,2009,2012-12-31,2\n", encoding="utf-8")
    q = from_study(china, "grp_index", file=str(path))
    assert q.cohorts[q.places.index("510000")] == 2007
    assert set(np.unique(q.dose)) == {0.0, 1.0, 2.0}


def test_an_outcome_with_a_break_is_refused_with_the_year_and_the_column(china: Study) -> None:
    with pytest.raises(InputError, match="2005 年起口径有断点"):
        from_study(china, "grp_per_head_v4", "central_rise")
    assert [b.variable for b in breaks_of(china, "grp_per_head_v4", 2000, 2019)] == ["population"]
    assert not breaks_of(china, "grp_per_head_v4", 2005, 2019)
    from_study(china, "grp_per_head_v4", "jingjinji", years=range(2005, 2020))
    accepted = from_study(china, "grp_per_head_v4", "central_rise", breaks="accept")
    assert [b.year for b in accepted.breaks] == [2005]


def test_a_study_is_asked_by_label(china: Study) -> None:
    q = from_study(
        china, "grp_v4", "central_rise", transform="log", competing=["western_development"], exposure=["neighbours"],
        excluding=["东北地区"], belts="plates",
    )  # fmt: skip
    assert "210000" not in q.places
    assert q.belts[q.places.index("360000")] == "central"
    np.testing.assert_allclose(np.exp(q.y[0]), china.panel("grp_v4").loc[q.places[0], list(q.years)])
    assert q.provenance is not None
    assert q.provenance.selection["policy"] == "central_rise"
    with pytest.raises(InputError, match="两者须且只须给一个"):
        from_study(china, "grp_v4")
    with pytest.raises(InputError, match="不能取对数"):
        from_study(china, "net_outflow_v3", "central_rise", transform="log")
    with pytest.raises(InputError, match="2031 没有数据"):
        from_study(china, "grp_v4", "central_rise", years=[2030, 2031])


def test_the_cluster_is_the_level_at_which_the_policy_was_given() -> None:
    """Counties under a policy given to provinces are clustered by province; a county's own policy is not."""
    counties = ("110101", "110102", "510104", "510105")
    china = studies.china()
    provincial = Policy("p", Text("p", "p"), (Spell("510000", date(2010, 1, 1)),))
    local = Policy("p", Text("p", "p"), (Spell("510104", date(2010, 1, 1)),))
    assert _clusters(china, None, provincial, counties) == ("110000", "110000", "510000", "510000")
    assert _clusters(china, None, local, counties) == counties


def test_a_question_does_not_change_with_the_arrays_it_was_made_of() -> None:
    y, dose = np.zeros((3, 4)), np.zeros((3, 4))
    dose[0, 2:] = 1
    q = ask(y, dose)
    y[:], dose[:] = 9, 9
    assert not q.y.any()
    assert q.dose.sum() == 2
    with pytest.raises(ValueError, match="read-only"):
        q.y[0, 0] = 1
