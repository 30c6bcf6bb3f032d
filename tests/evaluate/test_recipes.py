"""Recipes: what they ask, that the pinned data are the data, re-runs explained, and the calendar."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from yugong import study
from yugong.base.errors import InputError, UnknownNameError
from yugong.evaluate import recipe, rerun
from yugong.evaluate.asking import from_study
from yugong.evaluate.assessment import assess
from yugong.evaluate.due import calendar
from yugong.evaluate.question import Question

SAME = 1e-9
HK = 1e-8  # the published gaps carry eleven digits


@pytest.fixture(scope="module")
def china():
    return study.read("china")


@pytest.fixture(scope="module")
def belt(china):
    return recipe.run(quick(recipe.read("yangtze_belt_water")), china)


def quick(r: recipe.Recipe) -> recipe.Recipe:
    return replace(r, specification={**r.specification, "draws": 99, "curve": 20})


@pytest.mark.parametrize("r", [r for r in recipe.shipped() if not r.panel], ids=lambda r: r.id)
def test_shipped_recipes_run_on_the_data_they_were_registered_with(r: recipe.Recipe, china) -> None:
    made = recipe.run(quick(r), china)
    assert made.pinned
    e = made.evaluation
    assert np.isfinite(e.answer.estimate)
    assert len(e.card.items) == 10
    assert e.conclusion.zh.endswith("。")
    assert e.conclusion.en.endswith(".")
    assert e.conclusion.zh.startswith(e.card.opening(e.answer.p).zh)
    if e.evidence.treated < 5:
        assert "*" not in e.conclusion.zh
        assert not e.evidence.owner.stars
    if e.answer.rank is not None:
        assert f"第 {e.answer.rank}/{e.answer.total} 位" in e.conclusion.zh
    assert made.recipe.words("limits")


def test_same_vintage_same_result(china, belt) -> None:
    again = recipe.run(quick(recipe.read("yangtze_belt_water")), china)
    assert again.evaluation.answer == belt.evaluation.answer
    assert again.evaluation.card == belt.evaluation.card
    assert again.sha256 == belt.sha256


def test_hash_follows_figures_not_their_writing(belt) -> None:
    q: Question = belt.evaluation.question
    assert recipe.series_hash(replace(q, y=q.y * (1 + 1e-13))) == belt.sha256
    changed = q.y.copy()
    changed[0, 0] *= 1.001
    assert recipe.series_hash(replace(q, y=changed)) != belt.sha256


def test_hong_kong_is_the_published_counterfactual(shared: Path, tmp_path: Path) -> None:
    source = Path(recipe.__file__).parent / "recipes" / "hongkong_integration.toml"
    shutil.copy(source, tmp_path)
    file = tmp_path / source.name
    with pytest.raises(InputError, match=r"hcw_growth"):
        recipe.question(recipe.read(file), None)
    shutil.copy(shared / "reference" / "evaluate" / "data" / "hcw_growth.csv", tmp_path)
    made = recipe.run(recipe.read(file), None)
    expected = json.loads((shared / "reference" / "evaluate" / "hongkong_hcw.json").read_text())["expected"][
        "cepa_aicc"
    ]
    assert made.pinned
    assert made.evaluation.answer.estimate == pytest.approx(expected["mean_gap"], abs=HK)
    after = made.evaluation.path.since > 0
    assert made.evaluation.path.gap[after] == pytest.approx(expected["gap"], abs=HK)
    assert made.evaluation.answer.total == 25


def test_a_rerun_explains_the_difference_exactly(china, belt, tmp_path: Path) -> None:
    file = tmp_path / "runs.json"
    rerun.save(file, [rerun.record(belt)])
    last = rerun.load(file)[-1]
    same = rerun.revise(last, belt)
    assert not same.changed
    assert same.revised == 0
    assert not same.new_years
    assert list(same.steps.values()) == pytest.approx([belt.evaluation.answer.estimate] * 6, abs=SAME)
    # the same recipe two years shorter, with one province's old figures 5 % lower
    q = belt.evaluation.question
    old = q.subset(years=q.years[:-2])
    lower = old.y.copy()
    lower[3, :4] += np.log(0.95)
    old = replace(old, y=lower)
    from yugong.evaluate.fixed_effects import imputation

    before = {**last, "estimate": imputation(old).estimate}
    before |= {"years": list(old.years), "y": old.y.tolist(), "dose": old.dose.tolist()}
    before |= {"clean": old.clean.astype(int).tolist(), "estimated": old.estimated.astype(int).tolist()}
    found = rerun.revise(before, belt)
    steps = found.steps
    assert found.revised == 4
    assert found.new_years == q.years[-2:]
    assert steps["revision"] == pytest.approx(imputation(q.subset(years=q.years[:-2])).estimate, abs=SAME)
    assert steps["coverage"] == pytest.approx(belt.evaluation.answer.estimate, abs=SAME)
    assert steps["now"] == belt.evaluation.answer.estimate
    assert np.nansum(found.table()["change"]) == pytest.approx(steps["now"] - steps["last"], abs=SAME)


def test_a_record_of_another_recipe_or_of_nothing_is_refused(belt, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        rerun.revise({**rerun.record(belt), "recipe": "other"}, belt)
    (tmp_path / "x.json").write_text("[]")
    with pytest.raises(InputError):
        rerun.load(tmp_path / "x.json")


def test_a_recipe_with_unknown_or_missing_keys_lists_them_all(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        recipe.parse('id = "x"\nwrong = 1\n[specification]\nstars = true\n')
    assert len(caught.value.problems) == 4
    with pytest.raises(UnknownNameError):
        recipe.read("nothing_of_the_kind")


def test_a_recipe_of_ones_own_with_its_table_and_break(china) -> None:
    text = """
    id = "own"
    registered = 2026-01-01
    study = "china"
    [question]
    outcome = "fertiliser"
    years = "2000-2012"
    transform = "log"
    [[policy]]
    place = "安徽"
    start = "2008"
    [[breaks]]
    year = 2004
    note_zh = "口径有变"
    note_en = "redefined"
    [specification]
    draws = 99
    curve = 0
    """
    made = recipe.run(recipe.parse(text), china)
    assert [b.year for b in made.evaluation.question.breaks] == [2004]
    assert made.evaluation.card.item("data").light == "red"
    assert not made.pinned
    adjusted = recipe.run(recipe.parse(text.replace("[[breaks]]", "[[breaks]]\n    adjusted = true")), china)
    assert adjusted.evaluation.card.item("data").light == "amber"


def test_a_linked_series_is_amber_and_a_broken_one_refused(china) -> None:
    question = from_study(china, "trade_openness", "hainan_ftp", range(2010, 2024))
    assert [(b.year, b.adjusted) for b in question.breaks] == [(2016, True)]
    with pytest.raises(InputError, match="grain_output自 2007 年起"):
        from_study(china, "grain_output", "yangtze_belt", range(2003, 2012))
    for rule, light in (("accept", "red"), ("adjusted", "amber")):
        asked = from_study(china, "freight", "central_rise", range(2003, 2013), breaks=rule)  # type: ignore[arg-type]
        made = assess(asked, draws=19, curve=0, false_years=[], registered=False)
        assert made.card.item("data").light == light


def test_breaks_of_a_users_study_are_its_own(tmp_path: Path) -> None:
    from yugong.evaluate.breaks import breaks_of

    own = replace(study.read("china"), id="own", folder=tmp_path)
    assert breaks_of(own, "fertiliser", 2000, 2019) == ()
    file = tmp_path / "breaks.csv"
    file.write_text("variable,year,kind,note_zh,note_en\nfertiliser,2010,definition,口径,redefined\n", encoding="utf-8")
    assert [b.year for b in breaks_of(own, "fertiliser", 2000, 2019)] == [2010]
    assert breaks_of(own, "fertiliser", 2010, 2019) == ()
    file.write_text("variable,year,kind,adjusted\nfertiliser,2010,definition,yes\n", encoding="utf-8")
    assert breaks_of(own, "fertiliser", 2000, 2019)[0].adjusted
    file.write_text("variable,year,kind,adjusted\nnone,x,y,z\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        breaks_of(own, "fertiliser", 2000, 2019)
    assert [p.row for p in caught.value.problems] == [2, 2, 2, 2]


def test_the_calendar_counts_from_the_registry() -> None:
    rows = {(r.policy, r.recipe): r for r in calendar(recipe.shipped(), date(2026, 11, 23)).rows}
    centre = rows["central_rise", "central_rise_growth"]
    assert (centre.start, centre.due, centre.overdue) == (date(2006, 4, 1), date(2024, 4, 1), True)
    assert rows["jingjinji", ""].due == date(2022, 2, 26)
    basin = rows["agreement:xinanjiang", "xinanjiang_fertiliser"]
    assert basin.start == date(2012, 1, 1)
    assert basin.due == date(2026, 12, 31)
    assert not basin.overdue
    done = calendar(recipe.shipped(), date(2026, 11, 23), {"central_rise_growth": date(2026, 1, 1)})
    after = next(r for r in done.rows if r.recipe == "central_rise_growth")
    assert after.due == date(2029, 4, 1)
    assert not after.overdue
    assert list(done.table()["due"]) == sorted(done.table()["due"])
