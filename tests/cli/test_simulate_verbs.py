"""`yugong simulate STUDY VERB`: the verbs of the room beside scenarios, and views in words."""

from pathlib import Path

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
