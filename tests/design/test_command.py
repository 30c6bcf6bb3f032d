"""`yugong design`: listed, traced, saved as a live workbook, templates written."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from yugong.base.text import set_language
from yugong.cli import app


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    yield
    set_language(None)


def run(*words: str) -> int:
    return app.run(["--lang", "en", "design", "china", *words])


def test_the_verbs_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    listed = capsys.readouterr().out
    for verb in (
        "transfers",
        "transfer_alternatives",
        "redistribution",
        "key_ecological_transfers",
        "optimal_transfers",
    ):
        assert verb in listed


def test_one_amount_is_traced_and_the_whole_saved_alive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("transfers", "--year", "2023", "--trace", "四川", "--format", "csv") == 0
    assert capsys.readouterr().out.startswith("item,formula,numbers,value,unit,certainty,basis")
    path = tmp_path / "t.xlsx"
    assert run("transfers", "--year", "2023", "--out", str(path)) == 0
    page = openpyxl.load_workbook(path).worksheets[0]
    assert sum(c.data_type == "f" for row in page.iter_rows() for c in row) > 31 * 30


def test_a_trace_on_the_screen_is_read_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("transfers", "--year", "2023", "--trace", "四川") == 0
    shown = capsys.readouterr()
    assert "coefficient = " in shown.out
    assert max(map(len, shown.out.splitlines())) < 600
    assert "balance: Σ transfers = pot" in shown.err
    assert "residual 0" in shown.err


def test_every_balance_is_shown_with_its_calculation(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("transfer_alternatives", "--year", "2023") == 0
    shown = capsys.readouterr().err
    assert shown.count("balance: ") == 6
    assert "(Equal per head)" in shown


def test_which_agreement_and_which_option_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("compensation") != 0
    assert "chishui_r1" in capsys.readouterr().err
    assert run("corporate_tax_split") != 0
    assert "--tax-due" in capsys.readouterr().err
    assert run("compensation", "--template", str(tmp_path / "t.xlsx")) == 0
    assert "--readings or --file" in capsys.readouterr().out


def test_every_verb_is_explained_in_chinese_and_every_option_named() -> None:
    from yugong.design.catalogue import CATALOGUE
    from yugong.registry.terms import explanations, options

    verbs = CATALOGUE.verbs()
    assert {v for room, v in explanations() if room == "design"} == {v.id for v in verbs}
    taken = {name for v in verbs for name in list(inspect.signature(v.function()).parameters)[1:]}
    assert taken <= set(options())


@pytest.mark.parametrize("verb", ["transfers", "redistribution", "key_ecological_transfers"])
def test_templates_list_the_places(verb: str, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    assert run(verb, "--template", str(path)) == 0
    assert openpyxl.load_workbook(path).worksheets[0].max_row == 32


def test_a_missing_table_says_where_to_get_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("key_ecological_transfers") != 0
    assert "--template" in capsys.readouterr().err
