"""`yugong evaluate`: verbs, recipes, the list, the calendar and the record."""

import json
from pathlib import Path

import pytest

from yugong.cli.app import run


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run(["--lang", "en", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_lists_recipes_and_methods(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(capsys, "evaluate", "--list")
    assert code == 0
    assert "xinanjiang_fertiliser" in out
    assert "imputation" in out
    assert "assess" in out


def test_shows_what_is_due(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(capsys, "evaluate", "--due", "--on", "2026-11-23", "--format", "json")
    rows = json.loads(out)
    assert code == 0
    assert {r["recipe"] for r in rows} >= {"central_rise_growth", "hainan_trade", "—"}
    code, _, err = ran(capsys, "evaluate", "--due", "--on", "soon")
    assert code == 1
    assert "soon" in err


def test_runs_a_recipe_and_explains_a_rerun(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    record = str(tmp_path / "runs.json")
    words = ("evaluate", "china", "xinanjiang_fertiliser", "--quick", "99", "--record", record)
    code, out, _ = ran(capsys, *words)
    assert code == 0
    assert "rank" in out
    assert "Difference from the last run" not in out
    code, out, _ = ran(capsys, *words)
    assert code == 0
    assert "Difference from the last run" in out
    assert len(json.loads(Path(record).read_text())["runs"]) == 2


def test_a_recipe_may_stand_without_its_study_and_writes_its_brief(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, _ = ran(capsys, "evaluate", "xinanjiang_fertiliser", "--quick", "99", "--out", str(tmp_path / "brief"))
    assert code == 0
    assert (tmp_path / "brief" / "index.html").is_file()
    assert "brief" in out


def test_runs_a_verb(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ran(
        capsys, "evaluate", "china", "credibility", "--outcome", "fertiliser", "--policy", "agreement:xinanjiang",
        "--years", "2006-2014", "--transform", "log", "--draws", "99",
    )  # fmt: skip
    assert code == 0, err
    assert "Overlapping policies" in out


def test_bad_questions_get_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ran(capsys, "evaluate", "china", "assess", "--outcome", "real_grp", "--policy", "nonsense")
    assert (code, out) == (1, "")
    assert "nonsense" in err
    code, out, err = ran(
        capsys,
        "evaluate",
        "china",
        "assess",
        "--outcome",
        "real_grp",
        "--policy",
        "central_rise",
        "--years",
        "2010-2019",
    )
    assert (code, out) == (1, "")
    assert "every year" in err
    code, _, err = ran(capsys, "evaluate", "china", "hainan_trade", "assess")
    assert code == 1


def test_prints_an_event_study_with_its_band(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(
        capsys, "evaluate", "china", "imputation", "--outcome", "water_use", "--policy", "yangtze_belt",
        "--years", "2006-2019", "--transform", "log",
    )  # fmt: skip
    assert code == 0
    assert "Simultaneous band" in out
    assert "—" in out  # the average has no year


BAD = {
    "no never-treated": (("--file", "all.csv"), "no clean comparison in 2010"),
    "treated in all years": (("--policy", "western_development"), "no year before it"),
    "one cluster": (("--file", "one.csv", "--clusters", "plates", "--population", "central"), "one cluster only"),
    "gaps": (("--policy", "yangtze_belt", "--years", "2006-2010,2012-2019"), "the years have gaps: 2010–2012"),
    "years that are none": (("--policy", "yangtze_belt", "--years", "2006-20x"), "cannot read"),
    "duplicated keys": (("--file", "twice.csv"), "two spells of 510000 overlap: from 2010-01-01 (row 2)"),
    "unknown strategy": (("--policy", "no_such_thing"), "no_such_thing"),
    "vintage break": (("--policy", "yangtze_belt", "--outcome", "freight"), "breaks in 2013"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_design_gets_a_located_message_and_no_number(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    from yugong import study

    monkeypatch.chdir(tmp_path)
    codes = study.read("china").places
    head = "place,start,end,dose\n"
    Path("all.csv").write_text(head + "".join(f"{c},2010,,\n" for c in codes), encoding="utf-8")
    Path("one.csv").write_text(head + "湖北,2010,,\n", encoding="utf-8")
    Path("twice.csv").write_text(head + "四川,2010,,\n四川,2012,,\n", encoding="utf-8")
    words, said = BAD[case]
    given = {"--outcome": "water_use", "--years": "2006-2019"}
    given |= dict(zip(words[::2], words[1::2], strict=True))
    for verb in ("imputation", "assess"):
        code, out, err = ran(capsys, "evaluate", "china", verb, *(w for pair in given.items() for w in pair))
        assert code == 1
        assert out == ""
        assert said in err
