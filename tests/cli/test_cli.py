"""The command line: every verb runs, errors are located and in the user's language, exit codes are honest."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from yugong import study
from yugong.base.text import set_language
from yugong.cli.app import run, take_language
from yugong.cli.show import _cell

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def once(*words: object) -> tuple[int, str, str]:
        try:
            code = run([str(w) for w in words])
        finally:
            set_language(None)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return once


def test_language_is_taken_from_anywhere() -> None:
    assert take_language(["report", "--lang", "en", "--year", "2019"]) == ("en", ["report", "--year", "2019"])
    assert take_language(["--lang=zh", "study"]) == ("zh", ["study"])


def test_help_speaks_both_languages(call: Call) -> None:
    assert "区域协调发展" in call("--help")[1]
    assert "regional" in call("--help", "--lang", "en")[1]


@pytest.mark.parametrize("verb", ["report", "diagnose", "study", "registry", "simulate"])
def test_every_verb_has_help(call: Call, verb: str) -> None:
    code, out, _ = call(verb, "--help")
    assert code == 0
    assert "Usage" in out


def test_wrong_language_is_refused(call: Call) -> None:
    code, _, err = call("study", "--lang", "fr")
    assert code == 1
    assert "zh 或 en" in err


def test_registry_lists_members_on_a_date(call: Call) -> None:
    code, out, _ = call("registry", "show", "members", "长江经济带", "--on", "2020-01-01", "--format", "json")
    assert code == 0
    assert len(json.loads(out)) == 11
    _, out, _ = call("registry", "show", "members", "长江经济带", "--on", "2010-01-01", "--format", "json")
    assert json.loads(out) == []


def test_unknown_register_and_place_name_the_nearest(call: Call) -> None:
    code, _, err = call("registry", "of", "四穿", "--lang", "en")
    assert code == 1
    assert "四川" in err


def test_study_check_shows_plates_beside_published_figures(call: Call) -> None:
    code, out, _ = call("study", "check", "china", "--lang", "en")
    assert code == 0
    for word in ("31 places", "1.538", "1.64", "State Council"):
        assert word in out


def test_study_new_add_check_round_trip(call: Call, tmp_path: Path) -> None:
    folder, table = tmp_path / "mine", tmp_path / "t.csv"
    table.write_text("地区,2020年,2021年\n四川,1,2\n贵州,3,—\n", encoding="gb18030")
    assert call("study", "new", folder)[0] == 0
    assert call("study", "add", folder, table, "--variable", "x", "--unit", "元")[0] == 0
    assert study.read(folder).panel("x").loc["510000", 2021] == 2
    code, _, err = call("study", "add", folder, table, "--variable", "x", "--unit", "美元", "--lang", "en")
    assert code == 1
    assert "nothing was changed" in err


def test_a_study_that_cannot_be_used_exits_1(call: Call, tmp_path: Path) -> None:
    assert call("study", "check", tmp_path / "nowhere")[0] == 1


def test_diagnose_lists_runs_and_explains(call: Call) -> None:
    code, out, _ = call("diagnose", "china")
    assert code == 0
    assert "dagum" in out
    code, out, err = call("diagnose", "china", "dagum", "--variable", "grp_per_head", "--years", "2012,2022")
    assert code == 0
    assert "东部地区" in out
    assert "国家统计局" in err
    code, out, _ = call("diagnose", "china", "sigma", "--variable", "grp_per_head", "--explain", "--lang", "en")
    assert code == 0
    assert "@" in out


def test_diagnose_numbers_equal_python(call: Call) -> None:
    _, out, _ = call(
        "diagnose", "china", "disparity", "--variable", "grp_per_head", "--years", "2015-2017", "--format", "json"
    )
    shown = pd.DataFrame(json.loads(out))
    own = study.china().diagnose.disparity("grp_per_head", years=[2015, 2016, 2017]).table()
    assert shown["value"].to_numpy() == pytest.approx(own["value"].to_numpy(), rel=1e-9)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["dagun"], "dagum"),
        (["dagum"], "--variable"),
        (["dagum", "--variable", "grp_per_haed"], "grp_per_head"),
        (["dagum", "--variable", "grp_per_head", "--colour", "red"], "--colour"),
        (["dagum", "--variable", "grp_per_head", "--year", "next"], "--year"),
        (["dagum", "--variable", "grp_per_head", "--year", "1999"], "2000"),
    ],
)
def test_diagnose_refuses_with_what_to_do(call: Call, words: list[str], said: str) -> None:
    code, _, err = call("diagnose", "china", *words)
    assert code == 1
    assert said in err


def test_files_are_written_whole_and_safe(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "sigma.csv"
    assert call("diagnose", "china", "sigma", "--variable", "grp_per_head", "--out", out)[0] == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")  # spreadsheets then open Chinese right
    code, _, err = call("diagnose", "china", "sigma", "--variable", "grp_per_head", "--out", tmp_path / "sigma.docm")
    assert code == 1
    assert ".docm" in err


def test_report_shows_progress_and_ends_with_three_lines(call: Call, tmp_path: Path) -> None:
    code, out, err = call("report", "--out", tmp_path / "r", "--draws", 200, "--region", "四川")
    assert code == 0
    assert {p.name for p in (tmp_path / "r").iterdir()} == {"index.html", "tables.xlsx", "manifest.json"}
    assert len(out.strip().splitlines()) == 3
    assert "[5/5]" in err


def test_report_refuses_an_unknown_region_before_writing(call: Call, tmp_path: Path) -> None:
    code, _, err = call("report", "--out", tmp_path / "r", "--region", "四穿")
    assert code == 1
    assert "四川" in err
    assert not (tmp_path / "r").exists()


def test_a_folder_that_cannot_be_written_is_said_in_a_line(call: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, _, err = call(
        "diagnose", "china", "sigma", "--variable", "grp_per_head", "--out", tmp_path / "file" / "x.csv"
    )
    assert code == 1
    assert "读写失败" in err


def test_simulate_lists_presets_and_levers(call: Call) -> None:
    assert "unified_market" in call("simulate", "presets")[1]
    assert "trade_cost" in call("simulate", "levers", "--lang", "en")[1]


def test_simulate_solves_and_measures_disparity(call: Call) -> None:
    code, out, err = call(
        "simulate", "china", "--scenario", "western_transfer", "--detail", "three", "--by", "disparity",
        "--format", "json",
    )  # fmt: skip
    assert code == 0
    assert "模型" in err
    rows = pd.DataFrame(json.loads(out)).set_index(["variable", "statistic"])
    assert rows.loc[("real_income", "gini"), "change"] < 0  # money to the poorer west


def test_a_scenario_s_certificate_is_as_thorough_as_asked(call: Call) -> None:
    words = ("simulate", "china", "--detail", "three", "--by", "nation", "--lang", "en", "--scenario", "hukou_reform")
    quick = call(*words)[2]
    assert "spectral radii not computed" in quick
    assert "starting points" in quick
    assert "spectral radius of the sweep 0." in call(*words, "--certificate", "full")[2]
    assert "starting points" not in call(*words, "--certificate", "none")[2]
    assert call(*words, "--certificate", "gold")[0] == 1


def test_infinite_cells_are_shown_as_such() -> None:
    assert [_cell(v) for v in (float("inf"), float("-inf"), float("nan"), 2.0)] == ["∞", "−∞", "—", "2"]


def test_simulate_refuses_an_unknown_view_and_study(call: Call) -> None:
    assert call("simulate", "china", "--by", "moon")[0] == 1
    assert call("simulate", "replicate", "nobody", "--data", ".")[0] == 1
