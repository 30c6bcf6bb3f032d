"""`yugong simulate STUDY VERB`: the verbs of the room beside scenarios, and views in words."""

from pathlib import Path

import openpyxl
import pytest

from yugong.cli import app


def run(*words: str) -> int:
    return app.run(["--lang", "en", "simulate", *words])


def test_verbs_are_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verb", "china") == 0
    assert "transition_speed" in capsys.readouterr().out
    assert run("china", "grid", "--explain") == 0
    assert "--vary" in capsys.readouterr().out


def test_a_verb_runs_with_its_options(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "best.csv"
    assert (
        run("china", "gradients", "--levers", "hukou_access", "--check", "1", "--detail", "three", "--out", str(out))
        == 0
    )
    assert "Finite difference" in out.read_text(encoding="utf-8-sig")
    assert run("china", "transition-speed", "--format", "csv") == 0
    shown = capsys.readouterr()
    assert "Gansu" in shown.out
    assert "eigenvalues" in shown.err
    assert "odelled" in shown.err


def test_balances_are_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run("china", "--scenario", "western_transfer", "--detail", "three", "--by", "balances", "--format", "csv") == 0
    )
    assert "net transfers" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("china", "optimise", "--levers", "productivity"), "--high"),
        (("china", "grid", "--vary", "trade_barrier"), "--low"),
        (("china", "nothing"), "optimise"),
        (("china", "path", "--yaers", "3"), "--years"),
    ],
)
def test_mistakes_are_said(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*words) != 0
    assert said in capsys.readouterr().err


def test_a_preview_says_what_it_is_and_takes_no_bands(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("china", "--scenario", "western_transfer", "--detail", "three", "--by", "disparity", "--preview")
    assert run(*words) == 0
    shown = capsys.readouterr()
    assert "first-order" in shown.err
    assert "real income per head" in shown.out
    assert run(*words, "--draws", "3") != 0
    assert "no bands" in capsys.readouterr().err


def test_parameters_are_named_on_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("china", "--scenario", "unified_market", "--detail", "three", "--by", "nation", "--format", "csv",
             "--certificate", "none")  # fmt: skip
    assert run(*words, "--parameter", "trade_elasticity=6") == 0
    six = capsys.readouterr().out
    assert run(*words) == 0
    assert capsys.readouterr().out != six
    for wrong, said in (
        ("trade_elasticity", "not name=value"),
        ("theta=5", "theta"),
        ("trade_elasticity=99", "outside"),
    ):
        assert run(*words, "--parameter", wrong) != 0
        assert said in capsys.readouterr().err


def test_one_s_own_tables_from_template_to_result(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    book = tmp_path / "own.xlsx"
    assert run("china", "--template", str(book)) == 0
    rows = {
        "Places": [["Sichuan", 8.0], ["Chongqing", 3.0]],
        "Sectors": [["goods"]],
        "Trade": [["Sichuan", "Sichuan", "goods", 80.0], ["Sichuan", "Chongqing", "goods", 9.0],
                  ["Chongqing", "Sichuan", "goods", 8.0], ["Chongqing", "Chongqing", "goods", 30.0]],
        "Inputs": [[None, "goods", "goods", 0.4]],
        "Labour": [[None, "goods", 0.5]],
    }  # fmt: skip
    filled = openpyxl.load_workbook(book)
    for sheet, lines in rows.items():
        for line in lines:
            filled[sheet].append(line)
    filled.save(book)
    words = ("china", "--file", str(book), "--scenario", "unified_market", "--by", "region", "--format", "csv")
    assert run(*words) == 0
    assert "Chongqing" in capsys.readouterr().out
    filled["Trade"].append(["Sichuan", "Atlantis", "goods", 1.0])
    filled.save(book)
    assert run(*words) != 0
    said = capsys.readouterr().err
    assert "sheet Trade" in said
    assert "row 6" in said
    assert "Atlantis" in said
