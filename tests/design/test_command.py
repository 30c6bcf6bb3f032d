"""`yugong design`: listed, traced, saved as a live workbook, templates written."""

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


@pytest.mark.parametrize("verb", ["transfers", "redistribution", "key_ecological_transfers"])
def test_templates_list_the_places(verb: str, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    assert run(verb, "--template", str(path)) == 0
    assert openpyxl.load_workbook(path).worksheets[0].max_row == 32


def test_a_missing_table_says_where_to_get_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("key_ecological_transfers") != 0
    assert "--template" in capsys.readouterr().err
